"""Words as written -> words as said."""

from __future__ import annotations

import doctest
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiobook import spoken as room
from audiobook.markup import plain
from audiobook.spoken import numbers, spoken


@pytest.mark.parametrize("module", [room, numbers])
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize(("written", "said"), [
    ("Mr. and Mrs. Dursley, of No. 4.", "Mister and Missus Dursley, of number four."),
    ("On St. James St. he met St. John.", "On Saint James Street he met Saint John."),
    ("He said no. Then he left.", "He said no. Then he left."),
    ("In 1914–18 the 1920s began at 12:30 p.m.", "In nineteen fourteen to eighteen the nineteen twenties began at "
                                                 "twelve thirty P M."),
    ("$5.50, £1, $1.5 million and a $20 bill", "five dollars and fifty cents, one pound, one point five million "
                                               "dollars and a twenty dollar bill"),
    ("On May 5, 1984, the 3rd of June, 4 July", "On May fifth, nineteen eighty-four, the third of June, the fourth of "
                                                "July"),
    ("2½ ounces, 3/4 of 5 km, 20°C, 99%", "two and a half ounces, three quarters of five kilometres, twenty degrees "
                                          "Celsius, ninety-nine percent"),
    ("Henry VIII, Louis XIV and I went.", "Henry the eighth, Louis the fourteenth and I went."),
    ("In this chapter I will say what I did.", "In this chapter I will say what I did."),
    ("Did he mix? I did. V. S. Naipaul did.", "Did he mix? I did. V S Naipaul did."),
    ("CHAPTER IV. THE STORM", "Chapter four. The Storm"),
    ("XIV.", "Fourteen."),
    ('"I."', '"I."'),
    ("Plan B. Then we left. So did I. He left.", "Plan B. Then we left. So did I. He left."),
    ("The U.S. Army and the FBI said STOP.", "The U S Army and the F B I said Stop."),
    ("etc., e.g. this, &c.", "et cetera, for example this, et cetera."),
    ("Tom & Jerry at 50%", "Tom and Jerry at fifty percent"),
    ("Mail bob@example.com or https://www.example.com/a.", "Mail bob at example dot com or example dot com slash a."),
    ("I nev-- What . . . well… no—yes", "I nev — What... well... no — yes"),
    ("_Never_ <b>say</b> [[h@l'oU]] {x}", "Never say h at l'oU x"),
    ("007, 1,234 and 10000", "zero zero seven, one thousand two hundred and thirty-four and ten thousand"),
    ("\U0001f468\u200d\U0001f469 hello", "hello"),
    ("***", ""),
])
def test_english_is_said_as_people_say_it(written: str, said: str) -> None:
    assert spoken(written, "en") == said


def test_a_respelling_finds_its_word_whole_in_any_case_longest_first() -> None:
    respellings = (("lead", "leed"), ("Hermione", "her-my-oh-nee"), ("lead pipe", "led pipe"), ("MI6", "em eye six"))
    assert spoken("Lead the lead pipe, misleading Hermione's MI6.", "en", respellings) == \
        "Leed the led pipe, misleading her-my-oh-nee's em eye six."


def test_a_say_mark_says_the_next_word_alone() -> None:
    assert spoken('He took <!-- say: leed --> "lead and lead."', "en") == 'He took "leed and lead."'


def test_other_languages_keep_their_digits() -> None:
    assert spoken("Am 3. Mai & _dann_ 50 %", "de") == "Am 3. Mai und dann 50 %"


def test_a_number_without_end_is_said_in_short() -> None:
    assert len(spoken("He owed $" + "9" * 100_000 + " and the " + "1" * 50 + "st, 1e400, -0, 1/0.", "en")) < 300


PIECES = st.lists(st.sampled_from(["Mr. ", "I. ", "IV ", "12", "1,0", "$", "£3", ":30", "/", "-", "—", "[", "<x>", "_",
                                   "*", "&", "@", "%", "May ", "5th", "A.", "FBI", "½", "é", "#", "{", "word ", "St. ",
                                   "...", "\x00", "\u202e", "<!-- say: a -->", "km", "'", '"', "日本"]),
                  max_size=25).map("".join)


@settings(deadline=None)
@given(st.one_of(st.text(), PIECES), st.sampled_from(["en", "de", "ja"]))
def test_nothing_unspeakable_reaches_an_engine(text: str, language: str) -> None:
    said = spoken(text, language, (("word", "wurd"),))
    assert not set(said) & set("[]{}<>_*\\|^~`#&@\n\r\t\x00\x1b\u202e\u2066\ufeff")
    assert "  " not in said


@settings(deadline=None)
@given(st.lists(st.text(alphabet="abcdefghijklmnopqrstuvwxyzé", min_size=2, max_size=9).filter(
    lambda word: word not in ("no", "vs", "cf", "ch", "ca", "pp", "etc", "www")), max_size=20),
    st.sampled_from([" ", ", ", " _x_ ", "; ", "\n", "! ", "—", " 5, ", " Mr. ", " (", ") "]))
def test_no_word_is_lost(words: list[str], between: str) -> None:
    text = between.join(words)
    wanted = re.findall(r"[^\W\d_]+", plain(text).replace("Mr.", ""))
    kept = iter(re.findall(r"[^\W\d_]+", spoken(text, "en")))
    assert all(word in kept for word in wanted)


@settings(deadline=None)
@given(st.text(alphabet="abc ,;.!?'\"é—", max_size=60))
def test_what_is_said_is_said_the_same_again(text: str) -> None:
    once = spoken(text, "en")
    assert spoken(once, "en") == once
