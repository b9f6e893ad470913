"""Three engines, each where it is installed: `make test` installs them on Debian; elsewhere tests say why not."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright
from selenium import webdriver
from selenium.webdriver.webkitgtk.service import Service

from tests.e2e.conftest import FLAGS
from tests.e2e.engines.desk import Colleague
from tests.e2e.engines.windows import PlaywrightWindow, WebKitWindow, Window
from tests.e2e.served import Demo

HOW = "sudo apt-get install firefox-esr webkit2gtk-driver xvfb"
MINIBROWSERS = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"), reverse=True)
MakeWindow = Callable[[], Window]


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """A driver that speaks Firefox ESR's protocol too."""
    before = os.environ.get("NODE_OPTIONS", "")
    os.environ["NODE_OPTIONS"] = f"{before} --require={Path(__file__).with_name('firefox_esr.cjs')}".strip()
    try:
        with sync_playwright() as started:
            yield started
    finally:
        os.environ["NODE_OPTIONS"] = before


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = os.environ.get("OVERTURE_CHROMIUM", "/usr/bin/chromium")
    browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def firefox(playwright: Playwright) -> Iterator[Browser]:
    path = shutil.which("firefox-esr")
    if path is None:
        pytest.skip(f"Firefox ESR is not installed: {HOW}")
    browser = playwright.firefox.launch(channel="moz-firefox", executable_path=path)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """A screen for the engine that has no headless mode."""
    if os.environ.get("DISPLAY"):
        yield os.environ["DISPLAY"]
        return
    if shutil.which("Xvfb") is None:
        pytest.skip(f"Xvfb is not installed: {HOW}")
    read, write = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
        pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read) as told:
        yield f":{told.readline().strip()}"
    screen.terminate()
    screen.wait(10)


@pytest.fixture
def webkit(display: str) -> Iterator[MakeWindow]:
    program = shutil.which("WebKitWebDriver")
    if program is None or not MINIBROWSERS:
        pytest.skip(f"WebKitGTK is not installed: {HOW}")
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(MINIBROWSERS[0])
    options.add_argument("--automation")
    env = {**os.environ, "DISPLAY": display, "LANG": "en_GB.UTF-8", "LANGUAGE": "en_GB"}
    driver = webdriver.WebKitGTK(options=options, service=Service(program, env=env))
    driver.set_script_timeout(30)
    yield lambda: WebKitWindow(driver)
    driver.quit()


@pytest.fixture(params=["chromium", "firefox", "webkit"])
def window(request: pytest.FixtureRequest) -> Iterator[Window]:
    """A window of each engine."""
    engine = request.getfixturevalue(request.param)
    if request.param == "webkit":
        yield engine()
        return
    made = PlaywrightWindow(engine.new_context(locale="en-GB"))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _up_again(demo: Demo) -> Iterator[None]:
    """A test that fails while the server is down leaves it running for the next."""
    yield
    if not demo.is_up:
        demo.start()


@pytest.fixture
def colleague(demo: Demo) -> Iterator[Colleague]:
    """Aino at the desk."""
    made = Colleague(demo, "aino@overture.example")
    yield made
    made.go_home()
    demo.clear_the_desk()
