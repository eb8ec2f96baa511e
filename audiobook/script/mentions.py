"""Words and figures -> every mention of somebody: names, descriptions ("the old woman"), pronouns.

A description becomes a figure of its own where it does what only a speaker does; otherwise it is a mention of
somebody unknown, with a gender at best.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from audiobook.script.figures import Figure, Figures
from audiobook.script.names import Form, Named, unowned
from audiobook.script.subjects import is_subject, verbish
from audiobook.script.tokens import LOWER, UPPER, Tokens
from audiobook.script.words import (
    CROWD,
    IDENTITY,
    KIN,
    MEN,
    PERSONS,
    PREPOSITIONS,
    QUALIFIERS,
    SAY,
    SELVES,
    TITLES,
    WOMEN,
)

NAME, PHRASE, PRONOUN, SELF, CROWDED = 0, 1, 2, 3, 4
_ARTICLES = frozenset("the a an another this that".split())
_OWNING = frozenset("his her my their our your".split())
_PRONOUNS = {
    "he": "he",
    "she": "she",
    "they": "they",
    "we": "we",
    "him": "he",
    "himself": "he",
    "herself": "she",
    "his": "he",
}


@dataclass(slots=True)
class Mention:
    """Words `first:last`. `who`: a figure, -1 unknown. `owner`: figure or gender word of "her" in "her aunt"."""

    first: int
    last: int
    kind: int
    who: int
    gender: str
    within: int
    subject: bool
    owned: bool = False  # "Tom's": another is meant
    head: str = ""
    others: tuple[int, ...] = ()
    key: str = ""


def find_mentions(tokens: Tokens, named: list[Named], figures: Figures) -> list[Mention]:
    """All mentions in order of the text."""
    lows = tokens.lows
    mentions: list[Mention] = []
    recent: dict[int, int] = {}
    heads = _speaking_heads(tokens, figures)
    tails = _tails(tokens)
    bearing: dict[Form, tuple[int, ...]] = {}
    owners = figures.owners
    watched = _ARTICLES | _OWNING | {"he", "she", "they", "we", "i"}
    bearers = _bearers(figures)
    names = iter([*named, None])
    upcoming = next(names)
    behind = 0
    stops = sorted({number for number, low in enumerate(lows) if low in watched} | {name.first for name in named})
    for at in stops:
        while upcoming is not None and upcoming.first < at:
            upcoming = next(names)
        if at < behind:
            continue
        if upcoming is not None and upcoming.first == at:
            mine = owners.get(upcoming.form)
            if mine:
                who = _whose(mine, recent, at) if len(mine) > 1 else mine[0]
                if len(mine) == 1:
                    recent[who] = at
                behind = upcoming.last
                mentions.append(
                    Mention(
                        at,
                        upcoming.last,
                        NAME,
                        who,
                        figures.all[who].gender,
                        tokens.within[at],
                        is_subject(tokens, at, upcoming.last),
                        tokens.owns[upcoming.last - 1],
                        others=bearing.setdefault(upcoming.form, tuple(mine)),
                    )
                )
                if mentions[-1].owned:
                    kin = _phrase(tokens, upcoming.last - 1, heads, -1)
                    if kin is not None:
                        kin.first = upcoming.last
                        mentions.append(kin)
                        behind = kin.last
            continue
        low = lows[at]
        if low in ("he", "she"):
            mentions.append(Mention(at, at + 1, PRONOUN, -1, low, tokens.within[at], True))
        elif low in ("they", "we"):
            mentions.append(Mention(at, at + 1, CROWDED, -1, "", tokens.within[at], True))
        elif low == "i":
            if tokens.cases[at] & UPPER and tokens.within[at] < 0:
                mentions.append(Mention(at, at + 1, SELF, figures.narrator, "", -1, True))
        else:
            ahead = upcoming.first if upcoming is not None and upcoming.form in owners else -1
            phrase = _phrase(tokens, at, heads, ahead)
            if phrase is not None:
                _told_apart(tokens, phrase, tails)
                behind = phrase.last
                mentions.append(phrase)
                if phrase.kind == PHRASE:
                    phrase.who = _titled(phrase, bearers)
                    if phrase.who < 0 and low in ("his", "her"):
                        phrase.who = _relative(figures, mentions, phrase, low)
            elif (
                low in ("his", "her")
                and tokens.within[at] < 0
                and (tokens.opens[at] or lows[at - 1] in ("and", "but", "was", "were", *SAY))
                and at + 2 < len(lows)
                and tokens.joined[at + 1]
            ):
                mentions.append(Mention(at, at + 1, PRONOUN, -1, "he" if low == "his" else "she", -1, True))
    return mentions


_COMMON = frozenset(
    "man woman boy girl lady gentleman child fellow lad youth person stranger officer clerk servant maid voice".split()
)
_TYING = frozenset("in with at from on behind by".split())
_TAIL_ARTICLES = frozenset("the a an his her".split())


def _tails(tokens: Tokens) -> dict[int, int]:
    """What tells people of one common word apart, where a text says it more than once: for the word's place in
    "the man in the white hat" where the words behind it end."""
    lows, joined = tokens.lows, tokens.joined
    total = len(lows)
    found: dict[int, int] = {}
    uses: Counter[tuple[str, ...]] = Counter()
    for at, low in enumerate(lows):
        if (
            low not in _COMMON
            or at + 3 >= total
            or lows[at + 1] not in _TYING
            or lows[at + 2] not in _TAIL_ARTICLES
            or not (joined[at + 1] and joined[at + 2] and joined[at + 3])
        ):
            continue
        end = at + 3
        while end < min(at + 6, total) and (end == at + 3 or joined[end]) and lows[end] not in _STOP:
            if end > at + 3 and (verbish(lows[end]) or lows[end].endswith("ly")):
                break
            end += 1
        if end > at + 3:
            found[at] = end
            uses[low, lows[at + 1], *lows[at + 3 : end]] += 1
    return {at: end for at, end in found.items() if uses[lows[at], lows[at + 1], *lows[at + 3 : end]] > 1}


def _told_apart(tokens: Tokens, phrase: Mention, tails: dict[int, int]) -> None:
    """Adds what follows the description's word, where that tells its person apart from others."""
    end = tails.get(phrase.last - 1)
    if end is None or phrase.kind != PHRASE or phrase.owned or tokens.within[end - 1] != phrase.within:
        return
    lows = tokens.lows
    phrase.key = " ".join([*phrase.key.split(), lows[phrase.last], *lows[phrase.last + 2 : end]])
    phrase.last = end
    phrase.subject = is_subject(tokens, phrase.first, end)


def _bearers(figures: Figures) -> dict[str, int]:
    """For each title its bearer, where only one comes into question."""
    bearing: dict[str, list[int]] = {}
    for number, figure in enumerate(figures.all):
        for title in figure.titles:
            bearing.setdefault(title, []).append(number)
    found = {}
    for title, numbers in bearing.items():
        numbers.sort(key=lambda number: -figures.all[number].count)
        if len(numbers) == 1 or figures.all[numbers[1]].count < 0.3 * figures.all[numbers[0]].count:
            found[title] = numbers[0]
    return found


_FULL = {
    "captain": "capt",
    "colonel": "col",
    "general": "gen",
    "lieutenant": "lt",
    "sergeant": "sgt",
    "doctor": "dr",
    "professor": "prof",
}


def _titled(phrase: Mention, bearers: dict[str, int]) -> int:
    """ "the colonel" is Colonel Lee, where there is one."""
    head = phrase.head
    if phrase.key != head or head in KIN or (phrase.owned and head in KIN):
        return -1
    return bearers.get(head, bearers.get(_FULL.get(head, ""), -1))


_RELATIVES = {
    "wife": "mrs",
    "lady": "mrs",
    "husband": "mr",
    "mother": "mrs",
    "mamma": "mrs",
    "father": "mr",
    "papa": "mr",
}


def _relative(figures: Figures, mentions: list[Mention], phrase: Mention, owning: str) -> int:
    """ "his wife" is Mrs. Lee where he is Mr. Lee, "her father" Mr. Lee where she is Ann Lee; else -1."""
    title = _RELATIVES.get(phrase.head)
    if title is None or len(phrase.key.split()) != 2:
        return -1
    gender = "he" if owning == "his" else "she"
    for mention in mentions[-2:-12:-1]:
        if phrase.first - mention.first > 60:
            break
        if mention.kind != NAME or mention.gender != gender:
            continue
        owner = figures.all[mention.who]
        married = phrase.head in ("wife", "lady", "husband")
        if married != bool(owner.titles & {"mr", "mrs"}) or (not married and not owner.firsts - owner.lasts):
            return -1
        for name in sorted(owner.lasts - owner.firsts if not married else owner.lasts):
            for who in figures.owners.get(Form((title,), (name,)), [])[:1]:
                if who != mention.who and figures.all[who].count >= 3:
                    return who
        return -1
    return -1


def _whose(owners: list[int], recent: dict[int, int], at: int) -> int:
    """Of several who bear a name the one spoken of most recently, where that is not long ago."""
    best = max(owners, key=lambda who: recent.get(who, -1))
    return best if at - recent.get(best, -(10**9)) < 2500 else owners[0]


def _speaking_heads(tokens: Tokens, figures: Figures) -> Counter[str]:
    """Nouns that say something beside a quotation: "said the caterpillar"."""
    lows, joined, within = tokens.lows, tokens.joined, tokens.within
    heads: Counter[str] = Counter()
    total = len(lows)
    for quote in tokens.quotes:
        at = tokens.at(quote.end)
        if (
            at + 2 < total
            and lows[at] in SAY
            and within[at] < 0
            and lows[at + 1] in ("the", "a", "an", *_OWNING)
            and joined[at + 1]
        ):
            end = _noun_end(tokens, at + 2)
            if end > at + 2 and _noun(lows[end - 1]) and not (end < total and _lists(tokens, end)):
                heads[lows[end - 1]] += 1
        elif at + 2 < total and lows[at] in ("the", "a", "an") and within[at] < 0:
            for end in range(at + 2, min(at + 6, total)):
                if not joined[end]:
                    break
                if lows[end] in SAY and within[end] < 0:
                    if _noun(lows[end - 1]) and not verbish(lows[end - 1]):
                        heads[lows[end - 1]] += 1
                    break
    return heads


_NO_NOUNS = (
    PREPOSITIONS
    | QUALIFIERS
    | TITLES
    | frozenset(
        """
very quite rather still never then always only also too here there just now again once voice voices words
word face eyes hand hands head tone answer reply question mouth lips heart mind thought who which that he
she it they i we you himself herself themselves and or but what all both each some none
""".split()
    )
)


def _noun(low: str) -> bool:
    return low not in _NO_NOUNS and not low.endswith("ly")


_STOP = PREPOSITIONS | frozenset(
    "who which that when as and but or while with where whose so then again had was is if because".split()
)


def _noun_end(tokens: Tokens, at: int) -> int:
    """End of the run of words from `at` that can be qualifiers and a noun."""
    end = at
    while (
        end < len(tokens.lows)
        and end < at + 4
        and (end == at or tokens.joined[end])
        and tokens.lows[end] not in _STOP
        and tokens.within[end] < 0
        and not (
            end > at
            and (tokens.lows[end].endswith("ly") or (verbish(tokens.lows[end]) and "-" not in tokens.lows[end]))
        )
    ):
        end += 1
        if tokens.owns[end - 1]:
            break
    return end


def _lists(tokens: Tokens, at: int) -> bool:
    """Whether a comma before the word parts two words that describe the same person."""
    lows, joined = tokens.lows, tokens.joined
    if tokens.text[tokens.ends[at - 1] : tokens.starts[at]].strip() != "," or lows[at - 1] in PERSONS:
        return False
    return any(
        lows[ahead] in PERSONS and all(joined[between] for between in range(at + 1, ahead + 1))
        for ahead in range(at, min(at + 3, len(lows)))
    )


def _phrase(tokens: Tokens, at: int, heads: Counter[str], name_at: int) -> Mention | None:
    lows, joined = tokens.lows, tokens.joined
    article = lows[at]
    total = len(lows)
    listed = False
    for end in range(at + 1, min(at + 5, total)):
        if not joined[end]:
            # "a large, comfortable man"
            if listed or end == at + 1 or tokens.opens[end] or not _lists(tokens, end):
                return None
            listed = True
        low = lows[end]
        if tokens.within[end] != tokens.within[at]:
            return None
        if end == name_at:
            return None
        person = low in PERSONS or low in heads
        if (
            low == "voice"
            and at
            and lows[at - 1] in SAY
            and article in ("a", "the", "another", "an")
            and lows[end + 1 : end + 2] != ["of"]
        ):
            person = True
        if not person:
            if low in CROWD and article in ("the", "both", "all"):
                return Mention(
                    at, end + 1, CROWDED, -1, "", tokens.within[at], is_subject(tokens, at, end + 1), head=low
                )
            if (
                low in SELVES
                and end + 1 < total
                and not (joined[end + 1] and (lows[end + 1] in PERSONS or lows[end + 1] in heads))
                and article == "the"
            ):
                return Mention(
                    at,
                    end + 1,
                    PHRASE,
                    -1,
                    "",
                    tokens.within[at],
                    is_subject(tokens, at, end + 1),
                    tokens.owns[end],
                    low,
                    key=low,
                )
            if (
                low in QUALIFIERS
                or low.endswith(("ed", "ish", "ing", "ful", "ous", "y", "-haired", "-faced"))
                or end == at + 1
                or listed
            ):
                if verbish(low) and low not in QUALIFIERS and end > at + 1:
                    return None
                if low in PREPOSITIONS or low in _STOP or low in SAY:
                    return None
                continue
            return None
        if (
            end + 1 < total
            and joined[end + 1]
            and not tokens.owns[end]
            and (lows[end + 1] in PERSONS or lows[end + 1] in heads)
            and end < at + 4
            and lows[end + 1] not in SAY
        ):
            continue
        if (
            end + 1 == name_at
            and joined[end + 1]
            and not tokens.owns[end]
            and tokens.within[end + 1] == tokens.within[at]
            and article != "'s"
            and low in TITLES
        ):
            return None
        if (
            low in heads
            and low not in PERSONS
            and heads[low] < 2
            and tokens.cases[end] & LOWER
            and tokens.within[at] >= 0
        ):
            return None
        gender = "he" if low in MEN else "she" if low in WOMEN else ""
        owner = article if article in _OWNING else ""
        words = lows[at + 1 : end + 1]
        key = " ".join([word for word in words[:-1] if word in IDENTITY or "-" in word or word in PERSONS] + [low])
        if tokens.owns[at]:
            owner = article + "'s"
        if owner and low in KIN:
            key = f"{owner} {key}"
        return Mention(
            at,
            end + 1,
            PHRASE,
            -1,
            gender,
            tokens.within[at],
            is_subject(tokens, at, end + 1),
            tokens.owns[end],
            low,
            key=key,
        )
    return None


def phrase_figure(figures: Figures, tokens: Tokens, mention: Mention) -> int:
    """The figure of a description, made where there is none."""
    key = mention.key
    if mention.head in SELVES:
        return -1
    number = figures.phrases.get(key)
    if number is None:
        head, _, rest = key.partition(" ")
        if head in _OWNING or head.endswith("'s"):
            number = figures.phrases.get(rest)
    if number is None:
        figure = Figure("phrase")
        figure.he = 5.0 * (mention.gender == "he")
        figure.she = 5.0 * (mention.gender == "she")
        number = figures.add(figure)
        figures.phrases[key] = number
    figure = figures.all[number]
    if figure.kind == "phrase":
        text = tokens.text[tokens.starts[mention.first] : tokens.ends[mention.last - 1]]
        figure.shown[" ".join(unowned(text).split())] += 1
        figure.count += 1
        figure.told += mention.within < 0
    return number
