"""Quotations found: det_overlap50_F1 on the two corpora, and on variants of the first with other marks.

    python benchmarks/detection.py ../shared/attribution [--show N] [--only NAME]

The measure is the corpus's own score.py, used as it is, through its files. Variants replace the straight double marks
of the novels, which are plain ASCII: `curly` “ ”, `curly-single` ‘ ’ with ’ as apostrophe, `single` ' for both,
`guillemets` « », `low` „ “. All keep their offsets, so that one gold serves them all.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from audiobook.model import Paragraph, Source
from audiobook.script.quotes import find_quotes

_PARAGRAPH = re.compile(r"\S(?:.*?)(?=\n[ \t]*\n|\s*\Z)", re.DOTALL)


def paragraphs(text: str) -> list[Paragraph]:
    return [Paragraph(match.group(), Source("novel.txt", match.start(), match.end(), 1))
            for match in _PARAGRAPH.finditer(text)]


def variant(text: str, gold: dict, name: str) -> str:
    """`text` with other quotation marks, as long as before. Which way a mark turns is seen where it stands."""
    if name == "straight":
        return text
    left, right = {"curly": "“”", "curly-single": "‘’", "single": "''", "guillemets": "«»", "low": "„“"}[name]
    letters = list(text)
    inside = False
    for at, letter in enumerate(letters):
        if letter == "\n" and text[at:at + 2] == "\n\n":
            inside = False
        elif letter == '"':
            inside = not inside
            letters[at] = left if inside else right
        elif letter == "'" and name in ("curly", "curly-single"):
            opening = (at == 0 or text[at - 1] in ' \n("-_') and text[at + 1:at + 2].isalpha()
            if name == "curly-single" and opening:
                letters[at] = "“"
            elif name == "curly-single" and text[at + 1:at + 2] in (" ", "\n", '"') and text[at - 1] in ".,!?":
                letters[at] = "”"
            else:
                letters[at] = "‘" if opening else "’"
    return "".join(letters)


def write_found(folder: Path, out: Path, name: str) -> float:
    """Finds the quotations of every text in `folder`; the CPU seconds for a million characters."""
    size, spent = 0, 0.0
    for file in sorted(folder.glob("*.txt")):
        gold = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        text = variant(file.read_text(encoding="utf-8"), gold, name)
        pieces = paragraphs(text)
        began = time.process_time()
        quotes = find_quotes(pieces, "en")
        spent += time.process_time() - began
        size += len(text)
        found = [{"start": pieces[quote.paragraph].source.start + quote.start,
                  "end": pieces[quote.paragraph].source.start + quote.end, "speaker": None} for quote in quotes]
        (out / f"{file.stem}.json").write_text(json.dumps({"quotes": found, "characters": []}), encoding="utf-8")
    return spent / max(size, 1) * 1e6


def show(folder: Path, out: Path, name: str, how_many: int) -> None:
    """Prints gold that was not found and finds that are not gold, with their surroundings."""
    for file in sorted(folder.glob("*.txt")):
        gold = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        text = variant(file.read_text(encoding="utf-8"), gold, name)
        found = json.loads((out / f"{file.stem}.json").read_text(encoding="utf-8"))["quotes"]
        for label, these, those in (("missed", gold["quotes"], found), ("extra", found, gold["quotes"])):
            covered = bytearray(len(text))
            for span in those:
                covered[span["start"]:span["end"]] = b"\1" * (span["end"] - span["start"])
            lost = [span for span in these
                    if 2 * sum(covered[span["start"] + 1:span["end"] - 1]) < span["end"] - span["start"] - 2]
            print(f"--- {file.stem} {name}: {len(lost)} {label} of {len(these)}")
            for span in lost[:how_many]:
                start, end = span["start"], span["end"]
                print("   ", repr(text[max(0, start - 60):start] + "[[" + text[start:end][:150] + "]]"
                                  + text[end:end + 60]), span.get("speaker") or "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path, help="the folder with score.py, dev/ and litbank/")
    parser.add_argument("--only", action="append", help="litbank, or a variant; may be given again")
    parser.add_argument("--show", type=int, default=0, help="print so many errors of each kind, novel by novel")
    parser.add_argument("--per-novel", action="store_true")
    asked = parser.parse_args()
    if not (asked.corpus / "score.py").is_file():
        sys.exit(f"there is no score.py in {asked.corpus}")
    print(f"{'text':14} {'F1':>6} {'P':>6} {'R':>6} {'exact':>6} {'char':>6}  CPU s for 1,000,000 characters")
    for name in asked.only or ("straight", "litbank", "curly", "curly-single", "single", "guillemets", "low"):
        folder = asked.corpus / ("litbank" if name == "litbank" else "dev")
        with tempfile.TemporaryDirectory() as scratch:
            out = Path(scratch) / "found"
            out.mkdir()
            marks = "straight" if name == "litbank" else name
            cpu = write_found(folder, out, marks)
            report = Path(scratch) / "report.json"
            told = subprocess.run([sys.executable, asked.corpus / "score.py", folder, out, "--json", report,
                                   "--per-novel"], check=True, capture_output=True, text=True)
            micro = json.loads(report.read_text(encoding="utf-8"))["micro"]
            print(f"{name:14} {micro['det_overlap50_F1']:6.3f} {micro['det_overlap50_P']:6.3f} "
                  f"{micro['det_overlap50_R']:6.3f} {micro['det_exact_F1']:6.3f} {micro['det_char_F1']:6.3f}  "
                  f"{cpu:.2f}", flush=True)
            if asked.per_novel:
                print(*(line[:44] for line in told.stdout.splitlines() if line[:1].isupper()), sep="\n")
            if asked.show:
                show(folder, out, marks, asked.show)
            shutil.rmtree(out)


if __name__ == "__main__":
    main()
