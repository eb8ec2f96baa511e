"""The right words at the right time in a real book, by somebody else's ears: pocketsphinx and its English model.

It cannot write down what a synthetic voice says, but it can tell which of several sentences was said, and when
each word of a known text was. The model knows no silence of pure zeros: a little noise is laid under the sound.
"""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from outside import module, run, tool
from proving import Published

pytestmark = pytest.mark.outside

RATE = 16000
STEP = 160  # samples in a frame of the recogniser, 10 ms
QUIET = 60  # RMS of a frame, -55 dBFS; speech is above


@dataclass(frozen=True)
class Said:
    """A stretch of a file, in seconds, and the words that should be in it."""

    start: float
    end: float
    words: tuple[str, ...]


def words_of(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z]+(?:'[a-z]+)?", text.lower().replace("’", "'")))


def sound(path: Path) -> Any:
    """What ffmpeg decodes, for the recogniser."""
    done = subprocess.run([tool("ffmpeg"), "-nostdin", "-v", "error", "-i", f"file:{path}", "-map", "0:a", "-ac", "1",
                           "-ar", str(RATE), "-f", "s16le", "-"], capture_output=True, timeout=120, check=True)
    pcm = np.frombuffer(done.stdout, "<i2")
    hiss = np.random.default_rng(1).normal(0, 4, len(pcm))
    return np.clip(pcm + hiss, -32768, 32767).astype(np.int16)


def cues(path: Path) -> list[Said]:
    return [Said(clock(cue.start), clock(cue.end), words_of(cue.text)) for cue in module("webvtt").read(str(path))]


def clock(text: str) -> float:
    """Seconds, of a clock in WebVTT or SMIL."""
    return sum(float(part) * 60 ** power for power, part in enumerate(reversed(text.rstrip("s").split(":"))))


class Ears:
    """A recogniser with beams so wide that nothing said is lost (the default ones find no alignment at all)."""

    def __init__(self) -> None:
        self.decoder = module("pocketsphinx").Decoder(
            samprate=RATE, bestpath=False, beam=1e-200, pbeam=1e-200, wbeam=1e-150, lm=None, loglevel="FATAL")
        self.asked = 0

    def hear(self, pcm: Any) -> None:
        self.decoder.start_utt()
        self.decoder.process_raw(pcm.tobytes(), full_utt=True)
        self.decoder.end_utt()

    def which(self, pcm: Any, sentences: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
        """The sentence that was said, of these; nothing where it was none of them."""
        self.asked += 1
        name = f"choice{self.asked}"
        choice = " | ".join(" ".join(words) for words in sentences)
        self.decoder.add_jsgf_string(name, f"#JSGF V1.0;\ngrammar {name};\npublic <said> = {choice} ;\n")
        self.decoder.activate_search(name)
        self.hear(pcm)
        best = self.decoder.hyp()
        return tuple(best.hypstr.split()) if best else ()

    def when(self, pcm: Any, words: Sequence[str]) -> list[float]:
        """When each word begins. No word has a pause inside: one that is placed around a pause begins after it."""
        self.decoder.set_align_text(" ".join(words))
        self.hear(pcm)
        found = [(each.start_frame, each.end_frame + 1) for each in self.decoder.seg()
                 if not each.word.startswith(("<", "["))]
        assert len(found) == len(words), "the recogniser lost its place"
        frames = pcm[:len(pcm) // STEP * STEP].reshape(-1, STEP).astype(float)
        quiet = np.sqrt((frames ** 2).mean(axis=1)) < QUIET
        return [(first + _after_pause(quiet[first:last])) * STEP / RATE for first, last in found]


def _after_pause(quiet: Any) -> int:
    """Where sound goes on after the last pause of 150 ms; 0 where there is none."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(np.int8), [0]])))
    ends = [end for start, end in zip(edges[::2], edges[1::2], strict=True) if end - start >= 15 and end < len(quiet)]
    return int(ends[-1]) if ends else 0


@pytest.fixture(scope="module")
def ears() -> Ears:
    return Ears()


@pytest.fixture(scope="module")
def book(published: Published) -> Any:
    return sound(published.one(".m4b"))


@pytest.fixture(scope="module")
def lines(published: Published) -> list[Said]:
    """Every line of the script, at the time of its captions in the whole book."""
    script = json.loads(run(tool("audiobook"), "script", published.project, "--json").stdout)
    left = cues(published.one(".vtt"))
    made = []
    for line in script["lines"]:
        wanted = words_of(line["text"])
        mine = [left.pop(0)]
        while len(sum((cue.words for cue in mine), ())) < len(wanted):
            mine.append(left.pop(0))
        assert sum((cue.words for cue in mine), ()) == wanted
        made.append(Said(mine[0].start, mine[-1].end, wanted))
    assert not left
    return made


def rivals(lines: Sequence[Said], number: int) -> list[tuple[str, ...]]:
    """A line's words, those of the lines around, and of two from far away."""
    near = [number + step for step in (0, -2, -1, 1, 2)]
    far = [(number + step) % len(lines) for step in (17, 41)]
    return list(dict.fromkeys(lines[each].words for each in (*near, *far) if 0 <= each < len(lines)))


def cut(pcm: Any, said: Said) -> Any:
    return pcm[int(said.start * RATE):int(said.end * RATE)]


def share_heard(ears: Ears, pcm: Any, lines: Sequence[Said], chosen: Sequence[int]) -> float:
    right = [ears.which(cut(pcm, lines[each]), rivals(lines, each)) == lines[each].words for each in chosen]
    return sum(right) / len(right)


def test_every_line_of_the_book_is_said_where_its_caption_is(ears: Ears, book: Any, lines: list[Said]) -> None:
    assert len(lines) > 80
    assert all(ears.decoder.lookup_word(word) for line in lines for word in line.words)
    assert share_heard(ears, book, lines, range(len(lines))) >= 0.95


def test_another_lines_sound_is_noticed(ears: Ears, book: Any, lines: list[Said]) -> None:
    """The ears can tell: given the next line's sound, they do not hear this one."""
    chosen = range(0, len(lines) - 1, 6)
    wrong = [ears.which(cut(book, lines[each + 1]), rivals(lines, each)) == lines[each].words for each in chosen]
    assert sum(wrong) / len(wrong) <= 0.05


@pytest.mark.parametrize("suffix", [".mp3", ".opus", ".flac"])
def test_chapter_files_say_what_their_captions_say(ears: Ears, published: Published, suffix: str) -> None:
    said = cues(published.folder("captions", ".vtt")[1])
    assert share_heard(ears, sound(published.folder(suffix[1:])[1]), said, range(0, len(said), 4)) >= 0.9


def test_a_podcast_episode_says_what_its_transcript_says(ears: Ears, published: Published) -> None:
    """Its spoken intro, its chapter after the music, its outro."""
    said = [cue for cue in cues(published.folder("podcast", ".vtt")[2])
            if all(ears.decoder.lookup_word(word) for word in cue.words)]
    chosen = [0, 1, *range(2, len(said) - 2, 4), len(said) - 2, len(said) - 1]
    assert share_heard(ears, sound(published.folder("podcast", ".mp3")[2]), said, chosen) >= 0.9


def test_a_read_along_lights_up_what_is_said(ears: Ears, published: Published, tmp_path: Path) -> None:
    """By the SMIL's own clocks, from the sound inside the EPUB."""
    with zipfile.ZipFile(published.one(".epub")) as packed:
        packed.extractall(tmp_path)
    smil = sorted(tmp_path.rglob("*.smil"))[1]
    said, files = [], set()
    for par in ElementTree.parse(smil).iter("{http://www.w3.org/ns/SMIL}par"):
        text, audio = par[0].attrib["src"], par[1].attrib
        page, place = text.split("#")
        tree = ElementTree.parse(smil.parent / page)
        shown = next(each for each in tree.iter() if each.get("id") == place)
        said.append(Said(clock(audio["clipBegin"]), clock(audio["clipEnd"]), words_of("".join(shown.itertext()))))
        files.add((smil.parent / audio["src"]).resolve())
    assert len(files) == 1
    assert share_heard(ears, sound(files.pop()), said, range(0, len(said), 3)) >= 0.9


def test_captions_begin_when_their_first_word_is_said(ears: Ears, published: Published, book: Any) -> None:
    """Each chapter's whole text is laid over its sound. Captions are within 250 ms of their first word, most within
    50; one in fifty is left to the recogniser, which now and then puts a short word before the pause it follows."""
    edges = [start - 0.3 for start, _ in published.chapters[1:]]
    off: list[float] = []
    for first, last in pairwise([0.0, *edges, published.seconds]):
        mine = [cue for cue in cues(published.one(".vtt")) if first <= cue.start < last]
        starts = ears.when(book[int(first * RATE):int(last * RATE)], sum((cue.words for cue in mine), ()))
        at = 0
        for cue in mine:
            off.append(abs(first + starts[at] - cue.start))
            at += len(cue.words)
    assert len(off) > 80
    assert float(np.median(off)) < 0.05
    assert sum(late < 0.25 for late in off) / len(off) >= 0.98, sorted(off)[-5:]
