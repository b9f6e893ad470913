"""Every check there is, all of them even when one fails, and the tests last."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from groundwork import chromium, engines
from groundwork.frontends import front_ends
from groundwork.node import node_environment
from groundwork.places import ROOT, in_venv
from groundwork.say import say

# Two workers for what shares nothing; the browser and the kill -9 tests get the machine to themselves,
# because they look at how long things take.
PARALLEL = ("tests/unit", "tests/contract", "tests/integration")
ALONE = ("tests/e2e", "tests/faults")
_FRONT_END_SCRIPTS = ("check", "test")
_SOURCES = ("src", "tests", "bench", "scripts")


def run_all() -> int:
    """0 if everything passed. Ends with pytest's own summary."""
    browser = chromium.ensure()
    engines.ensure()
    failed = [*_python_checks(), *_front_end_checks()]
    env = {**os.environ, "OVERTURE_CHROMIUM": browser}
    workers = os.environ.get("OVERTURE_TEST_WORKERS", "2")
    if failed:
        say(f"\nFailed so far: {', '.join(failed)}. The tests run all the same.")
    for folders, options in ((PARALLEL, ["-n", workers, "--dist", "loadgroup"]), (ALONE, [])):
        present = [folder for folder in folders if any((ROOT / folder).rglob("test_*.py"))]
        if present and not _passes([in_venv("pytest"), *options, *present], env=env):
            failed.append(f"pytest {' '.join(present)}")
    if failed:
        say(f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0


def _python_checks() -> list[str]:
    sources = [folder for folder in _SOURCES if (ROOT / folder).exists()]
    checks = {
        "ruff check": [in_venv("ruff"), "check", "--quiet", *sources],
        "ruff format": [in_venv("ruff"), "format", "--check", "--quiet", *sources],
        "mypy": [in_venv("mypy"), "--no-error-summary"],
        "mypy groundwork": [in_venv("mypy"), "--no-error-summary", "--package", "groundwork"],
        "lint-imports": [in_venv("lint-imports"), "--no-logo"],
    }
    env = {**os.environ, "MYPYPATH": str(ROOT / "scripts")}
    return [name for name, command in checks.items() if not _passes(command, env=env)]


def _front_end_checks() -> list[str]:
    failed = []
    for front in front_ends():
        front.ensure_packages()
        for script in _FRONT_END_SCRIPTS:
            if script not in front.scripts:
                continue
            command = ["npm", "run", "--silent", script]
            if not _passes(command, env=node_environment(), cwd=front.folder):
                failed.append(f"npm run {script} in {front.name}")
    return failed


def _passes(command: Sequence[str], *, env: Mapping[str, str], cwd: Path = ROOT) -> bool:
    """Runs with the output on screen."""
    words = [Path(command[0]).name, *(word for word in command[1:] if not word.startswith("--"))]
    where = "" if cwd == ROOT else f"{cwd.name}: "
    say(f"\n▸ {where}{' '.join(words)}")
    return subprocess.run(command, cwd=cwd, env=dict(env), check=False).returncode == 0
