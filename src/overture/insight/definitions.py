"""What each number means, in the words that stand beside it. A number without a definition is not shown.

Counts only: nothing here says that one thing caused another. What invitations cause is told by the held-out.
"""

from __future__ import annotations

DEFINITIONS: dict[str, str] = {
    "period": "From the first day's start to the last day's end, by the site's clocks. Simulated visitors never count.",
    "decisions.invited": "Times the trigger met its moment and the visitor was invited.",
    "decisions.held_out": "Times the trigger met its moment and its own holdout kept the invitation back.",
    "decisions.held_out_all": "Times the trigger met its moment for a visitor who is to get no invitation at all.",
    "decisions.shown": "Invitations that came onto a screen.",
    "decisions.seen": "Invitations that were in view for long enough to be read, or were answered.",
    "decisions.accepted": "Invitations answered with Reply.",
    "decisions.declined": "Invitations answered with No thanks.",
    "decisions.conversations": "Conversations out of these invitations in which the visitor and an agent both wrote.",
    "conversations.opened": "Conversations that visitors opened in the period.",
    "conversations.answered": "Of those opened, the ones in which an agent wrote.",
    "conversations.closed": "Of those opened, the ones that are closed by now, wrapped up or not.",
    "conversations.missed": "Of those opened, the ones that are over and in which no agent wrote.",
    "conversations.missed_why.left_early": "Missed: the visitor left before the team's own time to answer was up.",
    "conversations.missed_why.nobody_free": "Missed: no agent had a free slot within the team's own time to answer.",
    "conversations.missed_why.agent_silent": "Missed: an agent had it and wrote nothing within the team's own time.",
    "conversations.first_response_seconds.median": "Half of the answered conversations had their agent's first message "
    "within so many seconds of the visitor's.",
    "conversations.first_response_seconds.p90": "Nine in ten of the answered conversations had their agent's first "
    "message within so many seconds.",
    "conversations.first_response_seconds.n": "How many answered conversations these times come from.",
    "promises.due": "Promises whose time falls in the period, cancelled ones left out: kept, late and open together.",
    "promises.kept": "Of those due, the ones done by their time. A promise that was moved counts by its present time.",
    "promises.late": "Of those due, the ones done after their time, or past it and not done yet.",
    "promises.open": "Of those due, the ones whose time is still to come.",
    "promises.moved": "Of those due, the ones that were given another time than the first.",
    "orders.all": "Orders made in the period, in the plan's currency; the same order told twice counts once.",
    "orders.with_chat": "Orders made within 7 days after both sides wrote in a conversation with the same visitor. "
    "They go together; it is not told here that the chat caused them.",
    "orders.other": "Orders in other currencies, each by itself: they are never added up.",
    "leads.new": "Leads that began in the period: messages left, conversations that ended as a lead, and others.",
    "by_day": "Conversations opened, decisions of every arm and orders of any currency, by day of the site.",
}
"""By the path of the number in the report."""
