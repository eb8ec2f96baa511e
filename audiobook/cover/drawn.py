"""A title and an author -> a cover. Flat colours, one motif, letters as large as they can be.

Colours and motif follow from a digest of the title: the same book looks the same on every machine. A cover is
mostly seen a thumbnail wide, so the title comes first: at 100 pixels most titles can still be read.
"""

from __future__ import annotations

import hashlib
import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from audiobook.cover.fonts import font_for, sized
from audiobook.events import Noticed, Watch, nobody
from audiobook.model import Problem
from audiobook.press.tags import clean

if TYPE_CHECKING:
    from PIL import ImageDraw

SIDE = 2400
_MARGIN = 170
_TITLE_HEIGHT = 1330
_LARGEST, _SMALLEST = 560, 84

Colour = str


@dataclass(frozen=True, slots=True)
class Palette:
    """`ink` is legible on `ground`; the motif is drawn in the others, from the quiet to the loud."""

    ground: Colour
    ink: Colour
    quiet: Colour
    middle: Colour
    loud: Colour


PALETTES = (
    Palette("#14213d", "#fdf6e3", "#22355c", "#3f5a8a", "#fca311"),  # night and amber
    Palette("#f4ead5", "#2b2118", "#e6d3ae", "#cf9f62", "#a4452c"),  # paper and brick
    Palette("#10302b", "#f3efe0", "#1b4a42", "#3a7d6c", "#e9b44c"),  # fir and brass
    Palette("#3a1730", "#fbeee6", "#562646", "#8f3f63", "#f2a07b"),  # plum and peach
    Palette("#e8eef2", "#17242d", "#cfdde6", "#8fb1c4", "#1f6f8b"),  # fog and sea
    Palette("#1d1b26", "#f6f1eb", "#302d40", "#5b5577", "#e4572e"),  # ink and ember
    Palette("#f9dcc4", "#3b1c14", "#f5c7a2", "#e58f65", "#7d3c2a"),  # apricot and clay
    Palette("#0b3954", "#fefcf3", "#14506f", "#2f86a6", "#ffd166"),  # harbour and lamp
    Palette("#dfe7d3", "#1f2a17", "#c8d6b4", "#8fac70", "#4f772d"),  # sage and leaf
    Palette("#5f0f24", "#fdf1e7", "#7b1b33", "#ad3a4f", "#f4b942"),  # wine and gold
)


def draw(title: str, author: str = "", watch: Watch = nobody) -> bytes:
    """The cover as a JPEG, 2400 pixels square. Letters that no font here has are left out and said."""
    from PIL import Image, ImageDraw

    title, author = clean(title), clean(author)
    digest = hashlib.sha256(title.encode()).digest()
    palette = PALETTES[digest[0] % len(PALETTES)]
    picture = Image.new("RGB", (SIDE, SIDE), palette.ground)
    canvas = ImageDraw.Draw(picture)
    (_rings, _bars, _hills)[digest[1] % 3](canvas, palette, digest[2:])
    bottom = _MARGIN
    missing = ""
    for text, room, largest in ((title, _TITLE_HEIGHT, _LARGEST), (author, 250, 132)):
        font, kept = font_for(text)
        missing += "".join(c for c in text if not c.isspace() and c not in kept)
        if kept:
            bottom = _write(canvas, kept, font, bottom, room, largest, palette.ink) + 70
    if missing:
        shown = "".join(dict.fromkeys(missing))[:20]
        watch(Noticed(Problem(
            "cover-letters", f"no font on this machine has the letters {shown}; the cover goes without them",
            hint="name a picture of your own under cover in voices.yaml", severity="note")))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, subsampling=0, optimize=True, dpi=(300, 300))
    return out.getvalue()


# ---------------------------------------------------------------- letters


def _write(canvas: ImageDraw.ImageDraw, text: str, font: Path | None, top: int, height: int, largest: int,
           ink: Colour) -> int:
    """Write `text` as large as it goes into the width and `height`; where its last line ends."""
    size, lines = _fitted(text, font, SIDE - 2 * _MARGIN, height, largest)
    face = sized(font, size)
    weight = max(1, size // 48) if largest > 200 else 0  # the font is light, and a title is to be seen
    pitch = round(size * 1.08)
    right = _reads_from_right(text)
    for number, line in enumerate(lines):
        at = (SIDE - _MARGIN if right else _MARGIN, top + number * pitch)
        canvas.text(at, line, ink, face, "ra" if right else "la", stroke_width=weight, stroke_fill=ink)
    return top + len(lines) * pitch


def _fitted(text: str, font: Path | None, width: int, height: int, largest: int) -> tuple[int, list[str]]:
    """The largest size at which `text` can be set in the box, and its lines."""
    face = sized(font, 200)
    words = text.split()
    per_pixel = {word: face.getlength(word) / 200 for word in words}
    blank = face.getlength(" ") / 200
    for size in range(largest, _SMALLEST - 1, -4):
        wrapped = _wrapped(words, {word: size * (length + 0.045) for word, length in per_pixel.items()},
                           size * blank, width)
        if wrapped is not None and len(wrapped) * size * 1.08 <= height:
            return size, wrapped
    lines: list[str] = []
    for size in range(min(largest, 240), _SMALLEST - 1, -4):  # a word too long for a line, or a page of title
        lines = _broken(text, {c: size * face.getlength(c) / 200 for c in set(text)}, width)
        if len(lines) * size * 1.08 <= height:
            return size, lines
    most = int(height / (_SMALLEST * 1.08))
    lines = lines[:most]
    return _SMALLEST, [*lines[:-1], lines[-1][:-1].rstrip() + "…"]


def _broken(text: str, lengths: dict[str, float], width: float) -> list[str]:
    """Lines broken between any two letters."""
    lines, left = [""], width
    for character in text:
        if lengths[character] > left:
            lines.append("")
            left = width
        lines[-1] += character
        left -= lengths[character]
    return [line.strip() for line in lines]


def _wrapped(words: list[str], lengths: dict[str, float], blank: float, width: float) -> list[str] | None:
    """Words in as few lines as they go, and those as even as they can be; None where a word is too long."""
    if max(lengths[word] for word in words) > width:
        return None

    def greedy(limit: float) -> list[list[str]]:
        lines: list[list[str]] = [[]]
        left = limit
        for word in words:
            if lengths[word] > left and lines[-1]:
                lines.append([])
                left = limit
            lines[-1].append(word)
            left -= lengths[word] + blank
        return lines

    lines = greedy(width)
    tight = width
    while tight > width * 0.4 and len(greedy(tight * 0.97)) == len(lines) and max(
            lengths[word] for word in words) <= tight * 0.97:
        tight *= 0.97
    return [" ".join(line) for line in greedy(tight)]


def _reads_from_right(text: str) -> bool:
    import unicodedata

    first = next((d for d in map(unicodedata.bidirectional, text) if d in ("L", "R", "AL")), "L")
    return first != "L"


# ---------------------------------------------------------------- motifs: sound, seen from three sides


def _rings(canvas: ImageDraw.ImageDraw, palette: Palette, digest: bytes) -> None:
    """Waves going out from a source."""
    x = SIDE - 420 if digest[0] % 2 else 420
    y = SIDE - 120
    colours = (palette.quiet, palette.ground, palette.quiet, palette.ground, palette.middle, palette.ground,
               palette.loud)
    radius = 900.0
    for number, colour in enumerate(colours):
        canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        radius -= 70 + digest[1 + number] % 60 if number % 2 == 0 else 50 + digest[1 + number] % 40


def _bars(canvas: ImageDraw.ImageDraw, palette: Palette, digest: bytes) -> None:
    """A stretch of sound as an editor shows it."""
    count, gap = 21, 44
    width = (SIDE - 2 * _MARGIN - (count - 1) * gap) / count
    middle = SIDE - 450
    for number in range(count):
        swell = 0.35 + 0.65 * math.sin(math.pi * (number + 0.5) / count)
        half = swell * (90 + digest[number] % 200)
        left = _MARGIN + number * (width + gap)
        colour = (palette.loud if number == digest[29] % count
                  else palette.middle if digest[number] % 3 == 0 else palette.quiet)
        canvas.rounded_rectangle((left, middle - half, left + width, middle + half), width / 2, fill=colour)


def _hills(canvas: ImageDraw.ImageDraw, palette: Palette, digest: bytes) -> None:
    """Slow waves, one behind the other, and a light above them."""
    x = 500 + digest[0] * 5
    canvas.ellipse((x - 190, 1560, x + 190, 1940), fill=palette.loud)
    for number, colour in enumerate((palette.quiet, palette.middle, palette.quiet)):
        base, swell = 1900 + number * 170, 70 + digest[1 + number] % 60
        phase, length = digest[4 + number] / 40, 900 + digest[7 + number] * 4
        points = [(at, base + swell * math.sin(phase + 2 * math.pi * at / length))
                  for at in range(0, SIDE + 1, 8)]
        canvas.polygon([(0, SIDE), *points, (SIDE, SIDE)], fill=colour)
