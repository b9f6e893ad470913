import { explainQuery, NEARNESS, verdictOf } from "@domains/plan/explain";
import { useSite } from "@domains/session";
import type { VisitorDetail } from "@domains/visitors/api";
import { clock, type Key, useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { Badge } from "@shared/ui/badge";
import { Button } from "@shared/ui/button";
import { Dialog } from "@shared/ui/dialog";
import { Empty, Failed, SkeletonRows } from "@shared/ui/feedback";
import { Select } from "@shared/ui/field";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CircleHelp, Compass } from "lucide-react";
import { useState } from "react";
import { TriggerExplained } from "./explanation";

interface MomentProps {
  /** The visit's length so far, ms. */
  whole: number;
  at: number | null;
  live: boolean;
  onChange: (at: number | null) => void;
}

/** Which moment of the visit is explained: now (or its end), or any before. */
function Moment({ whole, at, live, onChange }: MomentProps) {
  const { t } = useWords();
  const seconds = Math.floor(whole / 1000);
  const shown = at ?? seconds;
  const text = at === null ? (live ? t("plan.why_now") : t("plan.why_end")) : clock(at * 1000);
  return (
    <div className="flex min-w-0 flex-1 basis-56 items-center gap-3">
      <input
        type="range"
        aria-label={t("plan.why_moment")}
        aria-valuetext={text}
        min={0}
        max={Math.max(1, seconds)}
        step={1}
        value={Math.min(shown, Math.max(1, seconds))}
        className="h-6 min-w-0 flex-1 accent-accent"
        onChange={(event) => onChange(Number(event.target.value) >= seconds ? null : Number(event.target.value))}
      />
      <output className="tabular w-20 shrink-0 text-sm font-medium">{text}</output>
      {at === null ? null : (
        <Button size="small" onClick={() => onChange(null)}>
          {live ? t("plan.why_to_now") : t("plan.why_to_end")}
        </Button>
      )}
    </div>
  );
}

/** Why each trigger fires in a visit or does not, at one moment of it; for a live visit it follows. */
function ExplainVisit({ visit }: { visit: string }) {
  const { t } = useWords();
  const { id: site } = useSite();
  const [at, setAt] = useState<number | null>(null);
  const found = useQuery({
    ...explainQuery(site, visit, at),
    placeholderData: (before, query) => (query?.queryKey[2] === visit ? keepPreviousData(before) : undefined),
  });
  const [whole, setWhole] = useState(0);
  // The nearest first, as it was when it was opened: nothing moves under the reader's eyes.
  const [order, setOrder] = useState<string[]>([]);
  const told = found.data;
  if (told && order.length === 0 && told.triggers.length > 0) {
    const near = [...told.triggers].sort((a, b) => NEARNESS[verdictOf(a)] - NEARNESS[verdictOf(b)]);
    setOrder(near.map((one) => one.trigger));
  }
  if (told && at === null && told.at_ms > whole) setWhole(told.at_ms);
  if (found.isPending) return <SkeletonRows rows={4} />;
  if (found.isError && !told) return <Failed error={found.error} onRetry={() => found.refetch()} />;
  if (!told) return null;
  const live = told.ended_at === null;
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const triggers = [...told.triggers].sort((a, b) => place(a.trigger) - place(b.trigger));
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3 border-b px-5 py-3">
        <Moment whole={whole} at={at} live={live} onChange={setAt} />
        <span className="text-sm text-muted">
          {t("direction.version_nth", { n: told.plan_version })}
          {live ? (
            <Badge tone="good" className="ml-2">
              {t("plan.why_live")}
            </Badge>
          ) : null}
        </span>
      </div>
      {told.decisions.length > 0 ? (
        <ul aria-label={t("plan.why_decisions")} className="space-y-1 border-b bg-canvas px-5 py-3 text-sm">
          {told.decisions.map((made) => (
            <li key={made.trigger} className="flex flex-wrap items-baseline gap-x-3">
              <span className="tabular text-muted">{clock(made.at_ms)}</span>
              <span className="font-medium">{spoken(made.trigger)}</span>
              <span className="text-muted">
                {t(`invitation.${made.arm.startsWith("held_out") ? made.arm : made.state || made.arm}` as Key)}
                {" · "}
                {t("direction.version_nth", { n: made.plan_version })}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {triggers.length === 0 ? <Empty icon={<Compass />} title={t("direction.no_triggers")} /> : null}
      {triggers.map((one) => (
        <TriggerExplained
          key={one.trigger}
          one={one}
          toldAt={found.dataUpdatedAt}
          live={live && at === null}
          open={one.trigger === order[0]}
        />
      ))}
    </>
  );
}

/** In a visitor's detail: asks why they were invited, or were not, in this visit or an earlier one. */
export function WhyNot({ visitor }: { visitor: VisitorDetail }) {
  const { t, fmt } = useWords();
  const [open, setOpen] = useState(false);
  const [visit, setVisit] = useState(visitor.visit);
  const known = [visitor, ...visitor.earlier].some((one) => one.visit === visit) ? visit : visitor.visit;
  return (
    <>
      <Button size="small" icon={<CircleHelp className="size-3.5" />} onClick={() => setOpen(true)}>
        {t("plan.why_ask")}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t("plan.why_title")}
        description={
          visitor.earlier.length > 0 ? (
            <Select
              aria-label={t("plan.why_visit")}
              className="mt-2 max-w-xs"
              value={known}
              onChange={(event) => setVisit(event.target.value)}
            >
              <option value={visitor.visit}>
                {visitor.present ? t("plan.why_this_visit") : fmt.moment(visitor.started_at)}
              </option>
              {visitor.earlier.map((one) => (
                <option key={one.visit} value={one.visit}>
                  {fmt.moment(one.started_at)}
                </option>
              ))}
            </Select>
          ) : (
            t("plan.why_text")
          )
        }
        size="wide"
      >
        <div className="-mx-5 -my-4">
          <ExplainVisit key={known} visit={known} />
        </div>
      </Dialog>
    </>
  );
}
