import type { Plan } from "@domains/direction/api";
import type { PlanWords } from "@domains/plan/api";
import type { Key } from "@shared/i18n";
import { useWords } from "@shared/i18n";
import { capital, humane, spoken } from "@shared/lib/names";

interface MeaningPaneProps {
  plan: Plan;
  words: PlanWords;
  onFind: (section: string, name: string) => void;
}

/** "big-basket: when …" with its name set apart. */
function Sentence({ text: said, name: slug, names }: { text: string; name: string; names: string[] }) {
  const text = humane(said, names);
  const name = slug && said.startsWith(slug) ? (text.startsWith(spoken(slug)) ? spoken(slug) : slug) : "";
  const rest = name ? text.slice(name.length).replace(/^:\s*/, " ") : text;
  return (
    <span lang="en" className="wrap-words">
      {rest === text ? (
        capital(text)
      ) : (
        <>
          <strong className="font-semibold">{spoken(name)}</strong>
          {rest}
        </>
      )}
    </span>
  );
}

/** The draft in plain sentences, section by section. Each leads to where it is written. */
export function MeaningPane({ plan, words, onFind }: MeaningPaneProps) {
  const { t } = useWords();
  const names = (items: { name: string }[]) => items.map((item) => item.name);
  const all = [...names(plan.teams), ...names(plan.audiences), ...names(plan.triggers)];
  const sections: [section: string, title: Key, lines: string[] | undefined, names: string[]][] = [
    ["triggers", "direction.triggers", words.triggers, names(plan.triggers)],
    ["quiet", "direction.manners", words.manners, []],
    ["audiences", "direction.audiences", words.audiences, names(plan.audiences)],
    ["stages", "direction.stages", words.stages, names(plan.stages)],
    ["teams", "direction.teams", words.teams, names(plan.teams)],
    ["routes", "direction.routes", words.routes, []],
  ];
  return (
    <div className="space-y-6">
      {sections
        .filter(([, , lines]) => lines && lines.length > 0)
        .map(([section, title, lines = [], known]) => (
          <section key={section}>
            <h3 className="mb-1.5 text-xs font-semibold text-muted">{t(title)}</h3>
            <ul className="-mx-2">
              {lines.map((line, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the sentences stand in the plan's order
                <li key={index}>
                  {known[index] ? (
                    <button
                      type="button"
                      className="w-full rounded-md px-2 py-1.5 text-left text-sm leading-relaxed hover:bg-hover"
                      onClick={() => onFind(section, known[index] ?? "")}
                    >
                      <Sentence text={line} name={known[index] ?? ""} names={all} />
                    </button>
                  ) : (
                    <p className="px-2 py-1.5 text-sm leading-relaxed">
                      <Sentence text={line} name="" names={all} />
                    </p>
                  )}
                </li>
              ))}
            </ul>
          </section>
        ))}
    </div>
  );
}
