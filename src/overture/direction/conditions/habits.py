"""What people write by habit where a condition can't be read, and what to write instead."""

from __future__ import annotations

import re

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from overture.direction.conditions.catalogue import METHODS
from overture.direction.conditions.syntax import Fault

_KEYWORDS = {
    "and": "&&", "or": "||", "not": "!", "is": "==", "isnt": "!=", "equals": "==", "eq": "==", "ne": "!=", "gt": ">",
    "ge": ">=", "gte": ">=", "lt": "<", "le": "<=", "lte": "<=", "xor": "!= between two conditions in brackets",
}  # fmt: skip
_METHOD_HABITS = {"starts": "startsWith", "ends": "endsWith", "has": "contains", "includes": "contains",
                  "like": "contains", "match": "matches", "begins": "startsWith"}  # fmt: skip
_SIGNS = {
    "=": ("One = is no comparison", "write =="),
    "&": ("One & is no operator", "write &&"),
    "|": ("One | is no operator", "write ||"),
    "?": ("There is no ?: in conditions", "write (a && b) || (!a && c)"),
    "%": ("There is no % in conditions", "write 60% as 0.6, and a remainder as the numbers themselves"),
    "{": ("There are no { } in conditions", "use parentheses"),
    ";": ("There is no ; in conditions", "join parts with && or ||"),
    "≥": ("`≥` is no comparison", "write >="),
    "≤": ("`≤` is no comparison", "write <="),
    "≠": ("`≠` is no comparison", "write !="),
    "~": ("`~` is no comparison", 'write text.contains("...") or text.matches("...")'),
}
_QUOTES = "“”„‟‘’‚‛«»‹›`´"
_MONEY = "€$£¥"
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400}
_TIME = re.compile(
    r"(?<!\d)(\d+(?:\.\d+)?) ?(ms|s|m|h|d)(?:ec|ecs|econds?|in|ins|inutes?|r|rs|ours?|ays?)?\b", re.ASCII
)
_PRICE = re.compile(r"(?<!\d)(\d+(?:\.\d+)?)(?:eur|euros?|usd|sek|e)\b", re.ASCII | re.IGNORECASE)
_SHARE = re.compile(r"(?<!\d)(\d+(?:\.\d+)?) *$", re.ASCII)


def explain(text: str, error: UnexpectedInput) -> Fault:
    """Where a text stops being a condition, and the way out."""
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return Fault("condition_syntax", len(text), "The condition breaks off", "finish it, or close what is open")
    at = error.pos_in_stream if error.pos_in_stream is not None else 0
    if isinstance(error, UnexpectedCharacters):
        start, message, hint = _character(text, at)
    else:
        start, message, hint = _token(text, at, str(error.token) if isinstance(error, UnexpectedToken) else text[at:])
    return Fault("condition_syntax", start, message, hint)


def _token(text: str, at: int, word: str) -> tuple[int, str, str]:
    """What is told of a word that can't stand where it does."""
    before, low = text[:at].rstrip(), word.lower()
    negation = re.search(r"\bnot$", before, re.IGNORECASE)
    if negation:
        return negation.start(), "`not` is no operator", "write !"
    unit = _TIME.fullmatch(f"1 {low}")
    if unit and before[-1:].isdigit():
        start = re.search(r"[\d.]+$", before)
        assert start is not None
        return start.start(), *_number(f"{start[0]} {low}", before[: start.start()])
    if low in _KEYWORDS:
        return at, f"`{word}` is no operator", f"write {_KEYWORDS[low]}"
    if low == "between":
        return at, "`between` is no operator", "write both limits, as in now.hour >= 9 && now.hour < 17"
    method = _METHOD_HABITS.get(low) or next((one for one in METHODS if one.lower() == low), None)
    if method is not None:
        return at, f"`{word}` can't stand here", f'it comes behind a dot, as in page.path.{method}("/bikes")'
    if word[:1] in "\"'" and at and text[at - 1] in "bB":
        return at - 1, "There are no bytes in conditions", "leave the b away"
    return at, f"`{_short(word)}` can't stand here", _way_out(text, at, before)


def _way_out(text: str, at: int, before: str) -> str:
    rest = text[at:]
    path = re.match(r"/[\w./-]*", rest)
    if path and before[-1:] in "=<>([,":
        return f'text stands in quotes: "{path[0][:60]}"'
    decimals = re.match(r",(\d+)", rest)
    number = re.search(r"(?<!\d)(\d+)$", before)
    if decimals and number:
        return f"decimals come after a point: {number[1]}.{decimals[1]}"
    if rest.startswith(">") and before.endswith("<"):
        return "write != for <>"
    if rest[:1] in "=<>" and before[-1:] in "=<>!":
        return "comparisons are == != < <= > >="
    return "is an operator or a bracket missing before it?"


def _character(text: str, at: int) -> tuple[int, str, str]:
    """What is told of a sign that begins nothing."""
    char = text[at]
    if char in "\"'":
        return at, "This text is never closed", f"end it with {char}"
    if char in _QUOTES:
        return at, f"`{char}` is no quote for a condition", 'write straight quotes, as in "/basket"'
    if char in _MONEY:
        return at, f"`{char}` means nothing in a condition", "leave the currency away: values are in the plan's"
    if char == "=" and text[at - 1 : at] == "=":
        return at - 2, f"`{text[at - 2 : at + 1]}` is no comparison", f"write {text[at - 2 : at]}"
    if char == "=" and text[at + 1 : at + 2] in ("<", ">"):
        sign = text[at + 1]
        return at, f"`={sign}` is no comparison", f"write {sign}="
    if char == ":":
        return at, "`:` means nothing in a condition", "for times of the day ask now.hour and now.minute"
    if char == "%":
        share = _SHARE.search(text[:at])
        if share and not re.match(r"\s*[\w(]", text[at + 1 :]):
            return at, "There is no % in conditions", f"write {float(share[1]) / 100:.12g} for {share[1]}%"
    if char in _SIGNS:
        return at, *_SIGNS[char]
    if char.isdigit() or char == ".":
        start = re.search(r"\d*\.?$", text[:at], re.ASCII)
        at = start.start() if start else at
        return at, *_number(text[at:], text[:at])
    return at, f"`{char}` means nothing in a condition", "leave it away, or quote it"


def _number(rest: str, before: str) -> tuple[str, str]:
    """What is told of something that begins as a number does."""
    time, price = _TIME.match(rest), _PRICE.match(rest)
    if time:
        if time[2] == "d" and re.search(r"days_since_last[\s<>=!]*$", before):
            return f"`{time[0]}` is not a number: days are plain numbers", f"write {time[1]}"
        seconds = float(time[1]) * _SECONDS[time[2]]
        return f"`{time[0]}` is not a number: times are plain seconds", f"write {seconds:.12g}"
    if price:
        return f"`{price[0]}` is not a number", f"write {price[1]}: values are in the plan's currency"
    return "This is not a number", "write it as 40, 0.5 or 1e3"


def _short(word: str) -> str:
    return word if len(word) <= 30 else word[:29] + "…"
