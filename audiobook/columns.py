"""Nouns by the ten thousand, kept as columns of numbers: a line of the script takes 40 bytes and not a thousand.

What goes in comes out, equal, and in its place. Each one is made anew whenever it is asked for, so whoever walks
through a whole book walks once.
"""

from __future__ import annotations

import json
import struct
import sys
from abc import abstractmethod
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from operator import attrgetter
from typing import Any, TypeVar, overload

from audiobook.compact import Folded, Keys
from audiobook.model import Clip, Cue, Line, Paragraph, Place, Source, Take, Voice, Word

ORDER = sys.byteorder
"""Part of the key of whatever is kept in the form that `Lines.packed` gives."""

_LINE = 15  # numbers a line
_FILE, _START, _END = 5, 6, 7  # which of them say where its words are
_NAMED = {"kind": 0, "speaker": 1, "opens": 9, "evidence": 10}  # which stand for a name
_COUNTED = {"place.chapter": 2, "place.scene": 3, "retake": 14}  # and which for themselves

T = TypeVar("T", covariant=True)


class Columns(Sequence[T]):
    """A tuple to whoever reads it; a slice of it is a tuple."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    @abstractmethod
    def _row(self, index: int) -> T: ...

    def column(self, name: str) -> Iterator[Any]:
        """One attribute of every row; see `column`."""
        return _asked(self, name)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        if isinstance(index, slice):
            return tuple(map(self._row, range(*index.indices(len(self)))))
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(index)
        return self._row(at)

    def __iter__(self) -> Iterator[T]:
        return map(self._row, range(len(self)))

    def __eq__(self, other: object) -> bool:
        return (isinstance(other, Sequence) and len(self) == len(other)
                and all(mine == theirs for mine, theirs in zip(self, other, strict=True)))

    def __repr__(self) -> str:
        return f"<{len(self)} in {type(self).__name__}>"


def column(rows: Iterable[object], name: str) -> Iterator[Any]:
    """One attribute of every row (dotted for an attribute's own), None where there is no row. Where rows are columns
    most are had without making the rows: whoever needs a thing or two of a whole book asks for just these."""
    return rows.column(name) if isinstance(rows, Columns) else _asked(rows, name)


def _asked(rows: Iterable[object], name: str) -> Iterator[Any]:
    get = attrgetter(name)
    return (get(row) if row is not None else None for row in rows)


class Paragraphs(Columns[Paragraph]):
    """Paragraphs of one file, whose `text` is the file's: each is a slice of it."""

    __slots__ = ("_file", "_numbers", "_text")

    def __init__(self, paragraphs: Iterable[Paragraph], file: str, text: str | Folded) -> None:
        self._file, self._text = file, text
        self._numbers = array("i", [number for one in paragraphs
                                    for number in (one.source.start, one.source.end, one.source.line)])

    def of(self, texts: Mapping[str, Folded]) -> Paragraphs:
        """The same, as slices of the same text as it is held there."""
        made = Paragraphs((), self._file, texts[self._file])
        made._numbers = self._numbers
        return made

    def __len__(self) -> int:
        return len(self._numbers) // 3

    def _row(self, index: int) -> Paragraph:
        start, end, line = self._numbers[3 * index:3 * index + 3]
        return Paragraph(self._text[start:end], Source(self._file, start, end, line))


class Lines(Columns[Line]):
    """The lines of a script. `texts` are the decoded files by name; a line's words are a slice of its file."""

    __slots__ = ("_chances", "_names", "_numbers", "_others", "_own", "_shares", "_texts")

    def __init__(self, lines: Iterable[Line], texts: Mapping[str, str | Folded]) -> None:
        self._texts = texts
        numbers, self._chances = [array("i") for _ in range(_LINE)], array("d")
        self._others, self._shares = array("i"), array("d")
        self._own: dict[int, str] = {}  # the words of lines that are no slice of their file
        names: dict[str, int] = {}

        def known(name: str) -> int:
            return names.setdefault(name, len(names))

        for index, line in enumerate(lines):
            place, source = line.place, line.source
            for column, number in zip(numbers, (
                    known(line.kind), known(line.speaker), place.chapter, place.scene, place.line, known(source.file),
                    source.start, source.end, source.line, known(line.opens), known(line.evidence), len(self._others),
                    len(line.others), -1 if line.pause_ms is None else line.pause_ms, line.retake), strict=True):
                column.append(number)
            self._chances.append(line.confidence)
            self._others.extend(known(name) for name, _ in line.others)
            self._shares.extend(share for _, share in line.others)
            if texts.get(source.file, "")[source.start:source.end] != line.text:
                self._own[index] = line.text
        self._names = list(names)
        self._numbers = [_narrow(column) for column in numbers]

    def __len__(self) -> int:
        return len(self._chances)

    def _row(self, index: int) -> Line:
        (kind, speaker, chapter, scene, number, file, start, end, row, opens, evidence, first, count, pause,
         retake) = (column[index] for column in self._numbers)
        names, others, shares = self._names, self._others, self._shares
        return Line(self.text(index), names[kind], names[speaker], Place(chapter, scene, number),  # type: ignore[arg-type]
                    Source(names[file], start, end, row), names[opens], self._chances[index],  # type: ignore[arg-type]
                    names[evidence],
                    tuple((names[others[at]], shares[at]) for at in range(first, first + count)) if count else (),
                    pause if pause >= 0 else None, retake)

    def column(self, name: str) -> Iterator[Any]:
        if name in _NAMED:
            return map(self._names.__getitem__, self._numbers[_NAMED[name]])
        if name in _COUNTED:
            return iter(self._numbers[_COUNTED[name]])
        if name == "pause_ms":
            return (pause if pause >= 0 else None for pause in self._numbers[13])
        if name == "text":
            return map(self.text, range(len(self)))
        return super().column(name)

    def text(self, index: int) -> str:
        """One line's words."""
        if index in self._own:
            return self._own[index]
        numbers = self._numbers
        return self._texts[self._names[numbers[_FILE][index]]][numbers[_START][index]:numbers[_END][index]]

    def speakers(self) -> frozenset[str]:
        return frozenset(self._names[code] for code in set(self._numbers[1]))

    def packed(self) -> bytes:
        """All of it but the files' texts, as `unpacked` reads it on a machine of the same byte order."""
        head = json.dumps([self._names, list(self._own.items()), len(self), len(self._others)]).encode()
        numbers = (array("i", column).tobytes() for column in self._numbers)
        return b"".join((struct.pack("<I", len(head)), head, *numbers, self._chances.tobytes(),
                         self._others.tobytes(), self._shares.tobytes()))

    @classmethod
    def unpacked(cls, data: memoryview, texts: Mapping[str, str | Folded]) -> Lines:
        length, = struct.unpack_from("<I", data)
        made = cls((), texts)
        names, own, count, others = json.loads(bytes(data[4:4 + length]))
        made._names, made._own = names, {index: text for index, text in own}
        at = 4 + length
        for number in range(_LINE):
            column = array("i")
            column.frombytes(data[at:at + 4 * count])
            made._numbers[number] = _narrow(column)
            at += 4 * count
        for shares, items in ((made._chances, count), (made._others, others), (made._shares, others)):
            shares.frombytes(data[at:at + items * shares.itemsize])
            at += items * shares.itemsize
        return made


def _narrow(column: array[int]) -> array[int]:
    """The same numbers in the fewest bytes that hold them: one, for most of what there is to say of a line."""
    low, high = min(column, default=0), max(column, default=0)
    for code, bits in (("b", 7), ("h", 15)):
        if -1 << bits <= low and high < 1 << bits:
            return array(code, column)
    return column


class Takes(Columns[Take | None]):
    """The takes of `lines`, or some that belong to none. Three in four say what is written, and hold no words."""

    __slots__ = ("_ends", "_lines", "_retakes", "_said", "_voice", "_voices", "_written")

    def __init__(self, takes: Iterable[Take | None], lines: Sequence[Line] = ()) -> None:
        self._lines, self._ends, self._written = lines, array("i"), bytearray()
        self._voice, self._retakes = array("i"), array("i")
        voices: dict[Voice, int] = {}

        def said() -> Iterator[str]:
            end = 0
            for take, line in zip(takes, chain(column(lines, "text"), repeat(None)), strict=False):
                self._written.append(take is not None and line is not None and take.text == " ".join(line.split()))
                if take is None:
                    self._voice.append(-1)
                    self._retakes.append(0)
                else:
                    self._voice.append(voices.setdefault(take.voice, len(voices)))
                    self._retakes.append(take.retake)
                    if not self._written[-1]:
                        end += len(take.text)
                        yield take.text
                self._ends.append(end)

        self._said = Folded(said())
        self._voices = list(voices)
        self._voice, self._retakes = _narrow(self._voice), _narrow(self._retakes)

    def __len__(self) -> int:
        return len(self._ends)

    def _row(self, index: int) -> Take | None:
        voice = self._voice[index]
        if voice < 0:
            return None
        return Take(self._text(index), self._voices[voice], self._retakes[index])

    def _text(self, index: int) -> str:
        if self._written[index]:
            text = self._lines.text(index) if isinstance(self._lines, Lines) else self._lines[index].text
            return " ".join(text.split())
        return self._said[self._ends[index - 1] if index else 0:self._ends[index]]

    def column(self, name: str) -> Iterator[Any]:
        if name == "voice":
            return map([*self._voices, None].__getitem__, self._voice)  # -1 is the last
        if name == "text":
            return (self._text(index) if voice >= 0 else None for index, voice in enumerate(self._voice))
        if name == "retake":
            return (retake if voice >= 0 else None for retake, voice in zip(self._retakes, self._voice, strict=True))
        return super().column(name)


class Clips(Columns[Clip | None]):
    """Clips by line; one that several lines share is held once. Those that are not there (yet) read as None.

    `keys` are those of all that are wanted; their places in it are what numbers stand for here."""

    __slots__ = ("_at", "_lengths", "_levels", "_words", "keys")

    def __init__(self, clips: Iterable[Clip | None] = ()) -> None:
        self._at, self.keys = array("i"), Keys()
        self._lengths, self._levels = array("q"), array("d")
        self._words: dict[int, tuple[Word, ...]] = {}
        for clip in clips:
            self._add(clip.key if clip is not None else None)
            if clip is not None and not self.has(self._at[-1]):
                self.put(self._at[-1], clip)

    @classmethod
    def of(cls, keys: Iterable[str | None]) -> Clips:
        """A place for each line's clip, by its key (None: it has none); `put` fills it."""
        made = cls()
        for key in keys:
            made._add(key)
        return made

    def _add(self, key: str | None) -> None:
        self._at.append(self.keys.add(key) if key is not None else -1)
        if 2 * self._at[-1] == len(self._lengths):
            self._lengths.extend((-1, 0))
            self._levels.extend((0.0, 0.0))

    def put(self, number: int, clip: Clip) -> None:
        """Here is the clip of this key."""
        self._lengths[2 * number], self._lengths[2 * number + 1] = clip.frames, clip.rate
        self._levels[2 * number], self._levels[2 * number + 1] = clip.level, clip.peak
        if clip.words:
            self._words[number] = clip.words

    def __len__(self) -> int:
        return len(self._at)

    def _row(self, index: int) -> Clip | None:
        at = self._at[index]
        return self._clip(at) if at >= 0 else None

    def _clip(self, at: int) -> Clip | None:
        (frames, rate), (level, peak) = self._lengths[2 * at:2 * at + 2], self._levels[2 * at:2 * at + 2]
        return Clip(self.keys.at(at), frames, rate, level, peak, self._words.get(at, ())) if frames >= 0 else None

    def column(self, name: str) -> Iterator[Any]:
        there = (at if at >= 0 and self.has(at) else -1 for at in self._at)
        if name == "key":
            return (self.keys.at(at) if at >= 0 else None for at in there)
        if name == "frames":
            return (self._lengths[2 * at] if at >= 0 else None for at in there)
        if name == "rate":
            return (self._lengths[2 * at + 1] if at >= 0 else None for at in there)
        return super().column(name)

    def key(self, index: int) -> str | None:
        """The key of one line's clip; None where there is none."""
        at = self._at[index]
        return self.keys.at(at) if at >= 0 and self.has(at) else None

    def firsts(self) -> Iterator[int]:
        """For each key, the first line that has it."""
        new = 0
        for index, at in enumerate(self._at):
            if at == new:
                new += 1
                yield index

    def places(self) -> Sequence[int]:
        """For each line its key's; -1 where it has none."""
        return self._at

    def different(self) -> Iterator[Clip]:
        """The clips that are there, each once."""
        return filter(None, map(self._clip, range(len(self._lengths) // 2)))

    def has(self, number: int) -> bool:
        """Whether there is a clip of this key."""
        return self._lengths[2 * number] >= 0

    def first(self, count: int) -> Clips:
        """The clips of the first lines alone."""
        made = Clips()
        made._at = self._at[:count]
        made.keys, made._words = self.keys, self._words
        made._lengths, made._levels = self._lengths, self._levels
        return made


class Cues(Columns[Cue]):
    """Cues for some of `lines`, each with the clip that lies in the same place of `clips`."""

    __slots__ = ("_clips", "_gains", "_index", "_lines", "_times")

    def __init__(self, lines: Sequence[Line], clips: Sequence[Clip | None]) -> None:
        self._lines, self._clips = lines, clips
        self._index, self._times, self._gains = array("i"), array("q"), array("d")

    def add(self, index: int, start: int, end: int, gain: float) -> None:
        """Lay line `index`, which has a clip."""
        self._index.append(index)
        self._times.extend((start, end))
        self._gains.append(gain)

    def __len__(self) -> int:
        return len(self._index)

    def _row(self, index: int) -> Cue:
        at = self._index[index]
        clip = self._clips[at]
        assert clip is not None
        return Cue(self._lines[at], clip, self._times[2 * index], self._times[2 * index + 1], self._gains[index])

    def starting(self, at: int) -> int:
        """The place of the first cue that starts at `at` (frames) or later; their number where there is none."""
        return (bisect_left(self._times, at) + 1) // 2  # starts and ends take turns, and never fall

    def laid(self, first: int, after: int) -> Iterator[tuple[str, int, int, float]]:
        """Of the cues `first:after`: the clip's key, start, end and gain."""
        clips = self._clips
        for index in range(first, after):
            at = self._index[index]
            key = clips.key(at) if isinstance(clips, Clips) else getattr(clips[at], "key", None)
            assert key is not None
            yield key, self._times[2 * index], self._times[2 * index + 1], self._gains[index]


def between(cues: Sequence[Cue], start: int, end: int) -> tuple[int, int]:
    """The places of the cues, in order of time, that start in `start:end` (frames): the first, and behind the last."""
    if isinstance(cues, Cues):
        return cues.starting(start), cues.starting(end)
    first, after = (bisect_left(cues, at, key=lambda cue: cue.start) for at in (start, end))
    return first, after


def laid_between(cues: Sequence[Cue], first: int, after: int) -> Iterator[tuple[str, int, int, float]]:
    """Of the cues `first:after`: the clip's key, start, end and gain."""
    if isinstance(cues, Cues):
        return cues.laid(first, after)
    return ((cue.clip.key, cue.start, cue.end, cue.gain) for cue in cues[first:after])
