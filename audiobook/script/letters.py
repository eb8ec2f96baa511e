"""Letters printed in quotation marks -> their paragraphs. Nobody says them: the narrator reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from audiobook.script.pairs import Span

_OPEN = r"[\s_*>]*[\"“‘'«„»]?[\s_*]*"
_DEAR = (r"(?:(?:[Mm]y|MY|[Mm]on|[Mm]a|[Mm]io|[Mm]ia|[Mm]ein|[Mm]eine|[Mm]i)\s+)?(?:own\s+|very\s+|OWN\s+|VERY\s+)?"
         r"(?:[Dd]ear(?:est)?|DEAR(?:EST)?|[Bb]eloved|Honou?red|[Cc]h(?:er|ère)s?|Liebe[rs]?|Geliebte[rs]?|"
         r"Sehr\s+geehrte[rs]?|Querid[oa]s?|Estimad[oa]s?|Car[oaie])")
_WHOM = (r"(?:\s+(?:and\s+|und\s+|et\s+|y\s+)?(?:[A-Z][\w’'.-]*|sirs?|madam|mother|father|mamma|papa|aunt|"
         r"uncle|boys?|girls?|friends?|"
         r"child|brother|sister|cousin|nephew|niece|husband|wife|son|daughter|ma’am|ma'am|old|little|young)){1,5}")
_GREETING = re.compile(
    rf"{_OPEN}{_DEAR}{_WHOM}(?:(?P<alone>\s*[,:;]?[_*]*[\"”’'»]?\s*\Z)"
    r"|(?:[,.:](?:--|—|–)| {3}|,\s+ {2})|[,:]\s*\n)")
_DATELINE = re.compile(rf"{_OPEN}[A-Z_][^.!?\n]{{2,60}}(?:\d|day|st|th|[A-Z][a-z]+)[,.]?[_*]*[\"”’'»]?\s*\Z")
_SIGNATURE = re.compile(
    rf"{_OPEN}(?:(?:ever\s+)?yours?\b[^!?]{{0,80}}|your\s+(?:\w+\s+){{0,6}}\w+,?|(?:(?:[A-Z][\w’'-]*\.?|&c\.?)[,\s]*){{1,4}}|"
    r"(?:believe me|i am|i remain|with love|love from)\b[^!?]{0,80}(?:yours|&c)[^!?]{0,60})[.,]?[_*]*[\"”’'»]?\s*\Z",
    re.IGNORECASE)
_SIGNED = re.compile(r"(?:\byours?\b[^.!?]{0,60}|&c\.?"
                     r"|\n[\s_*\"“]*(?:[A-Z][\w’'-]*\.?\s?){1,4})[.,]?[_*]*[\"”’'»]?\s*\Z",
                     re.IGNORECASE)
_LONGEST = 40  # paragraphs


def letters(texts: Sequence[str], walked: Sequence[tuple[list[Span], bool]]) -> set[int]:
    """The numbers of the paragraphs that are letters, from greeting to signature."""
    found: set[int] = set()
    for number, text in enumerate(texts):
        if number in found or not walked[number][0] or walked[number][0][0].start > 12:
            continue
        greeting = _GREETING.match(text)
        if greeting is None or not _all_quoted(text, walked[number][0]):
            continue
        alone = greeting["alone"] is not None
        if alone and greeting["alone"].strip("_*\"”’'» \n")[:1] not in (",", ":", ";"):
            continue
        last = _last(texts, walked, number, alone)
        if last is None:
            continue
        found.update(range(number, last + 1))
        if number and walked[number - 1][0] and _DATELINE.match(texts[number - 1]):
            found.add(number - 1)
    return found


def _last(texts: Sequence[str], walked: Sequence[tuple[list[Span], bool]], number: int, alone: bool) -> int | None:
    """The letter's last paragraph; None where it is none."""
    if not alone and walked[number][0][-1].closed:
        return number if _SIGNED.search(texts[number][-90:]) else None
    runs_on = not walked[number][0][-1].closed  # the printer's custom: only the last paragraph is closed
    ahead = number
    for ahead in range(number + 1, min(number + _LONGEST, len(texts))):
        here = walked[ahead][0]
        if not here or not _all_quoted(texts[ahead], here):
            ahead -= 1
            break
        if len(texts[ahead]) < 90 and _SIGNATURE.match(texts[ahead]):
            after = ahead + 1
            signed = after < len(texts) and len(texts[after]) < 60 and walked[after][0] \
                and _all_quoted(texts[after], walked[after][0]) and _SIGNATURE.match(texts[after])
            return after if signed else ahead
        if (runs_on and here[-1].closed) or _SIGNED.search(texts[ahead][-90:]):
            return ahead
    if not alone:
        return None
    return min(ahead, number + 1)


def _all_quoted(text: str, here: Sequence[Span]) -> bool:
    return (len(here) == 1 and not text[:here[0].start].strip("_*> \t\r\n")
            and not text[here[0].end:].strip("_*> \t\r\n.,"))
