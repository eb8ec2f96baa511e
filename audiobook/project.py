"""A path goes in, out comes where everything of a project is; and new projects are laid out here.

A project is a folder that holds voices.yaml or a folder `manuscript`, or both. A text without one is a
project too: a folder of text is its own, a bare file is one of the current folder.
"""

from __future__ import annotations

import difflib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from audiobook.cast import Settings, read_settings
from audiobook.cast.write import quoted
from audiobook.errors import AudiobookError, EditionError, ManuscriptError, SettingsError
from audiobook.files import write_whole
from audiobook.model import Source

VOICES = "voices.yaml"
MANUSCRIPT = "manuscript"
_OURS = frozenset((VOICES, "output", ".audiobook"))


@dataclass(frozen=True, slots=True)
class Project:
    """`manuscript` is the file or folder of text, `voices` the voices.yaml that is or would be its own,
    `shelf` the folder of clips."""

    root: Path
    manuscript: Path
    output: Path
    shelf: Path
    settings: Settings
    voices: Path


def open_project(path: Path | None = None, output: Path | None = None) -> Project:
    """The project that `path` (the current folder for None) is or is part of. Makes nothing.

    Raises ManuscriptError where there is nothing to read, SettingsError for mistakes in its voices.yaml,
    EditionError where `output` is no folder.
    """
    given = Path(os.path.abspath(path if path is not None else "."))
    mode = _mode(given)
    if stat.S_ISDIR(mode):
        root, manuscript, home = _of_folder(given)
    elif stat.S_ISREG(mode):
        root, manuscript, home = _of_file(given)
    else:
        raise ManuscriptError(f"{shown(given)} is neither a file nor a folder")
    voices = home / VOICES
    settings = read_settings(voices) if os.path.lexists(voices) else _without(home)
    target = Path(os.path.abspath(output)) if output is not None else root / "output"
    if target.exists() and not target.is_dir():
        raise EditionError(f"{shown(target)} is a file, not a folder", hint="choose another with --output")
    return Project(root, manuscript, target, root / ".audiobook", settings, voices)


def new_project(folder: Path, title: str | None = None, author: str | None = None) -> tuple[Path, ...]:
    """Lay out a project in `folder` (made where missing): settings, a first chapter, what git leaves alone.

    Returns the files it wrote. Raises AudiobookError, and writes nothing, where one of them is there already.
    """
    folder = Path(os.path.abspath(folder))
    title = _line(title) or _name(folder)
    author = f" {quoted(_line(author))}" if _line(author) else ""
    files = {folder / VOICES: _VOICES.format(title=quoted(title), author=author),
             folder / MANUSCRIPT / "01.md": _CHAPTER,
             folder / ".gitignore": "/output/\n.audiobook/\n"}
    taken = [path for path in (*files, folder / MANUSCRIPT) if os.path.lexists(path)]
    if taken:
        raise AudiobookError(f"{shown(taken[0])} is there already, and nothing was changed",
                             hint="choose a folder that does not exist yet")
    try:
        (folder / MANUSCRIPT).mkdir(parents=True)
        for path, text in files.items():
            write_whole(path, text)
    except OSError as error:
        raise AudiobookError(f"a project cannot be made in {shown(folder)}: {error.strerror or error}",
                             hint="choose another folder") from None
    return tuple(files)


def shown(path: Path) -> str:
    """A path for a message, from the current folder where it lies in it; every name can be printed."""
    name = os.fspath(path)
    here = os.getcwd() + os.sep
    return os.fsencode(name.removeprefix(here)).decode("utf-8", "replace")


# ---------------------------------------------------------------- what a path means


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        if path.is_symlink():
            raise ManuscriptError(f"{shown(path)} is a link to nothing") from None
        near = difflib.get_close_matches(path.name, _names(path.parent), 1, 0.6)
        raise ManuscriptError(f"there is nothing at {shown(path)}",
                              hint=f"did you mean {shown(path.with_name(near[0]))}?" if near else
                              "give a manuscript file, or a folder with text in it") from None
    except (OSError, ValueError) as error:  # a link to itself, a folder not ours, an impossible name
        reason = (isinstance(error, OSError) and error.strerror) or "no file can be called so"
        raise ManuscriptError(f"{shown(path)} cannot be opened: {reason}") from None


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _of_file(path: Path) -> tuple[Path, Path, Path]:
    """Root, manuscript, and the folder whose voices.yaml holds."""
    if path.name == VOICES:
        return _of_folder(path.parent)
    root = _above(path) or (path.parent if os.path.lexists(path.parent / VOICES) else None)
    return (root, path, root) if root is not None else (Path.cwd(), path, path.parent)


def _of_folder(path: Path) -> tuple[Path, Path, Path]:
    manuscript = path / MANUSCRIPT
    if os.path.lexists(manuscript):
        if not manuscript.is_dir():
            raise ManuscriptError(f"{shown(manuscript)} is not a folder",
                                  hint="put your chapters into a folder of that name")
        root = path
    elif (above := _above(path)) is not None and not os.path.lexists(path / VOICES):
        root, manuscript = above, path
    else:
        root, manuscript = path, path
    if not _has_text(manuscript):
        raise ManuscriptError(f"there is no manuscript in {shown(manuscript)}" if manuscript != path
                              or os.path.lexists(path / VOICES) else f"there is no text in {shown(path)}",
                              hint="put a text or Markdown file into it; `audiobook new` makes a project")
    return root, manuscript, root


def _above(path: Path) -> Path | None:
    """The project whose folder `manuscript` this lies in (or is)."""
    inside = next((folder for folder in (path, *path.parents) if folder.name == MANUSCRIPT), None)
    if inside is None or not inside.is_dir():
        return None
    return inside.parent


def _has_text(folder: Path) -> bool:
    """Whether there is any file that could be one; whether it can be read is for the readers to say."""
    for where, folders, files in os.walk(folder):
        at_top = Path(where) == folder
        folders[:] = [name for name in folders if not name.startswith(".") and not (at_top and name in _OURS)]
        if any(not name.startswith(".") and not (at_top and name in _OURS) for name in files):
            return True
    return False


def _without(home: Path) -> Settings:
    """The settings where there is no voices.yaml, unless there is one by a name that was hardly meant."""
    for name in _names(home):
        if name.casefold() in ("voices.yml", VOICES, "voice.yaml", "voices.yaml.txt"):
            raise SettingsError(f"this is not read: the file is called {VOICES}", Source(name, 0, 0, 1),
                                f"rename it to {VOICES}")
    return Settings()


def _name(path: Path) -> str:
    name = os.fsencode(path.name).decode("utf-8", "replace").replace("_", " ")
    return _line(name) or "Untitled"


def _line(text: str | None) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())


# ---------------------------------------------------------------- what a new project holds

_VOICES = """\
# Who speaks with which voice, and how the book sounds.
# `audiobook voices` lists the voices, `audiobook cast` shows who speaks in your book.

title: {title}
author:{author}
language: en

# The voice that tells the story; the first that the engine offers, while nothing stands here.
narrator:

# Everybody who is not named here gets a voice that fits. `audiobook cast --write` puts them in.
characters:
  Ada:
    aliases: [Ada Fenn]
    pronoun: she
  Ben:
    pronoun: he

# Words that are said wrong: as written, and as said.
respellings:
  # Siobhan: Shivawn
"""

_CHAPTER = """\
# The Lamp Room

Ada carried the last lamp down the stairs and set it on the bench, beside eleven others that would not light.

"Twelve," said Ada. "Twelve lamps, and the boat comes at nine."

Ben held one up to his ear and shook it. "There is water in this one," he said. "Who fills a lamp with water?"

_Somebody who wants the harbour dark_, Ada thought.

<!-- pause: 1s -->
Outside, a bell rang twice.

<!-- voice: Ben -->
"That is not the nine o'clock boat."

***

They ran. The comments in this text are marks, and are not read out: the first makes a silence, and the
second says whose the words are that follow it, where the text leaves that open. Write your own story in
place of this one.
"""
