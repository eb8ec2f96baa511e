"""Programs that others wrote accept the sound editions, and see in them what we put there."""

import io
import json
import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from audiobook.editions import flac, m4b, mp3, mp3_single, opus, wav
from audiobook.model import Details, Finish
from audiobook.press import coding, mp4
from audiobook.profiles import PROFILES
from tests.outside import run, tool
from tests.sounding import hum, play

pytestmark = pytest.mark.outside

DETAILS = Details(title="The Book of It", subtitle="A Tale", author="Jane Austen", read_by="Ned Narrator",
                  language="de-AT", year=1999, publisher="A Press", description="First line.\nSecond line.",
                  series="The Series", part="2")
TITLES = ("One", "Zwei — " + "ü" * 193, "👩‍🚀 مرحبا بالعالم", "A\x00B\x1b[31m\nC\u202e", "One")
SEEN = ("One", "Zwei — " + "ü" * 193, "👩‍🚀 مرحبا بالعالم", "AB[31m C", "One")


def jpeg():
    out = io.BytesIO()
    Image.new("RGB", (300, 300), (20, 60, 90)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture(scope="module")
def played():
    return play(TITLES, details=DETAILS, cover=jpeg())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("made")


@pytest.fixture(scope="module")
def book(played, folder):
    return m4b.write(played.book, played.timeline, played.sound, folder, played.kit)[0]


@pytest.fixture(scope="module")
def single(played, folder):
    return mp3_single.write(played.book, played.timeline, played.sound, folder, played.kit)[0]


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A book of 300 chapters, as M4B and as one MP3."""
    folder = tmp_path_factory.mktemp("many")
    played = play([f"Chapter {n}" for n in range(1, 301)], seconds=0.05, lines_each=1)
    return [edition.write(played.book, played.timeline, played.sound, folder, played.kit)[0]
            for edition in (m4b, mp3_single)]


def probe(path):
    done = run(tool("ffprobe"), "-v", "error", "-show_chapters", "-show_format", "-show_streams", "-of", "json", path)
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_ffmpeg_decodes_every_edition_without_a_word(played, folder, book, single):
    files = [book, single]
    for edition in (mp3, opus, flac, wav):
        files += edition.write(played.book, played.timeline, played.sound, folder, played.kit)
    for path in files:
        done = run(tool("ffmpeg"), "-v", "error", "-xerror", "-i", f"file:{path}", "-map", "0:a", "-f", "null", "-")
        assert (done.returncode, done.stderr) == (0, ""), path


def test_ffprobe_sees_the_m4bs_chapters_to_the_frame(played, book):
    found = probe(book)
    rate = played.timeline.rate
    marks = [0, *(mark.mark for mark in played.timeline.chapters[1:])]
    starts = [Fraction(each["time_base"]) * each["start"] for each in found["chapters"]]
    assert starts == [Fraction(mark, rate) for mark in marks]
    assert tuple(each["tags"]["title"] for each in found["chapters"]) == SEEN
    assert found["streams"][0]["duration_ts"] == played.timeline.frames
    tags = found["format"]["tags"]
    assert (tags["major_brand"], tags["composer"], tags["media_type"]) == ("M4B ", "Ned Narrator", "2")
    assert (tags["SERIES"], tags["SERIES-PART"]) == ("The Series", "2")


def test_mediainfo_calls_it_an_audiobook_with_both_menus(book):
    done = json.loads(run(tool("mediainfo"), "--Output=JSON", book).stdout)
    tracks = done["media"]["track"]
    general = tracks[0]
    menus = [track["extra"] for track in tracks if track["@type"] == "Menu"]
    assert general["ContentType"] == "Audiobook"
    assert len(menus) == 2
    assert [len([key for key in menu if key.startswith("_")]) for menu in menus] == [5, 5]
    assert tracks[1]["Language"] == "de"


def test_exiftool_reads_brand_chapters_and_cover(book):
    text = run(tool("exiftool"), "-ee", "-a", "-s", "-charset", "utf8", book).stdout
    assert "Audio Book" in text or "M4B" in text
    assert len(re.findall(r"^Text +: ", text, re.MULTILINE)) == len(TITLES)
    assert re.search(r"^Narrator +: Ned Narrator", text, re.MULTILINE)
    assert re.search(r"^MediaLanguageCode +: deu", text, re.MULTILINE)
    assert re.search(r"^CoverArt ", text, re.MULTILINE)
    assert "Warning" not in text


def test_atomicparsley_finds_moov_first_and_the_tags(book):
    tree = run(tool("AtomicParsley"), book, "-T", 1).stdout
    assert tree.index("Atom moov") < tree.index("Atom mdat")
    assert "Atom chpl" in tree
    assert "Atom chap" in tree
    assert 'Atom "stik" contains: Audiobook' in run(tool("AtomicParsley"), book, "-t").stdout


def mpv_chapters(path):
    every = "|".join(f"${{=chapter-list/{n}/time}}" for n in (0, 1, 2))
    done = run(tool("mpv"), "--no-config", "--no-video", "--ao=null", "--untimed", "--length=0.2",
               f"--term-playing-msg=CHAPTERS ${{chapters}}|{every}", path)
    line = next(line for line in done.stdout.splitlines() if "CHAPTERS" in line)
    count, *times = line.split("CHAPTERS ")[1].split("|")
    return int(count), [float(time) for time in times]


def test_mpv_lists_the_m4bs_chapters(played, book):
    marks = [0, *(mark.mark / played.timeline.rate for mark in played.timeline.chapters[1:3])]
    assert mpv_chapters(book) == (5, pytest.approx(marks, abs=1e-4))


def test_300_chapters_are_300_for_ffprobe_and_mpv(many):
    for path in many:
        titles = [chapter["tags"]["title"] for chapter in probe(path)["chapters"]]
        assert titles == [f"Chapter {n}" for n in range(1, 301)]
        assert mpv_chapters(path)[0] == 300


def test_mp3val_and_kid3_accept_the_mp3s(played, folder, single, many):
    files = [single, many[1], *mp3.write(played.book, played.timeline, played.sound, folder, played.kit)]
    for path in files:
        done = run(tool("mp3val"), path)
        assert not re.search("WARNING|PROBLEM|ERROR", done.stdout), done.stdout
    text = run(tool("kid3-cli"), "-c", "get all 2", files[2], env={"QT_QPA_PLATFORM": "offscreen"}).stdout
    assert "Jane Austen" in text
    assert "1/5" in text


def test_mp3check_finds_nothing_but_the_cover(played, folder):
    for path in mp3.write(played.book, played.timeline, played.sound, folder, played.kit):
        done = run(tool("mp3check"), "-e", path)
        said = [line for line in done.stdout.splitlines() if line.strip() and not line.endswith(".mp3:")]
        assert all("junk before first frame" in line for line in said), said  # it takes the tag for junk


def test_a_book_of_45_hours_is_read_by_ffprobe(tmp_path):
    rate, hours = 44100, 45
    units = hours * 3600 * rate // 1024
    part = coding.encoded([np.zeros(4096, np.int16)], coding.Codec("aac", rate, 64000))
    unit = b"".join(part.pieces())[-int(part.sizes[-1]):]
    long = coding.Encoded.of(part.codec, units * 1024, np.full(units + 1, len(unit), np.uint32), part.config,
                             lambda: iter([unit * (units + 1)]))
    path = tmp_path / "long.m4b"
    mp4.write_mp4(path, [long], [mp4.Mark(hour * 3600 * rate, f"Hour {hour}") for hour in range(hours)], b"")
    found = probe(path)
    assert float(found["format"]["duration"]) == pytest.approx(units * 1024 / rate, abs=0.001)
    assert float(found["chapters"][-1]["start_time"]) == 44 * 3600


def loudness(path):
    text = run(tool("ffmpeg"), "-hide_banner", "-i", path, "-map", "0:a", "-af", "ebur128=peak=true",
               "-f", "null", "-").stderr
    return float(re.findall(r"I: +(-[\d.]+) LUFS", text)[-1]), float(re.findall(r"Peak: +(-[\d.]+) dBFS", text)[-1])


def test_ebur128_finds_no_true_peak_over_the_limit(tmp_path):
    played = play(["One"], seconds=3, finish=Finish(loudness=-19, peak=-3))
    pcm = hum(3, 190, -8)
    pcm[::2000] = 32000
    cues = tuple(replace(cue, clip=played.shelf.record(pcm)) for cue in played.timeline.cues)
    played.sound = replace(played.sound, timeline=replace(played.timeline, cues=cues))
    path = wav.write(played.book, played.timeline, played.sound, tmp_path, played.kit)[0]
    assert loudness(path)[1] <= -2.9


def test_what_astats_measures_of_an_acx_file_is_what_the_shop_asks(tmp_path):
    played = play(["One"], seconds=2.5, lines_each=5, finish=PROFILES["acx"], profile="acx", extras={"opening": 4.0})
    for path in mp3.write(played.book, played.timeline, played.sound, tmp_path, played.kit):
        text = run(tool("ffmpeg"), "-hide_banner", "-i", path, "-map", "0:a", "-af",
                   "astats=measure_perchannel=none", "-f", "null", "-").stderr
        figures = {name: float(value) for name, value in re.findall(r"(Peak|RMS) level dB: (-?[\d.]+)", text)}
        assert -23 <= figures["RMS"] <= -18
        assert figures["Peak"] <= -3
        info = json.loads(run(tool("mediainfo"), "--Output=JSON", path).stdout)["media"]["track"][1]
        assert (info["BitRate_Mode"], info["BitRate"], info["SamplingRate"]) == ("CBR", "192000", "44100")
