"""`/metrics`: what it counts, and that the reference tells all of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.integration.conftest import SITE, Browser

from overture.accounts import store as accounts_store
from overture.invitations.events import Decided
from overture.kit.errors import Unavailable
from overture.store import Tx
from overture.web.wiring import House

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "metrics.md"
LOOK = {"v": 1, "key": "a" * 32, "tab": "t", "n": 1, "languages": ["en"]}
CHROME = {"Origin": "https://shop.example", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0 Safari/537.36"}
PAGE = {"type": "page", "url": "https://shop.example/"}


async def figures(browser: Browser) -> dict[str, float]:
    """Samples by `name{label="value",…}`."""
    found = {}
    for family in text_string_to_metric_families((await browser.get("/metrics")).text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


async def test_requests_are_counted_by_route_and_status(browser: Browser) -> None:
    await browser.get("/api/v1/sites/nordic-bikes/leads")
    await browser.get("/api/v1/sites/another/leads")
    for word in ("one", "two"):
        await browser.get(f"/nothing/at/{word}")
    await browser.get("/console/inbox")
    found = await figures(browser)
    assert found['overture_http_requests_total{method="GET",route="/api/v1/sites/{site}/leads",status="401"}'] == 2
    assert found['overture_http_requests_total{method="GET",route="none",status="404"}'] == 2
    assert found['overture_http_request_seconds_count{route="/api/v1/sites/{site}/leads"}'] == 2
    assert any('route="/console/"' in name for name in found)


async def test_looks_are_counted_by_what_became_of_them(browser: Browser, house: House) -> None:
    key = await house.store.read(_site_key)
    bot = {**CHROME, "User-Agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"}
    for look, headers in (
        ({**LOOK, "site": key, "events": [PAGE]}, CHROME),
        ({**LOOK, "site": key, "n": 2, "key": ""}, CHROME),
        ({**LOOK, "site": key, "n": 3}, bot),
        ({**LOOK, "site": key, "n": 4}, {**CHROME, "Origin": "https://other.example"}),
    ):
        await browser.post("/v1/look", json={"events": [], **look}, headers=headers)
    found = await figures(browser)
    told = {name: found[f'overture_looks_total{{outcome="{name}"}}'] for name in house.look.counts}
    assert told == {"decided": 1, "quiet": 0, "without_consent": 1, "bot": 1, "refused": 1, "failed": 0}
    assert found["overture_visits_remembered{}"] == 1
    assert found['overture_http_requests_total{method="POST",route="/v1/look",status="403"}'] == 1
    assert found["overture_command_seconds_count{}"] >= 1
    assert found["overture_outbox_rows{}"] >= 0


async def test_decisions_are_counted_by_arm_without_the_simulated(browser: Browser, house: House) -> None:
    def decide(tx: Tx, arm: str, simulated: bool = False) -> None:
        tx.emit(Decided(site=SITE, visit="s_1", visitor="v_1", decision="i_1", trigger="t", team="sales", arm=arm,
                        simulated=simulated))  # fmt: skip

    for arm, simulated in (("invited", False), ("invited", False), ("held_out", False), ("invited", True)):
        await house.store.run(decide, arm, simulated)
    found = await figures(browser)
    assert found[f'overture_decisions_total{{arm="invited",site="{SITE}"}}'] == 2
    assert found[f'overture_decisions_total{{arm="held_out",site="{SITE}"}}'] == 1


async def test_figures_come_without_the_database(
    browser: Browser, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise Unavailable("The database does not answer")

    monkeypatch.setattr(house.store, "read", away)
    found = await figures(browser)
    assert "overture_outbox_rows{}" not in found
    assert 'overture_sockets{side="agent"}' in found


async def test_every_metric_is_in_the_reference(browser: Browser) -> None:
    await browser.get("/healthz")
    told = set(re.findall(r"^\| `(overture_\w+)`", REFERENCE.read_text(), re.MULTILINE))
    text = (await browser.get("/metrics")).text
    assert set(re.findall(r"^# TYPE (overture_\w+)", text, re.MULTILINE)) == told


def _site_key(tx: Tx) -> str:
    site = accounts_store.site(tx, SITE)
    assert site is not None
    return site.key
