"""Who there is: promises of the finder of people."""

from __future__ import annotations

import pytest

from audiobook.model import Paragraph, Role, Source
from audiobook.script.figures import Figure, form_of
from audiobook.script.passage import Passage
from audiobook.script.people import Company, find_people
from audiobook.script.quotes import find_quotes
from audiobook.script.speakers import read


def company(text: str, roles: tuple[Role, ...] = ()) -> Company:
    passages = [Passage(Paragraph(part, Source("a.md", 0, len(part), 1)), 1, 1) for part in text.split("\n\n")]
    return find_people(read(passages, find_quotes([passage.paragraph for passage in passages], "en")), roles)


def bearer(found: Company, name: str) -> Figure:
    return found.figures.all[found.figures.owners[form_of(name)][0]]


FAMILY = """Mr. Lorrimer came in. "Sit down," said Mr. Lorrimer. Mrs. Lorrimer said nothing.

"I will," said Anna Lorrimer. Anna laughed. "Good," said Mrs. Lorrimer to Anna.

Mr. Lorrimer looked at his wife, and Mrs. Lorrimer looked at the fire. "Anna," said Mr. Lorrimer, "go to bed."

"Yes, papa," replied Miss Lorrimer. Anna went."""


def test_husband_and_wife_are_two_people() -> None:
    found = company(FAMILY)
    assert bearer(found, "Mr. Lorrimer") is not bearer(found, "Mrs. Lorrimer")


def test_a_full_name_and_its_first_name_are_one_person() -> None:
    found = company(FAMILY)
    assert bearer(found, "Anna Lorrimer") is bearer(found, "Anna")


def test_titles_tell_the_pronoun() -> None:
    found = company(FAMILY)
    assert bearer(found, "Mr. Lorrimer").gender == "he"
    assert bearer(found, "Mrs. Lorrimer").gender == "she"


def test_pronouns_tell_of_a_name_that_no_list_knows() -> None:
    found = company('Quorra said, "Go." She shut the door. Quorra took up her hat.\n\n"No," said Quorra. She sighed.')
    assert bearer(found, "Quorra").gender == "she"


def test_a_nickname_joins_its_name() -> None:
    found = company(
        '"Go," said Elizabeth Marsh. Elizabeth sat down.\n\n"Lizzy!" cried Tom. "Lizzy, come here," said Tom.\n\n'
        '"No," said Elizabeth. "Yes, Lizzy," said Tom.'
    )
    assert bearer(found, "Lizzy") is bearer(found, "Elizabeth")


def test_places_are_nobody() -> None:
    found = company(
        'They lived in Norbury, and went from Norbury to Stoke. "I hate Norbury," said Tom. He walked into Norbury.'
    )
    assert form_of("Norbury") not in found.figures.owners
    assert form_of("Tom") in found.figures.owners


def test_foreign_names_hold_together() -> None:
    found = company(
        '"Ja," said Anna von Löwenfels. Anna von Löwenfels rose. "Nein," said José.\n\n"Bon," said Zoë. José smiled.'
    )
    assert {form_of("Anna von Löwenfels"), form_of("José"), form_of("Zoë")} <= set(found.figures.owners)


def test_roles_join_what_the_text_keeps_apart() -> None:
    role = Role("Ann Lee", ("Old Nan", "the landlady"), "she")
    found = company('"Go," said Old Nan. "I must," said Ann.\n\n"So," said Ann Lee.', (role,))
    assert bearer(found, "Old Nan").role is role
    assert bearer(found, "Ann Lee").role is role
    assert found.figures.all[found.figures.phrases["landlady"]].role is role


def test_roles_part_what_the_text_joins() -> None:
    one, two = Role("Robert Marsh", ()), Role("Bob", ("Bobby",))
    found = company('"Go," said Robert Marsh. "No," said Bob. "Well," said Bobby.', (one, two))
    assert bearer(found, "Bob").role is two
    assert bearer(found, "Robert Marsh").role is one


@pytest.mark.parametrize("text", ["", "It rained.", '"Go."', '""', "\n\n"])
def test_texts_with_nobody_in_them_have_nobody(text: str) -> None:
    assert not company(text).figures.all


def test_who_tells_the_story_has_the_name_that_others_call_her() -> None:
    text = "\n\n".join(
        [
            'I went in. "Good morning, Clara," said Tom. I smiled.',
            '"Well, Clara?" he said. I shook my head, for I was tired.',
            '"Sit down, Clara," said Ann. I sat down, and I drank my tea.',
            'I thought of my mother. "Clara!" cried Tom. I ran.',
        ]
    )
    found = company(text)
    assert found.told_by_one
    assert "Clara" in found.figures.all[found.figures.narrator].shown
