"""The shelf: clips and encoded chapters, held by content. A key goes in, sound comes out, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from audiobook.model import Clip


class Spoiled(Exception):
    """A clip on the shelf is not what was put there; it has been taken off, and is to be recorded again."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep removed."""

    files: int
    bytes: int


class Store:
    """One project's shelf, in `folder`. Deleting the folder is always safe."""

    def __init__(self, folder: Path, limit: int | None = None) -> None:
        raise NotImplementedError

    def clips(self, keys: Iterable[str]) -> dict[str, Clip]:
        """The clips held among `keys`."""
        raise NotImplementedError

    def keep(self, clip: Clip, pcm: bytes) -> None:
        """Put a clip and its samples (s16le mono) on the shelf, whole or not at all."""
        raise NotImplementedError

    def pcm(self, key: str) -> bytes:
        """A held clip's samples. Raises Spoiled where they are missing or not what was kept."""
        raise NotImplementedError

    def blob(self, kind: str, key: str) -> bytes | None:
        """What `keep_blob` was given under this kind (a short word, a folder's name) and key; None where
        nothing is held or it is not what was kept."""
        raise NotImplementedError

    def keep_blob(self, kind: str, key: str, data: bytes) -> None:
        raise NotImplementedError

    def sweep(self, keep: Iterable[str]) -> Swept:
        """Remove every clip and blob whose key is not in `keep`."""
        raise NotImplementedError
