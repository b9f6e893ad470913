import type { ToPage } from '../../shared/bridge';
import { textOn } from '../../shared/colour';
import { element } from './dom';
import { allowed, chatKey } from './identity';
import { createLauncher, focusLauncher, setCount, showState } from './launcher';
import { record } from './looks';
import { isFromHere } from './pages';
import { keep, recall } from './session';
import { origin, site } from './site';
import styles from './style.css?inline';
import type { Answer, Config, Core, Invitations, Panel } from './types';

/**
 * Everything the visitor sees on the page, in an open shadow root with constructed stylesheets: the button at once,
 * teaser and chat by scripts that are fetched when they are first wanted.
 */

interface Parts {
  panel: Panel;
  teaser: Invitations;
}

const RETRY_MS = 5_000;

/** Where a chat fills the screen; the same condition stands in the styles. */
const full = matchMedia('(width<=480px),(height<=440px)');
const parts: Partial<Parts> = {};

let core: Core | undefined;
let wanted = false;
let tries = 0;

export function createWidget(config: Config): void {
  const host = element('overture-chat' as 'div', {});
  const shadow = host.attachShadow({ mode: 'open' });
  const place = element('div', { ariaLive: 'polite' }); // from the start: screen readers hear of what is put in
  const root = element(
    'div',
    { className: config.position, dir: config.direction, lang: config.language },
    place,
    createLauncher(config.words, () => (wanted ? close() : open())),
  );
  const style = (css: string) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets.push(sheet);
  };
  style(styles);
  root.style.setProperty('--colour', config.colour);
  root.style.setProperty('--on', textOn(config.colour));
  shadow.appendChild(root);
  document.documentElement.appendChild(host); // the body may not be there yet, and single-page apps replace it
  core = {
    site,
    origin,
    config,
    root,
    place,
    full,
    element,
    style,
    may: () => !!allowed,
    chatKey,
    record,
    keep,
    recall,
    isOpen: () => wanted,
    open,
    setCount,
    focusLauncher,
    hear,
  };
  if (wanted) open();
  // Nothing opens by itself; a chat left open goes on when the visitor follows a link within the site.
  else if (allowed && recall('open') && !full.matches && cameByOwnLink()) open(false);
  else if (allowed && recall('unsent')) use('panel', (panel) => panel.load());
}

export function takeAnswer(answer: Answer): void {
  if (!core) return;
  if (answer.chat && !wanted) setCount(answer.chat.unread);
  if (allowed && (parts.teaser || answer.invitation)) use('teaser', (teaser) => teaser.take(answer));
}

/** Opens the chat, or as soon as there is one to open. */
export function open(focus: unknown = true): void {
  wanted = true;
  if (!core) return;
  showState(true);
  setCount(0);
  if (allowed) keep('open', '1');
  const answering = parts.teaser?.accept() ?? '';
  use('panel', (panel) => wanted && panel.open(answering, focus !== false));
}

/** The visitor's word on storing changed. */
export function consentChanged(): void {
  if (!allowed) {
    parts.teaser?.takeAway();
    keep('open', '');
  }
  parts.panel?.introduce();
}

export function watchSeen(): void {
  parts.teaser?.watchSeen();
}

/** Runs something of a part that may have to be fetched; what an open chat needs is asked for until it comes. */
async function use<Name extends keyof Parts>(name: Name, run: (part: Parts[Name]) => void): Promise<void> {
  try {
    // Another address each time: browsers remember a module that did not come.
    const { start } = await import(/* @vite-ignore */ `${origin}/widget/${name}.js${tries ? `?${tries}` : ''}`);
    parts[name] ??= start(core);
  } catch {
    tries++;
    if (wanted) setTimeout(use, RETRY_MS, name, run);
    return;
  }
  run(parts[name] as Parts[Name]);
}

function close(): void {
  wanted = false;
  parts.panel?.close();
  showState(false);
  focusLauncher();
  if (allowed) keep('open', '');
}

function hear(message: ToPage): void {
  if (message.type === 'overture:close') close();
  if (message.type === 'overture:unsent' && allowed) keep('unsent', message.waiting ? '1' : '');
  if (message.type === 'overture:unread' && !wanted) setCount(message.count);
}

function cameByOwnLink(): boolean {
  const entry = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined;
  return isFromHere && entry?.type === 'navigate';
}
