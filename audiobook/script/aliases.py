"""Other names of somebody known, found by how the book uses them, whatever the names are.

A description stands for somebody named ("the beadle" is Mr. Lee) where it is used beside the name far more often than
by chance, while the two take no turns with each other. A name that is only ever called, and whose call is answered
by one person, is that person's ("Lizzy" is Elizabeth).
"""

from __future__ import annotations

from collections import Counter

from audiobook.script.mentions import PHRASE
from audiobook.script.people import Company
from audiobook.script.pointers import company_kept, lifted
from audiobook.script.turns import Turn, pointed_at

_LOOSE = frozenset("man woman boy girl lady gentleman child fellow lad youth person one other stranger voice".split())
_NEAR = 6  # turns


def join(company: Company, turns: list[Turn]) -> None:
    """Gives the mentions of such a description to whom it stands for."""
    _called(company, turns)
    mentions, figures = company.mentions, company.figures
    pointed = pointed_at(turns, mentions)
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


_ANSWERS = 4  # calls that must have been answered


def _called(company: Company, turns: list[Turn]) -> None:
    """Gives a name that people are only called by to the one who answers to it."""
    mentions, figures = company.mentions, company.figures
    pointed = pointed_at(turns, mentions)
    tags = Counter(pointed)
    answered: dict[int, Counter[int]] = {}
    calling: dict[int, Counter[int]] = {}
    for number, turn in enumerate(turns):
        for who in turn.called:
            calling.setdefault(who, Counter())[pointed[number]] += 1
            for near in (number - 1, number + 1):
                if 0 <= near < len(turns) and abs(turns[near].paragraph - turn.paragraph) in (1, 2):
                    answered.setdefault(who, Counter())[pointed[near]] += 1
    for nick, answers in sorted(answered.items()):
        figure = figures.all[nick]
        answers.pop(-1, None)
        if figure.role is not None or figure.kind != "name" or tags[nick] > 1 or not answers:
            continue
        if figure.told > 0.2 * figure.count or figure.called < 0.2 * figure.count:
            continue
        best, count = min(answers.items(), key=lambda item: (-item[1], item[0]))
        other = figures.all[best]
        if (
            best == nick
            or count < _ANSWERS
            or count < 0.42 * answers.total()
            or tags[best] < 5
            or calling[nick][best] > 0.25 * count
            or {figure.gender, other.gender} == {"he", "she"}
            or other.kind not in ("name", "title", "given", "narrator")
        ):
            continue
        _give(company, turns, nick, best)


def _give(company: Company, turns: list[Turn], one: int, other: int) -> None:
    """Everything that is figure `one`'s to figure `other`."""
    figures = company.figures
    giver, taker = figures.all[one], figures.all[other]
    for form, owners in figures.owners.items():
        if one in owners:
            figures.owners[form] = list(dict.fromkeys(other if who == one else who for who in owners))
    for mention in company.mentions:
        if mention.who == one:
            mention.who = other
            mention.gender = taker.gender or mention.gender
        if one in mention.others:
            mention.others = tuple(dict.fromkeys(other if who == one else who for who in mention.others))
    for turn in turns:
        if one in turn.called:
            turn.called = (turn.called - {one}) | {other}
        if one in turn.named:
            turn.named = (turn.named - {one}) | {other}
    taker.shown.update(giver.shown)
    taker.forms += giver.forms
    taker.count += giver.count
    taker.told += giver.told
    taker.called += giver.called
    giver.count = giver.told = 0
    giver.called = 0.0


_OWNED = frozenset("his her my their our your".split())


def _one(key: str, share: float, lift: float, beside: int, near: int) -> bool:
    """Whether description and name are one person's."""
    if _LOOSE.intersection(key.split()):
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
