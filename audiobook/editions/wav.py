"""Sound -> one WAV that any player opens. For previews, and for those who master elsewhere.

Beyond 4 GiB (27 hours at 22,050 Hz) it is RF64 (EBU Tech 3306), which current programs read.
"""

from __future__ import annotations

from pathlib import Path
from struct import pack

from audiobook.errors import EditionError
from audiobook.events import Encoding
from audiobook.files import safe_name, whole
from audiobook.kit import Kit
from audiobook.model import Book, Option, Sound, Timeline

TITLE = "One WAV, not compressed"
NEEDS_COVER = False

OPTIONS = (
    Option("name", "text", None, "the file's name, without .wav; the book's title where it is left out"),
)

_MOST = 0xFFFFFFFF - 64


def write(book: Book, timeline: Timeline, sound: Sound, folder: Path, kit: Kit) -> tuple[Path, ...]:
    """One file: `<name or title>.wav`, 16 bits, one channel."""
    if not timeline.chapters:
        raise EditionError("there is nothing to hear", hint="audiobook plan shows what would be recorded")
    path = folder / f"{safe_name(str(kit.options.get('name') or book.title))}.wav"
    total = sound.frames / sound.rate
    done = 0
    with whole(path) as draft, open(draft, "xb") as file:
        file.write(header(sound.frames, sound.rate))
        for index in range(len(timeline.chapters)):
            for block in sound.chapter(index):
                file.write(block.astype("<i2", copy=False).tobytes())
                done += len(block)
            kit.watch(Encoding("wav", done / sound.rate, total))
    if done != sound.frames:
        raise AssertionError("the sound is not as long as it says")
    return (path,)


def header(frames: int, rate: int) -> bytes:
    """The header of a file with this many samples of one channel."""
    size = frames * 2
    form = pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    if size <= _MOST:
        return pack("<4sI4s", b"RIFF", size + 36, b"WAVE") + form + pack("<4sI", b"data", size)
    sizes = pack("<4sIQQQI", b"ds64", 28, size + 72, size, frames, 0)
    return pack("<4sI4s", b"RF64", 0xFFFFFFFF, b"WAVE") + sizes + form + pack("<4sI", b"data", 0xFFFFFFFF)
