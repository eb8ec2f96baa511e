"""A clip as a file: WAV that any player opens, with a chunk of our own that says what it is and guards it.

The chunk `abk1` stands before `data`: level and peak (two doubles), how many words and then four 32-bit numbers for
each, the key, a CRC-32 over all that stands before it, and last one over every other byte of the file: the first is
looked at always, the second when the sound is read.
"""

from __future__ import annotations

import struct
import zlib

from audiobook.model import Clip, Word

_HEAD = struct.Struct("<4sI4s 4sIHHIIHH 4sI")  # RIFF, fmt, and the head of our own chunk
_OURS = struct.Struct("<ddI")
_WORD = struct.Struct("<IIII")
_TAIL = struct.Struct("<I4sI")  # the checksum, and the head of the data chunk


def pieces_of(clip: Clip, pcm: bytes) -> tuple[bytes, ...]:
    """The file of a clip, to be written one after the other. `pcm`: its samples, s16le mono.

    Raises ValueError where these are not as many as it has frames.
    """
    if len(pcm) != 2 * clip.frames:
        raise ValueError(f"a clip of {clip.frames} frames with {len(pcm)} bytes")
    head, tail = _packed(clip, len(pcm))
    check = zlib.crc32(pcm, zlib.crc32(tail, zlib.crc32(head)))
    return head, check.to_bytes(4, "little"), tail, pcm


def _packed(clip: Clip, length: int) -> tuple[bytes, bytes]:
    """The bytes before the checksum, and those between it and the samples."""
    key = clip.key.encode()
    key += b"\0" * (-len(key) % 2)  # RIFF chunks are even
    ours = _OURS.pack(clip.level, clip.peak, len(clip.words)) + b"".join(
        _WORD.pack(word.start, word.end, word.at, word.until) for word in clip.words) + key
    head = _HEAD.pack(b"RIFF", _HEAD.size + len(ours) + 4 + _TAIL.size + length - 8, b"WAVE",
                      b"fmt ", 16, 1, 1, clip.rate, 2 * clip.rate, 2, 16, b"abk1", len(ours) + 8)
    return head + ours + zlib.crc32(head + ours).to_bytes(4, "little"), _TAIL.pack(0, b"data", length)[4:]


def size_of(clip: Clip) -> int:
    """Of its file, in bytes."""
    return (_HEAD.size + _OURS.size + _WORD.size * len(clip.words) + len(clip.key) + len(clip.key) % 2
            + 4 + _TAIL.size + 2 * clip.frames)


def parsed(key: str, data: bytes, size: int) -> tuple[Clip, int] | None:
    """The clip, and where its samples begin, where the first bytes of its file and its length are right."""
    if len(data) < _HEAD.size + _OURS.size:
        return None
    head = _HEAD.unpack_from(data)
    level, peak, count = _OURS.unpack_from(data, _HEAD.size)
    start = _HEAD.size + head[12] + 8
    words_at = _HEAD.size + _OURS.size
    key_at = words_at + _WORD.size * count
    if (head[:6] != (b"RIFF", size - 8, b"WAVE", b"fmt ", 16, 1) or head[11] != b"abk1" or len(data) < start
            or data[key_at:start - 16].rstrip(b"\0") != key.encode() or (size - start) % 2
            or data[start - 16:start - 12] != zlib.crc32(data[:start - 16]).to_bytes(4, "little")
            or data[start - 8:start] != b"data" + (size - start).to_bytes(4, "little")):
        return None
    words = tuple(Word(*four) for four in _WORD.iter_unpack(data[words_at:key_at])) if count else ()
    return Clip(key, (size - start) // 2, head[7], level, peak, words), start


def samples_of(key: str, data: bytes) -> bytes | None:
    """The samples of a file that is whole, to the bit, and this key's; else None."""
    found = parsed(key, data, len(data))
    if found is None:
        return None
    start, view = found[1], memoryview(data)
    check = zlib.crc32(view[start - 8:], zlib.crc32(view[:start - 12]))
    return data[start:] if check.to_bytes(4, "little") == data[start - 12:start - 8] else None
