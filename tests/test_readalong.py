"""The read-along EPUB: all of the text, each phrase lit up when it is said, and nothing that a checker finds."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outside import run, tool
from reading import NASTY, RATE, SAMPLE, Said, heading, reading
from sounding import Played, decoded

from audiobook.cover import draw
from audiobook.editions.readalong import OPTIONS, write
from audiobook.errors import EditionError
from audiobook.markup import plain
from audiobook.model import Details
from audiobook.press.phrases import phrased, spans_ms
from audiobook.press.tags import clean

NS = {"x": "http://www.w3.org/1999/xhtml", "s": "http://www.w3.org/ns/SMIL", "o": "http://www.idpf.org/2007/opf",
      "dc": "http://purl.org/dc/elements/1.1/"}
TYPE = "{http://www.idpf.org/2007/ops}type"


def made(folder: Path, played: Played) -> zipfile.ZipFile:
    (path,) = write(played.book, played.timeline, played.sound, folder, played.kit)
    return zipfile.ZipFile(path)


def tree(book: zipfile.ZipFile, name: str) -> ET.Element:
    return ET.fromstring(book.read(name))


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def nasty(**how: Any) -> Played:
    """Every title that has ever broken anything, and chapters with no heading, no text, and nothing heard."""
    chapters = [(title, [heading(title or "Nothing"),
                         Said(f"{title} word " * 9, title or "x", "dialogue", "paragraph")])
                for title in NASTY]
    bare = [("No heading", [Said("Only text. ", opens="chapter")]),
            ("Not heard", [heading("Not heard"), Said("Silence.", opens="paragraph", heard=False)]),
            ("Wholly silent", [Said("Nobody said this.", opens="chapter", heard=False)]),
            ("A door", [Said("<!-- sound: door.wav -->", kind="sound", opens="chapter")])]
    return reading([*SAMPLE, *chapters, *bare], **how)


# ---------------------------------------------------------------- the text


def test_every_line_is_in_the_text_once_and_in_order(tmp_path: Path) -> None:
    played = nasty()
    book = made(tmp_path, played)
    headed = {line.place.chapter for line in played.kit.script.lines if line.kind == "heading"}
    shown = told = ""
    for chapter in sorted(headed):  # where the text has none, the title stands as heading
        body = tree(book, f"EPUB/text/{chapter:04d}.xhtml").find("x:body", NS)
        shown += "".join(body.itertext()) if body is not None else ""
        told += "".join(clean(plain(line.text)) for line in played.kit.script.lines
                        if line.kind != "sound" and line.place.chapter == chapter)
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", told)
    assert len(headed) == len(SAMPLE) + len(NASTY) + 1


def test_a_line_that_nobody_could_record_is_still_read(tmp_path: Path) -> None:
    book = made(tmp_path, nasty())
    assert "Nobody said this." in book.read("EPUB/text/0016.xhtml").decode()
    assert "EPUB/overlay/0016.smil" not in book.namelist()
    assert "EPUB/sound/0016.m4a" not in book.namelist()


def test_words_of_one_paragraph_stay_as_far_apart_as_they_were(tmp_path: Path) -> None:
    lines = [heading("A"), Said("\u201cNo\u201d", "Ann", "dialogue", "paragraph"), Said("\u2014she stopped\u2014"),
             Said("\u201cnever.\u201d\n", "Ann", "dialogue"), Said("Really.")]
    book = made(tmp_path, reading([("A", lines)]))
    paragraph = tree(book, "EPUB/text/0001.xhtml").find(".//x:p", NS)
    assert paragraph is not None
    assert "".join(paragraph.itertext()) == "\u201cNo\u201d\u2014she stopped\u2014\u201cnever.\u201d Really."


def test_speakers_are_marked(tmp_path: Path) -> None:
    page = tree(made(tmp_path, reading()), "EPUB/text/0001.xhtml")
    said = {span.get("data-speaker"): span for span in page.iter(f"{{{NS['x']}}}span") if span.get("data-speaker")}
    assert set(said) == {"Ann Bell", "Tom <Post>"}
    assert said["Ann Bell"].get("class") == "dialogue speaker-1 hue-1"
    assert said["Tom <Post>"].get("title") == "Tom <Post>"
    assert said["Tom <Post>"].text == "\u201cNot a word,\u201d"


def test_scenes_are_sections_with_a_break_between_them(tmp_path: Path) -> None:
    page = tree(made(tmp_path, reading()), "EPUB/text/0001.xhtml")
    names = [(each.tag.split("}")[1], each.get("id")) for each in page.find("x:body/x:section", NS) or ()]
    assert names == [("h1", "heading"), ("section", "scene1"), ("hr", None), ("section", "scene2")]


# ---------------------------------------------------------------- the times


@pytest.mark.parametrize("form", ["m4a", "mp3"])
def test_phrases_are_heard_when_they_are_lit(tmp_path: Path, form: str) -> None:
    played = reading(format=form)
    book = made(tmp_path, played)
    cues = {cue.line.place: cue for cue in played.timeline.cues}
    total = 0.0
    for mark, chapter in zip(played.timeline.chapters, phrased(played.kit.script, played.timeline), strict=True):
        smil = tree(book, f"EPUB/overlay/{mark.number:04d}.smil")
        page = tree(book, f"EPUB/text/{mark.number:04d}.xhtml")
        ids = [each.get("id") for each in page.iter() if each.get("id")]
        at, order = 0.0, -1
        pars = list(smil.iter(f"{{{NS['s']}}}par"))
        heard = [phrase for phrase in chapter.phrases if phrase.start is not None]
        for number, (par, phrase) in enumerate(zip(pars, heard, strict=True)):
            audio, text = par.find("s:audio", NS), par.find("s:text", NS)
            assert audio is not None
            assert text is not None
            begin, end = seconds(audio.attrib["clipBegin"]), seconds(audio.attrib["clipEnd"])
            assert begin == pytest.approx(at, abs=1e-9), "there is no gap"
            assert end > begin
            if number:
                start = (cues[phrase.line.place].start - mark.start) / RATE
                assert begin == pytest.approx(start, abs=0.001)
            fragment = text.attrib["src"].split("#")[1]
            assert ids.index(fragment) > order, "in reading order"
            at, order = end, ids.index(fragment)
        (tmp_path / f"sound.{form}").write_bytes(book.read(f"EPUB/sound/{mark.number:04d}.{form}"))
        samples, rate = decoded(tmp_path / f"sound.{form}")
        assert len(samples) / rate == pytest.approx((mark.end - mark.start) / RATE, abs=0.05)
        assert at == pytest.approx((mark.end - mark.start) / RATE, abs=0.001)
        total += at
    package = tree(book, "EPUB/package.opf")
    durations = [(each.get("refines"), seconds(each.text or "")) for each in package.iter(f"{{{NS['o']}}}meta")
                 if each.get("property") == "media:duration"]
    assert sum(length for refined, length in durations if refined) == pytest.approx(total, abs=0.001)
    assert [length for refined, length in durations if not refined] == [pytest.approx(total, abs=0.001)]


@given(st.lists(st.tuples(st.sampled_from(["chapter", "scene", "paragraph", "line"]), st.booleans()), min_size=1,
                max_size=12), st.floats(0, 0.001))
def test_spans_never_overlap_and_leave_no_gap(lines: list[tuple[Any, bool]], second: float) -> None:
    said = [Said(f"Word {n}.", opens=opens, heard=heard or n == 0) for n, (opens, heard) in enumerate(lines)]
    played = reading([("A", said)], second=second)
    (chapter,) = phrased(played.kit.script, played.timeline)
    spans = spans_ms(chapter, RATE)
    assert len(spans) == sum(one.heard for one in said)
    at = 0
    for _, begin, end in spans:
        assert begin == at < end
        at = end
    assert abs(at - played.timeline.frames * 1000 / RATE) < 1


# ---------------------------------------------------------------- the package


def test_the_first_entry_is_the_media_type_and_nothing_is_left_behind(tmp_path: Path) -> None:
    book = made(tmp_path, reading())
    first = book.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert book.read("mimetype") == b"application/epub+zip"
    assert [path.name for path in tmp_path.iterdir()] == ["The Late Post.epub"]


def test_the_same_book_makes_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made(tmp_path / name, reading())
    assert (tmp_path / "a/The Late Post.epub").read_bytes() == (tmp_path / "b/The Late Post.epub").read_bytes()


def test_what_is_known_of_the_book_is_told(tmp_path: Path) -> None:
    package = made(tmp_path, reading()).read("EPUB/package.opf").decode()
    for told in ("<dc:title id=\"title\">The Late Post</dc:title>", "<dc:language>en-GB</dc:language>",
                 "<dc:creator id=\"author\">Ann Author</dc:creator>", "<dc:publisher>Small Press</dc:publisher>",
                 "<meta property=\"belongs-to-collection\" id=\"series\">Posts</meta>",
                 "<meta property=\"group-position\" refines=\"#series\">2</meta>",
                 "<meta property=\"media:narrator\">Ned Narrator</meta>",
                 "<meta property=\"schema:accessibilityFeature\">synchronizedAudioText</meta>"):
        assert told in package


def test_a_synthetic_narrator_is_told_where_nobody_is_named(tmp_path: Path) -> None:
    package = made(tmp_path, reading(details=Details(title="T"))).read("EPUB/package.opf").decode()
    assert "<meta property=\"media:narrator\">narrator (synthetic voice)</meta>" in package


def test_a_book_that_is_read_from_the_right_turns_its_pages_so(tmp_path: Path) -> None:
    book = made(tmp_path, reading(details=Details(title="ألف ليلة", language="ar")))
    assert 'page-progression-direction="rtl"' in book.read("EPUB/package.opf").decode()
    assert 'dir="rtl"' in book.read("EPUB/text/0001.xhtml").decode()


def test_three_hundred_chapters_are_all_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda file: None)  # three hundred times is most of the time
    chapters = [(f"Chapter {n}", [heading(f"Chapter {n}")]) for n in range(1, 301)]
    book = made(tmp_path, reading(chapters, second=0.001))
    links = [each.get("href") for each in tree(book, "EPUB/nav.xhtml").iter(f"{{{NS['x']}}}a")]
    assert links[:300] == [f"text/{n:04d}.xhtml" for n in range(1, 301)]
    assert sum(name.endswith(".m4a") for name in book.namelist()) == 300


def test_a_format_that_no_reader_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match="no format 'wma'"):
        made(tmp_path, reading(format="wma"))
    assert not list(tmp_path.iterdir())
    assert {option.name for option in OPTIONS} == {"format", "bitrate"}


# ---------------------------------------------------------------- what others say


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with everything in it that is hard."""
    folder = tmp_path_factory.mktemp("hard")
    played = nasty(cover=draw("The Late Post", "Ann Author"))
    return write(played.book, played.timeline, played.sound, folder, played.kit)[0]


@pytest.mark.outside
def test_epubcheck_finds_nothing(hard: Path) -> None:
    done = run(tool("epubcheck"), hard)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ERROR" not in done.stdout
    assert "WARNING" not in done.stdout


@pytest.mark.outside
def test_epubcheck_would_find_something(hard: Path, tmp_path: Path) -> None:
    """That the checker that says nothing can speak."""
    broken = tmp_path / "broken.epub"
    with zipfile.ZipFile(hard) as good, zipfile.ZipFile(broken, "w") as bad:
        for info in good.infolist():
            data = good.read(info)
            if info.filename.endswith("0001.smil"):
                data = data.replace(b"#c1s1l2", b"#nowhere")
            bad.writestr(info, data)
    done = run(tool("epubcheck-ts"), broken)
    assert done.returncode != 0


@pytest.mark.outside
@pytest.mark.parametrize("form", ["m4a", "mp3"])
def test_epubcheck_ts_finds_nothing(form: str, tmp_path: Path) -> None:
    played = nasty(format=form, details=Details(title="\x07 <T> & \u202e", author="", language="no language"))
    (path,) = write(played.book, played.timeline, played.sound, tmp_path, played.kit)
    done = run(tool("epubcheck-ts"), path)
    assert done.returncode == 0, done.stdout
    assert re.search(r"Warnings: +0", done.stdout), done.stdout


@pytest.mark.outside
def test_ace_finds_nothing(hard: Path, tmp_path: Path) -> None:
    done = run(tool("ace-puppeteer"), "-f", "-o", tmp_path, hard,
               env={"PUPPETEER_EXECUTABLE_PATH": tool("chromium")})
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["earl:result"]["earl:outcome"] == "pass", json.dumps(report["assertions"])
