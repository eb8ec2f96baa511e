"""A paragraph, and who speaks where in it -> its pieces, which joined in order give it back exactly.

A piece is a sentence, or what one voice says of it. White space between pieces belongs to the piece before,
comments to the piece that follows, bare punctuation to its neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from audiobook.markup import comments
from audiobook.script.conventions import seen
from audiobook.script.marks import Mark
from audiobook.script.sentences import sentences

NARRATION, SOUND = -1, -2
_WORD = re.compile(r"[^\W_]")
_SPACE = re.compile(r"\s*")


@dataclass(slots=True)
class Piece:
    """`start:end` of the paragraph's text. `owner`: the index of its quotation, or NARRATION, or SOUND.
    `says`: whether there is a word in it."""

    start: int
    end: int
    owner: int
    says: bool


def pieces(text: str, spans: Sequence[tuple[int, int, int]] = (), marks: Sequence[Mark] = ()) -> list[Piece]:
    """The pieces of a paragraph. `spans`: its quotations as start, end and index, in order."""
    shown = seen(text)
    stretches = _stretches(text, shown, spans, marks)
    found: list[Piece] = []
    for start, end, owner in stretches:
        if owner == SOUND:
            found.append(Piece(start, end, SOUND, True))
            continue
        begun = start
        for at in sentences(shown, start, end):
            found.append(Piece(begun, at, owner, _WORD.search(shown, begun, at) is not None))
            begun = at
    _give_back_blanks(text, found)
    return _joined(found)


def _stretches(text: str, shown: str, spans: Sequence[tuple[int, int, int]],
               marks: Sequence[Mark]) -> list[tuple[int, int, int]]:
    """The paragraph cut where the voice changes, a sound is heard, or a pause is asked for."""
    if not spans and not marks:
        return [(0, len(text), NARRATION)] if text else []
    notes = _notes(text)
    cuts: list[tuple[int, int, int]] = []
    at = 0
    for start, end, owner in spans:
        start, end = _emphasised(text, start, end)
        start = max(at, _before_comments(text, notes, start))
        if start > at:
            cuts.append((at, start, NARRATION))
        end = max(start, min(end, len(text)))
        cuts.append((start, end, owner))
        at = end
    if at < len(text):
        cuts.append((at, len(text), NARRATION))
    if marks:
        cuts = list(_parted(cuts, [(_before_comments(text, notes, mark.start), None) if mark.kind == "pause"
                                   else (mark.start, mark.end) for mark in marks if mark.kind in ("pause", "sound")]))
    return [cut for cut in cuts if cut[1] > cut[0]]


def _parted(cuts: Sequence[tuple[int, int, int]],
            wanted: Sequence[tuple[int, int | None]]) -> Iterator[tuple[int, int, int]]:
    """The stretches, cut at each start that is wanted; where an end is given too, what lies between is a sound's."""
    edges: list[tuple[int, int | None]] = sorted(wanted, key=lambda edge: edge[0])
    following = 0
    for low, high, owner in cuts:
        while following < len(edges) and edges[following][0] < high:
            start, end = edges[following]
            following += 1
            if start > low:
                yield low, start, owner
                low = start
            if end is not None:
                yield low, min(end, high), SOUND
                low = min(end, high)
        if low < high:
            yield low, high, owner


def _emphasised(text: str, start: int, end: int) -> tuple[int, int]:
    """The quotation with the emphasis marks that stand around it."""
    begun = start
    while begun > 0 and text[begun - 1] in "_*":
        begun -= 1
    if begun == start or (begun > 0 and not text[begun - 1].isspace()):
        return start, end
    while end < len(text) and text[end] in "_*":
        end += 1
    return begun, end


def _notes(text: str) -> dict[int, int]:
    """By the end of each comment, where it begins, or the first of the comments that nothing parts from it."""
    notes: dict[int, int] = {}
    if "<!--" in text:
        for start, end, _ in comments(text):
            notes[end] = _before_comments(text, notes, start)
    return notes


def _before_comments(text: str, notes: Mapping[int, int], at: int) -> int:
    """`at`, or where the comments begin that stand directly before it. `notes`: as `_notes` gives them."""
    back = at
    while back > 0 and back not in notes and (text[back - 1].isspace() or text[back - 1] in "_*"):
        back -= 1
    return notes.get(back, at)


def _give_back_blanks(text: str, found: list[Piece]) -> None:
    for before, piece in pairwise(found):
        match = _SPACE.match(text, piece.start, piece.end)
        if match is not None and match.end() > piece.start:
            before.end = piece.start = match.end()


def _joined(found: list[Piece]) -> list[Piece]:
    """Pieces with nothing to say joined to a neighbour that has: the one before where there is one."""
    kept: list[Piece] = []
    waiting: int | None = None  # where pieces began that say nothing and have no neighbour yet
    for piece in found:
        if piece.end == piece.start:
            continue
        if piece.owner == SOUND:
            if waiting is not None:
                kept.append(Piece(waiting, piece.start, NARRATION, False))
                waiting = None
            kept.append(piece)
        elif piece.says:
            if waiting is not None:
                piece.start, waiting = waiting, None
            kept.append(piece)
        elif kept and kept[-1].owner != SOUND:
            kept[-1].end = piece.end
        elif waiting is None:
            waiting = piece.start
    if waiting is not None:
        kept.append(Piece(waiting, found[-1].end, NARRATION, False))
    return kept
