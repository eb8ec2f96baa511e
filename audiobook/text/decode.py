"""A manuscript file -> its text, and what was doubtful in it. Nothing that is not text gets past here.

Tried in turn: byte order mark, UTF-8, UTF-16 by its NULs, Windows-1252 with a warning.
Links to devices, FIFOs and files that are no text are refused before a byte too many is read.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from pathlib import Path

from audiobook.errors import ManuscriptError
from audiobook.model import Problem, Source

LIMIT = 64 * 1024 * 1024
"""The largest file that is read, in bytes: some sixty long novels."""

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
         (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MAGIC = ((b"\x89PNG", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"), (b"GIF8", "a GIF image"),
          (b"%PDF-", "a PDF"), (b"PK\x03\x04", "a zip archive"), (b"\x1f\x8b", "a gzip archive"),
          (b"\xd0\xcf\x11\xe0", "an old Word document"), (b"{\\rtf", "a rich text document"),
          (b"\x7fELF", "a program"), (b"MZ\x90", "a program"), (b"SQLite format 3", "a database"),
          (b"ID3\x03", "an MP3"), (b"ID3\x04", "an MP3"), (b"OggS\0", "a sound"), (b"fLaC\0", "a sound"))
_CONTROL = bytes({*range(32), 127} - {9, 10, 11, 12, 13, 27})
_CONVERT = "open it in the program that made it and save it as plain text (.txt), in UTF-8"


def data(path: Path, name: str, limit: int = LIMIT) -> bytes:
    """The bytes of a regular file; raises ManuscriptError where it is none, cannot be read, or is over `limit`.
    Never blocks, whatever `path` is."""
    where = Source(name, 0, 0, 1)
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise ManuscriptError("this is no file with text in it", where,
                                  "give a text file, a Markdown file, or a folder of them")
        if found.st_size > limit:
            raise ManuscriptError(f"the file is too large to be a book ({found.st_size / 1e6:.0f} MB, "
                                  f"at most {limit / 1e6:.0f} MB)", where)
        with open(path, "rb", opener=_nonblocking) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise ManuscriptError("this is no file with text in it", where)
            return file.read(limit)
    except FileNotFoundError as error:
        raise ManuscriptError("there is no such file", where,
                              "the link leads nowhere" if path.is_symlink() else "") from error
    except OSError as error:
        raise ManuscriptError(f"the file cannot be read: {error.strerror or error}", where) from error


def _nonblocking(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def text(path: Path, name: str) -> tuple[str, tuple[Problem, ...]]:
    """The file's text without its byte order mark, line ends as they are, and what was doubtful.
    Raises ManuscriptError where the file is no text."""
    return decoded(data(path, name), name)


def decoded(raw: bytes, name: str) -> tuple[str, tuple[Problem, ...]]:
    """`text` for bytes already read.

    >>> decoded(b"\\xef\\xbb\\xbfAll is well.", "a.txt")
    ('All is well.', ())
    >>> text, problems = decoded(b"One.\\nCaf\\xe9.", "a.txt")
    >>> text, str(problems[0].source)
    ('One.\\nCafé.', 'a.txt:2')
    """
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return _strict(raw[len(bom):], encoding, name)
    for magic, what in _MAGIC:
        if raw.startswith(magic):
            document = what.split()[-1] in ("PDF", "document", "archive")
            raise ManuscriptError(f"this is {what}, not text", Source(name, 0, 0, 1),
                                  _CONVERT if document else "give a text file or a Markdown file")
    sample = raw[:4096]
    if sample.count(0) > len(sample) // 5:
        return _strict(raw, "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be", name)
    controls = len(raw) - len(raw.translate(None, _CONTROL))
    try:
        return _checked(raw.decode("utf-8"), name, controls)
    except UnicodeDecodeError as error:
        if controls > max(len(raw) // 1000, 8):
            raise ManuscriptError("this is not text", Source(name, 0, 0, 1)) from None
        return _western(raw, error, name)


def _strict(raw: bytes, encoding: str, name: str) -> tuple[str, tuple[Problem, ...]]:
    try:
        return _checked(raw.decode(encoding), name, 0)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise ManuscriptError(f"the file says it is {encoding.upper()}, but it is not", Source(name, 0, 0, 1),
                                  "save it as UTF-8") from error
        return _western(raw, error, name)


def _checked(decoded: str, name: str, controls: int) -> tuple[str, tuple[Problem, ...]]:
    unwanted = re.search(r"[\x00\ufffd]", decoded)
    if unwanted is None:
        return decoded, ()
    if controls > max(len(decoded) // 50, 64):
        raise ManuscriptError("this is not text", Source(name, 0, 0, 1))
    what = "a NUL character" if unwanted[0] == "\0" else "a character that was lost in an earlier conversion"
    return decoded, (Problem("text-character", f"{what} is left out", _at(decoded, unwanted.start(), name),
                             "look at the word there; something may be missing"),)


def _western(raw: bytes, error: UnicodeDecodeError, name: str) -> tuple[str, tuple[Problem, ...]]:
    """Mostly UTF-8 with a broken character or two; Windows-1252 otherwise."""
    patched = raw.decode("utf-8", "replace")
    broken, whole = patched.count("\ufffd"), len(re.findall("[\x80-\U0010ffff]", patched))
    cut_off = error.reason == "unexpected end of data" and whole > 1
    if cut_off or (broken <= 3 and whole > 20 * broken):
        where = _at(patched, patched.index("\ufffd"), name)
        return patched, (Problem("text-encoding", "a character is not UTF-8 and is left out", where,
                                 "look at the word there, or save the file as UTF-8"),)
    decoded = "".join(map(_WESTERN.__getitem__, raw))
    where = _at(decoded, error.start, name)
    if sum(byte > 127 for byte in raw[:20_000]) > 0.3 * len(raw[:20_000]):
        raise ManuscriptError("the file is not UTF-8, and in no western alphabet either", where,
                              "save it as UTF-8 in the program that wrote it")
    return decoded, (Problem(
        "text-encoding", "the file is not UTF-8; it was read as Windows-1252", where,
        "look whether accents and quotation marks are right there; if not, save the file as UTF-8"),)


_WESTERN = [bytes([n]).decode("cp1252", "ignore") or chr(n) for n in range(256)]


def _at(decoded: str, offset: int, name: str) -> Source:
    return Source(name, offset, offset + 1, len(re.findall(r"\r\n|\r|\n", decoded[:offset])) + 1)
