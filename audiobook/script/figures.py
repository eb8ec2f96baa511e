"""Forms of names -> the people who bear them: one person one figure, families told apart.

A form may belong to several figures ("Bennet"); who is meant is then decided where it stands.
What voices.yaml says of names and aliases overrules what is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log10

from audiobook.model import Role
from audiobook.script.names import FIRST_NAMES, Form, Rivals, Traces, first_name_gender, title_gender
from audiobook.script.tokens import WORD
from audiobook.script.words import KINTITLE, MEN_NAMED, NICKNAMES, NOBLE, RANKS, TITLES, WOMEN_NAMED

_TITLE_WEIGHT, _NAME_WEIGHT, _GIVEN_WEIGHT = 30.0, 3.0, 1000.0


@dataclass(slots=True)
class Figure:
    """Somebody, as far as the text tells. `kind`: given, name, title, phrase, narrator, anyone."""

    kind: str
    shown: Counter[str] = field(default_factory=Counter)
    firsts: set[str] = field(default_factory=set)
    lasts: set[str] = field(default_factory=set)
    husbands: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    he: float = 0.0
    she: float = 0.0
    count: int = 0
    told: int = 0
    called: float = 0.0
    role: Role | None = None
    forms: list[Form] = field(default_factory=list)

    @property
    def gender(self) -> str:
        if self.role is not None and self.role.pronoun in ("he", "she"):
            return self.role.pronoun
        if self.role is not None and self.role.pronoun:
            return ""
        if self.he + self.she < 0.9:
            return ""
        if self.he >= 1.5 * self.she:
            return "he"
        return "she" if self.she >= 1.5 * self.he else ""


@dataclass(slots=True)
class Figures:
    """`owners`: whose each form is, likeliest first. `phrases`: the figures that have no name, by phrase."""

    all: list[Figure] = field(default_factory=list)
    owners: dict[Form, list[int]] = field(default_factory=dict)
    phrases: dict[str, int] = field(default_factory=dict)
    narrator: int = -1

    def add(self, figure: Figure) -> int:
        self.all.append(figure)
        return len(self.all) - 1


def form_of(name: str) -> Form:
    """A name as somebody writes it, as a form.

    >>> form_of("Mrs. Ann Lee")
    Form(titles=('mrs',), core=('ann', 'lee'))
    """
    words = [word.lower().replace("’", "'") for word in WORD.findall(name)]
    if len(words) > 1 and words[0] in ("the", "a", "an"):
        words = words[1:]
    cut = 0
    while cut < len(words) and words[cut] in TITLES:
        cut += 1
    return Form(tuple(words[:cut]), tuple(words[cut:]))


def gather(traces: dict[Form, Traces], rivals: Rivals, roles: Sequence[Role]) -> Figures:
    """The figures whom the forms name."""
    figures = Figures()
    claimed = _claim_roles(figures, roles)
    people = _persons(traces)
    merger = _Merger(figures, traces, rivals)
    for form in people:
        merger.place(form)
    _give_to_roles(figures, claimed)
    return figures


def _persons(traces: dict[Form, Traces]) -> list[Form]:
    """The forms that name people: whole names first, then titled ones, then single names; often used before rarely."""
    scores = {form: found.person(form) for form, found in traces.items()}
    single = {form.core[0] for form, score in scores.items() if score >= 1.0 and len(form.core) == 1}
    titled = {form.core[-1] for form, score in scores.items() if score >= 1.0 and form.titles and form.core}
    lasts: Counter[str] = Counter()
    for form, found in traces.items():
        if form.core and (form.titles or len(form.core) > 1):
            lasts[form.core[-1]] += found.count
    chosen = []
    for form, score in scores.items():
        if form.core and _family(form.core[-1], lasts, traces[form].count) and (traces[form].the or form.titles):
            continue
        if (
            len(form.core) > 1
            and not form.titles
            and traces[form].count == 1
            and form.core[-1] not in titled
            and (bare := traces.get(Form((), form.core[:1]))) is not None
            and bare.count >= 8
            and Form((), form.core[-1:]) not in traces
        ):
            continue  # "Rabbit Sends" in a heading
        linked = (
            len(form.core) > 1
            and score > -1.5
            and (form.core[0] in single or form.core[-1] in single or form.core[-1] in titled)
            and (form.core[0] in single or form.core[0] in FIRST_NAMES or score > 0.3)
        )
        if score >= 1.0 or linked or (len(form.core) == 1 and form.core[0] in titled and score > -2.0):
            chosen.append(form)
    return sorted(chosen, key=lambda form: (_rank(form), -traces[form].count, form.core, form.titles))


def _family(name: str, lasts: Counter[str], count: int) -> bool:
    """ "Bennets" where there are more of a Bennet."""
    return (name.endswith("s") and lasts[name[:-1]] > count) or (name.endswith("es") and lasts[name[:-2]] > count)


def _rank(form: Form) -> int:
    if len(form.core) > 1:
        return 0
    if form.titles and form.core:
        return 1
    return 2 if form.core else 3


def same_first(one: str, other: str) -> bool:
    """Whether two first names may be one person's."""
    if one == other:
        return True
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    ones, others = NICKNAMES.get(one, frozenset((one,))), NICKNAMES.get(other, frozenset((other,)))
    return bool((ones | {one}) & (others | {other}) - {""}) and (one in NICKNAMES or other in NICKNAMES)


def _agree(titles: Iterable[str], other: Iterable[str]) -> bool:
    """Whether one person may bear both sets of titles."""
    ones, others = set(titles), set(other)
    if not ones or not others:
        return True
    one, two = title_gender(ones), title_gender(others)
    if one and two and one != two:
        return False
    if ("lady" in ones and "miss" in others and "miss" not in ones) or (
        "lady" in others and "miss" in ones and "miss" not in others
    ):
        return False
    if ("mrs" in ones and "miss" in others and "miss" not in ones) or (
        "miss" in ones and "mrs" in others and "mrs" not in ones
    ):
        return False
    if ("mr" in ones and others & NOBLE and "mr" not in others) or (
        "mr" in others and ones & NOBLE and "mr" not in ones
    ):
        return False
    ranks, ranked = (ones & RANKS) - NOBLE, (others & RANKS) - NOBLE
    return not (ranks and ranked and not ranks & ranked)


@dataclass(slots=True)
class _Merger:
    figures: Figures
    traces: dict[Form, Traces]
    rivals: Rivals

    def _apart(self, figure: Figure, form: Form) -> bool:
        """Whether the form stands so often beside one of the figure's that two people are meant."""
        theirs = {kin for other in figure.forms for kin in _kin(other)}
        for mine in _kin(form):
            for other in theirs:
                if len(mine.core) == 1 and mine.core[-1:] == other.core[-1:] and not (mine.titles and other.titles):
                    continue
                young = "miss" in (mine.title, other.title)
                beside = self.rivals[mine, other]
                one, two = sorted((self._told(mine), self._told(other)))
                plain = {bool(mine.titles), bool(other.titles)} == {False, True} and len(mine.core) == len(
                    other.core
                ) == 1
                if (
                    plain
                    and not young
                    and one >= (15 if beside else 50)
                    and one >= (0.2 if beside else 0.3) * two
                    and mine.core != other.core
                ):
                    return True  # a teller seldom says both Tom and Mr. Lee of one person, and often
                if beside >= (5 if young else 3) and beside > (0.12 if young else 0.03) * one:
                    return True
        return False

    def _shared(self, scored: list[tuple[float, int]], within: float, count: int) -> list[int]:
        """The best, and others who come near it in score and in weight."""
        scored.sort(key=lambda pair: (-pair[0], pair[1]))
        best = self.figures.all[scored[0][1]]
        return [
            number
            for place, (score, number) in enumerate(scored[:4])
            if not place
            or (
                score > scored[0][0] - within
                and self.figures.all[number].count >= max(4, 0.05 * count)
                and self.figures.all[number].count >= 0.2 * best.count
            )
        ]

    def place(self, form: Form) -> None:
        if len(form.core) > 1:
            found = self._whole(form)
        elif form.core and form.titles:
            found = self._titled(form)
        elif form.core:
            found = self._single(form)
        else:
            found = self._title_alone(form)
            if found:
                self.figures.owners[form] = found
                return
        if not found:
            found = [self.figures.add(Figure("name" if form.core else "title"))]
        self.figures.owners[form] = found
        self._learn(self.figures.all[found[0]], form, len(found))

    def _learn(self, figure: Figure, form: Form, sharers: int) -> None:
        traces = self.traces[form]
        figure.forms.append(form)
        figure.count += traces.count
        figure.told += traces.told
        figure.called += traces.called
        figure.shown.update(traces.shown)
        figure.titles.update(form.titles)
        gender = title_gender(form.titles)
        if gender == "he":
            figure.he += _TITLE_WEIGHT
        elif gender == "she":
            figure.she += _TITLE_WEIGHT
        if sharers == 1:
            figure.he += traces.he
            figure.she += traces.she
        core = form.core
        if len(core) > 1:
            if _husbands(form):
                figure.husbands.add(core[0])
            else:
                figure.firsts.add(core[0])
                first = self.traces.get(Form((), core[:1]))
                if first is not None and not gender:
                    figure.he += 0.3 * first.he
                    figure.she += 0.3 * first.she
            figure.lasts.add(core[-1])
        elif core and form.titles:
            if (
                (core[0] in FIRST_NAMES and (form.title in KINTITLE or form.title in ("sir", "master", "lady", "miss")))
                or form.title in KINTITLE
                or form.title == "sir"
            ):
                figure.firsts.add(core[0])
            elif core[0] not in figure.firsts:
                figure.lasts.add(core[0])
        elif core and not figure.firsts and not figure.lasts:
            figure.firsts.add(core[0])
            figure.lasts.add(core[0])
        if not _husbands(form) and not gender:
            named = first_name_gender(core)
            if core and core[0] in figure.firsts and named:
                if named == "he":
                    figure.he += _NAME_WEIGHT
                else:
                    figure.she += _NAME_WEIGHT

    def _count(self, form: Form) -> int:
        found = self.traces.get(form)
        return found.count if found is not None else 0

    def _weight(self, figure: Figure) -> int:
        """Uses of the figure's forms, and of the bare first name that will be its own."""
        return figure.count + max((self._count(Form((), (own,))) for own in figure.firsts), default=0)

    def _told(self, form: Form) -> int:
        found = self.traces.get(form)
        return found.told if found is not None else 0

    def _borne(self, figure: Figure, first: str) -> int:
        """Uses of the figure's forms that show the first name."""
        return sum(self._count(form) for form in figure.forms if form.core[:1] == (first,))

    def _gendered(self, form: Form) -> str:
        gender = title_gender(form.titles)
        traces = self.traces[form]
        if gender:
            return gender
        if traces.he + traces.she >= 3:
            if traces.he >= 3 * traces.she:
                return "he"
            if traces.she >= 3 * traces.he:
                return "she"
        return ""

    def _whole(self, form: Form) -> list[int]:
        gender = title_gender(form.titles)
        best, most = -1, 0.0
        for number, figure in enumerate(self.figures.all):
            if form.core[-1] not in figure.lasts or not _agree(form.titles, figure.titles):
                continue
            if gender and figure.gender and figure.gender != gender:
                continue
            if _husbands(form):
                score = 3.0 if "mrs" in figure.titles or "lady" in figure.titles else 0.0
            elif form.core[0] in figure.firsts:
                score = 6.0
            elif any(same_first(form.core[0], first) for first in figure.firsts):
                often = max((self._told(kin) for other in figure.forms for kin in _kin(other)), default=0)
                score = 5.0 if min(often, max(self._told(kin) for kin in _kin(form))) < 8 else 0.0
            elif not figure.firsts and figure.kind == "given":
                score = 2.0
            else:
                score = 0.0
            if score > most and not self._apart(figure, form):
                best, most = number, score
        return [best] if best >= 0 else []

    def _title_alone(self, form: Form) -> list[int]:
        """The Colonel is Colonel Lee, where there is one."""
        if form.title in KINTITLE or form.title in ("papa", "mamma", "mama", "mum", "grandpa", "granddad"):
            return []
        bearers = sorted(
            (
                number
                for number, figure in enumerate(self.figures.all)
                if form.title in figure.titles and figure.kind in ("name", "given")
            ),
            key=lambda number: -self.figures.all[number].count,
        )
        if not bearers:
            return []
        most = self.figures.all[bearers[0]].count
        return [number for number in bearers[:3] if self.figures.all[number].count >= 0.2 * most]

    def _titled(self, form: Form) -> list[int]:
        name, title = form.core[0], form.title
        gender = title_gender(form.titles)
        scored: list[tuple[float, int]] = []
        count = self.traces[form].count
        family = [
            figure
            for figure in self.figures.all
            if name in figure.lasts
            and self._weight(figure) >= 3
            and not (gender and figure.gender and figure.gender != gender)
            and _agree(form.titles, figure.titles)
        ]
        for number, figure in enumerate(self.figures.all):
            if gender and figure.gender and figure.gender != gender:
                continue
            if self._weight(figure) * 10 < count and figure.kind != "given" and len(family) != 1:
                continue
            if not _agree(form.titles, figure.titles) or self._apart(figure, form):
                continue
            first, last = name in figure.firsts, name in figure.lasts
            if not first and not last:
                if any(same_first(name, own) for own in figure.firsts) and title in (*KINTITLE, "miss", "master"):
                    first = True
                else:
                    continue
            by_first = title in KINTITLE or title in (
                "sir",
                "lady",
                "master",
                "don",
                "doña",
                "dom",
                "prince",
                "princess",
                "king",
                "queen",
                "saint",
                "st",
            )
            score = 0.0
            if last and not by_first:
                score = 3.0
                if set(form.titles) & figure.titles:
                    score += 0.3 if title in ("mr", "mrs", "miss") else 1.0
                elif title in RANKS and not figure.titles & RANKS:
                    score -= 1.2 if figure.titles else 0.3
                elif figure.titles & RANKS and title in ("mr", "mrs", "miss"):
                    score -= 1.2
                # the eldest is Miss Lee, her sister is Miss Ann Lee
                longer = sum(self._count(Form(form.titles, (own, name))) for own in figure.firsts)
                longer += sum(self._count(Form(form.titles, (own, name))) for own in figure.husbands)
                if title == "miss":
                    longer += sum(self._count(Form(form.titles, (own,))) for own in figure.firsts - {name})
                if (
                    longer >= 4
                    and longer >= 0.08 * count
                    and (len(family) > 1 or (title != "miss" and 10 <= longer < 0.25 * count))
                ):
                    score -= 3.0
                elif longer:
                    score -= 1.0
                if gender and not figure.gender:
                    score -= 0.6
                if title == "mrs" and "mrs" not in figure.titles:
                    score -= 2.2
                if title == "lady" and "lady" not in figure.titles:
                    score -= 2.0
            elif last:
                score = 1.6 if set(form.titles) & figure.titles else 0.9
            if first:
                score = max(
                    score,
                    (3.2 if by_first or (name in FIRST_NAMES and title not in RANKS) else 1.0)
                    + bool(set(form.titles) & figure.titles),
                )
            score += 0.25 * log10(1 + figure.count)
            scored.append((score, number))
        if not scored or max(scored)[0] < 1.7:
            return []
        return self._shared(scored, 0.45, self.traces[form].count)

    def _single(self, form: Form) -> list[int]:
        name = form.core[0]
        gender = self._gendered(form)
        count = self.traces[form].count
        scored: list[tuple[float, int]] = []
        most = max((self._borne(figure, name) for figure in self.figures.all), default=0)
        for number, figure in enumerate(self.figures.all):
            first, last = name in figure.firsts, name in figure.lasts
            close = not first and any(same_first(name, own) for own in figure.firsts)
            if not (first or last or close):
                continue
            against = gender and figure.gender and gender != figure.gender
            if (against or self._apart(figure, form)) and not (first and figure.kind == "given"):
                continue
            if first:
                score = 4.0 + (0.5 if not last else 0.0)
                if figure.kind != "given" and self._borne(figure, name) < 0.1 * most:
                    score -= 1.5  # "Jane Lee" once, and "Miss Lee" a hundred times: "Jane" is seldom she
            elif close:
                score = 2.0 if not figure.titles & {"sir", "lady", "mrs"} else 0.2
                if gender and figure.gender == gender:
                    score += 0.3
                if not figure.lasts - figure.firsts:
                    score -= 0.2
            else:
                score = 2.6
                if figure.gender == "he":
                    score += 0.8
                elif figure.gender == "she" and gender != "she":
                    score -= 1.2 if "mrs" in figure.titles or "miss" in figure.titles else 0.7
                if any(other.titles and other.core == form.core for other in figure.forms):
                    score += 0.5
                if name in FIRST_NAMES and count > 3 * figure.count:
                    score -= 1.0
            score += 0.25 * log10(1 + figure.count)
            scored.append((score, number))
        if not scored or max(scored)[0] < 1.6:
            return []
        return self._shared(scored, 0.6, count)


def _kin(form: Form) -> tuple[Form, ...]:
    """The form, and the shorter ones that surely mean the same person."""
    if len(form.core) < 2 or _husbands(form):
        return (form,)
    shorter = [form, Form((), form.core[:1])]
    if form.title in ("sir", "lady", "miss", "master"):
        shorter.append(Form(form.titles, form.core[:1]))
    return tuple(shorter)


def _husbands(form: Form) -> bool:
    """Mrs. John Lee goes by her husband's first name."""
    return "mrs" in form.titles and len(form.core) > 1 and form.core[0] in MEN_NAMED and form.core[0] not in WOMEN_NAMED


def _claim_roles(figures: Figures, roles: Sequence[Role]) -> dict[Form, int]:
    """A figure for each person of voices.yaml, and the forms that are hers alone."""
    claimed: dict[Form, int] = {}
    for role in roles:
        if not role.given:
            continue
        figure = Figure("given", role=role)
        figure.shown[role.name] += 1
        number = figures.add(figure)
        for name in (role.name, *role.aliases):
            form = form_of(name)
            if form.core or form.titles:
                claimed.setdefault(form, number)
                figures.phrases.setdefault(" ".join((*form.titles, *form.core)), number)
            figure.titles.update(form.titles)
            if len(form.core) > 1:
                figure.firsts.add(form.core[0])
                figure.lasts.add(form.core[-1])
            elif form.core:
                figure.firsts.add(form.core[0])
                figure.lasts.add(form.core[0])
            if name.strip() in ("I", "narrator", "the narrator", "Narrator", "The narrator", "The Narrator"):
                figures.narrator = number
        gender = title_gender(figure.titles)
        if not gender:
            gender = next(
                (found for found in (first_name_gender((first,)) for first in sorted(figure.firsts)) if found), ""
            )
        figure.he += _NAME_WEIGHT * (gender == "he")
        figure.she += _NAME_WEIGHT * (gender == "she")
    return claimed


def _give_to_roles(figures: Figures, claimed: dict[Form, int]) -> None:
    for form, number in claimed.items():
        figures.owners[form] = [number]
