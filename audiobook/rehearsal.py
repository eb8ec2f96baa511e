"""A project goes in; the book, its script, its cast and what there is to record come out.

Everything before the first sound: reading, who says what, who has which voice, the words as spoken.
What was worked out once is kept on the shelf under a key of the texts, the people of voices.yaml and this
program's own code, so that an unchanged manuscript is not read twice.
"""

from __future__ import annotations

import gc
import json
import struct
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache
from hashlib import blake2b, sha256
from pathlib import Path

from audiobook.columns import ORDER, Lines, Paragraphs
from audiobook.compact import Texts
from audiobook.crew import Engines
from audiobook.errors import EngineError, ShelfError
from audiobook.memory import apart, hand_back
from audiobook.model import Book, Cast, OfferedVoice, Person, Place, Problem, Role, Scene, Script, Source, Take, Voice
from audiobook.project import Project
from audiobook.store import Store

_DIGEST = 16  # bytes that stand for a text
_LONG = 300_000  # characters of a book that make it worth a process of its own to find out who says what
_MANY = 400  # lines that were not said before: their words leave much behind


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`takes` is aligned with `script.lines`; None where a line says nothing. `offered`: the main engine's voices."""

    book: Book
    script: Script
    cast: Cast
    offered: tuple[OfferedVoice, ...]
    takes: Sequence[Take | None]


def engines_of(project: Project) -> Engines:
    """The project's engines, with their options from voices.yaml."""
    return Engines(project.settings.engine_options)


def read_script(project: Project, store: Store | None,
                meanwhile: Callable[[], None] | None = None) -> tuple[Book, Script]:
    """The book and who says what in it; from the shelf where nothing that decides them has changed. `meanwhile` is
    called while a process of its own is finding out, if one is."""
    from audiobook.readers import read

    book = read(project.manuscript, project.root)
    book = replace(book, details=project.settings.details.merged(book.details))
    key = _script_key(book, project.settings.cast)
    held = store.blob("scripts", key) if store is not None else None
    if held is None:
        def work() -> bytes:
            return _worked_out(book, project.settings.cast)

        held = apart(work, meanwhile) if sum(map(len, book.texts.values())) >= _LONG else work()
        if store is not None:
            _keep(store, "scripts", key, held)
    book = _folded(book)
    return book, _script_from(held, book)


def _folded(book: Book) -> Book:
    """The same book in less room, now that it has been read."""
    texts = Texts(book.texts)

    def scene(given: Scene) -> Scene:
        return Scene(given.paragraphs.of(texts.folded)) if isinstance(given.paragraphs, Paragraphs) else given

    chapters = tuple(replace(chapter, scenes=tuple(map(scene, chapter.scenes))) for chapter in book.chapters)
    return replace(book, texts=texts, chapters=chapters)


def _worked_out(book: Book, cast: Cast) -> bytes:
    from audiobook.script import write_script

    script = write_script(book, cast)
    packed = _script_bytes(script, Lines(script.lines, book.texts))
    del script
    hand_back()
    return packed


def rehearse(project: Project, engines: Engines, store: Store | None, only: Place | None = None,
             engine: str | None = None, meanwhile: Callable[[], None] | None = None) -> Rehearsal:
    """Everything up to the takes. `store` None works it all out anew and keeps nothing; `engine` speaks
    instead of the one that voices.yaml names; `meanwhile`: see `read_script`.

    Raises ManuscriptError, SettingsError, EngineError, as the rooms below do.
    """
    from audiobook.cast import cast_lines, cast_script

    book, script = read_script(project, store, meanwhile)
    main = engine or project.settings.engine
    offered = tuple(engines(main).voices())
    cast = settle_voices(project.settings.cast, project.settings.engine, main, offered)
    cast = cast_script(cast, script, offered, main, book.language)
    check_voices(cast, script, engines)
    part = script.only(only)
    said = _remembered(store, book.language, cast.respellings)
    takes = cast_lines(part, cast, book.language, project.root, said.speak)
    said.keep()
    many = said.new > _MANY
    del said
    if many:
        gc.collect()  # the interpreter's own stores of small objects lie strewn about
        hand_back()
    return Rehearsal(book, part, cast, offered, takes)


def settle_voices(cast: Cast, written_for: str, main: str, offered: tuple[OfferedVoice, ...]) -> Cast:
    """The cast as the engine `main` can speak it, where voices.yaml was written for another one: people keep a
    voice that `main` has too, the others are left to be cast anew."""
    if not offered:
        raise EngineError(f"the engine {main} offers no voice",
                          hint="name its voices or its folder under engine-options in voices.yaml "
                          "(docs/engines.md), or choose another with --engine")
    if main == written_for:
        return cast
    names = {o.voice.name for o in offered}

    def settled(voice: Voice) -> Voice | None:
        if voice.engine != written_for:
            return voice
        return replace(voice, engine=main) if voice.name in names else None

    return replace(cast, narrator=settled(cast.narrator) or Voice(main, "", gain=cast.narrator.gain),
                   roles=tuple(replace(role, voice=role.voice and settled(role.voice)) for role in cast.roles))


def check_voices(cast: Cast, script: Script, engines: Engines) -> None:
    """Raise EngineError, with the line of voices.yaml, for the first voice that its engine does not have."""
    lines = script.lines
    heard = lines.speakers() if isinstance(lines, Lines) else {line.speaker for line in lines}
    for role in (Role("the narrator", voice=cast.narrator), *cast.roles):
        if role.voice is None or (role.name not in heard and not role.given):
            continue
        validate = getattr(engines(role.voice.engine), "check", None)
        if validate is None:
            continue
        try:
            validate(role.voice)
        except EngineError as error:
            raise EngineError(f"{role.name}: {error.message}", error.source or role.source, error.hint) from None


# ---------------------------------------------------------------- what is kept on the shelf


def _keep(store: Store, kind: str, key: str, data: bytes) -> None:
    with suppress(ShelfError):  # it only saves time, and looking must work on a disk that cannot be written
        store.keep_blob(kind, key, data)


@cache
def code_digest() -> str:
    """A digest of this program's own code and weights: what is kept was worked out by just this."""
    digest = sha256()
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".npz", ".json", ".bin", ".txt") and "__pycache__" not in path.parts:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _script_key(book: Book, cast: Cast) -> str:
    digest = sha256(code_digest().encode())
    people = [(role.name, role.aliases, role.pronoun) for role in cast.roles]
    digest.update(json.dumps([book.title, book.language, people, sorted(book.texts), ORDER]).encode())
    for name in sorted(book.texts):
        digest.update(sha256(book.texts[name].encode("utf-8", "surrogatepass")).digest())
    return digest.hexdigest()


def _script_bytes(script: Script, lines: Lines) -> bytes:
    people = [(p.name, p.aliases, p.pronoun, p.lines,
               (p.first.chapter, p.first.scene, p.first.line) if p.first else None) for p in script.people]
    told = json.dumps({"title": script.title, "titles": script.titles, "people": people,
                       "problems": [asdict(problem) for problem in script.problems]}, separators=(",", ":")).encode()
    return struct.pack("<I", len(told)) + told + lines.packed()


def _script_from(data: bytes, book: Book) -> Script:
    texts = book.texts.folded if isinstance(book.texts, Texts) else book.texts
    length, = struct.unpack_from("<I", data)
    held = json.loads(data[4:4 + length])
    people = tuple(Person(name, tuple(aliases), pronoun, count, Place(*first) if first else None)
                   for name, aliases, pronoun, count, first in held["people"])
    problems = tuple(Problem(p["code"], p["message"], Source(**p["source"]) if p["source"] else None, p["hint"],
                             p["severity"]) for p in held["problems"])
    return Script(held["title"], tuple(held["titles"]), people,
                  Lines.unpacked(memoryview(data)[4 + length:], texts), problems)


class _remembered:
    """Words as spoken, remembered from the last run: `speak` has the shape of `spoken.spoken`.

    Of a text it keeps a digest, and what is said only where that is not the text itself: a book has ten thousands.
    """

    def __init__(self, store: Store | None, language: str, respellings: Iterable[tuple[str, str]]) -> None:
        self._store = store
        self._key = sha256(json.dumps([code_digest(), language, list(respellings), _DIGEST]).encode()).hexdigest()
        held = store.blob("spoken", self._key) if store is not None else None
        self._known: dict[str, str | None] = json.loads(held) if held else {}
        self._used: dict[str, str | None] = {}
        self.new = 0  # texts that nobody had said before

    def speak(self, text: str, language: str, respellings: Iterable[tuple[str, str]] = ()) -> str:
        name = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).hexdigest()
        plain = " ".join(text.split())
        if name in self._known:
            said = self._known[name]
        else:
            from audiobook.spoken import spoken  # late: an unchanged book says nothing new

            self.new += 1
            said = spoken(text, language, respellings)
            if said == plain:
                said = None
        self._used[name] = said
        return plain if said is None else said

    def keep(self) -> None:
        """Keep what this run used, unless that is part of what is held already."""
        if self._store is not None and not self._used.keys() <= self._known.keys():
            both = self._known | self._used if len(self._used) < len(self._known) // 2 else self._used
            _keep(self._store, "spoken", self._key, json.dumps(both, separators=(",", ":")).encode())
