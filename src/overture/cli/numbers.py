"""`overture staff size` and `overture lift`: staffing and experiments from the command line, without a server."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

if TYPE_CHECKING:  # numpy and scipy take a second to load: only the commands that count with them do
    from overture.numbers.staffing import Demand, Performance
    from overture.numbers.stats.arms import Arms

_SKIPPED = {
    "missing_arm": "without an arm",
    "missing_outcome": "without an outcome",
    "unparseable_outcome": "whose outcome is no number (write it with digits, as in 1234.5 or 1234,5)",
    "ambiguous_outcome": "whose comma may part decimals or thousands (write 1234 or 1.234)",
    "wrong_number_of_cells": "with more or fewer cells than the header",
}
_VERDICT = {"higher": "higher than control", "lower": "lower than control", "cannot_tell": "cannot tell"}


class Unusable(click.ClickException):
    """Arguments that can't be used: one line on stderr, exit status 2."""

    exit_code = 2


class AnswerIsNo(click.ClickException):
    """What was asked for can't be had: one line on stderr, exit status 1."""

    exit_code = 1


class Share(click.ParamType[float]):
    """`80%` as 0.8; a bare 80 or 0.8 could mean either, so neither is taken."""

    name = "percentage"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """0 to 1."""
        if isinstance(value, float):
            return value
        try:
            number = float(value[:-1].replace(",", ".")) if value.endswith("%") else math.nan
        except ValueError:
            number = math.nan
        if not 0 <= number <= 100:
            raise Unusable(f"{value!r} is no percentage: write it from 0% to 100%, as in 80%")
        return number / 100


class Decimal(click.ParamType[float]):
    """A number with a decimal point or comma."""

    name = "number"

    def __init__(self, least: float | None = None) -> None:
        self._least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """As a float."""
        try:
            number = float(str(value).replace(",", ".") if str(value).count(",") == 1 else value)
        except ValueError:
            self.fail(f"{value!r} is no number: write it with digits, as in 12.5", param, ctx)
        if self._least is not None and number < self._least:
            self.fail(f"{value} is less than {self._least:g}", param, ctx)
        return number


class Numbers(click.ParamType[tuple[float, ...]]):
    """`180,210,240` as a tuple."""

    name = "numbers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        """All finite."""
        if isinstance(value, tuple):
            return value
        try:
            numbers = tuple(float(part) for part in value.split(","))
        except ValueError:
            numbers = (math.nan,)
        if not all(math.isfinite(number) for number in numbers):
            raise Unusable(f"{value!r} is no list of numbers: write them with commas between, as in 180,210,240")
        return numbers


@click.group()
def staff() -> None:
    """How many people the desk needs."""


@staff.command()
@click.option("--per-hour", type=Decimal(least=0), required=True, metavar="N", help="Chats that arrive in an hour.")
@click.option(
    "--handle",
    type=Numbers(),
    required=True,
    metavar="S[,S...]",
    help="Mean handle time in seconds with 1, 2, 3 ... chats at once.",
)
@click.option("--patience", type=Decimal(), metavar="S", help="Mean seconds a visitor waits before leaving [for ever].")
@click.option(
    "--answer-within", type=Decimal(), default=20.0, show_default=True, metavar="S", help="An answer in time, seconds."
)
@click.option("--agents", type=int, metavar="N", help="What this many give.")
@click.option("--goal", type=Share(), metavar="P%", help="The fewest agents with this service level.")
@click.option("--lines", type=int, metavar="N", help="Most visitors in the system at once [no limit].")
@click.option(
    "--shrinkage", type=Share(), default="0%", metavar="P%", help="Paid time away from the desk, for the rota."
)
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
def size(
    per_hour: float,
    handle: tuple[float, ...],
    patience: float | None,
    answer_within: float,
    agents: int | None,
    goal: float | None,
    lines: int | None,
    shrinkage: float,
    as_json: bool,
) -> None:
    """Service level, waits and occupancy for a number of agents, or the number for a service level.

    With neither --agents nor --goal: a table of desk sizes.
    """
    from overture.numbers.staffing import Demand, around, performance

    if agents is not None and goal is not None:
        raise Unusable("--agents and --goal ask opposite questions: give one of them")
    try:
        demand = Demand(arrivals=per_hour / 3600, handle=handle, patience=patience, lines=lines)
        asked = {"model": demand.model, "per_hour": per_hour, "handle_seconds": handle, "patience_seconds": patience}
        asked |= {"answer_within_seconds": answer_within, "lines": lines}
        if goal is not None:
            answer = _for_goal(demand, answer_within, goal, shrinkage)
        elif agents is not None:
            answer = _row(performance(demand, agents, answer_within), shrinkage)
        else:
            answer = {"table": [_row(row, shrinkage) for row in around(demand, answer_within)]}
    except ValueError as error:
        raise Unusable(str(error)) from error
    click.echo(_json(asked | answer) if as_json else _staffing_text(asked | answer))


def _for_goal(demand: Demand, within: float, goal: float, shrinkage: float) -> dict[str, Any]:
    """The fewest agents for the service level, and for as many answered in time in fact."""
    from overture.numbers.staffing import least_agents

    found = least_agents(demand, within, goal)
    if found is None:
        raise AnswerIsNo(f"no number of agents answers {_percent(goal)} in time: too few lines, so give more --lines")
    in_fact = least_agents(demand, within, goal, "answered_within")
    row = _row(found, shrinkage) | {"goal": goal}
    return row | {"agents_for_answered_within": in_fact.agents if in_fact else None}


def _row(found: Performance, shrinkage: float) -> dict[str, Any]:
    """Flat, with units in the names."""
    from overture.numbers.staffing import scheduled

    return {
        "agents": found.agents,
        "agents_scheduled": scheduled(found.agents, shrinkage),
        "probability_of_waiting": found.probability_of_waiting,
        "service_level": found.service_level,
        "answered_within": found.answered_within,
        "mean_wait_seconds": found.mean_wait,
        "mean_wait_answered_seconds": found.mean_wait_answered,
        "abandonment": found.abandonment,
        "blocking": found.blocking,
        "occupancy": found.occupancy,
        "agents_busy": found.agents_busy,
        "mean_queue": found.mean_queue,
        "steady": found.steady,
    }


def _staffing_text(answer: dict[str, Any]) -> str:
    within = f"{answer['answer_within_seconds']:g} s"
    if "table" in answer:
        return _staffing_table(answer["table"], within)
    lines = [f"{answer['agents']} agents ({answer['model']})"]
    if answer["agents_scheduled"] != answer["agents"]:
        lines[0] += f", {answer['agents_scheduled']} on the rota"
    lines += [
        f"  service level (wait ahead at most {within})   {answer['service_level']:.2%}",
        f"  answered within {within} in fact              {answer['answered_within']:.2%}",
        f"  probability of waiting                    {answer['probability_of_waiting']:.2%}",
        f"  mean wait ahead (ASA)                     {_seconds(answer['mean_wait_seconds'])}",
        f"  mean wait of the answered                 {_seconds(answer['mean_wait_answered_seconds'])}",
        f"  leave before an answer                    {answer['abandonment']:.2%}",
        f"  occupancy of slots                        {answer['occupancy']:.2%}",
        f"  agents with a chat                        {answer['agents_busy']:.2%}",
    ]
    if answer["lines"] is not None:
        lines.append(f"  blocked, no line free                     {answer['blocking']:.2%}")
    if not answer["steady"]:
        lines.append("More arrives than is handled and nobody leaves: the queue grows without end.")
    if answer.get("agents_for_answered_within", answer["agents"]) != answer["agents"]:
        lines.append(
            f"Some of the service level is people leaving: answering {_percent(answer['goal'])} in time in fact takes "
            f"{answer['agents_for_answered_within'] or 'more lines than there are'}."
        )
    return "\n".join(lines)


def _staffing_table(rows: list[dict[str, Any]], within: str) -> str:
    lines = [
        f"{'agents':>7} {'service level':>14} {'in ' + within:>10} {'waits':>8} {'ASA':>9} {'leave':>8} {'slots':>8}"
    ]
    lines += [
        f"{row['agents']:>7} {row['service_level']:>14.1%} {row['answered_within']:>10.1%} "
        f"{row['probability_of_waiting']:>8.1%} {_seconds(row['mean_wait_seconds']):>9} "
        f"{row['abandonment']:>8.1%} {row['occupancy']:>8.1%}"
        for row in rows
    ]
    return "\n".join(lines)


def _percent(share: float) -> str:
    return f"{100 * share:.6g}%"


def _seconds(value: float) -> str:
    return f"{value:.1f} s" if math.isfinite(value) else "no end"


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--arm", required=True, metavar="COLUMN", help="The column that names each row's arm.")
@click.option("--control", required=True, metavar="VALUE", help="The arm the others are compared with.")
@click.option("--outcome", required=True, metavar="COLUMN", help="The column of outcomes: numbers, or yes and no.")
@click.option("--expected", type=Numbers(), metavar="N,N", help="Planned shares, control first, then by name [equal].")
@click.option(
    "--tuned-for",
    type=click.IntRange(min=1),
    default=5_000,
    show_default=True,
    help="Rows of both arms at which the always-valid interval is narrowest; set it beforehand.",
)
@click.option("--tau", type=Decimal(), help="Effect expected beforehand, in the outcome's unit [0.05 sd].")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
def lift(
    file: Path,
    arm: str,
    control: str,
    outcome: str,
    expected: tuple[float, ...] | None,
    tuned_for: int,
    tau: float | None,
    as_json: bool,
) -> None:
    """What each arm of an experiment did to an outcome, from a CSV FILE with one row a visitor."""
    from overture.numbers.stats.experiment import analyse

    arms = _read(file, arm, outcome)
    control = control.strip()
    if control not in arms.outcomes:
        raise Unusable(
            f"no row has {control!r} in column {arm!r}"
            + (f": its arms are {', '.join(sorted(arms.outcomes))}" if arms.outcomes else ": the file has no rows")
        )
    try:
        answer = analyse(arms, control, expected=expected, tuned_for=tuned_for, tau=tau) | {"outcome": outcome}
    except ValueError as error:
        raise Unusable(str(error)) from error
    click.echo(_json(answer) if as_json else _lift_text(answer))


def _read(file: Path, arm: str, outcome: str) -> Arms:
    from overture.numbers.stats.arms import UnusableTable, read_arms

    try:
        with file.open(encoding=_encoding(file), newline="") as lines:
            return read_arms(lines, arm=arm, outcome=outcome)
    except UnusableTable as error:
        raise Unusable(f"{file}: {error}") from error
    except UnicodeDecodeError as error:
        raise Unusable(f"{file} is not UTF-8 or UTF-16 text (byte {error.start}): save it as CSV UTF-8") from error
    except OSError as error:
        raise Unusable(f"{file} can't be read: {error.strerror}") from error


def _encoding(file: Path) -> str:
    """Spreadsheets save "Unicode text" as UTF-16, which tells itself by its first two bytes."""
    with file.open("rb") as raw:
        head = raw.read(2)
    return "utf-16" if head in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _lift_text(answer: dict[str, Any]) -> str:
    lines = [f"{answer['used']} of {answer['rows']} rows used"]
    lines += [
        f"  {found.count} {_SKIPPED[reason]}: line {', '.join(map(str, found.lines))}"
        + (" ..." if found.count > len(found.lines) else "")
        for reason, found in answer["skipped"].items()
    ]
    lines += [_ratio_line(answer["sample_ratio"]), _arm_line(answer["control"]) + " (control)"]
    for row in answer["arms"]:
        lines += [_arm_line(row), *_comparison_lines(row)]
    return "\n".join(lines + [f"Careful: {warning}" for warning in answer["warnings"]])


def _ratio_line(ratio: dict[str, Any]) -> str:
    if "cannot_tell" in ratio:
        return f"Sample ratio: cannot tell, {ratio['reason']}"
    parts = [f"{name} {n} ({_percent(ratio['expected'][name])} planned)" for name, n in ratio["counts"].items()]
    return (
        f"Sample ratio: {', '.join(parts)}; p = {ratio['p']:.4g}, {'MISMATCH' if ratio['mismatch'] else 'as planned'}"
    )


def _arm_line(row: dict[str, Any]) -> str:
    if not row["n"]:
        return f"{row['arm']}: no outcomes"
    if "successes" not in row:
        return f"{row['arm']}: mean {row['mean']:.6g} of {row['n']}"
    ends = f"{row['wilson']['low']:.3%} to {row['wilson']['high']:.3%}"
    return f"{row['arm']}: {row['successes']} of {row['n']}, {row['mean']:.3%} ({ends})"


def _comparison_lines(row: dict[str, Any]) -> list[str]:
    lines = [_answer_line("difference", row["difference"])]
    if "p_holm" in row:
        lines[0] += f"; Holm p = {row['p_holm']:.4g}"
    lines.append(_answer_line("relative", row["relative"], "+.2%"))
    if row["newcombe"] is not None and "low" in row["newcombe"]:
        lines.append(f"  {'Newcombe':<14}{row['newcombe']['low']:+.5g} to {row['newcombe']['high']:+.5g}")
    lines.append(_answer_line("at any time", row["confidence_sequence"]))
    lines.append(_answer_line("mSPRT", row["msprt"]))
    lines.append(
        f"  {'verdict':<14}{_VERDICT[row['verdict']]} if this is the one look planned; "
        f"{_VERDICT[row['verdict_any_time']]} if it was looked at along the way"
    )
    return lines


def _answer_line(name: str, answer: dict[str, Any], form: str = "+.5g") -> str:
    if "cannot_tell" in answer:
        return f"  {name:<14}cannot tell: {answer['reason']}"
    return (
        f"  {name:<14}{answer['estimate']:{form}}, {answer['level']:.0%} interval {answer['low']:{form}} to "
        f"{answer['high']:{form}}, p = {answer['p']:.4g}"
    )


def _json(answer: dict[str, Any]) -> str:
    """What is endless or unknown is null, as JSON has no infinity."""
    return msgspec.json.format(msgspec.json.encode(answer), indent=2).decode()
