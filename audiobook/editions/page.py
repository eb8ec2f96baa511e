"""Sound and text -> a folder that a browser opens from disk: the book read aloud, its text following the voice.

Nothing in it needs a server or the network. The text is in `book.js`, as data; the page puts it in as text and
never as HTML, so whatever a manuscript holds, nothing of it runs. The sound is AAC, a file a chapter: browsers
seek in it exactly, and it is the encoding that m4b has, held on the shelf.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from audiobook.errors import EditionError
from audiobook.files import safe_name, write_whole
from audiobook.kit import Kit
from audiobook.markup import plain, unseen
from audiobook.model import NARRATOR, Book, Option, Sound, Timeline
from audiobook.press import coding, encode, ilst, mp4
from audiobook.press.durations import milliseconds
from audiobook.press.page import document
from audiobook.press.page.colours import colours
from audiobook.press.phrases import ChapterText, Paragraph, phrased
from audiobook.press.tags import clean, language_code

TITLE = "A page for any browser: the text follows the voice, and shows who speaks when"
OPTIONS = (
    Option("bitrate", "number", 64, "AAC bitrate in kilobits a second"),
    Option("narrator", "text", "Narrator", "what the narrator is called"),
)

_MARK = re.compile(r"[*_]{1,3}")
_GAP = re.compile(r"(?:\A|\r?\n)[ \t]*>[ \t>]*(?=\r?\n|\Z)")
_TURN = "\0"  # where slanted letters begin or end; no text that is seen holds it


def write(book: Book, timeline: Timeline, sound: Sound, folder: Path, kit: Kit) -> tuple[Path, ...]:
    """`Title (page)/index.html`, and what it shows and plays beside it."""
    chapters = phrased(kit.script, timeline)
    if not timeline.chapters:
        raise EditionError("there is nothing to hear", hint="audiobook plan shows what would be recorded")
    home = folder / safe_name(book.title, " (page)")
    (home / "sound").mkdir(parents=True, exist_ok=True)
    wrote = list(_write_sound(book, timeline, sound, home, kit))
    if kit.cover:
        wrote.append(home / "cover.jpg")
        write_whole(wrote[-1], kit.cover)
    wrote.append(home / "book.js")
    write_whole(wrote[-1], f"window.BOOK = {_json(_book(book, chapters, timeline.rate, kit))};\n")
    links = {_file(chapter.number): clean(chapter.title) or f"Chapter {chapter.number}"
             for chapter in timeline.chapters}
    wrote.append(home / "index.html")
    write_whole(wrote[-1], document({"title": clean(book.title)}, links))
    return tuple(wrote)


# ---------------------------------------------------------------- the sound


def _file(number: int) -> str:
    return f"sound/{number:04d}.m4a"


def _write_sound(book: Book, timeline: Timeline, sound: Sound, home: Path, kit: Kit) -> Iterator[Path]:
    rate = coding.near_rate("aac", sound.rate)
    if rate != sound.rate:
        sound = sound.to(replace(kit.finish, rate=rate))
    bits = 1000 * float(str(kit.options.get("bitrate") or 64))
    if not 8000 <= bits <= 6 * rate:  # 6,144 bits a frame of one channel, by the standard
        raise EditionError(f"page: a bitrate of {bits / 1000:g} is not possible at {rate} Hz",
                           hint=f"choose between 8 and {6 * rate // 1000}")
    codec = coding.Codec("aac", rate, round(bits))
    parts = encode.chapters("page", timeline, sound, codec, kit)
    count = max(len(kit.script.titles), *(mark.number for mark in timeline.chapters))
    for mark, part in zip(timeline.chapters, parts, strict=True):
        title = clean(mark.title) or f"Chapter {mark.number}"
        meta = ilst.meta(book.details, title=title, track=(mark.number, count))
        digest = hashlib.sha256((codec.kind + part.key).encode()).hexdigest()
        path = home / _file(mark.number)
        mp4.write_mp4(path, [part], (), meta, language_code(book.language), b"M4A ", digest)
        yield path


# ---------------------------------------------------------------- the text


def _book(book: Book, chapters: Sequence[ChapterText], rate: int, kit: Kit) -> dict[str, object]:
    """What the page shows. Speakers are numbers into `people`, the narrator is 0; the others are ordered by how
    long they speak, so that those who speak most choose their colours first."""
    details = book.details
    spoken: dict[str, int] = {}
    for chapter in chapters:
        for phrase in chapter.phrases:
            length = (phrase.end or 0) - (phrase.start or 0)
            spoken[phrase.line.speaker] = spoken.get(phrase.line.speaker, 0) + length
    names = [NARRATOR, *sorted(spoken.keys() - {NARRATOR}, key=lambda name: (-spoken[name], name))]
    numbers = {name: number for number, name in enumerate(names)}
    turns = [numbers[phrase.line.speaker] - 1 for chapter in chapters for phrase in chapter.phrases
             if phrase.line.speaker != NARRATOR]
    shades = ((None, None), *colours(len(names) - 1, turns))
    title = clean(book.title)
    return {
        "id": hashlib.sha256(f"{title}\n{details.author or ''}".encode()).hexdigest()[:16],
        "title": title, "language": book.language, "cover": "cover.jpg" if kit.cover else None,
        **{name: clean(text) for name, text in (
            ("subtitle", details.subtitle or ""), ("author", details.author or ""),
            ("readBy", details.read_by or ""), ("series", details.series or ""), ("part", details.part or ""),
            ("copyright", details.copyright or ""))},
        "description": clean(details.description or "", lines=True),
        "people": [{"name": clean(name) if name else clean(str(kit.options.get("narrator") or "Narrator")),
                    "light": light, "dark": dark}
                   for name, (light, dark) in zip(names, shades, strict=True)],
        "chapters": [_chapter(chapter, numbers, rate) for chapter in chapters],
    }


def _chapter(chapter: ChapterText, numbers: dict[str, int], rate: int) -> dict[str, object]:
    """`blocks` are [kind, phrase, phrase, ...]: h a heading, p a paragraph, ps a scene's first, pq and psq quoted
    ones. A phrase is [speaker, start, end, what follows, text], in milliseconds of the chapter's sound, -1 where
    nothing is heard; 1 follows for a blank, 2 for a paragraph's end in a quotation, which is a line's end inside a
    text. A text with slanted letters is a list, upright and slanted in turn."""
    origin = chapter.mark.start if chapter.mark else 0
    blocks: list[list[object]] = []

    def block(kind: str, paragraph: Paragraph) -> None:
        texts, follows = _slanted(paragraph), [int(phrase.blank) for phrase in paragraph]
        if kind != "h" and paragraph[0].line.text.lstrip().startswith(">"):
            kind += "q"
            texts, follows = _quoted(paragraph, texts)
        made: list[object] = [kind]
        for phrase, text, follow in zip(paragraph, texts, follows, strict=True):
            times = [-1 if at is None else milliseconds(at - origin, rate) for at in (phrase.start, phrase.end)]
            made.append([numbers[phrase.line.speaker], *times, follow, text])
        blocks.append(made)

    if chapter.heading:
        block("h", chapter.heading)
    for number, scene in enumerate(chapter.scenes):
        for at, paragraph in enumerate(scene.paragraphs):
            block("ps" if number and not at else "p", paragraph)
    length = chapter.mark.end - chapter.mark.start if chapter.mark else 0
    return {"number": chapter.number, "title": chapter.title, "blocks": blocks,
            "sound": _file(chapter.number) if chapter.mark else None, "length": milliseconds(length, rate)}


def _quoted(paragraph: Paragraph, texts: list[str | list[str]]) -> tuple[list[str | list[str]], list[int]]:
    """The texts of a quotation's phrases and what follows each: a quotation of several paragraphs is one to us."""
    kept, follows = list(texts), [int(phrase.blank) for phrase in paragraph]
    for at, phrase in enumerate(paragraph):
        parts = [plain(part) for part in _GAP.split(phrase.line.text)]
        if at and not parts[0]:
            follows[at - 1] = 2
        if not parts[-1]:
            follows[at] = 2
        seen = [part for part in parts if part]
        if len(seen) > 1 and " ".join(seen) == phrase.text:
            kept[at] = "\n".join(seen)
    return kept, follows


def _slanted(paragraph: Paragraph) -> list[str | list[str]]:
    """The phrases' texts; one with emphasis in it as a list, upright and slanted in turn, upright first.
    A paragraph whose marks of emphasis are not in pairs has none."""
    turned = [_turns(phrase.line.text) for phrase in paragraph]
    upright: list[str | list[str]] = [phrase.text for phrase in paragraph]
    if not (marks := sum(text.count(_TURN) for text in turned)) or marks % 2:
        return upright
    slanting = False
    made: list[str | list[str]] = []
    for phrase, text in zip(paragraph, turned, strict=True):
        runs = [*([""] if slanting else []), *text.split(_TURN)]
        slanting ^= text.count(_TURN) % 2 == 1
        made.append(runs if len(runs) > 1 and "".join(runs) == phrase.text else phrase.text)
    return made


def _turns(text: str) -> str:
    kept: list[str] = []
    at = 0
    for start, end, shown in unseen(text):
        kept += text[at:start], _TURN if _MARK.fullmatch(text, start, end) else shown
        at = end
    return " ".join("".join((*kept, text[at:])).split())


def _json(data: object) -> str:
    """JSON that is also a script, wherever it is put: ASCII, and no character that HTML knows."""
    text = json.dumps(data, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
