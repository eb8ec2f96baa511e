"""Words -> the proper names in them, and how much each looks like a person's.

A name is a run of capitalised words, titles first ("Mr. Tom Lee", "the White Rabbit", "Anna von Berg");
one that is capitalised only where sentences begin is none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from audiobook.script.tokens import LOWER, SHOUTED, UPPER, Tokens
from audiobook.script.words import (
    ACTS,
    BE,
    DR,
    MEN_NAMED,
    MR,
    MRS,
    NOT_NAMES,
    PARTICLES,
    PLACES,
    PLAIN,
    SAY,
    SHORT,
    TITLES,
    WHEREBY,
    WOMEN_NAMED,
)

FIRST_NAMES = MEN_NAMED | WOMEN_NAMED
_PLURAL_OK = frozenset("s")
_ALONE = TITLES - frozenset(
    "mr mrs ms m don miss st saint sir master lady lord mister dom pan coach driver private cousin "
    "brother sister madam ma'am mum".split()
)


@dataclass(frozen=True, slots=True)
class Form:
    """A name as written, in lower case: `titles` ("mr"), `core` ("tom", "lee")."""

    titles: tuple[str, ...]
    core: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.titles[0] if self.titles else ""


@dataclass(frozen=True, slots=True)
class Named:
    """One use of a form: words `first:last`. `the`: an article stands before it."""

    first: int
    last: int
    form: Form
    the: bool


@dataclass(slots=True)
class Traces:
    """What the text says of a form."""

    count: int = 0
    told: int = 0  # outside quotations
    the: int = 0
    says: float = 0.0
    acts: float = 0.0
    called: float = 0.0
    place: float = 0.0
    owns: int = 0
    he: float = 0.0
    she: float = 0.0
    it: float = 0.0
    shown: Counter[str] = field(default_factory=Counter)

    def person(self, form: Form) -> float:
        """How surely a person: 1 and more is one."""
        score = 2.0 * self.says + self.acts + 0.6 * self.called + 0.2 * self.owns + 0.4 * min(self.he + self.she, 6.0)
        if form.titles and form.core:
            score += 3.0
        if form.core and form.core[0] in FIRST_NAMES:
            score += 1.0
        if form.core and form.core[-1] in PLACES and len(form.core) > 1:
            score -= 6.0
        against = 1.1 * self.place + 0.3 * self.it
        if self.the and not form.titles:
            against += 0.5 * self.the
        return score - against


Rivals = Counter[tuple[Form, Form]]


def find_names(tokens: Tokens) -> tuple[list[Named], dict[Form, Traces], Rivals]:
    """Every use of a name in order, the traces of each form, and how often two forms stand close together:
    who is named twice in a breath is seldom named in two ways."""
    capital = _capitals(tokens)
    found = list(_spans(tokens, capital))
    traces: dict[Form, Traces] = defaultdict(Traces)
    for number, name in enumerate(found):
        after = found[number + 1].first if number + 1 < len(found) else len(tokens.lows)
        _trace(tokens, name, after, traces[name.form])
    rivals: Rivals = Counter()
    for one, two in pairwise(found):
        if (
            one.form != two.form
            and two.first - one.last < 18
            and tokens.within[one.first] < 0
            and tokens.within[two.first] < 0
            and tokens.home(one.first) == tokens.home(two.first)
        ):
            rivals[one.form, two.form] += 1
            rivals[two.form, one.form] += 1
    return found, dict(traces), rivals


def _capitals(tokens: Tokens) -> set[str]:
    """Lower-case words that are names where they stand with a capital."""
    text, lows, opens, starts, ends = tokens.text, tokens.lows, tokens.opens, tokens.starts, tokens.ends
    plain = Counter(
        text[start:end] for start, end, case in zip(starts, ends, tokens.cases, strict=True) if case & LOWER
    )
    middle: Counter[str] = Counter()
    start: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for number, case in enumerate(tokens.cases):
        if case != UPPER or ends[number] - starts[number] < 2:
            continue
        low = lows[number]
        if opens[number]:
            start[low] += 1
        else:
            middle[low] += 1
            if number and tokens.within[number] < 0 and lows[number - 1] in PLAIN and tokens.joined[number]:
                said[low] += 1
        if (
            tokens.within[number] < 0
            and number + 1 < len(lows)
            and lows[number + 1] in PLAIN
            and tokens.joined[number + 1]
        ):
            said[low] += 1
    names: set[str] = set()
    for low in set(middle) | set(start):
        lower = plain[low]
        if low in NOT_NAMES:
            if said[low] >= 2 and said[low] >= 0.02 * lower and low not in _NEVER:
                names.add(low)
            continue
        inner = middle[low]
        if (
            (inner and (inner >= 0.5 * lower or said[low] >= 2 or (low in FIRST_NAMES and inner >= 3)))
            or (not inner and not lower and (said[low] or low in FIRST_NAMES))
            or (not lower and start[low] >= 3 and not low.endswith(("ly", "ing")))
        ):
            names.add(low)
    return names


_NEVER = frozenset(
    """
i he she it we you they who there then this that what so and but as if his her my the a an how not no yes oh
when where all one some any each both nobody somebody everybody everyone these those here now mr mrs sir
miss
""".split()
)


def _spans(tokens: Tokens, names: set[str]) -> list[Named]:
    cases, lows, text, joined = tokens.cases, tokens.lows, tokens.text, tokens.joined
    starts, ends, owns, opens = tokens.starts, tokens.ends, tokens.owns, tokens.opens
    total = len(lows)
    found: list[Named] = []
    forms: dict[Form, Form] = {}  # a long book names few people often
    behind = 0
    for at, case in enumerate(cases):
        if at < behind or not case & UPPER:
            continue
        low = lows[at]
        if low not in names and low not in TITLES:
            continue
        if case & SHOUTED:
            continue
        titles: list[str] = []
        core: list[str] = []
        here = at
        while here < total:
            low = lows[here]
            if here > at:
                if owns[here - 1]:
                    break
                if not joined[here]:
                    gap = text[ends[here - 1] : starts[here]]
                    if gap.strip() != "." or "\n\n" in gap or not (lows[here - 1] in SHORT or len(lows[here - 1]) == 1):
                        break
                elif opens[here]:
                    break
            upper = cases[here] & UPPER
            if upper and not core and low in TITLES and (here + 1 < total or not core):
                if titles and low not in TITLES:
                    break
                titles.append(low)
            elif (
                (
                    upper
                    and (low in names or (core and low not in NOT_NAMES and len(low) > 1))
                    and not cases[here] & SHOUTED
                )
                or (
                    upper
                    and len(low) == 1
                    and here + 2 < total
                    and cases[here + 1] & UPPER
                    and low not in ("i", "o", "a")
                )
                or (
                    (core or titles)
                    and low in PARTICLES
                    and here + 1 < total
                    and joined[here + 1]
                    and joined[here]
                    and _particle_leads_on(tokens, here, names)
                )
            ):
                core.append(low)
            else:
                break
            here += 1
        behind = max(here, at + 1)
        while core and core[-1] in PARTICLES:
            core.pop()
            here -= 1
        if not core:
            # a title alone: "the Vicar", "Mamma" in the middle of a sentence
            last = titles[-1] if titles else ""
            if last not in _ALONE or (opens[here - 1] and lows[here - 2] != "the" and last not in _CALLED):
                continue
            if here > at + 1:
                titles = titles[-1:]
                at = here - 1
        while len(core) > 1 and core[-1] in _AFTER:
            titles.append(core.pop())
        the = at > 0 and lows[at - 1] in ("the", "a", "an") and joined[at]
        form = Form(tuple(titles), tuple(core))
        found.append(Named(at, here, forms.setdefault(form, form), the))
    return found


_AFTER = frozenset("begum sahib sahiba bey pasha effendi esq esquire junior senior jr sr".split())
_CALLED = frozenset(
    "papa mamma mama grandpa grandma granny auntie mother father uncle aunt nurse doctor professor".split()
)


def _particle_leads_on(tokens: Tokens, here: int, names: set[str]) -> bool:
    for ahead in (1, 2):
        after = here + ahead
        if after >= len(tokens.lows) or not tokens.joined[after]:
            return False
        if tokens.cases[after] & UPPER:
            low = tokens.lows[after]
            return low in names or low not in NOT_NAMES
        if tokens.lows[after] not in PARTICLES:
            return False
    return False


def _trace(tokens: Tokens, name: Named, after: int, traces: Traces) -> None:
    lows, joined = tokens.lows, tokens.joined
    traces.count += 1
    traces.shown[shown(tokens, name)] += 1
    quoted = tokens.within[name.first] >= 0
    before = lows[name.first - 1] if name.first and joined[name.first] else ""
    ahead = lows[name.last] if name.last < len(lows) and joined[name.last] else ""
    owning = tokens.owns[name.last - 1]
    if name.the:
        traces.the += 1
        before = lows[name.first - 2] if name.first > 1 and joined[name.first - 1] else ""
    if before in WHEREBY and not owning:
        looking = before == "at" and name.first > 1 and lows[name.first - 2] in _LOOKING
        traces.place += 0.0 if looking else _PLACING.get(before, 1.0)
    if owning:
        traces.owns += 1
    if quoted:
        stop = tokens.text[tokens.ends[name.last - 1] : tokens.ends[name.last - 1] + 1]
        lead = tokens.text[max(0, tokens.starts[name.first] - 2) : tokens.starts[name.first]]
        if stop and stop in ",.!?;\"”’'—-" and (lead[:1] == "," or tokens.opens[name.first]) and not owning:
            traces.called += 1.0 if stop != "." else 0.6
        if ahead in ACTS or ahead in BE:
            traces.acts += 0.25
        return
    traces.told += 1
    if owning:
        return
    if before in SAY and before not in ("called", "read", "named"):
        traces.says += 1.0
    if ahead in SAY:
        traces.says += 1.0
    elif ahead in ACTS and ahead not in BE:
        traces.acts += 0.7
    elif ahead.endswith("ed"):
        traces.acts += 0.4
    elif ahead in BE:
        traces.acts += 0.15
    _pronoun_after(tokens, name, after, traces)


_PLACING = {"to": 0.5, "from": 0.6, "towards": 0.5, "toward": 0.5}
_LOOKING = frozenset("""
look looks looked looking glance glances glanced glancing stare stares stared staring smile smiled smiling laugh laughed
laughing gaze gazed gazing frown frowned nod nodded nodding shout shouted shouting wink winked grin grinned angry peep
peeped peer peered glare glared snap snapped
""".split())


def _pronoun_after(tokens: Tokens, name: Named, after: int, traces: Traces) -> None:
    lows, within = tokens.lows, tokens.within
    for at in range(name.last, min(name.last + 14, after, len(lows))):
        if within[at] >= 0 or tokens.home(at) != tokens.home(name.first):
            break
        low = lows[at]
        weight = 1.0 if at - name.last < 8 else 0.6
        if low in ("he", "his", "himself"):
            traces.he += weight * (2.0 if low == "himself" else 1.0)
        elif low in ("she", "her", "herself"):
            traces.she += weight * (2.0 if low == "herself" else 1.0)
        elif low in ("it", "its"):
            traces.it += 0.5 * weight
        else:
            continue
        break


def shown(tokens: Tokens, name: Named) -> str:
    """The name as the text shows it, on one line, without a possessive ending."""
    text = tokens.text[tokens.starts[name.first] : tokens.ends[name.last - 1]]
    return " ".join(unowned(text).split())


def unowned(text: str) -> str:
    """Without a possessive ending.

    >>> unowned("Tom's"), unowned("Tom")
    ('Tom', 'Tom')
    """
    return text[:-2] if text[-2:] in ("'s", "’s") else text


def title_gender(titles: tuple[str, ...] | frozenset[str] | set[str]) -> str:
    """ "he", "she" or "" as the titles tell."""
    if any(title in MRS for title in titles) and not any(title in MR for title in titles):
        return "she"
    if any(title in MR for title in titles) and not any(title in MRS for title in titles):
        return "he"
    return ""


def first_name_gender(core: tuple[str, ...]) -> str:
    """ "he", "she" or "" as a first name alone would tell."""
    if not core:
        return ""
    man, woman = core[0] in MEN_NAMED, core[0] in WOMEN_NAMED
    return "" if man == woman else "he" if man else "she"


__all__ = ["DR", "Form", "Named", "Traces", "find_names", "first_name_gender", "shown", "title_gender", "unowned"]
