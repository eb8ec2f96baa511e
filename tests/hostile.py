"""The hostile inputs of ../shared, and a listener that hears whether any of them fetched anything."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

MAKER = Path(__file__).resolve().parents[2] / "shared" / "bad_inputs" / "make_bad_inputs.py"
needs_maker = pytest.mark.skipif(not MAKER.is_file(), reason=f"{MAKER.name} is not in ../shared beside the checkout")


@dataclass(frozen=True)
class Corpus:
    """`asked`: what came over the network so far."""

    root: Path
    cases: list[dict[str, Any]]
    asked: list[bytes]

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        found = [case for case in self.cases if case["kind"] in kinds]
        assert found
        return found


@contextmanager
def hostile(root: Path) -> Iterator[Corpus]:
    """The inputs, made in the new folder `root`."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        def listen() -> None:
            while True:
                try:
                    asked.append(server.accept()[0].recv(100))
                except OSError:
                    return

        threading.Thread(target=listen, daemon=True).start()
        subprocess.run([sys.executable, str(MAKER), str(root), "--small", "--canary-url",
                        f"http://127.0.0.1:{server.getsockname()[1]}/"], check=True, capture_output=True)
        yield Corpus(root, json.loads((root / "manifest.json").read_text())["cases"], asked)
