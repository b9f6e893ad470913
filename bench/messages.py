"""A durable message from visitor to agent, beside a bare uvicorn relay that stores nothing, in one run.

Both servers are uvicorn with the same settings in a process of their own; the same client drives both. What
is measured is the way from one browser to the other: the time from sending to the peer's frame, one at a time;
and how many a second arrive with many pairs, each with a few under way. Beside them, how often the disk syncs,
and what SQLite alone takes for the same rows: the relay and that together are the bare limit of keeping a message.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import commits
from bench.servers import SITE, Running, running
from bench.wire import Wire, connect

PAIRS = 60
UNDER_WAY = 4
WARM_UP_S = 1.0
MEASURED_S = 5.0
ONE_BY_ONE = 400


class Pair:
    """A visitor and whoever reads them. `on_arrival` is called with the number of each text that arrives."""

    def __init__(self) -> None:
        self.writer: Wire
        self.make: Callable[[int], bytes]
        self.on_arrival: Callable[[int], None] = lambda number: None

    def send(self, number: int) -> None:
        self.writer.send(self.make(number))


async def relay_pairs(server: Running, count: int) -> list[Pair]:
    """Pairs on the bare relay: it passes on what is written as it is."""
    pairs = []
    for number in range(count):
        pair = Pair()
        arrived = _arrival(pair)
        pair.writer = await connect(server.port, f"/{number}", lambda _: None)
        await connect(server.port, f"/{number}", arrived)
        pair.make = _visitor_frame
        pairs.append(pair)
    return pairs


async def overture_pairs(server: Running, count: int) -> list[Pair]:
    """Pairs on Overture: visitors in conversations, read by the agents whom the desk gave them to."""
    pairs: dict[str, Pair] = {}
    for cookie in server.facts["cookies"]:
        await _agent(server, cookie, pairs)
    for _ in range(count):
        pair = Pair()
        hello = {"type": "hello", "v": 1, "site": server.facts["key"], "key": secrets.token_hex(16)}
        acked: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        pair.writer = await connect(server.port, "/v1/socket", _first_ack(acked))
        pair.writer.send(json.dumps(hello).encode())
        pair.make = _visitor_frame
        pair.send(0)
        conversation = await asyncio.wait_for(acked, 10)
        pairs[conversation] = pair
    await asyncio.sleep(1.0)
    return list(pairs.values())


async def _agent(server: Running, cookie: str, pairs: dict[str, Pair]) -> Wire:
    def on_text(text: bytes) -> None:
        if text.startswith(b'{"type":"message"'):
            frame = json.loads(text)
            number = frame["message"].get("text", "").rpartition(" ")[2]
            if number.isdigit() and frame["conversation"] in pairs:
                pairs[frame["conversation"]].on_arrival(int(number))
        elif text.startswith(b'{"type":"inbox"') and b'"assigned":true' in text:
            conversation = json.loads(text)["head"]["id"]
            wire.send(json.dumps({"type": "open", "conversation": conversation, "last_seq": 2}).encode())
        elif text.startswith(b'{"type":"ping"'):
            wire.send(b'{"type":"pong","n":0}')

    wire = await connect(server.port, "/v1/desk", on_text, {"Cookie": f"overture_session={cookie}"})
    wire.send(json.dumps({"type": "hello", "v": 1, "site": SITE}).encode())
    wire.send(b'{"type":"available","on":true}')
    await asyncio.sleep(0.3)
    return wire


def _first_ack(acked: asyncio.Future[str]) -> Callable[[bytes], None]:
    def on_text(text: bytes) -> None:
        if text.startswith(b'{"type":"error"'):
            raise RuntimeError(text.decode())
        if not acked.done() and text.startswith(b'{"type":"ack"'):
            acked.set_result(json.loads(text)["conversation"])

    return on_text


def _arrival(pair: Pair) -> Callable[[bytes], None]:
    def on_text(text: bytes) -> None:
        pair.on_arrival(int(json.loads(text)["text"].rpartition(" ")[2]))

    return on_text


def _visitor_frame(number: int) -> bytes:
    return json.dumps({"type": "send", "cid": secrets.token_hex(8), "text": f"{commits.TEXT} {number}"}).encode()


async def latency(pair: Pair) -> list[float]:
    """Milliseconds from writing to the peer's frame, one message at a time."""
    times: list[float] = []
    arrived = asyncio.Event()
    pair.on_arrival = lambda number: arrived.set()
    for number in range(1, ONE_BY_ONE + 1):
        arrived.clear()
        began = time.perf_counter()
        pair.send(number)
        await asyncio.wait_for(arrived.wait(), 10)
        times.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.002)
    return times[ONE_BY_ONE // 10 :]


async def throughput(pairs: list[Pair]) -> float:
    """Messages a second that arrive, each pair keeping a few under way."""
    counted = 0

    def arrive(pair: Pair) -> Callable[[int], None]:
        def on_arrival(number: int) -> None:
            nonlocal counted
            counted += 1
            pair.send(number + UNDER_WAY)

        return on_arrival

    for pair in pairs:
        pair.on_arrival = arrive(pair)
        for number in range(UNDER_WAY):
            pair.send(number)
    await asyncio.sleep(WARM_UP_S)
    began, before = time.perf_counter(), counted
    await asyncio.sleep(MEASURED_S)
    rate = (counted - before) / (time.perf_counter() - began)
    for pair in pairs:
        pair.on_arrival = lambda number: None
    return rate


def syncs_per_second(folder: Path) -> float:
    """How often a second this disk makes a small append durable."""
    descriptor = os.open(folder / "sync", os.O_WRONLY | os.O_CREAT)
    try:
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < 1.0:
            os.write(descriptor, b"x" * 4096)
            os.fsync(descriptor)
            count += 1
        return count / (time.perf_counter() - began)
    finally:
        os.close(descriptor)


async def measure(server: Running, pairs_of: Any) -> tuple[list[float], float]:
    pairs = await pairs_of(server, PAIRS)
    times = await latency(pairs[0])
    return times, await throughput(pairs)


def run() -> dict[str, Any]:
    """Ratios first: latency to the relay's (lower is better), throughput to the relay's (higher is better)."""
    import uvloop

    with tempfile.TemporaryDirectory() as folder:
        syncs = syncs_per_second(Path(folder))
        bare_database = commits.bare(Path(folder), PAIRS)
        commit = commits.paced(bare_database, ONE_BY_ONE)
        stored_rate = commits.per_second(bare_database, PAIRS, MEASURED_S, ONE_BY_ONE + 1)
        bare_database.close()
        with running("relay") as server:
            bare, bare_rate = uvloop.run(measure(server, relay_pairs))
        with running("overture", folder, "2") as server:
            ours, our_rate = uvloop.run(measure(server, overture_pairs))
    p50, p99 = _percentile(ours, 50), _percentile(ours, 99)
    return {
        "latency_p50_ratio": round(p50 / _percentile(bare, 50), 2),
        "latency_p99_ratio": round(p99 / _percentile(bare, 99), 2),
        "throughput_ratio": round(our_rate / bare_rate, 2),
        "latency_p50_ratio_to_relay_and_commit": round(p50 / (_percentile(bare, 50) + commit), 2),
        "throughput_ratio_to_bare_sqlite": round(our_rate / stored_rate, 2),
        "latency_p50_ms": round(p50, 3),
        "latency_p99_ms": round(p99, 3),
        "messages_per_second": round(our_rate),
        "relay_p50_ms": round(_percentile(bare, 50), 3),
        "relay_p99_ms": round(_percentile(bare, 99), 3),
        "relay_messages_per_second": round(bare_rate),
        "bare_commit_p50_ms": round(commit, 3),
        "bare_sqlite_messages_per_second": round(stored_rate),
        "disk_syncs_per_second": round(syncs),
    }


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
