"""Passages and quotations -> who says each: a person, the chance that it is she, and the word for why.

Marks always win. What voices.yaml says of names, aliases and pronouns overrules what the text seems to tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audiobook.markup import masked
from audiobook.model import Cast, Person
from audiobook.script.figures import Figure, Figures, form_of
from audiobook.script.mentions import NAME, PHRASE, PRONOUN, SELF
from audiobook.script.passage import Passage, Quote, Said
from audiobook.script.people import Company, find_people, persons
from audiobook.script.tokens import Span, Tokens, tokenize
from audiobook.script.turns import Turn, take_turns


def who_says(passages: Sequence[Passage], quotes: Sequence[Quote], marks: Mapping[int, str],
             cast: Cast) -> tuple[tuple[Person, ...], tuple[Said, ...]]:
    """The people, and for each quotation who says it.

    `marks` gives, for indexes into `quotes`, the name that the author wrote; it may be an alias.
    """
    if not quotes:
        return tuple(Person(role.name, role.aliases, role.pronoun) for role in cast.roles if role.given), ()
    tokens = read(passages, quotes)
    company = find_people(tokens, cast.roles)
    turns = take_turns(tokens, company.mentions, company.figures)
    guessed = _guess(tokens, company, turns)
    spoken: list[tuple[int, float, str]] = [(-1, 0.0, "")] * len(quotes)
    for turn, (who, chance, evidence) in zip(turns, guessed, strict=True):
        for number in turn.quotes:
            spoken[number] = (who, chance, evidence)
    for number, name in marks.items():
        spoken[number] = (_marked(company.figures, name), 1.0, "mark")
    people = persons(company, [who for who, _, _ in spoken])
    said = tuple(Said(people[who].name, chance, evidence) for who, chance, evidence in spoken)
    return tuple(people.values()), said


def read(passages: Sequence[Passage], quotes: Sequence[Quote]) -> Tokens:
    """The passages cut into words. A scene's number here counts through the whole book."""
    scenes: list[int] = []
    last: tuple[int, int] | None = None
    for passage in passages:
        place = passage.chapter, passage.scene
        scenes.append((scenes[-1] if scenes else 0) + (place != last))
        last = place
    spans = [Span(quote.start, quote.end, quote.paragraph, quote.continues, quote.kind == "thought") for quote in quotes]
    return tokenize([masked(passage.paragraph.text) for passage in passages], scenes, spans)


def _marked(figures: Figures, name: str) -> int:
    """The figure that a mark names, made where there is none."""
    wanted = form_of(name)
    key = " ".join((*wanted.titles, *wanted.core))
    for number, figure in enumerate(figures.all):
        if figure.role is not None and name.lower() in (each.lower() for each in (figure.role.name, *figure.role.aliases)):
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


def _guess(tokens: Tokens, company: Company, turns: list[Turn]) -> list[tuple[int, float, str]]:
    figures, mentions = company.figures, company.mentions
    result: list[tuple[int, float, str]] = []
    nobody = -1
    firsts = [mention.first for mention in mentions]
    from bisect import bisect_left

    def fits(who: int, gender: str) -> bool:
        return figures.all[who].gender == gender

    def resolve(at: int, gender: str, turn: Turn, back: list[int]) -> int:
        for other in back[1:3]:
            if fits(other, gender):
                return other
        for before in range(at - 1, max(-1, at - 60), -1):
            mention = mentions[before]
            if mention.who >= 0 and fits(mention.who, gender) and mention.who not in turn.called:
                return mention.who
        return -1

    for number, turn in enumerate(turns):
        back = [result[before][0] for before in range(number - 1, max(-1, number - 5), -1)
                if turn.paragraph - turns[before].paragraph <= 3 * (number - before)]
        choice: tuple[int, float, str] | None = None
        for cue in (turn.tag, turn.other):
            if cue is None or choice is not None:
                continue
            mention = mentions[cue.mention]
            evidence = "tag" if cue.strength >= 3 else "beat"
            if mention.kind in (NAME, PHRASE, SELF) and mention.who >= 0:
                choice = mention.who, 0.95 if cue.strength >= 4 else 0.8, evidence
            elif mention.kind == PRONOUN:
                who = resolve(cue.mention, mention.gender, turn, back)
                if who >= 0:
                    choice = who, 0.65, "pronoun"
        if choice is None and turn.continues and back:
            choice = back[0], 0.8, "continued"
        if choice is None and len(back) > 1 and back[1] not in turn.called and back[1] != back[0]:
            choice = back[1], 0.6, "turn"
        if choice is None:
            here = bisect_left(firsts, tokens.at(tokens.quotes[turn.quotes[0]].start))
            for before in range(here - 1, max(-1, here - 80), -1):
                mention = mentions[before]
                if mention.who >= 0 and mention.within < 0 and mention.who not in turn.called \
                        and (not back or mention.who != back[0]):
                    choice = mention.who, 0.45, "guess"
                    break
        if choice is None and back:
            choice = back[0], 0.3, "guess"
        if choice is None:
            if nobody < 0:
                busiest = max(range(len(figures.all)), key=lambda who: figures.all[who].count, default=-1)
                nobody = busiest if busiest >= 0 else figures.add(Figure("anyone"))
                if busiest < 0:
                    figures.all[nobody].shown["Someone"] += 1
            choice = nobody, 0.2, "guess"
        result.append(choice)
    return result
