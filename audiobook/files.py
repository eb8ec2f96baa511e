"""Files written whole or not at all, and file names made from titles."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}

_PART = re.compile(r"\..+\.([1-9][0-9]{0,8})\.part", re.DOTALL)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` to write to; it takes `path`'s place when the block ends well.

    The temporary name holds this process's number: two processes that write the same file cannot mix theirs,
    and what a killed one left is known for what it is (`clear_parts`). A link at `path` is replaced, never
    followed. Raises OSError as the file system does.
    """
    part = _part(path)
    part.unlink(missing_ok=True)
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        if error.filename in (None, str(part)):
            error.filename, error.filename2 = str(path), None  # what a person knows it by
        raise
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes | str) -> None:
    """Write `data` (text as UTF-8) to `path`, whole or not at all."""
    with whole(path) as part, open(part, "xb") as file:
        file.write(data.encode() if isinstance(data, str) else data)


@contextmanager
def scratch(path: Path) -> Iterator[Path]:
    """A hidden path beside `path`, for what is needed only while the block runs."""
    part = _part(path)
    try:
        yield part
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _part(path: Path) -> Path:
    return path.with_name(f".{safe_name(path.name, limit=200)}.{os.getpid()}.part")


def clear_parts(folder: Path) -> None:
    """Remove what killed runs left half written in `folder` and the folders in it; links are not followed.

    To be called while nothing is being written here by this process.
    """
    for where in (os.fspath(folder), *_folders(folder)):
        with suppress(OSError), os.scandir(where) as entries:
            for entry in entries:
                left = _PART.fullmatch(entry.name)
                if left and entry.is_file(follow_symlinks=False) and not _at_work(int(left[1])):
                    with suppress(OSError):
                        os.unlink(entry.path)


def _folders(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _at_work(pid: int) -> bool:
    """Whether another process of this number is running."""
    if pid == os.getpid() or os.name == "nt":  # Windows removes no file that is open
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def safe_name(title: str, ending: str = "", limit: int = 120) -> str:
    """A file name, on every system, for a title; at most `limit` bytes of UTF-8. `ending` is never cut off.

    >>> safe_name('../../etc: "What?"')
    'etc - What'
    >>> safe_name("CON"), safe_name("Long " * 90, " (mp3)")[-14:]
    ('CON_', 'ong Long (mp3)')
    """
    kept = "".join(c for c in unicodedata.normalize("NFC", title)
                   if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") or c in "\t\n")
    kept = re.sub(r"[/\\|\n\t]+", " ", re.sub(r": ", " - ", kept))
    kept = re.sub(r'[<>:"?*]', "", kept)
    kept = re.sub(r" {2,}", " ", kept).strip(" .-~$") or "untitled"
    while len((kept + ending).encode()) > limit:
        kept = kept[:-1].rstrip(" .")
    kept += ending
    return kept + "_" if kept.split(".")[0].strip().lower() in _RESERVED else kept
