"""What several test files share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from proving import Published, publishing


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """A small real book in every edition, made once by the command and served on this machine."""
    with publishing(tmp_path_factory.mktemp("published") / "book") as made:
        yield made
