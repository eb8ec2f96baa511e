"""The script gives back every word of the manuscript, in order, each line with its kind, its speaker and its place."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scripting import BARE, book_of, cast_of, line_with, said_by, somebody, texts, written

from audiobook.errors import ManuscriptError
from audiobook.model import Book, Chapter, Details, Paragraph, Place, Scene, Script, Source
from audiobook.script import write_script
from audiobook.script.screenplay import doubtful, screenplay
from audiobook.script.sentences import LONGEST, sentences

NOVELS = Path(__file__).parents[2] / "shared" / "attribution" / "dev"

ODDS = st.sampled_from([
    '"', "'", "“", "”", "‘", "’", "«", "»", "„", "—", "--", " ", "\n", "\r\n", "_", "*", ".", "...", ",", "!", "?",
    "Tom", " said ", "I", "<!-- voice: Ann -->", "<!-- pause: 2s -->", "<!-- sound: a.wav -->", "<!-- say: x -->",
    "<!--", "-->", "<!-- why -->", "<b>", "&quot;", "[Illustration: x]", "Mr.", "é", "漢。", "\u0301", "\u200b",
    "𝒜", "(", ")", ">", "5'"])
TEXT = st.one_of(st.text(max_size=80), st.lists(ODDS, max_size=40).map("".join))


def given_back(book: Book, script: Script) -> bool:
    paragraphs = [paragraph for chapter in book.chapters for paragraph in
                  (*chapter.heading, *(one for scene in chapter.scenes for one in scene.paragraphs))]
    at = {(p.source.file, p.source.start): p for p in paragraphs}
    wanted = "".join(p.text for p in paragraphs)
    return ("".join(line.text for line in script.lines) == wanted
            and all(line.source.end - line.source.start == len(line.text) for line in script.lines) and len(at) > 0)


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXT.filter(bool), min_size=1, max_size=6))
@example(['"', '"'])
@example(["<!-- sound: a.wav --> <!-- pause: 1s -->"])
@example(['_<!-- voice: Ann -->"Go_."'])
def test_no_word_is_lost_doubled_or_moved(paragraphs: list[str]):
    book = book_of(paragraphs)
    script = write_script(book, BARE, somebody)
    assert given_back(book, script)
    for line in script.lines:
        assert line.kind in ("narration", "dialogue", "thought", "silent", "sound")
        assert (line.speaker == "") == (line.kind in ("narration", "silent", "sound"))


@pytest.mark.skipif(not NOVELS.is_dir(), reason="the novels are not beside the checkout (../shared/attribution/dev)")
def test_novels_are_given_back_whole():
    for path in sorted(NOVELS.glob("*.txt"))[::4]:
        text = path.read_text(encoding="utf-8")
        paragraphs = [part for part in text.split("\n\n") if part]
        book = book_of(paragraphs)
        assert given_back(book, write_script(book, BARE, somebody)), path.name


def test_a_text_that_would_not_be_given_back_stops_the_run():
    wrong = Paragraph("Four", Source("book.md", 0, 5, 1))
    book = Book(Details(), (Chapter("One", (), (Scene((wrong,)),)),))
    with pytest.raises(ManuscriptError) as raised:
        write_script(book, BARE, somebody)
    assert raised.value.source == wrong.source


def test_lines_are_sentences_of_one_voice():
    script = written('"Yes. Go!" said Tom. He sat. Then he rose.', "It rained.")
    assert [(line.opens, line.text) for line in script.lines] == [
        ("chapter", '"Yes. '), ("line", 'Go!" '), ("speaker", "said Tom. "), ("line", "He sat. "),
        ("line", "Then he rose."),
        ("paragraph", "It rained.")]


def test_places_count_lines_in_their_scene_and_headings_come_first():
    script = write_script(book_of(["One. Two."], ["Three."], heading="Chapter One"), BARE, somebody)
    assert [(str(line.place), line.kind, line.opens) for line in script.lines] == [
        ("1.1.1", "heading", "chapter"), ("1.1.2", "narration", "chapter"), ("1.1.3", "narration", "line"),
        ("1.2.1", "narration", "scene")]


def test_what_says_nothing_is_silent_and_opens_nothing():
    script = write_script(book_of(["One."], ["<!-- a note -->", ". . . .", "Two."]), BARE, somebody)
    assert [line.kind for line in script.lines] == ["narration", "silent", "silent", "narration"]
    assert script.lines[-1].opens == "scene"


def test_sources_name_the_line_of_the_file():
    script = written("One.\nTwo.\nThree. Four.", "Five.")
    assert [line.source.line for line in script.lines] == [1, 2, 3, 3, 5]


def test_people_count_their_lines_and_say_where_they_first_speak():
    script = written("It rained.", '"Yes. Go."', cast=cast_of("Nobody Heard"))
    people = {person.name: person for person in script.people}
    assert (people["Tom"].lines, people["Tom"].first) == (2, Place(1, 1, 2))
    assert (people["Ann"].lines, people["Ann"].first) == (0, None)
    assert people["Nobody Heard"].lines == 0


def test_narration_never_goes_to_a_character_nor_a_quotation_in_part_to_the_narrator():
    script = written('"Yes, _Tom,_ yes." She said, "(No) --" and "left."')
    assert all(line.speaker == "" for line in script.lines if line.kind == "narration")
    assert "yes" not in "".join(texts(script, "narration"))


# ---------------------------------------------------------------- sentences


@pytest.mark.parametrize("one", [
    "Mr. Lee met Dr. J. R. Smith at 5 p.m. sharp.", "He paid £4.50 to No. 7.", "So... perhaps he did.",
    "“Why?” asked Tom.", "It was e.g. a cat, i.e. not a dog.", "Wait . . . he is here.", "He lives in St. Ives."])
def test_a_sentence_is_not_cut_where_it_does_not_end(one: str):
    assert list(sentences(one)) == [len(one)]


@pytest.mark.parametrize(("text", "count"), [
    ("He ran. She ran.", 2), ("“Go!” “No.”", 2), ("He left at 5 p.m. She stayed.", 2), ("Was it I. or you?", 1),
    ("So . . . Then he left.", 2), ("“Why?” He left.", 2), ("He ran.\nShe ran! “Who?” It was Dr. Lee.", 4),
    ("漢字。漢字。", 2)])
def test_sentences_end_where_they_end(text: str, count: int):
    assert len(list(sentences(text))) == count


@settings(deadline=None)
@given(st.one_of(TEXT, st.integers(1, 3000).map(lambda n: "word, " * n), st.integers(1, 3000).map(lambda n: "x" * n)))
def test_sentences_are_the_whole_text_in_order(text: str):
    ends = list(sentences(text))
    assert ends == sorted(set(ends))
    assert (ends[-1] if ends else 0) == len(text)


def test_overlong_sentences_are_cut_at_clauses_then_blanks_then_anywhere():
    for text in ("and so on, " * 200, "word " * 400, "x" * 5000):
        starts = [0, *sentences(text)]
        assert max(b - a for a, b in pairwise(starts)) <= LONGEST + 1
    assert ("and so on, " * 200)[:next(sentences("and so on, " * 200))].endswith(", ")


def test_a_comment_is_never_parted():
    script = written("He said " + "so and " * 54 + "<!-- " + "a long remark " * 40 + "--> that it was done.")
    assert any("<!--" in line.text and "-->" in line.text for line in script.lines)


# ---------------------------------------------------------------- the screenplay


def test_the_screenplay_shows_places_speakers_and_doubts():
    shown = screenplay(written('"Yes. Go!" said Tom.'))
    assert "1.1.1  Tom? 60 %: \"Yes. Go!\"" in shown
    assert "1.1.3  narrator: said Tom." in shown


def test_doubts_name_place_evidence_others_and_the_mark_to_paste():
    shown = screenplay(written("It rained.", '"Yes. Go!" said Tom. "Run."'), doubts=True)
    assert "1.1.2  Tom? 60 %, or Ann 30 %  (turn)  book.md:3" in shown
    assert "   <!-- voice: Tom -->" in shown
    assert "   <!-- voice: Ann -->" in shown
    assert shown.startswith("1 of 2 speeches")


def test_a_thought_in_doubt_is_shown_as_one_and_its_parts_together():
    shown = screenplay(written("*Dry,* she thought. *Not dried. Dry.*", '"Oh," said Ann.'), doubts=True)
    assert "1.1.1  Tom? 60 % (thinks), or Ann 30 %" in shown
    assert "   Dry, Not dried. Dry." in shown


def test_the_longest_doubt_comes_first_and_the_marked_never():
    script = written('"Yes."', '"I have never in my life been so sure of anything, and I never will be."',
                     '<!-- voice: Ann -->"No."')
    assert [line.place.line for line in doubtful(script)] == [2, 1]


def test_pasting_the_mark_that_the_doubts_show_settles_it():
    script = written('"Yes."', '<!-- voice: Ann -->"No."')
    assert said_by(script, "Ann") == ['<!-- voice: Ann -->"No."']
    assert line_with(script, "No").confidence == 1.0


# ---------------------------------------------------------------- long paragraphs


@pytest.mark.parametrize("piece", [
    'x <!-- voice: Tom -->"Go." ', "x <!-- pause: 1s -->y. ", "<!-- pause: 1s -->", '"', '"Go, said Tom. ',
    "'Go, said Tom. ", "*Go.* she thought. ", "*Go ", "x", "— Go, dit Tom, ", "«Go —dijo Tom— "])
def test_a_paragraph_of_five_thousand_marks_is_read_to_its_end(piece: str):
    """Were each part to look at all the others, this would take minutes; every letter is in one line besides."""
    script = written(*["—Go."] * 3, piece * 5000, language="fr")
    assert (piece * 5000).strip() in "".join(line.text for line in script.lines)


def test_a_story_of_two_lines_is_read():
    """So little talk that no word comes four times."""
    script = written("It rained. “Stay,” said Ann.", "Tom stayed.")
    assert texts(script, "dialogue") == ["“Stay,”"]
