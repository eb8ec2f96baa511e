"""The podcast-style reading: an episode a chapter with a spoken intro and outro, music, and the feed.

Everything lies in one folder that can be put on any web server as it is. An episode keeps its guid, by which
apps know it again, when others are inserted, moved or retitled: it follows from the chapter's opening words.
Where those were changed, the feed of the last time is asked for the episode of the same title.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from audiobook.editions._podcast_feed import credits_of, feed_of, first_day, guids_of, number_of, shortened, teaser
from audiobook.editions._podcast_words import spoken_words
from audiobook.errors import EditionError
from audiobook.files import write_whole
from audiobook.kit import Kit
from audiobook.markup import plain
from audiobook.model import NARRATOR, Book, ChapterMark, Extra, Option, Script, Sound, Stretch, Timeline
from audiobook.press import coding, encode, id3, ilst, mp3, mp4, music, pictures, rss
from audiobook.press.captioning import Caption, captions, split, webvtt
from audiobook.press.durations import milliseconds
from audiobook.press.tags import clean, cut, language_code
from audiobook.press.tracks import unlike
from audiobook.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.int16]
    Arrange = Callable[[Samples, Samples, int, music.Bed], tuple[Samples, int]]

TITLE = "A podcast: an episode for every chapter with intro, outro and music, and the feed"
OPTIONS = (
    Option("base-url", "text", None, "the address of the folder that the feed will lie in; without it, a preview"),
    Option("published", "text", None, "the day of the first episode, like 2026-11-22; each next is a minute later"),
    Option("intro", "text", None, "what is said first, with {title} {author} {narrator} {chapter} {number} {count}"),
    Option("outro", "text", None, "what is said last, with the same words in braces"),
    Option("disclosure", "text", None, "the sentence that says that the voices are synthetic; it ends the outro"),
    Option("music", "text", "chime", "chime, none, or a sound file"),
    Option("music-gain", "number", -6, "dB by which the music is turned up or down"),
    Option("fade", "number", 1, "seconds in which the music comes and goes"),
    Option("ducking", "number", 12, "dB by which the music is softer while somebody speaks"),
    Option("stereo", "flag", False, "two channels, alike, at -16 LUFS instead of one at -19"),
    Option("format", "text", "mp3", "mp3 or m4a"),
    Option("bitrate", "number", 64, "in kilobits a second; doubled for stereo"),
    Option("owner", "text", None, "whom directories may write to; the author where left out"),
    Option("email", "text", None, "the owner's address; it is public"),
    Option("category", "text", "Arts / Books", "one of Apple's, and after a slash one inside it"),
    Option("explicit", "flag", False, "whether it is for adults only"),
    Option("season", "number", None, "1, or the book's number in its series"),
    Option("complete", "flag", False, "say that no episode will follow"),
    Option("block", "flag", False, "ask directories not to list it"),
    Option("artwork", "file", None, "a picture of its own; the book's cover where left out"),
)

_LOUDNESS = -19.0  # LUFS in one channel: as loud as -16 in two
_PAUSE = 0.6  # seconds between intro, chapter and outro
_KNOWN = ("title", "author", "narrator", "chapter", "number", "count")
_TYPES = {"mp3": "audio/mpeg", "m4a": "audio/x-m4a"}
_OPENING = 16  # words of a chapter that make its guid
_MOST_CREDITS = 60


@dataclass(frozen=True, slots=True)
class _Part:
    """Something spoken beside the chapter: its words, and when they are heard inside its own sound, in frames."""

    text: str
    sound: Samples
    begin: int
    end: int


def extras(book: Book, script: Script, options: Mapping[str, object]) -> tuple[Extra, ...]:
    """The intro and the outro of every chapter that has lines, as `intro 1`, `outro 1` and so on."""
    made = []
    for number in dict.fromkeys(line.place.chapter for line in script.lines):
        for kind, text in zip(("intro", "outro"), spoken_words(book, script, options, number), strict=True):
            if text:
                made.append(Extra(f"{kind} {number}", text))
    return tuple(made)


def write(book: Book, timeline: Timeline, sound: Sound, folder: Path, kit: Kit) -> tuple[Path, ...]:
    """In the folder `podcast`: the episodes, their transcripts and chapters, `artwork.jpg` and `feed.xml`."""
    if not timeline.chapters:
        raise EditionError("there is nothing to hear", hint="audiobook plan shows what would be recorded")
    home = folder / "podcast"
    feed = feed_of(book, kit)
    artwork = _artwork(kit)
    first = first_day(book, feed.base, kit)
    sound, codec, form = _codec(sound, kit)
    home.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []

    def put(name: str, data: bytes | str) -> None:
        write_whole(home / name, data)
        files.append(home / name)

    put(feed.artwork, artwork)
    chapters = encode.chapters("podcast", timeline, sound, codec, kit)
    titles = unlike(book.title, (mark.title or f"Chapter {mark.number}" for mark in timeline.chapters))
    guids = guids_of(book, kit.script, timeline, titles, rss.said_before(home / rss.FILE))
    tune = _tune(kit, sound.rate)
    episodes = []
    for mark, title, guid, chapter in zip(timeline.chapters, titles, guids, chapters, strict=True):
        name = f"{mark.number:03d}-{_slug(title)}".rstrip("-")
        said = spoken_words(book, kit.script, kit.options, mark.number)
        before = _part(kit, sound, f"intro {mark.number}", said[0], tune, music.opening)
        after = _part(kit, sound, f"outro {mark.number}", said[1], tune, music.closing)
        parts = [*_encoded(before, codec, form, kit.store), chapter,
                 *_encoded(after, codec, form, kit.store)]
        begins = mp3.starts(parts) if form == "mp3" else _sums(part.frames for part in parts)
        starts = (begins[1] if before else 0, begins[2 if before else 1], begins[-1])
        marks = _scenes(book, timeline, mark, title, kit.script, sound.rate, starts, bool(before))
        _write_sound(home / f"{name}.{form}", form, parts, book, title, mark, len(kit.script.titles), marks, artwork,
                     begins[-1])
        files.append(home / f"{name}.{form}")
        put(f"{name}.vtt", _transcript(timeline, mark, before, after, sound.rate, starts, kit))
        put(f"{name}.json", _json({"version": "1.2.0", "title": title, "chapters": marks}))
        lines = [line for line in kit.script.lines if line.place.chapter == mark.number]
        episodes.append(rss.Episode(
            mark.number, title, guid, first + timedelta(minutes=mark.number - 1), teaser(lines, book, kit),
            f"{name}.{form}", _TYPES[form], (home / f"{name}.{form}").stat().st_size,
            round(begins[-1] / sound.rate), f"{name}.vtt", f"{name}.json", credits_of(book, kit, lines)))
    put(rss.FILE, rss.feed_bytes(replace(feed, episodes=tuple(episodes))))
    return tuple(files)


# ---------------------------------------------------------------- what is said beside the book


def _part(kit: Kit, sound: Sound, name: str, text: str, tune: Samples | None, arranged: Arrange) -> _Part | None:
    """The intro or outro that was recorded, with music and the pauses around it; None where there is none."""
    clip = kit.extras.get(name)
    if clip is None:
        return None
    rate = sound.rate
    voice = sound.clip(clip)
    begin = 0
    made = voice
    if tune is not None:
        bed = music.Bed(number_of(kit, "music-gain"), max(0.0, number_of(kit, "fade")),
                        max(0.0, number_of(kit, "ducking")), kit.finish.peak)
        made, begin = arranged(voice, tune, rate, bed)
    pause = np.zeros(round(_PAUSE * rate), np.int16)
    begin += len(pause)
    return _Part(text, np.concatenate([pause, made, pause]), begin, begin + len(voice))


def _artwork(kit: Kit) -> bytes:
    given = kit.options.get("artwork")
    return pictures.squared(pictures.read(kit.root / str(given)), str(given)) if given else kit.cover


def _tune(kit: Kit, rate: int) -> Samples | None:
    wanted = str(kit.options.get("music") or "none").strip()
    if wanted.lower() in ("none", "no", "off", "false"):
        return None
    if wanted == "chime":
        return music.chime(rate)
    path = kit.root / wanted
    if not path.resolve().is_relative_to(kit.root.resolve()):
        raise EditionError(f"podcast: the music {clean(wanted)} lies outside the project", hint="copy it in")
    return music.read(path, rate)


# ---------------------------------------------------------------- the sound


@dataclass(frozen=True, slots=True)
class _Doubled:
    """A sound in two channels, alike."""

    one: Sound

    @property
    def rate(self) -> int:
        return self.one.rate

    @property
    def frames(self) -> int:
        return self.one.frames

    def chapter(self, index: int) -> Iterator[Samples]:
        return (np.column_stack((block, block)) for block in self.one.chapter(index))

    def stretches(self, index: int) -> tuple[Stretch, ...]:
        return self.one.stretches(index)

    def stretch(self, stretch: Stretch) -> Iterator[Samples]:
        return (np.column_stack((block, block)) for block in self.one.stretch(stretch))

    def opening(self) -> Samples:
        block = self.one.opening()
        return np.column_stack((block, block))

    def key(self, index: int) -> str:
        return self.one.key(index)  # the codec's kind tells one channel from two

    def clip(self, clip: object, voice: object = None) -> Samples:
        return self.one.clip(clip, voice)  # type: ignore[arg-type]

    def to(self, finish: object) -> Sound:
        return _Doubled(self.one.to(finish))  # type: ignore[arg-type]


def _codec(sound: Sound, kit: Kit) -> tuple[Sound, coding.Codec, str]:
    form = str(kit.options.get("format") or "mp3")
    if form not in _TYPES:
        raise EditionError(f"podcast: there is no format {form!r}", hint="choose mp3 or m4a")
    kilobits = number_of(kit, "bitrate")
    name = "mp3" if form == "mp3" else "aac"
    rate = coding.near_rate(name, sound.rate)
    sound = sound.to(replace(kit.finish, loudness=_LOUDNESS, measure="lufs",
                             rate=kit.finish.rate if rate == sound.rate else rate))
    if form == "mp3":
        codec = mp3.codec(rate, kilobits, "podcast")
    elif 8 <= kilobits <= 6 * rate / 1000:
        codec = coding.Codec("aac", rate, round(kilobits * 1000))
    else:
        raise EditionError(f"podcast: a bitrate of {kilobits:g} is not possible at {rate} Hz",
                           hint=f"choose between 8 and {6 * rate // 1000}")
    if not kit.options.get("stereo"):
        return sound, codec, form
    doubled = 2 * codec.bitrate
    if form == "mp3":
        doubled = 1000 * min(mp3.bitrates(rate), key=lambda each: abs(1000 * each - doubled))
    return _Doubled(sound), replace(codec, bitrate=doubled, channels=2), form


def _encoded(part: _Part | None, codec: coding.Codec, form: str, store: Store) -> list[coding.Encoded]:
    """The part's units: from the shelf, or made now and put there."""
    if part is None:
        return []
    samples = part.sound
    if form == "m4a":  # whole AAC frames, so that what follows starts where it says
        samples = np.concatenate([samples, np.zeros(-len(samples) % coding.AAC_FRAME, np.int16)])
    key = hashlib.sha256(samples.tobytes()).hexdigest()
    held = store.blob(f"said-{codec.kind}", key)
    if held is None:
        block = samples if codec.channels == 1 else np.column_stack((samples, samples))
        made = coding.encoded(iter([block]), codec)
        held = struct.pack("<QII", made.frames, len(made.config), made.units) + made.config
        held += made.sizes.astype("<u4").tobytes() + b"".join(made.pieces())
        store.keep_blob(f"said-{codec.kind}", key, held)
    frames, config, count = struct.unpack_from("<QII", held)
    at = 16 + config
    sizes = np.frombuffer(held, "<u4", count, at).astype(np.uint32)
    units = held[at + 4 * count:]
    return [coding.Encoded.of(codec, frames, sizes, held[16:at], lambda: iter((units,)))]


def _sums(lengths: Iterator[int]) -> tuple[int, ...]:
    found = [0]
    for length in lengths:
        found.append(found[-1] + length)
    return tuple(found)


def _write_sound(path: Path, form: str, parts: Sequence[coding.Encoded], book: Book, title: str, mark: ChapterMark,
                 count: int, marks: Sequence[Mapping[str, object]], artwork: bytes, frames: int) -> None:
    rate = parts[0].codec.rate
    starts = [float(str(each["startTime"])) for each in marks]
    length = milliseconds(frames, rate)
    if form == "mp3":
        ends = [*(round(1000 * at) for at in starts[1:]), length]
        inside = [id3.Chap(round(1000 * at), end, str(each["title"]))
                  for at, end, each in zip(starts, ends, marks, strict=True)]
        head = id3.tag(book.details, title=title, album=book.title, track=(mark.number, count), length_ms=length,
                       cover=artwork, chapters=inside, genre="Podcast")
        mp3.write_mp3(path, parts, head)
    else:
        found = [mp4.Mark(round(at * rate), str(each["title"])) for at, each in zip(starts, marks, strict=True)]
        meta = ilst.meta(book.details, title=title, cover=artwork, track=(mark.number, count))
        mp4.write_mp4(path, parts, found, meta, language_code(book.language), b"M4A ")


# ---------------------------------------------------------------- what lies beside it


def _scenes(book: Book, timeline: Timeline, mark: ChapterMark, title: str, script: Script, rate: int,
            starts: tuple[int, int, int], introduced: bool) -> list[dict[str, object]]:
    """The episode's chapters: the intro under the book's title, and every scene under its first words."""
    scenes: dict[int, int] = {}
    for cue in timeline.cues:
        if cue.line.place.chapter == mark.number:
            scenes.setdefault(cue.line.place.scene, cue.start)
    found: list[tuple[float, str]] = [(0.0, clean(book.title))] if introduced else []
    for number, at in scenes.items():
        start = round(starts[0] / rate + (at - mark.start) / timeline.rate, 3) if found else 0.0
        found.append((start, title if len(scenes) == 1 else _scene_title(script, mark.number, number, title)))
    return [{"startTime": start, "title": name} for start, name in found]


def _scene_title(script: Script, chapter: int, scene: int, title: str) -> str:
    said = " ".join(plain(line.text) for line in script.lines
                    if line.place.chapter == chapter and line.place.scene == scene and line.kind != "heading")
    return f"{scene}. {shortened(clean(said), 48) or title}"


def _transcript(timeline: Timeline, mark: ChapterMark, before: _Part | None, after: _Part | None, rate: int,
                starts: tuple[int, int, int], kit: Kit) -> str:
    """Every word that is heard in the episode, timed in frames of its own sound."""
    def said(part: _Part | None, at: int) -> tuple[Caption, ...]:
        return split(part.text, NARRATOR, at + part.begin, at + part.end) if part else ()

    def here(frames: int) -> int:
        return starts[0] + (frames - mark.start) * rate // timeline.rate

    inside = tuple(replace(item, start=here(item.start), end=here(item.end)) for item in captions(
        (cue for cue in timeline.cues if mark.start <= cue.start < mark.end), hear=kit.store.pcm,
        words=kit.store.words))
    return webvtt((*said(before, 0), *inside, *said(after, starts[1])), rate)


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _slug(title: str) -> str:
    """The title as a part of a web address."""
    plain_letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return cut(re.sub(r"[^a-z0-9]+", "-", plain_letters).strip("-"), 60).decode("ascii", "ignore").rstrip("-")
