"""What the shelf does not hold is recorded, once, whatever the engine does; nothing else is."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiobook import booth
from audiobook.crew import Engines
from audiobook.errors import AudiobookError, EngineError, ShelfError
from audiobook.events import Failed, Planned, Recorded
from audiobook.model import Audio, Line, Place, Source, Take, Voice, Word
from audiobook.store import Store
from audiobook.studio import key, keys, record

ODD = '''
import os, sys, time
from audiobook.engines.tone import Tone
from audiobook.errors import EngineError
from audiobook.model import Audio

class Odd:
    """Does what its text says. Notes every call in a file."""
    patience = 2.0

    def __init__(self, log, version="1"):
        self.log, self.version = log, version

    def voices(self):
        return ()

    def speak(self, text, voice):
        with open(self.log, "a") as log:
            log.write(f"{os.getpid()} {text}\\n")
        print("engines talk too much")
        what = text.split()[0]
        if what == "once":
            if not os.path.exists(self.log + ".once"):
                open(self.log + ".once", "w").close()
                os.abort()
        elif what == "crash":
            os.abort()
        elif what == "leave":
            sys.exit(0)
        elif what == "hang":
            time.sleep(1000)
        elif what == "spin":
            while True:
                pass
        elif what == "nothing":
            return Audio(b"", 22050)
        elif what == "none":
            return None
        elif what == "silence":
            return Audio(bytes(60000), 22050)
        elif what == "noise":
            return Audio(os.urandom(2 * 22050 * 600), 22050)
        elif what == "blip":
            return Audio(os.urandom(200), 22050)
        elif what == "half":
            return Audio(os.urandom(30001), 22050)
        elif what == "wrong":
            return 1 / 0
        elif what == "refuse":
            raise EngineError("no such word")
        elif what == "slow":
            time.sleep(0.3)
        elif what == "meet":
            until = time.monotonic() + 15
            while sum(" meet " in call for call in open(self.log)) < 3:
                if time.monotonic() > until:
                    raise EngineError("nobody came")
                time.sleep(0.01)
        elif what == "read":
            sys.stdin.read()
        return Tone().speak(text, voice)

class Many(Odd):
    parallel, patience = 3, 20.0
'''


@pytest.fixture
def odd(tmp_path, monkeypatch):
    """Engines `odd` and `many` of a module that lies in a folder, and the calls they had."""
    (tmp_path / "oddities.py").write_text(ODD)
    monkeypatch.syspath_prepend(tmp_path)
    log = tmp_path / "calls"
    log.touch()
    options = {"log": str(log)}
    engines = Engines({"odd": options, "many": options}, {"odd": "oddities:Odd", "many": "oddities:Many"})
    engines.calls = lambda: [line.partition(" ")[2] for line in log.read_text().splitlines()]  # type: ignore
    return engines


def take(text: str, voice: str = "hum", engine: str = "odd", **more) -> Take:
    return Take(text, Voice(engine, voice), **more)


def line(n: int) -> Line:
    return Line("said", "dialogue", "Ann", Place(1, 1, n), Source("one.md", 0, 4, n))


# ---------------------------------------------------------------- keys


def test_a_key_tells_apart_what_sounds_different_and_nothing_else():
    one = take("Hello.")
    others = [take("Hello!"), take("Hello.", retake=1), take("Hello.", "bass"), take("Hello.", engine="tone"),
              replace(one, voice=replace(one.voice, rate=150)), replace(one, voice=replace(one.voice, pitch=40)),
              replace(one, voice=replace(one.voice, options=(("range", 50),))),
              replace(one, voice=replace(one.voice, options=(("range", "50"),)))]
    found = {key(each, "1") for each in [one, *others]} | {key(one, "2")}
    assert len(found) == len(others) + 2
    assert key(replace(one, voice=replace(one.voice, gain=3.0)), "1") == key(one, "1")
    both = (("a", 1), ("b", 2))
    assert (key(replace(one, voice=replace(one.voice, options=both)), "1")
            == key(replace(one, voice=replace(one.voice, options=both[::-1])), "1"))


def test_a_key_is_the_same_in_every_process():
    code = ("from audiobook.model import *; from audiobook.studio import key; "
            "print(key(Take('H\\u00e9llo', Voice('odd', 'hum', 150, None, 0.0, (('x', True),))), 'v'))")
    said = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                           env={**os.environ, "PYTHONHASHSEED": seed}).stdout for seed in "12"}
    assert len(said) == 1


def test_an_engine_may_tell_two_voices_of_one_name_apart(odd, monkeypatch):
    one = keys([take("Hello.")], odd)
    monkeypatch.setattr(type(odd("odd")), "fingerprint", lambda self, voice: "another model", raising=False)
    assert keys([take("Hello."), None], odd) != (*one, None)


# ---------------------------------------------------------------- what is recorded


def test_clips_come_back_aligned_and_are_on_the_shelf(odd, tmp_path):
    store, seen = Store(tmp_path / "shelf"), []
    takes = [take("First words."), None, take("Other words.", "bass"), take("First words.")]
    clips = record(takes, store, odd, seen.append)
    assert clips[1] is None
    assert clips[0] == clips[3] != clips[2]
    assert [clip.key for clip in clips if clip] == [name for name in keys(takes, odd) if name]
    assert all(len(store.pcm(clip.key)) == 2 * clip.frames for clip in clips if clip)
    assert sorted(odd.calls()) == ["First words.", "Other words."]
    assert seen[0] == Planned(2, 0, 24)
    assert sorted(event.characters for event in seen if isinstance(event, Recorded)) == [12, 12]


def test_what_is_held_is_not_recorded_again(odd, tmp_path):
    store, seen = Store(tmp_path / "shelf"), []
    takes = [take(f"Line {n}.") for n in range(5)]
    first = record(takes, store, odd)
    again = record([*reversed(takes), take("A new one.")], store, odd, seen.append)
    assert again[:5] == first[::-1]
    assert seen[0] == Planned(6, 5, 10)
    assert len(odd.calls()) == 6


def test_a_clip_that_is_spoiled_is_recorded_again_alike(odd, tmp_path):
    store = Store(tmp_path / "shelf")
    takes = [take("One."), take("Two.")]
    first = record(takes, store, odd)
    pcm = store.pcm(first[0].key)
    next((tmp_path / "shelf").glob(f"clips/*/{first[0].key}.wav")).write_bytes(b"")
    assert record(takes, store, odd) == first
    assert store.pcm(first[0].key) == pcm
    assert len(odd.calls()) == 3


def test_an_engine_with_another_version_records_anew(odd, tmp_path):
    store = Store(tmp_path / "shelf")
    record([take("One.")], store, odd)
    newer = Engines({"odd": {"log": str(tmp_path / "calls"), "version": "2"}}, {"odd": "oddities:Odd"})
    record([take("One.")], store, newer)
    assert odd.calls() == ["One.", "One."]


def test_several_engines_speak_in_one_book(odd, tmp_path):
    takes = [take("One."), take("Two.", engine="tone"), take("Three.", engine="many"), take("Four.")]
    clips = record(takes, Store(tmp_path / "shelf"), odd)
    assert all(clips)


def test_an_engine_that_takes_many_at_once_is_asked_for_many_at_once(odd, tmp_path):
    """No take ends before three have begun."""
    assert all(record([take(f"meet {n}", engine="many") for n in range(3)], Store(tmp_path / "shelf"), odd, workers=1))
    assert len(odd.calls()) == 3


def test_nothing_to_record_starts_nothing(odd, tmp_path, monkeypatch):
    store = Store(tmp_path / "shelf")
    record([take("One.")], store, odd)
    monkeypatch.setattr(subprocess, "Popen", None)
    assert record([take("One."), None], store, odd)[0] is not None


def test_every_core_is_used_for_a_long_book(odd, tmp_path, monkeypatch):
    monkeypatch.setattr("audiobook.studio._FILL", 10)
    record([take(f"slow {n}") for n in range(8)], Store(tmp_path / "shelf"), odd, workers=2)
    who = {line.split()[0] for line in (tmp_path / "calls").read_text().splitlines()}
    assert len(who) == 2


# ---------------------------------------------------------------- engines that fail


@pytest.mark.parametrize(("text", "reason"), [
    ("crash here", "crashed"), ("leave here", "SystemExit"), ("nothing here", "returned nothing"),
    ("none here", "returned nothing"), ("silence here", "silence"), ("noise here", "600 s of sound"),
    ("blip here and then a good many words more", "only 0.0"), ("half here", "not sound"),
    ("wrong here", "ZeroDivisionError"), ("refuse here", "no such word"),
    ("hang here", "did not answer in time"), ("spin here", "did not answer in time")])
def test_a_take_that_fails_twice_is_reported_and_all_others_are_there(odd, tmp_path, text, reason):
    seen, store = [], Store(tmp_path / "shelf")
    takes = [take(f"Line {n}.") for n in range(6)]
    takes.insert(3, take(text, "bass"))
    clips = record(takes, store, odd, seen.append, lines=[line(n) for n in range(7)], timeout=0.7)
    assert [n for n, clip in enumerate(clips) if clip is None] == [3]
    failed = [event for event in seen if isinstance(event, Failed)]
    assert [event.line for event in failed] == [line(3)]
    assert reason in failed[0].reason
    assert odd.calls().count(text) == 2
    before = len(odd.calls())
    again = record(takes, store, odd, timeout=0.7)
    assert again == clips
    assert odd.calls()[before:] == [text, text]  # the next run tries only what failed


def test_a_crash_that_does_not_come_back_costs_nothing(odd, tmp_path):
    seen = []
    clips = record([take("Good."), take("once only"), take("Better.")], Store(tmp_path / "shelf"), odd, seen.append)
    assert all(clips)
    assert not [event for event in seen if isinstance(event, Failed)]
    assert odd.calls().count("once only") == 2


def test_a_take_that_fails_is_reported_for_every_line_that_wants_it(odd, tmp_path):
    seen = []
    record([take("refuse a"), take("Yes."), take("refuse a")], Store(tmp_path / "shelf"), odd, seen.append,
           lines=[line(1), line(2), line(3)])
    assert [event.line.place.line for event in seen if isinstance(event, Failed)] == [1, 3]


def test_a_voice_that_never_works_is_given_up_and_the_others_go_on(odd, tmp_path):
    takes = [take(f"refuse {n}", "bass") for n in range(40)] + [take(f"Line {n}.") for n in range(40)]
    seen = []
    clips = record(takes, Store(tmp_path / "shelf"), odd, seen.append)
    assert not any(clips[:40])
    assert all(clips[40:])
    assert len([event for event in seen if isinstance(event, Failed)]) == 40
    assert len([text for text in odd.calls() if text.startswith("refuse")]) < 30


def test_an_engine_that_reads_standard_input_hears_nothing(odd, tmp_path):
    assert all(record([take("read this"), take("Then this.")], Store(tmp_path / "shelf"), odd, timeout=5))


def test_an_engine_that_is_not_there_is_said_before_anything_is_recorded(odd, tmp_path):
    with pytest.raises(AudiobookError, match="no engine called"):
        record([take("One."), take("Two.", engine="nobody")], Store(tmp_path / "shelf"), odd)
    with pytest.raises(EngineError, match="cannot be made"):
        Engines({"tone": {"colour": "red"}})("tone")
    assert odd.calls() == []


def test_a_shelf_that_cannot_be_written_stops_the_run(odd, tmp_path):
    (tmp_path / "shelf").write_text("a file")
    with pytest.raises(ShelfError):
        record([take(f"Line {n}.") for n in range(5)], Store(tmp_path / "shelf"), odd)


# ---------------------------------------------------------------- interrupted and killed

_RUN = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from audiobook.model import Take, Voice
from audiobook.store import Store
from audiobook.crew import Engines
from audiobook.studio import record
engines = Engines({"odd": {"log": sys.argv[1] + "/calls"}}, {"odd": "oddities:Odd"})
takes = [Take(f"{sys.argv[2]} {n} " + "word " * 20, Voice("odd", "hum")) for n in range(60)]
print("ready", flush=True)
try:
    record(takes, Store(Path(sys.argv[1], "shelf")), engines, lambda event: print(event, flush=True), workers=2,
           timeout=500)
except KeyboardInterrupt:
    sys.exit(130)
"""


def run_apart(folder: Path, word: str) -> subprocess.Popen[str]:
    deaf = sys.platform != "win32"  # a job in the background may be started deaf to Ctrl-C, and its children too
    process = subprocess.Popen([sys.executable, "-c", _RUN, str(folder), word], stdout=subprocess.PIPE, text=True,
                               start_new_session=True,
                               preexec_fn=(lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
                               if deaf else None)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def wait_for_calls(folder: Path, count: int) -> None:
    until = time.monotonic() + 20
    while len((folder / "calls").read_text().splitlines()) < count:
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")
@pytest.mark.parametrize("word", ["slow", "hang"])
def test_ctrl_c_ends_at_once_and_leaves_no_process(odd, tmp_path, word):
    process = run_apart(tmp_path, word)
    wait_for_calls(tmp_path, 4 if word == "slow" else 2)
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the booths as well
    process.communicate(timeout=30)
    assert len((tmp_path / "calls").read_text().splitlines()) < 60, "it ended before its lines did"
    assert process.returncode == 130
    assert not psutil.wait_procs(children, timeout=2)[1]


@pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")
@pytest.mark.parametrize("word", ["slow", "hang", "spin"])
def test_a_killed_run_leaves_no_process_and_what_it_recorded_is_kept(odd, tmp_path, word):
    process = run_apart(tmp_path, word)
    wait_for_calls(tmp_path, 6 if word == "slow" else 2)
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    assert not psutil.wait_procs(children, timeout=5)[1]
    if word == "slow":
        store = Store(tmp_path / "shelf")
        takes = [take(f"slow {n} " + "word " * 20) for n in range(60)]
        kept = store.clips(name for name in keys(takes, odd) if name)
        assert len(kept) >= 2
        assert all(len(store.pcm(name)) == 2 * clip.frames for name, clip in kept.items())


def test_a_book_recorded_in_pieces_is_the_same_as_one_recorded_at_once(tmp_path, monkeypatch):
    """With the real default engine: same bytes, whatever came before, and in whichever process."""
    monkeypatch.setattr("audiobook.studio._FILL", 200)
    engines = Engines()
    voices = [offered.voice for offered in engines("pyttsx3").voices()[:16]]
    takes = [Take(f"This is the sentence with the number {n}!", voices[n % 16]) for n in range(48)]
    whole, pieces = Store(tmp_path / "whole"), Store(tmp_path / "pieces")
    at_once = record(takes, whole, engines, workers=1)
    for some in (takes[30:], takes[5:11], takes[::-1]):
        record(some, pieces, engines, workers=3)
    assert record(takes, pieces, engines) == at_once
    assert all(whole.pcm(clip.key) == pieces.pcm(clip.key) for clip in at_once if clip)


def test_booths_that_stand_by_take_the_next_recording_and_then_go(odd, tmp_path):
    store, mine = Store(tmp_path / "shelf"), psutil.Process()
    before = set(mine.children())

    def speakers() -> list[str]:
        return [line.partition(" ")[0] for line in (tmp_path / "calls").read_text().splitlines()]

    with odd.standing_by():
        odd.call_in("odd", store)
        early, = set(mine.children()) - before
        assert all(record([take("One."), take("hang", "bass")], store, odd, timeout=2.0)[:1])
        assert all(record([take("Two."), take("Three.", engine="tone")], store, odd))
        first, *_, last = speakers()
        assert first == str(early.pid) != last  # which hung, and was replaced
        assert all(record([take("Four.")], store, odd)) and speakers()[-1] == last
        psutil.Process(int(last)).kill()
        assert all(record([take("Five.")], store, odd)) and speakers()[-1] != last
        with pytest.raises(ZeroDivisionError):
            record([take("Six.")], store, odd, lambda event: 1 / 0)
        odd.call_in("many", store)  # which speaks here
        assert len(set(mine.children()) - before) <= 1
    psutil.wait_procs(set(mine.children()) - before, timeout=5)
    assert set(mine.children()) == before
    assert all(record([take("Seven.")], store, odd)) and set(mine.children()) == before


def test_what_watches_may_raise_and_no_booth_is_left(odd, tmp_path):
    def watch(event):
        if isinstance(event, Recorded):
            raise KeyboardInterrupt

    mine = psutil.Process()
    before = set(mine.children())
    with pytest.raises(KeyboardInterrupt):
        record([take("One."), *(take(f"hang {n}") for n in range(5))], Store(tmp_path / "shelf"), odd, watch)
    psutil.wait_procs(set(mine.children()) - before, timeout=2)
    assert set(mine.children()) == before


# ---------------------------------------------------------------- trimming and measuring


def sound(*parts: tuple[float, float], rate: int = 22050) -> Audio:
    """Pieces of (seconds, amplitude) of a 440 Hz sine."""
    pieces = [amplitude * np.sin(2 * math.pi * 440 / rate * np.arange(round(seconds * rate)))
              for seconds, amplitude in parts]
    return Audio(np.round(np.concatenate(pieces)).astype("<i2").tobytes(), rate)


def test_silence_at_both_ends_is_trimmed_to_some_milliseconds():
    audio = booth.trimmed(sound((0.5, 0), (1.0, 8000), (0.7, 0)))
    assert 1.0 <= audio.frames / audio.rate <= 1.06


def test_a_pause_inside_stays():
    audio = booth.trimmed(sound((0.5, 0), (0.3, 8000), (2.0, 0), (0.3, 8000)))
    assert 2.6 <= audio.frames / audio.rate <= 2.66


def test_a_soft_last_consonant_stays():
    audio = booth.trimmed(sound((0.2, 0), (0.5, 16000), (0.2, 90), (0.5, 0)))  # 45 dB below
    assert audio.frames / audio.rate >= 0.7


def test_an_offset_is_silence_too():
    data = np.frombuffer(sound((0.5, 0), (1.0, 8000), (0.5, 0)).pcm, "<i2") + 300
    assert booth.trimmed(Audio(data.astype("<i2").tobytes(), 22050)).frames / 22050 < 1.06


@given(st.lists(st.tuples(st.floats(0.02, 0.2), st.sampled_from([0, 3, 40, 500, 30000])), min_size=1,
                max_size=6))
@settings(max_examples=60, deadline=None)
def test_trimming_adds_nothing_and_takes_away_only_what_is_hardly_heard(parts):
    audio = sound((0, 0), *parts)
    cut = booth.trimmed(audio)
    before, kept, after = audio.pcm.partition(cut.pcm)
    assert kept == cut.pcm
    loudest = max((amplitude for _, amplitude in parts), default=0)
    gone = np.abs(np.frombuffer(before + after, "<i2").astype(int))
    assert gone.max(initial=0) < max(loudest / 50, 100)


def test_words_keep_their_sound_when_the_clip_is_trimmed():
    audio = replace(sound((0.5, 0), (1.0, 8000)), words=(Word(0, 5, 11025, 20000), Word(6, 9, 20000, 33075)))
    cut = booth.trimmed(audio)
    gone = audio.frames - cut.frames
    assert cut.words == (Word(0, 5, 11025 - gone, 20000 - gone), Word(6, 9, 20000 - gone, 33075 - gone))


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100, 48000])
def test_loudness_is_what_the_standard_says(rate):
    """BS.1770: a 997 Hz sine at full scale in one channel is -3.01 LUFS."""
    turns = 2 * math.pi * 997 / rate * np.arange(3 * rate)
    level, peak = booth.measured(Audio(np.round(32767 * np.sin(turns)).astype("<i2").tobytes(), rate))
    assert level == pytest.approx(-3.01, abs=0.1)
    assert peak == pytest.approx(0.0, abs=0.01)


def test_loudness_agrees_with_ffmpeg_for_steady_speech_like_sound(tmp_path):
    import av

    rng = np.random.default_rng(1)
    noise = np.convolve(rng.normal(size=22050 * 8), np.ones(9) / 9, "same")  # darker than white, as speech is
    pcm = np.round(3000 * noise).astype("<i2")
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=22050, format="s16", layout="mono", time_base="1/22050")
    meter, sink = graph.add("ebur128", "metadata=1"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout="mono")
    frame.rate = 22050
    source.push(frame)
    source.push(None)
    told = None
    while True:
        try:
            told = sink.pull().metadata.get("lavfi.r128.I", told)
        except (av.BlockingIOError, av.EOFError):
            break
    assert booth.measured(Audio(pcm.tobytes(), 22050))[0] == pytest.approx(float(told), abs=0.3)


def test_loudness_in_single_precision_is_that_in_double():
    pcm = np.round(np.random.default_rng(2).normal(size=100_000).cumsum() * 20).clip(-32768, 32767).astype("<i2")
    spectrum = np.fft.rfft(np.pad(pcm, (0, -len(pcm) % 512)).reshape(-1, 512).astype(float))
    weights = booth._weights(512, 22050)[::2].astype(float)
    energy = (np.abs(spectrum) ** 2 @ weights).sum() / (512 * len(pcm) * 32768 ** 2)
    level, _ = booth.measured(Audio(pcm.tobytes(), 22050))
    assert level == pytest.approx(-0.691 + 10 * math.log10(energy), abs=1e-4)


def test_silence_measures_as_silence():
    assert booth.measured(Audio(bytes(2000), 22050)) == (-99.0, -99.0)
    assert booth.measured(Audio(b"", 22050)) == (-99.0, -99.0)


def test_the_booth_imports_no_more_than_it_needs():
    code = textwrap.dedent("""
        import sys
        from audiobook import booth
        from audiobook.engines.pyttsx3 import Pyttsx3
        from audiobook.model import Take, Voice
        booth.measured(Pyttsx3().speak("Hello.", Voice("pyttsx3", "en-us")))
        print([name for name in ("av", "yaml", "typer", "pydub", "PIL", "mutagen") if name in sys.modules])
    """)
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
