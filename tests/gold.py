"""Gold files in, quotations at their offsets out; and how much of the gold a script says right.

A gold file (tests/data/sample_speakers.yaml, tests/data/typography/*.yaml) lists the quotations of a text in
order: the first words of each and who really says it; the words in quotation marks or italics that nobody
says; and some words beside quotations (tags, beats, a letter) that the narrator says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from audiobook.model import NARRATOR, Line, Script

DATA = Path(__file__).parent / "data"

_OPENING = "[\u201c\u2018\"'\u00ab\u2014*_]\\s?"  # curly, straight, guillemet, dash, italics


@dataclass(frozen=True, slots=True)
class Quotation:
    """`start` is where its first word begins, in code points of the decoded file; `speaker` "" is nobody."""

    file: str
    words: str
    speaker: str
    start: int
    thought: bool = False


@dataclass(frozen=True, slots=True)
class Gold:
    people: Mapping[str, tuple[str, ...]]
    quotations: tuple[Quotation, ...]
    nobody: tuple[Quotation, ...]
    narrated: tuple[Quotation, ...]

    def same(self, speaker: str, name: str) -> bool:
        """Whether `name`, as a script gives it, is the person the gold calls `speaker`."""
        return _bare(name) in {_bare(n) for n in (speaker, *self.people[speaker])}


def read_gold(path: Path, texts: Mapping[str, str]) -> Gold:
    """The gold of `texts` (file name to decoded text). Raises AssertionError where one is missing."""
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    people = {str(name): tuple(aliases) for name, aliases in said["people"].items()}
    quotations = tuple(_placed(said["quotations"], texts))
    strangers = {q.speaker for q in quotations} - set(people)
    assert not strangers, f"{path.name}: not among its people: {', '.join(sorted(strangers))}"
    return Gold(people, quotations, tuple(_placed(said["nobody"], texts)),
                tuple(_placed(said["narrated"], texts, r"\b")))


def _placed(rows: Iterable[Mapping[str, object]], texts: Mapping[str, str],
            opening: str = _OPENING) -> Iterable[Quotation]:
    after: dict[str, int] = {}
    for row in rows:
        file, words = str(row["file"]), str(row["words"])
        name, text = next((name, text) for name, text in texts.items() if Path(name).name == file)
        pattern = opening + "(" + r"\s+".join(map(re.escape, words.split())) + ")"
        found = re.compile(pattern).search(text, after.get(file, 0))
        assert found, f"{file}: no quotation begins {words!r} after code point {after.get(file, 0)}"
        after[file] = found.end()
        yield Quotation(name, words, str(row.get("speaker", NARRATOR)), found.start(1),
                        bool(row.get("thought")))


def _bare(name: str) -> str:
    """A name as people compare names: `The Ferryman` is the ferryman is ferryman."""
    return re.sub(r"^(the|an?) ", "", " ".join(name.replace(".", "").split()).casefold())


def line_at(script: Script, quotation: Quotation) -> Line | None:
    """The line that says the quotation's first word; None where none does."""
    return next((line for line in script.lines if line.source.file == quotation.file
                 and line.source.start <= quotation.start < line.source.end), None)


@dataclass(frozen=True, slots=True)
class Measured:
    """`missed`: not told apart as dialogue or thought. `wrong`: said by another, with who that was.
    `told`: the narrator's words, and words that nobody says, given to somebody."""

    of: int
    missed: tuple[Quotation, ...]
    wrong: tuple[tuple[Quotation, str], ...]
    told: tuple[Quotation, ...]

    @property
    def accuracy(self) -> float:
        """The share of all quotations that are found and whose speaker is right by name."""
        return 1 - (len(self.missed) + len(self.wrong)) / self.of

    def __str__(self) -> str:
        rows = [f"{self.accuracy:.3f} of {self.of} quotations"]
        rows += [f"  not found: {q.file} {q.words!r} ({q.speaker})" for q in self.missed]
        rows += [f"  wrong: {q.file} {q.words!r} is {q.speaker}, not {name or 'the narrator'}"
                 for q, name in self.wrong]
        rows += [f"  narration: {q.file} {q.words!r}" for q in self.told]
        return "\n".join(rows)


def measure(script: Script, gold: Gold) -> Measured:
    """How the script's speakers compare with the gold's."""
    missed: list[Quotation] = []
    wrong: list[tuple[Quotation, str]] = []
    for quotation in gold.quotations:
        line = line_at(script, quotation)
        if line is None or line.kind not in ("dialogue", "thought"):
            missed.append(quotation)
        elif not gold.same(quotation.speaker, line.speaker):
            wrong.append((quotation, line.speaker))
    told = tuple(q for q in (*gold.nobody, *gold.narrated)
                 if (line := line_at(script, q)) is not None and line.kind in ("dialogue", "thought"))
    return Measured(len(gold.quotations), tuple(missed), tuple(wrong), told)
