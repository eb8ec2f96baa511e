"""Quotations are told apart from narration, however they are marked, and a forgotten mark costs only its own."""

from __future__ import annotations

import pytest
from scripting import book_of, spoken

from audiobook.script.quotes import find_quotes, read_quotes


@pytest.mark.parametrize(("left", "right"), ['""', "“”", "‘’", "''", "«»", "»«", "„“", "‹›", "„”", "””", "「」"])
def test_speech_is_found_between_any_quotation_marks(left: str, right: str):
    tale = [f"{left}Come in,{right} said Ann. {left}It is cold.{right}", "The door was open, and the cat's dish empty.",
            f"{left}I'd sooner not,{right} said Tom.", f"{left}Why?{right}"]
    assert spoken(*tale) == [f"{left}{words}{right}" for words in
                             ("Come in,", "It is cold.", "I'd sooner not,", "Why?")]


def test_apostrophes_open_and_close_nothing():
    tale = ["'Tis the dogs' dinner,' said Tom. 'Don't touch 'em, they're goin' off.'",
            "The boys' hats hung in the '90s hall; 'twas o'clock.", "'It's James' hat,' said Ann."]
    assert spoken(*tale) == ["'Tis the dogs' dinner,'", "'Don't touch 'em, they're goin' off.'", "'It's James' hat,'"]


def test_curly_apostrophes_open_and_close_nothing():
    assert spoken("‘I’ve told you, ’tis the lads’ boat,’ said Tom.", "The lads’ boat lay there.", "‘Aye.’") == [
        "‘I’ve told you, ’tis the lads’ boat,’", "‘Aye.’"]


def test_what_is_quoted_in_a_speech_belongs_to_the_speech():
    assert spoken('"He said \'No,\' and left," said Ann.') == ['"He said \'No,\' and left,"']
    assert spoken("‘She said, “No,” and left,’ said Tom.", "‘Did she?’") == [
        "‘She said, “No,” and left,’", "‘Did she?’"]


def test_a_forgotten_mark_does_not_turn_speech_and_narration_round():
    tale = ['"Go home, said Tom.', '"No," said Ann.', "She sat down.", '"Then stay," he said.']
    assert spoken(*tale)[1:] == ['"No,"', '"Then stay,"']


def test_a_quotation_that_nothing_closes_ends_with_its_paragraph_and_is_told():
    tale = ['"I never', "The rain fell on the town and on the hills.", '"Yes," said Ann.', "Nothing stirred."]
    assert spoken(*tale) == ['"I never', '"Yes,"']
    assert [one.paragraph for one in read_quotes(book_of(tale).chapters[0].scenes[0].paragraphs, "en")[1]] == [0]


def test_a_speech_of_several_paragraphs_is_opened_anew_and_closed_once():
    tale = ['"First he came.', '"Then he left.', '"That is all."', '"Oh," said Tom.']
    paragraphs = book_of(tale).chapters[0].scenes[0].paragraphs
    quotes, forgotten = read_quotes(paragraphs, "en")
    assert [quote.continues for quote in quotes] == [False, True, True, False]
    assert not forgotten


def test_a_speech_may_run_through_paragraphs_that_open_nothing():
    tale = ['She sang: "Over the hill,', "over the sea,", 'home to me."', '"Bravo!" said Tom.']
    paragraphs = book_of(tale).chapters[0].scenes[0].paragraphs
    quotes = find_quotes(paragraphs, "en")
    assert [(quote.paragraph, quote.continues) for quote in quotes] == [(0, False), (1, True), (2, True), (3, False)]


@pytest.mark.parametrize("words", [
    'They called it "the house," and nobody knew why.', 'He was a "real" sailor.', 'The word "niggle" is old.',
    'The ship was called the "Swift", and was slow.', 'He read "The Moonstone" in bed.'])
def test_quoted_words_that_nobody_says_stay_narration(words: str):
    assert spoken('"Yes," said Ann.', words) == ['"Yes,"']


def test_a_mark_makes_speech_of_quoted_words():
    assert spoken('"Yes," said Ann.', 'He whistled <!-- voice: Tom -->"Swift" and ran.') == ['"Yes,"', '"Swift"']


def test_inches_are_no_quotation_marks():
    assert spoken('"How tall?" said Ann.', 'The board was 6" wide and 2" thick.') == ['"How tall?"']


def test_a_letter_is_read_by_the_narrator():
    tale = ['"Who is it from?" said Ann.', '"Dear Tom,', '"I am well. The sea is flat.', '"Yours ever,', '"ANN."',
            '"Oh," said Tom.']
    assert spoken(*tale) == ['"Who is it from?"', '"Oh,"']


@pytest.mark.parametrize(("line", "said"), [
    ("—No, said the girl. —It was hard.", ["—No,", "—It was hard."]),
    ("—Hola —dijo Tom—. ¿Qué tal?", ["—Hola", "¿Qué tal?"]),
    ("— Привет, — сказал он. — Как дела?", ["— Привет,", "— Как дела?"]),
    ("— Oui ! s’écria Jean.", ["— Oui !"]),
    ("—My father. He said that it was all right—quite all right.",
     ["—My father. He said that it was all right—quite all right."]),
])
def test_a_dash_opens_speech_and_the_tag_is_narration(line: str, said: list[str]):
    others = [f"—{word}." for word in ("Yes", "No", "Perhaps", "Never", "Why", "How")]
    found = [one.strip() for one in spoken(*others, line, "She sat—at last—down.")]
    assert found == [*others, *said]


def test_thoughts_are_told_from_speech():
    paragraphs = book_of(['"Well!" thought Alice. "After such a fall!"', "_What now?_ she thought. _It is late._",
                          "It was a _very_ old house.", '"Oh," said Tom.']).chapters[0].scenes[0].paragraphs
    assert [(quote.paragraph, quote.kind) for quote in find_quotes(paragraphs, "en")] == [
        (0, "thought"), (0, "thought"), (1, "thought"), (1, "thought"), (3, "dialogue")]


def test_marks_in_comments_and_entities_are_seen_as_a_reader_sees_them():
    assert spoken("&quot;Go,&quot; said Tom <!-- \"why\" -->.") == ["&quot;Go,&quot;"]
