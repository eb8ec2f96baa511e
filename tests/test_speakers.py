"""Who says it: promises of the finder of speakers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiobook.model import Cast, Paragraph, Person, Role, Source, Voice
from audiobook.script.exchange import settle
from audiobook.script.forest import grown
from audiobook.script.layout import lay_out
from audiobook.script.passage import Passage, Said
from audiobook.script.people import find_people
from audiobook.script.quotes import find_quotes
from audiobook.script.speakers import read, who_says
from audiobook.script.table import Rows
from audiobook.script.turns import take_turns

NARRATOR = Voice("tone", "low")


def listen(
    text: str, roles: tuple[Role, ...] = (), marks: dict[int, str] | None = None
) -> tuple[tuple[Person, ...], tuple[Said, ...]]:
    passages = [Passage(Paragraph(part, Source("a.md", 0, len(part), 1)), 1, 1) for part in text.split("\n\n")]
    quotes = find_quotes([passage.paragraph for passage in passages], "en")
    people, said = who_says(passages, quotes, marks or {}, Cast(NARRATOR, roles))
    assert len(said) == len(quotes)
    assert {each.speaker for each in said} <= {person.name for person in people}
    return people, said


def speakers(text: str, roles: tuple[Role, ...] = (), marks: dict[int, str] | None = None) -> list[str]:
    return [each.speaker for each in listen(text, roles, marks)[1]]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ('"Go," said Tom. Ann went.', "Tom"),
        ('"Go," Tom said. Ann went.', "Tom"),
        ('"Go," said the old landlady. Tom went.', "The old landlady"),
        ('Tom turned to Ann and said, "Go."', "Tom"),
        ('Ann wept. Tom said:\n\n"Go."', "Tom"),
        ("“Go,” opined Tom. Ann went.", "Tom"),
        ('"Go," hissed Tom, looking at Ann. "Go now."', "Tom"),
        ('"Go!" Mrs. Quill shouted at Tom. Tom went.', "Mrs. Quill"),
        ('Ann was so cross that Tom, who had meant no harm, said in a small voice, "Go."', "Tom"),
        ('She was met by Mr. Lee, who, on hearing of it, said, "Go." Ann went.', "Mr. Lee"),
        ('Ann rose, while the Captain solemnly presented the flag, saying "Go."', "The Captain"),
        ('"Go," was Tom\'s only answer. Ann went.', "Tom"),
        ('Ann asked whether to stay, and Tom\'s reply was, "Go."', "Tom"),
        ('Tom rose. "Go," were the first words that came from Tom. Ann went.', "Tom"),
        ('"Go," said a large, comfortable man. Tom went.', "The large, comfortable man"),
        ('"Go," said Tom s aunt. Tom went.', "Aunt"),
    ],
)
def test_a_tag_names_the_speaker(text: str, speaker: str) -> None:
    assert set(speakers(text)) == {speaker}


def test_two_speakers_in_one_paragraph_are_told_apart() -> None:
    text = 'Ann came in. "I am not late," cried Ann, and stopped. After a moment Tom said, "It is ten."'
    assert speakers(text) == ["Ann", "Tom"]


def test_a_tag_in_the_middle_of_a_sentence_does_not_part_it() -> None:
    text = '"I hope," said Tom, when Ann returned, "that nothing is the matter?"'
    assert speakers(text) == ["Tom", "Tom"]


def test_what_follows_a_common_word_tells_people_apart() -> None:
    text = (
        'Two men sat at a table.\n\n'
        '"Name?" asked the man in the white hat.\n\n"Lee," said the man with the stick.\n\n'
        '"Age?" asked the man in the white hat.\n\n"Ten," said the man with the stick.'
    )
    assert speakers(text) == ["The man in the white hat", "The man with the stick"] * 2


def test_a_name_that_somebody_only_answers_to_is_theirs() -> None:
    """No list of short names knows these."""
    text = "\n\n".join(
        f'"Come here, Zibby, it is {hour}," said Quentin.\n\n"I am coming," said Zerelda. Zerelda ran to Quentin.'
        for hour in ("one", "two", "three", "four", "five", "six")
    )
    people, said = listen(text)
    assert [each.speaker for each in said] == ["Quentin", "Zerelda"] * 6
    assert "Zibby" in next(person for person in people if person.name == "Zerelda").aliases


def test_two_people_take_turns() -> None:
    text = (
        '"Where were you?" asked Tom.\n\n"Out," said Ann.\n\n"Where?"\n\n"In the garden."\n\n"In the rain?"\n\n"Yes."'
    )
    assert speakers(text) == ["Tom", "Ann"] * 3


def test_pronouns_find_the_only_one_they_fit() -> None:
    text = 'Tom looked at Mary.\n\n"Are you cold?" he said.\n\n"No," she said.'
    assert speakers(text) == ["Tom", "Mary"]


def test_a_mark_wins_over_a_tag() -> None:
    people, said = listen('"Go," said Tom. Ann went.', marks={0: "Ann"})
    assert (said[0].speaker, said[0].confidence, said[0].evidence) == ("Ann", 1.0, "mark")
    assert [person.name for person in people] == ["Ann"]


def test_a_mark_helps_its_neighbours() -> None:
    text = 'Tom, Ann and Will sat down.\n\n"Well?"\n\n"No."\n\n"Why not?"\n\n"Because."'
    assert speakers(text, marks={0: "Will", 1: "Ann"}) == ["Will", "Ann"] * 2


def test_a_mark_may_name_somebody_new() -> None:
    assert speakers('"Go." Tom went.', marks={0: "The Voice"}) == ["The Voice"]


def test_an_alias_is_the_person_of_voices_yaml() -> None:
    roles = (Role("Thomas Quill", ("Tom", "the old man"), "he"),)
    assert speakers('"Go," said Tom.\n\n"I go," said the old man.', roles) == ["Thomas Quill"] * 2


def test_a_quotation_always_gets_somebody() -> None:
    assert speakers('"Go."\n\n"No."') == ["Someone"] * 2


def test_no_dialogue_no_people() -> None:
    assert listen("It rained all day.\n\nThe river rose.") == ((), ())


def test_named_roles_are_people_even_where_they_are_silent() -> None:
    people, _ = listen('"Go," said Tom.', (Role("Ann"),))
    assert {person.name for person in people} == {"Tom", "Ann"}


def test_chances_are_chances_and_rank_the_others() -> None:
    _, said = listen('Tom and Will came in. "Hot," said Tom.\n\n"Yes."\n\n"Very," he said. Ann laughed.')
    for each in said:
        shares = [chance for _, chance in each.others]
        assert 0.0 <= each.confidence <= 1.0
        assert shares == sorted(shares, reverse=True)
        assert each.evidence in {"mark", "tag", "pronoun", "beat", "vocative", "turn", "continued", "only", "guess"}
        assert each.speaker not in {name for name, _ in each.others}


def test_the_same_text_gives_the_same_answer() -> None:
    text = 'Tom saw Ann.\n\n"Well?" she said.\n\n"Well what?"\n\nWill came in. "Quiet!" he cried.'
    assert listen(text) == listen(text)


def test_renaming_people_changes_their_names_alone() -> None:
    text = (
        'Tom saw Mary.\n\n"Well?" she said.\n\n"Well what?"\n\nDick came in. "Quiet!" he cried. "Sit down," said Mary.'
    )
    new = {"Tom": "Hugo", "Mary": "Greta", "Dick": "Felix"}
    other = text
    for old, name in new.items():
        other = other.replace(old, name)
    assert speakers(other) == [new[name] for name in speakers(text)]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                '"Go," said Tom.',
                '"No."',
                "Ann sat down.",
                'He said, "Why?"',
                '"Well, Ann?" "Yes."',
                "I slept.",
                '"',
                "***",
                "“Ah,” she said",
                '"Sir," said the man in the hat, "I"',
            ]
        ),
        max_size=12,
    )
)
def test_every_quotation_has_a_speaker_whatever_the_text(parts: list[str]) -> None:
    listen("\n\n".join(parts))


def test_a_crowd_of_quotations_in_one_paragraph_is_no_trouble() -> None:
    assert len(speakers('"Go," said Tom. ' * 3000)) == 3000


def test_an_exchange_is_settled_as_a_whole() -> None:
    turns = np.repeat(np.arange(4), 2)
    rows = Rows(turns, np.tile(np.asarray([7, 9]), 4), np.arange(0, 9, 2), np.zeros((8, 1), np.float32), ["none"])
    shares = np.asarray([0.99, 0.01, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], np.float32)
    apart, again = np.asarray([-1, 0.05, 0.05, 0.05], np.float32), np.asarray([-1, -1, 0.95, 0.95], np.float32)
    settled = settle(rows, shares, apart, again).reshape(4, 2)
    assert settled.argmax(axis=1).tolist() == [0, 1, 0, 1]
    assert np.allclose(settled.sum(axis=1), 1.0)


@pytest.mark.parametrize("text", ["“1234.”\n\n“5678!”", "“…”", '"?"\n\n"!"', "“１２”", "“۱۲”\n\n***\n\n“3.”"])
def test_speech_without_a_letter_is_somebodys(text: str) -> None:
    people, said = listen(text)
    assert all(each.speaker and 0 <= each.confidence <= 1 for each in said)
    assert len(people) == bool(said)


def test_words_that_people_are_told_apart_by_are_counted_once_a_turn() -> None:
    text = "\n\n".join(f'"Never, never mind {what}," said Tom.' for what in ("it", "the hat", "her", "the boat", "him"))
    passages = [Passage(Paragraph(part, Source("a.md", 0, len(part), 1)), 1, 1) for part in text.split("\n\n")]
    tokens = read(passages, find_quotes([passage.paragraph for passage in passages], "en"))
    company = find_people(tokens, ())
    layout = lay_out(tokens, company, take_turns(tokens, company.mentions, company.figures))
    assert layout.vocabulary == 2  # never, mind: "the" is in two of the five turns
    assert [layout.words_of(turn).tolist() for turn in range(5)] == [[0, 1]] * 5
    assert [layout.home(word) for word in (*layout.begins, layout.edges[-1])] == [0, 1, 2, 3, 4, 4]


def test_trees_are_read_as_they_were_grown() -> None:
    leaf = {"leaf_value": 1.0}
    tree = {
        "split_feature": 0,
        "threshold": 0.5,
        "left_child": leaf,
        "right_child": {
            "split_feature": 1,
            "threshold": 2.0,
            "left_child": {"leaf_value": 2.0},
            "right_child": {"leaf_value": 4.0},
        },
    }
    forest = grown([{"tree_structure": tree}, {"tree_structure": leaf}])
    rows = np.asarray([[0.5, 9], [0.6, 2], [0.6, 2.1]], np.float32)
    assert forest.score(rows).tolist() == [2.0, 3.0, 5.0]


@pytest.mark.parametrize("leaves", [2, 16, 17, 32])
def test_trees_of_any_size_come_to_the_right_leaf(leaves: int) -> None:
    """A chain: the row goes right until its number is not greater than the node's."""
    tree: dict[str, object] = {"leaf_value": float(leaves)}
    for number in range(leaves - 1, 0, -1):
        left = {"leaf_value": float(number)}
        tree = {"split_feature": 0, "threshold": number, "left_child": left, "right_child": tree}
    rows = np.arange(0, leaves + 1, 0.5, np.float32)[:, None]
    wanted = [float(min(max(np.ceil(row), 1), leaves)) for row in rows[:, 0]]
    assert grown([{"tree_structure": tree}]).score(rows).tolist() == wanted


def test_a_long_book_is_judged_in_parts_and_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is worked out of the whole book holds in every part of it."""
    names = ("Tom", "Ann", "Mrs. Quill", "the old landlady", "Captain Reed")
    text = "\n\n".join(
        f'"The {what} again, {names[(n + 1) % 5]}," said {names[n % 5]}, "and {n} of them."\n\n"I never saw a {what}."'
        f'\n\n"Nor did she," he answered. "It was the {what} of the man in the white hat."\n\nThey waited {n} minutes.'
        for n, what in enumerate(["boat", "hat", "lamp"] * 35)
    )
    whole = listen(text)
    monkeypatch.setattr("audiobook.script.ranker.AT_ONCE", 50)
    for few, long in ((1, 3000), (1, 2), (3000, 3000)):  # half of it elsewhere, none of it because it is long, or short
        monkeypatch.setattr("audiobook.script.ranker.FEW", few)
        monkeypatch.setattr("audiobook.script.ranker.LONG", long)
        assert listen(text) == whole
