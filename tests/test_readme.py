"""What the documents tell a reader to type is understood, and CI runs the README's own commands."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import typer

from audiobook.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def typed() -> list[tuple[str, str]]:
    """Every command of ours in a code block, with the document it stands in."""
    found = []
    for path in DOCUMENTS:
        for block in re.findall(r"^```(?:sh|console)?\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S):
            for row in block.splitlines():
                for part in row.split("&&"):
                    words = part.split("#")[0].strip().removeprefix("$ ")
                    if re.match(r"(?:\S*/)?audiobook\s+[a-z-]", words):
                        found.append((path.name, words))
    return found


def test_the_documents_show_commands() -> None:
    assert len(typed()) > 5


@pytest.mark.parametrize(("document", "words"), typed())
def test_every_command_that_a_document_shows_is_understood(document: str, words: str) -> None:
    group = typer.main.get_command(app)
    name, *rest = shlex.split(words)[1:]
    if name == "--version":
        return
    command = group.commands[name]  # type: ignore[attr-defined]
    command.make_context(name, rest)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_document_leads_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / link).exists(), f"{path.name}: {link}"


@pytest.mark.parametrize("head", ["Make the sample audiobook", "Pass the tests:"])
def test_each_of_the_two_commands_is_one_line_that_ci_runs(head: str) -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert f"command_of '{head}'" in script
    function = re.search(r"^command_of\(\) \{.*?^\}", script, re.M | re.S)
    assert function
    said = subprocess.run(["bash", "-c", f"{function[0]}\ncommand_of '{head}'"], cwd=ROOT, capture_output=True,
                          text=True, check=False)
    assert said.stdout.count("\n") == 1, said.stderr
    assert said.stdout.startswith("python3 -m venv .venv && ")
