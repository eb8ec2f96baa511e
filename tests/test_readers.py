"""Manuscripts -> books: chapters, scenes, what is left out and reported, and not a character lost."""

from __future__ import annotations

import doctest
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiobook import readers
from audiobook.errors import ManuscriptError
from audiobook.model import Book
from audiobook.text import furniture, outline, wording
from audiobook.text.outline import Page

NOVELS = Path(__file__).resolve().parents[2] / "shared" / "attribution" / "dev"
PROSE = "It was a dark night, and nobody had come to the house for days.\n\n"


def book(tmp_path: Path, text: str, name: str = "story.txt") -> Book:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return readers.read(path, tmp_path)


def titles(found: Book) -> list[str]:
    return [chapter.title for chapter in found.chapters]


def said(found: Book) -> list[str]:
    return [paragraph.text for chapter in found.chapters for scene in chapter.scenes for paragraph in scene.paragraphs]


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(readers).failed == 0


# ---------------------------------------------------------------- nothing is lost

LINES = st.lists(st.sampled_from([
    "", "", "", "CHAPTER I.", "Chapter 2: The Storm", "II", "III.", "1", "PART ONE", "***", "---", "===", "# One",
    "## Two", "[Illustration: a cat]", "[1] A note.", "CONTENTS", "THE END", "END OF VOL. I.", "By Jane Austen", "Emma",
    "    \"Indented,\" he said.", "It was late. She went home.", "a short line", "<!-- a", "b -->", "```", "> letter",
    "Title: A Book", "Prologue", "12", "\x0c", "\x01", "DOWN THE HOLE", "a " * 80]), max_size=30)


@settings(deadline=None)
@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from([".txt", ".md"]))
def test_every_character_is_in_one_paragraph_heading_break_or_note(lines: list[str], end: str, suffix: str) -> None:
    from tempfile import TemporaryDirectory
    with TemporaryDirectory() as folder:
        path = Path(folder, "a" + suffix)
        path.write_bytes(end.join(lines).encode())
        try:
            found = readers.read(path, Path(folder))
        except ManuscriptError as error:
            refusal = error.message
            found = None
    if found is None:
        assert "nothing to say" in refusal
        return
    text = found.texts[path.name]
    spans = [(p.source.start, p.source.end) for chapter in found.chapters
             for p in (*chapter.heading, *(p for scene in chapter.scenes for p in scene.paragraphs))]
    for chapter in found.chapters:
        for p in (*chapter.heading, *(p for scene in chapter.scenes for p in scene.paragraphs)):
            assert p.text == text[p.source.start:p.source.end]
            before = text[:p.source.start].replace("\r\n", "\n").replace("\r", "\n")
            assert p.source.line == before.count("\n") + 1
    assert spans == sorted(spans)
    spans += [(note.source.start, note.source.end) for note in found.notes
              if note.source and note.code.startswith("left-out")]
    at = 0
    for start, stop in sorted(spans):
        assert start >= at
        between = text[at:start]
        assert all(outline.is_break(line.strip()) or not line.strip() for line in between.splitlines())
        at = stop
    assert all(outline.is_break(line.strip()) or not line.strip() for line in text[at:].splitlines())


def test_a_lost_stretch_stops_the_run() -> None:
    page = Page("One.\n\nTwo.\n\nThree.", "a.txt")
    del page.blocks[1]
    with pytest.raises(ManuscriptError, match="would be lost"):
        outline.book(page, "x")


# ---------------------------------------------------------------- chapters


@pytest.mark.parametrize(("heading", "title"), [
    ("CHAPTER I.\nDown the Rabbit-Hole", "Chapter I: Down the Rabbit-Hole"),
    ("Chapter One: The Storm", "Chapter One: The Storm"),
    ("CHAPTER THE FIRST\n\nTHE ONE THING NEEDFUL", "Chapter the First: The One Thing Needful"),
    ("PROLOGUE", "Prologue"),
    ("PART ONE\n\n\nChapter 1", "Part One, Chapter 1"),
    ("                CHAPTER\n                   1", "Chapter 1"),
    ("Chapter 1\n=========", "Chapter 1"),
])
def test_plain_headings_head_chapters(tmp_path: Path, heading: str, title: str) -> None:
    found = book(tmp_path, f"{heading}\n\n\n{PROSE * 3}CHAPTER II.\n\n{PROSE}")
    assert titles(found)[0] == title
    assert len(found.chapters) == 2
    assert len(said(found)) == 4


def test_bare_numerals_head_chapters_only_in_sequence(tmp_path: Path) -> None:
    assert titles(book(tmp_path, f"I\n\n{PROSE}II\n\n{PROSE}III\n\n{PROSE}")) == ["I", "II", "III"]
    assert len(book(tmp_path, f"{PROSE}I\n\n{PROSE}V\n\n{PROSE}").chapters) == 1


def test_a_sentence_that_speaks_of_a_chapter_heads_none(tmp_path: Path) -> None:
    found = book(tmp_path, f"CHAPTER I\n\n{PROSE}Chapter two was found, and she glanced at its first lines.\n\n{PROSE}")
    assert len(found.chapters) == 1


def test_markdown_has_a_title_above_its_chapters(tmp_path: Path) -> None:
    found = book(tmp_path, f"# The Book\n\nby Ann Lee\n\n## One\n{PROSE}## Two\n\n### Later\n\n{PROSE}", "a.md")
    assert titles(found) == ["One", "Two"]
    assert (found.details.title, found.details.author) == ("The Book", "Ann Lee")


def test_front_matter_is_read_and_not_said(tmp_path: Path) -> None:
    found = book(tmp_path, f"---\ntitle: My Book\nauthor: Ann\nlanguage: en-GB\n---\n# One\n\n{PROSE}", "a.md")
    assert (found.details.title, found.details.author, found.language) == ("My Book", "Ann", "en-GB")
    assert [note.code for note in found.notes] == ["left-out-front-matter"]


@pytest.mark.parametrize("value", ['!!python/object/apply:os.system ["x"]', "*a", "[1", "{a: b}"])
def test_front_matter_that_cannot_be_meant_is_an_error_with_its_line(tmp_path: Path, value: str) -> None:
    with pytest.raises(ManuscriptError) as caught:
        book(tmp_path, f"---\ntitle: {value}\n---\n# One\n\n{PROSE}", "a.md")
    assert caught.value.source is not None


def test_a_text_without_headings_is_one_chapter_called_as_its_file(tmp_path: Path) -> None:
    assert titles(book(tmp_path, PROSE * 3, "03 - The Storm.txt")) == ["The Storm"]


# ---------------------------------------------------------------- scenes and paragraphs


@pytest.mark.parametrize("mark", ["***", "* * *", "---", "#", "⁂", "\n\n"])
def test_marks_and_wide_gaps_part_scenes(tmp_path: Path, mark: str) -> None:
    found = book(tmp_path, f"Chapter 1\n\n{PROSE * 6}{mark}\n\n{PROSE * 6}")
    assert [len(scene.paragraphs) for scene in found.chapters[0].scenes] == [6, 6]


def test_lines_are_paragraphs_where_the_author_has_it_so(tmp_path: Path) -> None:
    long = "He walked on through the rain, and on; then he stopped, and looked about him, and saw that nobody was by."
    found = book(tmp_path, f"Chapter 1\n{long} {long}\n\"No.\"\n{long}\n\"Yes,\" she said.\n{long} {long}\n")
    assert len(said(found)) == 5


def test_indented_first_lines_open_paragraphs(tmp_path: Path) -> None:
    one = "    It was a dark night, and nobody had come to the house for a long\ntime, and nobody would come to it.\n"
    assert len(said(book(tmp_path, "CHAPTER I\n\n" + one * 6))) == 6


def test_a_comment_over_blank_lines_is_not_cut(tmp_path: Path) -> None:
    assert len(said(book(tmp_path, f"# One\n\nA. <!-- left\n\n# Two\n\nout --> B.\n\n{PROSE}", "a.md"))) == 2


# ---------------------------------------------------------------- what is left out


def test_project_gutenbergs_furniture_is_left_out_and_reported(tmp_path: Path) -> None:
    found = book(tmp_path, "The Project Gutenberg eBook of Emma\n\nTitle: Emma\n\nAuthor: Jane Austen\n\n"
                 "Language: English\n\n*** START OF THE PROJECT GUTENBERG EBOOK EMMA ***\n\n\nProduced by A. Person\n\n"
                 f"EMMA\n\nBy Jane Austen\n\n\nCONTENTS\n\nCHAPTER I. One\nCHAPTER II. Two\n\n\nCHAPTER I.\nOne\n\n\n"
                 f"{PROSE}[Illustration: A cat]\n\n{PROSE}CHAPTER II.\nTwo\n\n\n{PROSE}\n\n"
                 "*** END OF THE PROJECT GUTENBERG EBOOK EMMA ***\n\nSection 1. General terms of use.\n")
    assert titles(found) == ["Chapter I: One", "Chapter II: Two"]
    assert said(found) == [PROSE.strip()] * 3
    assert (found.details.title, found.details.author, found.details.language) == ("Emma", "Jane Austen", "en")
    assert {note.code for note in found.notes} == {
        "left-out-licence", "left-out-transcriber", "left-out-title-page", "left-out-contents", "left-out-illustration"}
    assert all(note.source is not None and note.severity == "note" for note in found.notes)


def test_prose_before_the_first_heading_is_kept(tmp_path: Path) -> None:
    found = book(tmp_path, f"A Book\n\nby Ann Lee\n\n\"Nobody came,\" she said at last.\n\n{PROSE}CHAPTER I\n\n{PROSE}")
    assert len(found.chapters) == 2
    assert len(said(found)) == 3


# ---------------------------------------------------------------- folders and files


def test_a_folder_is_read_in_the_order_people_count(tmp_path: Path) -> None:
    for name in ("10 - Ten.txt", "2 - Two.md", "1 - One.txt"):
        (tmp_path / name).write_text(PROSE)
    (tmp_path / "README.md").write_text("About the book.")
    (tmp_path / ".hidden.md").write_text("No.")
    (tmp_path / "empty.txt").write_text("  \n")
    (tmp_path / "old.docx").write_bytes(b"PK\3\4")
    found = readers.read(tmp_path, tmp_path)
    assert titles(found) == ["One", "Two", "Ten"]
    assert [note.source.file for note in found.notes if note.source] == ["empty.txt", "old.docx", "README.md"]


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "a.txt")
        with pytest.raises(ManuscriptError, match="no file"):
            readers.read(tmp_path / "a.txt", tmp_path)
    with pytest.raises(ManuscriptError, match="no such file"):
        readers.read(tmp_path / "nowhere.txt", tmp_path)


@pytest.mark.parametrize(("raw", "problem"), [
    (b"\x89PNG\r\n\x1a\n" * 9, "PNG"),
    (b"PK\3\4" * 20, "zip"), (b"%PDF-1.7", "PDF"), (bytes(range(256)) * 9, "not text"),
    (" ".join(["\u0433\u043b\u0430\u0432\u0430"] * 50).encode("koi8-r"), "western"), (b" \n", "nothing to say"),
])
def test_what_is_no_text_is_refused_by_name(tmp_path: Path, raw: bytes, problem: str) -> None:
    (tmp_path / "a.txt").write_bytes(raw)
    with pytest.raises(ManuscriptError, match=problem):
        readers.read(tmp_path / "a.txt", tmp_path)


# ---------------------------------------------------------------- real novels


@pytest.mark.skipif(not NOVELS.is_dir(), reason="the novels of ../shared/attribution/dev are not beside the checkout")
@pytest.mark.parametrize(("novel", "chapters"), [
    ("PrideAndPrejudice", 61), ("AlicesAdventuresInWonderland", 12), ("Emma", 55), ("HardTimes", 37),
    ("TheAwakening", 39), ("ThePictureOfDorianGray", 21), ("DaisyMiller", 2), ("ARoomWithAView", 20),
    ("TheSunAlsoRises", 20), ("OliverTwist", 53), ("HowardsEnd", 44)])
def test_a_novels_chapters_are_found(novel: str, chapters: int) -> None:
    assert len(readers.read(NOVELS / f"{novel}.txt", NOVELS).chapters) == chapters


def test_the_rooms_behind_the_readers_share_one_page() -> None:
    page = Page("CONTENTS\n\nChapter 1\n\nChapter 2\n\n\nChapter 1\n\nIt rained.\n\nChapter 2\n\nIt rained.", "a.txt")
    page.look()
    assert furniture.leave_out_contents(page) == ["chapter 1", "chapter 2"]
    assert [block.kind for block in page.blocks[:4]] == ["omitted", "omitted", "omitted", "text"]
    assert len(wording.read(Page(page.text, "a.txt"), "x").chapters) == 2
