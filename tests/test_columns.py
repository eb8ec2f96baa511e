"""What is held as columns reads as the tuple it was made of; and a long book is held in little room."""

from __future__ import annotations

import gc
import random
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from operator import attrgetter
from pathlib import Path

from audiobook.columns import Clips, Cues, Lines, Paragraphs, Takes, between, column, laid_between
from audiobook.compact import Folded
from audiobook.mix import lay
from audiobook.model import Clip, Cue, Finish, Line, Paragraph, Pauses, Place, Source, Take, Timeline, Voice, Word
from audiobook.project import open_project
from audiobook.readers import read
from audiobook.rehearsal import Rehearsal, engines_of, read_script, rehearse
from audiobook.store import Store

TEXT = "“Já,” said Ann.\n\nNo \ud800 end.\n"
LINES = (
    Line("“Já,” ", "dialogue", "Ann", Place(1, 1, 1), Source("a.md", 0, 6, 1), "chapter", 1 / 3, "tag",
         (("Tom", 0.25), ("", 0.1)), 0, 2),
    Line("said Ann.", "narration", "", Place(1, 1, 2), Source("a.md", 6, 15, 1), "speaker"),
    Line("No \ud800 end.", "thought", "Tom", Place(2, 3, 1), Source("a.md", 17, 27, 3), "scene", 0.5, "turn", (), 1500),
    Line("words of its own", "narration", "", Place(2, 3, 2), Source("b.md", 0, 16, 1)),
)
KEY = sha256(b"one").hexdigest()


def test_lines_come_out_as_they_went_in() -> None:
    lines = Lines(LINES, {"a.md": TEXT})
    assert tuple(lines) == LINES and lines == LINES
    assert (lines[-1], lines[1:3], len(lines)) == (LINES[-1], LINES[1:3], 4)
    assert lines.speakers() == {"Ann", "Tom", ""}


def test_lines_come_back_from_bytes() -> None:
    packed = Lines(LINES, {"a.md": TEXT}).packed()
    assert Lines.unpacked(memoryview(packed), {"a.md": TEXT}) == LINES


def test_takes_clips_cues_and_paragraphs_come_out_as_they_went_in() -> None:
    takes = (Take("Já \ud800", Voice("tone", "hum")), None, Take("", Voice("tone", "hum", 120), 3))
    assert tuple(Takes(takes)) == takes == tuple(Takes(takes, LINES[:3]))
    said = (Take("“Já,”", Voice("tone", "hum")), None, Take("No \ud800  end.", Voice("tone", "hum"), 1))
    for lines in (LINES[:3], Lines(LINES[:3], {"a.md": TEXT})):
        assert tuple(Takes(said, lines)) == said == tuple(Takes((*said, said[0]), lines))[:3]
    clips = (Clip(KEY, 5_000_000_000, 22050, -20.123, -3.0), None, Clip("odd", 7, 8000, -99.0, -99.0),
             Clip(KEY[::-1], 1, 8000, 0.0, 0.0, (Word(0, 1, 2, 3),)), Clip(KEY, 5_000_000_000, 22050, -20.123, -3.0))
    held = Clips(clips)
    assert (tuple(held), tuple(held.different()), tuple(held.first(2))) == (clips, (clips[0], *clips[2:4]), clips[:2])
    places = Clips.of(clip and clip.key for clip in clips)
    assert (tuple(places), tuple(places.different()), len(places.keys)) == ((None,) * 5, (), 3)
    for number, index in enumerate(places.firsts()):
        assert places.keys.at(number) == clips[index].key and not places.has(number)
        places.put(number, clips[index])
    assert tuple(places) == clips and places.has(2)
    cues = Cues(LINES, held)
    cues.add(2, 1 << 40, (1 << 40) + 7, -1.5)
    assert tuple(cues) == (Cue(LINES[2], clips[2], 1 << 40, (1 << 40) + 7, -1.5),)
    paragraphs = (Paragraph(TEXT[:15], Source("a.md", 0, 15, 1)), Paragraph(TEXT[17:], Source("a.md", 17, 28, 3)))
    assert tuple(Paragraphs(paragraphs, "a.md", TEXT)) == paragraphs


def test_a_column_is_what_its_rows_say() -> None:
    takes = (Take("Já \ud800", Voice("tone", "hum")), None, Take("", Voice("tone", "hum", 120), 3))
    one = Clip(KEY, 5, 22050, -20.1, -3.0)
    clips = (one, None, Clip("odd", 7, 8000, -99.0, -99.0), one)
    for rows, held, names in (
            (LINES, Lines(LINES, {"a.md": TEXT}), ("text", "kind", "speaker", "opens", "evidence", "retake", "pause_ms",
                                                   "place.chapter", "place.scene", "place.line", "source")),
            (takes, Takes(takes), ("text", "voice", "retake")),
            (clips, Clips(clips), ("key", "frames", "rate", "peak"))):
        for name in names:
            told = [attrgetter(name)(row) if row is not None else None for row in rows]
            assert list(column(rows, name)) == told and list(column(held, name)) == told, name


def test_cues_are_found_by_their_time_as_in_a_tuple() -> None:
    clips = tuple(Clip(f"{n:064x}", 5, 8000, -20.0, -3.0) for n in range(4))
    cues = Cues(LINES, Clips(clips))
    for index, (start, end) in enumerate(((10, 20), (20, 20), (20, 31), (40, 50))):
        cues.add(index, start, end, -index / 2)
    for start in range(52):
        for end in range(start, 52):
            first, after = between(cues, start, end)
            assert (first, after) == between(tuple(cues), start, end)
            assert tuple(cues[first:after]) == tuple(cue for cue in cues if start <= cue.start < end)
            told = [(cue.clip.key, cue.start, cue.end, cue.gain) for cue in cues[first:after]]
            assert list(laid_between(cues, first, after)) == list(laid_between(tuple(cues), first, after)) == told


def test_a_folded_text_is_read_as_it_was_wherever_it_is_cut() -> None:
    text = "".join(f"{n}: “Já” \ud800\r\n" for n in range(5000))
    for folded in (Folded([text]), Folded(text[at:at + 7] for at in range(0, len(text), 7))):
        assert (len(folded), folded[:]) == (len(text), text)
        for start, end in ((0, 0), (16_380, 16_390), (16_384, 32_768), (16_384, 16_384), (9, 3), (-7, None),
                           (40_000, 1 << 40), (len(text), len(text))):
            assert folded[start:end] == text[start:end]
    assert Folded([])[:] == "" == Folded(["a" * 16_384])[16_384:]


def test_many_read_a_folded_text_at_once() -> None:
    text = "".join(map(str, range(40_000)))
    folded = Folded([text])

    def reads(seed: int) -> bool:
        places = random.Random(seed).choices(range(len(text)), k=300)
        return all(folded[at:at + 99] == text[at:at + 99] for at in places)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(reads, range(8)))


def test_a_book_read_has_its_texts_and_paragraphs(tmp_path: Path) -> None:
    (tmp_path / "book.md").write_text("# One\n\n“Já,” said Ann.\n\nNo end.\n", encoding="utf-8")
    book, script = read_script(open_project(tmp_path / "book.md"), None)
    plain = read(tmp_path / "book.md", tmp_path)
    assert dict(book.texts) == plain.texts and book.chapters == plain.chapters
    assert "".join("".join(line.text for line in script.lines).split()) == "".join(plain.texts["book.md"].split())


def laid(folder: Path, chapters: int) -> tuple[int, int, Rehearsal, Timeline]:
    """A book of so many chapters, up to its timeline; how many lines it has, and the bytes it takes to hold it."""
    (folder / "manuscript").mkdir(parents=True)
    (folder / "voices.yaml").write_text("title: Long\nengine: tone\n", encoding="utf-8")
    (folder / "manuscript" / "01.md").write_text("\n\n".join(
        f"# Number {n}\n\n" + "\n\n".join(f"“I have counted {n} and {m} of them,” said {'Ann' if m % 2 else 'Tom'}. "
                                           f"Nobody else in the room was counting that day." for m in range(20))
        for n in range(chapters)), encoding="utf-8")
    project = open_project(folder)
    rehearse(project, engines_of(project), Store(folder / "shelf"))  # what is imported, and remembered on the shelf
    gc.collect()
    tracemalloc.start()
    try:
        rehearsal = rehearse(project, engines_of(project), Store(folder / "shelf"))
        clips = Clips(Clip(sha256(str(n).encode()).hexdigest(), 20_000 + n, 22050, -20.0 - n / 1e6, -3.0 - n / 1e6)
                      if take else None for n, take in enumerate(rehearsal.takes))
        timeline = lay(rehearsal.script, clips, Pauses(), Finish())
        gc.collect()
        return len(rehearsal.script.lines), tracemalloc.get_traced_memory()[0], rehearsal, timeline
    finally:
        tracemalloc.stop()


def test_memory_hardly_grows_with_the_book(tmp_path: Path) -> None:
    """A line costs its words, once as written and once as said, and some numbers. As objects it cost 1,300 bytes."""
    lines, held, *_ = laid(tmp_path / "short", 10)
    more, now, *_ = laid(tmp_path / "long", 40)
    assert more >= 4 * lines - 10 and more - lines > 1500
    assert (now - held) / (more - lines) < 350
