"""What is seen and what is not: nothing surely seen is dropped, offsets survive, any text is done in linear time."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiobook import markup
from audiobook.text import decode, headings

MARKS = st.lists(st.sampled_from(["_", "*", "**", "`", "<b>", "</b>", "<!--", "-->", "&amp;", "[", "](x)", "![", "\\",
                                  "> ", "\n", "\r\n", "# ", "- ", " ", "word", "é", "\x00", "\u202e", "---", "1",
                                  "]:"]), max_size=40).map("".join)


@pytest.mark.parametrize("module", [markup, headings, decode])
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@settings(deadline=None)
@given(st.one_of(st.text(), MARKS))
def test_a_masked_text_is_as_long_as_the_text(text: str) -> None:
    assert len(markup.masked(text)) == len(text)


@settings(deadline=None)
@given(st.one_of(st.text(), MARKS))
def test_what_is_unseen_is_in_order_and_never_overlaps(text: str) -> None:
    at = 0
    for start, end, _ in markup.unseen(text):
        assert at <= start <= end <= len(text)
        at = end


@settings(deadline=None)
@given(st.text(alphabet="abc XYZ.,;!?'\"\n2", max_size=80))
def test_words_without_marks_are_all_seen(text: str) -> None:
    assert markup.plain(text) == " ".join(text.split())


@settings(deadline=None)
@given(st.one_of(st.text(), MARKS))
def test_plain_text_is_one_line_without_controls(text: str) -> None:
    seen = markup.plain(text)
    assert not set(seen) & set("\n\r\t\x00\x07\x1b\u202e\ufeff")
    assert seen == seen.strip()


@pytest.mark.parametrize(("written", "seen"), [
    ("snake_case stays, 2 * 3 too", "snake_case stays, 2 * 3 too"),
    ("***very*** ~~struck~~ `code`", "very struck code"),
    ("`Hello,' she said, `and you?'", "`Hello,' she said, `and you?'"),
    ("a word.[1] and[^note] so", "a word. and so"),
    ("[I]t was", "[I]t was"),
    ("![alt](a.png) [link](b) <https://x.org>", "link https://x.org"),
    ("> a letter\n> in lines", "a letter in lines"),
    ("I <whispers> never 3 < 4", "I <whispers> never 3 < 4"),
    ("caf&eacute; &bogus;", "café &bogus;"),
    ("mother-\nin-law", "mother-in-law"),
    ("one <!-- never closed", "one never closed"),
    ("Mar\u200bga\u00adret", "Margaret"),
    ("\x1b[31mRed", "Red"),
])
def test_marks_go_and_words_stay(written: str, seen: str) -> None:
    assert markup.plain(written) == seen


@pytest.mark.parametrize("piece", ["<!--", "<script>", "[", "](", "`a", "*", "_", "<a ", "\n>", "[a](", "\n---", "&#1"])
def test_no_text_takes_more_than_linear_work(piece: str) -> None:
    markup.plain(piece * 100_000)  # quadratic work would take hours
