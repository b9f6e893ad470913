/** What the script tag says: whose site this is and where Overture lives. Empty when the tag is not as it should be. */

// A module has no current script; then the tag is known by what it carries.
const script = (document.currentScript ??
  document.querySelector('script[src][data-site],script[src*="overture.js"]')) as HTMLScriptElement | null;
const address = script?.src ? new URL(script.src) : undefined;

/** In `data-site`, or as `overture.js?site=KEY` where a tag manager leaves attributes out. */
export const site = script?.dataset.site || address?.searchParams.get('site') || '';
export const origin = address?.origin ?? '';
