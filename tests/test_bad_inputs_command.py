"""Hostile and broken input through the whole command: made or refused in one line, and nothing else touched.

The corpus is written by a program that lies beside the checkout. What readers, settings and covers do with it
one by one is held by their own tests; here it is what a person would see, hear and find on the disk.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import Corpus, hostile, needs_maker
from making import COMMAND, Ran, files, seconds

from audiobook.cli import main

pytestmark = [needs_maker, pytest.mark.skipif(sys.platform == "win32", reason="the corpus holds links and pipes")]


RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
"""What no stream may show as it is: terminals and readers obey it."""
LARGE = 5_000  # bytes: hours of sound; such a text is read and cast, and not recorded
NAMED = ("heading", "html_in", "csv", "terminal", "bidi", "metadata")  # titles that become names, tags and pages


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with hostile(tmp_path_factory.mktemp("bad") / "in") as made:
        (made.root / "fs" / "out_readonly").chmod(0o755)
        yield made


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(autouse=True)
def untouched(corpus: Corpus) -> Iterator[None]:
    """Nothing in the corpus changes, nothing is asked of the network, nobody's command is run."""
    before = listed(corpus.root)
    yield
    assert listed(corpus.root) == before
    assert not corpus.asked, "something was fetched from the network"
    assert (corpus.root / "fs" / "victim.txt").read_text() == "VICTIM\n"
    assert not list(corpus.root.rglob("pwned*")) and not list(Path("/tmp").glob("pwned*"))


def listed(root: Path) -> dict[str, tuple[int, int, int]]:
    """Every name below a folder, links not followed."""
    found = {}
    for where, folders, names in os.walk(root):
        for name in (*folders, *names):
            told = os.lstat(os.path.join(where, name))
            found[os.path.join(where, name)] = (told.st_mode, told.st_size, told.st_mtime_ns if name in names else 0)
    return found


class Slow(Exception):
    """A run took longer than its case allows."""


def run(*words: object, within: int = 60) -> Ran:
    """`audiobook WORDS` in this process; whatever it raises but its exit is raised here."""
    def late(*_: object) -> None:
        raise Slow(words)

    out, err, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["audiobook", *map(str, words)]
    signal.signal(signal.SIGALRM, late)
    signal.alarm(within)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as ended:
        return Ran(int(ended.code or 0), out.getvalue(), err.getvalue())
    finally:
        signal.alarm(0)
        sys.argv = before
    raise AssertionError("it ends by an exit")


def faults(case: dict[str, Any], ran: Ran, folder: Path) -> list[str]:
    """What is wrong with how it ended, whatever the case; `folder` is where it worked."""
    found = []
    shown = ran.out + ran.err
    if RAW.search(shown):
        found.append(f"printed raw: {RAW.search(shown)}")
    if "Traceback" in shown:
        found.append("a traceback")
    found += [f"shown: {word!r}" for word in case["never"] if word in shown]
    if strangers := sorted(set(os.listdir(folder)) - {"output", ".audiobook"}):
        found.append(f"written elsewhere: {strangers}")
    if ran.code == 1:
        rows = ran.err.splitlines()
        if ran.out or not rows or len([row for row in rows if not row.startswith("  ")]) != 1:
            found.append(f"not one clear line: {shown!r}")
    elif ran.code:
        found.append(f"exit {ran.code}: {ran.err}")
    secret = case["never"][0].encode()
    for name, data in files(folder).items():
        if secret in data:
            found.append(f"the secret is in {name}")
        if name.startswith("output/") and (len(name.rpartition("/")[2].encode()) > 255 or RAW.search(name)):
            found.append(f"a bad name: {name!r}")
    return found


def made_of(case: dict[str, Any], corpus: Corpus, here: Path, path: object) -> list[str]:
    """Run one manuscript through `make` (or, a large one, through `script` and `plan`); what was wrong."""
    for folder in (here / "output", here / ".audiobook"):
        shutil.rmtree(folder, ignore_errors=True)
    file = corpus.root / case["path"]
    large = file.is_file() and not file.is_symlink() and file.suffix == ".txt" and file.stat().st_size > LARGE
    editions = ["m4b"]
    if any(word in Path(case["path"]).name for word in NAMED) and "identical" not in case["path"]:
        editions += ["mp3", "page", "podcast", "captions", "readalong"]
    limit = int(case["limits"]["seconds"])
    if large:
        ran = run("plan", "--engine", "tone", "--", path, within=limit)
    else:
        ran = run("make", "--engine", "tone", *(word for name in editions for word in ("--as", name)), "--", path,
                  within=limit)
    wrong = faults(case, ran, here)
    if ran.code == 0:
        if not large:
            sounds = list((here / "output").glob("*.m4b"))
            if len(sounds) != 1 or seconds(sounds[0]) < 0.3:
                wrong.append("a silent book")
        told = run("script", "--json", "--", path, within=limit)
        wrong += faults(case, told, here)
        text = "".join(line["text"] for line in json.loads(told.out)["lines"])
        wrong += [f"lost: {word}" for word in case["want"] if word not in text]
        wrong += faults(case, checked := run("check", "--engine", "tone", "--", path, within=limit), here)
        if case["expect"] == "ok_warn" and not (len(ran.err.splitlines()) > 1 or checked.out):
            wrong.append("no warning")
    unread = "files cannot be read" in ran.err  # a format that no reader is installed for
    if not unread and ((case["expect"] == "error" and ran.code == 0) or (
            case["expect"] in ("ok", "ok_warn") and ran.code)):
        wrong.append(f"{case['expect']}, and came to {ran.code}: {ran.err}")
    return wrong


def told(case: dict[str, Any], wrong: list[str]) -> list[str]:
    return [f"{case['path']}: {what}" for what in wrong]


@pytest.mark.parametrize("kind", ["text", "markdown", "html", "epub", "docx", "pdf"])
def test_a_manuscript_is_made_or_refused_in_one_line(corpus: Corpus, here: Path, kind: str) -> None:
    wrong = []
    for case in corpus.of(kind):
        wrong += told(case, made_of(case, corpus, here, corpus.root / case["path"]))
    assert not wrong


def test_odd_files_and_odd_names_are_made_or_refused_in_one_line(corpus: Corpus, here: Path) -> None:
    wrong = []
    for case in corpus.of("fs"):
        path = corpus.root / case["path"]
        if "raw_path_hex" in case:
            path = Path(os.fsdecode(os.fsencode(corpus.root) + b"/" + bytes.fromhex(case["raw_path_hex"])))
        if not path.name.startswith("out_"):
            wrong += told(case, made_of(case, corpus, here, path))
    assert not wrong


def test_names_that_are_no_text_or_look_like_options_are_taken_as_names(corpus: Corpus, tmp_path: Path) -> None:
    """By a real process, in the folder itself: the names come in as bytes and go out on real streams."""
    (tmp_path / "fs").mkdir()
    (tmp_path / "fs" / "--help.txt").write_bytes((corpus.root / "fs" / "--help.txt").read_bytes())
    with open(os.fsencode(tmp_path / "fs") + b"/bad\xff\xfename.txt", "wb") as file:
        file.write((corpus.root / "fs" / "--help.txt").read_bytes())
    for name in (b"--help.txt", b"bad\xff\xfename.txt"):
        done = subprocess.run([*COMMAND, "make", "--engine", "tone", "--", name], cwd=tmp_path / "fs",
                              capture_output=True, timeout=120, env={**os.environ, "LC_ALL": "C.UTF-8"})
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr
        assert b"\xff" not in done.stdout + done.stderr
    assert len(list((tmp_path / "fs" / "output").glob("*.m4b"))) == 2


def test_links_in_the_output_are_replaced_and_never_followed(corpus: Corpus, tmp_path: Path, here: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(corpus.root / "fs" / "out_with_symlinks", out, symlinks=True)
    names = {path.name for path in out.iterdir()}
    assert {"book.m4b", "book.mp3", "feed.xml"} <= names
    (here / "manuscript").mkdir()
    shutil.copy(corpus.root / "text" / "utf8_bom.txt", here / "manuscript" / "01.txt")
    (here / "voices.yaml").write_text("title: book\nengine: tone\n")
    ran = run("make", "--as", "m4b", "--as", "mp3-single", "--as", "mp3", "--as", "podcast", "--output", out)
    assert ran.code == 0, ran.err
    assert not (out / "book.m4b").is_symlink() and not (out / "book.mp3").is_symlink()
    assert (corpus.root / "fs" / "victim.txt").read_text() == "VICTIM\n"
    refused = run("make", "--output", corpus.root / "fs" / "out_is_a_file")
    refused.refused("out_is_a_file", "not a folder")


def project(here: Path, voices: bytes) -> None:
    for name in ("output", ".audiobook", "manuscript"):
        shutil.rmtree(here / name, ignore_errors=True)
    (here / "manuscript").mkdir()
    (here / "manuscript" / "01.md").write_text("# One\n\n“Hello,” said Anna. Nobody answered.\n", encoding="utf-8")
    (here / "voices.yaml").write_bytes(voices)


def test_a_hostile_voices_yaml_is_refused_with_its_line(corpus: Corpus, here: Path) -> None:
    wrong = []
    for case in corpus.of("config"):
        project(here, (corpus.root / case["path"]).read_bytes())
        before = set(os.listdir(here))
        for command in ("make", "cast", "check"):
            ran = run(command, "--engine", "tone", within=int(case["limits"]["seconds"]))
            shown = ran.out + ran.err
            found = [f"shown: {word!r}" for word in case["never"] if word in shown]
            if RAW.search(shown) or "Traceback" in shown or ran.code not in (0, 1):
                found.append(f"{command}: {ran}")
            if ran.code == 1 and not (ran.err.startswith("voices.yaml") and not ran.out):
                found.append(f"{command}: no line of voices.yaml: {shown!r}")
            if ran.code == 0 and case["expect"] == "error":
                found.append(f"{command}: taken")
            wrong += told(case, found)
        wrong += told(case, [f"written: {name}" for name in set(os.listdir(here)) - before
                             - {"output", ".audiobook"}])
    assert not wrong


def test_a_hostile_cover_is_refused_in_one_line(corpus: Corpus, here: Path) -> None:
    wrong = []
    for case in corpus.of("image"):
        name = Path(case["path"]).name
        project(here, f"title: book\ncover: {name}\n".encode())
        shutil.copy(corpus.root / case["path"], here / name)
        ran = run("make", "--engine", "tone", within=int(case["limits"]["seconds"]))
        rows = [row for row in ran.err.splitlines() if not row.startswith("  ")]
        if ran.code != 1 or ran.out or len(rows) != 1 or name not in rows[0]:
            wrong += told(case, [repr(ran)])
        wrong += told(case, [f"shown: {word!r}" for word in case["never"] if word in ran.err])
        assert not list((here / "output").rglob("*.m4b"))
        (here / name).unlink()
    assert not wrong
