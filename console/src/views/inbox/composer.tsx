import { type CannedReply, cannedQuery } from "@domains/conversations/api";
import { cannedText, fitting } from "@domains/conversations/canned";
import { useDeskClient } from "@domains/conversations/context";
import { draftOf, keepDraft, type Mode } from "@domains/conversations/drafts";
import { type ConversationHead, LONGEST_TEXT } from "@domains/conversations/model";
import type { Unsent } from "@domains/conversations/outbox";
import { useMe, useSite } from "@domains/session";
import { useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { useShortcuts } from "@shared/lib/shortcuts";
import { useStore } from "@shared/lib/store";
import { isComposing, lengthOf } from "@shared/lib/text";
import { Button, IconButton } from "@shared/ui/button";
import { useQuery } from "@tanstack/react-query";
import { Lock, SendHorizontal, SquareSlash } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { CannedList } from "./canned-list";

/** Taller than this the field scrolls. */
const TALLEST = 220;
/** How near the limit the count of characters shows. */
const COUNT_FROM = 400;

function useDraft(conversation: string) {
  const { id: user } = useMe();
  const [mode, setMode] = useState<Mode>("reply");
  const [texts, setTexts] = useState(() => ({
    reply: draftOf(user, conversation, "reply"),
    note: draftOf(user, conversation, "note"),
  }));
  const setText = (text: string) => {
    setTexts((now) => ({ ...now, [mode]: text }));
    keepDraft(user, conversation, mode, text);
  };
  /** Puts what was refused before what is being written. */
  const takeBack = ({ kind, text }: Unsent) => {
    const back: Mode = kind === "note" ? "note" : "reply";
    const joined = [text, texts[back]].filter((one) => one.trim() !== "").join("\n");
    setMode(back);
    setTexts((now) => ({ ...now, [back]: joined }));
    keepDraft(user, conversation, back, joined);
  };
  return { mode, setMode, text: texts[mode], setText, takeBack };
}

/** What is typed after a slash at the beginning, or null. */
const slashQuery = (mode: Mode, text: string): string | null =>
  mode === "reply" && text.startsWith("/") && !text.includes("\n") ? text.slice(1) : null;

function useCanned(head: ConversationHead, query: string | null) {
  const { id } = useSite();
  const { data, isPending } = useQuery({ ...cannedQuery(id), enabled: query !== null });
  const [active, setActive] = useState(0);
  const replies = query === null ? [] : fitting(data?.items ?? [], head.team, query, head.language ?? "");
  // biome-ignore lint/correctness/useExhaustiveDependencies: another query begins at its first reply
  useEffect(() => setActive(0), [query]);
  return { replies, active: Math.min(active, Math.max(0, replies.length - 1)), setActive, loading: isPending };
}

interface ModeSwitchProps {
  mode: Mode;
  onMode: (mode: Mode) => void;
  mayReply: boolean;
}

function ModeSwitch({ mode, onMode, mayReply }: ModeSwitchProps) {
  const { t } = useWords();
  const tab = (which: Mode, text: string, disabled = false) => (
    <button
      type="button"
      aria-pressed={mode === which}
      disabled={disabled}
      onClick={() => onMode(which)}
      className={cx(
        "inline-flex h-7 min-w-0 items-center whitespace-nowrap gap-1.5 rounded-md px-2.5 text-sm font-medium transition-colors disabled:opacity-50 max-md:h-9",
        mode === which
          ? which === "note"
            ? "bg-note text-note-ink ring-1 ring-note-line ring-inset"
            : "bg-selected text-accent-ink"
          : "text-muted hover:bg-hover hover:text-ink",
      )}
    >
      {which === "note" ? <Lock aria-hidden className="size-3.5" /> : null}
      {text}
    </button>
  );
  return (
    <div role="group" aria-label={t("composer.kind")} className="flex min-w-0 gap-1">
      {tab("reply", t("composer.to_visitor"), !mayReply)}
      {tab("note", t("composer.note_short"))}
    </div>
  );
}

function useAutoHeight(text: string) {
  const field = useRef<HTMLTextAreaElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const node = field.current;
    if (!node) return;
    node.style.height = "auto";
    node.style.height = `${Math.min(node.scrollHeight, TALLEST)}px`;
  }, [text]);
  return field;
}

interface ComposerProps {
  head: ConversationHead;
  own: boolean;
  /** Somebody has just taken it, and wants to write. */
  atOnce: boolean;
}

/** Where one writes to the visitor, or a note that the visitor never sees. `own`: this agent has the conversation. */
export function Composer({ head, own, atOnce }: ComposerProps) {
  const { t } = useWords();
  const client = useDeskClient();
  const { mode: wanted, setMode, text, setText, takeBack } = useDraft(head.id);
  const mode: Mode = own ? wanted : "note";
  const field = useAutoHeight(text);
  const listId = useId();
  const [cannedId, setCannedId] = useState("");
  const query = slashQuery(mode, text);
  const canned = useCanned(head, query);
  const note = mode === "note";
  const left = LONGEST_TEXT - lengthOf(text);
  const sendable = text.trim() !== "" && left >= 0 && query === null;

  const mayWrite = atOnce && own;
  useEffect(() => {
    if (mayWrite) field.current?.focus();
  }, [mayWrite, field]);
  const focus = () => requestAnimationFrame(() => field.current?.focus());
  const back = useStore(client.takenBack);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is taken up once, when it comes
  useEffect(() => {
    if (back?.conversation !== head.id) return;
    client.takenBack.set(null);
    takeBack(back);
    focus();
  }, [back]);
  const choose = (next: Mode) => {
    setMode(next);
    focus();
  };
  useShortcuts({
    r: () => own && choose("reply"),
    n: () => choose("note"),
    "/": () => {
      if (!own) return;
      setMode("reply");
      if (text === "") setText("/");
      focus();
    },
  });

  function change(next: string) {
    setText(next);
    if (!note && !next.startsWith("/")) client.typing(head.id, next.trim() !== "");
    if (next === "") setCannedId("");
  }

  function insert(reply: CannedReply) {
    setText(cannedText(reply, head.language ?? ""));
    setCannedId(reply.id);
    focus();
  }

  function send() {
    if (!sendable) return;
    client.send(head.id, note ? "note" : "send", text.trim(), note ? "" : cannedId);
    setText("");
    setCannedId("");
    field.current?.focus();
  }

  function onCannedKey(event: KeyboardEvent): boolean {
    if (query === null) return false;
    if (event.key === "ArrowDown") canned.setActive(canned.active + 1);
    else if (event.key === "ArrowUp") canned.setActive(Math.max(0, canned.active - 1));
    else if (event.key === "Escape") setText("");
    else if (event.key === "Enter" || event.key === "Tab") {
      const reply = canned.replies[canned.active];
      if (reply) insert(reply);
      else return event.key === "Enter";
    } else return false;
    return true;
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (isComposing(event.nativeEvent)) return;
    if (onCannedKey(event)) return event.preventDefault();
    if (event.key === "Escape") return field.current?.blur();
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    send();
  }

  return (
    <div
      className={cx(
        "shrink-0 border-t px-4 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] md:px-6",
        note && "bg-note/40",
      )}
    >
      <div className="relative">
        {query === null ? null : (
          <CannedList
            id={listId}
            replies={canned.replies}
            active={canned.active}
            loading={canned.loading}
            language={head.language ?? ""}
            onChoose={insert}
          />
        )}
        <div
          className={cx(
            "rounded-lg ring-1 ring-inset focus-within:ring-2",
            note ? "bg-note ring-note-line focus-within:ring-warn" : "bg-surface ring-field focus-within:ring-accent",
          )}
        >
          <textarea
            ref={field}
            rows={2}
            dir="auto"
            value={text}
            aria-label={note ? t("composer.note") : t("composer.reply")}
            placeholder={note ? t("composer.note_hint") : t("composer.reply_hint")}
            aria-controls={query === null ? undefined : listId}
            aria-activedescendant={query !== null && canned.replies.length ? `${listId}-${canned.active}` : undefined}
            onChange={(event) => change(event.target.value)}
            onKeyDown={onKeyDown}
            onBlur={() => client.typing(head.id, false)}
            className={cx(
              "block w-full resize-none bg-transparent px-3.5 pt-2.5 pb-1 leading-snug outline-none field-text placeholder:text-faint",
              note && "text-note-ink placeholder:text-note-ink/75",
            )}
          />
          <div className="flex items-center gap-2 px-2 pb-2">
            <ModeSwitch mode={mode} onMode={choose} mayReply={own} />
            {note ? null : (
              <IconButton
                label={t("composer.canned")}
                keys="/"
                side="top"
                icon={<SquareSlash className="size-4" />}
                onClick={() => {
                  if (text === "") setText("/");
                  focus();
                }}
              />
            )}
            <span className="min-w-0 flex-1 truncate text-right text-xs text-muted">
              {left < COUNT_FROM ? (
                <span className={cx("tabular", left < 0 && "font-semibold text-bad-ink")}>
                  {t("composer.left", { count: left })}
                </span>
              ) : (
                <span className="max-xl:hidden">{note ? t("composer.only_colleagues") : t("composer.keys")}</span>
              )}
            </span>
            <Button
              look={note ? "note" : "primary"}
              size="small"
              icon={note ? <Lock className="size-3.5" /> : <SendHorizontal className="size-3.5" />}
              onClick={send}
              disabled={!sendable}
            >
              {note ? t("composer.save_note") : t("composer.send")}
            </Button>
          </div>
        </div>
      </div>
      {own ? null : (
        <p className="mt-2 text-xs text-muted">
          {head.agent_name ? t("composer.not_yours", { name: head.agent_name }) : t("composer.nobodys")}
        </p>
      )}
    </div>
  );
}
