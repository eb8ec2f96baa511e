"""Tags, beats and descriptions -> columns: whom the narration around a turn points at."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from audiobook.script.layout import Layout
from audiobook.script.mentions import CROWDED, NAME, PHRASE, PRONOUN
from audiobook.script.people import Company
from audiobook.script.table import LEAN, Fill, Table, lean, same
from audiobook.script.tags import Cue
from audiobook.script.turns import Turn
from audiobook.script.words import KIN


def cues_around(
    layout: Layout,
    company: Company,
    turns: list[Turn],
    meant: dict[int, dict[int, float]],
    likeliest: Sequence[int],
    together: dict[str, dict[int, float]],
) -> list[Fill]:
    """`meant`: whom each mention may mean; `likeliest`: whom it most likely means; `together`: from `company_kept`."""
    lift = lifted(together, company)
    return [
        _pointing("tag", [turn.tag for turn in turns], company, meant, likeliest, together, lift),
        _pointing("other", [turn.other for turn in turns], company, meant, likeliest, together, None),
        _paragraph(layout, company, turns, likeliest),
        _description(company, turns),
    ]


def _pointing(
    label: str,
    cues: list[Cue | None],
    company: Company,
    meant: dict[int, dict[int, float]],
    likeliest: Sequence[int],
    together: dict[str, dict[int, float]],
    lift: dict[str, dict[int, float]] | None,
) -> Fill:
    """Whom one cue of each turn points at."""
    nobody: dict[int, float] = {}
    mentioned = [None if cue is None else company.mentions[cue.mention] for cue in cues]
    strength = _numbers(0 if cue is None else cue.strength for cue in cues)
    pointed = _numbers(-1 if one is None else one.who for one in mentioned)
    guess = _numbers(-1 if cue is None else likeliest[cue.mention] for cue in cues)
    gender = _numbers(
        0 if one is None or one.kind not in (PRONOUN, PHRASE) else LEAN[one.gender] for one in mentioned
    )
    told = {
        "kind": _numbers(-1 if one is None else one.kind for one in mentioned),
        "after": _numbers(0 if cue is None else 1 + cue.after for cue in cues),
        "gap": _numbers(-1 if cue is None else cue.gap for cue in cues),
        "subject": _numbers(0 if one is None else 1 + one.subject for one in mentioned),
        "owners": _numbers(0 if one is None else min(len(one.others), 4) for one in mentioned),
        "gendered": _numbers(0 if one is None else abs(LEAN[one.gender]) for one in mentioned),
        "kin": _numbers(
            0
            if one is None or one.kind != PHRASE
            else 1 + (one.head in KIN) + ("his " in one.key[:4] or "her " in one.key[:4])
            for one in mentioned
        ),
    }
    may = [nobody if one is None else dict.fromkeys(one.others, 1.0) if one.others else nobody for one in mentioned]
    means = [nobody if cue is None else meant.get(cue.mention, nobody) for cue in cues]
    phrases = ["" if one is None or one.kind != PHRASE else one.key for one in mentioned]
    kept = [together.get(key, nobody) if key else nobody for key in phrases]
    lifts = None if lift is None else [lift.get(key, nobody) if key else nobody for key in phrases]
    leans = lean(company)

    def fill(table: Table) -> None:
        turn, who = table.turn, table.who
        table.each(f"{label} strength", strength)
        for name, values in told.items():
            table.each(f"{label} {name}", values)
        says = same(pointed, turn, who)
        table.put(f"{label} says", says)
        table.put(f"{label} weight", says * strength[turn])
        table.put(f"{label} may", table.dots(may))
        table.put(f"{label} gender", gender[turn] * leans[who])
        weights = table.dots(means, -1.0)
        table.put(f"{label} meant", weights)
        table.rank(f"{label} meant rank", -weights)
        table.put(f"{label} likeliest", same(guess, turn, who))
        if lifts is not None:
            table.put(f"{label} lifted", table.dots(lifts, -1.0))
        table.put(f"{label} kept", table.dots(kept, -1.0))

    return fill


def _numbers(values: Iterable[int]) -> NDArray[np.int32]:
    return np.fromiter(values, np.int32)


def _paragraph(layout: Layout, company: Company, turns: list[Turn], likeliest: Sequence[int]) -> Fill:
    """Who comes first in the narration before and after the turn, and in the silent paragraphs around it."""
    mentions = company.mentions
    firsts = array("i", [mention.first for mention in mentions])
    spoken = {turn.paragraph for turn in turns}
    edges = array("i", [bisect_left(firsts, edge) for edge in layout.edges[:-1]])
    edges.append(len(firsts))
    told = bytearray(mention.within < 0 and not mention.owned and mention.kind != CROWDED for mention in mentions)
    coming = _next_true(told)
    silent: dict[int, tuple[int, int]] = {}

    def first_and_last(paragraph: int) -> tuple[int, int]:
        """The first and the last subject (or whoever is mentioned) in a paragraph that nobody speaks in."""
        if paragraph < 0 or paragraph + 1 >= len(edges) or paragraph in spoken:
            return -1, -1
        if paragraph not in silent:
            here = [at for at in range(edges[paragraph], edges[paragraph + 1]) if told[at]]
            here = [at for at in here if mentions[at].subject] or here or [-1]
            silent[paragraph] = here[0], here[-1]
        return silent[paragraph]

    places: dict[str, list[int]] = {name: [] for name in ("early", "late", "intro", "intro last", "outro")}
    for turn, begin, stop in zip(turns, layout.begins, layout.ends, strict=True):
        start, end = bisect_left(firsts, begin), bisect_left(firsts, stop)
        home = turn.paragraph
        places["early"].append(coming[edges[home]] if coming[edges[home]] < start else -1)
        places["late"].append(coming[end] if coming[end] < edges[home + 1] else -1)
        intro, intro_last = first_and_last(home - 1)
        places["intro"].append(intro)
        places["intro last"].append(intro_last)
        places["outro"].append(first_and_last(home + 1)[0])
    found = {
        label: (
            _numbers(-1 if at < 0 else likeliest[at] for at in here),
            _numbers(-1 if at < 0 else mentions[at].kind for at in here),
            _numbers(0 if at < 0 else LEAN[mentions[at].gender] for at in here),
        )
        for label, here in places.items()
    }
    leans = lean(company)

    def fill(table: Table) -> None:
        for label, (figures, kinds, genders) in found.items():
            table.put(f"{label} is", same(figures, table.turn, table.who))
            table.each(f"{label} kind", kinds)
            table.put(f"{label} gender", genders[table.turn] * leans[table.who])

    return fill


def _next_true(flags: Sequence[int]) -> array[int]:
    """For each place, and one more, the first true one from there on; one past the end where there is none."""
    found = array("i", [len(flags)]) * (len(flags) + 1)
    for at in range(len(flags) - 1, -1, -1):
        found[at] = at if flags[at] else found[at + 1]
    return found


def _description(company: Company, turns: list[Turn]) -> Fill:
    """Whether a description is the figure itself."""
    mentioned = [None if turn.tag is None else company.mentions[turn.tag.mention] for turn in turns]
    own = _numbers(-1 if one is None or one.kind != PHRASE else one.who for one in mentioned)
    phrases = np.asarray([figure.kind == "phrase" for figure in company.figures.all])

    def fill(table: Table) -> None:
        table.put("phrase own", own[table.turn] == table.who)
        table.put("phrase figure", phrases[table.who])

    return fill


def company_kept(company: Company, turns: list[Turn]) -> dict[str, dict[int, float]]:
    """How often each figure is mentioned around each description: "the beadle" keeps company with Mr. Lee."""
    mentions = company.mentions
    used: dict[str, list[int]] = defaultdict(list)
    for number, mention in enumerate(mentions):
        if mention.kind == PHRASE and mention.within < 0:
            used[mention.key].append(number)
    wanted = {
        mentions[cue.mention].key
        for turn in turns
        for cue in (turn.tag, turn.other)
        if cue is not None and mentions[cue.mention].kind == PHRASE
    }
    kept: dict[str, dict[int, float]] = {}
    for key in wanted:
        uses = used.get(key, [])
        counts: Counter[int] = Counter()
        for number in uses[:200]:
            near = {
                mentions[at].who
                for at in range(max(0, number - 15), min(len(mentions), number + 16))
                if mentions[at].kind == NAME
            }
            counts.update(near)
        kept[key] = {who: count / max(2, len(uses[:200])) for who, count in counts.items()}
    return kept


def lifted(kept: dict[str, dict[int, float]], company: Company) -> dict[str, dict[int, float]]:
    """The same over how often each figure is about at all: who is everywhere is nobody's company."""
    mentions = [mention for mention in company.mentions if mention.kind == NAME]
    blocks = max(1, len(mentions) // 30)
    about: Counter[int] = Counter()
    for start in range(0, len(mentions), 30):
        about.update({mention.who for mention in mentions[start : start + 30]})
    return {
        key: {who: share / (about[who] / blocks + 0.15) for who, share in shares.items()}
        for key, shares in kept.items()
    }
