"""The commands behind `make`."""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from groundwork import checks, chromium, demo, frontends, locks, packages
from groundwork.node import node_environment
from groundwork.places import CACHE, ROOT, STATIC, VENV, in_venv
from groundwork.say import Stop, cause, say

_TOOL_CACHES = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", ".hypothesis")


def install() -> int:
    with _one_at_a_time():
        packages.ensure_developing()
        frontends.ensure_built()
    return 0


def run(port: str) -> int:
    free_port = demo.check_port(port)
    with _one_at_a_time():
        packages.ensure_running()
        frontends.ensure_built()
    demo.start(free_port)
    return 0


def test() -> int:
    install()
    return checks.run_all()


def bench() -> int:
    install()
    return subprocess.run([in_venv("python"), "-m", "bench"], cwd=ROOT, check=False).returncode


def pictures() -> int:
    install()
    env = {**os.environ, "OVERTURE_CHROMIUM": chromium.ensure()}
    return subprocess.run([in_venv("python"), "scripts/pictures.py"], cwd=ROOT, env=env, check=False).returncode


def lock() -> int:
    with _one_at_a_time():
        packages.ensure_venv()
        packages.ensure_tools()
        locks.write_all()
    return 0


def fmt() -> int:
    install()
    sources = [name for name in ("src", "tests", "bench", "scripts") if (ROOT / name).exists()]
    wanted = [[in_venv("ruff"), "check", "--fix", *sources], [in_venv("ruff"), "format", *sources]]
    status = max(subprocess.run(command, cwd=ROOT, check=False).returncode for command in wanted)
    for front in frontends.front_ends():
        for script in front.scripts & {"fix", "format"}:
            npm = ["npm", "run", "--silent", script]
            status |= subprocess.run(npm, cwd=front.folder, env=node_environment(), check=False).returncode
    return status


def clean() -> int:
    """Data made by `overture demo` or `overture serve` is not ours to remove."""
    made = [VENV, CACHE, *(ROOT / name for name in _TOOL_CACHES)]
    for front in frontends.front_ends():
        made += [front.folder / "node_modules", STATIC / front.name]
    for path in made:
        shutil.rmtree(path, ignore_errors=True)
    return 0


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two makes in one folder would undo each other's work."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "setup.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another make is installing in this folder; waiting for it …")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def main(arguments: list[str]) -> int:
    """Exit status: 0 done, 1 something is in the way, 2 unusable arguments, 130 stopped by Ctrl-C."""
    plain = {"install": install, "test": test, "bench": bench, "pictures": pictures}
    plain |= {"lock": lock, "fmt": fmt, "clean": clean}
    parser = argparse.ArgumentParser(prog="scripts/setup.py")
    parser.add_argument("command", choices=[*plain, "run"])
    parser.add_argument("--port", default="8000")
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a killed make leaves nothing running
    try:
        return run(chosen.port) if chosen.command == "run" else plain[chosen.command]()
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error}: {cause(str(error)) or 'see to it and try again'}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
