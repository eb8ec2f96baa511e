"""A paragraph that begins with a dash -> what is said in it, without the speaker's tag.

    —No, said the girl. —It was a hard thing.          (Joyce, and French with blanks around the dash)
    —No —dijo la muchacha—. Era una cosa dura.         (Spanish)
    — Нет, — сказала девушка. — Это было тяжело.       (Russian, Polish)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from audiobook.script.pairs import Span
from audiobook.script.saying import TAG
from audiobook.script.tagged import tag_by_commas

_DASH = r"(?:[—–―]|--+)"
_TO_NARRATION = re.compile(
    rf"(?P<tag>(?<=[,!?…])[\"”»]?[_*]?\s+(?={TAG}))"
    rf"|(?P<dash>(?:(?<=\s)|(?<=[.,!?…])){_DASH}\s*(?={TAG}))"
    rf"|(?P<aside>(?<=\s){_DASH}(?=[^\W\d_A-Z])(?=[^\s]))"
    rf"|(?P<after>(?<=[,.!?…]\s){_DASH}\s+(?=[^\W\d_]))")
_TO_SPEECH = re.compile(rf"(?P<closing>(?<=[^\W_]){_DASH}[.,;:!?…]*(?:\s+|\Z)|(?<=\s){_DASH}[.,;:!?…]+(?:\s+|\Z))"
                        rf"|(?<=[.,;:!?…]\s){_DASH}\s*(?=\S)|(?<=[.,;:!?…]){_DASH}\s+(?=\S)")


def dash_spans(text: str) -> list[Span]:
    """What is said in a paragraph that a dash begins.

    >>> text = "—No, said the girl. —It was hard."
    >>> [text[span.start:span.end] for span in dash_spans(text)]
    ['—No,', '—It was hard.']
    """
    return [Span(start, end) for start, end in _spoken(text) if any(letter.isalnum() for letter in text[start:end])]


def _spoken(text: str) -> Iterator[tuple[int, int]]:
    start = len(text) - len(text.lstrip())
    at = start + 1
    while True:
        match = _first_break(text, at)
        aside = tag_by_commas(text, at, len(text) if match is None else match.end() + 60)
        if aside is not None and match is not None and aside[0] > match.start():
            aside = None
        if aside is not None:
            yield start, aside[0]
            back = _TO_SPEECH.search(text, aside[0], aside[1])
            start = aside[1] if back is None else back.end() if back["closing"] else back.start()
            if start >= len(text):
                return
            at = start + 1
            continue
        if match is None:
            yield start, len(text.rstrip())
            return
        marks = len(match[0]) - len(match[0].lstrip("\"”»"))
        yield start, match.start() + marks
        back = _TO_SPEECH.search(text, match.end())
        if back is None:
            return
        start = back.end() if back["closing"] else back.start()
        if start >= len(text):
            return
        at = start + 1


def _first_break(text: str, at: int) -> re.Match[str] | None:
    for match in _TO_NARRATION.finditer(text, at):
        if match["after"] is not None and not text[match.end()].islower():
            continue
        if match["aside"] is not None and not text[match.end()].islower():
            continue
        return match
    return None
