"""Whatever the clock says, and however it jumps, the book is the same bytes and nothing is recorded again.

libfaketime (Debian's `faketime`) stands between the program, with every process of it, and the clock. Only the time
of day is another one: a machine that slept, or whose clock was set, goes on counting its own seconds.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from making import Making, clips, encoded, files, odd_engine, story
from outside import tool

pytestmark = [pytest.mark.outside, pytest.mark.skipif(sys.platform != "linux", reason="libfaketime as Debian has it")]

EDITIONS = ("m4b", "mp3", "lpf")
FAR = ("@1999-12-31 23:59:50", "@2037-06-01 12:00:00")
Clock = Callable[[str], Path]

_SLEEP = """
import select, time
time.sleep = lambda seconds: select.select((), (), (), seconds) and None
"""  # libfaketime 0.9.10 refuses the call that Python sleeps with (clock_nanosleep), whatever the clock says
_YEARS = """
import sys, time
print("ready", flush=True)
until, seen = time.monotonic() + 60, set()
while time.monotonic() < until and not seen >= {int(year) for year in sys.argv[1:]}:
    seen.add(time.gmtime().tm_year)
print(*sorted(seen))
"""


@pytest.fixture(scope="module")
def library() -> str:
    found = subprocess.run([tool("faketime"), "-f", "+0d", "sh", "-c", "echo $LD_PRELOAD"], capture_output=True,
                           text=True, check=True).stdout.strip()
    assert found
    return found


@pytest.fixture
def clock(library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Gives every program started from now on this clock, or, for "", the one that stands in the file that comes
    back, whenever they look."""
    def set_to(spec: str) -> Path:
        file = tmp_path / "clock"
        file.write_text("+0d\n")
        monkeypatch.setenv("LD_PRELOAD", library)
        monkeypatch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        if spec:
            monkeypatch.setenv("FAKETIME", spec)
        else:
            monkeypatch.setenv("FAKETIME_TIMESTAMP_FILE", str(file))
            monkeypatch.setenv("FAKETIME_NO_CACHE", "1")
        return file

    return set_to


def year() -> int:
    """What a program that is started now takes this year to be."""
    return int(subprocess.run([sys.executable, "-c", "import time; print(time.gmtime().tm_year)"], capture_output=True,
                              check=True).stdout)


@dataclass(frozen=True)
class Plain:
    """What comes of the book by the clock as it is: files, and what the engine was asked to say."""

    site: Path
    files: dict[str, bytes]
    said: list[str]


def made_plainly(root: Path, site: Path, texts: dict[str, str]) -> Plain:
    book = Making(root, site).write(texts)
    book.odd()
    assert book.make(*EDITIONS).code == 0
    return Plain(site, files(book.output), sorted(book.said()))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Plain:
    folder = tmp_path_factory.mktemp("plain")
    site = odd_engine(folder / "site")
    (site / "sitecustomize.py").write_text(_SLEEP)
    return made_plainly(folder / "book", site, story(3, 3))


@pytest.fixture
def book(tmp_path: Path, plain: Plain) -> Making:
    """The same book, not made yet."""
    making = Making(tmp_path / "book", plain.site).write(story(3, 3))
    making.odd()
    return making


@pytest.mark.parametrize("date", FAR)
def test_the_date_is_not_in_the_book(book: Making, plain: Plain, clock: Clock, date: str) -> None:
    clock(date)
    assert year() == int(date[1:5])
    assert book.make(*EDITIONS).code == 0
    assert (files(book.output), sorted(book.said())) == (plain.files, plain.said)


@pytest.mark.parametrize("dates", [FAR, FAR[::-1]], ids=["on", "back"])
def test_a_clock_set_on_or_back_between_two_makes_costs_nothing(book: Making, plain: Plain, clock: Clock,
                                                                dates: tuple[str, str]) -> None:
    clock(dates[0])
    assert book.make(*EDITIONS).code == 0
    made, said = files(book.output), len(book.said())
    shelf = {path: path.stat().st_mtime_ns for path in (*clips(book.shelf), *encoded(book.shelf))}
    clock(dates[1])
    assert year() == int(dates[1][1:5])
    again = book.make(*EDITIONS)
    assert (again.code, again.made["recorded"]) == (0, 0)
    assert len(book.said()) == said
    assert {path: path.stat().st_mtime_ns for path in (*clips(book.shelf), *encoded(book.shelf))} == shelf
    assert files(book.output) == made
    edited = {name: f"{text}\nA bell rang.\n" if name == "02.md" else text for name, text in story(3, 3).items()}
    book.write(edited)
    assert book.make(*EDITIONS).made["recorded"] == 1
    assert files(book.output) == made_plainly(book.root.with_name("edited"), plain.site, edited).files


def test_a_clock_that_jumps_by_years_while_a_book_is_made_changes_nothing(book: Making, plain: Plain,
                                                                             clock: Clock) -> None:
    book.odd(wait=0.02)
    today = time.gmtime().tm_year
    years = (8, -20, 4, -12)
    file = clock("")
    watching = subprocess.Popen([sys.executable, "-c", _YEARS, *(str(today + each) for each in years)],
                                stdout=subprocess.PIPE, text=True)
    assert watching.stdout is not None
    assert watching.stdout.readline() == "ready\n"
    running = book.start("make", book.root, *(word for name in EDITIONS for word in ("--as", name)))
    jumps = 0
    while running.poll() is None:
        file.write_text(f"{years[jumps % 4] * 365.25:+.0f}d\n")
        jumps += 1
        time.sleep(0.02)
    _, err = running.communicate()
    assert running.returncode == 0, err
    assert jumps > 10
    assert {today + each for each in years} <= set(map(int, watching.communicate()[0].split())), "it did jump"
    assert sorted(book.said()) == plain.said, "nothing is recorded twice"
    assert files(book.output) == plain.files


@pytest.mark.parametrize("speed", ["x1000", "x0.01"])
def test_a_clock_that_runs_fast_or_slow_changes_nothing(book: Making, plain: Plain, clock: Clock,
                                                         speed: str) -> None:
    clock(f"+0d {speed}")
    assert book.make(*EDITIONS).code == 0
    assert (files(book.output), sorted(book.said())) == (plain.files, plain.said)
