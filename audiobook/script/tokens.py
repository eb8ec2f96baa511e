"""Paragraphs and quotations -> one running text cut into words, with what stands between them.

Everything that finds people and speakers works on this: offsets are into `Tokens.text`, where paragraphs
are joined by a blank line, markup and line ends are blanks, and a quotation keeps its marks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audiobook.script.words import SHORT

WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_ENDS = frozenset(".!?:…")
_MARKS = frozenset('"“”„«»‹›‘`')


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
    """Parallel lists, one entry a word: `lows` are lower case, with straight apostrophes and no possessive ending."""

    text: str
    paragraphs: list[tuple[int, int]]
    scenes: list[int]
    quotes: list[Span]
    starts: list[int]
    ends: list[int]
    words: list[str]
    lows: list[str]
    owns: list[bool]  # ends in 's
    within: list[int]  # index of the quotation that the word stands in, or -1
    opens: list[bool]  # first word of a sentence
    joined: list[bool]  # only blanks between it and the word before
    homes: list[int]  # paragraph

    def at(self, offset: int) -> int:
        """Index of the first word that starts at or after `offset`."""
        return bisect_left(self.starts, offset)

    def between(self, start: int, end: int) -> tuple[int, int]:
        """Indexes of the words that start in `start:end`."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end)


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
    matches = list(WORD.finditer(whole))
    lost = set(_lost_endings(matches))
    kept = [number for number in range(len(matches)) if number not in lost]
    starts = [matches[number].start() for number in kept]
    ends = [matches[number].end() for number in kept]
    words = [matches[number].group() for number in kept]
    lows, owns = _lowered(words)
    if lost:
        owns = [own or number + 1 in lost for own, number in zip(owns, kept, strict=True)]
    tokens = Tokens(
        whole, paragraphs, list(scenes), quotes, starts, ends, words, lows, owns, [-1] * len(words), [], [], []
    )
    for number, quote in enumerate(quotes):
        first, last = tokens.between(quote.start, quote.end)
        tokens.within[first:last] = [number] * (last - first)
    for number, (start, end) in enumerate(paragraphs):
        first, last = tokens.between(start, end)
        tokens.homes.extend([number] * (last - first))
    _boundaries(tokens)
    return tokens


def _lost_endings(matches: Sequence[re.Match[str]]) -> Iterator[int]:
    """Where a text has lost its apostrophes: "Tom s hat" is "Tom's hat"."""
    for number, match in enumerate(matches):
        if match.group() == "s" and number:
            before = matches[number - 1]
            if match.start() == before.end() + 1 and before.end() - before.start() > 2:
                yield number


def _lowered(words: list[str]) -> tuple[list[str], list[bool]]:
    known: dict[str, tuple[str, bool]] = {}
    lows, owns = [], []
    for word in words:
        found = known.get(word)
        if found is None:
            low = word.lower().replace("’", "'")
            found = (low[:-2], True) if low.endswith("'s") and len(low) > 3 else (low, False)
            known[word] = found
        lows.append(found[0])
        owns.append(found[1])
    return lows, owns


def _boundaries(tokens: Tokens) -> None:
    text, ends, lows = tokens.text, tokens.ends, tokens.lows
    known: dict[str, tuple[bool, bool]] = {}
    before = 0
    for number, start in enumerate(tokens.starts):
        gap = text[before:start]
        found = known.get(gap)
        if found is None:
            bare = gap.strip(" \t\r_*()[]")
            ending = any(mark in _ENDS for mark in bare) or any(mark in _MARKS for mark in bare) or "\n\n" in gap
            found = ending, gap.isspace() and "\n\n" not in gap
            known[gap] = found
        opens = found[0] or number == 0
        if opens and number and (lows[number - 1] in SHORT or len(lows[number - 1]) == 1) and gap.strip() == ".":
            opens = False
        tokens.opens.append(opens)
        tokens.joined.append(found[1])
        before = ends[number]
