"""A whole text -> how its author marks speech: which quotation marks open and close it, and whether dashes do.

Marks fall into families whose members are used side by side (straight and curly double marks in one edited text).
What a single mark does where it stands is not decided here but in `pairs`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from audiobook.markup import unseen


@dataclass(frozen=True, slots=True)
class Family:
    """Quotation marks that go together. `both`: marks that open or close, as their neighbours say;
    `apostrophe`: marks that may also be one."""

    name: str
    opens: str
    closes: str
    both: str = ""
    apostrophe: str = ""
    blank_inside: bool = False  # French: a blank follows the opening mark

    @property
    def marks(self) -> str:
        return self.opens + self.closes + self.both


DOUBLE = Family("double", "“‟", "”", both='"＂')
SINGLE = Family("single", "‘‛", "’", both="'", apostrophe="’'")
GUILLEMETS = Family("guillemets", "«", "»", blank_inside=True)
REVERSED = Family("reversed guillemets", "»", "«")
SAME = Family("one guillemet", "", "", both="»")
SMALL = Family("small guillemets", "‹", "›", blank_inside=True)
SMALL_REVERSED = Family("reversed small guillemets", "›", "‹")
LOW = Family("low", "„", "“”", both='"')
LOW_SINGLE = Family("low single", "‚", "‘", apostrophe="‘")
RIGHT = Family("right", "", "", both="”")
CORNER = Family("corner", "「", "」")
GRAVE = Family("grave", "`", "'", apostrophe="'")

_FAMILIES = (DOUBLE, SINGLE, GUILLEMETS, REVERSED, SAME, SMALL, SMALL_REVERSED, LOW, LOW_SINGLE, RIGHT, CORNER,
             GRAVE)
_ELISIONS = frozenset(
    "tis twas twere twill twould twixt twasn em im er e ere un uns ee cause bout til till round gainst pon "
    "neath scuse spose fraid nuff course mongst midst ud ull ad ve ll re d s t m st n nd ow ome ouse ave as "
    "at ead is ard alf ell ello ope ere's e's oo op ot and arry ah undred appen eard eavens igh imself erself "
    "oman way stead most low tween tention board ware nother cept fore stonishing nough less count parently".split())
ELISION = re.compile(r"(?:\d\d?s?\b|(?:" + "|".join(sorted(_ELISIONS, key=len, reverse=True)) + r")(?![^\W_]))",
                     re.IGNORECASE)
DASH = re.compile(r"[\s_*>]*(?:[—–―]|--+)(?=[\s_*]*[^\W_]|\s*[¡¿«\"'“‘…])")
_PLENTY = 24.0  # of a score: some five paragraphs that open with a quotation
_DASH_LANGUAGES = ("fr", "es", "ru", "uk", "be", "pl", "pt", "it", "ca", "gl", "ro", "hu", "tr", "el", "bg", "sr")


@dataclass(frozen=True, slots=True)
class Convention:
    """`outer` marks speech; `other` families are believed only in a paragraph that has no mark of `outer`."""

    outer: Family
    other: tuple[Family, ...]
    dashes: bool
    foreign: bool = False  # of a language that sets tags off with dashes inside its quotation marks
    scores: Mapping[str, float] = field(default_factory=dict)  # how much of each family there is, by its name

    @property
    def quoted(self) -> float:
        return self.scores.get(self.outer.name, 0.0)


def seen(text: str) -> str:
    """`text` with comments and tags as underscores, which quotation marks look through: the same length.
    What stands for a character (`&quot;`) ends in that character; no mark inside code is a quotation mark.

    >>> seen("a<!-- b -->c &quot;")
    'a__________c _____"'
    """
    if "`" in text:
        text = _CODE.sub(_masked_code, text)
    if "<" not in text and "&" not in text and "\\" not in text and "[" not in text:
        return text
    kept: list[str] = []
    at = 0
    for start, end, shown in unseen(text):
        if text[start] not in "_*~>":
            kept += text[at:start], shown.strip()[:end - start].rjust(end - start, "_")
            at = end
    return "".join((*kept, text[at:]))


_CODE = re.compile(r"(?<!`)`(?=[^\s`'])([^`\r\n]*)(?<!\s)`(?![\w`])")
_MARKS = re.compile("[\"'“”‘’«»‹›„‚‟‛「」＂]")


def _masked_code(match: re.Match[str]) -> str:
    return f"_{_MARKS.sub('x', match[1])}_"


def convention(texts: Sequence[str], language: str) -> Convention:
    """The convention of the whole text, `texts` being its paragraphs as `seen` returns them."""
    whole = "\n\n".join(texts)
    present = set("\"'“”‘’«»‹›„‚‟‛`「＂").intersection(whole)
    if not present and not any(dash in whole for dash in ("—", "–", "―", "--")):
        return Convention(DOUBLE, (), False)
    scores = {family.name: _score(family, whole, language) for family in _FAMILIES
              if present.intersection(family.opens + family.both)}
    _settle_guillemets(scores, whole, language)
    if scores.get("low", 0) > 0 and scores["low"] >= 0.5 * whole.count("“"):
        scores["double"] = 0.0  # „so“: the closing mark looks like an English opening one
        scores["low"] += 0.01
    if scores.get("right", 0) and "“" in whole:
        scores["right"] = 0.0
    if scores.get("right", 0) > 0:
        scores["double"] = 0.0
    if scores.get("low single", 0) > 0 and "‚" in whole:
        scores["single"] = scores.get("single", 0.0) * 0.5
    if scores.get("grave", 0) and whole.count("`") * 2 < whole.count("'") * 0.1:
        scores["grave"] = 0.0
    by_name = {family.name: family for family in _FAMILIES}
    ranked = sorted((name for name in scores if scores[name] > 0), key=lambda name: -scores[name])
    outer = by_name[ranked[0]] if ranked else DOUBLE
    other = tuple(by_name[name] for name in ranked[1:] if not set(by_name[name].marks) & set(outer.marks))
    dashed = sum(1 for text in texts if DASH.match(text))
    quoted = scores.get(outer.name, 0.0)
    foreign = language.split("-")[0].lower() in _DASH_LANGUAGES
    needed = 2 if foreign else 5
    dashes = dashed >= needed and dashed * 20 >= len(texts) and (dashed * 3 >= quoted / 2 or foreign)
    return Convention(outer, other, dashes, foreign, scores)


def conventions(texts: Sequence[str], parts: Sequence[int], language: str) -> list[Convention]:
    """The convention of each paragraph: that of the whole text, but its part's own where that is surely another.
    `parts`: the number of the part (a chapter) that each paragraph belongs to; none: the text is one."""
    whole = convention(texts, language)
    if not parts or parts[0] == parts[-1]:
        return [whole] * len(texts)
    found: list[Convention] = []
    for _, numbers in groupby(range(len(texts)), key=lambda number: parts[number]):
        here = list(numbers)
        own = _of_part(convention([texts[number] for number in here], language), whole)
        found += [own] * len(here)
    return found


def _of_part(own: Convention, whole: Convention) -> Convention:
    """What holds in a part of the text: its own marks where it has plenty, and hardly any of those of the whole."""
    dashes = own.dashes if own.dashes or own.quoted >= _PLENTY else whole.dashes
    if own.outer != whole.outer and own.quoted >= _PLENTY \
            and own.scores.get(whole.outer.name, 0.0) * 5 < own.quoted:
        return replace(own, dashes=dashes)
    return whole if dashes == whole.dashes else replace(whole, dashes=dashes)


def _score(family: Family, whole: str, language: str) -> float:
    """How often the family opens something that can be speech; at the start of a paragraph it counts more."""
    marks = re.escape(family.opens + family.both)
    inside = r"[\s_*]*" if family.blank_inside or family is SAME else r"[_*]*"
    score = 0.0
    # the mark first, and then what is before it: a search for a mark is many times as fast as one for a blank
    for match in re.finditer(rf"[{marks}](?=({inside}[\w¡¿.…—–-][^\W_]*))", whole):
        if family.apostrophe and ELISION.fullmatch(match[1].lstrip("_*")):
            continue
        at = match.start()
        if at and (whole[at - 1] in "([—–_*-" or whole[at - 1].isspace()):
            score += 1.0
        if at == 0 or whole[at - 1] in "\n \t_*>":
            score += 4.0 * (_BEGINS.search(whole, max(0, at - 200), at) is not None)
    return score


_BEGINS = re.compile(r"(?:\A|\n[ \t>]*\n)[ \t_*>]*\Z")


def _settle_guillemets(scores: dict[str, float], whole: str, language: str) -> None:
    """»so« or «so»: whichever stands before words, after blanks."""
    for one, two, left, right in (("guillemets", "reversed guillemets", "«", "»"),
                                  ("small guillemets", "reversed small guillemets", "‹", "›")):
        forward, backward = _turned(whole, left, right), _turned(whole, right, left)
        scores[one if forward < backward else two] = 0.0
    if "«" in whole or "»" not in whole:
        scores["one guillemet"] = 0.0
    else:
        scores["guillemets"] = scores["reversed guillemets"] = 0.0


def _turned(whole: str, left: str, right: str) -> int:
    """How often `left` stands where something opens, and `right` where it closes."""
    if left not in whole and right not in whole:
        return 0
    return (len(re.findall(rf"(?:\A|[\s(—–-]){left}", whole))
            + len(re.findall(rf"{right}(?:[\s.,;:!?)]|\Z)", whole)))
