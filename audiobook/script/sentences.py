"""A stretch of text -> where its sentences end. Linear in its length, whatever it is.

A sentence is what an engine says in one breath: cut too fine it sounds like a list, too coarse and a changed word
re-records a paragraph. The rules know abbreviations, initials, numbers and stops that a sentence runs on after;
in doubt they do not cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 400  # characters; engines lose their footing in longer ones
_SHORTEST_PART = 120

_CLOSERS = "\"'”’»›“‘«‹)\\]}_*」』"
_END = re.compile(rf"(?:(?<![.!?…])[.!?…](?:[.!?…]|\s(?=[.…](?:\s|[{_CLOSERS}]|\Z))){{0,40}}|[。！？])"
                  rf"[{_CLOSERS}]*(?P<gap>\s+|(?<=[。！？])|[—–](?=[\"“‘«]))")
_NEXT = re.compile(r"[\s_*\"'“”‘’«»‹›„‚(\[{¿¡…—–-]*(.?)", re.DOTALL)
_WORD_BEFORE = re.compile(r"[\w.&’'-]{0,20}\Z")

# Nothing ends after these: a name or a number follows.
_LEAD = frozenset(
    "mr mrs ms mx dr st ste prof capt col gen lt lieut sgt sergt cpl maj adm rev revd hon messrs mme mlle m "
    "mm fr sr br gov pres sen rep supt insp det mt ft no nos nr vol vols ch chap fig pp p ed eds cf viz vs v "
    "al op ca approx dept univ esp e.g i.e eg ie z.b d.h u.a bzw hr hrn frl dipl ing sra srta ud uds vd d dna "
    "sig sigg dott avv mons mgr st.ste bd av rt".split())
# A sentence may end after these; it does where a capital follows.
_TAIL = frozenset(
    "etc esq jr sen co inc ltd bros a.m p.m am pm b.c a.d ph.d m.d d.d u.s u.s.a u.k usw".split())


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[int]:
    """The ends of the sentences of `text[start:end]`, ascending, the last one `end`; the white space after a
    sentence belongs to it. None is longer than LONGEST unless a comment, written as underscores, makes it so.

    >>> text = "Mr. Lee ran. So did J. R. Smith... or so he said! 'Who?' asked Tom."
    >>> [text[a:b] for a, b in zip([0, *sentences(text)], sentences(text))]
    ['Mr. Lee ran. ', 'So did J. R. Smith... or so he said! ', "'Who?' asked Tom."]
    """
    end = len(text) if end is None else end
    begun = start
    for match in _END.finditer(text, start, end):
        at = match.end()
        if at >= end or not _ends(text, match, begun, end):
            continue
        yield from _parts(text, begun, at)
        begun = at
    if begun < end:
        yield from _parts(text, begun, end)


def _ends(text: str, match: re.Match[str], begun: int, end: int) -> bool:
    follow = _NEXT.match(text, match.end(), min(end, match.end() + 40))
    after = follow.group(1) if follow else ""
    if not after:
        return follow is None or follow.end() < end
    if after.islower():
        return False
    stop = match.start()
    if text[stop] != "." or (text[stop:stop + 2] in ("..", ". ") and text[stop + 1:stop + 2] == "."):
        return True
    before = _WORD_BEFORE.search(text, max(begun, stop - 20), stop)
    word = before.group().strip("'’-_").lower() if before else ""
    if not word:
        return True
    if len(word) == 1 and word.isalpha() and text[stop - 1].isupper():
        return word == "i" and after.isupper() and _sentence_of(text, begun, stop) > 1
    if word in _LEAD:
        return False
    if word in _TAIL or re.fullmatch(r"(?:\w\.)+\w", word):
        return after.isupper() and word not in ("jr", "a.d", "b.c")
    return not (word.isdigit() and len(word) <= 2 and _sentence_of(text, begun, stop) == 1)


def _sentence_of(text: str, begun: int, stop: int) -> int:
    """How many words the sentence has so far, counted up to a few."""
    return len(text[max(begun, stop - 60):stop].split())


def _parts(text: str, start: int, end: int) -> Iterator[int]:
    """`start:end` in parts no longer than LONGEST: at the ends of clauses, else at blanks, else anywhere."""
    while end - start > LONGEST:
        at = _clause_end(text, start + _SHORTEST_PART, start + LONGEST)
        at = _whole(text, at, end)
        if at >= end:
            break
        yield at
        start = at
    yield end


def _clause_end(text: str, low: int, high: int) -> int:
    for marks in (";:", "—–", ",", ""):
        for at in range(high - 1, low, -1):
            if text[at].isspace() and not text[at - 1].isspace():
                if not marks or text[at - 1] in marks or (text[at - 1] in _CLOSERS and text[at - 2] in marks):
                    return at + 1
            elif marks == "—–" and text[at] in marks:
                return at + 1
    return high


def _whole(text: str, at: int, end: int) -> int:
    """`at`, moved on where a cut would part what belongs together: a comment (a run of underscores here), a letter and
    its accents, CR and LF, a run of blanks."""
    while 0 < at < end and text[at] == "_" == text[at - 1]:
        at += 1
    while at < end and (text[at].isspace() or 0x300 <= ord(text[at]) <= 0x36F or text[at] in "\u200d\ufe0f"):
        at += 1
    return at
