import { addStyles } from '../lazy';
import styles from './style.css?inline';

/** What a conversation that goes well does not show: the message left while nobody is there, and promises. */

addStyles(styles);

export { Away } from './Away';
export { EndQuestion } from './EndQuestion';
export { OfflineForm } from './OfflineForm';
export { PromiseCard } from './PromiseCard';
export { Refused } from './Refused';
export { Zone } from './Zone';
