"""Files written whole or not at all, and file names made from titles."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` to write to; it takes `path`'s place when the block ends well.

    The temporary name is the same each time, so a killed run leaves at most one and the next run replaces it.
    A link at `path` is replaced, never followed. Raises OSError as the file system does.
    """
    part = path.with_name(f".{safe_name(path.name, 200)}.part")
    part.unlink(missing_ok=True)
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes | str) -> None:
    """Write `data` (text as UTF-8) to `path`, whole or not at all."""
    with whole(path) as part, open(part, "xb") as file:
        file.write(data.encode() if isinstance(data, str) else data)


def safe_name(title: str, limit: int = 120) -> str:
    """A file name, on every system, for a title; at most `limit` bytes of UTF-8.

    >>> safe_name('../../etc: "What?"')
    'etc - What'
    >>> safe_name("CON")
    'CON_'
    """
    kept = "".join(c for c in unicodedata.normalize("NFC", title)
                   if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") or c in "\t\n")
    kept = re.sub(r"[/\\|\n\t]+", " ", re.sub(r": ", " - ", kept))
    kept = re.sub(r'[<>:"?*]', "", kept)
    kept = re.sub(r" {2,}", " ", kept).strip(" .-~$") or "untitled"
    while len(kept.encode()) > limit:
        kept = kept[:-1].rstrip(" .")
    return kept + "_" if kept.split(".")[0].strip().lower() in _RESERVED else kept
