"""Five thousand clips, not one of them with a wrong length or a lost setting: the default engine under load.

    python benchmarks/clips.py [COUNT]

Every clip is another sentence, and every neighbour another voice, rate and pitch. Each is spoken three times by
one engine: in order, in another order, and in a process of its own; all three must be the same, byte for byte,
which a lost tail, a setting of the clip before or a race could not be. Every length is also held against the
length that the words and the rate allow.
"""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
import time

from audiobook.engines.pyttsx3 import Pyttsx3
from audiobook.model import Voice

WORDS = ("the a ship house morning letter old Miss Bennet gentleman walked laughed never seven hundred quickly "
         "whispered garden against stone river and but yet though window carriage of in to with silence").split()


def orders(count: int) -> list[tuple[str, Voice]]:
    rng = random.Random(1)
    voices = [offered.voice for offered in Pyttsx3().voices()[:60]]
    made = []
    for n in range(count):
        text = " ".join(rng.choice(WORDS) for _ in range(rng.choice((1, 3, 8, 15, 40)))).capitalize()
        voice = voices[n % len(voices)]
        made.append((text + rng.choice(".!?"), Voice("pyttsx3", voice.name, rng.randrange(100, 300),
                                                     rng.randrange(0, 100), options=voice.options)))
    return made


def spoken(todo: list[tuple[int, str, Voice]]) -> dict[int, tuple[int, str]]:
    engine = Pyttsx3()
    found = {}
    for n, text, voice in todo:
        audio = engine.speak(text, voice)
        found[n] = (audio.frames, hashlib.sha256(audio.pcm).hexdigest())
    return found


def main() -> None:
    count = int(next((word for word in sys.argv[1:] if word.isdecimal()), "5000"))
    todo = [(n, *order) for n, order in enumerate(orders(count))]
    if "--again" in sys.argv:
        print(json.dumps(spoken(todo)))
        return
    characters = sum(len(text) for _, text, _ in todo)
    wall, cpu = time.perf_counter(), time.process_time()
    first = spoken(todo)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    random.Random(2).shuffle(todo)
    second = spoken(todo)
    done = subprocess.run([sys.executable, __file__, str(count), "--again"], capture_output=True, text=True, check=True)
    third = {int(n): tuple(pair) for n, pair in json.loads(done.stdout).items()}
    differ = sum(not first[n] == second[n] == third[n] for n in first)
    odd = [n for n, text, voice in todo
           if not 0.3 <= first[n][0] / 22050 * voice.rate / 175 * 15 / (len(text) + 4) <= 2]
    frames = sum(length for length, _ in first.values())
    print(f"{count} clips, {characters} characters, {frames / 22050 / 60:.1f} minutes of sound")
    print(f"  differing between three recordings: {differ}")
    print(f"  of a length that the text cannot have: {len(odd)}")
    print(f"  {wall:.1f} s wall, {cpu:.1f} s CPU: {characters / cpu:.0f} characters/s, "
          f"{frames / 22050 / cpu:.0f} x real time")
    sys.exit(bool(differ or odd))


if __name__ == "__main__":
    main()
