"""`overture plan …`: check, try, publish, look back."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from overture.cli.progress import ProgressLine
from overture.cli.visits import data_option, not_over, tell_problems, the_only_site
from overture.direction.check import Checked
from overture.direction.check import check as check_text
from overture.direction.diff import Change
from overture.direction.diff import diff as changes_between
from overture.direction.errors import PlanRefused, Problem
from overture.direction.load import load
from overture.direction.model import Plan
from overture.direction.openings import next_openings
from overture.direction.words import plan_in_words

# What needs the database or numpy is imported where it is used: a check is done before these are loaded.
if TYPE_CHECKING:
    from overture.direction.backtest import Report
    from overture.direction.staffing import Staffing
    from overture.direction.store import VersionHead
    from overture.store import Tx

_PAGES = 10_000
_TITLES = {
    "teams": "Teams",
    "routes": "Who opens the chat by the button",
    "stages": "Stages, the first that holds",
    "audiences": "Audiences",
    "manners": "Manners",
    "triggers": "Triggers, the upper one first",
}

plan_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
site_option = click.option("--site", default="", help="Which site, where there are several.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
words_option = click.option("--words", is_flag=True, help="Say in plain sentences what the plan means.")


@click.group()
def group() -> None:
    """The plan: the site's direction as one checked file."""


group.name = "plan"


def _read_file(file: Path) -> bytes:
    return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()


def _check_file(file: Path) -> Checked:
    return check_text(_read_file(file), "standard input" if str(file) == "-" else str(file))


def _tell(problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)


def _sound(context: click.Context, file: Path) -> tuple[Plan, str]:
    """The plan in a file and its text; tells what is wrong and leaves with 1 if it fails its check."""
    raw = _read_file(file)
    checked = check_text(raw, str(file))
    _tell(checked.problems)
    if checked.plan is None:
        context.exit(1)
    assert checked.plan is not None
    return checked.plan, raw.decode("utf-8-sig")


@group.command()
@plan_file
@words_option
@json_option
@click.pass_context
def check(context: click.Context, file: Path, words: bool, as_json: bool) -> None:
    """Check FILE: every mistake with its place and way out, all at once. Leaves with 1 if there are any."""
    checked = _check_file(file)
    if as_json:
        answer: dict[str, Any] = {"sound": checked.plan is not None, "problems": checked.problems}
        if words:
            answer["words"] = plan_in_words(checked.plan) if checked.plan else None
        answer["openings"] = next_openings(checked.plan, _now_ms()) if checked.plan else None
        click.echo(msgspec.json.encode(answer).decode())
    else:
        _tell(checked.problems)
    if checked.plan is None:
        context.exit(1)
    if not as_json:
        plan = checked.plan
        counts = [many(plan.teams, "team"), many(plan.audiences, "audience"), many(plan.triggers, "trigger")]
        click.echo(f"{file}: sound: {', '.join(counts)}")
        _say_openings(plan)
        if words:
            _say(plan)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _say_openings(plan: Plan, *, err: bool = False) -> None:
    """Print when each team is open next."""
    for team, spans in next_openings(plan, _now_ms()).items():
        click.echo(f"  {team} is open: {', '.join(spans)}", err=err)


def many(things: Sequence[object], noun: str) -> str:
    """How many there are, as in "1 team"."""
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def _say(plan: Plan) -> None:
    """Print a plan's meaning, part by part."""
    for part, lines in msgspec.structs.asdict(plan_in_words(plan)).items():
        if lines:
            click.echo("\n" + _TITLES[part])
        for line in lines:
            click.echo(f"  {line}")


@group.command()
@plan_file
@click.argument("other", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@data_option
@click.pass_context
def diff(context: click.Context, file: Path, other: Path | None, as_json: bool, data: Path | None) -> None:
    """Say what changes with FILE, against the plan in force; or from FILE to OTHER."""
    first, _ = _sound(context, file)
    if other is not None:
        old, new = first, _sound(context, other)[0]
    else:
        from overture.accounts.model import SYSTEM
        from overture.cli.house import read
        from overture.direction import service

        new = first
        text = read(data, service.version_text, SYSTEM, first.site)
        loaded = load(text, "the plan in force")
        if loaded.plan is None:
            raise service.refused(loaded.problems)
        old = loaded.plan
    changes = changes_between(old, new)
    if as_json:
        click.echo(msgspec.json.encode(changes).decode())
        return
    for change in changes:
        click.echo(_line_of(change))
    if not changes:
        click.echo("nothing changes")


def _line_of(change: Change) -> str:
    sign = {"added": "+", "removed": "-", "changed": "~", "moved": "^"}[change.kind]
    return f"{sign} {change.text}"


@group.command()
@plan_file
@click.option("--note", default="", help="Why, for the history.")
@data_option
@click.pass_context
def publish(context: click.Context, file: Path, note: str, data: Path | None) -> None:
    """Put FILE in force for its site, from the next look of every visit."""
    from overture.accounts.model import SYSTEM
    from overture.cli.house import run
    from overture.direction import service

    plan, text = _sound(context, file)
    try:
        head: VersionHead = run(data, service.publish, SYSTEM, plan.site, text, note)
    except PlanRefused as error:
        click.echo(error.message, err=True)
        context.exit(1)
    click.echo(f"{plan.site}: version {head.version} is in force")


@group.command()
@click.argument("version", type=click.IntRange(min=1), required=False)
@words_option
@site_option
@data_option
def show(version: int | None, words: bool, site: str, data: Path | None) -> None:
    """Print the plan in force, or VERSION of it."""
    from overture.accounts.model import SYSTEM
    from overture.cli.house import read
    from overture.direction import service

    def text(tx: Tx) -> str:
        return service.version_text(tx, SYSTEM, the_only_site(tx, site), version)

    found = read(data, text)
    loaded = load(found, "the plan")
    if not words:
        click.echo(found, nl=False)
        if loaded.plan is not None:
            _say_openings(loaded.plan, err=True)  # beside the text, which may go into a file
        return
    if loaded.plan is None:
        raise service.refused(loaded.problems)
    _say(loaded.plan)


@group.command()
@site_option
@json_option
@data_option
def history(site: str, as_json: bool, data: Path | None) -> None:
    """List the plan's versions, newest first."""
    from overture.accounts.model import SYSTEM
    from overture.cli.house import read
    from overture.direction import service

    def versions(tx: Tx) -> list[VersionHead]:
        name = the_only_site(tx, site)
        found: list[VersionHead] = []
        cursor = None
        for _ in range(_PAGES):
            page = service.history(tx, SYSTEM, name, cursor)
            found += page.items
            if (cursor := page.next) is None:
                break
        return found

    heads: list[VersionHead] = read(data, versions)
    if as_json:
        click.echo(msgspec.json.encode(heads).decode())
        return
    for head in heads:
        restored = f" (version {head.restores} again)" if head.restores else ""
        when = head.published_at.strftime("%Y-%m-%d %H:%M:%S UTC")
        click.echo(f"{head.version:>4}  {when}  {head.published_by_name}{restored}  {head.note}".rstrip())


@group.command()
@click.argument("version", type=click.IntRange(min=1))
@click.option("--note", default="", help="Why, for the history.")
@site_option
@data_option
def rollback(version: int, note: str, site: str, data: Path | None) -> None:
    """Put VERSION in force again, as a new version."""
    from overture.accounts.model import SYSTEM
    from overture.cli.house import run
    from overture.direction import service

    def back(tx: Tx) -> VersionHead:
        return service.rollback(tx, SYSTEM, the_only_site(tx, site), version, note)

    head: VersionHead = run(data, back)
    click.echo(f"version {version} is in force again, as version {head.version}")


@group.command()
@plan_file
@click.option(
    "--visits", "log", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A visit log."
)
@click.option("--decisions", type=click.Path(dir_okay=False, path_type=Path), help="Write each decision here.")
@click.option("--compare", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A second plan, beside.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes; one a core if left out.")
@click.option("--agents", multiple=True, metavar="TEAM=N", help="So many agents while the team is open; repeatable.")
@click.option(
    "--staffing",
    "shifts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Agents by team and hour.",
)
@click.option("--acceptance", metavar="P%", help="With agents: the share of invitations that become a chat; 5%.")
@click.option("--handle", metavar="DURATION", help="With agents: how long a chat takes one; 5m.")
@click.option("--no-eligible", is_flag=True, help="Leave out where triggers were eligible; a third faster.")
@json_option
@click.pass_context
def backtest(
    context: click.Context,
    file: Path,
    log: Path,
    decisions: Path | None,
    compare: Path | None,
    workers: int | None,
    agents: tuple[str, ...],
    shifts: Path | None,
    acceptance: str | None,
    handle: str | None,
    no_eligible: bool,
    as_json: bool,
) -> None:
    """Try FILE on recorded visits: what it would have decided, visit by visit, before anyone is disturbed.

    Every team has room for everybody, unless agents are given: then capacity and pacing are part of each decision,
    as live.
    """
    from overture.direction.backtest import Options, run_all

    texts = [one for one in (file, compare) if one is not None]
    if decisions is not None:
        not_over(decisions, log, *texts)
    plans = [_sound(context, one)[0] for one in texts]
    options = Options(decisions, workers, not no_eligible, _staffing(agents, shifts, acceptance, handle))
    progress = ProgressLine({"reading": "reading the log: {share}", "trying": "{done} of {total} visits"})
    try:
        reports = run_all(plans, log, options, progress)
    finally:
        progress.close()
    report = reports[0]
    tell_problems(report.problems, report.bad_lines)
    if report.bad_lines:
        click.echo(f"{report.bad_lines} lines left out", err=True)
    if as_json:
        beside = {"compare": _answer(reports[1])} if compare else {}
        click.echo(msgspec.json.encode(_answer(report) | beside).decode())
        return
    staffed = options.staffing is not None
    _table(str(file), report, staffed)
    if compare is not None:
        click.echo("")
        _table(str(compare), reports[1], staffed)


def _staffing(
    agents: Iterable[str], shifts: Path | None, acceptance: str | None, handle: str | None
) -> Staffing | None:  # fmt: skip
    """Who would be at the desk, as the options say; None if they say nothing."""
    from overture.direction.staffing import Staffing, read_staffing

    found = Staffing({}) if shifts is None else read_staffing(shifts)
    teams = dict(found.teams)
    for one in agents:
        team, _, count = one.partition("=")
        if not team or not count.isascii() or not count.isdigit() or len(count) > 5:
            raise click.UsageError(f"--agents {one!r}: write a team and a number, as in care=2")
        teams[team] = int(count)
    if shifts is None and not teams:
        if acceptance or handle:
            raise click.UsageError("--acceptance and --handle go with --agents or --staffing")
        return None
    return Staffing(teams, acceptance or found.acceptance, handle or found.handle)


def _answer(report: Report) -> dict[str, Any]:
    """The report as JSON, with the figures one would work out first."""
    numbers = msgspec.to_builtins(report.numbers)
    numbers["disturbed_share"] = report.numbers.disturbed_share
    numbers["weeks"] = report.numbers.weeks
    uninvited = msgspec.to_builtins(report.uninvited) | {"disturbed_share": report.uninvited.disturbed_share}
    return {**numbers, "uninvited": uninvited, "bad_lines": report.bad_lines, "problems": report.problems,
            "problems_not_listed": report.bad_lines - len(report.problems)}  # fmt: skip


def _table(name: str, report: Report, staffed: bool = False) -> None:
    numbers = report.numbers
    click.echo(
        f"{name}: {numbers.visits} visits of {numbers.visitors} visitors over {numbers.weeks:.1f} weeks; "
        f"{numbers.disturbed} visits disturbed ({numbers.disturbed_share:.1%}); {numbers.chats} recorded chats"
    )
    width = max([len(trigger) for trigger in numbers.triggers] + [7])
    more = f"  {'held back':>9}" if staffed else ""
    click.echo(
        f"{'trigger':{width}}  {'eligible':>9}  {'invited':>9}  {'held out':>9}  {'of all':>9}{more}  {'visitors':>9}"
    )
    for trigger, tally in numbers.triggers.items():
        more = f"  {tally.held_back:>9}" if staffed else ""
        click.echo(
            f"{trigger:{width}}  {tally.eligible:>9}  {tally.invited:>9}  {tally.held_out:>9}  "
            f"{tally.held_out_all:>9}{more}  {tally.visitors:>9}"
        )
