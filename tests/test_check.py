"""What is doubtful is named, each with a code that has its paragraph in docs/problems.md, and nothing is raised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scripting import BARE, book_of, cast_of, somebody

from audiobook.check import check
from audiobook.model import Book, Cast, Chapter, Details, Problem, Role, Scene, Script, Voice
from audiobook.script import write_script

ROOT = Path(__file__).parent.parent
TOM, ANN = Voice("tone", "low"), Voice("tone", "high")


def checked(*paragraphs: str, cast: Cast = BARE) -> dict[str, Problem]:
    book = book_of(paragraphs)
    return {problem.code: problem for problem in check(book, write_script(book, cast, somebody), cast)}


def voiced(tom: Voice, ann: Voice) -> Cast:
    return Cast(Voice("tone", "narrator"), (Role("Tom", voice=tom), Role("Ann", voice=ann)))


def test_every_code_has_its_paragraph():
    codes = set()
    for path in (ROOT / "audiobook").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        codes |= set(re.findall(r"(?:Problem|\.omit)\(\s*\"(\w+(?:-\w+)+)\"", source))
        codes |= set(re.findall(r"\"((?:mark|quote)-[a-z-]+)\"", source))
    documented = re.findall(r"^### `([\w-]+)`\n\n\S", (ROOT / "docs" / "problems.md").read_text(encoding="utf-8"), re.M)
    assert len(codes) > 15
    assert len(documented) == len(set(documented))
    assert not codes - set(documented)


def test_a_book_without_doubts_has_no_problems():
    cast = voiced(TOM, ANN)
    assert checked('<!-- voice: Tom -->"Yes."', '<!-- voice: Ann -->"No."', cast=cast) == {}


def test_a_person_cast_but_never_heard_is_named():
    assert "Zoe" in checked('"Yes."', cast=cast_of("Tom", "Ann", "Zoe"))["cast-unheard"].message


def test_a_person_heard_but_only_ever_doubted_is_named():
    def unsure(*given: object) -> object:
        people, said = somebody(*given)  # type: ignore[arg-type]
        return people, tuple(type(one)(one.speaker, 0.3, "guess") for one in said)

    book = book_of(['"Yes."'])
    script = write_script(book, BARE, unsure)  # type: ignore[arg-type]
    assert "Tom" in {problem.code: problem for problem in check(book, script, BARE)}["person-doubted"].message


def test_a_person_without_a_voice_is_named_where_first_heard():
    problem = checked("It rained.", '"Yes."')["person-uncast"]
    assert (problem.source and problem.source.line, "Tom" in problem.message) == (3, True)


def test_an_alias_claimed_twice_is_named():
    cast = cast_of("Tom", "Ann", Tom=["the clerk"], Ann=["The Clerk"])
    assert "the clerk" in checked('"Yes."', cast=cast)["alias-twice"].message.lower()


def test_two_voices_alike_in_one_scene_are_named_once():
    tale = ['<!-- voice: Tom -->"Yes."', '<!-- voice: Ann -->"No."'] * 3
    assert "Ann and Tom sound alike" in checked(*tale, cast=voiced(TOM, TOM))["voices-alike"].message
    assert "voices-alike" not in checked(*tale, cast=voiced(TOM, ANN))


def test_who_sounds_alike_is_for_the_caller_to_say():
    tale = ['<!-- voice: Tom -->"Yes."', '<!-- voice: Ann -->"No."']
    cast, book = voiced(TOM, ANN), book_of(tale)
    script = write_script(book, cast, somebody)
    assert "voices-alike" in {problem.code for problem in check(book, script, cast, lambda one, two: True)}
    assert not check(book, script, cast, lambda one, two: False)


def test_voices_alike_in_different_scenes_are_no_problem():
    book = book_of(['<!-- voice: Tom -->"Yes."'], ['<!-- voice: Ann -->"No."'])
    cast = voiced(TOM, TOM)
    assert not check(book, write_script(book, cast, somebody), cast)


def test_a_quotation_never_closed_is_named_with_its_line():
    problem = checked("It rained.", '"I never', "The rain fell.", '"Yes."')["quote-unclosed"]
    assert problem.source is not None
    assert problem.source.line == 3


def test_straight_marks_among_curly_ones_are_noted():
    tale = ["“Yes,” said Tom. “I will.”"] * 20
    assert "quote-mixed" in checked(*tale, '“Yes," said Tom.')
    assert "quote-mixed" not in checked(*tale)


@pytest.mark.parametrize(("titles", "doubtful"), [
    (("Chapter I", "Chapter II", "Epilogue"), False), (("Chapter One: A", "Chapter Three: B"), True),
    (("Chapter 9", "Chapter 10", "Chapter 1"), False), (("Prologue", "Chapter XIV", "Chapter XVI"), True)])
def test_chapters_missing_or_out_of_order_are_named(titles: tuple[str, ...], doubtful: bool):
    scene = book_of(["It rained."]).chapters[0].scenes
    book = Book(Details(), tuple(Chapter(title, (), scene) for title in titles))
    found = {problem.code for problem in check(book, Script("", titles, (), ()), BARE)}
    assert ("chapter-number" in found) is doubtful


def test_an_empty_chapter_is_noted():
    book = Book(Details(), (Chapter("One", (), (Scene(()),)),))
    assert [problem.code for problem in check(book, Script("", ("One",), (), ()), BARE)] == ["chapter-empty"]


def test_what_the_reader_and_the_script_noted_is_passed_on_in_the_order_of_the_text():
    found = checked("<!-- pause: soon -->It rained.", '<!-- voice: Zzz -->"Yes."')
    assert list(found)[:2] == ["mark-wrong", "mark-nobody"]
