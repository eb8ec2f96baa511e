"""LAME's presets turn the sound down by up to 0.45 dB; ours comes out as loud as it went in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sounding import decoded, hum

from audiobook.press import coding, mp3


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(("rate", "kilobits"), [(24000, 64), (24000, 160), (44100, 64), (44100, 128), (44100, 160),
                                                (44100, 192), (44100, 224), (44100, 256), (44100, 320)])
def test_an_mp3_is_as_loud_as_the_sound_that_went_in(tmp_path: Path, rate: int, kilobits: int, channels: int) -> None:
    wave = hum(1.0, 997, -20, rate)
    block = wave if channels == 1 else np.column_stack((wave, wave))
    mp3.write_mp3(tmp_path / "a.mp3", [coding.encoded([block], coding.Codec("mp3", rate, kilobits * 1000, channels))])
    samples, _ = decoded(tmp_path / "a.mp3")
    middle = samples[rate // 4:-rate // 4].astype(float)
    assert 20 * np.log10(np.sqrt(np.mean(middle ** 2)) / 32768) == pytest.approx(-20, abs=0.05)
