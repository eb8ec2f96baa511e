"""PCM -> access units, through PyAV: what a codec is, and sound encoded with it.

AAC uses ffmpeg's `fast` coder. At 64 kb/s and 22,050 Hz, over six espeak voices, `benchmarks/aac.py` finds it
not worse but better than the default: 32 dB segmental signal-to-noise against 27, 0.53 dB from the true spectrum
against 0.64, at a fifth of the CPU. Only at 32 kb/s is the default the nearer one by spectrum (1.87 to 2.04 dB).
Temporal noise shaping is off: it costs one part in fifteen, and at every bitrate what comes out is no nearer for it
but farther from what went in, in spectrum, over 20 ms and over the 2 ms that it is meant for.
MP3 is encoded without a bit reservoir, so that every frame stands alone: chapters join, and seeking is exact.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from audiobook.errors import EditionError

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

    Samples = NDArray[np.int16]
    Sizes = NDArray[np.unsignedinteger[Any]]

Bytes = bytes | memoryview

RATES = {"aac": (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000),
         "mp3": (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000),
         "opus": (8000, 12000, 16000, 24000, 48000)}
AAC_FRAME = 1024
MP3_DELAY = 576  # what LAME puts before the sound; the decoder's own 529 come on top

_VERSION = 3  # raised when this module makes other units from the same sound
_PART = 4 << 20  # bytes of units in one piece on the shelf: a chapter of eleven hours is not held in memory
_SOME = 1 << 16  # sizes listed at once
_SCALES = ((192_000, 0.95), (224_000, 0.97), (256_000, 0.98))  # of LAME, below these bits a second
_OPTIONS = {"aac": {"aac_coder": "fast", "aac_tns": "0"}, "mp3": {"reservoir": "0"}, "opus": {"application": "audio"},
            "flac": {}}
_ENCODERS = {"aac": "aac", "mp3": "libmp3lame", "opus": "libopus", "flac": "flac"}
_LIBRARY = re.compile(r"^av\S*/libavcodec(?:-[0-9a-f]+\.so)?\.([0-9]+)\.([0-9]+)\.([0-9]+)(?:\.dylib)?,", re.MULTILINE)
_FILES = {"opus": "ogg", "flac": "flac"}  # codecs that are muxed here and now, and the names of their containers


@dataclass(frozen=True, slots=True)
class Codec:
    """What to encode to: `rate` in Hz, `bitrate` in bits a second over all channels (FLAC: 0)."""

    name: Literal["aac", "mp3", "opus", "flac"]
    rate: int
    bitrate: int
    channels: int = 1

    @property
    def frame(self) -> int:
        """Samples (of one channel) in one access unit."""
        return AAC_FRAME if self.name == "aac" else 1152 if self.rate >= 32000 else 576

    @property
    def scale(self) -> float:
        """What the encoder turns the sound down by, unasked (LAME's presets, abr_switch_map: up to 0.45 dB)."""
        if self.name != "mp3":
            return 1
        return next((scale for below, scale in _SCALES if self.bitrate < below), 1)

    @property
    def kind(self) -> str:
        """The shelf's word for units of this codec: everything about the encoder that decides them."""
        return _kind(self)


@cache
def _kind(codec: Codec) -> str:
    settings = (_VERSION, codec.name, codec.rate, codec.bitrate, codec.channels, _OPTIONS[codec.name],
                *(installed() or loaded()))
    return f"{codec.name}-{hashlib.sha256(repr(settings).encode()).hexdigest()[:12]}"


def loaded() -> tuple[str, tuple[int, ...]]:
    """The versions of PyAV and of its encoders."""
    import av

    return av.__version__, av.library_versions["libavcodec"]


def installed() -> tuple[str, tuple[int, ...]] | None:
    """The same by the files that PyAV's wheel put here, without loading them: where nothing is to be encoded, that
    would be half the work. None where the encoders are the system's own, or their file does not name its version."""
    try:
        wheel = distribution("av")
    except PackageNotFoundError:
        return None
    named = set(_LIBRARY.findall(wheel.read_text("RECORD") or ""))
    return (wheel.version, tuple(map(int, named.pop()))) if len(named) == 1 else None


@dataclass(frozen=True, slots=True)
class Encoded:
    """Encoded sound: `frames` samples (of one channel) went in, `units` access units came out, `listed()` gives
    their sizes in bytes and `pieces()` the units, joined, both bit by bit: forty hours have three million of them.
    `config` is the decoder's (AAC: AudioSpecificConfig).

    AAC: the first unit is priming; a multiple of 1,024 frames makes exactly one unit more than it has 1,024s.
    MP3: decoders give 1,105 samples before the sound; there is at least a frame more than the sound needs.
    Opus, FLAC: the pieces, joined, are a file of their own without tags; the sizes are theirs.
    `key`: equal keys, equal units; empty where none is known.
    """

    codec: Codec
    frames: int
    units: int
    listed: Callable[[], Iterator[Sizes]]
    config: bytes
    pieces: Callable[[], Iterator[Bytes]]
    key: str = ""

    @classmethod
    def of(cls, codec: Codec, frames: int, sizes: Sizes, config: bytes,
           pieces: Callable[[], Iterator[Bytes]]) -> Encoded:
        """With all sizes at hand."""
        def listed() -> Iterator[Sizes]:
            return (sizes[at:at + _SOME] for at in range(0, len(sizes), _SOME))

        return cls(codec, frames, len(sizes), listed, config, pieces)

    @property
    def sizes(self) -> Sizes:
        """All of them."""
        return np.concatenate([np.zeros(0, np.uint32), *self.listed()])


def near_rate(name: str, rate: int) -> int:
    """The lowest rate the codec knows that holds everything `rate` does, or its highest."""
    return next((legal for legal in RATES[name] if legal >= rate), RATES[name][-1])


def encoded(blocks: Iterable[Samples], codec: Codec) -> Encoded:
    """Encode a stream of blocks (shape (n,) for one channel, (n, 2) for two), held in memory."""
    made = Units(codec)
    data = list(made.pieces(blocks))
    return Encoded.of(codec, made.frames, np.array(made.sizes, np.uint32), made.config, lambda: iter(data))


def joined(parts: Sequence[Encoded]) -> Encoded:
    """AAC chapters as one: the priming of all but the first is dropped, so that n times 1,024 are n units."""
    def listed() -> Iterator[Sizes]:
        for number, part in enumerate(parts):
            drop = min(number, 1)
            for sizes in part.listed():
                yield sizes[drop:]
                drop = 0

    def pieces() -> Iterator[Bytes]:
        for number, part in enumerate(parts):
            yield from without(part.pieces(), int(next(part.listed())[0]) if number else 0)

    first = parts[0]
    return Encoded(first.codec, sum(part.frames for part in parts), sum(part.units for part in parts) - len(parts) + 1,
                   listed, first.config, pieces)


class Units:
    """One encoder at work: `pieces` yields the units joined to some megabytes; the rest is known afterwards."""

    def __init__(self, codec: Codec) -> None:
        self.codec = codec
        self.frames = 0
        self.sizes: list[int] = []
        self.config = b""

    def pieces(self, blocks: Iterable[Samples], heard: Callable[[int], None] = lambda frames: None,
               after: Samples | None = None) -> Iterator[bytes]:
        """`after`: what the sound runs on into (AAC; one frame, or nothing). It is not part of the units."""
        import av

        codec = self.codec
        if codec.name in _FILES:
            yield from self._muxed(blocks, heard)
            return
        context = av.CodecContext.create(_ENCODERS[codec.name], "w")
        assert isinstance(context, av.AudioCodecContext)
        layout = "mono" if codec.channels == 1 else "stereo"
        context.sample_rate, context.layout, context.format = codec.rate, layout, "fltp"
        context.bit_rate, context.options = codec.bitrate, dict(_OPTIONS[codec.name])
        part: list[bytes] = []
        held = 0
        more = 0 if after is None else len(after)
        for frame in self._frames(blocks if after is None or not more else chain(blocks, [after]), layout):
            units = list(map(bytes, context.encode(frame)))  # twenty a second of sound: no line of its own for each
            sizes = list(map(len, units))
            part += units
            self.sizes += sizes
            held += sum(sizes)
            heard(self.frames)
            if frame is None and more:
                self.frames -= more
                held -= self.sizes.pop()
                part.pop()
            if held >= _PART or frame is None:
                yield b"".join(part)
                part, held = [], 0
        self.config = bytes(context.extradata or b"")
        want = -(-self.frames // AAC_FRAME) + 1
        if codec.name == "aac" and len(self.sizes) != want:
            raise EditionError(f"the AAC encoder made {len(self.sizes)} frames where {want} belong")

    def _muxed(self, blocks: Iterable[Samples], heard: Callable[[int], None]) -> Iterator[bytes]:
        """A whole file: FLAC's length and checksum stand at its start and are known at its end."""
        import av

        codec = self.codec
        layout = "mono" if codec.channels == 1 else "stereo"
        with tempfile.TemporaryFile() as file:
            options = {"fflags": "bitexact"}  # no encoder's name, no random number: the same sound, the same file
            with av.open(file, "w", format=_FILES[codec.name], options=options) as container:
                stream = container.add_stream(_ENCODERS[codec.name], codec.rate, dict(_OPTIONS[codec.name]))
                assert isinstance(stream, av.AudioStream)
                stream.layout = layout
                stream.codec_context.flags |= av.codec.context.Flags.bitexact
                if codec.bitrate:
                    stream.bit_rate = codec.bitrate
                for frame in self._frames(blocks, layout):
                    container.mux(stream.encode(frame))
                    heard(self.frames)
            file.seek(0)
            while piece := file.read(_PART):
                self.sizes.append(len(piece))
                yield piece

    def _frames(self, blocks: Iterable[Samples], layout: str) -> Iterator[av.AudioFrame | None]:
        import av

        up = np.float32(1 / (32768 * self.codec.scale))
        for block in blocks:
            packed = np.ascontiguousarray(block).reshape(1, -1)
            if self.codec.scale == 1:
                frame = av.AudioFrame.from_ndarray(packed, "s16", layout)
            else:
                frame = av.AudioFrame.from_ndarray(packed * up, "flt", layout)
            frame.sample_rate, frame.pts = self.codec.rate, self.frames
            self.frames += len(block)
            yield frame
        yield None


def without(pieces: Iterator[Bytes], drop: int) -> Iterator[Bytes]:
    """The pieces but for the first bytes of them."""
    for piece in pieces:
        yield memoryview(piece)[drop:]
        drop = max(0, drop - len(piece))
