import { setupQuery } from "@domains/direction/api";
import { leads, useMe, useSite } from "@domains/session";
import { type Key, useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check } from "lucide-react";
import type { ReactNode } from "react";

interface Step {
  name: Key;
  text: Key;
  done: boolean;
  link: (text: string) => ReactNode;
}

const LINK = "font-medium text-accent-ink underline underline-offset-2";

/** Whether the site has all it needs for a first conversation; undefined while that is not known. */
export function useIsReady(): boolean | undefined {
  const { id } = useSite();
  const { data } = useQuery(setupQuery(id));
  return data && data.plan !== null && data.people > 0 && data.visits;
}

/** What is to be done before the first conversation can come, in its order, each with where it is done. */
export function FirstSteps({ className }: { className?: string }) {
  const { t } = useWords();
  const { id } = useSite();
  const mayLead = leads(useMe().role);
  const { data } = useQuery(setupQuery(id));
  if (!data) return null;
  const steps: Step[] = [
    {
      name: "steps.plan",
      text: "steps.plan_text",
      done: data.plan !== null,
      link: (text) => (
        <Link to="/direction/edit" className={LINK}>
          {text}
        </Link>
      ),
    },
    {
      name: "steps.people",
      text: "steps.people_text",
      done: data.people > 0,
      link: (text) => (
        <Link to="/settings/$part" params={{ part: "users" }} className={LINK}>
          {text}
        </Link>
      ),
    },
    {
      name: "steps.snippet",
      text: "steps.snippet_text",
      done: data.visits,
      link: (text) => (
        <Link to="/settings/$part" params={{ part: "snippet" }} className={LINK}>
          {text}
        </Link>
      ),
    },
  ];
  if (steps.every((step) => step.done)) return null;
  return (
    <div className={cx("mx-auto w-full max-w-md px-5 py-8", className)}>
      <h2 className="text-lg font-semibold">{t("steps.title")}</h2>
      <p className="mt-1 text-base text-muted text-pretty">{mayLead ? t("steps.text") : t("steps.text_agent")}</p>
      <ol className="mt-4 space-y-3">
        {steps.map((step, index) => (
          <li key={step.name} className="flex items-start gap-3">
            <span
              aria-hidden
              className={cx(
                "flex size-6 shrink-0 items-center justify-center rounded-full text-xs font-semibold",
                step.done ? "bg-good-soft text-good-ink" : "bg-sunken text-muted",
              )}
            >
              {step.done ? <Check className="size-3.5" /> : index + 1}
            </span>
            <span className="min-w-0 text-base">
              <span className={cx(step.done && "text-muted line-through")}>
                {mayLead && !step.done ? step.link(t(step.name)) : t(step.name)}
              </span>
              {step.done ? <span className="sr-only"> ({t("steps.done")})</span> : null}
              {step.done ? null : <span className="block text-sm text-muted text-pretty">{t(step.text)}</span>}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
