"""Voice marks -> the quotations they hold for.

A mark holds for the quotation directly after it (in its paragraph, or alone on the line or paragraph before), with
the pieces that a tag cuts from it and the paragraphs that it runs on through.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from audiobook.model import NARRATOR, Problem
from audiobook.script.conventions import seen
from audiobook.script.marks import Mark
from audiobook.script.passage import Passage, Quote
from audiobook.script.unsaid import has_tag

_REACH = 4  # paragraphs: comments may stand alone between a mark and its quotation
_WORD = re.compile(r"[^\W_]")
_SOMETHING = re.compile(r"[^\s_*>(\[{—–-]")
_NOTHING = " \t\r\n\xa0_*>([{—–-"



def held(passages: Sequence[Passage], quotes: Sequence[Quote],
         marks: Mapping[int, Sequence[Mark]]) -> tuple[dict[int, Mark], list[Problem]]:
    """The mark of each quotation that has one, by its index, and the marks that hold for nothing.
    `marks`: by the index of their passage."""
    if not any(mark.kind == "voice" for some in marks.values() for mark in some):
        return {}, []
    starts: dict[int, list[int]] = {}
    first: dict[int, int] = {}
    for index, quote in enumerate(quotes):
        first.setdefault(quote.paragraph, index)
        starts.setdefault(quote.paragraph, []).append(quote.start)
    shown = cache(lambda number: seen(passages[number].paragraph.text))
    direct: dict[int, Mark] = {}
    problems: list[Problem] = []
    for number in sorted(marks):
        for mark in marks[number]:
            if mark.kind != "voice":
                continue
            heard = _quotation_after(passages, shown, starts, number, mark)
            if heard is not None:
                direct[first[heard[0]] + heard[1]] = mark
            else:
                problems.append(Problem(
                    "mark-no-quotation", f"the mark for {mark.text or 'the narrator'} stands before no quotation",
                    mark.source, "put it directly before the opening quotation mark"))
    found: dict[int, Mark] = {}
    for index, mark in direct.items():
        found[index] = mark
        for later in range(index + 1, len(quotes)):
            if later in direct or not _same_speech(passages, quotes, later):
                break
            found[later] = mark
    return found, problems


def _quotation_after(passages: Sequence[Passage], shown: Callable[[int], str], starts: Mapping[int, Sequence[int]],
                     number: int, mark: Mark) -> tuple[int, int] | None:
    """The quotation directly after the mark: its paragraph, and which one it is there."""
    place = passages[number]
    start = mark.end
    for ahead in range(number, min(number + _REACH, len(passages))):
        here = passages[ahead]
        if (here.chapter, here.scene) != (place.chapter, place.scene):
            return None
        text = shown(ahead)
        something = _SOMETHING.search(text, start)
        which = bisect_left(starts.get(ahead, ()), start)
        if which < len(starts.get(ahead, ())):
            opens = starts[ahead][which]
            return (ahead, which) if something is None or something.start() >= opens else None
        if something is not None and _WORD.search(text, start):
            return None
        start = 0
    return None


def _same_speech(passages: Sequence[Passage], quotes: Sequence[Quote], index: int) -> bool:
    """Whether the quotation goes on with the speech of the one before it."""
    quote, before = quotes[index], quotes[index - 1]
    if quote.continues:
        return quote.paragraph == before.paragraph + 1
    if quote.paragraph != before.paragraph:
        return False
    text = passages[quote.paragraph].paragraph.text
    gap = text[before.end:quote.start].strip(_NOTHING)
    if not gap or gap[-1] in ",;:" or text[:before.end].rstrip("\"'”’»›_*")[-1:] in (",", "—", "–", "-"):
        return True
    return len(gap) < 200 and not has_tag(text[quote.end:quote.end + 80])


def is_narration(mark: Mark) -> bool:
    return mark.text == NARRATOR
