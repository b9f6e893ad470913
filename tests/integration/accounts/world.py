"""Two sites with real data, and everybody who may come to them: roles, teams, tokens of each scope and site, nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from tests.integration.conftest import SITE

from overture.accounts import service as accounts
from overture.accounts.model import SCOPES, SYSTEM, Actor, Membership, Role, Scope
from overture.accounts.permissions import ROLES, Permission, Reach
from overture.accounts.permissions import SCOPES as SCOPE_TABLES
from overture.conversations import canned
from overture.conversations import service as conversations
from overture.conversations.model import CannedReplyDraft, Opener
from overture.desk import service as desk
from overture.direction import service as direction
from overture.followups import service as followups
from overture.kit.clock import to_ms
from overture.outcomes import service as outcomes
from overture.outcomes.model import OrderReport
from overture.store import Tx
from overture.visits import service as visits
from overture.visits import store as visit_rows
from overture.visits.identity import visitor_id
from overture.web.wiring import House

OTHER = "other-shop"
TEAM, OTHER_TEAM = "bike-sales", "care"
PLAN = (Path(__file__).parents[2] / "contract" / "operation.yaml").read_text(encoding="utf-8")
KEY = "a" * 32


class Holder(NamedTuple):
    """Somebody who asks: the headers they send, and what they are to the site and to its team."""

    name: str
    headers: dict[str, str]
    table: dict[Permission, Reach] | None
    on_site: bool
    on_team: bool
    confined: bool = False

    def reach(self, permission: Permission) -> Reach:
        """By the table, no further than the site for who is confined to one."""
        reach = (self.table or {}).get(permission, Reach.NONE)
        return min(reach, Reach.SITE) if self.confined else reach

    def within(self, permission: Permission) -> bool:
        """Whether the permission reaches what is of the site and of its team."""
        reach = self.reach(permission)
        if not self.on_site or reach <= Reach.OWN:
            return False
        return reach >= Reach.SITE or self.on_team


class World:
    """The ids of what there is, and everybody."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.ids: dict[str, str] = {"site": SITE, "version": "1", "name": "welcome"}
        self.holders: list[Holder] = []
        self.agent: Actor

    async def build(self) -> World:
        run = self.house.store.run
        await run(direction.publish, SYSTEM, SITE, PLAN)
        await run(accounts.add_site, SYSTEM, OTHER, "Other", ["https://other.example"])
        await run(direction.publish, SYSTEM, OTHER, PLAN.replace(f"site: {SITE}", f"site: {OTHER}"))
        for role, site, team in (
            ("admin", SITE, ""), ("manager", SITE, ""), ("agent", SITE, TEAM), ("agent", SITE, OTHER_TEAM),
            ("agent", OTHER, TEAM), ("partner_agent", SITE, TEAM), ("partner_agent", SITE, OTHER_TEAM),
            ("partner_agent", OTHER, TEAM),
        ):  # fmt: skip
            await run(self._person, role, site, team)
        for scope in SCOPES:
            for site in (SITE, OTHER, ""):
                await run(self._token, scope, site)
        self.holders.append(Holder("nobody", {}, None, False, False))
        await run(self._signed_out)
        await run(self._data)
        return self

    def _person(self, tx: Tx, role: Role, site: str, team: str) -> None:
        teams = [Membership(site, team)] if team else []
        name = f"{role} of {site} {team}".strip()
        user = accounts.add_user(tx, SYSTEM, f"{role}-{site}-{team or 'x'}@example.com", name, role, teams)
        accounts.set_password(tx, user.id, "x")
        token, session = accounts.open_session(tx, user.id)
        headers = {"cookie": f"overture_session={token}", "x-csrf-token": session.csrf}
        by_teams = role in ("agent", "partner_agent")
        mine = not by_teams or site == SITE
        self.holders.append(Holder(name, headers, ROLES[role], mine, not by_teams or (mine and team == TEAM)))
        if (role, site, team) == ("agent", SITE, TEAM):
            self.agent = accounts.actor_of(accounts.the_user(tx, user.id))

    def _token(self, tx: Tx, scope: Scope, site: str) -> None:
        secret, _ = accounts.add_token(tx, SYSTEM, f"{scope} {site}", scope, site)
        mine = site in (SITE, "")
        name = f"token {scope} of {site or 'all sites'}"
        headers = {"authorization": f"Bearer {secret}"}
        self.holders.append(Holder(name, headers, SCOPE_TABLES[scope], mine, mine, bool(site)))

    def _signed_out(self, tx: Tx) -> None:
        token, session = accounts.open_session(tx, self.agent.id)
        accounts.end_session(tx, token)
        headers = {"cookie": f"overture_session={token}", "x-csrf-token": session.csrf}
        self.holders.append(Holder("signed out", headers, None, False, False))
        self.holders.append(Holder("unknown token", {"authorization": "Bearer ovt_nobody"}, None, False, False))

    def _data(self, tx: Tx) -> None:
        visitor = visits.visitor_by_key(tx, accounts.the_site(tx, SITE), KEY, language="fi").id
        arrival = visits.Arrival(
            site=SITE, visitor=visitor, at_ms=to_ms(tx.now), language="fi", device="desktop", country="FI"
        )
        live = visits.begin(tx, arrival)
        assert live is not None
        visit_rows.change_visitor(tx, visitor, traits={"mark": "MARK-TRAIT"})
        desk.set_available(tx, self.agent, True)
        opener = Opener(site=SITE, visitor=visitor, language="fi", team=TEAM)
        talk = conversations.say_as_visitor(tx, visitor, "c-1", "MARK-MESSAGE", lambda: opener).conversation
        conversations.say_as_agent(tx, self.agent, talk, "c-2", "MARK-MESSAGE answered")
        conversations.write_note(tx, self.agent, talk, "c-3", "MARK-NOTE")
        left = followups.MessageLeft(
            site=SITE, visitor=visitor, cid="c-4", text="MARK-LEAD", email="mark@example.com", team=TEAM
        )
        followups.leave_message(tx, left)
        lead = outcomes.leads(tx, SYSTEM, SITE, None, None, None).items[0].lead
        assert lead.team == TEAM
        found = followups.promises.promises(tx, SYSTEM, SITE)
        when = tx.now.replace(year=2027)
        outcomes.book(tx, self.agent, SITE, "test_ride", TEAM, when, talk)
        outcomes.record_order(tx, SYSTEM, SITE, OrderReport(id="MARK-ORDER", value=10.0, currency="EUR"))
        draft = CannedReplyDraft(shortcut="mark", text={"en": "MARK-CANNED"}, team=TEAM)
        reply = canned.add(tx, SYSTEM, SITE, draft)
        direction.save_draft(tx, SYSTEM, SITE, PLAN + "\n# MARK-DRAFT\n", 0)
        _, token = accounts.add_token(tx, SYSTEM, "a token", "read", SITE)
        user = accounts.add_user(tx, SYSTEM, "mark-user@example.com", "", "agent", [Membership(SITE, TEAM)])
        self.ids |= {
            "visitor": visitor,
            "visit": live.visit,
            "conversation": talk,
            "lead_id": lead.id,
            "promise": found.items[0].promise.id,
            "reply": reply.id,
            "token": token.id,
            "user": user.id,
            "trial": "t_none",
        }
        self.secret = accounts.identity_secret(tx, SYSTEM, SITE)


def other_visitor(site: str = SITE) -> str:
    """A visitor who has nothing to do with what there is."""
    return visitor_id(site, "b" * 32)


class _Undo(Exception):
    pass


def undone(house: House, monkeypatch: Any) -> None:
    """From now on each command is answered as if it were done, and nothing of it stays."""
    real = house.store.run

    async def run(command: Any, *args: Any) -> Any:
        answer: list[Any] = []

        def undo(tx: Tx) -> None:
            answer.append(command(tx, *args))
            raise _Undo

        try:
            await real(undo)
        except _Undo:
            return answer[0]

    monkeypatch.setattr(house.store, "run", run)
