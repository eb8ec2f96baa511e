"""How well speakers are found: the tables of docs/who-says-it.md.

    python benchmarks/attribution.py CORPUS [--folds FOLDER] [--only TABLE,...]

CORPUS holds `dev/` and `litbank/` (NAME.txt, NAME.json) and `score.py`, the measure. Every novel is judged by weights
that have not seen it: `python -m training.speakers CORPUS --folds FOLDER` writes them; without --folds they are
trained first (ten minutes on two cores). People are found from the raw text, nothing else is handed in.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from audiobook.model import Cast, Voice
from audiobook.script import ranker
from audiobook.script.quotes import find_quotes
from audiobook.script.speakers import who_says
from audiobook.script.words import MEN_NAMED, WOMEN_NAMED
from training.novels import passages_of

FOLDS = 3
TABLES = ("novels", "renamed", "invented", "curly", "single", "litbank", "confidence")
_NOBODY = Cast(Voice("tone", "none"))
_GENDERS = {"he": "M", "she": "F"}
_NEW = """
Arden Brook Calder Denham Elver Farrow Gale Harrow Ives Jessop Kemble Larkin Marlow Norwood Orme Pell Quill
Rusk Sorrel Tarn Usher Varley Wend Yarrow Zell Ashdown Birch Corrie Dunmore Eddow Finch Garrick Hollin Islay
Joyner Keld Loxley Merrow Nairn Ostler Prynne Roan Selby Thorne Ulver Vane Wystan Yeo Alder Bryce Cope Drake
Esker Frome Gorse Hythe Inch Juniper
"""


def measure(corpus: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", corpus / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(text: str, held: dict[str, Any]) -> tuple[dict[str, Any], float]:
    """What the program says of a text, in the measure's format, and the seconds of CPU that it took."""
    ranker.weights = lambda: held  # type: ignore[assignment]
    start = time.process_time()
    passages = passages_of(text)
    quotes = find_quotes([passage.paragraph for passage in passages], "en", [passage.chapter for passage in passages])
    people, said = who_says(passages, quotes, {}, _NOBODY)
    seconds = time.process_time() - start
    base = [passage.paragraph.source.start for passage in passages]
    return {
        "quotes": [
            {
                "start": base[quote.paragraph] + quote.start,
                "end": base[quote.paragraph] + quote.end,
                "speaker": each.speaker,
                "confidence": each.confidence,
            }
            for quote, each in zip(quotes, said, strict=True)
        ],
        "characters": [
            {"name": person.name, "aliases": list(person.aliases), "gender": _GENDERS.get(person.pronoun or "", "U")}
            for person in people
        ],
    }, seconds


# ---------------------------------------------------------------- the same texts, otherwise

Variant = Callable[[str, dict[str, Any]], tuple[str, dict[str, Any]]]


def as_is(text: str, gold: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return text, gold


def marked(opening: str, closing: str) -> Variant:
    """Straight double marks replaced, paragraph by paragraph, by others."""

    def change(text: str, gold: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        letters = list(text)
        inside = False
        for at, letter in enumerate(text):
            if letter == "\n" and text[at + 1 : at + 2] == "\n":
                inside = False
            elif letter == '"':
                letters[at] = closing if inside else opening
                inside = not inside
        return "".join(letters), gold

    return change


def renamed(text: str, gold: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Every word of a person's name replaced by another name, first names by first names of the same gender."""
    last = [stem + end for end in ("", "ham", "ley", "ton", "field", "by", "worth") for stem in _NEW.split()]
    return _with_names(text, gold, MEN_NAMED, WOMEN_NAMED, last)


def invented(text: str, gold: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Every word of a person's name replaced by one that is in no list and tells no gender."""
    starts, middles = "b d f g h j k l m n p r s t v z br dr kr tr".split(), "a e i o u ai ou".split()
    words = [
        one + two + three + four + end
        for four in middles
        for two in middles
        for end in ("", "n", "r", "l", "th")
        for one in starts
        for three in starts
    ]
    men, women, last = words[::3], words[1::3], [word.capitalize() for word in words[2::3]]
    return _with_names(text, gold, men, women, last)


def _with_names(
    text: str, gold: dict[str, Any], for_men: Iterable[str], for_women: Iterable[str], for_all: Iterable[str]
) -> tuple[str, dict[str, Any]]:
    lower = Counter(re.findall(r"\b[a-z]+\b", text))
    upper = Counter(re.findall(r"\b[A-Z][a-z]+\b", text))
    new: dict[str, str] = {}
    held = {word.lower() for word in upper} | set(lower)
    men, women = (
        iter(sorted(name.capitalize() for name in names if name not in held)) for names in (for_men, for_women)
    )
    last = iter(for_all)
    for person in gold["characters"]:
        for name in sorted({person["name"], *person["aliases"]}):
            words = re.findall(r"[A-Z][a-z]+", name)
            plain = [word for word in words if word.lower() not in _TITLES and lower[word.lower()] < 0.3 * upper[word]]
            for place, word in enumerate(plain):
                if word not in new:
                    first = place == 0 and len(words) == len(plain)
                    new[word] = (
                        next(men if person["gender"] == "M" else women)
                        if first and person["gender"] in "MF"
                        else next(last)
                    )
    new = {old: word for old, word in new.items() if old != word}
    if not new:
        return text, gold
    pattern = re.compile(r"\b(?:" + "|".join(sorted(new, key=len, reverse=True)) + r")\b")
    pieces, moves, at, grown = [], [(0, 0)], 0, 0
    for match in pattern.finditer(text):
        pieces += [text[at : match.start()], new[match.group()]]
        at = match.end()
        grown += len(new[match.group()]) - len(match.group())
        moves.append((match.end(), grown))
    pieces.append(text[at:])
    ends = np.asarray([place for place, _ in moves])
    by = [shift for _, shift in moves]

    def moved(offset: int) -> int:
        return offset + by[int(np.searchsorted(ends, offset, side="right")) - 1]

    def put(name: str) -> str:
        return pattern.sub(lambda match: new[match.group()], name)

    return "".join(pieces), dict(
        gold,
        narrator=put(gold["narrator"]) if gold.get("narrator") else None,
        quotes=[
            dict(
                quote,
                start=moved(quote["start"]),
                end=moved(quote["end"]),
                speaker=put(quote["speaker"]) if quote["speaker"] else None,
            )
            for quote in gold["quotes"]
        ],
        characters=[
            dict(person, name=put(person["name"]), aliases=[put(name) for name in person["aliases"]])
            for person in gold["characters"]
        ],
    )


_TITLES = frozenset(
    """
the a an of mr mrs miss ms dr sir lady lord old young little poor dear master captain colonel major general
admiral aunt uncle cousin father mother brother sister king queen prince princess duke duchess count
countess doctor professor inspector in at and my man woman boy girl white
""".split()
)


# ---------------------------------------------------------------- tables


def texts(folder: Path) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
    for number, path in enumerate(sorted(folder.glob("*.json"))):
        with path.with_suffix(".txt").open(encoding="utf-8", newline="") as file:
            yield number, path.stem, file.read(), json.loads(path.read_text(encoding="utf-8"))


def table(
    score: ModuleType, corpus: Path, held: list[dict[str, Any]], change: Variant, each: bool
) -> tuple[dict[str, float], list[tuple[float, bool]]]:
    """One line a novel (where `each`), and one for all; and for every quotation how sure and how right."""
    total: Counter[str] = Counter()
    sure: list[tuple[float, bool]] = []
    for number, name, text, gold in texts(corpus / "dev"):
        text, gold = change(text, gold)
        system, seconds = answer(text, held[number % FOLDS])
        found = score.score_novel(text, gold, system)
        total.update(found)
        sure += confidences(score, text, gold, system)
        if each:
            print(line(name, score.report(found), seconds), flush=True)
    report: dict[str, float] = score.report(total)
    print(line("all", report, 0.0), flush=True)
    return report, sure


_COLUMNS = (
    ("det", "det_overlap50_F1"),
    ("acc", "acc"),
    ("voice", "voice_acc"),
    ("expl", "acc_explicit"),
    ("anaph", "acc_anaphoric"),
    ("impl", "acc_implicit"),
    ("gender", "gender_acc"),
    ("1to1", "acc_1to1"),
)
HEAD = f"{'':28} {'quot':>6} " + " ".join(f"{short:>6}" for short, _ in _COLUMNS) + "  CPU s"


def line(name: str, report: dict[str, float], seconds: float) -> str:
    figures = " ".join(f"{report.get(key, 0.0):6.3f}" for _, key in _COLUMNS)
    return f"{name:28} {report['n_quotations']:6d} {figures} {seconds:6.2f}"


def confidences(score: ModuleType, text: str, gold: dict[str, Any], system: dict[str, Any]) -> list[tuple[float, bool]]:
    """For each annotated quotation that is found, how sure the program is and whether it is right."""
    spoken = Counter(quote["speaker"] for quote in gold["quotes"] if quote["speaker"])
    names = score.name_map(system["characters"], gold, spoken)
    quotes = sorted(system["quotes"], key=lambda quote: quote["start"])
    found, at = [], 0
    for mark in sorted(gold["quotes"], key=lambda quote: quote["start"]):
        while at < len(quotes) and quotes[at]["end"] <= mark["start"]:
            at += 1
        if mark["speaker"] and at < len(quotes) and quotes[at]["start"] < mark["end"]:
            found.append((quotes[at]["confidence"], names.get(quotes[at]["speaker"]) == mark["speaker"]))
    return found


def reliability(sure: list[tuple[float, bool]]) -> None:
    print("\nsaid            n   said    was")
    edges = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.01)
    for low, high in pairwise(edges):
        here = [(chance, right) for chance, right in sure if low <= chance < high]
        if here:
            print(
                f"{low:.2f} to {min(high, 1):.2f} {len(here):6d} {sum(chance for chance, _ in here) / len(here):6.3f} "
                f"{sum(right for _, right in here) / len(here):6.3f}"
            )
    sure = sorted(sure)
    right = sum(each for _, each in sure)
    for share in (0.05, 0.1, 0.2):
        first = sure[: int(share * len(sure))]
        mended = sum(not each for _, each in first)
        after = (right + mended) / len(sure)
        print(f"checking the most doubtful {share:.0%} finds {mended} faults: {right / len(sure):.3f} -> {after:.3f}")


def litbank(score: ModuleType, corpus: Path, held: list[dict[str, Any]]) -> None:
    """Excerpts with real typography. Folds as in training.novels.shorts: no excerpt is judged by weights
    that have seen it, or the novel of `dev` that it is from."""
    seen = {re.sub("[^a-z]", "", name.lower()): number for number, name, _, _ in texts(corpus / "dev")}
    total: Counter[str] = Counter()
    for place, name, text, gold in texts(corpus / "litbank"):
        title = re.sub("[^a-z]", "", name.lower())
        fold = next((number for novel, number in seen.items() if novel in title or title in novel), place) % FOLDS
        total.update(score.score_novel(text, gold, answer(text, held[fold])[0]))
    print(line("LitBank", score.report(total), 0.0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--folds", type=Path)
    parser.add_argument("--only", default=",".join(TABLES))
    asked = parser.parse_args()
    score = measure(asked.corpus)
    folder = asked.folds
    if folder is None:
        folder = Path(tempfile.mkdtemp())
        subprocess.run(
            [sys.executable, "-m", "training.speakers", str(asked.corpus), "--folds-only", "--folds", str(folder)],
            check=True,
            cwd=Path(__file__).resolve().parents[1],
        )
    held = []
    for fold in range(FOLDS):
        with np.load(folder / f"fold{fold}.npz") as arrays:
            held.append({name: arrays[name] for name in arrays.files})
    only = asked.only.split(",")
    print(HEAD)
    sure: list[tuple[float, bool]] = []
    if "novels" in only or "confidence" in only:
        _, sure = table(score, asked.corpus, held, as_is, True)
    changes = (("renamed", renamed), ("invented", invented), ("curly", marked("“", "”")), ("single", marked("‘", "’")))
    for name, change in changes:
        if name in only:
            print(name)
            table(score, asked.corpus, held, change, False)
    if "litbank" in only:
        litbank(score, asked.corpus, held)
    if "confidence" in only:
        reliability(sure)


if __name__ == "__main__":
    main()
