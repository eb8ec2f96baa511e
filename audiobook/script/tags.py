"""Words and mentions -> for each quotation who is said to say it: tags ("said Tom"), beats ("Tom shrugged.").

Reads the narration on either side of a quotation, up to the next one or the paragraph's end. A verb of speech
makes a tag; so does any verb in the slot of one, after a quotation that ends in a comma.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from audiobook.script.mentions import CROWDED, PHRASE, PRONOUN, SELF, Mention
from audiobook.script.subjects import opening, verbish
from audiobook.script.tokens import LOWER, UPPER, Tokens
from audiobook.script.words import BARE, PLAIN, PREPOSITIONS, SAY, WEAK

_MARKS = "\"“”„«»‹›‘’'` \n_*"
SAID_NOUNS = frozenset(
    """
answer reply response rejoinder retort question inquiry enquiry query remark comment observation exclamation cry
ejaculation greeting salutation words word amendment injunction verdict conclusion explanation suggestion advice
whisper argument invitation order command apology request demand opinion statement declaration announcement
admission confession protest warning assurance farewell thought reflection soliloquy toast sigh plea appeal
""".split()
)
_GOING = frozenset("went go goes put puts broke breaks burst cut chimed struck".split())
_NOT_SAYING = frozenset("named read".split())


@dataclass(slots=True)
class Cue:
    """`mention`: index of who is pointed at. `strength`: 1 (a beat) to 5 (a plain tag).

    `gap`: words between verb and quotation; `verb`: index of the verb, -1 for none.
    """

    mention: int
    strength: int
    gap: int
    after: bool
    verb: int


@dataclass(slots=True)
class Reader:
    tokens: Tokens
    mentions: list[Mention]
    firsts: list[int]

    def inside(self, start: int, end: int) -> list[int]:
        """Indexes of the mentions outside quotations that begin in words `start:end`."""
        first, last = bisect_left(self.firsts, start), bisect_left(self.firsts, end)
        return [number for number in range(first, last) if self.mentions[number].within < 0]

    def says(self, at: int) -> bool:
        """Whether the word is a verb of speech, "went on" among them."""
        low = self.tokens.lows[at]
        if low in SAY:
            return low not in _NOT_SAYING
        if low not in _GOING or at + 1 >= len(self.tokens.lows):
            return False
        return self.tokens.lows[at + 1] in ("on", "in", "out") and self.tokens.joined[at + 1]

    # ------------------------------------------------------------ after the quotation

    def after(self, number: int) -> Cue | None:
        tokens = self.tokens
        quote = tokens.quotes[number]
        start = tokens.at(quote.end)
        end = tokens.at(self._until(number))
        if start >= end:
            return None
        stop = start + 1
        while stop < min(end, start + 40) and not tokens.opens[stop]:
            stop += 1
        closing = self.closing(number)
        gap = tokens.text[quote.end : tokens.starts[start]].strip()
        if gap[:1] in (",", ";"):
            closing = ","
        lows = tokens.lows
        here = self.inside(start, stop)
        found = self._called(start, stop, here) or self._inverted(start, stop, here, closing)
        if found is not None:
            return found
        return self._straight(start, stop, here, closing, lows)

    def _called(self, start: int, stop: int, here: list[int]) -> Cue | None:
        """ "was Tom's answer", "were the first words of Tom"."""
        lows = self.tokens.lows
        if lows[start] not in ("was", "were", "is"):
            return None
        noun = next((at for at in range(start + 1, min(start + 7, stop)) if lows[at] in SAID_NOUNS), -1)
        if noun < 0:
            return None
        for at in here:
            mention = self.mentions[at]
            if mention.first > noun:
                if mention.first - noun > 6 or mention.owned:
                    return None
                between = lows[noun + 1 : mention.first]
                return Cue(at, 4, noun - start, True, start) if {"of", "from", "by"} & set(between) else None
            whose = mention.owned or (mention.kind == PRONOUN and lows[mention.first] in ("his", "her"))
            if whose and mention.first <= start + 3:
                return Cue(at, 5, noun - start, True, start)
        return None

    def closing(self, number: int) -> str:
        """What the quotation ends with, its mark left out."""
        quote = self.tokens.quotes[number]
        at = quote.end - 1
        while at > quote.start and self.tokens.text[at] in _MARKS:
            at -= 1
        return self.tokens.text[at]

    def _until(self, number: int) -> int:
        tokens = self.tokens
        quote = tokens.quotes[number]
        if number + 1 < len(tokens.quotes) and tokens.quotes[number + 1].paragraph == quote.paragraph:
            return tokens.quotes[number + 1].start
        return tokens.paragraphs[quote.paragraph][1]

    def _inverted(self, start: int, stop: int, here: list[int], closing: str) -> Cue | None:
        tokens, lows = self.tokens, self.tokens.lows
        verb = start
        while verb < min(start + 3, stop) and (
            lows[verb].endswith("ly")
            or lows[verb] in ("then", "and", "again", "at", "last", "now", "thus", "so", "but")
        ):
            verb += 1
        if verb >= stop:
            return None
        low = lows[verb]
        saying = low in SAY or low in WEAK
        if not saying and not (closing == "," and low.endswith("ed") and len(low) > 3):
            return None
        if tokens.cases[verb] & UPPER and closing not in ",?!-—–":
            return None
        for at in here:
            mention = self.mentions[at]
            if mention.owned or mention.first <= verb:
                continue
            if mention.first > verb + 4:
                break
            between = lows[verb + 1 : mention.first]
            if between[-2:] == ["voice", "of"]:
                between = between[:-2]
            if any(word in PREPOSITIONS and word not in ("out", "on", "in", "up", "back") for word in between):
                break
            if (
                mention.kind == PRONOUN
                and mention.first == verb + 1
                and mention.last < stop
                and verbish(lows[mention.last])
                and low not in SAY
            ):
                break
            return Cue(at, 5 if low in SAY else 4 if saying else 3, verb - start, True, verb)
        return None

    def _straight(self, start: int, stop: int, here: list[int], closing: str, lows: list[str]) -> Cue | None:
        tokens = self.tokens
        lead = next((at for at in here if not self.mentions[at].owned and self.mentions[at].first <= start + 4), None)
        if lead is None:
            later = [at for at in here if self.mentions[at].subject]
            return Cue(later[0], 1, 30, True, -1) if later else None
        mention = self.mentions[lead]
        slot = closing in ",-—–" or tokens.cases[start] & LOWER
        limit = min(mention.last + 9, stop)
        for verb in range(mention.last, limit):
            if self.says(verb):
                chosen = lead
                for at in here:
                    other = self.mentions[at]
                    if (
                        lead < at
                        and other.last <= verb
                        and verb - other.last <= 1
                        and other.subject
                        and not other.owned
                        and lows[other.first - 1] in ("and", "but", "while", "when", "as")
                    ):
                        chosen = at
                far = verb - mention.last
                loose = closing == "." and lows[verb] not in PLAIN
                strength = 3 if loose else 5 if far <= 2 else 4
                if mention.first > start + 1 and chosen == lead:
                    strength -= 1
                return Cue(chosen, strength, verb - start, True, verb)
        ahead = mention.last
        while ahead < limit and lows[ahead].endswith("ly"):
            ahead += 1
        if ahead < stop and lows[ahead] in WEAK:
            return Cue(lead, 3 if slot or closing in "?!" else 2, ahead - start, True, ahead)
        if closing == "," and mention.first <= start + 1 and ahead < stop and verbish(lows[ahead]):
            return Cue(lead, 3, ahead - start, True, ahead)
        return Cue(lead, 2 if mention.subject and mention.first <= start + 1 else 1, 20, True, -1)

    # ------------------------------------------------------------ before the quotation

    def before(self, number: int) -> Cue | None:
        tokens = self.tokens
        quote = tokens.quotes[number]
        first = number == 0 or tokens.quotes[number - 1].paragraph != quote.paragraph
        begin = tokens.paragraphs[quote.paragraph][0] if first else tokens.quotes[number - 1].end
        start, end = tokens.at(begin), tokens.at(quote.start)
        limit = quote.start
        prior = leads_on = False
        if start >= end:
            if not first or quote.paragraph == 0:
                return None
            begin, limit = tokens.paragraphs[quote.paragraph - 1]
            leads_on = tokens.text[begin:limit].rstrip(" \n*_")[-1:] in (":", ",", "-", "—", "–", "―")
            start, end = tokens.at(begin), tokens.at(limit)
            prior = True
            if start >= end or tokens.within[end - 1] >= 0:
                return None
            while start < end and tokens.within[start] >= 0:
                start += 1
        sentence = end - 1
        while sentence > start and not (tokens.opens[sentence] and tokens.within[sentence] < 0):
            sentence -= 1
        tail = tokens.text[tokens.ends[end - 1] : limit].strip(_MARKS)
        leading = tail[-1:] in (",", ":", "-", "—", "–", "―") or (not tail and not first)
        found = self._said_before(sentence, end, leading, tail)
        if prior and not leads_on:
            # "Tom went on." and then a paragraph of speech; but a tag is its own quotation's
            if tokens.within[sentence - 1] >= 0 and tokens.home(sentence - 1) == tokens.home(sentence):
                return None
            if found is None or found.verb < 0 or end - found.verb > 6 or self.tokens.lows[found.verb] in BARE:
                return None
            found.strength = 3
        if found is None and sentence > start:
            subjects = [at for at in self.inside(start, sentence) if not self.mentions[at].owned]
            if subjects:
                chosen = next((at for at in subjects if self.mentions[at].subject), subjects[0])
                found = Cue(chosen, 1, 40, False, -1)
        if found is not None and prior:
            found.gap += 10
        return found

    def _said_before(self, sentence: int, end: int, leading: bool, tail: str) -> Cue | None:
        lows = self.tokens.lows
        whose = self._answer_was(sentence, end)
        if whose is not None:
            return whose
        here = [at for at in self.inside(sentence, end) if not self.mentions[at].owned]
        if not here:
            return None
        for verb in range(end - 1, sentence - 1, -1):
            if not self.says(verb):
                continue
            ahead = [at for at in here if self.mentions[at].last <= verb]
            chosen = self._subject_of(ahead, verb)
            if chosen is None:
                follow = [
                    at
                    for at in here
                    if verb < self.mentions[at].first <= verb + 3
                    and not any(word in PREPOSITIONS for word in lows[verb + 1 : self.mentions[at].first])
                ]
                if not follow:
                    continue
                chosen = follow[0]
            if leading or (not tail and verb == end - 1):
                return Cue(chosen, 5 if end - verb <= 5 else 4, end - verb, False, verb)
            if end - verb > 12:
                continue
            return Cue(chosen, 2, end - verb, False, verb)
        subjects = [at for at in here if self.mentions[at].subject]
        chosen = subjects[0] if subjects else here[0]
        if leading and tail:
            return Cue(chosen, 4 if tail[-1:] == ":" else 3, 15, False, -1)
        return Cue(chosen, 2 if subjects and self.mentions[chosen].first <= sentence + 1 else 1, 20, False, -1)

    def _answer_was(self, sentence: int, end: int) -> Cue | None:
        """ "and Ann's reply was, " before the quotation."""
        lows = self.tokens.lows
        if lows[end - 1] not in ("was", "were", "is") or end - 2 <= sentence or lows[end - 2] not in SAID_NOUNS:
            return None
        for at in reversed(self.inside(max(sentence, end - 6), end - 2)):
            mention = self.mentions[at]
            if mention.owned or (mention.kind == PRONOUN and lows[mention.first] in ("his", "her")):
                return Cue(at, 5, end - mention.first, False, end - 1)
        return None

    def _subject_of(self, ahead: list[int], verb: int) -> int | None:
        """The nearest mention before the verb that can be its subject; else the first of the sentence."""
        heard = self._heard(ahead, verb)
        if heard >= 0:
            ahead = [at for at in ahead if self.mentions[at].first > heard]
            return ahead[0] if ahead else None
        for at in reversed(ahead):
            mention = self.mentions[at]
            if mention.subject and verb - mention.last <= 2:
                return at
        # "she was met by Tom, who, after a pause, said"
        for at in reversed(ahead):
            last = self.mentions[at].last
            if last < verb and self.tokens.lows[last] == "who" and not any(
                self.mentions[later].subject for later in ahead if later > at
            ):
                return at
        subjects = [at for at in ahead if self.mentions[at].subject]
        if not subjects:
            return ahead[0] if ahead else None
        # "Tom looked at her, and she, after a pause, said": the later subject, after the first clause
        for at in reversed(subjects[1:]):
            first = opening(self.tokens, self.mentions[at].first)
            if self.tokens.lows[first - 1] in _NEW_CLAUSE or (
                not self.tokens.joined[first] and not self.tokens.joined[self.mentions[at].last]
            ):
                return at
        return subjects[0]


    def _heard(self, ahead: list[int], verb: int) -> int:
        """Where "heard" stands before a bare verb ("Tom heard her say"), for then another than Tom speaks; else -1."""
        lows = self.tokens.lows
        if lows[verb] not in BARE and not lows[verb].endswith("ing"):
            return -1
        first = self.mentions[ahead[0]].first if ahead else verb
        for at in range(verb - 1, max(first, verb - 9), -1):
            if lows[at] in _HEARING:
                return at
        return -1


_HEARING = frozenset("hear heard hearing hears".split())
_NEW_CLAUSE = frozenset("and but when then till until as while that for so".split())


__all__ = ["CROWDED", "PHRASE", "PRONOUN", "SELF", "Cue", "Reader"]
