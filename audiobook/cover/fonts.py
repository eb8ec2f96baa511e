"""A text -> a font that has its letters: the one that comes with Pillow, else one that the system has."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageFont

    Font = ImageFont.FreeTypeFont

_LIKED = ("notosans", "notoserif", "dejavusans", "sourcehan", "arialunicode", "pingfang", "hiragino",
          "yugoth", "msyh", "malgun", "nirmala", "segoeui", "arial")
_DISLIKED = ("bold", "italic", "oblique", "mono", "light", "thin", "black", "condensed", "symbol")
_MOST_FILES = 3000
_PLAINER = {"–": "-", "—": "-", "‐": "-", "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d",
            "ı": "i", "Æ": "Ae", "Ø": "O", "Œ": "Oe", "Ł": "L"}


def font_for(text: str) -> tuple[Path | None, str]:
    """A font (None: Pillow's own) and `text` as far as it can draw it.

    All of it where any font has all its letters; else the font that has most of them is taken, an accented
    letter that it lacks loses its accent, and any other is left out.
    """
    text = unicodedata.normalize("NFC", text)
    best: Path | None = None
    most = letters_of(text, None)
    if len(most) < len(set(text)):
        for path in _system_fonts():
            if len(letters := letters_of(text, path)) > len(most):
                best, most = path, letters
            if len(letters) == len(set(text)):
                break
    plainer = letters_of("".join(map(_plainer, text)), best)
    kept = "".join(c if c in most else p if (p := _plainer(c)) and set(p) <= plainer else "" for c in text)
    return best, " ".join(kept.split())


@cache
def sized(path: Path | None, size: int) -> Font:
    """A font at a size in pixels."""
    from PIL import ImageFont

    if path is not None:
        return ImageFont.truetype(str(path), size)
    own = ImageFont.load_default(size)
    assert isinstance(own, ImageFont.FreeTypeFont), "Pillow was built without FreeType"
    return own


def _plainer(character: str) -> str:
    """The letter without its accent, the dash as a hyphen; empty where there is no such thing."""
    if character in _PLAINER:
        return _PLAINER[character]
    first = unicodedata.normalize("NFD", character)[0]
    return first if first != character else ""


def letters_of(text: str, path: Path | None) -> set[str]:
    """The characters of `text` that the font (None: Pillow's own) has, and blanks."""
    from PIL import ImageFont, features

    try:
        font = sized(path, 40) if path is None else ImageFont.truetype(
            str(path), 40, layout_engine=ImageFont.Layout.BASIC)
        boxes = {_mask(font, "\U0010ffff"), _mask(font, "\ufffe")}
        shapes = features.check("raqm")
        return {c for c in set(text)
                if c.isspace() or ((_fits(c) or shapes) and (mask := _mask(font, c)) and mask not in boxes)}
    except (OSError, ValueError):  # a damaged font, or one with pictures of fixed size
        return set()


def _mask(font: Font, character: str) -> bytes:
    mask = font.getmask(character)
    return bytes(mask) if mask.getbbox() else b""


def _fits(character: str) -> bool:
    """Whether a letter can be drawn without knowing its neighbours and from left to right."""
    return (unicodedata.bidirectional(character) not in ("R", "AL", "AN")
            and unicodedata.category(character) not in ("Mn", "Mc"))


@cache
def _system_fonts() -> tuple[Path, ...]:
    def order(path: Path) -> tuple[bool, bool, str]:
        name = path.stem.lower().replace("-", "").replace(" ", "")
        return (not name.startswith(_LIKED), any(word in name for word in _DISLIKED), str(path))

    return tuple(sorted(_files(), key=order))


def _files() -> Iterator[Path]:
    home = Path.home()
    folders = {
        "win32": [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",
                  home / "AppData/Local/Microsoft/Windows/Fonts"],
        "darwin": [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"],
    }.get(sys.platform, [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"),
                         home / ".local/share/fonts", home / ".fonts"])
    count = 0
    for folder in folders:
        for where, _, names in os.walk(folder):
            for name in names:
                if name.lower().endswith((".ttf", ".otf", ".ttc")) and "lastresort" not in name.lower():
                    yield Path(where, name)
                    count += 1
                    if count >= _MOST_FILES:
                        return
