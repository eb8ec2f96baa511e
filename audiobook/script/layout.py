"""Words and turns -> what is asked of the words when speakers are ranked, as numbers: counted once, turn by turn.

After this the words themselves can go: of a long book they are the largest thing there is.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiobook.script.address import MINE, YOURS, addressed, cut_off, opening
from audiobook.script.mentions import PHRASE
from audiobook.script.people import Company
from audiobook.script.tags import Cue
from audiobook.script.tokens import Tokens
from audiobook.script.turns import Turn
from audiobook.script.words import PLAIN, SAY, WEAK

_ENDING = "\"”’'» _"
_TALK, _OFTEN = 1200, 4  # words that people are told apart by, and in how many turns each must be


@dataclass(frozen=True, slots=True)
class Layout:
    """`edges`: the first word of each paragraph, and at the end the count of words. `scenes`: of each paragraph.
    `begins`, `ends`: the first word of each turn, and the first after it. `said`: by name, a number for each turn.
    `addressed`: whether each is said to a man (1) or a woman (-1).
    `talk`: for each turn the common words in it, each once, as numbers below `vocabulary`; turn `t` has
    `talk[talks[t]:talks[t + 1]]`."""

    edges: array[int]
    scenes: array[int]
    begins: array[int]
    ends: array[int]
    said: dict[str, NDArray[np.int16]]
    addressed: NDArray[np.int16]
    talk: NDArray[np.int16]
    talks: array[int]
    vocabulary: int

    def words_of(self, turn: int) -> NDArray[np.int16]:
        """The common words of a turn."""
        return self.talk[self.talks[turn] : self.talks[turn + 1]]

    def home(self, word: int) -> int:
        """The paragraph that a word stands in; of a place after the last word, that of the last."""
        return bisect_right(self.edges, min(word, self.edges[-1] - 1)) - 1


def lay_out(tokens: Tokens, company: Company, turns: Sequence[Turn]) -> Layout:
    spans = [(tokens.quotes[turn.quotes[0]].start, tokens.quotes[turn.quotes[-1]].end) for turn in turns]
    begins = array("i", [tokens.at(start) for start, _ in spans])
    ends = array("i", [tokens.at(end) for _, end in spans])
    said = _counted(tokens, turns, spans, begins, ends)
    for label, cues in (("tag", [turn.tag for turn in turns]), ("other", [turn.other for turn in turns])):
        said[f"{label} verb"] = [_verb(tokens, cue) for cue in cues]
    said |= _described(tokens, company, turns)
    talk, talks, vocabulary = _talk(tokens, turns)
    columns = {name: np.asarray(values, np.int16) for name, values in said.items()}
    to_whom = columns.pop("addressed")
    return Layout(tokens.edges, array("i", tokens.scenes), begins, ends, columns, to_whom, talk, talks, vocabulary)


def _counted(tokens: Tokens, turns: Sequence[Turn], spans: Sequence[tuple[int, int]], begins: Sequence[int],
             ends: Sequence[int]) -> dict[str, list[int]]:
    """How long, how asked, to whom, in what words."""
    text, lows, within = tokens.text, tokens.lows, tokens.within
    found: dict[str, list[int]] = defaultdict(list)
    for turn, (start, end), first, last in zip(turns, spans, begins, ends, strict=True):
        low, high = tokens.paragraphs[turn.paragraph]
        quotes = [tokens.quotes[number] for number in turn.quotes]
        words = [word for quote in quotes for word in lows[slice(*tokens.between(quote.start, quote.end))]]
        closing = text[max(0, end - 4):end].strip(_ENDING)[-1:]
        whole = " ".join(text[quote.start:quote.end] for quote in quotes)
        early = [lows[at] for at in range(first, min(last, first + 80)) if within[at] >= 0]
        size = len(early) + 3
        for name, value in (
            ("words", min(len(words), 200)),
            ("first person", not MINE.isdisjoint(words[:60])),
            ("second person", not YOURS.isdisjoint(words[:60])),
            ("asks", closing == "?"),
            ("exclaims", closing == "!"),
            ("sir", "sir" in words),
            ("madam", "ma'am" in words or "madam" in words or "ma" in words),
            ("lead", min(start - low, 600)),
            ("trail", min(high - end, 600)),
            ("length", min(high - low, 32_767)),
            ("thought", quotes[0].thought),
            ("opening", opening(early[0] if early else "")),
            ("cut off", cut_off(whole)),
            ("mine", round(12 * sum(word in MINE for word in early) / size)),
            ("yours", round(12 * sum(word in YOURS for word in early) / size)),
            ("addressed", addressed(whole)),
        ):
            found[name].append(int(value))
    return found


def _verb(tokens: Tokens, cue: Cue | None) -> int:
    if cue is None or cue.verb < 0:
        return 0
    low = tokens.lows[cue.verb]
    return 4 if low in PLAIN else 3 if low in SAY else 2 if low in WEAK else 1


_COMMON = frozenset(
    """
man woman boy girl lady gentleman child fellow lad youth person friend one maid maiden voice creature
stranger visitor companion other guest mother father sister brother aunt uncle wife husband son daughter
doctor
""".split()
)
_ARTICLE = {"the": 1, "a": 2, "an": 2, "another": 2, "his": 3, "her": 4, "my": 5, "their": 6}


def _described(tokens: Tokens, company: Company, turns: Sequence[Turn]) -> dict[str, list[int]]:
    """Whether "the girl" of a tag has been brought in as "a girl", or is somebody known."""
    mentions = company.mentions
    brought: dict[str, list[int]] = defaultdict(list)
    uses: Counter[str] = Counter()
    for mention in mentions:
        if mention.kind == PHRASE and mention.within < 0:
            uses[mention.key] += 1
            if tokens.lows[mention.first] in ("a", "an", "another"):
                brought[mention.head].append(mention.first)
    common, article, often, since = [], [], [], []
    for turn in turns:
        pointed = mentions[turn.tag.mention] if turn.tag is not None else None
        if pointed is None or pointed.kind != PHRASE:
            common.append(0)
            article.append(0)
            often.append(0)
            since.append(-1)
            continue
        common.append(2 if pointed.head in _COMMON else 1)
        article.append(_ARTICLE.get(tokens.lows[pointed.first], 7))
        often.append(min(uses[pointed.key], 60))
        at = bisect_left(brought[pointed.head], pointed.first + 1)
        since.append(min(pointed.first - brought[pointed.head][at - 1], 5000) if at else 9999)
    return {"phrase common": common, "phrase article": article, "phrase uses": often, "phrase brought": since}


def _talk(tokens: Tokens, turns: Sequence[Turn]) -> tuple[NDArray[np.int16], array[int], int]:
    """The common words of each turn, the most common having the lowest numbers."""
    numbers: dict[str, int] = {}
    bags, stops = array("i"), array("i", [0])
    for turn in turns:
        bag: dict[str, None] = {}
        for number in turn.quotes:
            first, last = tokens.between(tokens.quotes[number].start, tokens.quotes[number].end)
            bag.update(dict.fromkeys(tokens.lows[first:min(last, first + 80)]))
        bags.extend(numbers.setdefault(word, len(numbers)) for word in bag)
        stops.append(len(bags))
    words = np.frombuffer(bags, np.intc) if bags else np.zeros(0, np.intc)
    counts = np.bincount(words, minlength=len(numbers))
    often = np.argsort(-counts, kind="stable")[:_TALK]
    often = often[counts[often] >= _OFTEN]
    places = np.full(len(numbers), -1, np.int16)
    places[often] = np.arange(len(often))
    talk = places[words]
    kept = np.concatenate(([0], np.cumsum(talk >= 0)))[np.asarray(stops)]
    return talk[talk >= 0], array("i", kept.tolist()), len(often)

