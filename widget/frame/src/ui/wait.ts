import { say } from '../words';

/** "less than a minute", "about 3 min", "about 2 h". */
export function waitWords(seconds: number): string {
  if (seconds < 50) return say('wait_moment');
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes < 90 ? say('wait_minutes', { n: minutes }) : say('wait_hours', { n: Math.round(minutes / 60) });
}
