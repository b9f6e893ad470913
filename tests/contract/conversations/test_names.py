"""What visitors are called and found by, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from overture.accounts import service as accounts
from overture.conversations import service as conversations
from overture.conversations import views
from overture.kit.errors import NotFound
from overture.visits import privacy
from overture.visits import service as visits
from overture.visits import views as visit_views
from overture.visits.errors import BadName, NoSuchVisitor

SITE = "nordic-bikes"


async def found(operation: Any, words: str, state: str = "all") -> list[str]:
    page = await operation.store.read(views.heads, operation.maija, SITE, state=state, words=words)
    return [head.id for head in page.items]


async def test_a_name_given_by_an_agent_is_shown_everywhere_and_audited(operation: Any) -> None:
    await operation.visit(name="anna79")
    closed = await operation.talk()
    await operation.store.run(conversations.close, operation.aino, closed)
    conversation = await operation.talk()
    await operation.store.run(visits.name_visitor, operation.aino, SITE, "v_1", "  Anna   Berg ")
    for one in (closed, conversation):
        talk = await operation.store.read(conversations.the_conversation, operation.aino, one)
        assert talk.head.visitor_name == "Anna Berg"
    assert await operation.store.read(visit_views.people, ["v_1"]) == {"v_1": "Anna Berg"}
    entries = (await operation.store.read(accounts.audit, operation.maija, None, None)).items
    (entry,) = [one for one in entries if one.action == "visitor.named"]
    assert (entry.actor_name, entry.subject, entry.details) == ("Aino", "v_1", {})
    await operation.store.run(visits.name_visitor, operation.aino, SITE, "v_1", "")
    assert await operation.store.read(visit_views.people, ["v_1"]) == {"v_1": "anna79"}


async def test_a_name_is_short_and_of_somebody_there(operation: Any) -> None:
    await operation.visit()
    with pytest.raises(BadName):
        await operation.store.run(visits.name_visitor, operation.aino, SITE, "v_1", "x" * 121)
    with pytest.raises(NoSuchVisitor):
        await operation.store.run(visits.name_visitor, operation.aino, SITE, "v_2", "Anna")
    with pytest.raises(NotFound):
        await operation.store.run(visits.name_visitor, operation.aino, "elsewhere", "v_1", "Anna")


@pytest.mark.parametrize(
    "words",
    ["anna berg", "BERG", "anna@example.com", "example.com", "+358 40 123 4567", "040 123 4567", "0401234567", "moi"],
)
async def test_people_are_found_by_name_address_number_and_words(operation: Any, words: str) -> None:
    await operation.visit()
    await operation.visit("v_2")
    conversation, _other = await operation.talk(), await operation.ask("v_2", team="care")
    await operation.store.run(visits.note_contact, SITE, "v_1", "Anna Berg", "Anna@example.com", "+358401234567")
    await operation.store.run(conversations.close, operation.aino, conversation)
    assert conversation in await found(operation, words)
    assert conversation in await found(operation, words, "closed")
    assert await found(operation, f"{words} nowhere") == []


async def test_a_number_that_the_site_told_is_found_however_it_is_written(operation: Any) -> None:
    await operation.visit(phone="040-123 4567")
    conversation = await operation.talk()
    assert await found(operation, "0401234567") == [conversation]


async def test_letters_beyond_ascii_have_their_case_too(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk()
    await operation.store.run(visits.name_visitor, operation.aino, SITE, "v_1", "Östen Åkerblom")
    for words in ("åkerblom", "ÅKERBLOM", "Åkerblom östen"):
        assert await found(operation, words) == [conversation]


async def test_what_they_are_called_goes_with_them(operation: Any) -> None:
    await operation.visit()
    await operation.talk()
    await operation.store.run(visits.name_visitor, operation.aino, SITE, "v_1", "Anna")
    await operation.store.run(privacy.erase_visitor, operation.maija, SITE, "v_1")
    assert await operation.store.read(visit_views.people, ["v_1"]) == {}
    assert await found(operation, "Anna") == []
