import { type FirstAim, firstPlan, inHalfAYear } from "@domains/plan/first-plan";
import { useSite } from "@domains/session";
import { useWords } from "@shared/i18n";
import { HeartHandshake, LifeBuoy, type LucideIcon, ShoppingBag } from "lucide-react";

const CHOICES: [FirstAim, LucideIcon][] = [
  ["sales", ShoppingBag],
  ["service", LifeBuoy],
  ["both", HeartHandshake],
];

interface BeginProps {
  onText: (text: string) => void;
  onEmpty: () => void;
}

/** In the empty editor's place: nobody has to know a language to write a first plan, only what chat is for. */
export function Begin({ onText, onEmpty }: BeginProps) {
  const { t } = useWords();
  const { id: site } = useSite();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <div className="flex h-full flex-col justify-center overflow-y-auto px-6 py-8 md:px-10">
      <h2 className="text-xl font-semibold tracking-tight">{t("first.title")}</h2>
      <p className="mt-1 max-w-xl text-base text-muted text-pretty">{t("first.text")}</p>
      <ul className="mt-5 max-w-xl space-y-2.5">
        {CHOICES.map(([aim, Icon]) => (
          <li key={aim}>
            <button
              type="button"
              onClick={() => onText(firstPlan(t, { site, zone, aim, by: inHalfAYear(new Date()) }))}
              className="flex w-full items-center gap-4 rounded-lg bg-surface px-4 py-3.5 text-left ring-1 ring-line transition-colors ring-inset hover:bg-hover hover:ring-line-strong"
            >
              <span className="flex size-10 shrink-0 items-center justify-center rounded-full bg-accent-soft text-accent-ink">
                <Icon aria-hidden className="size-5" strokeWidth={1.8} />
              </span>
              <span className="min-w-0">
                <span className="block text-base font-semibold">{t(`first.${aim}`)}</span>
                <span className="block text-sm text-muted text-pretty">{t(`first.${aim}_text`)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <button type="button" className="mt-5 w-fit text-sm text-accent-ink hover:underline" onClick={onEmpty}>
        {t("first.empty")}
      </button>
    </div>
  );
}
