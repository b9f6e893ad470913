"""`overture serve`."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click
import uvloop

from overture import worker
from overture.cli.house import data_option, settings_of
from overture.config import Settings
from overture.web import serve as web
from overture.web.wiring import House


@click.command()
@click.option("--host", help="Address to listen on (127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on (8000).")
@data_option
def serve(host: str | None, port: int | None, data: Path | None) -> None:
    """Serve the operation: API, console, widget and worker in one process."""
    settings = settings_of(data, host=host, port=port, log_level=None)
    sock = web.bind(settings.host, settings.port)
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(_serve(settings, sock))


async def _serve(settings: Settings, sock: web.Socket) -> None:
    house = House(settings)
    address = f"http://{settings.host}:{sock.getsockname()[1]}"

    def ready() -> None:
        click.echo(f"Overture answers at {address} (console: {address}/console/)")

    await web.serve(house, sock, _work, ready=ready)


async def _work(house: House) -> None:
    await worker.work(house.store, worker.Job("store_left_out_looks", 60, house.look.flush))
