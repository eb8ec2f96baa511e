"""A node of voices.yaml goes in, a number, a text or a table comes out, or a mistake is noted.

What a value may be is asked by whoever knows its key (`voicefile`); nothing here knows one.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from audiobook.cast.tree import Listing, Node, Table, Word
from audiobook.errors import SettingsError
from audiobook.model import Problem, Source

Single = str | int | float | bool
Value = Single | tuple[str, ...]

_NO_LETTERS = ("Cc", "Cs", "Zl", "Zp")  # Unicode categories: what a terminal obeys, and half characters
_MEANT = {  # words that people try first
    "voices": "characters", "cast": "characters", "people": "characters", "persons": "characters",
    "speakers": "characters", "roles": "characters", "speed": "rate", "tempo": "rate", "volume": "gain",
    "lexicon": "respellings", "pronunciation": "respellings", "pronunciations": "respellings",
    "narrated-by": "read-by", "reader": "read-by", "lang": "language", "date": "year", "alias": "aliases",
    "pronouns": "pronoun", "gender": "pronoun", "image": "cover", "part-number": "part", "id": "name",
    "samplerate": "rate", "sample-rate": "rate", "output": "sound", "audio": "sound", "writer": "author",
}


@dataclass(frozen=True, slots=True)
class Range:
    """What a number may be, both ends included, and in which unit."""

    least: float
    most: float
    unit: str = ""
    whole: bool = True

    def __str__(self) -> str:
        return f"{self.least:,.0f} to {self.most:,.0f}" + (f" {self.unit}" if self.unit else "")


class Shapes:
    """One file being read: collects every mistake, and goes on with what is left."""

    def __init__(self, file: str, root: Path) -> None:
        self.file = file
        self.root = root
        self.mistakes: list[Problem] = []

    # ------------------------------------------------------------ mistakes

    def wrong(self, node: Node, message: str, hint: str = "") -> None:
        """Note a mistake, where it stands."""
        source = Source(self.file, node.start, node.end, node.line)
        self.mistakes.append(Problem("voices-yaml", message, source, hint, "error"))

    def doubled(self, key: Word, first: int) -> None:
        """Note that a key stands twice; `first` is its first line."""
        self.wrong(key, f"{shown(key.text)} stands here a second time, first in line {first}",
                   "keep one of the two")

    def stop(self) -> None:
        """Raise SettingsError for the first mistake, with the others, where there is any."""
        if self.mistakes:
            first, *others = sorted(self.mistakes, key=lambda m: m.source.start if m.source else 0)
            raise SettingsError(first.message, first.source, first.hint, tuple(others))

    # ------------------------------------------------------------ shapes

    def table(self, node: Node | None, what: str, known: Iterable[str]) -> dict[str, Node]:
        """The values of a table under the keys that it may have; a key with nothing after it is left out."""
        found: dict[str, Node] = {}
        names = tuple(known)
        for key, value in self.pairs(node, what):
            if key.text in names:
                if not empty(value):
                    found[key.text] = value
            else:
                self.wrong(key, f"{shown(key.text)} is not a key of {what}", meant(key.text, names))
        return found

    def pairs(self, node: Node | None, what: str) -> tuple[tuple[Word, Node], ...]:
        """The keys and values of a table; none where nothing is there."""
        if isinstance(node, Table):
            return node.pairs
        if node is not None and not empty(node):
            self.wrong(node, f"{what} must be keys with values, indented under it", "as in `key: value`")
        return ()

    def words(self, node: Node, what: str) -> str | None:
        """A text on one line; None (and a mistake) where it is none."""
        if not isinstance(node, Word):
            self.wrong(node, f"{what} must be words, not a list or a table",
                       "put the words in quotation marks")
            return None
        text = re.sub(r"\s*\n\s*", " ", node.text).strip()
        return text if self.clean(node, text, what) else None

    def clean(self, node: Node, text: str, what: str) -> bool:
        """Whether a text can be shown, said and written into a tag."""
        bad = next((c for c in text if c not in "\n\t" and unicodedata.category(c) in _NO_LETTERS), None)
        if bad is not None:
            self.wrong(node, f"{what} holds a character that is none (U+{ord(bad):04X})", "delete it")
        elif not text:
            self.wrong(node, f"{what} is empty", "write it, or leave the key out")
        elif len(text) > 20_000:
            self.wrong(node, f"{what} is longer than 20,000 characters", "shorten it")
        else:
            return True
        return False

    def number(self, node: Node, what: str, limits: Range) -> float | None:
        """A plain number: no exponent, no underscore, no unit."""
        kind = "a whole number" if limits.whole else "a number"
        if isinstance(node, Word) and re.fullmatch(r"[+-]?[0-9]{1,9}(\.[0-9]{1,9})?", node.text):
            value = float(node.text)
            if limits.least <= value <= limits.most and not (limits.whole and value != int(value)):
                return value
        given = f", not {shown(node.text)}" if isinstance(node, Word) else ""
        bounds = f", {limits}" if limits.most < 1e9 else ""  # without bounds of its own any number will do
        self.wrong(node, f"{what} must be {kind}{bounds}{given}",
                   "write the number alone, without its unit")
        return None

    def numbers(self, node: Node | None, what: str, keys: Mapping[str, Range]) -> dict[str, float]:
        read = {key: self.number(value, f"{what}: {key}", keys[key])
                for key, value in self.table(node, what, keys).items()}
        return {key: value for key, value in read.items() if value is not None}

    def flag(self, node: Node, what: str) -> bool | None:
        if isinstance(node, Word) and node.text in ("true", "false"):
            return node.text == "true"
        self.wrong(node, f"{what} must be true or false", "write true or false, in small letters")
        return None

    def word_list(self, node: Node, what: str) -> tuple[str, ...] | None:
        """A list of texts; a text alone is a list of one."""
        items = node.items if isinstance(node, Listing) else (node,)
        read = [self.words(item, what) for item in items]
        return tuple(word for word in read if word is not None)

    def project_file(self, node: Node, what: str) -> str | None:
        """A file inside the project's folder, as written."""
        text = self.words(node, what)
        if text is None:
            return None
        parts = PurePosixPath(text.replace("\\", "/"))
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", text):
            self.wrong(node, f"{what} must be a file of the project, not an address",
                       "save it in the project's folder and write its name")
        elif parts.is_absolute() or ".." in parts.parts or re.match(r"[A-Za-z]:|~", text):
            self.wrong(node, f"{what} must lie in the project's folder, not at {shown(text)}",
                       "copy it there and write its path from there")
        elif not (found := self.root / text).is_file():
            self.wrong(node, f"{what}: there is no file {shown(text)}",
                       "its path is read from the project's folder")
        elif not found.resolve().is_relative_to(self.root.resolve()):
            self.wrong(node, f"{what}: {shown(text)} is a link that leads out of the project",
                       "copy the file there")
        else:
            return text
        return None

    def scalar(self, node: Node, what: str) -> Value | None:
        """An engine's own option, whose type only the engine knows: plain numbers and true/false are that."""
        if isinstance(node, Listing):
            return self.word_list(node, what)
        text = self.words(node, what)
        if text is None or not isinstance(node, Word) or not node.bare:
            return text
        if text in ("true", "false"):
            return text == "true"
        if re.fullmatch(r"[+-]?[0-9]{1,15}", text):
            return int(text)
        return float(text) if re.fullmatch(r"[+-]?[0-9]{1,15}\.[0-9]{1,15}", text) else text


def empty(node: Node) -> bool:
    """Whether a key has nothing after it."""
    return isinstance(node, Word) and node.bare and not node.text


def shown(text: str) -> str:
    """Words of the file for a message: on one line, short, without anything a terminal would obey."""
    kept = "".join(c if c.isprintable() else " " for c in text).strip()
    return "`" + (kept if len(kept) <= 60 else kept[:57] + "...") + "`"


def meant(word: str, known: Sequence[str]) -> str:
    """The hint for a word that is not among `known`: the nearest of these, or all."""
    plain = word.casefold().replace("_", "-").strip()
    tried = difflib.get_close_matches(plain, (*known, *_MEANT), 3, 0.6)
    near = [hit for word in (plain, *tried) if (hit := word if word in known else _MEANT.get(word)) in known]
    if near:
        return f"did you mean `{near[0]}`?"
    return f"choose one of: {', '.join(known)}" if len(known) <= 12 else "docs/voices-yaml.md lists them all"
