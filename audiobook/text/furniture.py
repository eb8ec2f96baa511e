"""Blocks of a book's text -> what in them is not the book: licences, contents, title pages, plates, page numbers.

What is left out is marked as omitted with a reason, and reported; what a title page says goes to the details.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from audiobook.model import Details
from audiobook.text import headings
from audiobook.text.outline import Block, Page

_START = re.compile(r"^[ \t]*\*{3}[ \t]*START OF (?:THE|THIS) PROJECT GUTENBERG[^\r\n]*(?:\r?\n[^\r\n*]*\*{3})?", re.M)
_END = re.compile(r"^[ \t]*(?:\*{3}[ \t]*END OF (?:THE|THIS) PROJECT GUTENBERG"
                  r"|End of (?:the |this )?Project Gutenberg)", re.M)
_GUTENBERG = re.compile(r"(?:The )?Project Gutenberg(?:'s)?(?:['’]s)?(?: E-?(?:Book|Text))?(?: of)?,? (.+)\Z", re.I)
_FIELD = re.compile(r"^(Title|Subtitle|Author|Language):[ \t]+(.+(?:\r?\n[ \t]+\S.*)*)", re.M)
_MAKERS = re.compile(r"(?:\[?Transcriber['’]?s['’]? Notes?|Produced by|E-?text prepared by|This e-?(?:text|book) was|"
                     r"HTML version by|Scanned and proof|Credits:|Updated editions)", re.I)
_PLATE = re.compile(r"\[(?:Illustrations?|Picture|Image|Frontispiece|Cover|Decoration|Map|Plate)\b", re.I)
_PAGE = re.compile(r"(?:\[?(?:Pg|Page|p\.)\s*[\divxlc]+\]?|-\s*\d+\s*-|\{\d+\}|\[\d+\])\Z", re.I)
_FOOTNOTE = re.compile(r"\[(?:Footnote\s*)?(\^?[\w*]{1,8})(?:\]:?|:)\s+\S|\[Footnote", re.I)
_CONTENTS = re.compile(r"(?:table of |the )?(?:contents|chapters)|list of (?:illustrations|chapters|plates)|inhalt|"
                       r"inhaltsverzeichnis|table des mati[èe]res|sommaire|[íi]ndice|inhoud", re.I)
_BYLINE = re.compile(r"(?:(?:written )?by|von|par|por|di|af|av|door)(?:\s+(.{2,80}))?\Z", re.I)
_ENDING = re.compile(r"\(?(?:the )?end of (?:the )?(?:vol|book|part|first|second|third|fourth|fifth)", re.I)
_IMPRINT = re.compile(r"printed|publish|copyright|edition|\bpress\b|london|new york|boston|\b1[5-9]\d\d\b|©|all rights|"
                      r"in (?:two|three|four) (?:volumes|parts)|author of|a novel|isbn", re.I)
_LANGUAGES = {"english": "en", "french": "fr", "german": "de", "spanish": "es", "italian": "it", "dutch": "nl",
              "portuguese": "pt", "finnish": "fi", "swedish": "sv", "danish": "da", "norwegian": "no",
              "polish": "pl", "russian": "ru", "latin": "la", "greek": "el", "hungarian": "hu", "czech": "cs"}


def leave_out(page: Page) -> None:
    """Mark what anybody would skip wherever it stands: the licence, plates, page numbers, makers' notes, notes."""
    _licence(page)
    text = page.text
    referred: set[str] | None = None
    for n, block in enumerate(page.blocks):
        if block.kind != "text":
            continue
        seen = text[block.start:block.start + 60]
        if seen[:1] == "[":
            whole = text[block.start:block.end]
            if _PLATE.match(seen) and whole.endswith("]") and whole.count("[") == whole.count("]"):
                block.omit("left-out-illustration", "the place of an illustration is left out")
            elif (note := _FOOTNOTE.match(seen)) is not None:
                if referred is None:
                    referred = set(re.findall(r"(?<=[^\s\[])\s?\[(\^?[\w*]{1,8})\](?!:)", text))
                if note[1] is None or note[1] in referred:
                    block.omit("left-out-footnote", "a footnote is left out")
        if block.kind == "text" and len(block.lines) == 1 and _PAGE.match(block.seen):
            block.omit("left-out-page-number", "a page number is left out")
        elif block.kind == "text" and n < 40 and _MAKERS.match(seen):
            block.omit("left-out-transcriber", "the transcriber's note is left out")
    _page_numbers(page)


def _licence(page: Page) -> None:
    text = page.text
    if "gutenberg" not in text[:5000].lower() and "gutenberg" not in text[-30_000:].lower():
        return
    begun = _START.search(text)
    ended = _END.search(text, begun.end() if begun else len(text) // 2)
    first = begun.end() if begun else 0
    last = ended.start() if ended else len(text)
    for block in page.blocks:
        if (block.end <= first or block.start >= last) or (begun and block.start < first):
            block.omit("left-out-licence", "the Project Gutenberg licence is left out")
    if not begun and page.blocks and (named := _GUTENBERG.match(page.seen(page.blocks[0]))):
        title, _, author = named[1].partition(", by ")
        page.details = Details(title=title, author=author.strip() or None)
        page.blocks[0].omit("left-out-licence", "the Project Gutenberg licence is left out")
    if begun:
        _fields(page, text[:begun.start()])


def _fields(page: Page, text: str) -> bool:
    """Take Title: and the like into the details; whether there were any."""
    found = {m[1].lower(): " ".join(m[2].split()) for m in _FIELD.finditer(text)}
    language = _LANGUAGES.get(found.get("language", "").lower())
    page.details = Details(title=found.get("title"), subtitle=found.get("subtitle"), author=found.get("author"),
                           language=language).merged(page.details)
    return bool(found)


def _page_numbers(page: Page) -> None:
    """Bare numbers that stand in the middle of sentences, one after another, are page numbers."""
    bare = [n for n, block in enumerate(page.blocks)
            if block.kind == "text" and len(block.lines) == 1 and block.seen.isdecimal() and len(block.seen) <= 4]
    if len(bare) < 3:
        return
    numbers = [int(page.blocks[n].seen) for n in bare]
    rising = sum(a < b for a, b in pairwise(numbers)) >= 0.8 * (len(numbers) - 1)
    split = sum(n > 0 and re.search(r"[\w,;-]\Z", page.text[page.blocks[n - 1].start:page.blocks[n - 1].end])
                is not None and page.blocks[n - 1].kind == "text" for n in bare)
    if rising and split >= 0.3 * len(bare):
        for n in bare:
            page.blocks[n].omit("left-out-page-number", "a page number is left out")


# ---------------------------------------------------------------- contents


def leave_out_contents(page: Page) -> list[str]:
    """Mark the list of contents, if there is one before the text begins; its entries, as `key` makes them."""
    blocks = page.blocks
    entries: list[str] = []
    for n, block in enumerate(blocks[:400]):
        if block.kind != "text":
            continue
        if _CONTENTS.fullmatch(block.seen.strip(" .:_*#-")):
            last = _list_end(page, n, entries)
            if len(entries) >= 2:
                for listed in blocks[n:last]:
                    if listed.kind in ("text", "break"):
                        listed.omit("left-out-contents", "the list of contents is left out")
                return entries
            entries.clear()
        elif len(block.lines) >= 3 and n < len(blocks) - 1 and sum(
                (found := headings.label(page.text[start:end])) is not None and found.rank != "number"
                for start, end in block.lines) >= 0.6 * len(block.lines):
            entries += (key(page.text[start:end]) for start, end in block.lines)
            block.omit("left-out-contents", "the list of contents is left out")
            return entries
    return entries + _run_of_labels(page)


def key(line: str) -> str:
    """What an entry of the contents and the heading that it names have in common."""
    found = headings.label(line.strip(" _*#"))
    if found is None or found.title:  # else the number is the heading's own, not a page's
        line = re.sub(r"[\s._…·]*(?:\s|\.)[\divxlc]{1,4}\s*\Z", "", line) if re.search(r"\w{3}", line) else line
    return re.sub(r"[\W_]+", " ", line).strip().casefold()


def _list_end(page: Page, begin: int, entries: list[str]) -> int:
    """Where the contents that begin at `begin` end: where an entry is met again, or prose."""
    seen: set[str] = set()
    labels = 0
    heading = 0
    for n, block in enumerate(page.blocks[begin + 1:begin + 600], begin + 1):
        if block.kind == "omitted":
            continue
        first = _entry(block.seen)
        if first and any(first == other or other.startswith(first + " ") for other in seen):
            return n
        if _prose(page, block):
            return heading if heading and labels > 1 and heading > begin + 1 else n
        if headings.label(block.seen) is not None:
            labels += 1
            heading = n
        for start, end in block.lines:
            line = page.text[start:end]
            if entry := key(line):
                entries.append(entry)
                seen.add(_entry(line))
    return begin


def _entry(line: str) -> str:
    """An entry's label where it has one, else its words."""
    found = headings.label(line.strip(" _*#"))
    if found is not None and found.rank != "number":
        return key(line.strip(" _*#")[:found.end])
    return key(line)


def _prose(page: Page, block: Block) -> bool:
    size = block.end - block.start
    text = page.text[block.start:block.end]
    longest = max(end - start for start, end in block.lines)
    if headings.label(block.seen) is not None:
        return False
    return longest > 110 or (size / len(block.lines) > 45 and len(block.lines) >= 2 and _ended(text)) or (
        len(block.lines) == 1 and _ended(text) and size > 30 and not headings.titled(text))


def _ended(text: str) -> bool:
    return re.search(r"[.!?…][\"'”’»_*)]*\Z|[\"”»]\Z|—\Z|--\Z", text) is not None


def _run_of_labels(page: Page) -> list[str]:
    """Contents without a title: three or more headings with no text between, the first of which comes again."""
    run: list[Block] = []
    for block in page.blocks[:600]:
        if block.kind in ("omitted", "break"):
            continue
        found = headings.label(block.seen)
        if found is None or found.rank == "number":
            if not run:
                if _prose(page, block):
                    return []
                continue
            if _prose(page, block) or len(run) < 3:
                break
            continue
        if any(_entry(block.seen) == _entry(other.seen) for other in run):
            if len(run) >= 3:
                listed = run
                for other in page.blocks[page.blocks.index(run[0]):page.blocks.index(block)]:
                    if other.kind == "text":
                        other.omit("left-out-contents", "the list of contents is left out")
                return [key(other.seen) for other in listed]
            return []
        run.append(block)
    return []


# ---------------------------------------------------------------- title pages


def leave_out_title_pages(page: Page) -> None:
    """Mark the title page before the first heading, and those of later volumes. Call when headings are decided."""
    blocks = page.blocks
    first = next((n for n, block in enumerate(blocks) if block.kind in ("chapter", "part")), None)
    if first is not None:
        _front(page, first)
    else:
        _lone_title(page)
    for n, block in enumerate(blocks):
        if block.kind == "text" and block.end - block.start < 60 and _ENDING.match(block.seen):
            _between_volumes(page, n)
    for n, block in enumerate(blocks):
        if block.kind == "part":
            _after_part(page, n)


def _front(page: Page, first: int) -> None:
    front = [block for block in page.blocks[:first] if block.kind == "text"]
    kept = 0
    for block in front:
        text = page.text[block.start:block.end]
        plainly = page.seen(block)
        if len(text) > 400 or (text[:1] in "\"“‘«" and _ended(text) and not _IMPRINT.search(text)) or (
                _ended(text) and (len(block.lines) > 1 or len(text) > 90) and not _IMPRINT.search(plainly)):
            break
        kept += 1
    titles = front[:kept]
    if not titles or (kept and not _looks_titled(page, titles[0])):
        return
    _take_details(page, titles)
    for block in titles:
        block.omit("left-out-title-page", "the title page is left out")
    for block in page.blocks[:first]:
        if block.kind == "break" and titles[0].start < block.start < titles[-1].start:
            block.omit("left-out-title-page", "the title page is left out")


def _looks_titled(page: Page, block: Block) -> bool:
    seen = page.seen(block)
    return bool(_FIELD.match(page.text[block.start:block.end])) or (
        len(seen) <= 160 and (headings.titled(seen) or not _ended(seen)))


def _take_details(page: Page, blocks: list[Block]) -> None:
    whole = page.text[blocks[0].start:blocks[-1].end]
    if _fields(page, whole):
        return
    lines = [(block, page.text[start:end].strip(" _*#")) for block in blocks for start, end in block.lines]
    title, author, year = page.details.title, page.details.author, page.details.year
    for n, (_, line) in enumerate(lines):
        by = _BYLINE.match(line)
        if by and author is None:
            author = by[1] or (lines[n + 1][1] if n + 1 < len(lines) else None)
        elif title is None and n == 0:
            title = line
        elif year is None and (dated := re.fullmatch(r"\(?(1[4-9]\d\d|20\d\d)\)?\.?", line)):
            year = int(dated[1])
    page.details = replace(page.details, title=headings.cased(title.rstrip(" .:,")) if title else None,
                           author=headings.cased(author.rstrip(" .,")) if author else None, year=year)


def _lone_title(page: Page) -> None:
    """No heading anywhere: a title, with a by-line or without, heads the one chapter."""
    body = [block for block in page.blocks if block.kind == "text"]
    if len(body) < 2 or not _looks_titled(page, body[0]) or len(page.seen(body[0])) > 100:
        return
    seen = page.seen(body[0])
    if re.search(r"[.!?,;:\"”’]\Z", seen) or not headings.titled(seen) or not re.match(r"\w", seen):
        return
    by = [block for block in body[1:3] if _BYLINE.match(page.seen(block)) or (
        block is body[1] and len(body[1].lines) == 1 and _BYLINE.match(body[1].seen))]
    if len(body[0].lines) > 1:
        if not _BYLINE.match(page.text[slice(*body[0].lines[1])].strip()):
            return
        by = [body[0]]
    if by:
        count = body.index(by[0]) + 1
        if by[0].seen.lower() in ("by", "von", "par") and len(body) > count:
            count += 1
        _take_details(page, body[:count])
        for block in body[:count]:
            block.omit("left-out-title-page", "the title page is left out")
    elif len(body[0].lines) == 1 and _ended(page.text[body[1].start:body[1].end]):
        body[0].kind = "chapter"


def _between_volumes(page: Page, end: int) -> None:
    """From "End of Vol. I." to the next chapter: the next volume's title page, or the title of its first part."""
    between: list[Block] = []
    for block in page.blocks[end + 1:end + 25]:
        if block.kind == "chapter":
            break
        if block.end - block.start > 250 or (block.kind == "text" and _prose(page, block)
                                             and not _IMPRINT.search(page.seen(block))):
            return
        between.append(block)
    else:
        return
    parts = [block for block in between if block.kind == "part"]
    texts = [block for block in between if block.kind == "text"]
    inner = [block for block in texts if len(block.lines) > 1 and any(
        (found := headings.label(page.text[start:stop])) is not None and found.rank == "part"
        for start, stop in block.lines[1:])]
    if not parts and not inner:
        if 1 <= len(texts) <= 2 and all(len(block.lines) <= 2 for block in texts):
            for block in texts:
                block.kind = "part"
        return
    page.blocks[end].omit("left-out-title-page", "the end mark of a volume is left out")
    for block in between:
        if block.kind in ("text", "break"):
            block.omit("left-out-title-page", "the title page of a volume is left out")


def _after_part(page: Page, part: int) -> None:
    """Between a part's heading and its first chapter's: the part's title, or an imprint to leave out."""
    between: list[Block] = []
    for block in page.blocks[part + 1:part + 8]:
        if block.kind in ("chapter", "part"):
            break
        if block.kind == "text":
            between.append(block)
    else:
        return
    if len(between) > 3 or any(_prose(page, block) or len(block.lines) > 4 for block in between):
        return
    for block in between:
        if _IMPRINT.search(page.seen(block)):
            block.omit("left-out-title-page", "the title page of a volume is left out")
        else:
            block.kind = "title"
