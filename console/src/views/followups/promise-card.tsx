import { type PromiseItem, whenOf } from "@domains/followups/model";
import { useMe } from "@domains/session";
import { useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { spoken } from "@shared/lib/names";
import { useNow } from "@shared/lib/now";
import { Badge } from "@shared/ui/badge";
import { Button, IconButton } from "@shared/ui/button";
import { Menu, MenuItem } from "@shared/ui/menu";
import { Link } from "@tanstack/react-router";
import {
  CalendarCheck,
  CalendarClock,
  Check,
  CheckCheck,
  ChevronDown,
  Ellipsis,
  Footprints,
  Mail,
  MapPin,
  MessageSquare,
  Phone,
  UserRoundPlus,
  X,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import { CancelDialog, DoneDialog, HandOnDialog, MoveDialog } from "./dialogs";

/** A longer message is shown folded. */
const LONG = 280;
const LONG_LINES = 3;

const ICONS = { phone: Phone, email: Mail, chat: MessageSquare, visit: MapPin, none: Footprints };

function Clock({ promise }: { promise: PromiseItem }) {
  const { t, fmt } = useWords();
  const now = useNow();
  if (promise.state === "done" && promise.done_at) {
    return <Badge tone="good">{t("followups.done_at", { when: fmt.moment(promise.done_at) })}</Badge>;
  }
  if (promise.state === "cancelled") return <Badge>{t("followups.cancelled")}</Badge>;
  if (!promise.due_at) return <Badge>{t("followups.no_date")}</Badge>;
  const left = Date.parse(promise.due_at) - now;
  const when = whenOf(promise, now);
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Badge tone={when === "late" ? "bad" : when === "today" ? "warn" : "neutral"} className="tabular">
        {when === "late"
          ? t("followups.late_by", { span: fmt.span(left) })
          : t("followups.in", { span: fmt.span(left) })}
      </Badge>
      <time dateTime={promise.due_at} className="text-sm text-muted">
        {fmt.moment(promise.due_at)}
      </time>
    </span>
  );
}

function Contact({ promise }: { promise: PromiseItem }) {
  const { phone, email } = promise.contact ?? {};
  const name = promise.contact?.name || promise.visitor_name;
  const link =
    "inline-flex min-w-0 items-center gap-1.5 rounded-md py-0.5 text-accent-ink hover:underline max-md:min-h-8";
  if (!name && !phone && !email) return null;
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-0.5 text-sm">
      {name ? <bdi className="font-medium wrap-words">{name}</bdi> : null}
      {phone ? (
        <a href={`tel:${phone.replaceAll(/[^+\d]/g, "")}`} className={link}>
          <Phone aria-hidden className="size-3.5 shrink-0" />
          {phone}
        </a>
      ) : null}
      {email ? (
        <a href={`mailto:${email}`} className={link}>
          <Mail aria-hidden className="size-3.5 shrink-0" />
          <span className="wrap-words">{email}</span>
        </a>
      ) : null}
    </span>
  );
}

/** What a visitor left: its beginning, and all of it on demand. */
function Message({ text, language }: { text: string; language: string | undefined }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const long = text.length > LONG || text.split("\n").length > LONG_LINES;
  return (
    <div className="max-w-2xl">
      <blockquote
        lang={language || undefined}
        dir="auto"
        className={cx(
          "border-s-2 border-line-strong ps-3 text-base whitespace-pre-line wrap-words",
          long && !all && "line-clamp-3",
        )}
      >
        {text}
      </blockquote>
      {long ? (
        <button
          type="button"
          aria-expanded={all}
          className="mt-0.5 pl-3.5 text-sm text-accent-ink hover:underline"
          onClick={() => setAll(!all)}
        >
          {all ? t("common.less") : t("common.all")}
        </button>
      ) : null}
    </div>
  );
}

function History({ promise }: { promise: PromiseItem }) {
  const { fmt } = useWords();
  return (
    <ol className="mt-2 space-y-1 border-l-2 pl-3 text-sm">
      {promise.history.map((entry) => (
        <li key={`${entry.at}${entry.what}`} className="wrap-words">
          <span className="text-faint">{fmt.moment(entry.at)}</span> {entry.by} · {spoken(entry.what)}
          {entry.note ? <span className="text-muted"> – {entry.note}</span> : null}
        </li>
      ))}
    </ol>
  );
}

const Dot = () => <span aria-hidden>·</span>;

type Over = "" | "done" | "move" | "hand-on" | "cancel";

export function PromiseCard({ promise }: { promise: PromiseItem }) {
  const { t } = useWords();
  const me = useMe();
  const now = useNow();
  const [over, setOver] = useState<Over>("");
  const [past, setPast] = useState(false);
  const Icon = promise.booking ? CalendarCheck : ICONS[promise.channel];
  const late = promise.state === "open" && whenOf(promise, now) === "late";
  const owner: ReactNode =
    promise.agent_id === me.id
      ? t("followups.you")
      : promise.agent_name ||
        (promise.team
          ? spoken(promise.team)
          : promise.who === "visitor"
            ? t("followups.visitor_does")
            : promise.who_name || t("followups.nobody"));
  const close = () => setOver("");
  return (
    <li
      className={cx(
        "flex flex-wrap items-start gap-x-4 gap-y-3 rounded-lg bg-surface p-4 ring-1",
        late ? "ring-bad/50" : "ring-line",
      )}
    >
      <span
        className={cx(
          "flex size-9 shrink-0 items-center justify-center rounded-full",
          late ? "bg-bad-soft text-bad-ink" : "bg-sunken text-muted",
        )}
      >
        <Icon aria-hidden className="size-4.5" />
      </span>
      <div className="min-w-0 flex-1 basis-52 space-y-1">
        <p dir="auto" className="text-base font-semibold wrap-words">
          {promise.message ? t("followups.answer_message") : promise.what || promise.text}
        </p>
        <Clock promise={promise} />
        {promise.message ? <Message text={promise.message} language={promise.language} /> : null}
        <Contact promise={promise} />
        <p className="flex flex-wrap items-center gap-x-2 text-sm text-muted">
          {promise.simulated ? <Badge tone="note">{t("visitor.simulated")}</Badge> : null}
          <span>{promise.booking ? t("followups.booking") : t(`channel.${promise.channel}`)}</span>
          <Dot />
          <span className="wrap-words">{owner}</span>
          {promise.conversation ? (
            <>
              <Dot />
              <Link
                to="/inbox/$conversation"
                params={{ conversation: promise.conversation }}
                className="text-accent-ink hover:underline"
              >
                {t("followups.open_talk")}
              </Link>
            </>
          ) : null}
          {promise.history.length > 0 ? (
            <>
              <Dot />
              <button
                type="button"
                aria-expanded={past}
                className="inline-flex items-center gap-1 hover:text-ink"
                onClick={() => setPast(!past)}
              >
                {t("followups.history", { count: promise.history.length })}
                <ChevronDown aria-hidden className={cx("size-3.5 transition-transform", past && "rotate-180")} />
              </button>
            </>
          ) : null}
        </p>
        {past ? <History promise={promise} /> : null}
      </div>
      {promise.state === "open" ? (
        <div className="flex items-center gap-1.5 max-sm:w-full max-sm:pl-13">
          <Button size="small" icon={<Check className="size-3.5" />} onClick={() => setOver("done")}>
            {t("followups.mark_done")}
          </Button>
          <Button size="small" icon={<CalendarClock className="size-3.5" />} onClick={() => setOver("move")}>
            {t("followups.move")}
          </Button>
          <Menu trigger={<IconButton label={t("common.more_actions")} icon={<Ellipsis className="size-4.5" />} />}>
            <MenuItem icon={<UserRoundPlus className="size-4" />} onSelect={() => setOver("hand-on")}>
              {t("followups.hand_on")}
            </MenuItem>
            <MenuItem icon={<X className="size-4" />} onSelect={() => setOver("cancel")}>
              {t("followups.cancel")}
            </MenuItem>
          </Menu>
        </div>
      ) : (
        <CheckCheck aria-hidden className="size-5 text-good" />
      )}
      {over === "done" ? <DoneDialog promise={promise} onClose={close} /> : null}
      {over === "move" ? <MoveDialog promise={promise} onClose={close} /> : null}
      {over === "hand-on" ? <HandOnDialog promise={promise} onClose={close} /> : null}
      {over === "cancel" ? <CancelDialog promise={promise} onClose={close} /> : null}
    </li>
  );
}
