"""voices.yaml in, settings out: who speaks how, what the book is called, how it is to sound.

Every key is named in docs/voices-yaml.md. Nothing is guessed and nothing passed over: a key that is not
known, a number out of its range, a file that is not there are mistakes, each with its line and what to do,
and all the mistakes of a file are told at once. See `tree` for what YAML is left here.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from audiobook import plugins
from audiobook.cast.shapes import Range, Shapes, Single, Value, empty, meant, shown
from audiobook.cast.tree import BREAK, Listing, Node, Table, Word, read_tree
from audiobook.errors import AudiobookError, SettingsError
from audiobook.model import Cast, Details, Finish, Option, Pauses, Pronoun, Role, Source, Voice

ENGINE = "pyttsx3"
"""The engine where nobody chose one."""

LARGEST = 1_000_000  # bytes; 400 people with everything said about them are 60 kB


@dataclass(frozen=True, slots=True)
class Settings:
    """What voices.yaml says; with nothing given, what holds where there is no such file.

    A voice whose `name` is empty is one that nobody named: casting chooses it. `engine_options` are by
    engine, then by the engine's own option, dashes as underscores. `shelf_limit` is in bytes. `editions`
    holds what was written, by edition and option, checked, without defaults for the rest (`with_defaults`).
    """

    details: Details = field(default_factory=Details)
    engine: str = ENGINE
    engine_options: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    cast: Cast = field(default_factory=lambda: Cast(Voice(ENGINE, "")))
    pauses: Pauses = field(default_factory=Pauses)
    finish: Finish = field(default_factory=Finish)
    shelf_limit: int | None = None
    editions: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)


_TEXTS = {"title": "title", "subtitle": "subtitle", "author": "author", "read-by": "read_by",
          "language": "language", "publisher": "publisher", "description": "description", "genre": "genre",
          "copyright": "copyright", "isbn": "isbn"}
_TOP = (*_TEXTS, "year", "series", "cover", "engine", "engine-options", "narrator", "characters", "pauses",
        "respellings", "sound")
_VOICE = {"rate": Range(80, 450, "words a minute"), "pitch": Range(0, 100),
          "gain": Range(-20, 20, "dB", whole=False)}
_PAUSE = Range(0, 60_000, "milliseconds")
_SOUND = {"loudness": Range(-40, -6, "LUFS", whole=False), "peak": Range(-20, 0, "dB", whole=False),
          "room-tone": Range(-96, -40, "dBFS", whole=False), "lead-in": _PAUSE, "tail": _PAUSE,
          "rate": Range(8_000, 96_000, "Hz"), "shelf-limit": Range(1, 10_000_000, "megabytes")}
_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000)
_YEAR = Range(1, 2999)
_PAUSES = ("line", "speaker", "paragraph", "scene", "chapter")
_PERSON = ("aliases", "pronoun", "voice")
KEYS = (*_TOP, "series.name", "series.part", "narrator.name", "narrator.engine", "narrator.options",
        *(f"narrator.{key}" for key in _VOICE), *(f"characters.{key}" for key in _PERSON),
        *(f"pauses.{key}" for key in _PAUSES), *(f"sound.{key}" for key in _SOUND))
"""Every key there is, for the test that holds docs/voices-yaml.md to it."""


def read_settings(path: Path) -> Settings:
    """What the voices.yaml at `path` says; files that it names are read from its folder, the project's.

    Raises SettingsError: the first mistake, and in its `others` every further one.
    """
    return settings_of(read_text(path), path.name, path.parent)


def settings_of(text: str, file: str, root: Path) -> Settings:
    """What a voices.yaml of this text says; as `read_settings`."""
    return _Reading(file, root).settings(text)


def with_defaults(options: Sequence[Option], given: Mapping[str, Value]) -> dict[str, Value | None]:
    """An edition's options: what was `given`, and the defaults of the others."""
    return {option.name: given.get(option.name, () if option.kind == "list" and option.default is None
                                   else option.default)
            for option in options}


def read_text(path: Path) -> str:
    """The decoded text of a voices.yaml, without its byte order mark. Raises SettingsError."""
    source = Source(path.name, 0, 0, 1)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SettingsError("this is not a file", source)
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise SettingsError(f"this cannot be read: {error.strerror or error}", source) from None
    if len(data) > LARGEST:
        raise SettingsError("this is larger than 1 MB, which no cast is", source)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[:error.start].decode("utf-8")
        raise SettingsError("this is not UTF-8 text", Source(path.name, len(before), len(before) + 1,
                                                             len(BREAK.findall(before)) + 1),
                            "save the file as UTF-8 in your editor") from None
    return text.removeprefix("\ufeff")


class _Reading(Shapes):
    def __init__(self, file: str, root: Path) -> None:
        super().__init__(file, root)
        self.engine = ENGINE

    def settings(self, text: str) -> Settings:
        tree = read_tree(text, self.file, self.doubled)
        if tree is None:
            self.stop()
            return Settings()
        editions = plugins.names("editions")
        top = self.table(tree, "voices.yaml", (*_TOP, *editions))
        if (name := top.get("engine")) is not None:
            self.engine = self._engine(name) or ENGINE
        pauses = self.numbers(top.get("pauses"), "pauses", dict.fromkeys(_PAUSES, _PAUSE))
        finish, shelf_limit = self._sound(top.get("sound"))
        settings = Settings(
            details=self._details(top),
            engine=self.engine,
            engine_options=self._engine_options(top.get("engine-options")),
            cast=Cast(narrator=self._voice(top.get("narrator"), "the narrator") or Voice(self.engine, ""),
                      roles=self._roles(top.get("characters")),
                      respellings=self._respellings(top.get("respellings"))),
            pauses=Pauses(**{key: int(value) for key, value in pauses.items()}),
            finish=finish,
            shelf_limit=shelf_limit,
            editions={name: self._edition(name, top[name]) for name in editions if name in top})
        self.stop()
        return settings

    # ------------------------------------------------------------ the book

    def _details(self, top: Mapping[str, Node]) -> Details:
        said: dict[str, str] = {}
        for key, name in _TEXTS.items():
            if (node := top.get(key)) is not None:
                text = self._description(node) if key == "description" else self.words(node, key)
                if text is not None and self._fits(node, key, text):
                    said[name] = text
        series, part = self._series(top.get("series"))
        year = self.number(top["year"], "year", _YEAR) if "year" in top else None
        cover = self.project_file(top["cover"], "cover") if "cover" in top else None
        return Details(**said, year=int(year) if year is not None else None, series=series, part=part,
                       cover=self.root / cover if cover is not None else None)

    def _description(self, node: Node) -> str | None:
        if isinstance(node, Word) and self.clean(node, node.text.strip(), "description"):
            return node.text.strip()
        return None if isinstance(node, Word) else self.words(node, "description")

    def _fits(self, node: Node, key: str, text: str) -> bool:
        if key == "language" and not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):
            self.wrong(node, f"language must be a language's code, not {shown(text)}",
                       "as in en, en-GB, de or no")
        elif key == "isbn" and not _isbn(text):
            self.wrong(node, f"isbn: {shown(text)} is no ISBN: its digits do not add up",
                       "10 or 13 digits, with or without dashes, in quotation marks")
        else:
            return True
        return False

    def _series(self, node: Node | None) -> tuple[str | None, str | None]:
        if not isinstance(node, Table):
            return (self.words(node, "series") if node is not None else None), None
        found = self.table(node, "series", ("name", "part"))
        if "name" not in found:
            self.wrong(node, "series has no name", "as in `series: {name: The Long Road, part: 2}`")
        return (self.words(found["name"], "series: name") if "name" in found else None,
                self.words(found["part"], "series: part") if "part" in found else None)

    # ------------------------------------------------------------ voices

    def _engine(self, node: Node) -> str | None:
        name, known = self.words(node, "engine"), plugins.names("engines")
        if name is None or name in known:
            return name
        self.wrong(node, f"there is no engine called {shown(name)}", meant(name, known))
        return None

    def _engine_options(self, node: Node | None) -> dict[str, dict[str, Value]]:
        """By engine: bare options are for the book's engine, a table under an engine's name for that one."""
        read: dict[str, dict[str, Value]] = {}
        for key, value in self.pairs(node, "engine-options"):
            if isinstance(value, Table):
                if key.text in plugins.names("engines"):
                    for inner, under in value.pairs:
                        self._engine_option(read, key.text, inner, under)
                else:
                    self.wrong(key, f"engine-options: there is no engine called {shown(key.text)}",
                               meant(key.text, plugins.names("engines")))
            else:
                self._engine_option(read, self.engine, key, value)
        return read

    def _engine_option(self, read: dict[str, dict[str, Value]], engine: str, key: Word, node: Node) -> None:
        name = key.text.replace("-", "_")
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,60}", name):
            self.wrong(key, f"engine-options: {shown(key.text)} cannot be an option's name")
        elif (value := self.scalar(node, f"engine-options: {key.text}")) is not None:
            read.setdefault(engine, {})[name] = value

    def _voice(self, node: Node | None, whose: str) -> Voice | None:
        """None where nothing is said (or nothing right)."""
        if node is None or empty(node):
            return None
        if isinstance(node, Word):
            name = self._voice_name(node, whose)
            return Voice(self.engine, name) if name is not None else None
        if isinstance(node, Listing):
            self.wrong(node, f"the voice of {whose} must be one voice, not a list",
                       "a voice's name, or a table: `{name: en-us, rate: 160}`")
            return None
        found = self.table(node, f"the voice of {whose}", ("name", *_VOICE, "engine", "options"))
        read = {key: self.number(found[key], f"{whose}: {key}", limits)
                for key, limits in _VOICE.items() if key in found}
        engine = self._engine(found["engine"]) if "engine" in found else None
        name = self._voice_name(found["name"], whose) if "name" in found else None
        if engine == "file":
            self.wrong(found["engine"], f"{whose}: the engine `file` plays sounds and speaks for nobody",
                       "to play a file, write `<!-- sound: door.wav -->` into the manuscript")
        rate, pitch, gain = read.get("rate"), read.get("pitch"), read.get("gain")
        return Voice(engine or self.engine, name or "", int(rate) if rate is not None else None,
                     int(pitch) if pitch is not None else None, gain or 0.0,
                     self._voice_options(found.get("options"), whose))

    def _voice_name(self, node: Node, whose: str) -> str | None:
        name = self.words(node, f"the voice of {whose}")
        if name is None:
            return None
        path = PurePosixPath(name.replace("\\", "/"))
        if name.startswith("-") or "://" in name or path.is_absolute() or ".." in path.parts \
                or re.match(r"[A-Za-z]:[\\/]", name) or len(name) > 200:
            self.wrong(node, f"{shown(name)} is no voice's name", "`audiobook voices` lists the names")
            return None
        return name

    def _voice_options(self, node: Node | None, whose: str) -> tuple[tuple[str, Single], ...]:
        read: dict[str, Single] = {}
        for key, value in self.pairs(node, f"{whose}: options"):
            if isinstance(value, Word):
                option = self.scalar(value, f"{whose}: {key.text}")
                if option is not None and not isinstance(option, tuple):
                    read[key.text] = option
            else:
                self.wrong(value, f"{whose}: {shown(key.text)} must be one value")
        return tuple(sorted(read.items()))

    def _roles(self, node: Node | None) -> tuple[Role, ...]:
        return tuple(role for key, value in self.pairs(node, "characters")
                     if (role := self._role(key, value)) is not None)

    def _role(self, key: Word, node: Node) -> Role | None:
        name = self.words(key, "a character's name")
        if name is None:
            return None
        if name.casefold() == "narrator":
            self.wrong(key, "the narrator is not one of the characters",
                       "write `narrator:` at the left margin")
            return None
        source = Source(self.file, key.start, key.end, key.line)
        if isinstance(node, Word):
            return Role(name, voice=self._voice(node, name), source=source)
        if isinstance(node, Listing):
            self.wrong(node, f"{shown(name)} must have one voice, or a table",
                       f"as in `{shown(name)}: {{pronoun: she, voice: en-us+f2}}`")
            return None
        found = self.table(node, shown(name), _PERSON)
        aliases = self.word_list(found["aliases"], f"{name}: aliases") if "aliases" in found else None
        pronoun = self._pronoun(found["pronoun"], name) if "pronoun" in found else None
        return Role(name, tuple(dict.fromkeys(aliases or ())), pronoun, self._voice(found.get("voice"), name),
                    source=source)

    def _pronoun(self, node: Node, name: str) -> Pronoun | None:
        match self.words(node, f"{name}: pronoun"):
            case "he" | "she" | "they" | "it" as pronoun:
                return pronoun
            case None:
                return None
        self.wrong(node, f"{name}: pronoun must be he, she, they or it", "write one of these four")
        return None

    def _respellings(self, node: Node | None) -> tuple[tuple[str, str], ...]:
        pairs = []
        for key, value in self.pairs(node, "respellings"):
            written = self.words(key, "a respelling's key")
            said = self.words(value, f"respellings: {shown(key.text)}")
            if written is not None and said is not None:
                pairs.append((written, said))
        return tuple(pairs)

    # ------------------------------------------------------------ sound and editions

    def _sound(self, node: Node | None) -> tuple[Finish, int | None]:
        found = self.table(node, "sound", _SOUND)
        tone = found.get("room-tone")
        if isinstance(tone, Word) and tone.text == "none":  # the default, written out
            del found["room-tone"]
        read = {key: value for key, node in found.items()
                if (value := self.number(node, f"sound: {key}", _SOUND[key])) is not None}
        if "rate" in read and read["rate"] not in _RATES:
            self.wrong(found["rate"], f"sound: rate must be one that encoders know, not {read['rate']:.0f}",
                       "one of " + ", ".join(str(rate) for rate in _RATES))
        usual = Finish()
        finish = Finish(
            loudness=read.get("loudness", usual.loudness), peak=read.get("peak", usual.peak),
            room_tone=read.get("room-tone"), lead_in_ms=int(read.get("lead-in", usual.lead_in_ms)),
            tail_ms=int(read.get("tail", usual.tail_ms)), rate=int(read["rate"]) if "rate" in read else None)
        return finish, int(read["shelf-limit"]) * 1_000_000 if "shelf-limit" in read else None

    def _edition(self, name: str, node: Node) -> dict[str, Value]:
        try:
            options: tuple[Option, ...] = plugins.load("editions", name).OPTIONS
        except (AudiobookError, ImportError) as error:
            self.wrong(node, f"the edition {name} cannot be used here: {error}", "leave its section out")
            return {}
        by_name = {option.name: option for option in options}
        return {key: value for key, under in self.table(node, name, by_name).items()
                if (value := self._option(under, f"{name}: {key}", by_name[key])) is not None}

    def _option(self, node: Node, what: str, option: Option) -> Value | None:
        match option.kind:
            case "number":
                return self.number(node, what, Range(-1_000_000_000, 1_000_000_000, whole=False))
            case "flag":
                return self.flag(node, what)
            case "list":
                return self.word_list(node, what)
            case "file":
                return self.project_file(node, what)
            case _:
                return self._description(node) if isinstance(node, Word) else self.words(node, what)


def _isbn(text: str) -> bool:
    digits = re.sub(r"[\s-]", "", text).upper().removeprefix("ISBN").lstrip(":")
    if re.fullmatch(r"[0-9]{9}[0-9X]", digits):
        return sum((10 - i) * (10 if c == "X" else int(c)) for i, c in enumerate(digits)) % 11 == 0
    return bool(re.fullmatch(r"[0-9]{13}", digits)) and \
        sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(digits)) % 10 == 0
