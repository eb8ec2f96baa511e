"""What each store asks of finished files, and whether measured files are so.

The figures are the stores' own published ones; docs/editions.md names the sources, and says which are second-hand.
Figures are judged as they are shown: to a tenth of a decibel, to a tenth of a second.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from audiobook.errors import AudiobookError
from audiobook.inspection.labels import Labels
from audiobook.inspection.measure import Measured

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished file: `name` in its folder, what it measures, what its tags say."""

    name: str
    sound: Measured
    labels: Labels

    def called(self, *words: str) -> bool:
        """Whether its name or its title has these words."""
        names = f"{self.name}\n{self.labels.tags.get('title', '')}".casefold()
        return all(word in names for word in words)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a file is not as a shop asks: `what`, as it was found, and as it is asked for."""

    what: str
    found: str
    asked: str

    def __str__(self) -> str:
        return f"{self.what}: {self.found} ({self.asked} asked for)"


@dataclass(frozen=True, slots=True)
class Shop:
    """None and empty: nothing is asked for. Levels in dB, times in seconds. `formats` gives for each codec the
    lowest bitrate in kilobits for one channel and for two (0: any)."""

    title: str
    formats: dict[str, tuple[int, int]] = field(default_factory=dict)
    cbr: bool = False
    rates: tuple[int, ...] = ()
    lowest_rate: int = 0  # of formats without loss
    rms: Span | None = None
    lufs: Span | None = None
    peak: float | None = None
    true_peak: float | None = None
    floor: float | None = None
    room_tone: bool = False
    head: Span | None = None
    tail: Span | None = None
    longest: float | None = None
    book: Span | None = None
    cover: tuple[int, int] | None = None  # pixels a side, where a file holds one
    square: bool = False
    credits: bool = False
    sample: float | None = None  # the longest that the retail sample may be
    alike: bool = False  # all files mono, or all stereo


SHOPS: dict[str, Shop] = {
    "acx": Shop("ACX", {"mp3": (192, 192)}, cbr=True, rates=(44100,), rms=(-23, -18), peak=-3, floor=-60,
                room_tone=True, head=(0.5, 1), tail=(1, 5), longest=120 * 60, cover=(2400, 10_000), square=True,
                credits=True, sample=300, alike=True),
    "google": Shop("Google Play Books", {"mp3": (128, 256), "aac": (128, 256), "flac": (0, 0), "pcm": (0, 0)},
                   lowest_rate=44100, book=(300, 360_000), cover=(1024, 7200)),
    "inaudio": Shop("INaudio", {"mp3": (192, 192), "flac": (0, 0)}, cbr=True, rates=(44100,), rms=(-23, -18), peak=-3,
                    floor=-60, room_tone=True, head=(0.5, 1), tail=(1, 5), cover=(2400, 10_000), square=True,
                    credits=True),
    "spotify": Shop("Spotify", {"mp3": (0, 0), "flac": (0, 0), "pcm": (0, 0)}, lufs=(-20, -14), true_peak=-1,
                    cover=(2400, 3000), square=True),
    "apple": Shop("Apple Books", longest=23 * 3600, cover=(2400, 10_000), square=True),
}

_LOSSLESS = ("flac", "pcm")
_NEARLY = 0.95  # of a bitrate: encoders without a fixed one stay a little under what they were asked for


def shop(name: str) -> Shop:
    """The shop of that name. Raises AudiobookError where nobody knows it."""
    if name not in SHOPS:
        raise AudiobookError(f"there is no shop called {name!r}", hint=f"choose one of: {', '.join(SHOPS)}")
    return SHOPS[name]


def judged(at: Shop, file: Finished) -> tuple[Reason, ...]:
    """Why one file is not as the shop asks; nothing where it is."""
    return (*_format(at, file.sound), *_levels(at, file.sound), *_silences(at, file), *_cover(at, file.labels))


def judged_together(at: Shop, files: Sequence[Finished]) -> tuple[Reason, ...]:
    """Why the files of a book are, together, not as the shop asks, whatever each alone is."""
    found: list[Reason] = []
    channels = {file.sound.channels for file in files}
    if at.alike and len(channels) > 1:
        found.append(Reason("channels", "some files mono, some stereo", "all alike"))
    samples = [file for file in files if file.called("retail", "sample")]
    if at.credits:
        found += [Reason(f"{name} credits", "no file", "a file of their own")
                  for name in ("opening", "closing") if not any(file.called(name, "credits") for file in files)]
    if at.sample is not None and not samples:
        found.append(Reason("retail sample", "no file", f"a file of at most {at.sample / 60:g} minutes"))
    if at.book is not None:
        length = sum(file.sound.figures.seconds for file in files if file not in samples)
        if not at.book[0] <= length <= at.book[1]:
            found.append(Reason("length of the book", f"{length / 60:.1f} min",
                                f"{at.book[0] / 60:g} min to {at.book[1] / 3600:g} h"))
    return tuple(found)


def _format(at: Shop, sound: Measured) -> Iterator[Reason]:
    name = {"pcm": "WAV"}.get(sound.codec, sound.codec.upper())
    if at.formats and sound.codec not in at.formats:
        yield Reason("format", name, " or ".join({"pcm": "WAV"}.get(each, each.upper()) for each in at.formats))
        return
    if sound.channels > 2:
        yield Reason("channels", str(sound.channels), "mono or stereo")
    least = at.formats.get(sound.codec, (0, 0))[sound.channels > 1] if at.formats else 0
    if sound.bitrate < least * 1000 * _NEARLY:
        yield Reason("bitrate", f"{sound.bitrate / 1000:.0f} kb/s", f"at least {least} kb/s")
    if at.cbr and sound.codec == "mp3" and not sound.cbr:
        yield Reason("bitrate", "variable", "constant (CBR)")
    if at.rates and sound.rate not in at.rates:
        yield Reason("sample rate", f"{sound.rate} Hz", " or ".join(f"{rate} Hz" for rate in at.rates))
    if sound.codec in _LOSSLESS and sound.rate < at.lowest_rate:
        yield Reason("sample rate", f"{sound.rate} Hz", f"at least {at.lowest_rate} Hz")


def _levels(at: Shop, sound: Measured) -> Iterator[Reason]:
    figures = sound.figures
    if at.rms is not None and not _within(figures.rms_db, at.rms):
        yield Reason("RMS", _decibels(figures.rms_db), f"{at.rms[0]:g} to {at.rms[1]:g} dB")
    if at.lufs is not None and not _within(figures.lufs, at.lufs):
        yield Reason("loudness", _decibels(figures.lufs, "LUFS"), f"{at.lufs[0]:g} to {at.lufs[1]:g} LUFS")
    for what, found, most in (("peak", figures.peak_db, at.peak), ("true peak", figures.true_peak_db, at.true_peak),
                              ("noise floor", figures.floor_db, at.floor)):
        if most is not None and round(found, 1) > most:
            yield Reason(what, _decibels(found), f"at most {most:g} dB")
    if at.room_tone and figures.floor_db == -math.inf:
        yield Reason("pauses", "digital silence", "room tone")


def _silences(at: Shop, file: Finished) -> Iterator[Reason]:
    figures = file.sound.figures
    for what, found, span in (("silence before", figures.head, at.head), ("silence after", figures.tail, at.tail)):
        if span is not None and not _within(found, span):
            yield Reason(what, f"{found:.1f} s", f"{span[0]:g} to {span[1]:g} s")
    longest = at.sample if at.sample is not None and file.called("retail", "sample") else at.longest
    if longest is not None and figures.seconds > longest:
        yield Reason("length", f"{figures.seconds / 60:.1f} min", f"at most {longest / 60:g} min")


def _cover(at: Shop, said: Labels) -> Iterator[Reason]:
    cover = said.cover
    if at.cover is None or cover is None:
        return  # covers are handed in beside the sound
    if not all(at.cover[0] <= side <= at.cover[1] for side in (cover.width, cover.height)):
        yield Reason("cover", f"{cover.width} × {cover.height}", f"at least {at.cover[0]} × {at.cover[0]}"
                     if min(cover.width, cover.height) < at.cover[0] else f"at most {at.cover[1]} × {at.cover[1]}")
    elif at.square and cover.width != cover.height:
        yield Reason("cover", f"{cover.width} × {cover.height}", "square")


def _within(value: float, span: Span) -> bool:
    return span[0] <= (round(value, 1) if math.isfinite(value) else value) <= span[1]


def _decibels(value: float, unit: str = "dB") -> str:
    return f"{value:.1f} {unit}"
