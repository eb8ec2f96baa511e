"""Sound -> a folder of MP3 files, one a chapter, tagged and numbered; or, for ACX, everything that shop asks for.

The profile `acx` (help.acx.com, "What are the ACX audio submission requirements") is a way of mastering, not a
way into the shop: ACX takes synthetic voices only where it has authorised them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from audiobook.errors import EditionError
from audiobook.files import safe_name
from audiobook.kit import Kit
from audiobook.model import Book, Clip, Cue, Extra, Option, Script, Sound, Timeline
from audiobook.press import coding, encode, id3, mp3
from audiobook.press.tags import clean
from audiobook.press.tracks import Track, tracks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.int16]

TITLE = "A folder with an MP3 for every chapter"

OPTIONS = (
    Option("bitrate", "number", 64, "constant bitrate in kilobits a second (192 for ACX, whatever is set)"),
    Option("opening", "text", None, "ACX: the opening credits, with {title} {subtitle} {author} {narrator}"),
    Option("closing", "text", None, "ACX: the closing credits, with the same words in braces"),
)

_ACX_BITRATE = 192_000
_ACX_LONGEST = 115 * 60  # seconds; the shop's own limit is 120 minutes
_CREDIT_HEAD, _CREDIT_TAIL = 0.55, 1.1  # seconds, at most: the shop wants half a second and one, and measures both
_SAMPLE_LONGEST = 280  # seconds; its limit is five minutes
_OPENING = "{title}. {subtitle}. Written by {author}. Narrated by {narrator}."
_CLOSING = "The end. This has been {title}. Written by {author}. Narrated by {narrator}."


def extras(book: Book, script: Script, options: Mapping[str, object]) -> tuple[Extra, ...]:
    """What ACX wants to hear beside the book: its opening and its closing credits."""
    if options.get("profile") != "acx":
        return ()
    return tuple(Extra(name, _credits(book, str(options.get(name) or standard)))
                 for name, standard in (("opening", _OPENING), ("closing", _CLOSING)))


def write(book: Book, timeline: Timeline, sound: Sound, folder: Path, kit: Kit) -> tuple[Path, ...]:
    """`<title> (mp3)/01 - <chapter>.mp3` and so on; for ACX `<title> (acx)/` with credits and a retail sample."""
    if not timeline.chapters:
        raise EditionError("there is nothing to hear", hint="audiobook plan shows what would be recorded")
    if kit.options.get("profile") == "acx":
        return _write_acx(book, timeline, sound, folder, kit)
    codec = mp3.codec(sound.rate, kit.options.get("bitrate"), "mp3")
    home = folder / safe_name(book.title, " (mp3)")
    home.mkdir(parents=True, exist_ok=True)
    listed = tracks(book, kit.script, timeline, home)
    parts = encode.chapters("mp3", timeline, sound, codec, kit)
    return tuple(_write_track(book, track, part, kit) for track, part in zip(listed, parts, strict=True))


def _write_track(book: Book, track: Track, part: coding.Encoded, kit: Kit) -> Path:
    path = track.path.with_name(track.path.name + ".mp3")
    head = id3.tag(book.details, title=track.title, album=book.title, track=(track.number, track.count),
                   length_ms=round(part.frames * 1000 / part.codec.rate), cover=kit.cover)
    mp3.write_mp3(path, [part], head)
    return path


# ---------------------------------------------------------------- ACX


def _write_acx(book: Book, timeline: Timeline, sound: Sound, folder: Path, kit: Kit) -> tuple[Path, ...]:
    codec = coding.Codec("mp3", sound.rate, _ACX_BITRATE)
    home = folder / safe_name(book.title, " (acx)")
    home.mkdir(parents=True, exist_ok=True)
    listed = tracks(book, kit.script, timeline, home)
    whole = encode.chapters("mp3", timeline, sound, codec, kit)
    files: list[tuple[str, coding.Encoded]] = []
    if "opening" in kit.extras:
        files.append(("Opening Credits", _credit(timeline, sound, codec, kit.extras["opening"], kit)))
    for track, part in zip(listed, whole, strict=True):
        pieces = _pieces(timeline, track.index)
        if len(pieces) == 1:
            files.append((track.title, part))
        else:
            files += [(f"{track.title}, part {number}",
                       coding.encoded(_framed(timeline, sound, track.index, *piece), codec))
                      for number, piece in enumerate(pieces, 1)]
    if "closing" in kit.extras:
        files.append(("Closing Credits", _credit(timeline, sound, codec, kit.extras["closing"], kit)))
    width = max(2, len(str(len(files))))
    made = [_write_track(book, Track(0, number, len(files), title,
                                     home / safe_name(f"{number:0{width}} - {title}")), part, kit)
            for number, (title, part) in enumerate(files, 1)]
    sample = coding.encoded(_framed(timeline, sound, 0, *_sample(timeline)), codec)
    made.append(_write_track(book, Track(0, 1, 1, "Retail Sample", home / "Retail Sample"), sample, kit))
    return tuple(made)


def _credits(book: Book, template: str) -> str:
    """The sentences of a template whose words in braces are all known."""
    details = book.details
    words = {"title": book.title, "subtitle": details.subtitle, "author": details.author,
             "narrator": details.read_by}
    said = []
    for sentence in template.split(". "):
        if all(known for name, known in words.items() if "{" + name + "}" in sentence):
            for name, known in words.items():
                sentence = sentence.replace("{" + name + "}", clean(known or "").rstrip("."))
            said.append(sentence.strip(". "))
    return ". ".join(said) + "."


def _pieces(timeline: Timeline, index: int) -> list[tuple[int, int]]:
    """The chapter's cues, first and past the last, in files short enough: cut at scenes, else at paragraphs."""
    mark = timeline.chapters[index]
    cues = _cues(timeline, index)
    longest = _ACX_LONGEST * timeline.rate
    if mark.end - mark.start <= longest:
        return [(0, len(cues))]
    pieces, first = [], 0
    while cues[-1].end - cues[first].start > longest:
        fits = [at for at in range(first + 1, len(cues)) if cues[at - 1].end - cues[first].start <= longest]
        ranked = [[at for at in fits if cues[at].line.opens in kinds and at > first + len(fits) // 2]
                  for kinds in (("scene",), ("scene", "paragraph", "chapter"))]
        cut = next((found[-1] for found in ranked if found), fits[-1] if fits else first + 1)
        pieces.append((first, cut))
        first = cut
    return [*pieces, (first, len(cues))]


def _sample(timeline: Timeline) -> tuple[int, int]:
    """The first minutes of the first chapter, up to the last paragraph (else line) that fits."""
    cues = _cues(timeline, 0)
    longest = _SAMPLE_LONGEST * timeline.rate
    fits = [at for at in range(1, len(cues) + 1) if cues[at - 1].end - cues[0].start <= longest] or [1]
    whole = [at for at in fits if at == len(cues) or cues[at].line.opens in ("paragraph", "scene")]
    return 0, (whole or fits)[-1]


def _cues(timeline: Timeline, index: int) -> list[Cue]:
    mark = timeline.chapters[index]
    return [cue for cue in timeline.cues if mark.start <= cue.start < mark.end]


def _framed(timeline: Timeline, sound: Sound, index: int, first: int, after: int) -> Iterator[Samples]:
    """Some of a chapter's cues between the chapter's own head and tail."""
    mark, cues = timeline.chapters[index], _cues(timeline, index)
    spans = ((mark.start, mark.mark), (cues[first].start, cues[after - 1].end), (cues[-1].end, mark.end))

    def at(frame: int) -> int:
        return (frame - mark.start) * sound.rate // timeline.rate

    return chain.from_iterable(_cut(sound.chapter(index), at(begin), at(end)) for begin, end in spans)


def _cut(blocks: Iterable[Samples], begin: int, end: int) -> Iterator[Samples]:
    at = 0
    for block in blocks:
        if at >= end:
            return
        part = block[max(0, begin - at):end - at]
        at += len(block)
        if len(part):
            yield part


def _credit(timeline: Timeline, sound: Sound, codec: coding.Codec, clip: Clip, kit: Kit) -> coding.Encoded:
    """Spoken credits between a chapter's head and tail. The shop measures the file with its silences,
    so that the words of a short one are brought up."""
    mark, last = timeline.chapters[0], _cues(timeline, 0)[-1]
    head = min((mark.mark - mark.start) * sound.rate // timeline.rate, round(_CREDIT_HEAD * sound.rate))
    tail = min((mark.end - last.end) * sound.rate // timeline.rate, round(_CREDIT_TAIL * sound.rate))
    length = len(sound.clip(clip))
    gain = min(9.0, 10 * float(np.log10((head + length + tail) / max(1, length))))
    voice = replace(kit.cast.narrator, gain=gain)
    spoken_until = (last.end - mark.start) * sound.rate // timeline.rate
    return coding.encoded(chain(_cut(sound.chapter(0), 0, head), [sound.clip(clip, voice)],
                                _cut(sound.chapter(0), spoken_until, spoken_until + tail)), codec)
