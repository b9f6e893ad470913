import { type Clause, type Explanation, remaining, type Verdict, verdictOf } from "@domains/plan/explain";
import { type Key, useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { capital, humane, spoken } from "@shared/lib/names";
import { useNow } from "@shared/lib/now";
import { Badge, type Tone } from "@shared/ui/badge";
import { Check, ChevronRight, X } from "lucide-react";

const TONES: Record<Verdict, Tone> = {
  fires: "good",
  soon: "accent",
  decided: "neutral",
  refused: "warn",
  not_so: "neutral",
};

const Mark = ({ yes }: { yes: boolean }) => {
  const { t } = useWords();
  const Icon = yes ? Check : X;
  return (
    <span
      className={cx(
        "mt-0.5 flex size-4.5 shrink-0 items-center justify-center rounded-full",
        yes ? "bg-good-soft text-good-ink" : "bg-bad-soft text-bad-ink",
      )}
    >
      <Icon aria-label={yes ? t("plan.why_yes") : t("plan.why_no")} className="size-3" />
    </span>
  );
};

function valueText(value: boolean | number | string | null): string {
  if (value === null) return "–";
  if (typeof value === "string") return `“${value}”`;
  if (typeof value === "number") return String(Math.round(value * 1000) / 1000);
  return String(value);
}

/** A part of the condition: whether it holds, what it asks, what it read. */
function ClauseLine({ clause }: { clause: Clause }) {
  return (
    <li>
      <div className="flex items-start gap-2.5">
        <Mark yes={clause.holds} />
        <div className="min-w-0 flex-1">
          <p lang="en" className="text-base wrap-words">
            {capital(clause.words)}
          </p>
          <p className="flex flex-wrap gap-x-3 font-mono text-xs text-muted wrap-words">
            <code>{clause.text}</code>
            {clause.parts.length === 0
              ? clause.readings.map((reading) => (
                  <span key={reading.fact} className="text-ink">
                    {reading.fact} = {valueText(reading.value)}
                  </span>
                ))
              : null}
          </p>
        </div>
      </div>
      {clause.parts.length > 0 ? (
        <ul className="mt-2 ml-2 space-y-2 border-l pl-4">
          {clause.parts.map((part) => (
            <ClauseLine key={part.text} clause={part} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}

interface TriggerProps {
  one: Explanation;
  /** When it was told, by this browser's clock: what fires in a while counts down from then. */
  toldAt: number;
  live: boolean;
  open: boolean;
}

function useVerdictText(one: Explanation, toldAt: number, live: boolean): string {
  const { t, fmt } = useWords();
  const now = useNow();
  const verdict = verdictOf(one);
  if (verdict === "soon") {
    const ms = live ? remaining(one.fires_in_ms ?? 0, toldAt, now) : (one.fires_in_ms ?? 0);
    const n = fmt.number(Math.ceil(ms / 1000));
    return live ? t("plan.why_soon", { n }) : t("plan.why_later", { n });
  }
  return t(`plan.why_${verdict}` as Key);
}

/** Why one trigger fires at the moment, or does not: all of it, open to see. */
export function TriggerExplained({ one, toldAt, live, open }: TriggerProps) {
  const { t } = useWords();
  const verdict = verdictOf(one);
  const text = useVerdictText(one, toldAt, live);
  const shut = one.gates.filter((gate) => !gate.passes);
  return (
    <details open={open} className="group border-b last:border-b-0">
      <summary className="flex list-none items-center gap-3 px-5 py-3 hover:bg-hover">
        <ChevronRight aria-hidden className="size-4 shrink-0 text-faint transition-transform group-open:rotate-90" />
        <span className="min-w-0 flex-1">
          <span className="block text-base font-semibold wrap-words">{spoken(one.trigger)}</span>
          <span className="block text-sm text-muted">{t("direction.for_team", { team: spoken(one.team) })}</span>
        </span>
        <Badge tone={TONES[verdict]} className="h-auto! py-0.5 whitespace-normal!">
          {text}
        </Badge>
      </summary>
      <div className="space-y-5 px-5 pt-1 pb-5 sm:pl-12">
        <section>
          <h3 className="mb-2 text-xs font-semibold text-muted">{t("plan.why_condition")}</h3>
          <ul className="space-y-2.5">
            {one.clauses.map((clause) => (
              <ClauseLine key={clause.text} clause={clause} />
            ))}
          </ul>
        </section>
        <section>
          <h3 className="mb-2 text-xs font-semibold text-muted">
            {shut.length > 0 ? t("plan.why_gates_shut", { count: shut.length }) : t("plan.why_gates")}
          </h3>
          <ul className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
            {one.gates.map((gate) => (
              <li key={gate.name} className="flex items-start gap-2.5">
                <Mark yes={gate.passes} />
                <span className="min-w-0 text-sm">
                  <span className="block font-medium">{t(`plan.gate_${gate.name}` as Key)}</span>
                  <span lang="en" className="block text-muted wrap-words">
                    {capital(humane(gate.words, [one.team, one.trigger]))}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </section>
        <p className="text-sm text-muted">
          {t(`plan.arm_${one.arm}` as Key)} {t("plan.why_variant", { name: one.variant.toUpperCase() })}
        </p>
      </div>
    </details>
  );
}
