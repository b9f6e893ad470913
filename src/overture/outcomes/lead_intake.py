"""Leads that come from elsewhere: a form of the site, a fair, another program."""

from __future__ import annotations

import msgspec

from overture.accounts.access import require
from overture.accounts.model import Actor
from overture.accounts.permissions import ADD_LEADS
from overture.conversations.words import clean
from overture.direction import service as direction
from overture.direction.errors import NoPlan
from overture.outcomes import service
from overture.outcomes.contact import contact
from overture.outcomes.errors import BadContact, BadLead
from overture.outcomes.model import LeadSource
from overture.outcomes.service import LeadView
from overture.store import Tx

MOST_FIELDS = 50


class LeadDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A lead as it is told: who, how to reach them, what they want. `team`: the plan's first, if empty."""

    name: str = ""
    email: str = ""
    phone: str = ""
    message: str = ""
    source: LeadSource = "api"
    team: str = ""
    fields: dict[str, str] = {}


def add_lead(tx: Tx, actor: Actor, site: str, draft: LeadDraft) -> LeadView:
    """Begin a lead. BadContact without a way to answer, BadLead naming the field, NoPlan before the first plan."""
    require(actor, ADD_LEADS, site, draft.team or None)
    plan = direction.current(tx, site)
    if plan is None:
        raise NoPlan("This site has no plan yet: publish one", site=site)
    names = [team.name for team in plan.plan.teams]
    if draft.team and draft.team not in names:
        raise BadLead(f"The plan has no team {draft.team!r}: it has {', '.join(names)}", field="team")
    if draft.source not in ("api", "form"):
        raise BadLead("A lead from elsewhere has the source api or form", field="source")
    if len(draft.fields) > MOST_FIELDS:
        raise BadLead(f"A lead has at most {MOST_FIELDS} fields of its own", field="fields")
    way = contact(draft.name, draft.email, draft.phone, plan.plan.country)
    if not way.reachable:
        raise BadContact("Give an e-mail address or a phone number, so that somebody can answer", field="email")
    said = clean(draft.message) if draft.message.strip() else ""
    lead = service.new_lead(tx, site, draft.team or names[0], draft.source, way, plan.version, message=said)
    service.create_lead(tx, actor, lead)
    if draft.fields:
        service.add_to_ledger(tx, actor, lead.id, "fields", fields=draft.fields)
    return service.lead_view(tx, lead)
