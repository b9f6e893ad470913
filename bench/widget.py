"""What the widget weighs, as browsers get it (brotli), and what its loader takes of the page's main thread."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, expect, sync_playwright

STATIC = Path(__file__).parents[1] / "src" / "overture" / "web" / "static" / "widget"
LOADER_BUDGET = 5_000
WHOLE_BUDGET = 25_000
SLOWER = 4  # times: about a phone of the middle range beside a desktop
LONG_TASK_MS = 50
SETTLED_MS = 1_500  # after the button is there: what the loader puts off is counted too
SITE = "https://shop.example"
WORDS = {"open_chat": "Open chat", "close_chat": "Close chat", "chat": "Chat", "invitation": "Chat invitation",
         "reply": "Reply", "no_thanks": "No thanks", "new_messages": "{count} new messages"}  # fmt: skip
ANSWER = {"look_again_in_ms": 20_000, "answering": True, "invitation": None, "chat": None,
          "config": {"name": "Shop", "colour": "#17423a", "consent": "none", "consented": True, "position": "right",
                     "language": "en", "words": WORDS, "frame": "/v1/frame?site=KEY"}}  # fmt: skip


def run() -> dict[str, Any]:
    """Bytes of the loader, and of all that is loaded when the chat is open in one language; ms of the loader."""
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
        **alone(),
    }


def packed(path: Path) -> int:
    """Size of the brotli copy that the build made."""
    return path.with_name(path.name + ".br").stat().st_size


def alone() -> dict[str, Any]:
    """The loader's main-thread time on an empty page, without a server."""
    with sync_playwright() as playwright:
        path = os.environ.get("OVERTURE_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.route("**/*", _serve)
        found = main_thread(page, f"{SITE}/")
        browser.close()
    return found


def main_thread(page: Page, url: str) -> dict[str, Any]:
    """What a new page's main thread spends in the loader until the button has stood there for a while.

    `loader_main_thread_ms` on a processor four times slower: compiling, running, timers and answers, each counted once;
    `loader_longest_ms` at one go, `loader_long_tasks` those of 50 ms and more.
    """
    browser = page.context.browser
    assert browser is not None
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    browser.start_tracing(page=page, categories=["devtools.timeline", "v8.compile", "disabled-by-default-v8.compile"])
    page.goto(url)
    expect(page.get_by_role("button", name="Open chat")).to_be_visible()
    page.wait_for_timeout(SETTLED_MS)
    spans = _spans(json.loads(browser.stop_tracing())["traceEvents"])
    return {
        "loader_main_thread_ms": round(sum(spans), 1),
        "loader_longest_ms": round(max(spans, default=0), 1),
        "loader_long_tasks": sum(span >= LONG_TASK_MS for span in spans),
    }


def _spans(events: list[dict[str, Any]]) -> list[float]:
    """How long the loader ran each time, in ms of the thread's own time; what ran inside of it is a part of it."""
    ours = [
        (event["pid"], event["tid"], event["ts"], event["ts"] + event["dur"], event.get("tdur", event["dur"]))
        for event in events
        if event["ph"] == "X" and "/overture.js" in json.dumps(event.get("args", {}))
        if event["name"] in ("EvaluateScript", "FunctionCall", "v8.compile", "TimerFire", "RunMicrotasks")
    ]
    ours.sort(key=lambda one: (one[0], one[1], one[2], -one[3]))
    outer = ours[:1]
    for one in ours[1:]:
        if one[:2] != outer[-1][:2] or one[2] >= outer[-1][3]:
            outer.append(one)
    return [spent / 1_000 for *_, spent in outer]


def _serve(route: Route) -> None:
    """The empty page, the loader, and an answer to its looks."""
    url = route.request.url
    allowed = {"Access-Control-Allow-Origin": "*"}
    if url.endswith("/overture.js"):
        route.fulfill(path=STATIC / "overture.js", content_type="text/javascript")
    elif url.endswith("/v1/look"):
        route.fulfill(json=ANSWER, headers=allowed)
    else:
        tag = '<script async src="https://chat.example/overture.js" data-site="KEY"></script>'
        route.fulfill(body=f"<!doctype html><title>Shop</title><body>{tag}</body>", content_type="text/html")


if __name__ == "__main__":
    print(run())
