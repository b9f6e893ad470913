"""Jobs beside each other: their results, their progress, and that nothing stays behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from overture.direction.crew import Alone, Crew, Job

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))


def test_one_process_does_one_job_after_the_other():
    from crew_jobs import count_to

    told: list[int] = []
    assert [number for number, _ in Alone().run([Job(count_to, (2,)), Job(count_to, (3,))], told.append)] == [2, 3]
    assert told == [0, 1, 2, 2, 3, 4, 5]


def test_processes_share_the_jobs_and_tell_how_far_they_are():
    from crew_jobs import count_to

    told: list[int] = []
    with Crew(2) as crew:
        first = crew.run([Job(count_to, (5,)), Job(count_to, (7,))], told.append)
        again = crew.run([Job(count_to, (4,))], told.append)
    assert ([number for number, _ in first], [number for number, _ in again]) == ([5, 7], [4])
    assert os.getpid() not in [process for _, process in first]
    assert told[-1] == 4
    assert 12 in told


def test_an_error_sends_the_others_home(tmp_path):
    from crew_jobs import fail, until_told

    with pytest.raises(ValueError, match="as asked"), Crew(2) as crew:
        crew.run([Job(until_told, (tmp_path,)), Job(fail, ())])
    assert (tmp_path / "stopped").exists()


def test_no_process_outlives_its_parent(tmp_path):
    """Killed, not asked to stop: nobody can tell the crew."""
    code = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1])\n"
        "from crew_jobs import until_told; from overture.direction.crew import Crew, Job\n"
        "with Crew(1) as crew: crew.run([Job(until_told, (pathlib.Path(sys.argv[2]),))])\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(HERE), str(tmp_path)])
    pid = tmp_path / "pid"
    wait_until(lambda: pid.exists() and pid.read_text() != "")
    parent.kill()
    parent.wait()
    wait_until(lambda: not _runs(int(pid.read_text())))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return not Path(f"/proc/{process}/stat").exists() or " Z " not in Path(f"/proc/{process}/stat").read_text()


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
