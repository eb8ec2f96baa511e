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
_PAPER = (r"(?:letters?|notes?(?! of)|telegram|postcard|inscription|notice|label|headline|poster|placard|"
          r"advertisement|postscript|scrawled|scribbled|pencilled|write|wrote|written|writing|printed")
_ON_PAPER = re.compile(rf"\b{_PAPER}|margin|slates?|gist|to\s+this\s+(?:effect|purpose))\b"
                       r"(?P<then>[^.!?\"“”]{0,80})(?::|--|—)\s*\Z")
_ANNOUNCED = re.compile(rf"\b{_PAPER}|paragraph|contents|as follows|to this (?:effect|purpose))\b"
                        r"(?P<then>[^.!?\"“”]{0,60}):[\s_*]*\Z")
_SPEAKING = re.compile(rf"\b{VERB}\b")
_WROTE_BEFORE = re.compile(r"\b(?:wrote|writes|had written)\b[^.!?\"“”]{0,40},\s*\Z")
_NOT_SAID = re.compile(
    r"\b(?:(?:temptation|power|mind|ready|inclined|able|capable|tempted|longed|wanted|wished|meant)\b[^.!?\"“”]{0,20}"
    r"\b(?:to\s+(?:say|reply|exclaim|answer|ask|tell|cry|remark)|of\s+(?:saying|replying|asking|remarking|telling))"
    r"|(?:nearly|almost|as\s+good\s+as)\s+(?:said|say|to\s+say|exclaimed|asked|cried)"
    r"|(?:[Ii]f\s+\w+\s+(?:\w+\s+)?had|could\s+have|would\s+have|might\s+have|should\s+have)\s+(?:\w+\s+)?"
    r"(?:said|asked|replied|answered|exclaimed))\b[^.!?\"“”]{0,16}[,:]?\s*\Z")
_A_WORD = re.compile(r"\b(?:of|the|a|an|for|as|like|by|with|about|from|words?|names?|his|her|this|that|to|in|on|at|"
                     r"(?:called|named|christened)(?:\s+\w+){0,3})\Z")
_AS_CALLED = re.compile(r"\b(?:as|so)\b[^.!?\"“”]{0,30}\b(?:goes|say|(?:called|calls|expressed|put|termed)\s+it|"
                        r"is\s+called|were\s+called|was\s+called|phrase\s+is|saying\s+is),\s*\Z")
_TITLE = re.compile(r"(?:[A-Z][\w’'-]*[,.]?(?:\s+|\Z)|(?:of|the|a|an|and|in|on|to|for|with|or|at|by|from)\s+)+\Z")
_DIRECTION = re.compile(r"[\"”’»]\s*\([^()\"“”]{1,100}\)[,;—–-]*\Z")
_PART = re.compile(r"\b(?:of|the|a|an|for|as|like|by|with|from|his|her|their|my)\Z")
_SUBJECT = re.compile(r"[\s_*]*(?:(?:was|were|is|had\s+been)\s+(?:engraved|written|printed|inscribed|carved|painted|"
                      r"stamped|scrawled|scribbled|embroidered)|would\s+(?:do|sound|mean)|will\s+(?:do|mean)|sounded|meant|could\s+only|"
                      r"were\s+talked|was\s+(?:continually|always|on|the\s+topic))\b")
_PAST = re.compile(r"\b(?:was|were|had|did|would|should|could|might)\b")
_SHIFTED = re.compile(r"\b(?:had|would|should|could|might)\b")
_SHALL = re.compile(r"\b(?:he|she|they|it)\s+should\b|\bshould\s+(?:he|she|they)\b", re.IGNORECASE)
_OF_SOMEBODY = re.compile(r"\b(?:he|she|her|his|him|they|their)\b", re.IGNORECASE)
_TO_SOMEBODY = re.compile(r"\b(?:I|you|my|your|we|me|us|our|is|are|am|will|shall|have|do|can|has|I[’']?m|don[’']?t|ye|"
                          r"thee|thou|mine|yours|let|may)\b|[’'](?:s|ll|ve|re)\b", re.IGNORECASE)
_REPORTED = re.compile(r"\W*(?:(?:he|she|they|it|his|her|their)\b|"
                       r"(?:was|were|had|did|would|should|could|might)\s+(?:he|she|they|it|the)\b)", re.IGNORECASE)
_CLAUSE = re.compile(r"\W*that\s+(?:he|she|they|it|his|her|their|the|there|a|no|any|such|nothing)\b")
_NEW_SENTENCE = re.compile(r"(?<![\"“”])(?:[.;!?](?:--|—)|[.;!?]\s)\s*\Z")
_TOLD = re.compile(r"[\s_*]*(?:\w+\s+){0,2}(?:\w+ed|said|says|began|told|went|put\s+in|came)\b")
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
    if _DIRECTION.search(before):
        return False
    if listed is not None and words <= 6 and _LIST.fullmatch(text, listed, span.start):
        return True
    last = inner[-1]
    shouted = words > 1 and inner.isupper() and last not in "!?"
    if not before and not following and (shouted or (last == "," and words <= 6)):
        return True  # a letter's greeting, a line of verse, a notice
    if _written(text, span) or _NOT_SAID.search(before) or _clause(text[span.start:span.end]):
        return True
    if _SUBJECT.match(after) or (inner[0].islower() and words <= 4 and last not in "!?" and _AS_CALLED.search(before)):
        return True
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
            return words <= 4 or (not told and (last != "." or following != "" or _PART.search(before) is not None))
        if words > 1 and _A_WORD.search(before) and _TITLE.match(inner):
            return True
        return words <= 4 and (following != "" or (words <= 3 and _A_WORD.search(before) is not None))
    return not told or small or words <= 2


def _written(text: str, span: Span) -> bool:
    """Whether the words before a quotation say that it stands on paper."""
    before = text[max(0, span.start - 120):span.start]
    match = _ON_PAPER.search(before)
    return _WROTE_BEFORE.search(before) is not None or (match is not None and not _SPEAKING.search(match["then"]))


def _clause(words: str) -> bool:
    """Whether the marks hold a clause of the sentence around them: that she was late."""
    return (_CLAUSE.match(words) is not None and _TO_SOMEBODY.search(words) is None
            and _PAST.search(words) is not None)


def reported(text: str, span: Span) -> int:
    """Whether the marks hold speech as a narrator reports it, in the third person and the past: 0 no, 1 perhaps,
    2 likely, 3 surely. Some old books have it, new ones never; there, people talk so of others.

    >>> reported('He rose. "He must be going; he should be late, and it was dark."', Span(9, 64))
    3
    """
    words = text[span.start:span.end]
    before = text[max(0, span.start - 300):span.start]
    if _NEW_SENTENCE.search(before[-20:]) is None or any(mark in before for mark in "\"“”«»"):
        return 0
    past = len(_PAST.findall(words))
    if past < 2 or (past == 2 and not _REPORTED.match(words)):
        return 0
    if (_SHIFTED.search(words) is None or _OF_SOMEBODY.search(words) is None
            or _TO_SOMEBODY.search(words) is not None or _TOLD.match(text, span.end)):
        return 0
    return 3 if _SHALL.search(words) else 2 if past >= 5 else 1


def announces(before: str) -> bool:
    """Whether a paragraph ends with the announcement of something written.

    >>> announces("Her note ran thus:"), announces("He took the note, and said:")
    (True, False)
    """
    match = _ANNOUNCED.search(before[-160:])
    return match is not None and not _SPEAKING.search(match["then"])


def is_motto(text: str) -> bool:
    """Whether the paragraph is a quotation with its author named under it."""
    return _ATTRIBUTED.search(text.rstrip(" \t\r\n_*\"”’'")) is not None


def has_tag(after: str) -> bool:
    """Whether the words after a quotation say who said it.

    >>> has_tag(" said Tom."), has_tag(" The rain fell.")
    (True, False)
    """
    return _TAG_AFTER.match(after) is not None
