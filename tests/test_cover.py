"""The cover: drawn where none is given; where one is given, trusted in nothing."""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from audiobook.cover import cover, draw, fonts
from audiobook.cover.drawn import PALETTES
from audiobook.errors import EditionError
from audiobook.events import Noticed
from audiobook.model import Details
from audiobook.press.pictures import squared

HOSTILE = Path(__file__).resolve().parents[2] / "shared" / "bad_inputs" / "make_bad_inputs.py"


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "JPEG"
    assert not picture.info.get("progressive")
    assert picture.mode == "RGB"
    assert picture.size[0] == picture.size[1]
    assert 1400 <= picture.size[0] <= 3000
    picture.load()
    return picture


def saved(picture: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def near(colour: Any, wanted: tuple[int, int, int], by: int = 6) -> bool:
    return all(abs(a - b) <= by for a, b in zip(colour, wanted, strict=True))


# ---------------------------------------------------------------- drawn


@pytest.mark.parametrize(("title", "author"), [
    ("Emma", "Jane Austen"), ("The Strange Case of Dr Jekyll and Mr Hyde", "R. L. Stevenson"), ("A", ""),
    ("word " * 40, "many " * 40), ("x" * 200, "y" * 200), ("Rindfleischetikettierungsüberwachung", "Köln"),
    ("\x1b[2J\u202eevil\n", "\x00"), ("", ""), ("🎉" * 100, "吾輩は猫である"), ("ألف ليلة وليلة", "مجهول"),
], ids=lambda text: ascii(text[:12]))
def test_a_cover_is_drawn_for_any_title(title: str, author: str) -> None:
    picture = opened(draw(title, author))
    assert picture.size == (2400, 2400)


def test_a_drawn_cover_is_the_same_every_time() -> None:
    again = subprocess.run([sys.executable, "-c", "import sys; from audiobook.cover import draw; "
                            "sys.stdout.buffer.write(draw('The Late Post', 'A. Name'))"],
                           capture_output=True, check=True)
    assert draw("The Late Post", "A. Name") == again.stdout


def test_different_titles_look_different() -> None:
    corners = {opened(draw(f"Title {n}")).getpixel((5, 5)) for n in range(12)}
    assert len(corners) >= 5


@pytest.mark.parametrize("title", ["Emma", "The Late Post", "Alice's Adventures in Wonderland"])
def test_the_title_can_be_read_in_a_thumbnail(title: str) -> None:
    small = opened(draw(title)).resize((100, 100), Image.Resampling.LANCZOS).convert("L")
    grey = np.asarray(small, float)
    ground = grey[2, 2]
    ink = np.abs(grey[:56] - ground) > 60  # the motif is below
    heights = np.flatnonzero(ink.any(axis=1))
    assert ink.mean() > 0.03, "there is too little of it"
    rows = np.split(heights, np.flatnonzero(np.diff(heights) > 1) + 1)
    assert max(len(row) for row in rows) >= 8, "letters are at least eight pixels high"


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.ground)
def test_the_letters_stand_out_from_the_ground(palette: Any) -> None:
    def luminance(colour: str) -> float:
        parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(palette.ground), luminance(palette.ink)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 7  # WCAG 2.2, AAA


def test_letters_that_no_font_has_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_system_fonts", lambda: ())
    events: list[Any] = []
    opened(draw("猫 and cat", "Jane Austen", events.append))
    assert [type(event) for event in events] == [Noticed]
    assert events[0].problem.code == "cover-letters"
    assert "猫" in events[0].problem.message


def test_without_system_fonts_a_letter_loses_only_its_accent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_system_fonts", lambda: ())
    assert fonts.font_for("Die Straße nach Köln \u2013 吾") == (None, "Die Strasse nach Koln -")


def test_a_system_font_is_found_for_letters_that_the_own_font_lacks() -> None:
    path, kept = fonts.font_for("Война и мир")
    if path is None:
        pytest.skip("no font with Cyrillic letters on this machine")
    assert kept == "Война и мир"


# ---------------------------------------------------------------- given


def test_a_given_cover_is_used(tmp_path: Path) -> None:
    (tmp_path / "art.png").write_bytes(saved(Image.new("RGB", (1600, 1600), (200, 30, 40))))
    picture = opened(cover(Details(title="T", cover=Path("art.png")), tmp_path))
    assert picture.size == (1600, 1600)
    assert near(picture.getpixel((800, 800)), (200, 30, 40))


def test_the_bytes_decide_what_a_picture_is_and_not_its_name(tmp_path: Path) -> None:
    (tmp_path / "art.txt").write_bytes(saved(Image.new("RGB", (1400, 1400)), "WEBP"))
    opened(cover(Details(cover=Path("art.txt")), tmp_path))


@pytest.mark.parametrize("size", [(1, 1), (50, 80), (1400, 1400), (700, 1500), (1, 9999), (2000, 3200)])
def test_every_size_is_squared_into_what_stores_take(size: tuple[int, int]) -> None:
    opened(squared(saved(Image.new("RGB", size, "teal")), "art.png"))


def test_a_picture_that_is_no_square_is_padded_with_the_colours_of_its_edges() -> None:
    tall = Image.new("RGB", (1000, 2000), "white")
    tall.paste((10, 120, 60), (0, 0, 400, 2000))
    picture = opened(squared(saved(tall), "art.png"))
    assert picture.size == (2000, 2000)
    assert near(picture.getpixel((10, 1000)), (10, 120, 60))
    assert near(picture.getpixel((1990, 1000)), (255, 255, 255))


def test_transparency_is_laid_on_white() -> None:
    for mode in ("RGBA", "LA", "P"):
        clear = Image.new("RGBA", (1400, 1400), (0, 0, 0, 0))
        data = saved(clear.convert(mode), **({"transparency": 0} if mode == "P" else {}))
        assert near(opened(squared(data, "art.png")).getpixel((700, 700)), (255, 255, 255)), mode


def test_a_photograph_is_turned_as_its_exif_says() -> None:
    side = Image.new("RGB", (1600, 1600), "white")
    side.paste((200, 0, 0), (0, 0, 800, 1600))  # red on the left
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right: red comes to the top
    picture = opened(squared(saved(side, "JPEG", exif=exif), "art.jpg"))
    assert near(picture.getpixel((1500, 100)), (200, 0, 0), 12)
    assert not picture.getexif()


@pytest.mark.parametrize("mode", ["1", "L", "I;16", "P", "CMYK", "YCbCr"])
def test_every_kind_of_colour_becomes_rgb(mode: str) -> None:
    if mode == "I;16":
        picture = Image.fromarray(np.full((1400, 1400), 257 * 128, np.uint16))
    else:
        picture = Image.new("RGB", (1400, 1400), (128, 128, 128))
        picture = picture.quantize() if mode == "P" else picture.convert(mode, dither=Image.Dither.NONE)
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    got = opened(squared(saved(picture, kind), "art"))
    wanted = (255, 255, 255) if mode == "1" else (128, 128, 128)
    assert near(got.getpixel((700, 700)), wanted, 10)


def test_a_broken_colour_profile_changes_nothing() -> None:
    data = saved(Image.new("RGB", (1400, 1400), (90, 60, 200)), icc_profile=b"no profile at all" * 9)
    assert near(opened(squared(data, "art.png")).getpixel((9, 9)), (90, 60, 200))


def test_a_colour_profile_is_applied() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(Image.new("RGB", (1400, 1400), (90, 60, 200)), icc_profile=profile)
    assert near(opened(squared(data, "art.png")).getpixel((9, 9)), (90, 60, 200))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(wide: int, high: int, data: bytes = b"\0" * 9000, more: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + more + chunk(b"IDAT", zlib.compress(data))
            + chunk(b"IEND", b""))


GOOD = saved(Image.effect_noise((1500, 1500), 60).convert("RGB"), "JPEG")

BAD = {
    "nothing": b"", "one-byte": b"\xff", "text": b"hello " * 99, "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "playlist": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "gif": saved(Image.new("P", (9, 9)), "GIF"),
    "tiff": saved(Image.new("RGB", (9, 9)), "TIFF"), "postscript": saved(Image.new("RGB", (9, 9)), "EPS"),
    "bomb": png(60_000, 60_000), "long": png(10_001, 2), "many": png(5001, 5000), "hollow": png(0, 0),
    "short": png(1500, 1500), "cut-jpeg": GOOD[:len(GOOD) // 3], "head-only": GOOD[:30],
    "text-bomb": png(1400, 1400, more=chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 200_000_000, 9))),
    "jpeg-name": b"\xff\xd8\xff" + b"\0" * 500, "png-name": b"\x89PNG\r\n\x1a\n" + b"\xff" * 500,
    "webp-name": b"RIFF\x00\x10\x00\x00WEBP" + b"VP8 " * 50,
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_picture_ends_in_one_clear_line(case: str) -> None:
    with pytest.raises(EditionError) as caught:
        squared(BAD[case], "art.png")
    assert caught.value.message.startswith("the cover art.png is ")
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    with open(tmp_path / "big.jpg", "wb") as file:
        file.write(b"\xff\xd8\xff")
        file.truncate(30 << 30)
    with pytest.raises(EditionError, match="larger than 20 MB"):
        cover(Details(cover=Path("big.jpg")), tmp_path)


def test_a_missing_cover_and_a_folder_are_errors(tmp_path: Path) -> None:
    for path in ("missing.jpg", ".", "bad\0name"):
        with pytest.raises(EditionError, match="the cover"):
            cover(Details(cover=Path(path)), tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_named_pipe_does_not_hold_us_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(EditionError, match="is not a file"):
        cover(Details(cover=Path("pipe.jpg")), tmp_path)


def test_the_corpus_of_hostile_pictures_is_refused(tmp_path: Path) -> None:
    if not HOSTILE.exists():
        pytest.skip("../shared/bad_inputs is not beside the checkout")
    subprocess.run([sys.executable, str(HOSTILE), str(tmp_path), "--small"], check=True, capture_output=True)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    cases = [case for case in manifest["cases"] if case["kind"] == "image"]
    assert len(cases) >= 5
    for case in cases:
        with pytest.raises(EditionError) as caught:
            cover(Details(cover=Path(case["path"])), tmp_path)
        assert "\n" not in caught.value.message
