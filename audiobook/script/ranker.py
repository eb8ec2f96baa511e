"""Turns -> the chances of each person to be the speaker, by what was learned from annotated novels.

Two rounds: the first judges each turn by what stands around it, the second also by what the first believes of
the turns around. After each the whole exchange is settled together. The weights hold no word and no name.
"""

from __future__ import annotations

import pickle
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from audiobook.memory import beside, hand_back
from audiobook.script.exchange import ASKED, beliefs, chances, links, settle
from audiobook.script.features import measuring
from audiobook.script.forest import BLOCK, Forest
from audiobook.script.layout import Layout
from audiobook.script.people import Company
from audiobook.script.table import Floats, Rows, joined
from audiobook.script.turns import Turn

ROUNDS = ("first", "second")
WEIGHTS = {"first": 0.75, "second": 0.25}  # how much the links between turns count; the second round knows them already
AT_ONCE = 500
"""Turns whose rows are filled at once."""
FEW, LONG = 300, 3000
"""Turns: from so many on, and up to so many, half of them are judged in another process: fewer are not worth it, and a
longer book has less room and more time."""
Weights = dict[str, NDArray[np.generic]]


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The arrays that `training/speakers.py` wrote."""
    with files("audiobook.script").joinpath("data/speakers.npz").open("rb") as file, np.load(file) as held:
        return {name: held[name] for name in held.files}


def rank(layout: Layout, company: Company, turns: list[Turn]) -> tuple[Rows, Floats]:
    """The rows, with the columns that `exchange` asks for alone, and the chance of each: calibrated, so that of those
    given 0.9 nine in ten are right."""
    held = weights()
    rows, scored = scores(held, ROUNDS[0], layout, company, turns, None)
    shares = one_round(held, ROUNDS[0], rows, scored, company, turns)
    for name in ROUNDS[1:]:
        believed = beliefs(rows, shares)
        del rows, scored, shares  # or both rounds' would be held at once
        rows, scored = scores(held, name, layout, company, turns, believed)
        shares = one_round(held, name, rows, scored, company, turns)
    return rows, shares


def scores(
    held: Weights,
    name: str,
    layout: Layout,
    company: Company,
    turns: list[Turn],
    believed: list[dict[int, float]] | None,
) -> tuple[Rows, Floats]:
    """All rows, with the columns `ASKED` alone, and what the forest makes of each. The other columns are never there
    for more than some hundred turns; of a novel, half of it is done in a copy of this process."""
    wanted, forest = [str(column) for column in held[f"{name}.names"]], Forest.load(held, name)
    rows_of = measuring(layout, company, turns, believed)

    def judged(turns: range) -> list[tuple[Rows, Floats]]:
        found = []
        for at in range(turns.start, turns.stop, AT_ONCE):
            rows = rows_of(range(at, min(at + AT_ONCE, turns.stop)))
            hand_back()  # what was needed to fill the columns
            blocks = (rows.matrix(wanted, slice(at, at + BLOCK)) for at in range(0, len(rows.who), BLOCK))
            scored = np.concatenate([forest.score(block) for block in blocks])
            found.append((rows.only(ASKED), scored))
            del rows  # or two parts would be held at once
        return found

    count = len(turns)
    if FEW <= count <= LONG:
        with beside(lambda: pickle.dumps(judged(range(count // 2)))) as first:
            second = judged(range(count // 2, count))
            found = pickle.loads(first()) + second
    else:
        found = judged(range(count))
    return joined([rows for rows, _ in found]), np.concatenate([scored for _, scored in found])


def one_round(
    held: Weights, name: str, rows: Rows, scored: Floats, company: Company, turns: list[Turn]
) -> Floats:
    shares = chances(rows, scored)
    for number, turn in enumerate(turns):
        if turn.fixed >= 0:
            here = slice(rows.bounds[number], rows.bounds[number + 1])
            shares[here] = rows.who[here] == turn.fixed
    believed = beliefs(rows, shares)
    same: list[Floats] = []
    for step in (1, 2):
        values, asked = links(rows, company, turns, believed, step)
        judged = Forest.load(held, f"{name}.same{step}").score(values)
        same.append(np.where(asked, 1.0 / (1.0 + np.exp(-judged)), -1.0).astype(np.float32))
    return settle(rows, shares, same[0], same[1], WEIGHTS[name])


def calibrated(chance: float) -> float:
    """What a chance has turned out to be worth, on novels not trained on."""
    held = weights()
    return float(
        np.interp(chance, held["calibration.said"].astype(np.float64), held["calibration.was"].astype(np.float64))
    )
