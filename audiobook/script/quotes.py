"""Paragraphs -> the quotations in them: what somebody says or thinks, told apart from narration.

The convention is found in the whole text, the spans in each paragraph; a quotation left open runs on into the
paragraph after where that one opens anew (the printer's custom) or holds the closing mark. Quotations inside a
quotation belong to the outer one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from audiobook.markup import unseen
from audiobook.model import Paragraph
from audiobook.script.conventions import DASH, SINGLE, Convention, Family, conventions, seen
from audiobook.script.dashes import dash_spans
from audiobook.script.letters import letters
from audiobook.script.pairs import Span, has_marks, next_mark, opens_with, spans
from audiobook.script.passage import Quote
from audiobook.script.tagged import forgotten_end, replied, without_tags
from audiobook.script.thoughts import thinks, thought_spans
from audiobook.script.unsaid import announces, is_motto, nobody_says, reported

__all__ = ["Forgotten", "Quote", "find_quotes", "read_quotes"]

_VOICED = re.compile(r"<!--\s*voice\s*:(?!\s*(?:the\s+)?narrator\s*--)[^>]*-->\s*\Z", re.IGNORECASE)
_VOICED_ANYWHERE = re.compile(r"<!--\s*voice\s*:", re.IGNORECASE)
_MOST_FORGOTTEN = 3  # closing marks in a paragraph that are looked for
_CUSTOM = 2  # quotations that likely hold reported speech, for others to be believed
_LONGEST_REACH = 12  # paragraphs that a quotation may span without opening anew


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A quotation that lacks a mark: the closing one where it is `opened`, else the opening one."""

    paragraph: int
    start: int
    end: int
    opened: bool


def find_quotes(paragraphs: Sequence[Paragraph], language: str, parts: Sequence[int] = ()) -> tuple[Quote, ...]:
    """The quotations, in order: `paragraph` is the index into `paragraphs`, offsets are into its text. `parts`: the
    number of the chapter that each paragraph is of; an anthology may mark speech in one way here, in another there.

    >>> from audiobook.model import Source
    >>> find_quotes([Paragraph('"Go," said Tom.', Source("a.md", 0, 15, 1))], "en")
    (Quote(paragraph=0, start=0, end=5, kind='dialogue', continues=False),)
    """
    return read_quotes(paragraphs, language, parts)[0]


def read_quotes(paragraphs: Sequence[Paragraph], language: str,
                parts: Sequence[int] = ()) -> tuple[tuple[Quote, ...], tuple[Forgotten, ...]]:
    """The quotations, and those of them that lack a mark."""
    texts = [seen(paragraph.text) for paragraph in paragraphs]
    customs = conventions(texts, parts, language)
    walked: list[tuple[list[Span], bool]] = []
    for _, numbers in groupby(range(len(texts)), key=lambda number: parts[number] if parts else 0):
        part = list(numbers)
        walked += _walk(texts[part[0]:part[-1] + 1], customs[part[0]], language.split("-")[0].lower())
    found: list[Quote] = []
    forgotten: list[Forgotten] = []
    written = letters(texts, walked) | _announced(texts, walked)
    told = _reported(texts, walked)
    for number, (here, continues) in enumerate(walked):
        unsaid = number in written or (bool(here) and is_motto(texts[number]))
        if unsaid and _VOICED_ANYWHERE.search(paragraphs[number].text) is None:
            continue
        if not here and "_" not in texts[number] and "*" not in texts[number]:
            continue
        goes_on = number + 1 < len(walked) and walked[number + 1][1]
        for at, span in enumerate(here):
            opened = span.opened or (continues and at == 0)
            closed = span.closed or (goes_on and at == len(here) - 1)
            if not (opened and closed):
                forgotten.append(Forgotten(number, span.start, span.end, opened))
        quotes = sorted([*_quotes(number, texts[number], here, continues, paragraphs[number].text, told),
                         *(Quote(number, span.start, span.end, "thought")
                           for span in thought_spans(texts[number], here))], key=lambda quote: quote.start)
        as_written = texts[number] is paragraphs[number].text
        found.extend(quotes if as_written else _snapped(quotes, paragraphs[number].text))
    return tuple(found), tuple(forgotten)


def _announced(texts: Sequence[str], walked: Sequence[tuple[list[Span], bool]]) -> set[int]:
    """The paragraphs that are nothing but what the paragraph before them announces as written."""
    found: set[int] = set()
    for number in range(1, len(texts)):
        here, continues = walked[number]
        if len(here) == 1 and here[0].opened and not texts[number][:here[0].start].strip("_*> \t\r\n") \
                and not texts[number][here[0].end:].strip("_*> \t\r\n.,") \
                and ((continues and number - 1 in found) or (not continues and announces(texts[number - 1]))):
            found.add(number)
    return found


def _reported(texts: Sequence[str], walked: Sequence[tuple[list[Span], bool]]) -> set[tuple[int, int]]:
    """Where marks hold speech as the narrator reports it, if that is this book's custom: paragraph and start."""
    found = {(number, span.start): sure for number, (here, _) in enumerate(walked) for span in here
             if span.opened and span.closed and span.start and (sure := reported(texts[number], span))}
    customary = sum(sure > 1 for sure in found.values()) >= _CUSTOM
    return {at for at, sure in found.items() if customary or sure == 3}


def _snapped(quotes: Sequence[Quote], text: str) -> Iterator[Quote]:
    """The quotes, each begun before the entity or escape that stands for its opening mark."""
    begins = [(start, end) for start, end, shown in unseen(text) if shown.strip()]
    at = 0
    for quote in quotes:
        while at < len(begins) and begins[at][1] <= quote.start:
            at += 1
        yield replace(quote, start=begins[at][0]) if at < len(begins) and begins[at][0] < quote.start else quote


def _walk(texts: Sequence[str], custom: Convention, language: str) -> Iterator[tuple[list[Span], bool]]:
    """For each paragraph its spans, and whether the first of them goes on from the paragraph before."""
    reach = 0  # paragraphs, from here, that an open quotation is known to run through
    open_in: Family | None = None
    last: list[Span] = []
    for number, text in enumerate(texts):
        if custom.dashes and DASH.match(text):
            yield dash_spans(text), False
            reach, open_in = 0, None
            continue
        family = open_in if reach and open_in else _family(text, custom)
        after = texts[number + 1] if number + 1 < len(texts) else ""
        goes_on = opens_with(after, family)
        continues = False
        if reach:
            _, here = spans(text, family, inside=True, may_go_on=reach > 1 or goes_on)
            continues, reach = True, reach - 1
        else:
            _, here = spans(text, family, may_go_on=goes_on)
            continues = (open_in is family and bool(here) and here[0].opened and opens_with(text, family)
                         and not replied(texts[number - 1], last, text, here))
        here = _closed_at_tags(text, here, family, goes_on)
        if language == "fr" or family.blank_inside or (custom.foreign and family is not SINGLE):
            here = [piece for span in here for piece in without_tags(text, span)]
        open_in = None
        if here and not here[-1].closed and here[-1].end == len(text):
            if reach or goes_on:
                open_in = family
            else:
                reach = _reach(texts, number, family)
                open_in = family if reach else None
        last = here
        yield here, continues


def _closed_at_tags(text: str, here: list[Span], family: Family, goes_on: bool) -> list[Span]:
    """The spans; the first that lacks its closing mark ends where its tag begins, if it has one, and what follows the
    tag is read anew."""
    begun = 0
    for _ in range(_MOST_FORGOTTEN):
        for at, span in enumerate(here):
            if not span.opened or span.start < begun:
                continue
            inner = next_mark(text, family, span.start + 1, span.end - 1)
            lacks = not span.closed or inner is not None or (
                text[span.end - 1] in family.apostrophe and text[span.end - 2].isalpha())
            end = forgotten_end(text, span.start, span.end if inner is None else inner) if lacks else None
            if end is not None:
                begun = end
                _, rest = spans(text[end:], family, may_go_on=goes_on)
                here = [*here[:at], Span(span.start, end, True, False),
                        *(replace(one, start=one.start + end, end=one.end + end) for one in rest)]
                break
        else:
            break
    return here


def _family(text: str, custom: Convention) -> Family:
    if not custom.other or has_marks(text, custom.outer):
        return custom.outer
    return next((family for family in custom.other if has_marks(text, family)), custom.outer)


def _reach(texts: Sequence[str], number: int, family: Family) -> int:
    """How many paragraphs after `number` belong to the quotation that it leaves open; 0 where none closes it."""
    for ahead in range(1, _LONGEST_REACH + 1):
        if number + ahead >= len(texts):
            return 0
        text = texts[number + ahead]
        if not has_marks(text, family):
            continue
        if opens_with(text, family):
            return 0
        after = texts[number + ahead + 1] if number + ahead + 1 < len(texts) else ""
        goes_on = opens_with(after, family)
        apart, _ = spans(text, family, may_go_on=goes_on)
        joined, _ = spans(text, family, inside=True, may_go_on=goes_on)
        return ahead if joined + 2.0 < apart else 0
    return 0


def _quotes(number: int, text: str, here: Sequence[Span], continues: bool, written: str,
            told: set[tuple[int, int]]) -> Iterator[Quote]:
    thinking = False
    listed: int | None = None
    for at, span in enumerate(here):
        goes_on = continues and at == 0
        if not goes_on and span.opened and span.closed \
                and ((number, span.start) in told or nobody_says(text, span, listed)):
            before = written[max(0, span.start - 200):span.start] if text is not written else ""
            if not before or _VOICED.search(before) is None:
                listed = span.end
                continue
        listed = None
        thinking = thinks(text, here, at, thinking)
        yield Quote(number, span.start, span.end, "thought" if thinking else "dialogue", goes_on)
