"""Mentions -> who is in mind at every point, and so whom "he" most likely means.

Somebody mentioned gains weight, more as a subject, less in talk; weight fades with the words that follow, and with
every paragraph and scene. The numbers were set by how often the likeliest is right for "he said", on annotated novels.
"""

from __future__ import annotations

from array import array
from heapq import merge
from math import exp

from audiobook.script.figures import Figures
from audiobook.script.layout import Layout
from audiobook.script.mentions import NAME, PHRASE, PRONOUN, SELF, Mention
from audiobook.script.turns import Turn

_FADE = 120.0  # words in which a weight falls to a third
_PARAGRAPH, _SCENE = 14, 50  # words that the end of a paragraph, of a scene, counts for
_LEAST, _MOST = 0.01, 2.15
_SUBJECT, _OBJECT, _OWNER, _QUOTED = 1.7, 0.84, 0.08, 0.3
_MEANT, _SPEAKS = 1.3, 1.5  # of whom a pronoun means, of who speaks
_UNSURE = 0.2  # of a weight, where the gender is not known
_JUST_SPOKE, _SPOKE_BEFORE, _NAMED = 0.45, 1.1, 0.25  # factors for the pronoun of a tag


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
        self.weights[who] = (min(_MOST, old * exp((since - at) / _FADE) + weight), at)


def follow(
    layout: Layout, figures: Figures, mentions: list[Mention], turns: list[Turn], speakers: list[dict[int, float]]
) -> tuple[list[dict[int, float]], dict[int, dict[int, float]], array[int]]:
    """Who is in mind where each turn begins; whom each pronoun of a cue may mean, by mention; and the likeliest, by
    mention.

    `speakers`: for each turn what is known of who speaks it.
    """
    focus = Focus()
    genders = _genders(figures, mentions, turns, speakers)
    at_turn: list[dict[int, float]] = []
    meant: dict[int, dict[int, float]] = {}
    likeliest = array("i", [mention.who if mention.kind in (NAME, PHRASE, SELF) else -1 for mention in mentions])
    tagging = {
        turn.tag.mention: number for number, turn in enumerate(turns) if turn.tag is not None and turn.tag.strength >= 3
    }
    cues = {cue.mention for turn in turns for cue in (turn.tag, turn.other) if cue is not None}

    def clock(at: int) -> int:
        home = layout.home(at)
        return at + _PARAGRAPH * home + _SCENE * layout.scenes[home]

    # what happens at a word: a turn has ended, a turn begins, somebody is mentioned
    events = merge(
        ((at, 0, number) for number, at in enumerate(layout.ends)),
        ((at, 1, number) for number, at in enumerate(layout.begins)),
        ((mention.first, 2, number) for number, mention in enumerate(mentions)),
    )
    for at, kind, number in events:
        if kind == 0:
            for who, chance in speakers[number].items():
                if chance > 0.15:
                    focus.add(who, clock(at), _SPEAKS * chance)
            continue
        if kind == 1:
            at_turn.append(focus.now(clock(at)))
            continue
        mention = mentions[number]
        if mention.who >= 0 and mention.kind != PRONOUN:
            weight = (
                _QUOTED
                if mention.within >= 0
                else _SUBJECT
                if mention.subject
                else _OWNER
                if mention.owned
                else _OBJECT
            )
            focus.add(mention.who, clock(at), weight)
        elif mention.kind == PRONOUN and mention.within < 0:
            fitting = {
                who: weight * (1.0 if genders[who] == mention.gender else _UNSURE)
                for who, weight in focus.now(clock(at)).items()
                if genders[who] in (mention.gender, "") and who != figures.narrator
            }
            if number in tagging:
                _weigh_turns(fitting, turns, speakers, tagging[number])
            whole = sum(fitting.values())
            if whole > 0:
                if number in cues:
                    meant[number] = {who: weight / whole for who, weight in fitting.items()}
                best = max(fitting, key=lambda who: (fitting[who], -who))
                likeliest[number] = best
                focus.add(best, clock(at), _MEANT * (fitting[best] / whole) ** 0.85)
    return at_turn, meant, likeliest


def _weigh_turns(
    fitting: dict[int, float], turns: list[Turn], speakers: list[dict[int, float]], number: int
) -> None:
    """ "he said": seldom who spoke just before, seldom whom the turn itself names."""
    turn = turns[number]
    for step, factor in ((1, _JUST_SPOKE), (2, _SPOKE_BEFORE)):
        if number >= step and step <= turn.paragraph - turns[number - step].paragraph <= 2 * step:
            for who, chance in speakers[number - step].items():
                if who in fitting:
                    fitting[who] *= 1.0 - (1.0 - factor) * chance
    for who in turn.named | turn.called:
        if who in fitting:
            fitting[who] *= _NAMED


def _genders(
    figures: Figures, mentions: list[Mention], turns: list[Turn], speakers: list[dict[int, float]]
) -> list[str]:
    """ "he", "she" or "" for each figure; where the text about it tells nothing, as the tags of its turns tell."""
    he, she = [0.0] * len(figures.all), [0.0] * len(figures.all)
    for turn, chances in zip(turns, speakers, strict=True):
        if turn.tag is None or turn.tag.strength < 3:
            continue
        mention = mentions[turn.tag.mention]
        if mention.kind == PRONOUN and mention.gender:
            tally = he if mention.gender == "he" else she
            for who, chance in chances.items():
                tally[who] += chance
    found = []
    for number, figure in enumerate(figures.all):
        gender = figure.gender
        if not gender and he[number] + she[number] > 1.5:
            gender = "he" if he[number] > 3 * she[number] else "she" if she[number] > 3 * he[number] else ""
        found.append(gender)
    return found
