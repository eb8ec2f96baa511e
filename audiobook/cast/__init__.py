"""Script in, takes out: who speaks with which voice, as voices.yaml says or, where it is silent, chosen."""

from audiobook.cast.casting import ALIKE, cast_script, how_alike
from audiobook.cast.lines import cast_lines
from audiobook.cast.voicefile import Settings, read_settings, with_defaults
from audiobook.cast.write import write_cast

__all__ = ["ALIKE", "Settings", "cast_lines", "cast_script", "how_alike", "read_settings", "with_defaults",
           "write_cast"]
