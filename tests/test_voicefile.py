"""voices.yaml is read strictly: every mistake with its line, every word a word."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from audiobook import plugins
from audiobook.cast.voicefile import KEYS, LARGEST, Settings, read_settings, settings_of, with_defaults
from audiobook.errors import AudiobookError, SettingsError
from audiobook.model import Option, Voice

DOCS = Path(__file__).resolve().parents[1] / "docs" / "voices-yaml.md"


def read(text: str, root: Path = Path("/nowhere")) -> Settings:
    return settings_of(text, "voices.yaml", root)


def mistake(text: str, root: Path = Path("/nowhere")) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        read(text, root)
    assert caught.value.source is not None
    return caught.value


# ---------------------------------------------------------------- what it says


def test_everything_that_can_be_said_is_read(tmp_path: Path) -> None:
    (tmp_path / "art").mkdir()
    (tmp_path / "art" / "cover.png").write_bytes(b"x")
    settings = read("""\
title: The Late Post
subtitle: A Mystery
author: Ann Author
read-by: Rae Reader
language: en-GB
year: 2026
publisher: Small House
description: |
  First line.
  Second line.
genre: Mystery
copyright: 2026 Ann Author
isbn: 978-0-306-40615-7
series: {name: Harbour, part: 1.5}
cover: art/cover.png
engine: tone
engine-options: {speed-limit: 3, loud: true, base-url: "http://127.0.0.1:1/", pyttsx3: {words: false}}
narrator: {name: low, rate: 150, pitch: 40, gain: -1.5, options: {range: 20, wild: false}}
characters:
  Tom: {aliases: [Tommy, Mr. Sawyer], pronoun: he, voice: high}
  Ann:
  Bo: mid
  Cy: {voice: {rate: 200, engine: pyttsx3}}
pauses: {line: 1, speaker: 2, paragraph: 3, scene: 4, chapter: 5}
respellings: {Featherstonehaugh: Fanshaw, 1984: nineteen eighty-four}
sound: {loudness: -18.5, peak: -2, room-tone: -65, lead-in: 600, tail: 2000, rate: 44100, shelf-limit: 500}
""", tmp_path)
    details = settings.details
    assert (details.title, details.subtitle, details.author) == ("The Late Post", "A Mystery", "Ann Author")
    assert (details.read_by, details.language, details.year) == ("Rae Reader", "en-GB", 2026)
    assert (details.publisher, details.genre) == ("Small House", "Mystery")
    assert details.description == "First line.\nSecond line."
    assert (details.copyright, details.isbn) == ("2026 Ann Author", "978-0-306-40615-7")
    assert (details.series, details.part) == ("Harbour", "1.5")
    assert details.cover == tmp_path / "art" / "cover.png"
    assert settings.engine == "tone"
    assert settings.engine_options == {
        "tone": {"speed_limit": 3, "loud": True, "base_url": "http://127.0.0.1:1/"},
        "pyttsx3": {"words": False}}
    assert settings.cast.narrator == Voice("tone", "low", 150, 40, -1.5, (("range", 20), ("wild", False)))
    tom, ann, bo, cy = settings.cast.roles
    assert (tom.aliases, tom.pronoun, tom.voice) == (("Tommy", "Mr. Sawyer"), "he", Voice("tone", "high"))
    assert (ann.name, ann.voice, ann.given) == ("Ann", None, True)
    assert bo.voice == Voice("tone", "mid")
    assert cy.voice == Voice("pyttsx3", "", 200)
    assert str(tom.source) == "voices.yaml:20"
    pauses = settings.pauses
    assert (pauses.line, pauses.speaker, pauses.paragraph, pauses.scene, pauses.chapter) == (1, 2, 3, 4, 5)
    assert settings.cast.respellings == (("Featherstonehaugh", "Fanshaw"), ("1984", "nineteen eighty-four"))
    finish = settings.finish
    assert (finish.loudness, finish.peak, finish.room_tone) == (-18.5, -2.0, -65.0)
    assert (finish.lead_in_ms, finish.tail_ms, finish.rate) == (600, 2000, 44_100)
    assert settings.shelf_limit == 500_000_000


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "title:\ncharacters:\nsound:\n", "{}"])
def test_a_file_that_says_nothing_is_as_no_file(text: str) -> None:
    assert read(text) == Settings()


@pytest.mark.parametrize("word", ["No", "On", "yes", "12:30", "1_0", "0o17", "1e3", "~", "null", "true", "2026",
                                  "0x1F", "2026-01-01", ".inf", "=", "Ünal", "مريم", "Jean-Luc O'Hara"])
def test_words_stay_words(word: str) -> None:
    settings = read(f"title: {word}\ncharacters:\n  {word}: {word}\nrespellings: {{{word}: {word}}}\n")
    assert settings.details.title == word
    assert settings.cast.roles[0].name == word
    assert settings.cast.roles[0].voice == Voice("pyttsx3", word)
    assert settings.cast.respellings == ((word, word),)


def test_norwegian_is_a_language() -> None:
    assert read("language: no").details.language == "no"


def test_bytes_before_the_text_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "voices.yaml"
    path.write_bytes(b"\xef\xbb\xbftitle: A\r\ncharacters:\r\n  Tom: x\r\n")
    settings = read_settings(path)
    assert (settings.details.title, settings.cast.roles[0].name) == ("A", "Tom")
    assert settings.cast.roles[0].source is not None
    assert settings.cast.roles[0].source.line == 3


_tokens = st.lists(st.sampled_from([
    "title", "characters", "Tom", "voice", ": ", ":", "\n", "\n  ", "\n    ", "- ", "[", "]", "{", "}", ", ", "'",
    '"', "&a", "*a", "!", "|", ">", "# x", "1", "~", "?", "\t", "<<", "---", "..."]), max_size=30).map("".join)


@effort(deadline=None, max_examples=100)
@given(st.text(st.characters(codec="utf-8"), max_size=300) | _tokens)
def test_no_text_at_all_gives_anything_but_settings_or_a_clear_mistake(text: str) -> None:
    error: SettingsError | None = None
    try:
        assert isinstance(read(text), Settings)
    except SettingsError as caught:
        error = caught
    if error is not None:
        assert error.source is not None
        assert error.source.line >= 1
        assert error.message
        assert error.message.isprintable()


# ---------------------------------------------------------------- mistakes


@pytest.mark.parametrize(("text", "line", "message", "hint"), [
    # what YAML could do and this file cannot
    ("a: 1\nnarrator: !!python/object/apply:os.system [x]\n", 2, "a tag", "leave it out"),
    ("title: &x A\n", 1, "an anchor", "quotation marks"),
    ("title: A\nauthor: *x\n", 2, "an alias", "quotation marks"),
    ("characters:\n  <<: {Tom: x}\n", 2, "merge key", "write the values out"),
    ("title: A\n---\ntitle: B\n", 2, "second document", "---"),
    ("? [a, b]\n: c\n", 1, "a key that is not a word", "quotation marks"),
    ("- a\n- b\n", 1, "not a list of keys and values", "title: My Book"),
    ("Tom\n", 1, "not a list of keys and values", "title: My Book"),
    ("a: " + "[" * 5000, 1, "nested too deep", "12"),
    ("a: " + "{b: " * 5000, 1, "nested too deep", "12"),
    ("characters:\n\tTom: x\n", 2, "a tab", "blanks"),
    ("title: Tom: a tale\n", 1, "a colon", "quotation marks"),
    ("title: A\nauthor: \"Ann\n", 2, "never closed", "close it"),
    ("title: A\nseries: {name: B\nyear: 3\n", 2, "never closed", "close it"),
    ("title: A\nauthor\nyear: 3\n", 2, "without its colon", "key: value"),
    ("title: A\n    author: B\n", 2, "a colon where none can stand", "indentation"),
    ("title: A\x07\n", 1, "U+0007", "delete"),
    # keys
    ("voicez:\n  A: b\n", 1, "`voicez` is not a key", "`characters`"),
    ("titel: A\n", 1, "`titel` is not a key", "`title`"),
    ("pauses: {lines: 3}\n", 1, "`lines` is not a key of pauses", "`line`"),
    ("narrator: {name: a, speed: 3}\n", 1, "`speed` is not a key", "`rate`"),
    ("characters:\n  Tom:\n    alias: T\n", 3, "`alias` is not a key of `Tom`", "`aliases`"),
    ("title: A\nTitle: B\n", 2, "`Title` is not a key", "`title`"),
    ("characters:\n  Tom: a\n  Ann: b\n  Tom: c\n", 4, "a second time, first in line 2", "one of the two"),
    # values
    ("year: MCM\n", 1, "year must be a whole number, 1 to 2,999, not `MCM`", "alone"),
    ("narrator: {rate: .nan}\n", 1, "rate must be a whole number, 80 to 450 words a minute", "unit"),
    ("narrator: {rate: 1e2}\n", 1, "rate must be", "unit"),
    ("narrator: {rate: 1_0}\n", 1, "rate must be", "unit"),
    ("narrator: {rate: 150.5}\n", 1, "rate must be a whole number", "unit"),
    ("narrator: {rate: 1000}\n", 1, "not `1000`", "unit"),
    ("narrator: {pitch: [1]}\n", 1, "pitch must be", "unit"),
    ("narrator: {gain: 99}\n", 1, "gain must be a number, -20 to 20 dB", "unit"),
    ("pauses: {scene: 2s}\n", 1, "milliseconds, not `2s`", "unit"),
    ("pauses: {scene: -1}\n", 1, "0 to 60,000 milliseconds", "unit"),
    ("pauses: 500\n", 1, "pauses must be keys with values", "key: value"),
    ("sound: {rate: 44000}\n", 1, "not 44000", "44100"),
    ("sound: {shelf-limit: 0}\n", 1, "1 to 10,000,000 megabytes", "unit"),
    ("title: [A, B]\n", 1, "title must be words", "quotation marks"),
    ("title: ''\n", 1, "title is empty", "leave the key out"),
    ('title: "a\\u001b[2Jb"\n', 1, "U+001B", "delete"),
    ('title: "a\\ud800b"\n', 1, "U+D800", "delete"),
    ("language: English language\n", 1, "language must be a language's code", "en-GB"),
    ("isbn: 978-0-306-40615-8\n", 1, "do not add up", "digits"),
    ("series: {part: 2}\n", 1, "series has no name", "part"),
    ("engine: pytsx3\n", 1, "there is no engine called `pytsx3`", "`pyttsx3`"),
    ("engine-options: {kokorro: {a: 1}}\n", 1, "there is no engine called `kokorro`", "`kokoro`"),
    ("engine-options: {_x: 1}\n", 1, "cannot be an option's name", ""),
    ("narrator: {name: a, engine: nosuch}\n", 1, "there is no engine", "choose one of"),
    ("characters: {Tom: {voice: {name: a, engine: file}}}\n", 1, "speaks for nobody", "sound:"),
    ("characters: {Tom: {pronoun: hee}}\n", 1, "he, she, they or it", "four"),
    ("characters: {Tom: [a]}\n", 1, "one voice", "pronoun"),
    ("characters: {Tom: {voice: [a]}}\n", 1, "one voice, not a list", "name"),
    ("characters: {Narrator: x}\n", 1, "not one of the characters", "narrator:"),
    ("characters: [Tom]\n", 1, "characters must be keys with values", "key: value"),
    ("characters: {'': x}\n", 1, "a character's name is empty", ""),
    ("respellings: {'': x}\n", 1, "a respelling's key is empty", ""),
    ("respellings: {Siobhan: ''}\n", 1, "empty", ""),
    ("characters: {Ann: ../../../secret}\n", 1, "no voice's name", "audiobook voices"),
    ("characters: {Ann: /etc/passwd}\n", 1, "no voice's name", "audiobook voices"),
    ("characters: {Ann: 'C:\\voice'}\n", 1, "no voice's name", "audiobook voices"),
    ("characters: {Ann: 'http://127.0.0.1:9/voice'}\n", 1, "no voice's name", "audiobook voices"),
    ("characters: {Ann: '-v;touch pwned'}\n", 1, "no voice's name", "audiobook voices"),
    ("cover: ../cover.png\n", 1, "must lie in the project's folder", "copy it there"),
    ("cover: /etc/passwd\n", 1, "must lie in the project's folder", "copy it there"),
    ("cover: ~/cover.png\n", 1, "must lie in the project's folder", "copy it there"),
    ("cover: http://127.0.0.1:9/a.png\n", 1, "not an address", "save it"),
    ("cover: cover.png\n", 1, "there is no file `cover.png`", "project's folder"),
])
def test_a_mistake_is_named_with_its_line_and_what_to_do(text: str, line: int, message: str,
                                                         hint: str) -> None:
    error = mistake(text)
    # ... unless something before it is wrong too: then it is among the others
    told = [(error.source, error.message, error.hint), *((o.source, o.message, o.hint) for o in error.others)]
    assert any(source is not None and str(source) == f"voices.yaml:{line}" and message in said and hint in tip
               for source, said, tip in told), told


def test_all_the_mistakes_of_a_file_are_told_at_once_in_order() -> None:
    error = mistake("titel: A\nyear: x\ncharacters:\n  Tom: {pronoun: hee, voise: b}\n  Tom: c\n"
                    "pauses: {line: -1}\n")
    lines = [error.source.line if error.source else 0] + [o.source.line for o in error.others if o.source]
    assert lines == [1, 2, 4, 4, 5, 6]


def test_a_mistake_points_at_the_word_itself() -> None:
    text = "title: Ä\nnarrator: {rate: fast}\n"
    error = mistake(text)
    assert error.source is not None
    assert text[error.source.start:error.source.end] == "fast"


def test_a_cover_that_is_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"x")
    root = tmp_path / "book"
    root.mkdir()
    try:
        (root / "cover.png").symlink_to(tmp_path / "secret.png")
    except OSError:
        pytest.skip("this system makes no links")
    assert "leads out" in mistake("cover: cover.png", root).message


def test_what_is_not_a_text_file_of_reasonable_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "voices.yaml"
    for data, message in ((b"title: \xff\n", "not UTF-8"), (b"# " + b"x" * LARGEST, "larger than 1 MB")):
        path.write_bytes(data)
        with pytest.raises(SettingsError, match=message):
            read_settings(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(SettingsError, match="not a file"):
        read_settings(path)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(tmp_path / "nothing.yaml")


# ---------------------------------------------------------------- editions


OPTIONS = (Option("base-url", "text", "", "where it will be served"), Option("bitrate", "number", 64.0, "kb/s"),
           Option("explicit", "flag", False, "for grown-ups"), Option("tags", "list", None, "words"),
           Option("music", "file", None, "a sound"))


@pytest.fixture
def edition(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An edition called `podcast` with one option of every kind; the list says which editions were loaded."""
    loaded: list[str] = []
    module = ModuleType("podcast")
    module.OPTIONS = OPTIONS  # type: ignore[attr-defined]

    def load(group: str, name: str) -> ModuleType:
        loaded.append(name)
        if name == "opus":
            raise AudiobookError("a library is missing")
        return module

    monkeypatch.setattr(plugins, "load", load)
    return loaded


def test_a_section_is_checked_against_the_editions_own_options(edition: list[str], tmp_path: Path) -> None:
    (tmp_path / "chime.wav").write_bytes(b"x")
    settings = read("podcast: {base-url: 'http://a.b/', bitrate: 96, explicit: true, tags: [a, No], "
                    "music: chime.wav}", tmp_path)
    assert settings.editions == {"podcast": {"base-url": "http://a.b/", "bitrate": 96.0, "explicit": True,
                                             "tags": ("a", "No"), "music": "chime.wav"}}
    assert edition == ["podcast"]


def test_an_edition_is_loaded_only_where_its_section_is_there(edition: list[str]) -> None:
    assert read("title: A").editions == {}
    assert edition == []


@pytest.mark.parametrize(("text", "message"), [
    ("podcast: {baseurl: x}", "`baseurl` is not a key of podcast"),
    ("podcast: {bitrate: loud}", "must be a number"),
    ("podcast: {explicit: yes}", "must be true or false"), ("podcast: {tags: {a: b}}", "must be words"),
    ("podcast: {music: ../x.wav}", "project's folder"), ("podcast: [a]", "must be keys with values"),
    ("opus: {bitrate: 3}", "a library is missing")])
def test_mistakes_in_a_section_are_named(edition: list[str], text: str, message: str) -> None:
    assert message in mistake(text).message


def test_options_that_nobody_set_have_their_defaults() -> None:
    assert with_defaults(OPTIONS, {"bitrate": 96.0}) == {
        "base-url": "", "bitrate": 96.0, "explicit": False, "tags": (), "music": None}


# ---------------------------------------------------------------- documentation


def test_every_key_is_documented() -> None:
    documented = set(re.findall(r"^\| `([^`]+)`", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    assert documented == set(KEYS), sorted(documented ^ set(KEYS))


def test_the_example_of_the_documentation_is_read_without_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "cover.jpg").write_bytes(b"x")
    examples = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert examples
    for example in examples:
        settings_of(example, "voices.yaml", tmp_path)


def test_reading_settings_loads_no_engine() -> None:
    before = set(sys.modules)
    read("engine: tone\ncharacters: {Tom: {voice: {name: a, engine: pyttsx3}}}\n")
    assert not [name for name in set(sys.modules) - before if name.startswith("audiobook.engines.")]
