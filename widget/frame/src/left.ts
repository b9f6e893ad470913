import * as state from './state';
import { parse, type Store } from './storage';

/** The message left while nobody was there: shown again for a week, so that nobody wonders whether it arrived. */

const KEPT_MS = 7 * 86_400_000;

let store: Store;
let name = '';

export function recallLeft(from: Store, tag: string): void {
  store = from;
  name = `overture:${tag}:left`;
  const kept = parse(store.get(name));
  state.left.value = kept && Date.now() - kept.at < KEPT_MS ? kept : null;
}

export function keepLeft(left: state.Left): void {
  state.left.value = left;
  store.set(name, JSON.stringify({ ...left, at: Date.now() }));
}

export function leaveAnother(): void {
  state.left.value = null;
  store.remove(name);
}
