import { useSite } from "@domains/session";
import { type Member, staffingQuery, type TeamStaffing } from "@domains/staffing/api";
import { type Key, useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { spoken } from "@shared/lib/names";
import { useNow } from "@shared/lib/now";
import { Avatar } from "@shared/ui/avatar";
import { Badge } from "@shared/ui/badge";
import { Empty, Failed, SkeletonRows } from "@shared/ui/feedback";
import { Card, Page } from "@shared/ui/page";
import { useQuery } from "@tanstack/react-query";
import { UsersRound } from "lucide-react";
import { FirstSteps } from "../first-steps";
import { HeatMap } from "./heat-map";

function Load({ member }: { member: Member }) {
  const { t } = useWords();
  const share = member.capacity > 0 ? Math.min(1, member.active / member.capacity) : 0;
  return (
    <span className="flex items-center gap-2.5">
      <span aria-hidden className="h-1.5 w-16 overflow-hidden rounded-full bg-sunken">
        <span
          className={cx("block h-full rounded-full", share >= 1 ? "bg-warn" : "bg-accent")}
          style={{ width: `${share * 100}%` }}
        />
      </span>
      <span className="tabular text-sm text-muted">
        {t("staffing.load", { active: member.active, capacity: member.capacity })}
      </span>
    </span>
  );
}

function MemberRow({ member }: { member: Member }) {
  const { t, fmt } = useWords();
  const now = useNow();
  const state: Key = !member.online ? "staffing.offline" : member.available ? "staffing.available" : "staffing.away";
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5">
      <Avatar id={member.id} name={member.name} size="small" online={member.online && member.available} />
      <span className="min-w-0 flex-1 basis-36">
        <span className="block truncate text-base font-medium">{member.name}</span>
        <span className={cx("block text-sm", member.online && member.available ? "text-good-ink" : "text-muted")}>
          {t(state)}
          {member.since ? ` · ${fmt.span(now - Date.parse(member.since))}` : ""}
        </span>
      </span>
      <Load member={member} />
    </li>
  );
}

/** Open or closed now, and when that changes. */
function OpenNow({ team }: { team: TeamStaffing }) {
  const { t, fmt } = useWords();
  const change = team.open ? team.next_change_at : (team.next_open_at ?? team.next_change_at);
  return (
    <span className="flex flex-wrap items-center gap-2 text-sm text-muted">
      <Badge tone={team.open ? "good" : "neutral"}>{team.open ? t("staffing.open") : t("staffing.closed")}</Badge>
      {change ? t(team.open ? "staffing.until" : "staffing.opens", { when: fmt.moment(change) }) : null}
      {!change && team.open ? t("staffing.never_closes") : null}
    </span>
  );
}

function TeamCard({ team }: { team: TeamStaffing }) {
  const { t, fmt } = useWords();
  const there = team.members.filter((member) => member.available && member.online).length;
  const short = team.open && there === 0;
  return (
    <Card
      className="mb-5"
      title={
        <>
          {spoken(team.name)} <Badge className="ml-1">{t(`aim.${team.aim}` as Key)}</Badge>
        </>
      }
      actions={<OpenNow team={team} />}
    >
      {short ? (
        <p className="mb-4 rounded-md bg-warn-soft px-3.5 py-2.5 text-sm text-warn-ink">{t("staffing.nobody_there")}</p>
      ) : null}
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[minmax(0,20rem)_minmax(0,1fr)]">
        <div>
          <dl className="mb-4 grid grid-cols-3 gap-3">
            {(
              [
                ["staffing.there", `${there} / ${team.members.length}`],
                ["staffing.waiting", team.waiting],
                ["staffing.free", team.free_slots],
              ] as [Key, string | number][]
            ).map(([key, value]) => (
              <div key={key}>
                <dt className="text-sm text-muted">{t(key)}</dt>
                <dd className="tabular text-xl font-semibold">{value}</dd>
              </div>
            ))}
          </dl>
          <p className="text-sm text-muted">
            <span className="tabular text-ink">{team.hours === "24/7" ? t("direction.always") : team.hours}</span>
          </p>
          <p className="mb-1 text-sm text-muted">
            {t("staffing.rules", { span: fmt.span(team.answer_within_ms), count: team.chats_per_agent })}
          </p>
          {team.members.length === 0 ? <p className="py-2 text-base text-muted">{t("staffing.no_members")}</p> : null}
          <ul className="divide-y">
            {team.members.map((member) => (
              <MemberRow key={member.id} member={member} />
            ))}
          </ul>
        </div>
        <HeatMap week={team.week} hours={team.hours} name={spoken(team.name)} />
      </div>
    </Card>
  );
}

/** Who is there, when a team is open, and when people come. */
export function Staffing() {
  const { t } = useWords();
  const { id } = useSite();
  const found = useQuery(staffingQuery(id));
  return (
    <Page title={t("nav.staffing")} text={t("staffing.text")}>
      {found.isPending ? <SkeletonRows rows={3} height="h-40" /> : null}
      {found.isError && !found.data ? <Failed error={found.error} onRetry={() => found.refetch()} /> : null}
      {found.data?.teams.length === 0 ? (
        <>
          <Empty icon={<UsersRound />} title={t("staffing.no_teams")} text={t("staffing.no_teams_text")} />
          <FirstSteps className="pt-0" />
        </>
      ) : null}
      {found.data?.teams.map((team) => (
        <TeamCard key={team.name} team={team} />
      ))}
    </Page>
  );
}
