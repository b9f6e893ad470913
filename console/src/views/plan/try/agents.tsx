import { checkText } from "@domains/plan/api";
import { useSite } from "@domains/session";
import { useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { Check, Field, Input } from "@shared/ui/field";
import { useQuery } from "@tanstack/react-query";

/** Agents by team as they were typed; "" is no limit. */
export type Agents = Record<string, string>;

/** What was typed as numbers; null if no team is limited. */
export function limitsOf(agents: Agents | null): Record<string, number> | null {
  const limits = Object.entries(agents ?? {}).filter(([, count]) => /^\d{1,4}$/.test(count.trim()));
  return limits.length > 0 ? Object.fromEntries(limits.map(([team, count]) => [team, Number(count)])) : null;
}

interface AgentsFieldsProps {
  /** The plan whose teams they are. */
  text: string | undefined;
  agents: Agents | null;
  onChange: (agents: Agents | null) => void;
}

/** How many would be at the desk: without it every team has time for everybody. */
export function AgentsFields({ text, agents, onChange }: AgentsFieldsProps) {
  const { t } = useWords();
  const { id: site } = useSite();
  const { data } = useQuery({
    queryKey: ["plan-reading", site, text],
    queryFn: () => checkText(site, text ?? ""),
    enabled: agents !== null && text !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const teams = data?.plan?.teams ?? [];
  return (
    <div className="basis-full space-y-3">
      <Check
        checked={agents !== null}
        onChange={(event) => onChange(event.target.checked ? {} : null)}
        label={
          <>
            {t("plan.try_agents")}
            <span className="block text-sm text-muted">{t("plan.try_agents_text")}</span>
          </>
        }
      />
      {agents !== null && teams.length > 0 ? (
        <div className="flex flex-wrap gap-x-4 gap-y-3 pl-6.5">
          {teams.map((team) => (
            <Field
              key={team.name}
              label={spoken(team.name)}
              hint={t("plan.try_chats_each", { count: team.chats_per_agent })}
              className="w-36"
            >
              {(control) => (
                <Input
                  {...control}
                  type="number"
                  inputMode="numeric"
                  min={0}
                  max={9999}
                  step={1}
                  placeholder={t("plan.try_no_limit")}
                  value={agents[team.name] ?? ""}
                  onChange={(event) => onChange({ ...agents, [team.name]: event.target.value })}
                />
              )}
            </Field>
          ))}
        </div>
      ) : null}
    </div>
  );
}
