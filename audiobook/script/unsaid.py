"""Quoted words that nobody says: titles, irony, a word spoken of. They stay narration."""

from __future__ import annotations

from collections.abc import Sequence

from audiobook.script.pairs import Span


def nobody_says(text: str, span: Span, here: Sequence[Span]) -> bool:
    """Whether the quoted words are part of the sentence around them."""
    return False
