"""Script + timeline -> the text as a page shows it, phrase by phrase: chapters, scenes, paragraphs, and when
each phrase is heard. Shared by what is read while it is heard.

Every line that can be seen is in exactly one phrase, heard or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from audiobook.markup import plain
from audiobook.model import ChapterMark, Line, Place, Script, Timeline
from audiobook.press.durations import milliseconds
from audiobook.press.tags import clean


@dataclass(frozen=True, slots=True)
class Phrase:
    """A line as it is seen. `blank`: white space follows it.
    `start:end` in frames of the timeline, None where nothing is heard."""

    line: Line
    text: str
    blank: bool
    start: int | None
    end: int | None

    @property
    def name(self) -> str:
        """An identifier, the same as long as the line keeps its place."""
        place = self.line.place
        return f"c{place.chapter}s{place.scene}l{place.line}"


Paragraph = tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class SceneText:
    number: int
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class ChapterText:
    """`mark` is None where nothing of the chapter is heard, `heading` empty where the text has none."""

    number: int
    title: str
    heading: Paragraph
    scenes: tuple[SceneText, ...]
    mark: ChapterMark | None

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """All of them, in order, the heading's first."""
        return (*self.heading, *(phrase for scene in self.scenes for paragraph in scene.paragraphs
                                 for phrase in paragraph))


def phrased(script: Script, timeline: Timeline) -> tuple[ChapterText, ...]:
    """The chapters that have lines in `script`, as they are seen and heard."""
    heard = {cue.line.place: (cue.start, cue.end) for cue in timeline.cues}
    marks = {mark.number: mark for mark in timeline.chapters}
    chapters = []
    for number, group in groupby(script.lines, key=lambda line: line.place.chapter):
        lines = tuple(group)
        title = script.titles[number - 1] if 0 < number <= len(script.titles) else ""
        heading = _phrases([line for line in lines if line.kind == "heading"], heard)
        scenes = tuple(SceneText(scene, _paragraphs(list(each), heard)) for scene, each in groupby(
            (line for line in lines if line.kind != "heading"), key=lambda line: line.place.scene))
        chapters.append(ChapterText(number, clean(title) or f"Chapter {number}", heading,
                                    tuple(scene for scene in scenes if scene.paragraphs), marks.get(number)))
    return tuple(chapters)


def spans_ms(chapter: ChapterText, rate: int) -> tuple[tuple[Phrase, int, int], ...]:
    """The phrases of a chapter that are heard, each from its first word to the next one's, in milliseconds of
    the chapter's own sound: together they are all of it, pauses included, without a gap."""
    if chapter.mark is None:
        return ()
    heard = [phrase for phrase in chapter.phrases if phrase.start is not None]
    begins: list[int] = []
    for phrase in heard:
        at = milliseconds((phrase.start or 0) - chapter.mark.start, rate) if begins else 0
        begins.append(max(at, begins[-1] + 1) if begins else at)
    length = (chapter.mark.end - chapter.mark.start) * 1000 // rate
    ends = [*begins[1:], max(length, begins[-1] + 1)] if begins else []
    return tuple(zip(heard, begins, ends, strict=True))


def _paragraphs(lines: Sequence[Line], heard: dict[Place, tuple[int, int]]) -> tuple[Paragraph, ...]:
    paragraphs: list[list[Line]] = []
    for line in lines:
        if not paragraphs or line.opens in ("paragraph", "scene", "chapter"):
            paragraphs.append([])
        paragraphs[-1].append(line)
    return tuple(made for each in paragraphs if (made := _phrases(each, heard)))


def _phrases(lines: Iterable[Line], heard: dict[Place, tuple[int, int]]) -> Paragraph:
    shown = [(line, text) for line in lines if line.kind != "sound" and (text := clean(plain(line.text)))]
    after = [*(line.text[:1].isspace() for line, _ in shown), False][1:]
    return tuple(Phrase(line, text, line.text[-1:].isspace() or blank, *heard.get(line.place, (None, None)))
                 for (line, text), blank in zip(shown, after, strict=True))
