"""A finished sound file -> what it is and what it measures, by decoding all of it; and what is broken in it.

The container's name is forced from the first bytes, as everywhere. What a header claims is compared with what
comes out: a file that was cut short still opens, and players find out only at the end.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audiobook.errors import EditionError
from audiobook.inspection.meter import Figures, Meter
from audiobook.sounds import format_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LACKING = 0.05  # seconds that may be missing before a file counts as cut short
_OVERLAP = 0.5  # seconds; joined files often go back by an encoder's delay, and no player minds
_FULL = {"u1": (1 / 128, -1.0), "i2": (1 / 32768, 0.0), "i4": (1 / 2147483648, 0.0)}
_WEIGHTS = {"LFE": 0.0, "LFE2": 0.0, "BL": 1.41, "BR": 1.41, "SL": 1.41, "SR": 1.41, "BC": 1.41}
_SLOWEST, _FASTEST, _MOST_CHANNELS = 1000, 768_000, 32
_TOLD = 1 << 18  # bytes between two words to whoever watches
_OGG_PAGE = 65307  # bytes of the largest


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter inside a file, in seconds."""

    start: float
    end: float
    title: str


@dataclass(frozen=True, slots=True)
class Measured:
    """`codec`: mp3, aac, opus, flac, pcm, ...; `container` as ffmpeg calls it; `bitrate` of the sound alone, in
    bits a second; `cbr` None where it cannot be told; `joint`: joint stereo; `bits` of a sample, 0 where the
    codec has none. `damage`: sentences."""

    codec: str
    container: str
    channels: int
    rate: int
    bits: int
    bitrate: int
    cbr: bool | None
    joint: bool
    figures: Figures
    chapters: tuple[Chapter, ...]
    damage: tuple[str, ...]


def measured(path: Path, heard: Callable[[int], None] = lambda size: None) -> Measured:
    """Decode the file and measure it; `heard` is told now and then how many bytes more are done.

    Raises EditionError, in a sentence without the file's name, where it cannot be read or is no sound.
    """
    import av

    kind = _kind(path)
    try:
        with av.open(os.path.abspath(path), "r", format=kind) as container:
            if not container.streams.audio:
                raise EditionError("there is no sound in it")
            return _Decoding(container, path, kind).run(heard)
    except (av.FFmpegError, EOFError) as error:
        raise EditionError(f"it cannot be opened: {_why(error)}") from None
    except (OSError, ValueError) as error:
        raise EditionError(f"it cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _kind(path: Path) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise EditionError("it is not a file")
        with open(path, "rb") as file:
            head = file.read(16)
    except OSError as error:
        raise EditionError(f"it cannot be read: {error.strerror or error}") from None
    kind = format_of(head)
    if not head:
        raise EditionError("it is empty")
    if kind is None:
        raise EditionError("it is no sound file")
    return kind


def _why(error: BaseException) -> str:
    said = str(getattr(error, "strerror", None) or error or "it ends too early")
    return said[:1].lower() + said[1:].removesuffix(" found when processing input")


class _Decoding:
    """One file on its way through the decoder."""

    def __init__(self, container: Any, path: Path, kind: str) -> None:
        self.container, self.path, self.kind = container, path, kind
        self.stream = container.streams.audio[0]
        if self.stream.codec_context is None:
            raise EditionError("its sound is in a format that cannot be decoded")
        self.stream.codec_context.options = {"err_detect": "crccheck"}
        self.damage: list[str] = []
        self.size = self.frames = self.broken = self.told = 0
        self.headers: set[int] = set()  # of MP3 frames, what must not change: bitrate
        self.joint = False
        self.meter: Meter | None = None
        self.form: tuple[int, int] = (0, 0)  # rate, channels
        self.awaited: int | None = None  # when the next frame should begin, in samples
        self.whole = True

    def run(self, heard: Callable[[int], None]) -> Measured:
        import av

        for packet in self.container.demux(self.stream):
            if packet.size:
                self.size += packet.size
                self._header(packet)
            try:
                frames = packet.decode()
            except (av.FFmpegError, EOFError) as error:
                self._spoil(_why(error))
                continue
            for frame in frames:
                self._take(frame)
            if self.size - self.told >= _TOLD:
                heard(self.size - self.told)
                self.told = self.size
            if not self.whole:
                break
        if self.meter is None:
            raise EditionError("there is no sound in it that can be decoded")
        return self._result(self.meter.figures())

    def _spoil(self, why: str) -> None:
        if not self.broken:
            at = self.frames / self.form[0] if self.form[0] else 0.0
            self.damage.append(f"the sound is damaged at {at:.1f} s: {why}")
        self.broken += 1

    def _header(self, packet: Any) -> None:
        if self.stream.codec_context.name.startswith("mp3") and packet.size >= 4:
            _, second, third, fourth = bytes(memoryview(packet)[:4])
            self.headers.add((second & 0x18) << 8 | third & 0xF0)
            self.joint = self.joint or fourth >> 6 == 1

    def _take(self, frame: Any) -> None:
        channels = len(frame.layout.channels)
        if self.meter is None:
            if not (_SLOWEST <= frame.sample_rate <= _FASTEST and 0 < channels <= _MOST_CHANNELS):
                raise EditionError(f"it claims {channels} channels of {frame.sample_rate} Hz")
            self.form = frame.sample_rate, channels
            self.meter = Meter(frame.sample_rate, [_WEIGHTS.get(each.name, 1.0) for each in frame.layout.channels])
        if (frame.sample_rate, channels) != self.form:
            self.damage.append(f"its sample rate or channels change at {self.frames / self.form[0]:.1f} s")
            self.whole = False
            return
        if frame.pts is not None and frame.time_base is not None:
            now, rate = round(frame.pts * frame.time_base * self.form[0]), self.form[0]
            lost = 0 if self.awaited is None else now - self.awaited
            if lost > _LACKING * rate:
                self.damage.append(f"{lost / rate:.1f} s are missing at {self.frames / rate:.1f} s")
            elif lost < -_OVERLAP * rate:
                self.damage.append(f"its times jump back at {self.frames / rate:.1f} s")
            self.awaited = now + frame.samples
        self.meter.feed(_floats(frame, channels))
        self.frames += frame.samples

    def _result(self, figures: Figures) -> Measured:
        if self.broken > 1:
            self.damage.append(f"{self.broken} pieces of the sound cannot be decoded")
        claimed = self._claimed()
        if self.whole and claimed is not None and figures.seconds < claimed - _LACKING:
            self.damage.append(f"it was cut short: it says it lasts {claimed:.1f} s, "
                               f"and ends after {figures.seconds:.1f} s")
        elif self.kind == "ogg" and not _ogg_ends(self.path):
            self.damage.append("it was cut short: its last page is missing")
        context = self.stream.codec_context
        name = context.name.removesuffix("float")
        pcm = name.startswith("pcm_")
        chapters = tuple(Chapter(float(each["start"] * each["time_base"]), float(each["end"] * each["time_base"]),
                                 str(each["metadata"].get("title", ""))) for each in self.container.chapters())
        return Measured(
            "pcm" if pcm else name, self.kind, self.form[1], self.form[0], self._bits(name),
            round(self.size * 8 / figures.seconds) if figures.frames else 0,
            len(self.headers) == 1 if name == "mp3" else True if pcm else None, self.joint, figures, chapters,
            tuple(dict.fromkeys(self.damage))[:4])

    def _bits(self, name: str) -> int:
        if name.startswith("pcm_"):
            return int("".join(c for c in name.split("_")[1] if c.isdecimal()) or 0)
        if name == "flac":
            with open(self.path, "rb") as file:
                head = file.read(26)
            if head[:4] == b"fLaC" and len(head) == 26:
                return (int.from_bytes(head[20:22], "big") >> 4 & 0x1F) + 1
        return 0

    def _claimed(self) -> float | None:
        """How long the file says it is, where it says so itself."""
        if self.stream.duration is None or self.stream.time_base is None or self.kind == "ogg":
            return None
        if self.kind == "mp3" and not _has_info(self.path):
            return None  # then it was only guessed from the file's size
        if self.kind == "wav":
            return _wav_claims(self.path)
        return float(self.stream.duration * self.stream.time_base)


def _floats(frame: Any, channels: int) -> NDArray[np.float32]:
    import numpy as np

    sound = frame.to_ndarray()
    if not frame.format.is_planar:
        sound = sound.reshape(-1, channels).T
    if sound.dtype.kind == "f":
        return np.asarray(sound, np.float32)
    factor, more = _FULL[sound.dtype.kind + str(sound.dtype.itemsize)]
    made: NDArray[np.float32] = sound.astype(np.float32) * np.float32(factor)
    return made + np.float32(more) if more else made


def _has_info(path: Path) -> bool:
    """Whether an MP3 begins with a frame that says how long it is."""
    with open(path, "rb") as file:
        head = file.read(10)
        if head[:3] == b"ID3":
            size = 0
            for byte in head[6:10]:
                size = size << 7 | byte & 0x7F
            file.seek(10 + size)
        first = file.read(4096)
    return b"Info" in first[:1024] or b"Xing" in first[:1024]


def _wav_claims(path: Path) -> float | None:
    """The length that a WAV's header claims; None where it does not know."""
    with open(path, "rb") as file:
        large = file.read(12)[:4] == b"RF64"
        per_second = real = 0
        while len(head := file.read(8)) == 8:
            name, size = struct.unpack("<4sI", head)
            if name == b"ds64":
                real = struct.unpack("<8xQ", file.read(16))[0]
                size -= 16
            elif name == b"fmt ":
                per_second = struct.unpack("<8xI", file.read(12))[0]
                size -= 12
            elif name == b"data":
                size = real if large else size
                return size / per_second if per_second and size < 0xFFFFFF00 + (large << 60) else None
            file.seek(size + size % 2, os.SEEK_CUR)
    return None


def _ogg_ends(path: Path) -> bool:
    """Whether the last page of an Ogg file is whole, and says that it is the last."""
    with open(path, "rb") as file:
        length = file.seek(0, os.SEEK_END)
        start = max(0, length - 2 * _OGG_PAGE)
        file.seek(start)
        rest = file.read()
    at = rest.rfind(b"OggS")
    if at < 0 or at + 27 > len(rest):
        return False
    segments = rest[at + 26]
    body = sum(rest[at + 27:at + 27 + segments])
    return bool(rest[at + 5] & 4) and at + 27 + segments + body <= len(rest)
