"""The main job, all the way through: a visitor is invited, talks, and leaves with a promise."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Locator, expect

from overture.demo.operation import plan_text
from overture.visits.identity import visitor_id
from tests.e2e.actors import CAMPAIGN, FINNISH, Agent, Visitor
from tests.e2e.served import Demo, until

MakeVisitor = Callable[..., Visitor]
MakeAgent = Callable[..., Agent]


def row_of(agent: Agent, path: str, source: str) -> Locator:
    """The line of the live visitor on this page from this source, who is not a simulated one."""
    rows = agent.page.get_by_role("row").filter(has_text=path).filter(has_text=source)
    return rows.filter(has_not_text="Simulated")


def test_a_hesitating_visitor_is_seen_live_invited_in_finnish_and_answered(
    visitor: MakeVisitor, agent: MakeAgent
) -> None:
    """Steps 1 to 3 by the demo's own plan: it waits for twenty seconds on the basket page."""
    aino = agent("aino").be_available()
    anna = visitor(FINNISH)
    anna.hesitate()
    aino.go("Visitors")
    row = row_of(aino, "/cart", "newsletter")
    expect(row).to_contain_text("€1,190")
    expect(row).to_contain_text("Mid")
    row.get_by_role("button", expanded=False).click()
    for title in ("Tuuli R2", "Kaarna Belt"):
        expect(aino.page.get_by_role("main")).to_contain_text(title)
    assert anna.page.locator("iframe").count() == 0
    expect(anna.invitation).to_be_visible(timeout=35_000)
    expect(anna.invitation).to_have_text(re.compile("Aino Salo"))
    expect(anna.invitation).to_have_text(re.compile(r"Jäikö jokin vielä|Haluatko varmistaa"))
    anna.invitation.get_by_role("button", name=FINNISH["reply"]).click()
    expect(anna.invitation).to_have_count(0)
    anna.say("v-01 Onko M oikea koko, jos olen 174 cm?")
    expect(aino.page).to_have_title(re.compile(r"^\(1\) "))
    aino.open("v-01")
    expect(aino.page).not_to_have_title(re.compile(r"^\("))
    beside = aino.page.get_by_role("complementary")
    expect(beside).to_contain_text("A test ride is booked, or the last question before buying is answered")
    expect(beside).to_contain_text("Ask what they will use it for")
    expect(beside).to_contain_text("Kaarna Belt")
    expect(anna.log()).to_contain_text("Luettu")
    aino.page.get_by_role("textbox", name="Reply").press_sequentially("a-01", delay=10)
    expect(anna.chat.get_by_text("Aino Salo kirjoittaa")).to_be_attached()
    aino.page.get_by_role("button", name="Send", exact=True).click()
    expect(anna.log()).to_contain_text("a-01")
    expect(aino.log()).to_contain_text("Read")


@pytest.fixture(scope="module")
def quick(demo: Demo) -> Iterator[None]:
    """The demo's plan, with a trigger that does not keep the tests waiting."""
    demo.publish(plan_text().replace("page.seconds >= 20", "page.seconds >= 2"))
    yield
    demo.publish(plan_text())


@pytest.mark.usefixtures("quick")
def test_no_thanks_makes_it_go_and_stay_away(visitor: MakeVisitor, agent: MakeAgent) -> None:
    """Step 2, the other answer; the button alone opens the chat all the same."""
    agent("aino").be_available()
    eva = visitor()
    eva.hesitate()
    expect(eva.invitation).to_be_visible()
    expect(eva.invitation).to_have_text(re.compile("Anything to check|Shall we make sure"))
    eva.invitation.get_by_role("button", name="No thanks").click()
    expect(eva.invitation).to_have_count(0)
    for again in (eva.page.reload, lambda: eva.page.goto(f"/cart{CAMPAIGN}")):
        again()
        until(lambda: eva.page.evaluate("performance.now()") > 2_500)  # longer than the trigger waits
        with eva.page.expect_response("**/v1/look") as looked:
            eva.page.evaluate("window.overture('event', 'asked')")
        assert looked.value.json()["invitation"] is None
        expect(eva.invitation).to_have_count(0)
    eva.open_chat()
    eva.close_chat()


HOUR_MS = 3_600_000
PUT_BACK = (
    "UPDATE visit_looks SET at = at - :ms WHERE visit IN (SELECT id FROM visits WHERE visitor = :who)",
    "UPDATE visits SET head = json_set(head, '$.started_ms', started_at - :ms) WHERE visitor = :who",
    "UPDATE visits SET started_at = started_at - :ms, ended_at = ended_at - :ms WHERE visitor = :who",
    "UPDATE visitors SET last_ended_at = last_ended_at - :ms WHERE id = :who",
    "UPDATE visitors SET last_decline_at = last_decline_at - :ms WHERE id = :who",
    "UPDATE decisions SET at = at - :ms WHERE visitor = :who",
)


def goes_home(visitor: Visitor, ms: int) -> str:
    """The visitor comes back so much later: all that happened to them is put back in time; their id."""
    key = next(one for one in visitor.context.cookies() if one["name"] == "overture_visitor")["value"]
    who = visitor_id("nordic-bikes", key)
    visitor.page.goto("about:blank")
    assert visitor.demo.stop() == 0
    with closing(sqlite3.connect(visitor.demo.data / "overture.db")) as database, database:
        for statement in PUT_BACK:
            database.execute(statement, {"ms": ms, "who": who})
    visitor.demo.start()
    return who


@pytest.mark.usefixtures("quick")
def test_no_thanks_holds_on_the_next_visit_for_as_long_as_the_plan_says(
    visitor: MakeVisitor, agent: MakeAgent, demo: Demo
) -> None:
    """The demo's plan keeps to a "no" for seven days."""
    agent("aino").be_available()
    eva = visitor()
    eva.hesitate()
    expect(eva.invitation).to_be_visible()
    with eva.page.expect_response(lambda answer: '"declined"' in (answer.request.post_data or "")):
        eva.invitation.get_by_role("button", name="No thanks").click()
    who = goes_home(eva, HOUR_MS)
    eva.page.goto(f"/cart{CAMPAIGN}")
    until(lambda: eva.page.evaluate("performance.now()") > 2_500)  # longer than the trigger waits
    with eva.page.expect_response("**/v1/look") as looked:
        eva.page.evaluate("window.overture('event', 'asked')")
    assert looked.value.json()["invitation"] is None
    assert demo.get(f"sites/nordic-bikes/visitors/{who}")["visits"] == 2
    goes_home(eva, 7 * 24 * HOUR_MS)
    eva.page.goto(f"/cart{CAMPAIGN}")
    expect(eva.invitation).to_be_visible()
    assert demo.get(f"sites/nordic-bikes/visitors/{who}")["visits"] == 3


HEAR = """
window.sounds = [];
const { start } = OscillatorNode.prototype;
OscillatorNode.prototype.start = function (...at) { sounds.push(this.frequency.value); return start.apply(this, at) };
const { play } = HTMLMediaElement.prototype;
HTMLMediaElement.prototype.play = function () { sounds.push(this.src); return play.apply(this) };
"""


def test_a_message_sounds_at_the_desk_and_never_on_the_visitors_page(visitor: MakeVisitor, agent: MakeAgent) -> None:
    aino = agent("aino")
    aino.page.add_init_script(HEAR)
    aino.page.reload()
    aino.be_available()  # the click that lets a page sound
    assert aino.page.evaluate("sounds") == []
    bo = visitor()
    bo.context.add_init_script(HEAR)
    bo.page.goto("/bikes/harju")
    bo.open_chat()
    bo.say("v-01 Hello")
    until(lambda: len(aino.page.evaluate("sounds")) >= 3)
    arrived = len(aino.page.evaluate("sounds"))
    aino.open("v-01")
    aino.go("Visitors")
    bo.say("v-02 Anybody?")
    until(lambda: len(aino.page.evaluate("sounds")) > arrived)
    aino.open("v-02")
    aino.say("a-01 Yes")
    expect(bo.log()).to_contain_text("a-01")
    bo.close_chat()
    aino.say("a-02 Are you there?")
    expect(bo.page.get_by_text("1", exact=True)).to_be_visible()
    assert [frame.evaluate("sounds") for frame in bo.page.frames] == [[], []]


def test_canned_reply_private_note_hand_over_and_the_board(visitor: MakeVisitor, agent: MakeAgent, demo: Demo) -> None:
    """Step 3: the agents' own work, and what the visitor is told of it."""
    aino, ville = agent("aino").be_available(), agent("ville").be_available()
    bo = visitor()
    bo.page.goto("/bikes/harju")
    bo.open_chat()
    bo.say("v-01 Which size at 181 cm?")
    aino.open("v-01")
    aino.page.get_by_role("textbox", name="Reply").fill("/size")
    expect(aino.page.get_by_role("option").filter(has_text="Tell me your height")).to_be_visible()
    aino.page.get_by_role("textbox", name="Reply").press("Enter")
    expect(aino.page.get_by_role("textbox", name="Reply")).to_have_value(re.compile("^Tell me your height"))
    aino.page.get_by_role("button", name="Send", exact=True).click()
    expect(bo.log()).to_contain_text("Tell me your height and inseam")
    aino.page.get_by_role("button", name="Private note").click()
    aino.page.get_by_role("textbox", name="Private note").fill("Asked about a return, too")
    aino.page.get_by_role("button", name="Save note").click()
    expect(aino.log()).to_contain_text("Asked about a return, too")
    aino.page.get_by_role("button", name="Hand over").click()
    dialog = aino.page.get_by_role("dialog", name="Hand over")
    dialog.get_by_label("Team", exact=True).select_option("care")
    dialog.get_by_label("Note for the team").fill("Knows the bike, wants the terms")
    dialog.get_by_role("button", name="Hand it over").click()
    expect(bo.log()).to_contain_text(re.compile("handed you over to care", re.IGNORECASE))
    ville.open("Tell me your height")
    for text in ("v-01 Which size", "Asked about a return, too", "Knows the bike, wants the terms"):
        expect(ville.log()).to_contain_text(text)
    expect(ville.page.get_by_role("complementary")).to_contain_text("The question is solved now")
    ville.say("a-02 You have 30 days")
    expect(bo.log()).to_contain_text("a-02")
    expect(bo.log()).not_to_contain_text("Asked about a return")
    said = [one["text"] for one in demo.messages(ville.conversation)]
    assert [text[:4] for text in said] == ["v-01", "Tell", "a-02"]


def test_who_waits_sees_their_place_and_the_board_tells_of_them(
    visitor: MakeVisitor, agent: MakeAgent, demo: Demo
) -> None:
    ids = {user["name"]: user["id"] for user in demo.get("users")["items"]}
    demo.post(f"users/{ids['Aino Salo']}", {"capacity": 1}, "PATCH")
    aino = agent("aino").be_available()
    first = visitor()
    first.page.goto("/bikes/aino")
    first.open_chat()
    first.say("v-01 I was first")
    expect(first.log()).to_contain_text("Aino Salo joined")
    cia = visitor()
    cia.page.goto("/bikes/aino")
    cia.open_chat()
    cia.say("v-02 Anybody there?")
    expect(cia.chat.get_by_text("You are next")).to_be_visible()
    board = aino.page.get_by_role("button", name="Live board")
    expect(board).to_contain_text("1")
    board.click()
    expect(aino.page.get_by_role("row").filter(has_text="Bike sales")).to_contain_text(re.compile(r"0:\d\d"))
    aino.page.keyboard.press("Escape")
    demo.post(f"users/{ids['Aino Salo']}", {"capacity": None}, "PATCH")
    aino.open("v-02")
    expect(cia.chat.get_by_text("You are next")).to_have_count(0)
    expect(cia.log()).to_contain_text("Aino Salo joined")


def test_a_booking_is_made_in_the_wrap_up_and_read_as_one(visitor: MakeVisitor, agent: MakeAgent, demo: Demo) -> None:
    """ "Booked" asks what and when; an error stands at its field; the visitor reads the ride, not a call."""
    aino = agent("aino").be_available()
    dag = visitor(FINNISH)
    dag.hesitate()
    dag.open_chat()
    dag.say("v-01 Voinko koeajaa?")
    aino.open("v-01")
    aino.say("a-01 Toki")
    expect(dag.log()).to_contain_text("a-01")
    aino.page.get_by_role("button", name="Wrap up").click()
    dialog = aino.page.get_by_role("dialog", name="Wrap up")
    dialog.get_by_label("Result").select_option("not_now")
    expect(dialog.get_by_label("Nothing more is needed")).to_be_checked()
    dialog.get_by_label("Result").select_option("booked")
    expect(dialog.get_by_label("What is booked")).to_have_value("test_ride")
    begins = dialog.get_by_label("When it begins")
    begins.fill("2020-01-01T10:00")
    dialog.get_by_role("button", name="Close conversation").click()
    expect(begins).to_be_focused()
    expect(begins).to_have_accessible_description(re.compile("gone by"))
    dialog.get_by_role("button", name="Tomorrow 14:00").click()
    expect(dialog.get_by_text("The visitor will read").locator("..")).to_contain_text("Koeajosi on varattu")
    dialog.get_by_role("button", name="Close conversation").click()
    expect(dialog).to_have_count(0)
    expect(dag.log()).to_contain_text(
        re.compile(r"Koeajosi on varattu \w+ksi \d+\. \w+ klo 14\.00 \(Helsingin aikaa\)")
    )
    expect(dag.log()).not_to_contain_text("Sinulle soitetaan")
    (kept,) = [one for one in demo.get("sites/nordic-bikes/bookings")["items"] if one["kind"] == "test_ride"]
    assert kept["conversation"]


def test_wrap_up_by_one_key(visitor: MakeVisitor, agent: MakeAgent) -> None:
    """The usual end: nothing promised, nothing asked."""
    aino = agent("aino").be_available()
    dag = visitor()
    dag.page.goto("/bikes/aino")
    dag.open_chat()
    dag.say("v-01 Just looking")
    aino.open("v-01")
    aino.say("a-01 Fine")
    expect(dag.log()).to_contain_text("a-01")
    aino.page.keyboard.press("Escape")
    aino.page.keyboard.press("Shift+W")
    expect(dag.log()).to_contain_text("The conversation was ended")
    expect(aino.page.get_by_role("dialog", name="Wrap up")).to_have_count(0)


def test_a_named_visitor_is_found_after_their_conversation_closed(
    visitor: MakeVisitor, agent: MakeAgent, demo: Demo
) -> None:
    """By the name an agent gave, the number they said, and their words; what is owed stands beside the next one."""
    aino = agent("aino").be_available()
    dag = visitor(FINNISH)
    dag.page.goto("/bikes/aino")
    dag.open_chat()
    dag.say("v-01 Soitatteko?")
    aino.open("v-01")
    aino.say("a-01 Soitan")
    expect(dag.log()).to_contain_text("a-01")
    page = aino.page
    page.get_by_role("button", name="Give the visitor a name").click()
    page.get_by_label("Name", exact=True).fill("Daga Åkerblom")
    page.get_by_role("button", name="Save").click()
    expect(aino.list.get_by_text("Daga Åkerblom")).to_be_visible()
    page.get_by_role("button", name="Wrap up").click()
    dialog = page.get_by_role("dialog", name="Wrap up")
    dialog.get_by_label("Result").select_option("lead")
    dialog.get_by_label("What happens next").fill("Call about the Aino")
    dialog.get_by_label("Their phone number").fill("040 765 4321")
    dialog.get_by_role("button", name="Close conversation").click()
    expect(dialog).to_have_count(0)
    search = page.get_by_role("searchbox", name="Search conversations")
    for words in ("åkerblom", "040 765 4321", "+358407654321", "soitatteko"):
        search.fill(words)
        found = aino.list.get_by_role("listitem").filter(has_text="Daga Åkerblom")
        expect(found).to_contain_text("Lead")
    search.fill("")
    dag.chat.get_by_role("button", name="Aloita uusi keskustelu").click()
    dag.say("v-02 Hei taas")
    aino.open("v-02")
    expect(page.get_by_role("heading", name="Promised", exact=True).locator("..")).to_contain_text("Sinulle soitetaan")
    expect(page.get_by_role("link", name="+358407654321")).to_be_visible()


def test_wrap_up_leaves_a_promise_that_is_kept_moved_and_handed_on(
    visitor: MakeVisitor, agent: MakeAgent, demo: Demo
) -> None:
    """Steps 5 and 6: the promise in words, its clock in Follow-ups; then the visitor buys."""
    aino = agent("aino").be_available()
    dag = visitor(FINNISH)
    dag.hesitate()
    dag.open_chat()
    dag.say("v-01 Soitatteko minulle?")
    aino.open("v-01")
    aino.say("a-01 Soitan")
    expect(dag.log()).to_contain_text("a-01")
    aino.page.get_by_role("button", name="Wrap up").click()
    dialog = aino.page.get_by_role("dialog", name="Wrap up")
    dialog.get_by_label("Result").select_option("lead")
    dialog.get_by_label("What happens next").fill("Confirm the test ride of the Kaarna")
    expect(dialog.get_by_label("Who", exact=True)).to_have_value("agent")
    dialog.get_by_label("Channel").select_option("phone")
    dialog.get_by_role("button", name="In 1 hour").click()
    expect(dialog.get_by_label("By when")).not_to_have_value("")
    dialog.get_by_role("button", name="Close conversation").click()
    expect(dialog).to_have_count(0)
    expect(dag.log()).to_contain_text(
        re.compile(r"Sinulle soitetaan (tänään|huomenna) ennen klo \d+\.\d\d, soittajana Aino Salo")
    )

    dag.close_chat()
    dag.page.get_by_role("link", name=re.compile("kassalle", re.IGNORECASE)).click()
    number = buy(dag)
    aino.go("Follow-ups")
    card = aino.page.get_by_role("listitem").filter(has_text="Confirm the test ride of the Kaarna")
    expect(card).to_contain_text(re.compile(r"In\s(\d+\smin|1\sh)"))
    card.get_by_role("button", name="Move").click()
    move = aino.page.get_by_role("dialog", name="Move the promise")
    move.get_by_role("button", name=re.compile("Tomorrow")).click()
    move.get_by_role("button", name="Move", exact=True).click()
    expect(card).to_contain_text("tomorrow")
    dag.open_chat()
    expect(dag.log()).to_contain_text(re.compile(r"Sinulle soitetaan huomenna ennen klo \d"))
    card.get_by_role("button", name="More actions").click()
    aino.page.get_by_role("menuitem", name="Hand on").click()
    hand_on = aino.page.get_by_role("dialog", name="Hand the promise on")
    hand_on.get_by_label("To").select_option(label="Emma Lind")
    hand_on.get_by_role("button", name="Hand on").click()
    emma = agent()
    emma.go("Follow-ups")
    hers = emma.page.get_by_role("listitem").filter(has_text="Confirm the test ride of the Kaarna")
    expect(hers).to_contain_text("You")
    hers.get_by_role("button", name="Done").click()
    emma.page.get_by_role("dialog", name="Is it done?").get_by_role("button", name="Done").click()
    expect(hers).to_have_count(0)
    told = until(lambda: [one for one in demo.get("sites/nordic-bikes/promises?state=done&owner=all")["items"]
                          if one["what"].startswith("Confirm the test ride of the Kaarna")])  # fmt: skip
    assert [entry["what"] for entry in told[0]["history"]] == ["made", "moved", "handed_on", "done"]

    conversation = told[0]["conversation"]
    orders = demo.get(f"conversations/{conversation}/context")["orders"]
    assert [(one["id"], one["value"], one["with_chat"]) for one in orders] == [(number, 1190.0, True)]
    expect(dag.log()).to_contain_text(number)
    emma.page.goto(f"/console/inbox/{conversation}")
    expect(emma.log()).to_contain_text(number)


def buy(visitor: Visitor) -> str:
    """Check out in the shop; the order's number."""
    page = visitor.page
    page.wait_for_url("**/checkout")
    for field, text in (("email", "dag@mail.example"), ("phone", "040 123 4567"), ("name", "Dag Ek"),
                        ("street", "Vaasankatu 14"), ("zip", "00500"), ("town", "Helsinki")):  # fmt: skip
        page.locator(f"[name={field}]").fill(text)
    page.locator("form [type=submit]").click()
    page.wait_for_url("**/order/confirmed")
    number = page.locator("[data-order-id]")
    expect(number).to_have_text(re.compile("^NB-"))
    return number.inner_text()


def test_insight_counts_what_happened(agent: MakeAgent, demo: Demo) -> None:
    """Step 6, the page: counts only, and just those that the API tells."""
    emma = agent()
    with emma.page.expect_response(lambda answer: "/insight/overview" in answer.url) as asked:
        emma.go("Insight")
    counts = asked.value.json()
    main = emma.page.get_by_role("main")
    expect(main).to_contain_text("Hesitation")
    assert {one["trigger"] for one in counts["decisions"]} >= {"hesitation", "help-reader"}
    assert counts["conversations"]["opened"] >= 50
    assert 1 <= counts["orders"]["with_chat"]["count"] < counts["orders"]["all"]["count"]
    expect(main).to_contain_text(str(counts["conversations"]["opened"]))
    expect(main).to_contain_text(str(counts["orders"]["all"]["count"]))


def test_a_second_start_keeps_everything(demo: Demo) -> None:
    before = demo.get("sites/nordic-bikes/insight/overview")["conversations"]["opened"]
    assert demo.stop() == 0
    demo.start()
    assert demo.get("sites/nordic-bikes/insight/overview")["conversations"]["opened"] == before
