"""Checkers that others wrote, found or skipped by name. `.ci/outside VENV NODE_FOLDER` installs them all.

Programs are looked for beside this Python, then on the PATH; packages of npm in `node_modules` under the
folder that AUDIOBOOK_OUTSIDE names, or under the checkout. A test that asks for one is marked `outside`:

    @pytest.mark.outside
    def test_epubcheck_finds_nothing(book):
        done = run(tool("epubcheck"), book)
        assert done.returncode == 0, done.stdout
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_FOLDER = Path(os.environ.get("AUDIOBOOK_OUTSIDE") or Path(__file__).parent.parent)


def tool(name: str) -> str:
    """The path of a program. Skips the test where it is missing."""
    scripts = str(Path(sys.executable).parent)
    found = shutil.which(name, path=scripts) or shutil.which(name) or shutil.which(
        name, path=str(_FOLDER / "node_modules" / ".bin"))
    if not found:
        pytest.skip(f"{name} is not installed (see .ci/outside)")
    return found


def module(name: str) -> Any:
    """An imported Python module. Skips the test where it is missing."""
    try:
        return importlib.import_module(name)
    except ImportError:
        pytest.skip(f"{name} is not installed (see .ci/outside)")


Done = subprocess.CompletedProcess[str]


def node(package: str, script: str, *arguments: object, timeout: float = 120) -> Done:
    """Run `script`, JavaScript that may `require` an npm package; `arguments` are its process.argv[1] and on.
    Skips the test where node or the package is missing."""
    program = tool("node")
    if not (_FOLDER / "node_modules" / package).is_dir():
        pytest.skip(f"{package} is not installed (see .ci/outside)")
    return run(program, "-e", script, "--", *arguments, timeout=timeout,
               env={"NODE_PATH": str(_FOLDER / "node_modules")})


def run(*command: object, timeout: float = 120, env: dict[str, str] | None = None,
        cwd: Path | None = None) -> Done:
    """Run a program to its end; its output as text. A program that hangs fails the test."""
    return subprocess.run([str(part) for part in command], capture_output=True, encoding="utf-8",
                          errors="replace", timeout=timeout, env={**os.environ, **(env or {})}, cwd=cwd,
                          stdin=subprocess.DEVNULL)
