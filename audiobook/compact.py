"""Long texts, and keys by the ten thousand, in little room."""

from __future__ import annotations

import re
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

_HEX = re.compile(r"[0-9a-f]{64}")
_BLOCK = 1 << 14  # characters that are folded together
_OPEN = 4  # blocks kept unfolded


class Folded:
    """A long text in less than half its room; a slice of it is a str. Made for walking through: what is asked for
    next should be near what was asked for before. Several may walk at once."""

    __slots__ = ("_blocks", "_length", "_open")

    def __init__(self, pieces: Iterable[str]) -> None:
        self._blocks: list[bytes] = []
        self._open: dict[int, str] = {}
        rest = ""
        for piece in pieces:
            for at in range(0, len(piece), _BLOCK):
                rest += piece[at:at + _BLOCK]
                if len(rest) >= _BLOCK:
                    self._fold(rest[:_BLOCK])
                    rest = rest[_BLOCK:]
        self._fold(rest)
        self._length = (len(self._blocks) - 1) * _BLOCK + len(rest)

    def _fold(self, text: str) -> None:
        self._blocks.append(zlib.compress(text.encode("utf-8", "surrogatepass"), 1))

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: slice) -> str:
        start, end, _ = part.indices(self._length)
        first, last = start // _BLOCK, max(start, end - 1) // _BLOCK
        text = self._block(first) if first == last else "".join(map(self._block, range(first, last + 1)))
        return text[start - first * _BLOCK:max(start, end) - first * _BLOCK]

    def _block(self, number: int) -> str:
        text = self._open.get(number)
        if text is None:
            text = zlib.decompress(self._blocks[number]).decode("utf-8", "surrogatepass")
            # another one rather than changed: others may be looking into this one
            self._open = {**dict(list(self._open.items())[1 - _OPEN:]), number: text}
        return text


class Texts(Mapping[str, str]):
    """Files' texts by name, `folded`: one that is asked for is made anew."""

    __slots__ = ("folded",)

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.folded = {name: Folded([text]) for name, text in texts.items()}

    def __getitem__(self, name: str) -> str:
        return self.folded[name][:]

    def __iter__(self) -> Iterator[str]:
        return iter(self.folded)

    def __len__(self) -> int:
        return len(self.folded)


class Keys(Mapping[str, int]):
    """Different keys, each with its place in the order in which they came: 40 bytes for each, and no more while they
    are looked up. Most are digests in hexadecimal."""

    __slots__ = ("_digests", "_names", "_table")

    def __init__(self) -> None:
        self._digests = bytearray()
        self._names: dict[int, str] = {}  # those of another kind
        self._table = array("i", [-1]) * 64  # places, by the first bytes of their digests or, where taken, further on

    def add(self, key: str) -> int:
        """The key's place, which is the last one where it is new."""
        digest = _digest(key)
        slot = self._slot(digest)
        if self._table[slot] < 0:
            self._table[slot] = len(self)
            if not _HEX.fullmatch(key):
                self._names[len(self)] = key
            self._digests += digest
            if 3 * len(self) > 2 * len(self._table):
                self._table = array("i", [-1]) * (2 * len(self._table))
                for at in range(len(self)):
                    self._table[self._slot(self._digests[32 * at:32 * at + 32])] = at
            return len(self) - 1
        return self._table[slot]

    def _slot(self, digest: bytes | bytearray) -> int:
        """Where in the table a key's place stands, or would."""
        table, digests, last = self._table, self._digests, len(self._table) - 1
        slot = int.from_bytes(digest[:4], "little") & last
        while (at := table[slot]) >= 0 and digests[32 * at:32 * at + 32] != digest:
            slot = (slot + 1) & last
        return slot

    def at(self, place: int) -> str:
        return self._names.get(place) or self._digests[32 * place:32 * place + 32].hex()

    def __getitem__(self, key: str) -> int:
        if (place := self._table[self._slot(_digest(key))]) < 0:
            raise KeyError(key)
        return place

    def __iter__(self) -> Iterator[str]:
        return map(self.at, range(len(self)))

    def __len__(self) -> int:
        return len(self._digests) // 32


def _digest(key: str) -> bytes:
    return bytes.fromhex(key) if _HEX.fullmatch(key) else sha256(key.encode()).digest()
