"""A folder of annotated novels -> their turns, and who speaks each."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from audiobook.script.aliases import join
from audiobook.script.layout import Layout, lay_out
from audiobook.script.passage import Passage, Passages, Quote
from audiobook.script.people import Company, find_people, persons
from audiobook.script.quotes import find_quotes
from audiobook.script.speakers import read
from audiobook.script.turns import Turn, take_turns
from audiobook.text import wording
from audiobook.text.outline import Page


@dataclass(frozen=True, slots=True)
class Answer:
    """Who speaks a turn: the annotated name, and the figures found that are this person. `weight`: its quotations."""

    name: str
    figures: frozenset[int]
    kind: str
    weight: int


@dataclass(slots=True)
class Novel:
    name: str
    fold: int
    passages: list[Passage]
    quotes: tuple[Quote, ...]
    layout: Layout
    company: Company
    turns: list[Turn]
    answers: list[Answer]


def passages_of(text: str, name: str = "novel.txt") -> list[Passage]:
    """The paragraphs in their chapters and scenes, as the program reads them from a text file."""
    book = wording.read(Page(text, name, []), name)
    return list(Passages(book))


EXCERPTS = (40, 100, 250)  # paragraphs


def novels(folder: Path, folds: int) -> list[Novel]:
    """Every NAME.txt with its NAME.json, in order of name; a novel's fold is its place modulo `folds`."""
    return [novel(name, text, gold, number % folds) for number, (name, text, gold) in enumerate(_texts(folder))]


def excerpts(folder: Path, folds: int, seed: int) -> list[Novel]:
    """Parts of the novels, so that short texts are learned too; in the fold of their novel, named NOVEL@PLACE."""
    draw = np.random.RandomState(seed)
    found = []
    for number, (name, text, gold) in enumerate(_texts(folder)):
        passages = passages_of(text)
        for size in EXCERPTS:
            first = int(draw.randint(0, max(1, len(passages) - size)))
            last = min(first + size, len(passages)) - 1
            start, end = passages[first].paragraph.source.start, passages[last].paragraph.source.end
            inside = [
                dict(quote, start=quote["start"] - start, end=quote["end"] - start)
                for quote in gold["quotes"]
                if quote["start"] >= start and quote["end"] <= end
            ]
            if len(inside) > 5:
                found.append(novel(f"{name}@{start}", text[start:end], dict(gold, quotes=inside), number % folds))
    return [each for each in found if len(each.turns) > 2]


def shorts(folder: Path, others: Path, folds: int) -> list[Novel]:
    """The texts of another folder; one of a novel of `others` is in that novel's fold."""
    letters = [re.sub("[^a-z]", "", name.lower()) for name, _, _ in _texts(others)]
    found = []
    for number, (name, text, gold) in enumerate(_texts(folder)):
        title = re.sub("[^a-z]", "", name.lower())
        place = next((place for place, other in enumerate(letters) if other in title or title in other), number)
        found.append(novel(f"{name}@", text, gold, place % folds))
    return [each for each in found if len(each.turns) > 2]


def _texts(folder: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path in sorted(folder.glob("*.json")):
        with path.with_suffix(".txt").open(encoding="utf-8", newline="") as file:
            yield path.stem, file.read(), json.loads(path.read_text(encoding="utf-8"))


def novel(name: str, text: str, gold: dict[str, Any], fold: int) -> Novel:
    passages = passages_of(text)
    quotes = find_quotes(
        [passage.paragraph for passage in passages], "en", [passage.chapter for passage in passages]
    )
    tokens = read(passages, quotes)
    company = find_people(tokens, ())
    turns = take_turns(tokens, company.mentions, company.figures)
    join(company, turns)
    answers = _answers(gold, passages, quotes, company, turns)
    return Novel(name, fold, passages, quotes, lay_out(tokens, company, turns), company, turns, answers)


def _plain(name: str) -> str:
    words = re.findall(r"[^\W_]+", re.sub(r"['’]s\b", "s", name.replace("_", " ").lower()))
    while len(words) > 1 and words[0] in ("the", "a", "an"):
        words = words[1:]
    return " ".join(words)


def _same_person(gold: dict[str, Any], company: Company) -> dict[str, set[int]]:
    """For each annotated person the figures that share most names with him."""
    bearers: dict[str, set[str]] = defaultdict(set)
    spoken = Counter(quote["speaker"] for quote in gold["quotes"])
    for person in gold["characters"]:
        names = {person["name"], *person["aliases"]}
        if gold.get("narrator") == person["name"]:
            names |= {"narrator", "I"}
        for name in names:
            bearers[_plain(name)].add(person["name"])
    mains = {person["name"].lower(): person["name"] for person in gold["characters"]}
    found: dict[str, set[int]] = defaultdict(set)
    for number, person in persons(company, list(range(len(company.figures.all)))).items():
        votes: Counter[str] = Counter()
        if person.name.lower() in mains:
            found[mains[person.name.lower()]].add(number)
            continue
        for name in dict.fromkeys(_plain(each) for each in (person.name, *person.aliases)):
            for bearer in bearers.get(name, ()):
                votes[bearer] += (2 if name == _plain(person.name) else 1) / len(bearers[name])  # type: ignore[assignment]
        if votes:
            found[min(votes, key=lambda each: (-votes[each], -spoken[each], each))].add(number)
    return found


def _answers(
    gold: dict[str, Any], passages: list[Passage], quotes: tuple[Quote, ...], company: Company, turns: list[Turn]
) -> list[Answer]:
    known = _same_person(gold, company)
    marked = sorted(gold["quotes"], key=lambda quote: quote["start"])
    starts = [quote["start"] for quote in marked]
    answers = []
    for turn in turns:
        votes: Counter[str] = Counter()
        kinds: Counter[str] = Counter()
        for number in turn.quotes:
            quote = quotes[number]
            base = passages[quote.paragraph].paragraph.source.start
            start, end = base + quote.start, base + quote.end
            at = max(0, bisect_left(starts, start) - 3)
            while at < len(marked) and marked[at]["start"] < end:
                shared = min(end, marked[at]["end"]) - max(start, marked[at]["start"])
                if shared > 0 and marked[at]["speaker"]:
                    votes[marked[at]["speaker"]] += shared
                    kinds[marked[at].get("type") or "unknown"] += 1
                at += 1
        if votes:
            name = votes.most_common(1)[0][0]
            answers.append(Answer(name, frozenset(known.get(name, ())), kinds.most_common(1)[0][0], len(turn.quotes)))
        else:
            answers.append(Answer("", frozenset(), "", 0))
    return answers
