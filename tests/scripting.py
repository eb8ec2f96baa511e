"""Small books made of strings, and a stand-in for whoever finds speakers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audiobook.model import (
    Book,
    Cast,
    Chapter,
    Details,
    Line,
    Paragraph,
    Person,
    Role,
    Scene,
    Script,
    Source,
    Voice,
)
from audiobook.script import write_script
from audiobook.script.passage import Passage, Quote, Said
from audiobook.script.quotes import find_quotes

BARE = Cast(Voice("tone", "narrator"))


def cast_of(*names: str, **aliases: Sequence[str]) -> Cast:
    return Cast(Voice("tone", "narrator"), tuple(Role(name, tuple(aliases.get(name, ()))) for name in names))


def book_of(*scenes: Sequence[str], heading: str = "", language: str = "en") -> Book:
    """A book of one chapter, its paragraphs one blank line apart in a file called book.md."""
    at, row = 0, 1
    made: list[list[Paragraph]] = []

    def paragraph(text: str) -> Paragraph:
        nonlocal at, row
        source = Source("book.md", at, at + len(text), row)
        at, row = at + len(text) + 2, row + text.count("\n") + 2
        return Paragraph(text, source)

    head = (paragraph(heading),) if heading else ()
    for scene in scenes:
        made.append([paragraph(text) for text in scene])
    chapter = Chapter(heading or "One", head, tuple(Scene(tuple(scene)) for scene in made))
    return Book(Details(title="A Book", language=language), (chapter,))


def somebody(passages: Sequence[Passage], quotes: Sequence[Quote], marks: Mapping[int, str],
             cast: Cast) -> tuple[tuple[Person, ...], tuple[Said, ...]]:
    """Everything is said by Tom, with some doubt; Ann is known too."""
    said = tuple(Said(marks.get(index, "Tom"), 0.6, "turn", (("Ann", 0.3),)) for index in range(len(quotes)))
    return (Person("Tom", ("Tommy",), "he"), Person("Ann", (), "she")), said


def written(*paragraphs: str, cast: Cast = BARE, language: str = "en") -> Script:
    return write_script(book_of(paragraphs, language=language), cast, somebody)


def spoken(*paragraphs: str, language: str = "en") -> list[str]:
    """What is told apart as said or thought."""
    made = book_of(paragraphs, language=language).chapters[0].scenes[0].paragraphs
    return [paragraphs[quote.paragraph][quote.start:quote.end] for quote in find_quotes(made, language)]


def texts(script: Script, kind: str) -> list[str]:
    return [line.text.strip() for line in script.lines if line.kind == kind]


def said_by(script: Script, name: str) -> list[str]:
    return [line.text.strip() for line in script.lines if line.speaker == name and line.kind in ("dialogue", "thought")]


def line_with(script: Script, words: str) -> Line:
    return next(line for line in script.lines if words in line.text)
