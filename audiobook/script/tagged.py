"""Tags that stand inside quotation marks -> the speech without them.

Three customs and one slip put them there: French sets its tag off with commas alone, Spanish and Russian with dashes,
and a forgotten closing mark lets the tag, and what is told after it, run on with the speech.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from audiobook.script.pairs import Span

_SAID = (r"(?:said|says|cried|cries|asked|asks|replied|replies|answered|answers|exclaimed|whispered|whispers|shouted|"
         r"muttered|murmured|returned|added|continued|remarked|observed|responded|retorted|demanded|inquired|enquired|"
         r"sighed|gasped|screamed|yelled|roared|growled|snapped|declared|suggested|explained|insisted|protested|"
         r"repeated|agreed|admitted|announced)")
_SOMEBODY = (r"(?:I|he|she|they|we|(?:the|his|her|my|their|old|poor|little)\s+[\w’'-]+(?:\s+[a-z][\w’'-]*)?|"
             r"[A-Z][\w’'.-]*(?:\s+[A-Z][\w’'.-]*){0,3})")
_FORGOT = re.compile(
    rf"(?<=[,!?…—–-])[_*]*(?:[ \xa0]|[ \t]?\r?\n[ \t>]*)(?:{_SAID}\s+{_SOMEBODY}"
    r"(?=\s*(?:[.!?:;,]|\Z|\s(?:with|in|to|as|from|and|at|\w+ly|\w+ing)\b))"
    rf"|{_SOMEBODY}\s+(?:\w+ly\s+)?{_SAID}(?=\s*(?:[.:;!?](?:\s|\Z)|,\s+\w+ing\b|\Z)|\s+\w+ly\s*[.,]))")
_AFTER = re.compile(rf"[\s_*]*(?:{_SAID}\s+(?P<one>{_SOMEBODY})|(?P<two>{_SOMEBODY})\s+(?:\w+ly\s+)?{_SAID})(?!\w)")
_BEFORE = re.compile(rf"(?P<one>{_SOMEBODY})\s+(?:\w+ly\s+)?{_SAID}\s*[,:][\s_*]*\Z")


def forgotten_end(text: str, start: int, end: int) -> int | None:
    """Where a speech ends that nothing closes before its tag; None where there is no such tag.

    >>> forgotten_end('"Go home, said Tom. It was late.', 0, 32)
    9
    """
    match = _FORGOT.search(text, start, end)
    return None if match is None else match.start()


def replied(one: str, ones: Sequence[Span], other: str, others: Sequence[Span]) -> bool:
    """Whether the tags of two paragraphs name two people, so that the second cannot go on with the first's speech."""
    first, second = _named(one, ones), _named(other, others)
    if not first or not second:
        return False
    if first[0].islower() or second[0].islower() or "I" in (first, second):
        return first != second and {first, second} <= {"I", "he", "she", "they", "we"}
    return not set(_WORDS.findall(first)) & set(_WORDS.findall(second))


_WORDS = re.compile(r"\w{3,}(?<!Mrs)(?<!Miss)|\w{5,}")


def _named(text: str, here: Sequence[Span]) -> str:
    """Whom the first tag of a paragraph names; empty where there is none."""
    for at, span in enumerate(here):
        stop = here[at + 1].start if at + 1 < len(here) else len(text)
        match = _AFTER.match(text, span.end, min(stop, span.end + 90)) or \
            _BEFORE.search(text, max(here[at - 1].end if at else 0, span.start - 90), span.start)
        if match is not None:
            return match["one"] or match.groupdict().get("two") or ""
    return ""


# ---------------------------------------------------------------- tags inside the marks, by custom

_FRENCH = (r"(?:dit|fit|répondit|répond|demanda|demande|reprit|s[’']écri(?:a|e)|s[’']exclam(?:a|e)|murmur(?:a|e)|"
           r"ajout(?:a|e)|cri(?:a|e)|répliqu(?:a|e)|pens(?:a|ait|e)|songea|souffla|chuchota|gémit|observa|remarqua|"
           r"continua|poursuivit|interrompit|hurla|lança|déclara|expliqua|insista|protesta|balbutia|soupira|"
           r"disait|demandait|répondait|criait|fis|dis|demandai|répondis|criai|murmurai)")
_BY_COMMAS = (
    rf"(?<=[,!?…])\s+(?:me\s+|lui\s+|leur\s+|nous\s+|se\s+)?{_FRENCH}(?:[-‐‑](?:t[-‐‑])?(?:il|elle|je|on|ils|elles|nous)\b"
    r"|\s+(?:(?:le|la|les|un|une|mon|ma|son|sa|leur|notre|ce|cette)\s+|l[’'])?"
    r"(?:[A-Z][\w’'-]*(?:\s+(?:de\s+|d[’'])?[A-Z][\w’'-]*)*|(?<=\s)[\w-]+(?<!\.)))")
_STOP = re.compile(r"[,.!?…;]+[»”\"]?(?:\s+|\Z)")
_TOLD_ON = re.compile(
    r"(?:tout\s+)?en\s+\w+ant\b|\w+ant\b(?!\s+que)|l[’']air\b|sans\b|d[’']une?\b|avec\b|"
    r"les?\s+(?:yeux|mains?|bras|front)\b|"
    r"la\s+(?:voix|tête|main|bouche)\b|puis\b|après\b|non\s+sans\b|tandis\b|comme\b|à\s+(?:voix|mi-voix|son|sa|ses)\b|"
    r"et\s+(?:il|elle|ils|elles|se|s[’']|la|le|les)\b|tou(?:t|te)\s+\w+e?\b")
_SPOKEN_ON = re.compile(r"(?i:\b(?:je|j[’']|tu|t[’']|vous|nous|me|m[’']|moi|toi|mon|ma|mes|ton|ta|tes|votre|vos|"
                        r"notre|nos|oui|non|eh|ah|oh|allez|allons)(?:\b|(?<=[’'])))|[!?]")
_SENTENCE = re.compile(r"[^.!?…]*[.!?…]*")
_BY_DASHES = (
    r"(?<=\s)[—–]\s*(?:dijo|pregunt(?:ó|aba)|respondió|contestó|exclamó|gritó|murmuró|añadió|susurró|repuso|replicó|pensó|"
    r"disse|perguntou|respondeu|exclamou|gritou|murmurou|pensou|сказал[аи]?|спросил[аи]?|ответил[аи]?|крикнул[аи]?|"
    r"прошептал[аи]?|произн[её]с(?:ла|ли)?|подумал[аи]?|powiedział[ay]?|zapytał[ay]?|odpowiedział[ay]?|odparł[ay]?|"
    r"zawołał[ay]?|pomyślał[ay]?)\b[^—–]{0,150}(?:[—–][,.;:!?…]*\s*|(?=[»”]))")
_TAG_INSIDE = re.compile(f"(?P<commas>{_BY_COMMAS})|(?P<dashes>{_BY_DASHES})")
_TAG_BY_COMMAS = re.compile(_BY_COMMAS)


def without_tags(text: str, span: Span) -> Iterator[Span]:
    """The pieces of a quotation that are said, where a tag inside its marks is unmistakable; else the quotation.

    >>> text = "« Oui, dit-il, je viens. »"
    >>> [text[piece.start:piece.end] for piece in without_tags(text, Span(0, 26))]
    ['« Oui,', 'je viens. »']
    """
    start, opened = span.start, span.opened
    for low, high in inner_tags(text, span.start, span.end):
        if any(letter.isalnum() for letter in text[start:low]):
            yield Span(start, low, opened, True)
        start, opened = high, True
    if any(letter.isalnum() for letter in text[start:span.end]) or start == span.start:
        yield Span(start, span.end, opened, span.closed)


def inner_tags(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where tags stand between commas or dashes: from the end of the words before to the words that go on."""
    at = start
    while at < end:
        match = _TAG_INSIDE.search(text, at, end)
        if match is None:
            return
        low, at = match.span()
        if match["commas"] is not None:
            at = _told_until(text, at, end)
        yield low, at


def tag_by_commas(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The first tag that begins in `start:end` and commas set off: where it begins, and where the speech goes on."""
    match = _TAG_BY_COMMAS.search(text, start, end)
    return None if match is None else (match.start(), _told_until(text, match.end(), len(text)))


def _told_until(text: str, at: int, end: int) -> int:
    """Where the speech goes on after a tag that commas set off; `end` where it does not."""
    while True:
        stop = _STOP.search(text, at, end)
        if stop is None or stop.end() >= end:
            return end
        at = stop.end()
        if stop[0].lstrip().startswith((",", ";")):
            if _TOLD_ON.match(text, at) is None:
                return at
        else:
            sentence = _SENTENCE.match(text, at, end)
            if sentence is not None and _SPOKEN_ON.search(sentence[0]):
                return at
            return end
