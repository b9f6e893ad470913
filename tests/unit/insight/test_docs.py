"""The reference says what the product says."""

from __future__ import annotations

from pathlib import Path

from overture.insight.definitions import DEFINITIONS
from overture.insight.reports import REPORTS

REFERENCE = Path(__file__).parents[3].joinpath("docs/reference/outcomes.md").read_text(encoding="utf-8")


def test_every_number_is_described_as_defined() -> None:
    for name, text in DEFINITIONS.items():
        assert f"| `{name}` | {text} |" in REFERENCE


def test_every_report_is_named() -> None:
    assert f"overture report {'|'.join(REPORTS)}" in REFERENCE
