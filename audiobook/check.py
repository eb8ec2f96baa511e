"""Book, script and cast -> what is doubtful in them, all of it at once, with codes that never change.

Every code has its paragraph in docs/problems.md. Nothing here stops a book from being made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from audiobook.model import NARRATOR, Book, Cast, Line, Place, Problem, Role, Script, Voice

_DOUBTED = 0.6  # a person none of whose lines is surer than this may not be one
_FEW = 3  # shown of a kind that comes in crowds

_NUMBERS = {word: number for number, word in enumerate(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty".split(), 1)}
_NUMBERED = re.compile(r"(?:chapter|chapitre|kapitel|capítulo|capitolo|глава)\s+([\w-]+)", re.IGNORECASE)


def same(one: Voice, two: Voice) -> bool:
    """Whether two voices are one: the least that can be said of their sound."""
    return replace(one, gain=0.0) == replace(two, gain=0.0)


def check(book: Book, script: Script, cast: Cast,
          alike: Callable[[Voice, Voice], bool] = same) -> tuple[Problem, ...]:
    """Everything doubtful, in the order of the text; what has no place in it comes last.

    `alike` says whether a listener may take the one voice for the other (`cast.how_alike` knows).
    """
    found = [*book.notes, *script.problems, *_chapters(book), *_mixed_marks(book), *_aliases(cast),
             *_unheard(script, cast), *_doubted(script), *_uncast(script, cast), *_alike(script, cast, alike)]
    kept = list(dict.fromkeys(found))
    names = list(dict.fromkeys(chapter_file(book)))
    return tuple(sorted(kept, key=lambda problem: _order(problem, names)))


def chapter_file(book: Book) -> Iterator[str]:
    """The manuscript's files, in the order in which they are read."""
    yield from book.texts
    for chapter in book.chapters:
        for paragraph in chapter.heading:
            yield paragraph.source.file
        for scene in chapter.scenes:
            for paragraph in scene.paragraphs[:1]:
                yield paragraph.source.file


def _order(problem: Problem, names: Sequence[str]) -> tuple[int, int, int, str]:
    severity = ("error", "warning", "note").index(problem.severity)
    source = problem.source
    if source is None:
        return len(names) + 1, 0, severity, problem.code
    return (names.index(source.file) if source.file in names else len(names)), source.start, severity, problem.code


# ---------------------------------------------------------------- the book


def _chapters(book: Book) -> Iterator[Problem]:
    before: int | None = None
    for chapter in book.chapters:
        paragraphs = chapter.heading or (chapter.scenes[0].paragraphs if chapter.scenes else ())
        source = paragraphs[0].source if paragraphs else None
        if not any(_WORD.search(paragraph.text) for scene in chapter.scenes for paragraph in scene.paragraphs):
            yield Problem("chapter-empty", f"the chapter {chapter.title or 'without a heading'} has nothing to say",
                          source, "is its heading a heading? If so, write the chapter or take the heading away", "note")
        number = _number(chapter.title)
        if number is not None:
            if before is not None and number not in (before + 1, 1):
                yield Problem("chapter-number", f"{chapter.title} follows chapter {before}", source,
                              "a chapter may be missing, out of order, or its heading misread")
            before = number


_WORD = re.compile(r"[^\W_]")


def _number(title: str) -> int | None:
    """The number that the heading counts the chapter by.

    >>> _number("Chapter XIV: The Storm"), _number("CHAPTER 3"), _number("Chapter Two"), _number("Epilogue")
    (14, 3, 2, None)
    """
    match = _NUMBERED.match(title)
    if match is None:
        return None
    word = match[1].lower()
    if word.isdigit():
        return int(word)
    return _NUMBERS.get(word) or _roman(word)


def _roman(word: str) -> int | None:
    if not re.fullmatch(r"m{0,3}(?:c[md]|d?c{0,3})(?:x[cl]|l?x{0,3})(?:i[xv]|v?i{0,3})", word) or not word:
        return None
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}[letter] for letter in word]
    return sum(-one if one < two else one for one, two in zip(values, [*values[1:], 0], strict=True))


def _mixed_marks(book: Book) -> Iterator[Problem]:
    """Straight quotation marks that slipped into a text with curly ones: each may turn a speech round."""
    paragraphs = [paragraph for chapter in book.chapters for scene in chapter.scenes for paragraph in scene.paragraphs]
    curly = sum(paragraph.text.count("“") + paragraph.text.count("”") for paragraph in paragraphs)
    mixed = [paragraph for paragraph in paragraphs
             if '"' in _COMMENT.sub("", paragraph.text) and ("“" in paragraph.text or "”" in paragraph.text)]
    if not mixed or curly < 20 * len(mixed):
        return
    for paragraph in mixed[:_FEW]:
        more = f" ({len(mixed)} paragraphs like it)" if len(mixed) > _FEW else ""
        yield Problem("quote-mixed", f"straight and curly quotation marks stand in one paragraph{more}",
                      paragraph.source, "write the straight ones like the others", "note")


_COMMENT = re.compile(r"<[^<>]*>")


# ---------------------------------------------------------------- the cast


def _aliases(cast: Cast) -> Iterator[Problem]:
    claimed: dict[str, Role] = {}
    for role in cast.roles:
        for name in dict.fromkeys((role.name.casefold(), *(alias.casefold() for alias in role.aliases))):
            other = claimed.setdefault(name, role)
            if other is not role and other.name != role.name:
                shown = next((alias for alias in (role.name, *role.aliases) if alias.casefold() == name), name)
                yield Problem("alias-twice", f"{other.name} and {role.name} are both called {shown}", role.source,
                              f"leave {shown} to the one who is called so more often")


def _unheard(script: Script, cast: Cast) -> Iterator[Problem]:
    lines = {person.name: person.lines for person in script.people}
    for role in cast.roles:
        if role.given and not lines.get(role.name):
            yield Problem("cast-unheard", f"{role.name} is cast and never heard", role.source,
                          f"is the name spelt as in the story? Add what the story calls {role.name} to the aliases, "
                          "or mark a line")


def _doubted(script: Script) -> Iterator[Problem]:
    best: dict[str, Line] = {}
    for line in script.lines:
        if line.kind in ("dialogue", "thought") and line.speaker != NARRATOR:
            held = best.get(line.speaker)
            if held is None or line.confidence > held.confidence:
                best[line.speaker] = line
    for name, line in best.items():
        if line.confidence < _DOUBTED:
            yield Problem("person-doubted", f"{name} may not speak at all: every line of {name} is in doubt",
                          line.source, f"mark one line (<!-- voice: {name} -->), "
                          f"or make {name} an alias of somebody", "note")


def _uncast(script: Script, cast: Cast) -> Iterator[Problem]:
    for person in script.people:
        if person.lines and cast.voice(person.name) is None:
            first = next((line.source for line in script.lines if line.speaker == person.name), None)
            yield Problem("person-uncast", f"nobody is cast as {person.name}", first,
                          f"add {person.name} to voices.yaml, or run audiobook cast --write")


def _alike(script: Script, cast: Cast, sound_alike: Callable[[Voice, Voice], bool]) -> Iterator[Problem]:
    """Two people of one scene whom a listener could not tell apart; each pair once, where they first meet."""
    scenes: dict[tuple[int, int], dict[str, Line]] = {}
    for line in script.lines:
        if line.kind in ("dialogue", "thought", "narration"):
            scenes.setdefault((line.place.chapter, line.place.scene), {}).setdefault(line.speaker, line)
    meetings: dict[tuple[str, str], list[tuple[Place, Line]]] = {}
    alike: dict[tuple[str, str], bool] = {}
    for (chapter, scene), heard in scenes.items():
        for one, two in combinations(sorted(heard), 2):
            if (one, two) not in alike:
                mine, theirs = cast.voice(one), cast.voice(two)
                alike[one, two] = mine is not None and theirs is not None and sound_alike(mine, theirs)
            if alike[one, two]:
                meetings.setdefault((one, two), []).append((Place(chapter, scene), heard[two]))
    for (one, two), places in meetings.items():
        where = f"scene {places[0][0]}" + (f" and {len(places) - 1} more" if len(places) > 1 else "")
        yield Problem("voices-alike", f"{one or 'the narrator'} and {two} sound alike in {where}", places[0][1].source,
                      "give one of them another voice in voices.yaml, or another pitch or rate",
                      "note" if one == NARRATOR else "warning")
