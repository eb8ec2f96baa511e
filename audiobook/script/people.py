"""Tokens and voices.yaml -> the people of the book: figures, their mentions, and the names they go by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audiobook.model import Person, Pronoun, Role
from audiobook.script.figures import Figure, Figures, form_of, gather
from audiobook.script.mentions import Mention, find_mentions
from audiobook.script.names import Named, find_names
from audiobook.script.tokens import Tokens
from audiobook.script.words import MEN_NAMED

_MINE = frozenset("i me my myself i'm i've i'd i'll mine".split())


@dataclass(slots=True)
class Company:
    """Everybody in the book, and where they are mentioned. `told_by_one`: a person in the book tells it."""

    figures: Figures
    mentions: list[Mention]
    told_by_one: bool


def find_people(tokens: Tokens, roles: Sequence[Role]) -> Company:
    named, traces, rivals = find_names(tokens)
    figures = gather(traces, rivals, roles)
    told_by_one = tells_of_self(tokens)
    if told_by_one and figures.narrator < 0:
        figures.narrator = _narrator(tokens, named, figures)
    return Company(figures, find_mentions(tokens, named, figures), told_by_one)


def tells_of_self(tokens: Tokens) -> bool:
    """Whether the narration says "I" so often that a person in the book tells it."""
    mine = total = 0
    for low, within in zip(tokens.lows, tokens.within, strict=True):
        if within < 0:
            total += 1
            mine += low in _MINE
    return mine >= 3 and mine > 0.012 * total


def _narrator(tokens: Tokens, named: list[Named], figures: Figures) -> int:
    """The one who says "I": somebody much spoken to and hardly ever spoken of, or a figure of its own."""
    best, most = -1, 2.0
    for number, figure in enumerate(figures.all):
        if figure.kind == "name" and figure.called > most and figure.told <= 0.15 * figure.count:
            best, most = number, figure.called
    if best >= 0:
        return best
    figure = Figure("narrator")
    figure.shown["I"] += 1
    return figures.add(figure)


def persons(company: Company, speaking: Sequence[int], others: Iterable[int] = ()) -> dict[int, Person]:
    """Those who speak, and `others`, by figure: most lines first, every name given once."""
    counts: dict[int, int] = dict.fromkeys(sorted(others), 0)
    for who in speaking:
        counts[who] = counts.get(who, 0) + 1
    order = sorted(counts, key=lambda who: (-counts[who], who))
    order += [who for who, figure in enumerate(company.figures.all) if figure.role is not None and who not in counts]
    taken: set[str] = {figure.role.name for figure in company.figures.all if figure.role is not None}
    people: dict[int, Person] = {}
    for who in order:
        figure = company.figures.all[who]
        if figure.role is not None:
            role = figure.role
            known = tuple(dict.fromkeys((*role.aliases, *sorted(set(figure.shown) - {role.name, *role.aliases}))))
            people[who] = Person(role.name, known, role.pronoun or _pronoun(figure))
            continue
        names = [
            name for name, _ in sorted(figure.shown.items(), key=lambda item: (-_fullness(figure, *item), item[0]))
        ]
        if figure.kind == "narrator":
            names = ["Narrator (I)", "I", "narrator"]
        name = next((name for name in names if _tidy(name) not in taken), None)
        if name is None:
            number = 2
            while f"{_tidy(names[0])} ({number})" in taken:
                number += 1
            shown = f"{_tidy(names[0])} ({number})"
        else:
            shown = _tidy(name)
        taken.add(shown)
        people[who] = Person(shown, tuple(dict.fromkeys(alias for alias in names if alias != shown)), _pronoun(figure))
    return people


def _pronoun(figure: Figure) -> Pronoun | None:
    if figure.gender == "he":
        return "he"
    return "she" if figure.gender == "she" else None


def _tidy(name: str) -> str:
    """ "an old man" and "The old man" are shown as "The old man"."""
    head, _, rest = name.partition(" ")
    if head.lower() in ("a", "an", "another", "this", "that") and rest:
        return "The " + rest
    return name[:1].upper() + name[1:]


def _fullness(figure: Figure, name: str, count: int) -> float:
    form = form_of(name)
    most = max(figure.shown.values())
    score = min(count, 8) / 8.0 + count / most
    if figure.kind != "name":
        return score
    if len(form.core) > 1 and count >= 2 and count >= 0.25 * most:
        score += 1.5
        if "mrs" in form.titles and form.core[0] in MEN_NAMED:
            score -= 1.5
    if form.titles and len(form.core) > 1 and not figure.titles & {"sir", "lady", "lord"}:
        score -= 0.2
    if not form.core:
        score -= 1.0
    return score - 0.5 * (name.isupper())
