"""Comments in the manuscript -> what the author asked for: voice, pause, sound, say, retake.

    <!-- voice: Tom -->       the quotation that follows is Tom's; `narrator` makes it narration
    <!-- pause: 2s -->        silence before what follows; also 800ms, 1.5 s
    <!-- sound: door.wav -->  a file is heard here
    <!-- say: Wooster -->     the next word is said so
    <!-- retake: 2 -->        what follows is recorded once more

Comments that are not marks stay comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, cast

from audiobook.markup import comments
from audiobook.model import NARRATOR, Paragraph, Problem, Source

MarkKind = Literal["voice", "pause", "sound", "say", "retake"]

_KINDS = ("voice", "pause", "sound", "say", "retake")
_MARK = re.compile(r"(?P<kind>[A-Za-z]+)[ \t]*(?P<sign>[:=])\s*(?P<value>.*)\Z", re.DOTALL)
_PAUSE = re.compile(r"(?P<number>\d+(?:[.,]\d+)?|[.,]\d+)\s*(?P<unit>ms|milliseconds?|msecs?|s|secs?|seconds?)\Z",
                    re.IGNORECASE)
_LONGEST_PAUSE_MS = 60_000
_MOST_RETAKES = 999


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at `start:end` of its paragraph's text. `name` for voice (NARRATOR for the narrator), `text` for sound
    and say, `number` for pause (milliseconds) and retake."""

    kind: MarkKind
    start: int
    end: int
    source: Source
    text: str = ""
    number: int = 0


def read_marks(paragraph: Paragraph) -> tuple[tuple[Mark, ...], tuple[Problem, ...]]:
    """The marks of a paragraph, in order, and what cannot be meant."""
    if "<!--" not in paragraph.text:
        return (), ()
    marks: list[Mark] = []
    problems: list[Problem] = []
    placed = Places(paragraph)
    for start, end, inside in comments(paragraph.text):
        source = placed.at(start, end)
        match read_mark(inside, start, end, source):
            case Mark() as mark:
                marks.append(mark)
            case Problem() as problem:
                problems.append(problem)
    return tuple(marks), tuple(problems)


def read_mark(inside: str, start: int, end: int, source: Source) -> Mark | Problem | None:
    """What the comment asks for; a Problem where it is a mark that cannot be meant; None for any other comment."""
    match = _MARK.match(inside)
    if match is None:
        word = inside.split(maxsplit=1)[0] if inside.split() else ""
        if word.lower() in _KINDS and (word == inside or len(inside.split()) == 2):
            return _wrong(f"the mark <!-- {_short(inside)} --> lacks a colon or what comes after it", source,
                          f"write <!-- {word.lower()}: {_EXAMPLES[word.lower()]} -->")
        return None
    kind, value = match["kind"].lower(), " ".join(match["value"].split())
    if kind not in _KINDS:
        near = get_close_matches(kind, _KINDS, 1, 0.7)
        if not near or len(value.split()) > 4:
            return None
        return _wrong(f"there is no mark called {kind!r}", source,
                      f"write <!-- {near[0]}: {value or _EXAMPLES[near[0]]} -->, if that is meant", "mark-unknown")
    if match["sign"] == "=" or not value:
        return _wrong(f"the mark <!-- {_short(inside)} --> says nothing" if not value
                      else f"the mark <!-- {_short(inside)} --> needs a colon", source,
                      f"write <!-- {kind}: {value or _EXAMPLES[kind]} -->")
    return _valued(cast(MarkKind, kind), value, start, end, source)


_EXAMPLES = {"voice": "Tom", "pause": "2s", "sound": "door.wav", "say": "how it is said", "retake": "2"}


def _valued(kind: MarkKind, value: str, start: int, end: int, source: Source) -> Mark | Problem:
    if kind == "voice":
        name = NARRATOR if value.casefold() in ("narrator", "the narrator") else value
        return Mark(kind, start, end, source, name)
    if kind in ("sound", "say"):
        return Mark(kind, start, end, source, value)
    if kind == "retake":
        if not value.isascii() or not value.isdigit() or len(value) > 6 or int(value) > _MOST_RETAKES:
            return _wrong(f"{_short(value)!r} is not a number of a retake", source,
                          f"write a whole number from 0 to {_MOST_RETAKES}: <!-- retake: 2 -->")
        return Mark(kind, start, end, source, number=int(value))
    match = _PAUSE.match(value) if value.isascii() and len(value) < 40 else None
    if match is None:
        return _wrong(f"{_short(value)!r} is not a length of time", source,
                      "write seconds or milliseconds: <!-- pause: 2s --> or <!-- pause: 800ms -->")
    number = float(match["number"].replace(",", "."))
    length = number if match["unit"].lower().startswith("m") else number * 1000
    if not length <= _LONGEST_PAUSE_MS:
        return _wrong(f"a pause of {value} is longer than a minute", source, "write 60s or less")
    return Mark(kind, start, end, source, number=round(length))


def nearest(name: str, known: Iterator[str] | tuple[str, ...]) -> tuple[str, ...]:
    """The known names most like `name`, best first.

    >>> nearest("Tomm", ("Ann", "Tom", "Tommy"))
    ('Tommy', 'Tom')
    """
    folded = {one.casefold(): one for one in known}
    return tuple(folded[one] for one in get_close_matches(name.casefold(), list(folded), 3, 0.55))


class Places:
    """Where stretches of a paragraph are in its file. Asked in order, it counts each line of the text once."""

    def __init__(self, paragraph: Paragraph) -> None:
        self._text, self._own = paragraph.text, paragraph.source
        self._newline = "\n" if "\n" in paragraph.text else "\r"
        self._row, self._counted = paragraph.source.line, 0

    def at(self, start: int, end: int) -> Source:
        """Where `start:end` of the paragraph's text is in its file."""
        if start < self._counted:
            self._row, self._counted = self._own.line, 0
        self._row += self._text.count(self._newline, self._counted, start)
        self._counted = start
        return Source(self._own.file, self._own.start + start, self._own.start + end, self._row)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"


def _wrong(message: str, source: Source, hint: str, code: str = "mark-wrong") -> Problem:
    return Problem(code, message, source, hint)
