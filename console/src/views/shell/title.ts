import { useDesk } from "@domains/conversations/context";
import { calling } from "@domains/conversations/desk";
import { useWords } from "@shared/i18n";
import { useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { PLACES } from "./places";

/** "(2) Inbox · Overture": how many conversations ask for this agent, then the page. */
export function useTitle(): void {
  const { t } = useWords();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const place = PLACES.find((one) => path.startsWith(one.to));
  const count = useDesk(calling);
  useEffect(() => {
    const name = place ? `${t(place.name)} · Overture` : "Overture";
    document.title = count > 0 ? `(${count}) ${name}` : name;
  }, [t, place, count]);
}
