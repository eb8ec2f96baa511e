"""A voice and a piece of music -> the two together: faded, and turned down while somebody speaks.

The music is a file of the user's, or a small chime of our own, which is computed here and belongs to nobody.
Everything is one channel of 16 bits at one rate; pieces are minutes long at most, so they are held in memory.
"""

from __future__ import annotations

import os
import stat
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from audiobook.errors import EditionError
from audiobook.sounds import decoded

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydub import AudioSegment

    Samples = NDArray[np.int16]

_LARGEST = 100 << 20  # bytes of a music file
_JINGLE = 6.0  # seconds; what is shorter is heard before or after the voice, not under it
_RAMP = 0.35  # seconds to turn the music down and up
_ALONE = 2.5  # seconds that longer music plays before and after the voice


@dataclass(frozen=True, slots=True)
class Bed:
    """How music lies under a voice: `gain` and `ducking` in dB, `fade` in seconds, `ceiling` in dBFS."""

    gain: float = -6.0
    fade: float = 1.0
    ducking: float = 12.0
    ceiling: float = -2.0


def chime(rate: int) -> Samples:
    """Four struck tones, rising, as of small bells; three seconds, -9 dBFS at most. The same every time."""
    seconds = 3.0
    made = np.zeros(round(seconds * rate))
    phases = np.random.default_rng(1867).random(24) * 2 * np.pi
    for number, (at, hertz, strength) in enumerate(
            ((0.0, 440.0, 0.8), (0.17, 554.37, 0.75), (0.34, 659.26, 0.85), (0.62, 987.77, 1.0))):
        begin = round(at * rate)
        time = np.arange(len(made) - begin) / rate
        for partial, (ratio, share, decay) in enumerate(
                ((1.0, 1.0, 2.2), (2.0, 0.35, 3.4), (2.99, 0.18, 5.5), (4.17, 0.10, 8.0), (5.43, 0.05, 12.0))):
            if hertz * ratio < 0.45 * rate:
                wave = np.sin(2 * np.pi * hertz * ratio * time + phases[5 * number + partial])
                made[begin:] += strength * share * wave * np.exp(-decay * time)
        attack = round(0.004 * rate)
        made[begin:begin + attack] *= np.linspace(0.0, 1.0, attack) if not number else 1.0
    fade = round(0.5 * rate)
    made[-fade:] *= np.cos(np.linspace(0, np.pi / 2, fade)) ** 2
    loud: Samples = np.rint(made * (32767 * 10 ** (-9 / 20) / np.abs(made).max())).astype(np.int16)
    return loud


def read(path: Path, rate: int) -> Samples:
    """The sound of a music file at `rate`. Raises EditionError where there is none in it."""
    hint = "name a WAV, FLAC, MP3, Opus or M4A file, or write music: chime, or music: none"
    try:
        with open(path, "rb", opener=_opener) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise EditionError(f"the music {path.name} is not a file", hint=hint)
            data = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise EditionError(f"the music {path} cannot be read: {why}", hint=hint) from None
    if len(data) > _LARGEST:
        raise EditionError(f"the music {path.name} is larger than {_LARGEST >> 20} MB", hint=hint)
    try:
        audio = decoded(data, rate)
    except ValueError as error:
        raise EditionError(f"the music {path.name} cannot be used: {error}", hint=hint) from None
    if not audio.frames:
        raise EditionError(f"the music {path.name} is empty", hint=hint)
    return np.frombuffer(audio.pcm, "<i2").astype(np.int16, copy=False)


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # a named pipe must not hold us up


def opening(voice: Samples, music: Samples, rate: int, bed: Bed) -> tuple[Samples, int]:
    """Music, then the voice: a jingle rings out as the voice begins, longer music goes on under it.
    Also where in it the voice begins."""
    if len(music) < _JINGLE * rate:
        at = round(0.72 * len(music))
        return _mixed(voice, at, music, 0, at + len(voice), rate, bed), at
    return _under(voice, music, rate, bed)


def closing(voice: Samples, music: Samples, rate: int, bed: Bed) -> tuple[Samples, int]:
    """The voice, then music: a jingle follows it, longer music is there from the start.
    Also where in it the voice begins."""
    if len(music) < _JINGLE * rate:
        at = len(voice) + round(0.25 * rate)
        return _mixed(voice, 0, music, at, at + len(music), rate, bed), 0
    return _under(voice, music, rate, bed)


def _under(voice: Samples, music: Samples, rate: int, bed: Bed) -> tuple[Samples, int]:
    alone = round(_ALONE * rate)
    length = 2 * alone + len(voice)
    return _mixed(voice, alone, music[:length], 0, length, rate, bed), alone


def _mixed(voice: Samples, voice_at: int, music: Samples, music_at: int, length: int, rate: int,
           bed: Bed) -> Samples:
    """Both together, each from its place; the music fades at both its ends and is down while the voice speaks."""
    length = max(length, voice_at + len(voice), music_at + len(music))
    lying = _segment(music, rate).apply_gain(bed.gain)
    fade = min(round(bed.fade * 1000), len(lying) // 2)
    # a jingle has its own beginning and end
    if len(music) >= _JINGLE * rate and fade > 0:
        lying = lying.fade_in(fade).fade_out(fade)
    lying = _ducked(lying, (voice_at - music_at) * 1000 // rate, len(voice) * 1000 // rate, bed.ducking)
    under = np.zeros(length, np.int32)
    heard = np.frombuffer(lying.raw_data, "<i2")
    under[music_at:music_at + len(heard)] = heard[:length - music_at]
    under[voice_at:voice_at + len(voice)] += voice
    loudest, ceiling = int(np.abs(under).max(initial=0)), 32767 * 10 ** (bed.ceiling / 20)
    if loudest > ceiling:
        under = np.rint(under * (ceiling / loudest)).astype(np.int32)
    return under.astype(np.int16)


def _ducked(music: AudioSegment, begin: int, length: int, by: float) -> AudioSegment:
    """The music, `by` dB softer from `begin` on for `length` milliseconds."""
    ramp = round(_RAMP * 1000)
    down, up = max(0, begin - ramp), begin + length
    if by <= 0 or down >= len(music) or up <= 0:
        return music
    music = music.fade(to_gain=-by, start=down, end=max(down + 1, min(begin, len(music))))
    if up + ramp < len(music):
        music = music.fade(to_gain=by, start=up, end=up + ramp)
    return music


def _segment(samples: Samples, rate: int) -> AudioSegment:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydub wants ffmpeg to open files; we give it samples
        from pydub import AudioSegment

    return AudioSegment(data=samples.astype("<i2").tobytes(), sample_width=2, frame_rate=rate, channels=1)
