import { useLayoutEffect, useRef } from 'preact/hooks';

/** Gives the keyboard to the box one writes in, once it is drawn. */
export function focusWriting(): void {
  setTimeout(() => document.querySelector('textarea')?.focus());
}

/** For the box one writes in: whatever takes its place has the keyboard if it had. */
export function useWritingBox() {
  const ref = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const { current } = ref;
    return () => {
      if (current && document.activeElement === current) focusWriting();
    };
  }, []);
  return ref;
}
