"""What happened, as values: the core says it to `watch`, and each shell shows it in its own way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from audiobook.model import Line, Problem


@dataclass(frozen=True, slots=True)
class Planned:
    """How much there is to record: takes in all, of them held, and the characters still to be spoken."""

    takes: int
    held: int
    characters: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """A take went onto the shelf: its characters, its length in seconds."""

    characters: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """A line that could not be recorded, and why."""

    line: Line | None
    reason: str


@dataclass(frozen=True, slots=True)
class Encoding:
    """An edition is under way: seconds of sound done, of all."""

    edition: str
    done: float
    total: float


@dataclass(frozen=True, slots=True)
class Wrote:
    """A finished file."""

    edition: str
    path: Path


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something a person may want to know; the run goes on."""

    problem: Problem


Event = Planned | Recorded | Failed | Encoding | Wrote | Noticed
Watch = Callable[[Event], None]


def nobody(event: Event) -> None:
    """The watcher that looks away."""
