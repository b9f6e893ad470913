/** What the script tag says: whose site this is and where Overture lives. Empty when the tag is not as it should be. */

const script = document.currentScript as HTMLScriptElement | null;

export const site = script?.dataset.site ?? '';
export const origin = script?.src ? new URL(script.src).origin : '';
