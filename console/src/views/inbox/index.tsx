import { useDesk } from "@domains/conversations/context";
import { useWords } from "@shared/i18n";
import { useMedia, useWide } from "@shared/lib/media";
import { notices, wantNotices } from "@shared/lib/notify";
import { useStore } from "@shared/lib/store";
import { Button } from "@shared/ui/button";
import { Empty } from "@shared/ui/feedback";
import { Outlet, useMatchRoute, useParams } from "@tanstack/react-router";
import { BellRing, Inbox as InboxIcon, MessageSquareText } from "lucide-react";
import { FirstSteps, useIsReady } from "../first-steps";
import { ContextPanel } from "./context-panel";
import { ConversationList } from "./list";
import { TalkPane } from "./talk";

/** Offered once there is time to think of it, and asked by the browser only on a click. */
function NoticeOffer() {
  const { t } = useWords();
  const { permission } = useStore(notices);
  if (permission !== "default") return null;
  return (
    <Button icon={<BellRing className="size-4" />} onClick={() => void wantNotices(true)}>
      {t("notify.offer")}
    </Button>
  );
}

/** List, talk and context side by side; on a phone one at a time. */
export function Inbox() {
  const { t } = useWords();
  const wide = useWide();
  const open = Boolean(useMatchRoute()({ to: "/inbox/$conversation" }));
  const empty = useDesk((desk) => desk.welcomed && Object.keys(desk.heads).length === 0);
  const isReady = useIsReady();
  if (!wide) return open ? <Outlet /> : <ConversationList />;
  return (
    <div className="flex h-full">
      <div className="w-78 shrink-0 border-r bg-surface xl:w-88">
        <ConversationList />
      </div>
      <div className="min-w-0 flex-1 bg-surface">
        {open ? (
          <Outlet />
        ) : empty && isReady === false ? (
          <FirstSteps className="flex h-full flex-col justify-center" />
        ) : (
          <Empty
            className="h-full"
            icon={empty ? <InboxIcon /> : <MessageSquareText />}
            title={empty ? t("inbox.quiet") : t("inbox.choose")}
            text={empty ? t("inbox.quiet_text") : t("inbox.choose_text")}
            action={empty ? <NoticeOffer /> : undefined}
          />
        )}
      </div>
    </div>
  );
}

export function OpenTalk() {
  const { conversation } = useParams({ from: "/inside/inbox/$conversation" });
  const refused = useDesk((desk) => conversation in desk.refused && !desk.talks[conversation]);
  const beside = useMedia("(min-width: 72rem)") && !refused;
  return (
    <div className="flex h-full">
      <div className="min-w-0 flex-1">
        <TalkPane key={conversation} id={conversation} />
      </div>
      {beside ? (
        <aside className="w-80 shrink-0 overflow-y-auto border-l bg-canvas xl:w-88">
          <ContextPanel conversation={conversation} />
        </aside>
      ) : null}
    </div>
  );
}
