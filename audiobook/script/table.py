"""Rows of numbers, one for each turn and each person who may speak it, and the columns that fill them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audiobook.script.mentions import PHRASE, PRONOUN
from audiobook.script.people import Company
from audiobook.script.turns import Turn

_FAR = 1 << 20
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(slots=True)
class Rows:
    """`turn` and `who` of each row, rows of a turn together; turn `t` has rows `bounds[t]:bounds[t + 1]`.

    `columns`, one a name: each in the smallest kind of number that holds it exactly, for most are small and whole,
    and as one matrix they would be the largest thing that a long book needs.
    """

    turn: Ints
    who: Ints
    bounds: Ints
    columns: list[NDArray[np.generic]]
    names: list[str]

    @property
    def values(self) -> Floats:
        """All of it as one matrix."""
        return self.matrix(self.names)

    def matrix(self, names: Sequence[str], rows: Ints | slice = slice(None)) -> Floats:
        """Some columns of some rows, (rows, columns), each column in one piece."""
        found = np.empty((len(names), len(self.who[rows])), np.float32)
        for place, name in enumerate(names):
            found[place] = self.columns[self.names.index(name)][rows]
        return found.T

    def only(self, names: Sequence[str]) -> Rows:
        """The rows with some columns alone."""
        chosen = [self.columns[self.names.index(name)] for name in names]
        return Rows(self.turn, self.who, self.bounds, chosen, list(names))


def joined(parts: Sequence[Rows]) -> Rows:
    """All rows, from parts that follow on each other."""
    return Rows(
        np.concatenate([part.turn for part in parts]),
        np.concatenate([part.who for part in parts]),
        parts[0].bounds,
        [np.concatenate(columns) for columns in zip(*(part.columns for part in parts), strict=True)],
        parts[0].names,
    )


class Where:
    """Positions (words, or turns) at which each figure does something: looked up for many at once."""

    def __init__(self, whos: Sequence[int] | Ints, positions: Sequence[int] | Ints) -> None:
        keys = np.asarray(whos, dtype=np.int64) * _FAR * 16 + np.asarray(positions, dtype=np.int64)
        self.keys = np.sort(keys) if len(keys) else np.zeros(0, np.int64)

    def count(self, who: Ints, start: Ints, end: Ints) -> Ints:
        base = who * (_FAR * 16)
        found: Ints = np.searchsorted(self.keys, base + end) - np.searchsorted(self.keys, base + start)
        return found

    def since(self, who: Ints, at: Ints, none: int) -> Ints:
        """Distance back to the last position before `at`."""
        base = who * (_FAR * 16)
        index = np.searchsorted(self.keys, base + at) - 1
        if not len(self.keys):
            return np.full(len(who), none, np.int64)
        key = self.keys[np.maximum(index, 0)]
        return np.where((index >= 0) & (key >= base), np.minimum(base + at - key, none), none)

    def until(self, who: Ints, at: Ints, none: int) -> Ints:
        """Distance on to the first position at `at` or after."""
        base = who * (_FAR * 16)
        index = np.searchsorted(self.keys, base + at)
        if not len(self.keys):
            return np.full(len(who), none, np.int64)
        key = self.keys[np.minimum(index, len(self.keys) - 1)]
        return np.where((index < len(self.keys)) & (key < base + _FAR * 16), np.minimum(key - base - at, none), none)


class Table:
    """Columns for the rows of the turns `here`, out of all; what is told turn by turn is told of all of them.

    `turn` are numbers among all turns; `bounds` has a place for each of them, and those not here have no rows.
    `figures`: one more than the last figure in any row of any turn.
    """

    def __init__(self, turn: Ints, who: Ints, bounds: Ints, here: range) -> None:
        low, high = int(bounds[here.start]), int(bounds[here.stop])
        self.here, self.turns, self.figures = here, len(bounds) - 1, int(who.max()) + 1
        self.turn, self.who, self.bounds = turn[low:high], who[low:high], np.clip(bounds, low, high) - low
        self.names: list[str] = []
        self.columns: list[NDArray[np.generic]] = []

    def put(self, name: str, values: NDArray[np.generic]) -> None:
        self.names.append(name)
        self.columns.append(_narrow(values.astype(np.float32)))

    def each(self, name: str, values: Sequence[float] | NDArray[np.generic]) -> None:
        """One value a turn."""
        self.put(name, np.asarray(values)[self.turn])

    def rank(self, name: str, values: NDArray[np.generic]) -> None:
        """Place of each value in its turn, 0 for the smallest; ties share the first."""
        numbers = values.astype(np.float64)
        order = np.lexsort((numbers, self.turn))
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order)) - self.bounds[self.turn[order]]
        sorted_values, sorted_turns = numbers[order], self.turn[order]
        fresh = np.ones(len(order), bool)
        fresh[1:] = (sorted_values[1:] != sorted_values[:-1]) | (sorted_turns[1:] != sorted_turns[:-1])
        first = np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0))
        place[order] = first - self.bounds[sorted_turns]
        self.put(name, place)

    def dots(self, dictionaries: Sequence[dict[int, float]], none: float = 0.0) -> Floats:
        """For each row what its turn's dictionary, out of one for every turn, says of its figure."""
        who = self.who.tolist()
        found = np.full(len(who), none, np.float32)
        bounds = self.bounds.tolist()
        for number in self.here:
            values = dictionaries[number]
            if values:
                for row in range(bounds[number], bounds[number + 1]):
                    value = values.get(who[row])
                    if value is not None:
                        found[row] = value
        return found

    def among(self, sets: Sequence[frozenset[int]]) -> NDArray[np.bool_]:
        """For each row whether its figure is in its turn's set, out of one for every turn."""
        who, bounds = self.who.tolist(), self.bounds.tolist()
        found = np.zeros(len(who), bool)
        for number in self.here:
            here = sets[number]
            if here:
                for row in range(bounds[number], bounds[number + 1]):
                    found[row] = who[row] in here
        return found


Fill = Callable[[Table], None]
"""Puts columns into one part of the table after another; what it needs of the whole book it has worked out before."""


def _narrow(values: Floats) -> NDArray[np.generic]:
    """The same numbers in fewer bytes, where fewer hold them exactly."""
    if len(values) and values.min() >= -128 and values.max() <= 127:
        small = values.astype(np.int8)
        if np.array_equal(small, values):
            return small
    half = values.astype(np.float16) if len(values) and np.abs(values).max() < 65504 else values
    return half if np.array_equal(half, values) else values


class Beliefs:
    """Chances by turn and figure, looked up for many rows at once."""

    def __init__(self, believed: list[dict[int, float]]) -> None:
        keys = np.fromiter((turn << 24 | who for turn, chances in enumerate(believed) for who in chances), np.int64)
        values = np.fromiter((chance for chances in believed for chance in chances.values()), np.float32)
        order = np.argsort(keys)
        self.keys, self.chances = keys[order], values[order]

    def look(self, turn: Ints, who: Ints) -> Floats:
        if not len(self.keys):
            return np.zeros(len(turn), np.float32)
        wanted = (turn << 24) | who
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        found: Floats = np.where(self.keys[at] == wanted, self.chances[at], 0).astype(np.float32)
        return found


def same(figures: NDArray[np.integer[Any]], turn: Ints, who: Ints) -> NDArray[np.int8]:
    """For each row 1 where its turn's figure is its own, -1 where another's, 0 where the turn has none."""
    here = figures[turn]
    return np.where(here < 0, 0, np.where(here == who, 1, -1)).astype(np.int8)


LEAN = {"he": 1, "she": -1, "": 0}


def lean(company: Company) -> Floats:
    """How surely a figure is "he" (1) or "she" (-1)."""
    lean = []
    for figure in company.figures.all:
        role = figure.role.pronoun if figure.role is not None else None
        lean.append(float(LEAN.get(role, 0)) if role else (figure.he - figure.she) / (figure.he + figure.she + 1.5))
    return np.asarray(lean, np.float32)


def gender_of(turn: Turn, company: Company) -> int:
    """What the turn's tag says of its speaker's gender: 1 he, -1 she, 0 nothing."""
    if turn.tag is None:
        return 0
    mention = company.mentions[turn.tag.mention]
    return LEAN[mention.gender] if mention.kind in (PRONOUN, PHRASE) else 0
