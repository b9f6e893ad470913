import { expectedByHour, invitedByHour, type Numbers, triggersOf } from "@domains/plan/trial";
import { useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { spoken } from "@shared/lib/names";
import { Select } from "@shared/ui/field";
import { Card } from "@shared/ui/page";
import { Segmented } from "@shared/ui/segmented";
import { useState } from "react";
import type { NamedSide } from "./figures";
import { WeekMap } from "./week-map";

type What = "expected" | "invitations";

/** When it would happen, by hour of the week. */
export function Hours({ sides, acceptance }: { sides: NamedSide[]; acceptance: number }) {
  const { t } = useWords();
  const [what, setWhat] = useState<What>("expected");
  const [trigger, setTrigger] = useState("");
  const names = triggersOf(...sides.map((side) => side.numbers));
  const chosen = names.includes(trigger) ? trigger : "";
  const weekOf = (numbers: Numbers) =>
    what === "expected" ? expectedByHour(numbers, acceptance) : invitedByHour(numbers, chosen);
  const weeks = sides.map((side) => weekOf(side.numbers));
  const most = Math.max(0.001, ...weeks.flat());
  const say = (value: number) =>
    what === "expected"
      ? t("plan.try_expected_hour", { count: Math.round(value * 100) / 100 })
      : t("plan.try_invited_hour", { count: value });
  return (
    <Card
      title={t("plan.try_hours")}
      text={what === "expected" ? t("plan.try_hours_expected") : t("plan.try_hours_invited")}
      actions={
        <>
          {what === "invitations" ? (
            <Select
              aria-label={t("plan.try_trigger")}
              value={chosen}
              onChange={(event) => setTrigger(event.target.value)}
            >
              <option value="">{t("plan.try_all_triggers")}</option>
              {names.map((name) => (
                <option key={name} value={name}>
                  {spoken(name)}
                </option>
              ))}
            </Select>
          ) : null}
          <Segmented<What>
            label={t("plan.try_hours")}
            value={what}
            onChange={setWhat}
            options={[
              { value: "expected", text: t("plan.try_conversations") },
              { value: "invitations", text: t("plan.try_invitations") },
            ]}
          />
        </>
      }
    >
      <div className={cx("grid gap-6", sides.length > 1 && "lg:grid-cols-2")}>
        {sides.map((side, index) => (
          <div key={side.name} className="min-w-0">
            {sides.length > 1 ? <h3 className="mb-2 text-sm font-semibold">{side.name}</h3> : null}
            <WeekMap week={weeks[index] ?? []} most={most} label={`${t("plan.try_hours")}: ${side.name}`} say={say} />
          </div>
        ))}
      </div>
    </Card>
  );
}
