"""What is known of a book -> an ID3v2.3 tag, as bytes to put before MP3 frames; rendered by mutagen.

Version 2.3 in UTF-16, because older players and some checkers fail on 2.4. Chapters as
id3.org/id3v2-chapters-1.0 has them: a CTOC holds at most 255 children, so longer books get nested CTOCs.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from audiobook.model import Details
from audiobook.press.tags import clean, language_code, sort_name, sort_title

_CHILDREN = 200  # in one CTOC; its count is a byte, and some readers take that as signed


@dataclass(frozen=True, slots=True)
class Chap:
    """A chapter inside a file, in milliseconds."""

    start_ms: int
    end_ms: int
    title: str


def tag(details: Details, *, title: str, album: str = "", track: tuple[int, int] | None = None,
        length_ms: int | None = None, cover: bytes = b"", chapters: Sequence[Chap] = (), genre: str = "",
        comment: str = "", more: Sequence[tuple[str, str]] = ()) -> bytes:
    """The tag of one file. `album` is the book's title where empty; `cover` is a JPEG; `more` are TXXX frames.

    The narrator is written as composer (TCOM), where library servers look, and as TXXX:NARRATOR.
    """
    id3: Any = import_module("mutagen.id3")  # mutagen's calls have no types
    tags = id3.ID3()

    def say(frame: Any, text: str | None, lines: bool = False) -> None:
        if text and (kept := clean(text, lines)):
            tags.add(frame(encoding=1, text=[kept]))

    def note(name: str, text: str | None) -> None:
        if text and (kept := clean(text)):
            tags.add(id3.TXXX(encoding=1, desc=name, text=[kept]))

    language = details.language or "en"
    code = language_code(language)
    album = album or details.title or "Untitled"
    author = clean(details.author or "")
    say(id3.TIT2, title)
    say(id3.TALB, album)
    say(id3.TPE1, author)
    say(id3.TPE2, author)
    say(id3.TCOM, details.read_by)
    note("NARRATOR", details.read_by)
    say(id3.TCON, genre or details.genre or "Audiobook")
    if details.year:
        tags.add(id3.TYER(encoding=1, text=[str(details.year)]))
    if track:
        tags.add(id3.TRCK(encoding=1, text=[f"{track[0]}/{track[1]}"]))
    say(id3.TPUB, details.publisher)
    say(id3.TCOP, details.copyright)
    say(id3.TIT3, details.subtitle)
    say(id3.TSOA, sort_title(clean(album), language))
    if author:
        say(id3.TSOP, sort_name(author))
        tags.add(id3.TSO2(encoding=1, text=[sort_name(author)]))
    tags.add(id3.TLAN(encoding=1, text=[code]))
    if length_ms is not None:
        tags.add(id3.TLEN(encoding=1, text=[str(length_ms)]))
    if details.series:
        part = details.part or ""
        say(id3.TIT1, f"{details.series} #{part}" if part else details.series)
        tags.add(id3.MVNM(encoding=1, text=[clean(details.series)]))
        if part.isdecimal():
            tags.add(id3.MVIN(encoding=1, text=[part]))
        note("SERIES", details.series)
        note("SERIES-PART", part)
    note("ISBN", details.isbn)
    note("LANGUAGE", language)
    for name, text in more:
        note(name, text)
    said = clean(comment or details.description or "", lines=True)
    if said:
        tags.add(id3.COMM(encoding=1, lang=code if code != "und" else "XXX", desc="", text=[said]))
        note("DESCRIPTION", said)
    if cover:
        kind = "image/png" if cover.startswith(b"\x89PNG") else "image/jpeg"
        tags.add(id3.APIC(encoding=0, mime=kind, type=id3.PictureType.COVER_FRONT, desc="", data=cover))
    _add_chapters(id3, tags, chapters)
    out = io.BytesIO()
    tags.save(out, v1=0, v2_version=3, padding=lambda info: 0)
    return _in_order(out.getvalue())


def _add_chapters(id3: Any, tags: Any, chapters: Sequence[Chap]) -> None:
    if not chapters:
        return
    names = [f"ch{number}" for number in range(1, len(chapters) + 1)]
    for name, chapter in zip(names, chapters, strict=True):
        title = id3.TIT2(encoding=1, text=[clean(chapter.title) or name])
        tags.add(id3.CHAP(element_id=name, start_time=chapter.start_ms, end_time=chapter.end_ms,
                          start_offset=0xFFFFFFFF, end_offset=0xFFFFFFFF, sub_frames=[title]))
    level, depth = names, 0
    ordered, top = id3.CTOCFlags.ORDERED, id3.CTOCFlags.TOP_LEVEL
    while len(level) > _CHILDREN:
        depth += 1
        groups = [level[at:at + _CHILDREN] for at in range(0, len(level), _CHILDREN)]
        for number, group in enumerate(groups, 1):
            tags.add(id3.CTOC(element_id=f"toc{depth}.{number}", flags=ordered, child_element_ids=group,
                              sub_frames=[id3.TIT2(encoding=1, text=[f"Part {number}"])]))
        level = [f"toc{depth}.{number}" for number in range(1, len(groups) + 1)]
    tags.add(id3.CTOC(element_id="toc", flags=ordered | top, child_element_ids=level,
                      sub_frames=[id3.TIT2(encoding=1, text=["Contents"])]))


def _in_order(tag: bytes) -> bytes:
    """The tag with its CHAP frames last and by their times. mutagen writes the shortest frame first, and some
    readers (ffprobe) list chapters as they lie in the file."""
    frames: list[bytes] = []
    at = 10
    while at < len(tag):
        size = int.from_bytes(tag[at + 4:at + 8], "big")
        frames.append(tag[at:at + 10 + size])
        at += 10 + size

    def order(frame: bytes) -> int:
        if not frame.startswith(b"CHAP"):
            return -1
        times = frame.index(b"\0", 10) + 1  # after the element's name
        return int.from_bytes(frame[times:times + 4], "big")

    frames.sort(key=order)
    return tag[:10] + b"".join(frames)
