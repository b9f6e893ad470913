import type { Open, ToFrame, ToPage } from '../../shared/bridge';
import { element } from './dom';
import { allowed, chatKey } from './identity';
import { origin, site } from './site';
import type { Config } from './types';

/** The chat's place on the page: makes the frame at the first opening, and talks with it. */

const RELOAD_AFTER_MS = 5_000; // and twice as long each time: a frame that is not ready by then shows an error page

/** Where a chat fills the screen; the same condition stands in style.css. */
export const full = matchMedia('(width<=480px),(height<=440px)');

const viewport = visualViewport as VisualViewport; // there wherever constructed stylesheets are

let frame: HTMLIFrameElement | undefined;
let box: HTMLElement;
/** 0 before the frame has spoken: whatever stands there may be a browser's error page. 1 when it has, 2 when it is ready. */
let stage = 0;
let patience = RELOAD_AFTER_MS;
let wanted: Open | undefined;
let timer = 0;
let invitation = '';
let language = '';
let hear: (message: ToPage) => void;

export function onFrameMessage(run: typeof hear): void {
  hear = run;
}

export function isOpen(): boolean {
  return !!wanted;
}

/** Loads the chat without showing it, for what waits to be sent. */
export function loadPanel(place: HTMLElement, config: Config): void {
  if (!frame) create(place, config);
  fitScreen();
}

/** Opens the chat; `answering` is the invitation this answers, or ''. */
export function openPanel(place: HTMLElement, config: Config, answering: string, focus: boolean): void {
  invitation = answering;
  wanted = { type: 'overture:open', invitation, full: full.matches, focus };
  loadPanel(place, config);
  if (focus) frame?.focus();
  if (stage > 1) tell(wanted);
}

export function closePanel(): void {
  wanted = undefined;
  fitScreen();
  tell({ type: 'overture:close' });
}

/** Tells the frame who the visitor is; again when that changed. */
export function introduce(): void {
  const page = location.href;
  tell({ type: 'overture:hello', key: chatKey(), site, language, page, invitation, consent: !!allowed });
}

function create(place: HTMLElement, config: Config): void {
  const src = `${origin + config.frame}&page=${location.origin}`;
  language = config.language;
  const onload = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (stage < 2) made.src = src;
    }, patience);
    patience *= 2;
  };
  const made = element('iframe', { title: config.words.chat, src, onload });
  frame = made;
  box = element('div', { className: 'panel' }, made);
  place.append(box);
  addEventListener('message', ({ source, origin: from, data }: MessageEvent<ToPage>) => {
    if (source !== made.contentWindow || from !== origin) return;
    if (data.type === 'overture:loaded') {
      stage = 1;
      introduce();
    }
    if (data.type === 'overture:ready') {
      stage = 2;
      box.classList.add('ready');
      if (wanted) tell(wanted);
    }
    hear(data);
  });
  viewport.addEventListener('resize', fitScreen);
  viewport.addEventListener('scroll', fitScreen);
}

function tell(message: ToFrame): void {
  if (stage) frame?.contentWindow?.postMessage(message, origin);
}

/** Full screen is what the keyboard leaves of it: the frame itself cannot see the keyboard. The page behind holds still. */
function fitScreen(): void {
  const covers = wanted && full.matches;
  box.hidden = !wanted;
  box.style.height = covers ? `${viewport.height}px` : '';
  box.style.translate = covers ? `0 ${viewport.offsetTop}px` : '';
  document.documentElement.style.overflow = covers ? 'hidden' : '';
}
