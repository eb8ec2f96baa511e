"""What finished files measure -> tables for a terminal, and JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from audiobook.cli.screen import clean, clock
from audiobook.cli.tables import columns
from audiobook.inspection import Batch, Inspected, Inspection
from audiobook.inspection.shops import SHOPS, Reason

_HEAD = ("file", "length", "sound", "RMS", "LUFS", "peak", "true", "floor", "head", "tail", "chapters", "cover")
_RIGHT = frozenset(range(len(_HEAD))) - {0, 2}
_WIDEST = 48  # letters of a file's name


def report(found: Inspection) -> dict[str, Any]:
    """Everything, for JSON; what is digital silence is null."""
    return {"folder": str(found.folder), "files": [_file(file) for file in found.files],
            "books": [{"name": batch.name, "files": [file.file for file in batch.files],
                       "shops": {name: {"ok": batch.meets(name), "reasons": [str(each) for each in reasons]}
                                 for name, reasons in batch.together.items()}} for batch in found.batches]}


def _file(file: Inspected) -> dict[str, Any]:
    made: dict[str, Any] = {"file": file.file, "damage": list(file.damage)}
    if file.sound is None:
        return made
    sound, figures, cover = file.sound, file.sound.figures, file.labels.cover
    return made | {
        "seconds": round(figures.seconds, 3), "codec": sound.codec, "container": sound.container,
        "channels": sound.channels, "joint_stereo": sound.joint, "rate": sound.rate, "bits": sound.bits or None,
        "bitrate": sound.bitrate, "cbr": sound.cbr, "rms_db": _number(figures.rms_db), "lufs": _number(figures.lufs),
        "peak_db": _number(figures.peak_db), "true_peak_db": _number(figures.true_peak_db),
        "noise_floor_db": _number(figures.floor_db), "digital_silence": figures.floor_db == -math.inf,
        "head_seconds": round(figures.head, 2), "tail_seconds": round(figures.tail, 2),
        "chapters": len(sound.chapters),
        "titles": [{"start": round(each.start, 3), "end": round(each.end, 3), "title": each.title}
                   for each in sound.chapters],
        "tags": dict(file.labels.tags), "missing": list(_missing(file)),
        "cover": {"format": cover.kind or None, "width": cover.width, "height": cover.height} if cover else None,
        "shops": {name: {"ok": not reasons and not file.damage, "reasons": [str(each) for each in reasons]}
                  for name, reasons in file.shops.items()}}


def report_text(found: Inspection, only: str | None = None) -> str:
    """A table a book, and below it which shops' figures it meets, and in a word what is against the others;
    for one shop alone all that is against it, unless another book here meets it."""
    full = only is not None and not found.meets(only)
    return "\n\n".join("\n".join(_batch(batch, full)) for batch in found.batches)


def verdict_text(found: Inspection, name: str) -> str:
    """Whether there is a book here as the shop asks for."""
    met = [batch.name for batch in found.batches if batch.meets(name)]
    title = SHOPS[name].title
    return f"as {title} asks: {clean(', '.join(met))}" if met else f"nothing here is as {title} asks"


def _batch(batch: Batch, full: bool) -> list[str]:
    alone = len(batch.files) == 1 and batch.files[0].file == batch.name
    out = [] if alone else [clean(batch.name) + "/"]
    rows = [_row(file, alone) for file in batch.files if file.sound is not None]
    if rows:
        out += columns([_HEAD, *rows], _RIGHT).splitlines()
    for file in batch.files:
        out += [f"  DAMAGED  {_short(file, alone)}: {clean(why)}" for why in file.damage]
    out += _lacking(batch)
    if any(file.damage for file in batch.files) and not full:
        return [*out, "  no shop takes it while a file is damaged"]
    fine = [SHOPS[name].title for name in batch.together if batch.meets(name)]
    if fine:
        out.append(f"  meets what is asked by: {', '.join(fine)}")
    for name, together in batch.together.items():
        if not batch.meets(name):
            told = _against(batch, name, together)
            title = SHOPS[name].title
            out += ([f"  not as {title} asks:", *(f"    {text}" for _, text in told)] if full else
                    [f"  not as {title} asks: {', '.join(dict.fromkeys(what for what, _ in told))}"])
    return out


def _row(file: Inspected, alone: bool) -> tuple[str, ...]:
    assert file.sound is not None
    sound, figures, cover = file.sound, file.sound.figures, file.labels.cover
    channels = {1: "mono", 2: "stereo"}.get(sound.channels, f"{sound.channels} channels")
    kind = f"{'WAV' if sound.codec == 'pcm' else sound.codec.upper()} {channels} {sound.rate} Hz"
    rate = f"{sound.bitrate / 1000:.0f} kb/s{' CBR' if sound.cbr else ' VBR' if sound.cbr is False else ''}"
    levels = (figures.rms_db, figures.lufs, figures.peak_db, figures.true_peak_db, figures.floor_db)
    return (_short(file, alone), clock(figures.seconds), f"{kind} {rate}", *(f"{each:.1f}" for each in levels),
            f"{figures.head:.2f}", f"{figures.tail:.2f}", str(len(sound.chapters)) if sound.chapters else "-",
            f"{cover.width}" if cover and cover.width == cover.height else
            f"{cover.width}x{cover.height}" if cover else "-")


def _short(file: Inspected, alone: bool) -> str:
    name = clean(file.file if alone else file.file.rpartition("/")[2])
    return name if len(name) <= _WIDEST else f"{name[:_WIDEST - 9]}…{name[-8:]}"


def _missing(file: Inspected) -> tuple[str, ...]:
    """A WAV is for those who work on; nobody looks for tags in it."""
    return () if file.sound is None or file.sound.codec == "pcm" else file.labels.missing


def _lacking(batch: Batch) -> list[str]:
    by_tags: dict[tuple[str, ...], int] = {}
    for file in batch.files:
        if missing := _missing(file):
            by_tags[missing] = by_tags.get(missing, 0) + 1
    return [f"  tags lack {', '.join(missing)}{_in_files(count, batch)}" for missing, count in by_tags.items()]


def _against(batch: Batch, name: str, together: Sequence[Reason]) -> list[tuple[str, str]]:
    """What is wrong, in a word and in full. Files with the same fault share it, with the first one's figure."""
    shared: dict[tuple[str, str], list[Reason]] = {}
    for file in batch.files:
        for reason in file.shops[name]:
            shared.setdefault((reason.what, reason.asked), []).append(reason)
    told = [(some[0].what, clean(str(some[0])) + _in_files(len(some), batch)) for some in shared.values()]
    told += [(each.what, clean(str(each))) for each in together]
    return told or [("damaged", "a file is damaged")]


def _in_files(count: int, batch: Batch) -> str:
    if len(batch.files) == 1:
        return ""
    return " (every file)" if count == len(batch.files) else f" ({count} of {len(batch.files)} files)"


def _number(level: float) -> float | None:
    return round(level, 2) if math.isfinite(level) else None
