"""What is said in a turn: how it opens, whether it breaks off, and whether a man or a woman is spoken to.

"Yes, sir." is an answer, to a man; who speaks next is then more likely "he".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from audiobook.script.people import Company
from audiobook.script.table import Fill, Table, lean
from audiobook.script.turns import Turn

_MEN = (
    r"sir|my lord|your lordship|old (?:man|chap|fellow|boy)|my (?:dear )?(?:boy|lad|man|fellow|son)|dear boy|mister|"
    r"gentlemen|father|papa|uncle|brother|monsieur|signor|señor|sire|master|guv'nor|dad|daddy"
)
_WOMEN = (
    r"ma'am|madam|madame|my lady|your ladyship|my (?:dear |good )?(?:girl|lady|woman|daughter)|dear (?:girl|lady)|miss|"
    r"ladies|mother|mamma|mama|aunt|auntie|sister|mademoiselle|signora|signorina|señora|mum|mummy"
)
_CALLED = re.compile(
    rf"(?:^|[,.;:!?—-]|--)\W*(?:(?:oh|yes|no|well|why|but|and|o|thank you|good (?:morning|night|evening|day))\W+)?"
    rf"(?:(?P<he>{_MEN})|(?P<she>{_WOMEN}))(?=\s*(?:[,.;:!?—\"”’-]|$))",
    re.IGNORECASE,
)
MINE = frozenset("i me my mine myself i'm i'll i've i'd".split())
YOURS = frozenset("you your yours yourself you're you'll you've you'd thou thee thy".split())
_ANSWERS = frozenset(
    """
yes no yeah yep nope aye nay certainly indeed quite exactly precisely never not nothing nobody none nowhere because
perhaps possibly probably very thank thanks true nonsense rubbish why surely
""".split()
)
_GOES_ON = frozenset("and but so for then besides moreover therefore however or nor now still also only yet".split())
_CALLS = frozenset("oh ah o alas hush pooh bah pshaw well what good dear my hullo hallo hello come look listen".split())
_ASIDE = "\"“”„«»‹›‘’'` \n_*"


def opening(low: str) -> int:
    """What the first word of a turn does: 1 answers, 2 goes on, 3 calls, 0 none of these."""
    return 1 if low in _ANSWERS else 2 if low in _GOES_ON else 3 if low in _CALLS else 0


def cut_off(text: str) -> bool:
    """Whether the speech breaks off."""
    return text.rstrip(_ASIDE)[-1:] in ("-", "—", "–", "…")


def address_around(genders: NDArray[np.int16], company: Company, turns: Sequence[Turn]) -> Fill:
    """`genders`: of whom each turn is said to, as `addressed` gives it."""
    home = np.asarray([turn.paragraph for turn in turns], np.int64)
    gender = np.asarray(genders, np.float32)
    here = np.arange(len(turns))
    leans = lean(company)
    around = {}
    for step in (-2, -1, 0, 1, 2):
        near = np.clip(here + step, 0, len(turns) - 1)
        close = (np.abs(home[near] - home) <= 2 * abs(step) + 1) & ((near != here) | (step == 0))
        around[step] = np.where(close, gender[near], 0)

    def fill(table: Table) -> None:
        leaning = leans[table.who]
        for step, said in around.items():
            table.put(f"addressed {step}", said[table.turn] * leaning)
            if abs(step) <= 1:
                table.each(f"address {step}", said)

    return fill


def learn_from_address(
    genders: Sequence[int], company: Company, turns: Sequence[Turn], speakers: Sequence[int]
) -> None:
    """Gives a pronoun to those of whom nothing else tells one: "my dear fellow" is said to a man, who then answers.

    `genders`: of whom each turn is said to, as `addressed` gives it. `speakers`: the figure of each turn.
    """
    tallies: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for number, (turn, gender) in enumerate(zip(turns, genders, strict=True)):
        if gender:
            meant = set(turn.called)
            if number + 1 < len(turns) and turns[number + 1].paragraph - turn.paragraph in (1, 2):
                meant.add(speakers[number + 1])
            for who in meant - {speakers[number]}:
                tallies[who][gender < 0] += 1
    for who, (men, women) in tallies.items():
        figure = company.figures.all[who]
        if not figure.gender and max(men, women) >= 2 and max(men, women) >= 4 * min(men, women):
            if men > women:
                figure.he = 2.0 * figure.she + 3.0
            else:
                figure.she = 2.0 * figure.he + 3.0


def addressed(text: str) -> int:
    """1 where a man is spoken to, -1 where a woman is, 0 where nothing or both is said.

    >>> addressed('"Thank you, sir; good night."'), addressed('"Oh, mother! come."'), addressed('"His father came."')
    (1, -1, 0)
    """
    found = {1 if match["he"] else -1 for match in _CALLED.finditer(text[:600].replace("’", "'"))}
    return found.pop() if len(found) == 1 else 0
