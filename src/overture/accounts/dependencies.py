"""What route handlers of every domain ask the app for, by type."""

from __future__ import annotations

from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import QueryParameter

from overture.accounts.authentication import Authenticator
from overture.accounts.model import Actor
from overture.config import Settings
from overture.kit.mail import Mailer
from overture.store import Store

TheStore = NamedDependency[Store]
TheActor = NamedDependency[Actor]
TheSettings = NamedDependency[Settings]
TheMailer = NamedDependency[Mailer | None]
TheAuthenticator = NamedDependency[Authenticator]

Cursor = Annotated[str | None, QueryParameter(description="`next` of the page before")]
Limit = Annotated[int | None, QueryParameter(description="how many at the most (50; up to 200)")]
