"""The shared hostile settings files lead where their manifest says, within its limits."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import hostile, needs_maker

from audiobook.cast import read_settings
from audiobook.errors import SettingsError

pytestmark = needs_maker


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with hostile(tmp_path_factory.mktemp("bad") / "inputs") as made:
        yield made.root
        assert not made.asked, "something was fetched from the network"


def test_every_bad_settings_file_leads_where_its_manifest_says(corpus: Path) -> None:
    manifest = json.loads((corpus / "manifest.json").read_text())
    cases = [case for case in manifest["cases"] if case["kind"] == "config"]
    assert len(cases) >= 16
    for case in cases:
        path = corpus / case["path"]
        before = sorted(path.parent.iterdir())
        began = time.monotonic()
        said, outcome, error = _read(path)
        assert outcome == "ok" or (error is not None and error.source is not None), case
        assert time.monotonic() - began < case["limits"]["seconds"], case
        assert outcome in case["expect"], (case, said)
        assert not [word for word in case["never"] if word in said], (case, said)
        assert all(word in said for word in case["want"]), (case, said)
        assert sorted(path.parent.iterdir()) == before, case
    assert not (corpus / "pwned").exists()


def _read(path: Path) -> tuple[str, str, SettingsError | None]:
    try:
        return repr(read_settings(path)), "ok", None
    except SettingsError as error:
        return f"{error.source}: {error.message}\n{error.hint}\n{error.others}", "error", error


@pytest.mark.parametrize("name", ["python_tag", "path_values", "wrong_types", "norway", "duplicate_keys"])
def test_the_same_attacks_under_our_own_keys_are_named(corpus: Path, tmp_path: Path, name: str) -> None:
    text = (corpus / "config" / f"{name}.voices.yaml").read_text()
    path = tmp_path / "voices.yaml"
    path.write_text(text.replace("voices:", "characters:").replace("speed:", "rate:"))
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    told = [caught.value.message, *(other.message for other in caught.value.others)]
    expected = {
        "python_tag": ["a tag"], "path_values": ["no voice's name"] * 3,
        "wrong_types": ["`rate` is not a key", "one voice, not a list", "`rate` is not a key", "`rate` is not a"],
        "norway": ["`rate` is not a key"], "duplicate_keys": ["a second time"],
    }[name]
    assert len(told) == len(expected), told
    assert all(any(part in said for said in told) for part in expected), told
