"""What the sound editions write is what was laid: lengths to the frame, chapters to the frame, every tag."""

import io
import math
import struct
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from mutagen.id3 import ID3
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from PIL import Image

from audiobook.editions import m4b, mp3_single, wav
from audiobook.editions import mp3 as mp3_folder
from audiobook.engines.pyttsx3 import Pyttsx3
from audiobook.errors import EditionError
from audiobook.events import Encoding
from audiobook.mix import lay
from audiobook.model import Details, Finish, Pauses, Voice
from audiobook.press import coding, encode, mp3, mp4
from audiobook.profiles import PROFILES
from tests.sounding import decoded, hum, play

FULL = Details(title="The Book of It", subtitle="A Tale", author="Jane Austen", read_by="Ned Narrator",
               language="de-AT", year=1999, publisher="A Press", description="First line.\nSecond line.",
               copyright="2026 Jane", isbn="978-3-16-148410-0", series="The Series", part="2")
ODD = ("One", "Zwei — " + "ü" * 193, "👩‍🚀 مرحبا بالعالم", "A\x00B\x1b[31m\nC\u202e", "One", "")


def jpeg(size=80):
    out = io.BytesIO()
    Image.new("RGB", (size, size), (20, 60, 90)).save(out, "JPEG")
    return out.getvalue()


def boxes(data, at=0, end=None, path=""):
    """Every box of an MP4: its path and its payload."""
    end = len(data) if end is None else end
    found = []
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        name = f"{path}/{name.decode('latin-1')}"
        found.append((name, data[at + head:at + size]))
        if name.rsplit("/", 1)[1] in ("moov", "trak", "mdia", "minf", "stbl", "udta", "edts", "tref"):
            found += boxes(data, at + head, at + size, name)
        at += size
    return found


def av_chapters(path):
    import av

    with av.open(str(path)) as container:
        return [(chapter["start"] * chapter["time_base"], chapter["metadata"]["title"])
                for chapter in container.chapters()]


@pytest.fixture
def m4b_of(tmp_path):
    def make(played):
        return m4b.write(played.book, played.timeline, played.sound, tmp_path, played.kit)[0]
    return make


# ---------------------------------------------------------------- m4b


def test_an_m4b_decodes_to_exactly_the_timelines_frames(m4b_of):
    played = play(["A", "B", "C", "D"])
    samples, rate = decoded(m4b_of(played))
    assert (len(samples), rate) == (played.timeline.frames, played.timeline.rate)


def test_an_m4b_sounds_like_the_master_and_does_not_drift(m4b_of):
    played = play(["A", "B", "C", "D"], seconds=1.0)
    samples, _ = decoded(m4b_of(played))
    true = np.concatenate([block for index in range(4) for block in played.sound.chapter(index)])
    noise = samples.astype(float) - true
    assert 10 * math.log10(np.mean(true.astype(float) ** 2) / np.mean(noise ** 2)) > 25


def test_aac_brings_a_voice_back_nearer_than_the_encoders_own_settings_do(monkeypatch):
    said = Pyttsx3().speak("However little known the feelings of such a man may be, he is considered the property "
                           "of some one or other of their daughters.", Voice("pyttsx3", "en-us+m3", 165, 40))
    true = np.frombuffer(said.pcm, "<i2")

    def nearness():  # in dB; of pieces of 2 ms, so that noise before a sound that begins tells
        parts = coding.encoded([true], coding.Codec("aac", said.rate, 64000))
        decoder = av.CodecContext.create("aac", "r")
        decoder.extradata = parts.config
        data, found, at = b"".join(parts.pieces()), [], 0
        for size in parts.sizes:
            found += decoder.decode(av.Packet(data[at:at + int(size)]))
            at += int(size)
        made = np.concatenate([frame.to_ndarray().reshape(-1) for frame in found])[1024:][:len(true)] * 32768
        count, piece = len(true) // 44, (-1, 44)
        sound = np.square(true[:count * 44].astype(float)).reshape(piece).mean(axis=1)
        noise = np.square(true[:count * 44] - made[:count * 44].astype(float)).reshape(piece).mean(axis=1)
        heard = sound > 1e4
        return np.mean(10 * np.log10(sound[heard] / noise[heard]))

    ours = nearness()
    monkeypatch.setitem(coding._OPTIONS, "aac", {})
    assert ours > nearness() + 2
    monkeypatch.setitem(coding._OPTIONS, "aac", {"aac_coder": "fast"})
    assert ours >= nearness()


def test_moov_comes_first_and_the_brand_is_audiobook(m4b_of):
    data = m4b_of(play()).read_bytes()
    assert [name for name, _ in boxes(data) if name.count("/") == 1] == ["/ftyp", "/moov", "/free", "/mdat"]
    assert data[8:12] == b"M4B "


def test_chapters_start_to_the_frame_where_headings_are_spoken(m4b_of):
    played = play(["One", "Two", "Three"])
    marks = [0, *(mark.mark for mark in played.timeline.chapters[1:])]
    chapters = av_chapters(m4b_of(played))
    assert chapters == list(zip((Fraction(mark, 22050) for mark in marks), ("One", "Two", "Three"), strict=True))


def test_both_chapter_systems_say_the_same_and_titles_survive(m4b_of):
    played = play(ODD)
    path = m4b_of(played)
    full = ["One", "Zwei — " + "ü" * 193, "👩‍🚀 مرحبا بالعالم", "AB[31m C", "One", "Chapter 6"]
    assert [title for _, title in av_chapters(path)] == full
    nero = MP4(path).chapters
    assert [chapter.title for chapter in nero] == [mp4.cut(title, 127).decode() for title in full]
    assert max(len(chapter.title.encode()) for chapter in nero) <= 127
    assert [chapter.start for chapter in nero] == pytest.approx([float(at) for at, _ in av_chapters(path)], abs=1e-6)


def test_the_chapter_track_is_hidden_has_a_language_and_needs_no_other_file(m4b_of):
    tracks: list[dict[str, bytes]] = []
    for name, payload in boxes(m4b_of(play(details=FULL)).read_bytes()):
        if name == "/moov/trak":
            tracks.append({})
        elif name.startswith("/moov/trak/"):
            tracks[-1][name.rsplit("/", 1)[1]] = payload
        if name.endswith("dinf"):
            tracks[-1]["dref"] = payload
    sound, text = tracks
    assert (sound["tkhd"][3] & 1, text["tkhd"][3] & 1) == (1, 0)
    assert sound["tref"][4:] == b"chap" + struct.pack(">I", 2)
    for track in tracks:
        packed = struct.unpack(">H", track["mdhd"][20:22])[0]
        assert "".join(chr((packed >> shift & 31) + 0x60) for shift in (10, 5, 0)) == "deu"
        assert track["dref"].endswith(b"url \0\0\0\1")


def test_a_language_nobody_knows_is_und(m4b_of):
    import av

    with av.open(str(m4b_of(play(details=replace(FULL, language="x-elvish"))))) as container:
        assert container.streams.audio[0].language == "und"


def test_more_than_255_chapters_are_all_in_the_text_track(m4b_of):
    played = play([f"Chapter {n}" for n in range(1, 301)], seconds=0.05, lines_each=1)
    path = m4b_of(played)
    assert len(av_chapters(path)) == 300
    assert len(MP4(path).chapters) == 255
    assert len(decoded(path)[0]) == played.timeline.frames


def test_every_tag_is_where_players_look(m4b_of):
    tags = MP4(m4b_of(play(details=FULL, cover=jpeg()))).tags
    plain = {key: tags[key][0] for key in (
        "\xa9nam", "\xa9alb", "\xa9ART", "aART", "\xa9wrt", "\xa9nrt", "\xa9gen", "\xa9day", "\xa9pub", "cprt", "desc",
        "ldes", "\xa9mvn", "\xa9grp", "soal", "soar", "sonm")}
    assert plain == {
        "\xa9nam": "The Book of It", "\xa9alb": "The Book of It", "\xa9ART": "Jane Austen", "aART": "Jane Austen",
        "\xa9wrt": "Ned Narrator", "\xa9nrt": "Ned Narrator", "\xa9gen": "Audiobook", "\xa9day": "1999",
        "\xa9pub": "A Press", "cprt": "2026 Jane", "desc": "First line. Second line.",
        "ldes": "First line.\nSecond line.", "\xa9mvn": "The Series", "\xa9grp": "The Series #2",
        "soal": "The Book of It", "soar": "Austen, Jane", "sonm": "The Book of It"}
    assert (tags["stik"], tags["\xa9mvi"], bytes(tags["covr"][0])) == ([2], [2], jpeg())
    free = {name: bytes(tags[f"----:com.apple.iTunes:{name}"][0]).decode()
            for name in ("SERIES", "SERIES-PART", "LANGUAGE", "ISBN", "SUBTITLE", "PUBLISHER")}
    assert free == {"SERIES": "The Series", "SERIES-PART": "2", "LANGUAGE": "de-AT", "ISBN": "978-3-16-148410-0",
                    "SUBTITLE": "A Tale", "PUBLISHER": "A Press"}


def test_a_changed_line_encodes_one_chapter_again(m4b_of):
    played = play(["A", "B", "C"])
    m4b_of(played)
    held = set(played.shelf.blobs)
    cues = (replace(played.timeline.cues[0], gain=-3.0), *played.timeline.cues[1:])
    timeline = replace(played.timeline, cues=cues)
    played.timeline, played.sound = timeline, replace(played.sound, timeline=timeline)
    path = m4b_of(played)
    assert len(set(played.shelf.blobs) - held) == 2  # a list and one piece
    assert len(decoded(path)[0]) == timeline.frames


def long_chapter(**finish):
    return play(["A", "B"], seconds=4, lines_each=24, finish=Finish(lead_in_ms=100, tail_ms=150, **finish))


@pytest.mark.parametrize("room_tone", [None, -60.0])
def test_a_changed_line_of_a_long_chapter_encodes_a_stretch_again_and_the_bytes_are_those_of_a_fresh_make(
        m4b_of, room_tone):
    def changed():
        played = long_chapter(room_tone=room_tone)
        clips = [cue.clip for cue in played.timeline.cues]
        clips[33] = played.shelf.record(hum(4.3, 500), name="zz")
        timeline = lay(played.kit.script, clips, Pauses(), played.kit.finish)
        return played, replace(played.sound, timeline=timeline)

    fresh, sound = changed()
    expected = m4b.write(fresh.book, sound.timeline, sound, m4b_of(fresh).parent, fresh.kit)[0].read_bytes()
    played, sound = changed()
    m4b_of(played)
    count = sum(len(sound.stretches(index)) for index in (0, 1))
    held = set(played.shelf.blobs)
    path = m4b.write(played.book, sound.timeline, sound, m4b_of(played).parent, played.kit)[0]
    new = [kind for kind, _ in set(played.shelf.blobs) - held]
    assert count >= 6
    assert sorted(kind.endswith(".s") for kind in new) == [False, True], "the chapter's list, and one stretch"
    assert path.read_bytes() == expected
    assert len(decoded(path)[0]) == sound.timeline.frames


@pytest.mark.parametrize("room_tone", [None, -60.0])
def test_where_stretches_meet_it_sounds_as_if_one_encoder_had_made_it_all(m4b_of, room_tone):
    played = long_chapter(room_tone=room_tone)
    sound = played.sound
    true = np.concatenate([block for index in (0, 1) for block in sound.chapter(index)])
    apart, _ = decoded(m4b_of(played))
    one = coding.encoded([true], coding.Codec("aac", 22050, 64000))
    mp4.write_mp4(path := m4b_of(played).with_name("one.m4b"), [one], (), b"")
    joints = [stretch.start for index in (0, 1) for stretch in sound.stretches(index)][1:]
    assert len(joints) >= 5

    def noise(made, at, reach=2205):
        return math.sqrt(np.mean((made[at - reach:at + reach].astype(float) - true[at - reach:at + reach]) ** 2))

    together = decoded(path)[0]
    assert len(apart) == len(together) == len(true)
    for at in joints:
        assert noise(apart, at) < 1.6 * noise(together, at) + 2, "of 32,768"
        assert noise(apart, at, 300) < 1.6 * noise(together, at, 300) + 2
        steps = np.diff(apart[at - 1000:at + 1000].astype(int))
        assert np.abs(steps).max() <= 1.6 * np.abs(np.diff(true[at - 1000:at + 1000].astype(int))).max() + 2, "no click"


def test_the_encoders_that_are_installed_are_those_that_are_loaded():
    assert coding.installed() in (None, coding.loaded())


def test_the_same_book_is_the_same_file_and_is_left_alone(m4b_of):
    played = play()
    path = m4b_of(played)
    before, stamp = path.read_bytes(), path.stat().st_mtime_ns
    assert m4b_of(played).stat().st_mtime_ns == stamp
    path.unlink()
    assert m4b_of(played).read_bytes() == before
    path.write_bytes(before[:-5])
    assert m4b_of(played).read_bytes() == before


def test_what_a_book_was_made_of_is_known_to_a_sweep(m4b_of):
    played = play()
    m4b_of(played)
    assert {key for _, key in played.shelf.blobs} == encode.kept(["m4b", "mp3"], played.shelf)


def test_a_piece_spoiled_on_the_shelf_is_encoded_again(m4b_of):
    played = play()
    path = m4b_of(played)
    before = path.read_bytes()
    path.unlink()
    piece = next(key for key in played.shelf.blobs if key[0].endswith(".s"))
    del played.shelf.blobs[piece]
    assert m4b_of(played).read_bytes() == before


def test_a_book_of_one_chapter_and_one_line_is_whole(m4b_of):
    played = play(["Alone"], seconds=0.02, lines_each=1)
    path = m4b_of(played)
    assert (len(av_chapters(path)), len(decoded(path)[0])) == (1, played.timeline.frames)


def test_progress_reaches_the_whole_length(m4b_of):
    played = play()
    seen: list[Encoding] = []
    played.kit = replace(played.kit, watch=seen.append)
    m4b_of(played)
    assert seen[-1].done == pytest.approx(seen[-1].total)
    assert seen[-1].total == pytest.approx(played.timeline.frames / played.timeline.rate)


def test_an_interrupt_stops_the_encoders_and_leaves_no_file(m4b_of, tmp_path):
    played = play(["A", "B", "C"], seconds=2)
    pulled = []

    class Endless(type(played.sound)):
        def stretch(self, stretch):
            while True:
                pulled.append(stretch)
                yield np.zeros(2048, np.int16)

    def interrupt(event):
        if len(pulled) > 20:
            raise KeyboardInterrupt
    endless = Endless(*(getattr(played.sound, name) for name in type(played.sound).__slots__))
    played.sound, played.kit = endless, replace(played.kit, watch=interrupt)
    with pytest.raises(KeyboardInterrupt):
        m4b_of(played)
    after = len(pulled)
    assert list(tmp_path.iterdir()) == []
    assert len(pulled) == after


def test_a_bitrate_that_aac_has_not_is_refused(m4b_of):
    with pytest.raises(EditionError, match="bitrate of 900"):
        m4b_of(play(bitrate=900))


@pytest.mark.parametrize("hours", [45, 60])
def test_forty_hours_and_more_overflow_nothing(tmp_path, hours):
    rate, units = 48000, hours * 3600 * 48000 // 1024
    silent = coding.encoded([np.zeros(4096, np.int16)], coding.Codec("aac", rate, 64000))
    unit = b"".join(silent.pieces())[-int(silent.sizes[-1]):]
    config = silent.config
    sizes = np.full(units + 1, len(unit), np.uint32)
    part = coding.Encoded.of(silent.codec, units * 1024, sizes, config, lambda: iter([unit * (units + 1)]))
    marks = [mp4.Mark(hour * 3600 * rate, f"Hour {hour}") for hour in range(hours)]
    mp4.write_mp4(tmp_path / "long.m4b", [part], marks, b"")
    assert av_chapters(tmp_path / "long.m4b")[-1] == ((hours - 1) * 3600, f"Hour {hours - 1}")
    import av

    with av.open(str(tmp_path / "long.m4b")) as container:
        stream = container.streams.audio[0]
        assert stream.duration == units * 1024
        container.seek(int((hours * 3600 - 5) / stream.time_base), stream=stream)
        assert next(container.decode(stream)).time > hours * 3600 - 10


def test_offsets_beyond_4_gib_have_64_bits(tmp_path, monkeypatch):
    """Sparse: the units are a hole in the file."""
    unit, units = 60000, 90_000
    part = coding.Encoded.of(coding.Codec("aac", 48000, 320_000), units * 1024, np.full(units + 1, unit, np.uint32),
                             b"\x11\x88", lambda: iter(()))
    path = tmp_path / "big.m4b"
    with pytest.raises(AssertionError, match="not as long"):
        mp4.write_mp4(path, [part], [mp4.Mark(0, "All")], b"")
    assert not path.exists()
    heads = []
    monkeypatch.setattr(mp4, "_begins", lambda path, head, length: heads.append((head, length)) or True)
    mp4.write_mp4(path, [part], [mp4.Mark(0, "All")], b"", digest="x")
    parts, length = heads[0]
    head = b"".join(mp4._written(parts))
    assert length > 5 << 30
    path.write_bytes(head)
    import os

    os.truncate(path, length)
    offsets = next(payload for name, payload in boxes(head[:head.index(b"mdat") - 4]) if name.endswith("co64"))
    assert struct.unpack(">Q", offsets[-8:])[0] > length - 64 * unit - unit
    import av

    with av.open(str(path)) as container:
        assert container.streams.audio[0].duration == units * 1024
        assert container.streams.audio[0].frames == units + 1


# ---------------------------------------------------------------- mp3


def test_a_file_a_chapter_exactly_as_long_as_the_chapter(tmp_path):
    played = play(["One", "Two"], details=FULL, cover=jpeg())
    files = mp3_folder.write(played.book, played.timeline, played.sound, tmp_path, played.kit)
    assert [path.relative_to(tmp_path).as_posix() for path in files] == [
        "The Book of It (mp3)/01 - One.mp3", "The Book of It (mp3)/02 - Two.mp3"]
    for path, mark in zip(files, played.timeline.chapters, strict=True):
        assert len(decoded(path)[0]) == mark.end - mark.start
        assert MP3(path).info.bitrate == pytest.approx(64000, rel=0.01)


def test_an_mp3_sounds_like_the_master(tmp_path):
    played = play(["One"], seconds=1.0)
    path = mp3_folder.write(played.book, played.timeline, played.sound, tmp_path, played.kit)[0]
    true = np.concatenate(list(played.sound.chapter(0))).astype(float)
    noise = decoded(path)[0] - true
    assert 10 * math.log10(np.mean(true ** 2) / np.mean(noise ** 2)) > 20


def test_titles_of_files_are_unlike_each_other_and_the_book(tmp_path):
    played = play(["The Book of It", "Interlude", "Interlude", ""], details=FULL)
    files = mp3_folder.write(played.book, played.timeline, played.sound, tmp_path, played.kit)
    titles = [str(ID3(path)["TIT2"]) for path in files]
    assert titles == ["The Book of It (2)", "Interlude", "Interlude (2)", "Chapter 4"]
    assert [str(ID3(path)["TRCK"]) for path in files] == ["1/4", "2/4", "3/4", "4/4"]


def test_every_id3_frame_is_there_in_version_2_3(tmp_path):
    played = play(["One"], details=FULL, cover=jpeg())
    tags = ID3(mp3_folder.write(played.book, played.timeline, played.sound, tmp_path, played.kit)[0], translate=False)
    assert tags.version == (2, 3, 0)
    assert {name: str(tags[name]) for name in ("TALB", "TPE1", "TPE2", "TCOM", "TCON", "TYER", "TPUB", "TLAN", "TSOP",
                                               "TIT1", "TCOP", "TXXX:SERIES", "TXXX:SERIES-PART")} == {
        "TALB": "The Book of It", "TPE1": "Jane Austen", "TPE2": "Jane Austen", "TCOM": "Ned Narrator",
        "TCON": "Audiobook", "TYER": "1999", "TPUB": "A Press", "TLAN": "deu", "TSOP": "Austen, Jane",
        "TIT1": "The Series #2", "TCOP": "2026 Jane", "TXXX:SERIES": "The Series", "TXXX:SERIES-PART": "2"}
    assert int(str(tags["TLEN"])) == round(played.timeline.frames / 22.05)
    assert (tags["APIC:"].type, tags["APIC:"].data) == (3, jpeg())


def test_a_bitrate_that_mp3_has_not_is_refused_with_those_it_has(tmp_path):
    played = play(bitrate=192)
    with pytest.raises(EditionError, match="192") as caught:
        mp3_folder.write(played.book, played.timeline, played.sound, tmp_path, played.kit)
    assert "64, 80, 96" in caught.value.hint


@pytest.mark.parametrize("chapters", [1, 3, 300])
def test_one_mp3_holds_every_chapter_in_nested_contents(tmp_path, chapters):
    played = play([f"Chapter {n}" for n in range(1, chapters + 1)], seconds=0.05, lines_each=1)
    path = mp3_single.write(played.book, played.timeline, played.sound, tmp_path, played.kit)[0]
    tags = ID3(path)
    tocs = {frame.element_id: frame for frame in tags.getall("CTOC")}
    chaps = {frame.element_id: frame for frame in tags.getall("CHAP")}
    assert [name for name, toc in tocs.items() if toc.flags & 2] == ["toc"]
    assert all(len(toc.child_element_ids) <= 255 for toc in tocs.values())

    def under(name):
        return [name] if name in chaps else [leaf for child in tocs[name].child_element_ids for leaf in under(child)]

    order = [chaps[name] for name in under("toc")]
    assert [str(chap.sub_frames["TIT2"]) for chap in order] == list(played.kit.script.titles)
    assert [chap.start_time for chap in order][1:] == [chap.end_time for chap in order][:-1]
    assert all(chap.start_offset == 0xFFFFFFFF for chap in order)
    assert len(decoded(path)[0]) == pytest.approx(played.timeline.frames, abs=576)
    marks = [0, *(mark.mark for mark in played.timeline.chapters[1:])]
    assert [chap.start_time for chap in order] == pytest.approx([mark / 22.05 for mark in marks], abs=14)


def test_a_joined_mp3_is_heard_where_its_chapters_say(tmp_path):
    played = play([f"Chapter {n}" for n in range(1, 30)], seconds=0.1, lines_each=1)
    path = mp3_single.write(played.book, played.timeline, played.sound, tmp_path, played.kit)[0]
    samples, rate = decoded(path)
    for chap in list(ID3(path).getall("CHAP"))[1:]:
        at = round(chap.start_time * rate / 1000)
        assert np.abs(samples[at - 500:at - 150]).max() < 400
        assert np.abs(samples[at + 100:at + 1200]).max() > 2500


@pytest.mark.parametrize("rate", [22050, 24000, 44100, 48000])
def test_chapters_encoded_again_for_another_edition_come_from_the_shelf(tmp_path, rate):
    played = play(["A", "B"], rate=rate)
    mp3_folder.write(played.book, played.timeline, played.sound, tmp_path, played.kit)
    held = set(played.shelf.blobs)
    path = mp3_single.write(played.book, played.timeline, played.sound, tmp_path, played.kit)[0]
    assert {kind for kind, _ in set(played.shelf.blobs) - held} == {"runs"}
    assert len(decoded(path)[0]) == pytest.approx(played.timeline.frames, abs=1152)


# ---------------------------------------------------------------- ACX


@pytest.fixture(scope="module")
def acx(tmp_path_factory):
    finish = PROFILES["acx"]
    played = play(["One", "Two"], seconds=2.5, lines_each=5, finish=finish, details=FULL, profile="acx",
                  extras={"opening": 4.0, "closing": 5.0})
    folder = tmp_path_factory.mktemp("acx")
    return played, mp3_folder.write(played.book, played.timeline, played.sound, folder, played.kit)


def test_acx_gets_credits_chapters_and_a_sample(acx):
    _, files = acx
    assert [path.name for path in files] == ["01 - Opening Credits.mp3", "02 - One.mp3", "03 - Two.mp3",
                                             "04 - Closing Credits.mp3", "Retail Sample.mp3"]


def test_every_acx_file_measures_what_the_shop_asks(acx):
    for path in acx[1]:
        samples, rate = decoded(path)
        level = samples / 32768
        info = MP3(path).info
        assert (rate, info.channels, round(info.bitrate, -3)) == (44100, 1, 192000)
        assert -23 <= 10 * math.log10(np.mean(level ** 2)) <= -18
        assert 20 * math.log10(np.abs(level).max()) <= -3
        loud = np.flatnonzero(np.abs(level) > 0.003)
        assert 0.5 <= loud[0] / rate <= 1.0
        assert 1.0 <= (len(level) - loud[-1]) / rate <= 5.0
        floor = 10 * math.log10(np.mean(level[1000:20000] ** 2))
        assert -85 < floor < -60
        assert not (np.lib.stride_tricks.sliding_window_view(samples == 0, 400).all(1)).any(), path


def test_acx_asks_for_credits_and_says_only_what_is_known():
    played = play(details=FULL)
    spoken = {extra.name: extra.text for extra in mp3_folder.extras(played.book, played.kit.script, {"profile": "acx"})}
    assert spoken == {
        "opening": "The Book of It. A Tale. Written by Jane Austen. Narrated by Ned Narrator.",
        "closing": "The end. This has been The Book of It. Written by Jane Austen. Narrated by Ned Narrator."}
    bare = replace(played.book, details=Details(title="It"))
    assert [extra.text for extra in mp3_folder.extras(bare, played.kit.script, {"profile": "acx"})] == [
        "It.", "The end. This has been It."]
    assert mp3_folder.extras(played.book, played.kit.script, {"profile": None}) == ()


def test_acx_chapters_longer_than_two_hours_are_cut_between_paragraphs(tmp_path, monkeypatch):
    monkeypatch.setattr(mp3_folder, "_ACX_LONGEST", 8)
    monkeypatch.setattr(mp3_folder, "_SAMPLE_LONGEST", 5)
    played = play(["Long"], seconds=1.5, lines_each=8, finish=PROFILES["acx"], profile="acx")
    *files, sample = mp3_folder.write(played.book, played.timeline, played.sound, tmp_path, played.kit)
    assert [path.name for path in files] == [f"0{n} - Long, part {n}.mp3" for n in (1, 2, 3)]
    heard = 0
    for path in files:
        samples, rate = decoded(path)
        loud = np.abs(samples) > 800
        assert len(samples) / rate < 12
        heard += np.count_nonzero(np.convolve(loud, np.ones(441), "same") > 0) / rate
    assert heard == pytest.approx(8 * 1.5, rel=0.03)
    assert len(decoded(sample)[0]) / 44100 < 5 + 4


# ---------------------------------------------------------------- wav


def test_a_wav_is_the_master_itself(tmp_path):
    played = play(["A", "B"], name="3.2")
    path = wav.write(played.book, played.timeline, played.sound, tmp_path, played.kit)[0]
    assert path.name == "3.2.wav"
    samples, rate = decoded(path)
    true = np.concatenate([block for index in range(2) for block in played.sound.chapter(index)])
    assert rate == 22050
    assert np.array_equal(samples, true)


def test_a_wav_of_more_than_4_gib_says_its_true_length():
    frames = 40 * 3600 * 22050
    head = wav.header(frames, 22050)
    assert head[:4] == b"RF64"
    assert struct.unpack_from("<QQQ", head, 20) == (frames * 2 + len(head) - 8, frames * 2, frames)


@pytest.mark.parametrize("edition", [m4b, mp3_folder, mp3_single, wav])
def test_a_book_in_which_nothing_is_heard_is_an_error_and_no_file(tmp_path, edition):
    played = play()
    empty = replace(played.timeline, frames=0, cues=(), chapters=())
    with pytest.raises(EditionError, match="nothing to hear"):
        edition.write(played.book, empty, played.sound, tmp_path, played.kit)
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_stand_for_sound_need_no_shelf():
    part = coding.encoded([hum(1)[:5000], hum(1)[5000:]], coding.Codec("aac", 22050, 64000))
    assert (part.frames, len(part.sizes)) == (22050, 23)
    assert sum(map(len, part.pieces())) == part.sizes.sum()


def test_the_info_frame_says_how_much_to_drop(tmp_path: Path):
    for frames in (1000, 22050, 50_001):
        part = coding.encoded([np.resize(hum(3), frames)], coding.Codec("mp3", 22050, 64000))
        mp3.write_mp3(tmp_path / "a.mp3", [part])
        assert len(decoded(tmp_path / "a.mp3")[0]) == frames

