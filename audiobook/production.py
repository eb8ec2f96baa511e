"""The walk: a project goes in, editions come out.

    book -> script -> takes -> clips -> timeline -> editions

There are no modes: a preview is this walk with `only`, a podcast is this walk with another edition,
a rebuild is this walk again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

from audiobook import plugins
from audiobook.cast import ALIKE, Settings, how_alike
from audiobook.cast.lines import sound_file
from audiobook.columns import Takes, column
from audiobook.crew import Engines
from audiobook.errors import AudiobookError, EditionError, EngineError, ManuscriptError, ShelfError
from audiobook.events import Event, Failed, Noticed, Planned, Watch, Wrote, nobody
from audiobook.files import clear_parts
from audiobook.kit import Kit
from audiobook.made import Made, needed, remember, tidy
from audiobook.memory import give_back_at_once, hand_back, keep_what_is_freed, share_heaps
from audiobook.model import (
    Book,
    Clip,
    Extra,
    Finish,
    OfferedVoice,
    Place,
    Problem,
    Script,
    Sound,
    Take,
    Timeline,
    Voice,
)
from audiobook.profiles import profile_finish
from audiobook.project import Project, open_project
from audiobook.rehearsal import Rehearsal, code_digest, engines_of, read_script, rehearse
from audiobook.store import Spoiled, Store

_TRIES = 5  # a shelf that spoils faster than this is a broken disk


def produce(project: Project, editions: Sequence[str] = ("m4b",), *, only: Place | None = None,
            engine: str | None = None, profile: str | None = None, folder: Path | None = None,
            options: Mapping[str, Mapping[str, Any]] | None = None, watch: Watch = nobody,
            workers: int | None = None) -> Made:
    """Make `editions` of the project, or of one place in it, in `folder` (the project's output where None).

    Records what the shelf does not hold, and nothing else. A line that cannot be recorded is in `Made.failed`
    and missing from the sound; all others are there. Raises AudiobookError kinds.
    """
    rooms = {name: plugins.load("editions", name) for name in dict.fromkeys(editions)}
    folder = folder or project.output
    _make_folder(folder)
    store = shelf_of(project)
    share_heaps()
    give_back_at_once()
    engines = engines_of(project)
    with store.lock(), engines.standing_by():
        for place in (project.root, folder, project.shelf):
            clear_parts(place)
        # A first make of a whole book has minutes before it, and needs its memory to find out who says what.
        soon = only is not None or "takes" in store.names("runs")
        ready = _Ready(engines, store, engine or project.settings.engine, only is None)
        rehearsal = rehearse(project, engines, store, only, engine, ready if soon else None)
        if not any(rehearsal.takes):
            raise _nothing(rehearsal, only)
        for problem in (*rehearsal.book.notes, *rehearsal.script.problems):
            watch(Noticed(problem))
        chosen = {name: _options(project, name, room, profile, options) for name, room in rooms.items()}
        extras = _extras(rehearsal, rooms, chosen)
        finish = profile_finish(profile, project.settings.finish)
        cover = _cover(rehearsal, project, rooms, store, watch)
        recorded = 0
        for _ in range(_TRIES):
            recording = _record(rehearsal, extras, engines, store, watch, workers)
            recorded += recording.new
            try:
                timeline, sound = _lay(rehearsal, recording, project, finish, store)
                wrote = _publish(rehearsal, timeline, sound, rooms, chosen, recording.extras, folder,
                                 project, store, cover, finish, watch)
                break
            except Spoiled as spoiled:
                _weed(store, [*recording.clips, *recording.checks.values()], spoiled)
        else:
            raise ShelfError(f"clips on the shelf {project.shelf} spoil as soon as they are recorded",
                             hint="check the disk, or delete that folder and make the book again")
        if only is None:
            from audiobook.press.encode import kept

            with suppress(ShelfError):  # the book is made; what could not be noted costs time at most
                beside = [*recording.extras.values(), *recording.checks.values()]
                remember(store, rehearsal.takes, recording.clips, beside)
                if store.limit is not None:
                    store.trim(needed(store, chain(recording.clips, beside)) | kept(rooms, store))
        return Made(wrote, recorded, recording.held, recording.failed, timeline.frames / timeline.rate)


def preview(project: Project, place: Place, *, engine: str | None = None, watch: Watch = nobody) -> Made:
    """One place alone, as a WAV file that any player opens."""
    return produce(project, ("wav",), only=place, engine=engine, folder=project.output / "preview",
                   options={"wav": {"name": str(place)}}, watch=watch)


def _nothing(rehearsal: Rehearsal, only: Place | None) -> ManuscriptError:
    chapters = len(rehearsal.script.titles)
    if only is None:
        return ManuscriptError("there is nothing to say")
    if only.chapter > chapters:
        return ManuscriptError(f"there is no chapter {only.chapter}: the book has {chapters}",
                               hint="audiobook script shows every chapter, scene and line with its place")
    return ManuscriptError(f"there is nothing to say at {only}",
                           hint="audiobook script shows every line and its place")


# ---------------------------------------------------------------- the hops


@dataclass(frozen=True, slots=True)
class _Ready:
    """Makes ready what a run will surely need, while it waits to be told who says what."""

    engines: Engines
    store: Store
    main: str
    whole: bool  # the book is encoded, and little of it recorded; a place in it is recorded, and nothing encoded

    def __call__(self) -> None:
        with suppress(AudiobookError):  # it is told when it matters
            self.engines.call_in(self.main, self.store, 1 if self.whole else 2)
            self.engines(self.main).voices()
        import audiobook.master
        import audiobook.mix
        import audiobook.spoken  # noqa: F401

        if self.whole:
            import av  # noqa: F401


@dataclass(frozen=True, slots=True)
class _Recording:
    clips: Sequence[Clip | None]
    extras: dict[tuple[str, str], Clip]
    held: int
    new: int
    failed: tuple[Failed, ...]
    checks: dict[Voice, Clip]  # what every voice said for its level


def _record(rehearsal: Rehearsal, extras: Mapping[tuple[str, str], Take], engines: Engines, store: Store,
            watch: Watch, workers: int | None) -> _Recording:
    from audiobook.mix import LEVEL_CHECK
    from audiobook.studio import record

    planned: list[Planned] = []
    failed: list[Failed] = []

    def listen(event: Event) -> None:
        if isinstance(event, Planned):
            planned.append(event)
        elif isinstance(event, Failed):
            failed.append(event)
        watch(event)

    takes = Takes(chain(rehearsal.takes, extras.values())) if extras else rehearsal.takes
    clips = record(takes, store, engines, listen, lines=rehearsal.script.lines, workers=workers)
    cut = len(rehearsal.takes)
    spoken = {name: clip for name, clip in zip(extras, clips[cut:], strict=True) if clip is not None}
    speaking: dict[Voice, None] = {}
    for index, (voice, key) in enumerate(zip(column(takes, "voice"), column(clips, "key"), strict=True)):
        if key is not None and voice not in speaking and (take := takes[index]) is not None and take.text:
            speaking[voice] = None
    heard = dict.fromkeys(replace(voice, gain=0.0) for voice in speaking)
    said = record([Take(LEVEL_CHECK, voice) for voice in heard], store, engines, workers=workers)
    checks = {voice: clip for voice, clip in zip(heard, said, strict=True) if clip is not None}
    engines.dismiss()
    hand_back()
    new = sum(1 for _ in clips.different()) - planned[0].held
    return _Recording(clips.first(cut), spoken, planned[0].held, new, tuple(failed), checks)


def _lay(rehearsal: Rehearsal, recording: _Recording, project: Project, finish: Finish,
         store: Store) -> tuple[Timeline, Sound]:
    from audiobook.master import mastered
    from audiobook.mix import gains, lay

    if not any(recording.clips):
        raise EngineError("not one line could be recorded", hint="audiobook voices shows whether the engine works")
    levels = {voice: clip.level for voice, clip in recording.checks.items()}
    louder = gains(rehearsal.takes, recording.clips, finish, levels)
    timeline = lay(rehearsal.script, recording.clips, project.settings.pauses, finish, louder)
    return timeline, mastered(timeline, store, finish)


def _publish(rehearsal: Rehearsal, timeline: Timeline, sound: Sound, rooms: Mapping[str, Any],
             chosen: Mapping[str, Mapping[str, Any]], spoken: Mapping[tuple[str, str], Clip], folder: Path,
             project: Project, store: Store, cover: bytes, finish: Finish, watch: Watch) -> tuple[Path, ...]:
    keep_what_is_freed()
    wrote: list[Path] = []
    for name, room in rooms.items():
        extras = {extra: clip for (edition, extra), clip in spoken.items() if edition == name}
        kit = Kit(rehearsal.script, rehearsal.cast, store, watch, cover, chosen[name], extras, finish, project.root)
        try:
            files = tuple(room.write(rehearsal.book, timeline, sound, folder, kit))
        except OSError as error:
            raise EditionError(f"{name} could not be written: {error.strerror or error}: {error.filename or folder}",
                               hint="what was there before is still there; free some space or choose another "
                                    "folder with --output, and run it again") from error
        if folder == project.output:
            with suppress(ShelfError):
                tidy(store, project.manuscript, folder, f"{name} {chosen[name].get('profile') or ''}".strip(), files)
        for path in files:
            watch(Wrote(name, path))
        wrote += files
    return tuple(wrote)


def _weed(store: Store, clips: Iterable[Clip | None], spoiled: Spoiled) -> None:
    """Take every spoiled clip of the book off the shelf at once, now that one was found."""
    for clip in clips:
        if clip is not None and clip.key != spoiled.key:
            try:
                store.pcm(clip.key)
            except Spoiled:
                continue


# ---------------------------------------------------------------- what the hops need


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):  # better said now than after a night of recording
            raise EditionError(f"the folder {folder} cannot be written",
                               hint="what was there before is still there; choose another with --output")
    except (FileExistsError, NotADirectoryError):
        raise EditionError(f"{folder} is a file, not a folder", hint="choose another with --output") from None
    except OSError as error:
        raise EditionError(f"the folder {folder} cannot be made: {error.strerror}",
                           hint="choose another with --output") from None


def _options(project: Project, name: str, room: Any, profile: str | None,
             given: Mapping[str, Mapping[str, Any]] | None) -> dict[str, Any]:
    defaults = {option.name: option.default for option in getattr(room, "OPTIONS", ())}
    return {**defaults, "profile": profile, **project.settings.editions.get(name, {}), **(given or {}).get(name, {})}


def _extras(rehearsal: Rehearsal, rooms: Mapping[str, Any],
            chosen: Mapping[str, Mapping[str, Any]]) -> dict[tuple[str, str], Take]:
    """The words that the editions want spoken beside the book, by edition and name."""
    from audiobook.spoken import spoken

    wanted: dict[tuple[str, str], Take] = {}
    voice = replace(rehearsal.cast.narrator, gain=0.0)
    for name, room in rooms.items():
        ask = getattr(room, "extras", None)
        asked: tuple[Extra, ...] = tuple(ask(rehearsal.book, rehearsal.script, chosen[name])) if ask else ()
        for extra in asked:
            words = spoken(extra.text, rehearsal.book.language, rehearsal.cast.respellings)
            if words:
                wanted[name, extra.name] = Take(words, voice)
    return wanted


def _cover(rehearsal: Rehearsal, project: Project, rooms: Mapping[str, Any], store: Store, watch: Watch) -> bytes:
    if not any(getattr(room, "NEEDS_COVER", True) for room in rooms.values()):
        return b""
    import PIL  # this much of it is a number

    details = rehearsal.book.details
    told = json.dumps([code_digest(), PIL.__version__, details.title, details.author])
    mark = sha256(told.encode()).digest()
    # what is drawn of letters that Pillow brings along is the same each time, and nothing is to be told of it
    drawn = details.cover is None and f"{details.title}{details.author}".isascii()
    held = store.blob("runs", "cover") if drawn else None
    if held is not None and held.startswith(mark):
        return held[len(mark):]
    from audiobook.cover import cover

    made = cover(details, project.root, watch)
    if drawn:
        with suppress(ShelfError):
            store.keep_blob("runs", "cover", mark + made)
    return made


# ---------------------------------------------------------------- looking without making


def shelf_of(project: Project) -> Store:
    """The project's shelf, which need not be there and, for looking, need not be writable."""
    return Store(project.shelf, project.settings.shelf_limit)


def read(project: Project) -> tuple[Book, Script]:
    """The book, and who says what in it."""
    return read_script(project, shelf_of(project))


def survey(project: Project, engine: str | None = None) -> tuple[Rehearsal, Engines]:
    """The rehearsal alone: everything up to the takes, and nothing recorded."""
    engines = engines_of(project)
    return rehearse(project, engines, shelf_of(project), engine=engine), engines


def doubts(project: Project, engine: str | None = None) -> tuple[Problem, ...]:
    """Everything doubtful in book, script and cast (docs/problems.md)."""
    from audiobook.check import check

    book, script = read(project)
    if missing := _sounds_missing(project, script):  # no take can be written; what is known without them is told
        return (*missing, *book.notes, *script.problems)
    rehearsal, _ = survey(project, engine)
    return check(rehearsal.book, rehearsal.script, rehearsal.cast,
                 lambda one, two: how_alike(one, two, rehearsal.offered) >= ALIKE)


def _sounds_missing(project: Project, script: Script) -> list[Problem]:
    """Every sound mark whose file is not there: it stops a book from being made."""
    found = []
    for line in script.lines:
        if line.kind == "sound":
            try:
                sound_file(line, project.root)
            except ManuscriptError as error:
                found.append(Problem("sound-missing", error.message, error.source, error.hint, "error"))
    return found


def offered_voices(path: Path | None, engine: str | None = None) -> tuple[str, tuple[OfferedVoice, ...]]:
    """The engine of the project at `path` (the default engine where there is none) and the voices it offers."""
    try:
        project = open_project(path)
    except ManuscriptError:
        if path is not None:
            raise
        name, engines = engine or Settings().engine, Engines()
    else:
        name, engines = engine or project.settings.engine, engines_of(project)
    return name, tuple(engines(name).voices())


def write_people(project: Project, rehearsal: Rehearsal) -> tuple[Path, tuple[str, ...]]:
    """Put the people who have no entry yet into voices.yaml; the file, and the names that were added."""
    from audiobook.cast import write_cast

    file = project.voices
    return file, tuple(write_cast(file, rehearsal.cast, rehearsal.script))
