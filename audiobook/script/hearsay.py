"""What is believed so far -> columns: who speaks around a turn, whom a description means elsewhere, who talks so."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
from numpy.typing import NDArray

from audiobook.script.mentions import PHRASE, PRONOUN
from audiobook.script.people import Company
from audiobook.script.table import LEAN, Beliefs, Floats, Table
from audiobook.script.tokens import Tokens
from audiobook.script.turns import Turn


def add_beliefs(
    table: Table, tokens: Tokens, company: Company, turns: list[Turn], believed: list[dict[int, float]]
) -> None:
    """What is believed of the turns around, of the same description elsewhere, and of how each figure talks."""
    who, turn = table.who, table.turn
    total = len(turns)
    beliefs = Beliefs(believed)
    here = np.arange(total)
    home = np.asarray([each.paragraph for each in turns], np.int64)
    own = beliefs.look(turn, who)
    table.put("belief", own)
    table.rank("belief rank", -own)
    best = np.asarray(
        [max(chances, key=lambda each: (chances[each], -each)) if chances else -1 for chances in believed]
    )
    sure = np.asarray([max(chances.values()) if chances else 0.0 for chances in believed])
    top = np.maximum.reduceat(own, table.bounds[table.here.start : table.here.stop])
    table.put("belief behind", top[turn - table.here.start] - own)
    table.each("belief top", sure)
    local = np.zeros(len(who), np.float32)
    for step in (-8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8):
        near = np.clip(here + step, 0, total - 1)
        close = (np.abs(home[near] - home) <= 2 * abs(step) + 1) & (near != here)
        chance = np.where(close[turn], beliefs.look(near[turn], who), -0.2)
        if abs(step) <= 5:
            table.put(f"belief {step}", chance)
        if abs(step) <= 2:
            table.put(
                f"best {step}",
                np.where(close[turn], np.where(best[near][turn] == who, sure[near][turn], -sure[near][turn]), 0),
            )
        local += np.maximum(chance, 0) / (1 + abs(step) / 3)
    table.put("belief near", local)
    table.rank("belief near rank", -local)
    # the same two people go on: who is neither the one before nor the one before that is a third voice
    before = np.clip(here - 1, 0, total - 1)
    earlier = np.clip(here - 2, 0, total - 1)
    table.each("pair before", (home - home[earlier] <= 4) & (best[before] != best[earlier]))
    ahead = np.clip(here + 1, 0, total - 1)
    table.each("flanked", (best[before] == best[ahead]) & (home[ahead] - home[before] <= 4))
    _partners(table, home, believed, beliefs)
    _same_words(table, company, turns, believed)
    _same_gender(table, company, turns, believed, own)
    _same_talk(table, tokens, turns, believed)


_APART = 4  # paragraphs between two who talk with each other


def _partners(table: Table, home: NDArray[np.int64], believed: list[dict[int, float]], beliefs: Beliefs) -> None:
    """How often who is believed to speak next to a turn speaks next to the figure, the turn itself left out."""
    total = len(believed)
    talks: dict[tuple[int, int], float] = defaultdict(float)
    says: dict[int, float] = defaultdict(float)
    shared: dict[int, dict[tuple[int, int], float]] = {}  # those that are asked for below
    for number in range(total - 1):
        here: dict[tuple[int, int], float] = {}
        if home[number + 1] - home[number] <= _APART:
            for one, chance in believed[number].items():
                for two, other in believed[number + 1].items():
                    if one != two and chance * other > 0.02:
                        pair = (one, two) if one < two else (two, one)
                        here[pair] = here.get(pair, 0.0) + chance * other
        for pair, both in here.items():
            talks[pair] += both
            says[pair[0]] += both
            says[pair[1]] += both
        if table.here.start - 1 <= number < table.here.stop:
            shared[number] = here
    for name, step in (("partner before", -1), ("partner after", 1)):
        found: list[dict[int, float]] = []
        for number in range(total):
            near = number + step if number in table.here else -1
            scores: dict[int, float] = {}
            if 0 <= near < total and abs(home[near] - home[number]) <= _APART and believed[near]:
                own = shared[min(near, number)]
                other, chance = max(believed[near].items(), key=lambda item: (item[1], -item[0]))
                lost = sum(both for pair, both in own.items() if other in pair)
                for who in table.who[table.bounds[number] : table.bounds[number + 1]].tolist():
                    pair = (who, other) if who < other else (other, who)
                    scores[who] = (talks.get(pair, 0.0) - own.get(pair, 0.0)) / (says[other] - lost + 2.0) * chance
            found.append(scores)
        table.put(name, table.dots(found, -1.0))


def _same_words(table: Table, company: Company, turns: list[Turn], believed: list[dict[int, float]]) -> None:
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
    elsewhere: list[dict[int, float]] = []
    for key, chances in zip(keys, believed, strict=True):
        if not key or uses[key] < 2:
            elsewhere.append({})
        else:
            elsewhere.append(
                {who: (value - chances.get(who, 0.0)) / (uses[key] - 1) for who, value in sums[key].items()}
            )
    table.put("word belief", table.dots(elsewhere))
    table.each("word uses", [min(uses[key], 20) if key else 0 for key in keys])


def _same_gender(
    table: Table, company: Company, turns: list[Turn], believed: list[dict[int, float]], own: Floats
) -> None:
    """What the pronouns of the turns that each figure is believed to speak say of it, this turn left out."""
    mentions = company.mentions
    gender = [
        LEAN[mentions[turn.tag.mention].gender]
        if turn.tag is not None and turn.tag.strength >= 3 and mentions[turn.tag.mention].kind in (PRONOUN, PHRASE)
        else 0
        for turn in turns
    ]
    sums = np.zeros(len(company.figures.all), np.float32)
    masses = np.zeros(len(company.figures.all), np.float32)
    for number, chances in enumerate(believed):
        if gender[number]:
            for who, chance in chances.items():
                sums[who] += gender[number] * chance
                masses[who] += chance
    here = np.asarray(gender, np.float32)[table.turn]
    lean = (sums[table.who] - here * own) / (masses[table.who] - np.abs(here) * own + 1.0)
    table.put("gender belief", here * lean)


def _same_talk(table: Table, tokens: Tokens, turns: list[Turn], believed: list[dict[int, float]]) -> None:
    """How much likelier the turn's words are a figure's than anybody's, by the turns that it is believed to speak."""
    bags: list[tuple[str, ...]] = []  # each word once
    for turn in turns:
        bag: dict[str, None] = {}
        for number in turn.quotes:
            quote = tokens.quotes[number]
            first, last = tokens.between(quote.start, quote.end)
            bag.update(dict.fromkeys(tokens.lows[first : min(last, first + 80)]))
        bags.append(tuple(bag))
    common: Counter[str] = Counter()
    for words in bags:
        common.update(words)
    kept = {word: place for place, (word, count) in enumerate(common.most_common(1200)) if count >= 4}
    if not kept:
        table.put("talk", np.zeros(len(table.who)))
        table.put("talk rank", np.zeros(len(table.who)))
        return
    figures = table.figures
    counts = np.zeros((figures, len(kept)), np.float32)
    cells = [([kept[word] for word in bag if word in kept]) for bag in bags]
    for chances, places in zip(believed, cells, strict=True):
        for who, chance in chances.items():
            if chance > 0.1 and who < figures:
                counts[who, places] += chance
    everybody = counts.sum(axis=0)
    mass = counts.sum(axis=1)
    overall = (everybody + 0.5) / (everybody.sum() + 0.5 * len(kept))
    found = np.zeros(len(table.who), np.float32)
    bounds, whos = table.bounds.tolist(), table.who.tolist()
    for number in table.here:
        places = cells[number]
        if not places:
            continue
        rows = slice(bounds[number], bounds[number + 1])
        mine = np.asarray([believed[number].get(who, 0.0) for who in whos[rows]], np.float32)[:, None]
        part = counts[whos[rows]][:, places] - mine
        total = mass[whos[rows]][:, None] - mine * len(places)
        chance = (part + 40.0 * overall[places]) / (total + 40.0)
        found[rows] = np.log(np.maximum(chance, 1e-9) / overall[places]).sum(axis=1) / (4 + len(places)) ** 0.5
    table.put("talk", found)
    table.rank("talk rank", -found)
