"""What is thought and not said: quotations with a tag of thinking, and whole sentences in italics with one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from audiobook.script.pairs import Span

_THINK = (r"thought|think|thinks|wondered|wonders|mused|muses|pondered|reflected|"
          r"pens(?:a|ait|ó|aba|e)|song(?:ea|eait)|dachte|denkt|überlegte|pensò|pensava|подумал[аи]?|думал[аи]?")
_WHO = r"(?:I|he|she|they|it|we|[A-Z][\w’'.-]*(?:\s+[A-Z][\w’'.-]*){0,3}|(?:the|his|her|my|their)\s+[\w’'-]+(?:\s+[\w’'-]+)?)"
_AFTER = re.compile(rf"[\s_*]*(?:(?:{_THINK})\s+{_WHO}|{_WHO}\s+(?:\w+ly\s+)?(?:{_THINK})(?=\s*[,.;:!?—–-]|\s+(?:to|as|with|in|at|for|again|then|and|\w+ly)\b)|"
                    rf"(?:{_THINK})[-‐](?:t-)?(?:il|elle|je|on))", re.UNICODE)
_BEFORE = re.compile(rf"(?:{_WHO}\s+(?:\w+ly\s+)?(?:{_THINK})|(?:thinking|wondering)(?:\s+to\s+\w+)?)(?:\s+(?:to|of|at)\s+\w+)?\s*[,:—–-]+[\s_*]*\Z")
_SAID = re.compile(r"\b(?:said|says|cried|asked|replied|answered|exclaimed|returned|added|called|shouted|whispered)\b")
_ITALIC = re.compile(r"(?<![\w_*])([_*])(?![\s_*])((?:(?!\1)[^\n]|\n(?!\s*\n)){2,400}?[.?!,…])\1(?![\w_*])")


def thinks(text: str, here: Sequence[Span], at: int, thinking: bool) -> bool:
    """Whether the quotation number `at` of the paragraph is thought; `thinking`: the one before it was."""
    span = here[at]
    after = text[span.end:min(span.end + 90, here[at + 1].start if at + 1 < len(here) else len(text))]
    before = text[max(here[at - 1].end if at else 0, span.start - 90):span.start]
    if _AFTER.match(after) or _BEFORE.search(before):
        return True
    return thinking and at > 0 and not _SAID.search(after) and not _SAID.search(before)


def thought_spans(text: str) -> Iterator[Span]:
    """Whole sentences in italics that a tag of thinking stands by, in a paragraph without quotations.

    >>> list(thought_spans("_What now?_ she thought."))
    [Span(start=0, end=11, opened=True, closed=True)]
    """
    if "_" not in text and "*" not in text:
        return
    for match in _ITALIC.finditer(text):
        if _AFTER.match(text, match.end()) or _BEFORE.search(text, max(0, match.start() - 90), match.start()):
            yield Span(match.start(), match.end())
