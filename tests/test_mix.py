"""The mix lays clips end to end with the right silences, and matches the levels of voices."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiobook.mix import gains, lay
from audiobook.model import Clip, Finish, Pauses, Take, Voice
from tests.sounding import line, script

PAUSES = Pauses()
FINISH = Finish(lead_in_ms=500, tail_ms=1500)
RATE = 22050


def clip(frames=RATE, rate=RATE, key="k", level=-20.0):
    return Clip(key, frames, rate, level, -3.0)


def ms(value, rate=RATE):
    return int(value * rate / 1000 + 0.5)


def gaps(timeline):
    return [after.start - before.end for before, after in zip(timeline.cues, timeline.cues[1:], strict=False)]


def test_the_pause_before_a_line_is_what_it_opens():
    lines = [line(1, 1, "heading", "chapter"), line(1, 2, opens="scene"), line(1, 3, opens="line"),
             line(1, 4, opens="speaker"), line(1, 5, opens="paragraph"), line(1, 6, opens="scene", scene=2),
             line(1, 7, pause_ms=2000)]
    laid = lay(script(lines), [clip()] * 7, PAUSES, FINISH)
    assert laid.cues[0].start == ms(500)
    assert gaps(laid) == [ms(wait) for wait in (PAUSES.chapter, PAUSES.line, PAUSES.speaker, PAUSES.paragraph,
                                                PAUSES.scene, 2000)]


def test_a_line_without_a_clip_takes_no_time_but_its_scene_break_stays():
    lines = [line(1, 1), line(1, 2, "silent", "scene", 2), line(1, 3, opens="paragraph", scene=2), line(1, 4)]
    laid = lay(script(lines), [clip(), None, clip(), clip()], PAUSES, FINISH)
    assert gaps(laid) == [ms(PAUSES.scene), ms(PAUSES.line)]


def test_a_pause_asked_for_on_a_silent_line_is_heard():
    lines = [line(1, 1), line(1, 2, "silent", "paragraph", pause_ms=3000), line(1, 3, opens="paragraph")]
    assert gaps(lay(script(lines), [clip(), None, clip()], PAUSES, FINISH)) == [ms(3000)]


def test_a_chapter_is_marked_where_its_first_line_is_heard():
    lines = [line(n, 1, "heading", "chapter") for n in (1, 2, 3)]
    laid = lay(script(lines, ["One", "Two", "Three"]), [clip()] * 3, PAUSES, FINISH)
    assert [mark.title for mark in laid.chapters] == ["One", "Two", "Three"]
    assert [mark.mark for mark in laid.chapters] == [cue.start for cue in laid.cues]
    assert [mark.mark - mark.start for mark in laid.chapters] == [ms(500)] * 3


def test_one_chapter_alone_keeps_its_number_and_title():
    laid = lay(script([line(3, 1)], ["One", "Two", "Three"]), [clip()], PAUSES, FINISH)
    assert [(mark.number, mark.title, mark.start) for mark in laid.chapters] == [(3, "Three", 0)]


def test_a_chapter_in_which_nothing_is_heard_has_no_stretch():
    lines = [line(1, 1), line(2, 1), line(3, 1)]
    laid = lay(script(lines), [clip(), None, clip()], PAUSES, FINISH)
    assert [mark.number for mark in laid.chapters] == [1, 3]


def test_a_book_in_which_nothing_is_heard_is_empty():
    laid = lay(script([line(1, 1)]), [None], PAUSES, FINISH)
    assert (laid.frames, laid.cues, laid.chapters) == (0, (), ())


def test_clips_at_another_rate_keep_their_length_in_seconds():
    laid = lay(script([line(1, 1), line(1, 2)]), [clip(RATE * 9), clip(24000 * 2, 24000)], PAUSES, FINISH)
    assert laid.rate == RATE
    assert laid.cues[1].end - laid.cues[1].start == 2 * RATE


@pytest.mark.parametrize(("rates", "asked", "want"), [((24000, 24000, 22050), None, 24000), ((22050,), 44100, 44100),
                                                      ((23000,), None, 24000), ((96000,), None, 48000)])
def test_the_rate_is_one_that_every_encoder_knows(rates, asked, want):
    lines = [line(1, n) for n in range(1, len(rates) + 1)]
    clips = [clip(rate, rate) for rate in rates]
    assert lay(script(lines), clips, PAUSES, replace(FINISH, rate=asked)).rate == want


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 90_000), st.sampled_from([8000, 22050, 24000, 48000]),
                          st.booleans()), max_size=30),
       st.integers(0, 3000), st.integers(0, 3000))
def test_cues_never_overlap_and_chapters_are_whole_frames_end_to_end(parts, lead, tail):
    parts.sort(key=lambda part: part[0])
    lines = [line(chapter, number) for number, (chapter, *_) in enumerate(parts, 1)]
    clips = [clip(frames, rate) if heard else None for _, frames, rate, heard in parts]
    laid = lay(script(lines), clips, PAUSES, replace(FINISH, lead_in_ms=lead, tail_ms=tail))
    assert all(gap >= 0 for gap in gaps(laid))
    edges = [0, *(mark.end for mark in laid.chapters)]
    assert [mark.start for mark in laid.chapters] == edges[:-1]
    assert edges[-1] == laid.frames
    for mark in laid.chapters:
        inside = [cue for cue in laid.cues if mark.start <= cue.start < mark.end]
        assert (mark.end - mark.start) % 1024 == 0
        assert inside[0].start - mark.start >= 1024
        assert mark.end - inside[-1].end >= 1024


def take(name, gain=0.0):
    return Take("words", Voice("tone", name, gain=gain))


def test_voices_are_brought_to_one_level_and_the_owners_gain_is_added():
    takes = [take("loud"), take("soft"), take("soft", 2.0), None]
    clips = [clip(level=-12), clip(level=-30), clip(level=-30), None]
    assert gains(takes, clips, Finish(loudness=-19)) == pytest.approx((-6.5, 11.5, 13.5, 0.0), abs=1)
    found = gains(takes, clips, Finish(loudness=-19))
    assert (found[1] - found[0], found[2] - found[1]) == (18, 2)


def test_a_whisper_stays_quieter_than_the_rest_of_its_voice():
    levels = [-20.0] * 9 + [-35.0]
    found = gains([take("ann")] * 10, [clip(level=level) for level in levels], Finish(loudness=-19))
    assert len(set(found)) == 1
    assert found[0] == pytest.approx(1.5, abs=1)


def test_a_silent_clip_does_not_move_its_voice():
    found = gains([take("ann")] * 2, [clip(level=-20), clip(level=float("-inf"))], Finish(loudness=-20))
    assert found[0] == found[1] == pytest.approx(0.5, abs=1)


def test_one_changed_sentence_hardly_ever_moves_a_gain():
    rng = random.Random(7)
    moved = 0
    levels = [rng.gauss(-22, 2) for _ in range(3000)]
    lengths = [rng.randint(10_000, 120_000) for _ in levels]
    takes = [take("ann")] * len(levels)
    clips = [clip(length, level=level) for length, level in zip(lengths, levels, strict=True)]
    before = gains(takes, clips, FINISH)[0]
    for index in rng.sample(range(len(clips)), 60):
        changed = [*clips]
        changed[index] = clip(rng.randint(10_000, 120_000), level=rng.gauss(-22, 2))
        moved += gains(takes, changed, FINISH)[0] != before
    assert moved == 0
