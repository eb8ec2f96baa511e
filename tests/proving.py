"""A small real book, made by the command into every edition and served on this machine, for others' programs."""

from __future__ import annotations

import http.server
import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from outside import run, tool

EDITIONS = ("m4b", "mp3", "mp3-single", "opus", "flac", "podcast", "captions", "readalong", "lpf", "page")
TITLE = "The Lamp at Gull Point"
VOICES = f"""
title: {TITLE}
subtitle: A Story in Three Nights
author: Ann Author
read-by: Ned Narrator
language: en-US
year: 2026
publisher: A Small Press
description: A keeper, a letter and a light that must not go out.
isbn: 978-3-16-148410-0
series: {{name: Tales of the Coast, part: 2}}
narrator: {{name: en-us, rate: 165}}
characters:
  Martha: {{pronoun: she, voice: {{name: en-us+f3, rate: 165}}}}
  Henry: {{pronoun: he, voice: {{name: en-us+m3, rate: 160}}}}
  Clara: {{pronoun: she, voice: {{name: en-us+f4, rate: 175}}}}
  Captain Wells: {{pronoun: he, aliases: [Wells, the captain], voice: {{name: en-us+m7, rate: 150}}}}
  Doctor Blake: {{pronoun: he, aliases: [Blake, the doctor], voice: {{name: en-us+m1, rate: 165}}}}
podcast: {{base-url: "%s/podcast/"}}
"""
CHAPTERS = ("The Letter", "The Doctor Remembers", "Under the Lamp")
MANUSCRIPT = (
    """
The storm came over the hills before supper, and by nine o'clock nobody could see the harbor any more. Martha shut
the window and lit the second lamp.

“Somebody is on the stairs,” said Martha. “Did you leave the door open?”

“I never leave the door open,” said Henry. “It must be the captain.”

It was the captain. He stood on the mat with water running out of his boots, and he held a letter as if it might
bite him.

“This was in the mail bag,” said Captain Wells. “It has your name on it, and it is forty years old.”

Martha took the letter to the table. The paper was dry and yellow, and the ink had turned brown.

“Read it to us,” said Henry.

“I will read it alone,” said Martha.

***

Upstairs the wind was louder. She broke the seal with her thumb and read the first page twice.

_He knew about the money_, she thought. _He knew, and he told nobody._

When she came down again, the fire was low. Henry was asleep in his chair, and the captain was looking at the clock.

“Bad news?” said Captain Wells.

“Old news,” said Martha. “It says that the lamp went out on purpose.”
""",
    """
In the morning the rain had stopped. Clara walked up the hill with a basket of eggs, because her mother had sent her,
and because she wanted to hear everything.

“Is it true that a dead man wrote to you?” said Clara.

“He was not dead when he wrote it,” said Martha. “Put the eggs by the sink, and wipe your feet.”

Clara wiped one foot. She had already seen the letter under the blue plate.

“The doctor was here in those days,” said Clara. “He is older than anybody.”

***

Doctor Blake lived at the end of the lane, with seven cats and a broken piano. He gave Martha the good chair.

“I was young then,” said Doctor Blake, “and I was paid to keep quiet.”

“Who paid you?” said Martha.

“The company did. They wanted the ship on the rocks, and the insurance in the bank.” The doctor rubbed his eyes. “Your
father would not help them, so they sent him away for one night, and put out the light themselves.”

Nobody spoke for a while. One of the cats climbed on the piano and walked across the low notes.

“There is a box,” said Doctor Blake. “He buried it beneath the lamp. I never dared to look.”

***

Henry brought the spade. Captain Wells brought a rope, although nobody had asked for a rope.

“You always need a rope,” said Captain Wells.

“Dig, and stop talking,” said Henry.
""",
    """
The ground was full of stones. They dug until the sun was high, and then they dug until it was low again.

“My hands hurt,” said Clara.

“You have not dug anything,” said Henry. “You have eaten three apples.”

At half past six the spade struck iron. The captain dropped his rope and knelt in the mud.

“Here it is,” said Captain Wells. “It is heavier than it looks.”

Inside the box lay a small green book, wrapped in cloth, and every page was covered with numbers. There were dates and
names, and beside each name there was a sum of money.

“This is the whole story,” said Martha. “He wrote down all of them.”

***

They carried the book to town the next day. The judge read it slowly, and he did not smile once.

“Why did he not send it himself?” said Clara.

“He did send it,” said Martha. “It only took a very long time to arrive.”

***

That evening the lamp was lit as usual. Far out on the water a ship turned toward the harbor, saw the light, and came
safely home.
""",
)
SOUNDS = (".m4b", ".m4a", ".mp3", ".opus", ".flac")


@dataclass
class Published:
    """What one run made; `address` serves its folder, `asked` is what was asked of it: path, and range or None."""

    project: Path
    wrote: tuple[Path, ...]
    seconds: float
    address: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def sounds(self) -> list[Path]:
        return [path for path in self.wrote if path.suffix in SOUNDS]

    def one(self, suffix: str) -> Path:
        """The file of the whole book with this suffix."""
        return next(path for path in self.wrote if path.suffix == suffix and path.parent.name == "output")

    def folder(self, kind: str, suffix: str = "") -> list[Path]:
        """The files of the folder `Title (kind)`, or of `kind`."""
        return [path for path in self.wrote if path.parent.name.endswith(f"({kind})") or path.parent.name == kind
                if path.name.endswith(suffix)]

    @cached_property
    def chapters(self) -> list[tuple[float, str]]:
        """When each chapter of the M4B starts and what it is called, as ffprobe sees it."""
        done = run(tool("ffprobe"), "-v", "error", "-show_chapters", "-of", "json", f"file:{self.one('.m4b')}")
        return [(float(each["start_time"]), each["tags"]["title"]) for each in json.loads(done.stdout)["chapters"]]


def write_project(project: Path, voices: str, chapters: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> None:
    """A project of these chapters: heading, text."""
    (project / "manuscript").mkdir(parents=True)
    (project / "voices.yaml").write_text(voices, encoding="utf-8")
    for number, (heading, text) in enumerate(chapters, 1):
        (project / "manuscript" / f"{number:03}.md").write_text(f"# {heading}\n\n{text}", encoding="utf-8")


def make(project: Path, *editions: str) -> Published:
    """Run the command as a person does; every edition, or these."""
    done = run(tool("audiobook"), "make", project, "--json", *(f"--as={name}" for name in editions or EDITIONS),
               timeout=600, env={"NO_COLOR": "1", "PYTHONUTF8": "1"})
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    return Published(project, tuple(map(Path, told["wrote"])), told["seconds"])


@contextmanager
def publishing(project: Path) -> Iterator[Published]:
    """The book, made and served until the end."""
    asked: list[tuple[str, str | None]] = []
    with served(project / "output", asked) as address:
        write_project(project, VOICES % address, list(zip(CHAPTERS, MANUSCRIPT, strict=True)))
        published = make(project)
        published.address, published.asked = address, asked
        yield published


# ---------------------------------------------------------------- a server that knows byte ranges

_TYPES = {".m4b": "audio/mp4", ".m4a": "audio/mp4", ".mp3": "audio/mpeg", ".xml": "application/rss+xml",
          ".vtt": "text/vtt", ".json": "application/json+chapters", ".jpg": "image/jpeg"}


class _Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, **_TYPES}  # noqa: RUF012
    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: Any, asked: list[tuple[str, str | None]], **named: Any) -> None:
        self.asked = asked
        super().__init__(*arguments, **named)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.asked.append((self.path, wanted))
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted or "")
        path = Path(self.translate_path(self.path))
        if not found or not path.is_file():
            return super().do_GET()
        size = path.stat().st_size
        first, last = int(found[1]), min(int(found[2] or size), size - 1)
        if first > last:
            return self.send_error(416)
        self.send_response(206)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.send_header("Content-Length", str(last - first + 1))
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()
        with open(path, "rb") as file:
            file.seek(first)
            try:
                self.wfile.write(file.read(last - first + 1))
            except OSError:
                self.close_connection = True  # a browser that seeks hangs up in the middle
        return None


@contextmanager
def served(folder: Path, asked: list[tuple[str, str | None]]) -> Iterator[str]:
    """The address of a folder on this machine."""
    handler = partial(_Handler, directory=os.fspath(folder), asked=asked)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
