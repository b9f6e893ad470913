import { visitorName } from "@domains/conversations/words";
import { useMay, useSite } from "@domains/session";
import { erase, exportVisitor, setBlocked, type VisitorDetail, visitorQuery } from "@domains/visitors/api";
import { sourceText, traitText } from "@domains/visitors/words";
import { ApiError } from "@shared/http";
import { clock, useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { useNow } from "@shared/lib/now";
import { Badge } from "@shared/ui/badge";
import { Button } from "@shared/ui/button";
import { Confirm } from "@shared/ui/confirm";
import { Drawer } from "@shared/ui/dialog";
import { Empty, Failed, SkeletonRows, useErrorText } from "@shared/ui/feedback";
import { Facts } from "@shared/ui/page";
import { toast } from "@shared/ui/toast";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Ban, Download, EyeOff, MessageSquare, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { PageHistory } from "../inbox/context-panel";
import { WhyNot } from "../plan/explain";
import { Invitation, Marks } from "./parts";

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="border-b px-5 py-4 last:border-b-0">
    <h3 className="mb-2.5 text-xs font-semibold text-muted">{title}</h3>
    {children}
  </section>
);

function Summary({ visitor }: { visitor: VisitorDetail }) {
  const { t, fmt } = useWords();
  const currency = visitor.currency || "EUR";
  const mayExplain = useMay("explain_visits");
  const now = useNow();
  const { cart } = visitor;
  return (
    <Part title={t("context.visit")}>
      <div className="mb-3 flex flex-wrap gap-1.5 empty:hidden">
        {visitor.stage ? <Badge tone="accent">{spoken(visitor.stage)}</Badge> : null}
        <Marks visitor={visitor} />
      </div>
      <Facts
        items={[
          [t("visitors.page"), visitor.page?.title || visitor.page?.path || "–"],
          [t("visitor.source"), sourceText(visitor, t)],
          [
            t("visitor.basket"),
            cart && cart.items > 0
              ? t("visitor.basket_value", { value: fmt.money(cart.value, currency), count: cart.items })
              : t("visitor.basket_empty"),
          ],
          [
            t("visitor.on_site"),
            visitor.present
              ? clock(now - Date.parse(visitor.started_at))
              : t("visitor.last_here", { when: fmt.relative(visitor.last_at, now) }),
          ],
          [
            t("visitor.visits"),
            `${fmt.number(visitor.visits)} · ${t("visitor.talks_value", { count: visitor.chats })}`,
          ],
          [t("visitor.orders"), fmt.number(visitor.orders)],
          [t("visitor.language"), fmt.language(visitor.language)],
          [t("visitor.device"), visitor.device ? t(`device.${visitor.device}` as "device.desktop") : "–"],
          ...(visitor.country ? [[t("visitor.country"), fmt.country(visitor.country)] as [ReactNode, ReactNode]] : []),
          [
            t("visitor.invitation"),
            <span key="i" className="flex flex-wrap items-center gap-2">
              <Invitation visitor={visitor} />
              {mayExplain ? <WhyNot visitor={visitor} /> : null}
            </span>,
          ],
          ...Object.entries(visitor.traits ?? {}).map(([key, value]): [ReactNode, ReactNode] => [
            spoken(key),
            traitText(value),
          ]),
        ]}
      />
    </Part>
  );
}

function History({ visitor }: { visitor: VisitorDetail }) {
  const { t, fmt } = useWords();
  const { earlier, conversations: talks } = visitor;
  return (
    <>
      {visitor.pages.length > 0 ? (
        <Part title={t("context.pages")}>
          <PageHistory pages={visitor.pages} gone={!visitor.present} />
        </Part>
      ) : null}
      <Part title={t("visitors.talks")}>
        {talks.length === 0 ? <p className="text-sm text-muted">{t("context.no_earlier")}</p> : null}
        <ul className="space-y-2 text-sm">
          {talks.map((talk) => (
            <li key={talk.conversation}>
              <Link
                to="/inbox/$conversation"
                params={{ conversation: talk.conversation }}
                className="flex gap-2 hover:underline"
              >
                <span className="min-w-0 flex-1 truncate">
                  {spoken(talk.team)}
                  {talk.result ? ` · ${spoken(talk.result)}` : ""}
                </span>
                <span className="text-faint">{fmt.moment(talk.opened_at)}</span>
              </Link>
            </li>
          ))}
        </ul>
      </Part>
      <Part title={t("visitors.earlier")}>
        {earlier.length === 0 ? <p className="text-sm text-muted">{t("visitors.no_earlier")}</p> : null}
        <ul className="space-y-2 text-sm">
          {earlier.map((visit) => (
            <li key={visit.visit} className="flex gap-2">
              <span className="min-w-0 flex-1 truncate">
                {[visit.pages[0]?.path, sourceText(visit, t)].filter(Boolean).join(" · ")}
              </span>
              <span className="text-faint">{fmt.moment(visit.started_at)}</span>
            </li>
          ))}
        </ul>
      </Part>
    </>
  );
}

function download(name: string, data: unknown): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function Actions({ visitor, name, onGone }: { visitor: VisitorDetail; name: string; onGone: () => void }) {
  const { t } = useWords();
  const { id: site } = useSite();
  const say = useErrorText();
  const mayErase = useMay("erase_visitors");
  const mayBlock = useMay("block_visitors");
  const [asking, setAsking] = useState<"" | "block" | "erase">("");
  const [busy, setBusy] = useState(false);
  async function act(action: () => Promise<unknown>, done: string, then?: () => void) {
    setBusy(true);
    try {
      await action();
      toast.done(done);
      then?.();
    } catch (error) {
      toast.failed(say(error));
    } finally {
      setBusy(false);
      setAsking("");
    }
  }
  const id = visitor.visitor;
  const block = (on: boolean) =>
    act(() => setBlocked(site, id, on), t(on ? "visitors.blocked_done" : "visitors.unblocked_done"));
  return (
    <>
      {visitor.conversation ? (
        <Link to="/inbox/$conversation" params={{ conversation: visitor.conversation }}>
          <Button look="primary" tabIndex={-1} icon={<MessageSquare className="size-4" />}>
            {t("visitors.open_talk")}
          </Button>
        </Link>
      ) : null}
      {mayBlock ? (
        <Button
          icon={<Ban className="size-4" />}
          disabled={busy}
          onClick={() => (visitor.blocked ? block(false) : setAsking("block"))}
        >
          {visitor.blocked ? t("visitors.unblock") : t("visitors.block")}
        </Button>
      ) : null}
      {mayErase ? (
        <>
          <Button
            icon={<Download className="size-4" />}
            disabled={busy}
            onClick={() =>
              act(async () => download(`visitor-${id}.json`, await exportVisitor(site, id)), t("visitors.exported"))
            }
          >
            {t("visitors.export")}
          </Button>
          <Button icon={<Trash2 className="size-4" />} disabled={busy} onClick={() => setAsking("erase")}>
            {t("visitors.erase")}
          </Button>
        </>
      ) : null}
      <Confirm
        open={asking === "block"}
        title={t("visitors.block_title", { name })}
        text={t("visitors.block_text")}
        action={t("visitors.block")}
        busy={busy}
        onYes={() => void block(true)}
        onNo={() => setAsking("")}
      />
      <Confirm
        open={asking === "erase"}
        title={t("visitors.erase_title", { name })}
        text={t("visitors.erase_text")}
        action={t("visitors.erase")}
        busy={busy}
        onYes={() => void act(() => erase(site, id), t("visitors.erased"), onGone)}
        onNo={() => setAsking("")}
      />
    </>
  );
}

/** Everything about one visitor, beside the list. */
export function VisitorDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useWords();
  const site = useSite();
  const found = useQuery(visitorQuery(site.id, id));
  const name = visitorName(t, found.data?.name, id);
  return (
    <Drawer
      open
      onClose={onClose}
      title={name}
      footer={found.data ? <Actions visitor={found.data} name={name} onGone={onClose} /> : null}
    >
      {found.isPending ? <SkeletonRows rows={5} height="h-16" /> : null}
      {found.isError ? (
        found.error instanceof ApiError && found.error.status === 404 ? (
          <Empty icon={<EyeOff />} title={t("visitors.not_yours")} text={t("visitors.not_yours_text")} />
        ) : (
          <Failed error={found.error} onRetry={() => found.refetch()} />
        )
      ) : null}
      {found.data ? (
        <>
          <Summary visitor={found.data} />
          <History visitor={found.data} />
        </>
      ) : null}
    </Drawer>
  );
}
