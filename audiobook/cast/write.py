"""voices.yaml and the people who have no entry in it, to voices.yaml with one for each.

What is there stays as it is, byte for byte: lines are put in, none is changed. The new file is read before it
takes the old one's place; where it would not say exactly what the old one said and the new people besides,
nothing is written.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from audiobook.cast.tree import BREAK, Table, Word, read_tree
from audiobook.cast.voicefile import Settings, read_text, settings_of
from audiobook.errors import SettingsError
from audiobook.files import write_whole
from audiobook.model import Cast, Role, Script, Source, Voice

_BY_HAND = "add them by hand: `audiobook cast` shows who they are and which voice each has"
_PLAIN = re.compile(r"[^\W\d_](?:[\w.+\u2019' -]*[\w.+\u2019'])?")  # needs no quotation marks in any YAML
_NOT_WORDS = frozenset(("yes", "no", "on", "off", "true", "false", "null", "y", "n"))
"""Words that other readers of YAML change."""


def write_cast(path: Path, cast: Cast, script: Script) -> tuple[str, ...]:
    """Put everybody who speaks in `script` and was cast without an entry into the voices.yaml at `path`.

    Returns the names that were added. The file, or its `characters`, is made where it is missing; its line
    ends and indentation are kept. Raises SettingsError, and changes nothing, where the file cannot be read
    or written.
    """
    old = read_text(path) if path.exists() else ""
    before = settings_of(old, path.name, path.parent)
    entered = {role.name for role in before.cast.roles}
    heard = {line.speaker for line in script.lines} | {p.name for p in script.people if p.lines}
    known = {alias for role in before.cast.roles for alias in role.aliases}
    new = tuple(role for role in cast.roles
                if not role.given and role.name in heard and role.name not in entered | known)
    if not new:
        return ()
    text = with_people(old, new, before.engine, path.name)
    _check(settings_of(text, path.name, path.parent), before, new, path)
    _replace(path, old, text)
    return tuple(role.name for role in new)


def with_people(text: str, people: Sequence[Role], engine: str, file: str = "voices.yaml") -> str:
    """The text of a voices.yaml with an entry more for each of `people`; `engine` is the file's own."""
    tree = read_tree(text, file, lambda key, first: None)
    found = BREAK.search(text)
    newline = found.group() if found else "\n"
    if tree is None:
        at = _end_of_comments(text)
        return _put(text, at, newline.join(["characters:", *_block(people, engine, 2, 2)]), newline)
    characters = tree.get("characters")
    if tree.flow:
        if isinstance(characters, Table):
            return _put_in_braces(text, characters, _flow(people, engine))
        if characters is not None:
            raise SettingsError("`characters` is no table yet", Source(file, characters.start, characters.end,
                                                                       characters.line), _BY_HAND)
        return _put_in_braces(text, tree, f'"characters": {{{_flow(people, engine)}}}')
    step = _step(tree)
    if isinstance(characters, Table) and characters.flow:
        return _put_in_braces(text, characters, _flow(people, engine))
    if isinstance(characters, Table):
        rows = _block(people, engine, characters.column, step)
        return _put(text, characters.end, newline.join(rows), newline)
    rows = _block(people, engine, tree.column + step, step)
    if isinstance(characters, Word):  # nothing stands after the key yet
        return _put(text, characters.end, newline.join(rows), newline)
    rows = [" " * tree.column + "characters:", *rows]
    return _put(text, tree.end, newline.join(rows), newline)


def quoted(text: str) -> str:
    """A word or line of words as YAML takes it for just that: plain where that is safe.

    >>> print(quoted("Mr. Darcy"), quoted("No"), quoted("Tom: a tale"))
    Mr. Darcy "No" "Tom: a tale"
    """
    if _PLAIN.fullmatch(text) and text.casefold() not in _NOT_WORDS and len(text) < 80:
        return text
    return _in_marks(text)


# ---------------------------------------------------------------- entries


def _block(people: Sequence[Role], engine: str, column: int, step: int) -> list[str]:
    rows = []
    for role in people:
        rows.append(" " * column + quoted(role.name) + ":")
        inner = " " * (column + step)
        if role.pronoun:
            rows.append(f"{inner}pronoun: {role.pronoun}")
        if role.aliases:
            rows.append(f"{inner}aliases: [{', '.join(quoted(alias) for alias in role.aliases)}]")
        if role.voice is not None:
            rows.append(f"{inner}voice: {_voice(role.voice, engine)}")
        if rows[-1].endswith(":"):  # nothing is known of them but the name
            rows[-1] += " {}"
    return rows


def _voice(voice: Voice, engine: str) -> str:
    said = _voice_pairs(voice, engine)
    if list(said) == ["name"]:
        return quoted(voice.name)
    pairs = [f"{key}: {_scalar(value)}" for key, value in said.items() if key != "options"]
    if voice.options:
        pairs.append("options: {" + ", ".join(f"{quoted(k)}: {_scalar(v)}" for k, v in voice.options) + "}")
    return "{" + ", ".join(pairs) + "}"


def _voice_pairs(voice: Voice, engine: str) -> dict[str, object]:
    said = {"name": voice.name or None, "rate": voice.rate, "pitch": voice.pitch,
            "gain": voice.gain or None, "engine": voice.engine if voice.engine != engine else None,
            "options": dict(voice.options) or None}
    return {key: value for key, value in said.items() if value is not None}


def _flow(people: Sequence[Role], engine: str) -> str:
    """The entries as they stand in braces: in JSON's spelling, in case the file is JSON."""
    entries = []
    for role in people:
        entry = {"pronoun": role.pronoun, "aliases": list(role.aliases) or None,
                 "voice": _voice_pairs(role.voice, engine) if role.voice else None}
        body = {key: value for key, value in entry.items() if value is not None}
        entries.append(f"{_in_marks(role.name)}: {_json(body)}")
    return ", ".join(entries)


def _json(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_in_marks(str(key))}: {_json(under)}" for key, under in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_json(item) for item in value) + "]"
    return _scalar(value) if isinstance(value, (bool, int, float)) else _in_marks(str(value))


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.9f}".rstrip("0").rstrip(".") if value == int(value) else f"{value:.9f}".rstrip("0")
    return str(value) if isinstance(value, int) else quoted(str(value))


def _in_marks(text: str) -> str:
    marked = json.dumps(text, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda match: f"\\u{ord(match.group()):04x}", marked)


# ---------------------------------------------------------------- where they go


def _put(text: str, at: int, rows: str, newline: str) -> str:
    """`rows` as lines of their own after the line that `at` lies in (before it, where `at` begins a line)."""
    if at == 0 or text[at - 1] not in "\r\n\x85\u2028\u2029":
        end = BREAK.search(text, at)
        at = end.end() if end else len(text)
    before, after = text[:at], text[at:]
    gap = newline if before and not BREAK.search(before[-1]) else ""
    return before + gap + rows + (newline if after or not gap else "") + after


def _put_in_braces(text: str, table: Table, entries: str) -> str:
    at = table.start + 1
    return text[:at] + entries + (", " if table.pairs else "") + text[at:]


def _end_of_comments(text: str) -> int:
    """Where a file without any key takes its first: at its end, but before the mark of one."""
    end = re.search(r"^\.\.\.", text, re.MULTILINE)
    return end.start() if end else len(text)


def _step(tree: Table) -> int:
    """By how much the file indents: as the first table in it does."""
    tables: list[tuple[Table, int]] = [(tree, tree.column)]
    for table, column in tables:
        for _, value in table.pairs:
            if isinstance(value, Table) and not value.flow:
                if value.column > column:
                    return value.column - column
                tables.append((value, value.column))
    return 2


# ---------------------------------------------------------------- nothing else changes


def _check(after: Settings, before: Settings, new: Sequence[Role], path: Path) -> None:
    def said(settings: Settings) -> tuple[object, ...]:
        return (settings.details, settings.engine, settings.engine_options, settings.cast.narrator,
                settings.cast.respellings, settings.pauses, settings.finish, settings.shelf_limit,
                settings.editions)

    def entries(roles: Sequence[Role]) -> dict[str, object]:
        return {role.name: (role.aliases, role.pronoun, role.voice) for role in roles}

    wanted = {**entries(before.cast.roles), **entries(new)}
    if said(after) != said(before) or entries(after.cast.roles) != wanted:
        raise SettingsError(f"{len(new)} people cannot be put into this file without changing what it says",
                            Source(path.name, 0, 0, 1), _BY_HAND)


def _replace(path: Path, old: str, text: str) -> None:
    source = Source(path.name, 0, 0, 1)
    try:
        there = path.read_bytes() if path.exists() else b""
        mark = b"\xef\xbb\xbf" if there.startswith(b"\xef\xbb\xbf") else b""
        if there != mark + old.encode():
            raise SettingsError("this was changed by somebody else just now", source, "run it again")
        mode = path.stat().st_mode if there else None
        if there and not os.access(path, os.W_OK):
            raise SettingsError("this is write-protected", source, _BY_HAND)
        write_whole(path, mark + text.encode())
        if mode is not None:
            path.chmod(mode & 0o7777)
    except OSError as error:
        raise SettingsError(f"this cannot be written: {error.strerror or error}", source, _BY_HAND) from None
