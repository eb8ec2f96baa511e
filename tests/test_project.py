"""A path means a project, in whichever way people write it; what is not there is said plainly."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from audiobook.errors import AudiobookError, EditionError, ManuscriptError, SettingsError
from audiobook.project import new_project, open_project, shown

posix = pytest.mark.skipif(os.name != "posix", reason="what it tests is of POSIX file systems")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test stands in an empty folder of its own."""
    folder = tmp_path.resolve() / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def lay(root: Path, *names: str) -> Path:
    """Files with a line of text; voices.yaml with a title."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("title: Told\n" if name.endswith(".yaml") else "Once.\n")
    return root


def test_a_project_folder_is_opened_from_wherever_one_stands(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = lay(here / "book", "voices.yaml", "manuscript/01.md")
    ways = [open_project(path) for path in (root, Path("book"), Path("book/"), Path("./book/../book"),
                                            Path("book/voices.yaml"))]
    monkeypatch.chdir(root)
    ways += [open_project(), open_project(Path(".")), open_project(Path("manuscript"))]
    for project in ways:
        assert project.root == root
        assert project.manuscript == root / "manuscript"
        assert (project.output, project.shelf) == (root / "output", root / ".audiobook")
        assert (project.voices, project.settings.details.title) == (root / "voices.yaml", "Told")


def test_a_file_of_a_manuscript_belongs_to_its_project(here: Path) -> None:
    root = lay(here / "book", "voices.yaml", "manuscript/part two/03_the storm.md")
    project = open_project(root / "manuscript" / "part two" / "03_the storm.md")
    assert (project.root, project.settings.details.title) == (root, "Told")
    assert project.manuscript == root / "manuscript" / "part two" / "03_the storm.md"
    assert open_project(root / "manuscript" / "part two").root == root


def test_a_text_beside_voices_yaml_belongs_to_it(here: Path) -> None:
    root = lay(here / "book", "voices.yaml", "story.txt")
    assert (open_project(root).manuscript, open_project(root / "story.txt").root) == (root, root)


def test_a_bare_file_is_a_project_of_the_current_folder(here: Path, tmp_path: Path) -> None:
    lay(here, "voices.yaml")  # somebody else's: it is not beside the text
    text = lay(tmp_path / "elsewhere", "my_story.txt") / "my_story.txt"
    project = open_project(text)
    assert (project.root, project.manuscript) == (here, text.absolute())
    assert (project.output, project.shelf) == (here / "output", here / ".audiobook")
    assert project.settings.details.title is None
    assert project.voices == text.absolute().parent / "voices.yaml"


def test_a_folder_of_text_is_its_own_project(here: Path) -> None:
    root = lay(here / "texts", "1.txt", "2.txt")
    project = open_project(root)
    assert (project.root, project.manuscript) == (root, root)


def test_the_output_goes_where_it_is_asked_for(here: Path) -> None:
    root = lay(here / "book", "manuscript/01.md", "taken")
    assert open_project(root, Path("out")).output == here / "out"
    with pytest.raises(EditionError, match="is a file, not a folder"):
        open_project(root, root / "taken")


def test_opening_makes_nothing(here: Path) -> None:
    root = lay(here / "book", "manuscript/01.md")
    open_project(root)
    assert sorted(path.name for path in root.rglob("*")) == ["01.md", "manuscript"]


@pytest.mark.parametrize(("names", "path", "message", "hint"), [
    ((), "nothing.txt", "there is nothing at nothing.txt", "manuscript file"),
    (("story.txt",), "stroy.txt", "there is nothing at stroy.txt", "did you mean story.txt"),
    ((), ".", "there is no text in", "audiobook new"),
    (("book/voices.yaml",), "book", "there is no manuscript in book", "audiobook new"),
    (("book/voices.yaml", "book/output/1.mp3", "book/.hidden"), "book", "there is no manuscript", "audiobook new"),
    (("book/manuscript",), "book", "book/manuscript is not a folder", "chapters"),
    (("a.txt",), "a.txt/b.txt", "cannot be opened", ""),
])
def test_what_is_not_there_is_said(here: Path, names: tuple[str, ...], path: str, message: str, hint: str) -> None:
    lay(here, *names)
    with pytest.raises(ManuscriptError) as caught:
        open_project(Path(path))
    assert message in caught.value.message.replace("\\", "/")
    assert hint in caught.value.hint


def test_an_empty_manuscript_is_said(here: Path) -> None:
    (here / "book" / "manuscript").mkdir(parents=True)
    with pytest.raises(ManuscriptError, match="there is no manuscript in book"):
        open_project(Path("book"))


@pytest.mark.parametrize("name", ["voices.yml", "voices.yaml.txt"])
def test_settings_under_a_wrong_name_are_not_passed_over(here: Path, name: str) -> None:
    lay(here, name, "a.txt")
    with pytest.raises(SettingsError, match=r"voices\.yaml") as caught:
        open_project()
    assert "rename" in caught.value.hint


@posix
@pytest.mark.parametrize("kind", ["dangling", "loop", "fifo", "device"])
def test_what_is_no_file_is_refused_at_once(here: Path, kind: str) -> None:
    path = here / "x.txt"
    match kind:
        case "dangling":
            path.symlink_to("nowhere")
        case "loop":
            path.symlink_to("x.txt")
        case "fifo":
            os.mkfifo(path)
        case _:
            path.symlink_to("/dev/zero")
    with pytest.raises(ManuscriptError, match=r"x\.txt"):
        open_project(path)


@posix
def test_a_project_through_a_link_is_where_the_link_is(here: Path) -> None:
    lay(here / "book", "voices.yaml", "manuscript/01.md")
    (here / "link").symlink_to("book")
    assert open_project(here / "link").root == here / "link"


@posix
@pytest.mark.parametrize("raw", [b"bad\xff\xfename.txt", b"--help.txt", b"%s%n {0}.txt", b"quote'$(x);&.txt"])
def test_any_name_is_opened_and_can_be_printed(here: Path, raw: bytes) -> None:
    path = Path(os.fsdecode(raw))
    try:
        path.write_text("Once.")
    except OSError:
        pytest.skip("this file system takes no such name")
    project = open_project(path)
    assert project.manuscript == here / path
    assert shown(project.manuscript).encode()


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_said(here: Path) -> None:
    lay(here / "book", "manuscript/01.md")
    (here / "book").chmod(0)
    try:
        with pytest.raises(ManuscriptError):
            open_project(here / "book" / "manuscript")
    finally:
        (here / "book").chmod(0o755)


# ---------------------------------------------------------------- new


def test_a_new_project_is_one_and_its_settings_are_read(here: Path) -> None:
    files = new_project(here / "my_book", "Tom: a tale", "No")
    assert sorted(path.relative_to(here / "my_book").as_posix() for path in files) == [
        ".gitignore", "manuscript/01.md", "voices.yaml"]
    project = open_project(Path("my_book"))
    assert (project.settings.details.title, project.settings.details.author) == ("Tom: a tale", "No")
    assert [role.name for role in project.settings.cast.roles] == ["Ada", "Ben"]
    assert "<!-- voice: Ben -->" in (here / "my_book" / "manuscript" / "01.md").read_text()


def test_a_new_project_needs_no_title_and_no_author(here: Path) -> None:
    new_project(here / "my_book")
    assert open_project(here / "my_book").settings.details.title == "my book"
    assert open_project(here / "my_book").settings.details.author is None


@pytest.mark.parametrize("there", ["voices.yaml", "manuscript/mine.md", ".gitignore"])
def test_nothing_is_ever_overwritten(here: Path, there: str) -> None:
    lay(here / "book", there)
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    with pytest.raises(AudiobookError, match="is there already"):
        new_project(here / "book")
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


def test_a_project_that_cannot_be_made_is_said(here: Path) -> None:
    lay(here, "file")
    with pytest.raises(AudiobookError, match="cannot be made"):
        new_project(here / "file" / "book")
