"""Paragraphs and quotations -> one running text cut into words, with what stands between them.

Everything that finds people and speakers works on this: offsets are into `Tokens.text`, where paragraphs
are joined by a blank line, markup and line ends are blanks, and a quotation keeps its marks.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

from audiobook.script.words import SHORT

WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_ENDS = frozenset(".!?:…")
_MARKS = frozenset('"“”„«»‹›‘`')
_CUT = re.compile(f"({WORD.pattern})")
LOWER, UPPER, SHOUTED = 1, 2, 4
"""Of a word as written: its first letter is small; is a capital; all of it, four letters and more, is in capitals."""
_OWNS = 8
_ENDED, _JOINED, _STOPPED = 1, 2, 4  # of what stands between two words
T = TypeVar("T")


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
    starts, ends = array("i"), array("i")
    lows: list[str] = []
    kinds, gaps = bytearray(), bytearray()  # of each word, and of what stands before it
    low_of, kind_of, gap_of = _Known(lambda word: _lowered(word)[0]), _Known(_kind), _Known(_gap)
    behind = ""  # what stands after the last word so far
    for text, (begin, _) in zip(texts, paragraphs, strict=True):
        parts = _CUT.split(text)  # between, word, between, ..., word, between
        parts, owning = _with_apostrophes(parts) if "s" in parts else (parts, ())
        places = array("i", accumulate(map(len, parts), initial=begin))
        starts.extend(places[1:-1:2])
        ends.extend(places[2:-1:2])
        words = parts[1::2]
        lows.extend(map(low_of.__getitem__, words))
        first = len(kinds)
        kinds.extend(map(kind_of.__getitem__, words))
        for number in owning:
            kinds[first + number] |= _OWNS
        parts[0] = behind + parts[0]
        gaps.extend(map(gap_of.__getitem__, parts[:-1:2]))
        behind = (parts[-1] if words else parts[0]) + "\n\n"
    within = array("i", [-1]) * len(lows)
    opens = gaps.translate(_flags(_ENDED))
    opens[:1] = b"\1"[:len(opens)]
    at = gaps.find(_ENDED | _STOPPED, 1)
    while at > 0:  # "Mr. Lee" opens none
        opens[at] = not (lows[at - 1] in SHORT or len(lows[at - 1]) == 1)
        at = gaps.find(_ENDED | _STOPPED, at + 1)
    edges = array("i", [bisect_left(starts, start) for start, _ in paragraphs])
    edges.append(len(lows))
    tokens = Tokens(
        whole,
        paragraphs,
        list(scenes),
        quotes,
        starts,
        ends,
        lows,
        kinds.translate(bytes(kind & (LOWER | UPPER | SHOUTED) for kind in range(256))),
        _truths(kinds.translate(_flags(_OWNS))),
        within,
        _truths(opens),
        _truths(gaps.translate(_flags(_JOINED))),
        edges,
    )
    for number, quote in enumerate(quotes):
        first, last = tokens.between(quote.start, quote.end)
        within[first:last] = array("i", [number]) * (last - first)
    return tokens


def _truths(flags: bytearray) -> Sequence[bool]:
    return memoryview(flags).cast("?")


def _flags(bit: int) -> bytes:
    """For `translate`: 1 for what has the bit."""
    return bytes(bool(kind & bit) for kind in range(256))


class _Known(dict[str, T]):
    """What `work` says of a text, worked out the first time: so that equal texts share one answer."""

    def __init__(self, work: Callable[[str], T]) -> None:
        self._work = work

    def __missing__(self, text: str) -> T:
        found = self[text] = self._work(text)
        return found


def _kind(word: str) -> int:
    """
    >>> _kind("tom") == LOWER, _kind("Tom's") == UPPER | _OWNS, _kind("TOMMY") == UPPER | SHOUTED
    (True, True, True)
    """
    shouted = SHOUTED if len(word) > 3 and word.isupper() else 0
    owns = _OWNS if _lowered(word)[1] else 0
    return owns | shouted | (LOWER if word[0].islower() else UPPER if word[0].isupper() else 0)


def _lowered(word: str) -> tuple[str, bool]:
    low = word.lower().replace("’", "'")
    return (low[:-2], True) if low.endswith("'s") and len(low) > 3 else (low, False)


def _with_apostrophes(parts: Sequence[str]) -> tuple[list[str], list[int]]:
    """ "Tom s hat", of a text that has lost its apostrophes: the "s" is no word; and which words own by it."""
    made, owning = [parts[0]], []
    for word, after in zip(parts[1::2], parts[2::2], strict=True):
        if word == "s" and len(made) > 1 and len(made[-1]) == 1 and len(made[-2]) > 2:
            made[-1] += word + after
            owning.append(len(made) // 2 - 1)
        else:
            made += word, after
    return made, owning


def _gap(gap: str) -> int:
    """What stands between two words: whether it ends a sentence, is nothing but blanks, or a lone full stop."""
    if gap.strip() == "s":  # of a lost apostrophe
        gap = " "
    bare = gap.strip(" \t\r_*()[]")
    apart = "\n\n" in gap
    ended = _ENDED if apart or any(mark in _ENDS or mark in _MARKS for mark in bare) else 0
    return ended | (_JOINED if gap.isspace() and not apart else 0) | (_STOPPED if gap.strip() == "." else 0)
