"""Passages and quotations -> who says each: a person, the chance that it is she, and the word for why.

Marks always win. What voices.yaml says of names, aliases and pronouns overrules what the text seems to tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audiobook.markup import masked
from audiobook.memory import hand_back
from audiobook.model import Cast, Person
from audiobook.script.address import learn_from_address
from audiobook.script.aliases import join
from audiobook.script.figures import Figure, Figures, form_of
from audiobook.script.layout import lay_out
from audiobook.script.mentions import PHRASE, PRONOUN
from audiobook.script.passage import Passage, Quote, Said
from audiobook.script.people import Company, find_people, persons
from audiobook.script.ranker import calibrated, rank, weights
from audiobook.script.table import Floats, Rows, gender_of
from audiobook.script.tokens import Span, Tokens, tokenize
from audiobook.script.turns import Turn, take_turns


def who_says(
    passages: Sequence[Passage], quotes: Sequence[Quote], marks: Mapping[int, str], cast: Cast
) -> tuple[tuple[Person, ...], tuple[Said, ...]]:
    """The people, and for each quotation who says it.

    `marks` gives, for indexes into `quotes`, the name that the author wrote; it may be an alias.
    """
    if not quotes:
        return tuple(Person(role.name, role.aliases, role.pronoun) for role in cast.roles if role.given), ()
    weights()  # what it imports is held on to: before the book's words, not strewn among them
    tokens = read(passages, quotes)
    company = find_people(tokens, cast.roles)
    marked = {number: _marked(company.figures, name) for number, name in marks.items()}
    turns = take_turns(tokens, company.mentions, company.figures, marked)
    join(company, turns)
    layout = lay_out(tokens, company, turns)
    del tokens  # what comes needs no words, and much room
    hand_back()
    rows, shares = rank(layout, company, turns)
    choices = [_chosen(rows, shares, number) for number in range(len(turns))]
    chosen = [best[0][0] for best in choices]
    _learn_genders(company, turns, chosen)
    learn_from_address(layout.addressed.tolist(), company, turns, chosen)
    spoken: list[int] = [-1] * len(quotes)
    for turn, best in zip(turns, choices, strict=True):
        for number in turn.quotes:
            spoken[number] = best[0][0]
    named = {who for best in choices for who, _ in best}
    people = persons(company, spoken, named)
    said: list[Said | None] = [None] * len(quotes)
    for number, (turn, best) in enumerate(zip(turns, choices, strict=True)):
        who, chance = best[0]
        sure = calibrated(chance)
        left = (1.0 - sure) / max(1.0 - chance, 1e-6)  # what is left is shared as before
        said_so = Said(
            people[who].name,
            sure,
            _evidence(company, turns, choices, number),
            tuple((people[other].name, round(min(share * left, sure), 3)) for other, share in best[1:4]),
        )
        for quote in turn.quotes:
            said[quote] = said_so if quote not in marked else Said(people[who].name, 1.0, "mark")
    return (
        tuple(
            person for who, person in people.items() if who in set(spoken) or company.figures.all[who].role is not None
        ),
        tuple(each for each in said if each is not None),
    )


def _chosen(rows: Rows, shares: Floats, turn: int) -> list[tuple[int, float]]:
    """Who may speak the turn, likeliest first, with the chances."""
    start, end = int(rows.bounds[turn]), int(rows.bounds[turn + 1])
    order = sorted(range(start, end), key=lambda row: (-float(shares[row]), int(rows.who[row])))
    return [(int(rows.who[row]), float(shares[row])) for row in order[:4] if row == order[0] or shares[row] > 0.02]


def _learn_genders(company: Company, turns: Sequence[Turn], speakers: Sequence[int]) -> None:
    """Who is said to speak where the tag says "she said" is probably a woman."""
    for turn, who in zip(turns, speakers, strict=True):
        if who == company.figures.narrator:
            continue  # who tells the story is "I"; "she said" is another's, and the choice a mistake
        gender = gender_of(turn, company)
        company.figures.all[who].he += gender > 0
        company.figures.all[who].she += gender < 0


def _evidence(
    company: Company, turns: Sequence[Turn], choices: Sequence[Sequence[tuple[int, float]]], number: int
) -> str:
    """The word for why: what a reader would point at."""
    turn, who = turns[number], choices[number][0][0]
    if turn.tag is not None:
        mention = company.mentions[turn.tag.mention]
        if mention.who == who and mention.kind != PRONOUN:
            return "tag" if turn.tag.strength >= 3 else "beat"
        if mention.kind == PRONOUN and turn.tag.strength >= 2:
            return "pronoun"
        if mention.kind == PHRASE and turn.tag.strength >= 3:
            return "tag"
    if turn.continues:
        return "continued"
    if len(choices[number]) == 1 and choices[number][0][1] > 0.98:
        return "only"
    if number and who in turns[number - 1].called and turn.paragraph - turns[number - 1].paragraph <= 2:
        return "vocative"
    for step in (2, 1):
        near = number - step
        if near >= 0 and choices[near][0][0] == who and turn.paragraph - turns[near].paragraph <= 2 * step:
            return "turn"
    return "guess" if choices[number][0][1] < 0.6 else "turn"


def read(passages: Sequence[Passage], quotes: Sequence[Quote]) -> Tokens:
    """The passages cut into words. A scene's number here counts through the whole book."""
    scenes: list[int] = []
    last: tuple[int, int] | None = None
    for passage in passages:
        place = passage.chapter, passage.scene
        scenes.append((scenes[-1] if scenes else 0) + (place != last))
        last = place
    spans = [
        Span(quote.start, quote.end, quote.paragraph, quote.continues, quote.kind == "thought") for quote in quotes
    ]
    return tokenize([masked(passage.paragraph.text) for passage in passages], scenes, spans)


def _marked(figures: Figures, name: str) -> int:
    """The figure that a mark names, made where there is none."""
    wanted = form_of(name)
    key = " ".join((*wanted.titles, *wanted.core))
    for number, figure in enumerate(figures.all):
        if figure.role is not None and name.lower() in (
            each.lower() for each in (figure.role.name, *figure.role.aliases)
        ):
            return number
    if wanted in figures.owners:
        return figures.owners[wanted][0]
    if key in figures.phrases:
        return figures.phrases[key]
    figure = Figure("name")
    figure.shown[name] += 1
    number = figures.add(figure)
    figures.owners[wanted] = [number]
    return number
