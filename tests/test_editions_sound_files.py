"""Opus and FLAC: a file a chapter, as long as the chapter, with every tag and the cover."""

import base64
import io

import numpy as np
import pytest
from mutagen.flac import FLAC, Picture
from mutagen.oggopus import OggOpus
from PIL import Image

from audiobook.editions import flac, opus
from audiobook.errors import EditionError
from audiobook.model import Details
from tests.sounding import decoded, play

FULL = Details(title="The Book of It", author="Jane Austen", read_by="Ned Narrator", language="de-AT", year=1999,
               publisher="A Press", series="The Series", part="2", description="Said.")


def jpeg():
    out = io.BytesIO()
    Image.new("RGB", (80, 80), (20, 60, 90)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def made(tmp_path):
    def make(edition, **options):
        played = play(["One", "Two"], details=FULL, cover=jpeg(), **options)
        return played, edition.write(played.book, played.timeline, played.sound, tmp_path, played.kit)
    return make


def test_flac_is_the_master_itself(made):
    played, files = made(flac)
    for index, path in enumerate(files):
        assert np.array_equal(decoded(path)[0], np.concatenate(list(played.sound.chapter(index))))


def test_opus_is_as_long_as_the_chapter(made):
    played, files = made(opus)
    for path, mark in zip(files, played.timeline.chapters, strict=True):
        samples, rate = decoded(path)
        assert len(samples) / rate == pytest.approx((mark.end - mark.start) / played.timeline.rate, abs=1e-4)
        assert np.abs(samples).max() > 3000


@pytest.mark.parametrize(("edition", "read", "suffix"), [(opus, OggOpus, "opus"), (flac, FLAC, "flac")])
def test_every_comment_and_the_cover_are_there(made, edition, read, suffix):
    _, files = made(edition)
    assert [path.name for path in files] == [f"01 - One.{suffix}", f"02 - Two.{suffix}"]
    tags = read(files[1])
    assert {name: tags[name] for name in ("title", "album", "artist", "composer", "tracknumber", "tracktotal", "date",
                                          "series", "series-part", "language")} == {
        "title": ["Two"], "album": ["The Book of It"], "artist": ["Jane Austen"], "composer": ["Ned Narrator"],
        "tracknumber": ["2"], "tracktotal": ["2"], "date": ["1999"], "series": ["The Series"], "series-part": ["2"],
        "language": ["de-AT"]}
    picture = tags.pictures[0] if suffix == "flac" else Picture(base64.b64decode(tags["metadata_block_picture"][0]))
    assert (picture.type, picture.data, picture.width) == (3, jpeg(), 80)


@pytest.mark.parametrize("edition", [opus, flac])
def test_a_second_run_encodes_nothing_and_gives_the_same_file(made, tmp_path, edition):
    played, files = made(edition)
    before, held = files[0].read_bytes(), dict(played.shelf.blobs)
    edition.write(played.book, played.timeline, played.sound, tmp_path, played.kit)
    assert files[0].read_bytes() == before
    assert played.shelf.blobs == held


def test_an_opus_bitrate_out_of_reach_is_refused(made):
    with pytest.raises(EditionError, match="bitrate of 900"):
        made(opus, bitrate=900)
