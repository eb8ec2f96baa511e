"""Books of odd shapes and of great length: each is made, and has the chapters and the lines that it should."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from making import Making, chapters, seconds

from audiobook.made import Made
from audiobook.model import Details
from audiobook.plan import plan_of
from audiobook.press import coding, id3, mp3
from audiobook.production import read
from audiobook.project import open_project

QUICK = {"pauses": {"line": 0, "speaker": 0, "paragraph": 0, "scene": 0, "chapter": 0},
         "sound": {"rate": 8000, "lead-in": 100, "tail": 100}, "m4b": {"bitrate": 32}}  # less sound to encode


@pytest.fixture
def book(tmp_path: Path) -> Making:
    return Making(tmp_path / "book")


def made_well(book: Making, titles: list[str], *editions: str) -> Made:
    """Make it; its M4B has these chapters, each later than the one before it."""
    made = book.here("m4b", *editions)
    assert not made.failed
    found = chapters(book.output / "Tiny.m4b")
    assert [title for _, title in found] == titles
    starts = [start for start, _ in found]
    assert starts == sorted(set(starts))
    assert seconds(book.output / "Tiny.m4b") == pytest.approx(made.seconds, abs=0.001)
    return made


def test_a_thousand_chapters(book: Making) -> None:
    titles = [f"Chapter {n}" for n in range(1, 1001)]
    book.write("\n\n".join(f"# {title}\n\nYes." for title in titles), **QUICK)
    made = made_well(book, titles)
    assert made.recorded == 1001, "`Yes.` is recorded once"


def test_three_hundred_chapters_of_one_name_in_a_file_each(book: Making) -> None:
    book.write({f"{n}.md": "# The Same\n\nYes.\n" for n in range(1, 301)}, **QUICK)
    made = book.here("mp3", "mp3-single")
    assert len(chapters(book.output / "Tiny.mp3")) == 300, "more than the 255 that one list of contents holds"
    assert len(set(made.wrote)) == 301
    assert len(list((book.output / "Tiny (mp3)").iterdir())) == 300
    assert made.recorded == 2


def test_a_chapter_of_one_line(book: Making) -> None:
    book.write({"1.md": "# One\n\n“Yes,” said Ann.\n", "2.md": "# Two\n\nNo.\n", "3.md": "# Three\n\n“Why?”\n"})
    made_well(book, ["One", "Two", "Three"])


def test_a_line_of_twenty_thousand_characters(book: Making) -> None:
    without_end = ("and the rain fell on " * 1000)[:20_000].strip()
    book.write("# One\n\n" + without_end + "\n\n# Two\n\n" + "a" * 20_000 + "\n\n# Three\n\nShort.\n", **QUICK)
    made = made_well(book, ["One", "Two", "Three"])
    assert made.seconds > 39_900 / 15.0, "all of it is said: the engine hums 15 characters a second"
    _, script = read(open_project(book.root))
    assert max(len(line.text) for line in script.lines) < 1000, "in pieces that an engine can take"


def test_a_book_without_a_word_said(book: Making) -> None:
    book.write("# One\n\nThe rain fell all day. Nobody came.\n\nIt stopped at dusk.\n\n# Two\n\nIt fell again.\n")
    made_well(book, ["One", "Two"])
    _, script = read(open_project(book.root))
    assert script.people == ()
    assert {line.kind for line in script.lines} == {"heading", "narration"}


def test_a_book_of_nothing_but_words_said(book: Making) -> None:
    book.write("# One\n\n“Who is there?”\n\n“Only me.”\n\n“Come in, then.”\n\n# Two\n\n“You are late.”\n\n“I know.”\n")
    made_well(book, ["One", "Two"])
    _, script = read(open_project(book.root))
    assert [line.kind for line in script.lines if line.kind != "heading"] == ["dialogue"] * 5


def test_four_hundred_people(book: Making) -> None:
    first = ("Al Bo Cy Di Ed Flo Gus Hal Ida Jo Kit Lou May Nan Ola Pip Rae Sam Tess Una").split()
    last = ("Ash Birch Cole Dell Elm Fenn Gale Holt Ings Jarl Kerr Lund Moss Nash Orr Pike Quill Reed Shaw "
            "Thorn").split()
    names = [f"{one} {two}" for one in first for two in last]
    assert len(set(names)) == 400
    text = "\n\n".join(f"“It is {number} o’clock,” said {name}." for number, name in enumerate(names))
    book.write(f"# One\n\n{text}\n", **QUICK)
    made = made_well(book, ["One"])
    _, script = read(open_project(book.root))
    speakers = {line.speaker for line in script.lines if line.kind == "dialogue"}
    assert len(speakers) >= 395
    assert made.recorded > 400


def test_a_chapter_that_is_only_a_heading(book: Making) -> None:
    book.write("# One\n\nYes.\n\n# Two\n\n# Three\n\nNo.\n\n# Four\n")
    made = book.here("m4b")
    assert not made.failed
    found = [title for _, title in chapters(book.output / "Tiny.m4b")]
    assert found in (["One", "Two", "Three", "Four"], ["One", "Two Three", "Four"], ["One", "Two: Three", "Four"])
    assert plan_of(open_project(book.root)).to_record == ()


def test_one_scene_without_a_heading(book: Making) -> None:
    book.write("The rain fell. “Come in,” said Ann.\n")
    assert not book.here("m4b", "mp3", "mp3-single").failed
    assert len(chapters(book.output / "Tiny.m4b")) == 1
    assert len(list((book.output / "Tiny (mp3)").iterdir())) == 1


# ---------------------------------------------------------------- forty hours and more


def test_an_mp3_of_forty_five_hours_has_its_times_and_its_length(tmp_path: Path) -> None:
    """As with M4B (test_editions_sound), of the same unit again and again: ID3's times hold 49 days."""
    hours, rate = 45, 22050
    one = coding.encoded([np.zeros(rate, np.int16)], coding.Codec("mp3", rate, 64000))
    units = hours * 3600 * rate // one.codec.frame + 2
    unit = b"".join(one.pieces())[-int(one.sizes[-1]):]
    long = coding.Encoded.of(one.codec, hours * 3600 * rate, np.full(units, len(unit), np.uint32), b"",
                             lambda: (unit * 10_000 for _ in range(units // 10_000 + 1)))
    chaps = [id3.Chap(hour * 3_600_000, (hour + 1) * 3_600_000, f"Hour {hour}") for hour in range(hours)]
    head = id3.tag(Details(title="Long"), title="Long", length_ms=hours * 3_600_000, cover=b"", chapters=chaps)
    path = tmp_path / "long.mp3"
    mp3.write_mp3(path, [long], head)
    assert path.stat().st_size > 1_290_000_000
    assert chapters(path)[-1] == ((hours - 1) * 3600, f"Hour {hours - 1}")
    assert seconds(path) == pytest.approx(hours * 3600, abs=0.1)
    path.unlink()


def test_an_mp3_beyond_4_gib_says_no_wrong_length() -> None:
    """The field for the length has 32 bits: a larger file says the most that fits, and its frames, which do."""
    rate = 44100
    codec = coding.Codec("mp3", rate, 320_000)
    units = (5 << 30) // 1044
    part = coding.Encoded.of(codec, (units - 2) * codec.frame, np.full(units, 1044, np.uint32), b"", lambda: iter(()))
    info = mp3._info([part], [units], (units - 2) * codec.frame)
    at = info.index(b"Info")
    flags, frames, length = struct.unpack_from(">III", info, at + 4)
    assert (flags & 3, frames, length) == (3, units, 0xFFFFFFFF)


def test_the_plan_of_a_long_book_is_told_in_hours_that_are_right(book: Making) -> None:
    """Forty hours of sound in frames at 96 kHz are more than 32 bits hold."""
    from audiobook.mix import lay
    from audiobook.model import Clip, Finish, Line, Pauses, Place, Script, Source

    lines = tuple(Line("x", "narration", "", Place(n // 10 + 1, 1, n % 10 + 1), Source("a.md", n, n + 1, 1),
                       "chapter" if n % 10 == 0 else "line") for n in range(500))
    clip = Clip("k", 96_000 * 360, 96_000, -20.0, -3.0)
    script = Script("Long", tuple(f"{n}" for n in range(1, 51)), (), lines, ())
    timeline = lay(script, [clip] * 500, Pauses(), Finish(rate=96_000))
    assert timeline.rate == 48_000, "the highest that AAC has"
    assert timeline.frames > 500 * clip.frames // 2 > 1 << 32
    assert timeline.chapters[-1].end == timeline.frames
    assert all(cue.end - cue.start == clip.frames // 2 for cue in timeline.cues)
    assert json.loads(json.dumps(timeline.frames)) == timeline.frames
