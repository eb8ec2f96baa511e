"""A folder of finished files -> what each of them measures, and which stores would take them.

Files are taken together as a shop takes them: those of one folder are one book, a file of the output folder
itself is a whole book.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from audiobook.errors import AudiobookError
from audiobook.events import Encoding, Watch, nobody
from audiobook.inspection.labels import Labels, labels
from audiobook.inspection.measure import Chapter, Measured, measured
from audiobook.inspection.shops import SHOPS, Finished, Reason, judged, judged_together, shop
from audiobook.project import MANUSCRIPT, VOICES, open_project, shown

SUFFIXES = frozenset((".m4b", ".m4a", ".mp3", ".opus", ".ogg", ".flac", ".wav"))
_PREVIEWS = "preview"
_MOST = 100_000  # files


@dataclass(frozen=True, slots=True)
class Inspected:
    """`file` from the folder that was looked through, with slashes. `damage`: sentences, empty where it is sound.
    `shops`: why each store would not take it."""

    file: str
    sound: Measured | None
    labels: Labels
    damage: tuple[str, ...]
    shops: dict[str, tuple[Reason, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """The files that make one book; `together`: why each store would not take them as they are together."""

    name: str
    files: tuple[Inspected, ...]
    together: dict[str, tuple[Reason, ...]]

    def meets(self, name: str) -> bool:
        """Whether the store's figures are met by every file and by all together."""
        return not (self.together[name] or any(file.damage or file.shops[name] for file in self.files))


@dataclass(frozen=True, slots=True)
class Inspection:
    folder: Path
    batches: tuple[Batch, ...]

    @property
    def files(self) -> tuple[Inspected, ...]:
        return tuple(file for batch in self.batches for file in batch.files)

    @property
    def damaged(self) -> tuple[Inspected, ...]:
        return tuple(file for file in self.files if file.damage)

    def meets(self, name: str) -> bool:
        """Whether there is a book here whose files all meet the store's figures."""
        return any(batch.meets(name) for batch in self.batches)


def inspect(path: Path | None = None, output: Path | None = None, *, only: str | None = None, watch: Watch = nobody,
            workers: int | None = None) -> Inspection:
    """Read back everything that was made of the project at `path` (or what lies in `output`, or in a folder of
    sound that is no project, or one sound file). `only`: the one shop to judge for.

    Raises AudiobookError where there is nothing to read back, or nobody knows the shop.
    """
    chosen = {only: shop(only)} if only is not None else SHOPS
    folder, paths = _found(path, output)
    names = [each.relative_to(folder).as_posix() for each in paths]
    heard = _Heard(watch, paths)
    pool = ThreadPoolExecutor(max(1, workers or min(8, os.cpu_count() or 1)))
    try:
        read = list(pool.map(lambda each: _read(each, heard), paths))
    finally:
        heard.stop = True  # Ctrl-C: the files under way end at once
        pool.shutdown(cancel_futures=True)
    batches = []
    for name, some in groupby(zip(names, read, strict=True), key=lambda each: _batch(each[0])):
        files = list(some)
        whole = [Finished(Path(file).name, sound, said) for file, (sound, said, _) in files if sound is not None]
        batches.append(Batch(
            name,
            tuple(Inspected(file, sound, said, damage, {
                each: judged(at, Finished(Path(file).name, sound, said)) if sound is not None else ()
                for each, at in chosen.items()}) for file, (sound, said, damage) in files),
            {each: judged_together(at, whole) for each, at in chosen.items()}))
    return Inspection(folder, tuple(batches))


def _found(path: Path | None, output: Path | None) -> tuple[Path, list[Path]]:
    if path is not None and path.suffix.lower() in SUFFIXES and path.is_file():
        whole = Path(os.path.abspath(path))
        return whole.parent, [whole]
    if output is None and path is not None and _of_sound(path):
        folder = Path(os.path.abspath(path))
    else:
        folder = open_project(path, output).output
    paths = _sounds(folder)
    if not paths:
        raise AudiobookError(f"there is no finished sound in {shown(folder)}",
                             hint="audiobook make makes it; --output says where it is, if not there")
    return folder, paths


def _of_sound(folder: Path) -> bool:
    """Whether it is no project, nor was anything made in it, and it holds sound: what a run with --output left."""
    ours = (VOICES, MANUSCRIPT, "output")
    return folder.is_dir() and not any(os.path.lexists(folder / name) for name in ours) and bool(_sounds(folder))


def _sounds(folder: Path) -> list[Path]:
    found: list[Path] = []
    for where, folders, files in os.walk(folder):
        top = Path(where) == folder
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not (top and name == _PREVIEWS))
        found += [Path(where, name) for name in sorted(files)
                  if Path(name).suffix.lower() in SUFFIXES and not name.startswith(".")]
        if len(found) > _MOST:
            raise AudiobookError(f"there are more than {_MOST} sound files in {shown(folder)}",
                                 hint="give the folder of one book")
    return found


def _batch(name: str) -> str:
    folder, _, _ = name.rpartition("/")
    return folder or name


class _Heard:
    """Adds up what all threads have heard, for the watcher: in bytes, since nobody knows yet how long it lasts."""

    def __init__(self, watch: Watch, paths: Sequence[Path]) -> None:
        self._watch, self._lock = watch, threading.Lock()
        self._total, self._done = max(1, sum(map(_size, paths))), 0
        self.stop = False
        watch(Encoding("reading back", 0, self._total))

    def more(self, size: int) -> None:
        if self.stop:
            raise KeyboardInterrupt
        with self._lock:
            self._done += size
            self._watch(Encoding("reading back", min(self._done, self._total), self._total))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


Read = tuple[Measured | None, Labels, tuple[str, ...]]


def _read(path: Path, heard: _Heard) -> Read:
    try:
        sound = measured(path, heard.more)
    except AudiobookError as error:
        return None, Labels(), (error.message,)
    said = labels(path, sound.container)
    damage = (*sound.damage, *([said.damage] if said.damage else []), *_beyond(sound.chapters, sound.figures.seconds))
    return sound, said, damage


def _beyond(chapters: Sequence[Chapter], seconds: float) -> tuple[str, ...]:
    late = [each for each in chapters if each.start >= seconds or each.end > seconds + 0.1]
    return (f"{len(late)} of its chapters lie past its end",) if late else ()
