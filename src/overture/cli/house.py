"""What the commands share: settings with `--data`, and one command on the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click

from overture.config import Settings, load_settings
from overture.store import Tx
from overture.web.logs import set_up_logs
from overture.web.wiring import House

P = ParamSpec("P")
R = TypeVar("R")

data_option = click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the embedded database."
)


def settings_of(data: Path | None, **overrides: Any) -> Settings:
    """Settings from the environment and the command line, with logging set up after them."""
    settings = load_settings(data=data, **overrides)
    set_up_logs(settings.log_level, settings.log_format)
    return settings


def run(data: Path | None, command: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Open the house, run one command, close it; a server may be running beside."""

    async def work() -> R:
        house = House(settings_of(data))
        await house.start()
        try:
            return await house.store.run(command, *args, **kwargs)
        finally:
            await house.stop()

    return asyncio.run(work())


def read(data: Path | None, query: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Open the house, run one query, close it."""

    async def work() -> R:
        house = House(settings_of(data))
        await house.start()
        try:
            return await house.store.read(query, *args, **kwargs)
        finally:
            await house.stop()

    return asyncio.run(work())
