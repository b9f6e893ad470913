"""What looks need to know of a site besides the visit: its plan, and how busy its teams are.

Read from the database at most every `FRESH_S`, since thousands of looks a second ask. What this process
itself changes (a published plan, an invitation made) counts at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import timedelta

import msgspec

from overture.desk import views as desk_views
from overture.desk.model import Availability
from overture.direction import service as direction
from overture.direction.compiled import CompiledPlan
from overture.invitations import store
from overture.invitations.model import Reason
from overture.invitations.pacing import TeamLoad, acceptance_rate
from overture.store import Tx
from overture.visits.facts import TeamNow

FRESH_S = 0.5
SHARE = 0.1  # of the time at the most goes into reading sites anew: with many sites each is read less often
ACCEPTANCE_FRESH_S = 60.0  # counts four weeks of decisions; it moves slowly
FRESH_INVITATION = timedelta(minutes=5)  # an unanswered invitation is offered, and counted, for so long
MEASURED = timedelta(days=28)
REACTIVE = timedelta(hours=1)


class TeamSupply:
    """How busy the teams are, as `decide` asks."""

    __slots__ = ("_facts", "loads")

    def __init__(self, loads: dict[str, TeamLoad]) -> None:
        self.loads = loads
        self._facts = {name: TeamNow(load.free, load.queue, load.wait_seconds) for name, load in loads.items()}

    def team(self, name: str) -> TeamNow:
        """The team's facts."""
        return self._facts[name]

    def may_invite(self, team: str) -> bool:
        """Whether the team can be expected to answer one more in time."""
        return self.loads[team].may_invite()

    def invited(self, team: str) -> None:
        """One invitation more is out."""
        self.loads[team].unanswered += 1

    def reason(self, team: str) -> Reason:
        """Why the team was not given one more."""
        return self.loads[team].reason()


class SiteNow(msgspec.Struct, frozen=True):
    """A site at one instant: its plan in force (none before the first is published), supply and availability."""

    plan: CompiledPlan | None
    version: int
    supply: TeamSupply
    availability: Mapping[str, Availability]
    read_at: float

    @property
    def languages(self) -> tuple[str, ...]:
        """The plan's languages; none without a plan."""
        return () if self.plan is None else self.plan.plan.languages

    def answering(self, team: str) -> bool:
        """Whether a conversation with this team can be held now; with "" whether with any."""
        if team:
            found = self.availability.get(team)
            return found is not None and found.answering
        return any(one.answering for one in self.availability.values())


class Surroundings:
    """The sites of this process as they were half a second ago, a little more with very many sites."""

    def __init__(self, *, fresh_s: float = FRESH_S, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._fresh_s = fresh_s
        self._monotonic = monotonic
        self._sites: dict[str, SiteNow] = {}
        self._rates: dict[str, tuple[float, dict[str, float]]] = {}
        self._cost_s = 0.0  # of reading a site, a moving average

    def of(self, tx: Tx, site: str) -> SiteNow:
        """The site now, read if what is known is too old."""
        known = self.known(site)
        if known is None:
            began = time.perf_counter()
            known = self._sites[site] = self._read(tx, site)
            self._cost_s += (time.perf_counter() - began - self._cost_s) / 8
        return known

    def known(self, site: str) -> SiteNow | None:
        """The site as known, if that is fresh."""
        found = self._sites.get(site)
        if found is None or self._monotonic() - found.read_at >= self._fresh():
            return None
        return found

    def forget(self, site: str) -> None:
        """Read the site anew at the next look: its plan or its desk changed."""
        self._sites.pop(site, None)

    def _fresh(self) -> float:
        return self._fresh_s and max(self._fresh_s, len(self._sites) * self._cost_s / SHARE)

    def _read(self, tx: Tx, site: str) -> SiteNow:
        now = self._monotonic()
        plan = direction.current(tx, site)
        if plan is None:
            return SiteNow(None, 0, TeamSupply({}), {}, now)
        supply = TeamSupply(_loads(tx, site, plan, self._acceptance(tx, site, now)))
        return SiteNow(plan, plan.version, supply, desk_views.availabilities(tx, site), now)

    def _acceptance(self, tx: Tx, site: str, now: float) -> dict[str, float]:
        """The measured acceptance by team."""
        read_at, rates = self._rates.get(site, (0.0, {}))
        if not rates or now - read_at >= ACCEPTANCE_FRESH_S:
            answers = store.answers_by_team(tx, site, tx.now - MEASURED, tx.now - FRESH_INVITATION)
            rates = {"": acceptance_rate(0, 0)} | {team: acceptance_rate(*counts) for team, counts in answers.items()}
            self._rates[site] = now, rates
        return rates


def _loads(tx: Tx, site: str, plan: CompiledPlan, acceptance: Mapping[str, float]) -> dict[str, TeamLoad]:
    unanswered = store.unanswered_by_team(tx, site, tx.now - FRESH_INVITATION)
    reactive = _reactive_per_hour(tx, site)
    busy = desk_views.teams_now(tx, site)
    loads = {}
    for team in plan.plan.teams:
        facts = busy.get(team.name) or TeamNow(0.0, 0.0, float("inf"))
        loads[team.name] = TeamLoad(
            free=facts.free,
            queue=facts.queue,
            wait_seconds=facts.wait_seconds,
            acceptance=acceptance.get(team.name, acceptance[""]),
            reactive_per_hour=reactive.get(team.name, 0.0),
            answer_within_ms=team.answer_within_ms,
            unanswered=unanswered.get(team.name, 0),
            there=facts.free > 0 or facts.wait_seconds != float("inf"),
        )
    return loads


def _reactive_per_hour(tx: Tx, site: str) -> dict[str, float]:
    """Chats of the last hour that no invitation brought, by team."""
    since = tx.now - REACTIVE
    brought = store.accepted_since(tx, site, since)
    opened: dict[str, float] = {}
    for team, _at in desk_views.opened_since(tx, site, since):
        opened[team] = opened.get(team, 0.0) + 1.0
    return {team: max(0.0, number - brought.get(team, 0)) for team, number in opened.items()}
