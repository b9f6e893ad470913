"""The other browser engines of the end-to-end tests: Firefox and WebKit, where Debian's packages can be had.

They are for tests only, and no reason to stop: where they can't be installed their tests are skipped and say so.
"""

from __future__ import annotations

import shutil

from groundwork.say import Stop, say
from groundwork.system import apt_install

# What shows that a package is there: the program that the tests start.
_PACKAGES = {"firefox-esr": "firefox-esr", "WebKitWebDriver": "webkit2gtk-driver", "Xvfb": "xvfb"}


def ensure() -> None:
    """Installs those that are missing, all at once."""
    missing = [package for program, package in _PACKAGES.items() if shutil.which(program) is None]
    if not missing:
        return
    try:
        apt_install(*missing, what="What the tests in Firefox and WebKit use", otherwise="")
    except Stop as stop:
        say(f"{stop}\nTheir tests are skipped.")
