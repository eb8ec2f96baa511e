"""What the author marks always wins, survives edits around it, and is answered where it cannot be meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripting import cast_of, line_with, said_by, texts, written

from audiobook.model import Problem, Source
from audiobook.script.marks import Mark, read_mark

HERE = Source("book.md", 0, 1, 1)


@pytest.mark.parametrize(("inside", "kind", "text", "number"), [
    ("voice: Tom", "voice", "Tom", 0), ("Voice:  Mrs.  Gamp ", "voice", "Mrs. Gamp", 0), 
    ("voice: narrator", "voice", "", 0),
    ("pause: 2s", "pause", "", 2000), ("pause: 1.5 s", "pause", "", 1500), ("pause: 800ms", "pause", "", 800),
    ("pause: 0s", "pause", "", 0), ("sound: door.wav", "sound", "door.wav", 0), ("say: Wooster", "say", "Wooster", 0),
    ("retake: 2", "retake", "", 2)])
def test_marks_are_read(inside: str, kind: str, text: str, number: int):
    assert read_mark(inside, 0, 9, HERE) == Mark(kind, 0, 9, HERE, text, number)  # type: ignore[arg-type]


@pytest.mark.parametrize("inside", ["a note to myself", "TODO: fix this", "", "pauses are nice", "see p. 3: the end"])
def test_comments_that_are_not_marks_stay_comments(inside: str):
    assert read_mark(inside, 0, 9, HERE) is None


@pytest.mark.parametrize("inside", ["pause: soon", "pause: 2", "pause: 90s", "pause: -1s", "pause: 1e9s", "retake: two",
                                    "retake: -1", "retake: 12345", "voice:", "sound: ", "voice = Tom", "pause"])
def test_a_mark_that_cannot_be_meant_is_a_problem_with_a_hint(inside: str):
    problem = read_mark(inside, 0, 9, HERE)
    assert isinstance(problem, Problem)
    assert problem.code == "mark-wrong"
    assert problem.hint


def test_a_mark_misspelt_is_named():
    problem = read_mark("vioce: Tom", 0, 9, HERE)
    assert isinstance(problem, Problem)
    assert (problem.code, "voice: Tom" in problem.hint) == ("mark-unknown", True)


@given(st.text(max_size=60))
def test_no_comment_is_too_strange_to_read(inside: str):
    assert isinstance(read_mark(inside, 0, 9, HERE), Mark | Problem | None)


def test_a_voice_mark_holds_for_the_whole_speech_and_no_further():
    script = written('<!-- voice: Ann -->"Go," she said, "and hurry. Run!"', '"No," said he.')
    assert said_by(script, "Ann") == ['<!-- voice: Ann -->"Go,"', '"and hurry.', 'Run!"']
    assert said_by(script, "Tom") == ['"No,"']
    assert {line.confidence for line in script.lines if line.speaker == "Ann"} == {1.0}
    assert {line.evidence for line in script.lines if line.speaker == "Ann"} == {"mark"}


@pytest.mark.parametrize("lead", ['<!-- voice: Ann -->\n', '<!-- voice: Ann -->  ', '<!-- voice: Ann --><!-- why -->_'])
def test_a_voice_mark_may_stand_alone_on_the_line_before(lead: str):
    assert len(said_by(written(f'{lead}"Go."', '"No."'), "Ann")) == 1


def test_a_voice_mark_may_stand_alone_in_the_paragraph_before():
    script = written("He sat.", "<!-- voice: Ann -->", '"Go."', '"No."')
    assert said_by(script, "Ann") == ['"Go."']
    assert not script.problems
    assert texts(script, "silent") == ["<!-- voice: Ann -->"]


def test_a_voice_mark_holds_through_the_paragraphs_of_a_speech():
    script = written('<!-- voice: Ann -->"First he came.', '"Then he left."', '"Oh."')
    assert len(said_by(script, "Ann")) == 2


def test_the_narrators_mark_makes_narration():
    script = written('<!-- voice: narrator -->"Go," it said.', '"No."')
    assert [line.text.strip() for line in script.lines if line.kind == "dialogue"] == ['"No."']
    assert line_with(script, "Go").evidence == "mark"


def test_a_mark_knows_aliases_and_case():
    cast = cast_of("Thomas Grey", **{"Thomas Grey": ["the clerk"]})
    assert said_by(written('<!-- voice: The Clerk -->"Go."', cast=cast), "Thomas Grey")


def test_a_mark_that_names_nobody_is_answered_with_the_nearest_names():
    script = written('"Yes," said Tom.', '<!-- voice: Tonmy -->"Go."')
    (problem,) = script.problems
    assert problem.code == "mark-nobody"
    assert "Tommy" in problem.hint
    assert problem.source is not None
    assert problem.source.line == 3


def test_a_name_from_the_story_needs_no_voices_yaml():
    assert not written("Old Barnaby came in.", '<!-- voice: Barnaby -->"Go."').problems


@pytest.mark.parametrize("tale", [["<!-- voice: Tom --> He sat.", '"Go."'], ['"Go." <!-- voice: Tom -->'],
                                  ["<!-- voice: Tom -->", "He sat down.", '"Go."']])
def test_a_mark_that_stands_before_no_quotation_is_a_problem(tale: list[str]):
    assert [problem.code for problem in written(*tale).problems] == ["mark-no-quotation"]


def test_a_pause_belongs_to_the_line_that_follows_it():
    script = written('He said <!-- pause: 2s --> nothing. "Go."', "He sat. <!-- pause: 300ms -->", "<!-- pause: 1s -->",
                     "She rose.")
    assert line_with(script, "nothing").pause_ms == 2000
    assert line_with(script, "He sat").pause_ms is None
    assert line_with(script, "She rose").pause_ms == 1000


def test_a_retake_belongs_to_its_line_alone():
    script = written("One. <!-- retake: 3 -->Two. Three.")
    assert [line.retake for line in script.lines] == [0, 3, 0]


def test_a_sound_is_a_line_of_its_own():
    script = written('"Go.<!-- sound: door.wav --> Now."')
    assert [line.kind for line in script.lines] == ["dialogue", "sound", "dialogue"]
    assert [line.text for line in script.lines] == ['"Go.', "<!-- sound: door.wav --> ", 'Now."']


def test_a_mark_after_the_last_word_is_a_problem():
    assert [problem.code for problem in written("The end. <!-- pause: 2s -->").problems] == ["mark-no-line"]


@given(before=st.sampled_from(["", "New words stand here. ", '"Yes," said Tom. ']),
       words=st.sampled_from(["Go.", "Go, and never come back.", "Why? I said so."]))
def test_a_correction_survives_edits_around_it(before: str, words: str):
    script = written(f'{before}<!-- voice: Ann -->"{words}"')
    assert "".join(said_by(script, "Ann")).replace(" ", "").endswith(words.replace(" ", "") + '"')
    assert all("Yes" not in text for text in said_by(script, "Ann"))
