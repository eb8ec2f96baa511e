"""Words for a terminal: nothing a manuscript says can steer it. Events come in, a bar and lines go out."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self

from audiobook import events
from audiobook.errors import AudiobookError
from audiobook.model import NARRATOR, Problem


def ready() -> None:
    """Make both streams take any text: a name that the terminal's encoding lacks is shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def clean(text: str) -> str:
    """`text` for one line of a terminal: control, format and surrogate characters shown as blanks.

    >>> clean("Chapter 1: \\x1b[2JRed\\u202e")
    'Chapter 1: [2JRed'
    """
    if text.isascii() and text.isprintable():
        return text
    kept = "".join(" " if c in "\t\n\r\x0b\x0c\x85\u2028\u2029" else c if c.isprintable() else "\0" for c in text)
    return " ".join(kept.replace("\0", "").split(" "))


def who(speaker: str) -> str:
    """A speaker's name for the screen."""
    return "narrator" if speaker == NARRATOR else clean(speaker)


def clock(seconds: float) -> str:
    """A length of time for people.

    >>> clock(59.6), clock(3725)
    ('1:00', '1:02:05')
    """
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def say(text: str = "") -> None:
    """One line on standard output."""
    print(text)


def note(text: str) -> None:
    """One line on standard error."""
    print(text, file=sys.stderr)


def tell_error(error: AudiobookError) -> None:
    """`manuscript/03.md:41: nobody is cast as Ann`, and a hint on the next line."""
    where = f"{clean(str(error.source))}: " if error.source else ""
    note(f"{where}{clean(error.message)}")
    if error.hint:
        note(f"  {clean(error.hint)}")
    for other in getattr(error, "others", ()):  # the further mistakes of the same file
        where = f"{clean(str(other.source))}: " if other.source else ""
        note(f"{where}{clean(other.message)}" + (f"\n  {clean(other.hint)}" if other.hint else ""))


def problem_text(problem: Problem) -> str:
    """A problem in one or two lines."""
    where = f"{clean(str(problem.source))}: " if problem.source else ""
    hint = f"\n    {clean(problem.hint)}" if problem.hint else ""
    return f"{where}{clean(problem.message)} [{problem.code}]{hint}"


class Progress:
    """Watches a run: a bar with time left on standard error, or nothing where that is no terminal."""

    def __init__(self, quiet: bool) -> None:
        self._bar: Any = None
        self._task: Any = None
        self._quiet = quiet
        self._shown = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _start(self, what: str, total: float) -> None:
        if self._quiet or not sys.stderr.isatty():
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            self._bar = Progress(TextColumn("{task.description:<16}", markup=False), BarColumn(), TaskProgressColumn(),
                                 TimeRemainingColumn(), console=Console(stderr=True), transient=True)
            self._bar.start()
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(what, total=max(total, 1e-9))

    def _advance(self, by: float | None = None, to: float | None = None) -> None:
        if self._bar is not None and self._task is not None:
            if by is not None:
                self._bar.advance(self._task, by)
            else:
                self._bar.update(self._task, completed=to)

    def __call__(self, event: events.Event) -> None:
        match event:
            case events.Planned(characters=characters) if characters:
                self._start("recording", characters)
            case events.Recorded(characters=characters):
                self._advance(by=characters)
            case events.Encoding(edition=edition, done=done, total=total):
                if done == 0 or self._task is None:
                    self._start(edition, total)
                now = time.monotonic()
                if done >= total or now - self._shown > 0.1:
                    self._shown = now
                    self._advance(to=done)
            case events.Failed(line=line, reason=reason):
                where = f"{clean(str(line.source))}: " if line else ""
                words = f" ({clean(line.text)[:60]})" if line else ""
                self._print(f"{where}could not be recorded: {clean(reason)}{words}")
            case events.Noticed(problem=problem):
                if not self._quiet and problem.severity != "note":
                    self._print(problem_text(problem))
            case _:
                pass

    def _print(self, text: str) -> None:
        if self._bar is not None:
            self._bar.console.print(text, markup=False, highlight=False)
        else:
            note(text)
