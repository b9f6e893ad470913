import { runCommand } from './commands';
import { applyMode } from './consent';
import { watchExit } from './exit';
import { watchForms } from './forms';
import { watchHover } from './hover';
import { key } from './identity';
import { flush, lookNow, startLooks } from './looks';
import { recordLeftPage, watchPages } from './pages';
import { watchScroll } from './scroll';
import { origin, site } from './site';
import { tell } from './tell';
import type { Answer } from './types';
import { createWidget, takeAnswer, watchSeen } from './widget';

type Overture = ((...args: unknown[]) => void) & { q?: ArrayLike<unknown>[]; live?: boolean };

declare global {
  interface Window {
    overture?: Overture;
  }
}

function take(answer: Answer): void {
  if (answer.config) {
    if (answer.config.consent === 'none' && !key()) recordLeftPage();
    applyMode(answer.config.consent);
    createWidget(answer.config);
  }
  takeAnswer(answer);
}

function start(): void {
  watchScroll();
  watchHover();
  watchForms();
  watchExit();
  watchPages();

  const said = window.overture?.q;
  const overture: Overture = (...args) => runCommand(args);
  overture.live = true;
  window.overture = overture;
  for (let index = 0; index < (said?.length ?? 0); index++) runCommand(said?.[index] as ArrayLike<unknown>);

  addEventListener('pagehide', flush);
  addEventListener('online', lookNow);
  document.addEventListener('visibilitychange', () => {
    watchSeen();
    if (document.hidden) flush();
    else lookNow();
  });
  startLooks(take);
}

if (!site || !origin) tell('', 'whose site is this? Write data-site="KEY" in the script tag, or overture.js?site=KEY');
else if (!window.overture?.live) {
  // A page that the browser prepares for a link not yet clicked is not a visit.
  if ((document as { prerendering?: boolean }).prerendering) document.addEventListener('prerenderingchange', start);
  else start();
}
