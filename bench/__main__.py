"""Run all measurements, or those named, and print their figures; ratios first. `--json` for machines."""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
import time
from typing import Any

ALL = ("messages", "crowd", "looks", "memory", "widget", "conditions", "backtest", "pacing")


def main(arguments: list[str]) -> int:
    """Each module's `run()` gives {figure: value}; keys that end in `_ratio` are printed first."""
    as_json = "--json" in arguments
    names = [name for name in arguments if not name.startswith("-")] or list(ALL)
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"bench: no {', '.join(unknown)}; there are {', '.join(ALL)}", file=sys.stderr)
        return 2
    figures: dict[str, Any] = {"machine": machine()}
    for name in names:
        began = time.perf_counter()
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        figures[name] = importlib.import_module(f"bench.{name}").run()
        figures[name]["took_s"] = round(time.perf_counter() - began, 1)
    print(json.dumps(figures, indent=2) if as_json else as_text(figures))
    return 0


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform(terse=True)}


def as_text(figures: dict[str, Any]) -> str:
    lines = ["on " + ", ".join(f"{value} {name}" for name, value in figures.pop("machine").items())]
    for name, values in figures.items():
        lines.append(f"\n{name}")
        for key in sorted(values, key=lambda key: (not key.endswith("_ratio"), list(values).index(key))):
            lines.append(f"  {key:44} {values[key]}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
