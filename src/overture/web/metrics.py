"""What `/metrics` shows in Prometheus's text format: docs/reference/metrics.md says what each is for.

Counted in plain dictionaries: 0.6 us a request, where the client library's counters and histograms take 4.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from overture import __version__
from overture.conversations.events import MessageSent
from overture.gateway.gateway import Gateway
from overture.invitations.events import Decided
from overture.invitations.look import LookEndpoint
from overture.kit.errors import OvertureError
from overture.kit.histogram import Histogram
from overture.store import Store, Tx
from overture.store.outbox import outbox

P = ParamSpec("P")
R = TypeVar("R")

LOOK = "/v1/look"
NOWHERE = "none"  # the route of an address at which there is nothing: few values, whatever is asked for
PATIENCE_S = 2.0  # a database that does not answer must not keep the other figures back
_ROWS = select(func.count()).select_from(outbox)
_log = structlog.get_logger(__name__)


class TimedStore(Store):
    """A store that keeps how long commands took, waiting included."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seconds = Histogram()

    async def run(self, command: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        began = time.perf_counter()
        try:
            return await super().run(command, *args, **kwargs)
        finally:
            self.seconds.add(time.perf_counter() - began)


class Tally:
    """Counts by labels' values. `shared` if several threads count."""

    def __init__(self, *, shared: bool = False) -> None:
        self._counts: dict[Hashable, int] = {}
        self._lock = threading.Lock() if shared else None

    def count(self, key: Hashable) -> None:
        """One more."""
        if self._lock is None:
            self._counts[key] = self._counts.get(key, 0) + 1
        else:
            with self._lock:
                self._counts[key] = self._counts.get(key, 0) + 1

    def items(self) -> list[tuple[Any, int]]:
        """What there is, at this moment."""
        return list(self._counts.items())


class Metrics(Collector):
    """The figures of one process since its start."""

    def __init__(self, store: TimedStore, gateway: Gateway, look: LookEndpoint) -> None:
        self._store, self._gateway, self._look = store, gateway, look
        self._requests = Tally()
        self._seconds: dict[str, Histogram] = {}
        self._decisions = Tally(shared=True)  # on PostgreSQL commands run in several threads
        self._messages = Tally(shared=True)
        self._outbox_rows: int | None = None
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)
        store.on(Decided, self._on_decided)
        store.on(MessageSent, self._on_message)

    def answered(self, scope: Any, route: str, status: int, seconds: float) -> None:
        """A request begins to be answered. `route` is of a bounded set."""
        self._requests.count((scope["method"], route, status))
        histogram = self._seconds.get(route)
        if histogram is None:
            histogram = self._seconds.setdefault(route, Histogram())
        histogram.add(seconds)

    def _on_decided(self, _tx: Tx, event: Decided) -> None:
        if not event.simulated:
            self._decisions.count((event.site, event.arm))

    def _on_message(self, _tx: Tx, event: MessageSent) -> None:
        self._messages.count((event.message.author.kind,))

    async def render(self) -> bytes:
        """All of it as text; what only the database knows is left out while it does not answer."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                self._outbox_rows = await self._store.read(_outbox_rows)
        except (TimeoutError, OvertureError) as error:
            self._outbox_rows = None
            _log.warning("metrics_without_database", reason=str(error))
        text: bytes = generate_latest(self._registry)
        return text

    def collect(self) -> Iterator[Any]:
        """Called by the registry."""
        yield _gauge("overture_info", "The version that runs", ["version"], [((__version__,), 1)])
        yield from self._http()
        yield from self._looking()
        yield from self._talking()
        yield from self._storing()

    def _http(self) -> Iterator[Any]:
        yield _counter(
            "overture_http_requests", "HTTP requests answered", ["method", "route", "status"], self._requests.items()
        )
        took = HistogramMetricFamily("overture_http_request_seconds", "Time until an answer begins", labels=["route"])
        for route, histogram in list(self._seconds.items()):
            took.add_metric([route], histogram.cumulative(), histogram.total)
        yield took

    def _looking(self) -> Iterator[Any]:
        kinds = [((kind,), number) for kind, number in self._look.counts.items()]
        yield _counter("overture_looks", "Looks taken, by what became of them", ["outcome"], kinds)
        remembered = [((), len(self._look.memory.book))]
        yield _gauge("overture_visits_remembered", "Live visits in this process's memory", [], remembered)
        yield _counter("overture_decisions", "Decisions of triggers", ["site", "arm"], self._decisions.items())

    def _talking(self) -> Iterator[Any]:
        visitors, agents = self._gateway.counts()
        sides = [(("visitor",), visitors), (("agent",), agents)]
        yield _gauge("overture_sockets", "Open WebSockets", ["side"], sides)
        yield _counter("overture_messages", "Messages stored", ["author"], self._messages.items())

    def _storing(self) -> Iterator[Any]:
        waiting = [((), self._store.waiting)]
        yield _gauge("overture_commands_waiting", "Commands that wait to be written", [], waiting)
        took = HistogramMetricFamily("overture_command_seconds", "Time of a command until its commit, waiting included")
        took.add_metric([], self._store.seconds.cumulative(), self._store.seconds.total)
        yield took
        if self._outbox_rows is not None:
            rows = [((), self._outbox_rows)]
            yield _gauge("overture_outbox_rows", "News written and not yet known to be out", [], rows)


Samples = Iterable[tuple[tuple[Any, ...], float]]


def _counter(name: str, what: str, labels: list[str], samples: Samples) -> Any:
    return _filled(CounterMetricFamily(name, what, labels=labels), samples)


def _gauge(name: str, what: str, labels: list[str], samples: Samples) -> Any:
    return _filled(GaugeMetricFamily(name, what, labels=labels), samples)


def _filled(family: Any, samples: Samples) -> Any:
    for values, number in samples:
        family.add_metric([str(value) for value in values], number)
    return family


def _outbox_rows(tx: Tx) -> int:
    rows: int = tx.execute(_ROWS).scalar_one()
    return rows
