"""Whole books made by the real program in processes of its own, with an engine that does as its options say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from audiobook.made import Made
from audiobook.production import produce
from audiobook.project import open_project

COMMAND = [sys.executable, "-c", "from audiobook.cli import main; main()"]

_ODD = '''
import os, time
from audiobook.engines.tone import Tone
from audiobook.model import Audio, OfferedVoice, Voice

class Odd(Tone):
    """Hums, after `wait` seconds, and notes each take in the file `log`. Where it is `broken`, odd words of a
    text make it fail."""
    version = "odd 1"
    patience = 0.6

    def __init__(self, log="", wait=0.0, broken=True):
        self.log, self.wait, self.broken = log, wait, broken

    def voices(self):
        return tuple(OfferedVoice(Voice("odd", name)) for name in ("hum", "bass", "alto"))

    def speak(self, text, voice):
        if self.log:
            with open(self.log, "a") as log:
                log.write(text + "\\n")
        time.sleep(self.wait)
        odd = text.lower() if self.broken else ""
        if "crashes" in odd:
            os._exit(3)
        if "hangs" in odd:
            time.sleep(1000)
        if "says nothing" in odd:
            return Audio(b"", 22050)
        if "rustles" in odd:
            return Audio(os.urandom(2 * 22050 * 600), 22050)
        return super().speak(text, voice)
'''


def odd_engine(folder: Path) -> Path:
    """A folder for PYTHONPATH in which the engine `odd` is installed."""
    info = folder / "strangers-1.dist-info"
    info.mkdir(parents=True)
    (folder / "strangers.py").write_text(_ODD)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: strangers\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[audiobook.engines]\nodd = strangers:Odd\n")
    return folder


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def made(self) -> dict[str, Any]:
        assert self.out, self.err
        found: dict[str, Any] = json.loads(self.out)
        return found

    def refused(self, *words: str) -> str:
        """Its one clear line (and a hint), where that is how it ended."""
        assert self.code == 1, (self.code, self.err)
        assert "Traceback" not in self.err
        assert not self.out, self.out
        rows = self.err.splitlines()
        assert 1 <= len(rows) <= 2, self.err
        assert all(row.startswith("  ") for row in rows[1:])
        for word in words:
            assert word in rows[0], self.err
        return rows[0]


@dataclass
class Making:
    """A project on disk, and the program at work on it."""

    root: Path
    site: Path | None = None
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def output(self) -> Path:
        return self.root / "output"

    @property
    def shelf(self) -> Path:
        return self.root / ".audiobook"

    @property
    def log(self) -> Path:
        return self.root.parent / f"{self.root.name}.log"

    def write(self, chapters: Mapping[str, str] | str, **settings: Any) -> Making:
        """Lay the project out, or change it."""
        texts = {"01.md": chapters} if isinstance(chapters, str) else chapters
        folder = self.root / "manuscript"
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.iterdir():
            left.unlink()
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        self.set(**settings)
        return self

    def set(self, **settings: Any) -> None:
        """Change voices.yaml; JSON is YAML."""
        self.settings.update({name.replace("_", "-"): value for name, value in settings.items()})
        (self.root / "voices.yaml").write_text(json.dumps({"title": "Tiny", "author": "A. Writer", "engine": "tone",
                                                           **self.settings}), encoding="utf-8")

    def odd(self, **options: Any) -> None:
        """Let the engine `odd` speak."""
        self.set(engine="odd", engine_options={"log": str(self.log), **options})

    def start(self, *words: object, **more: Any) -> subprocess.Popen[bytes]:
        """The program, in a session of its own."""
        environment = {**os.environ, "COLUMNS": "100"}
        if self.site is not None:
            environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(self.site), os.environ.get("PYTHONPATH"))))
        return subprocess.Popen([*COMMAND, *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, start_new_session=True, env=environment, **more)

    def run(self, *words: object, **more: Any) -> Ran:
        """`audiobook WORDS` to its end; PATH is put behind the command's name."""
        running = self.start(words[0], self.root, *words[1:], **more)
        try:
            out, err = running.communicate(timeout=120)
        except BaseException:
            running.kill()
            raise
        return Ran(running.returncode, out.decode(), err.decode())

    def make(self, *editions: str, **more: Any) -> Ran:
        """`make --json` of these editions."""
        return self.run("make", "--json", *(word for name in editions for word in ("--as", name)), **more)

    def here(self, *editions: str) -> Made:
        """`make` in this process, where nothing but its result matters."""
        return produce(open_project(self.root), editions or ("m4b",))

    def said(self) -> list[str]:
        """Every text that the engine `odd` was given, in order."""
        return self.log.read_text().splitlines() if self.log.exists() else []


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, and what is in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def clips(shelf: Path) -> list[Path]:
    """The recordings on a shelf."""
    return sorted(shelf.glob("clips/*/*.wav"))


def encoded(shelf: Path) -> list[Path]:
    """The encoded chapters on a shelf, and the lists of what is in them."""
    return sorted(path for kind in ("aac", "mp3") for path in shelf.glob(f"blobs/{kind}-*/*"))


def session(leader: int) -> list[int]:
    """The processes that are alive in a session."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (OSError, psutil.Error):
            continue
    return found


def chapters(path: Path) -> list[tuple[float, str]]:
    """Where the chapters of a sound file begin, in seconds, and what they are called."""
    import av

    with av.open(str(path)) as container:
        return [(float(chapter["start"] * chapter["time_base"]), chapter["metadata"]["title"])
                for chapter in container.chapters()]


def seconds(path: Path) -> float:
    """How long a sound file plays."""
    import av

    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert stream.duration is not None and stream.time_base is not None
        return float(stream.duration * stream.time_base)


def story(chapters: int, lines: int) -> dict[str, str]:
    """Chapters of short lines, no two alike."""
    return {f"{n:02}.md": f"# Chapter {n}\n\n" + "\n\n".join(
        f"“Line {n} {i} here,” said Ann. The rain {n} {i} fell." for i in range(lines)) + "\n"
        for n in range(1, chapters + 1)}


class mounted:
    """A small file system of its own; skips the test, by name, where it may not be made."""

    def __init__(self, folder: Path, options: str) -> None:
        self.folder, self.options = folder, options

    def __enter__(self) -> mounted:
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._mount("-t", "tmpfs", "-o", self.options, "tmpfs")
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("a file system of its own needs the right to mount one")
        return self

    def again(self, options: str) -> None:
        """Change its size, or whether it may be written."""
        self._mount("-o", f"remount,{options}")

    def _mount(self, *words: str) -> None:
        subprocess.run(["mount", *words, str(self.folder)], check=True, capture_output=True)

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "-l", str(self.folder)], check=False)


def flipped(path: Path, at: int) -> None:
    """Turn one bit of one byte over; `at` may count from the end."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
