import { busiest, expectedByHour, type Numbers, overlaps, shareDisturbed, triggersOf } from "@domains/plan/trial";
import { useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { spoken } from "@shared/lib/names";
import { Card } from "@shared/ui/page";

export interface NamedSide {
  name: string;
  numbers: Numbers;
}

const sum = (numbers: Numbers, word: "invited" | "held_out" | "held_out_all" | "held_back") =>
  Object.values(numbers.triggers).reduce((all, one) => all + one[word], 0);

const HEAD = "px-3 py-2 text-right text-xs font-medium whitespace-nowrap text-muted";
const CELL = "tabular px-3 py-2 text-right text-base whitespace-nowrap";

type Figure = [label: string, value: (numbers: Numbers) => string, strong?: boolean];

/** What the plans would have done, side by side. */
export function Figures({ sides, acceptance, staffed }: { sides: NamedSide[]; acceptance: number; staffed: boolean }) {
  const { t, fmt } = useWords();
  const one = (value: number) => fmt.number(Math.round(value * 10) / 10);
  const hourText = (week: number[]) => {
    const hour = busiest(week);
    if (hour < 0) return "–";
    const at = `${fmt.weekday(Math.floor(hour / 24))} ${hour % 24}:00`;
    return t("plan.try_peak_value", { at, count: one(week[hour] ?? 0) });
  };
  const rows: Figure[] = [
    [t("plan.try_visits"), (numbers) => fmt.number(numbers.visits)],
    [t("plan.try_visitors"), (numbers) => fmt.number(numbers.visitors)],
    [
      t("plan.try_disturbed"),
      (numbers) => `${fmt.number(numbers.disturbed)} · ${fmt.percent(shareDisturbed(numbers))}`,
      true,
    ],
    [t("plan.try_invitations"), (numbers) => fmt.number(sum(numbers, "invited")), true],
    [t("plan.try_held_out"), (numbers) => fmt.number(sum(numbers, "held_out") + sum(numbers, "held_out_all"))],
    ...(staffed
      ? [[t("plan.try_held_back"), (numbers: Numbers) => fmt.number(sum(numbers, "held_back")), true] as Figure]
      : []),
    [t("plan.try_chats"), (numbers) => fmt.number(numbers.chats)],
    [
      t("plan.try_expected_week"),
      (numbers) => one(expectedByHour(numbers, acceptance).reduce((all, hour) => all + hour, 0)),
      true,
    ],
    [t("plan.try_peak"), (numbers) => hourText(expectedByHour(numbers, acceptance))],
  ];
  const [only] = sides;
  if (sides.length === 1 && only) {
    return (
      <Card title={t("plan.try_figures")}>
        <dl className="grid grid-cols-2 gap-x-6 gap-y-5 md:grid-cols-4">
          {rows.map(([label, value, strong]) => (
            <div key={label} className="min-w-0">
              <dt className="text-sm text-muted">{label}</dt>
              <dd className={cx("tabular mt-0.5 text-lg wrap-words", strong ? "font-semibold" : "font-medium")}>
                {value(only.numbers)}
              </dd>
            </div>
          ))}
        </dl>
      </Card>
    );
  }
  return (
    <Card title={t("plan.try_figures")} flush>
      <table className="w-full border-t">
        <thead>
          <tr className="border-b">
            <td />
            {sides.map((side) => (
              <th key={side.name} scope="col" className={cx(HEAD, "pr-5")}>
                {side.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {rows.map(([label, value, strong]) => (
            <tr key={label}>
              <th scope="row" className="px-5 py-2 text-left text-base font-normal text-muted">
                {label}
              </th>
              {sides.map((side) => (
                <td key={side.name} className={cx(CELL, "pr-5", strong && "font-semibold")}>
                  {value(side.numbers)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

/** Each trigger's share of it. What stands on one side only is told. */
export function TriggerTable({ sides, staffed }: { sides: NamedSide[]; staffed: boolean }) {
  const { t, fmt } = useWords();
  const names = triggersOf(...sides.map((side) => side.numbers));
  const words: ("eligible" | "invited" | "held_out" | "held_back")[] = ["eligible", "invited", "held_out"];
  if (staffed) words.push("held_back");
  const figure = (numbers: Numbers, name: string, word: (typeof words)[number]) => {
    const found = numbers.triggers[name];
    if (!found) return "–";
    return fmt.number(word === "held_out" ? found.held_out + found.held_out_all : found[word]);
  };
  return (
    <Card title={t("plan.try_triggers")} text={t("plan.try_triggers_text")} flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <div className="overflow-x-auto border-t" tabIndex={0}>
        <table className="w-full">
          <thead>
            {sides.length > 1 ? (
              <tr>
                <td />
                {sides.map((side) => (
                  <th
                    key={side.name}
                    scope="colgroup"
                    colSpan={words.length}
                    className="border-l px-3 pt-2 text-xs font-semibold"
                  >
                    {side.name}
                  </th>
                ))}
              </tr>
            ) : null}
            <tr className="border-b">
              <th scope="col" className="px-5 py-2 text-left text-xs font-medium text-muted">
                {t("plan.try_trigger")}
              </th>
              {sides.flatMap((side) =>
                words.map((word) => (
                  <th
                    key={side.name + word}
                    scope="col"
                    className={cx(HEAD, word === "eligible" && sides.length > 1 && "border-l")}
                  >
                    {t(`plan.try_${word}`)}
                  </th>
                )),
              )}
            </tr>
          </thead>
          <tbody className="divide-y">
            {names.map((name) => (
              <tr key={name}>
                <th scope="row" className="px-5 py-2.5 text-left text-base font-medium">
                  {spoken(name)}
                </th>
                {sides.flatMap((side) =>
                  words.map((word) => (
                    <td
                      key={side.name + word}
                      className={cx(CELL, word === "eligible" && sides.length > 1 && "border-l")}
                    >
                      {figure(side.numbers, name, word)}
                    </td>
                  )),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {names.length === 0 ? <p className="px-5 py-4 text-base text-muted">{t("direction.no_triggers")}</p> : null}
    </Card>
  );
}

/** Triggers that want the same visits. */
export function Overlaps({ sides }: { sides: NamedSide[] }) {
  const { t, fmt } = useWords();
  return (
    <Card title={t("plan.try_overlap")} text={t("plan.try_overlap_text")}>
      <div className={cx("grid gap-6", sides.length > 1 && "md:grid-cols-2")}>
        {sides.map((side) => {
          const pairs = overlaps(side.numbers).slice(0, 8);
          return (
            <div key={side.name} className="min-w-0">
              {sides.length > 1 ? <h3 className="mb-2 text-sm font-semibold">{side.name}</h3> : null}
              {pairs.length === 0 ? <p className="text-base text-muted">{t("plan.try_no_overlap")}</p> : null}
              <ul className="space-y-2.5">
                {pairs.map((pair) => (
                  <li key={pair.one + pair.other} className="text-base">
                    <span className="flex items-baseline justify-between gap-3">
                      <span className="min-w-0 wrap-words">
                        {spoken(pair.one)} <span className="text-faint">+</span> {spoken(pair.other)}
                      </span>
                      <span className="tabular shrink-0 text-sm text-muted">
                        {t("plan.try_overlap_value", { count: pair.visits, share: fmt.percent(pair.share) })}
                      </span>
                    </span>
                    <span aria-hidden className="mt-1 block h-1.5 rounded-full bg-sunken">
                      <span className="block h-full rounded-full bg-accent" style={{ width: `${pair.share * 100}%` }} />
                    </span>
                  </li>
                ))}
              </ul>
            </div>
          );
        })}
      </div>
    </Card>
  );
}
