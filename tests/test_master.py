"""The mastered sound has the length that was laid, the level that was asked for, and no peak above the limit."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiobook.master import mastered
from audiobook.mix import lay
from audiobook.model import Finish, Pauses, Voice
from tests.sounding import Shelf, hum, line, play, script

RATE = 22050


def whole(sound, index=0):
    return np.concatenate(list(sound.chapter(index)))


def rms(samples):
    return 10 * math.log10(max(1e-12, float(np.mean((samples / 32768.0) ** 2))))


def true_peak(samples, times):
    """In dBTP, by zero-padding the whole spectrum."""
    count = 1 << (len(samples) * 2).bit_length()
    spectrum = np.fft.rfft(samples / 32768.0, count)
    return 20 * math.log10(np.abs(np.fft.irfft(spectrum, count * times)).max() * times)


def one(pcm, finish=None, gain=0.0, rate=RATE):
    """A sound of one clip with a gain."""
    shelf = Shelf()
    finish = finish or Finish(lead_in_ms=100, tail_ms=100)
    timeline = lay(script([line(1, 1)]), [shelf.record(pcm, rate)], Pauses(), finish, [gain])
    return timeline, mastered(timeline, shelf, finish)


def test_every_chapter_is_exactly_as_long_as_its_stretch():
    played = play(["A", "B", "C"], lines_each=3)
    lengths = [len(whole(played.sound, index)) for index in range(3)]
    assert lengths == [mark.end - mark.start for mark in played.timeline.chapters]
    assert sum(lengths) == played.sound.frames == played.timeline.frames


def test_between_lines_there_is_silence_and_in_lines_there_is_sound():
    played = play(["A"], lines_each=3)
    samples = whole(played.sound)
    heard = np.zeros(len(samples), bool)
    for cue in played.timeline.cues:
        heard[cue.start:cue.end] = True
        assert np.abs(samples[cue.start:cue.end]).max() > 3000
    assert not samples[~heard].any()


def test_the_gain_is_the_cues():
    timeline, sound = one(hum(1, dbfs=-30), gain=6.0)
    cue = timeline.cues[0]
    middle = whole(sound)[cue.start + 400:cue.end - 400]
    assert rms(middle) == pytest.approx(-24, abs=0.05)


def test_clips_begin_and_end_without_a_click():
    _, sound = one(np.full(RATE, 8000, np.int16))
    assert np.abs(np.diff(whole(sound).astype(int))).max() < 400


def test_a_clip_that_never_nears_the_limit_is_not_touched_but_at_its_edges():
    pcm = hum(1, dbfs=-20)
    timeline, sound = one(pcm)
    start = timeline.cues[0].start
    assert np.array_equal(whole(sound)[start + 100:start + len(pcm) - 100], pcm[100:-100])


@pytest.mark.parametrize("hertz", [100, 997, RATE / 4, RATE / 3, 9000])
@pytest.mark.parametrize("gain", [0, 9])
def test_the_true_peak_stays_under_the_limit(hertz, gain):
    at = np.arange(RATE) / RATE
    swell = 0.2 + 0.8 * (at % 0.25 < 0.05)
    pcm = np.rint(30000 * np.sin(2 * np.pi * hertz * at + math.pi / 4) * swell).astype(np.int16)
    _, sound = one(pcm, Finish(peak=-3.0, lead_in_ms=100, tail_ms=100), gain)
    assert -4.5 < true_peak(whole(sound), 4) <= -2.8  # as the standard measures
    assert true_peak(whole(sound), 16) <= -2.6


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 9000), st.floats(-6, 24))
def test_no_noise_gets_over_the_limit(seed, length, gain):
    rng = np.random.RandomState(seed)
    noise = np.convolve(rng.standard_normal(length), np.hanning(5)[1:-1] / 2, "same")
    pcm = (noise * rng.uniform(500, 9000)).clip(-32768, 32767).astype(np.int16)
    _, sound = one(pcm, Finish(peak=-3.0, lead_in_ms=100, tail_ms=100), gain)
    assert true_peak(whole(sound), 4) <= -2.9


def test_the_limiter_turns_down_around_a_peak_and_nowhere_else():
    pcm = hum(2, dbfs=-15)
    pcm[RATE:RATE + 200] = hum(1, dbfs=-3.1)[:200]
    timeline, sound = one(pcm)
    start = timeline.cues[0].start
    made = whole(sound)[start:start + len(pcm)]
    assert np.array_equal(made[200:RATE - 3000], pcm[200:RATE - 3000])
    assert np.array_equal(made[RATE + 3200:-200], pcm[RATE + 3200:-200])


def test_what_is_not_turned_down_has_its_gain_to_the_bit():
    pcm = hum(2, dbfs=-15)
    pcm[RATE:RATE + 200] = hum(1, dbfs=-3.1)[:200]
    timeline, sound = one(pcm, gain=20 * math.log10(1.5))  # a half is rounded for every second sample
    start = timeline.cues[0].start
    made, true = whole(sound)[start:start + len(pcm)], np.rint(1.5 * pcm.astype(float))
    assert np.array_equal(made[200:RATE - 3000], true[200:RATE - 3000])
    assert np.array_equal(made[RATE + 3200:-200], true[RATE + 3200:-200])
    assert np.abs(made[RATE:RATE + 200]).max() < np.abs(true[RATE:RATE + 200]).max() * 0.8


def test_a_chapters_samples_depend_on_nothing_outside_it():
    first, second = play(["A", "B", "C"]), play(["A", "B", "C"])
    changed = first.timeline.cues[0]
    other = second.shelf.record(hum(0.9, 700), name="other")
    clips = [other, *(cue.clip for cue in second.timeline.cues[1:])]
    timeline = lay(second.kit.script, clips, Pauses(), second.kit.finish)
    sound = mastered(timeline, second.shelf, second.kit.finish)
    assert changed.clip != other
    assert [sound.key(index) == first.sound.key(index) for index in range(3)] == [False, True, True]
    assert np.array_equal(whole(sound, 2), whole(first.sound, 2))


def parted(sound, index=0):
    return [np.concatenate(list(sound.stretch(one))) for one in sound.stretches(index)]


@pytest.mark.parametrize("room_tone", [None, -60.0])
def test_a_long_chapter_is_its_stretches_joined_and_none_knows_the_others(room_tone):
    played = play(["A"], seconds=4, lines_each=30)
    sound = played.sound.to(replace(played.kit.finish, room_tone=room_tone))
    parts = parted(sound)
    assert len(parts) >= 3
    assert np.array_equal(np.concatenate(parts), whole(sound))
    other = played.shelf.record(hum(4, 700), name="zz")
    clips = [other, *(cue.clip for cue in played.timeline.cues[1:])]
    timeline = lay(played.kit.script, clips, Pauses(), played.kit.finish)
    again = mastered(timeline, played.shelf, sound.finish)
    kept = [before.key == after.key for before, after in zip(sound.stretches(0), again.stretches(0), strict=True)]
    assert kept == [False] + [True] * (len(parts) - 1)
    assert all(np.array_equal(*both) for both in list(zip(parts, parted(again), strict=True))[1:])


def test_the_rooms_tone_runs_on_from_stretch_to_stretch():
    played = play(["A", "B"], seconds=4, lines_each=30)
    sound = played.sound.to(replace(played.kit.finish, room_tone=-50.0))
    opening = sound.opening()
    assert len(opening) == 1024
    parts = parted(sound, 0) + parted(sound, 1)
    usual = np.diff(opening.astype(int))
    for part in parts:
        assert np.array_equal(part[:1024], opening)
        assert rms(part[-1024:]) == pytest.approx(-50, abs=2.5)
        assert abs(int(part[-1]) - int(opening[0])) < 4 * usual.std(), "no step where the next begins"
    assert len(played.sound.opening()) == 0


@pytest.mark.parametrize("change", [{"measure": "rms", "loudness": -20.0}, {"rate": 44100}])
def test_what_is_measured_or_filtered_whole_is_had_whole(change):
    played = play(["A"], seconds=4, lines_each=20)
    assert len(played.sound.stretches(0)) > 1
    sound = played.sound.to(replace(played.kit.finish, **change))
    assert len(sound.stretches(0)) == 1
    assert np.array_equal(parted(sound)[0], whole(sound))


def test_whatever_changes_the_sound_changes_the_key():
    played = play(["A"])
    finishes = [played.kit.finish, *(replace(played.kit.finish, **change) for change in (
        {"loudness": -16.0}, {"peak": -1.0}, {"room_tone": -75.0}, {"measure": "rms"}, {"rate": 44100}))]
    keys = {played.sound.to(finish).key(0) for finish in finishes}
    assert len(keys) == len(finishes)
    cues = (replace(played.timeline.cues[0], gain=1.0), *played.timeline.cues[1:])
    keys.add(mastered(replace(played.timeline, cues=cues), played.shelf, played.kit.finish).key(0))
    assert len(keys) == len(finishes) + 1


def test_another_loudness_is_a_plain_gain():
    played = play(["A"])
    louder = played.sound.to(replace(played.kit.finish, loudness=played.kit.finish.loudness + 6))
    assert rms(whole(louder)) - rms(whole(played.sound)) == pytest.approx(6, abs=0.02)


def test_where_rms_is_measured_every_chapter_comes_to_it():
    played = play(["A", "B"], lines_each=4)
    sound = played.sound.to(Finish(loudness=-20, measure="rms", peak=-3.5))
    assert [rms(whole(sound, index)) for index in range(2)] == pytest.approx([-20, -20], abs=0.1)


def test_room_tone_lies_under_everything_and_is_the_same_each_time():
    played = play(["A"])
    toned = played.sound.to(replace(played.kit.finish, room_tone=-75.0))
    samples = whole(toned)
    assert rms(samples[:2000]) == pytest.approx(-75, abs=1.5)
    assert np.array_equal(samples, whole(toned))
    assert np.abs(samples.astype(int) - whole(played.sound)).max() < 40


@pytest.mark.parametrize("rate", [8000, 24000, 44100, 48000])
def test_at_another_rate_chapters_are_scaled_and_stay_in_time(rate):
    played = play(["A", "B", "C"])
    sound = played.sound.to(replace(played.kit.finish, rate=rate))
    lengths = [len(whole(sound, index)) for index in range(3)]
    assert sum(lengths) == sound.frames == round(played.timeline.frames * rate / RATE)
    loud = np.flatnonzero(np.abs(whole(sound, 1)) > 1500)
    mark = played.timeline.chapters[1]
    assert loud[0] / rate == pytest.approx((mark.mark - mark.start) / RATE, abs=0.004)


def test_a_clip_recorded_at_another_rate_is_heard_at_its_pitch():
    timeline, sound = one(hum(1, 440, rate=24000), Finish(rate=22050, lead_in_ms=100, tail_ms=100), rate=24000)
    cue = timeline.cues[0]
    samples = whole(sound)[cue.start:cue.end]
    assert len(samples) == RATE
    assert np.argmax(np.abs(np.fft.rfft(samples))) == 440


def test_one_clip_alone_comes_to_the_books_loudness():
    played = play(["A"])
    clip = played.shelf.record(hum(1, dbfs=-33))
    alone = played.sound.clip(clip, Voice("tone", "a", gain=3.0))
    assert len(alone) == clip.frames
    assert rms(alone[500:-500]) == pytest.approx(played.kit.finish.loudness + 3, abs=0.05)
