import { take } from "@domains/conversations/api";
import { useDesk, useDeskClient, useLink, useOutbox } from "@domains/conversations/context";
import { GONE, held, lastSeq, type Talk } from "@domains/conversations/desk";
import type { ConversationHead } from "@domains/conversations/model";
import { timeline } from "@domains/conversations/timeline";
import { headName, STATE_TONES, stateName } from "@domains/conversations/words";
import { useMe } from "@domains/session";
import { useWords } from "@shared/i18n";
import { useMedia, useWide } from "@shared/lib/media";
import { spoken } from "@shared/lib/names";
import { useShortcuts } from "@shared/lib/shortcuts";
import { Avatar } from "@shared/ui/avatar";
import { Badge } from "@shared/ui/badge";
import { Button, IconButton } from "@shared/ui/button";
import { Drawer } from "@shared/ui/dialog";
import { Empty, SkeletonRows, useErrorText } from "@shared/ui/feedback";
import { Hint } from "@shared/ui/hint";
import { toast } from "@shared/ui/toast";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft, ArrowRightLeft, CheckCheck, Hand, MessageSquareOff, PanelRight } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { Composer } from "./composer";
import { ContextPanel } from "./context-panel";
import { HandOver } from "./hand-over";
import { Log } from "./log";
import { isUnanswered, Unanswered } from "./unanswered";
import { WrapUpDialog } from "./wrap-up";

type Over = "" | "wrap-up" | "wrap-up-usual" | "hand-over" | "details";

function useTake(id: string) {
  const { t } = useWords();
  const say = useErrorText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  async function run() {
    setBusy(true);
    setError("");
    try {
      await take(id);
      toast.done(t("talk.taken"));
    } catch (error) {
      setError(say(error));
    } finally {
      setBusy(false);
    }
  }
  return { busy, error, run };
}

/** Said in words where there is room for them. */
function HandOverButton({ onClick }: { onClick: () => void }) {
  const { t } = useWords();
  const roomy = useMedia("(min-width: 72rem)");
  if (!roomy) {
    return (
      <IconButton
        label={t("talk.hand_over")}
        keys="h"
        icon={<ArrowRightLeft className="size-4.5" />}
        onClick={onClick}
      />
    );
  }
  return (
    <Hint text={t("talk.hand_over_hint")} keys="h">
      <Button look="quiet" icon={<ArrowRightLeft className="size-4" />} onClick={onClick}>
        {t("talk.hand_over")}
      </Button>
    </Hint>
  );
}

interface HeadProps {
  head: ConversationHead;
  onOpen: (over: Over) => void;
}

function Head({ head, onOpen }: HeadProps) {
  const { t, fmt } = useWords();
  const wide = useWide();
  const beside = useMedia("(min-width: 72rem)");
  const name = headName(t, head);
  const open = head.state !== "closed";
  // On a phone the talk is the whole page.
  const Title = wide ? "h2" : "h1";
  return (
    <header className="flex min-h-15 shrink-0 items-center gap-3 border-b px-4 py-2.5 max-md:gap-2 max-md:px-2">
      {wide ? null : (
        <Link
          to="/inbox"
          aria-label={t("talk.back")}
          className="flex size-10 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover"
        >
          <ArrowLeft className="size-5" />
        </Link>
      )}
      {wide ? <Avatar id={head.visitor} name={name} /> : null}
      <div className="min-w-0 flex-1">
        <Title className="truncate text-base font-semibold">{name}</Title>
        <p className="flex min-w-0 items-center gap-1.5 text-xs text-muted">
          <Badge tone={STATE_TONES[head.state]}>{stateName(t, head.state)}</Badge>
          <span className="truncate">
            {spoken(head.team)}
            {head.language ? ` · ${fmt.language(head.language)}` : ""}
          </span>
          {isUnanswered(head) ? <Unanswered head={head} /> : null}
          {head.simulated ? <Badge>{t("visitor.simulated")}</Badge> : null}
        </p>
      </div>
      {open ? <HandOverButton onClick={() => onOpen("hand-over")} /> : null}
      {beside ? null : (
        <IconButton
          label={t("talk.details")}
          icon={<PanelRight className="size-4.5" />}
          onClick={() => onOpen("details")}
        />
      )}
      {open ? (
        <Hint text={t("wrap_up.hint")} keys="w">
          <Button look="plain" icon={<CheckCheck className="size-4 max-sm:hidden" />} onClick={() => onOpen("wrap-up")}>
            {t("wrap_up.title")}
          </Button>
        </Hint>
      ) : null}
    </header>
  );
}

/** A closed one says what came of it, or asks for that. */
function Closed({ result, onWrapUp }: { result: string | undefined; onWrapUp: () => void }) {
  const { t } = useWords();
  if (result) {
    return (
      <p className="border-t bg-canvas px-4 py-4 text-center text-sm text-muted">
        {t("talk.closed_as", { result: spoken(result) })}
      </p>
    );
  }
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 border-t bg-canvas px-4 py-3">
      <p className="min-w-0 flex-1 text-sm text-muted">{t("talk.closed_no_result")}</p>
      <Button icon={<CheckCheck className="size-4" />} onClick={onWrapUp}>
        {t("talk.add_result")}
      </Button>
    </div>
  );
}

function Foot({ talk, onWrapUp }: { talk: Talk; onWrapUp: () => void }) {
  const { t } = useWords();
  const me = useMe();
  const { head } = talk;
  const taking = useTake(head.id);
  const taken = useDesk(held);
  const capacity = useDesk((desk) => desk.capacity);
  const full = !head.simulated && taken >= capacity;
  const took = useRef(false);
  const begin = () => {
    took.current = true;
    void taking.run();
  };
  useShortcuts({ t: () => head.state === "waiting" && !full && begin() });
  if (head.state === "closed") {
    return <Closed result={head.result} onWrapUp={onWrapUp} />;
  }
  if (head.state === "waiting") {
    return (
      <div className="flex flex-wrap items-center justify-between gap-3 border-t bg-warn-soft px-4 py-3">
        <p id="take-why" className="min-w-0 flex-1 text-sm text-warn-ink">
          {full ? t("talk.full", { held: taken, capacity }) : t("talk.waiting_text")}
        </p>
        <Button
          look="primary"
          icon={<Hand className="size-4" />}
          onClick={begin}
          disabled={taking.busy || full}
          aria-describedby="take-why"
        >
          {t("talk.take")}
        </Button>
        {taking.error ? (
          <p role="alert" className="w-full text-sm text-bad-ink">
            {taking.error}
          </p>
        ) : null}
      </div>
    );
  }
  const own = head.agent_id === me.id;
  return (
    <>
      {head.state === "wrapping_up" ? (
        <div className="flex flex-wrap items-center justify-between gap-3 border-t bg-accent-soft px-4 py-2.5">
          <p className="min-w-0 flex-1 text-sm text-accent-ink">{t("talk.visitor_gone")}</p>
          <button type="button" className="text-sm font-medium text-accent-ink underline" onClick={onWrapUp}>
            {t("talk.finish")}
          </button>
        </div>
      ) : null}
      <Composer head={head} own={own} atOnce={took.current} />
    </>
  );
}

/** Marks as read what is really looked at: this talk on screen, at its end, in a window in front. */
function useReading(id: string, talk: Talk | undefined, atEnd: boolean) {
  const client = useDeskClient();
  const me = useMe();
  const link = useLink();
  const last = lastSeq(talk);
  const own = talk?.head.agent_id === me.id;
  useEffect(() => {
    client.watching = id;
    return () => {
      client.watching = "";
    };
  }, [client, id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `last` and the line's state are why to mark again
  useEffect(() => {
    if (!own) return;
    const mark = () => client.mark(id, atEnd && document.hasFocus() && !document.hidden);
    mark();
    addEventListener("focus", mark);
    document.addEventListener("visibilitychange", mark);
    return () => {
      removeEventListener("focus", mark);
      document.removeEventListener("visibilitychange", mark);
    };
  }, [client, id, own, last, atEnd, link.state]);
}

export function TalkPane({ id }: { id: string }) {
  const { t } = useWords();
  const client = useDeskClient();
  const navigate = useNavigate();
  const talk = useDesk((desk) => desk.talks[id]);
  const refused = useDesk((desk) => desk.refused[id]);
  const welcomed = useDesk((desk) => desk.welcomed);
  const outbox = useOutbox();
  const [over, setOver] = useState<Over>("");
  const [atEnd, setAtEnd] = useState(true);
  const unsent = useMemo(() => outbox.filter((item) => item.conversation === id), [outbox, id]);
  const lines = useMemo(() => (talk ? timeline(talk, unsent) : []), [talk, unsent]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: before the welcome there is nobody to ask
  useEffect(() => client.follow(id), [client, id, welcomed]);
  useReading(id, talk, atEnd);
  const open = talk && talk.head.state !== "closed";
  useShortcuts({
    w: () => (open || (talk && !talk.head.result)) && setOver("wrap-up"),
    W: () => open && setOver("wrap-up-usual"),
    h: () => open && setOver("hand-over"),
    ["Escape"]: () => void navigate({ to: "/inbox" }),
  });
  if (!talk) {
    return refused ? (
      <Empty
        className="h-full"
        icon={<MessageSquareOff />}
        title={t("talk.refused")}
        text={refused === GONE ? t("talk.gone") : refused}
      />
    ) : (
      <SkeletonRows rows={5} height="h-12" />
    );
  }
  return (
    <section aria-label={headName(t, talk.head)} className="flex h-full flex-col bg-surface">
      <Head head={talk.head} onOpen={setOver} />
      <Log talk={talk} lines={lines} onEnd={setAtEnd} />
      <Foot talk={talk} onWrapUp={() => setOver("wrap-up")} />
      {over === "wrap-up" || over === "wrap-up-usual" ? (
        <WrapUpDialog head={talk.head} onClose={() => setOver("")} atOnce={over === "wrap-up-usual"} />
      ) : null}
      {over === "hand-over" ? <HandOver head={talk.head} onClose={() => setOver("")} /> : null}
      <Drawer open={over === "details"} onClose={() => setOver("")} title={headName(t, talk.head)}>
        <ContextPanel conversation={id} />
      </Drawer>
    </section>
  );
}
