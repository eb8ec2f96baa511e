"""The English voices of espeak-ng worth casting, as measured by `benchmarks/voices.py`. Data alone.

A row: name, rate, pitch, range, median F0 and spectral centroid in Hz, pronoun, age, note. The first sixteen
were chosen to be far apart in F0 and centroid and stand in the order to cast them in; nobody listened to
them.
"""

from __future__ import annotations

from typing import Literal

from audiobook.model import Pronoun

Age = Literal["child", "young", "adult", "old"]
Row = tuple[str, int, int, int, float, float, Pronoun, Age, str]

CHOSEN: tuple[Row, ...] = (
    ("en-gb-x-rp", 165, 45, 45, 97, 701, "he", "adult", "narrator"),
    ("en-us+f2", 165, 48, 50, 190, 758, "she", "adult", "narrator"),
    ("en-us+m3", 180, 62, 60, 120, 824, "he", "young", "young man"),
    ("en-gb-scotland+grandpa", 135, 35, 45, 99, 745, "he", "old", "old man"),
    ("en-us+david", 150, 40, 40, 65, 265, "he", "adult", "deep man"),
    ("en-gb-scotland+m1", 150, 25, 45, 74, 670, "he", "adult", "captain"),
    ("en-us+michel", 160, 45, 60, 103, 466, "he", "adult", "uncle"),
    ("en-gb-x-rp+benjamin", 145, 20, 35, 73, 375, "he", "old", "lord"),
    ("en-gb-x-gbcwmd+m7", 190, 80, 70, 147, 568, "he", "adult", "ruffian"),
    ("en-us+f4", 155, 25, 45, 138, 830, "she", "adult", "low woman"),
    ("en-us+f5", 190, 95, 75, 345, 958, "she", "young", "girl"),
    ("en-gb-x-rp+grandma", 140, 60, 55, 218, 673, "she", "old", "old woman"),
    ("en-us+Alicia", 165, 45, 50, 242, 1371, "she", "adult", "lady"),
    ("en-us+m3", 195, 99, 80, 184, 878, "they", "child", "child"),
    ("en-029+steph", 165, 40, 50, 162, 300, "she", "adult", "woman"),
    ("en-us-nyc+shelby", 175, 60, 60, 204, 1127, "she", "adult", "woman"),
)

MORE: tuple[Row, ...] = ()
