"""A crowd: what a message costs as conversations and agents grow, how fast conversations open, what a flood does.

The server is one process on SQLite; the client is this process and shares the machine with it, so both
processes' shares are told. `at_rate` is the way of life: every conversation says something once a second, read by
the agent who has it. `opened` is people who come all at once to agents who are free; `flooded` is far more than
the agents can take, each of whom must have an answer, while looks go on beside them.

    python -m bench.crowd                          the figures of `make bench crowd`
    python -m bench.crowd CONVERSATIONS AGENTS [RATE]  one course
    python -m bench.crowd flood VISITORS AGENTS    one flood
"""

from __future__ import annotations

import asyncio
import json
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil

from bench.servers import SITE, Running, running
from bench.wire import Wire, connect

ORIGIN = "https://shop.example"
AT_ONCE = 100  # visitors who open the chat together
WARM_UP_S = 3.0
MEASURED_S = 10.0
SMALL = (60, 2, 1_000 / 60)  # conversations, agents, messages a second in each conversation
LARGE = (1_000, 20, 1.0)
MANY = (2_000, 200, 0.5)
FLOOD = (2_000, 4)
LOOK_EVERY_S = 0.05


class Shares:
    """Processor time of the server and of this client."""

    def __init__(self, server: Running) -> None:
        self._server = psutil.Process(server.process.pid)
        self.begin()

    def begin(self) -> None:
        self._at, self._own = self._of_server(), time.process_time()

    def _of_server(self) -> float:
        times = self._server.cpu_times()
        return times.user + times.system

    def since(self) -> tuple[float, float]:
        """Seconds that the server and the client took since `begin`."""
        return self._of_server() - self._at, time.process_time() - self._own


class Visitor:
    """A chat window that says hello, writes, and hears its answers."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.wire: Wire
        self.conversation = ""
        self.welcomed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.number = 0

    async def come(self) -> None:
        """Open the socket and be welcomed."""
        hello = {"type": "hello", "v": 1, "site": self.crowd.server.facts["key"], "key": secrets.token_hex(16)}
        self.wire = await connect(self.crowd.server.port, "/v1/socket", self._on_text)
        self.wire.send(json.dumps(hello).encode())
        await self.welcomed

    async def open(self) -> str:
        """Say the first word; what the server answered: `ack` or an error's code."""
        self.say()
        return await self.answered

    def say(self) -> None:
        """Send the next message, with the instant in it."""
        self.number += 1
        text = f"Is this bicycle still there in size 56? {time.perf_counter():.6f}"
        self.wire.send(json.dumps({"type": "send", "cid": secrets.token_hex(8), "text": text}).encode())

    def _on_text(self, text: bytes) -> None:
        if text.startswith(b'{"type":"ping"'):
            self.wire.send(b'{"type":"pong","n":0}')
        elif self.answered.done():
            return
        elif text.startswith(b'{"type":"welcome"') and not self.welcomed.done():
            self.welcomed.set_result(None)
        elif text.startswith(b'{"type":"ack"'):
            self.conversation = json.loads(text)["conversation"]
            self.answered.set_result("ack")
        elif text.startswith(b'{"type":"error"'):
            self.answered.set_result(json.loads(text)["code"])


class Crowd:
    """Agents and visitors of one server. `arrivals` are seconds from writing to the agent's frame."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.arrivals: list[float] = []
        self.arrived = 0
        self.followed: set[str] = set()
        self.agents: list[Wire] = []
        self.agent_bytes = 0

    async def seat_agents(self) -> None:
        """All agents sign on and are available."""
        for cookie in self.server.facts["cookies"]:
            self.agents.append(await self._agent(cookie))
        await asyncio.sleep(0.5)

    async def _agent(self, cookie: str) -> Wire:
        seated = asyncio.get_running_loop().create_future()

        def on_text(text: bytes) -> None:
            self.agent_bytes += len(text)
            if text.startswith(b'{"type":"message"'):
                self._arrive(json.loads(text))
            elif text.startswith(b'{"type":"inbox"') and text.endswith(b'"assigned":true}'):
                conversation = json.loads(text)["head"]["id"]
                wire.send(json.dumps({"type": "open", "conversation": conversation, "last_seq": 2}).encode())
            elif text.startswith(b'{"type":"conversation"'):
                conversation = json.loads(text)["head"]["id"]
                self.followed.add(conversation)
                answer = {"type": "send", "conversation": conversation, "cid": secrets.token_hex(8), "text": "It is"}
                wire.send(json.dumps(answer).encode())
            elif text.startswith(b'{"type":"ping"'):
                wire.send(b'{"type":"pong","n":0}')
            elif text.startswith(b'{"type":"available"') and not seated.done():
                seated.set_result(None)

        wire = await connect(self.server.port, "/v1/desk", on_text, {"Cookie": f"overture_session={cookie}"})
        wire.send(json.dumps({"type": "hello", "v": 1, "site": SITE}).encode())
        wire.send(b'{"type":"available","on":true}')
        await asyncio.wait_for(seated, 30)
        return wire

    def _arrive(self, frame: dict[str, Any]) -> None:
        if frame["message"]["author"]["kind"] == "visitor":
            self.arrived += 1
            self.arrivals.append(time.perf_counter() - float(frame["message"]["text"].rpartition(" ")[2]))

    async def come(self, count: int) -> list[Visitor]:
        """So many visitors, welcomed."""
        visitors = [Visitor(self) for _ in range(count)]
        for start in range(0, count, AT_ONCE):
            await asyncio.gather(*(one.come() for one in visitors[start : start + AT_ONCE]))
        return visitors

    async def all_followed(self, count: int) -> None:
        """Until the agents have opened what came to them."""
        until = time.monotonic() + 120
        while len(self.followed) < count and time.monotonic() < until:  # noqa: ASYNC110 - a count, in a measurement
            await asyncio.sleep(0.05)

    async def all_arrived(self, count: int) -> None:
        """Until so many messages have come to the agents; some seconds without one end it: they are told as lost."""
        before = -1
        while self.arrived < count and self.arrived != before:
            before = self.arrived
            await asyncio.sleep(5 if self.arrived < count else 0)


@contextmanager
def crowded(agents: int, each: int) -> Iterator[Running]:
    """A server with so many agents who can hold so many conversations each."""
    with tempfile.TemporaryDirectory() as folder, running("overture", folder, str(agents), "", str(each)) as server:
        yield server


async def at_rate(server: Running, conversations: int, rate: float, seconds: float) -> dict[str, Any]:
    """Every conversation opens, then says something so many times a second."""
    crowd, shares = Crowd(server), Shares(server)
    await crowd.seat_agents()
    visitors = await crowd.come(conversations)
    opening = time.perf_counter()
    await asyncio.gather(*(_open_all(visitors[first::AT_ONCE]) for first in range(AT_ONCE)))
    opened_s = time.perf_counter() - opening
    await crowd.all_followed(conversations)
    warm, _ = await _say(visitors, rate, WARM_UP_S)
    await crowd.all_arrived(conversations + warm)
    began = time.perf_counter()
    shares.begin()
    crowd.arrivals, crowd.arrived, crowd.agent_bytes = [], 0, 0
    sent, late = await _say(visitors, rate, seconds)
    await crowd.all_arrived(sent)
    seconds = time.perf_counter() - began
    server_s, client_s = shares.since()
    return {
        "sent": sent,
        "arrived": crowd.arrived,
        "p50_ms": _ms(crowd.arrivals, 50),
        "p95_ms": _ms(crowd.arrivals, 95),
        "p99_ms": _ms(crowd.arrivals, 99),
        "server_us_per_message": round(server_s / sent * 1e6),
        "client_us_per_message": round(client_s / sent * 1e6),
        "server_share": round(server_s / seconds, 2),
        "client_share": round(client_s / seconds, 2),
        "client_late_p99_ms": _ms(late, 99),
        "agent_bytes_per_message": round(crowd.agent_bytes / sent),
        "openings_s": round(opened_s, 2),
    }


async def _open_all(visitors: list[Visitor]) -> None:
    """One after the other; who is told that too many write at once tries again, for there are free agents for all."""
    for one in visitors:
        while (answer := await one.open()) != "ack":
            if answer != "not_answering":
                raise RuntimeError(f"a conversation could not be opened: {answer}")
            one.answered = asyncio.get_running_loop().create_future()
            await asyncio.sleep(0.5)


async def _say(visitors: list[Visitor], rate: float, seconds: float) -> tuple[int, list[float]]:
    """Each says something at this rate, evenly spread; how many were sent, and how late each was."""
    began, sent, late = time.perf_counter(), 0, []
    per_second = len(visitors) * rate
    total = int(per_second * seconds)
    while sent < total:
        now = time.perf_counter()
        while sent < total and (due := began + sent / per_second) <= now:
            visitors[sent % len(visitors)].say()
            late.append(now - due)
            sent += 1
        await asyncio.sleep(0.001)
    return sent, late


async def opened(server: Running, count: int) -> dict[str, Any]:
    """People who come and write at once, to agents who are free: from the first handshake to the last answer."""
    crowd, shares = Crowd(server), Shares(server)
    await crowd.seat_agents()
    began = time.perf_counter()
    shares.begin()
    visitors = [Visitor(crowd) for _ in range(count)]

    async def come_and_write(mine: list[Visitor]) -> list[str]:
        answers = []
        for one in mine:
            await one.come()
            answers.append(await one.open())
        return answers

    answers = await asyncio.gather(*(come_and_write(visitors[first::AT_ONCE]) for first in range(AT_ONCE)))
    took = time.perf_counter() - began
    server_s, client_s = shares.since()
    return {
        "s": round(took, 2),
        "acknowledged": sum(answer == "ack" for some in answers for answer in some),
        "server_ms_each": round(server_s / count * 1e3, 2),
        "client_ms_each": round(client_s / count * 1e3, 2),
    }


async def flooded(server: Running, count: int) -> dict[str, Any]:
    """Visitors whose windows are open all write at once, far more than the agents can take; looks beside them."""
    crowd, shares = Crowd(server), Shares(server)
    await crowd.seat_agents()
    visitors = await crowd.come(count)
    looks = asyncio.create_task(_looks(server))
    await asyncio.sleep(1.0)
    shares.begin()
    began, times = time.perf_counter(), []

    async def write(one: Visitor) -> str:
        answer = await one.open()
        times.append(time.perf_counter() - began)
        return answer

    answers = await asyncio.gather(*map(write, visitors))
    server_s, client_s = shares.since()
    await asyncio.sleep(2.0)
    looks.cancel()
    took = await looks
    return {
        "answers": {answer: answers.count(answer) for answer in sorted(set(answers))},
        "first_answer_s": round(min(times), 2),
        "answer_p50_s": round(statistics.median(times), 2),
        "last_answer_s": round(max(times), 2),
        "look_p50_ms": _ms(took, 50),
        "look_max_ms": round(max(took) * 1e3, 1),
        "server_ms_each": round(server_s / count * 1e3, 2),
        "client_ms_each": round(client_s / count * 1e3, 2),
    }


async def _looks(server: Running) -> list[float]:
    """A new visitor's first look every so often, until cancelled; how long each took."""
    took: list[float] = []
    under_way: set[asyncio.Task[None]] = set()

    async def look() -> None:
        began = time.perf_counter()
        await _post_look(server)
        took.append(time.perf_counter() - began)

    try:
        while True:
            task = asyncio.create_task(look())
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            await asyncio.sleep(LOOK_EVERY_S)
    except asyncio.CancelledError:
        await asyncio.gather(*under_way)
        return took


async def _post_look(server: Running) -> None:
    page = {"type": "page", "ago": 0, "url": f"{ORIGIN}/bikes", "title": "Bikes"}
    look = {
        "v": 1, "site": server.facts["key"], "key": secrets.token_hex(16), "tab": secrets.token_hex(8), "n": 1,
        "boot": True, "languages": ["en"], "consent": None, "events": [page],
    }  # fmt: skip
    body = json.dumps(look).encode()
    head = (
        f"POST /v1/look HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {ORIGIN}\r\nContent-Type: text/plain\r\n"
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36\r\n"
        f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(head.encode() + body)
    status = await reader.readline()
    await reader.read()
    writer.close()
    if b" 200 " not in status:
        raise RuntimeError(f"a look was answered {status.decode().strip()}")


def _ms(values: list[float], percent: int) -> float:
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1] * 1e3, 1)


def course(conversations: int, agents: int, rate: float = 1.0, seconds: float = MEASURED_S) -> dict[str, Any]:
    """One course: so many conversations, each with so many messages a second."""
    import uvloop

    with crowded(agents, -(-conversations // agents)) as server:
        return uvloop.run(at_rate(server, conversations, rate, seconds))


def flood(visitors: int, agents: int) -> dict[str, Any]:
    """One flood."""
    import uvloop

    with crowded(agents, 10) as server:
        return uvloop.run(flooded(server, visitors))


def run() -> dict[str, Any]:
    """What a message costs with few and many, openings, a flood. Ratios first: a crowd's message to a few people's."""
    import uvloop

    small, large, many = (course(*size) for size in (SMALL, LARGE, MANY))
    with crowded(LARGE[1], LARGE[0] // LARGE[1]) as server:
        openings = uvloop.run(opened(server, LARGE[0]))
    flooding = flood(*FLOOD)
    cost = small["server_us_per_message"]
    return {
        "server_cost_1000_conversations_20_agents_ratio": round(large["server_us_per_message"] / cost, 2),
        "server_cost_2000_conversations_200_agents_ratio": round(many["server_us_per_message"] / cost, 2),
        **{f"small_{name}": value for name, value in small.items()},
        **{f"large_{name}": value for name, value in large.items()},
        **{f"many_{name}": value for name, value in many.items()},
        **{f"openings_{name}": value for name, value in openings.items()},
        **{f"flood_{name}": value for name, value in flooding.items()},
    }


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[:1] == ["flood"]:
        print(json.dumps(flood(*map(int, arguments[1:3])), indent=2))
    elif arguments:
        print(json.dumps(course(int(arguments[0]), int(arguments[1]), *map(float, arguments[2:3])), indent=2))
    else:
        print(json.dumps(run(), indent=2))
