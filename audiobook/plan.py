"""What would be recorded, why and how long it is; and what on the shelf nobody needs any more."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from audiobook import plugins
from audiobook.made import digest, last_takes, needed
from audiobook.model import Clip, Line, Take
from audiobook.production import shelf_of, survey
from audiobook.project import Project
from audiobook.rehearsal import engines_of, rehearse
from audiobook.store import Swept

_CHARACTERS_A_WORD = 6.0  # English prose, blanks included: a figure for lengths nobody has measured yet
_USUAL_RATE = 165  # words a minute


@dataclass(frozen=True, slots=True)
class Planned:
    """`takes` counts different takes; seconds are of sound, measured for what is held and estimated for the rest
    from what is held of the same voice."""

    takes: int
    held: int
    to_record: tuple[tuple[Line, Take, str], ...]
    seconds: float
    book_seconds: float
    reasons: tuple[tuple[str, int], ...]

    def as_dict(self) -> dict[str, Any]:
        """As `plan --json` shows it."""
        return {"takes": self.takes, "held": self.held, "to_record": len(self.to_record),
                "seconds": round(self.seconds, 1), "book_seconds": round(self.book_seconds, 1),
                "reasons": dict(self.reasons),
                "lines": [{"place": str(line.place), "file": line.source.file, "line": line.source.line,
                           "voice": take.voice.name, "text": take.text, "why": why}
                          for line, take, why in self.to_record]}


def plan_of(project: Project, engine: str | None = None) -> Planned:
    """Compare what the manuscript needs with what the shelf holds. Records and writes nothing but notes."""
    from audiobook.studio import keys as named

    rehearsal, engines = survey(project, engine)
    lines = {take: line for line, take in reversed(list(zip(rehearsal.script.lines, rehearsal.takes, strict=True)))
             if take is not None}
    order = [take for take in dict.fromkeys(rehearsal.takes) if take is not None]
    keys = {take: name for take, name in zip(order, named(order, engines), strict=True) if name is not None}
    store = shelf_of(project)
    clips = store.clips(keys.values())
    known = last_takes(store)["rows"]
    words, both, held_before = ({row[n] for row in known} for n in range(3))
    missing: list[tuple[Line, Take, str]] = []
    for take in order:
        if keys[take] in clips:
            continue
        if keys[take] in held_before:
            why = "missing from the shelf"
        elif digest(take.text, take.voice) in both:
            why = "the engine changed"
        elif digest(take.text) in words:
            why = "another voice"
        else:
            why = "new words"
        missing.append((lines[take], take, why))
    length = _lengths(order, keys, clips)
    return Planned(len(order), len(order) - len(missing), tuple(missing),
                   sum(length[take] for _, take, _ in missing),
                   sum(length[take] for take in rehearsal.takes if take is not None),
                   tuple(Counter(why for _, _, why in missing).most_common()))


def _lengths(takes: list[Take], keys: dict[Take, str], clips: dict[str, Clip]) -> dict[Take, float]:
    """Seconds of each take: measured where held, else by the pace of the same voice, else by its rate."""
    said: Counter[str] = Counter()
    lasted: Counter[str] = Counter()
    for take in takes:
        if (clip := clips.get(keys[take])) is not None and take.text:
            said[take.voice.name] += len(take.text)
            lasted[take.voice.name] += clip.frames / clip.rate  # type: ignore[assignment]  # seconds, summed

    def seconds(take: Take) -> float:
        if (clip := clips.get(keys[take])) is not None:
            return clip.frames / clip.rate
        if said[take.voice.name]:
            return len(take.text) * lasted[take.voice.name] / said[take.voice.name]
        return len(take.text) / _CHARACTERS_A_WORD / (take.voice.rate or _USUAL_RATE) * 60

    return {take: seconds(take) for take in takes}


def sweep_shelf(project: Project, engine: str | None = None) -> Swept:
    """Remove from the shelf every clip and encoded chapter that the manuscript as it stands does not need."""
    from audiobook.press.encode import kept
    from audiobook.studio import keys

    store = shelf_of(project)
    with store.lock():
        engines = engines_of(project)
        rehearsal = rehearse(project, engines, store, engine=engine)
        takes = {name for name in keys(rehearsal.takes, engines) if name is not None}
        encoded = kept(plugins.names("editions"), store)
        return store.sweep(takes | set(last_takes(store)["extras"]) | encoded | needed(store, ()))
