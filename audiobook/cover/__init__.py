"""What is said about the book -> its cover, a square JPEG: the picture it was given, or one that is drawn.

A given picture is trusted in nothing: see `pictures`. A drawn one is the same every time: see `drawn`.
"""

from __future__ import annotations

from pathlib import Path

from audiobook.cover.drawn import draw
from audiobook.events import Watch, nobody
from audiobook.model import Details
from audiobook.press.pictures import read, squared

__all__ = ["cover", "draw"]


def cover(details: Details, root: Path, watch: Watch = nobody) -> bytes:
    """The cover as a square RGB JPEG (baseline, 1400 to 3000 pixels a side), ready to embed.

    `details.cover` is relative to `root`. Raises EditionError where it is no picture that can be used.
    Says to `watch` when no font on this machine can draw the title.
    """
    if details.cover is None:
        return draw(details.title or "Untitled", details.author or "", watch)
    return squared(read(root / details.cover), str(details.cover))
