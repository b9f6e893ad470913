"""How one event of a look is read: made right where its meaning is plain, else refused by itself and told.

What is refused here costs nothing but itself. A `Problem` is for the site's developer: the page's console shows it, and
so do Settings.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec

from overture.kit.money import money, read_amount, read_currency
from overture.kit.text import cut
from overture.visits.looks import (
    InvitationStep,
    Look,
    SentCart,
    SentEnd,
    SentEvent,
    SentIdentify,
    SentInvitation,
    SentNamed,
    SentOrder,
    SentPage,
    SentScroll,
    read_envelope,
)

MAX_URL = 4_096
MAX_TITLE = 300
MAX_NAME = 100
MAX_ID = 200
MAX_ORDER_ID = 128  # as orders are kept
MAX_TRAIT = 1_000
MAX_TRAITS = 50
MAX_PROPS_BYTES = 4_096
MAX_DEPTH = 8
_EXAMPLE = 64
_STEPS = ("shown", "seen", "accepted", "declined")
_CALLS = "cart, order, identify, event, page, open, consent"


class Problem(msgspec.Struct, frozen=True):
    """What the page said that could not be taken: of which call, which of its fields, and why.

    `example` is the value, where it can't say who somebody is.
    """

    event: str
    field: str
    message: str
    example: str = ""

    @property
    def call(self) -> str:
        """Which call it was, in the page's own word."""
        return self.example if self.event == "unknown" else self.event


class _Refused(ValueError):
    def __init__(self, field: str, why: str, value: object = "") -> None:
        super().__init__(why)
        self.field = field
        self.why = why
        self.value = value


Tell = Callable[[_Refused], None]
Fields = dict[str, Any]


def read_look(body: bytes) -> tuple[Look, list[Problem]]:
    """The look in a request's body, with the events that can be read, and what is wrong with the others.

    BadLook, TooManyEvents or LookTooLarge if it is no look at all.
    """
    look, sent = read_envelope(body)
    if not sent:
        return look, []
    events: list[SentEvent] = []
    problems: list[Problem] = []
    for raw in sent:
        event, found = read_event(raw)
        problems += found
        if event is not None:
            events.append(event)
    return msgspec.structs.replace(look, events=events), problems


def read_event(raw: msgspec.Raw) -> tuple[SentEvent | None, list[Problem]]:
    """The event in its JSON, None if it is refused; and what is wrong with it."""
    problems: list[Problem] = []
    try:
        fields = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        fields = None  # a number beyond all bounds, or deeper than anything means
    kind = fields.get("type") if isinstance(fields, dict) else None
    if not isinstance(fields, dict) or not isinstance(kind, str) or kind not in _READERS:
        return None, [_unknown(fields, kind)]

    def tell(refused: _Refused) -> None:
        problems.append(_problem(kind, refused))

    try:
        return _READERS[kind](fields, tell), problems
    except _Refused as refused:
        return None, [*problems, _problem(kind, refused)]


def _unknown(fields: object, kind: object) -> Problem:
    name = fields.get("name") if isinstance(fields, dict) and kind == "unknown" else kind
    said = cut(str(name), 64) if name is not None else ""
    return Problem(
        "unknown", "", f"overture({said!r}, …) is no call that can be read: the calls are {_CALLS}", example=said
    )


def _problem(kind: str, refused: _Refused) -> Problem:
    about = f"{refused.field}: " if refused.field else ""
    return Problem(kind, refused.field, f"overture('{kind}', …): {about}{refused.why}", _shown(refused.value))


def _shown(value: object) -> str:
    if value is None:
        return ""
    return cut(value if isinstance(value, str) else msgspec.json.encode(value).decode(), _EXAMPLE)


# ---- each kind ---------------------------------------------------------------------------------------------


def _page(fields: Fields, tell: Tell) -> SentPage:
    url = cut(_text(fields, "url"), MAX_URL)
    referrer = cut(_text(fields, "referrer"), MAX_URL)
    for name, value in (("url", url), ("referrer", referrer)):
        try:
            urlsplit(value)
        except ValueError:
            refused = _Refused(name, "no address: write it as in https://shop.example/bikes")
            if name == "url":
                raise refused from None
            tell(refused)
            referrer = ""
    if not url:
        raise _Refused("url", "it is missing: write it as in https://shop.example/bikes")
    title = cut(_text(fields, "title"), MAX_TITLE)
    return SentPage(ago=_ago(fields), url=url, referrer=referrer or None, title=title or None)


def _scroll(fields: Fields, _tell: Tell) -> SentScroll:
    depth = fields.get("depth")
    if isinstance(depth, bool) or not isinstance(depth, (int, float)):
        raise _Refused("depth", "a number from 0 to 1", depth)
    return SentScroll(ago=_ago(fields), depth=float(min(1, max(0, depth))))


def _named(fields: Fields, tell: Tell) -> SentNamed:
    name = _text(fields, "name").strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise _Refused("name", f"a name has 1 to {MAX_NAME} characters, as in overture('event', 'size_guide')", name)
    props = fields.get("props")
    if props is None:
        props = {}
    if not isinstance(props, dict):
        tell(_Refused("props", "they are an object, as in {size: 'L'}; the event counts without them"))
        props = {}
    kept = _plain(props)
    if len(msgspec.json.encode(kept)) > MAX_PROPS_BYTES:
        tell(_Refused("props", f"at most {MAX_PROPS_BYTES} bytes; the event counts without them"))
        kept = {}
    return SentNamed(ago=_ago(fields), name=name, props=kept)


def _cart(fields: Fields, tell: Tell) -> SentCart:
    value = _amount(fields, "value")
    items = 0.0
    if fields.get("items") is not None:
        try:
            items = _amount(fields, "items")
        except _Refused as refused:
            tell(refused)
    return SentCart(ago=_ago(fields), value=value, items=items)


def _order(fields: Fields, _tell: Tell) -> SentOrder:
    order = _id(fields, "id", MAX_ORDER_ID)
    if not order or not order.isprintable():
        raise _Refused("id", f"the shop's own id, 1 to {MAX_ORDER_ID} printable characters; it was not kept")
    try:
        currency = read_currency(fields.get("currency"))
    except ValueError as error:
        raise _Refused("currency", f"{error}. The order was not kept", fields.get("currency")) from None
    try:
        amount = money(cast(Any, fields.get("value")), currency)
    except ValueError as error:
        raise _Refused("value", f"{error}. The order was not kept", fields.get("value")) from None
    if amount.minor < 0:
        raise _Refused("value", "an order is not negative; refunds are no orders. The order was not kept")
    if amount.minor == 0 and read_amount(fields["value"], currency) != 0:
        raise _Refused("value", "less than the smallest coin: send the whole value. The order was not kept")
    return SentOrder(ago=_ago(fields), id=order, value=amount.value, currency=currency)


def _identify(fields: Fields, tell: Tell) -> SentIdentify:
    said = fields.get("traits")
    if said is not None and not isinstance(said, dict):
        tell(_Refused("traits", "they are an object, as in {plan: 'pro'}; they were left out"))
    traits: Fields = {}
    for name, value in said.items() if isinstance(said, dict) else ():
        if len(traits) == MAX_TRAITS:
            tell(_Refused("traits", f"at most {MAX_TRAITS} are kept; the rest were left out"))
            break
        if 1 <= len(name) <= MAX_NAME and _is_trait(value):
            traits[name] = _plain(value)
        else:
            why = f"each has a name and is a text of at most {MAX_TRAIT} characters, a number or a boolean"
            tell(_Refused("traits", f"{why}; {cut(name, 64)!r} was left out"))
    return SentIdentify(ago=_ago(fields), id=_id(fields, "id"), token=_id(fields, "token"), traits=traits)


def _invitation(fields: Fields, _tell: Tell) -> SentInvitation:
    what = fields.get("what")
    if what not in _STEPS:
        raise _Refused("what", f"one of {', '.join(_STEPS)}", what)
    return SentInvitation(ago=_ago(fields), id=_id(fields, "id"), what=cast(InvitationStep, what))


def _end(fields: Fields, _tell: Tell) -> SentEnd:
    return SentEnd(ago=_ago(fields))


_READERS: dict[str, Callable[[Fields, Tell], SentEvent]] = {
    "page": _page,
    "scroll": _scroll,
    "event": _named,
    "cart": _cart,
    "order": _order,
    "identify": _identify,
    "invitation": _invitation,
    "end": _end,
}


# ---- their fields ------------------------------------------------------------------------------------------


def _ago(fields: Fields) -> float:
    ago = fields.get("ago")
    return float(ago) if isinstance(ago, (int, float)) and -1e15 < ago < 1e15 else 0.0


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        raise _Refused(name, "a text", value)
    return str(value).replace("\0", "")


def _id(fields: Fields, name: str, longest: int = MAX_ID) -> str:
    """An id is never changed: it would be another's."""
    value = fields.get(name)
    if isinstance(value, (dict, list, bool)):
        raise _Refused(name, "an id is a text or a number")
    text = "" if value is None else _whole(value)
    if len(text) > longest:
        raise _Refused(name, f"an id has at most {longest} characters")
    if "\0" in text:
        raise _Refused(name, "it holds the character NUL: leave it out")
    return text


def _whole(value: object) -> str:
    """An id that was told as a number: 7, not 7.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else str(value)


def _amount(fields: Fields, name: str) -> float:
    try:
        amount = float(read_amount(fields.get(name)))
    except ValueError as error:
        raise _Refused(name, f"{error}. As in overture('cart', {{value: 349, items: 1}})", fields.get(name)) from None
    if amount < 0:
        raise _Refused(name, "not less than 0; an empty basket is {value: 0, items: 0}", fields.get(name))
    return amount


def _is_trait(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_TRAIT
    return value is None or isinstance(value, (bool, int, float))


def _plain(value: Any, depth: int = MAX_DEPTH) -> Any:
    """What every reader of JSON can hold: no NUL, no whole number beyond the doubles, nothing too deep."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        return float(value) if abs(value) < 1e300 else None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [_plain(one, depth - 1) for one in value] if depth else None
    if isinstance(value, dict):
        return {name.replace("\0", ""): _plain(one, depth - 1) for name, one in value.items()} if depth else None
    return value
