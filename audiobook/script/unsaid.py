"""Quoted words that nobody says: titles, irony, a word spoken of. They stay narration.

The tell is grammar, not meaning: speech stands apart from the sentence around it (a comma or a stop before it, its own
punctuation inside, a verb of saying beside it), a quoted word is a part of that sentence.
"""

from __future__ import annotations

import re

from audiobook.script.pairs import Span
from audiobook.script.saying import TAG, VERB, WHO

_TAG_AFTER = re.compile(rf"[\s_*]*(?:[,;:—–-]+\s*)?{TAG}")
_TAG_BEFORE = re.compile(rf"\b{VERB}(?:\s+(?:\w+ly|to\s+\w+|out|aloud|again|him|her|me|them))?\s*\Z")
_WRITTEN = re.compile(r"\b(?:wrote|writes|written|meant|means|meaning|inscribed|engraved|labell?ed|"
                      r"inscription|headed|entitled|"
                      r"indicat(?:ed|ing)|as if to say|as much as to say|seemed to say|the sentence|the motto|"
                      r"the proverb|écrivit|schrieb|escribió|scrisse)[\s,:—–-]*\Z")
_WROTE = re.compile(rf"[\s_*]*(?:wrote|writes)\s+{WHO}|[\s_*]*{WHO}\s+(?:had\s+)?(?:wrote|writes|written)\b")
_ATTRIBUTED = re.compile(r"\n[ \t_*>]*(?:--|[—–―])[ \t_*]*[A-Z][^\n]{2,80}\Z")
_LIST = re.compile(r"[\s,;_*]*(?:(?:and|or|nor|but not|und|oder|et|ou|y|o|e)\s+)?(?:(?:the|a|an)\s+)?")
_IS = re.compile(r"[\s_*]*(?:was|is|were|are|had|has|being|became|means|meant|signifies|"
                 r"stood|seemed|would|in|of|and the)\b")
_BLANKS = " \t\r\n\xa0"


def nobody_says(text: str, span: Span, listed: int | None = None) -> bool:
    """Whether the quoted words are part of the sentence around them. `listed`: where the quoted words before them end,
    if nobody says those; a list is of one kind.

    >>> text = 'He called it "the house," and went to bed.'
    >>> nobody_says(text, Span(13, 25))
    True
    """
    inner = text[span.start:span.end].strip("\"“”„‟‘’‛'«»‹›‚`_* \t\r\n\xa0")
    if not inner:
        return True
    before = text[max(0, span.start - 60):span.start].rstrip("_*" + _BLANKS)
    after = text[span.end:span.end + 80]
    following = after.lstrip("_*" + _BLANKS)[:1]
    words = len(inner.split())
    if listed is not None and words <= 6 and _LIST.fullmatch(text, listed, span.start):
        return True
    last = inner[-1]
    shouted = words > 1 and inner.isupper() and last not in "!?"
    if not before and not following and (shouted or (last == "," and words <= 6)):
        return True  # a letter's greeting, a line of verse, a notice
    if _WRITTEN.search(before) or (last != "." and following.islower() and _WROTE.match(after)):
        return True
    if before and (before[-1].isalnum() or before[-1] in ")%"):
        return _within(inner, words, last, before, after, following)
    if last in ",.!?…-—–;:" or not inner[0].isalpha() or words > 4:
        return False
    return _IS.match(after) is not None and _TAG_AFTER.match(after) is None


def _within(inner: str, words: int, last: str, before: str, after: str, following: str) -> bool:
    """A sentence runs into the quotation without a stop: does it run on through it?"""
    if _TAG_AFTER.match(after):
        return False
    told = _TAG_BEFORE.search(before) is not None
    small = inner[0].islower()
    if last in "!?…-—–":
        return small and words <= 3 and last not in "…-—–" and not told and following != ""
    if last in ".,;:":
        if told and not small:
            return False
        if small:
            return words <= 4 or (last != "." and not told) or (not told and following != "")
        return words <= 4 and following != ""
    return not told or small or words <= 2


def is_motto(text: str) -> bool:
    """Whether the paragraph is a quotation with its author named under it."""
    return _ATTRIBUTED.search(text.rstrip(" \t\r\n_*\"”’'")) is not None


def has_tag(after: str) -> bool:
    """Whether the words after a quotation say who said it.

    >>> has_tag(" said Tom."), has_tag(" The rain fell.")
    (True, False)
    """
    return _TAG_AFTER.match(after) is not None
