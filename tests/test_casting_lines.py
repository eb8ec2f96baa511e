"""Each line becomes the words to say and the voice that says them, or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from audiobook.cast import cast_lines
from audiobook.errors import ManuscriptError, SettingsError
from audiobook.model import Cast, Kind, Line, Place, Role, Script, Source, Take, Voice

TOM, NARRATOR = Voice("tone", "tom", gain=1.0), Voice("tone", "narrator")
CAST = Cast(NARRATOR, (Role("Tom", voice=TOM), Role("Ann")), (("Siobhan", "Shivawn"),))


def line(kind: Kind, text: str, speaker: str = "", retake: int = 0) -> Line:
    return Line(text, kind, speaker, Place(1, 1, 1), Source("a.md", 0, len(text), 7), retake=retake)


def said(text: str, language: str, respellings: Iterable[tuple[str, str]] = ()) -> str:
    for written, as_said in respellings:
        text = text.replace(written, as_said)
    return f"{language}:{text}" if text.strip(". ") else " "


def takes(*lines: Line, root: Path = Path("/nowhere")) -> tuple[Take | None, ...]:
    return cast_lines(Script("T", (), (), lines), CAST, "en", root, said)


def test_words_and_voice_make_a_take_and_silence_makes_none() -> None:
    assert takes(line("heading", "One"), line("narration", "Siobhan came."), line("dialogue", "Hi", "Tom", 2),
                 line("silent", "<!-- x -->"), line("narration", "...")) == (
        Take("en:One", NARRATOR), Take("en:Shivawn came.", NARRATOR), Take("en:Hi", TOM, 2), None, None)


def test_a_thought_is_the_thinkers_own_voice_a_little_softer() -> None:
    take = takes(line("thought", "Hm", "Tom"))[0]
    assert take == Take("en:Hm", Voice("tone", "tom", gain=-1.0))


@pytest.mark.parametrize("speaker", ["Ann", "Bo"])
def test_a_speaker_without_a_voice_is_named_with_the_line(speaker: str) -> None:
    with pytest.raises(SettingsError, match=f"nobody is cast as {speaker}") as caught:
        takes(line("dialogue", "Hi", speaker))
    assert str(caught.value.source) == "a.md:7"


def test_a_sound_is_the_files_path_and_digest(tmp_path: Path) -> None:
    (tmp_path / "sounds").mkdir()
    (tmp_path / "sounds" / "a door.wav").write_bytes(b"creak")
    take, again = takes(line("sound", "<!-- sound: sounds/a door.wav -->\n"),
                        line("sound", "<!--sound:sounds/a  door.wav-->"), root=tmp_path)
    assert take == again == Take("", Voice(
        "file", str((tmp_path / "sounds" / "a door.wav").resolve()),
        options=(("digest", hashlib.sha256(b"creak").hexdigest()),)))


@pytest.mark.parametrize(("mark", "message"), [
    ("../secret.wav", "not a file of the project"), ("/etc/passwd", "not a file of the project"),
    ("http://127.0.0.1:9/a.wav", "not a file of the project"), ("C:\\a.wav", "not a file of the project"),
    ("a\\..\\..\\b.wav", "not a file of the project"), ("~/a.wav", "not a file of the project"),
    ("door.wav", "there is no sound file `door.wav`"), ("folder", "there is no sound file"),
    ("a\0b", "there is no sound file"), ("x" * 5000, "there is no sound file"), ("", "names no file"),
    ("link.wav", "leads out")])
def test_a_sound_that_is_no_file_of_the_project_is_named_with_the_line(tmp_path: Path, mark: str,
                                                                       message: str) -> None:
    root = tmp_path / "book"
    (root / "folder").mkdir(parents=True)
    (tmp_path / "secret.wav").write_bytes(b"x")
    try:
        (root / "link.wav").symlink_to(tmp_path / "secret.wav")
    except OSError:
        pytest.skip("this system makes no links")
    with pytest.raises(ManuscriptError, match=message) as caught:
        takes(line("sound", f"<!-- sound: {mark} -->"), root=root)
    assert str(caught.value.source) == "a.md:7"
    assert caught.value.hint
