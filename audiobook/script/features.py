"""Turns and their candidates -> rows of numbers: who is mentioned how far away, who spoke near, who was called.

No column names a person or a word: all are distances, counts, kinds and matches, so that what is learned from some
books holds for others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from audiobook.script.address import address_around
from audiobook.script.candidates import candidates
from audiobook.script.hearsay import beliefs_around
from audiobook.script.layout import Layout
from audiobook.script.people import Company
from audiobook.script.pointers import company_kept, cues_around
from audiobook.script.salience import follow
from audiobook.script.table import Fill, Floats, Ints, Rows, Table, Where, gender_of, lean, same
from audiobook.script.turns import Turn, pointed_at


def measure(
    layout: Layout, company: Company, turns: list[Turn], believed: list[dict[int, float]] | None = None
) -> Rows:
    """The rows. `believed`: the chances so far of who says each turn; without it the tags are all there is."""
    return measuring(layout, company, turns, believed)(range(len(turns)))


def measuring(
    layout: Layout, company: Company, turns: list[Turn], believed: list[dict[int, float]] | None
) -> Callable[[range], Rows]:
    """What gives the rows of some of the turns, for all of a long book's take much room; the numbers are the same
    however they are parted. Of each part `turn` are numbers among all turns, `bounds` those of all turns in all rows.
    """
    mentions = company.mentions
    speakers = believed
    if speakers is None:
        speakers = [{who: 1.0} if who >= 0 else {} for who in pointed_at(turns, mentions)]
    focus, meant, likeliest = follow(layout, company.figures, mentions, turns, speakers)
    del speakers
    together = company_kept(company, turns)
    turn, who, bounds = candidates(layout, company, turns, focus, together, believed)
    weights = Table(turn, who, bounds, range(len(turns))).dots(focus)
    del focus  # a dictionary for every turn
    fills = [
        _people(company, turns),
        _turns(layout, company, turns, bounds),
        address_around(layout.addressed, company, turns),
        *cues_around(layout, company, turns, meant, likeliest, together),
        _nearness(layout, company, turns, likeliest),
        _neighbours(company, turns),
        _focus(weights, bounds, company, turns),
    ]
    if believed is not None:
        fills += beliefs_around(layout, company, turns, believed, int(who.max()) + 1)

    def rows(here: range) -> Rows:
        table = Table(turn, who, bounds, here)
        for fill in fills:
            fill(table)
        return Rows(table.turn, table.who, bounds, table.columns, table.names)

    return rows


def _people(company: Company, turns: list[Turn]) -> Fill:
    """What a figure is in the whole book."""
    figures = company.figures
    every = figures.all
    count = Counter(pointed_at(turns, company.mentions))
    count.pop(-1, None)
    total, told = max(1, sum(count.values())), max(1, sum(figure.told for figure in every))
    kinds = {"given": 0, "name": 0, "title": 1, "phrase": 2, "narrator": 3, "anyone": 4}
    tags = np.asarray([count[number] for number in range(len(every))])
    # coarse on purpose: fine numbers would single out the people of the training novels
    told_share = _coarse([figure.told / told for figure in every])
    tag_share = _coarse([count[number] / total for number in range(len(every))])
    kind = np.asarray([kinds[figure.kind] for figure in every])
    leans = np.round(np.abs(lean(company)) * 4)
    called = np.round(np.asarray([min(0.5, figure.called / (2 + figure.count)) for figure in every]) * 12)
    quoted = np.round(np.asarray([1 - figure.told / max(1, figure.count) for figure in every]) * 6)

    def fill(table: Table) -> None:
        who = table.who
        for name, values in (
            ("told share", told_share),
            ("tag share", tag_share),
            ("tags", np.minimum(tags, 6)),
            ("kind", kind),
            ("lean", leans),
            ("called rate", called),
            ("quoted share", quoted),
        ):
            table.put(name, values[who])
        table.put("narrator", who == figures.narrator)
        table.rank("tag rank", -tags[who])

    return fill


def _coarse(shares: list[float]) -> Floats:
    """A share in steps of doubling."""
    found: Floats = np.round(np.log2(np.asarray(shares, np.float32) + 0.002))
    return found


def _turns(layout: Layout, company: Company, turns: Sequence[Turn], bounds: Ints) -> Fill:
    """What a turn is, whoever speaks it."""
    first_of_scene = np.searchsorted(layout.scenes, [layout.scenes[turn.paragraph] for turn in turns])
    before = [1_000] + [later.paragraph - turn.paragraph for turn, later in pairwise(turns)]
    after = [*before[1:], 1_000]
    each = {
        "scene place": np.minimum([turn.paragraph for turn in turns] - first_of_scene, 20),
        "gap before": np.minimum(before, 12),
        "gap after": np.minimum(after, 12),
        "quotes": np.asarray([len(turn.quotes) for turn in turns]),
        "continues": np.asarray([turn.continues for turn in turns]),
        "before asks": np.append([False], layout.said["asks"][:-1]),
        "same paragraph": np.asarray(before) == 0,
        "shares paragraph": np.asarray(after) == 0,
        "told by one": np.full(len(turns), company.told_by_one),
        "candidates": np.diff(bounds),
    }

    def fill(table: Table) -> None:
        for columns in (each, layout.said):
            for name, values in columns.items():
                table.each(name, values)

    return fill


def _nearness(layout: Layout, company: Company, turns: Sequence[Turn], likeliest: Sequence[int]) -> Fill:
    """How near the figure is mentioned, before and after, told or in talk."""
    mentions = company.mentions
    edges = np.asarray(layout.edges, np.int64)
    home = np.asarray([each.paragraph for each in turns], np.int64)
    scenes = np.asarray(layout.scenes, np.int64)
    scene_start = np.searchsorted(scenes, scenes[home])
    meant = np.fromiter((mention.who for mention in mentions), np.int32)
    guessed = np.asarray(likeliest, np.int32)
    place = np.fromiter((mention.first for mention in mentions), np.int32)
    outside = np.fromiter((mention.within < 0 for mention in mentions), bool)
    subjects = np.fromiter((mention.subject for mention in mentions), bool)
    wheres = {
        label: Where(whose[asked], place[asked])
        for label, whose, asked in (
            ("told", meant, (meant >= 0) & outside),
            ("known", guessed, (guessed >= 0) & outside),
            ("subject", guessed, (guessed >= 0) & outside & subjects),
            ("quoted", meant, (meant >= 0) & ~outside),
        )
    }
    genders = np.asarray([gender_of(each, company) for each in turns])
    leans = lean(company)
    names = np.asarray([figure.kind in ("name", "given", "title") for figure in company.figures.all])

    def fill(table: Table) -> None:
        who, turn = table.who, table.turn
        begin = np.asarray(layout.begins, np.int64)[turn]
        end = np.asarray(layout.ends, np.int64)[turn]
        here = home[turn]
        start, stop = edges[here], edges[here + 1]
        gender, leaning = genders[turn], leans[who]
        fits = (gender == 0) | (gender * leaning > -0.15)
        agrees = (gender != 0) & (gender * leaning > 0.25)
        table.put("fits", fits)
        named = names[who]

        def ahead(paragraphs: int) -> Ints:
            return edges[np.minimum(here + paragraphs, len(edges) - 1)]

        for label, where in wheres.items():
            since, until = where.since(who, begin, 100_000), where.until(who, end, 100_000)
            table.put(f"{label} since", np.log1p(since))
            table.rank(f"{label} since rank", since)
            table.put(f"{label} until", np.log1p(until))
            if label != "quoted":
                table.rank(f"{label} fit rank", np.where(fits, since, 1_000_000))
                table.each(f"{label} rivals", np.bincount(turn[agrees & named & (since < 400)], minlength=len(turns)))
            if label in ("told", "known"):
                back = here - (np.searchsorted(edges, np.maximum(begin - since, 0), side="right") - 1)
                table.put(f"{label} paragraphs", np.minimum(np.where(since < 100_000, back, 99), 99))
                table.rank(f"{label} until rank", until)
            table.put(f"{label} lead", where.count(who, start, begin))
            table.put(f"{label} trail", where.count(who, end, stop))
            table.put(f"{label} 3", where.count(who, edges[np.maximum(here - 3, 0)], start))
            table.put(f"{label} 12", where.count(who, edges[np.maximum(here - 12, 0)], start))
            table.put(f"{label} ahead 3", where.count(who, stop, ahead(4)))
            if label == "told":
                table.put("told scene", np.minimum(where.count(who, edges[scene_start[turn]], start), 60))
                table.put("told ahead 20", where.count(who, stop, ahead(20)))
                table.put("new", since >= 100_000)

    return fill


def _neighbours(company: Company, turns: list[Turn]) -> Fill:
    """What the turns around say of who speaks them, and of whom they speak to."""
    mentions = company.mentions
    total = len(turns)
    here = np.arange(total)
    home = np.asarray([each.paragraph for each in turns], np.int64)
    sure = np.asarray([each.tag is not None and each.tag.strength >= 3 for each in turns])
    pointed = np.asarray(pointed_at(turns, mentions), np.int64)
    gender = np.asarray(
        [
            gender_of(each, company) if each.tag is not None and each.tag.strength >= 3 else 0
            for each in turns
        ]
    )
    nobody: frozenset[int] = frozenset()

    def next_to(step: int, apart: int, each: Sequence[frozenset[int]]) -> list[frozenset[int]]:
        """Of the turn `step` further on, where it is near enough."""
        return [
            each[number + step]
            if 0 <= number + step < total and abs(turns[number + step].paragraph - turns[number].paragraph) <= apart
            else nobody
            for number in range(total)
        ]

    calls, names = [each.called for each in turns], [each.named for each in turns]
    whose = {"called": calls, "named": names, "claimed": [each.claimed for each in turns]}
    for step in (-2, -1, 1, 2):
        whose[f"called {step}"] = next_to(step, 2 * abs(step), calls)
        if abs(step) == 1:
            whose[f"named {step}"] = next_to(step, 2, names)
    counts = {
        "calls" + name[len("called"):]: np.asarray([len(each) for each in found])
        for name, found in whose.items()
        if name.startswith("called")
    }
    near = {}
    for step in (-4, -3, -2, -1, 1, 2, 3, 4):
        other = np.clip(here + step, 0, total - 1)
        near[step] = other, (np.abs(home[other] - home) <= 2 * abs(step) + 1) & (other != here)
    spoken = np.nonzero(pointed >= 0)[0]
    speaking = Where(pointed[spoken], spoken)
    # unbroken exchange: as many turns as paragraphs
    broken = np.concatenate(([0], np.cumsum((home[1:] - home[:-1]) > 2)))
    runs, stops = np.searchsorted(broken, broken), np.searchsorted(broken, broken, side="right")
    genders = np.asarray([gender_of(each, company) for each in turns])
    leans = lean(company)

    def fill(table: Table) -> None:
        who, turn = table.who, table.turn
        leaning = leans[who]
        for step, (other, close) in near.items():
            table.put(f"says {step}", same(np.where(close, pointed[other], -1), turn, who))
            if abs(step) <= 2:
                table.put(f"gender {step}", np.where(close, gender[other], 0)[turn] * leaning)
                table.each(f"sure {step}", np.where(close, sure[other], -1))
        for name, found in whose.items():
            table.put(name, table.among(found))
        for name, values in counts.items():
            table.each(name, values)
        since, until = speaking.since(who, turn, 500), speaking.until(who, turn + 1, 500) + 1
        run, stop = runs[turn], stops[turn]
        table.put("spoke since", np.minimum(since, 100))
        table.put("speaks until", np.minimum(until, 100))
        table.put("spoke parity", np.where(turn - since >= run, since % 2, 2))
        table.put("speaks parity", np.where(turn + until < stop, until % 2, 2))
        table.put("spoke run", speaking.count(who, run, turn))
        table.put("speaks run", speaking.count(who, turn + 1, stop))
        table.put("spoke 10", speaking.count(who, np.maximum(turn - 10, 0), turn))
        table.put("speaks 10", speaking.count(who, turn + 1, np.minimum(turn + 11, total)))
        table.rank("spoke since rank", since)
        tag_gender = genders[turn]
        table.rank("spoke fit rank", np.where((tag_gender == 0) | (tag_gender * leaning > -0.15), since, 1_000))
        table.put("run place", np.minimum(turn - run, 50))
        table.put("run length", np.minimum(stop - run, 100))

    return fill


def _focus(weights: Floats, bounds: Ints, company: Company, turns: Sequence[Turn]) -> Fill:
    """`weights`: how much each row's figure is in mind, in all rows."""
    genders = np.asarray([gender_of(each, company) for each in turns])
    leans = lean(company)

    def fill(table: Table) -> None:
        mind = weights[bounds[table.here.start] : bounds[table.here.stop]]
        gender = genders[table.turn]
        fits = (gender == 0) | (gender * leans[table.who] > -0.15)
        table.rank("focus fit rank", -np.where(fits, mind, -1))
        fitting = np.bincount(table.turn, weights=np.where(fits, mind, 0), minlength=table.turns)
        table.put("focus fit share", np.where(fits, mind, 0) / (fitting[table.turn] + 0.01))
        table.put("focus", mind)
        table.rank("focus rank", -mind)
        totals = np.bincount(table.turn, weights=mind, minlength=table.turns)
        table.put("focus share", mind / (totals[table.turn] + 0.01))

    return fill
