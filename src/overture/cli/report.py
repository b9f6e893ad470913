"""`overture report NAME`: what happened in a period, for a terminal, a spreadsheet or a program."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from overture.accounts.model import SYSTEM
from overture.cli.house import data_option, read
from overture.cli.visits import the_only_site
from overture.insight.reports import REPORTS, Report
from overture.insight.reports import report as make
from overture.insight.tables import as_csv, as_text
from overture.store import Tx


@click.command()
@click.argument("name", type=click.Choice(list(REPORTS)))
@click.option("--from", "since", metavar="D", help="First day, as in 2026-11-01, or an instant [30 days ago].")
@click.option("--to", "until", metavar="D", help="Last day, or an instant [today].")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_table", is_flag=True, help="Print CSV.")
@click.option("--site", default="", help="Which site, where there are several.")
@data_option
def report(
    name: str, since: str | None, until: str | None, as_json: bool, as_table: bool, site: str, data: Path | None
) -> None:
    """Print a report: counts of the period (overview), or promises due, leads begun, orders made in it."""
    if as_json and as_table:
        raise click.UsageError("--json and --csv are two forms of one answer: choose one")

    def query(tx: Tx) -> Report:
        return make(tx, SYSTEM, the_only_site(tx, site), name, since, until)

    found = read(data, query)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found.data), indent=2).decode())
    elif as_table:
        click.echo(as_csv(found.table), nl=False)
    else:
        click.echo(f"{name}, {found.period.since:%Y-%m-%d %H:%M} to {found.period.until:%Y-%m-%d %H:%M} UTC\n")
        click.echo(as_text(found.table))
