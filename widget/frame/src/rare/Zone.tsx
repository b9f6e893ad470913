import { say } from '../words';
import { zoneName } from './times';

/** Which zone the times are in, for whose own clock differs. */
export function Zone() {
  return <p class="notice">{say('zone', { name: zoneName(new Date()) })}</p>;
}
