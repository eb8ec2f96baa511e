"""A finished sound file -> what its tags say, by one set of names whatever the format; and its cover's size.

Read by mutagen, which none of the programs that wrote the tags of an MP4 is (see `mp4`, `ilst`).
"""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

WANTED = ("title", "album", "author", "narrator", "language")
"""What players and library servers need, besides a cover."""

_MOST = 4000  # letters of one tag that are kept
_ID3 = {"title": "TIT2", "album": "TALB", "author": "TPE1", "narrator": "TCOM", "track": "TRCK", "year": "TDRC",
        "genre": "TCON", "language": "TLAN", "publisher": "TPUB", "copyright": "TCOP", "subtitle": "TIT3",
        "series": "TXXX:SERIES", "part": "TXXX:SERIES-PART", "isbn": "TXXX:ISBN"}
_FREE = "----:com.apple.iTunes:"
_MP4 = {"title": "\xa9nam", "album": "\xa9alb", "author": "\xa9ART", "narrator": "\xa9wrt", "track": "trkn",
        "year": "\xa9day", "genre": "\xa9gen", "language": _FREE + "LANGUAGE", "publisher": _FREE + "PUBLISHER",
        "copyright": "cprt", "subtitle": _FREE + "SUBTITLE", "series": _FREE + "SERIES",
        "part": _FREE + "SERIES-PART", "isbn": _FREE + "ISBN", "description": "ldes"}
_VORBIS = {"title": "title", "album": "album", "author": "artist", "narrator": "composer", "track": "tracknumber",
           "year": "date", "genre": "genre", "language": "language", "publisher": "organization",
           "copyright": "copyright", "subtitle": "subtitle", "series": "series", "part": "series-part",
           "isbn": "isbn", "description": "description"}


@dataclass(frozen=True, slots=True)
class Cover:
    """`kind` is JPEG, PNG, or empty where the picture cannot be opened."""

    kind: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Labels:
    tags: Mapping[str, str] = field(default_factory=dict)
    cover: Cover | None = None
    damage: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What should be there and is not."""
        return tuple(name for name in WANTED if not self.tags.get(name)) + (() if self.cover else ("cover",))


def labels(path: Path, container: str) -> Labels:
    """The tags of a file in a container as `measure` names it; none where the format has none."""
    read = _READERS.get(container)
    if read is None:
        return Labels()
    try:
        tags, picture = read(path)
    except Exception as error:  # noqa: BLE001  mutagen raises what it likes at hostile bytes
        missing = type(error).__name__ in ("ID3NoHeaderError", "FLACNoHeaderError")
        return Labels(damage="" if missing else f"its tags cannot be read: {error or type(error).__name__}")
    kept = {name: text[:_MOST] for name, text in tags.items() if text}
    return Labels(kept, _cover(picture) if picture else None)


def _id3(path: Path) -> tuple[dict[str, str], bytes]:
    frames = import_module("mutagen.id3").ID3(path)
    tags = {name: str(frames[key]) for name, key in _ID3.items() if key in frames}
    said = frames.getall("COMM")
    if said:
        tags["description"] = str(said[0])
    pictures = frames.getall("APIC")
    return tags, bytes(pictures[0].data) if pictures else b""


def _mp4(path: Path) -> tuple[dict[str, str], bytes]:
    atoms = import_module("mutagen.mp4").MP4(path).tags or {}
    tags: dict[str, str] = {}
    for name, key in _MP4.items():
        value = (atoms.get(key) or [None])[0]
        if isinstance(value, tuple):
            value = "/".join(str(each) for each in value)
        if value is not None:
            tags[name] = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    covers = atoms.get("covr") or [b""]
    return tags, bytes(covers[0])


def _vorbis(name: str) -> Callable[[Path], tuple[dict[str, str], bytes]]:
    def read(path: Path) -> tuple[dict[str, str], bytes]:
        flac: Any = import_module("mutagen.flac")
        file = import_module("mutagen").File(path) if name == "ogg" else flac.FLAC(path)
        said = file.tags or {}
        tags = {each: str(said[key][0]) for each, key in _VORBIS.items() if said.get(key)}
        pictures = list(getattr(file, "pictures", ()))
        if not pictures and said.get("metadata_block_picture"):
            pictures = [flac.Picture(base64.b64decode(said["metadata_block_picture"][0]))]
        return tags, bytes(pictures[0].data) if pictures else b""

    return read


_READERS: dict[str, Callable[[Path], tuple[dict[str, str], bytes]]] = {
    "mp3": _id3, "mov": _mp4, "ogg": _vorbis("ogg"), "flac": _vorbis("flac")}


def _cover(data: bytes) -> Cover:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as picture:
                return Cover(str(picture.format), *picture.size)
    except Exception:  # noqa: BLE001  a picture that cannot be opened is told as such
        return Cover("", 0, 0)
