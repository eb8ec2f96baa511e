"""Memory that is done with, handed back to the system.

C libraries keep what is freed for later; after a stage that needed much of it once, that is only a burden. And what
stays of such a stage lies strewn among what is freed, and holds it: so a stage can be done in a process of its own.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


def hand_back() -> None:
    """Hand back what is free already. Milliseconds; where the system's library does so by itself, nothing."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl does not
        if trim is not None:
            trim(0)


def share_heaps() -> None:
    """From now on have all threads of this process take their memory from two places. Each with a store of its own, as
    glibc has it, holds what the others could use, and that grows for hours: at two threads that encode, 12 MB of it.
    With a single one they wait for each other: some 2 % of all CPU."""
    _tell({-8: 2})  # M_ARENA_MAX


def apart(work: Callable[[], bytes], meanwhile: Callable[[], None] | None = None) -> bytes:
    """What `work` gives, done in a copy of this process, whose memory goes when it ends.

    `meanwhile` is called here once the copy is at work, and not at all where there is none; see `beside`.
    """
    with beside(work) as answer:
        if meanwhile is not None and answer is not work:
            meanwhile()
        return answer()


@contextmanager
def beside(work: Callable[[], bytes]) -> Iterator[Callable[[], bytes]]:
    """Within this, `work` is done in a copy of this process; what is handed out waits for it and gives what it gives.

    Where no copy can be made safely (another system, or threads about), what is handed out is `work`; and where the
    copy ends without an answer, for whatever reason, `work` is done here: so what it raises is raised here, as ever.
    It must not change anything.
    """
    begun = _begun(work)
    if begun is None:
        yield work
        return
    child, reading = begun
    status: int | None = None

    def answer() -> bytes:
        nonlocal status
        data = file.read()
        status = os.waitpid(child, 0)[1]
        return data if status == 0 else work()

    with open(reading, "rb") as file:
        try:
            yield answer
        finally:
            if status is None:  # interrupted, or nobody asked
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)


def _begun(work: Callable[[], bytes]) -> tuple[int, int] | None:
    """A copy of this process that is at work, by its number, and where to read what it says; None where none can be."""
    if sys.platform != "linux" or not _alone():
        return None
    try:
        reading, writing = os.pipe()
    except OSError:
        return None
    parent = os.getpid()
    try:
        child = os.fork()
    except OSError:  # no room for one more
        os.close(reading)
        os.close(writing)
        return None
    if child == 0:
        _answer(work, writing, parent)
    os.close(writing)
    return child, reading


def give_back_at_once() -> None:
    """From now on have what is large from the system and give it back when it is freed, rather than keep it."""
    _tell({-3: 1 << 17})  # M_MMAP_THRESHOLD, in bytes; setting it keeps it from growing


def keep_what_is_freed() -> None:
    """From now on keep what is freed for what comes next: sound needs the same room for every clip, and to have it
    from the system each time takes longer than to make the sound."""
    _tell({-3: 1 << 25, -1: 1 << 26})  # M_MMAP_THRESHOLD (its largest), M_TRIM_THRESHOLD


def _tell(settings: dict[int, int]) -> None:
    """Settings of glibc's malloc, by their numbers; elsewhere, nothing."""
    if sys.platform == "linux" and (change := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:
        for name, value in settings.items():
            change(name, value)


def _alone() -> bool:
    """Whether this process is one thread, those of libraries counted too: others would be missing in a copy."""
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def _answer(work: Callable[[], bytes], writing: int, parent: int) -> None:
    """Do the work, say what it gives, and end: nothing else of the process that this is a copy of may go on here."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: end with the other, however it ends
        for name in os.listdir("/proc/self/fd"):  # the lock on the shelf, above all
            if int(name) > 2 and int(name) != writing:
                with suppress(OSError):
                    os.close(int(name))
        if os.getppid() == parent:
            gc.freeze()  # what both have in common stays so
            give_back_at_once()
            with open(writing, "wb") as out:
                out.write(work())
            code = 0
    finally:
        os._exit(code)
