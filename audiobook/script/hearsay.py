"""What is believed so far -> columns: who speaks around a turn, whom a description means elsewhere, who talks so."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
from numpy.typing import NDArray

from audiobook.script.layout import Layout
from audiobook.script.mentions import PHRASE
from audiobook.script.people import Company
from audiobook.script.table import Beliefs, Fill, Table, gender_of
from audiobook.script.turns import Turn


def beliefs_around(
    layout: Layout, company: Company, turns: list[Turn], believed: list[dict[int, float]], figures: int
) -> list[Fill]:
    """What is believed of the turns around, of the same description elsewhere, and of how each figure talks.

    `figures`: one more than the last figure that may speak any turn.
    """
    beliefs = Beliefs(believed)
    home = np.asarray([each.paragraph for each in turns], np.int64)
    return [
        _beliefs(home, believed, beliefs),
        _partners(home, believed),
        _same_words(company, turns, believed),
        _same_gender(company, turns, believed, beliefs),
        _same_talk(layout, believed, figures),
    ]


def _beliefs(home: NDArray[np.int64], believed: list[dict[int, float]], beliefs: Beliefs) -> Fill:
    total = len(believed)
    here = np.arange(total)
    best = np.asarray(
        [max(chances, key=lambda each: (chances[each], -each)) if chances else -1 for chances in believed]
    )
    sure = np.asarray([max(chances.values()) if chances else 0.0 for chances in believed])
    before, earlier, ahead = (np.clip(here + step, 0, total - 1) for step in (-1, -2, 1))
    # the same two people go on: who is neither the one before nor the one before that is a third voice
    pair_before = (home - home[earlier] <= 4) & (best[before] != best[earlier])
    flanked = (best[before] == best[ahead]) & (home[ahead] - home[before] <= 4)

    def fill(table: Table) -> None:
        who, turn = table.who, table.turn
        own = beliefs.look(turn, who)
        table.put("belief", own)
        table.rank("belief rank", -own)
        top = np.maximum.reduceat(own, table.bounds[table.here.start : table.here.stop])
        table.put("belief behind", top[turn - table.here.start] - own)
        table.each("belief top", sure)
        local = np.zeros(len(who), np.float32)
        for step in (-8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8):
            near = np.clip(turn + step, 0, total - 1)
            close = (np.abs(home[near] - home[turn]) <= 2 * abs(step) + 1) & (near != turn)
            chance = np.where(close, beliefs.look(near, who), -0.2)
            if abs(step) <= 5:
                table.put(f"belief {step}", chance)
            if abs(step) <= 2:
                table.put(f"best {step}", np.where(close, np.where(best[near] == who, sure[near], -sure[near]), 0))
            local += np.maximum(chance, 0) / (1 + abs(step) / 3)
        table.put("belief near", local)
        table.rank("belief near rank", -local)
        table.each("pair before", pair_before)
        table.each("flanked", flanked)

    return fill


_APART = 4  # paragraphs between two who talk with each other


def _partners(home: NDArray[np.int64], believed: list[dict[int, float]]) -> Fill:
    """How often who is believed to speak next to a turn speaks next to the figure, the turn itself left out."""
    total = len(believed)
    talks: dict[tuple[int, int], float] = defaultdict(float)
    says: dict[int, float] = defaultdict(float)

    def shared(number: int) -> dict[tuple[int, int], float]:
        """How surely each two talk in a turn and the next."""
        here: dict[tuple[int, int], float] = {}
        if home[number + 1] - home[number] <= _APART:
            for one, chance in believed[number].items():
                for two, other in believed[number + 1].items():
                    if one != two and chance * other > 0.02:
                        pair = (one, two) if one < two else (two, one)
                        here[pair] = here.get(pair, 0.0) + chance * other
        return here

    for number in range(total - 1):
        for pair, both in shared(number).items():
            talks[pair] += both
            says[pair[0]] += both
            says[pair[1]] += both

    def fill(table: Table) -> None:
        bounds, whos = table.bounds.tolist(), table.who.tolist()
        for name, step in (("partner before", -1), ("partner after", 1)):
            found = np.full(len(whos), -1.0, np.float32)
            for number in table.here:
                near = number + step
                if 0 <= near < total and abs(home[near] - home[number]) <= _APART and believed[near]:
                    own = shared(min(near, number))
                    other, chance = max(believed[near].items(), key=lambda item: (item[1], -item[0]))
                    lost = sum(both for pair, both in own.items() if other in pair)
                    for row in range(bounds[number], bounds[number + 1]):
                        who = whos[row]
                        pair = (who, other) if who < other else (other, who)
                        says_else = says[other] - lost + 2.0
                        found[row] = (talks.get(pair, 0.0) - own.get(pair, 0.0)) / says_else * chance
            table.put(name, found)

    return fill


def _same_words(company: Company, turns: list[Turn], believed: list[dict[int, float]]) -> Fill:
    """ "the beadle": who is believed to be meant elsewhere in the book."""
    mentions = company.mentions
    keys = [
        mentions[turn.tag.mention].key
        if turn.tag is not None and turn.tag.strength >= 3 and mentions[turn.tag.mention].kind == PHRASE
        else ""
        for turn in turns
    ]
    sums: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    uses: Counter[str] = Counter(keys)
    for key, chances in zip(keys, believed, strict=True):
        if key:
            for who, chance in chances.items():
                sums[key][who] += chance
    often = np.asarray([min(uses[key], 20) if key else 0 for key in keys])

    def fill(table: Table) -> None:
        bounds, whos = table.bounds.tolist(), table.who.tolist()
        found = np.zeros(len(whos), np.float32)
        for number in table.here:
            key, chances = keys[number], believed[number]
            if key and uses[key] > 1:
                said = sums[key]
                for row in range(bounds[number], bounds[number + 1]):
                    who = whos[row]
                    if who in said:
                        found[row] = (said[who] - chances.get(who, 0.0)) / (uses[key] - 1)
        table.put("word belief", found)
        table.each("word uses", often)

    return fill


def _same_gender(company: Company, turns: list[Turn], believed: list[dict[int, float]], beliefs: Beliefs) -> Fill:
    """What the pronouns of the turns that each figure is believed to speak say of it, this turn left out."""
    gender = [
        gender_of(turn, company) if turn.tag is not None and turn.tag.strength >= 3 else 0 for turn in turns
    ]
    sums = np.zeros(len(company.figures.all), np.float32)
    masses = np.zeros(len(company.figures.all), np.float32)
    for number, chances in enumerate(believed):
        if gender[number]:
            for who, chance in chances.items():
                sums[who] += gender[number] * chance
                masses[who] += chance
    said = np.asarray(gender, np.float32)

    def fill(table: Table) -> None:
        here, own = said[table.turn], beliefs.look(table.turn, table.who)
        lean = (sums[table.who] - here * own) / (masses[table.who] - np.abs(here) * own + 1.0)
        table.put("gender belief", here * lean)

    return fill


def _same_talk(layout: Layout, believed: list[dict[int, float]], figures: int) -> Fill:
    """How much likelier the turn's words are a figure's than anybody's, by the turns that it is believed to speak."""
    if not layout.vocabulary:

        def none(table: Table) -> None:
            table.put("talk", np.zeros(len(table.who)))
            table.put("talk rank", np.zeros(len(table.who)))

        return none
    counts = np.zeros((figures, layout.vocabulary), np.float32)
    for number, chances in enumerate(believed):
        words = layout.words_of(number)
        for who, chance in chances.items():
            if chance > 0.1 and who < figures:
                counts[who, words] += chance
    everybody = counts.sum(axis=0)
    mass = counts.sum(axis=1)
    overall = (everybody + 0.5) / (everybody.sum() + 0.5 * layout.vocabulary)

    def fill(table: Table) -> None:
        found = np.zeros(len(table.who), np.float32)
        bounds, whos = table.bounds.tolist(), table.who.tolist()
        for number in table.here:
            words = layout.words_of(number)
            if not len(words):
                continue
            rows = slice(bounds[number], bounds[number + 1])
            mine = np.asarray([believed[number].get(who, 0.0) for who in whos[rows]], np.float32)[:, None]
            part = counts[whos[rows]][:, words] - mine
            total = mass[whos[rows]][:, None] - mine * len(words)
            chance = (part + 40.0 * overall[words]) / (total + 40.0)
            found[rows] = np.log(np.maximum(chance, 1e-9) / overall[words]).sum(axis=1) / (4 + len(words)) ** 0.5
        table.put("talk", found)
        table.rank("talk rank", -found)

    return fill
