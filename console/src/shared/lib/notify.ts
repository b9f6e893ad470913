import { keep, kept } from "./storage";
import { store } from "./store";

/** "default": not asked yet; "denied": only the browser's own settings can change it. */
export type Permission = NotificationPermission | "impossible";

const permission = (): Permission => (typeof Notification === "undefined" ? "impossible" : Notification.permission);

interface Notices {
  wanted: boolean;
  permission: Permission;
}

const read = (): Notices => ({
  wanted: kept("notices") === "yes",
  permission: permission(),
});

export const notices = store<Notices>(read());

/** Asks the browser, which asks the person, only when the person has asked for it here. */
export async function wantNotices(on: boolean): Promise<void> {
  try {
    if (on && permission() === "default") await Notification.requestPermission();
  } catch {
    // Some browsers ask only on https, or not at all: then nothing changes, and the switch shows it.
  }
  const wanted = on && permission() === "granted";
  keep("notices", wanted ? "yes" : null);
  notices.set({ wanted, permission: permission() });
}

export interface Notice {
  title: string;
  text: string;
  /** One notice per tag: a newer one takes the older one's place. */
  tag: string;
  onClick: () => void;
}

/** Beside the sound, for whoever looks at another window. True if the browser took it. */
export function notify({ title, text, tag, onClick }: Notice): boolean {
  if (!document.hidden || !notices.get().wanted || permission() !== "granted") return false;
  try {
    const shown = new Notification(title, { body: text, tag, icon: "/console/icon.svg" });
    shown.onclick = () => {
      window.focus();
      shown.close();
      onClick();
    };
    return true;
  } catch {
    // Phones have the permission but show notices from service workers only.
    return false;
  }
}
