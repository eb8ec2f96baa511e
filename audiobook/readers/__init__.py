"""A manuscript, one file or a folder of them in name order -> a Book.

Each file goes to the reader for its suffix; a folder's books are laid end to end.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from audiobook import markup, plugins
from audiobook.columns import Paragraphs
from audiobook.errors import ManuscriptError
from audiobook.model import Book, Chapter, Details, Problem, Scene, Source
from audiobook.text import decode, headings

_ASIDE = re.compile(r"(?:readme|licen[cs]e|changelog|changes|notes|todo|contributing)(?:\.\w+)?\Z", re.IGNORECASE)
_GENERIC = frozenset("manuscript text texts chapters src source book draft".split(" "))
_OTHER = frozenset(".docx .doc .odt .rtf .pdf .epub .html .htm .xhtml .fb2 .mobi .azw3 .tex .pages".split(" "))


def read(path: Path, root: Path) -> Book:
    """The book at `path`, a file or a folder; `Source.file` is relative to `root`.
    Raises ManuscriptError where something cannot be read, or nothing in it can be said."""
    readers = _readers()
    where = Source(named(path, root), 0, 0, 1)
    if path.is_dir():
        files, notes = _files(path, root, readers)
        if not files:
            raise ManuscriptError("there is no text in the folder", where,
                                  "put Markdown (.md) or plain text (.txt) files there")
    else:
        files, notes = [path], []
    details, chapters, texts = Details(), list[Chapter](), dict[str, str]()
    for file in files:
        reader = readers.get(file.suffix.lower()) or _unknown(file, root, readers)
        book: Book = reader.read(file, named(file, root), titled(file), len(files) == 1)
        details = details.merged(book.details)
        chapters += (_packed(chapter, book.texts) for chapter in book.chapters)
        notes += book.notes
        texts.update(book.texts)
    if not any(markup.says_something(line.text) for chapter in chapters
               for line in (*chapter.heading, *(p for scene in chapter.scenes for p in scene.paragraphs))):
        raise ManuscriptError("there is nothing to say in it", where)
    return Book(details.merged(Details(title=_name(path))), tuple(chapters), tuple(notes), texts)


def _packed(chapter: Chapter, texts: Mapping[str, str]) -> Chapter:
    """The same chapter, its paragraphs held as slices of their file."""
    def scene(given: Scene) -> Scene:
        files = {paragraph.source.file for paragraph in given.paragraphs}
        name = files.pop() if len(files) == 1 else ""
        packed = Paragraphs(given.paragraphs, name, texts.get(name, ""))
        return Scene(packed) if packed == given.paragraphs else given

    return Chapter(chapter.title, chapter.heading, tuple(map(scene, chapter.scenes)))


def _readers() -> dict[str, Any]:
    """The reader for each suffix."""
    found = {}
    for name in plugins.names("readers"):
        reader = plugins.load("readers", name)
        found.update({suffix: reader for suffix in reader.SUFFIXES})
    return found


def _unknown(file: Path, root: Path, readers: dict[str, Any]) -> Any:
    """Text by another name is read as text; what is known to be something else is refused."""
    if file.suffix.lower() in _OTHER:
        raise ManuscriptError(f"{file.suffix.lower()} files cannot be read", Source(named(file, root), 0, 0, 1),
                              "open it in the program that made it and save it as plain text (.txt), in UTF-8")
    return readers[".txt"]


def _files(folder: Path, root: Path, readers: dict[str, Any]) -> tuple[list[Path], list[Problem]]:
    """The folder's files in natural name order, and notes on those that are passed over."""
    files, notes = [], []
    for file in sorted(folder.iterdir(), key=lambda file: natural(file.name)):
        if file.name.startswith((".", "~")) or file.is_dir():
            continue
        why = ""
        if file.suffix.lower() not in readers:
            if file.suffix.lower() in _OTHER:
                why = f"{file.suffix.lower()} files cannot be read, so this one is passed over"
        elif _ASIDE.match(file.stem):
            why = "the file is named like one about the book, so it is passed over"
        elif not decode.data(file, named(file, root)).strip():
            why = "the file is empty"
        else:
            files.append(file)
        if why:
            notes.append(Problem("file-passed-over", why, Source(named(file, root), 0, 0, 1),
                                 "" if _ASIDE.match(file.stem) else "save it as Markdown (.md) or text (.txt)",
                                 severity="note" if file.suffix.lower() in readers else "warning"))
    return files, notes


def named(path: Path, root: Path) -> str:
    """How a file is called in messages: relative to `root` where it lies below it, by its name elsewhere."""
    try:
        relative = Path(os.path.abspath(path)).relative_to(os.path.abspath(root)).as_posix()
    except ValueError:
        relative = path.name
    relative = os.path.basename(os.path.abspath(path)) if relative == "." else relative
    return relative.encode("utf-8", "backslashreplace").decode()


def natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts names as people count: 2 before 10.

    >>> sorted(["10.md", "2.md", "1b.md"], key=natural)
    ['1b.md', '2.md', '10.md']
    """
    return [(0, int(part), "") if part.isdecimal() and len(part) < 1000 else (1, 0, part.casefold())
            for part in re.split(r"(\d+)", name) if part]


def titled(file: Path) -> str:
    """A title out of a file's name: without the number that only sorts it.

    >>> titled(Path("03 - The Storm.txt")), titled(Path("04_the_long_way.md")), titled(Path("ARoomWithAView.txt"))
    ('The Storm', 'The Long Way', 'A Room with a View')
    """
    words = markup.plain(re.sub(r"[_\s]+|(?<=\w)-(?=\w)", " ", file.stem))
    words, camels = re.subn(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", words)
    counted = re.fullmatch(r"(?i)(?:chapter|chap|ch)[ .]*0*(\d+)", words) or re.fullmatch(r"0*(\d+)", words)
    if counted:
        return f"Chapter {counted[1]}"
    words = re.sub(r"^\d+[\s.)-]*(?=\D)", "", words).strip(" .-") or words
    return headings.cased(words.upper()) if words == words.lower() or camels else words


def _name(path: Path) -> str:
    """What to call a book that nobody named."""
    path = Path(os.path.abspath(path))
    if path.is_dir():
        return titled(path.parent if path.name.lower() in _GENERIC else path)
    return titled(path.parent if path.stem.lower() in _GENERIC else path)
