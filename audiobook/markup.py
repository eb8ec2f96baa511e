"""Text as written <-> text as seen: Markdown and HTML marks, comments, hard-wrapped lines. Offsets survive.

Reading, script, speech and editions all need the same answer to "what does the reader see here".
"""

from __future__ import annotations


def plain(text: str) -> str:
    """The words as a reader sees them on the page, on one line: comments, emphasis marks, tags and control
    characters gone, links as their text, entities as their characters, white space single.

    >>> plain("_You_ want\\nto <!-- pause: 2s -->**tell** me &amp; [him](http://a.b).")
    'You want to tell me & him.'
    """
    raise NotImplementedError


def masked(text: str) -> str:
    """`text` with everything that is not seen (comments, emphasis marks, tags, link targets) and every line end
    replaced by as many blanks: the same length, so that offsets into it are offsets into the file."""
    raise NotImplementedError
