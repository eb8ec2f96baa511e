"""Turns and company -> one row of numbers for each turn and each person who may be its speaker.

Nothing here knows a name: rows hold distances, counts, agreements. Training and use share this module.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiobook.script.figures import Figure
from audiobook.script.mentions import CROWDED, NAME, PHRASE, PRONOUN, SELF
from audiobook.script.people import Company
from audiobook.script.salience import follow
from audiobook.script.tags import Cue
from audiobook.script.tokens import Tokens
from audiobook.script.turns import Turn
from audiobook.script.words import KIN, PLAIN, SAY, WEAK

_MOST = 16  # candidates for a turn
_FAR = 1 << 20
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(slots=True)
class Rows:
    """`turn` and `who` of each row, rows of a turn together; turn `t` has rows `bounds[t]:bounds[t + 1]`."""

    turn: Ints
    who: Ints
    bounds: Ints
    values: Floats
    names: list[str]


class Where:
    """Positions (words, or turns) at which each figure does something: looked up for many at once."""

    def __init__(self, whos: list[int], positions: list[int]) -> None:
        keys = np.asarray(whos, dtype=np.int64) * _FAR * 16 + np.asarray(positions, dtype=np.int64)
        self.keys = np.sort(keys) if len(keys) else np.zeros(0, np.int64)

    def count(self, who: Ints, start: Ints, end: Ints) -> Ints:
        base = who * (_FAR * 16)
        found: Ints = np.searchsorted(self.keys, base + end) - np.searchsorted(self.keys, base + start)
        return found

    def since(self, who: Ints, at: Ints, none: int) -> Ints:
        """Distance back to the last position before `at`."""
        base = who * (_FAR * 16)
        index = np.searchsorted(self.keys, base + at) - 1
        if not len(self.keys):
            return np.full(len(who), none, np.int64)
        key = self.keys[np.maximum(index, 0)]
        return np.where((index >= 0) & (key >= base), np.minimum(base + at - key, none), none)

    def until(self, who: Ints, at: Ints, none: int) -> Ints:
        """Distance on to the first position at `at` or after."""
        base = who * (_FAR * 16)
        index = np.searchsorted(self.keys, base + at)
        if not len(self.keys):
            return np.full(len(who), none, np.int64)
        key = self.keys[np.minimum(index, len(self.keys) - 1)]
        return np.where((index < len(self.keys)) & (key < base + _FAR * 16), np.minimum(key - base - at, none), none)


def candidates(tokens: Tokens, company: Company, turns: list[Turn], focus: list[dict[int, float]],
               together: dict[str, dict[int, float]], believed: list[dict[int, float]] | None) -> tuple[Ints, Ints, Ints]:
    """Who may speak each turn: those near, those who are pointed at, those who speak near."""
    mentions, figures = company.mentions, company.figures
    tagged: Counter[int] = Counter()
    pointed: list[list[int]] = []
    for turn in turns:
        here = [mentions[cue.mention].who for cue in (turn.tag, turn.other) if cue is not None]
        here = [who for who in here if who >= 0]
        pointed.append(here)
        tagged.update(here[:1])
    leading = [who for who, _ in tagged.most_common(2)]
    if not figures.all:
        _anybody(company)
    firsts = [mention.first for mention in mentions]
    ends = [tokens.at(tokens.paragraphs[min(turn.paragraph + 2, len(tokens.paragraphs) - 1)][1]) for turn in turns]
    turn_of: list[int] = []
    who_of: list[int] = []
    bounds = [0]
    for number, turn in enumerate(turns):
        scores: dict[int, float] = {who: 100.0 for who in pointed[number]}
        if believed is not None:
            for who, chance in believed[number].items():
                scores[who] = scores.get(who, 0.0) + 30.0 * chance
        for cue in (turn.tag, turn.other):
            if cue is not None:
                mention = mentions[cue.mention]
                for who in mention.others:
                    scores[who] = scores.get(who, 0.0) + 5.0
                kept = together.get(mention.key) if mention.kind == PHRASE else None
                if kept:
                    for who in sorted(kept, key=lambda each: (-kept[each], each))[:3]:
                        scores[who] = scores.get(who, 0.0) + 2.0
        for step in range(-12, 9):
            near = number + step
            if step and 0 <= near < len(turns) and abs(turns[near].paragraph - turn.paragraph) <= 40:
                for who in pointed[near]:
                    scores[who] = scores.get(who, 0.0) + 3.0 / (1 + abs(step))
                for who in turns[near].called:
                    scores[who] = scores.get(who, 0.0) + 1.5 / (1 + abs(step))
        for who, weight in focus[number].items():
            scores[who] = scores.get(who, 0.0) + 2.0 * weight
        stop = bisect_left(firsts, ends[number])
        for back in range(stop - 1, max(-1, stop - 61), -1):
            mention = mentions[back]
            if mention.who >= 0:
                scores[mention.who] = scores.get(mention.who, 0.0) + 0.5 / (1 + 0.05 * (stop - back)) * (0.4 if mention.within >= 0 else 1.0)
        if figures.narrator >= 0:
            scores[figures.narrator] = scores.get(figures.narrator, 0.0) + 5.0
        for who in leading:
            scores[who] = scores.get(who, 0.0) + 0.05
        if not scores:
            scores[_anybody(company)] = 0.0
        best = sorted(scores, key=lambda who: (-scores[who], who))[:_MOST]
        turn_of.extend([number] * len(best))
        who_of.extend(sorted(best))
        bounds.append(len(who_of))
    return np.asarray(turn_of, np.int64), np.asarray(who_of, np.int64), np.asarray(bounds, np.int64)


def measure(tokens: Tokens, company: Company, turns: list[Turn],
            believed: list[dict[int, float]] | None = None) -> Rows:
    """The rows. `believed`: the chances so far of who says each turn; without it the tags are all there is."""
    mentions = company.mentions
    speakers = believed
    if speakers is None:
        speakers = [{mentions[turn.tag.mention].who: 1.0} if turn.tag is not None and turn.tag.strength >= 3
                    and mentions[turn.tag.mention].who >= 0 else {} for turn in turns]
    focus, meant, likeliest = follow(tokens, company.figures, mentions, turns, speakers)
    together = _company_kept(company, turns)
    turn, who, bounds = candidates(tokens, company, turns, focus, together, believed)
    table = _Table(turn, who, bounds, len(turns))
    _people(table, company, turns)
    _turns(table, tokens, company, turns)
    _cues(table, tokens, company, turns, meant, likeliest, together)
    _nearness(table, tokens, company, turns, likeliest)
    _neighbours(table, tokens, company, turns)
    _focus(table, focus, company, turns)
    if believed is not None:
        _beliefs(table, tokens, company, turns, believed)
    return Rows(turn, who, bounds, np.stack(table.columns, axis=1), table.names)


def _anybody(company: Company) -> int:
    """Whom to name where nobody is near: the one most spoken of, or Someone."""
    figures = company.figures.all
    if not figures:
        company.figures.add(Figure("anyone", Counter(["Someone"])))
    return max(range(len(figures)), key=lambda who: (figures[who].told, -who))


class _Table:
    def __init__(self, turn: Ints, who: Ints, bounds: Ints, turns: int) -> None:
        self.turn, self.who, self.bounds, self.turns = turn, who, bounds, turns
        self.names: list[str] = []
        self.columns: list[Floats] = []

    def put(self, name: str, values: NDArray[np.generic]) -> None:
        self.names.append(name)
        self.columns.append(values.astype(np.float32))

    def each(self, name: str, values: Sequence[float] | NDArray[np.generic]) -> None:
        """One value a turn."""
        self.put(name, np.asarray(values)[self.turn])

    def rank(self, name: str, values: NDArray[np.generic]) -> None:
        """Place of each value in its turn, 0 for the smallest; ties share the first."""
        numbers = values.astype(np.float64)
        order = np.lexsort((numbers, self.turn))
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order)) - self.bounds[self.turn[order]]
        sorted_values, sorted_turns = numbers[order], self.turn[order]
        fresh = np.ones(len(order), bool)
        fresh[1:] = (sorted_values[1:] != sorted_values[:-1]) | (sorted_turns[1:] != sorted_turns[:-1])
        first = np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0))
        place[order] = first - self.bounds[sorted_turns]
        self.put(name, place)

    def dots(self, dictionaries: list[dict[int, float]], none: float = 0.0) -> Floats:
        """For each row what its turn's dictionary says of its figure."""
        who = self.who.tolist()
        found = np.full(len(who), none, np.float32)
        bounds = self.bounds.tolist()
        for number, values in enumerate(dictionaries):
            if values:
                for row in range(bounds[number], bounds[number + 1]):
                    value = values.get(who[row])
                    if value is not None:
                        found[row] = value
        return found


_LEAN = {"he": 1, "she": -1, "": 0}


def _lean(company: Company) -> Floats:
    """How surely a figure is "he" (1) or "she" (-1)."""
    lean = []
    for figure in company.figures.all:
        role = figure.role.pronoun if figure.role is not None else None
        lean.append(float(_LEAN.get(role, 0)) if role else (figure.he - figure.she) / (figure.he + figure.she + 1.5))
    return np.asarray(lean, np.float32)


def _people(table: _Table, company: Company, turns: list[Turn]) -> None:
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
    table.put("lean", np.round(np.abs(_lean(company)) * 4)[who])
    table.put("called rate", np.round(np.asarray([min(0.5, figure.called / (2 + figure.count)) for figure in figures.all]) * 12)[who])
    table.put("quoted share", np.round(np.asarray([1 - figure.told / max(1, figure.count) for figure in figures.all]) * 6)[who])
    table.rank("tag rank", -np.asarray([tags[number] for number in range(len(figures.all))])[who])


def _coarse(shares: list[float]) -> Floats:
    """A share in steps of doubling."""
    return np.round(np.log2(np.asarray(shares, np.float32) + 0.002))


def _kind_of(cue: Cue | None, company: Company) -> int:
    return -1 if cue is None else company.mentions[cue.mention].kind


_FIRST = frozenset("i my me mine myself i'm i'll i've i'd".split())
_SECOND = frozenset("you your yours yourself you're you'll you've you'd thou thee thy".split())


def _turns(table: _Table, tokens: Tokens, company: Company, turns: list[Turn]) -> None:
    each = table.each
    text = tokens.text
    before = [1_000] + [b.paragraph - a.paragraph for a, b in zip(turns, turns[1:], strict=False)]
    after = before[1:] + [1_000]
    each("gap before", [min(value, 12) for value in before])
    each("gap after", [min(value, 12) for value in after])
    each("quotes", [len(turn.quotes) for turn in turns])
    words, first, second, asks, excl, sirs, madams, lead, trail, length = [], [], [], [], [], [], [], [], [], []
    for turn in turns:
        start, end = tokens.quotes[turn.quotes[0]].start, tokens.quotes[turn.quotes[-1]].end
        low, high = tokens.paragraphs[turn.paragraph]
        lows = [word for number in turn.quotes
                for word in tokens.lows[slice(*tokens.between(tokens.quotes[number].start, tokens.quotes[number].end))]]
        words.append(min(len(lows), 200))
        first.append(sum(word in _FIRST for word in lows[:60]) > 0)
        second.append(sum(word in _SECOND for word in lows[:60]) > 0)
        sirs.append("sir" in lows)
        madams.append("ma'am" in lows or "madam" in lows or "ma" in lows)
        asks.append(text[max(0, end - 4):end].strip("\"”’'» _")[-1:] == "?")
        excl.append(text[max(0, end - 4):end].strip("\"”’'» _")[-1:] == "!")
        lead.append(min(start - low, 600))
        trail.append(min(high - end, 600))
        length.append(high - low)
    for name, values in (("words", words), ("first person", first), ("second person", second), ("asks", asks), ("exclaims", excl),
                         ("sir", sirs), ("madam", madams), ("lead", lead), ("trail", trail), ("length", length)):
        each(name, values)
    each("continues", [turn.continues for turn in turns])
    each("before asks", [False, *asks[:-1]])
    each("thought", [tokens.quotes[turn.quotes[0]].thought for turn in turns])
    each("same paragraph", [before[number] == 0 for number in range(len(turns))])
    each("shares paragraph", [after[number] == 0 for number in range(len(turns))])
    each("told by one", [company.told_by_one] * len(turns))
    counts = np.diff(table.bounds)
    each("candidates", counts)


def _verb(tokens: Tokens, cue: Cue | None) -> int:
    if cue is None or cue.verb < 0:
        return 0
    low = tokens.lows[cue.verb]
    return 4 if low in PLAIN else 3 if low in SAY else 2 if low in WEAK else 1


def _cues(table: _Table, tokens: Tokens, company: Company, turns: list[Turn], meant: dict[int, dict[int, float]],
          likeliest: list[int], together: dict[str, dict[int, float]]) -> None:
    mentions, who = company.mentions, table.who
    lean = _lean(company)[who]
    lifted = _lifted(together, company)
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
        same = np.where(pointed[table.turn] < 0, 0, np.where(pointed[table.turn] == who, 1, -1))
        table.put(f"{label} says", same)
        table.put(f"{label} weight", same * strength[table.turn])
        table.put(f"{label} may", table.dots([{} if cue is None else dict.fromkeys(mentions[cue.mention].others, 1.0) for cue in cues]))
        gender = np.asarray([0 if cue is None or mentions[cue.mention].kind not in (PRONOUN, PHRASE)
                             else _LEAN[mentions[cue.mention].gender] for cue in cues])[table.turn]
        table.put(f"{label} gender", gender * lean)
        table.each(f"{label} gendered", np.asarray([0 if cue is None else abs(_LEAN[mentions[cue.mention].gender]) for cue in cues]))
        weights = table.dots([meant.get(cue.mention, {}) if cue is not None else {} for cue in cues], -1.0)
        table.put(f"{label} meant", weights)
        table.rank(f"{label} meant rank", -weights)
        guess = np.asarray([-1 if cue is None else likeliest[cue.mention] for cue in cues])[table.turn]
        table.put(f"{label} likeliest", np.where(guess < 0, 0, np.where(guess == who, 1, -1)))
        if label == "tag":
            table.put("tag lifted", table.dots([lifted.get(mentions[cue.mention].key, {}) if cue is not None
                                                and mentions[cue.mention].kind == PHRASE else {} for cue in cues], -1.0))
        table.put(f"{label} kept", table.dots([together.get(mentions[cue.mention].key, {}) if cue is not None
                                               and mentions[cue.mention].kind == PHRASE else {} for cue in cues], -1.0))
        table.each(f"{label} kin", [0 if cue is None or mentions[cue.mention].kind != PHRASE else
                                    1 + (mentions[cue.mention].head in KIN) + ("his " in mentions[cue.mention].key[:4] or
                                                                               "her " in mentions[cue.mention].key[:4])
                                    for cue in cues])
    _paragraph(table, tokens, company, turns, likeliest, lean)
    _description(table, tokens, company, turns)


def _paragraph(table: _Table, tokens: Tokens, company: Company, turns: list[Turn], likeliest: list[int], lean: Floats) -> None:
    """Who comes first in the narration before and after the turn, and in the paragraphs around that nobody speaks in."""
    mentions, who = company.mentions, table.who
    firsts = [mention.first for mention in mentions]
    spoken = {turn.paragraph for turn in turns}
    edges = [bisect_left(firsts, tokens.at(start)) for start, _ in tokens.paragraphs] + [len(firsts)]

    def told(start: int, end: int) -> list[int]:
        return [at for at in range(start, end) if mentions[at].within < 0 and not mentions[at].owned and mentions[at].kind != CROWDED]

    places: dict[str, list[int]] = {name: [] for name in ("early", "late", "intro", "intro last", "outro")}
    for turn in turns:
        start = bisect_left(firsts, tokens.at(tokens.quotes[turn.quotes[0]].start))
        end = bisect_left(firsts, tokens.at(tokens.quotes[turn.quotes[-1]].end))
        home = turn.paragraph
        places["early"].append(next(iter(told(edges[home], start)), -1))
        places["late"].append(next(iter(told(end, edges[home + 1])), -1))
        intro = told(edges[home - 1], edges[home]) if home and home - 1 not in spoken else []
        subjects = [at for at in intro if mentions[at].subject]
        places["intro"].append((subjects or intro or [-1])[0])
        places["intro last"].append((subjects or intro or [-1])[-1])
        outro = told(edges[home + 1], edges[home + 2]) if home + 2 < len(edges) and home + 1 not in spoken else []
        places["outro"].append(next(iter([at for at in outro if mentions[at].subject] or outro), -1))
    for label, found in places.items():
        pointed = np.asarray([-1 if at < 0 else likeliest[at] for at in found])[table.turn]
        table.put(f"{label} is", np.where(pointed < 0, 0, np.where(pointed == who, 1, -1)))
        table.each(f"{label} kind", [-1 if at < 0 else mentions[at].kind for at in found])
        gender = np.asarray([0 if at < 0 else _LEAN[mentions[at].gender] for at in found])[table.turn]
        table.put(f"{label} gender", gender * lean)


_COMMON = frozenset("""man woman boy girl lady gentleman child fellow lad youth person friend one maid maiden voice creature
stranger visitor companion other guest mother father sister brother aunt uncle wife husband son daughter doctor""".split())
_ARTICLE = {"the": 1, "a": 2, "an": 2, "another": 2, "his": 3, "her": 4, "my": 5, "their": 6}


def _description(table: _Table, tokens: Tokens, company: Company, turns: list[Turn]) -> None:
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
        mention = mentions[turn.tag.mention] if turn.tag is not None else None
        if mention is None or mention.kind != PHRASE:
            article.append(0)
            common.append(0)
            since.append(-1)
            continue
        article.append(_ARTICLE.get(tokens.lows[mention.first], 7))
        common.append(min(uses[mention.key], 60))
        at = bisect_left(brought[mention.head], mention.first + 1)
        since.append(min(mention.first - brought[mention.head][at - 1], 5000) if at else 9999)
    table.each("phrase common", [0 if turn.tag is None or mentions[turn.tag.mention].kind != PHRASE else
                                 2 if mentions[turn.tag.mention].head in _COMMON else 1 for turn in turns])
    own = np.asarray([-1 if turn.tag is None or mentions[turn.tag.mention].kind != PHRASE else mentions[turn.tag.mention].who
                      for turn in turns])
    table.put("phrase own", own[table.turn] == table.who)
    table.put("phrase figure", np.asarray([figure.kind == "phrase" for figure in company.figures.all])[table.who])
    table.each("phrase article", article)
    table.each("phrase uses", common)
    table.each("phrase brought", since)


def _company_kept(company: Company, turns: list[Turn]) -> dict[str, dict[int, float]]:
    """For each description, how often each figure is mentioned around its uses: "the beadle" keeps company with Mr. Lee."""
    mentions = company.mentions
    used: dict[str, list[int]] = defaultdict(list)
    for number, mention in enumerate(mentions):
        if mention.kind == PHRASE and mention.within < 0:
            used[mention.key].append(number)
    wanted = {mentions[cue.mention].key for turn in turns for cue in (turn.tag, turn.other)
              if cue is not None and mentions[cue.mention].kind == PHRASE}
    kept: dict[str, dict[int, float]] = {}
    for key in wanted:
        uses = used.get(key, [])
        counts: Counter[int] = Counter()
        for number in uses[:200]:
            near = {mentions[at].who for at in range(max(0, number - 15), min(len(mentions), number + 16))
                    if mentions[at].kind == NAME}
            counts.update(near)
        kept[key] = {who: count / max(2, len(uses[:200])) for who, count in counts.items()}
    return kept


def _lifted(kept: dict[str, dict[int, float]], company: Company) -> dict[str, dict[int, float]]:
    """The same over how often each figure is about at all: who is everywhere keeps company with nobody in particular."""
    mentions = [mention for mention in company.mentions if mention.kind == NAME]
    blocks = max(1, len(mentions) // 30)
    about: Counter[int] = Counter()
    for start in range(0, len(mentions), 30):
        about.update({mention.who for mention in mentions[start:start + 30]})
    return {key: {who: share / (about[who] / blocks + 0.15) for who, share in shares.items()} for key, shares in kept.items()}


def _nearness(table: _Table, tokens: Tokens, company: Company, turns: list[Turn], likeliest: list[int]) -> None:
    mentions, who, turn = company.mentions, table.who, table.turn
    begin = np.asarray([tokens.at(tokens.quotes[each.quotes[0]].start) for each in turns], np.int64)
    end = np.asarray([tokens.at(tokens.quotes[each.quotes[-1]].end) for each in turns], np.int64)
    edges = np.asarray([tokens.at(start) for start, _ in tokens.paragraphs] + [len(tokens.words)], np.int64)
    home = np.asarray([each.paragraph for each in turns], np.int64)
    scene_of = np.asarray(tokens.scenes, np.int64)
    scene_start = np.searchsorted(scene_of, scene_of[home])
    told = [(mention.who, mention.first) for mention in mentions if mention.who >= 0 and mention.within < 0]
    known = [(likeliest[number], mention.first) for number, mention in enumerate(mentions)
             if likeliest[number] >= 0 and mention.within < 0]
    subject = [(likeliest[number], mention.first) for number, mention in enumerate(mentions)
               if likeliest[number] >= 0 and mention.within < 0 and mention.subject]
    quoted = [(mention.who, mention.first) for mention in mentions if mention.who >= 0 and mention.within >= 0]
    paragraph_of = np.asarray([*tokens.homes, len(tokens.paragraphs)], np.int64)
    tag_gender = np.asarray([gender_of(each, company) for each in turns])[turn]
    lean = _lean(company)[who]
    fits = (tag_gender == 0) | (tag_gender * lean > -0.15)
    agrees = (tag_gender != 0) & (tag_gender * lean > 0.25)
    table.put("fits", fits)
    named = np.asarray([figure.kind in ("name", "given", "title") for figure in company.figures.all])[who]
    for label, pairs in (("told", told), ("known", known), ("subject", subject), ("quoted", quoted)):
        where = Where([pair[0] for pair in pairs], [pair[1] for pair in pairs])
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
        table.put(f"{label} ahead 3", where.count(who, edges[home + 1][turn], edges[np.minimum(home + 4, len(edges) - 1)][turn]))
        if label == "told":
            table.put("told scene", np.minimum(where.count(who, edges[scene_start][turn], start), 60))
            table.put("told ahead 20", where.count(who, edges[home + 1][turn], edges[np.minimum(home + 20, len(edges) - 1)][turn]))
            table.put("new", since >= 100_000)


def _neighbours(table: _Table, tokens: Tokens, company: Company, turns: list[Turn]) -> None:
    """What the turns around say of who speaks them, and of whom they speak to."""
    mentions, who, turn = company.mentions, table.who, table.turn
    total = len(turns)
    lean = _lean(company)[who]
    home = np.asarray([each.paragraph for each in turns], np.int64)
    sure = np.asarray([each.tag is not None and each.tag.strength >= 3 for each in turns])
    pointed = np.asarray([mentions[each.tag.mention].who if each.tag is not None and each.tag.strength >= 3 else -1 for each in turns])
    gender = np.asarray([_LEAN[mentions[each.tag.mention].gender] if each.tag is not None and each.tag.strength >= 3
                         and mentions[each.tag.mention].kind in (PRONOUN, PHRASE) else 0 for each in turns])
    calls = [{who_: 1.0 for who_ in each.called} for each in turns]
    names = [{who_: 1.0 for who_ in each.named} for each in turns]
    for step in (-4, -3, -2, -1, 1, 2, 3, 4):
        near = np.clip(np.arange(total) + step, 0, total - 1)
        close = (np.abs(home[near] - home) <= 2 * abs(step) + 1) & (near != np.arange(total))
        there = np.where(close, pointed[near], -1)[turn]
        table.put(f"says {step}", np.where(there < 0, 0, np.where(there == who, 1, -1)))
        if abs(step) <= 2:
            table.put(f"gender {step}", np.where(close, gender[near], 0)[turn] * lean)
            table.each(f"sure {step}", np.where(close, sure[near], -1))
    table.put("called", table.dots(calls))
    table.each("calls", [len(each.called) for each in turns])
    table.put("named", table.dots(names))
    for step in (-2, -1, 1, 2):
        shifted = [calls[number + step] if 0 <= number + step < total and abs(home[number + step] - home[number]) <= 2 * abs(step)
                   else {} for number in range(total)]
        table.put(f"called {step}", table.dots(shifted))
        table.each(f"calls {step}", [len(each) for each in shifted])
        if abs(step) == 1:
            shifted = [names[number + step] if 0 <= number + step < total and abs(home[number + step] - home[number]) <= 2 else {}
                       for number in range(total)]
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
    table.rank("spoke fit rank", np.where((tag_gender == 0) | (tag_gender * lean > -0.15), since, 1_000))
    table.put("run place", np.minimum(here - run, 50))
    table.put("run length", np.minimum(stop - run, 100))


def gender_of(turn: Turn, company: Company) -> int:
    """What the turn's tag says of its speaker's gender: 1 he, -1 she, 0 nothing."""
    if turn.tag is None:
        return 0
    mention = company.mentions[turn.tag.mention]
    return _LEAN[mention.gender] if mention.kind in (PRONOUN, PHRASE) else 0


def _focus(table: _Table, focus: list[dict[int, float]], company: Company, turns: list[Turn]) -> None:
    weights = table.dots(focus)
    tag_gender = np.asarray([gender_of(each, company) for each in turns])[table.turn]
    fits = (tag_gender == 0) | (tag_gender * _lean(company)[table.who] > -0.15)
    table.rank("focus fit rank", -np.where(fits, weights, -1))
    fitting = np.bincount(table.turn, weights=np.where(fits, weights, 0), minlength=table.turns)
    table.put("focus fit share", np.where(fits, weights, 0) / (fitting[table.turn] + 0.01))
    table.put("focus", weights)
    table.rank("focus rank", -weights)
    totals = np.bincount(table.turn, weights=weights, minlength=table.turns)
    table.put("focus share", weights / (totals[table.turn] + 0.01))


class Beliefs:
    """Chances by turn and figure, looked up for many rows at once."""

    def __init__(self, believed: list[dict[int, float]]) -> None:
        pairs = [(turn << 24 | who, chance) for turn, chances in enumerate(believed) for who, chance in chances.items()]
        pairs.sort()
        self.keys = np.asarray([key for key, _ in pairs], np.int64)
        self.chances = np.asarray([chance for _, chance in pairs], np.float32)

    def look(self, turn: Ints, who: Ints) -> Floats:
        if not len(self.keys):
            return np.zeros(len(turn), np.float32)
        wanted = (turn << 24) | who
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        found: Floats = np.where(self.keys[at] == wanted, self.chances[at], 0).astype(np.float32)
        return found


def _beliefs(table: _Table, tokens: Tokens, company: Company, turns: list[Turn], believed: list[dict[int, float]]) -> None:
    """What is believed of the turns around, of the same description elsewhere, and of how each figure talks."""
    mentions, who, turn = company.mentions, table.who, table.turn
    total = len(turns)
    beliefs = Beliefs(believed)
    here = np.arange(total)
    home = np.asarray([each.paragraph for each in turns], np.int64)
    own = beliefs.look(turn, who)
    table.put("belief", own)
    table.rank("belief rank", -own)
    best = np.asarray([max(chances, key=lambda each: (chances[each], -each)) if chances else -1 for chances in believed])
    sure = np.asarray([max(chances.values()) if chances else 0.0 for chances in believed])
    top = np.maximum.reduceat(own, table.bounds[:-1])
    table.put("belief behind", top[turn] - own)
    table.each("belief top", sure)
    local = np.zeros(len(who), np.float32)
    for step in (-8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8):
        near = np.clip(here + step, 0, total - 1)
        close = (np.abs(home[near] - home) <= 2 * abs(step) + 1) & (near != here)
        chance = np.where(close[turn], beliefs.look(near[turn], who), -0.2)
        if abs(step) <= 5:
            table.put(f"belief {step}", chance)
        if abs(step) <= 2:
            table.put(f"best {step}", np.where(close[turn], np.where(best[near][turn] == who, sure[near][turn], -sure[near][turn]), 0))
        local += np.maximum(chance, 0) / (1 + abs(step) / 3)
    table.put("belief near", local)
    table.rank("belief near rank", -local)
    # the same two people go on: who is neither the one before nor the one before that is a third voice
    before = np.clip(here - 1, 0, total - 1)
    earlier = np.clip(here - 2, 0, total - 1)
    table.each("pair before", (home - home[earlier] <= 4) & (best[before] != best[earlier]))
    ahead = np.clip(here + 1, 0, total - 1)
    table.each("flanked", (best[before] == best[ahead]) & (home[ahead] - home[before] <= 4))
    _same_words(table, company, turns, believed)
    _same_gender(table, company, turns, believed, own)
    _same_talk(table, tokens, turns, believed)


def _same_words(table: _Table, company: Company, turns: list[Turn], believed: list[dict[int, float]]) -> None:
    """"the beadle": who is believed to be meant elsewhere in the book."""
    mentions = company.mentions
    keys = [mentions[turn.tag.mention].key if turn.tag is not None and turn.tag.strength >= 3
            and mentions[turn.tag.mention].kind == PHRASE else "" for turn in turns]
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
            elsewhere.append({who: (value - chances.get(who, 0.0)) / (uses[key] - 1) for who, value in sums[key].items()})
    table.put("word belief", table.dots(elsewhere))
    table.each("word uses", [min(uses[key], 20) if key else 0 for key in keys])


def _same_gender(table: _Table, company: Company, turns: list[Turn], believed: list[dict[int, float]], own: Floats) -> None:
    """What the pronouns of the turns that each figure is believed to speak say of it, this turn left out."""
    mentions = company.mentions
    gender = [_LEAN[mentions[turn.tag.mention].gender] if turn.tag is not None and turn.tag.strength >= 3
              and mentions[turn.tag.mention].kind in (PRONOUN, PHRASE) else 0 for turn in turns]
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


def _same_talk(table: _Table, tokens: Tokens, turns: list[Turn], believed: list[dict[int, float]]) -> None:
    """How much likelier the turn's words are from a figure than from anybody, by the turns that it is believed to speak."""
    bags: list[Counter[str]] = []
    for turn in turns:
        bag: Counter[str] = Counter()
        for number in turn.quotes:
            quote = tokens.quotes[number]
            first, last = tokens.between(quote.start, quote.end)
            bag.update(tokens.lows[first:min(last, first + 80)])
        bags.append(bag)
    common: Counter[str] = Counter()
    for bag in bags:
        common.update(bag.keys())
    kept = {word: place for place, (word, count) in enumerate(common.most_common(1200)) if count >= 4}
    if not kept:
        table.put("talk", np.zeros(len(table.who)))
        table.put("talk rank", np.zeros(len(table.who)))
        return
    figures = int(table.who.max()) + 1
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
    for number, places in enumerate(cells):
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


__all__ = ["SELF", "Beliefs", "Rows", "gender_of", "measure"]
