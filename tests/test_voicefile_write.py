"""People are put into voices.yaml, and nothing that stood there changes."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from audiobook.cast import write_cast
from audiobook.cast.voicefile import settings_of
from audiobook.cast.write import quoted, with_people
from audiobook.errors import SettingsError
from audiobook.model import Cast, Person, Role, Script, Voice

TOM = Role("Tom", ("Tommy", "Mr. Sawyer"), "he", Voice("pyttsx3", "en-us+m3", 180, 62, options=(("range", 60),)),
           False)
NO = Role("No", (), None, Voice("tone", "a: b", gain=-1.5), False)
PEOPLE = (TOM, NO)


def script(*names: str) -> Script:
    return Script("T", (), tuple(Person(name, lines=3) for name in names), ())


def written(path: Path, *people: Role) -> tuple[str, ...]:
    return write_cast(path, Cast(Voice("pyttsx3", "x"), people), script(*(role.name for role in people)))


def without(text: str, added: str) -> bool:
    """Whether `added` is `text` with one stretch put in."""
    head = next((at for at, (a, b) in enumerate(zip(text, added, strict=False)) if a != b), min(len(text), len(added)))
    tail = len(text) - head
    return not tail or added.endswith(text[-tail:])


FILES = {
    "nothing": "",
    "comments": "# my book\n# more\n",
    "no line end": "title: A",
    "no characters": "title: A\n\n# the end\n",
    "empty characters": "title: A\ncharacters:   # all of them\npauses: {line: 3}\n",
    "empty characters at the end": "characters:",
    "some": "characters:\n    Ann:\n        pronoun: she   # yes\n\n    # Bo is later\n    Bo: x # b\n\n"
            "# sound\nsound:\n    peak: -2\n",
    "last without line end": "characters:\n  Ann: x",
    "windows": "title: A\r\ncharacters:\r\n  Ann: x\r\nyear: 3\r\n",
    "old mac": "title: A\rcharacters:\r  Ann: x\ryear: 3\r",
    "braces": "title: A\ncharacters: {Ann: x, Bo: {voice: y}}\n",
    "empty braces": "title: A\ncharacters: {}\nyear: 3\n",
    "braces over lines": "characters: {   # all\n  Ann: x,\n  Bo: y,\n}\nyear: 3\n",
    "json": '{"title": "A", "characters": {"Ann": "x"}}',
    "json without": '{"title": "A"}\n',
    "json empty": "{}",
    "document marks": "---\ntitle: A\ncharacters:\n  Ann: x\n...\n",
    "document marks alone": "---\n# nothing\n...\n",
    "block text": "characters:\n  Ann: x\ndescription: |\n  One.\n\n  Two.\n",
    "block text at the end of characters": "characters:\n  Ann:\n    voice: >-\n      x\n      y\n\n\nyear: 3\n",
    "keeping block text": "description: |+\n  One.\n\n\n",
    "block text without line end": "description: |\n  One.",
    "indented by one": "characters:\n Ann: x\n",
    "long word": "title: one\n  two\n  three   # x\n",
    "quoted over lines": "title: 'one\n\n  two'  # x\ncharacters:\n  Ann: 'x\n    y'\n",
    "last is empty": "characters:\n  Ann:\n    voice:\n",
    "list at the end": "characters:\n  Ann:\n    aliases:\n    - A\n    - B  # b\n",
    "trailing blanks": "title: A   \ncharacters:   \n  Ann: x   \n   \n   ",
    "unicode breaks": "title: A\n# x\u2028# y\ncharacters:\n  Ann: x\n",
}


@pytest.mark.parametrize("name", FILES)
def test_people_are_added_and_every_byte_stays(name: str, tmp_path: Path) -> None:
    path = tmp_path / "voices.yaml"
    old = FILES[name]
    path.write_bytes(old.encode())
    before = settings_of(old, "voices.yaml", tmp_path)
    assert written(path, *PEOPLE) == ("Tom", "No")
    new = path.read_bytes().decode()
    assert without(old, new) or without(old + "\n", new), new
    after = settings_of(new, "voices.yaml", tmp_path)
    assert {role.name: role.voice for role in after.cast.roles} == {
        **{role.name: role.voice for role in before.cast.roles}, "Tom": TOM.voice, "No": NO.voice}
    assert after.details == before.details
    assert written(path, *PEOPLE) == ()
    assert path.read_bytes().decode() == new


def test_an_entry_looks_as_a_person_would_write_it() -> None:
    assert with_people("# mine\ncharacters:\n    Ann: x\n\nyear: 3\n", PEOPLE, "pyttsx3") == """\
# mine
characters:
    Ann: x
    Tom:
        pronoun: he
        aliases: [Tommy, Mr. Sawyer]
        voice: {name: en-us+m3, rate: 180, pitch: 62, options: {range: 60}}
    "No":
        voice: {name: "a: b", gain: -1.5, engine: tone}

year: 3
"""


def test_line_ends_are_the_files_own() -> None:
    text = with_people("title: A\r\nyear: 3\r\n", PEOPLE, "pyttsx3")
    assert text.count("\n") == text.count("\r\n") > 5


def test_a_missing_file_is_made(tmp_path: Path) -> None:
    assert written(tmp_path / "voices.yaml", TOM) == ("Tom",)
    assert (tmp_path / "voices.yaml").read_text().startswith("characters:\n  Tom:\n    pronoun: he\n")
    assert os.listdir(tmp_path) == ["voices.yaml"]


def test_who_has_an_entry_or_is_an_alias_or_says_nothing_is_not_added(tmp_path: Path) -> None:
    path = tmp_path / "voices.yaml"
    path.write_text("characters:\n  Tom:\n  Ann: {aliases: [Annie]}\n")
    people = (*(Role(name, given=False) for name in ("Tom", "Annie", "Mute")), Role("Bo", given=True))
    assert write_cast(path, Cast(Voice("tone", "x"), people), script("Tom", "Annie", "Bo")) == ()
    assert path.read_text() == "characters:\n  Tom:\n  Ann: {aliases: [Annie]}\n"


def test_the_byte_order_mark_and_the_permissions_stay(tmp_path: Path) -> None:
    path = tmp_path / "voices.yaml"
    path.write_bytes(b"\xef\xbb\xbftitle: A\n")
    path.chmod(0o640)
    written(path, TOM)
    assert path.read_bytes().startswith(b"\xef\xbb\xbftitle: A\ncharacters:\n")
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_file_with_mistakes_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "voices.yaml"
    path.write_text("titel: A\n")
    with pytest.raises(SettingsError, match="titel"):
        written(path, TOM)
    assert path.read_text() == "titel: A\n"


def test_what_cannot_be_written_stays_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "voices.yaml"
    path.write_text("title: A\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("audiobook.cast.write.write_whole", full)
    with pytest.raises(SettingsError, match="No space left on device") as caught:
        written(path, TOM)
    assert "audiobook cast" in caught.value.hint
    assert path.read_text() == "title: A\n"


# ---------------------------------------------------------------- properties

_names = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co")), min_size=1,
                 max_size=20).map(lambda text: " ".join(text.split())).filter(
    lambda text: bool(text) and text.casefold() not in ("narrator",) and "\ufeff" not in text and text != "<<")
_voices = st.builds(
    Voice, st.sampled_from(["pyttsx3", "tone"]), st.sampled_from(["en-us+m3", "No", "12:30", "a #b", "it's", "~"]),
    st.none() | st.integers(80, 450), st.none() | st.integers(0, 100), st.sampled_from([0.0, -1.5, 0.1, 12.0]),
    st.sampled_from([(), (("range", 60),), (("a b", "No"), ("x", 1.5), ("y", True), ("z", "1"))]))
_people = st.lists(st.builds(Role, _names, st.lists(_names, max_size=3, unique=True).map(tuple),
                             st.sampled_from([None, "he", "she", "they", "it"]), st.none() | _voices,
                             st.just(False)), min_size=1, max_size=4, unique_by=lambda role: role.name)


@effort(deadline=None, max_examples=60)
@given(_people, st.sampled_from(sorted(FILES)))
def test_whoever_is_added_is_read_back_as_cast(people: list[Role], name: str) -> None:
    old = FILES[name]
    before = settings_of(old, "voices.yaml", Path("/nowhere"))
    people = [role for role in people if role.name not in ("Ann", "Bo")]
    if not people:
        return
    new = with_people(old, people, before.engine)
    assert without(old, new) or without(old + "\n", new), new
    after = {role.name: (role.aliases, role.pronoun, role.voice)
             for role in settings_of(new, "voices.yaml", Path("/nowhere")).cast.roles}
    assert after == {**{r.name: (r.aliases, r.pronoun, r.voice) for r in before.cast.roles},
                     **{r.name: (r.aliases, r.pronoun, r.voice) for r in people}}


@effort(deadline=None, max_examples=60)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=60))
def test_quoted_words_are_read_back(text: str) -> None:
    text = " ".join(text.split())
    if text:
        assert settings_of(f"title: {quoted(text)}\n", "voices.yaml", Path("/nowhere")).details.title == text
