"""One-file plugins, found by entry point: a name comes in, the module or class of that name goes out.

Built-ins are listed in this project's own pyproject.toml and use the same door as strangers' packages.
Nothing is imported until it is named.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

from audiobook.errors import AudiobookError

Group = Literal["readers", "engines", "editions"]


@cache
def _found(group: Group) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=f"audiobook.{group}")}


def names(group: Group) -> tuple[str, ...]:
    """The plugins of a group that are installed, in alphabetical order."""
    return tuple(sorted(_found(group)))


def load(group: Group, name: str) -> Any:
    """The plugin itself. Raises AudiobookError where there is none of that name, or what it needs is missing."""
    point = _found(group).get(name)
    if point is None:
        raise AudiobookError(f"there is no {group[:-1]} called {name!r}",
                             hint=f"choose one of: {', '.join(names(group)) or 'none is installed'}")
    return point.load()
