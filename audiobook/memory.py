"""Memory that is done with, handed back to the system.

C libraries keep what is freed for later; after a stage that needed much of it once, that is only a burden.
"""

from __future__ import annotations

import ctypes
import sys


def hand_back() -> None:
    """Hand back what is free already. Milliseconds; where the system's library does so by itself, nothing."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl does not
        if trim is not None:
            trim(0)
