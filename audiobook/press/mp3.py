"""MP3 access units -> an MP3 file: an ID3 tag, the Info frame with LAME's gapless figures, the units.

The Info frame is as the LAME tag specification (gabriel.mp3-tech.org/mp3infotag.html) has it: players learn
from it the exact length and how much to drop at both ends. Written in one pass; every size is known up front.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from audiobook.errors import EditionError
from audiobook.files import whole
from audiobook.press.coding import MP3_DELAY, Bytes, Codec, Encoded

_BITRATES = {1: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
             2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)}
_RATES = {44100: (3, 0), 48000: (3, 1), 32000: (3, 2), 22050: (2, 0), 24000: (2, 1), 16000: (2, 2),
          11025: (0, 0), 12000: (0, 1), 8000: (0, 2)}


def bitrates(rate: int) -> tuple[int, ...]:
    """The constant bitrates, in kilobits a second, that MP3 has at a sample rate."""
    return _BITRATES[1 if rate >= 32000 else 2][:None if rate >= 16000 else 8]


def codec(rate: int, bitrate: object, edition: str) -> Codec:
    """The codec for a bitrate in kilobits that a person asked for. Raises EditionError where MP3 has none such."""
    wanted = float(str(bitrate or 64))
    if rate not in _RATES:
        raise EditionError(f"MP3 knows no rate of {rate} Hz", hint="set rate: 44100 under sound")
    if wanted not in bitrates(rate):
        raise EditionError(f"{edition}: a bitrate of {wanted:g} is not possible at {rate} Hz",
                           hint=f"choose one of: {', '.join(map(str, bitrates(rate)))}")
    return Codec("mp3", rate, round(wanted * 1000))


def starts(parts: Sequence[Encoded]) -> tuple[int, ...]:
    """Where each part's sound starts when the parts are joined, in samples, and at the end the whole length.

    A part begins at the frame nearest to its true time, so nothing drifts: at most half a frame (13 ms) off.
    """
    size = parts[0].codec.frame
    at, found = 0, []
    for part in parts:
        found.append((at + size // 2) // size * size)
        at += part.frames
    return (*found, found[-1] + parts[-1].frames)


def write_mp3(path: Path, parts: Sequence[Encoded], head: bytes = b"") -> None:
    """Write encoded sound, one part or several joined, after an ID3 tag (`head`), whole or not at all."""
    size = parts[0].codec.frame
    begins = starts(parts)
    counts = [(after - begin) // size for begin, after in pairwise(begins[:-1])]
    counts.append(parts[-1].units)
    for part, count in zip(parts, counts, strict=True):
        assert count <= part.units, "a part has fewer frames than its sound"
    with whole(path) as draft, open(draft, "xb") as file:
        file.write(head)
        file.write(_info(parts, counts, begins[-1]))
        for part, count in zip(parts, counts, strict=True):
            left = int(part.sizes[:count].sum(dtype="u8"))
            for piece in _first(part.pieces(), left):
                file.write(piece)


def _first(pieces: Iterator[Bytes], left: int) -> Iterator[Bytes]:
    for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return


def _info(parts: Sequence[Encoded], counts: Sequence[int], samples: int) -> bytes:
    codec = parts[0].codec
    frames = sum(counts)
    header, length = _header(codec)
    sizes = [int(part.sizes[:count].sum(dtype="u8")) for part, count in zip(parts, counts, strict=True)]
    total = length + sum(sizes)
    padding = max(0, min(4095, frames * codec.frame - MP3_DELAY - samples))
    side = {(True, 1): 17, (True, 2): 32, (False, 1): 9, (False, 2): 17}[codec.rate >= 32000, codec.channels]
    body = bytearray(header + bytes(side) + b"Info")
    body += struct.pack(">III", 0xF, frames, min(total, 0xFFFFFFFF))
    body += bytes(i * 256 // 100 for i in range(100)) + struct.pack(">I", 50)
    body += b"LAME3.100" + bytes([0x01, 0]) + bytes(8) + bytes([0, min(255, codec.bitrate // 1000)])
    body += (MP3_DELAY << 12 | padding).to_bytes(3, "big") + bytes(4)
    body += struct.pack(">IH", min(total, 0xFFFFFFFF), 0)
    body += struct.pack(">H", _crc16(bytes(body)))
    return bytes(body).ljust(length, b"\0")


def _header(codec: Codec) -> tuple[bytes, int]:
    """A frame header with the stream's own bitrate, or the next with room for the tag, and the frame's length."""
    version, index = _RATES[codec.rate]
    lengths = [(place, codec.frame // 8 * kbps * 1000 // codec.rate)
               for place, kbps in enumerate(bitrates(codec.rate), 1) if kbps * 1000 >= codec.bitrate]
    place, length = next((each for each in lengths if each[1] >= 4 + 32 + 156), lengths[-1])
    mode = 3 if codec.channels == 1 else 1
    return bytes([0xFF, 0xE0 | version << 3 | 1 << 1 | 1, place << 4 | index << 2, mode << 6 | 1 << 2]), length


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
