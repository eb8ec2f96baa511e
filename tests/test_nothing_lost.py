"""Whatever happens to a run, nothing recorded is lost and nothing half made is taken for whole. Done for real:
processes are killed, disks are full, files are spoiled."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from making import Making, chapters, clips, encoded, files, flipped, mounted, odd_engine, seconds, session, story

from audiobook import plugins
from audiobook.mix import LEVEL_CHECK
from audiobook.model import Place
from audiobook.plan import sweep_shelf
from audiobook.production import preview, produce, survey
from audiobook.project import open_project
from audiobook.store import Store, Swept
from audiobook.studio import keys

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals, links and limits are POSIX's")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return odd_engine(tmp_path_factory.mktemp("site"))


@pytest.fixture
def book(tmp_path: Path, site: Path) -> Making:
    """A book of three chapters, not made yet."""
    return Making(tmp_path / "book", site).write(story(3, 3))


def texts_by_key(root: Path) -> dict[str, str]:
    """The words of every clip of a project."""
    rehearsal, engines = survey(open_project(root))
    named = keys(rehearsal.takes, engines)
    return {key: take.text for key, take in zip(named, rehearsal.takes, strict=True) if take is not None and key}


def nothing_left(book: Making) -> None:
    """No leftovers in the output or on the shelf."""
    assert not [path for path in book.output.rglob("*") if path.name.startswith(".")]
    assert not list((book.shelf / "part").glob("*"))
    assert not list(book.root.rglob("*.part"))


# ---------------------------------------------------------------- killed


def moments(seed: int) -> list[tuple[str, float]]:
    """Twenty moments at which to kill a run: after a time, or when so many more things are on disk."""
    chance = random.Random(seed)
    early = [("seconds", chance.uniform(0.05, 1.0)) for _ in range(5)]
    recording = [("clips", chance.randint(1, 12)) for _ in range(7)]
    both = early + recording
    chance.shuffle(both)
    return [*both, *(("encoded", chance.randint(1, 4)) for _ in range(5)), *(("draft", chance.randint(1, 3)),) * 3]


def has_come(book: Making, kind: str, amount: float, began: float) -> Callable[[], bool]:
    """Whether the moment has come."""
    if kind == "seconds":
        return lambda: time.monotonic() > began + amount
    if kind == "draft":
        drafts: set[str] = set()

        def seen() -> bool:
            for folder in (book.output, book.output / "Tiny (mp3)"):
                if folder.is_dir():
                    drafts.update(name for name in os.listdir(folder) if name.endswith(".part"))
            return len(drafts) >= amount
        return seen
    count = clips if kind == "clips" else encoded
    before = len(count(book.shelf))
    return lambda: len(count(book.shelf)) >= before + amount


def test_killed_at_twenty_moments_the_book_is_the_same_and_nothing_is_recorded_twice(
        tmp_path: Path, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Making(tmp_path / "whole", site).write(story(6, 7))
    whole.odd()
    assert whole.make("m4b", "mp3").code == 0
    expected = files(whole.output)
    assert len(expected) == 7

    book = Making(tmp_path / "book", site).write(story(6, 7))
    book.odd(wait=0.006)
    monkeypatch.syspath_prepend(site)
    plugins._found.cache_clear()
    text_of = texts_by_key(book.root)
    killed = Counter[str]()
    for number, (kind, amount) in enumerate(moments(11)):
        held = {path.stem for path in clips(book.shelf)}
        before = len(book.said())
        running = book.start("make", book.root, "--as", "m4b", "--as", "mp3")
        come = has_come(book, kind, amount, time.monotonic())
        while running.poll() is None and not come():
            time.sleep(0 if kind == "draft" else 0.002)
        if running.poll() is None:
            killed[kind] += 1
            if number % 2:
                os.killpg(running.pid, signal.SIGKILL)
            else:
                os.kill(running.pid, signal.SIGKILL)  # the processes that speak must find out by themselves
        running.communicate()
        patience = time.monotonic() + 10
        while session(running.pid) and time.monotonic() < patience:
            time.sleep(0.05)
        assert not session(running.pid), "nobody goes on speaking"
        again = {text_of[key] for key in held if key in text_of} & set(book.said()[before:])
        assert not again, "what was whole is not recorded again"
        store = Store(book.shelf)
        for path in clips(book.shelf):
            store.pcm(path.stem)  # raises for anything but a whole clip
        for name, data in files(book.output).items() if book.output.exists() else ():
            if not name.rpartition("/")[2].startswith("."):
                assert data == expected[name], "what has its name is whole"
    assert sum(killed.values()) >= 15, killed
    assert killed["clips"] >= 6 and killed["encoded"] >= 3 and killed["draft"] >= 1, killed
    last = book.make("m4b", "mp3")
    assert last.code == 0, last.err
    assert last.made["recorded"] + last.made["held"] == len(text_of)
    assert files(book.output) == expected
    assert chapters(book.output / "Tiny.m4b") == chapters(whole.output / "Tiny.m4b")
    nothing_left(book)
    plugins._found.cache_clear()


@pytest.mark.parametrize("edition", ["lpf", "readalong"])
def test_a_packer_killed_at_work_leaves_nothing_for_good(book: Making, edition: str) -> None:
    assert book.here(edition).wrote
    path, = book.output.iterdir()
    with zipfile.ZipFile(path) as archive:
        expected = archive.namelist()
    path.unlink()
    running = book.start("make", book.root, "--as", edition)
    come = has_come(book, "draft", 2, time.monotonic())
    while running.poll() is None and not come():
        time.sleep(0)
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    assert all(name.endswith(".part") for name in os.listdir(book.output))
    assert book.here("m4b").wrote
    nothing_left(book)
    assert book.here(edition).wrote
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == expected
        assert archive.testzip() is None


def test_what_a_killed_run_left_goes_even_when_the_book_is_called_otherwise_by_then(book: Making) -> None:
    assert book.make("m4b", "mp3").code == 0
    running = book.start("make", book.root)
    running.communicate()
    gone = running.pid
    mine = [book.output / f".Old Title.m4b.{gone}.part", book.output / "Tiny (mp3)" / f".01.mp3.{gone}.part"]
    strangers = [book.output / name for name in (".notes.part", f".film.mkv.{os.getpid()}.part", "x.12.part")]
    for path in (*mine, *strangers):
        path.write_bytes(b"half")
    assert book.make().code == 0
    assert not any(path.exists() for path in mine)
    assert all(path.read_bytes() == b"half" for path in strangers)


# ---------------------------------------------------------------- no room, no right to write


def limited(size: int) -> dict[str, Callable[[], None]]:
    """For `run`: no file may grow beyond `size` bytes."""
    import resource

    return {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))}


@pytest.mark.parametrize("size", [0, 1000, 60_000])
def test_no_room_for_recordings_is_one_clear_line(book: Making, size: int) -> None:
    long = {"01.md": "# One\n\nA short line.\n\nShort again.\n\n" + "And " * 60 + "this one is long.\n"}
    book.write(long)
    book.run("make", **limited(size)).refused("no room left", ".audiobook")
    kept = {path.name for path in clips(book.shelf)}
    assert len(kept) >= (2 if size == 60_000 else 0)
    again = book.make()
    assert again.code == 0
    assert again.made["held"] == len(kept)
    nothing_left(book)


def test_no_room_for_the_book_is_one_clear_line_and_the_old_one_stays(book: Making) -> None:
    assert book.make("m4b", "mp3").code == 0
    before = files(book.output)
    size = len(before["Tiny.m4b"])
    book.write(story(9, 2))
    book.run("make", "--as", "m4b", "--as", "mp3", **limited(size)).refused("m4b could not be written", "Tiny.m4b")
    assert files(book.output) == before
    again = book.make("m4b", "mp3")
    assert again.code == 0
    assert again.made["recorded"] == 0, "what was recorded is kept"
    assert [title for _, title in chapters(book.output / "Tiny.m4b")] == [f"Chapter {n}" for n in range(1, 10)]
    nothing_left(book)


def room(folder: Path) -> int:
    """The bytes that are free on a disk."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def test_a_full_disk_under_the_shelf_loses_nothing(book: Making) -> None:
    with mounted(book.shelf, "size=24m"):
        assert book.make().code == 0
        before, kept = files(book.output), {path.stem for path in clips(book.shelf)}
        book.write(story(6, 6))
        filler = book.shelf / "filler"
        filler.write_bytes(bytes(room(book.shelf) - 900_000))
        book.run("make").refused("no room left", ".audiobook")
        assert files(book.output) == before
        assert {path.stem for path in clips(book.shelf)} > kept
        whole = {path: path.stat().st_ino for path in clips(book.shelf)}
        with suppress(OSError), filler.open("ab", buffering=0) as rest:  # until not one byte is left
            while rest.write(bytes(4096)):
                pass
        book.run("make").refused("no room left", ".audiobook")
        filler.unlink(missing_ok=True)
        assert book.make().code == 0
        assert {path: path.stat().st_ino for path in whole} == whole, "nothing is recorded again"
        assert len(chapters(book.output / "Tiny.m4b")) == 6
        nothing_left(book)


def test_a_full_disk_under_the_output_loses_nothing(book: Making) -> None:
    with mounted(book.output, "size=3m"):
        assert book.make("m4b").code == 0
        before = files(book.output)
        (book.output / "filler").write_bytes(bytes(room(book.output) - 50_000))
        book.write(story(4, 5))
        book.run("make").refused("m4b could not be written", "No space left")
        (book.output / "filler").unlink()
        assert files(book.output) == before
        again = book.make("m4b")
        assert (again.code, again.made["recorded"]) == (0, 0)
        assert len(chapters(book.output / "Tiny.m4b")) == 4


def test_an_output_that_cannot_be_written_is_said_before_anything_is_recorded(book: Making) -> None:
    with mounted(book.output, "size=8m") as disk:
        assert book.make("m4b").code == 0
        before, kept = files(book.output), clips(book.shelf)
        disk.again("ro")
        book.write(story(4, 4))
        book.run("make").refused("cannot be written", "output")
        assert files(book.output) == before
        assert clips(book.shelf) == kept
        disk.again("rw")
        assert book.make("m4b").code == 0


def test_on_a_read_only_disk_looking_works_and_making_says_why_not(book: Making, tmp_path: Path) -> None:
    with mounted(book.root, "size=16m") as disk:
        book.write(story(2, 3))
        disk.again("ro")  # there is no shelf
        looked = {word: book.run(word) for word in ("script", "plan")}
        disk.again("rw")
        assert book.make("m4b").code == 0
        before = files(book.root)
        book.write(story(2, 4))
        disk.again("ro")  # there is one, of another text
        looked |= {f"{word} again": book.run(word) for word in ("script", "cast", "plan", "check", "voices")}
        for word, ran in looked.items():
            assert ran.code == 0, (word, ran.err)
            assert ran.out or word.startswith("check"), word
        book.run("make").refused("cannot be written")
        book.run("make", "--output", tmp_path / "elsewhere").refused(".audiobook cannot be written", "Read-only")
        book.run("sweep").refused(".audiobook cannot be written", "Read-only")
        after = files(book.root)
        assert {name for name in after if before.get(name) != after[name]} == {
            "manuscript/01.md", "manuscript/02.md"}
        disk.again("rw")
        assert book.make("m4b").code == 0


# ---------------------------------------------------------------- spoiled


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Making:
    model = Making(tmp_path_factory.mktemp("model") / "book").write(story(3, 3))
    assert not model.here("m4b", "mp3").failed
    return model


@pytest.fixture
def made(model: Making, tmp_path: Path) -> Making:
    """The same book, made."""
    shutil.copytree(model.root, tmp_path / "made")
    made = Making(tmp_path / "made")
    assert not made.here("m4b", "mp3").recorded
    return made


def shortest(made: Making) -> list[Path]:
    """The clips by length: the longest are what voices say for their level, and not in the book."""
    return sorted(clips(made.shelf), key=lambda path: path.stat().st_size)


def test_a_clip_that_was_cut_short_or_emptied_is_recorded_again(made: Making) -> None:
    expected = files(made.output)
    first, second, third, *_ = shortest(made)
    first.write_bytes(b"")
    second.write_bytes(second.read_bytes()[:-1])
    third.unlink()
    planned = made.run("plan", "--json").made
    assert planned["reasons"] == {"missing from the shelf": 3}
    again = made.here("m4b", "mp3")
    assert again.recorded == 3
    assert files(made.output) == expected
    assert made.here("m4b", "mp3").recorded == 0


@pytest.mark.parametrize("at", [25, 55, 70, 140, 2000, -1])  # rate, level, peak, checksum, sound
def test_one_flipped_byte_of_a_clip_is_noticed_when_its_sound_is_needed(made: Making, at: int) -> None:
    expected = files(made.output)
    for path in encoded(made.shelf):
        path.unlink()
    flipped(shortest(made)[0], at)
    again = made.here("m4b", "mp3")
    assert not again.failed
    assert again.recorded == 1
    assert files(made.output) == expected
    for path in clips(made.shelf):
        Store(made.shelf).pcm(path.stem)


@pytest.mark.parametrize("at", [25, 55, 70, 140, 2000])
def test_one_flipped_byte_of_a_clip_never_spoils_the_book(made: Making, at: int) -> None:
    """With every chapter held encoded the clips are not read through; the book is right all the same."""
    expected = files(made.output)
    flipped(shortest(made)[0], at)
    again = made.here("m4b", "mp3")
    assert not again.failed
    assert files(made.output) == expected


def spoil(path: Path, how: int) -> None:
    if how == 0:
        path.write_bytes(b"")
    elif how == 1:
        path.write_bytes(path.read_bytes()[:-7])
    else:
        flipped(path, -how)


@pytest.mark.parametrize("how", [0, 1, 2, 40])
def test_a_spoiled_encoded_chapter_or_note_is_made_again(made: Making, how: int) -> None:
    expected = files(made.output)
    for path in made.shelf.glob("blobs/*/*"):
        spoil(path, min(how, path.stat().st_size))
    (made.output / "Tiny.m4b").unlink()
    again = made.here("m4b", "mp3")
    assert not again.failed
    assert again.recorded == 0
    assert files(made.output) == expected
    nothing_left(made)


def test_every_clip_spoiled_at_once_costs_one_more_recording_of_each(made: Making) -> None:
    expected, count = files(made.output), made.here().held
    for path in encoded(made.shelf):
        path.unlink()
    for path in clips(made.shelf):
        flipped(path, -3)
    again = made.here("m4b", "mp3")
    assert again.recorded == count
    assert files(made.output) == expected


# ---------------------------------------------------------------- engines that fail

FAULTY = """# One

“All is well,” said Ann.

The engine crashes here.

The engine hangs here.

“All is well so far,” said Ann.

The engine says nothing here.

Then it rustles for ten minutes.

“All is well again,” said Ann.

# Two

Only this.
"""


def test_an_engine_that_fails_costs_those_lines_alone_and_the_next_run_tries_only_them(book: Making) -> None:
    book.write(FAULTY)
    book.odd()
    first = book.make("m4b")
    assert first.code == 1
    failed = first.made["failed"]
    assert {(each["file"], each["line"]) for each in failed} == {("manuscript/01.md", n) for n in (5, 7, 11, 13)}
    reasons = {each["line"]: each["reason"] for each in failed}
    assert "crashed" in reasons[5] and "in time" in reasons[7]
    assert "nothing" in reasons[11] and "600 s of sound" in reasons[13]
    for line in (5, 7, 11, 13):
        assert f"manuscript/01.md:{line}: could not be recorded: {reasons[line]}" in first.err
    assert "4 lines could not be recorded" in first.err and "tried again" in first.err
    assert "Traceback" not in first.err
    assert len(chapters(book.output / "Tiny.m4b")) == 2
    said = Counter(text for text in book.said() if text != LEVEL_CHECK)
    assert all(count == (2 if "engine" in text or "rustles" in text else 1) for text, count in said.items()), said

    before = len(book.said())
    again = book.make("m4b")
    assert (again.code, again.made["recorded"], again.made["seconds"]) == (1, 0, first.made["seconds"])
    assert set(book.said()[before:]) - {LEVEL_CHECK} == {text for text, count in said.items() if count == 2}

    book.odd(broken=False)
    before = len(book.said())
    mended = book.make("m4b")
    assert (mended.code, mended.made["recorded"], mended.made["failed"]) == (0, 4, [])
    tried = [text for text in book.said()[before:] if text != LEVEL_CHECK]
    assert sorted(tried) == sorted(text for text, count in said.items() if count == 2)
    assert seconds(book.output / "Tiny.m4b") > first.made["seconds"] + 4


def test_an_engine_that_never_works_makes_no_book_and_says_so(book: Making) -> None:
    book.write("# It crashes\n\nIt crashes.\n\nIt crashes, too.\n")
    book.odd()
    ran = book.run("make")
    assert ran.code == 1
    assert "not one line could be recorded" in ran.err
    assert "Traceback" not in ran.err
    assert not list(book.output.glob("*"))


# ---------------------------------------------------------------- two at once


def test_a_second_make_says_who_is_at_work_and_the_lock_goes_with_the_first(book: Making) -> None:
    book.write(story(4, 6))
    book.odd(wait=0.15)
    first = book.start("make", book.root)
    try:
        deadline = time.monotonic() + 60
        while len(clips(book.shelf)) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        book.run("make").refused("another audiobook is at work", str(first.pid))
        book.run("sweep").refused("another audiobook is at work", str(first.pid))
        assert book.run("plan").code == 0, "looking is no work"
        assert first.poll() is None
    finally:
        os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    book.odd()
    last = book.make()
    assert last.code == 0
    assert last.made["held"] >= 2
    nothing_left(book)


# ---------------------------------------------------------------- clocks


@pytest.mark.parametrize("when", [0, 4_102_444_800], ids=["1970", "2100"])
def test_no_time_stamp_decides_anything(made: Making, when: int) -> None:
    expected = files(made.output)
    for path in (*made.shelf.rglob("*"), *made.output.rglob("*"), *made.root.glob("manuscript/*")):
        os.utime(path, (when, when))
    again = made.here("m4b", "mp3")
    assert again.recorded == 0
    assert files(made.output) == expected
    chapter = made.root / "manuscript" / "02.md"
    chapter.write_text(chapter.read_text().replace("The rain 2 1 fell.", "The rain 2 1 held."))
    os.utime(chapter, (when, when))
    assert made.here("m4b", "mp3").recorded == 1


# ---------------------------------------------------------------- sweep and limit


def test_a_sweep_takes_what_no_line_needs_and_costs_nothing_later(made: Making) -> None:
    stale = {path.stem for path in clips(made.shelf)}
    chapter = made.root / "manuscript" / "02.md"
    chapter.write_text(chapter.read_text().replace("The rain 2 1 fell.", "The rain 2 1 held."))
    assert made.here("m4b", "mp3").recorded == 1
    needed = {path.stem for path in clips(made.shelf)}
    expected, before = files(made.output), files(made.shelf)
    swept = sweep_shelf(open_project(made.root))
    after = files(made.shelf)
    gone = {name: data for name, data in before.items() if name not in after and name != "lock"}
    assert swept == Swept(len(gone), sum(map(len, gone.values())))
    left = {path.stem for path in clips(made.shelf)}
    assert len(needed - left) == 1 and needed - left < stale
    assert {name for name in gone if not name.startswith("clips/")} == {
        name for name in gone if name.startswith(("blobs/aac-", "blobs/mp3-", "blobs/scripts/", "blobs/spoken/"))}
    assert len([name for name in gone if "blobs/aac-" in name]) == 2, "the old chapter's list and its one piece"
    shelf = {path: path.stat().st_ino for path in encoded(made.shelf)}
    assert made.here("m4b", "mp3").recorded == 0
    assert {path: path.stat().st_ino for path in encoded(made.shelf)} == shelf, "nothing is encoded again"
    assert files(made.output) == expected
    assert sweep_shelf(open_project(made.root)) == Swept(0, 0)


def test_a_sweep_remembers_which_files_are_ours(made: Making) -> None:
    sweep_shelf(open_project(made.root))
    chapter = made.root / "manuscript" / "02.md"
    chapter.write_text(chapter.read_text().replace("# Chapter 2", "# The Second"))
    assert not made.here("mp3").failed
    assert sorted(path.name for path in (made.output / "Tiny (mp3)").iterdir()) == [
        "01 - Chapter 1.mp3", "02 - The Second.mp3", "03 - Chapter 3.mp3"]


def test_the_shelf_keeps_to_its_limit_and_the_book_is_whole(made: Making) -> None:
    def size() -> int:
        return sum(path.stat().st_size for path in (*clips(made.shelf), *made.shelf.glob("blobs/*/*")))

    for number in range(4):  # older drafts
        made.write({name: text.replace("rain", f"rain {number}") for name, text in story(3, 3).items()})
        assert not made.here("m4b").failed
    limit = 3_000_000
    assert size() > limit
    made.set(sound={"shelf-limit": 3})
    last = made.here("m4b")
    assert (last.failed, last.recorded) == ((), 0)
    assert size() <= limit
    again = made.here("m4b")
    assert again.recorded == 0, "what the book is made of stays"
    made.set(sound={"shelf-limit": 1})
    expected = files(made.output)["Tiny.m4b"]
    assert preview(open_project(made.root), Place(1)).wrote
    assert made.here("m4b").recorded == 0, "even where it alone is over the limit"
    assert files(made.output)["Tiny.m4b"] == expected


def test_the_whole_shelf_may_be_deleted(made: Making) -> None:
    expected, count = files(made.output), made.here().held
    shutil.rmtree(made.shelf)
    assert made.here("m4b", "mp3").recorded == count
    assert files(made.output) == expected


def test_files_of_others_on_the_shelf_are_never_touched(made: Making) -> None:
    folder = clips(made.shelf)[0].parent
    others = [made.shelf / "notes.txt", made.shelf / "clips" / "notes.txt", folder / "notes.wav", folder / "x.wav.bak",
              made.shelf / "part" / "letter.txt", made.shelf / "blobs" / "mine" / "letter",
              made.shelf / "blobs" / "scripts" / "letter.txt", made.shelf / "more" / "deep" / "letter"]
    for path in others:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"dear reader")
    made.write(story(1, 1), sound={"shelf-limit": 1})
    assert not made.here("m4b").failed
    sweep_shelf(open_project(made.root))
    assert len(clips(made.shelf)) < 10
    assert [path for path in others if not path.exists()] == []


# ---------------------------------------------------------------- what lies in the output


def test_a_renamed_chapter_leaves_no_old_file_and_no_file_of_others_is_touched(made: Making) -> None:
    home = made.output / "Tiny (mp3)"
    (home / "my notes.txt").write_text("mine")
    (home / "99 - Chapter 99.mp3").write_text("mine")
    made.write({name: text.replace("# Chapter 2", "# The Second") for name, text in story(3, 3).items()})
    assert not made.here("mp3").failed
    assert sorted(path.name for path in home.iterdir()) == [
        "01 - Chapter 1.mp3", "02 - The Second.mp3", "03 - Chapter 3.mp3", "99 - Chapter 99.mp3", "my notes.txt"]
    assert (made.output / "Tiny.m4b").exists(), "another edition's"
    made.set(title="Other")
    assert not made.here("mp3").failed
    assert sorted(path.name for path in home.iterdir()) == ["99 - Chapter 99.mp3", "my notes.txt"]


def test_no_link_in_the_output_is_followed(made: Making, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    for name in ("01 - Chapter 1.mp3", "02 - Chapter 2.mp3", "Tiny.m4b"):
        (victim / name).write_text("VICTIM")
    home = made.output / "Tiny (mp3)"
    for name in ("01 - Chapter 1.mp3", "02 - Chapter 2.mp3"):  # links in place of files that we wrote
        (home / name).unlink()
        (home / name).symlink_to(victim / name)
    (made.output / "Tiny.m4b").unlink()
    (made.output / "Tiny.m4b").symlink_to(victim / "Tiny.m4b")
    made.write({name: text.replace("# Chapter 2", "# Two") for name, text in story(3, 3).items()})
    assert not made.here("m4b", "mp3").failed
    assert all(path.read_text() == "VICTIM" for path in victim.iterdir())
    assert len(chapters(made.output / "Tiny.m4b")) == 3
    shutil.rmtree(home)
    home.symlink_to(victim)  # a link in place of a folder that we made
    made.set(title="Other")
    assert not made.here("mp3").failed
    assert all(path.read_text() == "VICTIM" for path in victim.iterdir())


def test_a_list_of_our_files_that_names_others_is_not_believed(made: Making, tmp_path: Path) -> None:
    letter = tmp_path / "letter"
    letter.write_text("mine")
    store = Store(made.shelf)
    for key in store.names("wrote"):
        listed = json.loads(store.blob("wrote", key) or b"")
        listed["files"] += ["../../letter", str(letter)]
        store.keep_blob("wrote", key, json.dumps(listed).encode())
    assert not made.here("m4b", "mp3").failed
    assert letter.read_text() == "mine"


def test_one_book_never_removes_another_from_the_same_output(tmp_path: Path) -> None:
    """Bare files in one folder are one project, with one output."""
    book = Making(tmp_path / "book").write("# One\n\nYes.\n")
    second = book.root / "manuscript" / "02.md"
    for path in (second, book.root / "manuscript" / "01.md"):
        path.write_text(f"# One\n\nYes, {path.stem}.\n")
        book.set(title=f"Book {path.stem}")
        assert produce(open_project(path), ["m4b", "mp3"]).wrote
    assert {path.name for path in book.output.glob("*.m4b")} == {"Book 01.m4b", "Book 02.m4b"}
    book.set(title="Book 02")  # the first takes the second's name, and then another one
    assert produce(open_project(book.root / "manuscript" / "01.md"), ["m4b"]).wrote
    assert {path.name for path in book.output.glob("*.m4b")} == {"Book 02.m4b"}
    book.set(title="Book 03")
    assert produce(open_project(book.root / "manuscript" / "01.md"), ["m4b"]).wrote
    assert {path.name for path in book.output.glob("*.m4b")} == {"Book 02.m4b", "Book 03.m4b"}
