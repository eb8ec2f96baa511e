"""A sound file's path goes in as the voice's name, its sound comes out: doors, bells, music."""

from __future__ import annotations

import os
import stat

from audiobook.errors import EngineError
from audiobook.model import Audio, OfferedVoice, Voice
from audiobook.sounds import decoded

_MOST = 512 * 2**20  # bytes: it is held in memory once


class File:
    """Plays any format that PyAV reads, as one channel at its own rate (or at the option `rate`).

    The file's bytes decide what it is, never its name, and it is never taken for a playlist.
    """

    version = "file 1"
    pace = None
    patience = 300.0

    def __init__(self, rate: int | None = None) -> None:
        self._rate = rate

    def voices(self) -> tuple[OfferedVoice, ...]:
        return ()

    def speak(self, text: str, voice: Voice) -> Audio:
        path = voice.name
        try:
            about = os.stat(path)
            if not stat.S_ISREG(about.st_mode):
                raise EngineError(f"{path} is not a file")
            if about.st_size > _MOST:
                raise EngineError(f"{path} is too large for a sound between lines",
                                  hint=f"at most {_MOST // 2**20} MB")
            with open(path, "rb") as file:
                data = file.read()
        except OSError as error:
            raise EngineError(f"the sound {path} cannot be read: {error.strerror or error}") from error
        try:
            audio = decoded(data, self._rate)
        except ValueError as error:
            raise EngineError(f"{path} is no sound that can be played: {error}",
                              hint="WAV, FLAC, MP3, M4A, Ogg and AIFF files can be") from None
        if not audio.pcm:
            raise EngineError(f"there is no sound in {path}")
        return audio
