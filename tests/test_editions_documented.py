"""docs/editions.md has a section for every edition, and a row for every setting of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from audiobook import plugins

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "editions.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", plugins.names("editions"))
def test_every_edition_and_every_setting_of_it_is_documented(name: str) -> None:
    sections = dict(re.findall(r"^### `([\w-]+)`\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))
    assert name in sections, f"docs/editions.md says nothing of {name}"
    rows = " ".join(line.split("|")[1] for line in sections[name].splitlines() if line.startswith("| `"))
    wanted = {option.name for option in plugins.load("editions", name).OPTIONS}
    assert set(re.findall(r"`([\w-]+)`", rows)) == wanted
    assert plugins.load("editions", name).TITLE
