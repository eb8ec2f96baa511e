"""What the AAC encoder's settings cost in quality against ffmpeg's defaults, and what they save. One command:

    python benchmarks/aac.py [sound.wav ...]

Without files it speaks some sentences with the system voice engine. For each setting and bitrate: signal-to-noise
ratio over the segments in which something is heard (mean of 20 ms segments, in dB: higher is better), the same of
2 ms segments and of the worst twentieth of those (what temporal noise shaping, TNS, is there for), the distance
between the spectra that a listener hears (mean over 24 Bark bands and time, in dB: lower is better), and how many
times faster than speech it encodes (CPU, one core). The first row of each bitrate is what this program does.
"""

from __future__ import annotations

import sys
import time
import wave
from typing import Any

import av
import numpy as np

SETTINGS = {"fast, no TNS": {"aac_coder": "fast", "aac_tns": "0"}, "fast": {"aac_coder": "fast"},
            "default": {"aac_coder": "twoloop"}}

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


def coded(pcm: np.ndarray, rate: int, bitrate: int,  # type: ignore[type-arg]
          options: dict[str, str]) -> tuple[np.ndarray, float, float]:  # type: ignore[type-arg]
    """What comes out of coding and decoding, the seconds of CPU it took, the bitrate it has."""
    context: Any = av.CodecContext.create("aac", "w")
    context.sample_rate, context.layout, context.format, context.bit_rate = rate, "mono", "fltp", bitrate
    context.options = dict(options)
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


def snr(true: np.ndarray, made: np.ndarray, length: int) -> np.ndarray:  # type: ignore[type-arg]
    """Of each segment of `length` samples in which something is heard, in dB."""
    count = len(true) // length
    signal = (true[:count * length].reshape(count, length) ** 2).mean(1)
    noise = ((true - made)[:count * length].reshape(count, length) ** 2).mean(1)
    heard = signal > 1e-5
    return np.clip(10 * np.log10(signal[heard] / np.maximum(noise[heard], 1e-12)), -20, 60)


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
    print("settings      asked  has     SNR dB  of 2 ms   worst  spectra dB  times real")
    for bitrate in (32000, 48000, 64000, 96000):
        for name, options in SETTINGS.items():
            rows = []
            for _, pcm, rate in sounds:
                made, taken, has = coded(pcm, rate, bitrate, options)
                true = pcm / 32768
                short = snr(true, made, rate // 500)
                rows.append((has / 1000, snr(true, made, rate // 50).mean(), short.mean(), np.percentile(short, 5),
                             distance(true, made, rate), len(pcm) / rate / taken))
            has, ratio, brief, worst, away, speed = np.mean(rows, axis=0)
            print(f"{name:13} {bitrate // 1000:4} k  {has:5.1f} k  {ratio:5.1f}  {brief:7.1f}  {worst:6.1f}"
                  f"  {away:10.2f}  {speed:10.0f}", flush=True)


if __name__ == "__main__":
    main()
