import type { ToPage } from '../../shared/bridge';
import { textOn } from '../../shared/colour';
import { element } from './dom';
import { allowed } from './identity';
import { acceptInvitation, place, takeAway, takeInvitation } from './invitations';
import { createLauncher, focusLauncher, setCount, showState } from './launcher';
import { isFromHere } from './pages';
import { closePanel, full, introduce, isOpen, loadPanel, onFrameMessage, openPanel } from './panel';
import { keep, recall } from './session';
import styles from './style.css?inline';
import type { Answer, Config } from './types';

/** Everything the visitor sees on the page, in an open shadow root with a constructed stylesheet. */

let config: Config | undefined;
let openWanted = false;
const root = element('div', {});

export function createWidget(from: Config): void {
  config = from;
  const sheet = new CSSStyleSheet();
  const host = element('overture-chat' as 'div', {});
  const shadow = host.attachShadow({ mode: 'open' });
  sheet.replaceSync(styles);
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(root);
  root.className = from.position;
  root.style.setProperty('--colour', from.colour);
  root.style.setProperty('--on', textOn(from.colour));
  root.append(
    place,
    createLauncher(from.words, () => (isOpen() ? close() : open())),
  );
  document.documentElement.append(host); // the body may not be there yet, and single-page apps replace it
  onFrameMessage(hear);
  if (openWanted) open();
  // Nothing opens by itself; a chat left open goes on when the visitor follows a link within the site.
  else if (allowed && recall('open') && !full.matches && cameByOwnLink()) open(false);
  else if (allowed && recall('unsent')) loadPanel(root, from);
}

export function takeAnswer(answer: Answer): void {
  if (!config) return;
  if (answer.chat && !isOpen()) setCount(answer.chat.unread);
  if (allowed) takeInvitation(answer, config, open);
}

/** Opens the chat, or as soon as there is one to open. */
export function open(focus: unknown = true): void {
  openWanted = true;
  if (!config || isOpen()) return;
  openPanel(root, config, acceptInvitation(), focus !== false);
  showState();
  setCount(0);
  if (allowed) keep('open', '1');
}

/** The visitor's word on storing changed. */
export function consentChanged(): void {
  if (!allowed) {
    takeAway();
    keep('open', '');
  }
  introduce();
}

function close(): void {
  closePanel();
  showState();
  focusLauncher();
  if (allowed) keep('open', '');
}

function hear(message: ToPage): void {
  if (message.type === 'overture:close') close();
  if (message.type === 'overture:unsent' && allowed) keep('unsent', message.waiting ? '1' : '');
  if (message.type === 'overture:unread' && !isOpen()) setCount(message.count);
}

function cameByOwnLink(): boolean {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return isFromHere && entry?.type === 'navigate';
}
