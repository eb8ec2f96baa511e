"""The bytes of a sound file go in, `Audio` comes out: any format, one channel, signed 16-bit.

Plain WAV is read here; everything else is decoded by PyAV, with the container's name forced from the first
bytes, so that no file can be taken for a playlist that names other files or addresses.
"""

from __future__ import annotations

import io
import struct
from typing import Any

from audiobook.model import Audio

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"fLaC", "flac"), (0, b"OggS", "ogg"), (0, b"ID3", "mp3"), (4, b"ftyp", "mov"),
    (0, b"FORM", "aiff"), (0, b"caff", "caf"), (0, b"\x1aE\xdf\xa3", "matroska"), (0, b"RIFF", "wav"),
    (0, b"RF64", "wav"), (0, b".snd", "au"), (0, b"wvpk", "wv"))


def format_of(data: bytes) -> str | None:
    """The sound format that these bytes begin; None where they begin none that is known.

    >>> format_of(b"RIFF....WAVEfmt "), format_of(b"#EXTM3U")
    ('wav', None)
    """
    for at, magic, name in _MAGIC:
        if data[at:at + len(magic)] == magic:
            return name
    if len(data) > 2 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0:
        return "aac" if data[1] & 0x06 == 0 else "mp3"
    return None


def decoded(data: bytes, rate: int | None = None) -> Audio:
    """The sound in `data`, at `rate` (its own where None). Raises ValueError where there is none.

    The lengths that a WAV's header claims are believed only as far as there are bytes: servers that stream
    do not know them.
    """
    kind = format_of(data)
    if kind is None:
        raise ValueError("not a sound file")
    plain = _plain_wav(data) if kind == "wav" else None
    if plain is not None and rate in (None, plain.rate):
        return plain
    return _by_av(data, kind, rate)


def _plain_wav(data: bytes) -> Audio | None:
    """A WAV of 16-bit PCM in one channel, or None."""
    at, form = 12, b""
    while at + 8 <= len(data):
        name, size = data[at:at + 4], struct.unpack_from("<I", data, at + 4)[0]
        if name == b"fmt ":
            form = data[at + 8:at + 24]
        elif name == b"data":
            if len(form) < 16:
                return None
            code, channels, rate, _, _, bits = struct.unpack("<HHIIHH", form)
            if (code, channels, bits) != (1, 1, 16) or not rate:
                return None
            pcm = data[at + 8:at + 8 + size]
            return Audio(pcm[:len(pcm) // 2 * 2], rate)
        at += 8 + size + size % 2
    return None


def _by_av(data: bytes, kind: str, rate: int | None) -> Audio:
    import av

    pieces: list[bytes] = []
    try:
        with av.open(io.BytesIO(data), "r", format=kind) as container:
            if not container.streams.audio:
                raise ValueError("there is no sound in it")
            stream = container.streams.audio[0]
            rate = rate or stream.rate
            change = av.AudioResampler(format="s16", layout="mono", rate=rate)
            frames: Any = None
            for frame in container.decode(stream):
                for frames in change.resample(frame):
                    pieces.append(frames.to_ndarray().tobytes())
            for frames in change.resample(None):
                pieces.append(frames.to_ndarray().tobytes())
    except (av.FFmpegError, EOFError) as error:
        raise ValueError(f"it cannot be decoded: {error}") from None
    return Audio(b"".join(pieces), rate)
