import { effect } from '@preact/signals';
import { render } from 'preact';
import { luminance, textOn } from '../../shared/colour';
import { listenToPage } from './bridge';
import { keepTextInSight } from './draft';
import { addStyles } from './lazy';
import { welcome } from './state';
import styles from './style.css?inline';
import { App } from './ui/App';

const DIM = 0.07; // darker colours don't stand out from the dark surface

addStyles(styles);
effect(() => {
  const colour = welcome.value?.colour ?? '#5a6270';
  const { classList, style } = document.documentElement;
  style.setProperty('--colour', colour);
  style.setProperty('--on-accent', textOn(colour));
  classList.toggle('dim', luminance(colour) < DIM);
});
render(<App />, document.body);
keepTextInSight();
listenToPage();
