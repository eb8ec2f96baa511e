"""Words go in, humming comes out: an engine that needs nothing, for tests and for hearing a book's shape.

A syllable's worth of text is a hum, a blank a gap; the same text and voice always give the same bytes.
"""

from __future__ import annotations

import hashlib
import math

from audiobook.errors import EngineError
from audiobook.model import Audio, OfferedVoice, Pronoun, Voice

RATE = 22050
_CHARACTERS = 15.0  # a second, at the usual 175 words a minute
_VOICES: tuple[tuple[str, Pronoun, float], ...] = (
    ("hum", "they", 140.0), ("bass", "he", 82.0), ("baritone", "he", 110.0), ("tenor", "he", 147.0),
    ("alto", "she", 196.0), ("mezzo", "she", 233.0), ("soprano", "she", 294.0), ("whistle", "it", 523.0))


class Tone:
    """Hums. Any voice name is taken: one that is not offered has a pitch made from its name."""

    version = "tone 1"

    def voices(self) -> tuple[OfferedVoice, ...]:
        return tuple(OfferedVoice(Voice("tone", name), pronoun=pronoun, pitch_hz=hz, bright_hz=2 * hz, note="hums")
                     for name, pronoun, hz in _VOICES)

    def speak(self, text: str, voice: Voice) -> Audio:
        import numpy as np

        if not voice.name:
            raise EngineError("a tone voice needs a name")
        hz = next((hz for name, _, hz in _VOICES if name == voice.name), None) or _pitch_of(voice.name)
        hz *= 2 ** (((voice.pitch if voice.pitch is not None else 50) - 50) / 50)
        frames = max(1, round(len(text) / _CHARACTERS * 175 / (voice.rate or 175) * RATE))
        turns = np.arange(frames) * (hz / RATE)
        sound = np.sin(2 * math.pi * turns) + 0.3 * np.sin(4 * math.pi * turns)
        step = frames / max(1, len(text))
        heard = np.array([0.0 if c.isspace() else 0.5 + 0.5 * math.sin(i) ** 2
                          for i, c in enumerate(text or " ")])
        shape = np.interp(np.arange(frames), (np.arange(len(heard)) + 0.5) * step, heard)
        edge = np.minimum(1.0, np.minimum(np.arange(frames), np.arange(frames)[::-1]) / (0.01 * RATE))
        return Audio((sound * shape * edge * 6000).astype("<i2").tobytes(), RATE)


def _pitch_of(name: str) -> float:
    return 80.0 * 2 ** (hashlib.sha256(name.encode()).digest()[0] / 128)
