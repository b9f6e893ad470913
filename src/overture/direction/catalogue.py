"""Every key of the plan with its meaning: for the schema, the editor's completion and the reference."""

from __future__ import annotations

import msgspec


class PlanKey(msgspec.Struct, frozen=True):
    """A key: where it stands (`teams.NAME.goal`), its name, what it holds, whether it must be there."""

    path: str
    holds: str
    needed: bool
    meaning: str
    example: str


_KEYS = (
    PlanKey("overture", "1", True, "version of the plan's language", "1"),
    PlanKey("site", "name", True, "the site's name, as given to `overture site add`", "nordic-bikes"),
    PlanKey("timezone", "time zone", True, "where hours and `now.*` are read", "Europe/Helsinki"),
    PlanKey("country", "two letters", False, "whose public holidays `PH` means; none are known without it", "FI"),
    PlanKey("currency", "three letters", False, "the currency of orders and goals; EUR if left out", "EUR"),
    PlanKey(
        "languages",
        "list of languages",
        True,
        "the site's languages by their codes, as in fi or pt-BR; every message comes in each",
        "[fi, en]",
    ),
    PlanKey("holdout", "percentage", False, "visitors who get no invitation at all; 0% if left out", "5%"),
    PlanKey("epoch", "whole number", False, "raise it to draw anew who gets no invitation; 1 if left out", "1"),
    PlanKey("quiet", "mapping", False, "the site's manners", "{per_visit: 1, after_decline: 7d}"),
    PlanKey(
        "quiet.per_visit", "whole number", False, "decisions in one visit, invited or held out; 1 if left out", "1"
    ),
    PlanKey("quiet.after_decline", "duration", False, 'rest after a "no"; none if left out', "7d"),
    PlanKey("quiet.after_chat", "duration", False, "rest after a chat; none if left out", "1d"),
    PlanKey(
        "stages",
        "list of conditions",
        False,
        "stages of the lifecycle; the first that holds is the visit's",
        "- mid: cart.items > 0",
    ),
    PlanKey(
        "audiences",
        "mapping of conditions",
        False,
        "names for conditions, to be used as audience.NAME",
        "familiar: visitor.visits >= 3",
    ),
    PlanKey("teams", "mapping", True, "the teams by name", "care: ..."),
    PlanKey("teams.NAME.aim", "sales or service", True, "what the team is for", "sales"),
    PlanKey(
        "teams.NAME.department",
        "marketing, sales or service",
        False,
        "its column in the lifecycle report; the aim if left out",
        "sales",
    ),
    PlanKey("teams.NAME.goal", "mapping", True, "what the team is to reach", "{measure: orders, amount: 120}"),
    PlanKey("teams.NAME.goal.measure", "word", True, "what is counted", "orders"),
    PlanKey("teams.NAME.goal.amount", "number above 0 or percentage", True, "how much of it", "120"),
    PlanKey(
        "teams.NAME.goal.per", "day, week, month, quarter or year", False, "in what time; month if left out", "month"
    ),
    PlanKey("teams.NAME.goal.by", "date", False, "by when it is to be reached", "2027-03-31"),
    PlanKey(
        "teams.NAME.conversation_goal",
        "text",
        True,
        "what one conversation should lead to; agents see it",
        "The order is placed",
    ),
    PlanKey(
        "teams.NAME.outcomes",
        "list of words",
        False,
        "what may come of a conversation",
        "[order, booking:test_ride, lead]",
    ),
    PlanKey(
        "teams.NAME.hours",
        "opening hours",
        False,
        "when the team is open (OpenStreetMap's syntax; a later part wins); 24/7 if left out",
        '"Mo-Fr 10:00-21:00; PH off"',
    ),
    PlanKey("teams.NAME.answer_within", "duration", False, "how soon a visitor is answered; 20s if left out", "20s"),
    PlanKey("teams.NAME.chats_per_agent", "whole number", False, "conversations at once; 3 if left out", "3"),
    PlanKey(
        "teams.NAME.results", "list of words", True, "results to choose from at the wrap-up", "[bought, lead, not_now]"
    ),
    PlanKey(
        "teams.NAME.after_chat",
        "mapping",
        True,
        "what happens after a chat unless agreed otherwise",
        "{owner: care, within: 4h}",
    ),
    PlanKey("teams.NAME.after_chat.owner", "team", True, "which team acts", "care"),
    PlanKey(
        "teams.NAME.after_chat.channel", "phone, email, chat or visit", False, "by what; phone if left out", "phone"
    ),
    PlanKey("teams.NAME.after_chat.within", "duration", False, "within what time", "4h"),
    PlanKey(
        "teams.NAME.escalate",
        "mapping",
        False,
        "who is called to a conversation that nobody answers; nobody if left out",
        "{after: 60s, to: managers}",
    ),
    PlanKey("teams.NAME.escalate.after", "duration", True, "unanswered for so long", "60s"),
    PlanKey(
        "teams.NAME.escalate.to",
        "managers, team or e-mail, or a list",
        True,
        "who is called; a team gets the conversation offered",
        "managers",
    ),
    PlanKey("teams.NAME.guidelines", "text", False, "how the team talks; agents see it", "Ask before naming a model."),
    PlanKey(
        "routes",
        "list",
        False,
        "which team a visitor who opens the chat by the button comes to; the first that holds",
        "- {to: care}",
    ),
    PlanKey("routes.when", "condition", False, "when; always if left out", 'visit.stage == "support"'),
    PlanKey("routes.to", "team", True, "to whom", "care"),
    PlanKey("triggers", "list", False, "the triggers, in order of priority", "- name: big-basket"),
    PlanKey("triggers.name", "name", True, "its name; a renamed trigger is a new one", "big-basket"),
    PlanKey("triggers.team", "team", True, "who answers; it invites only while they are open", "bike-sales"),
    PlanKey(
        "triggers.when",
        "condition",
        True,
        "for whom and when; times are in seconds",
        "cart.value >= 200 && page.seconds >= 45",
    ),
    PlanKey(
        "triggers.say",
        "mapping of variants",
        True,
        "what the visitor reads: variants, each in every language",
        "a: {en: Can I help?}",
    ),
    PlanKey(
        "triggers.show",
        "badge or teaser",
        False,
        "a dot on the button, or a line beside it; teaser if left out",
        "teaser",
    ),
    PlanKey(
        "triggers.at_most",
        "cap",
        True,
        "how often one visitor meets it: N per DURATION, or N ever; never twice in a visit",
        "1 per 7d",
    ),
    PlanKey(
        "triggers.holdout",
        "percentage",
        False,
        "visitors who do not see it, to measure what it causes; 0% if left out",
        "20%",
    ),
    PlanKey("triggers.epoch", "whole number", False, "raise it to draw the arms anew; 1 if left out", "1"),
)


def plan_keys() -> list[PlanKey]:
    """All keys, in the order in which one writes them."""
    return list(_KEYS)
