"""Sound -> a folder with a FLAC file for every chapter: nothing lost, for archives and for shops that take it."""

from __future__ import annotations

from pathlib import Path

from audiobook.errors import EditionError
from audiobook.files import safe_name
from audiobook.kit import Kit
from audiobook.model import Book, Option, Sound, Timeline
from audiobook.press import coding, encode, vorbis
from audiobook.press.tracks import tracks

TITLE = "A folder with a FLAC file for every chapter, nothing lost"

OPTIONS: tuple[Option, ...] = ()


def write(book: Book, timeline: Timeline, sound: Sound, folder: Path, kit: Kit) -> tuple[Path, ...]:
    """`<title> (flac)/01 - <chapter>.flac` and so on."""
    if not timeline.chapters:
        raise EditionError("there is nothing to hear", hint="audiobook plan shows what would be recorded")
    home = folder / safe_name(book.title, " (flac)")
    home.mkdir(parents=True, exist_ok=True)
    parts = encode.chapters("flac", timeline, sound, coding.Codec("flac", sound.rate, 0), kit)
    return vorbis.write_tracks(tracks(book, kit.script, timeline, home), parts, ".flac", book.details, kit.cover)
