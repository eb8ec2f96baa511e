"""Sound -> one MP3 with chapters (ID3 CHAP and CTOC). For players that know no M4B; VLC shows no chapters in MP3."""

from __future__ import annotations

from pathlib import Path

from audiobook.errors import EditionError
from audiobook.files import safe_name
from audiobook.kit import Kit
from audiobook.model import Book, Option, Sound, Timeline
from audiobook.press import encode, id3, mp3

TITLE = "One MP3 with chapters"

OPTIONS = (
    Option("bitrate", "number", 64, "constant bitrate in kilobits a second"),
)


def write(book: Book, timeline: Timeline, sound: Sound, folder: Path, kit: Kit) -> tuple[Path, ...]:
    """One file: `<title>.mp3`. Chapters start where their headings are spoken, the first at 0."""
    if not timeline.chapters:
        raise EditionError("there is nothing to hear", hint="audiobook plan shows what would be recorded")
    codec = mp3.codec(sound.rate, kit.options.get("bitrate"), "mp3-single")
    parts = encode.chapters("mp3-single", timeline, sound, codec, kit)
    *begins, length = mp3.starts(parts)
    heard = [0]
    for begin, chapter in list(zip(begins, timeline.chapters, strict=True))[1:]:
        heard.append(begin + (chapter.mark - chapter.start) * sound.rate // timeline.rate)
    times = [round(at * 1000 / sound.rate) for at in (*heard, length)]
    chaps = [id3.Chap(times[index], times[index + 1], chapter.title or f"Chapter {chapter.number}")
             for index, chapter in enumerate(timeline.chapters)]
    head = id3.tag(book.details, title=book.title, length_ms=times[-1], cover=kit.cover, chapters=chaps)
    path = folder / f"{safe_name(book.title)}.mp3"
    mp3.write_mp3(path, parts, head)
    return (path,)
