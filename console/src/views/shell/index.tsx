import { DeskProvider } from "@domains/conversations/context";
import { setupQuery } from "@domains/direction/api";
import { useMe, useSite } from "@domains/session";
import { useTimesOf } from "@shared/i18n";
import { useWide } from "@shared/lib/media";
import { useShortcuts } from "@shared/lib/shortcuts";
import { keepZone, keptZone } from "@shared/lib/zone";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useMatchRoute, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { AvailabilityBanner } from "./availability-banner";
import { useCalls } from "./call";
import { LineBanner } from "./line-banner";
import { Rail, TabBar } from "./navigation";
import { placesFor } from "./places";
import { ShortcutHelp } from "./shortcut-help";
import { useTitle } from "./title";
import { TopBar } from "./top-bar";

/** Every time on the page is the site's. */
function useSiteTimes() {
  const { id } = useSite();
  const zone = useQuery(setupQuery(id)).data?.timezone ?? undefined;
  useTimesOf(zone ?? keptZone(id));
  useEffect(() => {
    if (zone) keepZone(id, zone);
  }, [id, zone]);
}

function Frame() {
  const wide = useWide();
  const navigate = useNavigate();
  const [help, setHelp] = useState(false);
  const inTalk = Boolean(useMatchRoute()({ to: "/inbox/$conversation" }));
  useTitle();
  useSiteTimes();
  useCalls();
  useShortcuts({
    "?": () => setHelp(true),
    ...Object.fromEntries(placesFor(useMe()).map((place) => [`g ${place.key}`, () => void navigate({ to: place.to })])),
  });
  // On a phone an open talk is a page of its own: it needs the room the bars take.
  const bare = !wide && inTalk;
  return (
    <div className="flex h-dvh overflow-hidden">
      {wide ? <Rail onHelp={() => setHelp(true)} /> : null}
      <div className="flex min-w-0 flex-1 flex-col">
        {bare ? null : <TopBar />}
        <LineBanner />
        <AvailabilityBanner />
        <main className="min-h-0 flex-1">
          <Outlet />
        </main>
        {wide || bare ? null : <TabBar />}
      </div>
      <ShortcutHelp open={help} onClose={() => setHelp(false)} />
    </div>
  );
}

export const Shell = () => (
  <DeskProvider>
    <Frame />
  </DeskProvider>
);
