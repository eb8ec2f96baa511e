"""What is thought and not said: quotations with a tag of thinking, and whole sentences in italics with one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from audiobook.script.pairs import Span

_THINK = (r"thought|think|thinks|wondered|wonders|mused|muses|pondered|reflected|"
          r"pens(?:a|ait|ó|aba|e)|song(?:ea|eait)|dachte|denkt|überlegte|pensò|pensava|подумал[аи]?|думал[аи]?")
_WHO = (r"(?:I|he|she|they|it|we|[A-Z][\w’'.-]*(?:\s+[A-Z][\w’'.-]*){0,3}|"
        r"(?:the|his|her|my|their)\s+[\w’'-]+(?:\s+[\w’'-]+)?)")
_AFTER = re.compile(rf"[\s_*—–]*(?:(?:{_THINK})\s+{_WHO}|"
                    rf"{_WHO}\s+(?:\w+ly\s+)?(?:was\s+thinking|{_THINK})(?=\s*[,.;:!?—–-]|"
                    r"\s+(?:to|as|with|in|at|for|again|then|and|\w+ly)\b)|"
                    rf"(?:{_THINK})[-‐](?:t-)?(?:il|elle|je|on))", re.UNICODE)
_BEFORE = re.compile(rf"(?:{_WHO}\s+(?:\w+ly\s+)?(?:{_THINK})|"
                     r"(?:thinking|wondering)(?:\s+to\s+\w+)?)(?:\s+(?:to|of|at)\s+\w+)?\s*[,:—–-]+[\s_*]*\Z")
_SAID = re.compile(r"\b(?:said|says|cried|asked|replied|answered|exclaimed|returned|added|called|shouted|whispered)\b")
_STOPS = ("", ".", "!", "?", "…", ":", ";", "”", '"', "’", "*", "_")
_ITALIC = re.compile(r"(?<![\w_*])([_*])(?![\s_*])((?:(?!\1)[^\n]|\n(?!\s*\n)){2,400}?[.?!,…])\1(?![\w_*])")


def thinks(text: str, here: Sequence[Span], at: int, thinking: bool) -> bool:
    """Whether the quotation number `at` of the paragraph is thought; `thinking`: the one before it was."""
    span = here[at]
    after = text[span.end:min(span.end + 90, here[at + 1].start if at + 1 < len(here) else len(text))]
    before = text[max(here[at - 1].end if at else 0, span.start - 90):span.start]
    if _AFTER.match(after) or _BEFORE.search(before):
        return True
    return thinking and at > 0 and not _SAID.search(after) and not _SAID.search(before)


def thought_spans(text: str, here: Sequence[Span] = ()) -> Iterator[Span]:
    """What is thought in italics, outside the quotations `here`: whole sentences that a tag of thinking stands by,
    and those that follow them in their paragraph.

    >>> text = "_What now?_ she thought. _It is late._ It was a _very_ old house."
    >>> [text[span.start:span.end] for span in thought_spans(text)]
    ['_What now?_', '_It is late._']
    """
    if "_" not in text and "*" not in text:
        return
    thinking = False
    for match in _ITALIC.finditer(text):
        start, end = match.span()
        if any(span.start < end and start < span.end for span in here):
            continue
        before = text[max(0, start - 90):start]
        if _AFTER.match(text, end) or _BEFORE.search(before):
            thinking = True
        elif not thinking or before.rstrip()[-1:] not in _STOPS:
            continue
        yield Span(start, end)
