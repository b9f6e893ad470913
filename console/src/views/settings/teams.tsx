import { useSite } from "@domains/session";
import { teamsQuery } from "@domains/staffing/api";
import { type Key, useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { Avatar } from "@shared/ui/avatar";
import { Badge } from "@shared/ui/badge";
import { Empty, Failed, SkeletonRows } from "@shared/ui/feedback";
import { Card } from "@shared/ui/page";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { UsersRound } from "lucide-react";

/** The plan's teams and who is on them. */
export function TeamSettings() {
  const { t } = useWords();
  const { id } = useSite();
  const found = useQuery(teamsQuery(id));
  if (found.isPending) return <SkeletonRows rows={3} height="h-28" />;
  if (found.isError) return <Failed error={found.error} onRetry={() => found.refetch()} />;
  if (found.data.length === 0)
    return <Empty icon={<UsersRound />} title={t("teams.none")} text={t("teams.none_text")} />;
  return (
    <>
      {found.data.map((team) => (
        <Card key={team.name} title={spoken(team.name)} actions={<Badge>{t(`aim.${team.aim}` as Key)}</Badge>}>
          {team.members.length === 0 ? <p className="text-base text-muted">{t("teams.empty")}</p> : null}
          <ul className="grid gap-3 sm:grid-cols-2">
            {team.members.map((member) => (
              <li key={member.id} className="flex min-w-0 items-center gap-3">
                <Avatar id={member.id} name={member.name} size="small" />
                <span className="min-w-0">
                  <span className="block truncate text-base font-medium">{member.name}</span>
                  <span className="block text-sm text-muted">{t("direction.chats", { count: member.capacity })}</span>
                </span>
              </li>
            ))}
          </ul>
        </Card>
      ))}
      <p className="text-sm text-muted">
        {t("teams.where")}{" "}
        <Link to="/direction" className="text-accent-ink underline underline-offset-2">
          {t("nav.direction")}
        </Link>
      </p>
    </>
  );
}
