"""The visit log: JSON Lines, one visit a line. What `visits export` writes and the backtest reads.

A line that can't be used is told by its number and counted, never passed over in silence.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Annotated, Any, Protocol

import msgspec

from overture.kit.clock import FIRST_YEAR, LAST_YEAR, from_ms, to_ms
from overture.visits.facts import EndEvent, Event, PageEvent, VisitHead

MAX_LINE = 32 << 20  # bytes; a visit of 100,000 events has some 10 MB
_KEPT_PROBLEMS = 1_000  # bad lines told one by one; a log of garbage has millions
LONGEST_S = 1e9  # 31 years: whatever comes later is a mistake of the log's writer
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class BadLine(ValueError):
    """A line that is no visit; the message says why."""


class Before(msgspec.Struct, frozen=True):
    """What lay before the visitor's first visit in the log."""

    visits: float = 0
    chats: float = 0
    orders: float = 0
    ended: Instant | None = None
    last_chat: Instant | None = None


class LoggedVisit(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log."""

    visit: str
    visitor: str
    started: Instant
    language: str | None = ""
    device: str | None = ""
    country: str | None = ""
    identified: bool = False
    traits: dict[str, Any] | None = {}
    before: Before | msgspec.UnsetType | None = msgspec.UNSET
    events: list[Event]

    @property
    def started_ms(self) -> int:
        """The instant of the first event, in ms since 1970."""
        return to_ms(self.started)

    @property
    def ended_ms(self) -> int:
        """The instant of the `end` event, or else of the last one."""
        return self.started_ms + self.events[-1].at_ms


class Chronicle(msgspec.Struct):
    """What is known of a visitor between visits: the head of the next visit comes from it."""

    visits: float = 0.0
    chats: float = 0.0
    orders: float = 0.0
    ended_ms: int | None = None
    last_chat_ms: int | None = None

    def head(self, visit: LoggedVisit) -> VisitHead:
        """The visit's head, with this as what lay before it."""
        return VisitHead(
            visit=visit.visit, visitor=visit.visitor, started_ms=visit.started_ms, language=visit.language or "",
            device=visit.device or "", country=visit.country or "", identified=visit.identified,
            traits=visit.traits or {}, visits_before=self.visits, chats_before=self.chats,
            orders_before=self.orders, last_ended_ms=self.ended_ms,
        )  # fmt: skip


def chronicle_of(before: Before | msgspec.UnsetType | None) -> Chronicle:
    """What a log says of the time before it."""
    if not isinstance(before, Before):
        return Chronicle()
    ended = None if before.ended is None else to_ms(before.ended)
    chat = None if before.last_chat is None else to_ms(before.last_chat)
    return Chronicle(before.visits, before.chats, before.orders, ended, chat)


_decoder = msgspec.json.Decoder(LoggedVisit)
_encoder = msgspec.json.Encoder()


def read_line(line: bytes) -> LoggedVisit:
    """The visit in a line. BadLine says what is wrong with it."""
    if len(line) > MAX_LINE:
        raise BadLine(f"it is longer than {MAX_LINE >> 20} MiB")
    try:
        visit = _decoder.decode(line.removeprefix(BOM_UTF8))  # some editors put one at a file's beginning
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadLine(_plain(error)) from None
    except RecursionError:
        raise BadLine("it is nested too deep") from None
    if not FIRST_YEAR <= visit.started.year <= LAST_YEAR:
        raise BadLine(f"it started in {visit.started.year}: years from {FIRST_YEAR} to {LAST_YEAR} can be used")
    check_events(visit.events)
    return visit


def check_events(events: list[Event]) -> None:
    """BadLine unless the events begin with a page at 0 and time never runs backwards."""
    if not events or events[0].__class__ is not PageEvent or events[0].at != 0:
        raise BadLine("its first event must be a page at 0")
    last = 0
    for event in events:
        at = round(event.at * 1000)
        if at < last:
            raise BadLine(f"time runs backwards, from {last / 1000} s to {event.at} s")
        last = at
    if events[-1].at > LONGEST_S:
        raise BadLine(f"its last event is {events[-1].at} s after its first: {LONGEST_S:.0f} s are the most")
    for event in events[:-1]:
        if event.__class__ is EndEvent:
            raise BadLine(f"there are events after its end at {event.at} s")


def _plain(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or "it is no JSON"


class LogProblem(msgspec.Struct, frozen=True):
    """A line that was left out: its number, from 1, and why."""

    line: int
    message: str


class Problems(list[LogProblem]):
    """Lines that were left out: the first 1,000 are kept, all are counted."""

    total = 0

    def append(self, problem: LogProblem) -> None:
        """Tell of one line more."""
        self.total += 1
        if len(self) < _KEPT_PROBLEMS:
            super().append(problem)


class LineReader(Protocol):
    """What can be read line by line."""

    def readline(self, most: int, /) -> bytes: ...


def lines_of(file: LineReader, most: int | None = None) -> Iterator[tuple[bytes, int]]:
    """Each line and its length in bytes. Of a line longer than `most` (MAX_LINE) only the beginning is in memory."""
    most = most or MAX_LINE
    while line := file.readline(most + 1):
        length = len(line)
        if length > most and not line.endswith(b"\n"):
            while rest := file.readline(1 << 20):
                length += len(rest)
                if rest.endswith(b"\n"):
                    break
        yield line, length


def read_log(source: Iterable[bytes], problems: list[LogProblem]) -> Iterator[tuple[int, LoggedVisit]]:
    """Line numbers and visits of a log, in its order. Lines that are no visits go to `problems`; blank ones do not."""
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            yield number, read_line(line)
        except BadLine as error:
            problems.append(LogProblem(number, str(error)))


def write_line(visit: LoggedVisit) -> bytes:
    """The visit as a line of the log, with its line end."""
    return _encoder.encode(visit) + b"\n"


def write_log(visits: Iterable[LoggedVisit], out: IO[bytes]) -> int:
    """Write visits as a log; how many."""
    count = 0
    for visit in visits:
        out.write(write_line(visit))
        count += 1
    return count


def ended(visit: LoggedVisit, at_ms: int) -> LoggedVisit:
    """The visit with its `end` at `at_ms`, if it has none yet: exports always write it."""
    if visit.events and isinstance(visit.events[-1], EndEvent):
        return visit
    return msgspec.structs.replace(visit, events=[*visit.events, EndEvent(at_ms / 1000)])


def started_at(ms: int) -> datetime:
    """The instant of a visit's start, as the log writes it."""
    return from_ms(ms)
