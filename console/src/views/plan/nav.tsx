import { useMay } from "@domains/session";
import { useWords } from "@shared/i18n";
import { Link } from "@tanstack/react-router";

const PLACES = [
  { to: "/direction", name: "plan.nav_plan", lead: false },
  { to: "/direction/edit", name: "plan.nav_edit", lead: true },
  { to: "/direction/try", name: "plan.nav_try", lead: true },
  { to: "/direction/held-back", name: "plan.nav_held_back", lead: false },
  { to: "/direction/playbooks", name: "plan.nav_playbooks", lead: true },
] as const;

/** The pages of direction. Who may not change the plan is not offered to. */
export function DirectionNav() {
  const { t } = useWords();
  const mayEdit = useMay("edit_plan");
  return (
    <nav aria-label={t("nav.direction")} className="-mx-1 mb-5 flex gap-1 overflow-x-auto border-b px-1">
      {PLACES.filter((place) => mayEdit || !place.lead).map((place) => (
        <Link
          key={place.to}
          to={place.to}
          activeOptions={{ exact: true, includeSearch: false }}
          className="-mb-px shrink-0 border-b-2 border-transparent px-2.5 py-2 text-base font-medium whitespace-nowrap text-muted hover:text-ink max-md:py-3"
          activeProps={{ className: "border-accent! text-ink!", "aria-current": "page" }}
        >
          {t(place.name)}
        </Link>
      ))}
    </nav>
  );
}
