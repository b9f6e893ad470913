import { render } from 'preact';
import { listenToPage } from './bridge';
import './style.css';
import { App } from './ui/App';

render(<App />, document.body);
listenToPage();
