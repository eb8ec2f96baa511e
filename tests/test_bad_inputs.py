"""Hostile and broken manuscripts, from the generator beside the checkout: read, or refused in one line."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import Corpus, hostile, needs_maker

from audiobook.errors import AudiobookError
from audiobook.readers import read
from audiobook.spoken import spoken

KINDS = {"text", "markdown", "fs"}
LATER = {"odd_straight_quote_early.txt": "the script warns of a quotation that never ends",
         "out_is_a_file": "an output, not a manuscript", "out_with_symlinks": "an output, not a manuscript"}

pytestmark = needs_maker


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with hostile(tmp_path_factory.mktemp("bad") / "in") as made:
        yield made


def outcome(path: Path, root: Path) -> tuple[str, str]:
    """What came of reading a case, and everything that a person could see or hear of it."""
    try:
        book = read(path, root)
    except AudiobookError as error:
        return "error", f"{error.source} {error.message} {error.hint}"
    lines = [line.text for chapter in book.chapters
             for line in (*chapter.heading, *(p for scene in chapter.scenes for p in scene.paragraphs))]
    heard = " ".join(spoken(line, "en") for line in lines)
    assert any(c.isalnum() for c in heard)
    seen = " ".join(chapter.title for chapter in book.chapters) + " ".join(note.message for note in book.notes)
    warned = any(note.severity != "note" for note in book.notes)
    return "ok_warn" if warned else "ok", f"{heard} {seen} {book.title}"


def test_every_case_is_read_or_refused_as_it_should_be(corpus: Corpus) -> None:
    root, cases = corpus.root, corpus.of(*KINDS)
    wrong = []
    for case in cases:
        path = root / case["path"]
        if "raw_path_hex" in case:
            path = Path(os.fsdecode(os.fsencode(root) + b"/" + bytes.fromhex(case["raw_path_hex"])))
        if path.name in LATER:
            continue
        begun = time.process_time()
        came, shown = outcome(path, root)
        took = time.process_time() - begun
        allowed = {"ok": {"ok", "ok_warn"}, "ok_warn": {"ok_warn"}, "error": {"error"},
                   "ok_or_error": {"ok", "ok_warn", "error"}}[case["expect"]]
        missing = [want for want in case["want"] if want not in shown] if came != "error" else []
        leaked = [never for never in case["never"] if never in shown]
        if came == "error" and "\n" in shown:
            leaked.append("a second line")
        if came not in allowed or missing or leaked or took > case["limits"]["seconds"]:
            wrong.append((case["path"], case["expect"], came, missing, leaked, round(took, 1)))
    assert not wrong
    assert len(cases) > 50
    assert not corpus.asked, "something was fetched from the network"
    assert (root / "fs" / "victim.txt").read_text() == "VICTIM\n"
    assert not list(root.rglob("pwned*"))
