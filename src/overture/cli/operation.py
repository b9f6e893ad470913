"""`overture backup|restore|doctor`: keeping the server well."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from overture.cli.house import data_option, settings_of, there
from overture.store import backup as backups
from overture.store.engine import database_url
from overture.web import doctor as checks


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@data_option
def backup(file: Path, data: Path | None) -> None:
    """Write everything to FILE while the server runs. Restores into SQLite or PostgreSQL."""
    made = backups.backup(database_url(there(settings_of(data)).database), file)
    click.echo(f"{file}: {made.rows} rows of {made.tables} tables, {file.stat().st_size} bytes, verified")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_option
def restore(file: Path, data: Path | None) -> None:
    """Restore FILE into an empty database, after verifying it."""
    made = backups.restore(database_url(settings_of(data).database), file)
    click.echo(f"{file}: {made.rows} rows of {made.tables} tables restored and verified")


@click.command()
@click.option("--json", "as_json", is_flag=True)
@data_option
@click.pass_context
def doctor(context: click.Context, as_json: bool, data: Path | None) -> None:
    """Look for what is wrong, and say the way out."""
    findings = checks.examine(settings_of(data))
    if as_json:
        click.echo(msgspec.json.encode(findings).decode())
    else:
        for finding in findings:
            way_out = f": {finding.way_out}" if finding.way_out else ""
            click.echo(f"{finding.verdict:5} {finding.what}{way_out}")
    if any(finding.verdict == "bad" for finding in findings):
        context.exit(1)
