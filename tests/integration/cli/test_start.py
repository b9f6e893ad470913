"""What a start has to load: nothing that only a later request needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

# The demo, all of it: its commands, its house with history, the app and the shop, ready to answer.
START = """
import asyncio, json, sys
from pathlib import Path
import argon2

hashed = []
argon2.PasswordHasher.hash = lambda self, password: hashed.append(password)

import overture.cli.demo
import overture.cli.serve
from overture.config import Settings
from overture.demo.shop.pages import shop_app
from overture.web.app import App
from overture.web.wiring import House

async def start():
    house = House(Settings(data=Path(sys.argv[1])))
    await house.start()
    App(house)
    shop_app("http://127.0.0.1:1", "k")
    await house.stop()

asyncio.run(start())
print(json.dumps({"modules": sorted({name.partition(".")[0] for name in sys.modules}), "hashed": hashed}))
"""
# SciPy is wanted by the first who opens Insight, httpx by the simulated visitors; the rest by nobody who serves.
LATER = {"scipy", "httpx", "pandas", "statsmodels", "pytest", "hypothesis", "IPython"}


def test_a_start_loads_nothing_that_can_wait(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path)], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    found = json.loads(told.stdout)
    assert {"sqlalchemy", "litestar", "uvicorn"} <= set(found["modules"])  # it did start
    assert LATER & set(found["modules"]) == set()
    assert found["hashed"] == []  # a password's hash takes 0.1 s, on purpose
