"""The widget, the console and the API's page: their packages, and the built files that the server hands out."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

from groundwork.node import node_environment
from groundwork.packages import check_room
from groundwork.places import ROOT, STATIC
from groundwork.say import Stop, step
from groundwork.stamps import Stamp, digest, files_in

NAMES = ("widget", "console", "apidocs")
# The console previews a promise with the server's own words, and finds links as the visitor's chat does.
ALSO_READ = {"console": ("src/overture/followups/locales", "widget/frame/src")}


class FrontEnd:
    """One of them, in the folder of its name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = ROOT / name
        self.built = STATIC / name

    @property
    def exists(self) -> bool:
        return (self.folder / "package.json").exists()

    @cached_property
    def scripts(self) -> frozenset[str]:
        """Names of the scripts its package.json has."""
        package = json.loads((self.folder / "package.json").read_text())
        return frozenset(package.get("scripts", {}))

    def ensure_packages(self) -> None:
        """node_modules, as package-lock.json says."""
        inputs = [self.folder / name for name in ("package.json", "package-lock.json", ".npmrc")]
        if not inputs[1].exists():
            raise Stop(f"{self.name}/package-lock.json is missing: take it from the repository again")
        stamp = Stamp(f"{self.name}-packages", digest(inputs, str(ROOT)), self._marker)
        if stamp.holds:
            return
        check_room()
        stamp.forget()
        # Not `npm ci`: it refuses a lock that lacks another platform's optional package, which is what npm itself
        # writes where a registry does not carry it. This installs what the lock says, too, and leaves it as it is.
        self._npm(f"Installing the packages of the {self.name}", "install", "--no-save", "--no-audit", "--no-fund")
        stamp.set()

    def _sources(self) -> list[Path]:
        folders = [self.folder, *(ROOT / also for also in ALSO_READ.get(self.name, ()))]
        return [path for folder in folders for path in files_in(folder)]

    def ensure_built(self) -> None:
        """The files under web/static, if anything they are made from has changed."""
        stamp = Stamp(f"{self.name}-built", digest(self._sources()), self.built)
        if stamp.holds and any(self.built.iterdir()):
            return
        self.ensure_packages()
        stamp.forget()
        self._npm(f"Building the {self.name}", "run", "build")
        stamp.set()

    def _npm(self, title: str, *arguments: str) -> None:
        step(title, ["npm", *arguments], cwd=self.folder, env=node_environment())

    @property
    def _marker(self) -> Path:
        return self.folder / "node_modules" / ".package-lock.json"


def front_ends() -> list[FrontEnd]:
    """Those that are there."""
    return [front for front in map(FrontEnd, NAMES) if front.exists]


def ensure_built() -> None:
    """Both, built from what is in their folders now."""
    for front in front_ends():
        front.ensure_built()
