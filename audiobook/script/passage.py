"""What the finder of quotations and the finder of speakers hand to each other."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from audiobook.columns import Columns
from audiobook.model import Book, Paragraph


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph at its place: `chapter` from 1, `scene` in the chapter from 1."""

    paragraph: Paragraph
    chapter: int
    scene: int


class Passages(Columns[Passage]):
    """All passages of a book in order, headings left out; each is made when it is asked for."""

    __slots__ = ("_begins", "_count", "_scenes")

    def __init__(self, book: Book) -> None:
        self._scenes: list[tuple[Sequence[Paragraph], int, int]] = []
        self._begins, self._count = array("q"), 0
        for number, chapter in enumerate(book.chapters, 1):
            for scene_number, scene in enumerate(chapter.scenes, 1):
                self._scenes.append((scene.paragraphs, number, scene_number))
                self._begins.append(self._count)
                self._count += len(scene.paragraphs)

    def __len__(self) -> int:
        return self._count

    def _row(self, index: int) -> Passage:
        scene = bisect_right(self._begins, index) - 1
        paragraphs, chapter, number = self._scenes[scene]
        return Passage(paragraphs[index - self._begins[scene]], chapter, number)

    def __iter__(self) -> Iterator[Passage]:
        return (Passage(paragraph, chapter, number) for paragraphs, chapter, number in self._scenes
                for paragraph in paragraphs)

    def chapters(self) -> list[int]:
        """The chapter of each."""
        return [chapter for paragraphs, chapter, _ in self._scenes for _ in paragraphs]


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation: `start:end` in the text of paragraph number `paragraph` (from 0), quotation marks included.

    Never overlapping, in order. A speech cut by its tag is several quotes;
    `continues`: the quotation left open by the paragraph before goes on here.
    """

    paragraph: int
    start: int
    end: int
    kind: Literal["dialogue", "thought"] = "dialogue"
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """Who says a quotation: the `confidence` (0 to 1) that it is `speaker`, the `evidence` word for why
    (mark, tag, beat, turn, ...), and the next best guesses, most likely first."""

    speaker: str
    confidence: float
    evidence: str
    others: tuple[tuple[str, float], ...] = ()
