"""Mentions -> who is in mind at every point, and so whom "he" most likely means.

Somebody mentioned gains weight, more as a subject, less in talk; weight fades with the words that follow.
"""

from __future__ import annotations

from math import exp

from audiobook.script.figures import Figures
from audiobook.script.mentions import NAME, PHRASE, PRONOUN, SELF, Mention
from audiobook.script.tokens import Tokens
from audiobook.script.turns import Turn

_FADE = 120.0  # words in which a weight falls to a third
_LEAST = 0.01
_ELSEWHERE = 0.5  # what is left of a weight where another scene begins


class Focus:
    """The figures in mind, with their weights."""

    def __init__(self) -> None:
        self.weights: dict[int, tuple[float, int]] = {}

    def now(self, at: int) -> dict[int, float]:
        current: dict[int, float] = {}
        gone = []
        for who, (weight, since) in self.weights.items():
            left = weight * exp((since - at) / _FADE)
            if left < _LEAST:
                gone.append(who)
            else:
                current[who] = left
        for who in gone:
            del self.weights[who]
        return current

    def add(self, who: int, at: int, weight: float) -> None:
        old, since = self.weights.get(who, (0.0, at))
        self.weights[who] = (min(3.0, old * exp((since - at) / _FADE) + weight), at)

    def dim(self, factor: float) -> None:
        self.weights = {who: (weight * factor, since) for who, (weight, since) in self.weights.items()}


def follow(
    tokens: Tokens, figures: Figures, mentions: list[Mention], turns: list[Turn], speakers: list[dict[int, float]]
) -> tuple[list[dict[int, float]], dict[int, dict[int, float]], list[int]]:
    """Who is in mind where each turn begins; whom each pronoun may mean, by mention; and the likeliest, by mention.

    `speakers`: for each turn what is known of who speaks it.
    """
    focus = Focus()
    genders = [figure.gender for figure in figures.all]
    at_turn: list[dict[int, float]] = []
    meant: dict[int, dict[int, float]] = {}
    likeliest = [mention.who if mention.kind in (NAME, PHRASE, SELF) else -1 for mention in mentions]
    begins = [tokens.at(tokens.quotes[turn.quotes[0]].start) for turn in turns]
    finishes = [tokens.at(tokens.quotes[turn.quotes[-1]].end) for turn in turns]
    pending: list[tuple[int, int]] = []
    coming = 0
    scene = -1
    count = len(turns)
    for number, mention in enumerate(mentions):
        at = mention.first
        while coming < count and begins[coming] <= at:
            while pending and pending[0][0] <= begins[coming]:
                _spoken(focus, pending.pop(0), speakers)
            at_turn.append(focus.now(begins[coming]))
            pending.append((finishes[coming], coming))
            coming += 1
        while pending and pending[0][0] <= at:
            _spoken(focus, pending.pop(0), speakers)
        here = tokens.scenes[tokens.homes[at]]
        if here != scene:
            if scene >= 0:
                focus.dim(_ELSEWHERE)
            scene = here
        if mention.who >= 0 and mention.kind != PRONOUN:
            weight = 0.25 if mention.within >= 0 else 1.0 if mention.subject else 0.45 if mention.owned else 0.65
            focus.add(mention.who, at, weight)
        elif mention.kind == PRONOUN and mention.within < 0:
            current = focus.now(at)
            fitting = {
                who: weight * (1.0 if genders[who] == mention.gender else 0.3)
                for who, weight in current.items()
                if genders[who] in (mention.gender, "")
            }
            total = sum(fitting.values())
            if total > 0:
                meant[number] = {who: weight / total for who, weight in fitting.items()}
                best = max(fitting, key=lambda who: (fitting[who], -who))
                likeliest[number] = best
                focus.add(best, at, 0.7 * fitting[best] / total)
    while coming < count:
        while pending and pending[0][0] <= begins[coming]:
            _spoken(focus, pending.pop(0), speakers)
        at_turn.append(focus.now(begins[coming]))
        pending.append((finishes[coming], coming))
        coming += 1
    return at_turn, meant, likeliest


def _spoken(focus: Focus, pending: tuple[int, int], speakers: list[dict[int, float]]) -> None:
    at, turn = pending
    for who, chance in speakers[turn].items():
        if chance > 0.15:
            focus.add(who, at, 0.6 * chance)
