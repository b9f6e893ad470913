"""A visitor's browser window, the same for every engine: what it shows, and what a hand does in it."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from playwright.sync_api import BrowserContext, Page
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.remote.webdriver import WebDriver

BUTTON = "document.querySelector('overture-chat')?.shadowRoot.querySelector('button')"
FRAME = "document.querySelector('overture-chat')?.shadowRoot.querySelector('iframe')"


class Window(Protocol):
    """One tab. Scripts are functions in text; what is not there yet is None."""

    def visit(self, url: str) -> None: ...

    def reload(self) -> None: ...

    def page(self, function: str, *given: Any) -> Any: ...

    def chat(self, function: str, *given: Any) -> Any: ...

    def press_launcher(self) -> None: ...

    def type(self, text: str) -> None: ...

    def tab(self) -> Window: ...

    def close(self) -> None: ...


class PlaywrightWindow:
    """In Chromium or Firefox."""

    def __init__(self, context: BrowserContext, page: Page | None = None) -> None:
        self.context = context
        self.own = page or context.new_page()

    def visit(self, url: str) -> None:
        self.own.goto(url)

    def reload(self) -> None:
        self.own.reload()

    def page(self, function: str, *given: Any) -> Any:
        return self.own.evaluate(f"given => ({function})(...given)", list(given))

    def chat(self, function: str, *given: Any) -> Any:
        self.own.wait_for_timeout(0)  # what the browser told meanwhile is heard in waits only
        frame = next((one for one in self.own.frames if "/v1/frame" in one.url), None)
        return frame and frame.evaluate(f"given => ({function})(...given)", list(given))

    def press_launcher(self) -> None:
        self.own.locator("overture-chat button").first.click()

    def type(self, text: str) -> None:
        self.own.keyboard.type(text)

    def tab(self) -> Window:
        return PlaywrightWindow(self.context)

    def close(self) -> None:
        self.context.close()


class WebKitWindow:
    """In WebKitGTK's small browser; its tabs share one driver."""

    where: ClassVar[dict[WebDriver, str]] = {}

    def __init__(self, driver: WebDriver, handle: str = "") -> None:
        self.driver = driver
        self.handle = handle or driver.current_window_handle
        self.where[driver] = self.handle

    def _here(self) -> None:
        """Turn to this tab's page. The driver moves the keyboard when it turns, so it does so only if it must."""
        if self.where[self.driver] != self.handle:
            self.driver.switch_to.window(self.handle)
            self.driver.switch_to.default_content()
            self.where[self.driver] = self.handle

    def visit(self, url: str) -> None:
        self._here()
        self.driver.get(url)

    def reload(self) -> None:
        self._here()
        self.driver.refresh()

    def page(self, function: str, *given: Any) -> Any:
        self._here()
        return self.driver.execute_script(f"return ({function})(...arguments)", *given)

    def chat(self, function: str, *given: Any) -> Any:
        self._here()
        frame = self.driver.execute_script(f"return {FRAME}")
        if frame is None:
            return None
        self.driver.switch_to.frame(frame)
        self.where[self.driver] = "a frame"
        return self.driver.execute_script(f"return ({function})(...arguments)", *given)

    def press_launcher(self) -> None:
        self._here()
        self.driver.execute_script(f"return {BUTTON}").click()

    def type(self, text: str) -> None:
        self._here()
        ActionChains(self.driver).send_keys(text).perform()

    def tab(self) -> Window:
        self._here()
        self.driver.switch_to.new_window("tab")
        return WebKitWindow(self.driver)

    def close(self) -> None:
        self.driver.quit()
