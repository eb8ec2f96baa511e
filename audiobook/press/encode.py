"""Chapters -> encoded chapters: side by side, and their units kept on the shelf.

Units are held by the sound's key and everything in the encoder that decides them. AAC is made and held by the
stretch, so a changed line encodes half a minute again; every other codec by the chapter.
Stretches begin and end in silence and are whole AAC frames long: encoded apart, their units can be laid one
after the other without drift and without a click. Of each the first unit, the encoder's priming, is dropped: the
last of the stretch before stands for it, which holds the same silence. Where the silence is a room's tone, the
encoder is given the next stretch's first frame, always the same, to run on into. `benchmarks/joins.py` measures it.
Threads are enough: PyAV lets go of the interpreter while an encoder works.
"""

from __future__ import annotations

import hashlib
import os
import struct
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from audiobook.errors import ShelfError
from audiobook.events import Encoding
from audiobook.kit import Kit
from audiobook.memory import hand_back
from audiobook.model import Sound, Stretch, Timeline
from audiobook.press.coding import Bytes, Codec, Encoded, Units, without
from audiobook.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from audiobook.press.coding import Sizes

_AHEAD = 64  # stretches that are waiting their turn in the encoders' queue: a book has thousands
_LIST, _HEAD = 20, 12  # bytes in front of a stretch's list, and of a chapter's
_ALIKE = 120  # seconds: the longest are begun first, but those of about a length in the book's order


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


class _Stopped(Exception):
    """The run was interrupted."""


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
        made = Units(self.codec)
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
            yield from without(pieces, int(all_sizes[0]) if number else 0)


def _spoiled() -> ShelfError:
    return ShelfError("an encoded chapter on the shelf was spoiled while it was read", hint="run it again")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
