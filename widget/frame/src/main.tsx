import { effect } from '@preact/signals';
import { render } from 'preact';
import { colours } from '../../shared/colour';
import { listenToPage } from './bridge';
import { keepTextInSight } from './draft';
import { welcome } from './state';
import './style.css';
import { App } from './ui/App';

effect(() => {
  const { colour, text } = colours(welcome.value?.colour ?? '#5a6270');
  const { style } = document.documentElement;
  style.setProperty('--accent', colour);
  style.setProperty('--on-accent', text);
});
render(<App />, document.body);
keepTextInSight();
listenToPage();
