"""Entries of a zip that an edition is: the same book makes the same file."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path


def entry(name: str, pack: bool) -> zipfile.ZipInfo:
    """An entry dated 1980, compressed where `pack`."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED if pack else zipfile.ZIP_STORED
    info.external_attr = 0o644 << 16
    return info


def put_file(archive: zipfile.ZipFile, name: str, file: Path) -> None:
    """Put a file into the archive as it is, a piece at a time."""
    info = entry(name, False)
    info.file_size = file.stat().st_size
    with archive.open(info, "w") as out, open(file, "rb") as data:
        shutil.copyfileobj(data, out, 1 << 20)
