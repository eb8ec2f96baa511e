"""Script -> the text a person reads: who says what, scene by scene; or only the doubts, the one most heard first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from textwrap import wrap

from audiobook.markup import plain
from audiobook.model import NARRATOR, Line, Place, Script

CERTAIN = 0.85
"""A speaker less likely than this is shown with a question mark."""

NOBODY = "Someone"
"""Who speaks where the text lets nobody be found: in doubt however sure it is that nobody was."""

_WIDTH = 96
_HEARD_AT_MOST = 400  # characters; a longer speech is not heard more than this


def screenplay(script: Script, doubts: bool = False) -> str:
    """The script as text. With `doubts` only the speeches whose speaker is uncertain, and the mark that settles each.

    A line as it stands there: its place, its speaker (`Tom?` and the chance, where in doubt), its words.
    """
    return "\n".join(_doubts(script) if doubts else _scenes(script)) + "\n"


def doubtful(script: Script) -> tuple[Line, ...]:
    """The lines whose speaker is uncertain, most worth a look first. What one mark settles stays together: the lines of
    a speech, and the parts that its tag cuts it into."""
    return tuple(line for speech in _ranked(script) for line in speech)


def speeches(script: Script) -> Iterator[tuple[Line, ...]]:
    """The lines in order, those of one speech together: one voice, without a break."""
    held: list[Line] = []
    for line in script.lines:
        if held and not (line.opens == "line" and line.kind == held[-1].kind and line.speaker == held[-1].speaker):
            yield tuple(held)
            held = []
        held.append(line)
    if held:
        yield tuple(held)


def in_doubt(line: Line) -> bool:
    return line.kind in ("dialogue", "thought") and (line.confidence < CERTAIN or line.speaker == NOBODY)


def _scenes(script: Script) -> Iterator[str]:
    yield script.title
    for (chapter, scene), group in groupby(speeches(script), key=lambda speech: _scene(speech[0].place)):
        if chapter <= len(script.titles) and scene == 1:
            yield ""
            yield f"{chapter}  {script.titles[chapter - 1]}"
        yield ""
        yield f"[{Place(chapter, scene)}]"
        for speech in group:
            first = speech[0]
            if first.kind == "silent" or (first.kind == "heading" and chapter <= len(script.titles)
                                          and _words(speech) == script.titles[chapter - 1]):
                continue
            if first.opens != "line":
                yield ""
            who = _shown(first)
            if first.kind == "sound":
                who = "(sound)"
            elif first.kind == "thought":
                who += " (thinks)"
            yield from _hanging(f"{first.place}  {who}: ", _words(speech) or first.text.strip())


def _scene(place: Place) -> tuple[int, int]:
    return place.chapter, place.scene


def _shown(line: Line) -> str:
    name = line.speaker or "narrator"
    if line.speaker == NOBODY:
        return f"{name}?"
    return f"{name}? {round(line.confidence * 100)} %" if in_doubt(line) else name


def _words(speech: tuple[Line, ...]) -> str:
    return " ".join(shown for line in speech if (shown := plain(line.text)))


def _hanging(lead: str, text: str) -> list[str]:
    return wrap(text, _WIDTH, initial_indent=lead, subsequent_indent="    ", break_long_words=False,
                break_on_hyphens=False) or [lead.rstrip()]


# ---------------------------------------------------------------- doubts


def _ranked(script: Script) -> list[tuple[Line, ...]]:
    pronouns: dict[str, str | None] = {person.name: person.pronoun for person in script.people}
    doubted: list[tuple[Line, ...]] = []
    here = False  # whether the last of `doubted` is in this paragraph
    for speech in speeches(script):
        first = speech[0]
        here = here and first.opens in ("line", "speaker")
        if in_doubt(first):
            if here and doubted[-1][0].speaker == first.speaker:
                doubted[-1] += speech
            else:
                doubted.append(speech)
            here = True
    return sorted(doubted, key=lambda speech: (-_weight(speech, pronouns), speech[0].place))


def _weight(speech: tuple[Line, ...], pronouns: Mapping[str, str | None]) -> float:
    """Doubt times how much the choice would be heard: how long the speech is, and how unlike the voices would be."""
    first = speech[0]
    length = min(sum(len(line.text) for line in speech), _HEARD_AT_MOST)
    mine = pronouns.get(first.speaker)
    unlike = 0.75
    if first.others:
        total = sum(chance for _, chance in first.others) or 1.0
        unlike = sum(chance * (1.0 if pronouns.get(name) != mine else 0.6) for name, chance in first.others) / total
    return float((1.0 - first.confidence) * unlike * length ** 0.5)


def _doubts(script: Script) -> Iterator[str]:
    ranked = _ranked(script)
    spoken = sum(1 for speech in speeches(script) if speech[0].kind in ("dialogue", "thought"))
    if not ranked:
        yield f"No speech is in doubt (of {spoken})."
        return
    are = "is" if len(ranked) == 1 else "are"
    yield f"{len(ranked)} of {spoken} speeches {are} in doubt. The ones most worth a look come first."
    yield "To settle one, paste a mark directly before its opening quotation mark; the mark with another"
    yield "name gives it to somebody else."
    for number, speech in enumerate(ranked, 1):
        first = speech[0]
        others = ", ".join(f"{name or 'narrator'} {round(chance * 100)} %" for name, chance in first.others[:3])
        yield ""
        thinks = " (thinks)" if first.kind == "thought" else ""
        yield (f"{number}. {first.place}  {_shown(first)}{thinks}{f', or {others}' if others else ''}"
               f"  ({first.evidence or 'guess'})  {first.source}")
        yield from wrap(_words(speech), _WIDTH, initial_indent="   ", subsequent_indent="   ", max_lines=4,
                        placeholder=" …", break_long_words=False, break_on_hyphens=False)
        yield f"   <!-- voice: {'NAME' if first.speaker == NOBODY else first.speaker or 'narrator'} -->"
        for name, _ in first.others[:1]:
            if name != NARRATOR:
                yield f"   <!-- voice: {name} -->"
