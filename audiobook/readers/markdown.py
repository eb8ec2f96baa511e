"""Markdown -> Book: chapters by its headings where it has any, by their words where it has none."""

from __future__ import annotations

import re
from bisect import bisect
from collections import deque
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from audiobook import markup
from audiobook.errors import ManuscriptError
from audiobook.model import Book, Details, Source
from audiobook.text import decode, furniture, headings, outline, wording
from audiobook.text.outline import Block, Page

SUFFIXES = (".md", ".markdown")

_HASHES = re.compile(r"(#{1,6})(?:[ \t]+\S|[ \t]*\Z)")
_FRONT = re.compile(r"---[ \t]*\r?\n(.*?\r?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FRONT_LIMIT = 64 * 1024


def read(path: Path, name: str, title: str, alone: bool) -> Book:
    """The book in one file. `name` is what the file is called in sources, `title` names a chapter without
    heading, `alone` says that the file is the whole book, whose title one single heading above the others is.
    Raises ManuscriptError where the file is no text, or its front matter cannot be meant."""
    text, problems = decode.text(path, name)
    page = Page(text, name, problems, fences=True)
    front = _front_matter(page)
    page.details = front
    levels = _find_headings(page)
    if not levels:
        book = wording.read(page, front.title or title)
        return replace(book, details=front.merged(book.details))
    page.look()
    furniture.leave_out(page)
    page.details = front.merged(page.details)
    _decide(page, levels, alone)
    _definitions(page)
    return outline.book(page, page.details.title or title)


def _find_headings(page: Page) -> list[tuple[Block, int]]:
    """Cut headings out of the blocks they stand in; each with its level."""
    found: list[tuple[Block, int]] = []
    todo = deque(page.blocks)
    while todo:
        block = todo.popleft()
        if block.kind != "text":
            continue
        if page.underlined(block) and not re.match(r"[-*+>#|]", page.text[block.start:block.start + 1]):
            line = page.text[slice(*block.lines[0])]
            if page.text[block.lines[1][0]] == "=" or not re.search(r"[.!?,;\"”]\Z", line):
                found.append((block, 1 if page.text[block.lines[1][0]] == "=" else 2))
            elif (rest := page.cut(block, 1)) is not None:
                rest.kind = "break"
            continue
        for n, (start, end) in enumerate(block.lines):
            mark = _HASHES.match(page.text, start, end) if page.text[start] == "#" else None
            if mark is not None and not _held(page, start):
                heading = block if n == 0 else page.cut(block, n)
                if heading is not None:
                    rest = page.cut(heading, 1)
                    found.append((heading, len(mark[1])))
                    if rest is not None:
                        todo.appendleft(rest)
                break
    return found


def _held(page: Page, at: int) -> bool:
    """Whether an offset lies in a comment or in fenced code."""
    n = bisect(page.held, (at, len(page.text))) - 1
    return n >= 0 and page.held[n][0] <= at < page.held[n][1]


def _decide(page: Page, levels: list[tuple[Block, int]], alone: bool) -> None:
    """Which level the chapters are: the highest, unless it only holds the book's title, or parts."""
    used = sorted({level for _, level in levels})
    chapter = used[0]
    tops = [block for block, level in levels if level == chapter]
    title: Block | None = None
    if len(used) > 1:
        empty = [_bare(page, block, levels) for block in tops]
        seconds = [block for block, level in levels if level == used[1]]
        label = headings.label(markup.plain(page.text[tops[0].start:tops[0].end]))
        if len(tops) == 1 and levels[0][0] is tops[0]:
            ranked = label is not None and label.rank in ("chapter", "named")
            if not ranked and (len(seconds) > 1 or _labelled(page, seconds[0])) and (
                    empty[0] or (alone and len(seconds) > 1) or _labelled(page, seconds[0])):
                chapter = used[1]
                if alone and not (label is not None and label.rank == "part"):
                    title = tops[0]
        elif len(tops) > 1 and sum(empty) >= 0.5 * len(tops) and len(seconds) >= len(tops):
            chapter = used[1]
            if alone and empty[0] and not _labelled(page, tops[0]) and any(
                    _labelled(page, block) for block in tops[1:]):
                title = tops[0]
    for block, level in levels:
        block.kind = "chapter" if level == chapter else "part" if level < chapter else "section"
    if title is not None:
        _title(page, title)


def _labelled(page: Page, block: Block) -> bool:
    found = headings.label(markup.plain(page.text[block.start:block.end]))
    return found is not None and found.rank != "number"


def _bare(page: Page, heading: Block, levels: list[tuple[Block, int]]) -> bool:
    """Whether the next heading follows with no more than a by-line between."""
    marks = {id(block) for block, _ in levels}
    at = page.blocks.index(heading)
    for block in page.blocks[at + 1:at + 8]:
        if id(block) in marks:
            return True
        if block.kind == "text" and markup.says_something(page.text[block.start:block.end]) and (
                block.end - block.start > 90 or len(block.lines) > 2):
            return False
    return False


def _title(page: Page, block: Block) -> None:
    """The book's own title: to the details, with the by-line below it, and not spoken."""
    name = markup.plain(page.text[block.start:block.end])
    at = page.blocks.index(block)
    block.omit("left-out-title-page", "the title page is left out")
    author = None
    for other in page.blocks[at + 1:at + 3]:
        seen = page.seen(other)
        if other.kind == "text" and len(seen) <= 90 and (by := re.match(r"(?i:by)\s+(.+)\Z", seen)):
            author = by[1].strip(" .")
            other.omit("left-out-title-page", "the title page is left out")
    page.details = page.details.merged(Details(title=name or None, author=author))


def _definitions(page: Page) -> None:
    """Footnotes stand at the end and nobody wants them there."""
    for block in page.blocks:
        if block.kind == "text" and page.text.startswith("[^", block.start) and re.match(
                r"\[\^[^\]\s]{1,40}\]:", page.text[block.start:block.start + 50]):
            block.omit("left-out-footnote", "a footnote is left out")


# ---------------------------------------------------------------- front matter


class _Plain(yaml.SafeLoader):
    """YAML without aliases, tags or merge keys."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are not allowed", problem_mark=self.get_mark())
        return super().compose_node(parent, index)


def _front_matter(page: Page) -> Details:
    """The details between two lines of --- at the very start, which are left out of the text."""
    found = _FRONT.match(page.text, 0, _FRONT_LIMIT)
    if found is None or not re.match(r"\s*(?:[\w-]+[ \t]*:|#)", found[1] or ""):
        return Details()
    where = page.source(0, found.end(), 1)
    loader = _Plain(found[1])
    try:
        values = loader.get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = 2 + (mark.line if mark is not None else 0)
        raise ManuscriptError(f"the front matter cannot be read: {getattr(error, 'problem', None) or error}",
                              Source(page.name, 0, found.end(), line),
                              "between the lines of --- belong lines like  title: My Book") from error
    finally:
        loader.dispose()
    if not isinstance(values, dict):
        return Details()
    for block in page.blocks:
        if block.start < found.end():
            block.omit("left-out-front-matter", "the front matter is left out")
    _cut_front(page, found.end())
    return _details(values, where)


def _cut_front(page: Page, end: int) -> None:
    """The block that the front matter's end stands in may go on behind it."""
    for block in list(page.blocks):
        if block.start < end < block.end:
            count = sum(start < end for start, _ in block.lines)
            if (rest := page.cut(block, count)) is not None:
                rest.kind = "text"


def _details(values: dict[Any, Any], where: Source) -> Details:
    """What the front matter says, where it says it in a way that can be meant."""
    known = {field.name for field in fields(Details)} - {"cover", "part"}
    said: dict[str, Any] = {}
    for key, value in values.items():
        name = {"lang": "language", "date": "year", "rights": "copyright"}.get(str(key), str(key).replace("-", "_"))
        if name not in known or value is None:
            continue
        if isinstance(value, list) and name == "author" and all(isinstance(one, str) for one in value):
            value = " and ".join(value)
        if name == "year":
            year = value.year if isinstance(value, date) else re.match(r"\d{4}(?!\d)", str(value))
            value = int(year[0]) if isinstance(year, re.Match) else year
            if value is None:
                continue
        elif not isinstance(value, str | int | float) or isinstance(value, bool):
            raise ManuscriptError(f"{key} in the front matter is to be a line of text", where)
        else:
            value = markup.plain(str(value))
        said[name] = value
    return Details(**said)
