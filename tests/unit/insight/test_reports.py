"""The pure parts of reports: causes of missed talks, days of the site, tables."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from overture.conversations.counts import Missed
from overture.insight.model import MissedWhy
from overture.insight.service import fold, why_missed
from overture.insight.tables import as_csv, as_items, as_text

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def missed(waited_s: float, *, had_agent: bool = False, team: str = "sales") -> Missed:
    return Missed("c_1", team, AT, AT + timedelta(seconds=waited_s), had_agent)


def test_each_missed_talk_has_one_cause() -> None:
    talks = [missed(19.9), missed(19.9, had_agent=True), missed(20), missed(500), missed(20, had_agent=True)]
    assert why_missed(talks, {"sales": 20_000}) == MissedWhy(left_early=2, nobody_free=2, agent_silent=1)


def test_a_team_that_is_gone_had_a_minute() -> None:
    talks = [missed(59, team="gone"), missed(60, team="gone")]
    assert why_missed(talks, {"sales": 20_000}) == MissedWhy(left_early=1, nobody_free=1, agent_silent=0)


def test_days_are_the_sites_on_both_sides_of_the_clocks_change() -> None:
    def quarter(text: str) -> int:
        return int(datetime.fromisoformat(text).timestamp()) // 900

    counted = {
        quarter("2026-10-24T20:45:00Z"): 1,  # 23:45 on Saturday in Helsinki (+3)
        quarter("2026-10-24T21:00:00Z"): 2,  # midnight
        quarter("2026-10-25T21:45:00Z"): 4,  # 23:45 on Sunday (+2)
        quarter("2026-10-25T22:00:00Z"): 8,
    }
    days = fold(counted, ZoneInfo("Europe/Helsinki"))
    assert days == {date(2026, 10, 24): 1, date(2026, 10, 25): 6, date(2026, 10, 26): 8}
    assert fold({quarter("2026-01-01T18:15:00Z"): 1}, ZoneInfo("Asia/Kathmandu")) == {date(2026, 1, 2): 1}


TABLE = (
    ("id", "at", "late", "phone", "message", "value"),
    [("p_1", AT, True, "+358401234567", '=HYPERLINK("http://x")', 1.5), ("p_2", None, False, "", "a\nb, c", -2)],
)


def test_csv_is_read_back_and_runs_nothing() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(TABLE), newline="")))
    assert rows == [
        ["id", "at", "late", "phone", "message", "value"],
        ["p_1", "2026-11-02T09:00:00Z", "yes", "+358401234567", '\'=HYPERLINK("http://x")', "1.5"],
        ["p_2", "", "no", "", "a\nb, c", "-2"],
    ]


def test_items_carry_their_types() -> None:
    assert as_items(TABLE)[1] == {
        "id": "p_2",
        "at": None,
        "late": False,
        "phone": "",
        "message": "a\nb, c",
        "value": -2,
    }


def test_a_terminal_gets_one_line_each() -> None:
    lines = as_text(TABLE).splitlines()
    assert len(lines) == 3
    assert lines[2].split() == ["p_2", "no", "a", "b,", "c", "-2"]
    assert as_text((("a", "b"), [])) == "a  b"
