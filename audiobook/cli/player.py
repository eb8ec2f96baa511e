"""Plays a WAV file with whatever player the machine has, and waits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from shutil import which

from audiobook.errors import AudiobookError

# every one of them plays a WAV given as the last argument, without a window, and ends when it ends
_PLAYERS = (["afplay"], ["paplay"], ["pw-play"], ["aplay", "-q"],
            ["ffplay", "-nodisp", "-autoexit", "-loglevel", "error"],
            ["mpv", "--no-video", "--really-quiet"], ["play", "-q"])


def play_file(path: Path) -> None:
    """Play `path` to its end. Raises AudiobookError where there is no player."""
    if sys.platform == "win32":
        import winsound

        winsound.PlaySound(str(path), winsound.SND_FILENAME)
        return
    for command in _PLAYERS:
        if which(command[0]) and _played([*command, str(path.resolve())]):
            return
    raise AudiobookError(f"no program here could play {path}",
                         hint="open the file yourself, or install one of: " + ", ".join(c[0] for c in _PLAYERS))


def _played(command: list[str]) -> bool:
    """Whether the player says that it could; ffplay ends well where there is no sound card, and only says so."""
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True)
    return done.returncode == 0 and b"audio open failed" not in done.stderr
