"""A page without markup for its headings -> Book: what its lines say decides what they are."""

from __future__ import annotations

import re

from audiobook.model import Book
from audiobook.text import furniture, headings, outline
from audiobook.text.outline import Block, Page


def read(page: Page, title: str) -> Book:
    """The book in a page; `title` names a chapter that has no heading."""
    page.look()
    furniture.leave_out(page)
    outline.part_paragraphs(page)
    page.look()
    entries = furniture.leave_out_contents(page)
    _decide(page, entries)
    furniture.leave_out_title_pages(page)
    return outline.book(page, page.details.title or title)


def _decide(page: Page, entries: list[str]) -> None:
    """Settle which blocks are headings."""
    for block in list(page.blocks):
        if block.kind == "text" and page.underlined(block) and headings.label(block.seen) is None:
            title = headings.titled(block.seen) and not re.search(r"[.,;:\"”]\Z", block.seen)
            if title and page.text[block.lines[1][0]] == "=":
                block.kind = "chapter"
            elif (rest := page.cut(block, 1)) is not None:
                rest.kind = "break"
    found: list[tuple[Block, headings.Label]] = []
    for block in list(page.blocks):
        if block.kind == "text" and (label := _label(page, block)) is not None:
            found.append((block, label))
    chapters = [block for block in page.blocks if block.kind == "chapter"]
    chapters += [block for block, label in found if label.rank == "chapter"]
    listed: list[Block] = []
    numbered = _chain([(block, label) for block, label in found if label.rank in ("number", "part")])
    if not chapters and len(entries) >= 2:
        wanted = set(entries)
        listed = [block for block in page.blocks if block.kind == "text" and len(block.lines) <= 2
                  and furniture.key(page.seen(block)) in wanted and headings.titled(page.seen(block))]
    if len(chapters) or len(listed) >= 2:
        for block in numbered:  # sections of a chapter
            if block not in listed:
                block.kind = "section"
    else:
        chapters = numbered
    for block in (*chapters, *listed):
        block.kind = "chapter"
    for block, label in found:
        if label.rank == "named":
            block.kind = "chapter"
        elif label.rank == "part":
            block.kind = "part"
        if block.kind in ("chapter", "part", "section"):
            _shape(page, block, label)
    _titles(page)


def _label(page: Page, block: Block) -> headings.Label | None:
    found = headings.label(block.seen)
    if found is None and len(block.lines) > 1 and headings.only_key(block.seen):
        start, end = block.lines[1]
        found = headings.label(f"{block.seen} {page.text[start:end].strip()}")
        return found if found is not None and not found.title else None
    if found is not None and found.rank == "number" and len(block.lines) > 1 and not headings.titled(page.seen(block)):
        return None
    if found is not None and found.title and len(block.lines) > 1 and not _title_goes_on(page, block, 1):
        return None if found.rank in ("named", "number") and not re.search(r"\w$", block.seen) else found
    return found


def _title_goes_on(page: Page, block: Block, line: int) -> bool:
    """Whether a block's lines from `line` on still belong to its heading."""
    if page.underlined(block):
        return True
    rest = " ".join(page.text[start:end] for start, end in block.lines[line:])
    if len(block.lines) - line > 6 or len(rest) > 450:
        return False
    seen = rest.strip(" _*")
    return headings.titled(seen) and not seen.endswith((",", "“", '"')) and seen[:1] not in "\"“‘«"


def _shape(page: Page, block: Block, label: headings.Label) -> None:
    """Leave a heading's block with the heading's lines alone."""
    lead = 2 if headings.only_key(block.seen) else 1
    if len(block.lines) > lead and not _title_goes_on(page, block, lead):
        page.cut(block, lead)


def _chain(found: list[tuple[Block, headings.Label]]) -> list[Block]:
    """The bare numbers that count 1, 2, 3, alone or anew in each part; none unless they reach two."""
    best: list[Block] = []
    for roman in (True, False):
        chain: list[Block] = []
        expected = 1
        reach = 0
        for block, label in found:
            if label.rank == "part":
                if chain and expected > 1:
                    expected = -expected  # a part may begin to count anew, or go on
                continue
            if block.seen[:1].isdecimal() is roman:
                continue
            if label.number == abs(expected) or (expected < 0 and label.number == 1):
                chain.append(block)
                expected = (label.number or 0) + 1
                reach = max(reach, expected - 1)
        if reach >= 2 and (not best or chain[0].start < best[0].start):
            best = chain
    return best


def _titles(page: Page) -> None:
    """A chapter's number alone may have its title in the next block."""
    bare: list[tuple[Block, Block]] = []
    count = 0
    for block, after, third in zip(page.blocks, page.blocks[1:], page.blocks[2:], strict=False):
        if block.kind != "chapter":
            continue
        label = headings.label(block.seen)
        if len(block.lines) > 2 or (label is not None and (label.title or label.rank == "named")):
            continue
        if len(block.lines) == 2 and not headings.only_key(block.seen):
            continue
        count += 1
        seen = page.seen(after)
        if (after.kind == "text" and third.kind == "text" and len(after.lines) <= 3 and len(seen) <= 150
                and after.gap <= 4 and headings.titled(seen) and re.match(r"[\w_*]", seen)
                and re.search(r"[.,;:\"”]\Z", seen) is None and re.search(r"\w{2}", seen)):
            bare.append((after, block))
    for after, _ in bare:
        if len(bare) >= 0.5 * count and (count > 1 or page.seen(after).isupper()):
            after.kind = "title"
