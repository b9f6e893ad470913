import { keep, kept } from "./storage";
import { store } from "./store";

/** Two short tones made on the spot: nothing to download, nothing to license. */
export type Chime = "arrived" | "message";

export const muted = store(kept("muted") === "yes");

export function setMuted(on: boolean): void {
  muted.set(on);
  keep("muted", on ? "yes" : null);
  if (!on) chime("message");
}

let context: AudioContext | null = null;

/** Browsers let a page sound only after a gesture: the first one wakes the audio, and every later one is free. */
export function listenForGesture(): void {
  const wake = () => {
    try {
      context ??= new AudioContext();
      context.resume().catch(() => {});
    } catch {
      // A browser without sound, or one that allows no more of it: the desk goes on in silence.
    }
  };
  addEventListener("pointerdown", wake, { passive: true });
  addEventListener("keydown", wake, { passive: true });
}

const NOTES: Record<Chime, [hertz: number, at: number][]> = {
  arrived: [
    [659.3, 0],
    [880, 0.13],
    [1108.7, 0.26],
  ],
  message: [
    [784, 0],
    [1046.5, 0.09],
  ],
};

/** True if it could be heard: not muted, and the browser has had its gesture. */
export function chime(which: Chime): boolean {
  if (muted.get() || context?.state !== "running") return false;
  for (const [hertz, at] of NOTES[which]) {
    const start = context.currentTime + at;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.14, start + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.4);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.42);
  }
  return true;
}
