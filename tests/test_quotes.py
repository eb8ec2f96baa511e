"""Quotations are told apart from narration, however they are marked, and a forgotten mark costs only its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scripting import BARE, book_of, somebody, spoken

from audiobook.markup import masked
from audiobook.model import Book, Chapter, Details, Line, Scene
from audiobook.script import write_script
from audiobook.script.quotes import find_quotes, read_quotes


@dataclass(frozen=True)
class Case:
    case: str
    text: str
    says: tuple[str, ...] = ()
    thinks: tuple[str, ...] = ()
    language: str = "en"


CASES = [Case(**row) for row in yaml.safe_load(
    (Path(__file__).parent / "data" / "quotation_cases.yaml").read_text(encoding="utf-8"))]


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.case)
def test_what_is_said_and_thought_is_told_from_narration(one: Case):
    tale = one.text.rstrip("\n").split("\n\n")
    quotes = find_quotes(book_of(tale).chapters[0].scenes[0].paragraphs, one.language)
    found: dict[str, list[str]] = {"dialogue": [], "thought": []}
    for quote in quotes:
        found[quote.kind].append(" ".join(tale[quote.paragraph][quote.start:quote.end].split()))
    assert (found["dialogue"], found["thought"]) == (list(one.says), list(one.thinks))


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
    assert spoken(*tale) == ['"Go home,', '"No,"', '"Then stay,"']


@pytest.mark.parametrize(("left", "right"), ['""', "“”", "‘’", "''"])
@pytest.mark.parametrize("lacking", [
    "<Go home, said Tom.", "<Go home! cried the old man, and sat down.", "<Go home, he said.", "Tom said, <Go home.",
    "<Go home, said Tom. <And stay there.>"])
def test_a_forgotten_closing_mark_is_told_and_costs_only_its_own_speech(left: str, right: str, lacking: str):
    tale = [lacking, "<No,> said Ann.", "She sat down. The boys' coats were wet.", "<Then stay,> said Tom. <Well?>"]
    marked = [text.replace("<", left).replace(">", right) for text in tale]
    paragraphs = book_of(marked).chapters[0].scenes[0].paragraphs
    quotes, forgotten = read_quotes(paragraphs, "en")
    assert [(one.paragraph, one.opened) for one in forgotten] == [(0, True)]
    said = [marked[quote.paragraph][quote.start:quote.end] for quote in quotes if quote.paragraph]
    assert said == [f"{left}{words}{right}" for words in ("No,", "Then stay,", "Well?")]
    assert not any(quote.continues for quote in quotes)
    problems = write_script(book_of(marked), BARE, somebody).problems
    assert [problem.code for problem in problems] == ["quote-unclosed"]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(['""', "“”", "‘’", "''", "«»"]), st.lists(st.sampled_from([
    "<Go home,> said Tom.", "<No!> cried Ann. <I won't.>", "She sat down.", "The boys' coats hung there.",
    "<It is late,> he said, <and it's cold.>", "Tom said, <Then stay.>", "<Well?>", "<Don't wait.> He left."]),
    min_size=3, max_size=9), st.data())
def test_one_forgotten_mark_never_changes_the_other_paragraphs(marks: str, tale: list[str], data: st.DataObject):
    spots = [(number, at) for number, text in enumerate(tale) for at, letter in enumerate(text) if letter in "<>"]
    if len(spots) < 8:
        return
    number, at = data.draw(st.sampled_from(spots))
    lacking = [*tale[:number], tale[number][:at] + tale[number][at + 1:], *tale[number + 1:]]

    def said(of: list[str]) -> list[list[str]]:
        marked = [text.replace("<", marks[0]).replace(">", marks[1]) for text in of]
        found: list[list[str]] = [[] for _ in marked]
        for quote in find_quotes(book_of(marked).chapters[0].scenes[0].paragraphs, "en"):
            found[quote.paragraph].append(marked[quote.paragraph][quote.start:quote.end])
        return found

    before, after = said(tale), said(lacking)
    assert after[:number] + after[number + 1:] == before[:number] + before[number + 1:]


def test_a_reply_is_known_by_its_tag():
    tale = ['"First he came," he said. "He stayed.', '"And went," she said.', '"He came," said I. "He stayed.',
            '"And went," I said.']
    quotes = find_quotes(book_of(tale).chapters[0].scenes[0].paragraphs, "en")
    assert [(quote.paragraph, quote.continues) for quote in quotes] == [
        (0, False), (0, False), (1, False), (2, False), (2, False), (3, True)]


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


# ---------------------------------------------------------------- chapters that mark speech in other ways

_TALE = ["<Come in,> said Ann. <It is cold.>", "<I'd sooner not,> said Tom.", "The boys' coats were wet.", "<Why?>",
         "<It's late, and I said 'No' to 'em.>", "<Oh,> said Ann.", "<Well?>", "<Nothing.>"]
_DASHED = [text.replace("<", "—").replace(",>", ",").replace("> said", " said").replace(">", "") for text in _TALE]


def _chaptered(*chapters: list[str]) -> Book:
    at = 0
    made: list[Chapter] = []
    for number, tale in enumerate(chapters):
        paragraphs = book_of(tale).chapters[0].scenes[0].paragraphs
        made.append(Chapter(str(number), (), (Scene(paragraphs),)))
        at += len(tale)
    return Book(Details(title="Tales", language="en"), tuple(made))


def _marked(marks: str) -> list[str]:
    if marks == "—":
        return _DASHED
    return [text.replace("<", marks[0]).replace(">", marks[1]) for text in _TALE]


def _heard(lines: tuple[Line, ...]) -> str:
    said = "".join(line.text for line in lines if line.kind == "dialogue")
    return "".join(letter for letter in said if letter.isalnum())


@pytest.mark.parametrize("one", ['""', "“”", "''", "‘’", "«»", "—"])
@pytest.mark.parametrize("other", ['""', "“”", "''", "‘’", "«»", "—"])
def test_each_chapter_may_mark_speech_in_its_own_way(one: str, other: str):
    lines = write_script(_chaptered(_marked(one) * 3, _marked(other)), BARE, somebody).lines
    for chapter, marks in ((1, one), (2, other)):
        alone = write_script(_chaptered(_marked(marks)), BARE, somebody).lines
        here = tuple(line for line in lines if line.place.chapter == chapter)
        assert _heard(here) == _heard(alone) * (3 if chapter == 1 else 1)
        assert "IdsoonernotWhy" in _heard(here)


def test_no_speech_runs_on_into_the_next_chapter():
    chapters = _chaptered(["<Yes,> said Tom.".replace("<", '"').replace(">", '"'), '"I never'], ['"No," said Ann.'])
    script = write_script(chapters, BARE, somebody)
    assert [problem.code for problem in script.problems] == ["quote-unclosed"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.sampled_from([
    '"', "'", "“", "”", "‘", "’", "«", "»", "—", " ", "Go.", "Tom", ", said Ann, ", "She sat. ", "dit-il, ", "_",
    "boys'", "<!-- pause: 1s -->", "<!-- a -->", "`no`", "\n", "..."]), max_size=14).map("".join).filter(bool),
    max_size=5),
    st.sampled_from(["en", "fr", "es"]))
@example(['"Go. Go. Tom', '"Go," said Ann.'], "en")
@example(["« Go, dit-il, Tom. »"], "fr")
def test_a_quotation_is_one_voice_from_end_to_end(tale: list[str], language: str):
    book = book_of(tale, language=language)
    paragraphs = book.chapters[0].scenes[0].paragraphs
    lines = write_script(book, BARE, somebody).lines
    for quote in find_quotes(paragraphs, language):
        own = paragraphs[quote.paragraph]
        shown = [own.source.start + at for at, letter in enumerate(masked(own.text))
                 if letter.isalnum() and quote.start <= at < quote.end]
        inside = [line for line in lines if any(line.source.start <= at < line.source.end for at in shown)]
        assert len({(line.kind, line.speaker, line.confidence, line.evidence) for line in inside
                    if line.kind != "silent"}) <= 1
        assert not any(line.kind == "narration" for line in inside)
