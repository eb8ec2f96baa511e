"""Where a book is bound: a profile's name comes in, what the sound must measure there comes out.

The figures are the shops' own published ones; docs/editions.md names the sources.
"""

from __future__ import annotations

from dataclasses import replace

from audiobook.errors import AudiobookError
from audiobook.model import Finish

PROFILES: dict[str, Finish] = {
    # RMS -23 to -18, peak at most -3, floor at most -60, head 0.5 to 1 s and tail 1 to 5 s of room tone
    "acx": Finish(loudness=-20.0, measure="rms", peak=-3.5, room_tone=-75.0, lead_in_ms=750, tail_ms=2500, rate=44100),
}


def profile_finish(name: str | None, own: Finish) -> Finish:
    """The finish of a profile; the project's own for None. Raises AudiobookError for a name nobody knows."""
    if name is None:
        return own
    if name not in PROFILES:
        raise AudiobookError(f"no sound is finished for a shop called {name!r}",
                             hint=f"choose one of: {', '.join(PROFILES)}")
    return replace(PROFILES[name])
