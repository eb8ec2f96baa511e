"""What is heard where stretches that were encoded apart are joined. One command:

    python benchmarks/joins.py NOVEL.txt [--minutes 20] [--room-tone -65]

The beginning of a novel, recorded by the system voice engine, is encoded to AAC at 64 kb/s twice: by stretches, as
the program does it, and all of it by one encoder that never stops. Both are decoded and held against the sound that
went in. Around each join (a fifth of a second on both sides) and everywhere else: the noise that encoding adds, in
dBFS; the signal-to-noise ratio of the speech of the two seconds after it; the greatest step between two samples
that the encoding adds, which is what a click is. If joins were heard, the first column would be worse than the second.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from audiobook import production
from audiobook.model import Finish, Timeline
from audiobook.press.coding import Codec, Encoded, encoded
from audiobook.project import open_project
from audiobook.store import Store

AROUND = 0.2  # seconds


def laid(novel: Path, minutes: float, room_tone: float | None, folder: Path) -> tuple[Timeline, Any, Store]:
    """The beginning of the novel as a timeline and its sound, with everything recorded."""
    (folder / "manuscript").mkdir(parents=True)
    text = novel.read_bytes().decode("utf-8-sig")
    characters = round(minutes * 60 * 14.5)
    (folder / "manuscript" / "1.txt").write_text(text[:text.find("\n\n", characters)], encoding="utf-8")
    project = open_project(folder)
    rehearsal, engines = production.survey(project)
    store = production.shelf_of(project)
    finish = replace(Finish(), room_tone=room_tone)
    with store.lock():
        recording = production._record(rehearsal, {}, engines, store, lambda event: None, None)
    timeline, sound = production._lay(rehearsal, recording, project, finish, store)
    return timeline, sound, store


def decoded(part: Encoded) -> np.ndarray:  # type: ignore[type-arg]
    """The samples of encoded sound, full scale being 1, without the priming."""
    import av

    decoder: Any = av.CodecContext.create("aac", "r")
    decoder.extradata = part.config
    data, at, blocks = b"".join(part.pieces()), 0, []
    for size in part.sizes:
        blocks += [out.to_ndarray().reshape(-1) for out in decoder.decode(av.Packet(data[at:at + int(size)]))]
        at += int(size)
    return np.concatenate(blocks)[1024:1024 + part.frames].astype(np.float64)


def decibels(power: float) -> float:
    return 10 * float(np.log10(max(power, 1e-14)))


def ratio(true: np.ndarray, made: np.ndarray, rate: int) -> float:  # type: ignore[type-arg]
    """Signal to noise, in dB, over the 20 ms segments in which something is heard; NaN where nothing is."""
    length = rate // 50
    count = len(true) // length
    signal, noise = ((part[:count * length].reshape(count, length) ** 2).mean(1) for part in (true, true - made))
    heard = signal > 1e-5
    if not heard.any():
        return float("nan")
    return float(np.mean(10 * np.log10(signal[heard] / np.maximum(1e-14, noise[heard]))))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("novel", type=Path)
    asked.add_argument("--minutes", type=float, default=20)
    asked.add_argument("--room-tone", type=float, default=None)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        timeline, sound, _ = laid(given.novel, given.minutes, given.room_tone, Path(scratch) / "book")
        rate, codec = sound.rate, Codec("aac", sound.rate, 64000)
        stretches = [one for index in range(len(timeline.chapters)) for one in sound.stretches(index)]
        pcm = np.concatenate([block for one in stretches for block in sound.stretch(one)])
        parts, units, sizes = [], [], []
        from audiobook.press.coding import Units

        for number, one in enumerate(stretches):
            maker = Units(codec)
            data = b"".join(maker.pieces(sound.stretch(one), after=sound.opening()))
            drop = maker.sizes[0] if number else 0
            units.append(data[drop:])
            sizes += maker.sizes[1 if number else 0:]
            parts.append(one.start)
        apart = Encoded.of(codec, len(pcm), np.array(sizes, np.uint32), maker.config, lambda: iter(units))
        ones = encoded([pcm], codec)
        true = pcm / 32768
        print(f"{len(true) / rate / 60:.1f} minutes, {len(parts)} stretches of {len(true) / rate / len(parts):.0f} s, "
              f"{len(timeline.chapters)} chapters; units {len(apart.sizes)} and {len(ones.sizes)}")
        near = np.zeros(len(true), bool)
        for at in parts[1:]:
            near[max(0, at - round(AROUND * rate)):at + round(AROUND * rate)] = True
        print(f"{'':34}{'at joins':>12}{'elsewhere':>12}")
        for name, part in (("by stretches", apart), ("by one encoder", ones)):
            made = decoded(part)
            if len(made) != len(true):
                sys.exit(f"{name}: {len(made)} samples where {len(true)} went in")
            noise = made - true
            quiet = true ** 2 < 1e-5
            step = np.abs(np.diff(noise, prepend=0.0))
            after = [ratio(true[at:at + 2 * rate], made[at:at + 2 * rate], rate) for at in parts[1:]]
            rest = ratio(true, made, rate)
            print(f"{name}: noise, dBFS".ljust(34)
                  + f"{decibels(np.mean(noise[near] ** 2)):12.1f}{decibels(np.mean(noise[~near & quiet] ** 2)):12.1f}")
            print("  worst join, dBFS".ljust(34) + f"""{max(decibels(np.mean(
                noise[at - round(AROUND * rate):at + round(AROUND * rate)] ** 2)) for at in parts[1:]):12.1f}""")
            print("  SNR of speech, dB".ljust(34) + f"{np.nanmean(after):12.2f}{rest:12.2f}")
            print("  greatest step, of 32768".ljust(34)
                  + f"{32768 * step[near].max():12.1f}{32768 * step[~near].max():12.1f}")
            for gap in (512, 1024):
                here = [decibels(np.mean(noise[at - gap:at + gap] ** 2)) for at in parts[1:]]
                print(f"  {gap} samples around, mean / worst".ljust(34) + f"{np.mean(here):12.1f}{max(here):12.1f}")
        print(f"bits: {8 * apart.sizes.sum() * rate / len(true) / 1000:.2f} and "
              f"{8 * ones.sizes.sum() * rate / len(true) / 1000:.2f} kb/s")


if __name__ == "__main__":
    main()
