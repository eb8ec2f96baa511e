"""Caption times against somebody else's ears: pocketsphinx says when each word of a real clip is heard."""

from __future__ import annotations

import re

import numpy as np
import pytest
from outside import module

from audiobook import plugins
from audiobook.booth import trimmed
from audiobook.master import resampled
from audiobook.model import Clip
from audiobook.press.captioning import split

LINES = (
    "The ferry left in fog so thick that the front of the boat set off a moment before the back could see it go.",
    "She looked over the counter, and then she looked down, because the girl who wanted a ticket was very small.",
    "Nobody had lived in the house since the winter of the great storm; nobody, at least, who paid any rent.",
    "When the letter came at last it was wet, and it smelled of salt, and it was forty years too late to matter.",
    "The old man put the lamp on the table, took off his glasses, and read the first line aloud in a quiet voice.",
)


@pytest.fixture(scope="module")
def decoder() -> object:
    return module("pocketsphinx").Decoder(samprate=16000, bestpath=False, beam=1e-200, pbeam=1e-200, wbeam=1e-150,
                                          lm=None, loglevel="FATAL")


def heard(decoder: object, text: str, clip: Clip, pcm: bytes) -> list[float]:
    """When each word of `text` begins, in seconds."""
    samples = np.frombuffer(pcm, "<i2").astype(np.int16)
    at_16k = np.concatenate(list(resampled(iter([samples]), clip.rate, 16000, clip.frames * 16000 // clip.rate)))
    decoder.set_align_text(" ".join(re.findall(r"[a-z']+", text.lower())))  # type: ignore[attr-defined]
    decoder.start_utt()  # type: ignore[attr-defined]
    decoder.process_raw(at_16k.tobytes(), full_utt=True)  # type: ignore[attr-defined]
    decoder.end_utt()  # type: ignore[attr-defined]
    return [segment.start_frame / 100 for segment in decoder.seg()  # type: ignore[attr-defined]
            if not segment.word.startswith(("<", "["))]


@pytest.mark.outside
@pytest.mark.parametrize("words", [True, False], ids=["words from the engine", "pauses in the sound"])
def test_captions_begin_when_their_first_word_is_heard(decoder: object, words: bool) -> None:
    engine = plugins.load("engines", "pyttsx3")(words=words)
    voice = next(offered.voice for offered in engine.voices() if offered.language.lower() == "en-us")
    off = []
    for text in LINES:
        audio = trimmed(engine.speak(text, voice))
        clip = Clip("k", audio.frames, audio.rate, -20, -3, audio.words)
        times = heard(decoder, text, clip, audio.pcm)
        made = split(text, "", 0, clip.frames, clip=clip, hear=lambda key, pcm=audio.pcm: pcm)  # type: ignore[misc]
        assert len(made) >= 2
        for caption in made[1:]:
            before = text[:text.index(caption.text)]
            late = abs(caption.start / clip.rate - times[len(re.findall(r"[\w']+", before))])
            # without word times, a caption that begins where nobody pauses is only near
            off.append(late if words or before.rstrip()[-1] in ",;" else late / 2)
    assert max(off) < 0.25, off
