"""Annotated novels -> audiobook/script/data/speakers.npz, and the chances for novels left out of training.

    python training/speakers.py CORPUS [--out FILE] [--folds FOLDER]

CORPUS is a folder with `dev/` (novels: NAME.txt, NAME.json) as described in docs/who-says-it.md.
Every round is first trained three times, each time without a third of the novels, and the second round learns from
what those say of novels that they have not seen; so do the calibration and the figures. Seeded; needs lightgbm
(`pip install -e ".[training]"`). The defaults are what the shipped weights were grown with.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import lightgbm as lgb
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from audiobook.script.exchange import beliefs, chances, links, settle
from audiobook.script.features import measure
from audiobook.script.forest import grown
from audiobook.script.ranker import ROUNDS, WEIGHTS
from audiobook.script.table import Rows
from training.novels import Novel, excerpts, novels, shorts

FOLDS = 3
# of no use to the trees
IDLE = frozenset(
    (
        "quoted lead",
        "quoted trail",
        "other kin",
        "other kept",
        "other gap",
        "other meant rank",
        "other gendered",
        "other after",
        "other subject",
        "subject trail",
        "told trail",
        "told 3",
        "new",
        "quoted ahead 3",
        "calls 2",
        "calls -2",
        "subject ahead 3",
        "other meant",
        "other kind",
        "other verb",
    )
)
GROW = dict(
    learning_rate=0.07,
    num_leaves=15,
    min_data_in_leaf=40,
    lambda_l2=8.0,
    max_bin=63,
    verbose=-1,
    deterministic=True,
    force_row_wise=True,
)
RANK = dict(GROW, feature_fraction=0.25)
SAME = dict(GROW, objective="binary", feature_fraction=0.4, bagging_fraction=0.6, bagging_freq=1)


@dataclass(slots=True)
class Lesson:
    """For each novel the rows, what is right of each, which of them teach, and whose turn each is."""

    values: list[np.ndarray]
    right: list[np.ndarray]
    used: list[np.ndarray]
    turns: list[np.ndarray]

    def of(self, seen: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows, what is right, and turns, counted through, of what teaches in the novels `seen`."""
        first = np.cumsum([0] + [int(turns[-1]) + 1 for turns in self.turns])
        return (
            np.concatenate([self.values[number][self.used[number]] for number in seen]),
            np.concatenate([self.right[number][self.used[number]] for number in seen]),
            np.concatenate([first[number] + self.turns[number][self.used[number]] for number in seen]),
        )


class Choice:
    """What trees are grown for that choose one of a turn's candidates: the chance of the right one, as a softmax of the
    scores gives it. `turns`: of each row, rows of a turn together."""

    def __init__(self, turns: np.ndarray) -> None:
        self.starts = np.concatenate(([0], np.nonzero(np.diff(turns))[0] + 1))
        self.turn = np.repeat(np.arange(len(self.starts)), np.diff(np.append(self.starts, len(turns))))

    def _sums(self, values: np.ndarray) -> np.ndarray:
        return np.add.reduceat(values, self.starts)[self.turn]

    def __call__(self, scores: np.ndarray, data: lgb.Dataset) -> tuple[np.ndarray, np.ndarray]:
        """Gradient and curvature. Where several rows are right, they share as the scores share."""
        powers = np.exp(scores - np.maximum.reduceat(scores, self.starts)[self.turn])
        chances = powers / self._sums(powers)
        right = chances * data.get_label()
        return chances - right / np.maximum(self._sums(right), 1e-12), np.maximum(chances * (1 - chances), 1e-6)


class Grower:
    """Trees on rows of many novels; `threads` does not change what grows."""

    def __init__(self, trees: int, seed: int, threads: int) -> None:
        self.trees, self.seed, self.threads = trees, seed, threads

    def grow(
        self, lesson: Lesson, seen: Sequence[int], settings: dict[str, object], choosing: bool, scale: float = 1.0
    ) -> lgb.Booster:
        """Trees of the novels `seen`. `choosing`: whether to choose among the rows of a turn, or to judge each."""
        values, right, turns = lesson.of(seen)
        data = lgb.Dataset(values, right.astype(np.float32))
        settings = dict(settings, seed=self.seed, num_threads=self.threads)
        if choosing:
            settings["objective"] = Choice(turns)
        return lgb.train(settings, data, int(self.trees * scale))


def targets(rows: Rows, novel: Novel) -> tuple[np.ndarray, np.ndarray]:
    """For each row whether its person speaks, and whether the row teaches anything."""
    right, used = np.zeros(len(rows.turn), bool), np.zeros(len(rows.turn), bool)
    draw = np.random.RandomState(len(rows.turn))
    strength, kind = (rows.columns[rows.names.index(name)] for name in ("tag strength", "tag kind"))
    for turn, answer in enumerate(novel.answers):
        start, end = rows.bounds[turn], rows.bounds[turn + 1]
        if end == start:
            continue
        hit = np.isin(rows.who[start:end], list(answer.figures))
        easy = strength[start] == 5 and kind[start] == 0
        right[start:end] = hit
        used[start:end] = bool(hit.any()) and (not easy or draw.rand() < 0.3)
    return right, used


def useful(rows: Rows) -> Rows:
    kept = [place for place, name in enumerate(rows.names) if name not in IDLE]
    return Rows(rows.turn, rows.who, rows.bounds, [rows.columns[place] for place in kept],
                [rows.names[place] for place in kept])


def same_targets(novel: Novel, step: int, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    names = [answer.name for answer in novel.answers]
    before = [None] * step + names[:-step] if step < len(names) else [None] * len(names)
    known = np.asarray([bool(one) and bool(two) for one, two in zip(names, before, strict=True)], bool)
    return np.asarray([one == two for one, two in zip(names, before, strict=True)]), known & asked


def folded(
    books: list[Novel],
    grower: Grower,
    lesson: Lesson,
    settings: dict[str, object],
    choosing: bool,
    scale: float,
    held: list[dict[str, np.ndarray]],
    name: str,
) -> list[np.ndarray]:
    """Predictions for every novel by trees that have not seen it.

    Puts the trees into `held`: one a fold, and last those that have seen every novel.
    """
    found: list[np.ndarray] = [np.zeros(0)] * len(books)
    for fold, weights in enumerate(held):
        seen = [number for number in range(len(books)) if books[number].fold != fold]
        trees = grower.grow(lesson, seen, settings, choosing, scale)
        weights |= grown(trees.dump_model()["tree_info"]).arrays(name)
        for number, book in enumerate(books):
            if book.fold == fold:
                found[number] = trees.predict(lesson.values[number], raw_score=choosing)
    return found


def train(
    books: list[Novel], grower: Grower, whole: bool
) -> tuple[list[dict[str, np.ndarray]], list[Rows], list[np.ndarray]]:
    """The weights of each fold and, where `whole`, of all novels; and for each novel the rows and chances of the last
    round, from trees that have not seen it."""
    held: list[dict[str, np.ndarray]] = [{} for _ in range(FOLDS + whole)]
    believed: list[list[dict[int, float]] | None] = [None] * len(books)
    every: list[Rows] = []
    shares: list[np.ndarray] = []
    for name in ROUNDS:
        every = [
            useful(measure(book.layout, book.company, book.turns, before))
            for book, before in zip(books, believed, strict=True)
        ]
        answers = [targets(rows, book) for rows, book in zip(every, books, strict=True)]
        lesson = Lesson(
            [rows.values for rows in every],
            [right for right, _ in answers],
            [used for _, used in answers],
            [rows.turn for rows in every],
        )
        scores = folded(books, grower, lesson, RANK, True, 1.0, held, name)
        for weights in held:
            weights[f"{name}.names"] = np.asarray(every[0].names)
        shares = [chances(rows, each) for rows, each in zip(every, scores, strict=True)]
        say(f"{name}: {accuracy(books, every, shares)}")
        same: list[list[np.ndarray]] = []
        for step in (1, 2):
            linked = [
                links(rows, book.company, book.turns, beliefs(rows, each), step)
                for rows, book, each in zip(every, books, shares, strict=True)
            ]
            wanted = [same_targets(book, step, asked) for book, (_, asked) in zip(books, linked, strict=True)]
            lesson = Lesson(
                [each for each, _ in linked],
                [right for right, _ in wanted],
                [used for _, used in wanted],
                [np.arange(len(each)) for each, _ in linked],
            )
            found = folded(books, grower, lesson, SAME, False, 0.4, held, f"{name}.same{step}")
            same.append(
                [np.where(asked, each, -1.0).astype(np.float32) for each, (_, asked) in zip(found, linked, strict=True)]
            )
        shares = [
            settle(rows, each, one, two, WEIGHTS[name])
            for rows, each, one, two in zip(every, shares, *same, strict=True)
        ]
        say(f"{name}, settled: {accuracy(books, every, shares)}")
        believed = [beliefs(rows, each) for rows, each in zip(every, shares, strict=True)]
    for weights in held:
        weights |= calibration(books, every, shares)
    return held, every, shares


def calibration(books: list[Novel], every: list[Rows], shares: list[np.ndarray]) -> dict[str, np.ndarray]:
    """What the highest chance of a turn has been worth: steps that only rise (isotonic)."""
    pairs: list[tuple[float, float, int]] = []
    for book, rows, each in zip(books, every, shares, strict=True):
        for turn, answer in enumerate(book.answers if "@" not in book.name else ()):
            start, end = rows.bounds[turn], rows.bounds[turn + 1]
            if answer.name and end > start:
                best = start + int(np.argmax(each[start:end]))
                pairs.append((float(each[best]), float(int(rows.who[best]) in answer.figures), answer.weight))
    pairs.sort()
    blocks: list[list[float]] = []
    for said, was, weight in pairs:
        blocks.append([said * weight, was * weight, weight])
        while len(blocks) > 1 and (
            blocks[-1][1] / blocks[-1][2] <= blocks[-2][1] / blocks[-2][2] or blocks[-1][2] < 150
        ):
            if blocks[-1][1] / blocks[-1][2] > blocks[-2][1] / blocks[-2][2] and blocks[-2][2] >= 150:
                break
            last = blocks.pop()
            blocks[-1] = [one + two for one, two in zip(blocks[-1], last, strict=True)]
    said = np.asarray([0.0] + [block[0] / block[2] for block in blocks] + [1.0], np.float32)
    was = np.asarray([0.0] + [block[1] / block[2] for block in blocks] + [blocks[-1][1] / blocks[-1][2]], np.float32)
    return {"calibration.said": said, "calibration.was": was}


def accuracy(books: list[Novel], every: list[Rows], shares: list[np.ndarray]) -> str:
    """The share of quotations right, in all and by type."""
    right: dict[str, int] = {}
    total: dict[str, int] = {}
    for book, rows, each in zip(books, every, shares, strict=True):
        for turn, answer in enumerate(book.answers):
            if not answer.name:
                continue
            start, end = rows.bounds[turn], rows.bounds[turn + 1]
            hit = end > start and int(rows.who[start + int(np.argmax(each[start:end]))]) in answer.figures
            for kind in (
                ("all", answer.kind, book.name)
                if "@" not in book.name
                else ("litbank" if book.name.endswith("@") else "parts",)
            ):
                right[kind] = right.get(kind, 0) + answer.weight * hit
                total[kind] = total.get(kind, 0) + answer.weight
    return " ".join(
        f"{kind[:9]} {right[kind] / total[kind]:.4f}"
        for kind in sorted(total, key=lambda kind: (kind[0].isupper(), kind))
    )


def say(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).resolve().parents[1] / "audiobook/script/data/speakers.npz"
    )
    parser.add_argument("--trees", type=int, default=300)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--folds", type=Path, help="a folder for the weights of each fold, for benchmarks/attribution.py"
    )
    parser.add_argument("--folds-only", action="store_true", help="only the weights of each fold")
    asked = parser.parse_args()
    books = novels(asked.corpus / "dev", FOLDS) + excerpts(asked.corpus / "dev", FOLDS, asked.seed)
    if (asked.corpus / "litbank").is_dir():
        books += shorts(asked.corpus / "litbank", asked.corpus / "dev", FOLDS)
    held, _, _ = train(books, Grower(asked.trees, asked.seed, asked.threads), not asked.folds_only)
    if not asked.folds_only:
        write(asked.out, held[FOLDS])
    for fold in range(FOLDS if asked.folds else 0):
        write(asked.folds / f"fold{fold}.npz", held[fold])


def write(path: Path, held: dict[str, np.ndarray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez_compressed(file, **held)
    say(f"wrote {path} ({path.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
