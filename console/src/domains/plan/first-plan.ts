import type { Translate } from "@shared/i18n";

export type FirstAim = "sales" | "service" | "both";

interface First {
  site: string;
  /** Of the hours; the browser's is the best guess there is. */
  zone: string;
  aim: FirstAim;
  /** The day by which the goals are to be reached, such as 2027-06-30. */
  by: string;
}

const TEAM = { sales: "sales", service: "care" } as const;

const MEASURES = {
  sales: { goal: "{measure: orders, amount: 20, per: month", results: "[bought, booked, lead, not_now, not_for_us]" },
  service: { goal: "{measure: solved, amount: 50, per: month", results: "[solved, explained, passed_on, not_solved]" },
};
const AFTER = {
  sales: "{owner: sales, channel: phone, within: 1d}",
  service: "{owner: care, channel: email, within: 1d}",
};

const team = (t: Translate, aim: "sales" | "service", by: string): string => `
  ${TEAM[aim]}:
    aim: ${aim}
    goal: ${MEASURES[aim].goal}, by: ${by}}
    conversation_goal: "${t(`first.goal_${aim}`)}"
    hours: Mo-Fr 09:00-17:00
    answer_within: 1m
    chats_per_agent: 2
    results: ${MEASURES[aim].results}
    after_chat: ${AFTER[aim]}
    guidelines: "${t(`first.guidelines_${aim}`)}"
`;

const TRIGGERS = {
  sales: `
  - name: interested
    team: sales
    when: visit.pages >= 3 && page.seconds >= 60
    say: {en: "Can I help you choose?", fi: "Autanko valinnassa?", sv: "Kan jag hjälpa dig att välja?"}
    show: teaser
    at_most: 1 per 7d
    holdout: 20%
`,
  service: `
  - name: reading-help
    team: care
    when: page.path.startsWith("/help") && page.seconds >= 40
    say: {en: "Did you find the answer?", fi: "Löytyikö vastaus?", sv: "Hittade du svaret?"}
    show: badge
    at_most: 1 per 7d
    holdout: 20%
`,
};

const ROUTES = `
routes:                                  # {routes}
  - {when: 'page.path.startsWith("/help")', to: care}
  - {to: sales}
`;

/** A first plan that holds together, with what to think of beside each part: something to change rather than to invent. */
export function firstPlan(t: Translate, { site, zone, aim, by }: First): string {
  const aims = aim === "both" ? (["sales", "service"] as const) : ([aim] as const);
  return `# ${t("first.head")}
# ${t("first.notes")}
overture: 1
site: ${site}
timezone: ${zone}
languages: [en, fi, sv]
quiet: {per_visit: 1, after_decline: 30d, after_chat: 7d}   # ${t("first.quiet")}

teams:                                   # ${t("first.teams")}${aims.map((one) => team(t, one, by)).join("")}
${aim === "both" ? ROUTES.trimStart().replace("{routes}", t("first.routes")) : ""}
triggers:                                # ${t("first.triggers")}${aims.map((one) => TRIGGERS[one]).join("")}`;
}

/** The end of the quarter after the next: near enough to aim at. */
export function inHalfAYear(now: Date): string {
  const last = new Date(Date.UTC(now.getUTCFullYear(), (Math.floor(now.getUTCMonth() / 3) + 3) * 3, 0));
  return last.toISOString().slice(0, 10);
}
