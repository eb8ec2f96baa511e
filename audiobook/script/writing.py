"""Book and cast -> Script: the quotations found, the marks obeyed, the speakers asked for, the lines laid out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast as typed

from audiobook.errors import ManuscriptError
from audiobook.model import (
    NARRATOR,
    Book,
    Cast,
    Kind,
    Line,
    Opens,
    Paragraph,
    Person,
    Place,
    Problem,
    Script,
    Source,
)
from audiobook.script.lines import SOUND, Piece, pieces
from audiobook.script.marks import Mark, Places, nearest, read_marks
from audiobook.script.passage import Passage, Passages, Quote, Said
from audiobook.script.quotes import Forgotten, read_quotes
from audiobook.script.voiced import held

Who = Callable[[Sequence[Passage], Sequence[Quote], Mapping[int, str], Cast],
               tuple[tuple[Person, ...], tuple[Said, ...]]]
"""Who says each quotation: passages, quotations, the speakers of marked ones, cast -> people, and one Said each."""


def write_script(book: Book, cast: Cast, who: Who | None = None) -> Script:
    """The script of the whole book. `who` decides who says what; left out, `speakers.who_says` does.

    Raises ManuscriptError where the lines would not give back the text: then a word would be lost, and no recording
    is worth that.
    """
    if who is None:
        from audiobook.script.speakers import who_says  # late: it loads the weights

        who = who_says
    passages = Passages(book)
    paragraphs = [passage.paragraph for passage in passages]
    problems: list[Problem] = []
    marks = _all_marks(paragraphs, problems)
    quotes, forgotten = read_quotes(paragraphs, book.language, passages.chapters())
    problems += _lacks(paragraphs, forgotten)
    named, unheard = held(passages, quotes, marks)
    problems += unheard
    spoken = [index for index in range(len(quotes)) if index not in named or named[index].text != NARRATOR]
    asked = [quotes[index] for index in spoken]
    given = {at: _known(named[index].text, cast) for at, index in enumerate(spoken) if index in named}
    del paragraphs  # the text is held once while speakers are found
    people, said = who(passages, asked, given, cast)
    if len(said) != len(asked):
        raise ManuscriptError(f"{len(asked)} quotations were found and {len(said)} got a speaker")
    called = {named[index]: said[at] for at, index in enumerate(spoken) if index in named}
    people, called_so = _resolved(people, said, called, cast, passages, problems)
    speakers: dict[int, Said] = {}
    for at, index in enumerate(spoken):
        speakers[index] = Said(called_so[named[index].text], 1.0, "mark") if index in named else said[at]
    for index, mark in named.items():
        if mark.text == NARRATOR:
            speakers[index] = Said(NARRATOR, 1.0, "mark")
    writer = _Writer(quotes, speakers, marks, problems)
    lines = tuple(writer.write(book))
    return Script(book.title, tuple(chapter.title for chapter in book.chapters), _counted(people, lines, speakers),
                  lines, tuple(sorted(problems, key=_where)))


def _where(problem: Problem) -> tuple[str, int]:
    return (problem.source.file, problem.source.start) if problem.source else ("", 0)


def _all_marks(paragraphs: Sequence[Paragraph], problems: list[Problem]) -> dict[int, tuple[Mark, ...]]:
    found: dict[int, tuple[Mark, ...]] = {}
    for number, paragraph in enumerate(paragraphs):
        marks, wrong = read_marks(paragraph)
        problems += wrong
        if marks:
            found[number] = marks
    return found


def _lacks(paragraphs: Sequence[Paragraph], forgotten: Sequence[Forgotten]) -> Iterator[Problem]:
    """A problem for each quotation that lacks a mark."""
    number, placed = -1, None
    for one in forgotten:
        paragraph = paragraphs[one.paragraph]
        if placed is None or one.paragraph != number:
            number, placed = one.paragraph, Places(paragraph)
        shown = " ".join(paragraph.text[one.start:one.end][:1000].split())
        shown = shown if len(shown) <= 50 else shown[:49] + "…"
        what, code = ("is never closed", "quote-unclosed") if one.opened else ("is never opened", "quote-unopened")
        yield Problem(code, f"a quotation {what}: {shown}", placed.at(one.start, one.end),
                      "add the quotation mark that is missing")


# ---------------------------------------------------------------- names in marks


def _known(name: str, cast: Cast) -> str:
    """The name as voices.yaml has it, where it has it."""
    folded = name.casefold()
    for role in cast.roles:
        if role.name.casefold() == folded:
            return role.name
    return next((role.name for role in cast.roles if folded in (alias.casefold() for alias in role.aliases)), name)


def _resolved(people: tuple[Person, ...], said: Sequence[Said], called: Mapping[Mark, Said], cast: Cast,
              passages: Sequence[Passage], problems: list[Problem]
              ) -> tuple[tuple[Person, ...], dict[str, str]]:
    """People with everybody named by a mark or in voices.yaml among them; and who each mark's name is."""
    found = {person.name: person for person in people if person.name != NARRATOR}
    guessed = {one.speaker for one in said if one.evidence != "mark"}
    names: dict[str, str] = {}
    unknown: dict[str, list[Mark]] = {}
    for mark, taken in called.items():
        if mark.text in names:
            if mark.text in unknown:
                unknown[mark.text].append(mark)
            continue
        name = _known(mark.text, cast)
        given = any(role.name == name for role in cast.roles)
        folded = name.casefold()
        match = found.get(taken.speaker) if taken.evidence == "mark" else None
        match = match or next((person for person in found.values() if person.name.casefold() == folded), None) or next(
            (person for person in found.values() if folded in (alias.casefold() for alias in person.aliases)), None)
        names[mark.text] = match.name if match is not None else name
        if not given and (match is None or match.name not in guessed) and not _appears(name, passages):
            unknown[mark.text] = [mark]
        if match is None:
            found[name] = Person(name)
    for role in cast.roles:
        if role.name not in found and role.name != NARRATOR:
            found[role.name] = Person(role.name, role.aliases, role.pronoun)
    strangers = {names[text] for text in unknown}
    known = tuple(dict.fromkeys(name for person in found.values() if person.name not in strangers
                                for name in (person.name, *person.aliases)))
    for text, marks in unknown.items():
        near = nearest(text, known)
        hint = f"did you mean {' or '.join(near)}? If not, add {text} to voices.yaml" if near else \
            f"add {text} to voices.yaml, or mark another name"
        problems += (Problem("mark-nobody", f"the mark names {text}, and nobody in this book is called so",
                             mark.source, hint) for mark in marks)
    return tuple(found.values()), names


def _appears(name: str, passages: Sequence[Passage]) -> bool:
    """Whether the story itself uses the name."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    texts = (passage.paragraph.text for passage in passages)
    return any(name in text and word.search(re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)) for text in texts)


def _counted(people: Sequence[Person], lines: Sequence[Line], speakers: Mapping[int, Said]) -> tuple[Person, ...]:
    count: dict[str, int] = {}
    first: dict[str, Place] = {}
    for line in lines:
        if line.kind in ("dialogue", "thought"):
            count[line.speaker] = count.get(line.speaker, 0) + 1
            first.setdefault(line.speaker, line.place)
    known = {person.name for person in people}
    strays = [Person(name) for name in count if name not in known and name != NARRATOR]
    return tuple(replace(person, lines=count.get(person.name, 0), first=first.get(person.name))
                 for person in (*people, *strays))


# ---------------------------------------------------------------- laying out


@dataclass(slots=True)
class _Writer:
    quotes: Sequence[Quote]
    speakers: Mapping[int, Said]
    marks: Mapping[int, tuple[Mark, ...]]
    problems: list[Problem]
    number: int = 0  # of the line, in its scene
    opens: Opens | None = None  # what the next line that is heard opens, where that is more than a paragraph
    waiting: list[Mark] = field(default_factory=list)  # pauses and retakes whose line has not come yet

    def write(self, book: Book) -> Iterator[Line]:
        by_paragraph: dict[int, list[tuple[int, int, int]]] = {}
        for index, quote in enumerate(self.quotes):
            by_paragraph.setdefault(quote.paragraph, []).append((quote.start, quote.end, index))
        passage = 0
        for chapter_number, chapter in enumerate(book.chapters, 1):
            self.opens, self.number = "chapter", 0
            for paragraph in chapter.heading:
                marks, wrong = read_marks(paragraph)
                self.problems += wrong
                yield from self.paragraph(paragraph, (), marks, chapter_number, 1, "heading")
            for scene_number, scene in enumerate(chapter.scenes, 1):
                if scene_number > 1:
                    self.number = 0
                self.opens = "chapter" if scene_number == 1 else "scene"
                for paragraph in scene.paragraphs:
                    yield from self.paragraph(paragraph, by_paragraph.get(passage, ()), self.marks.get(passage, ()),
                                              chapter_number, scene_number, "narration")
                    passage += 1
        for mark in self.waiting:
            self.problems.append(Problem("mark-no-line", f"nothing is said after the mark for a {mark.kind}",
                                         mark.source, "take it away, or put it before the words it is for"))

    def paragraph(self, paragraph: Paragraph, spans: Sequence[tuple[int, int, int]], marks: Sequence[Mark],
                  chapter: int, scene: int, kind: Kind) -> Iterator[Line]:
        text = paragraph.text
        own = paragraph.source
        found = pieces(text, spans, marks)
        newline = "\n" if "\n" in text else "\r"
        row, counted = own.line, 0
        opens: Opens = self.opens or "paragraph"
        before: str | None = None  # who spoke last in this paragraph
        at = 0
        following = 0  # the mark that comes next
        for piece in found:
            if piece.start != at:
                break
            at = piece.end
            self.number += 1
            row += text.count(newline, counted, piece.start)
            counted = piece.start
            said = self.speakers[piece.owner] if piece.owner >= 0 else _NARRATED
            if before is not None:
                opens = "line" if before == said.speaker else "speaker"
            what = self._kind(piece, said, kind)
            begun = following
            while following < len(marks) and marks[following].start < piece.end:
                following += 1
            here = marks[begun:following]
            pause, retake = self._asked(here, piece, text) if here or self.waiting else (None, 0)
            yield Line(text[piece.start:piece.end], what, said.speaker, Place(chapter, scene, self.number),
                       Source(own.file, own.start + piece.start, own.start + piece.end, row), opens,
                       said.confidence, said.evidence, said.others, pause, retake)
            if what != "silent":
                before, self.opens = said.speaker, None
        if at != len(text) or len(text) != own.end - own.start:
            raise ManuscriptError("the lines do not give back this paragraph; no line of it was let go", own,
                                  "this is a fault of the program, not of the text: please report the paragraph")

    def _kind(self, piece: Piece, said: Said, kind: Kind) -> Kind:
        if piece.owner == SOUND:
            return "sound"
        if not piece.says:
            return "silent"
        if piece.owner >= 0 and said.speaker != NARRATOR:
            return typed(Kind, self.quotes[piece.owner].kind)
        return kind

    def _asked(self, here: Sequence[Mark], piece: Piece, text: str) -> tuple[int | None, int]:
        """The pause and the retake that are asked for this piece, where the marks `here` stand; those after its last
        word wait for the next."""
        heard = piece.says
        last = piece.end if heard else piece.start
        for mark in reversed(here) if heard else ():
            if mark.end <= piece.end and mark.start >= piece.start:
                if _WORD.search(text, mark.end, last):
                    break
                last = mark.start
        ready = [*(self.waiting if heard else ()), *(mark for mark in here if mark.start < last)]
        if heard:
            self.waiting.clear()
        late = [mark for mark in here if mark.start >= last]
        pause: int | None = None
        retake = 0
        for mark in ready:
            if mark.kind == "pause":
                pause = mark.number
            elif mark.kind == "retake":
                retake = mark.number
        for mark in late:
            if mark.kind in ("pause", "retake"):
                self.waiting.append(mark)
            elif mark.kind == "say":
                self.problems.append(Problem("mark-no-line", "no word follows the mark that says how to say it",
                                             mark.source, "put it directly before the word"))
        return pause, retake


_WORD = re.compile(r"[^\W_]")
_NARRATED = Said(NARRATOR, 1.0, "")
