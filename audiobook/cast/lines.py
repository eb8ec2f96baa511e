"""Lines and a cast in, takes out: the words as said, and the voice that says them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import count, starmap
from pathlib import Path, PurePosixPath

from audiobook.columns import Takes, column
from audiobook.errors import ManuscriptError, SettingsError
from audiobook.model import NARRATOR, Cast, Line, Script, Take, Voice

Spoken = Callable[[str, str, Iterable[tuple[str, str]]], str]
"""`spoken.spoken`: words as written, their language and the respellings, to words as said."""

_THOUGHT_DB = -2.0  # thoughts are a little under the breath; gain is the mix's, so nothing is recorded again
_SOUND = re.compile(r"<!--\s*sound\s*:\s*(.*?)\s*-->", re.DOTALL | re.IGNORECASE)
_BLOCK = 1 << 20


def cast_lines(script: Script, cast: Cast, language: str, root: Path,
               spoken: Spoken) -> Sequence[Take | None]:
    """A take for each of the script's lines, None where there is nothing to say.

    `root` is the project's folder, where sound files are. Raises SettingsError for a speaker without a voice,
    ManuscriptError for a sound that is not there or not in the project; both name the line.
    """
    voices: dict[str, Voice | None] = {role.name: role.voice for role in reversed(cast.roles)}
    voices[NARRATOR] = cast.narrator
    thinking: dict[str, Voice] = {}
    sounds: dict[Path, Voice] = {}

    def take(at: int, kind: str, speaker: str, text: str, retake: int) -> Take | None:
        if kind == "silent":
            return None
        if kind == "sound":
            line = script.lines[at]
            path = sound_file(line, root)
            if path not in sounds:
                sounds[path] = Voice("file", str(path), options=(("digest", _digest(path, line)),))
            return Take("", sounds[path], retake)
        said = spoken(text, language, cast.respellings).strip()
        if not said:
            return None
        voice = voices.get(speaker)
        if voice is None:
            raise SettingsError(f"nobody is cast as {speaker}", script.lines[at].source,
                                f"add {speaker} to voices.yaml, or mark the line's speaker")
        if kind == "thought":
            voice = thinking.get(speaker) or thinking.setdefault(speaker, _thinking(voice))
        return Take(said, voice, retake)

    told = (column(script.lines, name) for name in ("kind", "speaker", "text", "retake"))
    return Takes(starmap(take, zip(count(), *told, strict=False)), script.lines)


def sound_file(line: Line, root: Path) -> Path:
    """The file that a sound mark names, absolute. Raises ManuscriptError where it is none inside `root`."""
    mark = _SOUND.search(line.text)
    name = " ".join(mark.group(1).split()).strip("\"'") if mark else ""
    if not name:
        raise ManuscriptError("a sound mark that names no file", line.source,
                              "write it as `<!-- sound: door.wav -->`")
    parts = PurePosixPath(name.replace("\\", "/"))
    inside = "sounds are files in the project's folder, named by their path from there"
    if parts.is_absolute() or ".." in parts.parts or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|~", name):
        raise ManuscriptError(f"the sound `{name}` is not a file of the project", line.source, inside)
    try:
        path = (root / name).resolve()
        there = path.is_file()
    except (OSError, RuntimeError, ValueError):  # a link to itself, or a name that no file can have
        there = False
    if not there:
        raise ManuscriptError(f"there is no sound file `{name}`", line.source, inside)
    if not path.is_relative_to(root.resolve()):
        raise ManuscriptError(f"the sound `{name}` is a link that leads out of the project", line.source,
                              "copy the file there")
    return path


def _thinking(voice: Voice) -> Voice:
    return replace(voice, gain=max(-20.0, voice.gain + _THOUGHT_DB))


def _digest(path: Path, line: Line) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise ManuscriptError(f"the sound `{path.name}` cannot be read: {error.strerror or error}",
                              line.source) from None
    return digest.hexdigest()
