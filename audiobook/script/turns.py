"""Quotations -> turns: what one person says before another does, and the cues that go with each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

from audiobook.script.figures import Figures
from audiobook.script.mentions import CROWDED, NAME, PHRASE, PRONOUN, SELF, Mention, phrase_figure
from audiobook.script.tags import Cue, Reader
from audiobook.script.tokens import Tokens

_BETWEEN = "\"“”„«»‹›‘’'` \n_*"


_NOBODY: frozenset[int] = frozenset()


@dataclass(slots=True)
class Turn:
    """Quotations of one speaker in one paragraph. `tag`: the best cue; `other`: the best on the other side.
    `called`: who is spoken to by name; `named`: who is named; `claimed`: who the speaker says to be; `fixed`: whom a
    mark names, -1 where none does."""

    quotes: list[int]
    paragraph: int
    tag: Cue | None = None
    other: Cue | None = None
    continues: bool = False
    called: frozenset[int] = _NOBODY
    named: frozenset[int] = _NOBODY
    claimed: frozenset[int] = _NOBODY
    fixed: int = -1


def pointed_at(turns: list[Turn], mentions: list[Mention]) -> list[int]:
    """For each turn the figure that its tag names; -1 where there is no tag, or it is only a beat or names nobody."""
    return [
        mentions[turn.tag.mention].who if turn.tag is not None and turn.tag.strength >= 3 else -1 for turn in turns
    ]


def take_turns(
    tokens: Tokens, mentions: list[Mention], figures: Figures, marked: Mapping[int, int] | None = None
) -> list[Turn]:
    """The turns, in order. `marked`: for quotations whose speaker a mark names, the figure."""
    marked = marked or {}
    _mark(tokens, mentions, marked)
    reader = Reader(tokens, mentions, [mention.first for mention in mentions])
    turns: list[Turn] = []
    cues = [(reader.after(number), reader.before(number)) for number in range(len(tokens.quotes))]
    for number, quote in enumerate(tokens.quotes):
        after, before = cues[number]
        best, other = _better(after, before)
        if after is not None and before is not None and _announced(tokens, mentions, reader, number, after, before):
            best, other = before, after
        for cue in (best, other):
            if cue is not None and cue.strength >= 3:
                _embody(tokens, mentions, figures, cue)
        last = turns[-1] if turns else None
        fixed = marked.get(number, -1)
        if (
            last is None
            or last.paragraph != quote.paragraph
            or (fixed >= 0 and fixed != last.fixed)
            or _parts(tokens, mentions, last, number, after, before)
        ):
            last = Turn([], quote.paragraph, continues=quote.continues, fixed=fixed)
            turns.append(last)
        last.quotes.append(number)
        if last.fixed >= 0:
            last.tag = last.tag or Cue(_marking(tokens, mentions, reader, number), 5, 0, True, -1)
            continue
        for cue in (best, other):
            _take(last, cue)
    for turn in turns:
        _embody(tokens, mentions, figures, turn.tag)
        _addressed(tokens, mentions, reader, turn)
    return turns


def _mark(tokens: Tokens, mentions: list[Mention], marked: Mapping[int, int]) -> None:
    """A mark is a mention like others, just before its quotation."""
    for number, who in marked.items():
        at = tokens.at(tokens.quotes[number].start)
        mentions.append(Mention(at, at, NAME, who, "", -1, True, key="<mark>"))
    if marked:
        mentions.sort(key=lambda mention: (mention.first, mention.last))


def _marking(tokens: Tokens, mentions: list[Mention], reader: Reader, number: int) -> int:
    at = bisect_left(reader.firsts, tokens.at(tokens.quotes[number].start))
    while mentions[at].key != "<mark>":
        at += 1
    return at


def _better(after: Cue | None, before: Cue | None) -> tuple[Cue | None, Cue | None]:
    if after is None or (before is not None and before.strength > after.strength):
        return before, after
    return after, before


def _announced(
    tokens: Tokens, mentions: list[Mention], reader: Reader, number: int, after: Cue, before: Cue
) -> bool:
    """Whether "Tom said," leads to the quotation, and what follows it is a sentence of its own."""
    if before.strength < 4 or before.verb < 0 or before.after or after.verb < mentions[after.mention].last:
        return False
    follow = tokens.text[tokens.quotes[number].end :][:4].lstrip(_BETWEEN)
    return reader.closing(number) in ".!?" and follow[:1].isupper()


def _take(turn: Turn, cue: Cue | None) -> None:
    if cue is None:
        return
    if turn.tag is None or cue.strength > turn.tag.strength:
        turn.tag, cue = cue, turn.tag
    if (
        cue is not None
        and turn.tag is not None
        and cue.mention != turn.tag.mention
        and (turn.other is None or cue.strength > turn.other.strength)
    ):
        turn.other = cue


def _embody(tokens: Tokens, mentions: list[Mention], figures: Figures, cue: Cue | None) -> None:
    """A description that speaks becomes a figure."""
    if cue is None:
        return
    mention = mentions[cue.mention]
    if mention.kind == PHRASE and mention.who < 0:
        mention.who = phrase_figure(figures, tokens, mention)


def _parts(
    tokens: Tokens, mentions: list[Mention], last: Turn, number: int, after: Cue | None, lead: Cue | None
) -> bool:
    """Whether a new speaker begins with this quotation of the same paragraph."""
    quote, before = tokens.quotes[number], tokens.quotes[last.quotes[-1]]
    between = tokens.text[before.end : quote.start]
    if not between.strip(_BETWEEN):
        return True
    tag = last.tag
    if tag is None or tag.strength < 4 or tokens.text[quote.start : quote.end].lstrip(_BETWEEN)[:1].islower():
        return False
    if lead is not None and lead.strength >= 4 and lead.verb >= 0 and lead.mention != tag.mention and tag.verb >= 0:
        return _differ(mentions[tag.mention], mentions[lead.mention])
    if after is None or after.strength < 4 or not tag.after or between.rstrip(_BETWEEN).endswith(","):
        return False
    return _differ(mentions[tag.mention], mentions[after.mention])


def _differ(one: Mention, two: Mention) -> bool:
    """Whether two cues surely point at two people."""
    if one.who >= 0 and two.who >= 0:
        return one.who != two.who
    if one.kind == two.kind == PRONOUN:
        return one.gender != two.gender
    if SELF in (one.kind, two.kind):
        return one.kind != two.kind
    return bool(one.gender and two.gender and one.gender != two.gender)


_AM = frozenset((("i", "am"), ("name", "is"), ("name", "was"), ("i", "was")))


def _addressed(tokens: Tokens, mentions: list[Mention], reader: Reader, turn: Turn) -> None:
    """Who is called by name in the turn ("Thank you, Tom"), and who is spoken of."""
    text = tokens.text
    for number in turn.quotes:
        quote = tokens.quotes[number]
        first, last = tokens.between(quote.start, quote.end)
        for at in range(bisect_left(reader.firsts, first), bisect_left(reader.firsts, last)):
            mention = mentions[at]
            if mention.kind != NAME:
                continue
            turn.named |= {mention.who}
            if mention.owned:
                continue
            lead_in = tokens.lows[max(first, mention.first - 2) : mention.first]
            if tuple(lead_in) in _AM or lead_in[-1:] == ["i'm"]:
                turn.claimed |= {mention.who}
            start, end = tokens.starts[mention.first], tokens.ends[mention.last - 1]
            lead = text[max(quote.start, start - 3) : start].rstrip()[-1:]
            follow = text[end : end + 2].lstrip()[:1]
            before = tokens.lows[mention.first - 1] if mention.first > first else ""
            closed = follow in ",.!?;:\"”’'»-—…" and follow != ""
            if (
                (
                    before
                    in (
                        "dear",
                        "dearest",
                        "my",
                        "poor",
                        "old",
                        "o",
                        "oh",
                        "thank",
                        "you",
                        "yes",
                        "no",
                        "well",
                        "now",
                        "come",
                    )
                    and closed
                )
                or (closed and (lead in ",;—-" and lead != "") and follow not in ":'")
                or (closed and mention.first == first and follow in ",!?.")
                or (mention.first - first <= 3 and follow in ",!" and tokens.opens[mention.first])
            ):
                turn.called |= {mention.who}


__all__ = ["CROWDED", "NAME", "PHRASE", "PRONOUN", "SELF", "Turn", "pointed_at", "take_turns"]
