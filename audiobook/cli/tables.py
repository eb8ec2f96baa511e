"""People, voices and plans -> rows for a terminal and for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from audiobook.cli.screen import clean, clock
from audiobook.markup import plain
from audiobook.model import NARRATOR, Line, OfferedVoice, Voice
from audiobook.plan import Planned
from audiobook.rehearsal import Rehearsal

_SHOWN = 12  # rows of a plan that are shown in full


def columns(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> str:
    """Rows of equal length, in columns; those in `right` to the right."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join("  ".join(cell.rjust(width) if n in right else cell.ljust(width)
                               for n, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
                     for row in rows)


def _voice(voice: Voice | None) -> str:
    if voice is None:
        return "nobody"
    settings = [f"{name} {value}" for name, value in (("rate", voice.rate), ("pitch", voice.pitch))
                if value is not None]
    return ", ".join([voice.name, *settings, *([f"gain {voice.gain:g}"] if voice.gain else [])])


def _typical(lines: Sequence[Line]) -> str:
    """A line of middling length that the person surely says."""
    texts = [(line.confidence < 0.8, abs(len(line.text) - 60), line.text) for line in lines]
    return plain(min(texts)[2]) if texts else ""


def cast_rows(rehearsal: Rehearsal) -> list[dict[str, Any]]:
    """A row a person, most heard first, the narrator on top."""
    said: dict[str, list[Line]] = {}
    for line in rehearsal.script.lines:
        if line.kind in ("dialogue", "thought"):
            said.setdefault(line.speaker, []).append(line)
    told = [line for line in rehearsal.script.lines if line.speaker == NARRATOR and line.kind == "narration"]
    rows: list[dict[str, Any]] = [
        {"name": "narrator", "aliases": [], "pronoun": None, "lines": len(told), "first": None,
         "voice": _voice(rehearsal.cast.narrator), "given": True, "says": _typical(told[:40])}]
    roles = {role.name: role for role in rehearsal.cast.roles}
    for person in sorted(rehearsal.script.people, key=lambda p: -p.lines):
        role = roles.get(person.name)
        rows.append({"name": person.name, "aliases": list(person.aliases), "pronoun": person.pronoun,
                     "lines": person.lines, "first": str(person.first) if person.first else None,
                     "voice": _voice(role.voice if role else None), "given": bool(role and role.given),
                     "says": _typical(said.get(person.name, ()))})
    return rows


def cast_text(rows: Sequence[dict[str, Any]]) -> str:
    """The cast as a table, with a typical line under each name."""
    head = ("", "lines", "first", "pronoun", "voice", "also called")
    table = [head, *((clean(row["name"]), str(row["lines"]), row["first"] or "-", row["pronoun"] or "-",
                      row["voice"] + ("" if row["given"] else " (cast for you)"),
                      clean(", ".join(row["aliases"]))[:60] or "-") for row in rows)]
    out: list[str] = []
    for text, row in zip(columns(table, frozenset({1})).splitlines(), (None, *rows), strict=True):
        out.append(text)
        if row and row["says"]:
            out.append(f"    {clean(row['says'])[:100]}")
    return "\n".join(out)


def voice_rows(offered: Sequence[OfferedVoice]) -> list[dict[str, Any]]:
    """A row a voice, as the engine lists them."""
    return [{"name": o.voice.name, "language": o.language, "pronoun": o.pronoun, "age": o.age, "rate": o.voice.rate,
             "pitch": o.voice.pitch, "pitch_hz": round(o.pitch_hz) or None, "bright_hz": round(o.bright_hz) or None,
             "note": o.note} for o in offered]


def voices_text(engine: str, rows: Sequence[dict[str, Any]]) -> str:
    """The voices as a table."""
    head = ("voice", "language", "pronoun", "age", "rate", "pitch", "Hz", "")
    shown = ("name", "language", "pronoun", "age", "rate", "pitch", "pitch_hz", "note")
    table = [head, *(tuple(clean(str(row[name])) if row[name] is not None else "-" for name in shown)
                     for row in rows)]
    return f"{engine} offers {len(rows)} voices\n{columns(table, frozenset({4, 5, 6}))}"


def plan_text(planned: Planned) -> str:
    """The plan in a few lines, and the first takes with place and reason."""
    out = [f"{planned.takes} takes, {planned.held} held, {len(planned.to_record)} to record: "
           f"about {clock(planned.seconds)} of {clock(planned.book_seconds)} of speech"]
    out += [f"  {count} because: {why}" for why, count in planned.reasons]
    rows = [(str(line.place), clean(str(line.source)), why, clean(take.text)[:60])
            for line, take, why in planned.to_record[:_SHOWN]]
    if rows:
        out.append(columns(rows))
    if len(planned.to_record) > _SHOWN:
        out.append(f"... and {len(planned.to_record) - _SHOWN} more (--json shows all)")
    return "\n".join(out)
