"""What is known of a book -> Vorbis comments with a cover, put into Opus and FLAC files by mutagen.

Field names: xiph.org/vorbis/doc/v-comment.html, and what library servers read besides.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from audiobook.files import whole
from audiobook.model import Details
from audiobook.press.coding import Encoded
from audiobook.press.tags import clean, sort_name, sort_title
from audiobook.press.tracks import Track


def write_tracks(named: Iterable[Track], parts: Iterable[Encoded], suffix: str, details: Details,
                 cover: bytes) -> tuple[Path, ...]:
    """Write each track's encoded part as a file with tags and cover, whole or not at all; the files."""
    written = []
    for track, part in zip(named, parts, strict=True):
        path = track.path.with_name(track.path.name + suffix)
        with whole(path) as draft:
            with open(draft, "xb") as file:
                file.writelines(part.pieces())
            put_tags(draft, details, track, cover)
        written.append(path)
    return tuple(written)


def put_tags(path: Path, details: Details, track: Track, cover: bytes) -> None:
    """Write the tags of one chapter's file into it, in place of any it has."""
    flac: Any = import_module("mutagen.flac")  # mutagen's calls have no types
    with open(path, "rb") as opened:
        is_flac = opened.read(4) == b"fLaC"
    file: Any = flac.FLAC(path) if is_flac else import_module("mutagen.oggopus").OggOpus(path)
    for name, text in _comments(details, track).items():
        if text:
            file[name] = text
    if cover:
        picture = _picture(flac, cover)
        if is_flac:
            file.add_picture(picture)
        else:
            file["METADATA_BLOCK_PICTURE"] = base64.b64encode(picture.write()).decode()
    file.save()


def _comments(details: Details, track: Track) -> dict[str, str]:
    language = details.language or "en"
    album, author = clean(details.title or "Untitled"), clean(details.author or "")
    reader, said = clean(details.read_by or ""), clean(details.description or "", lines=True)
    return {
        "TITLE": track.title, "ALBUM": album, "ARTIST": author, "ALBUMARTIST": author, "COMPOSER": reader,
        "PERFORMER": reader, "NARRATOR": reader, "GENRE": clean(details.genre or "Audiobook"),
        "DATE": str(details.year or ""), "TRACKNUMBER": str(track.number), "TRACKTOTAL": str(track.count),
        "ORGANIZATION": clean(details.publisher or ""), "COPYRIGHT": clean(details.copyright or ""),
        "DESCRIPTION": said, "COMMENT": said, "LANGUAGE": clean(language), "ISBN": clean(details.isbn or ""),
        "SUBTITLE": clean(details.subtitle or ""), "SERIES": clean(details.series or ""),
        "SERIES-PART": clean(details.part or ""), "ALBUMSORT": sort_title(album, language),
        "ARTISTSORT": sort_name(author)}


def _picture(flac: Any, cover: bytes) -> Any:
    from PIL import Image

    with Image.open(io.BytesIO(cover)) as image:
        width, height = image.size
    picture = flac.Picture()
    picture.type, picture.data = 3, cover  # 3: front cover
    picture.mime = "image/png" if cover.startswith(b"\x89PNG") else "image/jpeg"
    picture.width, picture.height, picture.depth = width, height, 24
    return picture
