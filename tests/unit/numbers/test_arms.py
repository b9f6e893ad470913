"""Reading an experiment's rows: none is lost unsaid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.numbers.stats import Proportion, Sample
from overture.numbers.stats.arms import UnusableTable, parse_outcome, read_arms


def read(text: str, arm: str = "arm", outcome: str = "value") -> object:
    return read_arms(text.splitlines(keepends=True), arm=arm, outcome=outcome)


def test_every_row_is_used_or_named() -> None:
    found = read_arms(
        ["arm,value\n", "a,1\n", "a,\n", ",1\n", "b,two\n", "b,0\n", "b,1,5\n", "\n", "a,NA\n"],
        arm="arm",
        outcome="value",
    )
    assert found.rows == 7
    assert {reason: (s.count, s.lines) for reason, s in found.skipped.items()} == {
        "missing_outcome": (2, [3, 9]),
        "missing_arm": (1, [4]),
        "unparseable_outcome": (1, [5]),
        "wrong_number_of_cells": (1, [7]),
    }
    assert found.outcomes == {"a": Proportion(1, 1), "b": Proportion(0, 1)}
    assert found.assigned == {"a": 3, "b": 2}
    assert found.binary


def test_an_arm_whose_outcomes_are_all_missing_is_there_and_empty() -> None:
    found = read_arms(["arm,value\n", "a,1.5\n", "b,\n"], arm="arm", outcome="value")
    assert found.outcomes["b"] == Sample.empty()
    assert not found.binary


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_and_marks_of_spreadsheets(delimiter: str) -> None:
    lines = [f"\ufeffid{delimiter}arm{delimiter}value\r\n", f'1{delimiter}"a"{delimiter}2.5\r\n']
    found = read_arms(lines, arm="arm", outcome="value")
    assert found.outcomes == {"a": Sample(1, 2.5, 0.0)}


def test_yes_and_no_are_binary_and_a_third_value_is_not() -> None:
    words = read_arms(["arm,value\n", "a,yes\n", "a,FALSE\n", "b,true\n", "b,0\n"], arm="arm", outcome="value")
    assert words.outcomes == {"a": Proportion(1, 2), "b": Proportion(1, 2)}
    assert not read_arms(["arm,value\n", "a,1\n", "b,2\n"], arm="arm", outcome="value").binary


@pytest.mark.parametrize("cell", ["inf", "-inf", "1_000", "1,5,0", "0x10", "1e999", "٣", "1 2", "€5", "1e", "."])
def test_what_is_no_number_is_said_so(cell: str) -> None:
    assert parse_outcome(cell) == "unparseable_outcome"


@given(st.floats(-1e90, 1e90))
def test_numbers_are_read_as_written(number: float) -> None:
    assert parse_outcome(repr(number)) == number


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("\n", "empty"),
        ("group,value\na,1\n", "no column 'arm': the file has group, value"),
        ("arm,arm,value\na,a,1\n", "more than one column 'arm'"),
        ("arm,value\n" + "".join(f"{n},1\n" for n in range(60)), "more than 50 values"),
        ('arm,value\na,"' + "x" * 200_000 + '"\n', "line 2 is no CSV"),
    ],
)
def test_a_table_that_can_not_be_used_says_why(text: str, says: str) -> None:
    with pytest.raises(UnusableTable, match=says):
        read(text)


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    try:
        found = read_arms(["arm,value\n", *text.splitlines(keepends=True)], arm="arm", outcome="value")
    except UnusableTable:
        return
    used = sum(outcome.n for outcome in found.outcomes.values())
    assert used + sum(skipped.count for skipped in found.skipped.values()) == found.rows


def test_decimal_commas_are_read_and_what_could_be_thousands_is_told() -> None:
    rows = ["arm;value", "a;1,5", "a;0,25", "b;1 234,50", "b;1,234", "b;2", "b;0,123"]
    found = read_arms(rows, arm="arm", outcome="value")
    assert (found.outcomes["a"].n, found.outcomes["b"].n, found.skipped) == (2, 4, {})
    b = found.outcomes["b"]
    assert isinstance(b, Sample)
    assert b.total == pytest.approx(1234.5 + 1.234 + 2 + 0.123)  # the column has decimal commas
    found = read_arms(["arm;value", "a;1,234", "a;2", "b;12,345"], arm="arm", outcome="value")
    assert found.outcomes["a"].n == 1
    assert found.skipped["ambiguous_outcome"].lines == [2, 4]
    quoted = read_arms(["arm,value", 'a,"1,5"', "a,2"], arm="arm", outcome="value")
    assert quoted.outcomes["a"].n == 2
