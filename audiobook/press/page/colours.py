"""Who speaks after whom -> a colour for each, for light and dark paper, that can be read on both.

The first dozen are apart in hue; those after them share hues and differ in lightness. Of these, those who talk
with each other get the ones that are furthest apart. Names are always shown beside colours, since no dozen colours
look different to everybody.
OKLCH to sRGB after Björn Ottosson (https://bottosson.github.io/posts/oklab/), contrast after WCAG 2.2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from math import cos, pi, sin

LIGHT = ("#fbf9f5", "#fdecc0")
"""Paper and the light behind the sentence that is being said, as page.css has them."""
DARK = ("#17181b", "#443616")

_HUES = (255, 45, 140, 320, 195, 15, 80, 285, 165, 345, 225, 110)
_READABLE = 4.6  # 4.5 is what WCAG asks of text; some for rounding


def colours(people: int, speech: Iterable[int] = ()) -> tuple[tuple[str, str], ...]:
    """As many pairs of colours as people: on light paper, on dark. `speech`: who speaks (from 0), turn by turn.

    >>> colours(2)[0]
    ('#346aac', '#89b7f3')
    """
    pairs = [_pair(number) for number in range(people)]
    meetings = Counter(frozenset(two) for two in pairwise(speech))
    given: list[int] = []
    for person in range(people):
        ring = person - person % len(_HUES)
        free = [number for number in range(ring, min(ring + len(_HUES), people)) if number not in given]

        def clash(number: int, person: int = person) -> float:
            return sum(meetings[frozenset((person, other))] / (1 + _apart(pairs[number], pairs[theirs]))
                       for other, theirs in enumerate(given))

        given.append(min(free, key=clash))  # the first of equals
    return tuple(pairs[number] for number in given)


def _apart(one: tuple[str, str], two: tuple[str, str]) -> float:
    return min(sum((int(a[at:at + 2], 16) - int(b[at:at + 2], 16)) ** 2 for at in (1, 3, 5))
               for a, b in zip(one, two, strict=True))


def contrast(one: str, other: str) -> float:
    """How far apart two colours are in brightness, from 1 to 21.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _pair(number: int) -> tuple[str, str]:
    ring, at = divmod(number, len(_HUES))
    hue = _HUES[at] + 17 * ring
    ring %= 3
    light = next(made for step in range(100)
                 if _read(made := _srgb(0.52 - 0.09 * ring - step / 100, 0.12, hue), LIGHT))
    dark = next(made for step in range(100)
                if _read(made := _srgb(0.77 + 0.07 * ring + step / 100, 0.10 - 0.02 * ring, hue), DARK))
    return light, dark


def _read(colour: str, papers: tuple[str, ...]) -> bool:
    return all(contrast(colour, paper) >= _READABLE for paper in papers)


def _srgb(lightness: float, chroma: float, hue: float) -> str:
    a, b = chroma * cos(hue * pi / 180), chroma * sin(hue * pi / 180)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
              -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
              -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short)
    return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, part)))):02x}" for part in linear)


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _luminance(colour: str) -> float:
    parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
