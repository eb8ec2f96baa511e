"""Words before a verb -> whether they are its subject, also across a clause ("Tom, who was late, said")."""

from __future__ import annotations

from audiobook.script.tokens import Tokens
from audiobook.script.words import ACTS, BE, PREPOSITIONS, SAY, WEAK


def is_subject(tokens: Tokens, first: int, last: int) -> bool:
    """Whether the words look like the subject of a verb."""
    if tokens.owns[last - 1]:
        return False
    lows, joined = tokens.lows, tokens.joined
    lead = opening(tokens, first)
    before = lows[lead - 1] if lead and joined[lead] else ""
    if before in PREPOSITIONS and before not in ("before", "after", "than", "like", "as"):
        return False
    ahead = last
    while (
        ahead < min(last + 3, len(lows))
        and joined[ahead]
        and (
            lows[ahead].endswith("ly")
            or lows[ahead] in ("also", "then", "now", "only", "just", "never", "still", "too")
        )
    ):
        ahead += 1
    if ahead < len(lows) and joined[ahead] and verbish(lows[ahead]):
        return True
    if tokens.opens[lead] and (before == "" or not joined[lead]):
        return True
    return (before == "" or before in _JOINING) and _resumes(tokens, last)


def opening(tokens: Tokens, first: int) -> int:
    """Where the words begin with the article before them."""
    return first - 1 if first and tokens.joined[first] and tokens.lows[first - 1] in ("the", "a", "an") else first


_JOINING = frozenset(
    "and but that when while as for if because till until then so though although since where or".split()
)


def _resumes(tokens: Tokens, last: int) -> bool:
    """Whether a clause set off by commas stands between the words and their verb: "Tom, who was late, said"."""
    lows, joined, within = tokens.lows, tokens.joined, tokens.within
    total = len(lows)
    while last < total and joined[last] and (lows[last].endswith("ly") or lows[last] in ("very", "so", "rather")):
        last += 1
    if last >= total or joined[last] or tokens.opens[last] or tokens.text[tokens.ends[last - 1]] != ",":
        return False
    for at in range(last + 1, min(last + 30, total)):
        if tokens.opens[at] or within[at] != within[last]:
            return False
        if joined[at] or tokens.text[tokens.ends[at - 1]] != ",":
            continue
        while at + 1 < total and lows[at].endswith("ly") and joined[at + 1]:
            at += 1
        if verbish(lows[at]) and not (lows[at].endswith("ing")):
            return True
    return False


def verbish(low: str) -> bool:
    return low in SAY or low in ACTS or low in BE or low in WEAK or (low.endswith("ed") and len(low) > 3)
