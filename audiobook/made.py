"""What a run made: its result, and what the shelf remembers of it so that the next run can tidy, plan and sweep."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

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
    return sha256(json.dumps(parts, default=str).encode()).hexdigest()[:20]


def remember(store: Store, takes: Sequence[Take | None], clips: Sequence[Clip | None], extras: Iterable[Clip]) -> None:
    """Keep which takes the last whole book was made of: `plan` says by it why a take must be recorded again."""
    rows = [(digest(take.text), digest(take.text, take.voice), clip.key)
            for take, clip in zip(takes, clips, strict=True) if take and clip]
    store.keep_blob("runs", "takes", json.dumps({"rows": rows, "extras": [clip.key for clip in extras]}).encode())


def last_takes(store: Store) -> Mapping[str, Any]:
    """What `remember` kept: rows of (digest of the words, of words and voice, key), and the extras' keys."""
    held = store.blob("runs", "takes")
    return json.loads(held) if held else {"rows": [], "extras": []}


def tidy(store: Store, folder: Path, edition: str, files: Sequence[Path]) -> None:
    """Remove from `folder` what an earlier run of this edition wrote there and this one did not
    (a chapter that was renamed); never a file that we did not write."""
    key = digest(str(folder.resolve()), edition)
    held = store.blob("wrote", key)
    mine = {path.relative_to(folder).as_posix() for path in files if path.is_relative_to(folder)}
    for name in json.loads(held) if held else ():
        path = folder / name
        if name not in mine and ".." not in Path(name).parts and path.is_file() and not path.is_symlink():
            path.unlink(missing_ok=True)
            for parent in path.parents:
                if parent == folder or not parent.is_relative_to(folder) or any(parent.iterdir()):
                    break
                parent.rmdir()
    store.keep_blob("wrote", key, json.dumps(sorted(mine)).encode())
