"""Settings: one frozen struct from the environment, with defaults that serve one machine."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from overture.kit.addresses import BadNetwork, Network, networks
from overture.kit.errors import Invalid

PREFIX = "OVERTURE_"
_YES = ("1", "true", "yes", "on")
_NO = ("", "0", "false", "no", "off")


class BadSetting(Invalid):
    """An environment variable can't be used."""

    code = "bad_setting"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that can be set, one field a variable: `database_url` is `OVERTURE_DATABASE_URL`.

    `data` is the folder of the embedded database and of the secret made at the first start. `secret` signs
    invite links and calendar files; `public_url` is what visitors' browsers reach us by. `trust_proxy` names
    the networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.
    """

    data: Path = Path("var/overture")
    database_url: str = ""
    bus_url: str = "local:"
    secret: str = ""
    public_url: str = "http://127.0.0.1:8000"
    smtp_url: str = ""
    mail_from: str = "overture@localhost"
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 8000
    log_level: str = "info"
    log_format: str = "console"
    trust_proxy: str = ""
    database_pool: Annotated[int, msgspec.Meta(ge=2)] = 8
    metrics_token: str = ""

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force: the one set, or SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data / 'overture.db'}"

    @property
    def trusted_networks(self) -> tuple[Network, ...]:
        """The networks whose proxies are believed. BadSetting says which is none."""
        text = self.trust_proxy.strip()
        if text.lower() in _NO:
            return ()
        try:
            return networks(text)
        except BadNetwork as error:
            way_out = (
                ": believing every peer let anybody choose an address; name your proxies' networks, as in"
                " OVERTURE_TRUST_PROXY=127.0.0.0/8,10.0.0.0/8"
                if text.lower() in _YES
                else ""
            )
            problem = f"{text} is no list of networks" if way_out else str(error)
            raise BadSetting(f"OVERTURE_TRUST_PROXY: {problem}{way_out}", variable="OVERTURE_TRUST_PROXY") from None


def load_settings(environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Settings from the environment; `overrides` (from the command line) win. BadSetting names the variable."""
    environ = os.environ if environ is None else environ
    raw: dict[str, object] = {}
    for field in msgspec.structs.fields(Settings):
        if (text := environ.get(PREFIX + field.name.upper())) is not None:
            raw[field.name] = text
    raw.update({name: value for name, value in overrides.items() if value is not None})
    try:
        settings = msgspec.convert(raw, Settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).rpartition(" - at `$.")
        variable = PREFIX + place.rstrip("`").upper()
        raise BadSetting(f"{variable}: {_plain(problem, raw.get(place.rstrip('`')))}", variable=variable) from None
    return _checked(settings)


def _plain(problem: str, text: object) -> str:
    """What is wrong with a setting's text, in a person's words."""
    for kind, word in (("int", "a whole number"), ("float", "a number"), ("bool", "true or false")):
        if problem.startswith(f"Expected `{kind}`, got"):
            return f"{str(text)[:80]!r} is not {word}"
    if found := re.fullmatch(r"Expected `(?:int|float)` ([<>])=? (\S+)", problem):
        return f"{str(text)[:80]} is {'less' if found[1] == '>' else 'more'} than {found[2]}"
    return problem.replace("Expected", "expected", 1)


def _checked(settings: Settings) -> Settings:
    settings.trusted_networks  # noqa: B018 - says what is wrong with them
    try:
        parts = urlsplit(settings.public_url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise BadSetting(
            f"OVERTURE_PUBLIC_URL: {settings.public_url!r} is no web address: write where visitors' browsers reach us,"
            " as in https://chat.example",
            variable="OVERTURE_PUBLIC_URL",
        )
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        raise BadSetting(
            f"OVERTURE_PUBLIC_URL: {settings.public_url!r} lies below a path, where Overture can't be served yet (its"
            f" scripts, socket and console have addresses of their own): give it a host of its own, as in {origin}",
            variable="OVERTURE_PUBLIC_URL",
        )
    return settings


def _decode(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value))
    raise NotImplementedError(kind)
