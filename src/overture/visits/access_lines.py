"""One line of a web server's access log, in any of the formats that servers write by themselves.

Combined and common (Apache, nginx), either with the host before it; JSON of Caddy, of nginx as people write it, of
Traefik. W3C extended logs (IIS) are known and not read.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec

from overture.kit.clock import to_ms

W3C = "this is a W3C extended log (IIS), which is not read: have the server log in the combined format"
UNREADABLE = "it is in none of the formats that are read: combined, common, JSON of Caddy or nginx"
NO_BROWSER = "-"

# The worst line is read once: no two of these can share a character.
_LINE = re.compile(
    rb'(?:([^\s"\[\]]+) )?([^\s"\[\]]+) [^\s"\[\]]+ [^"\[\]]*\[([^\]"]{20,40})\] '
    rb'"((?:[^"\\]|\\.)*)" (\d{3}) (?:\d+|-)(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?'
)
_REQUEST = re.compile(r"([A-Za-z_-]+) (\S+)(?: HTTP/[\d.]+)?")
_ESCAPE = re.compile(r'\\(?:x([0-9A-Fa-f]{2})|([\\"\'bnrtvf]))')
_PLAIN = {"b": "\b", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "f": "\f"}
_ADDRESS = re.compile(rb"(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.%a-z]*")
_json = msgspec.json.Decoder()


class Hit(msgspec.Struct):
    """A request. `host` is where it was asked, `agent` "-" for a browser that is not named, "" if none could be."""

    address: bytes
    at_ms: int
    method: str
    target: str
    status: int
    referrer: str
    agent: str
    host: str = ""
    names_browsers: bool = True


def read_line(line: bytes) -> Hit | None:
    """The request a line tells of; None if it is in no format that is read."""
    return _json_line(line) if line.lstrip().startswith(b"{") else _text_line(line)


def why_unreadable(line: bytes) -> str:
    """What is wrong with a line that is not read."""
    fields = line.split()
    day = bool(fields) and re.fullmatch(rb"\d{4}-\d\d-\d\d", fields[0]) is not None
    w3c = day and len(fields) > 5 and re.fullmatch(rb"\d\d:\d\d:\d\d", fields[1]) is not None
    return W3C if w3c or line.startswith((b"#Fields:", b"#Software:", b"#Version:", b"#Date:")) else UNREADABLE


def _text_line(line: bytes) -> Hit | None:
    match = _LINE.match(line)
    if match is None:
        return None
    first, address, stamp, request, status, referrer, agent = match.groups()
    if first is not None and not _follows_host(first, address):
        first, address = None, first
    try:
        at = parsed(stamp.decode("ascii"), "%d/%b/%Y:%H:%M:%S %z")
    except (ValueError, UnicodeDecodeError):
        return None
    asked = _REQUEST.fullmatch(_unescaped(request))
    method, target = asked.groups() if asked else ("", "")
    return Hit(
        address=address,
        at_ms=to_ms(at),
        method=method.upper(),
        target=target,
        status=int(status),
        referrer=_unescaped(referrer or b"-"),
        agent=_unescaped(agent or b"-"),
        host=_host((first or b"").decode("ascii", "replace")),
        names_browsers=agent is not None or bool(line[match.end() :].strip()),
    )


def _follows_host(first: bytes, second: bytes) -> bool:
    """Whether a line begins with the host and then the address; mostly the address is first, and then a name."""
    if _ADDRESS.fullmatch(second):
        return True
    return _ADDRESS.fullmatch(first) is None and b"." in second and b"@" not in second


def _host(text: str) -> str:
    """The host as a page's address has it: without the ports that go without saying."""
    name, _, port = text.lower().partition(":") if text.count(":") == 1 else (text.lower(), "", "")
    if not name or name == "_":
        return ""
    scheme = "https" if port in ("443", "8443") else "http" if port else ""
    return f"{scheme}://{name}" + (f":{port}" if port not in ("", "80", "443") else "")


def _unescaped(raw: bytes) -> str:
    r"""What stood there before the server wrote `\"` and `\xNN` for it."""
    text = raw.decode("utf-8", "replace")
    if "\\" not in text:
        return text
    octets = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else _PLAIN.get(found[2], found[2]), text)
    if not re.search(r"\\x[89A-Fa-f]", text):
        return octets
    try:  # bytes of UTF-8, written one by one
        return octets.encode("latin-1").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return octets


# ---- JSON --------------------------------------------------------------------------------------------------


def _json_line(line: bytes) -> Hit | None:
    try:
        told = _json.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    request = told.get("request")
    return _caddy(told, request) if isinstance(request, dict) else _flat(told)


def _caddy(told: dict[str, Any], request: dict[str, Any]) -> Hit | None:
    headers = request.get("headers")
    headers = {name.lower(): value for name, value in headers.items()} if isinstance(headers, dict) else {}

    def header(name: str) -> str:
        value = headers.get(name)
        return str(value[0] if isinstance(value, list) and value else value or "-")

    address = (
        request.get("client_ip") or request.get("remote_ip") or str(request.get("remote_addr", "")).rpartition(":")[0]
    )
    host = str(request.get("host") or "")
    secure = "tls" in request or host.endswith(":443")
    return _hit(
        address,
        told.get("ts"),
        (request.get("method"), request.get("uri")),
        told.get("status"),
        header("referer"),
        header("user-agent"),
        f"{'https' if secure else 'http'}://{host.removesuffix(':443').removesuffix(':80')}" if host else "",
    )


_NAMES = {
    "address": ("remote_addr", "client_ip", "remote_ip", "http_x_forwarded_for", "clienthost", "client", "ip"),
    "at": ("time_iso8601", "time_local", "msec", "timestamp", "@timestamp", "startutc", "time", "ts", "date"),
    "request": ("request", "request_line"),
    "method": ("request_method", "method", "requestmethod", "verb"),
    "target": ("request_uri", "uri", "requestpath", "path", "url"),
    "status": ("status", "status_code", "downstreamstatus", "response", "code"),
    "referrer": ("http_referer", "http_referrer", "referer", "referrer", "request_referer"),
    "agent": ("http_user_agent", "user_agent", "useragent", "agent", "request_user-agent", "request_user_agent"),
    "host": ("host", "http_host", "server_name", "vhost", "requesthost"),
}  # fmt: skip


def _flat(told: dict[str, Any]) -> Hit | None:
    """A JSON log with a name a value, as nginx is told to write one; names as servers call them."""
    lower = {str(name).lower(): value for name, value in told.items()}

    def value(of: str) -> Any:
        return next((lower[name] for name in _NAMES[of] if lower.get(name) not in (None, "")), None)

    asked = _REQUEST.fullmatch(str(value("request") or ""))
    pair = (asked[1], asked[2]) if asked else (value("method"), value("target"))
    scheme = str(lower.get("scheme") or lower.get("requestscheme") or "")
    host = str(value("host") or "")
    where = (f"{scheme}://{host}" if scheme in ("http", "https") else _host(host)) if host else ""
    agent = value("agent")
    hit = _hit(
        value("address"), value("at"), pair, value("status"), str(value("referrer") or "-"), str(agent or "-"), where
    )
    named = any(name in lower for name in _NAMES["agent"])
    return hit and msgspec.structs.replace(hit, names_browsers=named)


def _hit(address: Any, at: Any, pair: tuple[Any, Any], status: Any, referrer: str, agent: str, host: str) -> Hit | None:
    at_ms = _instant(at)
    try:
        code = int(status)
    except (TypeError, ValueError):
        return None
    if at_ms is None or not address or not 100 <= code <= 999:
        return None
    method, target = (str(one or "") for one in pair)
    return Hit(str(address).encode(), at_ms, method.upper(), target, code, referrer, agent, host)


def _instant(at: Any) -> int | None:
    """Seconds since 1970, ISO 8601 with an offset, or the common log's own form."""
    if isinstance(at, str) and re.fullmatch(r"\d{9,11}(\.\d+)?", at):
        at = float(at)
    if isinstance(at, int | float) and not isinstance(at, bool):
        seconds = at / 1000 if at > 100_000_000_000 else at
        return round(seconds * 1000) if 0 < seconds < 100_000_000_000 else None
    text = str(at)
    try:
        found = parsed(text, "%d/%b/%Y:%H:%M:%S %z") if "/" in text else datetime.fromisoformat(text)
        return to_ms(found) if found.tzinfo else None
    except ValueError:
        return None


def parsed(text: str, form: str) -> datetime:
    """An instant with its offset. ValueError."""
    return datetime.strptime(text, form)  # noqa: DTZ007 - the forms that come here have %z
