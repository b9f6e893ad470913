"""Queries and commands that both sockets run: where conversations, invitations, promises and the desk meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from overture.accounts import service as accounts
from overture.accounts.access import teams_of
from overture.accounts.model import Actor, Site
from overture.accounts.permissions import READ_CONVERSATIONS
from overture.conversations import routing, views
from overture.conversations import service as conversations
from overture.conversations.model import Opener, Sent
from overture.desk import service as desk
from overture.desk import views as desk_views
from overture.direction import service as direction
from overture.direction.compiled import CompiledPlan
from overture.followups import promises
from overture.followups import service as followups
from overture.followups.service import MessageLeft
from overture.gateway.errors import Blocked
from overture.gateway.frames import PROTOCOL
from overture.gateway.frames.agent import AgentWelcome, ConversationFrame
from overture.gateway.frames.shared import PromiseView
from overture.gateway.frames.visitor import LeaveMessage, VisitorConversation, VisitorHello, VisitorWelcome
from overture.gateway.pictures import board
from overture.invitations import service as invitations
from overture.invitations.errors import NoSuchInvitation
from overture.invitations.model import Made
from overture.kit.errors import NotFound
from overture.store import Tx
from overture.visits import service as visits
from overture.visits import store as visit_store
from overture.visits.browser import best_language
from overture.visits.identity import visitor_id
from overture.visits.model import Visitor

# ---- visitors ------------------------------------------------------------------------------------------------


class Visiting(msgspec.Struct, frozen=True):
    """Who is behind a visitor's socket."""

    site: str
    visitor: str
    language: str
    hello: VisitorHello
    simulated: bool


class Greeted(msgspec.Struct, frozen=True):
    """What `hello` found: who it is, the pages that may show the chat, and the welcome."""

    who: Visiting
    origins: list[str]
    welcome: VisitorWelcome
    known: bool


def greet(tx: Tx, hello: VisitorHello, simulated: bool) -> Greeted:
    """Everything to draw the chat with. NotFound for an unknown site, BadVisitorKey, Blocked."""
    site = accounts.site_by_key(tx, hello.site)
    current = direction.current(tx, site.id)
    who = Visiting(site.id, visitor_id(site.id, hello.key), _language(current, site, hello), hello, simulated)
    known = visit_store.visitor(tx, who.visitor)
    _not_blocked(known)
    made = _invitation(tx, who)
    talk = views.of_visitor(tx, who.visitor)
    shown = None if talk is None else _shown(tx, who, hello, talk)
    team = made.team if made else ""
    if talk is not None and talk.is_open:
        available = desk_views.availability(tx, site.id, talk.team, going_on=True)
    else:
        available = routing.availability_for(tx, _opener(who, known, made, team))
    welcome = VisitorWelcome(
        PROTOCOL,
        who.language,
        available,
        site.look.name or site.name,
        site.look.colour,
        _greeting(site, who.language),
        made.text if made else "",
        shown,
        tx.now,
        current.plan.timezone if current else "",
    )
    return Greeted(who, site.origins, welcome, known is not None)


def _language(current: CompiledPlan | None, site: Site, hello: VisitorHello) -> str:
    offered = current.plan.languages if current else sorted(site.look.greeting) or ["en"]
    return best_language([hello.language], offered)


def _greeting(site: Site, language: str) -> str:
    """The site's greeting in a language, `pt` for `pt-BR` if that has none of its own."""
    greeting = site.look.greeting
    return greeting.get(language) or greeting.get(language.partition("-")[0], "")


def _not_blocked(known: Visitor | None) -> None:
    if known is not None and known.blocked_at is not None:
        raise Blocked("This chat is not available to you")


def _invitation(tx: Tx, who: Visiting) -> Made | None:
    """The invitation the visitor answers; one that is not theirs, or was declined, is passed over."""
    if not who.hello.invitation:
        return None
    try:
        made = invitations.the_invitation(tx, who.site, who.hello.invitation)
    except NoSuchInvitation:
        return None
    return made if made.visitor == who.visitor and made.state != "declined" else None


def _shown(tx: Tx, who: Visiting, hello: VisitorHello, talk: Any) -> VisitorConversation:
    have = hello.last_seq if hello.conversation == talk.id else 0
    view = views.talk_after(tx, talk, have)
    return VisitorConversation(
        id=talk.id,
        state=talk.state,
        last_seq=talk.last_seq,
        messages=view.messages,
        agent_name=talk.agent_name,
        team=talk.team,
        place=desk_views.places(tx, talk.site, talk.team).get(talk.id) if talk.state == "waiting" else None,
        delivered=talk.agent_delivered,
        read=talk.agent_read,
        my_read=talk.visitor_read,
        promise=promises.promised(tx, talk.id, who.language) if talk.state == "closed" else None,
    )


def _opener(who: Visiting, known: Visitor | None, made: Made | None, team: str) -> Opener:
    return Opener(
        site=who.site,
        visitor=who.visitor,
        name=known.name if known else "",
        language=who.language,
        page=who.hello.page,
        invitation=made.id if made else "",
        trigger=made.trigger if made else "",
        team=team,
        simulated=who.simulated or (known is not None and known.simulated),
    )


def visitor_says(tx: Tx, who: Visiting, cid: str, text: str, may_open: Callable[[], None] = lambda: None) -> Sent:
    """Store a visitor's message; the first one answers the invitation, if they came by one.

    `may_open` raises for who has opened too many conversations.
    """

    def opener() -> Opener:
        may_open()
        site = accounts.the_site(tx, who.site)
        known = visits.visitor_by_key(tx, site, who.hello.key, language=who.language)
        _not_blocked(known)
        made = _invitation(tx, who)
        return _opener(who, known, made, made.team if made else "")

    sent = conversations.say_as_visitor(tx, who.visitor, cid, text, opener)
    if sent.opened and (made := _invitation(tx, who)) is not None:
        invitations.accept(tx, who.site, who.visitor, made.id, sent.conversation)
    return sent


def visitor_leaves_message(tx: Tx, who: Visiting, frame: LeaveMessage) -> PromiseView:
    """Take a message that waits for an answer by e-mail or phone."""
    site = accounts.the_site(tx, who.site)
    known = visits.visitor_by_key(tx, site, who.hello.key, language=who.language)
    _not_blocked(known)
    made = _invitation(tx, who)
    team = routing.team_for(tx, _opener(who, known, made, made.team if made else ""))
    left = MessageLeft(
        site=who.site,
        visitor=who.visitor,
        cid=frame.cid,
        text=frame.text,
        email=frame.email,
        phone=frame.phone,
        name=frame.name,
        team=team,
        language=who.language,
        conversation=frame.conversation,
        call=frame.call,
    )
    return followups.leave_message(tx, left)


def resume(tx: Tx, visitor: str, conversation: str, last_seq: int) -> views.TalkView:
    """The rest of the visitor's own conversation."""
    talk = conversations.of_visitor(tx, visitor, conversation)
    return views.talk_after(tx, talk, last_seq)


def promise_of(tx: Tx, conversation: str, language: str) -> PromiseView | None:
    """What was promised at the conversation's end, as its visitor may know it."""
    return promises.promised(tx, conversation, language)


# ---- agents --------------------------------------------------------------------------------------------------


class Seated(msgspec.Struct, frozen=True):
    """What an agent's `hello` found; `unanswered` are own conversations that still wait for a first answer."""

    teams: list[str]
    welcome: AgentWelcome
    unanswered: frozenset[str]


def come(tx: Tx, actor: Actor, site: str) -> list[str]:
    """The agent has come to a site's desk, which is a sign of life; the teams they see. NotFound: not their site."""
    teams = _seen_teams(tx, actor, site)
    if actor.kind == "user":
        desk.signs_of_life(tx, [actor.id])
    return teams


def _seen_teams(tx: Tx, actor: Actor, site: str) -> list[str]:
    mine = teams_of(actor, READ_CONVERSATIONS, site)
    accounts.the_site(tx, site)
    plan = direction.current(tx, site)
    named = [team.name for team in plan.plan.teams] if plan else []
    return named if mine is None else mine


def seat(tx: Tx, actor: Actor, site: str) -> Seated:
    """All that the console draws."""
    teams = _seen_teams(tx, actor, site)
    capacity, served = 0, []
    if actor.kind == "user":
        user = accounts.the_user(tx, actor.id)
        capacity, served = desk.capacity_of(tx, user), desk.served_teams(tx, user)
    me = desk.presence(tx, actor.id)
    welcome = AgentWelcome(
        PROTOCOL,
        actor.id,
        me.available,
        capacity,
        teams,
        views.inbox(tx, actor, site),
        board(tx, site, actor),
        served,
        me.away_reason,
        tx.now,
    )
    return Seated(teams, welcome, frozenset(desk.unanswered_by(tx, actor.id)))


def open_talk(
    tx: Tx, actor: Actor, site: str, conversation: str, last_seq: int, last_note: int
) -> tuple[str, ConversationFrame]:
    """A conversation of the agent's teams, with what the client lacks of it, and its visit's id."""
    talk = conversations.the_conversation(tx, actor, conversation)
    if talk.site != site:
        raise NotFound("There is no such conversation on your teams", conversation=conversation[:64])
    view = views.talk_after(tx, talk, last_seq, last_note=last_note)
    frame = ConversationFrame(
        head=talk.head,
        messages=view.messages,
        notes=view.notes,
        visitor_delivered=talk.visitor_delivered,
        visitor_read=talk.visitor_read,
        agent_delivered=talk.agent_delivered,
        agent_read=talk.agent_read,
        promise=promises.promised(tx, talk.id) if talk.state == "closed" else None,
    )
    return talk.visit or "", frame


def resume_talk(tx: Tx, actor: Actor, conversation: str, last_seq: int) -> views.TalkView:
    """The rest of a conversation of the agent's teams."""
    return views.talk_after(tx, conversations.the_conversation(tx, actor, conversation), last_seq)
