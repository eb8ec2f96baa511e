"""What the finder of quotations and the finder of speakers hand to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from audiobook.model import Paragraph


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph at its place: `chapter` from 1, `scene` in the chapter from 1."""

    paragraph: Paragraph
    chapter: int
    scene: int


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
