"""Timeline -> one track a chapter, for editions of many files: its number, a title no other has, its file's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from audiobook.files import safe_name
from audiobook.model import Book, Script, Timeline
from audiobook.press.tags import clean


@dataclass(frozen=True, slots=True)
class Track:
    """`index` into `timeline.chapters`; `number` of `count`; `path` of its file, without the suffix."""

    index: int
    number: int
    count: int
    title: str
    path: Path


def tracks(book: Book, script: Script, timeline: Timeline, folder: Path) -> tuple[Track, ...]:
    """The tracks of a book in `folder`. A chapter keeps its number where only some are made."""
    count = max(len(script.titles), *(mark.number for mark in timeline.chapters))
    titles = unlike(book.title, (mark.title or f"Chapter {mark.number}" for mark in timeline.chapters))
    width = max(2, len(str(count)))
    return tuple(Track(index, mark.number, count, title,
                       folder / safe_name(f"{mark.number:0{width}} - {title}"))
                 for index, (mark, title) in enumerate(zip(timeline.chapters, titles, strict=True)))


def unlike(book: str, titles: Iterable[str]) -> tuple[str, ...]:
    """The titles, each unlike the others and the book's: library servers show file names otherwise.

    >>> unlike("Emma", ["Letter", "Emma", "Letter", ""])
    ('Letter', 'Emma (2)', 'Letter (2)', 'Untitled')
    """
    seen = {clean(book).casefold()}
    made = []
    for title in titles:
        plain = clean(title) or "Untitled"
        found, again = plain, 1
        while found.casefold() in seen:
            again += 1
            found = f"{plain} ({again})"
        seen.add(found.casefold())
        made.append(found)
    return tuple(made)
