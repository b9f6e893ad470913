"""What follow-ups refuse."""

from __future__ import annotations

from overture.kit.errors import Conflict, Invalid, NotFound, TooMany


class BadWrapUp(Invalid):
    """The wrap-up can't be kept; `details.field` names what is wrong with it."""

    code = "bad_wrap_up"


class BadPromise(Invalid):
    """A promise can't be changed like that; `details.field` names why."""

    code = "bad_promise"


class NoSuchPromise(NotFound):
    """No promise of that id on the actor's teams."""

    code = "no_such_promise"


class PromiseSettled(Conflict):
    """The promise is done or cancelled already."""

    code = "promise_settled"


class WrappedUpAlready(Conflict):
    """The conversation has its wrap-up."""

    code = "wrapped_up_already"


class TooManyMessages(TooMany):
    """This visitor has left as many messages as one may in a while."""

    code = "too_many_messages"
