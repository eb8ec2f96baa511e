"""What a person can put right: raised anywhere, worded for the screen in one place (cli). Anything else is a bug."""

from __future__ import annotations

from audiobook.model import Problem, Source


class AudiobookError(Exception):
    """One sentence that says what is wrong; `source` where; `hint` what to try."""

    def __init__(self, message: str, source: Source | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.hint = hint


class ManuscriptError(AudiobookError):
    """The text cannot be read, or holds nothing to say."""


class SettingsError(AudiobookError):
    """voices.yaml says something that cannot be meant. `others`: the further mistakes of the same file."""

    def __init__(self, message: str, source: Source | None = None, hint: str = "",
                 others: tuple[Problem, ...] = ()) -> None:
        super().__init__(message, source, hint)
        self.others = others


class EngineError(AudiobookError):
    """An engine is missing, lacks a voice, or did not say what it was given."""


class ShelfError(AudiobookError):
    """The shelf of clips cannot be read or written."""


class EditionError(AudiobookError):
    """An edition cannot be written."""
