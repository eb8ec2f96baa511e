"""A manuscript, one file or a folder of them -> a Book."""

from __future__ import annotations

import re
from pathlib import Path

from audiobook import plugins
from audiobook.errors import ManuscriptError
from audiobook.model import Book, Details, Problem, Source


def read(path: Path, root: Path) -> Book:
    """The book at `path`, files named relative to `root`. Raises ManuscriptError where nothing in it can be said."""
    files = sorted((p for p in path.iterdir() if not p.name.startswith(".")), key=lambda p: natural(p.name)) \
        if path.is_dir() else [path]
    details, chapters, notes, texts = Details(), [], [], {}
    for file in files:
        name = named(file, root)
        reader = "markdown" if file.suffix.lower() in (".md", ".markdown") else "text"
        book = plugins.load("readers", reader).read(file, name, len(files) == 1)
        details = details.merged(book.details)
        chapters += book.chapters
        notes += book.notes
        texts.update(book.texts)
    if not chapters:
        raise ManuscriptError("there is nothing to say in it", Source(named(path, root), 0, 0, 1))
    return Book(details, tuple(chapters), tuple(notes), texts)


def named(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.name


def natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part.lower()) for part in re.split(r"(\d+)", name) if part]
