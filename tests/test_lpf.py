"""The W3C Audiobooks package: a manifest that says what is there, and everything that it says."""

from __future__ import annotations

import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from outside import run, tool
from reading import DETAILS, NASTY, RATE, Said, heading, reading
from sounding import Played, decoded

from audiobook.cover import draw
from audiobook.editions.lpf import write
from audiobook.errors import EditionError
from audiobook.model import Details

COVER = draw("The Late Post", "Ann Author")
DURATION = re.compile(r"PT(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?")


def made(folder: Path, played: Played) -> tuple[zipfile.ZipFile, dict[str, Any]]:
    (path,) = write(played.book, played.timeline, played.sound, folder, played.kit)
    archive = zipfile.ZipFile(path)
    return archive, json.loads(archive.read("publication.json"))


def seconds(duration: str) -> float:
    match = DURATION.fullmatch(duration)
    assert match, duration
    return int(match["h"] or 0) * 3600 + int(match["m"] or 0) * 60 + float(match["s"] or 0)


class Links(HTMLParser):
    """The addresses in the element whose role is doc-toc."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = 0
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        if told.get("role") == "doc-toc":
            self.inside += 1
        if tag == "a" and self.inside:
            self.found.append(told.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "nav":
            self.inside -= 1


def test_the_manifest_says_what_the_standard_asks_for(tmp_path: Path) -> None:
    _, told = made(tmp_path, reading(cover=COVER))
    assert told["@context"][:2] == ["https://schema.org", "https://www.w3.org/ns/pub-context"]
    assert told["conformsTo"] == "https://www.w3.org/TR/audiobooks/"
    assert told["type"] == "Audiobook"
    for name in ("abridged", "accessMode", "accessibilityFeature", "accessibilityHazard", "accessibilitySummary",
                 "author", "datePublished", "duration", "id", "inLanguage", "name", "readBy", "readingProgression",
                 "resources"):
        assert name in told
    assert (told["name"], told["author"], told["readBy"]) == ("The Late Post", "Ann Author", "Ned Narrator")
    assert told["isPartOf"] == {"type": "BookSeries", "name": "Posts", "position": "2"}
    assert [each["name"] for each in told["readingOrder"]] == ["The Letter", "An Answer", "Postscript"]


def test_everything_in_the_package_is_listed_and_everything_listed_is_in_it(tmp_path: Path) -> None:
    archive, told = made(tmp_path, reading(cover=COVER))
    listed = [each["url"] for each in [*told["readingOrder"], *told["resources"]]]
    assert sorted([*listed, "publication.json"]) == sorted(archive.namelist())
    assert len(set(listed)) == len(listed)
    kinds = {each["url"]: each["encodingFormat"] for each in [*told["readingOrder"], *told["resources"]]}
    assert kinds["cover.jpg"] == "image/jpeg"
    assert {each["url"]: each["rel"] for each in told["resources"]} == {"index.html": "contents", "cover.jpg": "cover"}
    assert archive.testzip() is None
    assert [path.name for path in tmp_path.iterdir()] == ["The Late Post.lpf"]


def test_what_is_compressed_already_is_stored(tmp_path: Path) -> None:
    archive, _ = made(tmp_path, reading(cover=COVER))
    for info in archive.infolist():
        packed = info.compress_type == zipfile.ZIP_DEFLATED
        assert packed == info.filename.endswith((".json", ".html")), info.filename


def test_durations_are_those_of_the_sound(tmp_path: Path) -> None:
    played = reading(second=0.02)
    archive, told = made(tmp_path, played)
    total = 0.0
    for each, mark in zip(told["readingOrder"], played.timeline.chapters, strict=True):
        (tmp_path / "a.mp3").write_bytes(archive.read(each["url"]))
        samples, rate = decoded(tmp_path / "a.mp3")
        assert seconds(each["duration"]) == pytest.approx(len(samples) / rate, abs=0.05)
        assert seconds(each["duration"]) == pytest.approx((mark.end - mark.start) / RATE, abs=0.001)
        total += seconds(each["duration"])
    assert seconds(told["duration"]) == pytest.approx(total, abs=0.001)


def test_the_contents_page_leads_to_every_chapter(tmp_path: Path) -> None:
    archive, told = made(tmp_path, reading(cover=COVER))
    page = archive.read("index.html").decode()
    assert page.startswith("<!DOCTYPE html>")
    assert 'rel="publication" href="publication.json"' in page
    links = Links()
    links.feed(page)
    assert links.found == [each["url"] for each in told["readingOrder"]]


def test_nothing_in_a_title_breaks_the_package(tmp_path: Path) -> None:
    chapters = [(title, [heading(title or "x"), Said("Words.", opens="paragraph")]) for title in NASTY]
    details = Details(title="\x00<b>\u202e & \ud800", author="\x07", series="\x1b", language="no language", year=99999)
    archive, told = made(tmp_path, reading(chapters, details))
    assert len(told["readingOrder"]) == len(NASTY)
    assert len({each["name"] for each in told["readingOrder"]}) == len(NASTY)
    assert all(re.fullmatch(r"audio/\d{4}\.mp3", each["url"]) for each in told["readingOrder"])
    assert told["inLanguage"] == ["und"]
    assert "author" not in told
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", archive.read("index.html").decode())


def test_a_book_that_is_read_from_the_right_says_so(tmp_path: Path) -> None:
    _, told = made(tmp_path, reading(details=Details(title="ألف ليلة", language="ar")))
    assert told["readingProgression"] == told["@context"][2]["direction"] == "rtl"


def test_the_same_book_makes_the_same_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made(tmp_path / name, reading(cover=COVER))
    assert (tmp_path / "a/The Late Post.lpf").read_bytes() == (tmp_path / "b/The Late Post.lpf").read_bytes()


def test_a_bitrate_that_mp3_has_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match="bitrate"):
        made(tmp_path, reading(details=DETAILS, bitrate=63))
    assert not list(tmp_path.iterdir())


@pytest.mark.outside
def test_the_contents_page_is_well_formed_for_others(tmp_path: Path) -> None:
    archive, _ = made(tmp_path, reading(cover=COVER))
    (tmp_path / "index.html").write_bytes(archive.read("index.html"))
    done = run(tool("xmllint"), "--noout", tmp_path / "index.html")
    assert (done.returncode, done.stderr) == (0, "")
