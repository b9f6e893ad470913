"""A demo for each file of tests, all made from one that was made once; and a Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.actors import ENGLISH, Agent, Visitor
from tests.e2e.served import Demo

expect.set_options(timeout=15_000)  # two busy cores
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
]  # fmt: skip


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a demo that was started once."""
    data = tmp_path_factory.mktemp("demo") / "data"
    demo = Demo(data).start()
    assert demo.stop() == 0
    return data


@pytest.fixture(scope="module")
def demo(made_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of this file's own."""
    data = tmp_path_factory.mktemp("own") / "data"
    shutil.copytree(made_once, data)
    demo = Demo(data).start()
    yield demo
    assert demo.stop() == 0, demo.log.read_text()
    said = demo.log.read_text()
    assert "Traceback" not in said, said


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = os.environ.get("OVERTURE_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, demo: Demo) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors; afterwards none of their pages may have complained."""
    made: list[Visitor] = []

    def make(words: dict[str, str] = ENGLISH, **options: Any) -> Visitor:
        made.append(Visitor(chromium, demo, words, **options))
        return made[-1]

    yield make
    heard = [text for one in made for page in one.context.pages for text in page.complaints.heard]  # type: ignore[attr-defined]
    for one in made:
        one.close()
    assert heard == []


@pytest.fixture
def agent(chromium: Browser, demo: Demo) -> Iterator[Callable[..., Agent]]:
    """Makes agents who are signed in; afterwards none of their pages may have complained."""
    made: list[Agent] = []

    def make(name: str = "", **options: Any) -> Agent:
        email = f"{name}@overture.example" if name else ""
        made.append(Agent(chromium, demo, email, **options).sign_in())
        return made[-1]

    yield make
    heard = [text for one in made for text in one.complaints.heard]
    for one in made:
        one.go_home()
    demo.clear_the_desk()
    assert heard == []
