"""Cues in, captions out: what is read while it is heard, in pieces short enough to read, as WebVTT or SRT.

A line is one caption, or several where it is longer than `limit` characters. Every word of every cue is in
exactly one caption, and captions never overlap, not even after rounding to milliseconds.
Rules: https://www.w3.org/TR/webvtt1/; 65 characters a line is what Apple Podcasts shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from audiobook.markup import plain
from audiobook.model import NARRATOR, Clip, Cue, Place, Word
from audiobook.press.durations import clock, milliseconds
from audiobook.press.tags import clean

LIMIT = 65


@dataclass(frozen=True, slots=True)
class Caption:
    """`start:end` in frames of the timeline. `part` of a line, from 1; a line in one piece is part 1."""

    speaker: str
    text: str
    start: int
    end: int
    place: Place | None = None
    part: int = 1


Hear = Callable[[str], bytes]
"""A clip's key -> its samples (`store.pcm`)."""


Words = Callable[[str], tuple[Word, ...]]
"""A clip's key -> when its words are said (`store.words`)."""


def captions(cues: Iterable[Cue], limit: int = LIMIT, hear: Hear | None = None,
             words: Words | None = None) -> tuple[Caption, ...]:
    """The captions of `cues`, in their order. A cue with nothing to read (a sound) has none.

    Where an engine gives no word times, the pauses that `hear` finds in a clip say when its parts begin.
    """
    return tuple(caption for cue in cues for caption in _of_line(cue, limit, hear, words))


def split(text: str, speaker: str, start: int, end: int, limit: int = LIMIT, clip: Clip | None = None,
          place: Place | None = None, hear: Hear | None = None, words: Words | None = None) -> tuple[Caption, ...]:
    """`text`, said from `start` to `end`, in captions: timed by the clip's words, else by its pauses, and
    between those, or where nothing is heard, by the share of characters."""
    spans = pieces(text, limit)
    if words is not None and clip is not None and len(spans) > 1 and not clip.words:
        clip = replace(clip, words=words(clip.key))
    times = _times(text, spans, start, end, clip, hear)
    return tuple(Caption(speaker, text[a:b], *time, place, part)
                 for part, ((a, b), time) in enumerate(zip(spans, times, strict=True), 1))


def _of_line(cue: Cue, limit: int, hear: Hear | None, words: Words | None) -> tuple[Caption, ...]:
    text = clean(plain(cue.line.text))
    return split(text, cue.line.speaker, cue.start, cue.end, limit, cue.clip, cue.line.place, hear, words)


# ---------------------------------------------------------------- where to break

_FULL_STOPS = ".!?…;:—–。！？；："  # of many scripts
_COMMAS = ",、，،)]"
_CLOSING = "\"'”’»›)]」』"


def pieces(text: str, limit: int = LIMIT) -> tuple[tuple[int, int], ...]:
    """Where to cut `text`, as `start, end` of each piece: at most `limit` characters, at good breaks.

    A word longer than `limit` (an address; a sentence of a script without blanks) is cut where it must be.

    >>> pieces("We waited for the ferry; when it came, it was the wrong one.", 40)
    ((0, 24), (25, 60))
    """
    tokens = [span for match in re.finditer(r"[^\s]+", text) for span in _cut(text, *match.span(), limit)]
    # the cheapest way to break so that tokens[:i] are done, from the left: (cost, where its last piece began)
    best: list[tuple[float, int]] = [(0.0, 0)]
    for i in range(1, len(tokens) + 1):
        end = tokens[i - 1][1]
        ways = []
        for j in range(i - 1, -1, -1):
            room = limit - (end - tokens[j][0])
            if room < 0:
                break
            ways.append((best[j][0] + 100 * (room / limit) ** 2, j))
        cost, j = min(ways)
        best.append((cost + (0 if i == len(tokens) else _break_cost(text[:end])), j))
    spans: list[tuple[int, int]] = []
    i = len(tokens)
    while i:
        j = best[i][1]
        spans.append((tokens[j][0], tokens[i - 1][1]))
        i = j
    return tuple(reversed(spans))


def _break_cost(before: str) -> float:
    """How bad it is to break a sentence after `before`."""
    last = before[-4:].rstrip(_CLOSING)[-1:] or before[-1]
    return 0 if last in _FULL_STOPS else 15 if last in _COMMAS else 50


def _cut(text: str, start: int, end: int, limit: int) -> list[tuple[int, int]]:
    """A word too long for one caption, in parts that are not."""
    spans = []
    while end - start > limit:
        window = text[start:start + limit]
        at = max(window.rfind(mark) for mark in _FULL_STOPS + _COMMAS + "-/") + 1
        at = at if at > limit // 2 else limit
        spans.append((start, start + at))
        start += at
    return [*spans, (start, end)]


# ---------------------------------------------------------------- when each piece is said


def _times(text: str, spans: Sequence[tuple[int, int]], start: int, end: int, clip: Clip | None,
           hear: Hear | None) -> list[tuple[int, int]]:
    if len(spans) < 2:
        return [(start, end)] * len(spans)
    timed = _by_words(text, spans, start, end, clip)
    if timed:
        return timed
    known = _pauses(text, clip, hear) if clip is not None and hear is not None else []
    total = max(1, clip.frames if clip is not None and known else end - start)
    known = [(0, 0), *known, (spans[-1][1], total)]
    edges = [start, *(start + (end - start) * _between(known, a) // total for a, _ in spans[1:]), end]
    return list(pairwise(edges))


def _between(known: Sequence[tuple[int, int]], at: int) -> int:
    """When the character `at` is said, between the two known ones around it."""
    (a, begin), (b, end) = next(pair for pair in pairwise(known) if at <= pair[1][0])
    return begin + (end - begin) * (at - a) // max(1, b - a)


_QUIET_DB, _PAUSE, _REACH = 35.0, 0.08, 0.5  # below the loudest; seconds at least; seconds from where it is expected
_AFTER_MARK = re.compile(r"[,;:\u2014.!?\u2026\u3001\u3002\uff0c][\"'\u201d\u2019\u00bb)]*\s*(?=\S)")


def _pauses(text: str, clip: Clip, hear: Hear) -> list[tuple[int, int]]:
    """Where words after a punctuation mark begin, by the pauses in the sound: characters, and frames of the clip."""
    import numpy as np

    samples = np.frombuffer(hear(clip.key), "<i2").astype(np.float32)
    step = max(1, clip.rate // 100)
    count = len(samples) // step
    if count < 3:
        return []
    power = (samples[:count * step].reshape(count, step) ** 2).mean(axis=1)
    quiet = np.concatenate(([0], (power < power.max() / 10 ** (_QUIET_DB / 10)).astype(np.int8), [0]))
    turns = np.flatnonzero(np.diff(quiet)).tolist()
    runs = [(a / 100, b / 100) for a, b in zip(turns[::2], turns[1::2], strict=True)
            if (b - a) / 100 >= _PAUSE and a > 0 and b < count]
    known = [(0, 0.0)]
    length = clip.frames / clip.rate
    for match in _AFTER_MARK.finditer(text):
        at, (before, begin) = match.end(), known[-1]
        expected = begin + (length - begin) * (at - before) / (len(text) - before)
        near = [(min(b - a, 0.5) - 0.3 * abs(b - expected), b) for a, b in runs
                if abs(b - expected) < _REACH and a > begin]
        if near:
            known.append((at, max(near)[1]))
    return [(at, round(seconds * clip.rate)) for at, seconds in known[1:]]


def _by_words(text: str, spans: Sequence[tuple[int, int]], start: int, end: int,
              clip: Clip | None) -> list[tuple[int, int]]:
    """From the engine's word times; nothing where it gave none, or they do not fit the text."""
    written = [match.span() for match in re.finditer(r"\S+", text)]
    firsts = [next((n for n, (a, _) in enumerate(written) if a == span[0]), None) for span in spans]
    if clip is None or not _possible(clip) or None in firsts:
        return []
    said = _said(tuple(text[a:b] for a, b in written), clip.words)
    begins = [said[n] for n in firsts if n is not None]
    if any(a >= b for a, b in pairwise((0, *begins[1:]))):
        return []
    # a piece begins with its first word and ends with the word before the next piece's first
    at = [0, *(clip.words[n].at for n in begins[1:])]
    until = [*(min(clip.words[n - 1].until, clip.words[n].at) for n in begins[1:]), clip.frames]
    if any(a >= b for a, b in zip(at, until, strict=True)):
        return []
    return [(start + (end - start) * a // clip.frames, start + (end - start) * b // clip.frames)
            for a, b in zip(at, until, strict=True)]


def _possible(clip: Clip) -> bool:
    """Whether the clip's words follow one another inside it."""
    return (bool(clip.words) and all(0 <= word.at <= word.until <= clip.frames for word in clip.words)
            and all(before.at <= after.at for before, after in pairwise(clip.words)))


def _said(written: tuple[str, ...], words: tuple[Word, ...]) -> list[int]:
    """For each written word, the said word it begins with. Where the counts differ ("1984" is said in two
    words), the alignment whose word lengths agree best."""
    n, m = len(written), len(words)
    if n == m:
        return list(range(n))
    lengths = [word.end - word.start for word in words]
    letters = [0 if any(c.isdigit() for c in word) else sum(c.isalnum() for c in word) for word in written]
    band = 12 + abs(n - m)
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    for i in range(n):
        middle = i * m // n
        for j in range(max(0, middle - band), min(m, middle + band) + 1):
            if (i, j) not in best:
                continue
            cost = best[i, j][0]
            for take in range(min(7, m - j + 1)):
                length = sum(lengths[j:j + take])
                step = (3.0 if not take else take * 0.5 if not letters[i]
                        else abs(letters[i] - length) + 2.0 * (take - 1))
                key = (i + 1, j + take)
                if key not in best or cost + step < best[key][0]:
                    best[key] = (cost + step, (i, j))
    if (n, m) not in best:
        return [i * m // n for i in range(n)]
    starts, at = [], (n, m)
    while at != (0, 0):
        at = best[at][1]
        starts.append(min(at[1], m - 1))
    return starts[::-1]


# ---------------------------------------------------------------- written down


def in_milliseconds(items: Iterable[Caption], rate: int, origin: int = 0) -> list[tuple[int, int, Caption]]:
    """Start and end of each caption in milliseconds from frame `origin`: none overlaps, none is empty."""
    timed, free = [], 0
    for item in items:
        start = max(free, milliseconds(item.start - origin, rate))
        free = max(start + 1, milliseconds(item.end - origin, rate))
        timed.append((start, free, item))
    return timed


def webvtt(items: Iterable[Caption], rate: int, origin: int = 0, narrator: str = "Narrator") -> str:
    """A WebVTT file. Each cue is named with its line's place, 3.2.14, and says its speaker."""
    parts = ["WEBVTT\n"]
    for start, end, item in in_milliseconds(items, rate, origin):
        name = f"{item.place}{f'-{item.part}' if item.part > 1 else ''}\n" if item.place else ""
        voice = _escaped(clean(item.speaker) if item.speaker != NARRATOR else narrator)
        parts.append(f"{name}{clock(start)} --> {clock(end)}\n<v {voice}>{_escaped(item.text)}\n")
    return "\n".join(parts)


def srt(items: Iterable[Caption], rate: int, origin: int = 0, narrator: str = "Narrator") -> str:
    """A SubRip file. It has no place for speakers, so each is named in brackets where the speaker changes."""
    parts: list[str] = []
    speaker: str | None = None
    for number, (start, end, item) in enumerate(in_milliseconds(items, rate, origin), 1):
        who = ""
        # a book opens with its narrator: nobody needs to be told
        if item.speaker != speaker and (speaker is not None or item.speaker != NARRATOR):
            who = f"[{clean(item.speaker) if item.speaker != NARRATOR else narrator}] "
        speaker = item.speaker
        text = item.text.replace("-->", "→")
        parts.append(f"{number}\n{clock(start, ',')} --> {clock(end, ',')}\n{who}{text}\n")
    return "\n".join(parts)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
