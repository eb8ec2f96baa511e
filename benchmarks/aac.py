"""What ffmpeg's `fast` AAC coder costs in quality against the default, and what it saves. One command:

    python benchmarks/aac.py [sound.wav ...]

Without files it speaks some sentences with the system voice engine. For each coder and bitrate: signal-to-noise
ratio over the segments in which something is heard (mean of 20 ms segments, in dB: higher is better), the
distance between the spectra that a listener hears (mean over 24 Bark bands and time, in dB: lower is better),
and how many times faster than speech it encodes (CPU, one core).
"""

from __future__ import annotations

import io
import sys
import time
import wave
from typing import Any

import av
import numpy as np

SENTENCES = (
    "It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want "
    "of a wife.",
    "She sells sea shells, hissing softly; the six sharp scissors slipped.",
    "\"Bah!\" cried Papa Bob, \"do put that big dog down, or I shall be obliged to bite.\"",
    "However little known the feelings or views of such a man may be on his first entering a neighbourhood.",
)


def speech() -> list[tuple[str, np.ndarray, int]]:  # type: ignore[type-arg]
    from audiobook import plugins

    engine = plugins.load("engines", "pyttsx3")()
    offered = engine.voices()
    step = max(1, len(offered) // 6)
    found = []
    for voice in offered[::step][:6]:
        spoken = [engine.speak(text, voice.voice) for text in SENTENCES]
        pcm = np.frombuffer(b"".join(audio.pcm for audio in spoken), "<i2")
        found.append((voice.voice.name, pcm, spoken[0].rate))
    return found


def coded(pcm: np.ndarray, rate: int, bitrate: int, coder: str) -> tuple[np.ndarray, float, float]:  # type: ignore[type-arg]
    """What comes out of coding and decoding, the seconds of CPU it took, the bitrate it has."""
    context: Any = av.CodecContext.create("aac", "w")
    context.sample_rate, context.layout, context.format, context.bit_rate = rate, "mono", "fltp", bitrate
    context.options = {"aac_coder": coder}
    frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), "s16", "mono")
    frame.sample_rate, frame.pts = rate, 0
    begin = time.process_time()
    packets = [*context.encode(frame), *context.encode(None)]
    taken = time.process_time() - begin
    decoder: Any = av.CodecContext.create("aac", "r")
    decoder.extradata = context.extradata
    blocks = [out.to_ndarray().reshape(-1) for packet in packets for out in decoder.decode(packet)]
    sound = np.concatenate(blocks)[1024:1024 + len(pcm)]
    size = sum(packet.size for packet in packets)
    return np.pad(sound, (0, len(pcm) - len(sound))), taken, size * 8 * rate / len(pcm)


def snr(true: np.ndarray, made: np.ndarray, rate: int) -> float:  # type: ignore[type-arg]
    length = rate // 50
    count = len(true) // length
    signal = (true[:count * length].reshape(count, length) ** 2).mean(1)
    noise = ((true - made)[:count * length].reshape(count, length) ** 2).mean(1)
    heard = signal > 1e-5
    return float(np.mean(np.clip(10 * np.log10(signal[heard] / np.maximum(noise[heard], 1e-12)), -10, 60)))


def distance(true: np.ndarray, made: np.ndarray, rate: int) -> float:  # type: ignore[type-arg]
    edges = np.array([20, 100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150,
                      3700, 4400, 5300, 6400, 7700, 9500])
    edges = edges[edges < rate / 2]
    size = 512

    def bands(sound: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        frames = np.lib.stride_tricks.sliding_window_view(sound, size)[::size // 2] * np.hanning(size)
        power = np.abs(np.fft.rfft(frames)) ** 2
        places = np.searchsorted(np.fft.rfftfreq(size, 1 / rate), edges)
        return np.add.reduceat(power, places, axis=1)

    one, two = bands(true), bands(made)
    heard = one > one.max() * 1e-6
    return float(np.mean(np.abs(10 * np.log10(one[heard] / np.maximum(two[heard], 1e-12)))))


def main() -> None:
    sounds = []
    for name in sys.argv[1:]:
        with wave.open(name) as file:
            sounds.append((name, np.frombuffer(file.readframes(file.getnframes()), "<i2"), file.getframerate()))
    sounds = sounds or speech()
    out = io.StringIO()
    print("coder     asked  has     SNR dB  spectra dB  times real", file=out)
    for bitrate in (32000, 48000, 64000, 96000):
        for coder in ("fast", "twoloop"):
            rows = []
            for _, pcm, rate in sounds:
                made, taken, has = coded(pcm, rate, bitrate, coder)
                true = pcm / 32768
                rows.append((has / 1000, snr(true, made, rate), distance(true, made, rate), len(pcm) / rate / taken))
            has, ratio, away, speed = np.mean(rows, axis=0)
            print(f"{coder:9} {bitrate // 1000:4} k  {has:5.1f} k  {ratio:5.1f}  {away:9.2f}  {speed:9.0f}", file=out)
    print(out.getvalue(), end="")


if __name__ == "__main__":
    main()
