"""Book -> Script: every word of the manuscript in order, each line with its kind and its speaker.

No word is lost, doubled or changed: the lines joined in order give back every paragraph, and where they would not,
the run stops.
"""

from __future__ import annotations

from audiobook.script.writing import Who, write_script

__all__ = ["Who", "write_script"]
