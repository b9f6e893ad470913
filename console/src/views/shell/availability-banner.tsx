import { useDesk, useDeskClient } from "@domains/conversations/context";
import type { ServedTeam } from "@domains/conversations/model";
import { type Key, useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { spoken } from "@shared/lib/names";
import { CircleAlert, Clock, X } from "lucide-react";
import type { ReactNode } from "react";

/** Teams by name, each once: two sites may call one alike. */
export const teamNames = (teams: ServedTeam[]): string => [...new Set(teams.map((one) => spoken(one.team)))].join(", ");

const REASONS: Record<string, Key> = {
  no_team: "available.no_team",
  not_in_plan: "available.not_in_plan",
  no_plan: "available.no_plan",
  no_capacity: "available.no_capacity",
};

const Line = ({ tone, icon, children }: { tone: string; icon: ReactNode; children: ReactNode }) => (
  <div role="status" className={cx("flex items-center gap-3 px-4 py-2 text-sm", tone)}>
    {icon}
    {children}
  </div>
);

/** What is to be known about the switch "Available": why it is off, or that nothing comes although it is on. */
export function AvailabilityBanner() {
  const { t, fmt } = useWords();
  const client = useDeskClient();
  const available = useDesk((desk) => desk.available);
  const welcomed = useDesk((desk) => desk.welcomed);
  const teams = useDesk((desk) => desk.servedTeams);
  const awayReason = useDesk((desk) => desk.awayReason);
  const refused = useDesk((desk) => desk.switchRefused);
  const alert = <CircleAlert aria-hidden className="size-4 shrink-0" />;
  if (refused) {
    const key = REASONS[refused.reason];
    return (
      <Line tone="bg-bad-soft text-bad-ink" icon={alert}>
        <span className="min-w-0 flex-1">{key ? t(key) : refused.message}</span>
        <button
          type="button"
          aria-label={t("common.close")}
          className="rounded-md p-1"
          onClick={() => client.forgetRefusal()}
        >
          <X className="size-3.5" />
        </button>
      </Line>
    );
  }
  if (!available && awayReason) {
    return (
      <Line tone="bg-warn-soft text-warn-ink" icon={alert}>
        <span className="min-w-0 flex-1">{t("available.silent")}</span>
        <button
          type="button"
          className="font-medium underline underline-offset-2"
          onClick={() => client.setAvailable(true)}
        >
          {t("available.back")}
        </button>
      </Line>
    );
  }
  if (!available || !welcomed) return null;
  if (teams.length === 0) {
    return (
      <Line tone="bg-warn-soft text-warn-ink" icon={alert}>
        <span className="min-w-0 flex-1">{t("available.no_team")}</span>
      </Line>
    );
  }
  if (teams.some((one) => one.open)) return null;
  const next = teams
    .map((one) => one.next_at ?? "")
    .filter(Boolean)
    .sort()[0];
  return (
    <Line tone="bg-sunken text-muted" icon={<Clock aria-hidden className="size-4 shrink-0" />}>
      <span className="min-w-0 flex-1">
        {next
          ? t("available.closed_until", { teams: teamNames(teams), when: fmt.moment(next) })
          : t("available.closed", { teams: teamNames(teams) })}
      </span>
    </Line>
  );
}
