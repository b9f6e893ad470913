"""Whatever the API's own description allows is answered as described, without a 5xx, refusals in the one shape."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from overture import demo
from overture.config import Settings
from overture.web.app import make_litestar
from overture.web.openapi import description
from overture.web.wiring import House

OVERTURE = str(Path(sys.executable).with_name("overture"))
PLAN = Path(demo.__file__).with_name("plan.yaml")
RETRY_CODES = {429, 503}
AS_DESCRIBED = [status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A real server with a site and a plan; its address and an admin token."""
    data = str(tmp_path_factory.mktemp("served"))

    def overture(*arguments: str) -> str:
        done = subprocess.run([OVERTURE, *arguments, "--data", data], check=True, capture_output=True, text=True)
        return done.stdout.strip()

    overture("site", "add", "nordic-bikes", "--origin", "http://shop.test")
    overture("plan", "publish", str(PLAN))
    token = overture("token", "add", "fuzz", "--scope", "admin")
    server = subprocess.Popen(
        [OVERTURE, "serve", "--port", "0", "--data", data],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OVERTURE_LOG_LEVEL": "error"},
    )
    assert server.stdout is not None
    found = re.search(r"http://\S+:\d+", server.stdout.readline())
    assert found, "the server did not say where it answers"
    yield found.group(), token
    server.send_signal(signal.SIGTERM)
    assert server.wait(20) == 0


def operations() -> dict[str, Any]:
    """Every operation of the API, by method and path; the description is made without a server."""
    house = House(Settings(data=Path(tempfile.mkdtemp(prefix="overture-openapi-"))))
    described = description(make_litestar(house))
    schema = schemathesis.openapi.from_dict(described)
    found = (result.ok() for result in schema.get_all_operations())
    return {f"{operation.method.upper()} {operation.path}": operation for operation in found}


OPERATIONS = operations()


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_request_breaks_the_server(name: str, served: tuple[str, str]) -> None:
    address, token = served

    @given(case=OPERATIONS[name].as_strategy())
    @settings(max_examples=8, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck),
              phases=(Phase.explicit, Phase.generate))  # fmt: skip
    def ask(case: schemathesis.Case) -> None:
        answer = case.call(base_url=address, headers={"Authorization": f"Bearer {token}"})
        if answer.status_code in RETRY_CODES:
            assert int(answer.headers["retry-after"][0]) >= 1
        else:
            assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            error = answer.json()["error"]
            assert set(error) == {"code", "message", "details"}
            assert error["message"]
        case.validate_response(answer, checks=AS_DESCRIBED)

    ask()


CLOSED = [name for name in sorted(OPERATIONS) if OPERATIONS[name].definition.raw.get("security") != [{}]]


@pytest.mark.parametrize("name", CLOSED)
def test_what_is_not_described_as_open_asks_who_it_is(name: str, served: tuple[str, str]) -> None:
    address, _ = served

    @given(case=OPERATIONS[name].as_strategy())
    @settings(max_examples=2, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck),
              phases=(Phase.explicit, Phase.generate))  # fmt: skip
    def ask(case: schemathesis.Case) -> None:
        case.headers.pop("Authorization", None)
        case.cookies.clear()
        assert case.call(base_url=address).status_code == 401

    ask()


def test_few_operations_are_open() -> None:
    assert sorted(set(OPERATIONS) - set(CLOSED)) == [
        "GET /api/v1/plan/schema",
        "GET /api/v1/session",
        "GET /healthz",
        "GET /metrics",
        "GET /readyz",
        "POST /api/v1/invites/accept",
        "POST /api/v1/invites/read",
        "POST /api/v1/password-resets",
        "POST /api/v1/password-resets/accept",
        "POST /api/v1/session",
    ]
