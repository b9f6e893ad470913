"""The index of a log: every visit in its place in time, and who does not come again."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from overture.direction import log_index
from overture.direction.log_index import all_problems, buckets_for, index_part, rows_in_order, sort_bucket, visitor_in
from overture.visits import log as visit_log

BASE = datetime(2026, 11, 2, tzinfo=UTC)


def line_of(visitor: str, second: float, **more: object) -> bytes:
    started = (BASE + timedelta(seconds=second)).isoformat()
    events = [{"at": 0, "type": "page", "url": "/"}]
    return json.dumps({"visit": "v", "visitor": visitor, "started": started, "events": events} | more).encode() + b"\n"


def indexed(tmp_path: Path, log: Path, parts: int = 1, buckets: int = 1):
    folder = tmp_path / f"index-{parts}-{buckets}"
    folder.mkdir()
    size = log.stat().st_size
    edges = [size * place // parts for place in range(parts + 1)]
    found = [index_part(log, edges[n], edges[n + 1], folder, n, buckets, lambda _: None) for n in range(parts)]
    runs = [run for bucket in range(buckets) for run in sort_bucket(folder, bucket, found)]
    return found, list(rows_in_order(runs))


@pytest.mark.parametrize(("parts", "buckets"), [(1, 1), (3, 4), (7, 2)])
def test_visits_of_any_order_are_put_in_theirs(tmp_path, monkeypatch, parts, buckets):
    monkeypatch.setattr(log_index, "_BATCH", 7)
    monkeypatch.setattr(log_index, "_RUN", 11)
    monkeypatch.setattr(log_index, "_READ", 3)
    r = random.Random(parts)
    visits = [(f"p{r.randint(0, 60)}", r.randint(0, 40)) for _ in range(200)]  # many at the same instant
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"".join(line_of(*visit) for visit in visits))
    found, rows = indexed(tmp_path, log, parts, buckets)
    in_order = sorted(range(200), key=lambda n: visits[n][1])
    assert [row.line for row in rows] == [n + 1 for n in in_order]
    last = {visits[n][0]: n for n in in_order}
    assert [row.returns for row in rows] == [last[visits[n][0]] != n for n in in_order]
    whole = log.read_bytes()
    for row, n in zip(rows, in_order, strict=True):
        line = whole[row.offset : row.offset + row.length]
        assert (line, visitor_in(line)) == (line_of(*visits[n]), visits[n][0])
    assert sum(part.visits for part in found) == 200


def test_lines_that_are_no_visits_are_told_by_their_number_in_the_file(tmp_path):
    log = tmp_path / "log.jsonl"
    lines = [line_of(f"p{n}", n) if n % 3 else b'{"visitor": 5}\n' for n in range(30)]
    log.write_bytes(b"".join(lines))
    found, rows = indexed(tmp_path, log, 4, 4)
    problems = all_problems(found)
    assert [one.line for one in problems] == [n + 1 for n in range(0, 30, 3)]
    assert (problems.total, len(rows)) == (10, 20)


def test_a_log_of_garbage_is_counted_and_not_kept(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"garbage\n" * 5_000 + line_of("p", 0))
    found, rows = indexed(tmp_path, log, 2, 2)
    problems = all_problems(found)
    assert (problems.total, len(problems), len(rows)) == (5_000, 1_000, 1)


def test_a_line_without_end_is_told_and_never_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(visit_log, "MAX_LINE", 1_000)
    log = tmp_path / "log.jsonl"
    log.write_bytes(line_of("a", 0) + line_of("b", 1, language="x" * 5_000_000) + line_of("c", 2) + b"y" * 3_000_000)
    found, rows = indexed(tmp_path, log)
    assert [row.line for row in rows] == [1, 3]
    assert [(one.line, "longer than" in one.message) for one in all_problems(found)] == [(2, True), (4, True)]


def test_a_mark_at_the_files_beginning_is_no_problem(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"\xef\xbb\xbf" + line_of("a", 0) + b"\n  \n" + line_of("b", 1))
    found, rows = indexed(tmp_path, log)
    assert [row.line for row in rows] == [1, 4]
    assert all_problems(found).total == 0


def test_an_empty_log(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"")
    assert indexed(tmp_path, log, 2, 2)[1] == []


def test_each_worker_has_as_many_buckets():
    assert [buckets_for(size, 2) for size in (0, 1 << 20, 300 << 20, 1 << 40)] == [2, 2, 4, 256]
    assert buckets_for(1 << 40, 3) == 258
