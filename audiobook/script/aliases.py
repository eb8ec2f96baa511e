"""Descriptions that stand for somebody named: "the beadle" is Mr. Lee, for they keep company and never talk together.

Who is named and who is described are one where the description is used beside the name far more often than by
chance, while the two take no turns with each other.
"""

from __future__ import annotations

from collections import Counter

from audiobook.script.mentions import PHRASE
from audiobook.script.people import Company
from audiobook.script.pointers import company_kept, lifted
from audiobook.script.turns import Turn

_LOOSE = frozenset("man woman boy girl lady gentleman child fellow lad youth person one other stranger voice".split())
_NEAR = 6  # turns


def join(company: Company, turns: list[Turn]) -> None:
    """Gives the mentions of such a description to whom it stands for."""
    mentions, figures = company.mentions, company.figures
    pointed = [
        mentions[turn.tag.mention].who if turn.tag is not None and turn.tag.strength >= 3 else -1 for turn in turns
    ]
    tags = Counter(pointed)
    kept = company_kept(company, turns)
    lift = lifted(kept, company)
    beside, near = _meetings(turns, pointed)
    joined: dict[str, int] = {}
    for key, company_of in kept.items():
        own = figures.phrases.get(key, -1)
        if own < 0 or figures.all[own].kind != "phrase" or tags[own] < 4 or (" " in key and key.split()[0] in _OWNED):
            continue
        best = -1
        most = 0.0
        for who, share in company_of.items():
            figure = figures.all[who]
            if (
                figure.kind not in ("name", "title", "given")
                or tags[who] < 3
                or {figure.gender, figures.all[own].gender}
                == {
                    "he",
                    "she",
                }
            ):
                continue
            score = lift[key][who] * share
            if score > most and _one(key, share, lift[key][who], beside[own, who], near[own, who]):
                best, most = who, score
        if best >= 0:
            joined[key] = best
    for mention in mentions:
        if mention.kind == PHRASE and mention.key in joined and mention.who in (-1, figures.phrases[mention.key]):
            mention.who = joined[mention.key]
    for key, who in joined.items():
        figures.all[who].shown.update(dict.fromkeys(figures.all[figures.phrases[key]].shown, 1))
        figures.phrases[key] = who


_OWNED = frozenset("his her my their our your".split())


def _one(key: str, share: float, lift: float, beside: int, near: int) -> bool:
    """Whether description and name are one person's."""
    if key.split()[-1] in _LOOSE:
        return share > 0.33 and lift > 1.0 and near >= 20 and beside <= 0.04 * near
    if near < 5:
        return share > 0.8 and lift > 2.0 and not beside
    return share > 0.4 and lift > 1.1 and beside <= 0.09 * near


def _meetings(turns: list[Turn], pointed: list[int]) -> tuple[Counter[tuple[int, int]], Counter[tuple[int, int]]]:
    """How often two figures speak one after the other, and how often near each other."""
    beside: Counter[tuple[int, int]] = Counter()
    near: Counter[tuple[int, int]] = Counter()
    for number, one in enumerate(pointed):
        if one < 0:
            continue
        for step in range(1, _NEAR + 1):
            if number + step >= len(pointed) or turns[number + step].paragraph - turns[number].paragraph > 2 * step + 2:
                break
            two = pointed[number + step]
            if two >= 0 and two != one:
                for pair in ((one, two), (two, one)):
                    if step == 1:
                        beside[pair] += 1
                    else:
                        near[pair] += 1
    return beside, near
