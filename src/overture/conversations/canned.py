"""Canned replies: ready answers of a site or of one of its teams, counted as they are used."""

from __future__ import annotations

import re

from overture.accounts.access import require, teams_of
from overture.accounts.model import Actor
from overture.accounts.permissions import CHANGE_CANNED, READ_CANNED
from overture.conversations import store
from overture.conversations.errors import BadCannedReply, ShortcutTaken
from overture.conversations.model import CannedReply, CannedReplyDraft
from overture.conversations.words import MAX_TEXT
from overture.direction import service as direction
from overture.direction.teams import check_team
from overture.kit.errors import NotFound
from overture.kit.ids import new_id
from overture.store import Tx

_SHORTCUT = re.compile(r"[\w-]{1,40}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


def replies(tx: Tx, actor: Actor, site: str) -> list[CannedReply]:
    """The site's canned replies that are for all teams or one of the actor's."""
    mine = teams_of(actor, READ_CANNED, site)
    return [one for one in store.canned_of(tx, site) if mine is None or one.team is None or one.team in mine]


def add(tx: Tx, actor: Actor, site: str, draft: CannedReplyDraft) -> CannedReply:
    """Add a canned reply: agents for their own teams, managers for all."""
    _may_change(actor, site, draft.team)
    return _save(tx, site, new_id("r"), draft, None)


def change(tx: Tx, actor: Actor, site: str, reply_id: str, draft: CannedReplyDraft) -> CannedReply:
    """Write a canned reply anew; its uses stay."""
    old = _the_reply(tx, actor, site, reply_id)
    _may_change(actor, site, draft.team)
    return _save(tx, site, reply_id, draft, old)


def remove(tx: Tx, actor: Actor, site: str, reply_id: str) -> None:
    """Take a canned reply away; messages that began as it stay."""
    _the_reply(tx, actor, site, reply_id)
    store.delete_canned(tx, site, reply_id)


def _the_reply(tx: Tx, actor: Actor, site: str, reply_id: str) -> CannedReply:
    found = store.canned(tx, site, reply_id)
    if found is None:
        raise NotFound("There is no such canned reply", reply=reply_id[:64])
    _may_change(actor, site, found.team)
    return found


def _may_change(actor: Actor, site: str, team: str | None) -> None:
    require(actor, CHANGE_CANNED, site, team)


def _save(tx: Tx, site: str, reply_id: str, draft: CannedReplyDraft, old: CannedReply | None) -> CannedReply:
    shortcut = draft.shortcut.strip().lstrip("/")
    if not _SHORTCUT.fullmatch(shortcut):
        raise BadCannedReply("A shortcut is 1 to 40 letters, digits, - or _", field="shortcut")
    text = {language: words.strip() for language, words in draft.text.items() if words.strip()}
    if not text:
        raise BadCannedReply("Write the answer in at least one language", field="text")
    for language, words in text.items():
        if not _LANGUAGE.fullmatch(language):
            raise BadCannedReply(f"{language[:20]!r} is no language: write its code, as in fi", field="text")
        if len(words) > MAX_TEXT:
            raise BadCannedReply(f"An answer has at most {MAX_TEXT} characters", field=f"text.{language}")
    _check_against_plan(tx, site, draft.team or None, set(text), old)
    owner = store.shortcut_owner(tx, site, shortcut)
    if owner is not None and owner != reply_id:
        raise ShortcutTaken(f"Another canned reply has the shortcut {shortcut}: choose another", field="shortcut")
    uses = old.uses if old else 0
    reply = CannedReply(id=reply_id, site=site, team=draft.team or None, shortcut=shortcut, text=text, uses=uses)
    store.save_canned(tx, reply)
    return reply


def _check_against_plan(tx: Tx, site: str, team: str | None, languages: set[str], old: CannedReply | None) -> None:
    """UnknownTeam or BadCannedReply for what the plan in force does not have; what the reply had before may stay."""
    if team is not None and (old is None or old.team != team):
        check_team(tx, site, team, "team")
    plan = direction.current(tx, site)
    known = plan.plan.languages if plan else languages
    if strange := sorted(languages.difference(known, old.text if old else ())):
        message = f"The plan of {site} does not speak {', '.join(strange)}: its languages are {', '.join(known)}"
        raise BadCannedReply(message, field="text", languages=list(known))
