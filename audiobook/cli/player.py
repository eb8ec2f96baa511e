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
        if which(command[0]) and subprocess.run([*command, str(path.resolve())], check=False).returncode == 0:
            return
    raise AudiobookError(f"no program here could play {path}",
                         hint="open the file yourself, or install one of: " + ", ".join(c[0] for c in _PLAYERS))
