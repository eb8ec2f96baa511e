"""A paragraph that begins with a dash -> what is said in it, without the speaker's tag."""

from __future__ import annotations

from audiobook.script.pairs import Span


def dash_spans(text: str) -> list[Span]:
    return [Span(0, len(text))]
