import { may, useMe } from "@domains/session";
import { useWords } from "@shared/i18n";
import { useWide } from "@shared/lib/media";
import { SkeletonRows } from "@shared/ui/feedback";
import { Select } from "@shared/ui/field";
import { Page } from "@shared/ui/page";
import { Link, Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { type ComponentType, lazy, Suspense } from "react";
import { Lost } from "../states";
import { PARTS } from "./parts";

const FIRST = "site";

function useParts() {
  const me = useMe();
  return PARTS.filter((part) => !part.needs || may(me, part.needs));
}

/** The page's own list of parts at the side; on a phone a choice at the top. */
export function Settings() {
  const { t } = useWords();
  const wide = useWide();
  const navigate = useNavigate();
  const parts = useParts();
  const { part } = useParams({ strict: false });
  const shown = part ?? (parts.some((one) => one.id === FIRST) ? FIRST : "profile");
  return (
    <Page title={t("nav.settings")}>
      <div className="gap-10 md:flex">
        {wide ? (
          <nav aria-label={t("nav.settings")} className="w-44 shrink-0">
            <ul className="sticky top-0 space-y-0.5">
              {parts.map((one) => (
                <li key={one.id}>
                  <Link
                    to="/settings/$part"
                    params={{ part: one.id }}
                    aria-current={one.id === shown ? "page" : undefined}
                    className="block rounded-md px-3 py-1.5 text-base text-muted hover:bg-hover hover:text-ink aria-[current=page]:bg-selected aria-[current=page]:font-medium aria-[current=page]:text-accent-ink"
                  >
                    {t(one.name)}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
        ) : (
          <Select
            aria-label={t("nav.settings")}
            className="mb-5"
            value={shown}
            onChange={(event) => void navigate({ to: "/settings/$part", params: { part: event.target.value } })}
          >
            {parts.map((one) => (
              <option key={one.id} value={one.id}>
                {t(one.name)}
              </option>
            ))}
          </Select>
        )}
        <div className="min-w-0 flex-1 space-y-5">{part ? <Outlet /> : <Shown part={shown} />}</div>
      </div>
    </Page>
  );
}

const VIEWS: Record<string, ComponentType> = {
  profile: lazy(() => import("./profile").then((view) => ({ default: view.ProfileSettings }))),
  site: lazy(() => import("./site").then((view) => ({ default: view.SiteSettings }))),
  snippet: lazy(() => import("./snippet").then((view) => ({ default: view.SnippetSettings }))),
  look: lazy(() => import("./look").then((view) => ({ default: view.LookSettings }))),
  users: lazy(() => import("./users").then((view) => ({ default: view.UserSettings }))),
  teams: lazy(() => import("./teams").then((view) => ({ default: view.TeamSettings }))),
  canned: lazy(() => import("./canned").then((view) => ({ default: view.CannedSettings }))),
  tokens: lazy(() => import("./tokens").then((view) => ({ default: view.TokenSettings }))),
  audit: lazy(() => import("./audit").then((view) => ({ default: view.AuditLog }))),
};

function Shown({ part }: { part: string }) {
  const parts = useParts();
  const View = parts.some((one) => one.id === part) ? VIEWS[part] : undefined;
  if (!View) return <Lost />;
  return (
    <Suspense fallback={<SkeletonRows rows={3} />}>
      <View />
    </Suspense>
  );
}

export function SettingsPart() {
  const { part } = useParams({ from: "/inside/settings/$part" });
  return <Shown key={part} part={part} />;
}
