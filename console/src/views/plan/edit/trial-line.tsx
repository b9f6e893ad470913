import type { Latest } from "@domains/plan/latest";
import { shareDisturbed, type Trial } from "@domains/plan/trial";
import type { TrialQuestion } from "@domains/plan/use-reading";
import { useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { useErrorText } from "@shared/ui/feedback";
import { Link } from "@tanstack/react-router";
import { History, LoaderCircle } from "lucide-react";

interface TrialLineProps {
  trial: Latest<TrialQuestion, Trial>;
  sound: boolean;
  onRetry: () => void;
}

const shareText = (share: number, percent: (share: number) => string) =>
  share > 0 && share < 0.01 ? `< ${percent(0.01)}` : percent(share);

/** What the draft would have done in the last 30 days. A figure of an older text is never shown as this one's. */
export function TrialLine({ trial, sound, onRetry }: TrialLineProps) {
  const { t, fmt } = useWords();
  const say = useErrorText();
  const { answer, state } = trial;
  const current = state === "done";
  const plan = answer?.value.plan.numbers;
  const other = current ? answer?.value.compare?.numbers : undefined;
  const difference = plan && other ? plan.disturbed - other.disturbed : 0;
  const note = !sound
    ? t("plan.trial_unsound")
    : state === "failed"
      ? say(trial.error)
      : current
        ? ""
        : answer
          ? t("plan.trial_counting_again")
          : t("plan.trial_counting");
  return (
    <section
      aria-label={t("plan.trial_label")}
      className="relative flex flex-wrap items-center gap-x-4 gap-y-1 rounded-lg bg-surface py-2.5 pr-4 pl-11 ring-1 ring-line"
    >
      {state === "running" || (state === "waiting" && sound) ? (
        <LoaderCircle aria-hidden className="absolute top-3.5 left-4 size-4 animate-spin text-muted" />
      ) : (
        <History aria-hidden className="absolute top-3.5 left-4 size-4 text-muted" />
      )}
      {plan ? (
        <p className={cx("min-w-0 text-base text-pretty", !current && "text-faint")} aria-live="polite">
          {plan.visits === 0
            ? t("plan.trial_nothing")
            : t("plan.trial_text", {
                invited: fmt.number(plan.disturbed),
                visits: plan.visits,
                share: shareText(shareDisturbed(plan), fmt.percent),
              })}
          {current && answer?.value.complete === false ? ` ${t("plan.trial_part")}` : ""}
        </p>
      ) : null}
      {current && other ? (
        <span className="tabular text-sm text-muted">
          {difference === 0
            ? t("plan.trial_same")
            : t(difference > 0 ? "plan.trial_more" : "plan.trial_fewer", { n: fmt.number(Math.abs(difference)) })}
        </span>
      ) : null}
      {note ? (
        <span className={cx("text-sm", state === "failed" && sound ? "text-bad-ink" : "text-muted")}>{note}</span>
      ) : null}
      {state === "failed" && sound ? (
        <button type="button" className="text-sm font-medium text-accent-ink hover:underline" onClick={onRetry}>
          {t("common.try_again")}
        </button>
      ) : null}
      <Link
        to="/direction/try"
        className="ml-auto text-sm font-medium whitespace-nowrap text-accent-ink hover:underline"
      >
        {t("plan.trial_more_link")}
      </Link>
    </section>
  );
}
