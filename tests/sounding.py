"""Books of synthetic sound for tests: hums of a given length and level, laid and mastered without an engine."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from audiobook.events import nobody
from audiobook.kit import Kit
from audiobook.master import Mastered, mastered
from audiobook.mix import lay
from audiobook.model import (
    Book,
    Cast,
    Chapter,
    Clip,
    Details,
    Finish,
    Kind,
    Line,
    Opens,
    Pauses,
    Place,
    Script,
    Source,
    Timeline,
    Voice,
    Word,
)


@dataclass
class Shelf:
    """A store in memory."""

    sounds: dict[str, bytes] = field(default_factory=dict)
    blobs: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def pcm(self, key: str) -> bytes:
        return self.sounds[key]

    def words(self, key: str) -> tuple[Word, ...]:
        return ()

    def blob(self, kind: str, key: str) -> bytes | None:
        return self.blobs.get((kind, key))

    def keep_blob(self, kind: str, key: str, data: bytes) -> None:
        self.blobs[kind, key] = data

    def record(self, pcm: np.ndarray[Any, np.dtype[np.int16]], rate: int = 22050, name: str = "",
               level: float | None = None) -> Clip:
        """Put samples on the shelf as a clip; its level is told, or is its plain RMS in dBFS."""
        key = name or f"clip{len(self.sounds)}"
        self.sounds[key] = pcm.astype("<i2").tobytes()
        floats = pcm.astype(float) / 32768
        rms = 10 * math.log10(max(1e-12, float(np.mean(floats ** 2)))) if len(pcm) else -120.0
        peak = 20 * math.log10(max(1e-6, float(np.abs(floats).max()))) if len(pcm) else -120.0
        return Clip(key, len(pcm), rate, rms if level is None else level, peak)


Samples = np.ndarray[Any, np.dtype[np.int16]]


def hum(seconds: float, hertz: float = 220, dbfs: float = -20, rate: int = 22050) -> Samples:
    """A sine with this RMS."""
    at = np.arange(round(seconds * rate)) / rate
    return np.rint(32768 * math.sqrt(2) * 10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * at)).clip(
        -32768, 32767).astype(np.int16)


def line(chapter: int, number: int, kind: Kind = "narration", opens: Opens = "line", scene: int = 1,
         speaker: str = "", pause_ms: int | None = None, text: str = "Words.") -> Line:
    return Line(text, kind, speaker, Place(chapter, scene, number), Source("a.md", 0, len(text), 1), opens,
                pause_ms=pause_ms)


def script(lines: Iterable[Line], titles: Iterable[str] | None = None) -> Script:
    kept = tuple(lines)
    last = max((each.place.chapter for each in kept), default=0)
    return Script("A Book", tuple(titles or (f"Chapter {n}" for n in range(1, last + 1))), (), kept)


@dataclass
class Played:
    """A whole small book, ready for an edition."""

    book: Book
    timeline: Timeline
    sound: Mastered
    kit: Kit
    shelf: Shelf


def play(titles: Iterable[str] = ("One", "Two", "Three"), seconds: float = 0.6, details: Details | None = None,
         finish: Finish | None = None, cover: bytes = b"", rate: int = 22050, lines_each: int = 2,
         extras: dict[str, float] | None = None, **options: Any) -> Played:
    """A book with these chapters: in each a heading and lines, every clip a hum of its own pitch."""
    titles = tuple(titles)
    finish = finish or Finish(lead_in_ms=100, tail_ms=150)
    shelf = Shelf()
    lines, clips = [], []
    for chapter in range(1, len(titles) + 1):
        for number in range(1, lines_each + 1):
            lines.append(line(chapter, number, "heading" if number == 1 else "narration",
                              "chapter" if number == 1 else "paragraph"))
            clips.append(shelf.record(hum(seconds, 150 + 10 * (chapter % 40) + 100 * number, -20, rate), rate))
    made = script(lines, titles)
    details = details or Details(title="A Book", author="Ann Author", read_by="Ned Narrator", language="en-GB",
                                 year=2026)
    book = Book(details, tuple(Chapter(title, (), ()) for title in titles))
    timeline = lay(made, clips, Pauses(), finish)
    spoken = {name: shelf.record(hum(length, 300), rate, f"extra {name}") for name, length in (extras or {}).items()}
    kit = Kit(made, Cast(Voice("tone", "a")), shelf, nobody, cover, options, spoken, finish, Path())  # type: ignore[arg-type]
    return Played(book, timeline, mastered(timeline, shelf, finish), kit, shelf)  # type: ignore[arg-type]


def decoded(path: Path) -> tuple[np.ndarray[Any, np.dtype[np.int16]], int]:
    """The samples that a decoder gives for a file, and their rate."""
    import av

    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler("s16", "mono", stream.rate)
        blocks = [made.to_ndarray().reshape(-1) for frame in container.decode(stream)
                  for made in resampler.resample(frame)]
        blocks += [made.to_ndarray().reshape(-1) for made in resampler.resample(None)]
        return np.concatenate(blocks), stream.rate
