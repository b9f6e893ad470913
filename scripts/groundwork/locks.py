"""requirements/*.txt: exact versions with hashes, for every platform, naming no registry."""

from __future__ import annotations

from groundwork.packages import environment
from groundwork.places import REQUIREMENTS, in_venv
from groundwork.say import step

_COMPILE = [
    "pip", "compile", "--quiet", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header",
    "--universal", "--python-version", "3.11",
]  # fmt: skip


def write_all() -> None:
    """All of them; versions already locked stay unless pyproject.toml asks for others."""
    _write("dev", "pyproject.toml", "--group", "dev")
    # The same versions in both, so that what is tested is what runs.
    _write("run", "pyproject.toml", "--constraint", "requirements/dev.txt")
    _write("tools", "requirements/tools.in", "--constraint", "requirements/dev.txt")
    _write("node", "requirements/node.in")


def _write(name: str, source: str, *more: str) -> None:
    output = REQUIREMENTS / f"{name}.txt"
    command = [in_venv("uv"), *_COMPILE, source, *more, "--output-file", str(output)]
    step(f"Locking requirements/{name}.txt", command, env=environment())
