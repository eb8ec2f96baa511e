"""YAML text in, a tree of nodes out that know where they stand. The strict half of reading voices.yaml.

A small, dull part of YAML: tables, lists and words. No anchors, aliases, merge keys, tags, second documents
or keys that are not words, so nothing can refer to itself, grow, or make an object. Words stay words: what a
value means (a number, a flag, a text) is decided by the key it stands under, never by its looks, so `No`,
`On`, `12:30` and `1_0` cannot turn into anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import yaml

from audiobook.errors import SettingsError
from audiobook.model import Source

DEPTH = 12
"""How deep tables and lists may nest; voices.yaml itself needs five."""

BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""What YAML takes for the end of a line."""

_PLAIN_WORDS = (  # (in PyYAML's message, what we say, what to try); the first that fits
    ("'\\t'", "a tab where YAML wants blanks", "indent with blanks, two for each step"),
    ("mapping values are not allowed here", "a colon where none can stand",
     "put a value that holds ': ' in quotation marks, and check the indentation of the line above"),
    ("could not find expected ':'", "a line without its colon", "write `key: value`"),
    ("unexpected end of stream", "a quotation mark or bracket is opened and never closed", "close it"),
    ("expected ',' or", "a bracket is opened and never closed, or a comma is missing", "close it"),
    ("expected <block end>", "a line that is not indented like its neighbours",
     "lines of one table begin in the same column"),
    ("special characters are not allowed", "a control character", "delete it"),
)


@dataclass(frozen=True, slots=True)
class Word:
    """A value or key. `bare`: written without quotation marks. `start:end` are code points of the text."""

    text: str
    bare: bool
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """`flow`: written in braces. `column` is where its keys begin; `end` is where its last word ends."""

    pairs: tuple[tuple[Word, Node], ...]
    flow: bool
    column: int
    start: int
    end: int
    line: int

    def get(self, key: str) -> Node | None:
        return next((value for word, value in self.pairs if word.text == key), None)


@dataclass(frozen=True, slots=True)
class Listing:
    items: tuple[Node, ...]
    start: int
    end: int
    line: int


Node = Word | Table | Listing


def read_tree(text: str, file: str, doubled: Callable[[Word, int], None]) -> Table | None:
    """The table that `text` is; None where it holds nothing but comments.

    A key that stands twice is told to `doubled` (the second one, and the line of the first) and its second
    value left out. Raises SettingsError, with the line, for everything else that is not a plain table.
    """
    growing = _Growing(file, doubled)
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            growing.take(event)
    except yaml.reader.ReaderError as error:
        line = len(BREAK.findall(text[:error.position])) + 1
        raise SettingsError(f"a character that cannot stand in a text file (U+{int(error.character):04X})",
                            Source(file, error.position, error.position + 1, line), "delete it") from None
    except yaml.MarkedYAMLError as error:
        raise _worded(error, file) from None
    return growing.root


class _Growing:
    """Builds the tree from the parser's events on a stack of its own, so that depth is ours to cap."""

    def __init__(self, file: str, doubled: Callable[[Word, int], None]) -> None:
        self.file = file
        self.doubled = doubled
        self.root: Table | None = None
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._refused(event, "a second document begins here", "delete the line `---`")
        elif isinstance(event, yaml.AliasEvent):
            raise self._refused(event, "an alias (`*`)",
                                "write the value out; put one that begins with a star in quotation marks")
        elif isinstance(event, yaml.NodeEvent):
            self._check(event)
            if isinstance(event, yaml.ScalarEvent):
                self._put(self._word(event))
            else:
                if len(self._open) >= DEPTH:
                    raise self._refused(event, "tables nested too deep", f"at most {DEPTH} levels")
                self._open.append(_Open(event))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._put(self._open.pop().closed(event))

    def _check(self, event: yaml.Event) -> None:
        if getattr(event, "anchor", None) is not None:
            raise self._refused(event, "an anchor (`&`)",
                                "leave it out; put a value that begins with an ampersand in quotation marks")
        if getattr(event, "tag", None) is not None:
            raise self._refused(event, "a tag (`!`)",
                                "leave it out; put a value that begins with a `!` in quotation marks")

    def _word(self, event: yaml.ScalarEvent) -> Word:
        start = _start(event)
        return Word(event.value, event.style is None, start.index, _end(event), start.line + 1)

    def _put(self, node: Node) -> None:
        if not self._open:
            if isinstance(node, Table):
                self.root = node
            elif not (isinstance(node, Word) and node.bare and not node.text):
                raise SettingsError("this is not a list of keys and values", self._source(node),
                                    "the file looks like `title: My Book`, a key in each line")
            return
        within = self._open[-1]
        if not within.is_table:
            within.items.append(node)
        elif within.key is None:
            if not isinstance(node, Word):
                raise SettingsError("a key that is not a word", self._source(node),
                                    "put the key in quotation marks")
            if node.bare and node.text == "<<":
                raise SettingsError("a merge key (`<<`)", self._source(node),
                                    "write the values out")
            within.key = node
        else:
            key, within.key = within.key, None
            if key.text in within.lines:
                self.doubled(key, within.lines[key.text])
            else:
                within.lines[key.text] = key.line
                within.pairs.append((key, node))

    def _source(self, node: Node) -> Source:
        return Source(self.file, node.start, node.end, node.line)

    def _refused(self, event: yaml.Event, what: str, hint: str) -> SettingsError:
        mark = _start(event)
        return SettingsError(f"{what}, which this file cannot have",
                             Source(self.file, mark.index, _end(event), mark.line + 1), hint)


class _Open:
    """A table or list whose end has not come yet."""

    def __init__(self, event: yaml.Event) -> None:
        self.is_table = isinstance(event, yaml.MappingStartEvent)
        self.flow = bool(getattr(event, "flow_style", False))
        self.mark = _start(event)
        self.key: Word | None = None
        self.pairs: list[tuple[Word, Node]] = []
        self.items: list[Node] = []
        self.lines: dict[str, int] = {}

    def closed(self, event: yaml.Event) -> Table | Listing:
        start, line = self.mark.index, self.mark.line + 1
        # A block ends, for the parser, where the next thing begins, after any comments: too far for us.
        within = [node for pair in self.pairs for node in pair] if self.is_table else self.items
        end = _end(event) if self.flow or not within else max(node.end for node in within)
        if self.is_table:
            return Table(tuple(self.pairs), self.flow, self.mark.column, start, end, line)
        return Listing(tuple(self.items), start, end, line)


def _start(event: yaml.Event) -> yaml.error.Mark | yaml._yaml.Mark:
    assert event.start_mark is not None  # only events made by hand have none
    return event.start_mark


def _end(event: yaml.Event) -> int:
    assert event.end_mark is not None
    return event.end_mark.index


def _worded(error: yaml.MarkedYAMLError, file: str) -> SettingsError:
    said = f"{error.context or ''} {error.problem or ''}"
    mark = error.problem_mark or error.context_mark
    message, hint = next(((ours, tip) for theirs, ours, tip in _PLAIN_WORDS if theirs in said),
                         (f"this cannot be read as YAML: {(error.problem or 'no reason given').strip()}", ""))
    if re.search("never closed|without its colon", message) and error.context_mark is not None:
        mark = error.context_mark  # where it began, not where YAML lost hope
    source = Source(file, mark.index, mark.index + 1, mark.line + 1) if mark is not None else None
    return SettingsError(message, source, hint)
