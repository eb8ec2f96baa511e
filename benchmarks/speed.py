"""How near the program comes to what the work itself costs, on one whole novel.

    python benchmarks/speed.py NOVEL.txt [--quick] [--by-hand] [--json FILE]

Everything is measured in one run, as ratios: machines are noisy, and only a ratio taken beside its limit means
anything. The limit is the bare engine speaking the same words in a tight loop plus the bare encoder encoding the
same sound at the settings that the program uses, each alone in a process of its own. CPU is user + system of the
whole process tree (wait4), peak memory is the largest sum of proportional set sizes over the tree, sampled every 50 ms.
Two cores that share a cache, or a machine with others, do not do twice the work of one: how much more CPU the bare
encoder takes for the same hour of sound when two run at once is shown beside the first ratio, which holds it.

--by-hand adds what a user would do without this program: espeak-ng to WAV (the same library), pydub `+=`,
ffmpeg to M4B. It is quadratic, so it is measured on the first chapters and its growth is shown.
Needs psutil; no network; Linux for the memory figures.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

PYTHON = sys.executable
AUDIOBOOK = [PYTHON, "-c", "from audiobook.cli import main; main()"]

BARE_ENGINE = """
import json, sys
from audiobook.engines.pyttsx3 import Pyttsx3
from audiobook.model import Voice
engine = Pyttsx3()
for text, name, rate, pitch, options in json.load(open(sys.argv[1])):
    engine.speak(text, Voice("pyttsx3", name, rate, pitch, 0.0, tuple(map(tuple, options))))
"""

BARE_ENCODER = """
import sys, av, numpy as np
with av.open(sys.argv[1]) as given, av.open(sys.argv[2], "w", format="mp4") as made:
    heard = given.streams.audio[0]
    stream = made.add_stream("aac", rate=heard.rate, options={"aac_coder": "fast", "aac_tns": "0"})
    stream.layout, stream.bit_rate = "mono", 64000
    at, most = 0, float(sys.argv[3]) * heard.rate
    for frame in given.decode(heard):
        if at > most:
            break
        frame.pts = at
        at += frame.samples
        made.mux(stream.encode(frame))
    made.mux(stream.encode(None))
"""

BARE_DECODER = """
import sys, av
with av.open(sys.argv[1]) as given:
    for frame in given.decode(given.streams.audio[0]):
        pass
"""

TOGETHER = """
import subprocess, sys
both = [subprocess.Popen([sys.executable, "-c", *sys.argv[1:3], made, *sys.argv[5:]]) for made in sys.argv[3:5]]
sys.exit(any(each.wait() for each in both))
"""

TAKES = """
import json, sys
from pathlib import Path
from audiobook.production import survey
from audiobook.project import open_project
rehearsal, _ = survey(open_project(Path(sys.argv[1])))
takes = list(dict.fromkeys(take for take in rehearsal.takes if take))
json.dump([(t.text, t.voice.name, t.voice.rate, t.voice.pitch, t.voice.options) for t in takes], open(sys.argv[2], "w"))
"""


@dataclass
class Cost:
    wall: float
    cpu: float
    peak_mb: float
    code: int
    out: str = ""


def tree_mb(root: psutil.Process) -> float:
    """Memory of a process and all beneath it; shared pages are shared out, not counted twice."""
    total = 0
    for process in [root, *root.children(recursive=True)]:
        try:
            if process != root and time.time() - process.create_time() < 0.5 and process.cmdline() == root.cmdline():
                continue  # perhaps on its way to be another program: until then it has its parent's memory, all of it
            total += process.memory_full_info().pss
        except (psutil.Error, AttributeError):
            continue
    return total / 1e6


def cost(command: list[str], cwd: Path | None = None, watch_memory: bool = False) -> Cost:
    """Run a command to its end and account for it."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as out:
        running = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=cwd)
        peak = [0.0]
        over = threading.Event()

        def look() -> None:
            try:
                root = psutil.Process(running.pid)
                while not over.wait(0.05):
                    peak[0] = max(peak[0], tree_mb(root))
            except psutil.Error:
                return

        watcher = threading.Thread(target=look, daemon=True)
        if watch_memory:
            watcher.start()
        _, status, usage = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - began
        over.set()
        out.seek(0)
        said = out.read().decode(errors="replace")
    if running.returncode:
        sys.exit(f"{' '.join(command)[:200]}\nended with {running.returncode}:\n{said[-2000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak[0], running.returncode, said)


def make(path: Path, *more: str, watch_memory: bool = False) -> Cost:
    return cost([*AUDIOBOOK, "make", str(path), "--as", "m4b", "--quiet", *more], watch_memory=watch_memory)


def project(folder: Path, text: str, copies: int = 1) -> Path:
    """A project of its own; `copies` of the text one after the other, each told apart so that nothing is held."""
    (folder / "manuscript").mkdir(parents=True)
    (folder / "voices.yaml").write_text("title: The Novel\nauthor: Somebody\n", encoding="utf-8")
    for n in range(copies):
        words = text if n == 0 else re.sub(r"\bthe (\w+)", rf"the {'very ' * n}\1", text)
        (folder / "manuscript" / f"{n + 1}.txt").write_text(words, encoding="utf-8")
    return folder


def row(what: str, value: float, unit: str, floor: str = "", goal: str = "") -> None:
    print(f"{what:<58}{value:>10.2f} {unit:<6}{floor:>10}{goal:>10}", flush=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("novel", type=Path)
    asked.add_argument("--quick", action="store_true", help="the first eight chapters alone, no book four times over")
    asked.add_argument("--by-hand", action="store_true")
    asked.add_argument("--json", type=Path)
    given = asked.parse_args()
    text = given.novel.read_bytes().decode("utf-8-sig")
    if given.quick:
        text = text[:text.find("CHAPTER IX")] or text[:60_000]
    work = Path(tempfile.mkdtemp(prefix="speed-"))
    results: dict[str, object] = {}
    try:
        print(f"{given.novel.name}: {len(text):,} characters; {os.cpu_count()} cores\n")
        print(f"{'':<58}{'':>10} {'':<6}{'floor':>10}{'goal':>10}")
        book = project(work / "one", text)
        full = make(book, watch_memory=True)
        results["full"] = asdict(full)
        m4b = next((book / "output").glob("*.m4b"))

        shutil.copytree(book, work / "limit")
        takes = work / "takes.json"
        cost([PYTHON, "-c", TAKES, str(work / "limit"), str(takes)])
        engine = cost([PYTHON, "-c", BARE_ENGINE, str(takes)])
        start = cost([PYTHON, "-c", "import av, numpy"])
        again = [str(work / "again.mp4"), str(work / "beside.mp4")]
        both = cost([PYTHON, "-c", BARE_ENCODER, str(m4b), again[0], "inf"])
        decode = cost([PYTHON, "-c", BARE_DECODER, str(m4b)])
        encode_cpu = both.cpu - decode.cpu + start.cpu
        limit = engine.cpu + encode_cpu
        alone = min(cost([PYTHON, "-c", BARE_ENCODER, str(m4b), again[0], "3600"]).cpu for _ in range(3))
        beside = min(cost([PYTHON, "-c", TOGETHER, BARE_ENCODER, str(m4b), *again, "3600"]).cpu for _ in range(3)) / 2
        results |= {"engine_cpu": engine.cpu, "encoder_cpu": encode_cpu, "together": beside / alone}
        row("bare engine, the same takes: CPU", engine.cpu, "s")
        row("bare encoder, the same sound: CPU", encode_cpu, "s")
        row("full make: CPU", full.cpu, "s")
        row("full make: wall", full.wall, "s")
        row("CPU over the limit", full.cpu / limit, "x", "1.35", "1.15")
        row("... of it what two bare encoders at once cost, over one", beside / alone, "x")
        row("wall over CPU / cores", full.wall / (full.cpu / (os.cpu_count() or 1)), "x", "1.25", "1.10")
        row("peak memory of the process tree", full.peak_mb, "MB", "350", "250")

        same = make(book)
        row("nothing changed", same.wall, "s", "3", "1")
        chapter = book / "manuscript" / "1.txt"
        words = chapter.read_text(encoding="utf-8")
        middle = words.index(". ", len(words) // 2)
        chapter.write_text(f"{words[:middle]}, after all{words[middle:]}", encoding="utf-8")
        changed = make(book)
        row("one sentence changed: new M4B, share of the full wall", 100 * changed.wall / full.wall, "%", "8", "3")
        row("one sentence changed: wall", changed.wall, "s")
        cold = project(work / "cold", text)
        first = cost([*AUDIOBOOK, "preview", "1.1", str(cold), "--quiet"])
        row("preview 1.1, cold, sound written", first.wall, "s", "4", "2")
        helped = min(cost([*AUDIOBOOK, "--help"]).wall for _ in range(5))
        row("audiobook --help", helped, "s", "0.5", "0.25")
        results |= {"unchanged_wall": same.wall, "changed_wall": changed.wall, "preview_wall": first.wall,
                    "help_wall": helped}
        if not given.quick:
            four = make(project(work / "four", text, 4), watch_memory=True)
            row("the book four times over: peak memory", four.peak_mb, "MB")
            row("... more than for one", 100 * (four.peak_mb / full.peak_mb - 1), "%", "10", "5")
            row("... CPU over four times one", four.cpu / (4 * full.cpu), "x")
            results["four"] = asdict(four)
        if given.by_hand:
            by_hand(takes, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if given.json:
        given.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


BY_HAND = """
import json, subprocess, sys
from pydub import AudioSegment
takes = json.load(open(sys.argv[1]))[:int(sys.argv[2])]
book = AudioSegment.silent(0, frame_rate=22050)
for n, (text, name, rate, pitch, _) in enumerate(takes):
    subprocess.run(["espeak-ng", "-v", "en-us", "-s", str(rate or 165), "-w", sys.argv[3] + "/c.wav", "--", text],
                   check=True)
    book += AudioSegment.from_wav(sys.argv[3] + "/c.wav") + AudioSegment.silent(400, frame_rate=22050)
book.export(sys.argv[3] + "/book.wav", format="wav")
subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", "file:" + sys.argv[3] + "/book.wav", "-c:a", "aac", "-b:a", "64k",
                sys.argv[3] + "/book.m4b"], check=True)
"""

OURS = """
import json, sys
from pathlib import Path
takes = json.load(open(sys.argv[1]))[:int(sys.argv[2])]
folder = Path(sys.argv[3]) / "ours" / sys.argv[2]
(folder / "manuscript").mkdir(parents=True)
(folder / "voices.yaml").write_text("title: X\\n")
(folder / "manuscript" / "1.md").write_text("# One\\n\\n" + "\\n\\n".join(t[0] for t in takes))
print(folder)
"""


def by_hand(takes: Path, work: Path) -> None:
    """The same takes as a person would do them with a script of ten lines."""
    if not (shutil.which("espeak-ng") and shutil.which("ffmpeg")):
        print("by hand: espeak-ng and ffmpeg are not installed, so this was not measured")
        return
    for count in (500, 1000, 2000):
        hand = cost([PYTHON, "-c", BY_HAND, str(takes), str(count), str(work)])
        folder = cost([PYTHON, "-c", OURS, str(takes), str(count), str(work)]).out.strip()
        ours = make(Path(folder))
        row(f"by hand, {count} takes: wall", hand.wall, "s")
        row(f"... over this program: wall, CPU {hand.cpu / ours.cpu:.1f} x", hand.wall / ours.wall, "x")


if __name__ == "__main__":
    main()
