"""Sound, block by block -> how loud it is: RMS, loudness, peaks, noise floor, and the silence at both ends.

Loudness as ITU-R BS.1770-5 means it: K-weighted, in blocks of 400 ms every 100 ms, gated twice. The K-weighting
is recursive, but what it remembers falls by 200 dB in 150 ms: so it is done in the frequency domain, on blocks
that overlap by so much, and nothing is lost.
True peak four times oversampled (annex 2), only where a sample is loud enough for a new highest to be near it.
Flat in memory, but for eight bytes every 100 ms that the gates need at the end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SILENT = -60.0  # dBFS RMS of 10 ms: what is below is no speech
FLOOR_SECONDS = 0.5
_DIGITAL = -120.0  # below what 16 bits can hold: digital silence, whatever a decoder makes of it
_REMEMBERS = 0.15  # seconds after which the K-weighting's response is gone
_BLOCK = 1 << 16
_TAPS = 16  # samples on each side that the oversampling filter sees
_CHUNK = 64
_SOME = 512  # chunks that are oversampled at a time


@dataclass(frozen=True, slots=True)
class Figures:
    """Levels in dB of full scale (-inf for digital silence), `lufs` in LUFS, times in seconds.

    `floor_db` is the RMS of the quietest half second; `head` and `tail` are as long as no 10 ms is louder
    than -60 dBFS RMS (both the whole sound where none is).
    """

    frames: int
    seconds: float
    rms_db: float
    lufs: float
    peak_db: float
    true_peak_db: float
    floor_db: float
    head: float
    tail: float


class Meter:
    """Takes sound at `rate` in blocks of any length, a row a channel, full scale being 1. `weights`: what
    each channel counts for in loudness (1; 1.41 for those behind the listener; 0 for low-frequency effects)."""

    def __init__(self, rate: int, weights: Sequence[float]) -> None:
        self._rate = rate
        self._weights = np.asarray(weights, np.float32)
        self._past = max(2 * _TAPS, math.ceil(rate * _REMEMBERS))
        size = _BLOCK
        while size < 4 * self._past:
            size *= 2
        self._step = size - self._past
        self._response = _k_response(rate, size)
        self._seen = np.zeros((len(weights), self._past), np.float32)
        self._waiting: list[Floats] = []
        self._count = 0
        self._frames = 0
        self._energy = 0.0
        self._peak = 0.0
        self._true_peak = 0.0
        self._tenths = _Sums(round(rate / 10))
        self._loud = [np.zeros(0)]
        self._unit = max(1, rate // 100)
        self._units = _Sums(self._unit)
        self._spread = round(rate * FLOOR_SECONDS / self._unit)
        self._last = np.zeros(0)  # of the units, as many as a window of the floor less one
        self._floor = math.inf
        self._first_heard: int | None = None
        self._last_heard = 0

    def feed(self, block: Floats) -> None:
        """More sound, after all that came before."""
        if not np.isfinite(block).all():
            block = np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0)
        self._waiting.append(block)
        self._count += block.shape[1]
        if self._count < self._step:
            return
        joined = np.concatenate(self._waiting, axis=1)
        at = 0
        while self._count >= self._step:
            self._work(joined[:, at:at + self._step])
            at += self._step
            self._count -= self._step
        self._waiting = [joined[:, at:]]

    def figures(self) -> Figures:
        """What it all measured. Nothing can be fed any more."""
        if self._count:
            self._work(np.concatenate(self._waiting, axis=1))
            self._count = 0
        self._crest(np.pad(self._seen[:, -2 * _TAPS:], ((0, 0), (0, _TAPS))))
        self._listen(self._units.rest())
        length, rate = self._frames, self._rate
        mean = self._energy / max(1, length)
        heard = self._first_heard is not None
        floor = self._floor if math.isfinite(self._floor) else mean  # shorter than one window
        return Figures(
            length, length / rate, _db(mean), _gated(np.concatenate(self._loud)), _db(self._peak ** 2),
            _db(max(self._peak, self._true_peak) ** 2), _db(floor),
            (self._first_heard or 0) * self._unit / rate if heard else length / rate,
            max(0, length - (self._last_heard + 1) * self._unit) / rate if heard else length / rate)

    def _work(self, block: Floats) -> None:
        new = block.shape[1]
        sound = np.concatenate([self._seen, block], axis=1)
        self._frames += new
        power = np.einsum("ij,ij->j", block, block, dtype=np.float32) / len(block)
        self._energy += float(power.sum(dtype=np.float64))
        self._peak = max(self._peak, float(np.abs(block).max(initial=0)))
        self._crest(sound[:, self._past - 2 * _TAPS:])
        self._listen(self._units.of(power))
        size = self._step + self._past
        weighted = np.fft.irfft(np.fft.rfft(sound, size) * self._response, size)[:, self._past:self._past + new]
        self._loud.append(self._tenths.of(self._weights @ (weighted * weighted)) / self._tenths.size)
        self._seen = sound[:, -self._past:]

    def _listen(self, sums: NDArray[np.float64]) -> None:
        """The next stretches of 10 ms: is anything heard, and is it quieter than ever before?"""
        means = sums / self._unit
        begun = self._units.given - len(means)
        heard = np.flatnonzero(means > 10 ** (SILENT / 10))
        if len(heard):
            if self._first_heard is None:
                self._first_heard = begun + int(heard[0])
            self._last_heard = begun + int(heard[-1])
        row = np.concatenate([self._last, means])
        if len(row) >= self._spread:
            total = np.concatenate([np.zeros(1), np.cumsum(row)])
            windows = (total[self._spread:] - total[:-self._spread]) / self._spread
            self._floor = min(self._floor, max(0.0, float(windows.min())))
        self._last = row[len(row) - min(len(row), self._spread - 1):]

    def _crest(self, sound: Floats) -> None:
        """The highest point between samples, but for the `_TAPS` first and last: those need what is beside them."""
        count = sound.shape[1] - 2 * _TAPS
        if count <= 0:
            return
        matrix, most = _oversampling()
        wide = min(_CHUNK, count)
        begins = np.minimum(np.arange(-(-count // wide)) * wide, count - wide)
        for channel in sound:
            level = np.abs(np.pad(channel, (0, len(begins) * wide - count)))
            inner = level[_TAPS:len(level) - _TAPS].reshape(-1, wide).max(axis=1)
            near = np.concatenate([level[:_TAPS].max(keepdims=True), inner, level[-_TAPS:].max(keepdims=True)])
            near[-2:] = near[-2:].max()  # the last chunk but one may see past a short last one
            near = np.maximum(np.maximum(near[:-2], near[1:-1]), near[2:])
            for start in range(0, len(begins), _SOME):
                hot = start + np.flatnonzero(near[start:start + _SOME] * most > max(self._peak, self._true_peak))
                if len(hot):
                    around = channel[begins[hot, None] + np.arange(wide + 2 * _TAPS)]
                    seen = np.lib.stride_tricks.sliding_window_view(around, 2 * _TAPS + 1, axis=1)
                    self._true_peak = max(self._true_peak, float(np.abs(seen @ matrix).max()))


class _Sums:
    """Numbers in pieces of any length -> the sum of every `size` of them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.given = 0
        self._left: NDArray[np.floating[Any]] = np.zeros(0, np.float32)

    def of(self, more: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        row = np.concatenate([self._left, more])
        count = len(row) // self.size
        self._left = row[count * self.size:]
        self.given += count
        made: NDArray[np.float64] = row[:count * self.size].reshape(-1, self.size).sum(axis=1, dtype=np.float64)
        return made

    def rest(self) -> NDArray[np.float64]:
        """What is left over, as if it went on like that; nothing where nothing is."""
        left, self._left = self._left, self._left[:0]
        if not len(left):
            return np.zeros(0)
        self.given += 1
        return np.array([float(left.mean(dtype=np.float64)) * self.size])


def _gated(tenths: NDArray[np.float64]) -> float:
    """Integrated loudness from the mean weighted powers of every 100 ms."""
    if len(tenths) < 4:
        return -math.inf
    blocks = np.convolve(tenths, np.full(4, 0.25), "valid")
    kept = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if not len(kept):
        return -math.inf
    kept = kept[kept > kept.mean() / 10]
    return -0.691 + 10 * math.log10(float(kept.mean()))


def _db(power: float) -> float:
    level = 10 * math.log10(power) if power > 0 else -math.inf
    return level if level > _DIGITAL else -math.inf


@cache
def _k_response(rate: int, size: int) -> NDArray[np.complex64]:
    """The K-weighting at each bin of a real FFT. BS.1770 gives it at 48 kHz; for any rate from its analogue form."""
    turn = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    made = np.ones(size // 2 + 1, np.complex128)
    for b, a in _k_filters(rate):
        made *= np.polyval(b[::-1], turn) / np.polyval(a[::-1], turn)
    return made.astype(np.complex64)


def _k_filters(rate: int) -> list[tuple[list[float], list[float]]]:
    k, q, high = math.tan(math.pi * 1681.974450955533 / rate), 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high ** 0.4996667741545416
    a0 = 1 + k / q + k * k
    shelf = ([(high + band * k / q + k * k) / a0, 2 * (k * k - high) / a0, (high - band * k / q + k * k) / a0],
             [1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0])
    k, q = math.tan(math.pi * 38.13547087602444 / rate), 0.5003270373238773
    a0 = 1 + k / q + k * k
    return [shelf, ([1.0, -2.0, 1.0], [1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0])]


@cache
def _oversampling() -> tuple[Floats, float]:
    """Three points between a sample and the next, as a matrix on it and its neighbours; and the most that
    they can be for samples of at most 1."""
    places = np.arange(-_TAPS, _TAPS + 1)
    columns = []
    for phase in (0.25, 0.5, 0.75):
        distance = places - phase
        window = np.i0(5 * np.sqrt(np.maximum(0, 1 - (distance / (_TAPS + 1)) ** 2))) / np.i0(5)
        columns.append(np.sinc(distance) * window)
    matrix = np.stack(columns, axis=1).astype(np.float32)
    return matrix, float(np.abs(matrix).sum(axis=0).max())
