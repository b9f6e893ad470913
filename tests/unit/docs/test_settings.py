"""Every setting is described, and nothing that is described is missing."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from overture.config import PREFIX, BadSetting, Settings, load_settings

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "settings.md"


def test_the_reference_names_exactly_the_settings_there_are() -> None:
    described = set(re.findall(rf"^\| `({PREFIX}\w+)` \|", PAGE.read_text(), re.MULTILINE))
    assert described == {PREFIX + field.name.upper() for field in msgspec.structs.fields(Settings)}


def test_settings_come_from_the_environment_and_the_command_line_wins() -> None:
    settings = load_settings({"OVERTURE_PORT": "9000", "OVERTURE_DATA": "/srv/chat", "OTHER": "x"}, port=9001)
    assert settings.port == 9001
    assert settings.database == "sqlite:////srv/chat/overture.db"
    assert load_settings({}, host=None).host == "127.0.0.1"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("PORT", "80000"),
        ("PORT", "-1"),
        ("DATABASE_POOL", "many"),
        ("DATABASE_POOL", "1"),
        ("TRUST_PROXY", "many"),
        ("TRUST_PROXY", "true"),
        ("TRUST_PROXY", "1"),
        ("TRUST_PROXY", "0.0.0.0/0"),
        ("TRUST_PROXY", "10.0.0.1/8"),
        ("PUBLIC_URL", "chat.example"),
        ("PUBLIC_URL", "ftp://chat.example"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://chat.example:port"),
        ("PUBLIC_URL", "https://shop.example/chat"),
        ("PUBLIC_URL", "https://shop.example/chat/"),
        ("PUBLIC_URL", "https://chat.example/?a=1"),
        ("PUBLIC_URL", "https://me@chat.example"),
    ],
)
def test_a_bad_value_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^OVERTURE_{name}: ") as caught:
        load_settings({f"OVERTURE_{name}": value})
    assert "$." not in caught.value.message
    assert caught.value.details == {"variable": f"OVERTURE_{name}"}
