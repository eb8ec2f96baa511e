"""The podcast: episodes with intro, outro and music, and a feed that apps keep their place in."""

from __future__ import annotations

import functools
import html
import http.server
import io
import json
import re
import threading
import wave
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from outside import module, node, run, tool
from PIL import Image
from reading import DETAILS, NASTY, RATE, SAMPLE, Said, heading, reading
from sounding import Played, decoded, hum

from audiobook.cover import draw
from audiobook.editions import podcast
from audiobook.editions._podcast_words import LANGUAGES, filled
from audiobook.errors import EditionError
from audiobook.model import Details
from audiobook.press import music
from audiobook.press.rss import base_address, podcast_guid

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
DEFAULTS = {option.name: option.default for option in podcast.OPTIONS}
COVER = draw("The Late Post", "Ann Author")
BASE = "https://example.org/books/late post"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are many here, and nobody pulls the plug: waiting for the disk would be most of the time."""
    monkeypatch.setattr("os.fsync", lambda file: None)


def cast(chapters: Any = SAMPLE, details: Details = DETAILS, root: Path = Path(), second: float = 0.004,
         **options: Any) -> Played:
    """A book whose extras were recorded."""
    chosen = {**DEFAULTS, **{name.replace("_", "-"): value for name, value in options.items()}}
    plain = reading(chapters, details, **chosen)
    asked = podcast.extras(plain.book, plain.kit.script, chosen)
    played = reading(chapters, details, cover=COVER, second=second, root=root,
                     extras={extra.name: 0.2 + 0.01 * len(extra.text) for extra in asked})
    return replace(played, kit=replace(played.kit, options=chosen))


def made(folder: Path, played: Played) -> ET.Element:
    podcast.write(played.book, played.timeline, played.sound, folder, played.kit)
    return ET.fromstring((folder / "podcast/feed.xml").read_bytes())


def items(feed: ET.Element) -> list[ET.Element]:
    return list(feed.iter("item"))


def texts(feed: ET.Element, tag: str) -> list[str]:
    return [item.findtext(tag) or "" for item in items(feed)]


def level(samples: np.ndarray[Any, Any]) -> float:
    return 20 * float(np.log10(np.sqrt(np.mean(samples.astype(float) ** 2)) / 32768 + 1e-9))


# ---------------------------------------------------------------- what is said


def test_every_chapter_has_an_intro_and_an_outro() -> None:
    played = reading()
    asked = {extra.name: extra.text for extra in podcast.extras(played.book, played.kit.script, DEFAULTS)}
    assert list(asked) == ["intro 1", "outro 1", "intro 2", "outro 2", "intro 3", "outro 3"]
    assert asked["intro 2"] == "You are listening to The Late Post, by Ann Author. Part 2 of 3."
    assert asked["outro 3"].startswith("That was the last part of The Late Post, by Ann Author.")


def test_templates_are_filled_in() -> None:
    played = reading()
    options = {**DEFAULTS, "intro": "This is {title}, {chapter}, read by {narrator}.", "outro": ""}
    asked = podcast.extras(played.book, played.kit.script, options)
    assert [extra.name for extra in asked] == ["intro 1", "intro 2", "intro 3"]
    assert asked[1].text == ("This is The Late Post, An Answer, read by Ned Narrator. "
                             "The voices in this recording are synthetic.")


def test_that_the_voices_are_synthetic_is_said_and_written(tmp_path: Path) -> None:
    told = "The voices in this recording are synthetic."
    played = cast()
    for name in ("outro 1", "outro 2", "outro 3"):
        assert next(extra.text for extra in podcast.extras(played.book, played.kit.script, DEFAULTS)
                    if extra.name == name).endswith(told)
    feed = made(tmp_path, played)
    assert all(text.endswith(told) for text in [feed.findtext("channel/description") or "",
                                                *texts(feed, "description")])


def test_an_unknown_word_in_a_template_is_named() -> None:
    played = reading()
    with pytest.raises(EditionError, match=re.escape("{titel} is not known")):
        podcast.extras(played.book, played.kit.script, {**DEFAULTS, "intro": "You hear {titel}"})


def test_braces_reach_nothing_but_words() -> None:
    for evil in ("{title.__class__}", "{0}", "{title!r}", "{}"):
        with pytest.raises(EditionError):
            filled(evil, {"title": "A"})
    assert filled("{title}", {"title": "{author}", "author": "x"}) == "{author}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_author_the_intro_is_still_a_sentence(language: str) -> None:
    words = LANGUAGES[language]
    known = {"title": "Emma", "author": "", "narrator": "", "number": "2", "count": "3", "chapter": ""}
    for template in (words.intro, words.outro, words.last, words.about):
        said = filled(template, known)
        assert "Emma" in said
        assert not re.search(r" [,.]|,[,.]|\{|(by|von|van|de|di) [,.]", said), said


# ---------------------------------------------------------------- the sound


def test_an_episode_is_intro_chapter_and_outro(tmp_path: Path) -> None:
    played = cast(music="none")
    feed = made(tmp_path, played)
    for item, mark in zip(items(feed), played.timeline.chapters, strict=True):
        path = tmp_path / "podcast" / Path(item.find("enclosure").attrib["url"]).name  # type: ignore[union-attr]
        samples, rate = decoded(path)
        spoken = sum(played.kit.extras[f"{kind} {mark.number}"].frames / RATE for kind in ("intro", "outro"))
        wanted = (mark.end - mark.start) / RATE + spoken + 4 * 0.6
        assert len(samples) / rate == pytest.approx(wanted, abs=0.1)
        assert int(item.findtext(f"{ITUNES}duration") or 0) == round(wanted)


@pytest.mark.parametrize("form", ["mp3", "m4a"])
def test_the_transcript_is_at_the_time_of_the_sound(tmp_path: Path, form: str) -> None:
    """Where a caption says that somebody speaks there is sound, and before the first of them silence."""
    quiet = [(title, [one for one in said if one.kind != "sound"]) for title, said in SAMPLE]
    made(tmp_path, cast(quiet, format=form, music="none", second=0.02))
    samples, rate = decoded(next((tmp_path / "podcast").glob(f"001-*.{form}")))
    vtt = next((tmp_path / "podcast").glob("001-*.vtt")).read_text(encoding="utf-8")
    times = [[sum(float(part) * 60 ** n for n, part in enumerate(reversed(clock.split(":")))) for clock in pair]
             for pair in re.findall(r"([\d:.]+) --> ([\d:.]+)", vtt)]
    assert level(samples[:round((times[0][0] - 0.05) * rate)]) < -60
    for begin, end in times:
        assert level(samples[round(begin * rate):round(end * rate)]) > -30, (begin, end)
    gaps = [(a[1], b[0]) for a, b in pairwise(times) if b[0] - a[1] > 0.25]
    assert len(gaps) == 2, "after the intro and before the outro"
    for begin, end in gaps:
        assert level(samples[round((begin + 0.05) * rate):round((end - 0.05) * rate)]) < -45, (begin, end)


def test_every_word_that_is_heard_is_in_the_transcript(tmp_path: Path) -> None:
    made(tmp_path, cast())
    vtt = next((tmp_path / "podcast").glob("001-*.vtt")).read_text(encoding="utf-8")
    said = html.unescape(" ".join(re.findall(r"^<v [^>]*>(.*)$", vtt, re.MULTILINE)))
    assert said.startswith("You are listening to The Late Post, by Ann Author. Part 1 of 3. The Letter The rain")
    assert said.endswith("Nobody came. That was part 1 of The Late Post. The voices in this recording are synthetic.")


def test_two_channels_are_as_loud_together_as_one_alone(tmp_path: Path) -> None:
    one, two = tmp_path / "1", tmp_path / "2"
    for folder, stereo in ((one, False), (two, True)):
        folder.mkdir()
        made(folder, cast(stereo=stereo))
    mono, _ = decoded(next((one / "podcast").glob("001-*.mp3")))
    both, _ = decoded(next((two / "podcast").glob("001-*.mp3")))
    assert level(both) == pytest.approx(level(mono), abs=0.3)  # each channel of the two is as the one
    import av
    with av.open(str(next((two / "podcast").glob("001-*.mp3")))) as container:
        assert container.streams.audio[0].channels == 2


def test_an_intro_that_could_not_be_recorded_is_left_out(tmp_path: Path) -> None:
    played = cast()
    feed = made(tmp_path, replace(played, kit=replace(played.kit, extras={})))
    assert len(items(feed)) == 3
    chapters = json.loads(next((tmp_path / "podcast").glob("001-*.json")).read_text(encoding="utf-8"))["chapters"]
    assert chapters[0]["startTime"] == 0
    assert chapters[0]["title"].startswith("1. The rain")


# ---------------------------------------------------------------- music


@pytest.mark.parametrize("rate", [8000, 22050, 24000, 44100, 48000])
def test_the_chime_is_short_clean_and_the_same_every_time(rate: int) -> None:
    made = music.chime(rate)
    assert len(made) == 3 * rate
    assert np.array_equal(made, music.chime(rate))
    assert level(made[-rate // 50:]) < -60
    assert abs(int(np.abs(made.astype(int)).max()) - 32767 * 10 ** (-9 / 20)) < 2
    assert abs(float(made.mean())) < 20


@pytest.mark.parametrize("together", [music.opening, music.closing])
@pytest.mark.parametrize("seconds", [0.01, 2.0, 5.0, 6.5, 30.0])
def test_the_voice_is_where_it_is_said_to_be_and_the_music_is_down_under_it(together: Any, seconds: float) -> None:
    voice = hum(4.0, 997, -20, RATE)
    tune = hum(seconds, 200, -20, RATE)
    mixed, begin = together(voice, tune, RATE, music.Bed(0, 1, 20, -1))
    under = mixed[begin:begin + len(voice)].astype(float) - voice
    assert len(mixed) >= begin + len(voice)
    if seconds > 6:
        assert level(under[RATE:-RATE]) < -35
        assert level(mixed[begin - RATE:begin - RATE // 2]) > -23, "before the voice it is not"
        assert level(mixed[:RATE // 100]) < -40, "and it fades in"
        assert level(mixed[-RATE // 100:]) < -40
    elif together is music.closing:
        assert level(under) < -80, "a jingle waits until the voice is done"


def test_loud_music_does_not_clip_the_voice() -> None:
    voice, tune = hum(3, 997, -6, RATE), hum(20, 200, -4, RATE)
    mixed, _ = music.opening(voice, tune, RATE, music.Bed(12, 1, 0, -3))
    assert np.abs(mixed.astype(int)).max() <= 32767 * 10 ** (-3 / 20) + 1


def wav(seconds: float, rate: int = 44100, channels: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat(hum(seconds, 200, -12, rate), channels).astype("<i2").tobytes())
    return out.getvalue()


def test_a_music_file_of_another_rate_and_in_stereo_is_used(tmp_path: Path) -> None:
    (tmp_path / "tune.wav").write_bytes(wav(20))
    played = cast(music="tune.wav", root=tmp_path)
    bare = cast(music="none")
    (tmp_path / "bare").mkdir()
    made(tmp_path, played)
    made(tmp_path / "bare", bare)
    with_tune, rate = decoded(next((tmp_path / "podcast").glob("003-*.mp3")))
    without, _ = decoded(next((tmp_path / "bare/podcast").glob("003-*.mp3")))
    assert len(with_tune) == pytest.approx(len(without) + 4 * 2.5 * rate, abs=0.1 * rate)


@pytest.mark.parametrize("data", [b"", b"#EXTM3U\nfile:///etc/passwd\n", b"RIFF\x24\0\0\0WAVE", b"ID3" + b"\0" * 99,
                                  b"ffconcat version 1.0\nfile '/etc/passwd'\n", wav(0)])
def test_what_is_no_music_ends_in_one_clear_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "tune.mp3").write_bytes(data)
    with pytest.raises(EditionError, match=r"the music tune\.mp3") as caught:
        made(tmp_path, cast(music="tune.mp3", root=tmp_path))
    assert "\n" not in caught.value.message


def test_music_is_taken_from_the_project_alone(tmp_path: Path) -> None:
    (tmp_path / "tune.wav").write_bytes(wav(1))
    (tmp_path / "project").mkdir()
    for path in ("../tune.wav", str(tmp_path / "tune.wav")):
        with pytest.raises(EditionError, match="outside the project"):
            made(tmp_path, cast(music=path, root=tmp_path / "project"))


def test_missing_music_is_said(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match="cannot be read"):
        made(tmp_path, cast(music="nowhere.mp3", root=tmp_path))


# ---------------------------------------------------------------- guids


def guids(folder: Path, chapters: Any, **how: Any) -> dict[str, str]:
    feed = made(folder, cast(chapters, **how))
    return dict(zip(texts(feed, "title"), texts(feed, "guid"), strict=True))


BODIES = [("One", "It was a dark and stormy night in the harbour of the town."),
          ("Two", "In the morning the letter was gone from the table."), ("Three", "Nobody ever found out.")]


def book(bodies: list[tuple[str, str]]) -> list[tuple[str, list[Said]]]:
    return [(title, [heading(f"# {title}"), Said(body, opens="paragraph")]) for title, body in bodies]


@pytest.mark.parametrize("fresh", [True, False], ids=["on another machine", "where it was"])
def test_guids_stay_when_chapters_are_added_moved_and_retitled(tmp_path: Path, fresh: bool) -> None:
    before = guids(tmp_path, book(BODIES))
    if fresh:
        (tmp_path / "podcast/feed.xml").unlink()
    changed = [("Prologue", "Long before all that, somebody wrote a letter."), ("Three", BODIES[2][1]),
               ("Uno", BODIES[0][1]), BODIES[1]]
    after = guids(tmp_path, book(changed))
    assert {after["Three"], after["Uno"], after["Two"]} == set(before.values())
    assert after["Two"] == before["Two"]
    assert after["Uno"] == before["One"]
    assert after["Prologue"] not in before.values()


def test_a_guid_stays_when_the_opening_words_are_edited(tmp_path: Path) -> None:
    before = guids(tmp_path, book(BODIES))
    edited = book([("One", "It was a bright and quiet night."), *BODIES[1:]])
    assert guids(tmp_path, edited) == before
    assert guids(tmp_path, edited) == before, "and the time after"


def test_a_guid_does_not_depend_on_the_address_or_on_markup(tmp_path: Path) -> None:
    before = guids(tmp_path, book(BODIES))
    (tmp_path / "podcast/feed.xml").unlink()
    marked = [(title, f"<!-- voice: Ann -->_{body}_") for title, body in BODIES]
    assert guids(tmp_path, book(marked), base_url="https://other.example") == before


def test_no_two_episodes_share_a_guid(tmp_path: Path) -> None:
    same = [("A", "The same words."), ("B", "The same words."), ("C", "...")] * 2
    found = guids(tmp_path, book(same))
    assert len(found) == len(set(found.values())) == 6
    assert guids(tmp_path, [(title, [heading("# Same")]) for title in "abcd"]).keys() == {"a", "b", "c", "d"}


@given(st.lists(st.sampled_from(range(6)), min_size=1, max_size=6, unique=True))
def test_a_chapters_guid_is_its_own_wherever_it_stands(order: list[int]) -> None:
    from audiobook.editions._podcast_feed import guids_of

    def of(numbers: list[int]) -> dict[int, str]:
        played = reading(book([(f"T{n}", f"Chapter body number {n} begins here.") for n in numbers]), second=0.0)
        found = guids_of(played.book, played.kit.script, played.timeline, [f"T{n}" for n in numbers], ())
        return dict(zip(numbers, found, strict=True))

    whole = of(list(range(6)))
    assert of(order) == {n: whole[n] for n in order}


@pytest.mark.parametrize("broken", [b"", b"<rss", b"\xff\xfe\x00", b"<rss><channel><item/></channel></rss>",
                                    b'<!DOCTYPE a [<!ENTITY b "c">]><rss><item><guid>&x;</guid></item></rss>'])
def test_a_feed_that_was_spoiled_is_written_anew(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "podcast").mkdir()
    (tmp_path / "podcast/feed.xml").write_bytes(broken)
    assert len(items(made(tmp_path, cast()))) == 3


# ---------------------------------------------------------------- the feed


def test_enclosures_tell_their_exact_length_and_place(tmp_path: Path) -> None:
    feed = made(tmp_path, cast(base_url=BASE))
    for item in items(feed):
        enclosure = item.find("enclosure")
        assert enclosure is not None
        name = enclosure.attrib["url"].removeprefix("https://example.org/books/late%20post/")
        assert re.fullmatch(r"\d{3}-[a-z0-9-]+\.mp3", name)
        assert (tmp_path / "podcast" / name).stat().st_size == int(enclosure.attrib["length"])
        assert enclosure.attrib["type"] == "audio/mpeg"


def test_everything_that_directories_ask_for_is_there(tmp_path: Path) -> None:
    feed = made(tmp_path, cast(base_url=BASE, email="ann@example.org", complete=True, block=True, explicit=True,
                               category="Fiction / Drama", published="2026-11-22"))
    channel = feed.find("channel")
    assert channel is not None
    assert channel.findtext(f"{ITUNES}type") == "serial"
    assert channel.findtext(f"{ITUNES}author") == "Ann Author"
    assert channel.findtext(f"{ITUNES}owner/{ITUNES}email") == "ann@example.org"
    assert channel.findtext(f"{ITUNES}explicit") == "true"
    assert channel.findtext(f"{ITUNES}complete") == "Yes"
    assert channel.findtext(f"{ITUNES}block") == "Yes"
    category = channel.find(f"{ITUNES}category")
    assert category is not None
    assert (category.attrib, category[0].attrib) == ({"text": "Fiction"}, {"text": "Drama"})
    assert channel.findtext(f"{PODCAST}medium") == "audiobook"
    assert channel.findtext(f"{PODCAST}guid") == podcast_guid("https://example.org/books/late%20post/feed.xml")
    assert [(each.text, each.get("role")) for each in channel.findall(f"{PODCAST}person")] == [
        ("Ann Author", "author"), ("Ned Narrator", "narrator"),
        ("Ann Bell (voice 1, synthetic voice)", "voice actor"),
        ("Tom <Post> (voice 2, synthetic voice)", "voice actor")]
    first = items(feed)[0]
    assert first.find(f"{PODCAST}transcript").attrib["type"] == "text/vtt"  # type: ignore[union-attr]
    assert first.findtext(f"{PODCAST}season") == first.findtext(f"{ITUNES}season") == "2"
    assert texts(feed, f"{ITUNES}episode") == ["1", "2", "3"]
    dates = [parsedate_to_datetime(text) for text in texts(feed, "pubDate")]
    assert dates == sorted(set(dates))
    assert dates[0].date().isoformat() == "2026-11-22"


def test_the_artwork_is_a_square_that_apple_takes(tmp_path: Path) -> None:
    Image.new("RGB", (900, 1200), "navy").save(tmp_path / "mine.webp")
    made(tmp_path, cast(artwork="mine.webp", root=tmp_path))
    with Image.open(tmp_path / "podcast/artwork.jpg") as picture:
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (1400, 1400))


def test_scenes_are_the_episodes_chapters(tmp_path: Path) -> None:
    played = cast(music="none")
    made(tmp_path, played)
    told = json.loads(next((tmp_path / "podcast").glob("001-*.json")).read_text(encoding="utf-8"))
    assert told["version"] == "1.2.0"
    assert [each["title"] for each in told["chapters"]] == [
        "The Late Post", "1. The rain had not stopped since Tuesday, and the\u2026",
        "2. Night fell over the harbour. Nobody came."]
    mark = played.timeline.chapters[0]
    night = next(cue for cue in played.timeline.cues if "Night" in cue.line.text)
    before = 2 * 0.6 + played.kit.extras["intro 1"].frames / RATE
    starts = [each["startTime"] for each in told["chapters"]]
    assert starts[0] == 0
    assert starts[2] == pytest.approx(before + (night.start - mark.start) / RATE, abs=0.02)
    listed = run(tool("ffprobe"), "-v", "error", "-show_chapters", "-of", "json",
                 next((tmp_path / "podcast").glob("001-*.mp3"))).stdout
    assert [float(each["start_time"]) for each in json.loads(listed)["chapters"]] == pytest.approx(starts, abs=0.03)


def test_the_same_book_makes_the_same_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made(tmp_path / name, cast(base_url=BASE))
    for path in (tmp_path / "a/podcast").iterdir():
        assert path.read_bytes() == (tmp_path / "b/podcast" / path.name).read_bytes(), path.name


def test_every_file_is_told_and_nothing_else_is_there(tmp_path: Path) -> None:
    played = cast()
    wrote = podcast.write(played.book, played.timeline, played.sound, tmp_path, played.kit)
    assert sorted(wrote) == sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert wrote[-1].name == "feed.xml", "the feed comes last: it never names what is not there"


def test_without_an_address_the_feed_is_a_preview_with_relative_ones(tmp_path: Path) -> None:
    feed = made(tmp_path, cast())
    assert items(feed)[0].find("enclosure").attrib["url"] == "001-the-letter.mp3"  # type: ignore[union-attr]


@pytest.mark.parametrize(("given", "wanted"), [
    ("https://example.org", "https://example.org/"), ("http://127.0.0.1:8000/a/", "http://127.0.0.1:8000/a/"),
    (" https://example.org/bücher/x y ", "https://example.org/b%C3%BCcher/x%20y/"),
    ("https://example.org/a%20b", "https://example.org/a%20b/")])
def test_addresses_become_folders(given: str, wanted: str) -> None:
    assert base_address(given) == wanted


@pytest.mark.parametrize("bad", [
    "example.org", "ftp://example.org", "https://", "https://example.org/?a=b", "javascript:x",
    "https://a:b@example.org/", "https://example.org:99999/", "https://[::1", "//x/y"])
def test_what_is_no_address_is_refused(bad: str) -> None:
    with pytest.raises(EditionError, match="base-url"):
        base_address(bad)


@pytest.mark.parametrize(("options", "said"), [
    ({"category": "Novels"}, "no category"), ({"category": "Arts/Books/More"}, "no category"),
    ({"published": "soon"}, "is no day"), ({"published": "2026-02-30"}, "is no day"),
    ({"format": "ogg"}, "no format"), ({"bitrate": 63}, "bitrate"), ({"artwork": "none.png"}, "the cover"),
    ({"base_url": "nowhere"}, "base-url")])
def test_an_option_that_cannot_be_meant_is_said_before_anything_is_written(
        tmp_path: Path, options: dict[str, Any], said: str) -> None:
    with pytest.raises(EditionError, match=said) as caught:
        made(tmp_path, cast(root=tmp_path, **options))
    assert caught.value.hint
    assert not (tmp_path / "podcast").exists()


def nasty() -> Played:
    chapters = [(title, [heading(title or "Nothing"),
                         Said(f"{title} word " * 9, title or "x", "dialogue", "paragraph")])
                for title in NASTY]
    details = replace(DETAILS, title="<b>&amp; ]]> \x00\x1b[2J\ufffe\ud800 \u202e" + "x" * 300, author="A\x07 & <B>",
                      description="many \U0001f389 words " * 800, copyright="\x00", series="\ud800", part="x")
    return cast([*SAMPLE, *chapters], details, base_url="http://127.0.0.1:9/a")


def test_nothing_in_a_book_breaks_the_feed(tmp_path: Path) -> None:
    feed = made(tmp_path, nasty())
    assert len(items(feed)) == len(SAMPLE) + len(NASTY)
    assert all(len(text.encode()) <= 4000 for text in [feed.findtext("channel/description") or "",
                                                       *texts(feed, "description")])
    assert len(set(texts(feed, "title"))) == len(items(feed))
    raw = (tmp_path / "podcast/feed.xml").read_bytes().decode()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufffe\uffff]", raw)


def test_three_hundred_episodes_are_all_there(tmp_path: Path) -> None:
    chapters = [(f"Chapter {n}", [heading(f"Chapter {n}")]) for n in range(1, 301)]
    played = reading(chapters, second=0.001, cover=b"\xff\xd8\xff", **DEFAULTS)
    feed = made(tmp_path, played)
    assert texts(feed, f"{ITUNES}episode") == [str(n) for n in range(1, 301)]
    assert len(set(texts(feed, "guid"))) == 300


# ---------------------------------------------------------------- what others say


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and its address on this machine while the test runs."""
    folder = tmp_path / "www"
    folder.mkdir()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.outside
def test_gpodder_subscribes_and_downloads_every_episode(served: tuple[Path, str], tmp_path: Path) -> None:
    folder, address = served
    played = cast(base_url=f"{address}/podcast")
    made(folder, played)
    gpo = tool("gpo")
    for command in (["subscribe", f"{address}/podcast/feed.xml"], ["update"], ["download"]):
        done = run(gpo, *command, env={"GPODDER_HOME": str(tmp_path / "gpodder"), "no_proxy": "127.0.0.1"})
        assert done.returncode == 0, done.stdout + done.stderr
    assert "3 episodes downloaded" in done.stdout
    found = sorted((tmp_path / "gpodder").rglob("*.mp3"))
    wanted = sorted((folder / "podcast").glob("*.mp3"))
    assert [path.read_bytes() for path in found] == [path.read_bytes() for path in wanted]


@pytest.mark.outside
@pytest.mark.parametrize("hard", [False, True], ids=["plain", "hard"])
def test_feedparser_and_podcastparser_read_the_feed(tmp_path: Path, hard: bool) -> None:
    played = nasty() if hard else cast(base_url=BASE)
    made(tmp_path, played)
    data = (tmp_path / "podcast/feed.xml").read_bytes()
    read = module("feedparser").parse(data)
    assert read.bozo == 0, read.bozo_exception
    assert len(read.entries) == len(played.timeline.chapters)
    assert all(len(entry.enclosures) == 1 for entry in read.entries)
    parsed = module("podcastparser").parse("http://127.0.0.1/feed.xml", io.BytesIO(data))
    assert parsed["type"] == "serial"
    assert sorted(each["number"] for each in parsed["episodes"]) == list(range(1, len(read.entries) + 1))


PARTYTIME = """
const party = require("podcast-partytime"), fs = require("fs");
console.log(JSON.stringify(party.parseFeed(fs.readFileSync(process.argv[1], "utf8"))));
"""


@pytest.mark.outside
def test_partytime_finds_every_tag_of_podcasting_2(tmp_path: Path) -> None:
    made(tmp_path, cast(base_url=BASE, email="ann@example.org"))
    done = node("podcast-partytime", PARTYTIME, tmp_path / "podcast/feed.xml")
    assert done.returncode == 0, done.stderr
    feed = json.loads(done.stdout)
    found = {name for phase in feed["pc20support"].values() for name in phase}
    assert {"locked", "transcript", "chapters", "person", "season", "episode", "guid", "medium"} <= found
    assert feed["medium"] == "audiobook"
    assert feed["itunesType"] == "serial"
    assert feed["items"][0]["podcastTranscripts"][0]["type"] == "text/vtt"
    assert {person["role"] for person in feed["items"][0]["podcastPeople"]} == {"Author", "Narrator", "Voice Actor"}


@pytest.mark.outside
@pytest.mark.parametrize(("stereo", "wanted"), [(False, -19.0), (True, -16.0)])
def test_an_episode_is_as_loud_as_podcasts_are(tmp_path: Path, stereo: bool, wanted: float) -> None:
    """Measured by ffmpeg's ebur128. The voice is a hum of 997 Hz, which the meter weighs as it is."""
    long = [("A", [heading("A"), Said("word " * 100, opens="paragraph")])]
    made(tmp_path, cast(long, stereo=stereo, second=0.05, music="none"))
    done = run(tool("ffmpeg"), "-nostdin", "-hide_banner", "-i", next((tmp_path / "podcast").glob("001-*.mp3")),
               "-af", "ebur128=peak=true", "-f", "null", "-")
    loudness = float(re.findall(r"I:\s+(-?[\d.]+) LUFS", done.stderr)[-1])
    assert loudness == pytest.approx(wanted, abs=0.5)


@pytest.mark.outside
def test_mp3val_finds_nothing_where_intro_and_chapter_meet(tmp_path: Path) -> None:
    made(tmp_path, cast())
    for path in (tmp_path / "podcast").glob("*.mp3"):
        done = run(tool("mp3val"), path)
        assert "WARNING" not in done.stdout
        assert "PROBLEM" not in done.stdout
        assert run(tool("ffmpeg"), "-v", "error", "-xerror", "-nostdin", "-i", path, "-map", "0:a", "-f", "null",
                   "-").stderr == ""
