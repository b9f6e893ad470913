"""Mail going out by SMTP."""

from __future__ import annotations

from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog

from overture.kit.errors import Invalid

_log = structlog.get_logger(__name__)
TIMEOUT_S = 20
LONGEST_REASON = 300


class BadMailServer(Invalid):
    """The mail server's address can't be used."""

    code = "bad_setting"


class Mailer:
    """Sends plain text through one server: `smtp://USER:PASSWORD@HOST:587` (TLS if offered) or `smtps://…:465`."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise BadMailServer("OVERTURE_SMTP_URL: write smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST")
        self._sender = sender
        self._host = parts.hostname
        self._tls = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls else 587)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None

    async def send(self, to: str, subject: str, text: str) -> bool:
        """Hand one message over; False, with the reason in the log, if the server does not take it."""
        return not await self.deliver(to, subject, text)

    async def deliver(self, to: str, subject: str, text: str) -> str:
        """Hand one message over: "" when the server has taken it, else why it has not, in its own words."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, to, subject
        message.set_content(text)
        try:
            await aiosmtplib.send(
                message,
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._tls,
                start_tls=None,
                timeout=TIMEOUT_S,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            _log.warning("mail_not_sent", subject=subject, reason=reason)
            return reason[:LONGEST_REASON]
        return ""
