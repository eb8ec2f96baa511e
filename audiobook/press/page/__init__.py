"""The parts of a page that plays a book -> one HTML document with its style and its program inside.

What the document shows comes from `book.js` beside it; here only what a browser needs before that is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from importlib.resources import files


def document(words: Mapping[str, str], tracks: Mapping[str, str]) -> str:
    """The page. `words`: title and language, as text. `tracks`: links to the sound and their titles, which are
    shown where a browser runs no programs."""
    parts = files(__package__)
    links = "".join(f'<li><a href="{escape(link)}">{escape(title)}</a></li>' for link, title in tracks.items())
    filled = {"style": parts.joinpath("page.css").read_text("utf-8"),
              "program": parts.joinpath("page.js").read_text("utf-8"),
              "tracks": links, **{name: escape(word) for name, word in words.items()}}
    # in one pass, so that a title with braces in it stays a title
    return re.sub(r"\{\{(\w+)\}\}", lambda found: filled[found[1]], parts.joinpath("page.html").read_text("utf-8"))
