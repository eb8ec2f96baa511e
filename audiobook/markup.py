"""Text as written <-> text as seen: Markdown and HTML marks, comments, hard-wrapped lines. Offsets survive.

Reading, script, speech and editions all need the same answer to "what does the reader see here".
Every function is linear in the text's length, whatever the text is, and nothing that is not surely a mark is
dropped: `snake_case`, `2 * 3`, `d**n` and `<whispers>` are seen as they stand.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from heapq import heapify, heappop, heappush

_NAMES = """
a abbr address article aside audio b base big blockquote body br button caption center cite code col colgroup dd del
details dfn div dl dt em embed figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img
input ins kbd label li link main map mark meta nav object ol option p param picture pre q rp rt ruby s samp script
section select small source span strike strong style sub summary sup svg table tbody td textarea tfoot th thead time
title tr track tt u ul var video wbr
speak break prosody voice phoneme say-as emphasis sentence
"""
_BREAKING_NAMES = """
address article aside blockquote br caption dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr
li main nav ol p pre section table td th tr ul speak break
"""
_TAGS = frozenset(_NAMES.split())
_BREAKING = frozenset(_BREAKING_NAMES.split())

# Characters no page shows: controls, soft hyphens, zero widths, direction marks, private use, noncharacters.
# The joiners stay before Arabic and Indic letters, which they shape.
_UNSEEN = ("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
           "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\ue000-\uf8ff"
           "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]|[\u200c\u200d](?![\u0600-\u0dff\u2600-\u27bf\U0001f300-\U0001faff])")
_SPECIAL = re.compile(rf"[<_*&\[`\\~]|-\r?\n|{_UNSEEN}")
_LINE_START = re.compile(r"[ \t]*(?:[>#•+=-])|.*?[\r\n][ \t]*(?:>|[=~-]{3})", re.DOTALL)

_TOKEN = re.compile(
    r"(?P<comment><!--)"
    r"|(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<emphasis>(?<![\w*])[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?![\w*])|~~)"
    r"|(?P<entity>&(?:#\d{1,8}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<auto><(?:https?://|mailto:)[^<>\s]+>)"
    r"|(?P<tag></?(?P<name>[A-Za-z][A-Za-z0-9:-]*)(?P<rest>[^<>]*)>|<[!?][^<>]*>)"
    r"|(?P<picture>\[!\[[^\[\]]*\]\([^()]*\)\]\([^()]*\)|!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\]))"
    r"|(?P<note>\[(?:\^[^\[\]\s]{1,40}|\d{1,3}|\*{1,3})\]|(?<=\S)\[[A-Z]\](?!\w))"
    r"|(?P<plate>\[(?:Illustration|Picture)\b[^\[\]]*\])"
    r"|\[(?P<link>[^\[\]]*)\](?P<target>\([^()]*(?:\([^()]*\)[^()]*)?\)|\[[^\[\]]*\])"
    r"|(?P<fence>(?<![^\r\n])[ \t]*`{3,}[^`\r\n]*(?=[\r\n]|\Z))"
    r"|`(?P<code>[^\s`](?:[^`\r\n]*[^\s`])?)`(?!\w)"
    r"|(?P<ansi>\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?)"
    rf"|(?P<unseen>{_UNSEEN})")
_QUOTED = re.compile(r"(?:(?<=[\r\n])|\A)[ \t]*>[> \t]*")
_BULLETED = re.compile(r"(?:(?<=[\r\n])|\A)[ \t]*[•+*][ \t]+")
_HEADING = re.compile(r"\A[ \t]*#{1,6}[ \t]+")
_CLOSING = re.compile(r"[ \t]#+[ \t]*\Z")
_UNDERLINE = re.compile(r"(?:(?<=[\r\n])|\A)[ \t]*(?:={3,}|-{3,}|~{3,})[ \t]*(?=[\r\n]|\Z)")
_DEFINED = re.compile(r"(?:(?<=[\r\n])|\A) {0,3}\[[^\[\]\r\n]+\]:[ \t]+<?(?:[a-z]+:|[/#.])[^\r\n]*")
_HYPHEN = re.compile(r"(?<=\w)-[ \t]*\r?\n[ \t]*(?=[^\W\d_])")
_WORDY = re.compile(r"[^\W_]")


def plain(text: str) -> str:
    """The words as a reader sees them on the page, on one line: comments, emphasis marks, tags and control
    characters gone, links as their text, entities as their characters, white space single.

    >>> plain("_You_ want\\nto <!-- pause: 2s -->**tell** me &amp; [him](http://a.b).")
    'You want to tell me & him.'
    >>> plain("snake_case, 2 * 3 and d**n")
    'snake_case, 2 * 3 and d**n'
    """
    if _SPECIAL.search(text) is not None or _LINE_START.match(text) is not None:
        kept: list[str] = []
        at = 0
        for start, end, shown in unseen(text):
            kept += text[at:start], shown
            at = end
        text = _HYPHEN.sub("-", "".join((*kept, text[at:])))
        bullet = re.match(r"\s*-[ \t]+(?=\S)", text)
        if bullet is not None:
            text = text[bullet.end():]
    return " ".join(text.split())


def masked(text: str) -> str:
    """`text` with everything that is not seen (comments, emphasis marks, tags, link targets) and every line
    end replaced by as many blanks: the same length, so that offsets into it are offsets into the file.
    An entity is its character and blanks. A hyphen that opens a line stays: it may open speech.

    >>> masked("_You_ said\\n&quot;no&quot;")
    ' You  said "     no"     '
    """
    if _SPECIAL.search(text) is not None or _LINE_START.match(text) is not None:
        kept: list[str] = []
        at = 0
        for start, end, shown in unseen(text):
            kept += text[at:start], shown[:end - start].ljust(end - start)
            at = end
        text = "".join((*kept, text[at:]))
    return text.translate(_BLANKS)


_BLANKS = {ord(c): " " for c in "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029\xa0"}


def says_something(text: str) -> bool:
    """Whether a letter or a digit is seen in `text`.

    >>> says_something("<!-- a comment --> . . ."), says_something("_No_")
    (False, True)
    """
    return _WORDY.search(text) is not None and _WORDY.search(plain(text)) is not None


def comments(text: str) -> Iterator[tuple[int, int, str]]:
    """The HTML comments of `text`, in order: start, end (exclusive) and what is inside, stripped.
    A comment that is never closed is none.

    >>> list(comments('Yes. <!-- voice: Tom -->"No."'))
    [(5, 24, 'voice: Tom')]
    """
    start = text.find("<!--")
    while start >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            return
        yield start, end + 3, text[start + 4:end].strip()
        start = text.find("<!--", end + 3)


def unseen(text: str) -> list[tuple[int, int, str]]:
    """The stretches of `text` that are not seen as they stand: start, end (exclusive), and what is seen there
    instead, in order and not overlapping."""
    found: list[tuple[int, int, str]] = []
    marks = [(start, end, "") for start, end in _line_marks(text)]  # and the ends of links, as they are met
    heapify(marks)
    at = 0
    unclosed: set[str] = set()  # what is opened and never closed is looked for once
    token = _TOKEN.search(text)
    while marks or token is not None:
        if marks and (token is None or marks[0][0] <= token.start()):
            mark = heappop(marks)
            if mark[0] >= at:
                found.append(mark)
                at = mark[1]
        elif token is not None:
            start, at = token.span()
            match token.lastgroup:
                case "comment":
                    at = _closed(text, "-->", at, unclosed)
                    found.append((start, at, ""))
                case "escape":
                    found.append((start, at, text[start + 1]))
                case "entity":
                    shown = html.unescape(token[0])
                    if shown != token[0]:
                        found.append((start, at, "" if re.fullmatch(_UNSEEN, shown) else shown))
                case "auto" | "code":  # what is inside is looked at like any text
                    heappush(marks, (at - 1, at, ""))
                    at = start + (8 if token[0].startswith("<mailto:") else 1)
                    found.append((start, at, ""))
                case "tag":
                    at = _tag(text, token, unclosed)
                    if at > start + 1:
                        found.append((start, at, " " if (token["name"] or "").lower() in _BREAKING else ""))
                case "target":  # a link: its text may hold emphasis, so only the brackets and the target go
                    found.append((start, start + 1, ""))
                    heappush(marks, (start + 1 + len(token["link"]), at, ""))
                    at = start + 1
                case _:
                    found.append((start, at, ""))
        if token is not None and token.start() < at:
            token = _TOKEN.search(text, at)
    return found


def _line_marks(text: str) -> Iterator[tuple[int, int]]:
    """Marks that count only where a line, or the text, begins or ends."""
    if ">" in text:
        yield from (m.span() for m in _QUOTED.finditer(text))
    lead = text.lstrip()[:1]
    if lead in ("*", "+", "•"):
        yield from (m.span() for m in _BULLETED.finditer(text))
    if lead == "#" and (heading := _HEADING.match(text)):
        yield heading.span()
        seen = text.rstrip()
        if closing := _CLOSING.search(seen, max(heading.end(), len(seen) - 80)):
            yield closing.span()
    if "==" in text or "--" in text or "~~" in text:
        yield from (m.span() for m in _UNDERLINE.finditer(text))
    if "]:" in text:
        yield from (m.span() for m in _DEFINED.finditer(text))


def _closed(text: str, mark: str, at: int, unclosed: set[str]) -> int:
    """Behind the next `mark` from `at` on; `at` itself where there is none."""
    close = -1 if mark in unclosed else text.find(mark, at)
    if close < 0:
        unclosed.add(mark)
        return at
    return close + len(mark)


def _tag(text: str, token: re.Match[str], unclosed: set[str]) -> int:
    """Where a tag ends, with what it holds for scripts and styles; just behind its `<` where it is no tag."""
    start, end = token.span()
    name, rest = (token["name"] or "").lower(), token["rest"] or ""
    if name and name not in _TAGS and text[start + 1] != "/" and "=" not in rest and not rest.endswith("/"):
        return start + 1
    return _closed(text, f"</{name}>", end, unclosed) if name in ("script", "style") else end
