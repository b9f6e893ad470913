import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { Gate } from "@views/gate";
import { Lost, PageFailed, PageLoading } from "@views/states";

const root = createRootRoute({ component: Outlet, notFoundComponent: Lost });

/** All parameters are plain text: a token of digits must not become a number. */
const parseSearch = (query: string) => Object.fromEntries(new URLSearchParams(query));
const stringifySearch = (search: Record<string, unknown>) => {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return query ? `?${query}` : "";
};

const text = (value: unknown): string | undefined => (typeof value === "string" && value ? value : undefined);

const invite = createRoute({
  getParentRoute: () => root,
  path: "/invite",
  validateSearch: (search): { token?: string | undefined } => ({ token: text(search.token) }),
  component: lazyRouteComponent(() => import("@views/account"), "AcceptInvite"),
});
const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset",
  validateSearch: (search): { token?: string | undefined } => ({ token: text(search.token) }),
  component: lazyRouteComponent(() => import("@views/account"), "ResetPassword"),
});
const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot",
  component: lazyRouteComponent(() => import("@views/account"), "ForgotPassword"),
});

/** Everything below asks for a session first, and keeps the address while it does. */
const inside = createRoute({ getParentRoute: () => root, id: "inside", component: Gate });

const home = createRoute({
  getParentRoute: () => inside,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/inbox" });
  },
});
const inbox = createRoute({
  getParentRoute: () => inside,
  path: "/inbox",
  component: lazyRouteComponent(() => import("@views/inbox"), "Inbox"),
});
const talk = createRoute({
  getParentRoute: () => inbox,
  path: "$conversation",
  component: lazyRouteComponent(() => import("@views/inbox"), "OpenTalk"),
});
const visitors = createRoute({
  getParentRoute: () => inside,
  path: "/visitors",
  validateSearch: (search): { visitor?: string | undefined; stage?: string | undefined; q?: string | undefined } => ({
    visitor: text(search.visitor),
    stage: text(search.stage),
    q: text(search.q),
  }),
  component: lazyRouteComponent(() => import("@views/visitors"), "Visitors"),
});
const direction = createRoute({
  getParentRoute: () => inside,
  path: "/direction",
  validateSearch: (search): { tab?: string | undefined } => ({ tab: text(search.tab) }),
  component: lazyRouteComponent(() => import("@views/direction"), "Direction"),
});
const editPlan = createRoute({
  getParentRoute: () => inside,
  path: "/direction/edit",
  validateSearch: (search): { trigger?: string | undefined } => ({ trigger: text(search.trigger) }),
  component: lazyRouteComponent(() => import("@views/plan/edit"), "EditPlan"),
});
const tryPlan = createRoute({
  getParentRoute: () => inside,
  path: "/direction/try",
  component: lazyRouteComponent(() => import("@views/plan/try"), "TryPlan"),
});
const heldBack = createRoute({
  getParentRoute: () => inside,
  path: "/direction/held-back",
  component: lazyRouteComponent(() => import("@views/plan/held-back"), "HeldBack"),
});
const playbooks = createRoute({
  getParentRoute: () => inside,
  path: "/direction/playbooks",
  component: lazyRouteComponent(() => import("@views/plan/playbooks"), "Playbooks"),
});
const followups = createRoute({
  getParentRoute: () => inside,
  path: "/follow-ups",
  validateSearch: (search): { tab?: string | undefined; owner?: string | undefined } => ({
    tab: text(search.tab),
    owner: text(search.owner),
  }),
  component: lazyRouteComponent(() => import("@views/followups"), "FollowUps"),
});
const insight = createRoute({
  getParentRoute: () => inside,
  path: "/insight",
  validateSearch: (search): { from?: string | undefined; to?: string | undefined } => ({
    from: text(search.from),
    to: text(search.to),
  }),
  component: lazyRouteComponent(() => import("@views/insight"), "Insight"),
});
const staffing = createRoute({
  getParentRoute: () => inside,
  path: "/staffing",
  component: lazyRouteComponent(() => import("@views/staffing"), "Staffing"),
});
const settings = createRoute({
  getParentRoute: () => inside,
  path: "/settings",
  component: lazyRouteComponent(() => import("@views/settings"), "Settings"),
});
const settingsPart = createRoute({
  getParentRoute: () => settings,
  path: "$part",
  component: lazyRouteComponent(() => import("@views/settings"), "SettingsPart"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    invite,
    reset,
    forgot,
    inside.addChildren([
      home,
      inbox.addChildren([talk]),
      visitors,
      direction,
      editPlan,
      tryPlan,
      heldBack,
      playbooks,
      followups,
      insight,
      staffing,
      settings.addChildren([settingsPart]),
    ]),
  ]),
  basepath: "/console",
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  defaultPendingComponent: PageLoading,
  defaultErrorComponent: PageFailed,
  scrollRestoration: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
