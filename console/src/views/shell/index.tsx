import { DeskProvider } from "@domains/conversations/context";
import { useWide } from "@shared/lib/media";
import { useShortcuts } from "@shared/lib/shortcuts";
import { Outlet, useMatchRoute, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useCalls } from "./call";
import { LineBanner } from "./line-banner";
import { Rail, TabBar } from "./navigation";
import { PLACES } from "./places";
import { ShortcutHelp } from "./shortcut-help";
import { useTitle } from "./title";
import { TopBar } from "./top-bar";

function Frame() {
  const wide = useWide();
  const navigate = useNavigate();
  const [help, setHelp] = useState(false);
  const inTalk = Boolean(useMatchRoute()({ to: "/inbox/$conversation" }));
  useTitle();
  useCalls();
  useShortcuts({
    "?": () => setHelp(true),
    ...Object.fromEntries(PLACES.map((place) => [`g ${place.key}`, () => void navigate({ to: place.to })])),
  });
  // On a phone an open talk is a page of its own: it needs the room the bars take.
  const bare = !wide && inTalk;
  return (
    <div className="flex h-dvh overflow-hidden">
      {wide ? <Rail onHelp={() => setHelp(true)} /> : null}
      <div className="flex min-w-0 flex-1 flex-col">
        {bare ? null : <TopBar />}
        <LineBanner />
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
