"""docs/reference/protocol.md describes every frame and field, close code, error and notice there is."""

from __future__ import annotations

import json
import re
import typing
from pathlib import Path

import msgspec
import pytest

from overture.conversations import errors as conversation_errors
from overture.conversations.notices import ENGLISH
from overture.conversations.words import MAX_PREVIEW, MAX_TEXT
from overture.desk import errors as desk_errors
from overture.gateway import codes
from overture.gateway import errors as gateway_errors
from overture.gateway.frames import agent, shared, visitor
from overture.gateway.limits import Limits
from overture.kit.errors import OvertureError

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "protocol.md").read_text(encoding="utf-8")
SECTIONS = {
    "visitor to server": (visitor.VisitorToServer, "## Visitors", "### To the server"),
    "server to visitor": (visitor.ServerToVisitor, "## Visitors", "### To the visitor"),
    "agent to server": (agent.AgentToServer, "## Agents", "### To the server"),
    "server to agent": (agent.ServerToAgent, "## Agents", "### To the agent"),
}
VIEWS = {
    "**Message**": [shared.MessageView, shared.Author],
    "**Note**": [agent.NoteView],
    "**Conversation, as the visitor has it**": [visitor.VisitorConversation],
    "**Head, a line of the inbox**": [agent.ConversationHead],
    "**Availability**": [shared.Availability],
    "**Place**": [shared.Place],
    "**Promise**": [shared.PromiseView],
    "**Team on the board**": [agent.TeamBoard],
}


def section(chapter: str, heading: str) -> str:
    rest = PAGE[PAGE.index(f"\n{chapter}") :]
    rest = rest[rest.index(f"\n{heading}") + 5 :]
    return re.split(r"\n##", rest)[0]


def frames() -> list[tuple[str, type[msgspec.Struct]]]:
    return [(name, kind) for name, (union, _, _) in SECTIONS.items() for kind in typing.get_args(union)]


def tag_of(kind: type[msgspec.Struct]) -> str:
    tag = kind.__struct_config__.tag
    assert isinstance(tag, str)
    return tag


@pytest.mark.parametrize(("direction", "kind"), frames(), ids=lambda value: getattr(value, "__name__", value))
def test_every_frame_and_field_is_described(direction: str, kind: type[msgspec.Struct]) -> None:
    _, chapter, heading = SECTIONS[direction]
    text = section(chapter, heading)
    tag = tag_of(kind)
    assert f"**`{tag}`**" in text
    if f"**`{tag}`**:" not in text:  # "as for visitors": there it must be described
        text = section("## Visitors", "### To the server" if "to server" in direction else "### To the visitor")
    described = re.split(r"\n\n\*\*", text[text.index(f"**`{tag}`**:") :])[0]
    for field in msgspec.structs.fields(kind):
        assert f"`{field.encode_name}`" in described, f"{tag}.{field.encode_name} is not described"


@pytest.mark.parametrize("name", VIEWS)
def test_every_field_of_what_frames_carry_is_described(name: str) -> None:
    described = re.split(r"\n\n\*\*", PAGE[PAGE.index(f"\n{name}:") + 1 :])[0]
    for kind in VIEWS[name]:
        for field in msgspec.structs.fields(kind):
            assert f"`{field.encode_name}`" in described, f"{kind.__name__}.{field.encode_name} is not described"


def test_every_example_is_a_frame_of_its_kind() -> None:
    examples = re.findall(r"\n\n((?:    \{.*\n(?:     .*\n)*))", PAGE)
    assert len(examples) == sum(f"**`{tag_of(kind)}`**:" in section(*SECTIONS[name][1:]) for name, kind in frames())
    kinds = {tag_of(kind) for _, kind in frames()}
    for example in examples:
        text = re.sub(r"…", "", " ".join(example.split())).replace(",}", "}")
        assert json.loads(text)["type"] in kinds


def test_every_close_code_is_described() -> None:
    for code, meaning in codes.MEANINGS.items():
        assert f"| {code} | {meaning} |" in PAGE
    assert set(codes.MEANINGS) == {
        value for name, value in vars(codes).items() if name.isupper() and isinstance(value, int)
    }


def test_every_error_of_the_sockets_is_described() -> None:
    for module in (gateway_errors, conversation_errors, desk_errors):
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, OvertureError) and kind.__module__ == module.__name__:
                if kind.code in ("bad_canned_reply", "shortcut_taken"):  # of HTTP only
                    continue
                assert f"`{kind.code}`" in PAGE, f"{kind.code} is not described"


def test_every_notice_and_its_params_are_described() -> None:
    for notice, params in shared.NOTICES.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{notice}` |"))
        assert re.findall(r"`(\w+)`", row.split("|")[2]) == list(params)
    assert set(ENGLISH) <= set(shared.NOTICES)


def test_the_limits_are_those_in_force() -> None:
    limits = Limits()
    for figure in (
        f"{MAX_TEXT:,} characters", f"first {MAX_PREVIEW} characters",
        f"{limits.visitor_burst:.0f} at once, {limits.visitor_rate:.0f} a second",
        f"{limits.agent_burst:.0f} at once, {limits.agent_rate:.0f} a second", f"{limits.patience} refused",
        f"{limits.waiting_frames} or 1 MiB", f"{limits.sockets_burst:.0f} at once, {limits.sockets_rate:.0f} a second",
        f"{limits.sockets_per_address:,} open", f"{limits.openings_burst:.0f} at once, 1 a minute",
        f"{limits.address_openings_burst:.0f} at once, {limits.address_openings_rate:.0f} a second",
        f"{limits.address_letters_burst:.0f} at once, {limits.address_letters_rate * 60:.0f} a minute",
    ):  # fmt: skip
        assert figure in PAGE, figure
    assert limits.waiting_bytes == 1024 * 1024
