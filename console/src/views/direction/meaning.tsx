import type { Plan, PlanAnswer, PlanTeam, PlanTrigger } from "@domains/direction/api";
import { type Key, useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { Badge } from "@shared/ui/badge";
import { Card, Facts } from "@shared/ui/page";
import { Segmented } from "@shared/ui/segmented";
import { type ReactNode, useState } from "react";

const Part = ({ title, text, children }: { title: string; text: string; children: ReactNode }) => (
  <section className="mb-9">
    <h2 className="text-lg font-semibold tracking-tight">{title}</h2>
    <p className="mb-3.5 max-w-2xl text-sm text-muted text-pretty">{text}</p>
    {children}
  </section>
);

/** "support: the page's path …" without its name: that stands before it already. */
const unnamed = (sentence: string | undefined) => sentence?.replace(/^[a-z0-9-]+: /, "") ?? "";
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

interface ConditionProps {
  text: string;
  words?: string | undefined;
}

/** A condition as it is written, and what it says. */
const Condition = ({ text, words }: ConditionProps) => (
  <>
    {words ? (
      <p lang="en" className="mb-1.5 text-base text-pretty wrap-words">
        {capital(unnamed(words))}
      </p>
    ) : null}
    <code className="block rounded-md bg-sunken px-3 py-2 font-mono text-xs leading-relaxed wrap-words">{text}</code>
  </>
);

function TeamCard({ team }: { team: PlanTeam }) {
  const { t, fmt } = useWords();
  const { goal, after_chat: after } = team;
  const dated = goal.by ? fmt.dateOnly(goal.by) : "";
  const goalText = t(dated ? "direction.goal_by" : "direction.goal_open", {
    amount: goal.amount,
    measure: spoken(goal.measure).toLowerCase(),
    per: t(`per.${goal.per}` as Key),
    by: dated,
  });
  const afterText = t("direction.after_value", {
    owner: spoken(after.owner),
    channel: after.channel ? t(`channel.${after.channel}` as Key) : "–",
    within: after.within_ms ? fmt.span(after.within_ms) : "–",
  });
  return (
    <Card
      title={spoken(team.name)}
      actions={<Badge tone={team.aim === "sales" ? "accent" : "good"}>{t(`aim.${team.aim}` as Key)}</Badge>}
    >
      <p className="mb-4 rounded-md bg-accent-soft px-3.5 py-2.5 text-base font-medium text-pretty">
        <span className="block text-xs font-semibold text-accent-ink">{t("direction.conversation_goal")}</span>
        {team.conversation_goal}
      </p>
      <Facts
        items={[
          [t("direction.goal"), goalText],
          [
            t("direction.hours"),
            <span key="h" className="tabular">
              {team.hours === "24/7" ? t("direction.always") : team.hours}
            </span>,
          ],
          [t("direction.answer_within"), fmt.span(team.answer_within_ms)],
          [t("direction.at_once"), t("direction.chats", { count: team.chats_per_agent })],
          [t("direction.results"), team.results.map(spoken).join(", ")],
          [t("direction.after"), afterText],
        ]}
      />
      {team.guidelines ? (
        <div className="mt-4 border-t pt-3">
          <h3 className="text-xs font-semibold text-muted">{t("context.guidelines", { team: spoken(team.name) })}</h3>
          <p className="mt-1 text-sm whitespace-pre-line text-pretty">{team.guidelines}</p>
        </div>
      ) : null}
    </Card>
  );
}

interface TriggerProps {
  trigger: PlanTrigger;
  languages: string[];
  nth: number;
  words: string | undefined;
}

function TriggerCard({ trigger, languages, nth, words }: TriggerProps) {
  const { t, fmt } = useWords();
  const [language, setLanguage] = useState(languages[0] ?? "en");
  const cap = trigger.at_most.per_ms
    ? t("direction.cap_per", { count: trigger.at_most.count, span: fmt.span(trigger.at_most.per_ms) })
    : t("direction.cap_ever", { count: trigger.at_most.count });
  return (
    <Card
      title={
        <>
          <span className="tabular mr-2 font-normal text-faint">{nth}</span>
          {spoken(trigger.name)}
        </>
      }
      text={t("direction.for_team", { team: spoken(trigger.team) })}
      actions={<Badge>{t(`show.${trigger.show}` as Key)}</Badge>}
    >
      <h3 className="mb-1.5 text-xs font-semibold text-muted">{t("direction.moment")}</h3>
      <Condition text={trigger.when} words={words} />
      <div className="mt-4 mb-2 flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-xs font-semibold text-muted">{t("direction.says")}</h3>
        {languages.length > 1 ? (
          <Segmented
            label={t("profile.language")}
            value={language}
            onChange={setLanguage}
            options={languages.map((code) => ({ value: code, text: code.toUpperCase() }))}
          />
        ) : null}
      </div>
      <ul className="space-y-2">
        {trigger.say.map((variant) => (
          <li key={variant.name} className="flex items-start gap-2.5">
            {trigger.say.length > 1 ? <Badge className="mt-1.5">{variant.name.toUpperCase()}</Badge> : null}
            <p lang={language} className="min-w-0 rounded-xl rounded-bl-sm bg-sunken px-3.5 py-2 text-base wrap-words">
              {variant.text[language] ?? "–"}
            </p>
          </li>
        ))}
      </ul>
      <div className="mt-4 border-t pt-3">
        <Facts
          items={[
            [t("direction.cap"), cap],
            [
              t("direction.holdout"),
              trigger.holdout > 0
                ? t("direction.holdout_value", { share: fmt.percent(trigger.holdout) })
                : t("direction.no_holdout"),
            ],
          ]}
        />
      </div>
    </Card>
  );
}

const Steps = ({ items }: { items: [name: string, condition: ReactNode][] }) => (
  <ol className="divide-y rounded-lg bg-surface ring-1 ring-line">
    {items.map(([name, condition], index) => (
      <li key={name} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
        <span className="tabular w-5 text-sm text-faint">{index + 1}</span>
        <span className="w-40 text-base font-medium wrap-words">{name}</span>
        <span className="min-w-0 flex-1 basis-64">{condition}</span>
      </li>
    ))}
  </ol>
);

function Manners({ plan }: { plan: Plan }) {
  const { t, fmt } = useWords();
  const { quiet } = plan;
  const rest = (ms: number) => (ms > 0 ? t("direction.rest", { span: fmt.span(ms) }) : t("direction.no_rest"));
  return (
    <Card>
      <Facts
        items={[
          [t("direction.per_visit"), t("direction.invitations", { count: quiet.per_visit })],
          [t("direction.after_decline"), rest(quiet.after_decline_ms)],
          [t("direction.after_talk"), rest(quiet.after_chat_ms)],
          [
            t("direction.site_holdout"),
            plan.holdout > 0
              ? t("direction.site_holdout_value", { share: fmt.percent(plan.holdout) })
              : t("direction.no_holdout"),
          ],
          [t("direction.languages"), plan.languages.map(fmt.language).join(", ")],
          [t("direction.timezone"), plan.timezone],
          [t("direction.currency"), plan.currency],
        ]}
      />
    </Card>
  );
}

/** The plan section by section, in the reader's words; conditions stay as they are written. */
export function Meaning({ answer }: { answer: PlanAnswer }) {
  const { t } = useWords();
  const { plan, words } = answer;
  const always = (when: string | null | undefined, sentence?: string) =>
    !when || when === "true" ? (
      <span className="text-sm text-muted">{t("direction.otherwise")}</span>
    ) : (
      <Condition text={when} words={sentence} />
    );
  return (
    <>
      <Part title={t("direction.teams")} text={t("direction.teams_text")}>
        <div className="grid gap-4 md:grid-cols-2">
          {plan.teams.map((team) => (
            <TeamCard key={team.name} team={team} />
          ))}
        </div>
      </Part>
      <Part title={t("direction.triggers")} text={t("direction.triggers_text")}>
        {plan.triggers.length === 0 ? <p className="text-base text-muted">{t("direction.no_triggers")}</p> : null}
        <div className="grid gap-4 md:grid-cols-2">
          {plan.triggers.map((trigger, index) => (
            <TriggerCard
              key={trigger.name}
              trigger={trigger}
              languages={plan.languages}
              nth={index + 1}
              words={words.triggers?.[index]}
            />
          ))}
        </div>
      </Part>
      <Part title={t("direction.manners")} text={t("direction.manners_text")}>
        <Manners plan={plan} />
      </Part>
      {plan.stages.length > 0 ? (
        <Part title={t("direction.stages")} text={t("direction.stages_text")}>
          <Steps
            items={plan.stages.map((stage, index) => [spoken(stage.name), always(stage.when, words.stages?.[index])])}
          />
        </Part>
      ) : null}
      {plan.audiences.length > 0 ? (
        <Part title={t("direction.audiences")} text={t("direction.audiences_text")}>
          <Steps
            items={plan.audiences.map((audience, index) => [
              spoken(audience.name),
              always(audience.when, words.audiences?.[index]),
            ])}
          />
        </Part>
      ) : null}
      <Part title={t("direction.routes")} text={t("direction.routes_text")}>
        <ol className="divide-y rounded-lg bg-surface ring-1 ring-line">
          {plan.routes.map((route, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: routes have no name but their place
            <li key={index} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
              <span className="tabular w-5 text-sm text-faint">{index + 1}</span>
              <span className="min-w-0 flex-1 basis-64">{always(route.when, words.routes?.[index])}</span>
              <span className="text-base font-medium">→ {spoken(route.to)}</span>
            </li>
          ))}
        </ol>
      </Part>
    </>
  );
}
