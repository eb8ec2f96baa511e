"""Turns and company -> one row of numbers for each turn and each person who may be its speaker.

Nothing here knows a name: rows hold distances, counts, agreements. Training and use share this module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from audiobook.script.address import MINE, YOURS, add_address
from audiobook.script.candidates import candidates
from audiobook.script.hearsay import add_beliefs
from audiobook.script.mentions import PHRASE, PRONOUN
from audiobook.script.people import Company
from audiobook.script.pointers import add_cues, company_kept
from audiobook.script.salience import follow
from audiobook.script.table import LEAN, Floats, Rows, Table, Where, gender_of, lean
from audiobook.script.tokens import Tokens
from audiobook.script.turns import Turn, pointed_at


def measure(
    tokens: Tokens, company: Company, turns: list[Turn], believed: list[dict[int, float]] | None = None
) -> Rows:
    """The rows. `believed`: the chances so far of who says each turn; without it the tags are all there is."""
    (rows,) = measured(tokens, company, turns, believed, len(turns))
    return rows


def measured(
    tokens: Tokens, company: Company, turns: list[Turn], believed: list[dict[int, float]] | None, most: int
) -> Iterator[Rows]:
    """The rows of `most` turns at a time, for all of a long book's take much room; the numbers are the same. Of each
    part `turn` are numbers among all turns, `bounds` those of all turns in all rows."""
    mentions = company.mentions
    speakers = believed
    if speakers is None:
        speakers = [
            {mentions[turn.tag.mention].who: 1.0}
            if turn.tag is not None and turn.tag.strength >= 3 and mentions[turn.tag.mention].who >= 0
            else {}
            for turn in turns
        ]
    focus, meant, likeliest = follow(tokens, company.figures, mentions, turns, speakers)
    together = company_kept(company, turns)
    turn, who, bounds = candidates(tokens, company, turns, focus, together, believed)
    weights = Table(turn, who, bounds, range(len(turns))).dots(focus)
    del focus  # a dictionary for every turn
    begins = np.searchsorted(tokens.scenes, [tokens.scenes[each.paragraph] for each in turns])
    places = [min(each.paragraph - int(first), 20) for each, first in zip(turns, begins, strict=True)]
    for start in range(0, len(turns), most):
        table = Table(turn, who, bounds, range(start, min(start + most, len(turns))))
        table.each("scene place", places)
        _people(table, company, turns)
        _turns(table, tokens, company, turns)
        add_address(table, tokens, company, turns)
        add_cues(table, tokens, company, turns, meant, likeliest, together)
        _nearness(table, tokens, company, turns, likeliest)
        _neighbours(table, tokens, company, turns)
        _focus(table, weights[bounds[table.here.start] : bounds[table.here.stop]], company, turns)
        if believed is not None:
            add_beliefs(table, tokens, company, turns, believed)
        yield Rows(table.turn, table.who, bounds, table.columns, table.names)
        del table  # or two parts would be held at once


def _people(table: Table, company: Company, turns: list[Turn]) -> None:
    figures = company.figures
    tags: Counter[int] = Counter()
    for turn in turns:
        if turn.tag is not None and turn.tag.strength >= 3:
            tags[company.mentions[turn.tag.mention].who] += 1
    tags.pop(-1, None)
    total, told = max(1, sum(tags.values())), max(1, sum(figure.told for figure in figures.all))
    kinds = {"given": 0, "name": 0, "title": 1, "phrase": 2, "narrator": 3, "anyone": 4}
    who = table.who
    # coarse on purpose: fine numbers would single out the people of the training novels
    table.put("told share", _coarse([figure.told / told for figure in figures.all])[who])
    table.put("tag share", _coarse([tags[number] / total for number in range(len(figures.all))])[who])
    table.put("tags", np.minimum([tags[number] for number in range(len(figures.all))], 6)[who])
    table.put("kind", np.asarray([kinds[figure.kind] for figure in figures.all])[who])
    table.put("narrator", who == figures.narrator)
    table.put("lean", np.round(np.abs(lean(company)) * 4)[who])
    table.put(
        "called rate",
        np.round(np.asarray([min(0.5, figure.called / (2 + figure.count)) for figure in figures.all]) * 12)[who],
    )
    table.put(
        "quoted share",
        np.round(np.asarray([1 - figure.told / max(1, figure.count) for figure in figures.all]) * 6)[who],
    )
    table.rank("tag rank", -np.asarray([tags[number] for number in range(len(figures.all))])[who])


def _coarse(shares: list[float]) -> Floats:
    """A share in steps of doubling."""
    found: Floats = np.round(np.log2(np.asarray(shares, np.float32) + 0.002))
    return found


def _turns(table: Table, tokens: Tokens, company: Company, turns: list[Turn]) -> None:
    each = table.each
    text = tokens.text
    before = [1_000] + [later.paragraph - turn.paragraph for turn, later in pairwise(turns)]
    after = [*before[1:], 1_000]
    each("gap before", [min(value, 12) for value in before])
    each("gap after", [min(value, 12) for value in after])
    each("quotes", [len(turn.quotes) for turn in turns])
    words, first, second, asks, excl, sirs, madams, lead, trail, length = [], [], [], [], [], [], [], [], [], []
    for turn in turns:
        start, end = tokens.quotes[turn.quotes[0]].start, tokens.quotes[turn.quotes[-1]].end
        low, high = tokens.paragraphs[turn.paragraph]
        lows = [
            word
            for number in turn.quotes
            for word in tokens.lows[slice(*tokens.between(tokens.quotes[number].start, tokens.quotes[number].end))]
        ]
        words.append(min(len(lows), 200))
        first.append(sum(word in MINE for word in lows[:60]) > 0)
        second.append(sum(word in YOURS for word in lows[:60]) > 0)
        sirs.append("sir" in lows)
        madams.append("ma'am" in lows or "madam" in lows or "ma" in lows)
        asks.append(text[max(0, end - 4) : end].strip("\"”’'» _")[-1:] == "?")
        excl.append(text[max(0, end - 4) : end].strip("\"”’'» _")[-1:] == "!")
        lead.append(min(start - low, 600))
        trail.append(min(high - end, 600))
        length.append(high - low)
    for name, values in (
        ("words", words),
        ("first person", first),
        ("second person", second),
        ("asks", asks),
        ("exclaims", excl),
        ("sir", sirs),
        ("madam", madams),
        ("lead", lead),
        ("trail", trail),
        ("length", length),
    ):
        each(name, values)
    each("continues", [turn.continues for turn in turns])
    each("before asks", [False, *asks[:-1]])
    each("thought", [tokens.quotes[turn.quotes[0]].thought for turn in turns])
    each("same paragraph", [before[number] == 0 for number in range(len(turns))])
    each("shares paragraph", [after[number] == 0 for number in range(len(turns))])
    each("told by one", [company.told_by_one] * len(turns))
    counts = np.diff(table.bounds)
    each("candidates", counts)


def _nearness(table: Table, tokens: Tokens, company: Company, turns: list[Turn], likeliest: list[int]) -> None:
    mentions, who, turn = company.mentions, table.who, table.turn
    begin = np.asarray([tokens.at(tokens.quotes[each.quotes[0]].start) for each in turns], np.int64)
    end = np.asarray([tokens.at(tokens.quotes[each.quotes[-1]].end) for each in turns], np.int64)
    edges = np.asarray([tokens.at(start) for start, _ in tokens.paragraphs] + [len(tokens.lows)], np.int64)
    home = np.asarray([each.paragraph for each in turns], np.int64)
    scene_of = np.asarray(tokens.scenes, np.int64)
    scene_start = np.searchsorted(scene_of, scene_of[home])
    meant, guessed = np.asarray([mention.who for mention in mentions], np.int64), np.asarray(likeliest, np.int64)
    place = np.asarray([mention.first for mention in mentions], np.int64)
    outside = np.asarray([mention.within < 0 for mention in mentions], bool)
    subjects = np.asarray([mention.subject for mention in mentions], bool)
    told = meant, (meant >= 0) & outside
    known = guessed, (guessed >= 0) & outside
    subject = guessed, (guessed >= 0) & outside & subjects
    quoted = meant, (meant >= 0) & ~outside
    paragraph_of = np.append(np.asarray(tokens.homes, np.int64), len(tokens.paragraphs))
    tag_gender = np.asarray([gender_of(each, company) for each in turns])[turn]
    leaning = lean(company)[who]
    fits = (tag_gender == 0) | (tag_gender * leaning > -0.15)
    agrees = (tag_gender != 0) & (tag_gender * leaning > 0.25)
    table.put("fits", fits)
    named = np.asarray([figure.kind in ("name", "given", "title") for figure in company.figures.all])[who]
    for label, (whose, asked) in (("told", told), ("known", known), ("subject", subject), ("quoted", quoted)):
        where = Where(whose[asked], place[asked])
        since = where.since(who, begin[turn], 100_000)
        table.put(f"{label} since", np.log1p(since))
        table.rank(f"{label} since rank", since)
        table.put(f"{label} until", np.log1p(where.until(who, end[turn], 100_000)))
        if label != "quoted":
            table.rank(f"{label} fit rank", np.where(fits, since, 1_000_000))
            rival = np.bincount(turn[agrees & named & (since < 400)], minlength=len(turns))
            table.each(f"{label} rivals", rival)
        if label in ("told", "known"):
            at = np.maximum(begin[turn] - since, 0)
            back = np.where(since < 100_000, home[turn] - paragraph_of[np.minimum(at, len(paragraph_of) - 1)], 99)
            table.put(f"{label} paragraphs", np.minimum(back, 99))
            table.rank(f"{label} until rank", where.until(who, end[turn], 100_000))
        start = edges[home][turn]
        table.put(f"{label} lead", where.count(who, start, begin[turn]))
        table.put(f"{label} trail", where.count(who, end[turn], edges[home + 1][turn]))
        table.put(f"{label} 3", where.count(who, edges[np.maximum(home - 3, 0)][turn], start))
        table.put(f"{label} 12", where.count(who, edges[np.maximum(home - 12, 0)][turn], start))
        table.put(
            f"{label} ahead 3",
            where.count(who, edges[home + 1][turn], edges[np.minimum(home + 4, len(edges) - 1)][turn]),
        )
        if label == "told":
            table.put("told scene", np.minimum(where.count(who, edges[scene_start][turn], start), 60))
            table.put(
                "told ahead 20",
                where.count(who, edges[home + 1][turn], edges[np.minimum(home + 20, len(edges) - 1)][turn]),
            )
            table.put("new", since >= 100_000)


def _neighbours(table: Table, tokens: Tokens, company: Company, turns: list[Turn]) -> None:
    """What the turns around say of who speaks them, and of whom they speak to."""
    mentions, who, turn = company.mentions, table.who, table.turn
    total = len(turns)
    leaning = lean(company)[who]
    home = np.asarray([each.paragraph for each in turns], np.int64)
    sure = np.asarray([each.tag is not None and each.tag.strength >= 3 for each in turns])
    pointed = np.asarray(pointed_at(turns, mentions))
    gender = np.asarray(
        [
            LEAN[mentions[each.tag.mention].gender]
            if each.tag is not None and each.tag.strength >= 3 and mentions[each.tag.mention].kind in (PRONOUN, PHRASE)
            else 0
            for each in turns
        ]
    )
    calls = [{who_: 1.0 for who_ in each.called} for each in turns]
    names = [{who_: 1.0 for who_ in each.named} for each in turns]
    for step in (-4, -3, -2, -1, 1, 2, 3, 4):
        near = np.clip(np.arange(total) + step, 0, total - 1)
        close = (np.abs(home[near] - home) <= 2 * abs(step) + 1) & (near != np.arange(total))
        there = np.where(close, pointed[near], -1)[turn]
        table.put(f"says {step}", np.where(there < 0, 0, np.where(there == who, 1, -1)))
        if abs(step) <= 2:
            table.put(f"gender {step}", np.where(close, gender[near], 0)[turn] * leaning)
            table.each(f"sure {step}", np.where(close, sure[near], -1))
    table.put("called", table.dots(calls))
    table.each("calls", [len(each.called) for each in turns])
    table.put("named", table.dots(names))
    table.put("claimed", table.dots([dict.fromkeys(each.claimed, 1.0) for each in turns]))
    for step in (-2, -1, 1, 2):
        shifted = [
            calls[number + step]
            if 0 <= number + step < total and abs(home[number + step] - home[number]) <= 2 * abs(step)
            else {}
            for number in range(total)
        ]
        table.put(f"called {step}", table.dots(shifted))
        table.each(f"calls {step}", [len(each) for each in shifted])
        if abs(step) == 1:
            shifted = [
                names[number + step]
                if 0 <= number + step < total and abs(home[number + step] - home[number]) <= 2
                else {}
                for number in range(total)
            ]
            table.put(f"named {step}", table.dots(shifted))
    speaking = Where([int(each) for each in pointed[pointed >= 0]], np.nonzero(pointed >= 0)[0].tolist())
    here = np.arange(total, dtype=np.int64)[turn]
    since = speaking.since(who, here, 500)
    until = speaking.until(who, here + 1, 500) + 1
    # unbroken exchange: as many turns as paragraphs
    broken = np.concatenate(([0], np.cumsum((home[1:] - home[:-1]) > 2)))
    run = np.searchsorted(broken, broken)[turn]
    stop = np.searchsorted(broken, broken, side="right")[turn]
    table.put("spoke since", np.minimum(since, 100))
    table.put("speaks until", np.minimum(until, 100))
    table.put("spoke parity", np.where(here - since >= run, since % 2, 2))
    table.put("speaks parity", np.where(here + until < stop, until % 2, 2))
    table.put("spoke run", speaking.count(who, run, here))
    table.put("speaks run", speaking.count(who, here + 1, stop))
    table.put("spoke 10", speaking.count(who, np.maximum(here - 10, 0), here))
    table.put("speaks 10", speaking.count(who, here + 1, np.minimum(here + 11, total)))
    table.rank("spoke since rank", since)
    tag_gender = np.asarray([gender_of(each, company) for each in turns])[turn]
    table.rank("spoke fit rank", np.where((tag_gender == 0) | (tag_gender * leaning > -0.15), since, 1_000))
    table.put("run place", np.minimum(here - run, 50))
    table.put("run length", np.minimum(stop - run, 100))


def _focus(table: Table, weights: Floats, company: Company, turns: list[Turn]) -> None:
    """`weights`: how much each row's figure is in mind."""
    tag_gender = np.asarray([gender_of(each, company) for each in turns])[table.turn]
    fits = (tag_gender == 0) | (tag_gender * lean(company)[table.who] > -0.15)
    table.rank("focus fit rank", -np.where(fits, weights, -1))
    fitting = np.bincount(table.turn, weights=np.where(fits, weights, 0), minlength=table.turns)
    table.put("focus fit share", np.where(fits, weights, 0) / (fitting[table.turn] + 0.01))
    table.put("focus", weights)
    table.rank("focus rank", -weights)
    totals = np.bincount(table.turn, weights=weights, minlength=table.turns)
    table.put("focus share", weights / (totals[table.turn] + 0.01))
