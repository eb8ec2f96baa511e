"""Plain text -> Book: chapters by the words of their headings, as typists and Project Gutenberg write them."""

from __future__ import annotations

from pathlib import Path

from audiobook.model import Book
from audiobook.text import decode, wording
from audiobook.text.outline import Page

SUFFIXES = (".txt", ".text")


def read(path: Path, name: str, title: str, alone: bool) -> Book:
    """The book in one file. `name` is what the file is called in sources, `title` names a chapter without
    heading, `alone` says that the file is the whole book. Raises ManuscriptError where the file is no text."""
    text, problems = decode.text(path, name)
    return wording.read(Page(text, name, problems), title)
