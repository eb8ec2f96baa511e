"""AAC units + chapters + tags -> an MP4 file, `moov` first, in one pass: every size is known before the first byte.

Written by hand because ffmpeg's `ipod` muxer calls the file `M4A `, gives chapters no language, cuts their
titles in the middle of a character and needs a second pass to put `moov` first.

Boxes: ISO/IEC 14496-12 and -14; chapters: a QuickTime text track (QuickTime File Format, "Chapter Lists"), which
holds them all and is timed in frames of the sound, and Nero's `chpl`, whose count is one byte.
Times are those of the sound: an edit list drops the encoder's priming, so the file plays exactly `frames`.
Offsets and times have 64 bits where they need them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from struct import pack

import numpy as np

from audiobook.files import whole
from audiobook.press.coding import AAC_FRAME, Bytes, Encoded, joined
from audiobook.press.tags import clean, cut

_CHPL_MOST = 255
_CHPL_TITLE = 127  # bytes of UTF-8; AntennaPod reads the length as a signed byte
_TITLE = 4096  # bytes of UTF-8 in the text track
_CHUNK = 64  # units in a chunk
_AHEAD = 2 << 20  # bytes read at once: two threads that meet for every half minute of sound wait for each other
_BIG = 0xFFFFFFFF
_MATRIX = pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


@dataclass(frozen=True, slots=True)
class Mark:
    """A chapter from `start`, in frames of the sound, to the next one's start."""

    start: int
    title: str


def write_mp4(path: Path, parts: Sequence[Encoded], marks: Sequence[Mark], meta: bytes, language: str = "und",
              brand: bytes = b"M4B ", digest: str = "") -> None:
    """Write encoded chapters, joined, whole or not at all. `meta` is a `meta` box (see `ilst.meta`), `language`
    an ISO 639-2/T code. Marks start at 0 and rise; none, and the file has no chapters.

    `digest` stands for the sound: a file that begins the same and is as long is left as it is.
    """
    sound = joined(parts)
    texts = [_text_sample(mark.title) for mark in marks]
    ahead = sum(map(len, texts))
    payload = ahead + sum(int(sizes.sum(dtype="u8")) for sizes in sound.listed())
    large = payload + 16 > _BIG
    head: list[_Part] = []
    begin = 0
    for _ in range(2):  # the first time for the length alone
        movie = _movie(sound, marks, texts, meta, language, begin + ahead, large or payload > 1 << 31)
        head = [_box(b"ftyp", brand, pack(">I", 0x200), brand, b"M4A ", b"mp42", b"isom"),
                *_around(b"moov", *movie), _box(b"free", b"audiobook " + digest.encode()),
                pack(">I4sQ", 1, b"mdat", payload + 16) if large else pack(">I4s", payload + 8, b"mdat")]
        begin = _length(head)
    head += texts
    length = begin + payload
    if digest and _begins(path, head, length):
        return
    with whole(path) as draft, open(draft, "xb") as file:
        for piece in _written(head):
            file.write(piece)
        with closing(_read_ahead(sound.pieces())) as pieces:
            for some in pieces:
                file.write(some)
        if file.tell() != length:
            raise AssertionError("the units are not as long as their sizes say")


def _read_ahead(pieces: Iterator[Bytes]) -> Generator[Bytes, None, None]:
    """The same pieces; while some are written, the next are read from the shelf and held against their checksums."""
    def some() -> list[Bytes]:
        found: list[Bytes] = []
        size = 0
        for piece in pieces:
            found.append(piece)
            size += len(piece)
            if size >= _AHEAD:
                break
        return found

    with ThreadPoolExecutor(1) as other:
        coming = other.submit(some)
        while found := coming.result():
            coming = other.submit(some)
            yield from found


def _begins(path: Path, head: Sequence[_Part], length: int) -> bool:
    try:
        with open(path, "rb") as file:
            return (os.fstat(file.fileno()).st_size == length and not path.is_symlink()
                    and all(file.read(len(piece)) == piece for piece in _written(head)))
    except OSError:
        return False


# ---------------------------------------------------------------- boxes

# Forty hours have three million units, and a table of them four levels deep in boxes: what stands around it is
# a list of its parts, and the table's numbers (32 bits each) become bytes when they are written.


@dataclass(frozen=True, slots=True)
class _Table:
    count: int
    listed: Callable[[], Iterable[np.ndarray]]


_Part = bytes | _Table


def _around(name: bytes, *parts: _Part) -> list[_Part]:
    return [pack(">I4s", _length(parts) + 8, name), *parts]


def _length(parts: Iterable[_Part]) -> int:
    return sum(4 * part.count if isinstance(part, _Table) else len(part) for part in parts)


def _written(parts: Iterable[_Part]) -> Iterator[bytes]:
    for part in parts:
        if isinstance(part, _Table):
            yield from (some.astype(">u4").tobytes() for some in part.listed())
        else:
            yield part


def _box(name: bytes, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return pack(">I4s", len(data) + 8, name) + data


def _full(name: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(name, pack(">I", version << 24 | flags), *parts)


def _movie(sound: Encoded, marks: Sequence[Mark], texts: Sequence[bytes], meta: bytes, language: str,
           sound_at: int, large: bool) -> Iterator[_Part]:
    rate, frames = sound.codec.rate, sound.frames
    wide = frames + 2 * AAC_FRAME > 0x7FFFFFFF
    yield _full(b"mvhd", wide, 0, _times(wide, rate, frames), pack(">IH10x", 0x10000, 0x100), _MATRIX, bytes(24),
                pack(">I", 3 if marks else 2))
    media = sound.units * AAC_FRAME
    edit = (pack(">QqI", frames, AAC_FRAME, 0x10000) if wide else pack(">IiI", frames, AAC_FRAME, 0x10000))
    starts = _chunks(sound.listed(), sound_at)
    yield from _around(
        b"trak", _track_header(1, 7, frames, wide, 0x100),
        _box(b"edts", _full(b"elst", wide, 0, pack(">I", 1), edit)),
        _box(b"tref", _box(b"chap", pack(">I", 2))) if marks else b"",
        *_around(b"mdia", _media_header(rate, media, wide, language), _handler(b"soun", "Sound"),
                 *_around(b"minf", _full(b"smhd", 0, 0, bytes(4)), _data_here(),
                          *_around(b"stbl", _full(b"stsd", 0, 0, pack(">I", 1), _mp4a(sound)), _durations(sound),
                                   _runs(sound.units), *_sizes(sound.units, sound.listed), _offsets(starts, large),
                                   *_roll(sound)))))
    if marks:
        yield _text_track(rate, frames, wide, marks, texts, sound_at - sum(map(len, texts)), large, language)
    yield _box(b"udta", _nero(marks, rate) if marks else b"", meta)


def _times(wide: bool, timescale: int, duration: int) -> bytes:
    """Creation and change (unknown: the same book makes the same file), time scale, duration."""
    return pack(">QQIQ" if wide else ">IIII", 0, 0, timescale, duration)


def _track_header(number: int, flags: int, duration: int, wide: bool, volume: int) -> bytes:
    times = pack(">QQI4xQ" if wide else ">III4xI", 0, 0, number, duration)
    return _full(b"tkhd", wide, flags, times, pack(">8xhhH2x", 0, 0, volume), _MATRIX, bytes(8))


def _media_header(timescale: int, duration: int, wide: bool, language: str) -> bytes:
    packed = 0
    for letter in language:
        packed = packed << 5 | ord(letter) - 0x60
    return _full(b"mdhd", wide, 0, _times(wide, timescale, duration), pack(">H2x", packed))


def _handler(kind: bytes, name: str) -> bytes:
    return _full(b"hdlr", 0, 0, pack(">4x4s12x", kind), name.encode() + b"\0")


def _data_here() -> bytes:
    return _box(b"dinf", _full(b"dref", 0, 0, pack(">I", 1), _full(b"url ", 0, 1)))


def _mp4a(sound: Encoded) -> bytes:
    rate = sound.codec.rate
    config = bytes([0x05, len(sound.config)]) + sound.config
    largest = length = 0
    for sizes in sound.listed():
        largest, length = max(largest, int(sizes.max(initial=0))), length + int(sizes.sum(dtype="u8"))
    average = round(float(length) * 8 * rate / max(1, sound.units * AAC_FRAME))
    peak = max(average, largest * 8 * rate // AAC_FRAME)
    decoder = bytes([0x40, 0x15]) + largest.to_bytes(3, "big") + pack(">II", peak, average) + config
    stream = pack(">HB", 1, 0) + bytes([0x04, len(decoder)]) + decoder + bytes([0x06, 1, 0x02])
    esds = _full(b"esds", 0, 0, bytes([0x03, len(stream)]), stream)
    return _box(b"mp4a", pack(">6xH8xHH4xI", 1, sound.codec.channels, 16, rate << 16 if rate < 65536 else 0), esds)


def _durations(sound: Encoded) -> bytes:
    """Every unit is 1,024 long but the last, where the sound ends inside it."""
    units, last = sound.units, (sound.frames - 1) % AAC_FRAME + 1
    runs = [(units, AAC_FRAME)] if last == AAC_FRAME else [(units - 1, AAC_FRAME), (1, last)]
    return _full(b"stts", 0, 0, pack(">I", len(runs)), *(pack(">II", *run) for run in runs))


def _runs(units: int) -> bytes:
    """Which chunks hold how many units."""
    full, rest = divmod(units, _CHUNK)
    runs = ([(1, _CHUNK)] if full else []) + ([(full + 1, rest)] if rest else [])
    return _full(b"stsc", 0, 0, pack(">I", len(runs)), *(pack(">III", first, count, 1) for first, count in runs))


def _sizes(units: int, listed: Callable[[], Iterable[np.ndarray]]) -> list[_Part]:
    return _around(b"stsz", pack(">III", 0, 0, units), _Table(units, listed))


def _chunks(listed: Iterable[np.ndarray], begin: int) -> np.ndarray:
    """Where each chunk begins. What is listed is cut where it may, chunks are not."""
    lengths: list[np.ndarray] = []
    rest = np.zeros(0, np.uint32)
    for sizes in listed:
        some = np.concatenate([rest, sizes])
        whole = len(some) // _CHUNK * _CHUNK
        lengths.append(some[:whole].reshape(-1, _CHUNK).sum(axis=1, dtype=np.uint64))
        rest = some[whole:]
    if len(rest):
        lengths.append(rest.sum(dtype=np.uint64)[None])
    return np.cumsum(np.concatenate([np.array([begin], np.uint64), *lengths])[:-1], dtype=np.uint64)


def _offsets(starts: np.ndarray, large: bool) -> bytes:
    return _full(b"co64" if large else b"stco", 0, 0, pack(">I", len(starts)),
                 starts.astype(">u8" if large else ">u4").tobytes())


def _roll(sound: Encoded) -> tuple[bytes, bytes]:
    """To start in the middle, a decoder needs the unit before."""
    return (_full(b"sgpd", 1, 0, b"roll", pack(">IIh", 2, 1, -1)),
            _full(b"sbgp", 0, 0, b"roll", pack(">III", 1, sound.units, 1)))


# ---------------------------------------------------------------- chapters


def _text_sample(title: str) -> bytes:
    text = cut(clean(title), _TITLE)
    return pack(">H", len(text)) + text + _box(b"encd", pack(">I", 0x100))  # 0x100: UTF-8


def _text_track(rate: int, frames: int, wide: bool, marks: Sequence[Mark], texts: Sequence[bytes], at: int,
                large: bool, language: str) -> bytes:
    """Disabled, because it is not to be shown: the sound's track names it as its chapters."""
    lengths = [after - mark.start for mark, after in zip(
        marks, [*(mark.start for mark in marks[1:]), frames], strict=True)]
    sizes = np.array([len(text) for text in texts], np.uint32)
    entry = _box(b"text", pack(">6xH", 1), pack(">II6x8x8xHHx2x6xx", 1, 0, 0, 0))
    look = _full(b"gmin", 0, 0, pack(">HHHHhH", 0x40, 0x8000, 0x8000, 0x8000, 0, 0))
    return _box(
        b"trak", _track_header(2, 2, frames, wide, 0),
        _box(b"mdia", _media_header(rate, frames, wide, language), _handler(b"text", "Chapters"),
             _box(b"minf", _box(b"gmhd", look, _box(b"text", _MATRIX)), _data_here(),
                  _box(b"stbl", _full(b"stsd", 0, 0, pack(">I", 1), entry),
                       _full(b"stts", 0, 0, pack(">I", len(marks)), *(pack(">II", 1, each) for each in lengths)),
                       _runs(len(marks)), *_written(_sizes(len(sizes), lambda: [sizes])),
                       _offsets(_chunks([sizes], at), large)))))


def _nero(marks: Sequence[Mark], rate: int) -> bytes:
    entries = []
    for mark in marks[:_CHPL_MOST]:
        title = cut(clean(mark.title), _CHPL_TITLE)
        entries.append(pack(">QB", (mark.start * 10_000_000 + rate // 2) // rate, len(title)) + title)
    return _full(b"chpl", 1, 0, pack(">IB", 0, len(entries)), *entries)
