"""A Kokoro voice's name goes in, what it tells comes out: `bf_emma` is British and a woman's."""

from __future__ import annotations

import re

from audiobook.model import OfferedVoice, Pronoun, Voice

_LANGUAGES = {"a": "en-US", "b": "en-GB", "e": "es", "f": "fr", "h": "hi", "i": "it", "j": "ja", "p": "pt-BR",
              "z": "zh"}
_NAME = re.compile(r"([abefhijpz])([fm])_\w+")


def offered(engine: str, name: str) -> OfferedVoice:
    """The voice `name` of `engine`, with what its name says where it is named in Kokoro's way.

    >>> offered("kokoro", "bf_emma").language, offered("kokoro", "bf_emma").pronoun
    ('en-GB', 'she')
    >>> offered("openai", "alloy").pronoun is None
    True
    """
    found = _NAME.fullmatch(name)
    pronoun: Pronoun | None = None if found is None else "she" if found[2] == "f" else "he"
    return OfferedVoice(Voice(engine, name), _LANGUAGES[found[1]] if found else "", pronoun)


def language(name: str) -> str:
    """The language to speak in with this voice, as kokoro-onnx names it."""
    found = _NAME.fullmatch(name)
    told = _LANGUAGES[found[1]].lower() if found else "en-us"
    return {"fr": "fr-fr", "zh": "cmn"}.get(told, told)
