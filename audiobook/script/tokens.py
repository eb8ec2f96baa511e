"""Paragraphs and quotations -> one running text cut into words, with what stands between them.

Everything that finds people and speakers works on this: offsets are into `Tokens.text`, where paragraphs
are joined by a blank line, markup and line ends are blanks, and a quotation keeps its marks.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from audiobook.script.words import SHORT

WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_ENDS = frozenset(".!?:…")
_MARKS = frozenset('"“”„«»‹›‘`')
LOWER, UPPER, SHOUTED = 1, 2, 4
"""Of a word as written: its first letter is small; is a capital; all of it, four letters and more, is in capitals."""


@dataclass(frozen=True, slots=True)
class Span:
    """A quotation in `Tokens.text`, marks included; `paragraph` from 0."""

    start: int
    end: int
    paragraph: int
    continues: bool
    thought: bool


@dataclass(slots=True)
class Tokens:
    """Parallel columns, one entry a word: `lows` are lower case, with straight apostrophes and no possessive ending.

    Numbers and truths lie in columns of machine words, and equal words are one string: a book has half a million.
    """

    text: str
    paragraphs: list[tuple[int, int]]
    scenes: list[int]
    quotes: list[Span]
    starts: array[int]
    ends: array[int]
    lows: list[str]
    cases: bytearray  # LOWER, UPPER, SHOUTED
    owns: Sequence[bool]  # ends in 's
    within: array[int]  # index of the quotation that the word stands in, or -1
    opens: Sequence[bool]  # first word of a sentence
    joined: Sequence[bool]  # only blanks between it and the word before
    edges: array[int]  # the first word of each paragraph, and at the end the count of words

    def at(self, offset: int) -> int:
        """Index of the first word that starts at or after `offset`."""
        return bisect_left(self.starts, offset)

    def between(self, start: int, end: int) -> tuple[int, int]:
        """Indexes of the words that start in `start:end`."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end)

    def home(self, word: int) -> int:
        """The paragraph that a word stands in."""
        return bisect_right(self.edges, word) - 1


def tokenize(texts: Sequence[str], scenes: Sequence[int], spans: Sequence[Span]) -> Tokens:
    """Words of the texts; `spans` are offsets into each one's own paragraph."""
    paragraphs, at = [], 0
    for text in texts:
        paragraphs.append((at, at + len(text)))
        at += len(text) + 2
    whole = "\n\n".join(texts)
    quotes = [
        Span(
            span.start + paragraphs[span.paragraph][0],
            span.end + paragraphs[span.paragraph][0],
            span.paragraph,
            span.continues,
            span.thought,
        )
        for span in spans
    ]
    starts, ends, owns = array("i"), array("i"), bytearray()
    lows: list[str] = []
    cases = bytearray()
    known: dict[str, tuple[str, bool, int]] = {}
    for match in WORD.finditer(whole):
        word = match.group()
        if word == "s" and starts and match.start() == ends[-1] + 1 and ends[-1] - starts[-1] > 2:
            owns[-1] = True  # "Tom s hat": a text that has lost its apostrophes
            continue
        found = known.get(word)
        if found is None:
            found = known[word] = (*_lowered(word), _case(word))
        lows.append(found[0])
        owns.append(found[1])
        cases.append(found[2])
        starts.append(match.start())
        ends.append(match.end())
    within = array("i", [-1]) * len(lows)
    opens, joined = _boundaries(whole, starts, ends, lows)
    edges = array("i", [bisect_left(starts, start) for start, _ in paragraphs])
    edges.append(len(lows))
    tokens = Tokens(
        whole, paragraphs, list(scenes), quotes, starts, ends, lows, cases, _truths(owns), within, opens, joined, edges
    )
    for number, quote in enumerate(quotes):
        first, last = tokens.between(quote.start, quote.end)
        within[first:last] = array("i", [number]) * (last - first)
    return tokens


def _truths(flags: bytearray) -> Sequence[bool]:
    return memoryview(flags).cast("?")


def _case(word: str) -> int:
    """
    >>> _case("tom") == LOWER, _case("Tom") == UPPER, _case("TOMMY") == UPPER | SHOUTED
    (True, True, True)
    """
    shouted = SHOUTED if len(word) > 3 and word.isupper() else 0
    return shouted | (LOWER if word[0].islower() else UPPER if word[0].isupper() else 0)


def _lowered(word: str) -> tuple[str, bool]:
    low = word.lower().replace("’", "'")
    return (low[:-2], True) if low.endswith("'s") and len(low) > 3 else (low, False)


def _boundaries(
    text: str, starts: Sequence[int], ends: Sequence[int], lows: Sequence[str]
) -> tuple[Sequence[bool], Sequence[bool]]:
    """Which words open a sentence, and which only blanks join to the word before."""
    first, joined = bytearray(), bytearray()
    known: dict[str, tuple[bool, bool]] = {}
    before = 0
    for number, start in enumerate(starts):
        gap = text[before:start]
        if gap.strip() == "s":  # of a lost apostrophe
            gap = " "
        found = known.get(gap)
        if found is None:
            bare = gap.strip(" \t\r_*()[]")
            ending = any(mark in _ENDS for mark in bare) or any(mark in _MARKS for mark in bare) or "\n\n" in gap
            found = ending, gap.isspace() and "\n\n" not in gap
            known[gap] = found
        opens = found[0] or number == 0
        if opens and number and (lows[number - 1] in SHORT or len(lows[number - 1]) == 1) and gap.strip() == ".":
            opens = False
        first.append(opens)
        joined.append(found[1])
        before = ends[number]
    return _truths(first), _truths(joined)
