import { foundQuery } from "@domains/conversations/api";
import { useDesk } from "@domains/conversations/context";
import { inOrder, type Section, sectionOf } from "@domains/conversations/desk";
import type { ConversationHead } from "@domains/conversations/model";
import { headName, STATE_TONES, stateName } from "@domains/conversations/words";
import { useSite } from "@domains/session";
import { daysApart, useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { useWide } from "@shared/lib/media";
import { spoken } from "@shared/lib/names";
import { useShortcuts } from "@shared/lib/shortcuts";
import { Avatar } from "@shared/ui/avatar";
import { Badge, Count } from "@shared/ui/badge";
import { Button } from "@shared/ui/button";
import { Empty, Failed, SkeletonRows } from "@shared/ui/feedback";
import { Input } from "@shared/ui/field";
import { Segmented } from "@shared/ui/segmented";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Archive, Inbox, Search } from "lucide-react";
import { type KeyboardEvent, memo, useEffect, useMemo, useRef, useState } from "react";
import { FirstSteps, useIsReady } from "../first-steps";
import { isUnanswered, Unanswered } from "./unanswered";

type Shown = "open" | "closed";

/** ms without a keystroke after which a search begins. */
const RESTS = 250;

/** ms within which a dialog has closed. */
const GIVEN_BACK = 50;

function When({ head, concerns }: { head: ConversationHead; concerns: boolean }) {
  const { fmt } = useWords();
  if (concerns && isUnanswered(head)) return <Unanswered head={head} />;
  const at = head.last_at || head.opened_at;
  return <span className="tabular text-faint">{daysApart(at, Date.now()) === 0 ? fmt.time(at) : fmt.day(at)}</span>;
}

function useLastLine(head: ConversationHead): string {
  const { t } = useWords();
  if (head.state === "waiting" && !head.last_text) return t("inbox.waits");
  const text = head.last_text.replaceAll(/\s+/g, " ");
  return head.last_author === "agent" ? t("inbox.you_wrote", { text }) : text;
}

/** Beside the team: whose it is, where that says something. */
const whose = (head: ConversationHead, me: string) =>
  head.agent_name && head.agent_id !== me ? ` · ${head.agent_name}` : "";

interface ItemProps {
  head: ConversationHead;
  me: string;
  /** The section's heading says the state already. */
  plain: boolean;
}

/** What came of a closed one, or that nobody has said so yet. */
function ResultBadge({ result }: { result: string | undefined }) {
  const { t } = useWords();
  return result ? (
    <Badge className="min-w-0 truncate">{spoken(result)}</Badge>
  ) : (
    <Badge tone="warn">{t("inbox.no_result")}</Badge>
  );
}

/** Drawn again only when its own line changes: a desk of hundreds has news many times a second. */
const Item = memo(function Item({ head, me, plain }: ItemProps) {
  const { t, fmt } = useWords();
  const last = useLastLine(head);
  const unread = head.agent_id === me || head.state === "waiting" ? (head.unread ?? 0) : 0;
  const name = headName(t, head);
  return (
    <Link
      to="/inbox/$conversation"
      params={{ conversation: head.id }}
      data-conversation={head.id}
      className={cx(
        "relative mx-2 flex gap-3 rounded-lg px-2.5 py-2.5 transition-colors hover:bg-hover focus-visible:-outline-offset-2",
        "data-[status=active]:bg-selected",
      )}
    >
      <Avatar id={head.visitor} name={name} />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span
            title={name}
            className={cx("min-w-0 flex-1 truncate text-base", unread > 0 ? "font-semibold" : "font-medium")}
          >
            <bdi>{name}</bdi>
          </span>
          <span className="shrink-0 text-xs">
            <When
              head={head}
              concerns={head.agent_id === me || head.state === "waiting" || Boolean(head.escalated_at)}
            />
          </span>
        </span>
        <span className="mt-px flex items-center gap-2">
          <span className={cx("min-w-0 flex-1 truncate text-sm", unread > 0 ? "text-ink" : "text-muted")} dir="auto">
            {last}
          </span>
          {unread > 0 ? (
            <>
              <Count value={unread} />
              <span className="sr-only">{t("inbox.unread", { count: unread })}</span>
            </>
          ) : null}
        </span>
        <span className="mt-1 flex min-w-0 items-center gap-1.5 text-xs text-muted">
          {plain ? null : <Badge tone={STATE_TONES[head.state]}>{stateName(t, head.state)}</Badge>}
          <span className="min-w-0 truncate">
            {spoken(head.team)}
            {whose(head, me)}
          </span>
          {head.escalated_at ? <Badge tone="bad">{t("inbox.escalated")}</Badge> : null}
          {head.simulated ? <Badge tone="note">{t("visitor.simulated")}</Badge> : null}
          {head.state === "closed" ? <ResultBadge result={head.result} /> : null}
          {head.language ? (
            <span className="ml-auto shrink-0 text-faint uppercase" title={fmt.language(head.language)}>
              {head.language.slice(0, 2)}
            </span>
          ) : null}
        </span>
      </span>
    </Link>
  );
});

const SECTION_NAMES = {
  mine: "inbox.mine",
  waiting: "inbox.waiting",
  team: "inbox.team",
  closed: "inbox.closed",
} as const satisfies Record<Section, string>;

interface ItemsProps {
  heads: ConversationHead[];
  sections: boolean;
}

function Items({ heads, sections }: ItemsProps) {
  const { t } = useWords();
  const me = useDesk((desk) => desk.agent);
  const counts = new Map<Section, number>();
  for (const head of heads) counts.set(sectionOf(head, me), (counts.get(sectionOf(head, me)) ?? 0) + 1);
  return heads.map((head, index) => {
    const section = sectionOf(head, me);
    const before = heads[index - 1];
    const begins = sections && (!before || sectionOf(before, me) !== section);
    const named = section === "mine" || section === "team" ? "active" : section;
    const plain = head.state === (sections ? named : "closed");
    return (
      <li key={head.id} className={cx("inbox-line", begins && index > 0 && "pt-2")}>
        {begins ? (
          <div aria-hidden className="flex items-center gap-2 px-4.5 pt-2.5 pb-1.5 text-xs font-semibold text-muted">
            {t(SECTION_NAMES[section])}
            <span className="tabular font-normal text-faint">{counts.get(section)}</span>
          </div>
        ) : null}
        <Item head={head} me={me} plain={plain} />
      </li>
    );
  });
}

const matches = (head: ConversationHead, name: string, q: string) =>
  `${name} ${head.last_text} ${head.team} ${head.agent_name ?? ""}`.toLowerCase().includes(q.toLowerCase());

const hasFocus = () => document.activeElement !== null && document.activeElement !== document.body;

/** When a talk leaves the screen with what had the focus, the list has it: nobody has to find their place again. */
function useRescuedFocus(conversation: string | undefined, ids: string[], links: () => HTMLAnchorElement[]) {
  const listed = conversation !== undefined && ids.includes(conversation);
  const before = useRef({ conversation, listed });
  const latest = useRef(links);
  const rescued = useRef("");
  useEffect(() => {
    latest.current = links;
    // The line of what was closed stands a moment longer than the conversation: it leaves the focus to the first.
    if (rescued.current === "" || ids.includes(rescued.current)) return;
    rescued.current = "";
    if (!hasFocus()) links()[0]?.focus();
  });
  useEffect(() => {
    const { conversation: left, listed: wasListed } = before.current;
    before.current = { conversation, listed };
    const gone = left && (left !== conversation || (wasListed && !listed));
    if (!gone) return;
    // After a dialog that closes has given back the focus it took. News of the inbox in between changes nothing.
    setTimeout(() => {
      if (hasFocus()) return;
      const all = latest.current();
      const line = all.find((link) => link.dataset.conversation === left) ?? all[0];
      line?.focus();
      rescued.current = line?.dataset.conversation ?? "";
    }, GIVEN_BACK);
  }, [conversation, listed]);
}

/** j and k, or the arrows while the list has the focus. */
function useWalk(ids: string[]) {
  const navigate = useNavigate();
  const { conversation } = useParams({ strict: false });
  const list = useRef<HTMLUListElement>(null);
  const links = () => [...(list.current?.querySelectorAll<HTMLAnchorElement>("a[data-conversation]") ?? [])];
  const goTo = (by: number) => {
    const at = ids.indexOf(conversation ?? "");
    const id = ids[at < 0 ? (by > 0 ? 0 : ids.length - 1) : at + by];
    if (!id) return;
    void navigate({ to: "/inbox/$conversation", params: { conversation: id } });
    links()
      .find((link) => link.dataset.conversation === id)
      ?.focus();
  };
  useRescuedFocus(conversation, ids, links);
  useShortcuts({ j: () => goTo(1), k: () => goTo(-1) });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const all = links();
    const at = all.indexOf(document.activeElement as HTMLAnchorElement);
    const next = all[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  return { list, onKeyDown };
}

interface OpenItemsProps {
  heads: ConversationHead[];
  onWalk: ReturnType<typeof useWalk>;
}

function OpenItems({ heads, onWalk }: OpenItemsProps) {
  const { t } = useWords();
  const welcomed = useDesk((desk) => desk.welcomed);
  const available = useDesk((desk) => desk.available);
  const isReady = useIsReady();
  const wide = useWide();
  if (!welcomed) return <SkeletonRows height="h-16" />;
  if (heads.length === 0) {
    if (isReady === false) {
      if (!wide) return <FirstSteps />;
      return <Empty icon={<Inbox />} title={t("inbox.empty")} text={t("inbox.empty_first")} />;
    }
    const text = available ? t("inbox.empty_text") : t("inbox.empty_away");
    return <Empty icon={<Inbox />} title={t("inbox.empty")} text={text} />;
  }
  return (
    <ul ref={onWalk.list} aria-label={t("inbox.list")} onKeyDown={onWalk.onKeyDown}>
      <Items heads={heads} sections />
    </ul>
  );
}

interface FoundItemsProps {
  q: string;
  state: "closed" | "all";
  onWalk: ReturnType<typeof useWalk>;
}

/** Open ones that the server found, as the desk has them now, and those that the eye would find in the list. */
function openFound(
  found: ConversationHead[],
  lines: Record<string, ConversationHead>,
  isSeen: (head: ConversationHead) => boolean,
): Record<string, ConversationHead> {
  const seen = Object.values(lines).filter(isSeen);
  const fresh = found.filter((head) => head.state !== "closed").map((head) => lines[head.id] ?? head);
  return Object.fromEntries([...seen, ...fresh].map((head) => [head.id, head]));
}

/** Closed ones, or whatever a search has found on the server: by words, names, addresses and numbers. */
function FoundItems({ q, state, onWalk }: FoundItemsProps) {
  const { t } = useWords();
  const { id } = useSite();
  const me = useDesk((desk) => desk.agent);
  const lines = useDesk((desk) => desk.heads);
  const found = useInfiniteQuery(foundQuery(id, q, state));
  const all = found.data?.pages.flatMap((page) => page.items) ?? [];
  const closed = all.filter((head) => head.state === "closed" && !lines[head.id]);
  const open = state === "all" ? openFound(all, lines, (head) => matches(head, headName(t, head), q)) : {};
  const heads = [...inOrder(open, me), ...closed];
  if (found.isPending) return <SkeletonRows height="h-16" />;
  if (found.isError) return <Failed error={found.error} onRetry={() => found.refetch()} />;
  if (heads.length === 0) {
    return (
      <Empty
        icon={q ? <Search /> : <Archive />}
        title={q ? t("inbox.nothing_found") : t("inbox.no_closed")}
        text={q ? t("inbox.nothing_found_text") : t("inbox.no_closed_text")}
      />
    );
  }
  return (
    <>
      <ul ref={onWalk.list} aria-label={t("inbox.list")} onKeyDown={onWalk.onKeyDown}>
        <Items heads={heads} sections={state === "all"} />
      </ul>
      {found.hasNextPage ? (
        <div className="p-4 text-center">
          <Button size="small" onClick={() => found.fetchNextPage()} disabled={found.isFetchingNextPage}>
            {t("common.more")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

/** What was typed, once the hand rests: each search asks the server. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), text ? RESTS : 0);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

export function ConversationList() {
  const { t } = useWords();
  const [shown, setShown] = useState<Shown>("open");
  const [text, setText] = useState("");
  const q = useRested(text.trim());
  const lines = useDesk((desk) => desk.heads);
  const me = useDesk((desk) => desk.agent);
  const heads = useMemo(() => inOrder(lines, me), [lines, me]);
  const walk = useWalk(useMemo(() => (shown === "open" ? heads.map((head) => head.id) : []), [heads, shown]));
  return (
    <div className="flex h-full flex-col bg-surface">
      <div className="space-y-3 border-b px-4 py-3">
        <div className="flex items-center justify-between gap-3">
          <h1 className="text-lg font-semibold tracking-tight">{t("nav.inbox")}</h1>
          <Segmented<Shown>
            label={t("inbox.which")}
            value={shown}
            onChange={setShown}
            options={[
              { value: "open", text: t("inbox.open") },
              { value: "closed", text: t("inbox.closed") },
            ]}
          />
        </div>
        <div className="relative">
          <Search aria-hidden className="absolute top-1/2 left-3 size-4 -translate-y-1/2 text-faint" />
          <Input
            type="search"
            aria-label={t("inbox.search")}
            placeholder={t("inbox.search")}
            className="pl-9"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto pt-1 pb-3">
        {q || shown === "closed" ? (
          <FoundItems q={q} state={shown === "open" ? "all" : "closed"} onWalk={walk} />
        ) : (
          <OpenItems heads={heads} onWalk={walk} />
        )}
      </div>
    </div>
  );
}
