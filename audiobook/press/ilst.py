"""What is known of a book -> an iTunes `meta` box, rendered by mutagen, for `mp4.write_mp4` to put in.

The same thing is said in every place that some player or library server looks for it: the narrator as composer
and as ©nrt, the series as movement, as grouping and as freeform SERIES and SERIES-PART.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from importlib import import_module
from struct import pack, unpack_from
from typing import Any

from audiobook.model import Details
from audiobook.press.tags import clean, cut, sort_name, sort_title

_FREE = "----:com.apple.iTunes:"
_SPARE = 2048  # bytes left for a person's tag editor to work in place
_SHORT = 255  # bytes; what iTunes shows of most texts


def meta(details: Details, *, title: str = "", cover: bytes = b"", track: tuple[int, int] | None = None,
         more: Sequence[tuple[str, str]] = ()) -> bytes:
    """The box. `title` and `track` where a file is not the whole book; `cover` is a JPEG or PNG;
    `more` are freeform tags of com.apple.iTunes."""
    mp4: Any = import_module("mutagen.mp4")  # mutagen's calls have no types
    tags = mp4.MP4Tags()
    language = details.language or "en"
    album = clean(details.title or "Untitled")
    author = clean(details.author or "")
    reader = clean(details.read_by or "")
    said = clean(details.description or "", lines=True)
    series, part = clean(details.series or ""), clean(details.part or "")
    name = clean(title) or album
    texts = {
        "\xa9nam": name, "\xa9alb": album, "\xa9ART": author, "aART": author, "\xa9wrt": reader, "\xa9nrt": reader,
        "\xa9gen": clean(details.genre or "Audiobook"), "\xa9day": str(details.year or ""),
        "\xa9pub": clean(details.publisher or ""), "cprt": clean(details.copyright or ""), "ldes": said,
        "desc": cut(" ".join(said.split()), _SHORT).decode(), "\xa9cmt": said,
        "sonm": sort_title(name, language), "soal": sort_title(album, language),
        "soar": sort_name(author), "soaa": sort_name(author), "soco": sort_name(reader),
        "\xa9mvn": series, "\xa9grp": f"{series} #{part}" if series and part else series,
        "\xa9st3": clean(details.subtitle or ""),
    }
    freeform = {
        "SERIES": series, "SERIES-PART": part, "NARRATOR": reader, "LANGUAGE": clean(language),
        "ISBN": clean(details.isbn or ""), "SUBTITLE": clean(details.subtitle or ""),
        "PUBLISHER": clean(details.publisher or ""), **{key: clean(text) for key, text in more},
    }
    for key, text in texts.items():
        if text:
            tags[key] = [text]
    for key, text in freeform.items():
        if text:
            tags[_FREE + key] = [mp4.MP4FreeForm(text.encode(), mp4.AtomDataType.UTF8)]
    tags["stik"] = [2]
    tags["pgap"] = True
    if track:
        tags["trkn"] = [track]
    if series and part.isascii() and part.isdecimal() and int(part) < 1 << 15:
        tags["\xa9mvi"] = [int(part)]
    if cover:
        png = cover.startswith(b"\x89PNG")
        tags["covr"] = [mp4.MP4Cover(cover, mp4.MP4Cover.FORMAT_PNG if png else mp4.MP4Cover.FORMAT_JPEG)]
    return _rendered(tags)


def _rendered(tags: Any) -> bytes:
    """mutagen can only save into a file: save into the smallest one, and cut the box out."""
    box = pack(">I4s4sI", 16, b"ftyp", b"M4B ", 0) + pack(">I4s", 8, b"moov")
    file = io.BytesIO(box)
    tags.save(file, padding=lambda info: _SPARE)
    data = file.getvalue()
    inside = {b"moov": 0, b"udta": 0}
    at, end = 0, len(data)
    while at < end:
        size, name = unpack_from(">I4s", data, at)
        if name == b"meta":
            return data[at:at + size]
        at += 8 if name in inside else size
    raise AssertionError("mutagen saved no tags")
