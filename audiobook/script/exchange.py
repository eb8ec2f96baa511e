"""Chances turn by turn -> chances for whole exchanges: who speaks is settled together with who spoke before.

Two trees' worth of judgement say how likely a turn has the speaker of the one before it, and of the one before
that; the chances then flow along the chain of turns in both directions (forward-backward over pairs of speakers).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from audiobook.script.mentions import PRONOUN
from audiobook.script.people import Company
from audiobook.script.table import Beliefs, Floats, Rows, gender_of
from audiobook.script.turns import Turn, pointed_at

_KEPT = 6  # speakers considered at each turn
_APART = 8  # paragraphs over which a turn still answers another
_SHARED = (
    "gap before",
    "gap after",
    "quotes",
    "words",
    "first person",
    "second person",
    "asks",
    "exclaims",
    "sir",
    "madam",
    "lead",
    "trail",
    "continues",
    "same paragraph",
    "shares paragraph",
    "tag strength",
    "tag kind",
    "tag after",
    "tag gap",
    "tag verb",
    "tag gendered",
    "other strength",
    "calls",
    "early kind",
    "late kind",
    "intro kind",
    "outro kind",
    "thought",
    "told by one",
    "run length",
    "run place",
    "candidates",
    "opening",
    "cut off",
    "mine",
    "yours",
    "address 0",
)
_GENDER = ("tag gender", "tag strength", "tag kind")
ASKED = tuple(dict.fromkeys((*_SHARED, *_GENDER)))
"""The columns that are asked for here."""


def chances(rows: Rows, scores: Floats) -> Floats:
    """Scores of the rows as chances that sum to one in each turn (softmax).

    Where "she said" stands, somebody who is surely "he" has next to none.
    """
    if not len(scores):
        return scores
    top = np.maximum.reduceat(scores.astype(np.float64), rows.bounds[:-1])
    raw = np.exp(scores - top[rows.turn])
    gender, strength, kind = (rows.matrix([name])[:, 0] for name in _GENDER)
    raw *= np.where((gender < -0.6) & (strength >= 4) & (kind == PRONOUN), 0.005, 1.0)
    total = np.add.reduceat(raw, rows.bounds[:-1])
    shares: Floats = (raw / np.maximum(total[rows.turn], 1e-12)).astype(np.float32)
    return shares


def beliefs(rows: Rows, shares: Floats) -> list[dict[int, float]]:
    """The chances by turn, the hopeless left out."""
    found: list[dict[int, float]] = [{} for _ in range(len(rows.bounds) - 1)]
    for row in np.nonzero(shares > 0.004)[0].tolist():
        found[int(rows.turn[row])][int(rows.who[row])] = float(shares[row])
    return found


def links(
    rows: Rows, company: Company, turns: list[Turn], believed: list[dict[int, float]], step: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """A row for each turn, on whether the turn `step` before it has the same speaker; and where that is a question."""
    mentions = company.mentions
    total = len(turns)
    here = np.arange(total)
    before, between = np.maximum(here - step, 0), np.maximum(here - 1, 0)
    base = rows.matrix(_SHARED, rows.bounds[:-1])
    pointed = np.asarray(pointed_at(turns, mentions))
    gender = np.asarray([gender_of(turn, company) for turn in turns])
    home = np.asarray([turn.paragraph for turn in turns])
    overlap = np.zeros(total, np.float32)
    look = Beliefs(believed)
    np.add.at(overlap, rows.turn, look.look(rows.turn, rows.who) * look.look(before[rows.turn], rows.who))
    called = np.asarray(
        [
            bool(turn.called)
            and bool(believed[near])
            and max(believed[near], key=lambda who: believed[near][who]) in turn.called
            for turn, near in zip(turns, before.tolist(), strict=True)
        ]
    )
    same = np.where((pointed < 0) | (pointed[before] < 0), 0, np.where(pointed == pointed[before], 1, -1))
    apart = home - home[before]
    more = (same, gender * gender[before], np.minimum(apart, 20), overlap, called)
    values = np.column_stack([base, base[before], base[between], *(each.astype(np.float32) for each in more)])
    return values, (apart <= _APART) & (here >= step)


def settle(rows: Rows, shares: Floats, one: Floats, two: Floats, weight: float = 1.0) -> Floats:
    """The chances after the whole exchange is weighed.

    `one`, `two`: the chance that a turn has the speaker of the turn before, of the turn before that; negative where
    there is no telling. `weight`: the power that these count with.
    """
    total = len(rows.bounds) - 1
    if not total:
        return shares
    tops: list[NDArray[np.int64]] = []
    likely: list[NDArray[np.float64]] = []
    places: list[NDArray[np.int64]] = []
    for turn in range(total):
        start, end = rows.bounds[turn], rows.bounds[turn + 1]
        best = start + np.argsort(-shares[start:end], kind="stable")[:_KEPT]
        places.append(best)
        tops.append(rows.who[best])
        likely.append(np.maximum(shares[best].astype(np.float64), 1e-4))
    forward = [likely[0][None, :] / likely[0].sum()]
    for turn in range(1, total):
        step = _fit(tops[turn - 1], tops[turn], one[turn], weight)
        if turn == 1:
            message = forward[0][0][:, None] * step * likely[1][None, :]
        else:
            message = (
                (forward[-1].T @ _fit(tops[turn - 2], tops[turn], two[turn], weight)) * step * likely[turn][None, :]
            )
        forward.append(message / message.sum())
    settled = np.zeros(len(shares), np.float32)
    backward = np.ones_like(forward[-1])
    for turn in range(total - 1, -1, -1):
        found = (forward[turn] * backward).sum(axis=0)
        settled[places[turn]] = found / found.sum()
        if turn:
            onward = backward * _fit(tops[turn - 1], tops[turn], one[turn], weight) * likely[turn][None, :]
            if turn == 1:
                backward = onward.sum(axis=1)[None, :]
            else:
                backward = _fit(tops[turn - 2], tops[turn], two[turn], weight) @ onward.T
            backward = backward / backward.max()
    return settled


def _fit(earlier: NDArray[np.int64], later: NDArray[np.int64], chance: float, weight: float) -> NDArray[np.float64]:
    """How well each pair of speakers goes with the chance that they are one."""
    if chance < 0:
        return np.ones((len(earlier), len(later)))
    held = min(max(float(chance), 0.02), 0.98)
    same = earlier[:, None] == later[None, :]
    found: NDArray[np.float64] = np.where(same, held**weight, (1.0 - held) ** weight)
    return found
