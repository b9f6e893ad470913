import { useDesk } from "@domains/conversations/context";
import { calling } from "@domains/conversations/desk";
import { useLateCount } from "@domains/followups/api";
import { useMe } from "@domains/session";
import { useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { Count } from "@shared/ui/badge";
import { IconButton } from "@shared/ui/button";
import { Menu, MenuItem } from "@shared/ui/menu";
import { Link, useNavigate, useRouterState } from "@tanstack/react-router";
import { Ellipsis, Keyboard } from "lucide-react";
import { Mark } from "../mark";
import { forThumb, type Place, placesFor } from "./places";

function useCounts(): Partial<Record<Place["to"], { value: number; tone: "accent" | "bad" }>> {
  const inbox = useDesk(calling);
  const late = useLateCount();
  return { "/inbox": { value: inbox, tone: "accent" }, "/follow-ups": { value: late, tone: "bad" } };
}

function Entry({ place, tab }: { place: Place; tab?: boolean }) {
  const { t } = useWords();
  const count = useCounts()[place.to];
  const Icon = place.icon;
  return (
    <Link
      to={place.to}
      className={cx(
        "group flex flex-col items-center gap-1 rounded-md text-2xs font-medium text-muted transition-colors hover:text-ink",
        "data-[status=active]:text-accent-ink",
        tab ? "min-w-0 flex-1 justify-center py-1.5" : "w-full py-1.5",
      )}
    >
      <span
        className={cx(
          "relative flex h-7 w-11 items-center justify-center rounded-md transition-colors",
          "group-hover:bg-hover group-data-[status=active]:bg-selected",
        )}
      >
        <Icon aria-hidden className="size-4.5" strokeWidth={1.8} />
        {count && count.value > 0 ? (
          <span className="absolute -top-1 -right-0.5">
            <Count value={count.value} tone={count.tone} />
          </span>
        ) : null}
      </span>
      <span className="max-w-full truncate px-0.5">{t(place.name)}</span>
    </Link>
  );
}

/** Beside the page, on screens with room. */
export function Rail({ onHelp }: { onHelp: () => void }) {
  const { t } = useWords();
  const places = placesFor(useMe());
  return (
    <nav
      aria-label={t("nav.label")}
      className="flex w-21 shrink-0 flex-col items-center gap-1 border-r bg-canvas px-1.5 py-3"
    >
      <Mark className="mb-3 size-8" />
      {places.map((place) => (
        <Entry key={place.to} place={place} />
      ))}
      <IconButton
        label={t("keys.title")}
        keys="?"
        side="right"
        icon={<Keyboard className="size-4.5" />}
        className="mt-auto"
        onClick={onHelp}
      />
    </nav>
  );
}

/** Under the thumb, on a phone. */
export function TabBar() {
  const { t } = useWords();
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [first, rest] = forThumb(placesFor(useMe()));
  const restActive = rest.some((place) => path.startsWith(place.to));
  return (
    <nav
      aria-label={t("nav.label")}
      className="flex shrink-0 border-t bg-surface px-1 pb-[env(safe-area-inset-bottom)]"
    >
      {first.map((place) => (
        <Entry key={place.to} place={place} tab />
      ))}
      <Menu
        side="top"
        trigger={
          <button
            type="button"
            className={cx(
              "flex min-w-0 flex-1 flex-col items-center justify-center gap-1 py-1.5 text-2xs font-medium",
              restActive ? "text-accent-ink" : "text-muted",
            )}
          >
            <span className={cx("flex h-7 w-11 items-center justify-center rounded-md", restActive && "bg-selected")}>
              <Ellipsis aria-hidden className="size-4.5" />
            </span>
            {t("nav.more")}
          </button>
        }
      >
        {rest.map((place) => (
          <MenuItem
            key={place.to}
            icon={<place.icon className="size-4.5" />}
            onSelect={() => navigate({ to: place.to })}
          >
            {t(place.name)}
          </MenuItem>
        ))}
      </Menu>
    </nav>
  );
}
