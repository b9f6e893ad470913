import { useLayoutEffect, useRef } from 'preact/hooks';

/** The keyboard and the box one writes in, which may be drawn only later. */

let isWanted = false;

/** Gives the keyboard to the box one writes in, once it is drawn. */
export function focusWriting(): void {
  isWanted = true;
  setTimeout(take);
}

function take(): void {
  const box = document.querySelector('textarea');
  if (!isWanted || !box) return;
  isWanted = false;
  // Who has gone on to something else meanwhile stays there.
  if (!document.activeElement?.matches('input,a,button')) box.focus();
}

/**
 * What is typed into the chat as a whole goes into the box. WebKit gives a frame of another origin no focus inside itself
 * before the first key or click there: that key is this one.
 */
export function takeStrayKeys(): void {
  addEventListener(
    'keydown',
    ({ key, ctrlKey, altKey, metaKey }) => {
      const { activeElement } = document;
      if (activeElement?.matches('body,.chat') && [...key].length === 1 && !ctrlKey && !altKey && !metaKey)
        document.querySelector('textarea')?.focus();
    },
    true,
  );
}

/** For the box one writes in: whatever takes its place has the keyboard if it had. */
export function useWritingBox() {
  const ref = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const { current } = ref;
    setTimeout(take);
    return () => {
      if (current && document.activeElement === current) focusWriting();
    };
  }, []);
  return ref;
}
