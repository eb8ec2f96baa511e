"""A real book, made by the command into every edition, before the programs that others wrote.

Each edition is held by tests of its own; here is what only all of them together can show, or only real speech.
"""

from __future__ import annotations

import json
import math
import re
import sys
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from outside import module, node, run, tool
from proving import CHAPTERS, SOUNDS, Published, make, write_project

pytestmark = pytest.mark.outside


@pytest.fixture(scope="module")
def silences(published: Published) -> dict[Path, list[float]]:
    """When silence ends in each file, as ffmpeg hears it."""
    kinds = [path for kind in ("mp3", "opus", "flac", "sound") for path in published.folder(kind)]
    return {path: silence_ends(path) for path in (published.one(".m4b"), published.one(".mp3"), *kinds)}


def silence_ends(path: Path) -> list[float]:
    done = run(tool("ffmpeg"), "-hide_banner", "-nostdin", "-i", f"file:{path}", "-map", "0:a", "-af",
               "silencedetect=n=-50dB:d=0.2", "-f", "null", "-")
    return [float(found) for found in re.findall(r"silence_end: ([\d.]+)", done.stderr)]


def nearest(times: list[float], wanted: float) -> float:
    return min((abs(time - wanted) for time in times), default=math.inf)


def cues(path: Path) -> list[tuple[float, float, str]]:
    """Start, end and text of every WebVTT cue, as webvtt-py reads them."""
    def seconds(clock: str) -> float:
        hours, minutes, rest = clock.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(rest)

    return [(seconds(cue.start), seconds(cue.end), cue.text.replace("\n", " "))
            for cue in module("webvtt").read(str(path))]


def decodes(path: Path) -> None:
    probed = run(tool("ffprobe"), "-v", "error", f"file:{path}")
    assert (probed.returncode, probed.stderr) == (0, ""), path
    done = run(tool("ffmpeg"), "-nostdin", "-v", "error", "-xerror", "-i", f"file:{path}", "-map", "0:a",
               "-f", "null", "-")
    assert (done.returncode, done.stderr) == (0, ""), path


# ---------------------------------------------------------------- all the sound


def test_every_sound_in_every_edition_decodes_without_a_word(published: Published, tmp_path: Path) -> None:
    files = list(published.sounds)
    for package in (published.one(".epub"), published.one(".lpf")):
        with zipfile.ZipFile(package) as inside:
            for name in inside.namelist():
                if name.endswith(SOUNDS):
                    files.append(Path(inside.extract(name, tmp_path / package.suffix)))
    assert len(files) == 1 + 1 + 6 * len(CHAPTERS) + len(CHAPTERS)  # m4b, mp3; mp3 opus flac podcast page epub; lpf
    for path in files:
        decodes(path)


def test_two_other_meters_find_our_loudness(published: Published) -> None:
    """loudgain and ffmpeg's ebur128 against ours, of the finished files, in every codec."""
    from audiobook.inspection.measure import measured

    files = [published.one(".m4b"), published.folder("opus")[0], published.folder("flac")[1],
             published.folder("podcast", ".mp3")[2]]
    ours = [measured(path).figures.lufs for path in files]
    table = run(tool("loudgain"), "-q", "-O", *files).stdout
    theirs = [float(found) for found in re.findall(r"\t(-[\d.]+) LUFS\t[\d.]+ dB\t", table)]
    assert theirs == pytest.approx(ours, abs=0.1)
    for path, lufs in zip(files, ours, strict=True):
        text = run(tool("ffmpeg"), "-hide_banner", "-nostdin", "-i", f"file:{path}", "-map", "0:a", "-af", "ebur128",
                   "-f", "null", "-").stderr
        assert float(re.findall(r"I: +(-[\d.]+) LUFS", text)[-1]) == pytest.approx(lufs, abs=0.1), path


def test_the_book_is_as_loud_as_it_was_asked_to_be(published: Published) -> None:
    table = run(tool("loudgain"), "-q", "-O", published.one(".m4b"), *published.folder("podcast", ".mp3")).stdout
    for found in re.findall(r"\t(-[\d.]+) LUFS\t[\d.]+ dB\t", table):
        assert float(found) == pytest.approx(-19, abs=1)


# ---------------------------------------------------------------- chapters


def test_the_m4b_is_as_long_as_its_sound(published: Published) -> None:
    done = run(tool("ffprobe"), "-v", "error", "-show_format", "-of", "json", published.one(".m4b"))
    assert float(json.loads(done.stdout)["format"]["duration"]) == pytest.approx(published.seconds, abs=0.05)
    pcm = run(tool("ffmpeg"), "-nostdin", "-hide_banner", "-i", published.one(".m4b"), "-map", "0:a", "-af",
              "astats=measure_perchannel=none", "-f", "null", "-").stderr
    frames = int(re.findall(r"Number of samples: (\d+)", pcm)[-1])
    rate = int(re.findall(r"(\d+) Hz", pcm)[0])
    assert frames / rate == pytest.approx(published.seconds, abs=0.05)


def test_chapters_start_where_their_headings_are_spoken(
        published: Published, silences: dict[Path, list[float]]) -> None:
    """In the M4B and in the one MP3, within 20 ms of what ffmpeg hears; the whole book's captions say the same."""
    said = {text: start for start, _, text in cues(published.one(".vtt")) if text in CHAPTERS}
    assert tuple(title for _, title in published.chapters) == CHAPTERS
    found = run(tool("ffprobe"), "-v", "error", "-show_chapters", "-of", "json", published.one(".mp3"))
    single = [float(each["start_time"]) for each in json.loads(found.stdout)["chapters"]]
    for (start, title), other in list(zip(published.chapters, single, strict=True))[1:]:
        assert nearest(silences[published.one(".m4b")], start) < 0.02, title
        assert nearest(silences[published.one(".mp3")], other) < 0.02, title
        assert said[title] == pytest.approx(start, abs=0.001)
        assert said[title] == pytest.approx(other, abs=0.02)


@pytest.mark.parametrize("kind", ["mp3", "opus", "flac", "sound"])
def test_a_chapters_own_captions_are_at_the_time_of_its_own_file(
        published: Published, silences: dict[Path, list[float]], kind: str) -> None:
    texts = published.folder("captions", ".vtt")
    sounds = published.folder(kind)  # "sound" is the page's
    assert len(texts) == len(sounds) == len(CHAPTERS)
    for text, sound in zip(texts, sounds, strict=True):
        opening = [start for start, _, words in cues(text) if words[0] in "“T"][:6]
        assert all(nearest(silences[sound], start) < 0.03 for start in opening), (sound, opening)


def test_exiftool_lists_the_same_chapters_at_the_same_times_twice(published: Published) -> None:
    """The QuickTime text track's samples and Nero's list, to a tenth of a microsecond, and the covers' kinds."""
    told = run(tool("exiftool"), "-ee", "-n", "-a", "-s", "-charset", "utf8", published.one(".m4b")).stdout
    starts = [float(found) for found in re.findall(r"^SampleTime +: ([\d.]+)", told, re.MULTILINE)]
    titles = re.findall(r"^Text +: (.*)", told, re.MULTILINE)
    listed = re.findall(r"^ChapterList +: (.*)", told, re.MULTILINE)[0].split(", ")
    nero = [(float(entry.split(" ", 1)[0]), entry.split(" ", 1)[1]) for entry in listed]
    assert titles == [title for _, title in nero] == list(CHAPTERS)
    assert starts == pytest.approx([start for start, _ in nero], abs=2e-7)
    assert starts == pytest.approx([start for start, _ in published.chapters], abs=1e-5)
    for path in (published.one(".mp3"), *published.folder("mp3"), *published.folder("podcast", ".mp3")):
        assert "Front Cover" in run(tool("exiftool"), "-s3", "-PictureType", path).stdout, path


BOXES = """
const box = require("mp4box"), fs = require("fs"), quiet = require("mp4box").Log;
if (quiet && quiet.setLogLevel) quiet.setLogLevel(quiet.LOG_LEVEL_ERROR || 4);
const data = fs.readFileSync(process.argv[1]), file = box.createFile();
let info = null;
file.onReady = found => { info = found; };
const part = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
part.fileStart = 0;
file.appendBuffer(part);
file.flush();
console.log("FOUND " + JSON.stringify({
  brands: info.brands, progressive: info.isProgressive, seconds: info.duration / info.timescale,
  order: file.boxes.map(one => one.type),
  tracks: file.moov.traks.map((one, n) => ({
    kind: one.mdia.hdlr.handler, enabled: Boolean(one.tkhd.flags & 1), language: one.mdia.mdhd.languageString,
    here: one.mdia.minf.dinf.dref.entries.every(entry => Boolean(entry.flags & 1)),
    samples: info.tracks[n].nb_samples, names: (info.tracks[n].references || []).map(each => each.type),
  })),
}));
"""


def boxes(path: Path) -> Any:
    done = node("mp4box", BOXES, path)
    assert done.returncode == 0, done.stderr
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith("FOUND "))[6:])


def test_mp4box_sees_an_audiobook_that_can_be_streamed(published: Published) -> None:
    """A language that is none, or sound data named elsewhere, and Apple's players hide the chapters."""
    found = boxes(published.one(".m4b"))
    assert found["brands"][0] == "M4B "
    assert found["progressive"] is True
    assert found["order"].index("moov") < found["order"].index("mdat")
    assert found["seconds"] == pytest.approx(published.seconds, abs=0.05)
    sound, text = found["tracks"]
    assert (sound["kind"], sound["enabled"], sound["names"]) == ("soun", True, ["chap"])
    assert (text["kind"], text["enabled"], text["samples"]) == ("text", False, len(CHAPTERS))
    assert {sound["language"], text["language"]} <= {"eng", "und"}
    assert sound["here"] and text["here"]


def test_atomicparsley_and_mediainfo_agree(published: Published) -> None:
    tree = run(tool("AtomicParsley"), published.one(".m4b"), "-T", 1).stdout
    assert tree.index("Atom moov") < tree.index("Atom mdat")
    assert all(f"Atom {name}" in tree for name in ("chap", "chpl", "text", "stik", "covr"))
    tracks = json.loads(run(tool("mediainfo"), "--Output=JSON", published.one(".m4b")).stdout)["media"]["track"]
    assert (tracks[0]["ContentType"], tracks[0]["Cover"]) == ("Audiobook", "Yes")
    menus = [[(key, value) for key, value in track["extra"].items() if key.startswith("_")]
             for track in tracks if track["@type"] == "Menu"]
    assert [value for _, value in menus[0]] == list(CHAPTERS)
    assert menus[0] == menus[1]


def listed_by_mpv(path: Path, places: Iterable[int]) -> tuple[int, list[tuple[float, str]]]:
    """How many chapters mpv counts, and the times and titles of those at `places`."""
    rows = "|".join(f"${{=chapter-list/{n}/time}}:${{chapter-list/{n}/title}}" for n in places)
    done = run(tool("mpv"), "--no-config", "--no-video", "--ao=null", "--untimed", "--length=0.2",
               f"--term-playing-msg=CHAPTERS ${{chapters}}|{rows}", path)
    line = next(line for line in done.stdout.splitlines() if "CHAPTERS" in line)
    count, *found = line.split("CHAPTERS ")[1].split("|")
    pairs = [entry.split(":", 1) for entry in found]
    return int(count), [(float(time), title) for time, title in pairs]


@pytest.mark.parametrize(("suffix", "near"), [(".m4b", 0.001), (".mp3", 0.07)])
def test_mpv_lists_chapters_with_their_titles(published: Published, suffix: str, near: float) -> None:
    """In MP3, mpv 0.35 does not know what a decoder drops at the start, and shows every chapter 50 ms early."""
    count, listed = listed_by_mpv(published.one(suffix), range(len(CHAPTERS)))
    assert (count, [title for _, title in listed]) == (len(CHAPTERS), list(CHAPTERS))
    assert [at for at, _ in listed] == pytest.approx([start for start, _ in published.chapters], abs=near)


VLC = """
import json, sys, time, vlc
instance = vlc.Instance("--aout=dummy", "--vout=dummy", "--intf=dummy", "--quiet", "--no-lua")
player = instance.media_player_new()
player.set_media(instance.media_new_path(sys.argv[1]))
player.play()
end = time.monotonic() + 20
while time.monotonic() < end and (player.get_chapter_count() < 1 or player.get_length() < 1):
    time.sleep(0.02)
found = player.get_full_chapter_descriptions(-1) if player.get_chapter_count() > 0 else []
chapters = [[one.time_offset, one.name.decode()] for one in found]
print("FOUND", json.dumps({"length": player.get_length(), "chapters": chapters}))
player.stop()
"""


def test_libvlc_lists_the_m4bs_chapters(published: Published) -> None:
    """Of an MP3's it shows none, which docs/editions.md says."""
    tool("cvlc")  # python-vlc is there without the library too
    module("vlc")
    done = run(sys.executable, "-c", VLC, published.one(".m4b"))
    assert "FOUND" in done.stdout, done.stderr
    found = json.loads(done.stdout.split("FOUND ")[1])
    assert [name for _, name in found["chapters"]] == list(CHAPTERS)
    assert [at / 1000 for at, _ in found["chapters"]] == pytest.approx([at for at, _ in published.chapters], abs=0.002)
    assert found["length"] / 1000 == pytest.approx(published.seconds, abs=0.05)


EYED3 = """
import json

def audioFile(file):
    tag = file.tag
    print("FOUND " + json.dumps({
        "chapters": [[one.element_id.decode(), one.times[0], one.times[1], one.title] for one in tag.chapters],
        "contents": [[one.toplevel, one.ordered, [child.decode() for child in one.child_ids]]
                     for one in tag.table_of_contents],
        "pictures": [one.picture_type for one in tag.images]}))
"""


def test_kid3_and_eyed3_read_chapters_contents_and_cover(published: Published, tmp_path: Path) -> None:
    single = published.one(".mp3")
    text = run(tool("kid3-cli"), "-c", "get all 2", single, env={"QT_QPA_PLATFORM": "offscreen"}).stdout
    assert len(re.findall(r"^ *\*? *Chapter ", text, re.MULTILINE)) == len(CHAPTERS)
    assert len(re.findall(r"Table of Contents", text)) == 1
    assert re.search(r"Picture: Cover \(front\)", text)
    (tmp_path / "listing.py").write_text(EYED3)
    done = run(tool("eyeD3"), "--no-config", "-Q", "-P", "pymod", "-m", tmp_path / "listing.py", single)
    assert "FOUND" in done.stdout, done.stdout + done.stderr
    found = json.loads(done.stdout.split("FOUND ")[1].splitlines()[0])
    assert found["pictures"] == [3]
    assert [each[3] for each in found["chapters"]] == list(CHAPTERS)
    starts = [each[1] / 1000 for each in found["chapters"]]
    assert starts == pytest.approx([start for start, _ in published.chapters], abs=0.02)
    assert [each[2] for each in found["chapters"]][:-1] == [each[1] for each in found["chapters"]][1:]
    assert found["contents"] == [[True, True, [each[0] for each in found["chapters"]]]]


def test_mp3val_finds_nothing_in_any_mp3(published: Published) -> None:
    files = [path for path in published.sounds if path.suffix == ".mp3"]
    assert len(files) == 1 + 2 * len(CHAPTERS)
    said = run(tool("mp3val"), *files).stdout
    assert said.count("CBR") == len(files)
    assert not re.search("WARNING|PROBLEM|ERROR", said), said


# ---------------------------------------------------------------- text


def test_epubcheck_finds_nothing_in_the_book(published: Published) -> None:
    done = run(tool("epubcheck"), published.one(".epub"), timeout=240)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_ace_finds_nothing_in_the_book(published: Published, tmp_path: Path) -> None:
    ace = run(tool("ace-puppeteer"), "-f", "-o", tmp_path, published.one(".epub"), timeout=240,
              env={"PUPPETEER_EXECUTABLE_PATH": tool("chromium")})
    assert ace.returncode == 0, ace.stderr
    assert json.loads((tmp_path / "report.json").read_text())["earl:result"]["earl:outcome"] == "pass"


WEBVTT = """
const {WebVTTParser} = require("webvtt-parser"), fs = require("fs");
console.log(JSON.stringify(process.argv.slice(1).map(file => {
  const found = new WebVTTParser().parse(fs.readFileSync(file, "utf-8"), "captions");
  return [found.errors, found.cues.length];
})));
"""


def test_the_w3c_parser_takes_every_transcript(published: Published) -> None:
    files = [path for path in published.wrote if path.suffix == ".vtt"]
    assert len(files) == 1 + 2 * len(CHAPTERS)
    done = node("webvtt-parser", WEBVTT, *files)
    assert done.returncode == 0, done.stderr
    for path, (errors, count) in zip(files, json.loads(done.stdout), strict=True):
        assert not errors, path
        assert count > 10, path


# ---------------------------------------------------------------- over the wire


def test_everything_that_the_feed_names_is_there(published: Published) -> None:
    """Every address answers, with the type and the length that the feed tells."""
    read = module("feedparser").parse(f"{published.address}/podcast/feed.xml")
    assert (read.bozo, read.status, len(read.entries)) == (0, 200, len(CHAPTERS))
    told = [(one.href, one.type, int(one.length)) for entry in read.entries for one in entry.enclosures]
    told += [(entry.podcast_transcript["url"], "text/vtt", 0) for entry in read.entries]
    told += [(entry.podcast_chapters["url"], "application/json+chapters", 0) for entry in read.entries]
    told.append((read.feed.image.href, "image/jpeg", 0))
    for address, kind, length in told:
        assert address.startswith(published.address), address
        with urllib.request.urlopen(address) as answer:
            data = answer.read()
            assert answer.headers["Content-Type"] == kind
            assert not length or len(data) == length


def test_gpodder_listens_to_the_book(published: Published, tmp_path: Path) -> None:
    for command in (["subscribe", f"{published.address}/podcast/feed.xml"], ["update"], ["download"]):
        done = run(tool("gpo"), *command, env={"GPODDER_HOME": str(tmp_path), "no_proxy": "127.0.0.1"})
        assert done.returncode == 0, done.stdout + done.stderr
    found = sorted(path.read_bytes() for path in tmp_path.rglob("*.mp3"))
    assert found == sorted(path.read_bytes() for path in published.folder("podcast", ".mp3"))


PARTYTIME = """
const party = require("podcast-partytime"), fs = require("fs");
const feed = party.parseFeed(fs.readFileSync(process.argv[1], "utf8"));
console.log(JSON.stringify([feed.medium, feed.items.map(item => [item.title,
  (item.podcastPeople || []).map(person => person.name)])]));
"""


def test_partytime_meets_the_voices_of_each_episode(published: Published) -> None:
    done = node("podcast-partytime", PARTYTIME, published.folder("podcast", "feed.xml")[0])
    assert done.returncode == 0, done.stderr
    medium, items = json.loads(done.stdout)
    people = dict(items)
    assert medium == "audiobook"
    assert all({"Ann Author", "Ned Narrator"} <= set(names) for names in people.values())
    assert sorted(len(names) for names in people.values()) >= [3, 3, 3]


LISTEN = """async ([address, at]) => {
  const sound = new Audio();
  const wait = name => new Promise((done, fail) => {
    sound.addEventListener(name, done, {once: true});
    sound.addEventListener("error", () => fail(new Error(sound.error && sound.error.message)), {once: true});
  });
  sound.src = address;
  await wait("loadedmetadata");
  const seconds = sound.duration;
  sound.currentTime = at;
  await wait("seeked");
  const from = sound.currentTime;
  await sound.play();
  await new Promise((done, fail) => {
    const end = Date.now() + 20000;
    const look = () => sound.currentTime > from + 0.3 ? done() : Date.now() > end ? fail(new Error("stands still"))
      : setTimeout(look, 20);
    look();
  });
  sound.pause();
  return {seconds, from};
}"""
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--mute-audio",
         "--autoplay-policy=no-user-gesture-required")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = module("playwright.sync_api")
    program = tool("chromium")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=program, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.mark.parametrize("suffix", [".m4b", ".mp3"])
def test_chromium_plays_from_the_third_chapter(published: Published, browser: Any, suffix: str) -> None:
    """Over HTTP, by byte range, at the time that its chapter list says."""
    start = published.chapters[2][0]
    del published.asked[:]
    page = browser.new_page()
    try:
        page.goto(f"{published.address}/podcast/artwork.jpg")
        name = urllib.parse.quote(published.one(suffix).name)
        heard = page.evaluate(LISTEN, [f"{published.address}/{name}", start])
    finally:
        page.close()
    assert heard["seconds"] == pytest.approx(published.seconds, abs=0.15)
    assert heard["from"] == pytest.approx(start, abs=0.01)
    assert all(wanted for path, wanted in published.asked if path.endswith(suffix)), published.asked


# ---------------------------------------------------------------- what nobody would call a book

HARD_FOLDER = "Bücher & „Hörspiele“ 'x' # 1"
HARD_TITLE = "👩‍🚀 مرحبا & <b> " + "Long " * 37 + "x"
ODD_HEADINGS = ("Nothing but a heading", "👩🚀 مرحبا <i>x</i> & " + "ü" * 200, "A\x07B\x1b[31m c \u202eD", "")


@dataclass
class Hard:
    made: Published
    titles: list[str]


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Hard:
    """Hostile titles, a chapter of nothing but its heading, a folder with an awkward name; every edition."""
    project = tmp_path_factory.mktemp("hard") / HARD_FOLDER
    voices = json.dumps({"title": HARD_TITLE, "author": "O'Neill & <Söhne>", "engine": "tone", "narrator": "alto",
                         "sound": {"lead-in": 100, "tail": 100},
                         "podcast": {"base-url": "https://example.org/x/"}}, ensure_ascii=False)
    chapters = [(heading, "" if n == 0 else "One line. “Two,” said Tom.\n") for n, heading in enumerate(ODD_HEADINGS)]
    write_project(project, voices, chapters)
    made = make(project)
    return Hard(made, [title for _, title in made.chapters])


def test_a_hard_book_decodes_and_every_edition_lies_apart(hard: Hard) -> None:
    for path in hard.made.sounds:
        decodes(path)
    homes = {path.parent.name for path in hard.made.wrote if path.parent.name not in ("output", "sound", "podcast")}
    assert {name.rsplit("(", 1)[1] for name in homes} == {"mp3)", "opus)", "flac)", "captions)", "page)"}
    assert len({str(path).casefold() for path in hard.made.wrote}) == len(hard.made.wrote)


def test_others_read_the_hard_books_titles_as_one_line_each(hard: Hard) -> None:
    book = hard.made.one(".m4b")
    assert len(hard.titles) == len(ODD_HEADINGS) == boxes(book)["tracks"][1]["samples"]
    assert not any(re.search(r"[\x00-\x1f\x7f\u202a-\u202e]", title) for title in hard.titles)
    assert "مرحبا" in hard.titles[1] and hard.titles[1].endswith("ü" * 200)
    told = run(tool("exiftool"), "-ee", "-a", "-s", "-charset", "utf8", book).stdout
    assert re.findall(r"^Text +: (.*)", told, re.MULTILINE) == hard.titles
    assert "Warning" not in told
    text = run(tool("kid3-cli"), "-c", "get all 2", hard.made.one(".mp3"), env={"QT_QPA_PLATFORM": "offscreen"}).stdout
    assert HARD_TITLE in text
    assert not re.search("WARNING|PROBLEM|ERROR", run(tool("mp3val"), hard.made.one(".mp3")).stdout)


def test_the_hard_books_texts_are_valid(hard: Hard) -> None:
    done = run(tool("epubcheck-ts"), hard.made.one(".epub"))
    assert done.returncode == 0, done.stdout + done.stderr
    files = [path for path in hard.made.wrote if path.suffix == ".vtt"]
    assert [errors for errors, _ in json.loads(node("webvtt-parser", WEBVTT, *files).stdout)] == [[]] * len(files)
    feed = hard.made.folder("podcast", "feed.xml")[0]
    read = module("feedparser").parse(feed.read_bytes())
    assert (read.bozo, len(read.entries)) == (0, len(hard.titles))
    assert json.loads(node("podcast-partytime", PARTYTIME, feed).stdout)[0] == "audiobook"


MANY = 300


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A book of 300 chapters, by the command."""
    project = tmp_path_factory.mktemp("many") / "book"
    write_project(project, "title: Many\nengine: tone\nsound: {lead-in: 150, tail: 150, rate: 16000}\n",
                  [(f"Day {n}", "") for n in range(1, MANY + 1)])
    return make(project, "m4b", "mp3-single", "captions")


def test_three_hundred_chapters_are_all_there_for_others(many: Published) -> None:
    wanted = [f"Day {n}" for n in range(1, MANY + 1)]
    assert [title for _, title in many.chapters] == wanted
    told = run(tool("exiftool"), "-ee", "-n", "-a", "-s", many.one(".m4b")).stdout
    assert re.findall(r"^Text +: (.*)", told, re.MULTILINE) == wanted
    starts = [float(found) for found in re.findall(r"^SampleTime +: ([\d.]+)", told, re.MULTILINE)]
    nero = re.findall(r"^ChapterList +: (.*)", told, re.MULTILINE)[0].split(", ")
    assert len(nero) == 255
    assert [float(entry.split(" ", 1)[0]) for entry in nero] == pytest.approx(starts[:255], abs=2e-7)
    text = run(tool("kid3-cli"), "-c", "get all 2", many.one(".mp3"), env={"QT_QPA_PLATFORM": "offscreen"}).stdout
    assert len(re.findall(r"^ *\*? *Chapter ", text, re.MULTILINE)) == MANY
    for suffix in (".m4b", ".mp3"):
        count, ((start, title),) = listed_by_mpv(many.one(suffix), [MANY - 1])
        assert (count, title) == (MANY, wanted[-1])
        assert start == pytest.approx(many.chapters[-1][0], abs=0.1)  # mpv and MP3's delay: see above


def test_nothing_drifts_over_three_hundred_chapters(many: Published) -> None:
    """Captions of the whole book are those of the M4B and of the one MP3, to its last chapter."""
    ends = {suffix: silence_ends(many.one(suffix)) for suffix in (".m4b", ".mp3")}
    last = [start for start, _, text in cues(many.one(".vtt")) if text.startswith("Day ")][-3:]
    for start, (chapter, _) in zip(last, many.chapters[-3:], strict=True):
        assert start == pytest.approx(chapter, abs=0.001)
        assert nearest(ends[".m4b"], start) < 0.02
        assert nearest(ends[".mp3"], start) < 0.03


def test_a_book_in_one_scene_is_a_book(tmp_path: Path) -> None:
    project = tmp_path / "one"
    project.mkdir()
    (project / "voices.yaml").write_text("title: One\nengine: tone\n")
    (project / "manuscript").mkdir()
    (project / "manuscript" / "all.txt").write_text("It rained. “Stay,” said Ann.\n\nTom stayed.\n")
    made = make(project, "m4b", "mp3", "readalong")
    for path in made.sounds:
        decodes(path)
    assert len(made.chapters) == len(made.folder("mp3")) == 1
    assert boxes(made.one(".m4b"))["tracks"][1]["samples"] == 1
    done = run(tool("epubcheck-ts"), made.one(".epub"))
    assert done.returncode == 0, done.stdout
