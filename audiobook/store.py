"""The shelf: clips and encoded chapters, held by content. A key goes in, sound comes out, or nothing.

What lies in the folder (`.audiobook` in a project); deleting any of it, or all of it, is always safe:

    clips/ab/<key>.wav   a recorded take, playable anywhere, with its key, its measures and checksums (`clipfile`).
    blobs/<kind>/<key>   anything else worth keeping (encoded chapters): eight letters `abkblob1`, the length
                         (64 bit) and the CRC-32 of what follows, then that.
    index                what the clips' headers say, so that 12,000 files need not be opened. Only a cache.
    used                 in which run each file was last needed; kept only where there is a size limit.
    part/                files being written; what a killed run left there is removed by the next.
    lock                 held by the process at work, which has written its number into it.

Files appear whole or not at all (written in `part/`, then renamed), and nothing waits for the disk: a file
torn by a power cut is noticed by its length when it is looked up, or by its checksum when it is read, and
recorded again. A CRC finds every flipped byte and costs a third of what a cryptographic digest would; the
shelf guards against bad disks and not against forgers. No time stamp is ever looked at.
"""

from __future__ import annotations

import errno
import itertools
import os
import re
import stat
import struct
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from audiobook.clipfile import parsed, pieces_of, samples_of
from audiobook.compact import Keys
from audiobook.errors import ShelfError
from audiobook.files import write_whole
from audiobook.locks import alive, locked, unlock
from audiobook.model import Clip, Word

_BLOB = struct.Struct("<8sQI")
_ROW = struct.Struct("<64sQIIdd")
_ROW_KEY = 64  # bytes
_MAGIC = b"abkblob1"
_INDEX = b"abkindex1\n"
_CLIP = re.compile(r"[0-9a-f]{64}\.wav")
_NAME = re.compile(r"[0-9A-Za-z_-][0-9A-Za-z._-]{0,199}")
_LEFT = re.compile(r"[0-9]+-[0-9]+")
_LARGE = 1 << 20  # bytes: what is larger is not held a second time to be written at once
_MANY = 400  # keys: for more than these, listing the folders is cheaper than opening each file


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
    """One project's shelf, in `folder`. Deleting the folder is always safe.

    `limit` in bytes is kept by `trim`. Several processes may read and keep at once; `lock` is for a whole
    run.
    """

    def __init__(self, folder: Path, limit: int | None = None) -> None:
        self.folder = folder
        self.limit = limit
        self._clips = os.path.join(os.path.abspath(folder), "clips")
        self._part = os.path.join(os.path.abspath(folder), "part")
        self._numbers = itertools.count()
        self.touched = Keys()
        """The keys of the blobs that were found or kept through this object."""
        self._touching = threading.Lock()

    # ------------------------------------------------------------ clips

    def clips(self, keys: Iterable[str]) -> dict[str, Clip]:
        """The clips held among `keys`, without their words (see `words`): a book has a hundred thousand of those.
        One that was cut short or emptied is not held, and is taken off."""
        return {clip.key: clip for _, clip in self.held(dict.fromkeys(keys, 0))}

    def held(self, wanted: Mapping[str, int]) -> Iterator[tuple[int, Clip]]:
        """The same, one by one and in any order, each with the number that its key has in `wanted`."""
        if len(wanted) < _MANY:
            for key, number in wanted.items():
                if (clip := self._header(key)) is not None:
                    yield number, _bare(clip)
            return
        rows = self._index()
        known = {rows[at:at + _ROW_KEY]: at for at in range(0, len(rows), _ROW.size)}
        index = bytearray()
        opened = 0
        for key, size in self._listed():
            if (wanting := wanted.get(key)) is None:
                continue
            at = known.get(key.encode().ljust(_ROW_KEY, b"\0"))
            if at is not None and (row := _ROW.unpack_from(rows, at))[1] == size:
                yield wanting, Clip(key, *row[2:])
                index += rows[at:at + _ROW.size]
            elif (clip := self._header(key)) is not None:
                yield wanting, _bare(clip)
                index += _row(clip, size)
                opened += 1
        if opened > _MANY:
            with suppress(OSError):  # a shelf that cannot be written still can be read
                self._keep_index(index)

    def words(self, key: str) -> tuple[Word, ...]:
        """When the words of a held clip are said; none where its engine gave none, or the clip is not held."""
        clip = self._header(key)
        return clip.words if clip is not None else ()

    def keep(self, clip: Clip, pcm: bytes) -> None:
        """Put a clip and its samples (s16le mono) on the shelf, whole or not at all."""
        self._put(self._path(clip.key), *pieces_of(clip, pcm))

    def pcm(self, key: str) -> bytes:
        """A held clip's samples. Raises Spoiled where they are missing or not what was kept."""
        path = self._path(key)
        try:
            with open(path, "rb", buffering=0) as file:
                data = file.read()
        except FileNotFoundError:
            raise Spoiled(key) from None
        except OSError as error:
            raise self._trouble(error) from error
        samples = samples_of(key, data)
        if samples is not None:
            return samples
        self._off(path)
        raise Spoiled(key)

    def remember(self, clips: Iterable[Clip]) -> None:
        """Note what clips are here, so that the next `clips` is quick. Loses nothing where it fails."""
        with suppress(OSError):
            self._write_index(clips)

    # ------------------------------------------------------------ blobs

    def blob(self, kind: str, key: str) -> bytes | None:
        """What `keep_blob` was given under this kind (a short word, a folder's name) and key; None where
        nothing is held or it is not what was kept."""
        path = self._blob_path(kind, key)
        try:
            with open(path, "rb", buffering=0) as file:
                head = file.read(_BLOB.size)
                data = file.readall()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._trouble(error) from error
        if len(head) == _BLOB.size and _BLOB.unpack(head) == (_MAGIC, len(data), zlib.crc32(data)):
            self._touch(key)
            return data
        self._off(path)
        return None

    def keep_blob(self, kind: str, key: str, *data: bytes | bytearray) -> None:
        """Keep what these pieces are, joined."""
        check = 0
        for piece in data:
            check = zlib.crc32(piece, check)
        self._put(self._blob_path(kind, key), _BLOB.pack(_MAGIC, sum(map(len, data)), check), *data)
        self._touch(key)

    def names(self, kind: str) -> set[str]:
        """The keys of all blobs of a kind."""
        folder = os.path.join(os.path.abspath(self.folder), "blobs", kind)
        try:
            with os.scandir(folder) as entries:
                found = {entry.name for entry in entries if entry.is_file(follow_symlinks=False)}
        except (FileNotFoundError, NotADirectoryError):
            return set()
        return found if not os.path.islink(folder) else set()

    # ------------------------------------------------------------ the whole shelf

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the shelf for a run. Raises ShelfError, naming the process, where another one is at work.

        The system lets go of the lock when the process ends, however it ends. What a killed run left half
        written is removed here.
        """
        try:
            os.makedirs(self.folder, exist_ok=True)
            file = open(os.path.join(self.folder, "lock"), "a+b", buffering=0)  # noqa: SIM115 - closed below
        except OSError as error:
            raise self._trouble(error) from error
        with file:
            if not locked(file):
                file.seek(0)
                who = file.read(20).decode("ascii", "replace").strip()
                raise ShelfError(f"another audiobook is at work on this shelf (process {who or 'unknown'})",
                                 hint="wait until it is done, or end it; nothing recorded is lost")
            try:
                with suppress(OSError):  # a full disk: the lock holds all the same
                    file.truncate(0)
                    file.write(b"%d\n" % os.getpid())
                self._clean()
                yield
            finally:
                with suppress(OSError):
                    file.truncate(0)
                unlock(file)

    def sweep(self, keep: Iterable[str]) -> Swept:
        """Remove every clip and blob whose key is not in `keep`; no file that is neither."""
        kept = set(keep)
        return self._remove((path, size) for name, path, size in self._all() if name not in kept)

    def trim(self, needed: Iterable[str]) -> Swept:
        """Where the shelf is over its limit, remove what was needed longest ago until it is not.

        What this run needs (`needed`, keys of clips and blobs) is never removed, even where it alone is over
        the limit. Age is counted in runs and not in hours, so a clock that jumps changes nothing; what no
        run has noted is oldest.
        """
        if self.limit is None:
            return Swept(0, 0)
        now = set(needed)
        runs = self._used()
        this = max(runs.values(), default=0) + 1
        files = sorted((this if name in now else runs.get(name, 0), name, path, size)
                       for name, path, size in self._all())
        over = sum(size for *_, size in files) - self.limit
        gone: list[tuple[str, int]] = []
        left: list[str] = []
        for run, name, path, size in files:
            if over > 0 and run < this:
                gone.append((path, size))
                over -= size
            elif run:
                left.append(f"{run} {name}\n")
        swept = self._remove(gone)
        try:
            write_whole(self.folder / "used", "".join(left))
        except OSError as error:
            raise self._trouble(error) from error
        return swept

    # ------------------------------------------------------------ inside

    def _path(self, key: str) -> str:
        if not _NAME.fullmatch(key):
            raise ValueError(f"not a key: {key!r}")
        return os.path.join(self._clips, key[:2], f"{key}.wav")

    def _blob_path(self, kind: str, key: str) -> str:
        if not _NAME.fullmatch(key) or not _NAME.fullmatch(kind):
            raise ValueError(f"not a kind and a key: {kind!r} {key!r}")
        return os.path.join(os.path.abspath(self.folder), "blobs", kind, key)

    def _touch(self, key: str) -> None:
        with self._touching:
            self.touched.add(key)

    def _put(self, path: str, *pieces: bytes | bytearray) -> None:
        part = os.path.join(self._part, f"{os.getpid()}-{next(self._numbers)}")
        try:
            try:
                file = open(part, "xb", buffering=0)  # noqa: SIM115 - closed below
            except FileExistsError:  # left by a killed run whose process number was ours
                os.unlink(part)
                file = open(part, "xb", buffering=0)  # noqa: SIM115
            except FileNotFoundError:
                os.makedirs(self._part, exist_ok=True)
                file = open(part, "xb", buffering=0)  # noqa: SIM115
            with file:
                for data in pieces if sum(map(len, pieces)) > _LARGE else (b"".join(pieces),):
                    _write_all(file, data)
            try:
                os.replace(part, path)
            except FileNotFoundError:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                os.replace(part, path)
        except OSError as error:
            with suppress(OSError):
                os.unlink(part)
            raise self._trouble(error) from error

    def _header(self, key: str) -> Clip | None:
        path = self._path(key)
        try:
            with open(path, "rb", buffering=0) as file:
                size = os.fstat(file.fileno()).st_size
                found = parsed(key, file.read(4096), size)
                if found is None and size > 4096:  # a clip with more words than fit
                    file.seek(0)
                    found = parsed(key, file.read(), size)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._trouble(error) from error
        if found is None:
            self._off(path)
            return None
        return found[0]

    def _listed(self) -> Iterator[tuple[str, int]]:
        for name, _, size in _files(self._clips):
            if name.endswith(".wav"):
                yield name[:-4], size

    def _all(self) -> Iterator[tuple[str, str, int]]:
        for name, path, size in _files(self._clips):
            if _CLIP.fullmatch(name) and os.path.basename(os.path.dirname(path)) == name[:2]:
                yield name.removesuffix(".wav"), path, size
        yield from _files(os.path.join(os.path.abspath(self.folder), "blobs"))

    def _remove(self, files: Iterable[tuple[str, int]]) -> Swept:
        count = total = 0
        for path, size in list(files):
            try:
                if not path.endswith(".wav") and not _blob(path):
                    continue
                os.unlink(path)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise self._trouble(error) from error
            count += 1
            total += size
        return Swept(count, total)

    def _index(self) -> bytes:
        """The rows of the index; none where it is not whole."""
        try:
            data = (self.folder / "index").read_bytes()
        except OSError:
            return b""
        body = data[len(_INDEX):-4]
        right = data.startswith(_INDEX) and len(body) % _ROW.size == 0
        return body if right and data[-4:] == zlib.crc32(body).to_bytes(4, "little") else b""

    def _write_index(self, clips: Iterable[Clip]) -> None:
        rows = bytearray()
        for clip in clips:
            with suppress(FileNotFoundError):
                there = os.lstat(self._path(clip.key))
                if stat.S_ISREG(there.st_mode):
                    rows += _row(clip, there.st_size)
        self._keep_index(rows)

    def _keep_index(self, rows: bytearray) -> None:
        if rows:
            write_whole(self.folder / "index", b"".join((_INDEX, rows, zlib.crc32(rows).to_bytes(4, "little"))))

    def _used(self) -> dict[str, int]:
        try:
            lines = (self.folder / "used").read_text("ascii", "replace").splitlines()
        except OSError:
            return {}
        pairs = (line.partition(" ") for line in lines)
        return {name: int(run) for run, _, name in pairs if run.isdecimal() and len(run) < 16}

    def _clean(self) -> None:
        with suppress(OSError):
            for name in os.listdir(self._part):
                if _LEFT.fullmatch(name) and not alive(name.partition("-")[0]):
                    with suppress(OSError):
                        os.unlink(os.path.join(self._part, name))

    def _off(self, path: str) -> None:
        with suppress(OSError):
            os.unlink(path)

    def _trouble(self, error: OSError) -> ShelfError:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return ShelfError(f"no room left for recordings in {self.folder}",
                              hint="make room on the disk and run again; what is recorded is kept")
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            return ShelfError(f"the shelf {self.folder} cannot be written: {error.strerror}",
                              hint="make the folder writable, or copy the project to another disk")
        return ShelfError(f"the shelf {self.folder} cannot be used: {error.strerror or error}",
                          hint="the folder can be deleted at any time; the book is then recorded again")


def _row(clip: Clip, size: int) -> bytes:
    """What the index says of a clip whose file has `size` bytes; nothing of one whose key it has no room for."""
    key = clip.key.encode()
    return _ROW.pack(key, size, clip.frames, clip.rate, clip.level, clip.peak) if len(key) <= _ROW_KEY else b""


def _bare(clip: Clip) -> Clip:
    return replace(clip, words=()) if clip.words else clip


def _files(folder: str) -> Iterator[tuple[str, str, int]]:
    """Name, path and size of the files in the folders of `folder`."""
    try:
        with os.scandir(folder) as outer:
            for inner in outer:
                if not inner.is_dir(follow_symlinks=False):
                    continue
                with os.scandir(inner.path) as entries:
                    for entry in entries:
                        if entry.is_file(follow_symlinks=False):
                            yield entry.name, entry.path, entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return


def _blob(path: str) -> bool:
    """Whether a file among the blobs is one, or what a power cut left of one."""
    with open(path, "rb", buffering=0) as file:
        head = file.read(len(_MAGIC))
    return head == _MAGIC or not head.strip(b"\0")


def _write_all(file: IO[bytes], data: bytes | bytearray) -> None:
    done = file.write(data)
    while done < len(data):  # a disk that fills up takes less than it is given before it says so
        done += file.write(memoryview(data)[done:])
