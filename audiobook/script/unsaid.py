"""Quoted words that nobody says: titles, irony, a word spoken of. They stay narration.

The tell is grammar, not meaning: speech stands apart from the sentence around it (a comma or a stop before it, its own
punctuation inside, a verb of saying beside it), a quoted word is a part of that sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from audiobook.script.pairs import Span

_VERB = (r"(?:said|says?|saying|cr(?:y|ied|ies|ying)|ask(?:ed|s|ing)?|repl(?:y|ied|ies|ying)|answer(?:ed|s|ing)?|"
         r"exclaim(?:ed|s|ing)?|call(?:ed|ing) out|shout(?:ed|s|ing)?|whisper(?:ed|s|ing)?|mutter(?:ed|s|ing)?|"
         r"murmur(?:ed|s|ing)?|return(?:ed|s)|add(?:ed|s|ing)|repeat(?:ed|s|ing)?|begin|began|begun|continued?|"
         r"resumed?|observed?|remark(?:ed|s|ing)?|respond(?:ed|s)?|retort(?:ed|s)?|interrupted|interposed|sighed|"
         r"gasped|screamed|yelled|roared|growled|thought|wondered|echoed|laughed|sang|inquired|enquired|demanded|"
         r"ejaculated|announced|declared|suggested|explained|pleaded|protested|told|went on|dit|répondit|demanda|"
         r"sagte|fragte|rief|dijo|preguntó|respondió|disse|chiese|rispose)")
_WHO = r"(?:I|he|she|they|we|it|you|one|who|(?:the|his|her|my|their|a|an|this|that)\s+[\w’'-]+(?:\s+[\w’'-]+){0,3}?|[A-Z][\w’'.-]*(?:\s+[A-Z][\w’'.-]*){0,3})"
_TAG_AFTER = re.compile(rf"[\s_*]*(?:[,;:—–-]+\s*)?(?:{_VERB}\b|{_WHO}\s+(?:\w+ly\s+|had\s+)?{_VERB}\b)")
_TAG_BEFORE = re.compile(rf"\b{_VERB}(?:\s+(?:\w+ly|to\s+\w+|out|aloud|again|him|her|me|them))?\s*\Z")
_IS = re.compile(r"[\s_*]*(?:was|is|were|are|had|has|being|became|means|meant|signifies|stood|seemed|would|in|of|and the)\b")
_BLANKS = " \t\r\n\xa0"


def nobody_says(text: str, span: Span, here: Sequence[Span]) -> bool:
    """Whether the quoted words are part of the sentence around them."""
    inner = text[span.start:span.end].strip("\"“”„‟‘’‛'«»‹›‚`_* \t\r\n\xa0")
    if not inner:
        return True
    before = text[max(0, span.start - 60):span.start].rstrip("_*" + _BLANKS)
    after = text[span.end:span.end + 80]
    following = after.lstrip("_*" + _BLANKS)[:1]
    words = inner.count(" ") + inner.count("\n") + 1
    last = inner[-1]
    if not before:
        if not following and words <= 4 and last == ",":
            return True  # the greeting of a letter
    elif before[-1].isalnum() or before[-1] in ")%":
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


def has_tag(after: str) -> bool:
    """Whether the words after a quotation say who said it.

    >>> has_tag(" said Tom."), has_tag(" The rain fell.")
    (True, False)
    """
    return _TAG_AFTER.match(after) is not None
