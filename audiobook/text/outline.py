"""A decoded text -> its blocks, and blocks with their parts decided -> chapters, scenes and notes.

A block is a run of lines with no blank one between. Readers decide what each block is; here nothing is lost:
every character that is not blank lies in one heading, paragraph, scene break or note of what was left out,
and `book` stops with an error where that does not hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from audiobook import markup
from audiobook.errors import ManuscriptError
from audiobook.model import Book, Chapter, Details, Paragraph, Problem, Scene, Source
from audiobook.text import headings

Kind = Literal["text", "chapter", "part", "title", "section", "break", "omitted"]

_BREAK = re.compile(r"(?:(?:[*#~⁂⁎•·❦❧☙◆◇●○■□✦✧✽❖†]\s*)+|(?:[-_=–]\s*){3,}|(?:—\s*)+|-o-|o0o|<hr\b[^<>]*>)\Z")
_EXOTIC = re.compile("[\v\f\x1c-\x1e\x85\u2028\u2029]")
_FENCE = re.compile(r"[ \t]*(?:`{3,}[^`]*|~{3,}\s*\w*)\Z")
_ENDS = re.compile(r"[.!?…:;,][\"'”’»_*)\]]*\Z|[\"”»]\Z|--\Z|—\Z")


@dataclass(slots=True)
class Block:
    """`start:end` without the blanks around; `lines` likewise; `gap` blank lines before; `number` its first line's.
    `kind` is what a reader makes of it; `code` and `why` say why it is omitted."""

    start: int
    end: int
    number: int
    gap: int
    lines: list[tuple[int, int]]
    indents: list[bool]
    kind: Kind = "text"
    code: str = ""
    why: str = ""
    seen: str = field(default="", repr=False)  # the first line, as seen; only where it may head something

    def omit(self, code: str, why: str) -> None:
        self.kind, self.code, self.why = "omitted", code, why


class Page:
    """A file's text in blocks, before and while a reader decides what they are."""

    def __init__(self, text: str, name: str, problems: Sequence[Problem] = (), fences: bool = False) -> None:
        self.text = text
        self.name = name
        self.problems = list(problems)
        self.details = Details()
        self.held = _held(self, fences)
        self.blocks = _blocks(self)

    def source(self, start: int, end: int, number: int) -> Source:
        return Source(self.name, start, end, number)

    def seen(self, block: Block) -> str:
        """The whole block as a reader sees it."""
        return markup.plain(self.text[block.start:block.end])

    def look(self) -> None:
        """Fill in every block's first line as seen, where it is not yet."""
        for block in self.blocks:
            start, end = block.lines[0]
            if not block.seen and end - start <= 500:
                block.seen = markup.plain(self.text[start:end])

    def underlined(self, block: Block) -> bool:
        """Whether a block is one line, short enough for a title, with a line of = or - under it."""
        if len(block.lines) != 2 or block.lines[0][1] - block.lines[0][0] > 120:
            return False
        line = self.text[block.lines[1][0]:block.lines[1][1]]
        return (len(line) >= 3 and set(line) <= {"="}) or (len(line) >= 3 and set(line) <= {"-"})

    def cut(self, block: Block, lines: int) -> Block | None:
        """Cut a block after its first `lines` lines; the rest, put behind it, or None where there is none."""
        if lines >= len(block.lines):
            return None
        start = block.lines[lines][0]
        before = self.text[block.start:start]  # blank lines of code and comments are not among `block.lines`
        number = block.number + _line_at(before, len(before)) - 1
        rest = Block(start, block.end, number, 0, block.lines[lines:], block.indents[lines:])
        block.lines, block.indents = block.lines[:lines], block.indents[:lines]
        block.end = block.lines[-1][1]
        self.blocks.insert(self.blocks.index(block) + 1, rest)
        first, last = rest.lines[0]
        rest.seen = markup.plain(self.text[first:last]) if last - first <= 500 else ""
        return rest


def is_break(line: str) -> bool:
    """Whether a line, stripped, is nothing but a scene break."""
    return len(line) <= 200 and not line[:1].isalnum() and _BREAK.match(line) is not None


def _held(page: Page, fences: bool) -> list[tuple[int, int]]:
    """Stretches over which blank lines count for nothing: comments and fenced code."""
    text, held = page.text, []
    if "<!--" in text:
        end = 0
        for start, end, _ in markup.comments(text):
            if "\n" in text[start:end] or "\r" in text[start:end]:
                held.append((start, end))
        if (start := text.find("<!--", end)) >= 0:
            page.problems.append(Problem(
                "markup-unclosed", "a comment is opened and never closed, so it is read as text",
                page.source(start, start + 4, _line_at(text, start)), "close it with -->"))
    return sorted(held + _fenced(page)) if fences else held


def _fenced(page: Page) -> list[tuple[int, int]]:
    """Where code stands between fences."""
    fenced, opened, at = [], None, 0
    if "```" in page.text or "~~~" in page.text:
        for raw in page.text.splitlines(keepends=True):
            mark = raw.strip()[:3]
            if opened is None and mark in ("```", "~~~") and _FENCE.match(raw.rstrip()):
                opened = (at, mark)
            elif opened is not None and mark == opened[1] and not raw.strip().strip(mark[0]):
                fenced.append((opened[0], at + len(raw)))
                opened = None
            at += len(raw)
    if opened is not None:
        page.problems.append(Problem(
            "markup-unclosed", "a code fence is opened and never closed, so it is read as text",
            page.source(opened[0], opened[0] + 3, _line_at(page.text, opened[0])), "close it with a line of its own"))
    return fenced


def _line_at(text: str, offset: int) -> int:
    return len(re.findall(r"\r\n|\r|\n", text[:offset])) + 1


def _blocks(page: Page) -> list[Block]:
    text = page.text
    held = page.held
    exotic = _EXOTIC.search(text) is not None
    blocks: list[Block] = []
    block: Block | None = None
    at = gap = inside = 0
    number = 1
    for raw in text.splitlines(keepends=True):
        line = raw.strip()
        if inside < len(held) and held[inside][1] <= at:
            inside += 1
        glued = inside < len(held) and held[inside][0] < at < held[inside][1]
        if line:
            start = at + (len(raw) - len(raw.lstrip()) if raw[0].isspace() else 0)
            if not glued and not line[0].isalnum() and is_break(line):
                underline = block is not None and len(block.lines) == 1 and gap == 0 and set(line) <= {"=", "-"}
                if not (underline and len(line) >= 3):
                    blocks.append(Block(start, start + len(line), number, gap, [(start, start + len(line))], [False],
                                        "break"))
                    block, gap = None, 0
                    at += len(raw)
                    number += _ends(raw, exotic)
                    continue
            if block is None:
                block = Block(start, 0, number, gap, [], [])
                blocks.append(block)
            block.end = start + len(line)
            block.lines.append((start, block.end))
            block.indents.append(start > at)
            gap = 0
        elif not glued:
            block = None
            gap += 1
        at += len(raw)
        number += _ends(raw, exotic)
    return blocks


def _ends(raw: str, exotic: bool) -> int:
    return 1 if not exotic or raw.endswith(("\n", "\r")) else 0


# ---------------------------------------------------------------- how the author parts paragraphs


def part_paragraphs(page: Page) -> None:
    """Cut blocks into paragraphs where the author parts them by lines or by indenting, not by blank lines."""
    many = [block for block in page.blocks if len(block.lines) > 1 and block.kind == "text"]
    size = sum(block.end - block.start for block in page.blocks) or 1
    inner = [end - start for block in many for start, end in block.lines[:-1]]
    if len(inner) < 2 or sum(block.end - block.start for block in many) < 0.4 * size:
        return
    lengths = sorted(end - start for block in page.blocks for start, end in block.lines)
    longest = lengths[int(0.95 * (len(lengths) - 1))]
    wrapped = longest <= 110 and sorted(inner)[len(inner) // 2] >= 0.65 * longest
    if wrapped:
        firsts = [n for block in many for n in range(1, len(block.lines)) if block.indents[n]]
        ended = sum(_ENDS.search(page.text[block.lines[n - 1][0]:block.lines[n - 1][1]]) is not None
                    for block in many for n in range(1, len(block.lines)) if block.indents[n])
        if len(firsts) >= 3 and len(firsts) <= 0.6 * len(inner) and ended >= 0.7 * len(firsts):
            _cut(page, many, lambda block, n: (block.indents[n] and not block.indents[n - 1]) or (
                block.indents[n] and _ENDS.search(page.text[block.lines[n - 1][0]:block.lines[n - 1][1]]) is not None))
        return
    ends = sum(_ENDS.search(page.text[start:end]) is not None for block in many for start, end in block.lines[:-1])
    if longest > 110 or ends >= 0.7 * len(inner):
        _cut(page, many, lambda block, n: True)


def _cut(page: Page, blocks: Iterable[Block], here) -> None:  # type: ignore[no-untyped-def]
    chosen = {id(block) for block in blocks}
    parted: list[Block] = []
    for block in page.blocks:
        if id(block) not in chosen:
            parted.append(block)
            continue
        held = [n for n in range(1, len(block.lines)) if here(block, n)]
        opened = "<!--" in page.text[block.start:block.end]
        for first, last in zip([0, *held], [*held, len(block.lines)], strict=True):
            lines = block.lines[first:last]
            piece = Block(lines[0][0], lines[-1][1], block.number + first, block.gap if first == 0 else 0, lines,
                          block.indents[first:last])
            before = parted[-1] if parted else None
            if opened and first and before is not None and _unclosed(page.text[before.start:before.end]):
                before.end = piece.end
                before.lines += piece.lines
                before.indents += piece.indents
            else:
                parted.append(piece)
    page.blocks = parted


def _unclosed(text: str) -> bool:
    return text.rfind("<!--") > text.rfind("-->")


# ---------------------------------------------------------------- blocks -> Book


def book(page: Page, untitled: str, chapters: bool = True) -> Book:
    """The book that decided blocks make. `untitled` names a chapter that has no heading.
    Raises ManuscriptError where a character would be lost."""
    _account(page)
    made: list[Chapter] = []
    heading: list[Block] = []
    scenes: list[list[Paragraph]] = [[]]
    wide = _wide(page)
    before: Block | None = None

    def close() -> None:
        kept = tuple(Scene(tuple(scene)) for scene in scenes if scene)
        if heading or kept:
            lines = tuple(paragraph for block in heading for paragraph in _heading(page, block))
            made.append(Chapter(_title([markup.plain(line.text) for line in lines]) or untitled, lines, kept))
        heading.clear()
        scenes[:] = [[]]

    for block in page.blocks:
        if block.kind in ("chapter", "part", "title"):
            # a part's heading goes with the chapter's that follows it directly
            if any(scenes) or (block.kind != "title" and any(h.kind == "chapter" for h in heading)):
                close()
            heading.append(block)
        elif block.kind == "break":
            scenes.append([])
        elif block.kind in ("text", "section"):
            if block.kind == "section" or (before is not None and before.kind == "text" and block.gap > wide):
                scenes.append([])
            scenes[-1].append(Paragraph(page.text[block.start:block.end],
                                        page.source(block.start, block.end, block.number)))
        before = block
    close()
    return Book(page.details, tuple(_told_apart(made)), (*page.problems, *_notes(page)), {page.name: page.text})


def _heading(page: Page, block: Block) -> Iterable[Paragraph]:
    """A heading's block as paragraphs: the label's line, and the title's lines together."""
    lines = block.lines
    first = markup.plain(page.text[lines[0][0]:lines[0][1]])
    found = headings.label(first)
    apart = 0
    if len(lines) > 1 and block.kind != "title":
        if found is not None and not found.title:
            apart = 1
        elif headings.only_key(first):
            apart = 2 if len(lines) > 2 else 0
    for start, end, number in ([(lines[0][0], lines[apart - 1][1], block.number),
                                (lines[apart][0], block.end, block.number + apart)]
                               if apart else [(block.start, block.end, block.number)]):
        yield Paragraph(page.text[start:end], page.source(start, end, number))


def _title(lines: list[str], short: bool = False) -> str:
    """One line for a heading's lines; a part's name before its first chapter's, `short`ly without its own title."""
    labels = [headings.label(line) for line in lines]
    own = next((n for n, found in enumerate(labels) if found is not None and found.rank != "part"), 0)
    if own and (first := labels[0]) is not None and first.rank == "part":
        part = headings.chapter_title([lines[0][:first.end]] if short else lines[:own])
        return f"{part}, {headings.chapter_title(lines[own:])}"
    return headings.chapter_title(lines)


def _told_apart(chapters: list[Chapter]) -> list[Chapter]:
    """Chapters numbered anew in each part are told apart by the part's name."""
    if len({chapter.title for chapter in chapters}) == len(chapters):
        return chapters
    part = ""
    apart: list[Chapter] = []
    for chapter in chapters:
        lines = [markup.plain(line.text) for line in chapter.heading]
        found = headings.label(lines[0]) if lines else None
        title = chapter.title
        if found is not None and found.rank == "part":
            part = headings.chapter_title([lines[0][:found.end]])
            title = _title(lines, short=True)
        elif part and found is not None and found.rank in ("chapter", "number"):
            title = f"{part}, {title}"
        apart.append(replace(chapter, title=title))
    return apart


def _wide(page: Page) -> int:
    """The most blank lines between two paragraphs of one scene, as this text is set."""
    gaps = Counter(block.gap for before, block in zip(page.blocks, page.blocks[1:], strict=False)
                   if before.kind == block.kind == "text")
    if not gaps:
        return 1_000_000
    own = gaps.most_common(1)[0][0]
    while sum(count for gap, count in gaps.items() if gap > own) > 0.1 * gaps.total() and gaps.total() >= 10:
        own = min(gap for gap in gaps if gap > own)
    return own


def _notes(page: Page) -> Iterable[Problem]:
    """One note for each stretch left out."""
    stretch: list[Block] = []
    for block in [*page.blocks, None]:
        if block is not None and block.kind == "omitted" and (not stretch or stretch[-1].code == block.code):
            stretch.append(block)
            continue
        if stretch:
            first, last = stretch[0], stretch[-1]
            yield Problem(first.code, first.why, page.source(first.start, last.end, first.number), severity="note")
        stretch = [block] if block is not None and block.kind == "omitted" else []


def _account(page: Page) -> None:
    """Raise unless the blocks, in order, hold every character that is not blank."""
    at, number = 0, 1
    for block in [*page.blocks, None]:
        start = len(page.text) if block is None else block.start
        if start < at or not (page.text[at:start].isspace() or start == at):
            raise ManuscriptError("a stretch of the text would be lost; please report this",
                                  page.source(at, max(start, at), number))
        if block is not None:
            at, number = block.end, block.number
