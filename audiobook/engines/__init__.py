"""Words and a voice go in, sound comes out. One file an engine: docs/write-an-engine.md shows how."""

from __future__ import annotations

from typing import Protocol

from audiobook.model import Audio, OfferedVoice, Voice


class Engine(Protocol):
    """What an engine is. It is made with the options of voices.yaml (`engine-options`) as keyword arguments.

    Five hints may stand beside these, as attributes of the class or the instance:
    `parallel`: how many takes it may be asked for at once, in threads of one process; where it is left out
    there is a process for each core, and one take at a time in each.
    `patience` (60): the seconds that one take may cost before the engine is taken to hang.
    `pace` (1.5, 120): the fewest and the most characters a second that can be speech; a take far outside is
    taken to be broken. None where the text says nothing about the length.
    `check(voice)`: raises EngineError, with the nearest names, where there is no such voice; cheap.
    `fingerprint(voice)`: a word that tells a voice from another of the same name (a model's digest); cheap.
    """

    @property
    def version(self) -> str:
        """Tells apart everything that changes the sound of a take beside its voice. Cheap: loads no model."""

    def voices(self) -> tuple[OfferedVoice, ...]:
        """The voices it has, as they should be used; the first is the one to narrate."""

    def speak(self, text: str, voice: Voice) -> Audio:
        """`text` as said by `voice`. Raises EngineError where it cannot."""
