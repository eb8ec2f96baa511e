"""Turns -> the people who may speak each: those near, those who are pointed at, those who speak near."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from itertools import repeat

import numpy as np

from audiobook.script.figures import Figure
from audiobook.script.layout import Layout
from audiobook.script.mentions import PHRASE
from audiobook.script.people import Company
from audiobook.script.table import Ints
from audiobook.script.turns import Turn

_MOST = 16  # candidates for a turn


def candidates(
    layout: Layout,
    company: Company,
    turns: list[Turn],
    focus: list[dict[int, float]],
    together: dict[str, dict[int, float]],
    believed: list[dict[int, float]] | None,
) -> tuple[Ints, Ints, Ints]:
    """Who may speak each turn: those near, those who are pointed at, those who speak near."""
    mentions, figures = company.mentions, company.figures
    tagged: Counter[int] = Counter()
    pointed: list[list[int]] = []
    for turn in turns:
        here = [mentions[cue.mention].who for cue in (turn.tag, turn.other) if cue is not None]
        here = [who for who in here if who >= 0]
        pointed.append(here)
        tagged.update(here[:1])
    leading = [who for who, _ in tagged.most_common(2)]
    if not figures.all:
        _anybody(company)
    firsts = array("i", [mention.first for mention in mentions])
    turn_of, who_of, bounds = array("i"), array("i"), array("i", [0])
    for number, turn in enumerate(turns):
        scores: dict[int, float] = {who: 100.0 for who in pointed[number]}
        if believed is not None:
            for who, chance in believed[number].items():
                scores[who] = scores.get(who, 0.0) + 30.0 * chance
        for cue in (turn.tag, turn.other):
            if cue is not None:
                mention = mentions[cue.mention]
                for who in mention.others:
                    scores[who] = scores.get(who, 0.0) + 5.0
                kept = together.get(mention.key) if mention.kind == PHRASE else None
                if kept:
                    for who in sorted(kept, key=lambda each: (-kept[each], each))[:3]:
                        scores[who] = scores.get(who, 0.0) + 2.0
        for step in range(-12, 9):
            near = number + step
            if step and 0 <= near < len(turns) and abs(turns[near].paragraph - turn.paragraph) <= 40:
                for who in pointed[near]:
                    scores[who] = scores.get(who, 0.0) + 3.0 / (1 + abs(step))
                for who in turns[near].called:
                    scores[who] = scores.get(who, 0.0) + 1.5 / (1 + abs(step))
        for who, weight in focus[number].items():
            scores[who] = scores.get(who, 0.0) + 2.0 * weight
        stop = bisect_left(firsts, layout.edges[min(turn.paragraph + 3, len(layout.edges) - 1)])
        for back in range(stop - 1, max(-1, stop - 61), -1):
            mention = mentions[back]
            if mention.who >= 0:
                scores[mention.who] = scores.get(mention.who, 0.0) + 0.5 / (1 + 0.05 * (stop - back)) * (
                    0.4 if mention.within >= 0 else 1.0
                )
        if figures.narrator >= 0:
            scores[figures.narrator] = scores.get(figures.narrator, 0.0) + 5.0
        for who in leading:
            scores[who] = scores.get(who, 0.0) + 0.05
        if not scores:
            scores[_anybody(company)] = 0.0
        best = sorted(scores, key=lambda who: (-scores[who], who))[:_MOST]
        turn_of.extend(repeat(number, len(best)))
        who_of.extend(sorted(best))
        bounds.append(len(who_of))
    return np.asarray(turn_of, np.int64), np.asarray(who_of, np.int64), np.asarray(bounds, np.int64)


def _anybody(company: Company) -> int:
    """Whom to name where nobody is near: the one most spoken of, or Someone."""
    figures = company.figures.all
    if not figures:
        company.figures.add(Figure("anyone", Counter(["Someone"])))
    return max(range(len(figures)), key=lambda who: (figures[who].told, -who))
