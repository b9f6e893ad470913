"""What route handlers of every domain ask the app for, by type."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter

from overture.accounts.authentication import Authenticator
from overture.accounts.model import Actor
from overture.config import Settings
from overture.kit.mail import Mailer
from overture.kit.pagination import DEFAULT_LIMIT, MAX_LIMIT
from overture.store import Store

TheStore = NamedDependency[Store]
TheActor = NamedDependency[Actor]
TheSettings = NamedDependency[Settings]
TheMailer = NamedDependency[Mailer | None]
TheAuthenticator = NamedDependency[Authenticator]

Cursor = Annotated[str | None, QueryParameter(max_length=1_000, description="`next` of the page before")]
Limit = Annotated[
    int | None, QueryParameter(ge=1, le=MAX_LIMIT, description=f"how many at the most; {DEFAULT_LIMIT} if left out")
]

MOST: Final = 2**31 - 1  # an INTEGER of both databases
Number = Annotated[int, msgspec.Meta(ge=0, le=MOST)]
"""A version or revision in a body."""
NumberInPath = Annotated[int, PathParameter(ge=0, le=MOST)]
NumberInQuery = Annotated[int, QueryParameter(ge=0, le=MOST)]
MaybeNumberInQuery = Annotated[int | None, QueryParameter(ge=0, le=MOST)]

OPEN: Final[list[dict[str, list[str]]]] = [{}]
"""`security=OPEN`: an operation for everybody, signed in or not."""
