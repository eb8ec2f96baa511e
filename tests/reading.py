"""Books of words for tests of what is read while it is heard: lines with speakers, laid over short hums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sounding import Played, Shelf, hum

from audiobook.events import nobody
from audiobook.kit import Kit
from audiobook.master import mastered
from audiobook.mix import lay
from audiobook.model import (
    Book,
    Cast,
    Chapter,
    Clip,
    Cue,
    Details,
    Finish,
    Kind,
    Line,
    Opens,
    Pauses,
    Person,
    Place,
    Role,
    Script,
    Source,
    Voice,
    Word,
)

RATE = 24000
FINISH = Finish(lead_in_ms=100, tail_ms=150)
DETAILS = Details(
    title="The Late Post",
    author="Ann Author",
    read_by="Ned Narrator",
    language="en-GB",
    year=2026,
    description="Letters arrive, late.",
    publisher="Small Press",
    series="Posts",
    part="2",
)

NASTY = (
    "x" * 200,
    "Ünïcödé 🎉 the 🐈‍⬛ chapter",
    "الفصل الأول: ألف ليلة",
    "a\x00b\x1b[31m\x07\u202eevil\u2066",
    '<b>&amp; "quotes" --> ]]>',
    "../../etc/passwd",
    "CON",
    "",
    "line\nbreak",
    "-rf *",
)


@dataclass(frozen=True)
class Said:
    """A line to be: its text, and who says it."""

    text: str
    speaker: str = ""
    kind: Kind = "narration"
    opens: Opens = "line"
    scene: int = 1
    heard: bool = True


def heading(text: str) -> Said:
    return Said(text, kind="heading", opens="chapter")


SAMPLE: tuple[tuple[str, tuple[Said, ...]], ...] = (
    (
        "The Letter",
        (
            heading("# The Letter\n\n"),
            Said("The rain had not stopped since Tuesday, and the post was late again. ", opens="paragraph"),
            Said("\u201cNo letter?\u201d ", "Ann Bell", "dialogue", "paragraph"),
            Said("asked Ann.", opens="speaker"),
            Said("\u201c_Not_ a word,\u201d ", "Tom <Post>", "dialogue", "paragraph"),
            Said("said Tom & went on.\n\n"),
            Said("<!-- sound: door.wav -->", kind="sound", opens="paragraph"),
            Said("Night fell over the harbour.", opens="scene", scene=2),
            Said("Nobody came.", opens="line", scene=2),
        ),
    ),
    (
        "An Answer",
        (
            heading("# An Answer\n\n"),
            Said("<!-- nothing -->", kind="silent", opens="paragraph", heard=False),
            Said(
                "It came on Friday, in a grey envelope that smelled of salt and of somebody else's tobacco, "
                "and nobody dared to open it until the lamps were lit.",
                opens="paragraph",
            ),
        ),
    ),
    ("Postscript", (heading("# Postscript"),)),
)


def reading(
    chapters: Sequence[tuple[str, Sequence[Said]]] = SAMPLE,
    details: Details = DETAILS,
    *,
    cover: bytes = b"",
    second: float = 0.004,
    extras: dict[str, float] | None = None,
    root: Path = Path(),
    **options: Any,
) -> Played:
    """A small book, ready for an edition; a letter lasts `second` seconds."""
    shelf = Shelf()
    lines: list[Line] = []
    clips: list[Clip | None] = []
    for number, (_, said) in enumerate(chapters, 1):
        count = dict.fromkeys(range(1, 100), 0)
        at = 0
        for one in said:
            count[one.scene] += 1
            source = Source(f"{number:02d}.md", at, at + len(one.text), 1)
            lines.append(
                Line(
                    one.text,
                    one.kind,
                    one.speaker,
                    Place(number, one.scene, count[one.scene]),
                    source,
                    one.opens,
                )
            )
            at += len(one.text)
            length = 0.05 + second * len(one.text)
            clips.append(shelf.record(hum(length, 997, rate=RATE), RATE) if one.heard else None)
    people = tuple(
        Person(name, lines=sum(each.speaker == name for each in lines))
        for name in dict.fromkeys(each.speaker for each in lines)
        if name
    )
    titles = tuple(title for title, _ in chapters)
    script = Script(details.title or "Untitled", titles, people, tuple(lines))
    gains = [FINISH.loudness - clip.level if clip else 0.0 for clip in clips]
    timeline = lay(script, clips, Pauses(20, 30, 40, 60, 50), FINISH, gains)
    book = Book(details, tuple(Chapter(title, (), ()) for title in titles))
    voices = Cast(
        Voice("tone", "narrator"),
        tuple(Role(each.name, voice=Voice("tone", f"voice {n}")) for n, each in enumerate(people, 1)),
    )
    spoken = {
        name: shelf.record(hum(length, 997, rate=RATE), RATE, f"extra {name}")
        for name, length in (extras or {}).items()
    }
    kit = Kit(script, voices, shelf, nobody, cover, options, spoken, FINISH, root)  # type: ignore[arg-type]
    return Played(book, timeline, mastered(timeline, shelf, FINISH), kit, shelf)  # type: ignore[arg-type]


def cues_of(
    texts: Iterable[tuple[str, str]],
    rate: int = RATE,
    frames: int = 24000,
    pause: int = 0,
    words: tuple[Word, ...] = (),
) -> tuple[Cue, ...]:
    """One cue after the other, all in one scene, without any sound."""
    cues, at = [], 0
    for number, (speaker, text) in enumerate(texts, 1):
        line = Line(text, "narration", speaker, Place(1, 1, number), Source("a.md", 0, len(text), 1))
        cues.append(Cue(line, Clip(f"clip{number}", frames, rate, -20, -3, words), at, at + frames))
        at += frames + pause
    return tuple(cues)


def silence(seconds: float) -> np.ndarray[Any, np.dtype[np.int16]]:
    return np.zeros(round(seconds * RATE), np.int16)
