import { closedQuery } from "@domains/conversations/api";
import { useDesk } from "@domains/conversations/context";
import { inOrder, type Section, sectionOf } from "@domains/conversations/desk";
import type { ConversationHead } from "@domains/conversations/model";
import { headName, STATE_TONES, stateName } from "@domains/conversations/words";
import { useSite } from "@domains/session";
import { daysApart, useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
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
import { type KeyboardEvent, memo, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { isUnanswered, Unanswered } from "./unanswered";

type Shown = "open" | "closed";

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
            {name}
          </span>
          <span className="shrink-0 text-xs">
            <When
              head={head}
              concerns={head.agent_id === me || head.state === "waiting" || Boolean(head.escalated_at)}
            />
          </span>
        </span>
        <span className="mt-px flex items-center gap-2">
          <span className={cx("min-w-0 flex-1 truncate text-sm", unread > 0 ? "text-ink" : "text-muted")}>{last}</span>
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
    const plain = sections ? head.state === (section === "waiting" ? "waiting" : "active") : head.state === "closed";
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

/** When a talk leaves the screen with what had the focus, the list has it: nobody has to find their place again. */
function useRescuedFocus(conversation: string | undefined, listed: boolean, links: () => HTMLAnchorElement[]) {
  const before = useRef({ conversation, listed });
  const latest = useRef(links);
  useEffect(() => {
    latest.current = links;
  });
  useEffect(() => {
    const { conversation: left, listed: wasListed } = before.current;
    before.current = { conversation, listed };
    const gone = left && (left !== conversation || (wasListed && !listed));
    if (!gone) return;
    // After a dialog that closes has given back the focus it took. News of the inbox in between changes nothing.
    setTimeout(() => {
      if (document.activeElement && document.activeElement !== document.body) return;
      const all = latest.current();
      (all.find((link) => link.dataset.conversation === left) ?? all[0])?.focus();
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
  useRescuedFocus(conversation, conversation !== undefined && ids.includes(conversation), links);
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
  q: string;
  onWalk: ReturnType<typeof useWalk>;
}

function OpenItems({ heads, q, onWalk }: OpenItemsProps) {
  const { t } = useWords();
  const welcomed = useDesk((desk) => desk.welcomed);
  const available = useDesk((desk) => desk.available);
  const found = q ? heads.filter((head) => matches(head, headName(t, head), q)) : heads;
  if (!welcomed) return <SkeletonRows height="h-16" />;
  if (found.length === 0) {
    return (
      <Empty
        icon={<Inbox />}
        title={q ? t("inbox.nothing_found") : t("inbox.empty")}
        text={q ? undefined : available ? t("inbox.empty_text") : t("inbox.empty_away")}
      />
    );
  }
  return (
    <ul ref={onWalk.list} aria-label={t("inbox.list")} onKeyDown={onWalk.onKeyDown}>
      <Items heads={found} sections />
    </ul>
  );
}

function ClosedItems({ q, onWalk }: { q: string; onWalk: ReturnType<typeof useWalk> }) {
  const { t } = useWords();
  const { id } = useSite();
  const found = useInfiniteQuery(closedQuery(id, q));
  const heads = found.data?.pages.flatMap((page) => page.items) ?? [];
  if (found.isPending) return <SkeletonRows height="h-16" />;
  if (found.isError) return <Failed error={found.error} onRetry={() => found.refetch()} />;
  if (heads.length === 0) {
    return (
      <Empty
        icon={<Archive />}
        title={q ? t("inbox.nothing_found") : t("inbox.no_closed")}
        text={t("inbox.no_closed_text")}
      />
    );
  }
  return (
    <>
      <ul ref={onWalk.list} aria-label={t("inbox.list")} onKeyDown={onWalk.onKeyDown}>
        <Items heads={heads} sections={false} />
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

export function ConversationList() {
  const { t } = useWords();
  const [shown, setShown] = useState<Shown>("open");
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
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
        {shown === "open" ? <OpenItems heads={heads} q={q} onWalk={walk} /> : <ClosedItems q={q} onWalk={walk} />}
      </div>
    </div>
  );
}
