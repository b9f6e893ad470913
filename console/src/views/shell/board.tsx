import { useDesk } from "@domains/conversations/context";
import type { TeamBoard } from "@domains/conversations/model";
import { clock, useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { useWide } from "@shared/lib/media";
import { spoken } from "@shared/lib/names";
import { useNow } from "@shared/lib/now";
import { BellRing } from "lucide-react";
import { Popover } from "radix-ui";

/** Now by the server's clock, by which the board's instants are meant. */
const useServerNow = (): number => useNow() + useDesk((desk) => desk.clockAhead);

/** An agent of two teams could take one conversation more for either, not for both. */
function freeInAll(board: TeamBoard[]): number {
  const most = new Map<string, number>();
  for (const [agent, free] of board.flatMap((team) => Object.entries(team.free_by_agent ?? {}))) {
    most.set(agent, Math.max(most.get(agent) ?? 0, free));
  }
  return [...most.values()].reduce((sum, free) => sum + free, 0);
}

interface Sum {
  waiting: number;
  since: string | null;
  free: number;
}

/** All teams in one: who waits, since when the longest, how many could be taken at once. */
export const summed = (board: TeamBoard[]): Sum => ({
  waiting: board.reduce((sum, team) => sum + team.waiting, 0),
  since: board.reduce<string | null>((first, { longest_wait_since: since }) => {
    return since && (!first || since < first) ? since : first;
  }, null),
  free: freeInAll(board),
});

/** Whether somebody of the team waits for an answer for longer than its limit. */
const isAlarm = ({ oldest_unanswered_since: since, answer_within = 60 }: TeamBoard, now: number): boolean =>
  Boolean(since) && now - Date.parse(since ?? "") >= answer_within * 1000;

/** Since when the oldest conversation that is late waits for an answer. */
const lateSince = (board: TeamBoard[], now: number): string | null =>
  board
    .filter((team) => isAlarm(team, now))
    .map((team) => team.oldest_unanswered_since ?? "")
    .sort()[0] ?? null;

const Figure = ({ label, value, bad }: { label: string; value: string; bad?: boolean }) => (
  <span className="whitespace-nowrap">
    <span className={cx("tabular font-semibold", bad ? "text-warn-ink" : "text-ink")}>{value}</span> {label}
  </span>
);

function TeamTable({ board }: { board: TeamBoard[] }) {
  const { t } = useWords();
  const now = useServerNow();
  const cell = "py-1.5 pl-5 text-right tabular";
  return (
    <table className="w-full text-sm">
      <thead className="text-xs text-muted">
        <tr>
          <th className="pb-1 text-left font-medium">{t("board.team")}</th>
          <th className="pb-1 pl-5 text-right font-medium">{t("board.waiting_head")}</th>
          <th className="pb-1 pl-5 text-right font-medium">{t("board.longest")}</th>
          <th className="pb-1 pl-5 text-right font-medium">{t("board.oldest")}</th>
          <th className="pb-1 pl-5 text-right font-medium">{t("board.active")}</th>
          <th className="pb-1 pl-5 text-right font-medium">{t("board.free_head")}</th>
        </tr>
      </thead>
      <tbody>
        {board.map((team) => (
          <tr key={team.team} className="border-t">
            <td className="py-1.5 font-medium">
              {spoken(team.team)}
              <span className="block text-xs font-normal text-muted">
                {team.open ? t("board.agents", { count: team.agents }) : t("board.closed")}
              </span>
            </td>
            <td className={cell}>{team.waiting}</td>
            <td className={cell}>{team.longest_wait_since ? clock(now - Date.parse(team.longest_wait_since)) : "–"}</td>
            <td className={cx(cell, isAlarm(team, now) && "font-semibold text-bad-ink")}>
              {team.oldest_unanswered_since ? clock(now - Date.parse(team.oldest_unanswered_since)) : "–"}
            </td>
            <td className={cell}>{team.active}</td>
            <td className={cell}>{team.free_slots}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The live board: one line always in sight, the teams behind it. */
export function Board() {
  const { t, fmt } = useWords();
  const board = useDesk((desk) => desk.board);
  const now = useServerNow();
  const late = lateSince(board, now);
  const wide = useWide();
  if (board.length === 0) return null;
  const { waiting, since, free } = summed(board);
  return (
    <Popover.Root>
      <Popover.Trigger
        className={cx(
          "flex h-8 min-w-0 items-center gap-3 rounded-full px-3 text-sm text-muted ring-1 ring-line ring-inset hover:bg-hover md:gap-4",
          late ? "bg-bad-soft" : waiting > 0 ? "bg-warn-soft" : "bg-surface",
        )}
      >
        <span className="sr-only">{t("board.title")}: </span>
        <span
          aria-hidden
          className={cx("size-2 shrink-0 rounded-full", waiting > 0 ? "bg-warn" : free > 0 ? "bg-good" : "bg-field")}
        />
        <Figure label={wide ? t("board.waiting") : ""} value={fmt.number(waiting)} bad={waiting > 0} />
        {since ? (
          <Figure label={wide ? t("board.longest_wait") : ""} value={clock(now - Date.parse(since))} bad />
        ) : null}
        {late ? (
          <span className="inline-flex items-center gap-1 whitespace-nowrap text-bad-ink">
            <BellRing aria-hidden className="size-3.5" />
            <span className="tabular font-semibold">{clock(now - Date.parse(late))}</span>
            <span className={wide ? undefined : "sr-only"}>{t("board.unanswered")}</span>
          </span>
        ) : null}
        {wide ? <Figure label={t("board.free", { count: free })} value={fmt.number(free)} /> : null}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          sideOffset={8}
          collisionPadding={12}
          aria-label={t("board.title")}
          className="z-50 w-128 max-w-[calc(100vw-1.5rem)] overflow-x-auto rounded-lg bg-raised p-4 shadow-raised ring-1 ring-line animate-fade"
        >
          <TeamTable board={board} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
