"""Direction in the console: a draft that is checked, told in meaning, published and explained."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.actors import Agent, Visitor
from tests.e2e.served import Demo, until

MakeVisitor = Callable[..., Visitor]
MakeAgent = Callable[..., Agent]
PLAN = "sites/nordic-bikes/plan"


@pytest.fixture(autouse=True)
def no_draft(demo: Demo) -> Iterator[None]:
    """Each test begins at the plan in force."""
    yield
    draft = demo.get(f"{PLAN}/draft")
    if draft["revision"]:
        demo.post(f"{PLAN}/draft?revision={draft['revision']}", None, "DELETE")


class Editor:
    """The draft's page."""

    def __init__(self, agent: Agent) -> None:
        self.page: Page = agent.page
        agent.go("Direction")
        self.page.get_by_role("link", name="Edit", exact=True).click()
        expect(self.text).to_be_visible()
        expect(self.sound).to_be_visible()

    @property
    def text(self) -> Locator:
        return self.page.get_by_role("textbox", name="Text of the plan")

    @property
    def sound(self) -> Locator:
        return self.page.get_by_text("No problems: this can be published")

    @property
    def problems(self) -> Locator:
        return self.page.get_by_role("region", name="Problems")

    @property
    def tried(self) -> Locator:
        return self.page.get_by_role("region", name="On recorded visits")

    def select(self, text: str) -> None:
        """Find the text and leave it selected."""
        self.text.click()
        self.page.keyboard.press("Control+Home")
        self.page.keyboard.press("Control+f")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Escape")

    def replace(self, old: str, new: str) -> None:
        self.select(old)
        self.page.keyboard.insert_text(new)

    def pane(self, name: str) -> Locator:
        self.page.get_by_role("radio", name=name).click()
        return self.page.get_by_role("region", name="Beside the text")

    def save(self) -> None:
        """By the keyboard, from where one types."""
        self.text.press("Control+s")
        expect(self.page.get_by_text("Saved", exact=True)).to_be_visible()


def test_a_mistake_is_marked_mended_published_and_decides_the_next_look(
    visitor: MakeVisitor, agent: MakeAgent, demo: Demo
) -> None:
    agent("ville").be_available()
    anna = visitor()
    anna.page.goto("/stores")
    editor = Editor(agent())
    expect(editor.tried).to_contain_text(re.compile(r"would have invited [\d,]+ of [\d,]+ visits"))
    before = demo.get(PLAN)["version"]

    editor.replace(
        'page.path.startsWith("/help/") && page.seconds >= 40', 'page.path == "/stores" && page.sekonds >= 1'
    )
    expect(editor.problems).to_contain_text("1 problem")
    problem = editor.problems.get_by_role("listitem")
    for told in ("There is no fact", "page.sekonds", "did you mean page.seconds?", "unknown_fact"):
        expect(problem).to_contain_text(told)
    expect(editor.page.locator(".cm-lintRange-error")).to_have_text("page.sekonds")
    expect(editor.page.get_by_role("button", name="Publish…")).to_have_attribute("aria-disabled", "true")
    problem.get_by_role("button").click()
    assert editor.text.evaluate("element => element.contains(document.activeElement)")

    editor.select("page.sekonds")
    editor.page.keyboard.type("page.se")
    editor.page.get_by_role("option", name="page.seconds").click()
    expect(editor.sound).to_be_visible()
    changes = editor.pane("Changes")
    expect(changes).to_contain_text("help-reader")
    expect(changes).to_contain_text("the page's path is “/stores”")
    expect(editor.tried).to_contain_text("the plan in force")
    teasers = editor.pane("Teasers")
    teasers.get_by_role("radio", name="SV").click()
    expect(teasers).to_contain_text("Hittade du svaret?")
    editor.replace("show: badge", "show: teaser")
    editor.replace("holdout: 20%", "holdout: 0%")
    expect(editor.sound).to_be_visible()
    editor.save()

    editor.page.get_by_role("button", name="Publish…").click()
    dialog = editor.page.get_by_role("dialog", name=f"Publish version {before + 1}?")
    expect(dialog).to_contain_text("help-reader now shows a teaser instead of badge")
    dialog.get_by_label("Why").fill("Ask at the stores' page")
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(editor.page.get_by_text(f"Version {before + 1} is in force").first).to_be_visible()
    assert demo.get(PLAN)["note"] == "Ask at the stores' page"

    # Publishing makes no moment; the next event does, and the new version decides it.
    anna.page.evaluate("window.overture('event', 'asked')")
    expect(anna.invitation).to_contain_text("Did you find the answer?")
    made = next(one for one in demo.get("sites/nordic-bikes/visitors/live")["items"] if not one["simulated"])
    explained = demo.get(f"sites/nordic-bikes/visits/{made['visit']}/explain")
    assert [(one["trigger"], one["plan_version"]) for one in explained["decisions"]] == [("help-reader", before + 1)]

    versions = editor.pane("Versions")
    versions.get_by_role("button", name="Put in force again").first.click()
    back = editor.page.get_by_role("dialog")
    back.get_by_role("button", name="Put in force again").click()
    expect(versions.get_by_role("listitem").first).to_contain_text(f"Version {before + 2}")
    assert demo.get(PLAN)["restores"] == before


def test_two_editors_at_once(agent: MakeAgent, demo: Demo) -> None:
    first, second = Editor(agent()), Editor(agent())
    first.replace("at_most: 1 per 7d", "at_most: 1 per 2d")
    second.replace("holdout: 10%", "holdout: 15%")
    first.save()
    told = second.page.get_by_role("alert")
    expect(told).to_contain_text("saved this draft")
    expect(told).to_contain_text(demo.get("session")["user"]["name"])
    expect(told).to_contain_text("Nothing was overwritten")
    expect(second.page.get_by_role("button", name="Save draft")).to_be_disabled()
    told.get_by_role("button", name="Compare and choose").click()
    dialog = second.page.get_by_role("dialog", name="Two texts of the same draft")
    expect(dialog.get_by_label("Yours, not saved")).to_contain_text("holdout: 15%")
    expect(dialog.get_by_label(re.compile("^Saved by"))).to_contain_text("at_most: 1 per 2d")
    dialog.get_by_role("button", name="Go on with theirs").click()
    expect(told).to_have_count(0)
    expect(second.text).to_contain_text("at_most: 1 per 2d")
    aside = second.pane("Versions").get_by_role("listitem").first
    aside.get_by_role("button", name="Open in the editor").click()
    expect(second.page.get_by_text("Not saved", exact=True)).to_be_visible()
    second.save()
    assert "holdout: 15%" in demo.get(f"{PLAN}/draft")["text"]
    assert "1 per 2d" not in demo.get(f"{PLAN}/draft")["text"]
    # Who had nothing unsaved simply follows.
    expect(first.page.get_by_role("alert")).to_have_count(0)
    expect(first.text).not_to_contain_text("1 per 2d")


def test_what_was_typed_survives_a_reload_and_escape_leaves_the_editor(agent: MakeAgent) -> None:
    editor = Editor(agent())
    editor.replace("holdout: 10%", "holdout: 11%")
    expect(editor.page.get_by_text("Not saved", exact=True)).to_be_visible()
    editor.page.reload()
    expect(editor.page.get_by_text("Not saved", exact=True)).to_be_visible()
    editor.select("holdout: 11%")
    editor.page.keyboard.press("Escape")
    editor.page.keyboard.press("Tab")
    assert not editor.text.evaluate("element => element.contains(document.activeElement)")
    editor.page.get_by_role("button", name="More actions").click()
    editor.page.get_by_role("menuitem", name="Discard the draft").click()
    editor.page.get_by_role("alertdialog").get_by_role("button", name="Discard the draft").click()
    expect(editor.page.get_by_text("Not saved", exact=True)).to_have_count(0)


def test_a_playbook_is_adopted_into_the_draft(agent: MakeAgent, demo: Demo) -> None:
    lead = agent()
    lead.go("Direction")
    lead.page.get_by_role("link", name="Playbooks").click()
    cards = lead.page.get_by_role("article")
    expect(cards).to_have_count(20)
    card = cards.filter(has_text="A full basket, and a pause")
    for told in ("overture('cart', {value, items})", "Is anything still open before you order?"):
        expect(card).to_contain_text(told)
    card.get_by_role("button", name="Adopt").click()
    text = lead.page.get_by_role("textbox", name="Text of the plan")
    expect(text).to_contain_text("name: hesitant-basket")
    expect(lead.page.get_by_text("No problems: this can be published")).to_be_visible()
    assert "audience.hesitating-basket" in demo.get(f"{PLAN}/draft")["text"]
    lead.page.get_by_role("link", name="Try on the past").click()
    table = lead.page.get_by_role("table").filter(has_text="Eligible")
    expect(table).to_contain_text("Hesitant basket")
    expect(table).to_contain_text(re.compile(r"Version \d"))


def test_why_a_live_visitor_is_not_invited_yet(visitor: MakeVisitor, agent: MakeAgent) -> None:
    aino = agent("aino").be_available()
    eva = visitor()
    eva.hesitate()
    aino.go("Visitors")
    rows = aino.page.get_by_role("row").filter(has_text="/cart").filter(has_not_text="Simulated")
    rows.first.get_by_role("button").nth(1).click()
    aino.page.get_by_role("button", name="Why (not)?").click()
    dialog = aino.page.get_by_role("dialog", name="Why it invites, or not")
    expect(dialog).to_contain_text(re.compile(r"Would fire in \d+ s if they stay"))
    expect(dialog).to_contain_text("They have been on this page for 20 seconds or longer")
    expect(dialog).to_contain_text(re.compile(r"page\.seconds = \d"))
    expect(dialog).to_contain_text("Opening hours")
    seconds = re.compile(r"Would fire in (\d+) s")
    begun = int(seconds.search(dialog.inner_text())[1])  # type: ignore[index]
    until(lambda: int(seconds.search(dialog.inner_text())[1]) < begun)  # type: ignore[index]
    aino.page.get_by_role("button", name="Close").last.click()


def test_published_meanwhile(agent: MakeAgent, demo: Demo) -> None:
    """Two edit at once and the first publishes: the second is told, and both texts are still there."""
    first, second = Editor(agent()), Editor(agent())
    version = demo.get(PLAN)["version"]
    second.replace("holdout: 10%", "holdout: 15%")
    first.replace("at_most: 1 per 7d", "at_most: 1 per 3d")
    expect(first.sound).to_be_visible()
    first.save()
    first.page.get_by_role("button", name="Publish…").click()
    first.page.get_by_role("dialog").get_by_role("button", name="Publish", exact=True).click()
    expect(first.page.get_by_text(f"Version {version + 1} is in force").first).to_be_visible()

    told = second.page.get_by_role("alert")
    expect(told).to_contain_text("Nothing was overwritten")
    expect(second.text).to_contain_text("holdout: 15%")
    expect(second.page.get_by_role("button", name="Save draft")).to_be_disabled()
    told.get_by_role("button", name="Compare and choose").click()
    dialog = second.page.get_by_role("dialog", name="Two texts of the same draft")
    expect(dialog.get_by_label("Yours, not saved")).to_contain_text("holdout: 15%")
    dialog.get_by_role("button", name="Go on with mine").click()
    second.save()
    assert "holdout: 15%" in demo.get(f"{PLAN}/draft")["text"]
    assert demo.get(PLAN)["version"] == version + 1
    assert "1 per 3d" in demo.get(PLAN)["text"]
    demo.post(f"{PLAN}/rollback", {"version": version, "note": ""})


def test_a_version_from_the_command_line_does_not_touch_the_draft(agent: MakeAgent, demo: Demo) -> None:
    editor = Editor(agent())
    editor.replace("holdout: 10%", "holdout: 15%")
    editor.save()
    version = demo.get(PLAN)["version"]
    demo.publish(demo.get(PLAN)["text"].replace("holdout: 20%", "holdout: 25%", 1))
    editor.page.reload()
    expect(editor.page.get_by_role("status").filter(has_text=f"Version {version + 1} was published")).to_be_visible()
    editor.select("holdout: 15%")
    expect(editor.text).to_contain_text("holdout: 15%")
    assert "holdout: 15%" in demo.get(f"{PLAN}/draft")["text"]
    demo.post(f"{PLAN}/rollback", {"version": version, "note": ""})


def test_what_was_held_back_and_why(agent: MakeAgent, demo: Demo) -> None:
    lead = agent()
    lead.go("Direction")
    lead.page.get_by_role("link", name="Held back").click()
    main = lead.page.get_by_role("main")
    month = (datetime.now(UTC) - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    counts = demo.get(f"sites/nordic-bikes/held-back/counts?since={month}")["items"]
    everything = sum(one["count"] for one in counts)
    assert everything > 0
    expect(main.get_by_role("img", name=f"{everything} held back, by day")).to_be_visible()
    for told in ("Nobody was there", "Hesitation", "Bike sales"):
        expect(main).to_contain_text(told)
    lines = main.get_by_role("listitem").filter(has=lead.page.get_by_role("link", name="Visitor"))
    lines.first.get_by_role("link", name="Visitor").click()
    expect(lead.page.get_by_role("dialog")).to_contain_text("This visit")
    lead.page.keyboard.press("Escape")


def test_that_nothing_was_held_back_is_good_news(agent: MakeAgent) -> None:
    lead = agent()
    lead.page.route("**/held-back/counts?*", lambda route: route.fulfill(json={"items": [], "next": None}))
    lead.go("Direction")
    lead.page.get_by_role("link", name="Held back").click()
    expect(lead.page.get_by_text("Nothing was held back")).to_be_visible()


def test_a_playbook_goes_to_the_team_that_is_chosen(agent: MakeAgent, demo: Demo) -> None:
    lead = agent()
    text = demo.get(PLAN)["text"].replace("  care:\n    aim: service", "  care:\n    aim: sales", 1)
    demo.post(f"{PLAN}/draft", {"text": text, "revision": 0, "base_version": demo.get(PLAN)["version"]}, "PUT")
    demo.publish(text)
    version = demo.get(PLAN)["version"]
    lead.go("Direction")
    lead.page.get_by_role("link", name="Playbooks").click()
    lead.page.get_by_role("article").filter(has_text="A full basket, and a pause").get_by_role("button").click()
    lead.page.get_by_role("menuitem", name="Care").click()
    expect(lead.page.get_by_role("textbox", name="Text of the plan")).to_contain_text("name: hesitant-basket")
    adopted = demo.get(f"{PLAN}/draft")["text"].split("name: hesitant-basket")[1]
    assert "team: care" in adopted.split("- name:")[0]
    demo.post(f"{PLAN}/rollback", {"version": version - 1, "note": ""})


@pytest.mark.parametrize("aim", ["Selling", "Helping", "Both, by two teams"])
def test_a_first_plan_without_knowing_how_one_is_written(agent: MakeAgent, demo: Demo, aim: str) -> None:
    """On a site without a plan one says what chat is for, and gets a text without problems to change."""
    site = f"first-{aim.split(',')[0].lower()}"
    demo.post("sites", {"id": site, "name": "A new shop", "origins": ["https://new.example"]})
    lead = agent(timezone_id="Europe/Helsinki")
    lead.context.add_init_script(f"localStorage.setItem('overture.site', '{site}')")
    lead.page.goto("/console/direction")
    lead.page.get_by_role("link", name="Write the first plan").click()
    lead.page.get_by_role("button", name=aim).click()
    expect(lead.page.get_by_text("No problems: this can be published")).to_be_visible()
    lead.page.get_by_role("button", name="Publish…").click()
    lead.page.get_by_role("dialog").get_by_role("button", name="Publish", exact=True).click()
    expect(lead.page.get_by_text("Version 1 is in force").first).to_be_visible()
    assert demo.get(f"sites/{site}/plan")["version"] == 1
    lead.complaints.heard.clear()  # that there was no plan was answered 404
