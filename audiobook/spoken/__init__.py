"""Words as written, markup and all -> words as said, with nothing left that an engine could take as markup.

English is said out: numbers, abbreviations, capitals. Other languages keep their digits, which their voices can say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

from audiobook.markup import comments, plain
from audiobook.spoken.english import english

_NEXT_WORD = re.compile(r"((?:\s|[_*\"'“”‘«(\[]|--|—)*)([^\W_]+(?:['’-][^\W_]+)*)")
_DOTS = re.compile(r"(?:\. ?){2,}\.|…(?: ?[.…])*")
_DASHES = re.compile(r" ?(?:-{2,}|[—―⸺⸻]+) ?(?:(?:-{2,}|[—―⸺⸻]+) ?)*")
_ODD = re.compile(r"[^\w\s.,;:!?'\"“”‘’«»‹›„‚—–()\-\u0300-\u036f\u3001\u3002¡¿।،؟؛「」『』·]|_")
_STYLED = re.compile("[\U0001d400-\U0001d7ff\uff00-\uff5e\ufb00-\ufb06\u2460-\u24ff\u2070-\u209c\u2100-\u2138"
                     "²³¹ªº]+")
_AND = {"de": "und", "fr": "et", "es": "y", "it": "e", "pt": "e", "nl": "en", "sv": "och", "da": "og", "no": "og",
        "la": "et", "pl": "i", "fi": "ja", "cs": "a", "ru": "и", "uk": "і", "el": "και"}
_KEPT = re.compile("[%€$£+=°]")  # which a voice says in its own language
_LOOSE = re.compile(r" +(?=[,;:!?](?:\s|\Z)|\.(?!\w))")


def spoken(text: str, language: str, respellings: Iterable[tuple[str, str]] = ()) -> str:
    """The words as a person would say them. Empty where there is nothing to say.

    >>> spoken("In 1984, _Dr. Lee_ ran 5 km.", "en")
    'In nineteen eighty-four, Doctor Lee ran five kilometres.'
    >>> spoken("Take the <!-- say: leed -->lead, Cholmondeley.", "en", (("Cholmondeley", "Chumley"),))
    'Take the leed, Chumley.'
    >>> spoken("Henry VIII and I paid £3.50 -- on 5 May 1812!", "en-GB")
    'Henry the eighth and I paid three pounds and fifty pence — on the fifth of May eighteen twelve!'
    >>> spoken("<b>Zum 3. Mal</b> [[h@l'oU]]", "de")
    "Zum 3. Mal h l'oU"
    """
    if "<!--" in text:
        text = _said_so(text)
    text = plain(text)
    respellings = tuple(respellings)
    if respellings:
        text = _respeller(respellings)(text)
    english_ = language[:2].lower() == "en" and language[2:3] in ("", "-", "_")
    if not text.isascii():
        text = _STYLED.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text)
    if english_:
        text = english(text)
    if _ODD.search(text) is not None:
        text = _cleaned(text, language, english_)
    text = _DASHES.sub(_dash, " ".join(text.split()))
    text = _DOTS.sub(_dots, text)
    text = _LOOSE.sub("", text).strip()
    return text if _WORD.search(text) is not None else ""


_WORD = re.compile(r"[^\W_]")


def _said_so(text: str) -> str:
    """Put what a say mark says in the place of the word behind it."""
    kept: list[str] = []
    at = 0
    for start, end, inside in comments(text):
        kind, colon, said = inside.partition(":")
        if start < at or not colon or kind.strip().lower() != "say" or not said.strip():
            continue
        word = _NEXT_WORD.match(text, end)
        if word is not None:
            kept += text[at:start], word[1], re.sub(r"[<>\[\]{}_*]", " ", said.strip())
            at = word.end()
    return "".join((*kept, text[at:]))


@lru_cache(maxsize=8)
def _respeller(respellings: tuple[tuple[str, str], ...]) -> Callable[[str], str]:
    """What replaces whole words by how they are said. An entry in lower case finds its word in any case; one with
    capitals finds it so, or in capitals throughout. Names are found in the plural too."""
    exact = {" ".join(plain(written).split()): said for written, said in respellings if plain(written)}
    folded = {written: said for written, said in exact.items() if written == written.lower()}
    shouted = {written.upper(): said for written, said in exact.items()}
    parts = []
    for written in sorted({*exact, *shouted}, key=len, reverse=True):
        pattern = r"\s+".join(re.escape(word) for word in written.split())
        if written in folded:
            pattern = f"(?i:{pattern})"
        ideographs = re.search("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]", written) is not None
        before = r"(?<![\w])" if written[0].isalnum() and not ideographs else ""
        after = r"(?!\w)" if written[-1].isalnum() and not ideographs else ""
        plural = r"(?=s?(?!\w))" if after and len(written) > 3 and written[:1].isupper() else after
        parts.append(f"{before}{pattern}{plural}")
    if not parts:
        return lambda text: text
    finder = re.compile("|".join(parts))

    def put(found: re.Match[str]) -> str:
        word = " ".join(found[0].split())
        said = exact.get(word)
        if said is None and (said := folded.get(word.lower())) is not None and word[:1].isupper():
            said = said[:1].upper() + said[1:]
        return said if said is not None else shouted.get(word, found[0])

    return lambda text: finder.sub(put, text)


def _cleaned(text: str, language: str, english_: bool) -> str:
    """Only letters, digits and punctuation."""
    if "&" in text:
        text = text.replace("&", f" {_AND.get(language[:2].lower(), ' ')} ")
    return _ODD.sub(lambda m: _odd(m[0], english_), text)


def _odd(character: str, english_: bool) -> str:
    if character in "…" or unicodedata.category(character)[0] == "M":
        return character  # vowel signs of other scripts are letters' parts
    if not english_ and _KEPT.match(character):
        return character
    if character in "[]{}<>":
        return " "
    return _AS.get(character, " ")


_AS = {"′": "'", "`": "'", "´": "'", "‐": "-", "‑": "-", "‒": "–", "―": "—", "‛": "'", "‟": '"'}


def _dash(found: re.Match[str]) -> str:
    at_start, at_end = found.start() == 0, found.end() == len(found.string)
    closing = not at_end and found.string[found.end()] in "\"”’'»,.;:!?)"
    return "" if at_start else "—" if at_end or closing else " — "


def _dots(found: re.Match[str]) -> str:
    return "... " if found[0].endswith(" ") else "..."
