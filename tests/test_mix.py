"""The mix lays clips end to end with the right silences, and matches the levels of voices."""

import random
from dataclasses import replace
from itertools import pairwise

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


def told(seed, count, chapters=1):
    """Lines of a chapter or more, with clips of one to nine seconds that are all unlike."""
    rng = random.Random(seed)
    lines = [line(1 + number * chapters // count, number, opens=rng.choice(["line", "speaker", "paragraph"]))
             for number in range(1, count + 1)]
    clips = [clip(rng.randint(RATE, 9 * RATE), key=f"{rng.getrandbits(256):064x}") for _ in lines]
    return lines, clips


def cut_up(laid):
    """Every stretch as what is in it: clips, and when each begins in the stretch."""
    found = []
    for mark in laid.chapters:
        edges = (mark.start, *mark.cuts, mark.end)
        found += [(end - start, *((cue.clip.key, cue.start - start) for cue in laid.cues if start <= cue.start < end))
                  for start, end in pairwise(edges)]
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 9999), st.integers(1, 80), st.integers(0, 400))
def test_a_chapter_is_cut_in_silence_at_whole_frames_and_a_pause_grows_by_less_than_one(seed, count, pause):
    lines, clips = told(seed, count, chapters=1 + seed % 3)
    pauses = replace(PAUSES, line=pause)
    laid = lay(script(lines), clips, pauses, FINISH)
    mark_of = [mark for mark in laid.chapters for _ in mark.cuts]
    cuts = [cut for mark in laid.chapters for cut in mark.cuts]
    for cut, mark in zip(cuts, mark_of, strict=True):
        assert mark.start < cut < mark.end
        assert (cut - mark.start) % 1024 == 0
        assert all(cue.end <= cut - 1024 or cue.start >= cut + 1024 for cue in laid.cues)
    for before, after in zip(laid.cues, laid.cues[1:], strict=False):
        if before.line.place.chapter == after.line.place.chapter:
            more = after.start - before.end - ms(getattr(pauses, after.line.opens))
            cut = any(before.end < cut < after.start for cut in cuts)
            assert 0 <= more < 1024 if cut else more == 0


def test_stretches_are_half_a_minute_or_so_and_open_paragraphs_where_they_can():
    lines, clips = told(1, 900)
    laid = lay(script(lines), clips, PAUSES, FINISH)
    edges = (0, *laid.chapters[0].cuts)
    lengths = [(after - before) / RATE for before, after in pairwise(edges)]
    assert len(lengths) > 70
    assert min(lengths) >= 30 and max(lengths) < 62
    opened = [next(cue for cue in laid.cues if cue.start > cut).line.opens for cut in edges[1:]]
    assert opened.count("paragraph") > 0.8 * len(opened), "a third of the lines open one"


def test_what_is_changed_or_put_in_moves_no_cut_but_those_beside_it():
    lines, clips = told(2, 500)
    before = cut_up(lay(script(lines), clips, PAUSES, FINISH))
    rng = random.Random(3)
    new = []
    for place in rng.sample(range(500), 60):
        other = clip(rng.randint(RATE, 9 * RATE), key=f"{rng.getrandbits(256):064x}")
        changed = [*clips[:place], other, *clips[place + 1:]]
        new.append(len(set(cut_up(lay(script(lines), changed, PAUSES, FINISH))) - set(before)))
        grown = cut_up(lay(script([*lines[:place], lines[place], *lines[place:]]),
                           [*clips[:place], other, *clips[place:]], PAUSES, FINISH))
        new.append(len(set(grown) - set(before)))
    assert sum(new) / len(new) < 2.5
    assert max(new) < 12, "and all is as it was soon after"


def test_a_pause_too_short_to_hold_two_frames_is_never_cut():
    lines, clips = told(4, 60)
    short = Pauses(line=90, speaker=90, paragraph=90, scene=90, chapter=90)
    assert lay(script(lines), clips, short, FINISH).chapters[0].cuts == ()


def test_the_same_line_again_and_again_is_cut_all_the_same():
    lines = [line(1, number) for number in range(1, 400)]
    laid = lay(script(lines), [clip(2 * RATE)] * len(lines), PAUSES, FINISH)
    assert len(laid.chapters[0].cuts) > 15


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
