"""Captions: every word once, at its time, as players and the W3C's own parser want it."""

from __future__ import annotations

import html
import json
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from outside import node
from reading import NASTY, RATE, SAMPLE, Said, cues_of, heading, reading
from sounding import hum

from audiobook.editions.captions import write
from audiobook.markup import plain
from audiobook.model import Clip, Word
from audiobook.press.captioning import LIMIT, captions, in_milliseconds, pieces, split, srt, webvtt
from audiobook.press.durations import clock, iso_duration, milliseconds
from audiobook.press.tags import clean

CUE = re.compile(
    r"(?:(?P<name>.+)\n)?(?P<start>[\d:]+[.,]\d{3}) --> (?P<end>[\d:]+[.,]\d{3})\n(?P<text>.*)\n"
)
TEXTS = st.lists(
    st.tuples(st.sampled_from(["", "Ann", "Tom & <Jo>", "a-->b"]), st.text(max_size=400)), max_size=12
)
WORDS = [
    "a",
    "the",
    "rain;",
    "post,",
    "\u2014late",
    "again.",
    "\u201cNo,\u201d",
    "said",
    "1984",
    "&",
    "<Tom>",
    "-->",
    "雨が",
    "internationalisation",
]
PROSE = st.lists(st.sampled_from(WORDS), max_size=120).map(" ".join)


def words(text: str) -> list[str]:
    return clean(plain(text)).split()


# ---------------------------------------------------------------- the pieces


@given(PROSE | st.text(max_size=600), st.integers(5, 80))
def test_no_letter_is_lost_or_doubled_by_splitting(text: str, limit: int) -> None:
    spans = pieces(text, limit)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(b - a <= limit for a, b in spans)
    assert all(text[a:b] == text[a:b].strip() for a, b in spans)


@given(PROSE, st.integers(25, 80))
def test_words_are_never_cut_where_they_fit(text: str, limit: int) -> None:
    assert [word for a, b in pieces(text, limit) for word in text[a:b].split()] == text.split()


def test_a_short_line_stays_in_one_piece() -> None:
    assert pieces("x" * LIMIT) == ((0, LIMIT),)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "The rain had stopped at last; the ferry, nobody knew why, had not come back.",
            ["The rain had stopped at last;", "the ferry, nobody knew why, had not come back."],
        ),
        (
            "\u201cYou will take the letter,\u201d she said, \u201cand you will not open it before you are "
            "home.\u201d",
            [
                "\u201cYou will take the letter,\u201d she said,",
                "\u201cand you will not open it before you are home.\u201d",
            ],
        ),
    ],
)
def test_lines_break_where_a_reader_would_pause(text: str, parts: list[str]) -> None:
    assert [text[a:b] for a, b in pieces(text)] == parts


def test_a_sentence_without_blanks_is_cut_after_its_own_commas() -> None:
    text = "吾輩は猫である名前はまだ無いどこで生れたか、" * 5
    cut = [text[a:b] for a, b in pieces(text, 30)]
    assert all(part.endswith("、") for part in cut)


# ---------------------------------------------------------------- the times


@given(TEXTS, st.integers(1, 5), st.integers(0, 400))
def test_captions_never_overlap_and_each_lasts(texts: list[tuple[str, str]], frames: int, pause: int) -> None:
    """Even where a clip is shorter than a millisecond."""
    free = 0
    for start, end, _ in in_milliseconds(captions(cues_of(texts, frames=frames, pause=pause)), 8000):
        assert free <= start < end
        free = end


@given(TEXTS)
def test_every_word_is_in_exactly_one_caption(texts: list[tuple[str, str]]) -> None:
    made = captions(cues_of(texts))
    assert "".join(c.text for c in made).replace(" ", "") == "".join(
        "".join(words(text)) for _, text in texts
    )


@given(PROSE)
def test_the_pieces_of_a_line_fill_its_time(text: str) -> None:
    made = split(text, "", 1000, 1000 + 24000)
    if made:
        assert made[0].start == 1000
        assert made[-1].end == 25000
        assert all(a.end == b.start for a, b in pairwise(made))


def spoken(text: str, step: int, late: int = 0) -> tuple[Word, ...]:
    return tuple(
        Word(m.start(), m.end(), late + n * step, late + n * step + step - 10)
        for n, m in enumerate(re.finditer(r"\w[\w']*", text))
    )


def test_word_times_decide_where_the_engine_gives_them() -> None:
    text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    times = spoken(text, 1000)
    made = split(text, "", 0, 14000, 40, Clip("k", 14000, RATE, -20, -3, times))
    assert len(made) >= 2
    for before, after in pairwise(made):
        first = len(re.findall(r"\w+", text[: text.index(after.text)]))
        assert after.start == times[first].at
        assert before.end == times[first - 1].until


def test_a_number_that_is_said_in_several_words_does_not_shift_the_rest() -> None:
    written = "In 1984, when Dr. Lee was 7, he ran the whole way down to the old harbour and back again."
    said = (
        "In nineteen eighty four when Doctor Lee was seven he ran the whole way down to the old harbour and "
        "back again"
    )
    times = spoken(said, 1000)
    made = split(written, "", 0, 1000 * len(times), LIMIT, Clip("k", 1000 * len(times), RATE, -20, -3, times))
    assert len(made) == 2
    first = made[1].text.split()[0]
    assert made[1].start == times[said.split().index(first)].at


def test_pauses_decide_where_the_engine_gives_no_times() -> None:
    text = "The rain had stopped at last; the ferry, nobody knew why, had not come back."
    sound = np.concatenate([hum(1.9, rate=RATE), np.zeros(RATE // 5, np.int16), hum(2.4, rate=RATE)])
    clip = Clip("k", len(sound), RATE, -20, -3)
    _, second = split(text, "", 0, len(sound), LIMIT, clip, hear=lambda key: sound.tobytes())
    assert second.start / RATE == pytest.approx(2.1, abs=0.02)
    assert abs(split(text, "", 0, len(sound))[1].start / RATE - 2.1) > 0.2


@given(PROSE, st.lists(st.tuples(st.floats(0, 0.4), st.booleans()), max_size=12))
def test_whatever_is_heard_the_parts_fill_the_line(text: str, parts: list[tuple[float, bool]]) -> None:
    sound = np.concatenate(
        [np.zeros(0, np.int16), *(hum(length, dbfs=-20 if loud else -90, rate=RATE) for length, loud in parts)]
    )
    clip = Clip("k", len(sound), RATE, -20, -3)
    made = split(text, "", 500, 500 + len(sound), LIMIT, clip, hear=lambda key: sound.tobytes())
    assert all(a.end == b.start and a.start <= a.end for a, b in pairwise(made))
    assert not made or (made[0].start, made[-1].end) == (500, 500 + len(sound))


@pytest.mark.parametrize(
    "times",
    [
        (),
        (Word(0, 3, 0, 10),),
        tuple(Word(n, n + 1, 5000, 4000) for n in range(20)),
        tuple(Word(0, 1, 10**9, 10**9) for _ in range(14)),
    ],
)
def test_word_times_that_cannot_be_are_not_followed(times: tuple[Word, ...]) -> None:
    text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    made = split(text, "", 0, 14000, 40, Clip("k", 14000, RATE, -20, -3, times))
    assert [(c.start, c.end) for c in made] == [(c.start, c.end) for c in split(text, "", 0, 14000, 40)]


@given(st.integers(0, 10**9), st.sampled_from([8000, 22050, 24000, 44100]))
def test_times_are_rounded_to_the_nearest_millisecond(frames: int, rate: int) -> None:
    assert abs(milliseconds(frames, rate) - frames * 1000 / rate) <= 0.5 + 1e-6


def test_long_books_have_long_clocks() -> None:
    assert clock(360_000_000) == "100:00:00.000"
    assert iso_duration(360_000_000) == "PT100H"


# ---------------------------------------------------------------- the files


@given(TEXTS)
def test_nothing_in_a_text_breaks_a_webvtt_file(texts: list[tuple[str, str]]) -> None:
    made = captions(cues_of(texts))
    blocks = webvtt(made, RATE).removeprefix("WEBVTT\n").strip("\n").split("\n\n")
    found = [match for block in blocks if (match := CUE.fullmatch(block + "\n"))]
    assert len(found) == len(made) == len([block for block in blocks if block])
    for match, caption in zip(found, made, strict=True):
        voice, _, text = match["text"].removeprefix("<v ").partition(">")
        assert html.unescape(voice) == (caption.speaker or "Narrator")
        assert html.unescape(text) == caption.text
        assert "-->" not in match["text"]


@given(TEXTS)
def test_an_srt_file_is_numbered_from_one_without_a_gap(texts: list[tuple[str, str]]) -> None:
    made = captions(cues_of(texts))
    blocks = [block for block in srt(made, RATE).strip("\n").split("\n\n") if block]
    assert [block.split("\n")[0] for block in blocks] == [str(n) for n in range(1, len(made) + 1)]
    assert all(CUE.fullmatch(block + "\n") for block in blocks)


def test_speakers_are_said_in_every_cue_and_where_they_change(tmp_path: Path) -> None:
    played = reading()
    write(played.book, played.timeline, played.sound, tmp_path, played.kit)
    vtt = (tmp_path / "The Late Post.vtt").read_text(encoding="utf-8")
    assert "<v Narrator>The Letter\n" in vtt
    assert "<v Ann Bell>\u201cNo letter?\u201d\n" in vtt
    assert "<v Tom &lt;Post&gt;>\u201cNot a word,\u201d\n" in vtt
    assert "1.2.2\n" in vtt
    text = (tmp_path / "The Late Post.srt").read_text(encoding="utf-8")
    assert "\nThe Letter\n" in text
    assert "\n[Ann Bell] \u201cNo letter?\u201d\n" in text
    assert "\n[Narrator] asked Ann.\n" in text


def test_a_chapters_captions_count_from_its_own_start(tmp_path: Path) -> None:
    played = reading()
    write(played.book, played.timeline, played.sound, tmp_path, played.kit)
    chapter = played.timeline.chapters[1]
    made = (tmp_path / "The Late Post (captions)" / "02 - An Answer.vtt").read_text(encoding="utf-8")
    first = CUE.search(made)
    assert first is not None
    assert first["start"] == clock(milliseconds(chapter.mark - chapter.start, RATE))
    assert "sound" not in made


def test_every_file_that_was_written_is_told(tmp_path: Path) -> None:
    played = reading([(title, [heading(title or "Nothing")]) for title in NASTY])
    wrote = write(played.book, played.timeline, played.sound, tmp_path, played.kit)
    assert sorted(wrote) == sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert len(wrote) == 2 * (1 + len(NASTY))


CHECK = """
const {WebVTTParser} = require("webvtt-parser"), fs = require("fs");
const parse = file => new WebVTTParser().parse(fs.readFileSync(file, "utf-8"), "captions");
const done = process.argv.slice(1).map(parse);
console.log(JSON.stringify(done.map(one => ({errors: one.errors, cues: one.cues.length}))));
"""


@pytest.mark.outside
def test_the_w3c_parser_finds_nothing(tmp_path: Path) -> None:
    nasty = [
        (title, [heading(title or "Nothing"), Said(f"{title} " * 9 or "x", title or "nobody", "dialogue")])
        for title in NASTY
    ]
    played = reading([*SAMPLE, *nasty])
    files = [
        path
        for path in write(played.book, played.timeline, played.sound, tmp_path, played.kit)
        if path.suffix == ".vtt"
    ]
    done = node("webvtt-parser", CHECK, *files)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert [one["errors"] for one in made] == [[]] * len(files)
    assert made[0]["cues"] == len(captions(played.timeline.cues))
