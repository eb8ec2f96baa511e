"""What finished files are said to measure: signals whose figures are known, files that are damaged, shops' figures."""

from __future__ import annotations

import json
import math
import os
import struct
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiobook.cli import main
from audiobook.editions import flac, m4b, mp3, mp3_single, opus, wav
from audiobook.errors import AudiobookError, EditionError
from audiobook.events import Encoding
from audiobook.inspection import inspect
from audiobook.inspection.labels import Labels, labels
from audiobook.inspection.measure import measured
from audiobook.inspection.meter import Figures, Meter
from audiobook.inspection.shops import SHOPS, Finished, judged, judged_together
from audiobook.model import Details
from audiobook.press.tags import sort_name
from audiobook.profiles import PROFILES
from tests.sounding import Played, play

RATE = 48000


def sine(hertz: float, dbfs: float, seconds: float, rate: int = RATE, phase: float = 0.0) -> Any:
    """A sine with this peak."""
    return 10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate + phase)


def figures(sound: Any, rate: int = RATE, weights: tuple[float, ...] = (1.0,), block: int = 100_000) -> Figures:
    rows = np.atleast_2d(np.asarray(sound, np.float32))
    meter = Meter(rate, weights)
    for at in range(0, rows.shape[1], block):
        meter.feed(rows[:, at:at + block])
    return meter.figures()


# ---------------------------------------------------------------- known signals


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 44100, 48000, 96000])
def test_a_sine_of_a_thousand_hertz_measures_what_ebu_tech_3341_says(rate: int) -> None:
    # case 1 of the technical note: stereo at -23 dBFS is -23 LUFS; one channel alone is 3 dB less
    both = figures(np.stack([sine(1000, -23, 20, rate)] * 2), rate, (1.0, 1.0))
    one = figures(sine(1000, -23, 20, rate), rate)
    assert both.lufs == pytest.approx(-23, abs=0.1)
    assert one.lufs == pytest.approx(-26.01, abs=0.1)
    assert one.rms_db == pytest.approx(-26.01, abs=0.02)
    assert one.true_peak_db == pytest.approx(-23, abs=0.05)


def test_quiet_stretches_are_gated_out_of_the_loudness() -> None:
    # EBU Tech 3341, case 3: -36, -23, -36 dBFS is -23 LUFS
    parts = [sine(1000, level, seconds) for level, seconds in ((-36, 10), (-23, 60), (-36, 10))]
    assert figures(np.stack([np.concatenate(parts)] * 2), weights=(1.0, 1.0)).lufs == pytest.approx(-23, abs=0.1)


def test_silence_before_and_after_changes_no_loudness_but_the_rms() -> None:
    tone = sine(997, -20, 10)
    padded = figures(np.concatenate([np.zeros(5 * RATE), tone, np.zeros(5 * RATE)]))
    assert padded.lufs == pytest.approx(figures(tone).lufs, abs=0.2)
    assert padded.rms_db == pytest.approx(-20 - 3.01 - 3.01, abs=0.02)


def test_a_peak_between_samples_is_found() -> None:
    # a quarter of the rate, 45 degrees off: every sample lies 3 dB below the wave's top
    found = figures(sine(RATE / 4, -6, 1, phase=math.pi / 4) * np.hanning(RATE))
    assert found.peak_db == pytest.approx(-9.03, abs=0.05)
    assert found.true_peak_db == pytest.approx(-6.02, abs=0.1)


def test_where_a_block_ends_is_no_peak() -> None:
    for length in (130_000, 200_003):
        sound = sine(100, -6, 5)[:length]
        sound[-5000:] *= np.linspace(1, 0, 5000)
        assert figures(sound, block=977).true_peak_db == pytest.approx(-6, abs=0.01)


@given(st.lists(st.integers(1, 90_000), min_size=1, max_size=6), st.integers(0, 3))
@settings(max_examples=15, deadline=None)
def test_how_the_sound_is_cut_into_blocks_changes_nothing(cuts: list[int], seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 0.1, (1, 100_000)).astype(np.float32)
    whole = figures(noise, 22050)
    meter, at = Meter(22050, (1.0,)), 0
    for cut in [*cuts, 100_000]:
        meter.feed(noise[:, at:at + cut])
        at = min(100_000, at + cut)
    assert meter.figures() == pytest.approx(whole) or _near(meter.figures(), whole)


def _near(one: Figures, two: Figures) -> bool:
    return all(getattr(one, name) == pytest.approx(getattr(two, name), abs=1e-3) for name in Figures.__slots__)


def test_the_weighting_is_the_recursive_filter_of_the_standard() -> None:
    # BS.1770's own coefficients at 48 kHz, run sample by sample
    sound = np.random.default_rng(1).normal(0, 0.1, RATE // 2)
    out = sound
    for b, a in (((1.53512485958697, -2.69169618940638, 1.19839281085285), (-1.69065929318241, 0.73248077421585)),
                 ((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621))):
        made = np.zeros(len(out) + 2)
        past = np.concatenate([np.zeros(2), out])
        for n in range(2, len(made)):
            made[n] = (b[0] * past[n] + b[1] * past[n - 1] + b[2] * past[n - 2]
                       - a[0] * made[n - 1] - a[1] * made[n - 2])
        out = made[2:]
    tenth = RATE // 10
    blocks = [np.mean(out[at:at + 4 * tenth] ** 2) for at in range(0, len(out) - 4 * tenth + 1, tenth)]
    assert figures(sound).lufs == pytest.approx(-0.691 + 10 * math.log10(np.mean(blocks)), abs=0.001)


def test_head_and_tail_are_as_long_as_nothing_is_heard() -> None:
    room = np.random.default_rng(2).normal(0, 10 ** (-75 / 20), 5 * RATE)
    room[int(0.7 * RATE):int(2.8 * RATE)] += sine(300, -20, 2.1)
    found = figures(room)
    assert found.head == pytest.approx(0.7, abs=0.011)
    assert found.tail == pytest.approx(2.2, abs=0.011)
    assert found.floor_db == pytest.approx(-75, abs=0.3)


def test_the_floor_is_the_quietest_half_second_anywhere() -> None:
    sound = sine(300, -20, 4)
    sound[2 * RATE:int(2.6 * RATE)] *= 0.001
    assert figures(sound, block=1000).floor_db == pytest.approx(-83.01, abs=0.2)


def test_digital_silence_is_minus_infinity_and_all_head() -> None:
    found = figures(np.zeros(3 * RATE))
    assert (found.lufs, found.rms_db, found.floor_db, found.true_peak_db) == (-math.inf,) * 4
    assert (found.head, found.tail, found.seconds) == (3, 3, 3)


def test_a_sound_of_no_length_or_of_nonsense_is_measured_too() -> None:
    assert figures(np.zeros((1, 0))).seconds == 0
    found = figures(np.array([math.nan, math.inf, -math.inf] * 1000))
    assert all(not math.isnan(getattr(found, name)) for name in Figures.__slots__)


def test_low_frequency_effects_do_not_count_and_voices_behind_count_more() -> None:
    tone = sine(1000, -20, 3)
    quiet = np.zeros_like(tone)
    assert figures(np.stack([quiet, tone]), weights=(1.0, 0.0)).lufs == -math.inf
    behind = figures(np.stack([quiet, tone]), weights=(1.0, 1.41)).lufs
    assert behind == pytest.approx(figures(np.stack([quiet, tone]), weights=(1.0, 1.0)).lufs + 1.49, abs=0.01)


# ---------------------------------------------------------------- files


@pytest.fixture(scope="module")
def played() -> Played:
    return play(("One", "Two"), seconds=1.0, cover=_jpeg(500))


@pytest.fixture(scope="module")
def made(played: Played, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every sound edition of a small book in one folder."""
    folder = tmp_path_factory.mktemp("made")
    for edition in (m4b, mp3, mp3_single, opus, flac, wav):
        edition.write(played.book, played.timeline, played.sound, folder, played.kit)
    return folder


def _jpeg(side: int) -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (side, side), (20, 60, 90)).save(out, "JPEG")
    return out.getvalue()


def first(folder: Path, suffix: str) -> Path:
    return sorted(folder.rglob(f"*.{suffix}"))[0]


def test_every_edition_is_read_back_with_one_mind(made: Path, played: Played) -> None:
    found = inspect(made)
    assert not found.damaged
    alone = {Path(file.file).suffix: file for file in found.files if "/" not in file.file}
    assert set(alone) == {".m4b", ".mp3", ".wav"}
    seconds = played.timeline.frames / played.timeline.rate
    truth = alone[".wav"].sound
    assert truth is not None
    for file in alone.values():
        assert file.sound is not None
        assert file.sound.figures.seconds == pytest.approx(seconds, abs=0.03)
        assert file.sound.figures.rms_db == pytest.approx(truth.figures.rms_db, abs=0.2)
        assert file.sound.figures.lufs == pytest.approx(truth.figures.lufs, abs=0.2)
    assert {Path(file.file).parent.name for file in found.files} == {
        "", "A Book (mp3)", "A Book (opus)", "A Book (flac)"}


def test_codec_bitrate_and_form_are_told(made: Path) -> None:
    kinds = {suffix: measured(first(made, suffix)) for suffix in ("m4b", "mp3", "opus", "flac", "wav")}
    assert {kind: sound.codec for kind, sound in kinds.items()} == {
        "m4b": "aac", "mp3": "mp3", "opus": "opus", "flac": "flac", "wav": "pcm"}
    assert (kinds["mp3"].cbr, kinds["wav"].cbr, kinds["m4b"].cbr) == (True, True, None)
    assert kinds["mp3"].bitrate == pytest.approx(64_000, rel=0.02)
    assert kinds["wav"].bitrate == 22050 * 16
    assert (kinds["wav"].bits, kinds["flac"].bits, kinds["mp3"].bits) == (16, 16, 0)
    assert {sound.channels for sound in kinds.values()} == {1}
    assert (kinds["opus"].rate, kinds["flac"].rate) == (48000, 22050)


@pytest.mark.parametrize("edition", [m4b, mp3_single])
def test_chapters_are_read_back(played: Played, tmp_path: Path, edition: Any) -> None:
    path = edition.write(played.book, played.timeline, played.sound, tmp_path, played.kit)[0]
    found = measured(path).chapters
    assert [each.title for each in found] == ["One", "Two"]
    assert found[0].start == 0
    assert found[1].start == pytest.approx(played.timeline.chapters[1].mark / played.timeline.rate, abs=0.03)


@pytest.mark.parametrize("suffix", ["m4b", "mp3", "opus", "flac"])
def test_tags_have_one_set_of_names(made: Path, suffix: str) -> None:
    path = first(made, suffix)
    said = labels(path, measured(path).container)
    assert (said.tags["album"], said.tags["author"], said.tags["narrator"], said.tags["year"]) == (
        "A Book", "Ann Author", "Ned Narrator", "2026")
    assert said.cover is not None and (said.cover.kind, said.cover.width, said.cover.height) == ("JPEG", 500, 500)
    assert said.missing == ()


def test_tags_that_are_not_there_are_missed(tmp_path: Path) -> None:
    played = play(("One",), details=Details(title="A Book"))
    path = mp3.write(played.book, played.timeline, played.sound, tmp_path, played.kit)[0]
    assert labels(path, "mp3").missing == ("author", "narrator", "cover")


def test_sound_in_two_channels_and_other_depths_measures_the_same(tmp_path: Path) -> None:
    sound = sine(440, -12, 2, 44100)
    depths = {"<u1": lambda x: np.rint(x * 128 + 128), "<i2": lambda x: np.rint(x * 32768),
              "<i4": lambda x: np.rint(x * 2 ** 31), "<f4": lambda x: x}
    for form, made_of in depths.items():
        path = tmp_path / f"{form[1:]}.wav"
        pcm = made_of(np.stack([sound, sound], axis=1)).astype(form).tobytes()
        width = int(form[2])
        head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 3 if "f" in form else 1, 2, 44100, 88200 * width, 2 * width,
                           8 * width)
        path.write_bytes(struct.pack("<4sI4s", b"RIFF", 36 + len(pcm), b"WAVE") + head
                         + struct.pack("<4sI", b"data", len(pcm)) + pcm)
        found = measured(path)
        assert (found.channels, found.bits) == (2, 8 * width)
        assert found.figures.rms_db == pytest.approx(-15.01, abs=0.05)
        assert found.figures.peak_db == pytest.approx(-12, abs=0.1)


# ---------------------------------------------------------------- damage


@pytest.mark.parametrize("suffix", ["m4b", "mp3", "opus", "flac", "wav"])
def test_a_file_that_was_cut_short_is_named(made: Path, tmp_path: Path, suffix: str) -> None:
    whole = first(made, suffix).read_bytes()
    path = tmp_path / f"cut.{suffix}"
    path.write_bytes(whole[:len(whole) - len(whole) // 5])
    assert any("cut short" in each for each in measured(path).damage)


@pytest.mark.parametrize("suffix", ["m4b", "mp3", "opus", "flac"])
def test_a_hole_in_a_file_is_named(made: Path, tmp_path: Path, suffix: str) -> None:
    whole = first(made, suffix).read_bytes()
    at = len(whole) * 9 // 10
    path = tmp_path / f"hole.{suffix}"
    path.write_bytes(whole[:at] + whole[at + len(whole) // 30:])
    found = inspect(path)
    assert [file.file for file in found.damaged] == [path.name]


@pytest.mark.parametrize("data", [b"", b"ID3", b"#EXTM3U\nhttp://127.0.0.1:9/x\n", b"ffconcat version 1.0\nfile a\n",
                                  b"\xff\xfb" + b"\0" * 3000, b"RIFF\x10\0\0\0WAVE", b"OggS" + b"\xff" * 99,
                                  b"fLaC" + b"\0" * 99, b"\0\0\0\x10ftypM4B \0\0\0\0\xff\xff\xff\xffmoov"])
def test_what_is_no_sound_is_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(data)
    with pytest.raises(EditionError) as told:
        measured(path)
    assert told.value.message
    assert inspect(tmp_path).damaged[0].damage == (told.value.message,)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.mp3")
    assert inspect(tmp_path).damaged[0].damage == ("it is not a file",)


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_no_byte_of_a_file_can_cause_a_traceback(made: Path, data: st.DataObject) -> None:
    suffix = data.draw(st.sampled_from(["m4b", "mp3", "opus", "flac", "wav"]))
    broken = bytearray(first(made, suffix).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, len(broken) - 1))] ^= data.draw(st.integers(1, 255))
    path = made.parent / f"fuzzed.{suffix}"
    path.write_bytes(bytes(broken))
    inspect(path)


def test_chapters_past_the_end_are_damage(played: Played, tmp_path: Path) -> None:
    from audiobook.press import id3

    path = mp3_single.write(played.book, played.timeline, played.sound, tmp_path, played.kit)[0]
    sound = path.read_bytes()
    size = 0
    for byte in sound[6:10]:
        size = size << 7 | byte
    late = id3.tag(played.book.details, title="A", chapters=[id3.Chap(0, 1000, "A"), id3.Chap(90_000, 99_000, "B")])
    path.write_bytes(late + sound[10 + size:])
    assert inspect(path).damaged[0].damage == ("1 of its chapters lie past its end",)


# ---------------------------------------------------------------- shops


@pytest.fixture(scope="module")
def acx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("acx")
    finish = PROFILES["acx"]
    played = play(("One", "Two"), seconds=4, finish=finish, extras={"opening": 4, "closing": 4}, cover=_jpeg(2400),
                  profile="acx")
    mp3.write(played.book, played.timeline, played.sound, folder, played.kit)
    return folder


def test_what_is_made_for_acx_meets_what_acx_asks(acx: Path) -> None:
    found = inspect(acx, only="acx")
    assert [(file.file, str(each)) for file in found.files for each in file.shops["acx"]] == []
    assert [str(each) for batch in found.batches for each in batch.together["acx"]] == []
    assert found.meets("acx") and not found.damaged


def finished(name: str = "01 - One.mp3", **changes: Any) -> Finished:
    """A file as ACX wants it, but for some figures."""
    from audiobook.inspection.measure import Measured

    right = Figures(44100 * 600, 600.0, -20.0, -19.5, -4.0, -3.8, -70.0, 0.75, 2.5)
    plain = {key: value for key, value in changes.items() if key in Figures.__slots__}
    other = {key: value for key, value in changes.items() if key not in Figures.__slots__}
    sound = Measured("mp3", "mp3", 1, 44100, 0, 192_000, True, False, replace(right, **plain), (), ())
    return Finished(name, replace(sound, **other), Labels())


@pytest.mark.parametrize(("change", "what"), [
    ({"rms_db": -23.1}, "RMS"), ({"rms_db": -17.8}, "RMS"), ({"peak_db": -2.9}, "peak"),
    ({"floor_db": -59.9}, "noise floor"), ({"floor_db": -math.inf}, "pauses"), ({"head": 0.3}, "silence before"),
    ({"head": 1.2}, "silence before"), ({"tail": 0.5}, "silence after"), ({"tail": 5.2}, "silence after"),
    ({"seconds": 7201.0}, "length"), ({"cbr": False}, "bitrate"), ({"bitrate": 128_000}, "bitrate"),
    ({"rate": 48000}, "sample rate"), ({"codec": "aac"}, "format"), ({"channels": 6}, "channels")])
def test_each_figure_of_acx_is_held(change: dict[str, Any], what: str) -> None:
    assert judged(SHOPS["acx"], finished()) == ()
    assert [each.what for each in judged(SHOPS["acx"], finished(**change))] == [what]


def test_figures_are_judged_as_they_are_shown() -> None:
    assert judged(SHOPS["acx"], finished(rms_db=-17.96, peak_db=-3.04, head=0.46, tail=5.04)) == ()


def test_a_retail_sample_is_at_most_five_minutes() -> None:
    assert judged(SHOPS["acx"], finished("Retail Sample.mp3"))[0].what == "length"
    assert judged(SHOPS["acx"], finished("Retail Sample.mp3", seconds=299.0)) == ()


def test_a_set_of_files_lacks_credits_sample_and_likeness() -> None:
    whole = [finished("01 - Opening Credits.mp3"), finished(), finished("03 - Closing Credits.mp3"),
             finished("Retail Sample.mp3", seconds=200.0)]
    assert judged_together(SHOPS["acx"], whole) == ()
    assert [each.what for each in judged_together(SHOPS["acx"], whole[1:2])] == [
        "opening credits", "closing credits", "retail sample"]
    assert [each.what for each in judged_together(SHOPS["acx"], [*whole, finished(channels=2)])] == ["channels"]


@pytest.mark.parametrize(("name", "change", "what"), [
    ("google", {"bitrate": 96_000}, ["bitrate"]), ("google", {"codec": "opus"}, ["format"]),
    ("google", {"channels": 2}, ["bitrate"]), ("google", {"codec": "flac", "rate": 22050}, ["sample rate"]),
    ("google", {"codec": "aac", "bitrate": 125_000}, []), ("spotify", {"lufs": -21.0}, ["loudness"]),
    ("spotify", {"true_peak_db": -0.5}, ["true peak"]), ("inaudio", {"codec": "flac", "cbr": None}, []),
    ("apple", {"seconds": 24 * 3600.0}, ["length"])])
def test_other_shops_have_their_own_figures(name: str, change: dict[str, Any], what: list[str]) -> None:
    assert [each.what for each in judged(SHOPS[name], finished(**change))] == what


def test_google_takes_books_of_five_minutes_and_more() -> None:
    assert judged_together(SHOPS["google"], [finished()]) == ()
    assert judged_together(SHOPS["google"], [finished(seconds=200.0)])[0].what == "length of the book"


# ---------------------------------------------------------------- the command


class Ran:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    def runs(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["audiobook", "check", *map(str, words)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        sys.stdout.flush()
        said = capfd.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return runs


def test_json_holds_every_figure(run: Any, made: Path) -> None:
    done = run("--made", made, "--json")
    found = json.loads(done.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert done.code == 0
    by_suffix = {Path(file["file"]).suffix: file for file in found["files"]}
    book = by_suffix[".m4b"]
    assert (book["codec"], book["chapters"], book["titles"][1]["title"]) == ("aac", 2, "Two")
    assert book["noise_floor_db"] is None or book["noise_floor_db"] < -60
    assert set(book["shops"]) == set(SHOPS) and not book["shops"]["acx"]["ok"] and book["shops"]["acx"]["reasons"]
    assert book["cover"] == {"format": "JPEG", "width": 500, "height": 500}
    assert {name for batch in found["books"] for name in batch["files"]} == {file["file"] for file in found["files"]}


def test_without_a_shop_only_damage_fails(run: Any, made: Path, tmp_path: Path) -> None:
    assert run("--made", made).code == 0
    (tmp_path / "a.mp3").write_bytes(b"no sound")
    done = run("--made", tmp_path)
    assert done.code == 1
    assert "it is no sound file" in done.out
    assert "Traceback" not in done.err


def test_a_shop_decides_the_exit_code(run: Any, made: Path, acx: Path) -> None:
    done = run("--made", made, "--for", "acx")
    assert done.code == 1
    assert "sample rate: 22050 Hz (44100 Hz asked for)" in done.out
    assert "nothing here is as ACX asks" in done.err
    done = run("--made", acx, "--for", "acx")
    assert done.code == 0
    assert "A Book (acx)" in done.err


def test_one_file_can_be_asked_about(run: Any, made: Path) -> None:
    done = run("--made", first(made, "flac"))
    assert done.code == 0
    assert done.out.count(".flac") == 1


def test_a_name_cannot_steer_the_terminal(run: Any, tmp_path: Path) -> None:
    try:
        (tmp_path / "a\x1b[2Jb.mp3").write_bytes(b"no")
    except OSError:
        pytest.skip("this file system has no such names")
    assert "\x1b" not in run("--made", tmp_path).out


def test_nothing_made_yet_and_unknown_shops_are_told(run: Any, tmp_path: Path) -> None:
    (tmp_path / "book.md").write_text("# One\n\nWords.\n", encoding="utf-8")
    (tmp_path / "voices.yaml").write_text("title: A\n", encoding="utf-8")
    (tmp_path / "door.wav").write_bytes(b"a sound of the project, not made")
    done = run("--made", tmp_path)
    assert done.code == 1 and "there is no finished sound" in done.err
    done = run("--made", tmp_path, "--for", "amazon")
    assert done.code == 1 and "there is no shop called 'amazon'" in done.err
    assert run(tmp_path, "--for", "acx").code == 2


def test_previews_and_drafts_are_not_read(made: Path, tmp_path: Path) -> None:
    for name in ("preview/1.wav", ".a.mp3.part", ".hidden/a.mp3", "a.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(first(made, "wav").read_bytes())
    assert [file.file for file in inspect(tmp_path).files] == ["a.wav"]


def test_whoever_watches_sees_all_of_it_pass(made: Path) -> None:
    seen: list[float] = []
    inspect(made, watch=lambda event: seen.append(event.done) if isinstance(event, Encoding) else None)
    assert seen == sorted(seen)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(AudiobookError):
        inspect(tmp_path / "nowhere")


# ---------------------------------------------------------------- sort names


@pytest.mark.parametrize(("name", "sorted_as"), [
    ("Jane Austen", "Austen, Jane"), ("J.R.R. Tolkien", "Tolkien, J.R.R."), ("Ursula K. Le Guin", "Le Guin, Ursula K."),
    ("Ludwig van Beethoven", "van Beethoven, Ludwig"), ("The Audiobook Makers", "Audiobook Makers, The"),
    ("a company of synthetic voices", "company of synthetic voices, a"), ("Full Cast", "Full Cast"),
    ("村上 春樹", "村上 春樹"), ("Anne and Tom Bo", "Anne and Tom Bo"), ("Homer", "Homer"), ("", "")])
def test_only_what_looks_like_a_persons_name_is_turned_round(name: str, sorted_as: str) -> None:
    assert sort_name(name) == sorted_as
