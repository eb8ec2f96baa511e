"""A picture somebody gave -> a square RGB JPEG.

Judged by its bytes, never by its name; decoded by nothing but the one decoder its first bytes call for,
and only after its size was found harmless.
"""

from __future__ import annotations

import io
import os
import stat
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from audiobook.errors import EditionError

if TYPE_CHECKING:
    from PIL import Image

_BYTES = 20 << 20
_SIDE = 10_000
_PIXELS = 25_000_000
_SMALLEST, _LARGEST = 1400, 3000  # what podcast and audiobook stores ask for
_HINT = "give a JPEG or PNG, square, 2400 pixels a side; or leave cover out of voices.yaml and one is drawn"


def read(path: Path) -> bytes:
    """The bytes of a picture's file. Raises EditionError where it is none, or too large."""
    try:
        with open(path, "rb", opener=_opener) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise EditionError(f"the cover {path.name} is not a file", hint=_HINT)
            data = file.read(_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise EditionError(f"the cover {path} cannot be read: {why}", hint=_HINT) from None
    if len(data) > _BYTES:
        raise EditionError(f"the cover {path.name} is larger than {_BYTES >> 20} MB", hint=_HINT)
    return data


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # a named pipe must not hold us up


def squared(data: bytes, name: str) -> bytes:
    """The picture `data`, squared, as a JPEG of 1400 to 3000 pixels a side.

    Raises EditionError, which says `name`, where it is no picture or one that is too large.
    """
    from PIL import Image

    kind = _kind(data)
    if kind is None:
        raise EditionError(f"the cover {name} is not a JPEG, PNG or WebP picture", hint=_HINT)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of broken EXIF and the like, which is not used
            with Image.open(io.BytesIO(data), formats=[kind]) as picture:
                width, height = picture.size
                if max(width, height) > _SIDE or width * height > _PIXELS:
                    raise EditionError(f"the cover {name} is too large: {width} x {height} pixels",
                                       hint=_HINT)
                return _jpeg(_square(_rgb(_upright(picture))))
    except EditionError:
        raise
    except Exception as error:  # noqa: BLE001  decoders raise what they like at hostile bytes
        why = str(error) or type(error).__name__
        raise EditionError(f"the cover {name} is a damaged {kind} picture: {why}", hint=_HINT) from None


def _kind(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    return None


def _upright(picture: Image.Image) -> Image.Image:
    """Loaded (the first image of an animation), small enough to work on, turned as its EXIF says."""
    from PIL import Image, ImageOps

    picture.load()
    try:
        turned = ImageOps.exif_transpose(picture)
    except Exception:  # noqa: BLE001  broken EXIF turns nothing
        turned = picture
    largest = max(turned.size)
    if largest > _LARGEST and turned.mode not in ("P", "1") and not turned.mode.startswith("I"):
        scale = _LARGEST / largest
        size = tuple(max(1, round(side * scale)) for side in turned.size)
        profile = turned.info.get("icc_profile")
        turned = turned.resize((size[0], size[1]), Image.Resampling.LANCZOS)
        turned.info["icc_profile"] = profile
    return turned


def _rgb(picture: Image.Image) -> Image.Image:
    """In sRGB: 16-bit greys scaled, transparency laid on white, profiles applied where they can be."""
    from PIL import Image

    if picture.mode.startswith("I") or picture.mode == "F":
        import numpy as np

        grey = np.asarray(picture, np.float64)
        grey = grey / (257 if grey.max(initial=0) > 255 else 1)
        return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).convert("RGB")
    if picture.mode in ("RGB", "CMYK") and picture.info.get("icc_profile"):
        picture = _profiled(picture)
    if picture.has_transparency_data:
        flat = Image.new("RGBA", picture.size, "white")
        flat.alpha_composite(picture.convert("RGBA"))
        return flat.convert("RGB")
    return picture.convert("RGB")


def _profiled(picture: Image.Image) -> Image.Image:
    from PIL import ImageCms

    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
        done = ImageCms.profileToProfile(picture, theirs, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except Exception:  # noqa: BLE001  a profile that cannot be used changes nothing
        return picture
    return done or picture


def _square(picture: Image.Image) -> Image.Image:
    """At most `_LARGEST` and at least `_SMALLEST` a side; what is lacking takes the edges' colours."""
    from PIL import Image

    wide, high = picture.size
    side = min(max(wide, high, _SMALLEST), _LARGEST)
    scale = side / max(wide, high)
    size = max(1, round(wide * scale)), max(1, round(high * scale))
    if size != picture.size:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    if size == (side, side):
        return picture
    square = Image.new("RGB", (side, side))
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    if size[0] < side:
        square.paste(_edge(picture, (0, 0, 1, size[1])), (0, 0, left, side))
        square.paste(_edge(picture, (size[0] - 1, 0, size[0], size[1])), (left, 0, side, side))
    else:
        square.paste(_edge(picture, (0, 0, size[0], 1)), (0, 0, side, top))
        square.paste(_edge(picture, (0, size[1] - 1, size[0], size[1])), (0, top, side, side))
    square.paste(picture, (left, top))
    return square


def _edge(picture: Image.Image, box: tuple[int, int, int, int]) -> tuple[int, int, int]:
    """The colour of an edge: the median of its pixels, so that a line that crosses it does not count."""
    import numpy as np

    red, green, blue = np.median(np.asarray(picture.crop(box)).reshape(-1, 3), axis=0).astype(int).tolist()
    return red, green, blue


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, subsampling=0, optimize=True, dpi=(300, 300))
    return out.getvalue()
