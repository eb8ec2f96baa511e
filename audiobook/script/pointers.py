"""Tags, beats and descriptions -> columns: whom the narration around a turn points at."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict

import numpy as np

from audiobook.script.mentions import CROWDED, NAME, PHRASE, PRONOUN
from audiobook.script.people import Company
from audiobook.script.table import LEAN, Floats, Table, lean
from audiobook.script.tags import Cue
from audiobook.script.tokens import Tokens
from audiobook.script.turns import Turn
from audiobook.script.words import KIN, PLAIN, SAY, WEAK


def add_cues(
    table: Table,
    tokens: Tokens,
    company: Company,
    turns: list[Turn],
    meant: dict[int, dict[int, float]],
    likeliest: list[int],
    together: dict[str, dict[int, float]],
) -> None:
    mentions, who = company.mentions, table.who
    leaning = lean(company)[who]
    lift = lifted(together, company)
    for label, cues in (("tag", [turn.tag for turn in turns]), ("other", [turn.other for turn in turns])):
        strength = np.asarray([0 if cue is None else cue.strength for cue in cues])
        pointed = np.asarray([-1 if cue is None else mentions[cue.mention].who for cue in cues])
        kind = np.asarray([_kind_of(cue, company) for cue in cues])
        table.each(f"{label} strength", strength)
        table.each(f"{label} kind", kind)
        table.each(f"{label} after", [0 if cue is None else 1 + cue.after for cue in cues])
        table.each(f"{label} gap", [-1 if cue is None else cue.gap for cue in cues])
        table.each(f"{label} verb", [_verb(tokens, cue) for cue in cues])
        table.each(f"{label} subject", [0 if cue is None else 1 + mentions[cue.mention].subject for cue in cues])
        table.each(f"{label} owners", [0 if cue is None else min(len(mentions[cue.mention].others), 4) for cue in cues])
        same = np.where(pointed[table.turn] < 0, 0, np.where(pointed[table.turn] == who, 1, -1))
        table.put(f"{label} says", same)
        table.put(f"{label} weight", same * strength[table.turn])
        table.put(
            f"{label} may",
            table.dots([{} if cue is None else dict.fromkeys(mentions[cue.mention].others, 1.0) for cue in cues]),
        )
        gender = np.asarray(
            [
                0
                if cue is None or mentions[cue.mention].kind not in (PRONOUN, PHRASE)
                else LEAN[mentions[cue.mention].gender]
                for cue in cues
            ]
        )[table.turn]
        table.put(f"{label} gender", gender * leaning)
        table.each(
            f"{label} gendered",
            np.asarray([0 if cue is None else abs(LEAN[mentions[cue.mention].gender]) for cue in cues]),
        )
        weights = table.dots([meant.get(cue.mention, {}) if cue is not None else {} for cue in cues], -1.0)
        table.put(f"{label} meant", weights)
        table.rank(f"{label} meant rank", -weights)
        guess = np.asarray([-1 if cue is None else likeliest[cue.mention] for cue in cues])[table.turn]
        table.put(f"{label} likeliest", np.where(guess < 0, 0, np.where(guess == who, 1, -1)))
        if label == "tag":
            table.put(
                "tag lifted",
                table.dots(
                    [
                        lift.get(mentions[cue.mention].key, {})
                        if cue is not None and mentions[cue.mention].kind == PHRASE
                        else {}
                        for cue in cues
                    ],
                    -1.0,
                ),
            )
        table.put(
            f"{label} kept",
            table.dots(
                [
                    together.get(mentions[cue.mention].key, {})
                    if cue is not None and mentions[cue.mention].kind == PHRASE
                    else {}
                    for cue in cues
                ],
                -1.0,
            ),
        )
        table.each(
            f"{label} kin",
            [
                0
                if cue is None or mentions[cue.mention].kind != PHRASE
                else 1
                + (mentions[cue.mention].head in KIN)
                + ("his " in mentions[cue.mention].key[:4] or "her " in mentions[cue.mention].key[:4])
                for cue in cues
            ],
        )
    _paragraph(table, tokens, company, turns, likeliest, leaning)
    _description(table, tokens, company, turns)


def _paragraph(
    table: Table, tokens: Tokens, company: Company, turns: list[Turn], likeliest: list[int], leaning: Floats
) -> None:
    """Who comes first in the narration before and after the turn, and in the silent paragraphs around it."""
    mentions, who = company.mentions, table.who
    firsts = [mention.first for mention in mentions]
    spoken = {turn.paragraph for turn in turns}
    edges = [bisect_left(firsts, tokens.at(start)) for start, _ in tokens.paragraphs] + [len(firsts)]

    told = [mention.within < 0 and not mention.owned and mention.kind != CROWDED for mention in mentions]
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
    for turn in turns:
        start = bisect_left(firsts, tokens.at(tokens.quotes[turn.quotes[0]].start))
        end = bisect_left(firsts, tokens.at(tokens.quotes[turn.quotes[-1]].end))
        home = turn.paragraph
        places["early"].append(coming[edges[home]] if coming[edges[home]] < start else -1)
        places["late"].append(coming[end] if coming[end] < edges[home + 1] else -1)
        intro, intro_last = first_and_last(home - 1)
        places["intro"].append(intro)
        places["intro last"].append(intro_last)
        places["outro"].append(first_and_last(home + 1)[0])
    for label, found in places.items():
        pointed = np.asarray([-1 if at < 0 else likeliest[at] for at in found])[table.turn]
        table.put(f"{label} is", np.where(pointed < 0, 0, np.where(pointed == who, 1, -1)))
        table.each(f"{label} kind", [-1 if at < 0 else mentions[at].kind for at in found])
        gender = np.asarray([0 if at < 0 else LEAN[mentions[at].gender] for at in found])[table.turn]
        table.put(f"{label} gender", gender * leaning)


def _kind_of(cue: Cue | None, company: Company) -> int:
    return -1 if cue is None else company.mentions[cue.mention].kind


def _verb(tokens: Tokens, cue: Cue | None) -> int:
    if cue is None or cue.verb < 0:
        return 0
    low = tokens.lows[cue.verb]
    return 4 if low in PLAIN else 3 if low in SAY else 2 if low in WEAK else 1


def _next_true(flags: list[bool]) -> list[int]:
    """For each place, and one more, the first true one from there on; one past the end where there is none."""
    found = [len(flags)] * (len(flags) + 1)
    for at in range(len(flags) - 1, -1, -1):
        found[at] = at if flags[at] else found[at + 1]
    return found


_COMMON = frozenset(
    """
man woman boy girl lady gentleman child fellow lad youth person friend one maid maiden voice creature
stranger visitor companion other guest mother father sister brother aunt uncle wife husband son daughter
doctor
""".split()
)
_ARTICLE = {"the": 1, "a": 2, "an": 2, "another": 2, "his": 3, "her": 4, "my": 5, "their": 6}


def _description(table: Table, tokens: Tokens, company: Company, turns: list[Turn]) -> None:
    """Whether "the girl" of a tag has been brought in as "a girl", or is somebody known."""
    mentions = company.mentions
    brought: dict[str, list[int]] = defaultdict(list)
    uses: Counter[str] = Counter()
    for mention in mentions:
        if mention.kind == PHRASE and mention.within < 0:
            uses[mention.key] += 1
            if tokens.lows[mention.first] in ("a", "an", "another"):
                brought[mention.head].append(mention.first)
    article, common, since = [], [], []
    for turn in turns:
        pointed = mentions[turn.tag.mention] if turn.tag is not None else None
        if pointed is None or pointed.kind != PHRASE:
            article.append(0)
            common.append(0)
            since.append(-1)
            continue
        article.append(_ARTICLE.get(tokens.lows[pointed.first], 7))
        common.append(min(uses[pointed.key], 60))
        at = bisect_left(brought[pointed.head], pointed.first + 1)
        since.append(min(pointed.first - brought[pointed.head][at - 1], 5000) if at else 9999)
    table.each(
        "phrase common",
        [
            0
            if turn.tag is None or mentions[turn.tag.mention].kind != PHRASE
            else 2
            if mentions[turn.tag.mention].head in _COMMON
            else 1
            for turn in turns
        ],
    )
    own = np.asarray(
        [
            -1 if turn.tag is None or mentions[turn.tag.mention].kind != PHRASE else mentions[turn.tag.mention].who
            for turn in turns
        ]
    )
    table.put("phrase own", own[table.turn] == table.who)
    table.put("phrase figure", np.asarray([figure.kind == "phrase" for figure in company.figures.all])[table.who])
    table.each("phrase article", article)
    table.each("phrase uses", common)
    table.each("phrase brought", since)


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
