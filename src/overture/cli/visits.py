"""`overture visits import|export`: recorded visits in and out."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from overture.cli.progress import ProgressLine
from overture.kit.clock import parse_instant
from overture.visits.combined_log import Import, import_log
from overture.visits.log import LogProblem, Problems, lines_of, read_log, write_line
from overture.visits.log_files import size_of

# What needs the database is imported where it is used: files are read before all of that is loaded.
if TYPE_CHECKING:
    from overture.store import Tx

data_option = click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the embedded database."
)
_TOLD = 20  # bad lines told one by one


@click.group()
def group() -> None:
    """Recorded visits."""


group.name = "visits"


@group.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "format_", type=click.Choice(["jsonl", "combined"]), default="jsonl", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write; else standard output.")
@click.option("--origin", default="", help="Combined: the site's address, as in https://shop.example.")
@click.option("--salt", default="", help="Combined: hash visitors alike over several logs.")
@click.pass_context
def import_(
    context: click.Context, files: tuple[Path, ...], format_: str, output: Path | None, origin: str, salt: str
) -> None:
    """Read FILES and write their visits as one visit log, for `plan backtest`.

    `jsonl` takes visit logs and writes what is sound in them; `combined` makes visits of a web server's access logs
    (combined, with or without a host before it; JSON of Caddy or nginx; gzip too), in the order of their time: an
    address and a browser are a visitor (hashed), 30 minutes without a page end a visit; assets, bots and errors are
    left out and counted.
    """
    with _output(output, *files) as out:
        found = (
            _combined([*files], out, origin, salt) if format_ == "combined" else sum(_log(file, out) for file in files)
        )
        if not found:
            context.exit(1)


@contextmanager
def _output(path: Path | None, *inputs: Path) -> Iterator[IO[bytes]]:
    """Standard output, or a file that takes its place only when all of it has been written."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    not_over(path, *inputs)
    if path.exists() and not path.is_file():  # a pipe, /dev/null
        with path.open("wb") as out:
            yield out
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as out:
            yield out
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def not_over(output: Path, *inputs: Path) -> None:
    """UsageError if writing `output` would destroy what is read."""
    for one in inputs:
        if output.exists() and output.samefile(one):
            raise click.UsageError(f"{output} is what is read: write to another file")


def _say(line: str) -> None:
    click.echo(line, err=True)


def _log(file: Path, out: IO[bytes]) -> int:
    problems = Problems()
    count = 0
    with file.open("rb") as source:
        for _, visit in read_log((line for line, _ in lines_of(source)), problems):
            out.write(write_line(visit))
            count += 1
    tell_problems(problems, problems.total)
    _say(f"{count} visits written, {problems.total} lines left out")
    return count


def _combined(files: list[Path], out: IO[bytes], origin: str, salt: str) -> int:
    result = Import()
    size = size_of(files)
    progress = ProgressLine({"reading": "reading the log: {share}"})
    try:
        for visit in import_log(
            files, result, origin=origin, salt=salt, tell=lambda done: progress("reading", done, size)
        ):  # fmt: skip
            out.write(write_line(visit))
    finally:
        progress.close()
    left = result.left_out
    tell_problems(left.problems, left.bad)
    _say(
        f"{result.visits} visits of {result.visitors} visitors with {result.pages} pages written, "
        f"from {result.lines} lines of {result.origin}"
    )
    _say(
        f"left out: {left.assets} assets, {left.bots} by bots, {left.errors} errors, {left.redirects} redirects, "
        f"{left.methods} of other methods, {left.bad} unreadable"
    )
    if left.unnamed:
        _say(
            f"{left.unnamed} lines that name no browser left out (common format): people can't be told from programs"
            " there, have the server log in the combined format"
        )
    if result.late:
        jumps = "" if not result.jumps else f"; {result.jumps} times an earlier log begins"
        _say(
            f"out of order: {result.late} lines more than five minutes behind, the first on line {result.first_late}"
            f"{jumps}: visits that go on there may be counted twice"
        )
    if result.cut:
        _say(f"{result.cut} visits of more than 10,000 pages were cut: no person looks at so many")
    return result.visits


def tell_problems(problems: list[LogProblem], count: int) -> None:
    """Name bad lines by number: the first ones with what is wrong, the next ones compactly, the rest by their count."""
    for problem in problems[:_TOLD]:
        _say(f"line {problem.line}: {problem.message}")
    if rest := [problem.line for problem in problems[_TOLD:]]:
        _say(f"also lines {ranges(rest)}")
    if count > len(problems):
        _say(f"and {count - len(problems)} more lines")


def ranges(numbers: list[int]) -> str:
    """Ascending numbers as people write them: `29, 31-33`."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1][1:] = [number]
        else:
            spans.append([number])
    return ", ".join("-".join(map(str, span)) for span in spans)


class _Instant(click.ParamType[datetime]):
    name = "instant"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return parse_instant(value if "T" in value else f"{value}T00:00:00Z")
        except ValueError:
            self.fail(f"{value!r} is no day or instant: write 2026-11-02 or 2026-11-02T09:00:00Z", param, ctx)


@group.command("export")
@click.option("--site", default="", help="Which site, where there are several.")
@click.option("--from", "since", type=_Instant(), help="Visits that began on this day or later.")
@click.option("--to", "until", type=_Instant(), help="Visits that began before this day.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write; else standard output.")
@data_option
def export(site: str, since: datetime | None, until: datetime | None, output: Path | None, data: Path | None) -> None:
    """Write the recorded visits as a visit log, in order of their start."""
    from overture.accounts.model import SYSTEM
    from overture.cli.house import settings_of, there
    from overture.visits.export import exported
    from overture.web.wiring import House

    async def work(out: IO[bytes]) -> int:
        house = House(there(settings_of(data)))
        await house.start()
        try:
            name = await house.store.read(the_only_site, site)
            count = 0
            async for line in exported(house.store, SYSTEM, name, since, until):
                out.write(line)
                count += 1
            return count
        finally:
            await house.stop()

    with _output(output) as out:
        count = asyncio.run(work(out))
    _say(f"{count} visits written")


def the_only_site(tx: Tx, name: str) -> str:
    """The site that is meant: the one named, or the only one there is."""
    from overture.accounts import service as accounts
    from overture.accounts.model import SYSTEM

    if name:
        return accounts.the_site(tx, name).id
    sites = accounts.sites(tx, SYSTEM)
    if len(sites) != 1:
        known = ", ".join(site.id for site in sites) or "none yet: add one with overture site add"
        raise click.UsageError(f"name the site with --site; there are {known}")
    return sites[0].id
