"""What the commands share: settings with `--data`, and one command on the database."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click

from overture.config import Settings, load_settings
from overture.kit.errors import Invalid
from overture.store import Tx
from overture.store.engine import database_url
from overture.web.logs import set_up_logs
from overture.web.wiring import House


class NoData(Invalid):
    """No database where one was said to be."""

    code = "no_data"


P = ParamSpec("P")
R = TypeVar("R")

data_option = click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the embedded database."
)


def settings_of(data: Path | None, **overrides: Any) -> Settings:
    """Settings from the environment and the command line, with logging set up after them.

    A command says what is wrong in one line of its own; it logs only if OVERTURE_LOG_LEVEL asks for that. A server
    names a `log_level`, None for the usual one.
    """
    overrides.setdefault("log_level", os.environ.get("OVERTURE_LOG_LEVEL") or "error")
    settings = load_settings(data=data, **overrides)
    set_up_logs(settings.log_level, settings.log_format)
    return settings


def run(data: Path | None, command: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Open the house, run one command, close it; a server may be running beside. NoData where there is no database."""
    return asyncio.run(_run(there(settings_of(data)), command, *args, **kwargs))


def begin(data: Path | None, command: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The same for a command with which one begins: it makes the database where there is none."""
    return asyncio.run(_run(settings_of(data), command, *args, **kwargs))


async def _run(settings: Settings, command: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    house = House(settings)
    await house.start()
    try:
        return await house.store.run(command, *args, **kwargs)
    finally:
        await house.stop()


def read(data: Path | None, query: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Open the house, run one query, close it. NoData where there is no database."""

    async def work() -> R:
        house = House(there(settings_of(data)))
        await house.start()
        try:
            return await house.store.read(query, *args, **kwargs)
        finally:
            await house.stop()

    return asyncio.run(work())


def there(settings: Settings) -> Settings:
    """The settings, if there is a database to work on: a mistyped folder must not become a new one. NoData."""
    url = database_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise NoData(
            f"There is no Overture in {settings.data}: name its folder with --data or OVERTURE_DATA, or begin one with"
            " overture site add"
        )
    return settings
