"""The Python environment: .venv, the locked packages, and Overture itself."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from groundwork.places import CACHE, REQUIREMENTS, ROOT, VENV, in_venv
from groundwork.say import Stop, step
from groundwork.stamps import Stamp, digest, files_in
from groundwork.system import apt_install

# A full environment is about 1.0 GB, the front ends' packages 0.4 GB.
ROOM_TO_INSTALL = 2_000_000_000
_TRUST = Path("/etc/ssl/certs/ca-certificates.crt")


def environment() -> dict[str, str]:
    """For child processes: this machine's own certificates, and no chatter."""
    env = {
        **os.environ,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_SYSTEM_CERTS": "1",
        "UV_NO_PROGRESS": "1",
        "VIRTUAL_ENV": str(VENV),
    }
    env.pop("PYTHONHOME", None)
    if "PIP_INDEX_URL" in env:  # one setting for both
        env.setdefault("UV_DEFAULT_INDEX", env["PIP_INDEX_URL"])
    if _TRUST.exists():
        env.setdefault("NODE_EXTRA_CA_CERTS", str(_TRUST))
    return env


def check_room(least: int = ROOM_TO_INSTALL) -> None:
    """`Stop` before a step that would fill the disk half way."""
    free = shutil.disk_usage(ROOT).free
    if free < least:
        raise Stop(
            f"The disk is full: {ROOT} has {free / 1e6:,.0f} MB left and {least / 1e6:,.0f} MB are needed; make room"
        )


def ensure_venv() -> None:
    """.venv, with the Python that runs this; made anew if it is another Python's or another folder's."""
    made_from = f"{sys.version_info[:3]} {os.path.realpath(sys.base_prefix)} {ROOT}"
    stamp = Stamp("venv", digest((), made_from), VENV / "bin" / "python")
    if stamp.holds:
        return
    stamp.forget()
    if not _usable():
        check_room()
        _make_venv()
    elif not (VENV / "bin" / "pip").exists():
        step("Adding pip to .venv", [in_venv("python"), "-m", "ensurepip"], env=environment())
    stamp.set()


def _make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        minor = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        apt_install(
            f"{minor}-venv", what="Python's venv module", otherwise=" (or name a Python that has it: PYTHON=...)"
        )
    if VENV.exists():
        shutil.rmtree(VENV)
    step("Making the Python environment", [sys.executable, "-m", "venv", str(VENV)], env=environment())


def _usable() -> bool:
    """A .venv made by hand, here and with this Python, is taken as it is."""
    try:
        here = str(VENV) in (VENV / "bin" / "activate").read_text()
        ask = [in_venv("python"), "-c", "import sys; print(*sys.version_info[:3])"]
        told = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.split()
    except OSError:
        return False
    return here and told == [str(part) for part in sys.version_info[:3]]


def ensure_tools() -> None:
    """uv, which installs the rest in seconds, and what builds our own package."""
    lock = REQUIREMENTS / "tools.txt"
    stamp = Stamp("tools", digest([lock], _venv_age()), VENV / "bin" / "uv")
    if stamp.holds:
        return
    stamp.forget()
    pip = [in_venv("python"), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)]
    step("Installing the installer", pip, env=environment())
    stamp.set()


def ensure_locked(name: str, title: str, *, compiled: bool = False) -> None:
    """The packages of requirements/NAME.txt, exactly those. `compiled`: so that the first start is quick, too."""
    lock = REQUIREMENTS / f"{name}.txt"
    stamp = Stamp(name, digest([lock], _venv_age()))
    if stamp.holds:
        return
    check_room()
    stamp.forget()
    extra = ["--compile-bytecode"] if compiled else []
    step(title, [*_uv_install(), *extra, "--require-hashes", "-r", str(lock)], env=environment())
    stamp.set()


def ensure_project() -> None:
    """Overture itself, from this folder, so that .venv/bin/overture runs what is edited here."""
    stamp = Stamp("project", digest([ROOT / "pyproject.toml"], _venv_age()), VENV / "bin" / "overture")
    if stamp.holds:
        return
    stamp.forget()
    command = [*_uv_install(), "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    step("Installing Overture", command, env=environment())
    stamp.set()


def ensure_compiled() -> None:
    """Overture's own bytecode: it starts half a second sooner, also where PYTHONDONTWRITEBYTECODE is set."""
    source = ROOT / "src" / "overture"
    modules = [path for path in files_in(source) if path.suffix == ".py"]
    stamp = Stamp("bytecode", digest(modules, _venv_age()))
    if stamp.holds:
        return
    stamp.forget()
    step("Compiling Overture", [in_venv("python"), "-m", "compileall", "-q", "-j", "0", str(source)])
    stamp.set()


def ensure_running() -> None:
    """What running needs."""
    ensure_venv()
    ensure_tools()
    ensure_locked("run", "Installing Python packages", compiled=True)
    ensure_project()
    ensure_compiled()


def ensure_developing() -> None:
    """What running, testing and measuring need."""
    ensure_running()
    ensure_locked("dev", "Installing development packages")


def _uv_install() -> list[str]:
    return [in_venv("uv"), "pip", "install", "--quiet", "--python", in_venv("python")]


def _venv_age() -> str:
    """Changes when .venv is made anew, so that nothing installed in an older one counts."""
    return str((CACHE / "stamps" / "venv").stat().st_mtime_ns)
