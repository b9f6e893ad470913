"""What the widget weighs on the page, as browsers get it (brotli), beside its budgets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parents[1] / "src" / "overture" / "web" / "static" / "widget"
LOADER_BUDGET = 5_000
WHOLE_BUDGET = 25_000


def run() -> dict[str, Any]:
    """Bytes of the loader, and of everything a visitor has loaded when the chat is open in one language."""
    loader = packed(STATIC / "overture.js")
    page = (STATIC / "frame.html").read_text()
    first = {STATIC / match for match in re.findall(r"(?:src|href)=\"[^\"]*?(assets/[^\"]+)\"", page)}
    largest = max(packed(path) for path in STATIC.glob("assets/catalogue-*.json"))
    whole = loader + packed(STATIC / "frame.html") + sum(packed(path) for path in first) + largest
    return {
        "loader_to_budget_ratio": round(loader / LOADER_BUDGET, 3),
        "whole_to_budget_ratio": round(whole / WHOLE_BUDGET, 3),
        "loader_bytes": loader,
        "whole_bytes": whole,
    }


def packed(path: Path) -> int:
    """Size of the brotli copy that the build made."""
    return path.with_name(path.name + ".br").stat().st_size


if __name__ == "__main__":
    print(run())
