"""Locks that the system lets go of when their process ends, however it ends."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import IO


def alive(pid: str) -> bool:
    """Whether a process of this number is at work; in doubt, it is."""
    if not pid.isdecimal() or len(pid) > 9:
        return False
    if os.name == "nt":
        return False  # a file that is still open there cannot be removed anyway
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


if os.name == "nt":
    import msvcrt

    def locked(file: IO[bytes]) -> bool:
        """Whether the open file could be locked for this process."""
        file.seek(1 << 30)  # beyond what is written, so that others can read the number
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

    def unlock(file: IO[bytes]) -> None:
        file.seek(1 << 30)
        with suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
else:
    import fcntl

    def locked(file: IO[bytes]) -> bool:
        """Whether the open file could be locked for this process."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
