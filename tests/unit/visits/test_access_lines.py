"""Lines of every kind of access log say the same of the same request."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from overture.visits.access_lines import UNREADABLE, W3C, Hit, read_line, why_unreadable
from overture.visits.combined_log import Import, import_log
from overture.visits.log_files import BadLogFile

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0"
STAMP = "02/Nov/2026:09:00:01 +0200"
AT = 1793602801000
COMMON = f'10.0.0.1 - - [{STAMP}] "GET /a?x=1 HTTP/1.1" 200 512'
COMBINED = f'{COMMON} "https://shop.example/" "{FIREFOX}"'
CADDY = {
    "level": "info", "ts": AT / 1000, "logger": "http.log.access", "msg": "handled request", "status": 200, "size": 512,
    "request": {"remote_ip": "10.0.0.1", "client_ip": "10.0.0.1", "proto": "HTTP/2.0", "method": "GET",
                "host": "shop.example", "uri": "/a?x=1", "tls": {"version": 772},
                "headers": {"User-Agent": [FIREFOX], "Referer": ["https://shop.example/"]}},
}  # fmt: skip
NGINX = {
    "time_iso8601": "2026-11-02T09:00:01+02:00", "remote_addr": "10.0.0.1", "request": "GET /a?x=1 HTTP/1.1",
    "status": "200", "http_referer": "https://shop.example/", "http_user_agent": FIREFOX, "host": "shop.example",
}  # fmt: skip


def read(line: str) -> Hit:
    hit = read_line(line.encode() + b"\n")
    assert hit is not None
    return hit


@pytest.mark.parametrize(
    ("line", "host"),
    [
        (COMBINED, ""),
        (COMBINED + ' "0.002" "-"', ""),
        (f"shop.example:443 {COMBINED}", "https://shop.example"),
        (f"shop.example:80 {COMBINED}", "http://shop.example"),
        (f"shop.example {COMBINED}", "://shop.example"),
        (json.dumps(CADDY), "https://shop.example"),
        (json.dumps({**CADDY, "ts": "2026-11-02T07:00:01.000Z"}), "https://shop.example"),
        (json.dumps(NGINX), "://shop.example"),
        (json.dumps({**NGINX, "scheme": "https"}), "https://shop.example"),
        (json.dumps({**NGINX, "time_iso8601": None, "time_local": STAMP}), "://shop.example"),
        (json.dumps({**NGINX, "time_iso8601": None, "msec": "1793602801.000", "status": 200}), "://shop.example"),
        (json.dumps({**{key: value for key, value in NGINX.items() if key != "request"}, "request_method": "GET",
                     "request_uri": "/a?x=1"}), "://shop.example"),
    ],
)  # fmt: skip
def test_every_kind_of_line_tells_the_same(line: str, host: str) -> None:
    assert read(line) == Hit(b"10.0.0.1", AT, "GET", "/a?x=1", 200, "https://shop.example/", FIREFOX, host)


@pytest.mark.parametrize(
    ("line", "address"),
    [
        (COMBINED.replace("10.0.0.1", "2001:db8::1"), b"2001:db8::1"),
        (COMBINED.replace("10.0.0.1", "dsl.provider.example"), b"dsl.provider.example"),
        (COMBINED.replace("10.0.0.1 - -", "10.0.0.1 - Jane Doe"), b"10.0.0.1"),
        (COMBINED.replace("10.0.0.1 - -", "10.0.0.1 - jane@shop.example"), b"10.0.0.1"),
        ("shop.example:443 " + COMBINED.replace("10.0.0.1", "2001:db8::1"), b"2001:db8::1"),
        (COMBINED.replace("10.0.0.1", "::1"), b"::1"),
    ],
)
def test_the_address_is_found(line: str, address: bytes) -> None:
    assert read(line).address == address


def test_a_line_that_names_no_browser_says_so() -> None:
    assert (read(COMMON).names_browsers, read(COMBINED).names_browsers) == (False, True)
    without = {key: value for key, value in NGINX.items() if key != "http_user_agent"}
    assert not read(json.dumps(without)).names_browsers


def test_what_servers_escape_is_as_it_was() -> None:
    line = COMBINED.replace("/a?x=1", r"/\xC3\xA4?q=\"a\"").replace(FIREFOX, r"A \"B\" \x22C\x22 \\ D")
    assert (read(line).target, read(line).agent) == ('/ä?q="a"', 'A "B" "C" \\ D')


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("#Fields: date time s-ip cs-method cs-uri-stem sc-status", W3C),
        ("2026-11-02 07:00:01 10.0.0.1 GET / - 443 - 10.0.0.2 Mozilla/5.0 - 200 0 0 15", W3C),
        ("hello", UNREADABLE),
        ("{}", UNREADABLE),
        ('{"a": [', UNREADABLE),
        ("{" * 100_000, UNREADABLE),
    ],
)
def test_what_is_not_read_is_told_by_its_name(line: str, why: str) -> None:
    assert read_line(line.encode()) is None
    assert why_unreadable(line.encode()) == why


@pytest.mark.parametrize("piece", ["a ", '"', "[", "\\", "1.", "::", "x" * 10, '" "', "{", '\\"'])
def test_the_worst_line_is_read_in_time_of_its_length(piece: str) -> None:
    read_line((piece * (60_000 // len(piece))).encode())
    read_line((COMBINED + " " + piece * (60_000 // len(piece))).encode())
    read_line((f'10.0.0.1 - - [{STAMP}] "' + piece * (60_000 // len(piece))).encode())


def lines(day: int, *, agent: str = FIREFOX) -> str:
    return "".join(
        COMBINED.replace("02/Nov", f"{day:02}/Nov").replace("09:00:01", f"09:{n:02}:01").replace(FIREFOX, agent) + "\n"
        for n in range(3)
    )


def imported(*files: Path, **options: Any) -> tuple[list[Any], Import]:
    result = Import()
    return list(import_log([*files], result, **options)), result


def test_rotated_and_packed_files_are_one_log(tmp_path: Path) -> None:
    new, old, oldest = (tmp_path / name for name in ("access.log", "access.log.1", "access.log.2.gz"))
    new.write_text(lines(4))
    old.write_text(lines(3))
    oldest.write_bytes(gzip.compress(lines(2).encode()))
    visits, result = imported(new, old, oldest)
    assert [visit.started.day for visit in visits] == [2, 3, 4]
    assert (result.pages, result.visitors, result.late, result.left_out.bad) == (9, 1, 0, 0)


def test_a_bomb_a_torn_file_and_other_packings_are_told(tmp_path: Path) -> None:
    bomb, torn, other = (tmp_path / name for name in ("bomb.gz", "torn.gz", "other.bz2"))
    bomb.write_bytes(gzip.compress(b"x" * (80 << 20)))
    torn.write_bytes(gzip.compress(lines(2).encode() * 50)[:-40])
    other.write_bytes(b"BZh91AY&SY")
    for file, said in ((bomb, "times its size"), (torn, "cut short"), (other, "bzip2")):
        with pytest.raises(BadLogFile, match=said):
            imported(file)


def test_what_is_a_page(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    statuses = [200, 203, 304, 101, 201, 204, 206, 301, 404, 500]
    asked = [COMBINED.replace(" 200 ", f" {status} ") for status in statuses]
    asked += [COMBINED.replace("GET", method) for method in ("HEAD", "POST", "OPTIONS")]
    log.write_text("\n".join([*asked, COMMON]) + "\n")
    _, result = imported(log)
    left = result.left_out
    assert (result.pages, left.assets, left.redirects, left.errors, left.methods, left.unnamed) == (3, 4, 1, 2, 3, 1)


def test_the_page_is_of_the_host_that_was_asked(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text(f"shop.example:443 {COMBINED}\nblog.example {COMBINED}\n")
    visits, _ = imported(log, origin="https://shop.example")
    assert [event.url for event in visits[0].events[:2]] == ["https://shop.example/a?x=1", "https://blog.example/a?x=1"]
