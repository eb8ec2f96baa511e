"""The nouns. Every hop of the walk takes some of these and returns some of these.

Frozen, slotted, tuples and never lists (of a book's lines, `columns`, which read as tuples do); imports nothing of
ours.
Times are counted in frames (samples of one channel) at the rate named beside them;
milliseconds appear only in voices.yaml and on the screen. Offsets are Unicode code points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Kind = Literal["narration", "dialogue", "thought", "heading", "sound", "silent"]
"""What a line is. `sound` plays a file, `silent` (a comment, bare punctuation) says nothing."""

Opens = Literal["line", "speaker", "paragraph", "scene", "chapter"]
"""The largest thing a line begins; it decides the pause before it. `line`: the same speaker goes on."""

Pronoun = Literal["he", "she", "they", "it"]

NARRATOR = ""
"""The speaker of narration and headings; no person can have an empty name."""


# ---------------------------------------------------------------- the text, as the author wrote it


@dataclass(frozen=True, slots=True)
class Source:
    """A stretch of a manuscript file: `start` and `end` (exclusive) in code points, `line` from 1."""

    file: str
    start: int
    end: int
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something doubtful in what a person wrote: returned, never raised. `code` is permanent (docs/problems.md)."""

    code: str
    message: str
    source: Source | None = None
    hint: str = ""
    severity: Literal["error", "warning", "note"] = "warning"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`text` is exactly the decoded file's `source.start:source.end`: line ends, markup, comments and all."""

    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Scene:
    paragraphs: Sequence[Paragraph]


@dataclass(frozen=True, slots=True)
class Chapter:
    """`title` for lists and tags, on one line and without markup; `heading` is spoken, and may be empty."""

    title: str
    heading: tuple[Paragraph, ...]
    scenes: tuple[Scene, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """What is said about the book. None where nobody said it; see `merged`."""

    title: str | None = None
    subtitle: str | None = None
    author: str | None = None
    read_by: str | None = None
    language: str | None = None  # BCP 47
    year: int | None = None
    publisher: str | None = None
    description: str | None = None
    genre: str | None = None
    copyright: str | None = None
    isbn: str | None = None
    series: str | None = None
    part: str | None = None  # the book's number in its series, as the author counts it: "2", "1.5"
    cover: Path | None = None

    def merged(self, under: Details) -> Details:
        """These details, and `under`'s where these are silent."""
        return Details(*(mine if mine is not None else theirs
                         for mine, theirs in zip(_values(self), _values(under), strict=True)))  # type: ignore[arg-type]


def _values(details: Details) -> tuple[object, ...]:
    return tuple(getattr(details, name) for name in details.__slots__)


@dataclass(frozen=True, slots=True)
class Book:
    """What any reader returns. `notes`: what was left out (licences, contents pages) or decoded with doubt.

    `texts` maps each file's name, as in `Source.file`, to its decoded text.
    """

    details: Details
    chapters: tuple[Chapter, ...]
    notes: tuple[Problem, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.details.title or "Untitled"

    @property
    def language(self) -> str:
        return self.details.language or "en"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """The address people type: chapter, scene in chapter, line in scene, each from 1; 0 means all of them."""

    chapter: int
    scene: int = 0
    line: int = 0

    def __str__(self) -> str:
        return ".".join(str(n) for n in (self.chapter, self.scene, self.line) if n)

    def holds(self, place: Place) -> bool:
        """Whether `place` lies in this one.

        >>> Place(3, 2).holds(Place(3, 2, 14)), Place(3, 2).holds(Place(3, 1, 14))
        (True, False)
        """
        return (self.chapter == place.chapter and self.scene in (0, place.scene)
                and self.line in (0, place.line))


# ---------------------------------------------------------------- the script: who says what


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who speaks: found in the text, or named in voices.yaml. `lines` counts lines of dialogue and thought."""

    name: str
    aliases: tuple[str, ...] = ()
    pronoun: Pronoun | None = None
    lines: int = 0
    first: Place | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One speaker, one breath: a sentence, or the part of one that a single voice says.

    `text` is exactly the file's `source.start:source.end`; lines joined in order give back every paragraph.
    `confidence` (0 to 1) is the chance that `speaker` is right, `evidence` the word for why
    (mark, tag, beat, turn, ...); `others` are the next best guesses, most likely first.
    """

    text: str
    kind: Kind
    speaker: str
    place: Place
    source: Source
    opens: Opens = "line"
    confidence: float = 1.0
    evidence: str = ""
    others: tuple[tuple[str, float], ...] = ()
    pause_ms: int | None = None  # asked for by a mark, instead of the pause that `opens` would give
    retake: int = 0


@dataclass(frozen=True, slots=True)
class Script:
    """`titles`: one a chapter, in order, whatever `lines` holds. `problems`: marks that name nobody, and the like."""

    title: str
    titles: tuple[str, ...]
    people: tuple[Person, ...]
    lines: Sequence[Line]
    problems: tuple[Problem, ...] = ()

    def only(self, place: Place | None) -> Script:
        """The script with the lines of one place alone; the whole of it for None."""
        if place is None:
            return self
        kept = tuple(line for line in self.lines if place.holds(line.place))
        return Script(self.title, self.titles, self.people, kept, self.problems)


# ---------------------------------------------------------------- the cast: who sounds like what


@dataclass(frozen=True, slots=True)
class Voice:
    """What changes the sound. None is the voice's own.

    `rate` in words a minute (80 to 450), `pitch` 0 to 100 (50 is the voice's own),
    `gain` in dB (-20 to 20) is applied in the mix and changes no recording.
    """

    engine: str
    name: str
    rate: int | None = None
    pitch: int | None = None
    gain: float = 0.0
    options: tuple[tuple[str, str | int | float | bool], ...] = ()


@dataclass(frozen=True, slots=True)
class OfferedVoice:
    """A voice that an engine has, as it should be used; what is known of its sound decides who sounds alike."""

    voice: Voice
    language: str = ""
    pronoun: Pronoun | None = None
    age: Literal["child", "young", "adult", "old"] = "adult"
    pitch_hz: float = 0.0  # median fundamental frequency; 0 where nobody measured
    bright_hz: float = 0.0  # spectral centroid
    note: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """A person of voices.yaml, or one who was cast for you (`given` False). `voice` None: to be cast."""

    name: str
    aliases: tuple[str, ...] = ()
    pronoun: Pronoun | None = None
    voice: Voice | None = None
    given: bool = True
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    narrator: Voice
    roles: tuple[Role, ...] = ()
    respellings: tuple[tuple[str, str], ...] = ()

    def voice(self, speaker: str) -> Voice | None:
        """The voice of `speaker`; None where nobody is cast."""
        if speaker == NARRATOR:
            return self.narrator
        return next((role.voice for role in self.roles if role.name == speaker), None)


# ---------------------------------------------------------------- sound


@dataclass(frozen=True, slots=True)
class Take:
    """What to record. No speaker and no place: moving a scene or renaming a person re-records nothing."""

    text: str
    voice: Voice
    retake: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """When a word of a take is said: `start:end` in the take's text, `at:until` in frames of its clip."""

    start: int
    end: int
    at: int
    until: int


@dataclass(frozen=True, slots=True)
class Audio:
    """What an engine returns: signed 16-bit little-endian mono, `rate` frames a second."""

    pcm: bytes
    rate: int
    words: tuple[Word, ...] = ()

    @property
    def frames(self) -> int:
        return len(self.pcm) // 2


@dataclass(frozen=True, slots=True)
class Clip:
    """A recorded take on the shelf, silence at both ends trimmed.

    `level` is its loudness in LUFS (K-weighted, ungated), `peak` its sample peak in dBFS.
    """

    key: str
    frames: int
    rate: int
    level: float
    peak: float
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Pauses:
    """Silence before a line, in milliseconds, by what the line opens."""

    line: int = 250
    speaker: int = 350
    paragraph: int = 550
    scene: int = 1500
    chapter: int = 1200  # between a chapter's heading and its first line


@dataclass(frozen=True, slots=True)
class Finish:
    """What the finished sound must measure. `loudness` in LUFS or, where `measure` is rms, in dBFS RMS;
    `peak` in dB true peak; `room_tone` in dBFS RMS, None for digital silence; `rate` None for the engine's own."""

    loudness: float = -19.0
    measure: Literal["lufs", "rms"] = "lufs"
    peak: float = -3.0
    room_tone: float | None = None
    lead_in_ms: int = 500
    tail_ms: int = 1500
    rate: int | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """A line at its time: `start:end` in frames of the timeline; `gain` in dB matches its voice to the others."""

    line: Line
    clip: Clip
    start: int
    end: int
    gain: float = 0.0


@dataclass(frozen=True, slots=True)
class ChapterMark:
    """A chapter's stretch `start:end`, lead-in and tail included; `mark` is where its first line is heard.
    `number` is the chapter's number in the book, from 1, also where only some chapters are laid. `cuts` (between
    `start` and `end`, rising) is where it may be cut and encoded apart: a whole number of AAC frames from its
    start, in silence, a frame of it at least on both sides."""

    number: int
    title: str
    start: int
    end: int
    mark: int
    cuts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything an edition needs but the sound. Chapters are contiguous, and each is whole AAC frames
    (multiples of 1,024) long, so that chapters encoded apart join without drift."""

    rate: int
    frames: int
    cues: Sequence[Cue]
    chapters: tuple[ChapterMark, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A chapter (`index` into `timeline.chapters`) or a part of it, `start:end` in frames of the timeline, that is
    made and encoded on its own. Equal keys, equal samples."""

    index: int
    start: int
    end: int
    key: str


class Sound(Protocol):
    """The mastered sound of a timeline, streamed: a 40-hour book never sits in memory."""

    @property
    def rate(self) -> int: ...
    @property
    def frames(self) -> int: ...

    def chapter(self, index: int) -> Iterator[NDArray[np.int16]]:
        """The chapter (index from 0 into `timeline.chapters`) in blocks, together exactly as long as its stretch
        (at `rate`, where that differs from the timeline's: scaled, and rounded once)."""

    def key(self, index: int) -> str:
        """A digest of everything that decides the chapter's sound: equal keys, equal samples."""

    def stretches(self, index: int) -> tuple[Stretch, ...]:
        """The chapter in parts whose samples depend on nothing outside them, each (at `rate`) whole AAC frames
        long; the chapter itself where it cannot be had in parts."""

    def stretch(self, stretch: Stretch) -> Iterator[NDArray[np.int16]]:
        """One of them, in blocks; joined, they are the chapter."""

    def opening(self) -> NDArray[np.int16]:
        """The first AAC frame of every stretch, where that is a room's tone; empty where it is silent."""

    def clip(self, clip: Clip, voice: Voice | None = None) -> NDArray[np.int16]:
        """One clip alone, brought to the same loudness."""

    def to(self, finish: Finish) -> Sound:
        """The same timeline finished otherwise (loudness, peak, room tone, rate)."""


# ---------------------------------------------------------------- what an edition is given


@dataclass(frozen=True, slots=True)
class Option:
    """A setting that an edition takes from its section of voices.yaml."""

    name: str
    kind: Literal["text", "number", "flag", "list", "file"]
    default: str | float | bool | None
    help: str


@dataclass(frozen=True, slots=True)
class Extra:
    """Words that an edition wants spoken beside the book (an intro, credits), by the narrator."""

    name: str
    text: str
