import type { Problem } from "@domains/plan/api";
import { useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { CircleAlert, CircleCheck, LoaderCircle, TriangleAlert } from "lucide-react";

interface ProblemsProps {
  problems: Problem[];
  /** The text has changed since they were found. */
  old: boolean;
  sound: boolean;
  onGo: (problem: Problem) => void;
}

/** Every problem with its place and its way out; each leads to where it is. */
export function Problems({ problems, old, sound, onGo }: ProblemsProps) {
  const { t } = useWords();
  const errors = problems.filter((one) => one.severity === "error").length;
  const warnings = problems.length - errors;
  const head = old
    ? t("plan.checking")
    : errors > 0
      ? t("plan.problems", { count: errors })
      : sound
        ? t("plan.no_problems")
        : t("plan.checking");
  const Icon = old ? LoaderCircle : errors > 0 ? CircleAlert : CircleCheck;
  return (
    <section aria-label={t("plan.problems_label")} className="flex min-h-0 flex-col border-t">
      <h2 className="flex items-center gap-2 px-4 py-2.5 text-sm font-medium" aria-live="polite">
        <Icon
          aria-hidden
          className={cx("size-4 shrink-0", old ? "animate-spin text-faint" : errors > 0 ? "text-bad" : "text-good")}
        />
        {head}
        {!old && warnings > 0 ? (
          <span className="font-normal text-warn-ink">{t("plan.warnings", { count: warnings })}</span>
        ) : null}
      </h2>
      {problems.length > 0 ? (
        <ul className={cx("min-h-0 overflow-y-auto border-t", old && "text-muted")}>
          {problems.map((problem) => {
            const Mark = problem.severity === "error" ? CircleAlert : TriangleAlert;
            return (
              <li
                key={`${problem.line}:${problem.column}:${problem.code}:${problem.message}`}
                className="border-b last:border-b-0"
              >
                <button
                  type="button"
                  className="flex w-full items-start gap-2.5 px-4 py-2 text-left text-sm hover:bg-hover"
                  onClick={() => onGo(problem)}
                >
                  <Mark
                    aria-label={t(problem.severity === "error" ? "plan.error" : "plan.warning")}
                    className={cx("mt-0.5 size-3.5 shrink-0", problem.severity === "error" ? "text-bad" : "text-warn")}
                  />
                  <span className="min-w-0 flex-1 wrap-words">
                    <span lang="en" className="font-medium">
                      {problem.message}
                    </span>
                    <span lang="en" className="block text-muted">
                      {problem.hint}
                    </span>
                  </span>
                  <span className="shrink-0 text-right text-xs text-faint">
                    <span className="tabular block">{t("plan.line", { line: problem.line })}</span>
                    <code className="font-mono text-2xs max-sm:hidden">{problem.code}</code>
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      ) : null}
    </section>
  );
}
