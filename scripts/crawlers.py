"""Writes src/overture/visits/crawlers.txt anew from the npm package crawler-user-agents.

npm pack crawler-user-agents && tar xzf crawler-user-agents-*.tgz && python scripts/crawlers.py package
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = {
    "HeadlessChrome": "shops test their own pages with one",
    r"AP3A\.240617\.008": "a version of Android that people's phones have",
    "MetaIAB Facebook": "the browser inside an app that people use",
}


def main(package: Path) -> None:
    version = json.loads((package / "package.json").read_text())["version"]
    entries = json.loads((package / "crawler-user-agents.json").read_text())
    head = [
        f"Patterns (RE2) of programs by their User-Agent, one a line: crawler-user-agents {version}, Martin Monperrus.",
        "Written by scripts/crawlers.py. Left out:",
        *(f"  {pattern}: {why}" for pattern, why in LEFT_OUT.items()),
        "",
        *(package / "LICENSE").read_text().strip().splitlines(),
    ]
    comments = [f"# {line}".rstrip() for line in head]
    patterns = [entry["pattern"] for entry in entries if entry["pattern"] not in LEFT_OUT]
    (ROOT / "src/overture/visits/crawlers.txt").write_text("\n".join([*comments, *patterns]) + "\n", encoding="utf-8")
    named = [entry for entry in entries if entry["pattern"] not in LEFT_OUT]
    instances = dict.fromkeys(line for entry in named for line in entry["instances"] if "\n" not in line)
    told = f"# Instances of crawler-user-agents {version} (MIT): the licence stands in src/overture/visits/crawlers.txt"
    target = ROOT / "tests/unit/visits/user_agents/programs.txt"
    target.write_text("\n".join([told, *instances]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
