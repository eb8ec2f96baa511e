"""Words go to a program, the WAV it writes comes back: any program that speaks.

    engine: command
    engine-options:
      command: [espeak-ng, --stdin, -v, "{voice}", -s, "{rate}", -w, "{out}"]

The text goes in on standard input, or in a file where `{text-file}` is named; the sound comes out in the file
`{out}`, or on standard output. No shell ever sees any of it. A project whose voices.yaml names a command runs
that command: look before you make a stranger's book.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from audiobook.errors import EngineError
from audiobook.model import Audio, OfferedVoice, Voice
from audiobook.sounds import decoded


class Command:
    """Options: `command` (a list of words), `voices` (names to offer), `timeout` in seconds, `version` (any
    word; change it when the program sounds different and the book is to be recorded again)."""

    def __init__(self, command: Sequence[str] = (), voices: Sequence[str] = (), timeout: float = 120.0,
                 version: str = "1") -> None:
        if (not command or isinstance(command, str)
                or not all(isinstance(word, (str, int, float)) for word in command)):
            raise EngineError("the command engine needs a command, as a list of words",
                              hint='engine-options: {command: [espeak-ng, --stdin, -w, "{out}"]}')
        self._command = [str(word) for word in command]
        self._voices, self._timeout, self._version = tuple(voices), float(timeout), version
        self.patience = self._timeout + 30

    @property
    def version(self) -> str:
        return f"command 1 {self._version} {hashlib.sha256(repr(self._command).encode()).hexdigest()}"

    def voices(self) -> tuple[OfferedVoice, ...]:
        return tuple(OfferedVoice(Voice("command", str(name))) for name in self._voices)

    def speak(self, text: str, voice: Voice) -> Audio:
        if voice.name.startswith("-"):
            raise EngineError(f"a voice cannot be called {voice.name!r}")
        program = shutil.which(self._command[0])
        if program is None:
            raise EngineError(f"there is no program {self._command[0]!r}")
        with tempfile.TemporaryDirectory(prefix="audiobook-") as folder:
            written, out = Path(folder, "text.txt"), Path(folder, "out.wav")
            written.write_text(text, "utf-8")
            pitch = 50 if voice.pitch is None else voice.pitch
            fill = {"{text-file}": str(written), "{out}": str(out), "{voice}": voice.name,
                    "{rate}": str(voice.rate or 175), "{pitch}": str(pitch)}
            words = [_filled(word, fill) for word in self._command[1:]]
            heard = self._run([program, *words], text, folder)
            with suppress(FileNotFoundError):
                heard = out.read_bytes()
        try:
            return decoded(heard)
        except ValueError as error:
            raise EngineError(f"{self._command[0]} wrote no sound: {error}") from None

    def _run(self, words: list[str], text: str, folder: str) -> bytes:
        try:
            process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, cwd=folder, start_new_session=True)
        except OSError as error:
            raise EngineError(f"{self._command[0]} cannot be started: {error.strerror or error}") from None
        try:
            heard, said = process.communicate(text.encode(), timeout=self._timeout)
        except subprocess.TimeoutExpired:
            raise EngineError(f"{self._command[0]} did not end within {self._timeout:g} s") from None
        finally:
            if process.poll() is None:
                with suppress(OSError):
                    if os.name == "posix":
                        os.killpg(process.pid, signal.SIGKILL)  # what it has started ends with it
                    else:
                        process.kill()
                process.wait()
        if process.returncode:
            last = (said.decode("utf-8", "replace").strip().splitlines() or ["no message"])[-1]
            raise EngineError(f"{self._command[0]} failed ({process.returncode}): {last[:200]}")
        return heard


def _filled(word: str, fill: dict[str, str]) -> str:
    for name, value in fill.items():
        if name in word:
            return word.replace(name, value)
    return word
