"""PCM -> access units, through PyAV. Chapters are encoded side by side, and their units kept on the shelf.

Units are held by the sound's key and everything in the encoder that decides them. AAC is made and held by the
stretch, so a changed line encodes half a minute again; every other codec by the chapter.
Stretches begin and end in silence and are whole AAC frames long: encoded apart, their units can be laid one
after the other without drift and without a click. Of each the first unit, the encoder's priming, is dropped: the
last of the stretch before stands for it, which holds the same silence. Where the silence is a room's tone, the
encoder is given the next stretch's first frame, always the same, to run on into. `benchmarks/joins.py` measures it.
Threads are enough: PyAV lets go of the interpreter while an encoder works.

AAC uses ffmpeg's `fast` coder. At 64 kb/s and 22,050 Hz, over six espeak voices, `benchmarks/aac.py` finds it
not worse but better than the default: 32 dB segmental signal-to-noise against 27, 0.53 dB from the true spectrum
against 0.64, at a fifth of the CPU. Only at 32 kb/s is the default the nearer one by spectrum (1.87 to 2.04 dB).
Temporal noise shaping is off: it costs one part in fifteen, and at every bitrate what comes out is no nearer for it
but farther from what went in, in spectrum, over 20 ms and over the 2 ms that it is meant for.
MP3 is encoded without a bit reservoir, so that every frame stands alone: chapters join, and seeking is exact.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
import tempfile
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from audiobook.errors import EditionError, ShelfError
from audiobook.events import Encoding
from audiobook.kit import Kit
from audiobook.memory import hand_back
from audiobook.model import Sound, Stretch, Timeline
from audiobook.store import Store

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
_AHEAD = 64  # stretches that are waiting their turn in the encoders' queue: a book has thousands
_SOME = 1 << 16  # sizes listed at once
_LIST, _HEAD = 20, 12  # bytes in front of a stretch's list, and of a chapter's
_ALIKE = 120  # seconds: the longest are begun first, but those of about a length in the book's order
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
    made = _Units(codec)
    data = list(made.pieces(blocks))
    return Encoded.of(codec, made.frames, np.array(made.sizes, np.uint32), made.config, lambda: iter(data))


def chapters(edition: str, timeline: Timeline, sound: Sound, codec: Codec, kit: Kit) -> tuple[Encoded, ...]:
    """Every chapter of the timeline, encoded: from the shelf, or now, side by side, and put there.

    `sound` has the codec's rate. Says `Encoding` to `kit.watch`. An interrupt stops within a block.
    """
    if sound.rate != codec.rate:
        raise ValueError(f"sound at {sound.rate} Hz for a codec at {codec.rate} Hz")
    shelf = [_Chapter(sound, index, timeline, codec, kit.store) for index in range(len(timeline.chapters))]
    held = {index: got for index, chapter in enumerate(shelf) if (got := chapter.read()) is not None}
    missing = [(index, number) for index, chapter in enumerate(shelf) if index not in held
               for number in range(chapter.count)]
    missing.sort(key=lambda at: shelf[at[0]].length(at[1]) // timeline.rate // _ALIKE, reverse=True)
    total = timeline.frames / timeline.rate
    begun = total - sum(shelf[index].length(number) for index, number in missing) / timeline.rate
    stop = threading.Event()
    done: dict[tuple[int, int], float] = {}  # seconds of those at work

    def make(index: int, number: int) -> _List:
        def heard(frames: int) -> None:
            if stop.is_set():
                raise _Stopped
            done[index, number] = frames / codec.rate
        one = shelf[index].stretches[number]
        return one.listed() or one.make(heard)

    kit.watch(Encoding(edition, begun, total))
    _note(edition, [key for chapter in shelf for key in chapter.named()], kit.store)
    if missing:
        lists: dict[int, dict[int, _List]] = {}  # of chapters at work, by stretch
        with ThreadPoolExecutor(_cores()) as pool:
            left: dict[Future[_List], tuple[int, int]] = {}
            coming = iter(missing)
            try:
                while True:
                    for index, number in islice(coming, _AHEAD - len(left)):
                        left[pool.submit(make, index, number)] = index, number
                    if not left:
                        break
                    for future in wait(left, timeout=0.2, return_when="FIRST_COMPLETED").done:
                        index, number = left.pop(future)
                        made = lists.setdefault(index, {})
                        made[number] = future.result()
                        done.pop((index, number), None)
                        begun += shelf[index].length(number) / timeline.rate
                        if len(made) == shelf[index].count:
                            del lists[index]
                            held[index] = shelf[index].gathered([made[number] for number in range(len(made))])
                    kit.watch(Encoding(edition, begun + sum(tuple(done.values())), total))
            except BaseException:
                stop.set()
                for future in left:
                    future.cancel()
                raise
        hand_back()
    return tuple(held[index] for index in range(len(shelf)))


def kept(editions: Iterable[str], store: Store) -> set[str]:
    """The keys of the chapters that these editions were last made of, and of the notes of that: not to be swept."""
    keys: set[str] = set()
    for edition in editions:
        noted = store.blob("runs", f"encoded.{edition}")
        if noted is not None:
            keys |= {f"encoded.{edition}", *noted.decode().split()}
    return keys


def _note(edition: str, keys: Sequence[str], store: Store) -> None:
    noted = "\n".join(keys).encode()
    if store.blob("runs", f"encoded.{edition}") != noted:
        store.keep_blob("runs", f"encoded.{edition}", noted)


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
            yield from _without(part.pieces(), int(next(part.listed())[0]) if number else 0)

    first = parts[0]
    return Encoded(first.codec, sum(part.frames for part in parts), sum(part.units for part in parts) - len(parts) + 1,
                   listed, first.config, pieces)


# ---------------------------------------------------------------- the encoder


class _Stopped(Exception):
    """The run was interrupted."""


class _Units:
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


_List = tuple[int, "NDArray[np.uint32]", bytes]  # frames, sizes of units, the decoder's configuration


class _Shelved:
    """One stretch's units on the shelf: pieces of some megabytes, and last of all the list of them, with the rest."""

    __slots__ = ("codec", "key", "kind", "length", "sound", "store", "stretch", "whole")

    def __init__(self, sound: Sound, stretch: Stretch, whole: bool, codec: Codec, store: Store) -> None:
        self.sound, self.stretch, self.whole, self.codec, self.store = sound, stretch, whole, codec, store
        self.kind, self.key, self.length = codec.kind, stretch.key, stretch.end - stretch.start

    def listed(self) -> _List | None:
        """None where it is not on the shelf."""
        held = self._held()
        return (held[0], held[1].copy(), held[2]) if held is not None else None

    def make(self, heard: Callable[[int], None]) -> _List:
        made = _Units(self.codec)
        count, rest = 0, b""
        if self.whole:
            pieces = made.pieces(self.sound.chapter(self.stretch.index), heard)
        else:
            pieces = made.pieces(self.sound.stretch(self.stretch), heard, self.sound.opening())
        for piece in pieces:
            if rest:
                count += 1
                self.store.keep_blob(f"{self.kind}.{count}", self.key, rest)
            rest = piece
        sizes = np.array(made.sizes, np.uint32)
        head = struct.pack("<QIII", made.frames, count, len(made.config), len(sizes)) + made.config
        self.store.keep_blob(f"{self.kind}.s", self.key, head + sizes.tobytes() + rest)
        return made.frames, sizes, made.config

    def units(self) -> tuple[NDArray[np.uint32], Iterator[Bytes]]:
        """The units' sizes, and the units; encoded again where they were spoiled since."""
        _, sizes, _, count, rest = self._held() or self._again()

        def pieces() -> Iterator[Bytes]:
            for number in range(1, count + 1):
                piece = self.store.blob(f"{self.kind}.{number}", self.key)
                if piece is None:
                    again = self._again()
                    piece = self.store.blob(f"{self.kind}.{number}", self.key)
                    if piece is None or not np.array_equal(again[1], sizes):
                        raise _spoiled()
                yield piece
            yield rest

        return sizes, pieces()

    def _held(self) -> tuple[int, NDArray[np.uint32], bytes, int, memoryview] | None:
        """Frames, sizes, configuration, the count of the pieces that lie apart, and the last piece."""
        held = self.store.blob(f"{self.kind}.s", self.key)
        if held is None:
            return None
        frames, count, config, units = struct.unpack_from("<QIII", held)
        sizes = np.frombuffer(held, np.uint32, units, _LIST + config)
        return frames, sizes, held[_LIST:_LIST + config], count, memoryview(held)[_LIST + config + sizes.nbytes:]

    def _again(self) -> tuple[int, NDArray[np.uint32], bytes, int, memoryview]:
        self.make(lambda frames: None)
        held = self._held()
        if held is None:
            raise _spoiled()
        return held


class _Chapter:
    """One chapter's stretches, and on the shelf a list of what they come to, so that not all need be opened."""

    def __init__(self, sound: Sound, index: int, timeline: Timeline, codec: Codec, store: Store) -> None:
        self.sound, self.index, self.codec, self.store = sound, index, codec, store
        mark = timeline.chapters[index]
        stretches = (sound.stretches(index) if codec.name == "aac"
                     else (Stretch(index, mark.start, mark.end, sound.key(index)),))
        self.count = len(stretches)
        # Some bytes for each, for a long book has thousands
        self._bounds = array("q", [at for one in stretches for at in (one.start, one.end)])
        self._keys = "\n".join(one.key for one in stretches)
        self.key = hashlib.sha256(self._keys.replace("\n", "").encode()).hexdigest()

    @property
    def stretches(self) -> list[_Shelved]:
        whole = self.codec.name != "aac"
        bounds = zip(self._bounds[::2], self._bounds[1::2], self._keys.split("\n"), strict=True)
        return [_Shelved(self.sound, Stretch(self.index, start, end, key), whole, self.codec, self.store)
                for start, end, key in bounds]

    def length(self, number: int) -> int:
        """Of a stretch, in frames of the timeline."""
        return self._bounds[2 * number + 1] - self._bounds[2 * number]

    def named(self) -> Iterator[str]:
        """The keys of everything on the shelf."""
        yield self.key
        yield from self._keys.split("\n")

    def read(self) -> Encoded | None:
        held = self._held()
        return self._encoded(*held) if held is not None else None

    def gathered(self, lists: Sequence[_List]) -> Encoded:
        """The chapter, now that its stretches are on the shelf; and the list of them is put there."""
        return self._encoded(*self._kept(lists))

    def _encoded(self, frames: int, sizes: Sizes, config: bytes) -> Encoded:
        return Encoded(self.codec, frames, len(sizes), self._listed, config, self._pieces, self.key)

    def _held(self) -> _List | None:
        held = self.store.blob(self.codec.kind, self.key)
        if held is None:
            return None
        frames, config = struct.unpack_from("<QI", held)
        return frames, np.frombuffer(held, np.uint32, offset=_HEAD + config), held[_HEAD:_HEAD + config]

    def _kept(self, lists: Sequence[_List]) -> _List:
        frames, config = sum(listed[0] for listed in lists), lists[0][2]
        sizes = np.concatenate([listed[1][1 if number else 0:] for number, listed in enumerate(lists)])
        head = struct.pack("<QI", frames, len(config)) + config
        self.store.keep_blob(self.codec.kind, self.key, head + sizes.tobytes())
        return frames, sizes, config

    def _listed(self) -> Iterator[Sizes]:
        """Read each time they are asked for, rather than held; worked out again where they were spoiled since."""
        held = self._held() or self._kept([one.listed() or one.make(lambda frames: None) for one in self.stretches])
        yield held[1]

    def _pieces(self) -> Iterator[Bytes]:
        sizes = next(self._listed())
        at = 0
        for number, stretch in enumerate(self.stretches):
            all_sizes, pieces = stretch.units()
            kept = all_sizes[1 if number else 0:]
            if not np.array_equal(kept, sizes[at:at + len(kept)]):
                raise _spoiled()
            at += len(kept)
            yield from _without(pieces, int(all_sizes[0]) if number else 0)


def _without(pieces: Iterator[Bytes], drop: int) -> Iterator[Bytes]:
    """The pieces but for the first bytes of them."""
    for piece in pieces:
        yield memoryview(piece)[drop:]
        drop = max(0, drop - len(piece))


def _spoiled() -> ShelfError:
    return ShelfError("an encoded chapter on the shelf was spoiled while it was read", hint="run it again")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
