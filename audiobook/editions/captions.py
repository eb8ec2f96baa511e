"""Captions beside the sound: WebVTT and SRT for the whole book and for every chapter, with speakers.

Times of the whole book are those of one file with all chapters (m4b, mp3-single); those of a chapter count
from its own start, as its own file has it. Players show `Title.srt` beside `Title.m4b` unasked.
"""

from __future__ import annotations

from pathlib import Path

from audiobook.files import safe_name, write_whole
from audiobook.kit import Kit
from audiobook.model import Book, Option, Sound, Timeline
from audiobook.press.captioning import captions, srt, webvtt
from audiobook.press.tracks import tracks

TITLE = "WebVTT and SRT captions, for the whole book and for every chapter, with speakers"
NEEDS_COVER = False
OPTIONS = (
    Option("narrator", "text", "Narrator", "what the narrator is called"),
    Option("characters", "number", 65, "how long a caption may be"),
)


def write(book: Book, timeline: Timeline, sound: Sound, folder: Path, kit: Kit) -> tuple[Path, ...]:
    """Write `Title.vtt`, `Title.srt`, and the same for every chapter in the folder `Title (captions)`."""
    narrator = str(kit.options.get("narrator") or "Narrator")
    limit = max(10, int(float(str(kit.options.get("characters") or 65))))
    home = folder / safe_name(book.title, " (captions)")
    home.mkdir(parents=True, exist_ok=True)
    wrote = []
    items = captions(timeline.cues, limit, kit.store.pcm, kit.store.words)
    files = [(folder / safe_name(book.title), items, 0)]
    for track, chapter in zip(tracks(book, kit.script, timeline, home), timeline.chapters, strict=True):
        mine = tuple(item for item in items if chapter.start <= item.start < chapter.end)
        files.append((track.path, mine, chapter.start))
    for path, mine, origin in files:
        for suffix, form in ((".vtt", webvtt), (".srt", srt)):
            file = path.with_name(path.name + suffix)
            write_whole(file, form(mine, timeline.rate, origin, narrator))
            wrote.append(file)
    return tuple(wrote)
