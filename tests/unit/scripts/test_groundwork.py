"""The set-up from a fresh clone: what is skipped, what is told, and in which words."""

from __future__ import annotations

import ast
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "scripts"))

from groundwork import chromium, demo, frontends, node, packages, say, stamps, system  # noqa: E402
from groundwork.say import Stop  # noqa: E402


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(say, "LOGS", ROOT / ".cache" / "logs" / "tests")


def test_the_entry_is_read_by_old_pythons() -> None:
    ast.parse((ROOT / "scripts" / "setup.py").read_text(), feature_version=(3, 6))


def test_an_old_python_is_told_in_one_line(tmp_path: Path) -> None:
    code = (
        "import sys, runpy; sys.version_info = (3, 9, 18); sys.argv = ['setup.py', 'install'];"
        f"runpy.run_path({str(ROOT / 'scripts' / 'setup.py')!r}, run_name='__main__')"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert told.stderr.count("\n") == 1
    assert "needs Python 3.11 or newer, and this is 3.9" in told.stderr


def test_our_own_modules_are_compiled_even_where_python_may_not_keep_bytecode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    monkeypatch.setattr(packages, "ROOT", tmp_path)
    monkeypatch.setattr(packages, "in_venv", lambda _: sys.executable)
    monkeypatch.setattr(packages, "_venv_age", lambda: "new")
    module = tmp_path / "src" / "overture" / "kit" / "clock.py"
    module.parent.mkdir(parents=True)
    module.write_text("NOW = 1")

    packages.ensure_compiled()
    (kept,) = module.parent.rglob("*.pyc")

    kept.unlink()
    packages.ensure_compiled()
    assert not kept.exists()  # nothing has changed, so it was not looked at
    module.write_text("NOW = 2")
    packages.ensure_compiled()
    assert kept.exists()


def test_a_step_is_skipped_until_its_inputs_change(tmp_path: Path) -> None:
    source, result = tmp_path / "source", tmp_path / "result"
    source.write_text("one")
    result.write_text("made")

    def stamp() -> stamps.Stamp:
        return stamps.Stamp("step", stamps.digest([source]), result)

    assert not stamp().holds
    stamp().set()
    assert stamp().holds
    source.write_text("two")
    assert not stamp().holds
    stamp().set()
    result.unlink()
    assert not stamp().holds, "what it made is gone"


def test_a_step_begun_and_not_finished_does_not_count(tmp_path: Path) -> None:
    stamp = stamps.Stamp("step", "same")
    stamp.set()
    stamp.forget()
    assert not stamp.holds


def test_what_was_built_is_not_an_input(tmp_path: Path) -> None:
    for name in ("src/main.ts", "node_modules/x/index.js", "dist/out.js", "tsconfig.tsbuildinfo"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert list(stamps.files_in(tmp_path)) == [tmp_path / "src" / "main.ts"]


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("error: failed to write: No space left on device (os error 28)", "disk is full"),
        ("npm error code ENOTFOUND", "can't be reached"),
        ("cause: dns error", "can't be reached"),
        ("invalid peer certificate: UnknownIssuer", "not trusted"),
        ("npm error code EINTEGRITY", "not the one that was locked"),
        ("npm error code EACCES", "can't be written"),
    ],
)
def test_outside_causes_are_told_in_our_words(output: str, words: str) -> None:
    told = say.cause(output)
    assert told is not None
    assert words in told
    assert "\n" not in told


def test_a_failing_step_tells_the_cause() -> None:
    with pytest.raises(Stop, match="Fetching things failed: the package registry can't be reached"):
        say.step("Fetching things", [sys.executable, "-c", "import sys; sys.exit('npm error code EAI_AGAIN')"])


def test_a_failing_step_shows_its_last_words_when_the_cause_is_ours() -> None:
    with pytest.raises(Stop, match=r"main\.ts:3 wrong type"):
        say.step("Building things", [sys.executable, "-c", "import sys; sys.exit('main.ts:3 wrong type')"])


def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(Stop, match="can't be started"):
        say.step("Nothing", ["/nowhere/at-all"])


@pytest.mark.parametrize("text", ["abc", "0", "65535", "-1", "8000.5", "", "99999999"])
def test_what_is_no_port_is_told(text: str) -> None:
    with pytest.raises(Stop, match="is not a port"):
        demo.check_port(text)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_a_taken_port_is_told_with_another(taken: int) -> None:
    with pytest.raises(Stop, match=rf"Port {taken} is taken .*make run PORT=\d+"):
        demo.check_port(str(taken))


def test_the_shops_port_counts_too(taken: int) -> None:
    with pytest.raises(Stop, match=rf"Port {taken} \(the demo shop's\) is taken"):
        demo.check_port(str(taken - 1))


def test_a_full_disk_is_told_before_anything_is_written() -> None:
    with pytest.raises(Stop, match="The disk is full"):
        packages.check_room(10**18)


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ("v20.19.0", True),
        ("v20.18.1", False),
        ("v18.20.4", False),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.1.0", True),
        ("", False),
    ],
)
def test_node_must_be_one_that_vite_runs_on(version: str, good: bool) -> None:
    assert node.fits(version) is good


def test_a_package_is_not_installed_without_the_right_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system.shutil, "which", lambda name: None)
    with pytest.raises(Stop, match=r"^The thing is missing: sudo apt-get install thing, or else$"):
        system.apt_install("thing", what="The thing", otherwise=", or else")


def test_a_named_browser_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERTURE_CHROMIUM", "/bin/false")
    with pytest.raises(Stop, match="OVERTURE_CHROMIUM=/bin/false does not start"):
        chromium.find()


def test_a_front_end_without_a_lock_is_told(tmp_path: Path) -> None:
    front = frontends.FrontEnd("widget")
    front.folder = tmp_path
    (tmp_path / "package.json").write_text('{"scripts": {"build": "true"}}')
    assert front.scripts == {"build"}
    with pytest.raises(Stop, match=r"widget/package-lock\.json is missing"):
        front.ensure_packages()


def test_locks_carry_hashes_and_name_no_registry() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text()
        pinned = [line for line in text.splitlines() if "==" in line and not line.lstrip().startswith("#")]
        assert pinned, f"{lock.name} pins nothing"
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "://" not in text


def test_front_end_locks_name_no_registry() -> None:
    for lock in ROOT.glob("*/package-lock.json"):
        assert '"resolved"' not in lock.read_text(), lock
        assert "omit-lockfile-registry-resolved=true" in (lock.parent / ".npmrc").read_text()


def test_every_setting_of_the_set_up_is_described() -> None:
    guide = (ROOT / "docs" / "guide" / "install.md").read_text()
    sources = [*(ROOT / "scripts").rglob("*.py"), ROOT / "Makefile"]
    used = {name for file in sources for name in re.findall(r"\bOVERTURE_[A-Z_]+\b", file.read_text())}
    used |= set(re.findall(r"^([A-Z]+) \?=", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert used >= {"PORT", "PYTHON", "OVERTURE_CHROMIUM"}
    assert {name for name in used if f"`{name}`" not in guide} == set()
