"""`overture demo`."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

import click
import msgspec
import uvloop

from overture.cli.house import settings_of
from overture.config import Settings
from overture.demo import operation
from overture.demo.serve import DemoHouse, serve
from overture.web import serve as web

DATA = Path("var/demo")


class Addresses(msgspec.Struct, frozen=True):
    """Where everything is, and how to get in."""

    shop: str
    console: str
    api: str
    email: str
    password: str


@click.command()
@click.option("--port", type=click.IntRange(1, 65_534), default=8000, show_default=True,
              help="Overture's port; the shop takes the next one.")  # fmt: skip
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=DATA, show_default=True,
              help="Folder that keeps the demo.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON once it serves.")
def demo(port: int, data: Path, as_json: bool) -> None:
    """Everything at once: Overture, a shop with visitors, and four weeks of history."""
    # Stopped by either signal, the servers end first and then hand it on; it need not kill the process as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = _settings(port, data)
    with contextlib.suppress(KeyboardInterrupt):
        sock, shop_sock = _listen(settings.host, port), _listen(settings.host, port + 1, " (the demo shop's)")
        uvloop.run(serve(settings, sock, shop_sock, _tell, lambda house: _announce(house, as_json)))


def _settings(port: int, data: Path) -> Settings:
    """The demo is embedded whatever the environment says of databases, and quiet unless it is asked to speak."""
    public = os.environ.get("OVERTURE_PUBLIC_URL") or f"http://127.0.0.1:{port}"
    level = os.environ.get("OVERTURE_LOG_LEVEL") or "warning"
    return settings_of(data, port=port, public_url=public, database_url="", bus_url="local:", log_level=level)


def _listen(host: str, port: int, whose: str = "") -> web.Socket:
    """A socket that listens already, so that two demos can't both think that the port is theirs."""
    try:
        sock = web.bind(host, port)
        sock.listen(2048)
    except (web.PortTaken, OSError):
        way_out = "stop what listens there, or choose another, as in --port 8010"
        raise web.PortTaken(f"Port {port}{whose} is taken: {way_out}") from None
    return sock


def _tell(words: str) -> None:
    click.echo(words, err=True)


def _announce(house: DemoHouse, as_json: bool) -> None:
    own = house.settings.public_url.rstrip("/")
    there = Addresses(
        shop=f"{operation.origins_of(house.shop_port)[0]}/",
        console=f"{own}/console/",
        api=f"{own}/api/v1",
        email=operation.EMAIL,
        password=house.password,
    )
    if as_json:
        click.echo(msgspec.json.encode(there).decode())
        return
    colleagues = ", ".join(f"{person.email} ({' and '.join(person.teams)})" for person in operation.PEOPLE[1:])
    click.echo(f"""
  Overture is ready.

    Shop      {there.shop}
    Console   {there.console}
    API docs  {own}/api/docs

    Sign in   {there.email}
    Password  {there.password}
    Also      {colleagues}, same password

  To see it work: sign in, switch Available on, and be a visitor in another window:
    {there.shop}?utm_source=newsletter&utm_medium=email&utm_campaign=autumn-rides
  Look at two bikes, put one in the basket, and hesitate there for twenty seconds.

  Ctrl-C stops it. Everything is kept in {house.settings.data}/
""")
