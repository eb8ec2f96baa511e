"""A line of text -> what it heads: "CHAPTER I. Down the Rabbit-Hole", "BOOK THE FIRST", "PROLOGUE", "IV." """

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_UNITS = ("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
          "eighteen nineteen")
_NTHS = ("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
         "fifteenth sixteenth seventeenth eighteenth nineteenth")
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: n for words in (_UNITS, _NTHS) for n, word in enumerate(words.split(), 1)}
_WORDS |= {word: 10 * n for n, word in enumerate(_TENS.split(), 2)}
_WORDS |= {word: n for n, stem in enumerate("erst zweit dritt viert fünft sechst siebt acht neunt zehnt".split(" "), 1)
           for word in (stem + "es", stem + "er", stem + "e")}
_WORDS |= {word[:-1] + "ieth": n for word, n in list(_WORDS.items()) if word.endswith("ty")} | {"last": 0}

_ONE = "|".join(sorted(_WORDS, key=len, reverse=True))
_NUMBER = rf"(?P<number>\d{{1,4}}|[IVXLCDM]+|[ivxlcdm]+|(?i:(?:{_ONE})(?:[- ](?:{_ONE}))?))(?![\w'’])"
_CHAPTER = (r"chapter|chap\.|letter|stave|canto|episode|lecture|adventure|act|chapitre|kapitel|cap[ií]tulo|capitolo|"
            r"hoofdstuk|kapitola|rozdzia[łl]|kapittel|luku|fejezet|глава|розділ|κεφάλαιο")
_PART = (r"part|book|volume|vol\.|vol|tome|teil|buch|band|partie|livre|parte|libro|volumen|deel|del|часть|том|"
         r"τόμος|μέρος")
_NAMED = (r"prologue|epilogue|preface|foreword|introduction|introductory|afterword|interlude|intermezzo|conclusion|"
          r"postscript|prelude|coda|overture|finale|appendix|author['’]s note|a note on the text|acknowledge?ments|"
          r"dedication|l['’]envoi|prolog|epilog|vorwort|nachwort|einleitung|vorrede|[ée]pilogue|pr[ée]face|"
          r"avant-propos|pr[óo]logo|ep[íi]logo|prefacio|pref[áa]cio|prefazione|introduzione|introducci[óo]n|"
          r"пролог|эпилог|предисловие")
_LABELLED = re.compile(rf"(?i:the\s+)?(?P<key>(?i:(?P<chapter>{_CHAPTER})|{_PART}))\s+(?i:the\s+|no\.\s*)?{_NUMBER}")
_TURNED = re.compile(rf"(?i:the\s+)?{_NUMBER}\s+(?P<key>(?i:(?P<chapter>{_CHAPTER})|{_PART}))(?!\w)")
_CALLED = re.compile(rf"(?i:the\s+|an\s+)?(?P<key>(?i:{_NAMED}))(?:\s+(?P<number>[IVX]+|\d+))?(?!\w)")
_KEY = re.compile(rf"(?:{_CHAPTER}|{_PART})\Z", re.IGNORECASE)
_CHINESE = re.compile(r"第[0-9〇零一二三四五六七八九十百千两]+(?P<chapter>[章回节話话])?(?:[卷部篇集])?")
_NUMERAL = re.compile(r"(?P<number>\d{1,3}|[IVXLC]+)(?P<stop>[.):]?)(?![\w'’])")
_SMALL = frozenset("a an and as at but by for from if in into nor of off on onto or out over the to up upon with "
                   "de des du la le les et von und der die das y el e il".split(" "))
_ACRONYMS = frozenset("USA UK US TV NASA FBI CIA UFO DNA BBC NATO RAF USS HMS NYC IRA KGB MI5 MI6 SOS VIP".split(" "))
_ROMAN = re.compile(r"(?=[IVXLCDM])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\Z")
_NOT_ROMAN = frozenset("MIX DIM DID MID LID MILD MILL DILL ILL CIVIC CIVIL LIVID VIVID MIMIC DI MI LI".split(" "))


@dataclass(frozen=True, slots=True)
class Label:
    """What a heading's line says: `rank`, its number where it has one, how far the label goes, the title after."""

    rank: Literal["part", "chapter", "named", "number"]
    number: int | None
    end: int
    title: str


def label(line: str) -> Label | None:
    """The heading in `line` (as seen: see markup.plain), or None. A bare number may be one: the sequence decides.

    >>> label("CHAPTER I. Down the Rabbit-Hole")
    Label(rank='chapter', number=1, end=9, title='Down the Rabbit-Hole')
    >>> label("BOOK THE SECOND").number, label("Part I")
    (2, Label(rank='part', number=1, end=6, title=''))
    >>> label("Chapter two was found, and she glanced at its opening sentences.") is None
    True
    """
    if len(line) > 500 or not line:
        return None
    found = _LABELLED.match(line) or _TURNED.match(line) or _CHINESE.match(line) or _CALLED.match(line)
    if found is None:
        return _numbered(line)
    groups = found.groupdict()
    word = groups.get("key") or "第"
    rank: Literal["part", "chapter", "named"] = (
        "named" if found.re is _CALLED else "chapter" if groups.get("chapter") else "part")
    after = line[found.end():]
    title = after.lstrip(" .:;,-–—\t|")
    if title and not _may_follow(after, title, rank, line):
        return None
    if word[0].islower() and title:
        return None
    return Label(rank, value(groups.get("number") or ""), found.end(), title)


def _may_follow(after: str, title: str, rank: str, line: str) -> bool:
    if after[0] in ":—–" or (after[0] in ".-|" and rank == "chapter"):
        return titled(title) or (rank == "chapter" and after[0] == ":") or not re.search(r"[.!?,;]\W*\Z", title)
    if after[0] in ".-|" or after[0].isspace():
        if titled(title) and not title.endswith((",", ";", '"', "”")):
            return rank != "named" or not title.endswith(".")
        return (rank == "chapter" and len(line) <= 60 and title[0].islower() is False \
            and not re.search(r"[.!?,;\"”]\Z", title)) or (
                rank == "chapter" and len(line) <= 40 and not re.search(r"[.!?,;\"”’']\Z", title)
                and len(title.split()) <= 2)
    return False


def _numbered(line: str) -> Label | None:
    found = _NUMERAL.match(line)
    if found is None or (number := value(found["number"])) is None:
        return None
    title = line[found.end():].lstrip(" .:-–—\t")
    if title:
        if not (found["stop"] or line[found.end():].lstrip()[:1] in "-–—:"):
            return None
        if len(title) > 80 or not titled(title) or (re.search(r"[.!?,;]\Z", title) and not _caps(title)):
            return None
    return Label("number", number, found.end(), title)


def only_key(line: str) -> bool:
    """Whether a line is a heading's word alone, its number to come on the next."""
    return _KEY.match(line) is not None


def value(number: str) -> int | None:
    """What a numeral says, in digits, Roman or words; None where it says nothing.

    >>> value("XIV"), value("twenty-first"), value("07"), value("IIII"), value("mix")
    (14, 21, 7, None, None)
    """
    if number.isdecimal():
        return int(number) if len(number) <= 4 else None
    upper = number.upper()
    if number in (upper, number.lower()) and len(number) <= 15 and _ROMAN.match(upper) and upper not in _NOT_ROMAN:
        figures = [dict(I=1, V=5, X=10, L=50, C=100, D=500, M=1000)[c] for c in upper]
        return sum(-a if a < b else a for a, b in zip(figures, [*figures[1:], 0], strict=True))
    words = re.split(r"[- ]", number.lower())
    return sum(_WORDS[w] for w in words) if all(w in _WORDS for w in words) else None


def _caps(text: str) -> bool:
    return text.upper() == text and any(c.isalpha() for c in text)


def titled(text: str) -> bool:
    """Whether a line is written as titles are: in capitals, or most long words with one.

    >>> titled("Down the Rabbit-Hole"), titled("THE ONE THING"), titled("It was a dark night")
    (True, True, False)
    """
    if _caps(text):
        return True
    first = next((c for c in text if c.isalnum()), "")
    if not first or first.islower():
        return False
    long = re.findall(r"[^\W\d_]{4,}", text)
    return sum(word[0].isupper() for word in long) >= 0.6 * len(long) and (
        bool(long) or len(text) <= 40)


def cased(text: str) -> str:
    """A title in capitals as titles are written; any other as it stands.

    >>> cased("THE PARISH BOY'S PROGRESS, PART II"), cased("I GO TO STYLES"), cased("Part I: MOSQUE")
    ("The Parish Boy's Progress, Part II", 'I Go to Styles', 'Part I: MOSQUE')
    """
    if not _caps(text) or len(text) < 2:
        return text
    words = re.findall(r"[^\W_]+(?:['’.][^\W_]+)*|[\W_]+", text)
    places = [n for n, word in enumerate(words) if word[0].isalnum()]
    fresh = True
    for n in places:
        lower = words[n].lower()
        fresh = n == places[0] or n == places[-1] or fresh or bool(re.search(r"[:.!?—]", words[n - 1]))
        if lower in _SMALL and not fresh:
            words[n] = lower
        elif not _upright(words[n]):
            words[n] = re.sub(r"^(O['’]|D['’]|L['’]|Mc)?([^\W\d_])", lambda m: (m[1] or "").capitalize() + m[2].upper(),
                              _bracketed(lower))
        fresh = False
    return "".join(words)


def _bracketed(lower: str) -> str:
    return lower[0].upper() + lower[1:2] + lower[2:3].upper() + lower[3:] \
        if re.match(r"[odl]['’]\w{3}", lower) else lower


def _upright(word: str) -> bool:
    return (word in _ACRONYMS or "." in word or (len(word) == 1 and word != "A")
            or (_ROMAN.match(word) is not None and word not in _NOT_ROMAN))


def chapter_title(lines: list[str]) -> str:
    """One line for lists, of a heading's lines as seen.

    >>> chapter_title(["CHAPTER I.", "Down the Rabbit-Hole"]), chapter_title(["CHAPTER II: THE POOL OF TEARS"])
    ('Chapter I: Down the Rabbit-Hole', 'Chapter II: The Pool of Tears')
    """
    said: list[str] = []
    for line in lines:
        found = label(line)
        if found is not None and found.title and found.rank != "number":
            said += line[:found.end], found.title
        else:
            said.append(line)
    tidy = [cased(part.strip(" .:;,-–—_|").strip()) for part in said]
    title = ""
    for part in filter(None, tidy):
        title += (": " if title and not title.endswith(("?", "!")) else " " if title else "") + part
    return title
