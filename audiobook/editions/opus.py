"""Sound -> a folder with an Opus file for every chapter: small and good, for phones and computers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from audiobook.errors import EditionError
from audiobook.files import safe_name
from audiobook.kit import Kit
from audiobook.model import Book, Option, Sound, Timeline
from audiobook.press import coding, encode, vorbis
from audiobook.press.tracks import tracks

TITLE = "A folder with an Opus file for every chapter"

OPTIONS = (
    Option("bitrate", "number", 32, "bitrate in kilobits a second; 24 to 48 suit speech"),
)


def write(book: Book, timeline: Timeline, sound: Sound, folder: Path, kit: Kit) -> tuple[Path, ...]:
    """`<title> (opus)/01 - <chapter>.opus` and so on."""
    if not timeline.chapters:
        raise EditionError("there is nothing to hear", hint="audiobook plan shows what would be recorded")
    wanted = float(str(kit.options.get("bitrate") or 32))
    if not 6 <= wanted <= 256:
        raise EditionError(f"opus: a bitrate of {wanted:g} is not possible", hint="choose between 6 and 256")
    rate = coding.near_rate("opus", sound.rate)
    fitting = sound if sound.rate == rate else sound.to(replace(kit.finish, rate=rate))
    codec = coding.Codec("opus", rate, round(wanted * 1000))
    home = folder / safe_name(book.title, " (opus)")
    home.mkdir(parents=True, exist_ok=True)
    parts = encode.chapters("opus", timeline, fitting, codec, kit)
    return vorbis.write_tracks(tracks(book, kit.script, timeline, home), parts, ".opus", book.details, kit.cover)
