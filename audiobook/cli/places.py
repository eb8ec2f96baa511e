"""The address a person types -> Place."""

from __future__ import annotations

import re

from audiobook.errors import AudiobookError
from audiobook.model import Place


def parse_place(text: str) -> Place:
    """`3` a chapter, `3.2` a scene, `3.2.14` a line. Raises AudiobookError for anything else.

    >>> parse_place("3.2")
    Place(chapter=3, scene=2, line=0)
    """
    if not re.fullmatch(r"[1-9][0-9]{0,5}(\.[1-9][0-9]{0,5}){0,2}", text, re.ASCII):
        raise AudiobookError(f"{text!r} is no place", hint="write 3 for a chapter, 3.2 for a scene, 3.2.14 for a line; "
                                                        "the book's path comes after it")
    return Place(*(int(part) for part in text.split(".")))
