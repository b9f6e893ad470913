"""Clients that others' generators make of the API's description: each operation asks what the server takes.

The description is the served one; each client calls every operation of a real server with the least that the
description demands (and more where only the meaning tells what is right). An operation that is added later is called
too; a refusal is fine where there is nothing of that id, "this request can't be read" never is.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from overture import demo

BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[3]
PLAN = Path(demo.__file__).with_name("plan.yaml")
SITE = "nordic-bikes"
SOON = (datetime.now(UTC) + timedelta(days=1)).isoformat()
# What the types do not tell: values that mean something here. By the body's class, then by the parameter's name.
MEANT: dict[str, dict[str, Any]] = {
    "NewSite": {"id": "second", "name": "Second", "origins": ["https://second.example"]},
    "NewUser": {"email": "new@example.com", "role": "agent"},
    "ResetRequest": {"email": "new@example.com"},
    "NewToken": {"name": "shop", "scope": "orders"},
    "OrderBody": {"id": "A-1", "value": 349.0, "currency": "EUR"},
    "BookingBody": {"kind": "test_ride", "team": "bike-sales", "starts_at": SOON},
    "CannedReplyDraft": {"shortcut": "hello", "text": {"en": "Hello", "fi": "Moi", "sv": "Hej"}},
    "RollBack": {"version": 1},
}
PARAMETERS: dict[str, Any] = {"site": SITE, "version": 1, "revision": 0, "at": 0.0}
UNREADABLE = {"bad_request", "not_found_here", "method_not_allowed"}


class Call(NamedTuple):
    """An operation with what to send."""

    id: str
    method: str
    path: str
    parameters: dict[str, Any]
    body: str
    value: Any


def calls(document: dict[str, Any]) -> list[Call]:
    """Every operation, those that take something away last."""
    found = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
            wanted = [each for each in operation.get("parameters", []) if each.get("required")]
            parameters = {
                each["name"]: PARAMETERS.get(each["name"], least(document, each["schema"])) for each in wanted
            }
            value = MEANT.get(name) or (least(document, {"$ref": f"#/components/schemas/{name}"}) if name else None)
            found.append(Call(operation["operationId"], method, path, parameters, name, value))
    return sorted(found, key=lambda call: (call.method == "delete", "rotate" in call.path))


def least(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """The least value that a schema allows."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        return schema["enum"][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return least(document, schema[several][0])
    kind = schema.get("type")
    if kind == "object":
        return {name: least(document, schema["properties"][name]) for name in schema.get("required", [])}
    if kind == "string":
        return SOON if schema.get("format") == "date-time" else "x" * max(1, schema.get("minLength", 1))
    return {"integer": schema.get("minimum", 1), "number": 1.0, "boolean": True, "array": []}.get(str(kind))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A real server with a site and a plan; its address and an admin token."""
    data = str(tmp_path_factory.mktemp("clients"))

    def overture(*arguments: str) -> str:
        done = subprocess.run(
            [BIN / "overture", *arguments, "--data", data], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    overture("site", "add", SITE, "--origin", "http://shop.test")
    overture("plan", "publish", str(PLAN))
    token = overture("token", "add", "clients", "--scope", "admin")
    environment = {**os.environ, "OVERTURE_LOG_LEVEL": "error"}
    server = subprocess.Popen([BIN / "overture", "serve", "--port", "0", "--data", data],
                              stdout=subprocess.PIPE, text=True, env=environment)  # fmt: skip
    assert server.stdout is not None
    found = re.search(r"http://\S+:\d+", server.stdout.readline())
    assert found, "the server did not say where it answers"
    yield found.group(), token
    server.send_signal(signal.SIGTERM)
    assert server.wait(20) == 0


@pytest.fixture(scope="module")
def document(served: tuple[str, str]) -> dict[str, Any]:
    described: dict[str, Any] = httpx.get(f"{served[0]}/api/openapi.json").json()
    return described


@pytest.fixture(scope="module")
def python_client(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The package that openapi-python-client makes; the name to import it by."""
    folder = tmp_path_factory.mktemp("python")
    (folder / "openapi.json").write_text(json.dumps(document))
    # A log of lines is text to a client; the generator knows no such type by itself.
    (folder / "config.yml").write_text("content_type_overrides: {application/x-ndjson: text/plain}\npost_hooks: []\n")
    arguments = ["generate", "--path", "openapi.json", "--output-path", "generated_overture", "--meta", "none"]
    command = [BIN / "openapi-python-client", *arguments, "--config", "config.yml", "--fail-on-warning"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield "generated_overture"
    sys.path.remove(str(folder))


def test_each_name_in_the_description_is_there_once(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert {name: schema.get("title") for name, schema in schemas.items()} == {name: name for name in schemas}
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", name) for name in schemas)
    ids = [call.id for call in calls(document)]
    assert len(set(ids)) == len(ids)


def test_a_python_client_asks_what_the_server_takes(
    document: dict[str, Any], python_client: str, served: tuple[str, str]
) -> None:
    address, token = served
    package = importlib.import_module(python_client)
    models = importlib.import_module(f"{python_client}.models")
    client = package.AuthenticatedClient(base_url=address, token=token)
    modules = {_plain(module.name): module for module in _api_modules(python_client)}
    refused = []
    for call in calls(document):
        operation = modules.pop(_plain(call.id)).load().sync_detailed
        arguments = {
            name if name not in ("from", "id") else f"{name}_": value for name, value in call.parameters.items()
        }
        if call.body:
            arguments["body"] = getattr(models, call.body).from_dict(call.value)
        answer = operation(client=client, **arguments)
        problem = _problem(call, int(answer.status_code), answer.content)
        if problem is None and int(answer.status_code) in (200, 201) and answer.parsed is None:
            problem = f"{call.id}: {int(answer.status_code)} is not described"
        refused += [problem] if problem else []
    assert not refused, "\n".join(refused)
    assert not modules


class _Module(NamedTuple):
    name: str
    path: str

    def load(self) -> Any:
        return importlib.import_module(self.path)


def _api_modules(package: str) -> list[_Module]:
    folder = Path(inspect.getfile(importlib.import_module(f"{package}.api"))).parent
    files = [file for file in folder.rglob("*.py") if file.stem != "__init__"]
    return [_Module(file.stem, f"{package}.api.{file.parent.name}.{file.stem}") for file in files]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _problem(call: Call, status: int, content: bytes) -> str | None:
    """What is wrong with the client's request, if the server could not read it."""
    if status < 400:
        return None
    told = json.loads(content)["error"]
    said = f"{call.method.upper()} {call.path} {call.value}: {status} {told}"
    return said if status >= 500 or status in (405, 415, 422) or told["code"] in UNREADABLE else None


def test_an_order_and_its_second_report_by_the_python_client(python_client: str, served: tuple[str, str]) -> None:
    address, token = served
    package = importlib.import_module(python_client)
    models = importlib.import_module(f"{python_client}.models")
    add = next(module.load() for module in _api_modules(python_client) if module.name.endswith("add_order"))
    client = package.AuthenticatedClient(base_url=address, token=token)
    body = models.OrderBody(id="B-7", value=12.5, currency="EUR")
    answers = [add.sync_detailed(SITE, client=client, body=body) for _ in range(2)]
    assert [int(answer.status_code) for answer in answers] == [201, 200]
    assert {answer.parsed.value for answer in answers} == {12.5}
    wrong = models.OrderBody(id="B-7", value=13.5, currency="EUR")
    assert add.sync(SITE, client=client, body=wrong).error.code == "order_conflict"


def test_a_booking_without_a_conversation_by_the_python_client(python_client: str, served: tuple[str, str]) -> None:
    address, token = served
    package = importlib.import_module(python_client)
    models = importlib.import_module(f"{python_client}.models")
    add = next(module.load() for module in _api_modules(python_client) if module.name.endswith("add_booking"))
    body = models.BookingBody(**{**MEANT["BookingBody"], "starts_at": datetime.fromisoformat(SOON)})
    booking = add.sync(SITE, client=package.AuthenticatedClient(base_url=address, token=token), body=body)
    assert (booking.kind, booking.conversation) == ("test_ride", None)


def test_a_typescript_client_asks_what_the_server_takes(
    document: dict[str, Any], served: tuple[str, str], tmp_path: Path
) -> None:
    address, token = served
    npm = ROOT / "apidocs" / "node_modules"
    (tmp_path / "node_modules").symlink_to(npm)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    _node(tmp_path, npm / "openapi-typescript/bin/cli.js", "openapi.json", "-o", "api.d.ts")
    (tmp_path / "calls.ts").write_text(_typescript(calls(document)))
    options = {"strict": True, "skipLibCheck": True, "module": "nodenext", "target": "es2022"}
    wanted = {"compilerOptions": {**options, "lib": ["es2022", "dom", "dom.iterable"]}, "files": ["calls.ts"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(wanted))
    _node(tmp_path, npm / "typescript/bin/tsc")
    answers = json.loads(_node(tmp_path, "calls.js", address, token))
    assert len(answers) == len(calls(document))
    problems = [
        _problem(call, status, body.encode()) for call, (status, body) in zip(calls(document), answers, strict=True)
    ]
    assert not any(problems), "\n".join(filter(None, problems))


def _typescript(found: list[Call]) -> str:
    lines = [
        'import createClient from "openapi-fetch";',
        'import type { paths } from "./api.js";',
        "declare const process: { argv: string[] };",
        "const [, , baseUrl, token] = process.argv as [string, string, string, string];",
        "const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });",
        "const answers: [number, string][] = [];",
        "async function told(asked: Promise<{ response: Response; data?: unknown; error?: unknown }>) {",
        "  const { response, error } = await asked;",
        "  answers.push([response.status, error === undefined ? '' : JSON.stringify(error)]);",
        "}",
    ]
    for call in found:
        inside: dict[str, dict[str, Any]] = {"path": {}, "query": {}}
        for name, value in call.parameters.items():
            inside["path" if f"{{{name}}}" in call.path else "query"][name] = value
        sent: dict[str, Any] = {"params": {place: values for place, values in inside.items() if values}}
        sent = {name: value for name, value in sent.items() if value}
        if call.body:
            sent["body"] = call.value
        if call.path.endswith(("/export", ".csv", ".txt", "/metrics", "/decisions")):
            sent["parseAs"] = "text"
        lines.append(f"await told(client.{call.method.upper()}({json.dumps(call.path)}, {json.dumps(sent)}));")
    return "\n".join([*lines, "console.log(JSON.stringify(answers));"])


def _node(folder: Path, *command: str | Path) -> str:
    node = shutil.which("node") or str(ROOT / ".cache" / "node" / "bin" / "node")
    done = subprocess.run([node, *command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout
