"""What makes a next step one that can be kept: said what, who, how, and by when, in time that can be promised."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from overture.followups.errors import BadPromise, BadWrapUp
from overture.followups.model import CHANNELS, WHO, Channel, NextStep
from overture.followups.wording import kind_in_words
from overture.kit.clock import from_ms, to_ms
from overture.outcomes.contact import Contact, clean_name

FURTHEST = timedelta(days=366)
LONGEST_WHAT = 500
LONGEST_NOTE = 2_000


def checked_step(step: NextStep, now: datetime) -> NextStep:
    """The step, tidied. BadWrapUp names the field that is missing or can't be."""
    what = " ".join(step.what.split()) or _spoken(step.booking)
    if step.who not in WHO:
        raise BadWrapUp(f"Who does it is one of {', '.join(WHO)}", field="who")
    if step.channel not in CHANNELS:
        raise BadWrapUp(f"The channel is one of {', '.join(CHANNELS)}", field="channel")
    if not 1 <= len(what) <= LONGEST_WHAT:
        raise BadWrapUp(f"Say what happens next, in 1 to {LONGEST_WHAT} characters", field="what")
    if step.booking and step.who == "visitor":
        raise BadWrapUp("A booking is kept by our side: say who is there", field="who")
    if step.who == "other" and not (step.who_name.strip() or step.agent_id or step.team):
        raise BadWrapUp("Name who does it: a promise that is nobody's is not kept", field="who_name")
    if step.due_at is None and step.who != "visitor":
        raise BadWrapUp("Say by when: what our side owes has a time", field="due_at")
    if step.due_at is not None and (problem := due_problem(step.due_at, now)):
        raise BadWrapUp(problem, field="due_at")
    return msgspec.structs.replace(
        step, what=what, who_name=clean_name(step.who_name), due_at=step.due_at and from_ms(to_ms(step.due_at))
    )


def _spoken(kind: str) -> str:
    words = kind_in_words(kind)
    return words[:1].upper() + words[1:]


def checked_due(due_at: datetime, now: datetime) -> datetime:
    """A time that can be promised, in whole ms. BadPromise at the field `due_at`."""
    if problem := due_problem(due_at, now):
        raise BadPromise(problem, field="due_at")
    return from_ms(to_ms(due_at))


def due_problem(due_at: datetime, now: datetime) -> str:
    """Why nothing can be promised by then, or ""."""
    if due_at.tzinfo is None:
        return "The time needs its zone: end it with Z or +02:00"
    if due_at <= now:
        return "This time has passed: choose one that is still to come"
    if due_at > now + FURTHEST:
        return "This is more than a year away: promise something nearer"
    return ""


def checked_note(note: str) -> str:
    """A note in a history. BadPromise if it is too long."""
    if len(note := note.strip()) > LONGEST_NOTE:
        raise BadPromise(f"A note has at most {LONGEST_NOTE} characters", field="note")
    return note


def answer_channel(wanted: str | None, contact: Contact) -> Channel:
    """How a message is answered: as the plan wants if the visitor left that way open, else as they can be reached."""
    if wanted == "phone" and contact.phone:
        return "phone"
    if wanted == "email" and contact.email:
        return "email"
    return "email" if contact.email else "phone"


def shortened(text: str) -> str:
    """The beginning of a message on one line, as what is to be answered."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_WHAT else line[: LONGEST_WHAT - 1] + "…"
