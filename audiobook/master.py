"""Timeline + shelf -> the finished sound, streamed chapter by chapter: gain, fades, true-peak limit, room tone.

A chapter's samples depend on nothing outside it, a stretch's (the chapter's part between two cuts) on nothing
outside that, and a clip's on nothing outside the clip: so they are made side by side, and what is encoded can be
kept by `key`. Room tone begins anew with every stretch, and ends as if the beginning came next.
True peak as ITU-R BS.1770-5 annex 2 means it (four times oversampled), estimated only near what could reach
the limit: samples 3 dB below it cannot hide a higher peak between them in any sound but a made-up one.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from audiobook.columns import between, laid_between
from audiobook.model import Clip, Cue, Finish, Stretch, Timeline, Voice
from audiobook.press.coding import AAC_FRAME
from audiobook.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.int16]
    Floats = NDArray[np.float32]

_VERSION = 3  # raised when this module makes other samples from the same clips
_BLOCK = 1 << 16
_FADE_MS = 3
_NEAR = 0.7071  # of the limit: samples below it are not looked at closely
_STEP = 32  # samples that share one step of the limiter's gain
_HOLD_MS = 25  # how far around a peak the limiter turns down: wide enough not to follow single periods of a voice
_RAMP = np.arange(_STEP, dtype=np.float32) / _STEP
_WHOLE = 1 - 1e-6  # a gain that differs from 1 by less comes of rounding
_TAPS = 16  # samples on each side that the oversampling filter sees
_CRESTS = 1024  # that are looked at at once
_MARGIN_DB = 0.6  # for what lies between the points that are looked at, for the moving gain, and for what AAC adds
_TONE_SECONDS = 11  # the length of the room tone before it repeats


def mastered(timeline: Timeline, store: Store, finish: Finish) -> Mastered:
    """The timeline's sound. `finish` is the one that the timeline was laid with."""
    return Mastered(timeline, store, finish, finish, finish.rate or timeline.rate)


@dataclass(frozen=True, slots=True)
class Mastered:
    """The `Sound` of a timeline. `laid` is the finish that the cues' gains were made for.

    Where `finish.measure` is rms, each chapter is brought to that figure on its own, as stores measure it.
    """

    timeline: Timeline
    store: Store
    laid: Finish
    finish: Finish
    rate: int

    @property
    def frames(self) -> int:
        return _scaled(self.timeline.frames, self.timeline.rate, self.rate)

    def to(self, finish: Finish) -> Mastered:
        return replace(self, finish=finish, rate=finish.rate or self.timeline.rate)

    def chapter(self, index: int) -> Iterator[Samples]:
        more = self._correction(index)
        blocks = (block for start, end in self._parts(index) for block in self._blocks(start, end, more))
        if self.rate == self.timeline.rate:
            return blocks
        mark = self.timeline.chapters[index]
        start, end = (_scaled(at, self.timeline.rate, self.rate) for at in (mark.start, mark.end))
        return resampled(blocks, self.timeline.rate, self.rate, end - start)

    def key(self, index: int) -> str:
        keys = [self._key(start, end) for start, end in self._parts(index)]
        return hashlib.sha256("".join(keys).encode()).hexdigest()

    def stretches(self, index: int) -> tuple[Stretch, ...]:
        if self._apart:
            return tuple(Stretch(index, start, end, self._key(start, end)) for start, end in self._parts(index))
        mark = self.timeline.chapters[index]
        return (Stretch(index, mark.start, mark.end, self.key(index)),)

    def stretch(self, stretch: Stretch) -> Iterator[Samples]:
        if self._apart:
            return self._blocks(stretch.start, stretch.end, self._correction(stretch.index))
        return self.chapter(stretch.index)

    def opening(self) -> Samples:
        if self.finish.room_tone is None or self.rate != self.timeline.rate:
            return _ZEROS[:0]
        return _room_tone(self.rate, self.finish.room_tone)[:AAC_FRAME]

    def clip(self, clip: Clip, voice: Voice | None = None) -> Samples:
        pcm = self._pcm(clip, self.timeline.rate)
        gain = voice.gain if voice else 0.0
        if self.finish.measure == "rms":
            gain += self.finish.loudness - _decibels(_energy(pcm) / max(1, len(pcm)))
        elif math.isfinite(clip.level):
            gain += self.finish.loudness - clip.level
        blocks = _shaped(pcm, _ratio(gain), clip.peak + gain, self._ceiling, self.timeline.rate)
        if self.finish.room_tone is not None:
            blocks = _toned(blocks, self.timeline.rate, self.finish.room_tone, len(pcm))
        made = np.concatenate([*blocks, np.zeros(0, np.int16)])
        if self.rate == self.timeline.rate:
            return made
        length = _scaled(len(made), self.timeline.rate, self.rate)
        return np.concatenate(list(resampled(iter([made]), self.timeline.rate, self.rate, length)))

    @property
    def _ceiling(self) -> float:
        return 32767 * _ratio(self.finish.peak - _MARGIN_DB)

    @property
    def _apart(self) -> bool:
        """Whether a stretch is known without the rest of its chapter. (A level that the whole chapter is measured
        for, and another rate, which a filter makes that runs through it, are not.)"""
        return self.finish.measure == "lufs" and self.rate == self.timeline.rate

    def _parts(self, index: int) -> Iterator[tuple[int, int]]:
        mark = self.timeline.chapters[index]
        return pairwise((mark.start, *mark.cuts, mark.end))

    def _key(self, start: int, end: int) -> str:
        finish = (self.finish.loudness, self.finish.measure, self.finish.peak, self.finish.room_tone)
        told = (_VERSION, self.timeline.rate, self.rate, end - start, finish, self.laid.loudness)
        cues = [(key, begin - start, until - start, gain) for key, begin, until, gain in laid_between(
            self.timeline.cues, *between(self.timeline.cues, start, end))]
        return hashlib.sha256(repr((told, cues)).encode()).hexdigest()

    def _cues(self, start: int, end: int) -> Sequence[Cue]:
        first, after = between(self.timeline.cues, start, end)
        return self.timeline.cues[first:after]

    def _blocks(self, start: int, end: int, more: float) -> Iterator[Samples]:
        plain, level = self._plain(start, end, more), self.finish.room_tone
        return plain if level is None else _toned(plain, self.timeline.rate, level, end - start)

    def _plain(self, start: int, end: int, more: float) -> Iterator[Samples]:
        rate = self.timeline.rate
        at = start
        for cue in self._cues(start, end):
            yield from _silence(cue.start - at)
            gain = cue.gain + more
            pcm = self._pcm(cue.clip, rate, cue.end - cue.start)
            yield from _shaped(pcm, _ratio(gain), cue.clip.peak + gain, self._ceiling, rate)
            at = cue.end
        yield from _silence(end - at)

    def _correction(self, index: int) -> float:
        """What brings the gains that the timeline was laid with to this finish, in dB."""
        if self.finish.measure == "lufs":
            return self.finish.loudness - self.laid.loudness
        mark = self.timeline.chapters[index]
        energy = sum(_energy(self._pcm(cue.clip, self.timeline.rate)) * _ratio(cue.gain) ** 2
                     for cue in self._cues(mark.start, mark.end))
        if not energy:
            return 0.0
        return round(self.finish.loudness - _decibels(energy / (mark.end - mark.start)), 1)

    def _pcm(self, clip: Clip, rate: int, frames: int | None = None) -> Samples:
        pcm: Samples = np.frombuffer(self.store.pcm(clip.key), "<i2").astype(np.int16, copy=False)
        want = _scaled(len(pcm), clip.rate, rate) if frames is None else frames
        if clip.rate != rate:
            return np.concatenate(list(resampled(iter([pcm]), clip.rate, rate, want)))
        return pcm if len(pcm) == want else _fitted(pcm, want)


def resampled(blocks: Iterator[Samples], rate: int, to: int, frames: int) -> Iterator[Samples]:
    """A stream at another rate, exactly `frames` long."""
    import av

    resampler = av.AudioResampler("s16", "mono", to)
    left, given = frames, 0

    def out(frame: av.AudioFrame | None) -> Iterator[Samples]:
        nonlocal left
        for made in resampler.resample(frame):
            block = made.to_ndarray().reshape(-1).astype(np.int16, copy=False)[:left]
            left -= len(block)
            if len(block):
                yield block

    for block in blocks:
        for start in range(0, len(block), _BLOCK):
            piece = np.ascontiguousarray(block[start:start + _BLOCK]).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(piece, "s16", "mono")
            frame.sample_rate, frame.pts = rate, given
            given += piece.shape[1]
            yield from out(frame)
    if given:
        yield from out(None)
    yield from _silence(left)


# ---------------------------------------------------------------- one clip


def _shaped(pcm: Samples, factor: float, peak_db: float, ceiling: float, rate: int) -> Iterator[Samples]:
    """A clip with its gain, limited and with soft edges, in blocks. `peak_db`: its sample peak after the gain."""
    near = 32767 * _ratio(peak_db) * 1.01 > ceiling * _NEAR
    steps = _turned_down(pcm, factor, ceiling, rate) if near else None
    fade = min(rate * _FADE_MS // 1000, len(pcm) // 2)
    room = np.zeros(-(-min(_BLOCK, len(pcm)) // _STEP) * _STEP, np.float32)
    for start in range(0, len(pcm), _BLOCK):
        end = min(start + _BLOCK, len(pcm))
        block = room[:end - start]
        np.multiply(pcm[start:end], np.float32(factor), out=block, dtype=np.float32)
        if steps is not None:
            _turn_down(room, steps[start // _STEP:-(-end // _STEP) + 1])
        if start < fade:
            kept = min(end, fade) - start
            block[:kept] *= _slope(fade)[start:start + kept]
        if end > len(pcm) - fade:
            kept = min(end - (len(pcm) - fade), len(block))
            till = fade - (len(pcm) - end)
            block[len(block) - kept:] *= _slope(fade)[::-1][till - kept:till]
        np.rint(block, out=block)
        if near:
            np.clip(block, -32768, 32767, out=block)
        yield block.astype(np.int16)


def _turned_down(pcm: Samples, factor: float, ceiling: float, rate: int) -> Floats | None:
    """The limiter's gain where each step begins and the last one ends; None where nothing reaches the limit."""
    threshold = min(32766, int(ceiling / factor * _NEAR))
    padded = np.zeros(len(pcm) + 2 * _TAPS, np.int16)
    padded[_TAPS:-_TAPS] = pcm
    size = np.abs(padded[_TAPS - 1:len(padded) - _TAPS + 1]).view(np.uint16)  # so that -32768 is its magnitude too
    here = size[1:-1]
    crest = here > threshold
    crest &= here >= size[:-2]
    crest &= here >= size[2:]
    crests = np.flatnonzero(crest)
    if not len(crests):
        return None
    count = -(-len(pcm) // _STEP)
    peaks = np.zeros(count, np.float32)
    surroundings = np.ndarray((len(pcm), 2 * _TAPS + 1), np.int16, padded, 0, 2 * padded.strides)  # each overlaps
    for start in range(0, len(crests), _CRESTS):
        some = crests[start:start + _CRESTS]
        between = np.abs(surroundings[some].astype(np.float32) @ _oversampling())
        highest = here[some].astype(np.float32)
        for points in between.T:
            np.maximum(highest, points, out=highest)
        np.maximum.at(peaks, some // _STEP, highest)
    need = np.minimum(1.0, ceiling / np.maximum(peaks * np.float32(factor), 1.0)).astype(np.float32)
    if need.min() >= 1.0:
        return None
    reach = max(2, rate * _HOLD_MS // 1000 // _STEP)
    edges = np.ones(count + 1 + 2 * reach, np.float32)
    edges[reach:-reach - 1] = need  # a step's two edges must both be low enough for it
    np.minimum(edges[reach + 1:-reach], need, out=edges[reach + 1:-reach])
    held = np.empty_like(edges)
    held[reach:-reach] = _lowest(edges, 2 * reach + 1)
    held[:reach], held[-reach:] = held[reach], held[-reach - 1]
    smooth = np.convolve(held, _window(2 * reach + 1), "valid")
    smooth[smooth > _WHOLE] = 1.0
    return smooth


def _turn_down(room: Floats, steps: Floats) -> None:
    """Turn down the steps that lie in `room`, those that are to be; `steps` has one edge more than there are."""
    parts = room.reshape(-1, _STEP)[:len(steps) - 1]
    lower = np.flatnonzero(np.minimum(steps[:-1], steps[1:]) < 1.0)
    if len(lower):
        begin = steps[lower, None]
        gain = (steps[lower + 1, None] - begin) * _RAMP
        gain += begin
        parts[lower] *= gain


def _lowest(values: Floats, width: int) -> Floats:
    """The lowest of every `width` neighbours (as many fewer values come out), by doubling."""
    have, low = 1, values
    while have < width:
        step = min(have, width - have)
        low = np.minimum(low[:-step], low[step:])
        have += step
    return low


@cache
def _oversampling() -> Floats:
    """The three points before and the three after a sample, as a matrix on it and its neighbours."""
    places = np.arange(-_TAPS, _TAPS + 1)
    columns = []
    for phase in (-0.75, -0.5, -0.25, 0.25, 0.5, 0.75):
        distance = places - phase
        window = np.i0(4 * np.sqrt(np.maximum(0, 1 - (distance / _TAPS) ** 2))) / np.i0(4)
        columns.append(np.sinc(distance) * window)
    return np.stack(columns, axis=1).astype(np.float32)


@cache
def _window(width: int) -> Floats:
    """What the limiter's gain is smoothed with."""
    window: Floats = np.hanning(width + 2)[1:-1].astype(np.float32)
    window /= window.sum()
    return window


@cache
def _slope(frames: int) -> Floats:
    return (0.5 - 0.5 * np.cos(np.pi * (np.arange(frames) + 0.5) / max(1, frames))).astype(np.float32)


# ---------------------------------------------------------------- silence and figures

_ZEROS = np.zeros(_BLOCK, np.int16)
_ZEROS.flags.writeable = False


def _silence(frames: int) -> Iterator[Samples]:
    while frames > 0:
        yield _ZEROS[:frames]
        frames -= _BLOCK


def _toned(blocks: Iterator[Samples], rate: int, level: float, frames: int) -> Iterator[Samples]:
    """`frames` of sound over a room's tone, which in the last of them turns into what goes before its beginning."""
    tone = _room_tone(rate, level)
    turn = min(AAC_FRAME, frames)
    at = 0
    for block in blocks:
        quiet = np.take(tone, np.arange(at, at + len(block)), mode="wrap")
        last = min(at + len(block) - (frames - turn), len(block))
        if last > 0:
            way = (np.arange(at + len(block) - last, at + len(block)) - (frames - turn) + 0.5) * (math.pi / 2 / turn)
            back = np.take(tone, np.arange(at + len(block) - last, at + len(block)) - frames, mode="wrap")
            quiet[-last:] = np.rint(np.cos(way) * quiet[-last:] + np.sin(way) * back)
        mixed = np.add(block, quiet, dtype=np.int32)
        yield np.clip(mixed, -32768, 32767).astype(np.int16)
        at += len(block)


@cache
def _room_tone(rate: int, level: float) -> Samples:
    """Noise like a still room's: falling by 3 dB an octave, the same on every machine, seamless when repeated."""
    count = rate * _TONE_SECONDS
    random = np.random.RandomState(1843)  # the one generator whose stream numpy promises never to change
    spectrum = np.fft.rfft(random.standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / rate)
    spectrum *= np.where(hertz < 40, 0, 1 / np.sqrt(np.maximum(hertz, 40)))
    noise = np.fft.irfft(spectrum, count)
    noise *= 32768 * _ratio(level) / math.sqrt(float(np.mean(noise ** 2)))
    return np.rint(noise).astype(np.int16)


def _fitted(pcm: Samples, frames: int) -> Samples:
    return pcm[:frames] if len(pcm) >= frames else np.pad(pcm, (0, frames - len(pcm)))


def _energy(pcm: Samples) -> float:
    """The sum of squares, full scale being 1."""
    total = 0.0
    for start in range(0, len(pcm), _BLOCK):
        block = pcm[start:start + _BLOCK].astype(np.float32)
        total += float(np.dot(block, block))
    return total / 32768 ** 2


def _decibels(power: float) -> float:
    return 10 * math.log10(max(power, 1e-12))


def _ratio(decibels: float) -> float:
    return math.pow(10.0, decibels / 20)


def _scaled(frames: int, rate: int, to: int) -> int:
    return (2 * frames * to + rate) // (2 * rate)
