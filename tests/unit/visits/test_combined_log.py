"""Access logs as visits."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import pytest

from overture.visits import combined_log, distinct
from overture.visits.combined_log import Import, import_log
from overture.visits.facts import EndEvent, PageEvent
from overture.visits.log import read_line, write_line

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Mobile/15E148 Safari/604.1"
REAL = Path(__file__).parents[4] / "shared" / "data" / "weblogs" / "apache_logs"


def hit(minute: float, target: str = "/", address: str = "10.0.0.1", status: int = 200, agent: str = FIREFOX,
        referrer: str = "-", method: str = "GET") -> str:  # fmt: skip
    hour, second = divmod(round(minute * 60), 3600)
    stamp = f"02/Nov/2026:{9 + hour:02}:{second // 60:02}:{second % 60:02} +0200"
    return f'{address} - - [{stamp}] "{method} {target} HTTP/1.1" {status} 512 "{referrer}" "{agent}"'


@pytest.fixture
def imported(tmp_path: Path) -> Callable[..., tuple[list, Import]]:
    def run(*lines: str, **options: str) -> tuple[list, Import]:
        path = tmp_path / "access.log"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        result = Import()
        visits = list(import_log(path, result, **options))
        for visit in visits:
            assert read_line(write_line(visit)) == visit
        return visits, result

    return run


def test_an_address_and_a_browser_are_a_visitor_and_half_an_hour_ends_a_visit(imported):
    visits, result = imported(
        hit(0, "/a?x=1", referrer="https://www.google.com/"), hit(1, "/b"), hit(31, "/c"), hit(61.1, "/d"),
        hit(2, "/a", agent=IPHONE), hit(2, "/a", address="10.0.0.2"),
        origin="https://shop.example/",
    )  # fmt: skip
    assert (result.visits, result.visitors, result.pages) == (4, 3, 6)
    by_pages = sorted(visits, key=lambda visit: -len(visit.events))
    first = by_pages[0]
    assert first.events == [
        PageEvent(0.0, "https://shop.example/a?x=1", "https://www.google.com/"), PageEvent(60.0,
        "https://shop.example/b"),
        PageEvent(1860.0, "https://shop.example/c"), EndEvent(1860.0),
    ]  # fmt: skip
    assert first.started.isoformat() == "2026-11-02T07:00:00+00:00"
    assert {visit.device for visit in visits} == {"desktop", "mobile"}


def test_what_is_no_page_seen_by_a_person_is_left_out_and_counted(imported):
    visits, result = imported(
        hit(0), hit(0, "/style.css?v=2"), hit(0, "/p.PNG"), hit(0, "/robots.txt"), hit(0, agent="Googlebot/2.1"),
        hit(0, agent="-"),
        hit(0, agent="UniversalFeedParser/4.2"), hit(0, status=404), hit(0, status=500), hit(0, status=301), hit(0,
        method="POST"),
        hit(0, method="HEAD"), hit(0, status=304), hit(0, status=206), "nonsense",
        '1.1.1.1 - - [99/Nov/2026] "GET / HTTP/1.1" 200 1',
        hit(0).replace("GET / HTTP/1.1", "\\x16\\x03"), "",
    )  # fmt: skip
    left = result.left_out
    assert (left.assets, left.bots, left.errors, left.redirects, left.methods, left.bad) == (4, 3, 3, 1, 2, 2)
    assert [problem.line for problem in left.problems] == [15, 16]
    assert (result.lines, result.pages, len(visits)) == (17, 2, 1)


def test_addresses_never_come_out_and_a_salt_joins_logs(imported):
    lines = hit(0), hit(5, "/b")
    visits, _ = imported(*lines)
    assert "10.0.0.1" not in write_line(visits[0]).decode()
    again, _ = imported(*lines)
    other, _ = imported(*lines, hit(6, "/c"))
    assert visits[0].visitor == again[0].visitor != other[0].visitor
    assert imported(*lines, salt="s")[0][0].visitor == imported(*lines, hit(6, "/c"), salt="s")[0][0].visitor


def test_the_origin_is_guessed_from_who_refers_to_assets(imported):
    visits, result = imported(
        hit(0, "/a"), hit(0, "/x.css", referrer="https://shop.example/a"), hit(0, "/y.js",
        referrer="https://shop.example/a"),
        hit(0, "/z.png", referrer="https://elsewhere.example/"),
    )  # fmt: skip
    assert result.origin == "https://shop.example"
    assert isinstance(visits[0].events[0], PageEvent)
    assert visits[0].events[0].url == "https://shop.example/a"


def test_lines_a_little_out_of_order_are_put_right(imported):
    visits, _ = imported(hit(1, "/b"), hit(0, "/a"), hit(2, "/c"))
    assert [event.url for event in visits[0].events[:-1]] == [f"http://localhost/{name}" for name in "abc"]


@pytest.mark.skipif(
    not REAL.exists(), reason="the public access log lies beside the checkout only where it was fetched"
)
def test_a_real_log():
    result = Import()
    visits = list(import_log(REAL, result))
    left = result.left_out
    taken = result.pages + left.assets + left.bots + left.errors + left.redirects + left.methods + left.bad
    assert (result.lines, taken, left.bad) == (10_000, 10_000, 0)
    assert result.origin == "http://www.semicomplete.com"
    assert sum(len(visit.events) - 1 for visit in visits) == result.pages
    assert 900 < result.visits < 1_300


def test_a_line_far_behind_makes_no_visit_of_a_day(imported):
    visits, result = imported(hit(300, "/a"), hit(301, "/b"), hit(10, "/late"), hit(302, "/c"))
    assert sorted(len(visit.events) - 1 for visit in visits) == [1, 1, 2]
    assert (result.late, result.first_late, result.jumps) == (1, 3, 0)


def test_one_line_from_the_future_ends_nobodys_visit(imported):
    visits, result = imported(hit(0, "/a"), hit(600, "/x", address="10.9.9.9"), hit(1, "/b"), hit(2, "/c"))
    assert sorted(len(visit.events) - 1 for visit in visits) == [1, 3]
    assert result.late == 0


def test_logs_put_together_in_the_wrong_order_are_told_and_read(imported):
    later = [hit(600 + n, f"/later/{n}", address=f"10.0.1.{n % 7}") for n in range(120)]
    earlier = [hit(n, f"/earlier/{n}", address=f"10.0.1.{n % 7}") for n in range(240)]
    visits, result = imported(*later, *earlier)
    assert (result.jumps, result.late, result.first_late) == (1, 100, 121)
    assert (result.pages, sum(len(visit.events) - 1 for visit in visits)) == (360, 360)
    assert (result.visitors, result.visits) == (7, 14)
    assert max(visit.events[-1].at for visit in visits) <= 240 * 60


def test_a_visit_without_end_is_cut(imported, monkeypatch):
    monkeypatch.setattr(combined_log, "_MOST_PAGES", 10)
    visits, result = imported(*(hit(n / 10, f"/{n}") for n in range(25)))
    assert [len(visit.events) - 1 for visit in visits] == [10, 10, 5]
    assert (result.cut, result.visitors) == (2, 1)


def test_a_line_without_end_is_told(imported, monkeypatch):
    monkeypatch.setattr(combined_log, "_MAX_LINE", 1_000)
    visits, result = imported(hit(0), hit(1, "/" + "x" * 3_000_000), hit(2))
    assert (len(visits), result.pages, result.left_out.bad, result.lines) == (1, 2, 1, 3)


def test_what_is_in_memory_is_the_visits_that_go_on(tmp_path, monkeypatch):
    """Bytes that each visit more takes, over days; and the same measure where all visits go on at once."""
    monkeypatch.setattr(distinct, "_KEPT", 100)

    def peak(visits: int, minutes_between: float) -> int:
        path = tmp_path / "access.log"
        with path.open("w") as out:
            for n in range(visits):
                day, minute = divmod(n * minutes_between, 600)
                line = hit(minute, f"/{n % 50}", address=f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")
                out.write(line.replace("02/Nov", f"{2 + int(day):02}/Nov") + "\n")
        result = Import()
        tracemalloc.start()
        try:
            count = sum(1 for _ in import_log(path, result, origin="https://a.example", salt="s"))
            assert (count, result.visitors) == (visits, visits)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1_000, 1)
    assert (peak(8_000, 1) - peak(2_000, 1)) / 6_000 < 40
    assert (peak(8_000, 0.001) - peak(2_000, 0.001)) / 6_000 > 300


def test_distinct_things_are_counted_exactly(monkeypatch):
    monkeypatch.setattr(distinct, "_KEPT", 64)
    counted = distinct.Distinct()
    marks = [blake2b(str(n % 1_000).encode(), digest_size=10).digest() for n in range(5_000)]
    for mark in marks[:50]:
        counted.add(mark)
    assert counted.count() == 50
    for mark in marks:
        counted.add(mark)
    assert counted.count() == 1_000
