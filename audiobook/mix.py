"""Script + clips -> Timeline: where every line is heard, how loud, and where chapters start. Integers only.

Levels are matched by voice, not by clip: a whisper stays quieter than a shout of the same voice.
A chapter is cut into stretches of half a minute or so that are encoded on their own, so that a changed sentence
encodes one of them again: in pauses, chosen by what is said around them, so that no edit elsewhere moves them. The
pause at a cut is filled up to whole AAC frames: it is 46 ms longer at most, at 22,050 Hz.
A voice's level is that of one sentence that every voice says (`LEVEL_CHECK`), so that no text moves it: a scene
heard alone sounds as it does in the book, and a changed sentence changes nothing but its own chapter.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, groupby, starmap
from types import MappingProxyType
from typing import NamedTuple

from audiobook.columns import Cues, column
from audiobook.model import ChapterMark, Clip, Finish, Opens, Pauses, Script, Take, Timeline, Voice
from audiobook.press.coding import AAC_FRAME, near_rate

STEP_DB = 0.5
LEVEL_CHECK = ("Seven boats lay in the harbour that morning, and a cold wind blew; "
               "she thought of the long road home, and put her hand upon the open door.")
"""What every voice says once, for its level: six seconds or so of common sounds."""

_RANK: dict[Opens, int] = {"line": 0, "speaker": 1, "paragraph": 2, "scene": 3, "chapter": 4}
_LOUDEST_DB, _SOFTEST_DB = 30.0, -30.0  # what a gain may be: beyond, the recording is broken
_HEARD = -60.0  # LUFS; a clip below this says nothing about its voice
_PAUSES_DB = 1.0  # what the short pauses between lines and the limiter take from the loudness that meters find
NO_LEVELS: Mapping[Voice, float] = MappingProxyType({})
_SHORTEST, _LONGEST = 30, 60  # seconds of a stretch, where there is a pause to cut in
_ENDS = 0.1  # the share of a voice's sound, at each end of its range of levels, that is not counted


def gains(takes: Sequence[Take | None], clips: Sequence[Clip | None], finish: Finish,
          checked: Mapping[Voice, float] = NO_LEVELS) -> Sequence[float]:
    """The gain of each line, in dB: what brings its voice to `finish.loudness`, and `Voice.gain` on top.

    `checked`: the level of voices (without gain) that said LEVEL_CHECK, in LUFS. A voice that is not there is
    judged by the middle of its clips' levels, in steps of half a decibel.
    """
    plain = {voice: replace(voice, gain=0.0) for voice in set(column(takes, "voice")) if voice is not None}
    levels: dict[Voice, float | None] = {voice: level for voice, level in checked.items() if level > _HEARD}
    if not levels.keys() >= set(plain.values()):
        unchecked: dict[Voice, list[Clip]] = {}
        for voice, clip in zip(column(takes, "voice"), clips, strict=True):
            if voice is not None and clip is not None and plain[voice] not in levels:
                unchecked.setdefault(plain[voice], []).append(clip)
        levels.update({voice: _level(found) for voice, found in unchecked.items()})

    def gain(voice: Voice) -> float:
        level = levels.get(plain[voice])
        if level is None:
            return 0.0
        wanted = finish.loudness + _PAUSES_DB - level + voice.gain
        return round(min(_LOUDEST_DB, max(_SOFTEST_DB, wanted)), 2)

    found = {None: 0.0, **{voice: gain(voice) for voice in plain}}
    return array("d", map(found.__getitem__, column(takes, "voice")))


def lay(script: Script, clips: Sequence[Clip | None], pauses: Pauses, finish: Finish,
        gains: Sequence[float] | None = None) -> Timeline:
    """Lay the clips, aligned with `script.lines`, one after the other.

    A line without a clip takes no time; what it would have opened, the next line opens.
    A chapter in which nothing is heard has no stretch. At least one AAC frame at both its ends is silent.
    """
    rate = _rate(clips, finish)
    cues = Cues(script.lines, clips)
    chapters: list[ChapterMark] = []
    at = 0
    levels = gains if gains is not None else (0.0,) * len(clips)
    said = (column(script.lines, name) for name in ("place.chapter", "kind", "opens", "pause_ms"))
    measured = (column(clips, name) for name in ("frames", "rate", "key"))
    lines = starmap(_Line, zip(range(len(clips)), *said, *measured, levels, strict=True))
    for number, group in groupby(lines, key=lambda line: line.chapter):
        heard = _heard(group, rate, pauses, finish)
        if heard:
            cuts, end = _laid(heard, cues, at, rate, finish)
            title = script.titles[number - 1] if 0 < number <= len(script.titles) else ""
            chapters.append(ChapterMark(number, title, at, end, at + heard[0].pause, cuts))
            at = end
    return Timeline(rate, at, cues, tuple(chapters))


class _Line(NamedTuple):
    """What decides where a line lies: of its own, and of its clip, where it has one (`rate` in Hz, `key`)."""

    at: int
    chapter: int
    kind: str
    opens: Opens
    pause_ms: int | None
    frames: int | None
    rate: int
    key: str
    gain: float


class _Heard(NamedTuple):
    """A line of a chapter in which something is heard: `pause` frames of silence, then `frames` of its clip.
    `at` is its place in the script and among the clips."""

    at: int
    key: str
    gain: float
    pause: int
    frames: int
    opens: Opens


def _heard(group: Iterable[_Line], rate: int, pauses: Pauses, finish: Finish) -> list[_Heard]:
    found: list[_Heard] = []
    opens: Opens = "line"
    asked: int | None = None  # the pause that marks ask for, in ms
    heading = False
    for line in group:
        if _RANK[line.opens] > _RANK[opens]:
            opens = line.opens
        if line.pause_ms is not None:
            asked = max(asked or 0, line.pause_ms)
        if not line.frames or line.frames < 0:
            continue
        if not found:
            pause = max(_frames(max(finish.lead_in_ms, asked or 0), rate), AAC_FRAME)
        elif asked is not None:
            pause = _frames(asked, rate)
        elif heading and line.kind != "heading":
            pause = _frames(pauses.chapter, rate)
        else:
            pause = _frames(getattr(pauses, opens), rate)
        found.append(_Heard(line.at, line.key, line.gain, pause, scaled(line.frames, line.rate, rate), opens))
        opens, asked, heading = "line", None, line.kind == "heading"
    return found


def _laid(heard: Sequence[_Heard], cues: Cues, begin: int, rate: int, finish: Finish) -> tuple[tuple[int, ...], int]:
    """Lay the chapter's cues; the cuts in it, and where it ends. One frame of the pause at a cut lies before it."""
    cuts: list[int] = []
    at = stretch = begin
    before = _cut_before(heard, rate)
    for number, each in enumerate(heard):
        pause = each.pause
        if number in before:
            at = stretch = stretch + _whole(at - stretch + AAC_FRAME)
            cuts.append(at)
            pause -= AAC_FRAME
        start = at + pause
        at = start + each.frames
        cues.add(each.at, start, at, each.gain)
    return tuple(cuts), stretch + _whole(at - stretch + max(_frames(finish.tail_ms, rate), AAC_FRAME))


def _cut_before(heard: Sequence[_Heard], rate: int) -> set[int]:
    """Which lines open a stretch: of those with pause enough, in the time in which one may end, a paragraph's
    first, and among those the one whose clip has the lowest key. A digest is as good as a die, and stays with its
    line: when something before it grows, it is chosen again."""
    ends = list(accumulate(each.pause + each.frames for each in heard))
    found: set[int] = set()
    first, begin = 0, 0
    while True:
        low = bisect_left(ends, begin + _SHORTEST * rate, first) + 1
        high = bisect_right(ends, begin + _LONGEST * rate, first) + 1
        fit = [number for number in range(low, min(high, len(heard))) if heard[number].pause >= 2 * AAC_FRAME]
        if not fit:
            late = (number for number in range(max(low, high), len(heard)) if heard[number].pause >= 2 * AAC_FRAME)
            fit = [number for number in (next(late, None),) if number is not None]
        if not fit:
            return found
        first = min(fit, key=lambda number: (_RANK[heard[number].opens] < _RANK["paragraph"], heard[number].key))
        begin = ends[first - 1]
        found.add(first)


def _whole(frames: int) -> int:
    return -(-frames // AAC_FRAME) * AAC_FRAME


def scaled(frames: int, rate: int, to: int) -> int:
    """A length or a time at one rate, in frames of another, rounded once."""
    return (2 * frames * to + rate) // (2 * rate)


def _frames(ms: int, rate: int) -> int:
    return scaled(ms, 1000, rate)


def _rate(clips: Iterable[Clip | None], finish: Finish) -> int:
    """The asked rate, or the one that most of the sound was recorded at; in any case one AAC and MP3 know."""
    if finish.rate:
        return near_rate("mp3", finish.rate)
    seconds: dict[int, float] = {}
    for frames, rate in zip(column(clips, "frames"), column(clips, "rate"), strict=True):
        if rate is not None:
            seconds[rate] = seconds.get(rate, 0.0) + frames / rate
    return near_rate("mp3", max(sorted(seconds), key=seconds.__getitem__, default=22050))


def _level(clips: Iterable[Clip]) -> float | None:
    """A voice's level in LUFS, in steps: the mean energy of the middle of its clips, by length."""
    found = sorted((clip.level, clip.frames / clip.rate) for clip in clips
                   if math.isfinite(clip.level) and clip.level > _HEARD)
    if not found:
        return None
    whole = sum(seconds for _, seconds in found)
    low, high = whole * _ENDS, whole * (1 - _ENDS)
    energy = counted = passed = 0.0
    for level, seconds in found:
        share = max(0.0, min(high, passed + seconds) - max(low, passed))
        energy += share * 10 ** (level / 10)
        counted += share
        passed += seconds
    return round(10 * math.log10(energy / counted) / STEP_DB) * STEP_DB
