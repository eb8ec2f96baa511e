"""The commands, as a person meets them: names, outputs, exit codes, messages. The tone engine speaks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from audiobook.cli import commands, main

STORY = """# The Gate

“Who goes there?” asked Tom Harrow.

“Only me,” said Ann. She put the lamp down. “Only ever me.”

***

The rain went on. Nobody spoke for some time.

“You are late,” said Tom.

# The Road

Ann walked until morning. “I am not sorry,” she said.
"""
VOICES = "title: The Gate\nauthor: A. Writer\nengine: tone\n"


@dataclass
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    def runs(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["audiobook", *map(str, words)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        sys.stdout.flush()
        said = capfd.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return runs


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "manuscript").mkdir()
    (tmp_path / "manuscript" / "01.md").write_text(STORY, encoding="utf-8")
    (tmp_path / "voices.yaml").write_text(VOICES, encoding="utf-8")
    return tmp_path


def test_the_names_of_the_commands_are_a_contract() -> None:
    assert set(commands()) >= {"new", "make", "podcast", "preview", "script", "cast", "voices", "plan", "check",
                               "sweep"}


@pytest.mark.parametrize("command", commands())
def test_every_command_explains_itself(run: Run, command: str) -> None:
    ran = run(command, "--help")
    assert ran.code == 0
    assert len(ran.out) > 80


def test_make_writes_the_book_and_says_where(run: Run, project: Path) -> None:
    ran = run("make", project, "--as", "m4b", "--as", "mp3")
    assert ran.code == 0, ran.err
    files = [Path(row) for row in ran.out.splitlines()]
    assert all(file.stat().st_size > 1000 for file in files)
    assert {file.suffix for file in files} == {".m4b", ".mp3"}
    assert project / "output" in files[0].parents


def test_make_json_is_one_object_with_the_promised_keys(run: Run, project: Path) -> None:
    made = json.loads(run("make", project, "--json").out)
    assert set(made) >= {"wrote", "recorded", "held", "failed", "seconds"}
    assert made["recorded"] > 0
    assert made["held"] == 0
    assert made["failed"] == []
    again = json.loads(run("make", project, "--json").out)
    assert (again["recorded"], again["held"]) == (0, made["recorded"])
    assert again["seconds"] == made["seconds"]


def test_a_changed_sentence_costs_one_clip(run: Run, project: Path) -> None:
    run("make", project, "--json")
    chapter = project / "manuscript" / "01.md"
    chapter.write_text(STORY.replace("The rain went on.", "The rain had stopped."), encoding="utf-8")
    assert json.loads(run("plan", project, "--json").out)["to_record"] == 1
    assert json.loads(run("make", project, "--json").out)["recorded"] == 1


def test_a_cover_is_drawn_once_for_a_title_and_an_author(run: Run, project: Path,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    import audiobook.cover

    drawn: list[bytes] = []
    real = audiobook.cover.cover
    monkeypatch.setattr(audiobook.cover, "cover", lambda *given: drawn.append(real(*given)) or drawn[-1])
    unheard = VOICES.replace("A. Writer", "Ólöf")  # letters that no font may have are looked for each time, and told of
    for voices, times in ((VOICES, 1), (VOICES.replace("Gate", "Door"), 2), (unheard, 4)):
        (project / "voices.yaml").write_text(voices, encoding="utf-8")
        run("make", project)
        run("make", project, "--as", "mp3")
        assert len(drawn) == times
    assert len(set(drawn)) == 3


def test_what_an_unchanged_book_does_not_need_is_not_loaded(run: Run, project: Path) -> None:
    from audiobook.press import coding

    run("make", project)
    heavy = ["PIL.Image", "audiobook.script.speakers", *(["av"] if coding.installed() else [])]
    code = ("import sys\nfrom audiobook.cli import main\ntry:\n main()\nfinally:\n "
            f"print(*(set({heavy}) & set(sys.modules)))")
    words = [sys.executable, "-c", code, "make", str(project)]
    made = subprocess.run(words, capture_output=True, text=True, check=True)
    assert made.stdout == f"{project / 'output' / 'The Gate.m4b'}\n\n"


def test_moving_a_chapter_and_renaming_a_person_records_nothing(run: Run, project: Path) -> None:
    roles = "narrator: low\ncharacters:\n  Tom Harrow: {aliases: [Tom], voice: high}\n  Ann: {voice: middle}\n"
    (project / "voices.yaml").write_text(VOICES + roles, encoding="utf-8")
    names = json.loads(run("voices", project, "--json").out)["voices"]
    chosen = dict(zip(("low", "high", "middle"), (voice["name"] for voice in names), strict=False))
    text = (project / "voices.yaml").read_text(encoding="utf-8")
    for word, voice in chosen.items():
        text = text.replace(f": {word}", f": {voice}")
    (project / "voices.yaml").write_text(text, encoding="utf-8")
    run("make", project, "--json")
    first, second = STORY.split("# The Road")
    (project / "manuscript" / "01.md").write_text("# The Road" + second + "\n\n" + first, encoding="utf-8")
    (project / "voices.yaml").write_text(text.replace("  Ann:", "  Ann Harrow:").replace(
        "{voice: " + chosen["middle"], "{aliases: [Ann], voice: " + chosen["middle"]), encoding="utf-8")
    assert json.loads(run("make", project, "--json").out)["recorded"] == 0


def test_a_bare_text_file_works_without_a_project(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "books").mkdir()
    book = tmp_path / "books" / "the-gate.txt"
    book.write_text("CHAPTER I.\n\n\"Who goes there?\" asked Tom.\n\n\"Only me,\" said Ann.\n", encoding="utf-8")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    ran = run("make", book, "--engine", "tone")
    assert ran.code == 0, ran.err
    assert list((here / "output").glob("*.m4b"))
    assert sorted(p.name for p in book.parent.iterdir()) == [book.name], "nothing is put beside the text"


def test_preview_prints_the_file_it_wrote(run: Run, project: Path) -> None:
    ran = run("preview", "1.2", project)
    assert ran.code == 0, ran.err
    file = Path(ran.out.strip())
    assert file.read_bytes()[:4] == b"RIFF"
    whole, scene = Path(run("preview", "1", project).out.strip()), file
    assert whole.stat().st_size > scene.stat().st_size
    assert Path(run("preview", "1.2.3", project).out.strip()).stat().st_size < scene.stat().st_size


@pytest.mark.parametrize("place", ["0", "1.0", "x", "1.2.3.4", "-1", "", "1..2", "99999999999"])
def test_a_place_that_is_none_is_named(run: Run, project: Path, place: str) -> None:
    ran = run("preview", "--", place, project)
    assert ran.code in (1, 2)
    assert ran.err
    assert "Traceback" not in ran.err


def test_a_place_beyond_the_book_is_named(run: Run, project: Path) -> None:
    ran = run("preview", "9", project)
    assert ran.code == 1
    assert "9" in ran.err


def test_script_json_gives_text_by_code_points(run: Run, project: Path) -> None:
    found = json.loads(run("script", project, "--json").out)
    text = (project / "manuscript" / "01.md").read_text(encoding="utf-8")
    keys = {"chapter", "scene", "line", "kind", "speaker", "text", "file", "start", "end", "confidence", "evidence"}
    assert all(set(line) >= keys for line in found["lines"])
    assert all(text[line["start"]:line["end"]] == line["text"] for line in found["lines"])
    assert {line["kind"] for line in found["lines"]} <= {"narration", "dialogue", "thought", "heading"}
    people = {person["name"]: person for person in found["people"]}
    assert all(set(person) >= {"name", "aliases", "pronoun", "lines"} for person in people.values())
    said = [line["speaker"] for line in found["lines"] if line["kind"] == "dialogue"]
    assert all(people[name]["lines"] == said.count(name) for name in set(said))
    assert "Ann" in people


def test_a_mark_in_the_manuscript_always_wins(run: Run, project: Path) -> None:
    chapter = project / "manuscript" / "01.md"
    chapter.write_text(STORY.replace("“You are late,”", "<!-- voice: Ann -->“You are late,”"), encoding="utf-8")
    lines = json.loads(run("script", project, "--json").out)["lines"]
    line = next(line for line in lines if "You are late" in line["text"])
    assert (line["speaker"], line["confidence"]) == ("Ann", 1.0)
    assert line["evidence"] == "mark"


def test_cast_write_adds_people_and_touches_nothing_else(run: Run, project: Path) -> None:
    before = (project / "voices.yaml").read_text(encoding="utf-8")
    ran = run("cast", project, "--write")
    assert ran.code == 0, ran.err
    after = (project / "voices.yaml").read_text(encoding="utf-8")
    assert after.startswith(before)
    assert "Ann" in after
    people = json.loads(run("cast", project, "--json").out)["people"]
    assert all(person["given"] for person in people)
    assert run("cast", project, "--write").code == 0
    assert (project / "voices.yaml").read_text(encoding="utf-8") == after


def test_check_json_has_the_promised_keys(run: Run, project: Path) -> None:
    chapter = project / "manuscript" / "01.md"
    chapter.write_text(STORY.replace("“You are", "<!-- voice: Anne -->“You are"), encoding="utf-8")
    problems = json.loads(run("check", project, "--json").out)["problems"]
    assert all(set(p) >= {"code", "severity", "message", "file", "line", "hint"} for p in problems)
    named = [p for p in problems if "Anne" in p["message"]]
    assert named
    assert named[0]["line"] == STORY[:STORY.index("“You are")].count("\n") + 1
    assert "Ann" in named[0]["hint"]


def test_check_names_every_missing_sound_beside_the_other_doubts(run: Run, tmp_path: Path) -> None:
    book = tmp_path / "book.md"
    book.write_text('# One\n\n<!-- sound: a.wav -->\n\n<!-- sound: b.wav -->\n\n<!-- vioce: Tom -->"Yes," said Tom.\n',
                    encoding="utf-8")
    said = run("check", book, "--json")
    assert said.code == 1
    found = [(one["code"], one["line"]) for one in json.loads(said.out)["problems"]]
    assert [one for one in found if one[0] == "sound-missing"] == [("sound-missing", 3), ("sound-missing", 5)]
    assert ("mark-unknown", 7) in found


def test_speakers_who_were_not_found_are_in_doubt(run: Run, tmp_path: Path) -> None:
    book = tmp_path / "book.md"
    book.write_text('# Eins\n\n„Ja“, und dann regnete es.\n', encoding="utf-8")
    assert "Someone?:" in run("script", book).out
    said = run("script", book, "--doubts").out
    assert said.startswith("1 of 1 speeches is in doubt.")
    assert "<!-- voice: NAME -->" in said


def test_sweep_removes_what_no_line_needs(run: Run, project: Path) -> None:
    run("make", project)
    chapter = project / "manuscript" / "01.md"
    chapter.write_text(STORY.replace("The rain went on.", "The rain had stopped."), encoding="utf-8")
    run("make", project)
    assert "removed 0 files" not in run("sweep", project).out
    assert json.loads(run("make", project, "--json").out)["recorded"] == 0


def test_new_starts_a_book_that_makes(run: Run, tmp_path: Path) -> None:
    ran = run("new", tmp_path / "mine", "--title", "Mine: a “Life”", "--author", "Me")
    assert ran.code == 0, ran.err
    made = json.loads(run("make", tmp_path / "mine", "--engine", "tone", "--json").out)
    assert made["recorded"] > 0
    assert run("new", tmp_path / "mine").code == 1, "it overwrites nothing"


@pytest.mark.parametrize(("words", "said"), [
    (("make", "nowhere"), "nowhere"),
    (("make", ".", "--engine", "nothing"), "nothing"),
    (("make", ".", "--as", "wax"), "wax"),
    (("make", ".", "--for", "moon"), "moon"),
])
def test_a_mistake_is_one_clear_line_and_exit_1(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch,
                                                words: tuple[str, ...], said: str) -> None:
    monkeypatch.chdir(project)
    ran = run(*words)
    assert ran.code == 1
    assert said in ran.err.splitlines()[0]
    assert len(ran.err.splitlines()) <= 2
    assert not ran.out


def test_a_mistake_in_voices_yaml_names_file_and_line(run: Run, project: Path) -> None:
    (project / "voices.yaml").write_text("title: X\nnarator: low\n", encoding="utf-8")
    ran = run("make", project)
    assert ran.code == 1
    assert "voices.yaml:2" in ran.err
    assert "narrator" in ran.err


def test_a_voice_that_the_engine_lacks_is_named_before_anything_is_recorded(run: Run, project: Path) -> None:
    (project / "voices.yaml").write_text("title: X\ncharacters:\n  Ann:\n    voice: en-us+f22\n", encoding="utf-8")
    for command in ("check", "make"):
        ran = run(command, project)
        assert ran.code == 1
        assert ran.err.startswith("voices.yaml:3: Ann: "), ran.err
        assert "f22" in ran.err
    assert not list((project / ".audiobook").glob("clips/*/*.wav"))


def test_usage_mistakes_exit_2(run: Run) -> None:
    assert run("make", "--nonsense").code == 2
    assert run("frobnicate").code == 2
    assert run("preview").code == 2


def test_terminal_escapes_in_a_title_are_not_printed(run: Run, project: Path) -> None:
    (project / "manuscript" / "01.md").write_text("# The \x1b[2J\x1b]0;owned\x07Gate\n\n“Hello,” said Ann.\n",
                                                  encoding="utf-8")
    for command in ("make", "script", "cast", "check", "plan"):
        ran = run(command, project)
        assert "\x1b" not in ran.out + ran.err, command
        assert "\x07" not in ran.out + ran.err, command


@pytest.fixture
def long_project(tmp_path: Path) -> Path:
    (tmp_path / "manuscript").mkdir()
    (tmp_path / "voices.yaml").write_text("title: Long\n", encoding="utf-8")
    words = "\n\n".join(f"“This is sentence number {n} of a long book,” said Ann. The rain went on all day {n} times."
                        for n in range(6000))
    (tmp_path / "manuscript" / "01.md").write_text(f"# One\n\n{words}\n", encoding="utf-8")
    return tmp_path


def test_python_m_audiobook_is_the_same_command(tmp_path: Path) -> None:
    """Where a shell does not find `audiobook`, Python does."""
    (tmp_path / "a.txt").write_text("“Go,” said Tom.\n", encoding="utf-8")
    here = subprocess.run([sys.executable, "-m", "audiobook", "plan", "a.txt", "--engine", "tone"], cwd=tmp_path,
                          capture_output=True, text=True, check=True)
    assert "2 takes" in here.stdout
    missing = subprocess.run([sys.executable, "-m", "audiobook", "plan", "b.txt"], cwd=tmp_path, capture_output=True,
                             text=True)
    assert missing.returncode == 1 and "Traceback" not in missing.stderr


def listen_to_ctrl_c() -> None:
    """What a job in the background is started with may be deaf to it, and its children too."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C reaches a child differently on Windows")
def test_ctrl_c_ends_soon_keeps_what_is_recorded_and_exits_130(long_project: Path) -> None:
    command = [sys.executable, "-c", "from audiobook.cli import main; main()", "make", str(long_project)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
                               preexec_fn=listen_to_ctrl_c)
    clips = long_project / ".audiobook" / "clips"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and len(list(clips.rglob("*.wav"))) < 50:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGINT)
    try:
        _, said = running.communicate(timeout=30)
    finally:
        running.kill()
    assert running.returncode == 130, said
    assert b"Traceback" not in said
    kept = len(list(clips.rglob("*.wav")))
    assert 50 <= kept < 6000, "it ended before the book did"
    assert not list(long_project.rglob("*.part"))
