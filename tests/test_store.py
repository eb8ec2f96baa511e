"""The shelf gives back what was put there, or nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import wave
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiobook.errors import ShelfError
from audiobook.made import digest, last_takes, remember
from audiobook.model import Clip, Take, Voice, Word
from audiobook.store import Spoiled, Store, Swept


def key(n: int) -> str:
    return f"{n:064x}"[::-1]


def clip(n: int, frames: int = 100, words: tuple[Word, ...] = ()) -> tuple[Clip, bytes]:
    pcm = bytes((n + i) % 251 for i in range(2 * frames))
    return Clip(key(n), frames, 22050, -20.5 - n / 7, -3.25, words), pcm


def file_of(store: Store, n: int) -> Path:
    return next(store.folder.glob(f"clips/*/{key(n)}.wav"))


@given(st.integers(0, 3000), st.lists(st.tuples(*[st.integers(0, 2**32 - 1)] * 4), max_size=400),
       st.floats(-99, 20), st.floats(-99, 0), st.sampled_from([8000, 22050, 48000]))
@settings(max_examples=40, deadline=None)
def test_a_clip_comes_back_as_it_was_kept(tmp_path_factory, frames, words, level, peak, rate):
    folder = tmp_path_factory.mktemp("shelf")
    one = Clip("ab.c-9_X", frames, rate, level, peak, tuple(Word(*word) for word in words))
    pcm = os.urandom(2 * frames)
    Store(folder).keep(one, pcm)
    assert Store(folder).clips(["ab.c-9_X", "other"]) == {"ab.c-9_X": Clip("ab.c-9_X", frames, rate, level, peak)}
    assert Store(folder).words("ab.c-9_X") == one.words
    assert Store(folder).pcm("ab.c-9_X") == pcm


def test_a_clip_is_a_wav_file_that_anything_plays(tmp_path):
    one, pcm = clip(1, 333, (Word(0, 2, 0, 50),))
    store = Store(tmp_path)
    store.keep(one, pcm)
    with wave.open(str(file_of(store, 1))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate(), file.getnframes()) == (1, 2, 22050, 333)
        assert file.readframes(400) == pcm


def test_a_clip_with_a_wrong_length_is_refused(tmp_path):
    one, pcm = clip(1)
    with pytest.raises(ValueError, match="100 frames"):
        Store(tmp_path).keep(one, pcm[:-1])


@pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
def test_a_truncated_or_emptied_clip_is_not_held(tmp_path, many):
    store = Store(tmp_path)
    for n in range(900 if many else 6):
        store.keep(*clip(n, 5))
    wanted = [key(n) for n in range(900 if many else 6)]
    assert len(store.clips(wanted)) == len(wanted)  # and with many, the index is there from now on
    for n, cut in enumerate((0, 1, 30, 60, -1)):
        path = file_of(store, n)
        path.write_bytes(path.read_bytes()[:cut])
    longer = file_of(store, 5)
    longer.write_bytes(longer.read_bytes() + b"\0\0")
    assert set(store.clips(wanted)) == set(wanted[6:])
    assert not list(tmp_path.glob(f"clips/*/{key(0)}.wav"))


def test_one_flipped_byte_anywhere_is_noticed_and_the_clip_taken_off(tmp_path):
    store = Store(tmp_path)
    one, pcm = clip(3, 40, (Word(0, 4, 1, 9),))
    store.keep(one, pcm)
    path = file_of(store, 3)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        with pytest.raises(Spoiled) as spoiled:
            store.pcm(one.key)
        assert spoiled.value.key == one.key
        assert not path.exists()
    with pytest.raises(Spoiled):
        store.pcm(one.key)


def test_many_clips_are_found_the_same_with_and_without_the_index(tmp_path):
    store = Store(tmp_path)
    made = dict([(one.key, one) for n in range(700) for one, pcm in [clip(n, n % 9)] if not store.keep(one, pcm)])
    assert store.clips(made) == made
    assert (tmp_path / "index").exists()
    assert store.clips(made) == made
    (tmp_path / "index").write_bytes((tmp_path / "index").read_bytes()[:-9] + b"spoiled!!")
    assert store.clips(made) == made
    (tmp_path / "index").unlink()
    store.remember(made.values())
    file_of(store, 8).unlink()
    assert store.clips(made) == {name: one for name, one in made.items() if name != key(8)}


@pytest.mark.parametrize("size", [0, 7, 1 << 20])
def test_a_blob_of_pieces_is_one_of_all_of_them(tmp_path, size):
    pieces = os.urandom(size), bytearray(b"between"), b"", os.urandom(size)
    Store(tmp_path).keep_blob("aac", "x", *pieces)
    assert Store(tmp_path).blob("aac", "x") == b"".join(pieces)


def test_a_blob_comes_back_or_nothing_does(tmp_path):
    store = Store(tmp_path)
    assert store.blob("aac", "x") is None
    store.keep_blob("aac", "x", b"sound" * 100)
    assert store.blob("aac", "x") == b"sound" * 100
    assert store.blob("opus", "x") is None
    path = tmp_path / "blobs" / "aac" / "x"
    whole = path.read_bytes()
    for spoiled in (b"", whole[:10], whole[:-1], whole + b"x", whole[:50] + b"!" + whole[51:]):
        path.write_bytes(spoiled)
        assert store.blob("aac", "x") is None
        assert not path.exists()
        store.keep_blob("aac", "x", b"sound" * 100)


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", ".hidden", "a\0b", "x" * 300])
def test_no_key_leaves_the_shelf(tmp_path, name):
    store = Store(tmp_path / "shelf")
    for act in (lambda: store.keep_blob("aac", name, b""), lambda: store.keep_blob(name, "a", b""),
                lambda: store.pcm(name), lambda: store.blob("aac", name)):
        with pytest.raises(ValueError, match="not a k"):
            act()


def test_a_sweep_removes_what_nobody_names_and_says_how_much(tmp_path):
    store = Store(tmp_path)
    for n in range(5):
        store.keep(*clip(n))
    store.keep_blob("aac", "old", b"12345")
    store.keep_blob("aac", "new", b"12345")
    size = sum(file_of(store, n).stat().st_size for n in (0, 1)) + (tmp_path / "blobs/aac/old").stat().st_size
    assert store.sweep([key(2), key(3), key(4), "new", "unheard"]) == Swept(3, size)
    assert set(store.clips(map(key, range(5)))) == {key(2), key(3), key(4)}
    assert store.blob("aac", "new") == b"12345"


def test_over_its_limit_the_shelf_forgets_what_was_needed_longest_ago(tmp_path):
    store = Store(tmp_path)
    for n in range(6):
        store.keep(*clip(n))
    each = file_of(store, 0).stat().st_size
    store.limit = 100 * each
    store.trim(map(key, (0, 1, 2)))  # first run
    store.trim(map(key, (1, 3)))  # second run; 4 and 5 were never needed
    store.limit = 4 * each
    assert store.trim(map(key, (1, 3))).files == 2
    assert set(store.clips(map(key, range(6)))) == {key(n) for n in (0, 1, 2, 3)}
    store.limit = 3 * each
    store.trim([key(0)])  # 2 is the oldest now
    assert set(store.clips(map(key, range(6)))) == {key(n) for n in (0, 1, 3)}


def test_what_this_run_needs_is_never_trimmed(tmp_path):
    store = Store(tmp_path, limit=1)
    for n in range(3):
        store.keep(*clip(n))
    assert store.trim(map(key, range(3))) == Swept(0, 0)
    assert len(store.clips(map(key, range(3)))) == 3


def test_without_a_limit_nothing_is_trimmed(tmp_path):
    store = Store(tmp_path)
    store.keep(*clip(1))
    assert store.trim([]) == Swept(0, 0)
    assert not (tmp_path / "used").exists()


_HOLD = """
import sys
from pathlib import Path
from audiobook.store import Store
with Store(Path(sys.argv[1])).lock():
    print("held", flush=True)
    sys.stdin.read()
"""


def held_by_another(folder: Path) -> subprocess.Popen[str]:
    other = subprocess.Popen([sys.executable, "-c", _HOLD, str(folder)], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    return other


def test_the_second_at_work_is_told_who_is_the_first(tmp_path):
    other = held_by_another(tmp_path)
    try:
        with pytest.raises(ShelfError, match=f"process {other.pid}") as told, Store(tmp_path).lock():
            pass
        assert told.value.hint
    finally:
        other.communicate()
    with Store(tmp_path).lock():
        pass


def test_a_killed_process_leaves_no_lock_and_its_leftovers_are_removed(tmp_path):
    other = held_by_another(tmp_path)
    left = tmp_path / "part" / f"{other.pid}-0"
    left.parent.mkdir()
    left.write_bytes(b"half a cl")
    mine = tmp_path / "part" / f"{os.getpid()}-99"
    mine.write_bytes(b"still being written")
    other.kill()
    other.communicate()
    with Store(tmp_path).lock():
        assert not left.exists()
        assert mine.exists()


def test_leftovers_of_a_process_with_our_number_are_written_over(tmp_path):
    store = Store(tmp_path)
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / f"{os.getpid()}-0").write_bytes(b"half")
    store.keep(*clip(1))
    assert store.pcm(key(1)) == clip(1)[1]
    assert not list((tmp_path / "part").iterdir())


_FILL = """
import resource, sys
from pathlib import Path
from audiobook.errors import ShelfError
from audiobook.model import Clip
from audiobook.store import Store
store = Store(Path(sys.argv[1]))
store.keep(Clip("small", 10, 22050, -20.0, -3.0), bytes(20))
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
for put in (lambda: store.keep(Clip("large", 9000, 22050, -20.0, -3.0), bytes(18000)),
            lambda: store.keep_blob("aac", "large", bytes(18000))):
    try:
        put()
    except ShelfError as error:
        print(error.message, "|", error.hint)
print(store.pcm("small") == bytes(20), store.clips(["small", "large"]).keys(), store.blob("aac", "large"))
print([path for path in Path(sys.argv[1], "part").iterdir()])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits on file size are POSIX's")
def test_a_full_disk_is_said_in_one_line_and_the_shelf_stays_whole(tmp_path):
    done = subprocess.run([sys.executable, "-c", _FILL, str(tmp_path)], capture_output=True, text=True, check=True)
    first, second, third, fourth = done.stdout.splitlines()
    assert first == second
    assert "no room left" in first
    assert "| make room" in first
    assert third == "True dict_keys(['small']) None"
    assert fourth == "[]"


def test_a_really_full_disk_is_said_in_one_line(tmp_path):
    """The same on a file system of 512 KB, where it may be mounted."""
    with mounted(tmp_path / "disk", "size=512k") as disk:
        store = Store(disk)
        kept = fill(store)
        assert len(store.clips(map(key, range(100)))) == kept > 3
        assert all(store.pcm(key(n)) == clip(n, 20000)[1] for n in range(kept))
        assert not list((disk / "part").iterdir())


def test_a_read_only_shelf_is_read_and_refuses_to_be_written_in_one_line(tmp_path):
    with mounted(tmp_path / "disk", "size=8m") as disk:
        store = Store(disk)
        for n in range(500):
            store.keep(*clip(n, 2))
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert len(store.clips(map(key, range(500)))) == 500
        assert store.pcm(key(7)) == clip(7, 2)[1]
        store.remember(store.clips(map(key, range(500))).values())
        for act in (lambda: store.keep(*clip(501)), lambda: store.keep_blob("aac", "x", b""),
                    lambda: store.lock().__enter__(), lambda: store.sweep([])):
            with pytest.raises(ShelfError, match="cannot be written"):
                act()
        assert len(store.clips(map(key, range(500)))) == 500


def fill(store: Store) -> int:
    """Keep clips until the disk is full; how many were kept."""
    for n in range(100):
        try:
            store.keep(*clip(n, 20000))
        except ShelfError as error:
            if "no room left" not in error.message:
                raise
            return n
    raise AssertionError("a disk that is never full")


class mounted:
    """A small file system of its own for a test; skips, by name, where it may not be made."""

    def __init__(self, folder: Path, options: str) -> None:
        self.folder, self.options = folder, options

    def __enter__(self) -> Path:
        self.folder.mkdir()
        try:
            subprocess.run(["mount", "-t", "tmpfs", "-o", self.options, "tmpfs", str(self.folder)],
                           check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("a file system of its own needs the right to mount one")
        return self.folder

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", str(self.folder)], check=False)


def test_a_shelf_that_is_a_file_is_said_so(tmp_path):
    (tmp_path / "shelf").write_text("not a folder")
    for act in (lambda: Store(tmp_path / "shelf").keep(*clip(1)),
                lambda: Store(tmp_path / "shelf").lock().__enter__()):
        with pytest.raises(ShelfError):
            act()


def test_what_a_book_was_made_of_is_noted_anew_when_any_of_it_changes(tmp_path: Path) -> None:
    store = Store(tmp_path / "shelf")
    hum, loud = Voice("tone", "hum"), Voice("tone", "hum", gain=3.0)
    one, two, three = (Clip(letter * 64, 10, 8000, -20.0, -3.0) for letter in "abc")
    noted = []
    for takes, clips, extras in (
            ((Take("One.", hum), None, Take("Two.", hum)), (one, None, two), ()),
            ((Take("One.", hum), None, Take("Two.", loud)), (one, None, two), ()),
            ((Take("One.", hum), None, Take("Two.", loud)), (one, None, three), ()),
            ((Take("One.", hum), None, Take("Two.", loud)), (one, None, None), ()),
            ((Take("One.", hum), None, Take("Two.", loud)), (one, None, None), (three,))):
        for _ in range(2):
            remember(store, takes, clips, extras)
            told = last_takes(store)
            assert told["rows"] == [[digest(take.text), digest(take.text, take.voice), clip.key]
                                    for take, clip in zip(takes, clips, strict=True) if take and clip]
            assert told["extras"] == [clip.key for clip in extras]
        noted.append(told)
    assert all(told not in noted[:at] for at, told in enumerate(noted))
