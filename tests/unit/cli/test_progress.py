"""How far a long run is: in place on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import io

import pytest

from overture.cli.progress import ProgressLine

WORDS = {"reading": "reading: {share}", "trying": "{done} of {total} visits"}


class Screen(io.StringIO):
    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_in_a_file_a_line_every_ten_seconds_and_none_for_what_is_done_sooner(watch, capsys):
    line = ProgressLine(WORDS, Screen(False), watch)
    for second in range(25):
        watch.now = float(second)
        line("trying", second * 1_000, 100_000)
    line.close()
    assert capsys.readouterr().err == "10,000 of 100,000 visits, 2 min left\n20,000 of 100,000 visits, 80 s left\n"


def test_on_a_terminal_in_place_and_cleared_at_the_end(watch, capsys):
    line = ProgressLine(WORDS, Screen(True), watch)
    watch.now = 1.0
    line("reading", 10, 40)
    line("reading", 20, 40)  # too soon
    watch.now = 5.0
    line("trying", 1, 9)
    watch.now = 500.0
    line("trying", 3, 9)
    line.close()
    told = capsys.readouterr().err
    assert told.split("\r")[1:] == [
        "reading: 25%", "1 of 9 visits", "3 of 9 visits, 16 min left", " " * 26, ""
    ]  # fmt: skip
