"""Settings: one frozen struct from the environment, with defaults that serve one machine."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from overture.kit.errors import Invalid

PREFIX = "OVERTURE_"


class BadSetting(Invalid):
    """An environment variable can't be used."""

    code = "bad_setting"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that can be set, one field a variable: `database_url` is `OVERTURE_DATABASE_URL`.

    `data` is the folder of the embedded database and of the secret made at the first start. `secret` signs
    invite links and calendar files; `public_url` is what visitors' browsers reach us by. `trust_proxy` takes
    the client's address from X-Forwarded-For.
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
    trust_proxy: bool = False
    database_pool: Annotated[int, msgspec.Meta(ge=2)] = 8
    metrics_token: str = ""

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force: the one set, or SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data / 'overture.db'}"


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
    return settings


def _decode(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value))
    raise NotImplementedError(kind)
