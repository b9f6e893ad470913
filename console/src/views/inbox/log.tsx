import { useDeskClient } from "@domains/conversations/context";
import type { Talk } from "@domains/conversations/desk";
import type { MessageView, NoteView } from "@domains/conversations/model";
import type { Unsent } from "@domains/conversations/outbox";
import { byDay, type Day, type Line } from "@domains/conversations/timeline";
import { headName, noticeText } from "@domains/conversations/words";
import { useMe } from "@domains/session";
import { useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { cityOf, isElsewhere, pageZone } from "@shared/lib/zone";
import { Button } from "@shared/ui/button";
import { useErrorText } from "@shared/ui/feedback";
import { WrittenText } from "@shared/ui/text";
import { toast } from "@shared/ui/toast";
import { ArrowDown, Bot, Check, CheckCheck, CircleAlert, Clock3, Lock } from "lucide-react";
import { memo, type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";

/** Nearer to the end than this counts as being there. */
const NEAR = 48;

type Mark = "sent" | "delivered" | "read";

const markOf = (talk: Talk, seq: number): Mark =>
  seq <= talk.visitorRead ? "read" : seq <= talk.visitorDelivered ? "delivered" : "sent";

/** A mark stands under the last of our messages that it is true of: under each one it would be a pattern, not news. */
function marksOf(talk: Talk): Map<number, Mark> {
  const marks = new Map<number, Mark>();
  const told = new Set<Mark>();
  for (let at = talk.messages.length - 1; at >= 0 && !told.has("read"); at--) {
    const { seq, author } = talk.messages[at]!;
    if (author.kind !== "agent" && author.kind !== "bot") continue;
    const mark = markOf(talk, seq);
    if (!told.has(mark)) marks.set(seq, mark);
    told.add(mark);
  }
  return marks;
}

function MarkSign({ mark }: { mark: Mark }) {
  const { t } = useWords();
  const Icon = mark === "sent" ? Check : CheckCheck;
  return (
    <span className={cx("inline-flex items-center gap-1", mark === "read" ? "text-accent-ink" : "text-faint")}>
      <Icon aria-hidden className="size-3.5" />
      {t(`mark.${mark}`)}
    </span>
  );
}

const Bubble = ({ own, children }: { own: boolean; children: ReactNode }) => (
  <div
    className={cx(
      "max-w-[min(38rem,86%)] rounded-xl px-3.5 py-2 text-base",
      own ? "rounded-br-sm bg-accent-soft" : "rounded-bl-sm bg-sunken",
    )}
  >
    {children}
  </div>
);

interface MessageProps {
  message: MessageView;
  visitor: string;
  first: boolean;
  mark: Mark | undefined;
}

/** Drawn once: somebody's typing, or the next message, leaves the three hundred before it alone. */
const Message = memo(function Message({ message, visitor, first, mark }: MessageProps) {
  const { t, fmt } = useWords();
  const me = useMe();
  const { author } = message;
  const ours = author.kind !== "visitor";
  const own = author.kind === "agent" && author.id === me.id;
  const name = ours ? (own ? t("log.you") : author.name || t("log.colleague")) : visitor;
  return (
    <article
      className={cx("flex flex-col px-4 md:px-6", ours ? "items-end" : "items-start", first ? "pt-3" : "pt-0.5")}
    >
      {first ? (
        <p className="mb-1 flex max-w-full items-center gap-1.5 text-xs font-medium text-muted">
          {author.kind === "bot" ? <Bot aria-hidden className="size-3.5 shrink-0" /> : null}
          <bdi className="min-w-0 max-w-72 truncate">{name}</bdi>
          <time dateTime={message.at} title={fmt.exact(message.at)} className="tabular shrink-0 font-normal text-faint">
            {fmt.time(message.at)}
          </time>
        </p>
      ) : (
        <span className="sr-only">{name}</span>
      )}
      <Bubble own={ours}>
        <WrittenText text={message.text} />
      </Bubble>
      {mark ? (
        <p className="mt-1 text-2xs">
          <MarkSign mark={mark} />
        </p>
      ) : null}
    </article>
  );
});

const NoteBox = ({ head, text, children }: { head: ReactNode; text: string; children?: ReactNode }) => (
  <article className="px-4 pt-3 md:px-6">
    <div className="rounded-md border-l-3 border-note-line bg-note px-3.5 py-2 text-note-ink">
      <p className="mb-0.5 flex items-center gap-1.5 text-xs font-semibold">
        <Lock aria-hidden className="size-3" />
        {head}
      </p>
      <p className="text-base">
        <WrittenText text={text} />
      </p>
      {children}
    </div>
  </article>
);

const Note = memo(function Note({ note }: { note: NoteView }) {
  const { t, fmt } = useWords();
  const me = useMe();
  const name = note.author_id === me.id ? t("log.you") : note.author_name;
  return <NoteBox head={`${t("log.note")} · ${name} · ${fmt.time(note.at)}`} text={note.text} />;
});

const Notice = memo(function Notice({ message }: { message: MessageView }) {
  const { t, fmt } = useWords();
  return (
    <p dir="auto" className="px-6 pt-3 text-center text-xs text-muted text-pretty">
      {noticeText(t, message)} <time className="tabular text-faint">{fmt.time(message.at)}</time>
    </p>
  );
});

function UnsentState({ item }: { item: Unsent }) {
  const { t } = useWords();
  const client = useDeskClient();
  if (item.state !== "failed") {
    return (
      <p className="mt-1 flex items-center gap-1 text-2xs text-muted">
        <Clock3 aria-hidden className="size-3" />
        {item.state === "sending" ? t("unsent.sending") : t("unsent.waiting")}
      </p>
    );
  }
  return (
    <p role="alert" className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-bad-ink">
      <CircleAlert aria-hidden className="size-3.5" />
      {t("unsent.failed")} {item.error}
      <button type="button" className="underline" onClick={() => client.retry(item.cid)}>
        {t("common.try_again")}
      </button>
      <button type="button" className="font-semibold underline" onClick={() => client.edit(item)}>
        {t("unsent.edit")}
      </button>
      <button type="button" className="underline" onClick={() => client.discard(item.cid)}>
        {t("unsent.discard")}
      </button>
    </p>
  );
}

function UnsentLine({ item }: { item: Unsent }) {
  const { t } = useWords();
  if (item.kind === "note") {
    return (
      <NoteBox head={`${t("log.note")} · ${t("log.you")}`} text={item.text}>
        <UnsentState item={item} />
      </NoteBox>
    );
  }
  return (
    <article className="flex flex-col items-end px-4 pt-3 md:px-6">
      <div className={cx("flex w-full flex-col items-end", item.state !== "failed" && "opacity-70")}>
        <Bubble own>
          <WrittenText text={item.text} />
        </Bubble>
      </div>
      <UnsentState item={item} />
    </article>
  );
}

interface DayLinesProps {
  day: Day;
  visitor: string;
  marks: Map<number, Mark>;
}

function DayLines({ day, visitor, marks }: DayLinesProps) {
  const { t, fmt } = useWords();
  return (
    <div>
      <div className="sticky top-0 z-10 flex justify-center bg-surface pt-2.5 pb-1.5">
        <span className="inline-block rounded-full bg-surface px-3 py-0.5 text-xs font-medium text-muted ring-1 ring-line first-letter:uppercase">
          {fmt.day(day.at)}
          {isElsewhere(new Date(day.at)) ? ` · ${t("time.of", { city: cityOf(pageZone()) })}` : null}
        </span>
      </div>
      {day.lines.map((line) => (
        <LogLine key={line.key} line={line} visitor={visitor} marks={marks} />
      ))}
    </div>
  );
}

function LogLine({ line, visitor, marks }: { line: Line; visitor: string; marks: Map<number, Mark> }) {
  switch (line.kind) {
    case "day":
      return null;
    case "message":
      return <Message message={line.message} visitor={visitor} first={line.first} mark={marks.get(line.message.seq)} />;
    case "note":
      return <Note note={line.note} />;
    case "notice":
      return <Notice message={line.message} />;
    case "unsent":
      return <UnsentLine item={line.item} />;
  }
}

function Typing({ talk }: { talk: Talk }) {
  const { t } = useWords();
  if (!talk.typing) return null;
  const who =
    talk.typing.author.kind === "visitor" ? headName(t, talk.head) : talk.typing.author.name || t("log.colleague");
  return (
    <div className="flex items-center gap-2 px-4 pt-3 text-xs text-muted md:px-6">
      <span aria-hidden className="inline-flex gap-1 rounded-xl bg-sunken px-3 py-2.5">
        {[0, 150, 300].map((delay) => (
          <span
            key={delay}
            className="size-1.5 rounded-full bg-muted"
            style={{ animation: "pulse-dot 1.2s infinite", animationDelay: `${delay}ms` }}
          />
        ))}
      </span>
      {t("log.typing", { name: who })}
    </div>
  );
}

function useEarlier(talk: Talk) {
  const client = useDeskClient();
  const say = useErrorText();
  const [busy, setBusy] = useState(false);
  const more = (talk.messages[0]?.seq ?? 1) > 1;
  const load = useCallback(async () => {
    setBusy(true);
    try {
      await client.loadEarlier(talk.head.id);
    } catch (error) {
      toast.failed(say(error));
    } finally {
      setBusy(false);
    }
  }, [client, talk.head.id, say]);
  return { busy, more, load };
}

interface LogProps {
  talk: Talk;
  lines: Line[];
  onEnd: (atEnd: boolean) => void;
}

/** The talk. It stays at its end while one is there, and where it is while one reads further up. */
export function Log({ talk, lines, onEnd }: LogProps) {
  const { t } = useWords();
  const box = useRef<HTMLDivElement>(null);
  const held = useRef({ first: 0, height: 0, count: 0 });
  const [atEnd, setAtEnd] = useState(true);
  const [fresh, setFresh] = useState(0);
  const earlier = useEarlier(talk);
  const first = talk.messages[0]?.seq ?? 0;
  const visitor = headName(t, talk.head);
  const marks = useMemo(() => marksOf(talk), [talk]);
  const days = useMemo(() => byDay(lines, new Date().toISOString()), [lines]);
  const toEnd = () => box.current?.scrollTo({ top: box.current.scrollHeight });

  // biome-ignore lint/correctness/useExhaustiveDependencies: that somebody types takes a line of its own at the end
  useLayoutEffect(() => {
    const node = box.current;
    if (!node) return;
    const before = held.current;
    if (before.first > 0 && first < before.first) node.scrollTop += node.scrollHeight - before.height;
    else if (atEnd || lines.at(-1)?.kind === "unsent") node.scrollTop = node.scrollHeight;
    else if (lines.length > before.count) setFresh((count) => count + lines.length - before.count);
    held.current = { first, height: node.scrollHeight, count: lines.length };
  }, [lines, first, atEnd, talk.typing]);

  // The composer grows, the window shrinks: still at the end.
  useEffect(() => {
    const node = box.current;
    if (!node) return;
    const watch = new ResizeObserver(() => {
      if (atEnd) node.scrollTop = node.scrollHeight;
    });
    watch.observe(node);
    return () => watch.disconnect();
  }, [atEnd]);

  const onScroll = () => {
    const node = box.current;
    if (!node) return;
    const now = node.scrollHeight - node.scrollTop - node.clientHeight < NEAR;
    if (now) setFresh(0);
    if (now !== atEnd) {
      setAtEnd(now);
      onEnd(now);
    }
  };

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={box}
        role="log"
        aria-label={t("log.label")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        className="h-full overflow-y-auto overscroll-contain pb-4 focus-visible:-outline-offset-2"
      >
        {earlier.more ? (
          <div className="flex justify-center pt-4">
            <Button size="small" onClick={earlier.load} disabled={earlier.busy}>
              {earlier.busy ? t("common.loading") : t("log.earlier")}
            </Button>
          </div>
        ) : null}
        {days.map((day) => (
          <DayLines key={day.key} day={day} visitor={visitor} marks={marks} />
        ))}
        <Typing talk={talk} />
      </div>
      {atEnd ? null : (
        <Button
          size="small"
          icon={<ArrowDown className="size-3.5" />}
          className="absolute bottom-3 left-1/2 -translate-x-1/2 shadow-raised"
          onClick={toEnd}
        >
          {fresh > 0 ? t("log.new", { count: fresh }) : t("log.latest")}
        </Button>
      )}
    </div>
  );
}
