"""A real `overture demo` in a process of its own, which can be killed and started again on the same ports."""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

STARTS_WITHIN_S = 120  # a first start on a busy machine


def two_free_ports() -> int:
    """A port that is free together with the next one."""
    while True:
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            if port > 60_000:
                continue
            with socket.socket() as second:
                try:
                    second.bind(("127.0.0.1", port + 1))
                except OSError:
                    continue
                return port


class Demo:
    """One demo: its data folder, its two ports, its process."""

    def __init__(self, data: Path, port: int = 0) -> None:
        self.data = data
        self.port = port or two_free_ports()
        self.told: dict[str, str] = {}
        self.log = data.parent / f"{data.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._client: httpx.Client | None = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def shop(self) -> str:
        return self.told["shop"].rstrip("/")

    def start(self) -> Demo:
        """Start, and wait until it says that it serves."""
        program = Path(sys.executable).with_name("overture")
        command = [str(program), "demo", "--json", "--port", str(self.port), "--data", str(self.data)]
        quiet = {name: value for name, value in os.environ.items() if not name.startswith("OVERTURE_")}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=quiet)
        self.told = json.loads(self._first_line())
        return self

    def _first_line(self) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(STARTS_WITHIN_S):
                raise AssertionError(f"the demo does not start: {self.log.read_text()}")
        line = self._process.stdout.readline()
        assert line, f"the demo ended: {self.log.read_text()}"
        return line

    @property
    def is_up(self) -> bool:
        """Whether its process runs."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """As a power cut would end it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def stop(self) -> int:
        """As Ctrl-C ends it; the exit status."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        return self._process.wait(20)

    def publish(self, plan: str) -> None:
        """Put a plan in force from the command line, beside the running server."""
        file = self.data.parent / "plan.yaml"
        file.write_text(plan, "utf-8")
        program = Path(sys.executable).with_name("overture")
        subprocess.run([program, "plan", "publish", file, "--data", self.data], check=True, capture_output=True)

    def api(self, email: str = "") -> httpx.Client:
        """The HTTP API, signed in as the admin, or as somebody else."""
        client = httpx.Client(base_url=self.origin, timeout=20)
        answer = client.post(
            "/api/v1/session", json={"email": email or self.told["email"], "password": self.told["password"]}
        )
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return client

    def get(self, path: str) -> dict[str, Any]:
        """What the API answers below /api/v1."""
        if self._client is None:
            self._client = self.api()
        return dict(self._client.get(f"/api/v1/{path}").raise_for_status().json())

    def post(self, path: str, body: Any, method: str = "POST") -> None:
        """Change something by the API, as the admin."""
        self.get("session")
        assert self._client is not None
        self._client.request(method, f"/api/v1/{path}", json=body).raise_for_status()

    def clear_the_desk(self) -> None:
        """Wrap up what a test left open."""
        for talk in self.get("sites/nordic-bikes/conversations?state=open")["items"]:
            result = "solved" if talk["team"] == "care" else "not_now"
            self.post(f"conversations/{talk['id']}/wrap-up", {"result": result, "next_step": None})

    def messages(self, conversation: str) -> list[dict[str, Any]]:
        """What is stored of a conversation, without the house's notices."""
        items = self.get(f"conversations/{conversation}/messages")["items"]
        return [item for item in items if not item.get("notice")]


def until(condition: Any, seconds: float = 20, what: str = "") -> Any:
    """Ask again and again until it is so; what it gave. For what no browser can wait for."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"it did not come to that: {what or condition}"
        time.sleep(0.05)
    return found
