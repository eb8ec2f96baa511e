"""What every edition is handed beside book, timeline and sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from audiobook.events import Watch
from audiobook.model import Cast, Clip, Finish, Script
from audiobook.store import Store


@dataclass(frozen=True, slots=True)
class Kit:
    """`cover` is a square JPEG (RGB, baseline), ready to embed. `options` are this edition's own, checked and with
    defaults filled in. `extras` are the clips of the words the edition asked to have spoken, by name; one that
    could not be recorded is missing. `root` is the project's folder, which file options are relative to."""

    script: Script
    cast: Cast
    store: Store
    watch: Watch
    cover: bytes
    options: Mapping[str, str | float | bool | tuple[str, ...] | None]
    extras: Mapping[str, Clip]
    finish: Finish
    root: Path
