"""The machine's own packages, where we may install them."""

from __future__ import annotations

import os
import shutil
import subprocess

from groundwork.say import Stop, step


def _as_root() -> list[str] | None:
    """What to put before a command that needs root: nothing, sudo, or None if it can't be had unasked."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def apt_install(*packages: str, what: str, otherwise: str) -> None:
    """Install Debian packages. `Stop` with what to do by hand if that is not possible here."""
    prefix = _as_root()
    by_hand = f"{what} is missing: sudo apt-get install {' '.join(packages)}{otherwise}"
    if prefix is None or not shutil.which("apt-get"):
        raise Stop(by_hand)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    keep = ["env", "DEBIAN_FRONTEND=noninteractive"] if prefix else []
    update = [*prefix, *keep, "apt-get", "update"]
    install = [*prefix, *keep, "apt-get", "install", "-y", "--no-install-recommends", *packages]
    step("Refreshing the list of system packages", update, env=env, or_else=by_hand)
    step(f"Installing {', '.join(packages)}", install, env=env, or_else=by_hand)
