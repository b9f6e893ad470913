"""Pacing keeps room for what invitations may bring, and says what was in the way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from overture.invitations.pacing import LEAST, TeamLoad, acceptance_rate


def load(**more: float) -> TeamLoad:
    values = {
        "free": 3.0, "queue": 0.0, "wait_seconds": 0.0, "acceptance": 0.1, "reactive_per_hour": 0.0,
        "answer_within_ms": 20_000, "unanswered": 0, "there": True,
    } | more  # fmt: skip
    return TeamLoad(**values)  # type: ignore[arg-type]


def test_the_design_in_numbers() -> None:
    assert load().may_invite()
    assert load(unanswered=29).may_invite()  # 29 x 0.1, and this one's own 0.1, fill three slots
    assert not load(unanswered=30).may_invite()
    assert load(unanswered=30).reason() == "invitations_out"
    assert not load(reactive_per_hour=540).may_invite()  # three in 20 s
    assert load(reactive_per_hour=540).reason() == "chats_expected"
    assert load(free=0).reason() == "busy"
    assert load(free=2, queue=2).reason() == "busy"
    assert load(free=0, there=False).reason() == "nobody_there"


@given(
    free=st.integers(0, 20),
    queue=st.integers(0, 5),
    unanswered=st.integers(0, 100),
    acceptance=st.floats(LEAST, 1.0),
    reactive=st.floats(0, 500),
)
def test_more_to_answer_never_makes_room(
    free: int, queue: int, unanswered: int, acceptance: float, reactive: float
) -> None:
    one = load(free=free, queue=queue, unanswered=unanswered, acceptance=acceptance, reactive_per_hour=reactive)
    if not one.may_invite():
        for worse in ({"unanswered": unanswered + 1}, {"queue": queue + 1}, {"reactive_per_hour": reactive + 1}):
            values = {"free": free, "queue": queue, "unanswered": unanswered, "reactive_per_hour": reactive} | worse
            assert not load(acceptance=acceptance, **values).may_invite()
        assert one.reason() in ("busy", "invitations_out", "chats_expected")
    else:
        expected = (unanswered + 1) * acceptance + reactive * 20 / 3_600
        assert expected <= free - queue + 1e-6


@given(invited=st.integers(0, 10_000), share=st.floats(0, 1))
def test_the_measured_rate_takes_over_from_the_prior(invited: int, share: float) -> None:
    accepted = round(invited * share)
    rate = acceptance_rate(accepted, invited)
    assert LEAST <= rate <= 1
    if invited >= 2_000:
        assert abs(rate - accepted / invited) < 0.011
    assert acceptance_rate(0, 0) == 0.05
