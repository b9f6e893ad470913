"""HTTP of trials that run beside the server: begun, watched, given up."""

from __future__ import annotations

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody

from overture.accounts.dependencies import TheActor, TheStore
from overture.accounts.permissions import CHANGE_PLAN, needs
from overture.direction import trials

BASE = "/api/v1/sites/{site:str}/plan/trials"


@post(BASE, status_code=200, opt=needs(CHANGE_PLAN))
async def start_trial(
    site: FromPath[str], data: JSONBody[trials.Question], store: TheStore, actor: TheActor
) -> trials.Asked:
    """Try a text on recorded visits, however many: begins a trial, which the answer tells how to watch."""
    return await trials.start(store, actor, site, data)


@get(BASE + "/{trial:str}", opt=needs(CHANGE_PLAN))
async def trial(site: FromPath[str], trial: FromPath[str], store: TheStore, actor: TheActor) -> trials.Asked:
    """How far a trial is, and what came of it."""
    return await store.read(trials.find, actor, site, trial)


@delete(BASE + "/{trial:str}", status_code=200, opt=needs(CHANGE_PLAN))
async def cancel_trial(site: FromPath[str], trial: FromPath[str], store: TheStore, actor: TheActor) -> trials.Asked:
    """Give a trial up."""
    return await store.run(trials.cancel, actor, site, trial)


ROUTES = [start_trial, trial, cancel_trial]
