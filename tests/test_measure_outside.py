"""Meters that others wrote see in a file what we see in it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audiobook.editions import flac, m4b, mp3, opus, wav
from audiobook.editions.wav import header
from audiobook.inspection.measure import Measured, measured
from audiobook.model import Finish
from audiobook.profiles import PROFILES
from tests.outside import run, tool
from tests.sounding import play

pytestmark = pytest.mark.outside


def ebur128(path: Path) -> tuple[float, float]:
    """Integrated loudness and true peak, as ffmpeg's filter sees them: to 0.1."""
    said = run(tool("ffmpeg"), "-nostats", "-hide_banner", "-i", f"file:{path}", "-map", "0:a",
               "-af", "ebur128=peak=true", "-f", "null", "-").stderr
    summary = said[said.index("Summary:"):]
    found = [re.search(pattern, summary) for pattern in (r"I:\s+(-?[\d.]+) LUFS", r"Peak:\s+(-?[\d.]+|-inf) dBFS")]
    assert found[0] and found[1], said
    return float(found[0][1]), float(found[1][1])


def astats(path: Path) -> dict[str, float]:
    said = run(tool("ffmpeg"), "-nostats", "-hide_banner", "-i", f"file:{path}", "-map", "0:a",
               "-af", "astats=measure_perchannel=none", "-f", "null", "-").stderr
    return {name: float(value) for name, value in re.findall(r"\] ([A-Z][\w ]+ dB): (-?[\d.]+|-inf)", said)}


def seen(path: Path) -> Measured:
    found = measured(path)
    assert found.damage == ()
    return found


@pytest.fixture(scope="module", params=[None, PROFILES["acx"]], ids=["plain", "acx"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("made")
    finish: Finish | None = request.param
    played = play(("One",), seconds=3, finish=finish)
    return [edition.write(played.book, played.timeline, played.sound, folder, played.kit)[0]
            for edition in (m4b, mp3, opus, flac, wav)]


def noise(kind: str, rate: int) -> Any:
    """Ten seconds of something harder than a hum: speech-like bursts, full of high frequencies, or nearly clipped."""
    random = np.random.default_rng(7)
    white = random.normal(0, 1, 10 * rate)
    if kind == "bursts":
        level = np.repeat(random.uniform(-50, -14, 50), rate // 5)
        return white * 10 ** (level / 20)
    if kind == "hot":
        return np.clip(white * 0.4, -0.99, 0.99)
    smooth = np.convolve(white, np.hanning(33) / 16.5, "same")
    return np.clip(smooth / np.abs(smooth).max() * 0.7, -1, 1)


@pytest.mark.parametrize("rate", [22050, 44100, 48000])
@pytest.mark.parametrize("kind", ["bursts", "hot", "smooth"])
def test_ebur128_agrees_on_loudness_and_true_peak(tmp_path: Path, kind: str, rate: int) -> None:
    path = tmp_path / "a.wav"
    pcm = np.rint(noise(kind, rate) * 32767).clip(-32768, 32767).astype("<i2")
    path.write_bytes(header(len(pcm), rate) + pcm.tobytes())
    lufs, peak = ebur128(path)
    found = seen(path).figures
    assert found.lufs == pytest.approx(lufs, abs=0.1)
    # white noise up to half the rate has its highest points where no two filters agree; speech has none there
    assert found.true_peak_db == pytest.approx(peak, abs=0.15 if kind != "hot" else 0.5)


def test_ebur128_and_astats_agree_on_every_edition(made: list[Path]) -> None:
    for path in made:
        lufs, peak = ebur128(path)
        stats = astats(path)
        found = seen(path).figures
        assert found.lufs == pytest.approx(lufs, abs=0.1), path
        assert found.true_peak_db == pytest.approx(peak, abs=0.15), path
        assert found.rms_db == pytest.approx(stats["RMS level dB"], abs=0.05), path
        assert found.peak_db == pytest.approx(stats["Peak level dB"], abs=0.05), path


def test_loudgain_agrees_on_loudness(made: list[Path]) -> None:
    for path in made:
        if path.suffix in (".mp3", ".flac", ".opus"):
            said = re.search(r"Loudness:\s+(-?[\d.]+) LUFS", run(tool("loudgain"), path).stdout)
            assert said and seen(path).figures.lufs == pytest.approx(float(said[1]), abs=0.1), path


def test_silencedetect_agrees_on_head_and_tail(made: list[Path]) -> None:
    for path in made:
        said = run(tool("ffmpeg"), "-nostats", "-hide_banner", "-i", f"file:{path}", "-map", "0:a",
                   "-af", "silencedetect=n=-57dB:d=0.05", "-f", "null", "-").stderr
        ends = [float(each) for each in re.findall(r"silence_end: (-?[\d.]+)", said)]
        starts = [float(each) for each in re.findall(r"silence_start: (-?[\d.]+)", said)]
        found = seen(path).figures
        assert found.head == pytest.approx(ends[0], abs=0.03), path
        assert found.tail == pytest.approx(found.seconds - starts[-1], abs=0.03), path


def test_mediainfo_agrees_on_codec_rate_bitrate_and_length(made: list[Path]) -> None:
    names = {"aac": "AAC", "mp3": "MPEG Audio", "opus": "Opus", "flac": "FLAC", "pcm": "PCM"}
    for path in made:
        tracks = json.loads(run(tool("mediainfo"), "--Output=JSON", path).stdout)["media"]["track"]
        track = next(each for each in tracks if each["@type"] == "Audio")
        found = seen(path)
        assert (names[found.codec], found.channels) == (track["Format"], int(track["Channels"]))
        if found.codec != "opus":  # where it names the rate of what was encoded; all of it is decoded at 48 kHz
            assert found.rate == int(track["SamplingRate"])
        assert found.figures.seconds == pytest.approx(float(track["Duration"]), abs=0.1)  # with what a player drops
        if found.codec == "mp3":
            assert found.cbr == (track["BitRate_Mode"] == "CBR")
            assert found.bitrate == pytest.approx(int(track["BitRate"]), rel=0.02)


def test_a_variable_bitrate_and_joint_stereo_are_told(made: list[Path], tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    run(tool("ffmpeg"), "-v", "error", "-i", made[-1], "-ac", "2", "-c:a", "libmp3lame", "-q:a", "4", path)
    found = seen(path)
    assert (found.cbr, found.joint, found.channels) == (False, True, 2)
