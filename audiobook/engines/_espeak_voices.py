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
    ("en-gb-x-rp", 165, 45, 45, 95, 855, "he", "adult", "narrator"),
    ("en-us+f2", 165, 48, 50, 188, 872, "she", "adult", "narrator"),
    ("en-us+m3", 180, 62, 60, 118, 924, "he", "young", "young man"),
    ("en-gb-scotland+grandpa", 135, 35, 45, 92, 931, "he", "old", "old man"),
    ("en-us+david", 150, 40, 40, 67, 397, "he", "adult", "deep man"),
    ("en-gb-scotland+m1", 150, 25, 45, 75, 840, "he", "adult", "captain"),
    ("en-us+michel", 160, 45, 60, 101, 491, "he", "adult", "uncle"),
    ("en-gb-x-rp+benjamin", 145, 20, 35, 73, 513, "he", "old", "lord"),
    ("en-gb-x-gbcwmd+m7", 190, 80, 70, 144, 576, "he", "adult", "ruffian"),
    ("en-us+f4", 155, 25, 45, 137, 886, "she", "adult", "low woman"),
    ("en-us+f5", 190, 95, 75, 345, 1074, "she", "young", "girl"),
    ("en-gb-x-rp+grandma", 140, 60, 55, 216, 964, "she", "old", "old woman"),
    ("en-us+Alicia", 165, 45, 50, 240, 1264, "she", "adult", "lady"),
    ("en-us+m3", 195, 99, 80, 179, 944, "they", "child", "child"),
    ("en-029+steph", 165, 40, 50, 162, 330, "she", "adult", "woman"),
    ("en-us-nyc+shelby", 175, 60, 60, 197, 1342, "she", "adult", "woman"),
)

MORE: tuple[Row, ...] = (
    ("en-us+adam", 165, 50, 50, 100, 559, "he", "adult", ""),
    ("en-gb-x-rp+Alex", 165, 50, 50, 104, 898, "he", "adult", ""),
    ("en-us+Andrea", 155, 36, 45, 208, 851, "she", "adult", ""),
    ("en-gb-x-rp+Andy", 155, 36, 45, 85, 867, "he", "adult", ""),
    ("en-us+anika", 175, 64, 60, 311, 357, "she", "adult", ""),
    ("en-gb-x-rp+Annie", 175, 64, 60, 262, 1207, "she", "adult", ""),
    ("en-us+aunty", 150, 28, 40, 125, 913, "she", "adult", ""),
    ("en-gb-x-rp+belinda", 150, 28, 40, 174, 956, "she", "adult", ""),
    ("en-us+boris", 180, 74, 60, 132, 986, "he", "adult", ""),
    ("en-gb-x-rp+caleb", 180, 74, 60, 387, 320, "they", "child", ""),
    ("en-us+Denis", 165, 50, 50, 98, 707, "he", "adult", ""),
    ("en-gb-x-rp+Diogo", 165, 50, 50, 103, 481, "he", "adult", ""),
    ("en-us+edward", 155, 36, 45, 86, 438, "he", "adult", ""),
    ("en-gb-x-rp+edward2", 155, 36, 45, 86, 492, "he", "adult", ""),
    ("en-us+f1", 175, 64, 60, 208, 898, "she", "adult", ""),
    ("en-gb-x-rp+f3", 175, 64, 60, 240, 931, "she", "adult", ""),
    ("en-us+Gene2", 150, 28, 40, 89, 644, "he", "adult", ""),
    ("en-gb-x-rp+Henrique", 150, 28, 40, 87, 421, "he", "adult", ""),
    ("en-us+Hugo", 180, 74, 60, 134, 531, "he", "adult", ""),
    ("en-gb-x-rp+ian", 180, 74, 60, 111, 1407, "he", "adult", ""),
    ("en-us+Lee", 165, 50, 50, 95, 721, "he", "adult", ""),
    ("en-gb-x-rp+linda", 165, 50, 50, 225, 1154, "she", "adult", ""),
    ("en-us+m2", 155, 36, 45, 85, 958, "he", "adult", ""),
    ("en-gb-x-rp+m4", 155, 36, 45, 83, 977, "he", "adult", ""),
    ("en-us+m5", 175, 64, 60, 119, 895, "he", "adult", ""),
    ("en-gb-x-rp+m6", 175, 64, 60, 117, 781, "he", "adult", ""),
    ("en-us+m8", 150, 28, 40, 70, 553, "he", "adult", ""),
    ("en-gb-x-rp+marcelo", 150, 28, 40, 149, 472, "he", "adult", ""),
    ("en-us+Mario", 180, 74, 60, 144, 678, "he", "adult", ""),
    ("en-gb-x-rp+max", 180, 74, 60, 133, 799, "he", "adult", ""),
    ("en-us+Michael", 165, 50, 50, 112, 609, "he", "adult", ""),
    ("en-gb-x-rp+miguel", 165, 50, 50, 108, 422, "he", "adult", ""),
    ("en-us+Mike", 155, 36, 45, 80, 1020, "he", "adult", ""),
    ("en-gb-x-rp+mike2", 155, 36, 45, 78, 432, "he", "adult", ""),
    ("en-us+Nguyen", 175, 64, 60, 170, 478, "she", "adult", ""),
    ("en-gb-x-rp+norbert", 175, 64, 60, 118, 786, "he", "adult", ""),
    ("en-us+pablo", 150, 28, 40, 94, 1154, "he", "adult", ""),
    ("en-gb-x-rp+quincy", 150, 28, 40, 302, 598, "she", "adult", ""),
    ("en-us+Reed", 180, 74, 60, 148, 464, "he", "adult", ""),
    ("en-gb-x-rp+RicishayMax", 180, 74, 60, 133, 794, "he", "adult", ""),
    ("en-us+RicishayMax2", 165, 50, 50, 100, 492, "he", "adult", ""),
    ("en-gb-x-rp+RicishayMax3", 165, 50, 50, 101, 521, "he", "adult", ""),
    ("en-us+rob", 155, 36, 45, 112, 806, "he", "adult", ""),
    ("en-gb-x-rp+robert", 155, 36, 45, 259, 736, "she", "adult", ""),
    ("en-us+sandro", 175, 64, 60, 114, 671, "he", "adult", ""),
    ("en-gb-x-rp+steph2", 175, 64, 60, 218, 298, "she", "adult", ""),
    ("en-us+steph3", 150, 28, 40, 139, 312, "she", "adult", ""),
    ("en-gb-x-rp+travis", 150, 28, 40, 93, 607, "he", "adult", ""),
    ("en-us+victor", 180, 74, 60, 125, 926, "he", "adult", ""),
    ("en-gb-x-rp+whisper", 180, 74, 60, 0, 1839, "he", "adult", "whispers"),
    ("en-us+whisperf", 165, 50, 50, 0, 2216, "she", "adult", "whispers"),
    ("en-gb-x-rp+zac", 165, 50, 50, 345, 1159, "they", "child", ""),
)
