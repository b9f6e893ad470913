"""`overture site|user|token add`: accounts from the server's own shell."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import cast

import click
import msgspec

from overture.accounts import routes, service
from overture.accounts.model import SCOPES, SYSTEM, Membership, Role, Scope, Site, User
from overture.accounts.passwords import hash_password
from overture.accounts.permissions import SCOPE_MEANINGS
from overture.cli.house import begin, data_option, run, settings_of
from overture.store import Tx


@click.group()
def site() -> None:
    """Websites that show the chat."""


@site.command("add")
@click.argument("name")
@click.option("--origin", "origins", multiple=True, required=True, help="As in https://shop.example; repeat for more.")
@data_option
def add_site(name: str, origins: tuple[str, ...], data: Path | None) -> None:
    """Add the site NAME (a-z, 0-9 and -) and print its snippet."""
    site: Site = begin(data, service.add_site, SYSTEM, name, name, list(origins))
    click.echo(routes.snippet(settings_of(data).public_url, site.key))


@site.command("list")
@data_option
def list_sites(data: Path | None) -> None:
    """List the sites with their keys."""
    for site in run(data, service.sites, SYSTEM):
        click.echo(f"{site.id}\t{site.key}\t{' '.join(site.origins)}")


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice(["admin", "manager", "agent", "partner_agent"]), required=True)
@click.option("--team", "teams", multiple=True, help="TEAM, or SITE/TEAM where there are several sites; repeat.")
@click.option("--name", default="", help="Shown to visitors and colleagues.")
@click.option("--language", default="en", show_default=True, help="Of the invite and the console: en, fi or sv.")
@click.option("--password-stdin", is_flag=True, help="Read a password from standard input instead of inviting.")
@data_option
def add_user(
    email: str, role: str, teams: tuple[str, ...], name: str, language: str, password_stdin: bool, data: Path | None
) -> None:
    """Add the user EMAIL and print the invite link (or set a password from standard input)."""
    password_hash = ""
    if password_stdin:
        given = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        password_hash = hash_password(given)

    def command(tx: Tx) -> str:
        added: User = service.add_user(tx, SYSTEM, email, name, cast(Role, role), _memberships(tx, teams), language)
        if password_hash:
            service.set_password(tx, added.id, password_hash)
            return ""
        return service.invite(tx, SYSTEM, added.id)

    token = begin(data, command)
    click.echo(routes.console_link(settings_of(data), "invite", token) if token else f"{email} can sign in")


def _memberships(tx: Tx, teams: tuple[str, ...]) -> list[Membership]:
    sites = service.sites(tx, SYSTEM)
    found = []
    for text in teams:
        site, slash, team = text.rpartition("/")
        if not slash and len(sites) != 1:
            raise click.UsageError(f"--team {text}: name the site too, as in SITE/{text}")
        found.append(Membership(site or sites[0].id, team))
    return found


@click.group()
def token() -> None:
    """API tokens for programs."""


_SCOPES_IN_WORDS = "\b\nScopes:\n" + "\n".join(f"  {scope}: {meaning}" for scope, meaning in SCOPE_MEANINGS.items())


@token.command("add", epilog=_SCOPES_IN_WORDS)
@click.argument("name")
@click.option("--scope", type=click.Choice(SCOPES), required=True, help="What it may do; see below.")
@click.option("--site", "site_id", default="", help="Confine it to one site.")
@click.option("--json", "as_json", is_flag=True)
@data_option
def add_token(name: str, scope: str, site_id: str, as_json: bool, data: Path | None) -> None:
    """Make the token NAME and print it; it is told only now."""
    secret, info = run(data, service.add_token, SYSTEM, name, cast(Scope, scope), site_id)
    click.echo(msgspec.json.encode({"token": secret, "info": info}).decode() if as_json else secret)
