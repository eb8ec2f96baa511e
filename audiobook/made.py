"""What a run made: its result, and what the shelf remembers of it so that the next run can tidy, plan and sweep."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from audiobook.columns import column
from audiobook.events import Failed
from audiobook.model import Clip, Take
from audiobook.store import Store


@dataclass(frozen=True, slots=True)
class Made:
    """`recorded` and `held` count different takes; `seconds` is the length of the sound."""

    wrote: tuple[Path, ...]
    recorded: int
    held: int
    failed: tuple[Failed, ...]
    seconds: float


def digest(*parts: object) -> str:
    """A short digest of what makes up a take, so that the shelf remembers it without its text."""
    return _short(json.dumps(parts, default=str))


def _short(written: str) -> str:
    return sha256(written.encode()).hexdigest()[:20]


def remember(store: Store, takes: Sequence[Take | None], clips: Sequence[Clip | None], extras: Iterable[Clip]) -> None:
    """Keep which takes the last whole book was made of: `plan` says by it why a take must be recorded again."""
    # each voice once, not each take
    written = {voice: json.dumps(str(voice)) for voice in set(column(takes, "voice")) if voice}
    all_of_it = sha256(b"1")  # raised when the rows change; a clip's key tells its text, but no gain
    for voice, key in zip(column(takes, "voice"), column(clips, "key"), strict=True):
        if voice and key:
            all_of_it.update(f"{written[voice]} {key}".encode())
    others = json.dumps([clip.key for clip in extras])
    end = f'], "extras": {others}, "of": "{all_of_it.hexdigest()}"}}'.encode()
    held = store.blob("runs", "takes")
    if held is not None and held.endswith(end):
        return
    del held
    rows = bytearray()  # as they will lie there: as things of Python's they would be ten times as large
    said = (column(takes, name) for name in ("voice", "text"))
    for voice, text, key in zip(*said, column(clips, "key"), strict=True):
        if voice and key:
            words = json.dumps(text)
            row = f'["{_short(f"[{words}]")}", "{_short(f"[{words}, {written[voice]}]")}", "{key}"]'
            rows += (b", " if rows else b"") + row.encode()
    store.keep_blob("runs", "takes", b'{"rows": [', rows, end)


def needed(store: Store, clips: Iterable[Clip | None]) -> set[str]:
    """The keys of everything on the shelf that the run at hand used, and of the notes of all runs."""
    used = {clip.key for clip in clips if clip is not None} | set(store.touched)
    return used | store.names("wrote") | store.names("runs")


def last_takes(store: Store) -> Mapping[str, Any]:
    """What `remember` kept: rows of (digest of the words, of words and voice, key), and the extras' keys."""
    held = store.blob("runs", "takes")
    return json.loads(held) if held else {"rows": [], "extras": []}


def tidy(store: Store, manuscript: Path, folder: Path, edition: str, files: Sequence[Path]) -> None:
    """Remove from `folder` what an earlier run of this edition of this manuscript wrote there and this one did
    not (a chapter that was renamed); never a file that we did not write, nor one behind a link, nor one that
    another edition or another book has made its own since."""
    home = str(folder.resolve())
    key = digest(home, str(manuscript.resolve()), edition)
    before = _wrote(store, key, home)
    others = {name for other in store.names("wrote") - {key} for name in _wrote(store, other, home)}
    mine = {path.relative_to(folder).as_posix() for path in files if path.is_relative_to(folder)}
    alike = {_folded(name): name for name in mine | others}
    stays = [name for name in before if name not in mine | others
             and not _is(folder, name, alike.get(_folded(name))) and not _removed(folder, name)]
    now = sorted({*mine, *stays})
    if now != before:
        store.keep_blob("wrote", key, json.dumps({"folder": home, "files": now}).encode())


def _wrote(store: Store, key: str, home: str) -> list[str]:
    """The files of a list, where they lie in the folder `home`."""
    held = store.blob("wrote", key)
    listed = json.loads(held) if held else None
    return listed["files"] if isinstance(listed, dict) and listed["folder"] == home else []


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _is(folder: Path, old: str, new: str | None) -> bool:
    """Whether two names that differ in case alone are one file, as they are on many disks."""
    try:
        return new is not None and (folder / old).samefile(folder / new)
    except OSError:
        return False


def _removed(folder: Path, name: str) -> bool:
    """Whether the file is gone, or is none of ours any more. One that is in use is left for the next run."""
    parts = Path(name).parts
    path = folder / name
    above = [folder.joinpath(*parts[:n]) for n in range(1, len(parts))]
    if ".." in parts or Path(name).anchor or any(each.is_symlink() for each in (*above, path)):
        return True
    try:
        if not path.is_file():
            return True
        path.unlink()
    except OSError:
        return False
    for parent in reversed(above):
        try:
            parent.rmdir()  # only an empty one goes
        except OSError:
            break
    return True
