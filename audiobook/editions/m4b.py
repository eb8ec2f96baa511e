"""Sound -> one M4B: AAC, chapters with their titles, cover and full tags. What most audiobook players open."""

from __future__ import annotations

import hashlib
from pathlib import Path

from audiobook.errors import EditionError
from audiobook.events import Noticed
from audiobook.files import safe_name
from audiobook.kit import Kit
from audiobook.model import Book, Option, Problem, Sound, Timeline
from audiobook.press import coding, encode, ilst, mp4
from audiobook.press.tags import clean, language_code

TITLE = "One file with chapters, for audiobook players (M4B)"

OPTIONS = (
    Option("bitrate", "number", 64, "AAC bitrate in kilobits a second; 64 is good for one voice, 128 the most useful"),
)


def write(book: Book, timeline: Timeline, sound: Sound, folder: Path, kit: Kit) -> tuple[Path, ...]:
    """One file: `<title>.m4b`. Chapters start where their headings are spoken, the first at 0."""
    if not timeline.chapters:
        raise EditionError("there is nothing to hear", hint="audiobook plan shows what would be recorded")
    if len(timeline.chapters) > 255:
        kit.watch(Noticed(Problem(
            "chapters-many", f"{len(timeline.chapters)} chapters: some players show only the first 255",
            hint="two books, or the edition mp3, show all of them everywhere", severity="note")))
    codec = _codec(sound.rate, kit)
    if codec.rate != sound.rate:
        raise EditionError(f"AAC knows no rate of {sound.rate} Hz", hint="set rate: 44100 under sound")
    parts = encode.chapters("m4b", timeline, sound, codec, kit)
    marks = chapter_marks(timeline, sound)
    keys = "".join(part.key for part in parts)
    digest = hashlib.sha256((codec.kind + keys).encode()).hexdigest()
    path = folder / f"{safe_name(book.title)}.m4b"
    meta = ilst.meta(book.details, cover=kit.cover)
    mp4.write_mp4(path, parts, marks, meta, language_code(book.language), digest=digest)
    return (path,)


def chapter_marks(timeline: Timeline, sound: Sound) -> tuple[mp4.Mark, ...]:
    """Where chapters start, in frames of the sound: at the first word, and the first of all at 0."""
    def at(mark: int) -> int:
        return (2 * mark * sound.rate + timeline.rate) // (2 * timeline.rate)

    return tuple(mp4.Mark(at(chapter.mark) if index else 0, clean(chapter.title) or f"Chapter {chapter.number}")
                 for index, chapter in enumerate(timeline.chapters))


def _codec(rate: int, kit: Kit) -> coding.Codec:
    wanted = float(str(kit.options.get("bitrate") or 64))
    most = 6 * coding.near_rate("aac", rate) / 1000  # 6,144 bits a frame of one channel, by the standard
    if not 8 <= wanted <= most:
        raise EditionError(f"m4b: a bitrate of {wanted:g} is not possible at {rate} Hz",
                           hint=f"choose between 8 and {most:.0f}")
    return coding.Codec("aac", coding.near_rate("aac", rate), round(wanted * 1000))
