"""Measures espeak-ng's English variants and prints the rows of `audiobook/engines/_espeak_voices.py`.

    python benchmarks/voices.py            the variants that are not chosen yet, as MORE
    python benchmarks/voices.py --check    how far today's figures are from those in the table

F0 is the median of what autocorrelation finds in voiced 40 ms frames, the centroid that of the power spectrum
over the whole of a few sentences. A voice with samples at full scale, with nearly nothing to hear, or made to
sound like a machine is left out.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import espeakng_loader
import numpy as np

from audiobook import booth
from audiobook.engines._espeak_voices import CHOSEN, MORE
from audiobook.engines.pyttsx3 import Pyttsx3
from audiobook.model import Audio, Voice

TEXT = ("It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in "
        "want of a wife. However little known the feelings or views of such a man may be, this truth is so well "
        "fixed in the minds of the surrounding families. Is that his design in settling here? No! Nonsense.")
MACHINES = re.compile(r"robo|klatt|demonic|croak|tweaky|anxious|storm|announcer|kaukovalta|fast|mr |iven|pedro", re.I)
SPREAD = ((165, 50, 50), (155, 36, 45), (175, 64, 60), (150, 28, 40), (180, 74, 60))  # most are near 100 Hz
CHILDREN = ("caleb", "zac")


def measured(voice: Voice) -> tuple[float, float, float, int]:
    """Median F0 and centroid in Hz, level in LUFS, and how many samples are at full scale."""
    audio = Pyttsx3().speak(TEXT, voice)
    samples = np.frombuffer(audio.pcm, "<i2").astype(np.float64)
    full = int((np.abs(samples) >= 32760).sum())
    power = np.abs(np.fft.rfft(samples)) ** 2
    centroid = float((power * np.fft.rfftfreq(len(samples), 1 / audio.rate)).sum() / power.sum())
    return pitch(samples, audio.rate), centroid, booth.measured(Audio(audio.pcm, audio.rate))[0], full


def pitch(samples: np.ndarray, rate: int) -> float:
    size = round(0.04 * rate)
    frames = samples[:len(samples) // size * size].reshape(-1, size)
    loud = frames[frames.std(axis=1) > 0.3 * frames.std()]
    found = []
    for frame in loud:
        frame = (frame - frame.mean()) * np.hanning(size)
        line = np.fft.irfft(np.abs(np.fft.rfft(frame, 2 * size)) ** 2)[:size]
        line = line / np.maximum(1, size - np.arange(size))
        low, high = rate // 450, rate // 50
        best = low + int(np.argmax(line[low:high]))
        if line[best] > 0.4 * line[0]:
            # The first peak that is nearly as high is the period; later ones are its multiples.
            near = [lag for lag in range(low, best + 1) if line[lag] >= 0.85 * line[best]
                    and line[lag] >= line[lag - 1] and line[lag] >= line[lag + 1]]
            found.append(rate / (near[0] if near else best))
    return float(np.median(found)) if found else 0.0


def main() -> None:
    if "--check" in sys.argv:
        for name, rate, pitch_, spread, hz, bright, *_ in CHOSEN + MORE:
            f0, centroid, level, full = measured(Voice("pyttsx3", name, rate, pitch_, options=(("range", spread),)))
            print(f"{name:28} F0 {hz:5.0f} {f0:5.0f}   centroid {bright:5.0f} {centroid:5.0f}"
                  f"   {level:6.1f} LUFS  {full} at full scale")
        return
    taken = {row[0].partition("+")[2] for row in CHOSEN}
    folder = Path(espeakng_loader.get_data_path(), "voices", "!v")
    kept = 0
    for path in sorted(folder.iterdir(), key=lambda path: path.name.lower()):
        if path.name in taken or MACHINES.search(path.name):
            continue
        told = re.search(r"^gender\s+(\w+)\s*(\d*)", path.read_text("utf-8", "replace"), re.M)
        name = f"{('en-us', 'en-gb-x-rp')[kept % 2]}+{path.name}"
        rate, height, spread = SPREAD[kept // 2 % len(SPREAD)]
        f0, centroid, level, full = measured(Voice("pyttsx3", name, rate, height, options=(("range", spread),)))
        if full or level < -45 or not f0:
            print(f"# {name}: {full} samples at full scale, {level:.1f} LUFS, F0 {f0:.0f}", file=sys.stderr)
            continue
        she = told[1] == "female" if told else f0 > 165
        child = path.name in CHILDREN
        pronoun = "they" if child else "she" if she else "he"
        whispers = "whisper" in path.name
        print(f'    ("{name}", {rate}, {height}, {spread}, {0 if whispers else f0:.0f}, {centroid:.0f}, "{pronoun}", '
              f'"{"child" if child else "adult"}", "{"whispers" if whispers else ""}"),')
        kept += 1


if __name__ == "__main__":
    main()
