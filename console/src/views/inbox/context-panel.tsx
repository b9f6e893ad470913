import { type ConversationContext, contextQuery, type PageSeen, type VisitorFacts } from "@domains/conversations/api";
import { useDesk } from "@domains/conversations/context";
import { visitorName } from "@domains/conversations/words";
import { sourceText, traitText } from "@domains/visitors/words";
import { clock, useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { useNow } from "@shared/lib/now";
import { Avatar } from "@shared/ui/avatar";
import { Badge } from "@shared/ui/badge";
import { Failed, SkeletonRows } from "@shared/ui/feedback";
import { Facts } from "@shared/ui/page";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BookOpen, Globe, History, Package, Route, Target, Zap } from "lucide-react";
import { type ReactNode, useState } from "react";
import { VisitorName } from "./visitor-name";

const Section = ({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) => (
  <section className="border-t px-5 py-4 first:border-t-0">
    <h3 className="mb-2.5 flex items-center gap-2 text-xs font-semibold text-muted [&_svg]:size-3.5">
      {icon}
      {title}
    </h3>
    {children}
  </section>
);

/** What this one conversation should lead to, and how the team talks: beside the talk, where it is needed. */
function Goal({ context }: { context: ConversationContext }) {
  const { t } = useWords();
  return (
    <div className="space-y-3 px-5 pt-4 pb-4">
      <div className="rounded-lg bg-accent-soft px-4 py-3">
        <h3 className="flex items-center gap-1.5 text-xs font-semibold text-accent-ink">
          <Target aria-hidden className="size-3.5" />
          {t("context.goal")}
        </h3>
        <p className="mt-1 text-base font-medium text-pretty wrap-words">{context.goal || t("context.no_goal")}</p>
      </div>
      {context.guidelines ? (
        <div className="px-1">
          <h3 className="flex items-center gap-1.5 text-xs font-semibold text-muted">
            <BookOpen aria-hidden className="size-3.5" />
            {t("context.guidelines", { team: spoken(context.team.name) })}
          </h3>
          <p className="mt-1 text-sm whitespace-pre-line text-pretty wrap-words">{context.guidelines}</p>
        </div>
      ) : null}
    </div>
  );
}

function Who({ visitor }: { visitor: VisitorFacts }) {
  const { t, fmt } = useWords();
  const name = visitorName(t, visitor.name, visitor.visitor);
  const traits = Object.entries(visitor.traits ?? {});
  const { email, phone } = visitor.contact ?? {};
  return (
    <div className="border-t px-5 py-4">
      <div className="mb-3 flex items-center gap-3">
        <Avatar id={visitor.visitor} name={name} />
        <div className="min-w-0 flex-1">
          <VisitorName visitor={visitor} />
          <p className="flex flex-wrap gap-1.5 pt-0.5">
            {visitor.identified ? <Badge tone="good">{t("visitor.identified")}</Badge> : null}
            {visitor.stage ? <Badge tone="accent">{spoken(visitor.stage)}</Badge> : null}
            {visitor.simulated ? <Badge>{t("visitor.simulated")}</Badge> : null}
          </p>
        </div>
      </div>
      <Facts
        items={[
          [
            t("visitor.visits"),
            `${fmt.number(visitor.visits)} · ${t("visitor.talks_value", { count: visitor.chats })}`,
          ],
          [t("visitor.orders"), fmt.number(visitor.orders)],
          [t("visitor.language"), fmt.language(visitor.language)],
          ...(visitor.country ? [[t("visitor.country"), fmt.country(visitor.country)] as [ReactNode, ReactNode]] : []),
          ...(email
            ? [
                [
                  t("contact.email"),
                  <a key="e" className="underline" href={`mailto:${email}`}>
                    {email}
                  </a>,
                ] as [ReactNode, ReactNode],
              ]
            : []),
          ...(phone
            ? [
                [
                  t("contact.phone"),
                  <a key="p" className="underline" href={`tel:${phone}`}>
                    {phone}
                  </a>,
                ] as [ReactNode, ReactNode],
              ]
            : []),
          ...traits.map(([key, value]): [ReactNode, ReactNode] => [
            spoken(key),
            <bdi key={key}>{traitText(value)}</bdi>,
          ]),
        ]}
      />
    </div>
  );
}

function Now({ visitor, currency }: { visitor: VisitorFacts; currency: string }) {
  const { t, fmt } = useWords();
  const now = useNow();
  const since = visitor.pages.at(-1)?.at ?? visitor.started_at;
  const gone = visitor.present === false;
  return (
    <Section icon={<Globe />} title={t("context.visit")}>
      {visitor.page ? (
        <div className="mb-3">
          <p className="text-base font-medium wrap-words">{visitor.page.title || visitor.page.path}</p>
          <p className="flex gap-2 text-sm text-muted">
            <span className="min-w-0 flex-1 truncate">{visitor.page.path}</span>
            {gone ? null : <span className="tabular shrink-0">{clock(now - Date.parse(since))}</span>}
          </p>
        </div>
      ) : null}
      <Facts
        items={[
          [t("visitor.source"), sourceText(visitor, t)],
          [
            t("visitor.basket"),
            visitor.cart && visitor.cart.items > 0
              ? t("visitor.basket_value", { value: fmt.money(visitor.cart.value, currency), count: visitor.cart.items })
              : t("visitor.basket_empty"),
          ],
          [t("visitor.device"), visitor.device ? t(`device.${visitor.device}` as "device.desktop") : "–"],
          [
            t("visitor.on_site"),
            gone
              ? t("visitor.last_here", { when: fmt.relative(visitor.last_at, now) })
              : clock(now - Date.parse(visitor.started_at)),
          ],
        ]}
      />
    </Section>
  );
}

const SHOWN_PAGES = 6;

/** Pages of the visit, latest first, with how long each was looked at. */
export function PageHistory({ pages, gone = false }: { pages: PageSeen[]; gone?: boolean }) {
  const { t, fmt } = useWords();
  const [all, setAll] = useState(false);
  const rows = pages.map((page, index) => ({
    ...page,
    ms: pages[index + 1] ? Date.parse(pages[index + 1]!.at) - Date.parse(page.at) : null,
  }));
  const shown = rows.reverse().slice(0, all ? undefined : SHOWN_PAGES);
  return (
    <>
      <ol className="space-y-2">
        {shown.map((page) => (
          <li key={`${page.at}${page.path}`} className="flex gap-3 text-sm">
            <time className="tabular w-10 shrink-0 text-faint" dateTime={page.at}>
              {fmt.time(page.at)}
            </time>
            <span className="min-w-0 flex-1">
              <span className="block truncate">{page.title || page.path}</span>
              {page.title ? <span className="block truncate text-xs text-muted">{page.path}</span> : null}
            </span>
            <span className="tabular shrink-0 text-xs text-muted">
              {page.ms !== null ? clock(page.ms) : gone ? "" : t("visitor.now")}
            </span>
          </li>
        ))}
      </ol>
      {rows.length > SHOWN_PAGES && !all ? (
        <button type="button" className="mt-2 text-sm text-accent-ink hover:underline" onClick={() => setAll(true)}>
          {t("context.all_pages", { count: rows.length })}
        </button>
      ) : null}
    </>
  );
}

function Rest({ context }: { context: ConversationContext }) {
  const { t, fmt } = useWords();
  const { invitation, orders, earlier } = context;
  return (
    <>
      {invitation ? (
        <Section icon={<Zap />} title={t("context.invitation")}>
          <p dir="auto" className="text-base wrap-words">
            “{invitation.text}”
          </p>
          <p className="mt-1 text-sm text-muted">
            {spoken(invitation.trigger)} · {fmt.moment(invitation.at)}
          </p>
        </Section>
      ) : null}
      <Section icon={<Package />} title={t("context.orders")}>
        {orders.length === 0 ? <p className="text-sm text-muted">{t("context.no_orders")}</p> : null}
        <ul className="space-y-2">
          {orders.map((order) => (
            <li key={order.id} className="flex flex-wrap items-baseline gap-x-2 text-sm">
              <span className="font-medium">{fmt.money(order.value, order.currency)}</span>
              <span className="text-muted wrap-words">{order.id}</span>
              {order.with_chat ? <Badge tone="good">{t("context.with_chat")}</Badge> : null}
              <span className="ml-auto text-faint">{fmt.moment(order.at)}</span>
            </li>
          ))}
        </ul>
      </Section>
      <Section icon={<History />} title={t("context.earlier")}>
        {earlier.length === 0 ? <p className="text-sm text-muted">{t("context.no_earlier")}</p> : null}
        <ul className="space-y-2">
          {earlier.map((talk) => (
            <li key={talk.conversation} className="text-sm">
              <Link
                to="/inbox/$conversation"
                params={{ conversation: talk.conversation }}
                className="flex gap-2 hover:underline"
              >
                <span className="min-w-0 flex-1 truncate">
                  {spoken(talk.team)}
                  {` · ${talk.result ? spoken(talk.result) : t("inbox.no_result")}`}
                </span>
                <span className="text-faint">{fmt.day(talk.at)}</span>
              </Link>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

/** What our side still owes them, from this conversation or an earlier one. */
function Owed({ context, conversation }: { context: ConversationContext; conversation: string }) {
  const { t } = useWords();
  const made = useDesk((desk) => desk.talks[conversation]?.promise);
  const owed = (context.promises ?? []).map(({ promise: key, text, late, conversation: from }) => ({
    key,
    text,
    late,
    from: from && from !== conversation ? from : "",
  }));
  if (owed.length === 0 && made?.who === "visitor") owed.push({ key: "step", text: made.text, late: false, from: "" });
  if (owed.length === 0) return null;
  return (
    <div className="mx-5 mb-4 rounded-lg bg-good-soft px-4 py-3">
      <h3 className="text-xs font-semibold text-good-ink">{t("context.promise")}</h3>
      <ul className="mt-1 space-y-2">
        {owed.map((one) => (
          <li key={one.key} className="text-base wrap-words" dir="auto">
            {one.text} {one.late ? <Badge tone="bad">{t("followups.late")}</Badge> : null}
            {one.from ? (
              <Link
                to="/inbox/$conversation"
                params={{ conversation: one.from }}
                className="block text-sm text-good-ink underline"
              >
                {t("context.promised_in")}
              </Link>
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Beside the talk: what it should lead to, who it is, what they do and did. */
export function ContextPanel({ conversation }: { conversation: string }) {
  const { t } = useWords();
  const context = useQuery(contextQuery(conversation));
  if (context.isPending) return <SkeletonRows rows={4} height="h-20" />;
  if (context.isError) return <Failed error={context.error} onRetry={() => context.refetch()} />;
  const { data } = context;
  return (
    <div>
      <Goal context={data} />
      <Owed context={data} conversation={conversation} />
      {data.visitor ? <Who visitor={data.visitor} /> : null}
      {data.visitor ? <Now visitor={data.visitor} currency={data.currency || "EUR"} /> : null}
      {data.pages.length > 0 ? (
        <Section icon={<Route />} title={t("context.pages")}>
          <PageHistory pages={data.pages} gone={data.visitor?.present === false} />
        </Section>
      ) : null}
      <Rest context={data} />
    </div>
  );
}
