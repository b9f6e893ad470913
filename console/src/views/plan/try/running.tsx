import type { Asked, Other } from "@domains/plan/trials";
import { useWords } from "@shared/i18n";
import { Button } from "@shared/ui/button";
import { Empty } from "@shared/ui/feedback";
import { CircleStop, Hourglass, RefreshCw } from "lucide-react";

const LABELS = { waiting: "plan.try_waiting", reading: "plan.try_reading", trying: "plan.try_running" } as const;

/** How far a trial is; it goes on beside the server, and can be given up. */
export function Running({ asked, onCancel }: { asked: Asked | null; onCancel: () => void }) {
  const { t, fmt } = useWords();
  const state = asked?.state;
  const text = t(state === "waiting" || state === "reading" ? LABELS[state] : LABELS.trying);
  // Collecting the visits is about half of the work.
  const share =
    !asked || asked.total === 0 || state === "waiting"
      ? 0
      : state === "reading"
        ? (0.5 * asked.done) / asked.total
        : 0.5 + (0.5 * asked.done) / asked.total;
  return (
    <section className="flex flex-wrap items-center gap-x-5 gap-y-3 rounded-lg bg-surface px-5 py-4 ring-1 ring-line">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex flex-wrap items-baseline justify-between gap-x-4 text-base">
          <span role="status">{text}</span>
          {asked ? (
            <span className="tabular text-sm text-muted">
              {t("plan.try_progress", { done: fmt.number(asked.done), total: asked.total })}
            </span>
          ) : null}
        </p>
        <div
          role="progressbar"
          aria-label={text}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(share * 100)}
          className="mt-2.5 h-1.5 overflow-hidden rounded-full bg-sunken"
        >
          <div
            className="h-full min-w-1.5 rounded-full bg-accent transition-[width] duration-700"
            style={{ width: `${share * 100}%` }}
          />
        </div>
      </div>
      {asked ? (
        <Button icon={<CircleStop className="size-4" />} onClick={onCancel}>
          {t("plan.try_cancel")}
        </Button>
      ) : null}
    </section>
  );
}

interface InTheWayProps {
  other: Other;
  onAgain: () => void;
  onInstead: () => void;
}

/** One trial of a site at a time: this one is somebody else's, or another window's. */
export function InTheWay({ other, onAgain, onInstead }: InTheWayProps) {
  const { t, fmt } = useWords();
  return (
    <Empty
      icon={<Hourglass />}
      title={t("plan.try_theirs", { name: other.name || t("plan.try_somebody") })}
      text={t("plan.try_theirs_text", { done: fmt.number(other.done), total: other.total })}
      action={
        <span className="flex flex-wrap justify-center gap-3">
          <Button look="primary" icon={<RefreshCw className="size-4" />} onClick={onAgain}>
            {t("common.try_again")}
          </Button>
          <Button icon={<CircleStop className="size-4" />} onClick={onInstead}>
            {t("plan.try_instead")}
          </Button>
        </span>
      }
    />
  );
}

/** A trial that was given up. */
export function GivenUp({ asked, onAgain }: { asked: Asked | null; onAgain: () => void }) {
  const { t, fmt } = useWords();
  return (
    <Empty
      icon={<CircleStop />}
      title={t("plan.try_given_up")}
      text={asked ? t("plan.try_progress", { done: fmt.number(asked.done), total: asked.total }) : undefined}
      action={
        <Button icon={<RefreshCw className="size-4" />} onClick={onAgain}>
          {t("common.try_again")}
        </Button>
      }
    />
  );
}
