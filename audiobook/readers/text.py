"""Plain text -> Book."""

from __future__ import annotations

import re
from pathlib import Path

from audiobook import decode, markup
from audiobook.model import Book, Chapter, Details, Paragraph, Scene, Source

SUFFIXES = (".txt", ".text")

_HEADING = re.compile(r"\s*(?:#{1,6}\s+\S|(?:chapter|part|book|volume)\s+[\w.]+(?:[:.].*)?$|prologue|epilogue)", re.I)
_BREAK = re.compile(r"\s*(?:[*#⁂~-]\s*)+$")


def read(path: Path, name: str, alone: bool) -> Book:
    text, notes = decode.text(path, name)
    chapters, heading, scenes, scene = [], [], [], []

    def close():
        nonlocal heading, scenes, scene
        if scene:
            scenes.append(Scene(tuple(scene)))
        if scenes or heading:
            title = ": ".join(markup.plain(p.text).rstrip(".") for p in heading) or path.stem
            chapters.append(Chapter(title, tuple(heading), tuple(scenes)))
        heading, scenes, scene = [], [], []

    for block in re.finditer(r"\S(?:.|\n(?!\s*\n))*", text):
        slice_ = block[0].rstrip()
        source = Source(name, block.start(), block.start() + len(slice_), text.count("\n", 0, block.start()) + 1)
        if _BREAK.match(slice_):
            if scene:
                scenes.append(Scene(tuple(scene)))
                scene = []
        elif _HEADING.match(slice_) and len(slice_) < 300:
            if scenes or scene:
                close()
            heading.append(Paragraph(slice_, source))
        else:
            scene.append(Paragraph(slice_, source))
    close()
    return Book(Details(), tuple(chapters), notes, {name: text})
