import type { Open, ToFrame, ToPage } from '../../shared/bridge';
import type { Core, Panel } from '../src/types';
import styles from './panel.css?inline';

/** `/widget/panel.js`, fetched at the first opening: the chat's place on the page. It makes the frame and talks with it. */

/** And twice as long each time: by then what is not ready is an error page, of which some browsers tell no `load`. */
const RELOAD_AFTER_MS = 5_000;

const viewport = visualViewport as VisualViewport; // there wherever constructed stylesheets are

let core: Core;
let frame: HTMLIFrameElement | undefined;
let box: HTMLElement;
/** 0 before the frame has spoken: whatever stands there may be a browser's error page. 1 when it has, 2 when it is ready. */
let stage = 0;
let patience = RELOAD_AFTER_MS;
let wanted: Open | undefined;
let timer = 0;
let invitation = '';

export function start(from: Core): Panel {
  core = from;
  core.style(styles);
  return { load, open, close, introduce };
}

/** Loads the chat without showing it, for what waits to be sent. */
function load(): void {
  if (!frame) create();
  fitScreen();
}

/** Opens the chat; `answering` is the invitation this answers, or ''. */
function open(answering: string, focus: boolean): void {
  invitation = answering;
  wanted = { type: 'overture:open', invitation, full: core.full.matches, focus };
  load();
  if (focus) frame?.focus();
  if (stage > 1) tell(wanted);
}

function close(): void {
  wanted = undefined;
  if (frame) fitScreen();
  tell({ type: 'overture:close' });
}

/** Tells the frame who the visitor is; again when that changed. */
function introduce(): void {
  const { site, config } = core;
  const { language } = config;
  const page = location.href;
  tell({ type: 'overture:hello', key: core.chatKey(), site, language, page, invitation, consent: core.may() });
}

function create(): void {
  const { config, origin, root } = core;
  const src = `${origin + config.frame}&page=${location.origin}`;
  const onload = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (stage > 1) return;
      patience *= 2;
      made.src = src;
      onload();
    }, patience);
  };
  const made = core.element('iframe', { title: config.words.chat, src, onload });
  frame = made;
  box = core.element('div', { className: 'panel' }, made);
  root.appendChild(box);
  onload(); // as if it had: the time runs from now on, and anew when it has
  addEventListener('message', ({ source, origin: from, data }: MessageEvent<ToPage>) => {
    if (source !== made.contentWindow || from !== origin) return;
    if (data.type === 'overture:loaded') {
      stage = 1;
      introduce();
    }
    if (data.type === 'overture:ready') {
      stage = 2;
      box.classList.add('ready');
      // What is hidden takes no keyboard, and the frame only from a page that gives it. Who went elsewhere stays there.
      if (wanted?.focus && /^(body|overture-chat)$/i.test(document.activeElement?.nodeName ?? 'body')) made.focus();
      if (wanted) tell(wanted);
    }
    core.hear(data);
  });
  viewport.addEventListener('resize', fitScreen);
  viewport.addEventListener('scroll', fitScreen);
}

function tell(message: ToFrame): void {
  if (stage) frame?.contentWindow?.postMessage(message, core.origin);
}

/** Full screen is what the keyboard leaves of it: the frame itself cannot see the keyboard. The page behind holds still. */
function fitScreen(): void {
  const covers = wanted && core.full.matches;
  box.hidden = !wanted;
  box.style.height = covers ? `${viewport.height}px` : '';
  box.style.translate = covers ? `0 ${viewport.offsetTop}px` : '';
  document.documentElement.style.overflow = covers ? 'hidden' : '';
}
