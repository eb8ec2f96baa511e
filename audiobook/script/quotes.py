"""Paragraphs -> the quotations in them: what somebody says or thinks, told apart from narration."""

from __future__ import annotations

import re
from collections.abc import Sequence

from audiobook.model import Paragraph
from audiobook.script.passage import Quote

__all__ = ["Quote", "find_quotes"]

_STRAIGHT = re.compile(r'"[^"]*(?:"|\Z)')


def find_quotes(paragraphs: Sequence[Paragraph], language: str) -> tuple[Quote, ...]:
    """The quotations, in order: `paragraph` is the index into `paragraphs`, offsets are into its text.

    >>> from audiobook.model import Source
    >>> find_quotes([Paragraph('"Go," said Tom.', Source("a.md", 0, 15, 1))], "en")
    (Quote(paragraph=0, start=0, end=5, kind='dialogue', continues=False),)
    """
    return tuple(Quote(number, match.start(), match.end())
                 for number, paragraph in enumerate(paragraphs)
                 for match in _STRAIGHT.finditer(paragraph.text))
