/** Room for the teaser: it never stands on what the visitor is about to use. */

const USED =
  'a[href],button,input,select,textarea,summary,label,iframe,video,[role=button],[role=link],[role=checkbox],[contenteditable]';
const MOST = 2_000; // of a page's controls, looked at in a millisecond or two
const GAP = 8;
const TOO_LARGE = 0.4; // of the screen: a card or a map that is a link as a whole can't be kept clear of

/** How many pixels to raise a box so that it covers nothing that is used; -1 if there is no room below half the screen. */
export function raiseOf(box: DOMRect): number {
  const taken = controlsIn(box);
  let up = 0;
  for (let again = true; again; ) {
    again = false;
    for (let index = 0; index < taken.length; index++) {
      const { top, bottom } = taken[index] as DOMRect;
      if (bottom > box.top - up && top < box.bottom - up) {
        up = box.bottom - top + GAP;
        again = true;
      }
    }
  }
  return up > innerHeight / 2 || box.top - up < 0 ? -1 : Math.ceil(up);
}

/** The places of the page's controls that stand over or under the box. */
function controlsIn({ left, right, bottom }: DOMRect): DOMRect[] {
  const found: DOMRect[] = [];
  const controls = document.querySelectorAll(USED);
  for (let index = 0; index < controls.length && index < MOST; index++) {
    const control = controls[index] as Element;
    const place = control.getBoundingClientRect();
    const inside = place.right > left && place.left < right && place.bottom > 0 && place.top < bottom;
    const large = place.width * place.height > innerWidth * innerHeight * TOO_LARGE;
    if (inside && place.width && place.height && !large && isSeen(control)) found.push(place);
  }
  return found;
}

function isSeen(control: Element): boolean {
  return control.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) ?? true;
}
