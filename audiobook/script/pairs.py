"""The quotation marks of one paragraph -> the spans they open and close.

A mark alone does not say what it does: a straight one opens or closes, an apostrophe does neither, and authors forget
marks. So every mark gets a price for each thing that it could do where it stands, and the cheapest reading of the
whole paragraph wins. A forgotten mark then costs its own quotation and never turns speech and narration round.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from audiobook.script.conventions import ELISION, Family
from audiobook.script.saying import TAG

_History = tuple[str, int, object] | None  # what the last mark did, where, and what was before
_THROUGH = "_*"  # emphasis marks, and what `seen` hides: looked through
_OPENING = "([{¡¿"
_ENDING = ".,!?;:…)]}%"
_DASHES = "—–-―~"
_QUOTES = "\"“”‘’'«»‹›„‚`"


@dataclass(frozen=True, slots=True)
class Span:
    """`start:end` with its marks. `opened` and `closed`: whether its marks are there."""

    start: int
    end: int
    opened: bool = True
    closed: bool = True


@lru_cache(maxsize=64)
def _finder(family: Family) -> re.Pattern[str]:
    sure = re.escape("".join(mark for mark in family.marks if mark not in family.apostrophe))
    maybe = re.escape(family.apostrophe)
    parts = [rf"[{sure}]"] if sure else []
    if maybe:
        parts.append(rf"[{maybe}](?![^\W_])|(?<![^\W_])[{maybe}]")
    return re.compile("|".join(parts))


def has_marks(text: str, family: Family) -> bool:
    return _finder(family).search(text) is not None


def next_mark(text: str, family: Family, start: int, end: int) -> int | None:
    """The first mark of the family in `start:end` that is surely no apostrophe."""
    for match in _finder(family).finditer(text, start, end):
        at = match.start()
        if text[at] not in family.apostrophe or not (
                text[at - 1].isalnum() or (text[at + 1:at + 2].islower() and ELISION.match(text, at + 1))):
            return at
    return None


def opens_with(text: str, family: Family) -> bool:
    """Whether the paragraph's first visible character opens a quotation."""
    head = text[:200].lstrip(" \t\r\n_*>")
    if not head or head[0] not in family.opens + family.both:
        return False
    return not (family.apostrophe and head[0] in family.apostrophe and not _finder(family).match(head))


def _left(text: str, at: int) -> str:
    at -= 1
    while at >= 0 and text[at] in _THROUGH:
        at -= 1
    return text[at] if at >= 0 else ""


def _right(text: str, at: int) -> str:
    at += 1
    while at < len(text) and text[at] in _THROUGH:
        at += 1
    return text[at] if at < len(text) else ""


def _kind(char: str) -> str:
    """start/end "", blank " ", word "w", opening "(", ending ".", dash "-", quotation mark "'"."""
    if not char:
        return ""
    if char.isspace():
        return " "
    if char in _OPENING:
        return "("
    if char in _ENDING:
        return "."
    if char in _DASHES:
        return "-"
    return "'" if char in _QUOTES else "w"


_OPEN_LEFT = {"": 0.0, " ": 0.0, "(": 0.0, "-": 0.7, "'": 0.4, ".": 3.0, "w": 5.0}
_OPEN_RIGHT = {"w": 0.0, "(": 0.0, "'": 0.3, ".": 1.5, "-": 0.5, " ": 3.0, "": 6.0}
_CLOSE_LEFT = {"": 6.0, " ": 3.0, "(": 4.0, "-": 0.3, "'": 0.4, ".": 0.0, "w": 0.3}
_CLOSE_RIGHT = {"": 0.0, " ": 0.0, ".": 0.0, "-": 0.2, "'": 0.3, "(": 2.0, "w": 3.0}
_NEVER = float("inf")
_FORGOTTEN_CLOSE, _FORGOTTEN_OPEN, _TAGGED = 5.0, 6.0, 1.5
_TAG = re.compile(rf"[\s_*]*{TAG}")
_NEW_SENTENCE = re.compile(r"[.!?…][\"”’»]?\s+(?=[^\W\d_])")


def _prices(text: str, at: int, family: Family) -> tuple[float, float, float]:
    """What it costs to read the mark at `at` as opening, as closing, as neither."""
    mark = text[at]
    before, after = _left(text, at), _right(text, at)
    left, right = _kind(before), _kind(after)
    opening = _OPEN_LEFT[left] + _OPEN_RIGHT[right]
    closing = _CLOSE_LEFT[left] + _CLOSE_RIGHT[right]
    if mark in family.opens:
        elided = bool(family.apostrophe) and left != "" and ELISION.match(text, at + 1) is not None
        return 0.3 * opening if not family.blank_inside else 0.0, 7.0 + closing, 0.8 if elided else 6.0
    if mark not in family.apostrophe:
        neither = 2.0 if before.isdigit() and right != "w" and mark in family.both else 6.0
        if mark in family.closes:
            return 7.0 + opening, 0.3 * closing if not family.blank_inside else 0.0, neither
        return opening, closing, neither
    if mark not in family.both:
        opening += 7.0
    if left == "w" and right == "w":
        return opening, closing + 2.0, 0.0
    if left in ("", " ", "(", "-", "'") and right not in ("", " "):
        if ELISION.match(text, at + 1):
            return opening + (0.0 if left == "" else 1.5), closing + 2.0, 2.5 if left == "" else 0.0
        return opening, closing + 0.5, 3.0
    if left == "w":
        dropped = before in "sSxz" or (before in "nN" and at >= 3 and text[at - 2] in "iI") or before in "oOfh"
        return opening, closing + (1.0 if dropped else 0.2), 0.2 if dropped and right == " " else 1.2
    return opening, closing, 4.0


def spans(text: str, family: Family, *, inside: bool = False, may_go_on: bool = False) -> tuple[float, list[Span]]:
    """The cheapest reading of a paragraph, and its price.

    `inside`: the paragraph before left a quotation open. `may_go_on`: the paragraph after begins like one that
    goes on with this paragraph's last quotation, so leaving that one open is cheap.
    """
    marks = [match.start() for match in _finder(family).finditer(text)]
    if not marks:
        return (4.0 if inside else 0.0), ([Span(0, len(text), False, False)] if inside else [])
    nested = 2.0 if family.apostrophe or family.opens else 9.0
    # per depth (outside, in a quotation, in one inside it): price, and the spans so far as a linked list
    p0, p1, p2 = (_NEVER, 0.0, _NEVER) if inside else (0.0, _NEVER, _NEVER)
    h0: _History = None
    h1: _History = None
    h2: _History = None
    for at in marks:
        opening, closing, neither = _prices(text, at, family)
        outside, history = p0 + neither, h0
        if (price := p1 + closing) < outside:
            outside, history = price, ("close", at, h1)
        price = p0 + closing + _FORGOTTEN_OPEN
        if price - _TAGGED < outside and closing < 0.5 and _TAG.match(text, at + 1):
            price -= _TAGGED
        if price < outside:
            outside, history = price, ("forgot open", at, h0)
        within, held = p1 + neither, h1
        if (price := p0 + opening) < within:
            within, held = price, ("open", at, h0)
        if (price := p1 + opening + _FORGOTTEN_CLOSE) < within:
            within, held = price, ("forgot close", at, h1)
        if (price := p2 + closing) < within:
            within, held = price, h2
        if (price := p1 + opening + nested) < p2 + neither:
            p2, h2 = price, h1
        else:
            p2 += neither
        p0, h0, p1, h1 = outside, history, within, held
    left_open = 0.6 if may_go_on else 4.0
    p1, p2 = p1 + left_open, p2 + left_open + 1.5
    if p0 <= p1 and p0 <= p2:
        return p0, _unrolled(text, h0, inside)
    return (p1, _unrolled(text, h1, inside)) if p1 <= p2 else (p2, _unrolled(text, h2, inside))


def _unrolled(text: str, history: _History, inside: bool) -> list[Span]:
    events: list[tuple[str, int]] = []
    rest: object = history
    while isinstance(rest, tuple):
        events.append((rest[0], rest[1]))
        rest = rest[2]
    found: list[Span] = []
    start: int | None = 0 if inside else None
    opened = not inside
    last = 0
    for event, at in reversed(events):
        if event == "open":
            start, opened = at, True
        elif event == "close" and start is not None:
            found.append(Span(start, at + 1, opened, True))
            start, last = None, at + 1
        elif event == "forgot close" and start is not None:
            found.append(Span(start, at, opened, False))
            start, opened, last = at, True, at
        elif event == "forgot open":
            begun = [match.end() for match in _NEW_SENTENCE.finditer(text, last, at)] if last else []
            found.append(Span(begun[-1] if begun else last, at + 1, False, True))
            last = at + 1
    if start is not None:
        found.append(Span(start, len(text), opened, False))
    return found
