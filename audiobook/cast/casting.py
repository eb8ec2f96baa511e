"""A script and the voices of an engine in, everybody cast out: the same each time, and still after an edit.

People are cast one after the other, those who say much before those who say little, and each choice looks
only at people cast before. So a new minor person moves nobody above, and how much somebody says counts in
coarse steps, within which the order is a digest of the name: a few lines more or less almost never change
it. Where several voices are equally good, a digest of name and voice decides. The first sixteen that an engine offers
in a language are taken for its best, the others for spares; no whisper is given to anybody unasked.
"""

from __future__ import annotations

import hashlib
import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from audiobook.columns import column
from audiobook.model import NARRATOR, Cast, OfferedVoice, Person, Pronoun, Role, Script, Voice

ALIKE = 0.5
"""`how_alike` from here on: a listener may take one for the other."""

_OCTAVES_PITCH = 1 / 6  # differences that are just enough to tell two voices apart, each alone
_OCTAVES_BRIGHT = 0.25
_OCTAVES_RATE = 0.25
_UNMEASURED = 1.5  # how far apart two differently named voices are that nobody measured
_SAME_MOUTH = 0.6  # the same voice at another pitch or rate is still more alike than the figures say
_POINTS_AN_OCTAVE = 60.0  # of `pitch`, from the measured voices of espeak-ng
_FAR = (1.0, 1.6, 2.4)  # distances; beyond the last, farther is no better
_NEVER = (_FAR[-1] + 0.1) * _OCTAVES_PITCH  # octaves between two mouths, beyond which nothing else counts
_USUAL_RATE = 165

_TIERS = (200, 40, 8)
"""Lines from which somebody is a lead, a main part, a side part; the others have a word or two."""

_SHIFTS = ((0, 1.0), (20, 1.0), (-20, 1.0), (20, 1.15), (-20, 0.87), (20, 0.87), (-20, 1.15), (0, 1.2),
           (0, 0.83), (38, 1.0), (-38, 1.0), (38, 0.87), (-38, 1.15))
"""Pitch added and rate multiplied, for when every offered voice is taken."""

_BEST = 16
_FARTHER = (0, 8)  # shifts up to each of these are as good as one another for a word or two

_HE_WORDS = """mr sir lord king prince duke count baron father uncle grandfather grandpa brother husband son
    boy lad man gentleman monsieur herr señor senor signor don master butler waiter footman monk widower
    stepfather nephew policeman fisherman dad papa he"""
_SHE_WORDS = """mrs ms miss madam madame lady queen princess duchess countess baroness mother aunt auntie
    niece grandmother grandma granny nana sister wife daughter girl lass woman mademoiselle frau fräulein
    señora senora señorita senorita signora dame mistress maid nun waitress hostess widow witch housemaid
    governess nurse stepmother mum mom mama she"""
_CHILD_WORDS = "boy girl child children kid kids baby little lad lass infant toddler schoolboy schoolgirl"
_OLD_WORDS = "old aged elderly ancient grandfather grandmother grandpa grandma granny elder crone dowager"
_YOUNG_WORDS = "young youth teenager apprentice student junior jr"


def how_alike(a: OfferedVoice | Voice, b: OfferedVoice | Voice, offered: Iterable[OfferedVoice]) -> float:
    """From 1 (the same sound) down towards 0; voices from ALIKE up may be taken for one another. Judged by
    pitch, brightness and pace as measured in `offered`; what nobody measured counts by its name alone."""
    known = _by_name(offered)
    return math.exp2(-_distance(_sound(a, known), _sound(b, known)))


def cast_script(cast: Cast, script: Script, offered: Sequence[OfferedVoice], engine: str,
                language: str = "") -> Cast:
    """`cast` with a voice for everybody who speaks, narrator included, and a role for each who had none.

    Voices that `cast` names are kept. Others fit the person's pronoun and the age in their name, are none
    that sounds like anybody in the same scene while one is free that does not, and are those of `language`
    where there are any (of the narrator's own where it is empty). Give the whole script, not a part of it:
    who meets whom decides. The roles of `cast` come first, then the others, those who say most first. Where
    nothing is offered, whoever has no voice is left without one.
    """
    return _Casting(cast, script, offered, engine, language).cast_all()


@dataclass(frozen=True, slots=True)
class _Sound:
    """What can be told apart of a voice; 0 where nobody measured."""

    mouth: tuple[str, str]  # engine and name
    pitch: float  # all three in octaves
    bright: float
    rate: float
    setting: tuple[int, int]  # pitch and rate as set, to know the very same voice


@dataclass(frozen=True, slots=True)
class _Candidate:
    voice: Voice
    pronoun: Pronoun | None
    age: str
    shift: int  # place in _SHIFTS
    spare: bool
    sound: _Sound
    label: str


@dataclass(frozen=True, slots=True)
class _Part:
    """Somebody to be cast."""

    name: str
    pronoun: Pronoun | None
    age: str | None
    lines: int
    wish: Voice | None  # settings without a voice's name

    @property
    def tier(self) -> int:
        return sum(self.lines < least for least in _TIERS)

    def order(self) -> tuple[int, int]:
        """Tiers, and a digest within each: not the count itself, which moves with every edit."""
        return self.tier, _digest(self.name)


class _Casting:
    def __init__(self, cast: Cast, script: Script, offered: Sequence[OfferedVoice], engine: str,
                 language: str) -> None:
        self.cast = cast
        self.script = script
        self.engine = engine
        self.known = _by_name(offered)
        self.narrator = self._narrator(offered, language)
        if not language:
            of_narrator = self.known.get((self.narrator.engine, self.narrator.name), ())
            language = of_narrator[0].language if of_narrator else ""
        self.candidates, among = _candidates(tuple(_speaking(offered, language)))
        self.sounds = [candidate.sound for candidate in self.candidates]
        self.near = [list(bits) for bits in among]  # by place: who is within each of _FAR, as bits
        self.places: dict[_Sound, int] = {}
        for place, sound in enumerate(self.sounds):
            self.places.setdefault(sound, place)
        self.used: Counter[int] = Counter()
        self.by_name: dict[str, int] = {}  # whom we have given a voice: its place
        self.alias_of = {alias: role.name for role in reversed(cast.roles) for alias in role.aliases}
        self.scenes = _meetings(script, self.alias_of)

    def cast_all(self) -> Cast:
        roles = {role.name: role for role in self.cast.roles}
        alias_of = self.alias_of
        self._take(NARRATOR, self.narrator)
        for role in self.cast.roles:
            if role.voice is not None and role.voice.name:
                self._take(role.name, role.voice)
        people = _people(self.script)
        called = [name for name in people if name not in roles and name not in alias_of]
        parts = [self._part(people.get(name) or Person(name), roles.get(name))
                 for name in (*roles, *called) if name not in self.by_name]
        chosen = self._choose_all(sorted(parts, key=_Part.order)) if self.candidates else {}
        voices = {role.name: chosen.get(role.name, role.voice) for role in self.cast.roles}
        given = tuple(replace(role, voice=voices[role.name]) for role in self.cast.roles)
        new = [Role(name, people[name].aliases, people[name].pronoun, chosen.get(name), given=False)
               for name in sorted(called, key=lambda name: (-people[name].lines, name))]
        again = [Role(name, pronoun=roles[alias_of[name]].pronoun, voice=voices[alias_of[name]], given=False)
                 for name in people if name not in roles and name in alias_of]
        return replace(self.cast, narrator=self.narrator, roles=(*given, *new, *again))

    # ------------------------------------------------------------ one person

    def _part(self, person: Person, role: Role | None) -> _Part:
        names = " ".join((person.name, *person.aliases, *(role.aliases if role else ()))).casefold()
        pronoun = (role.pronoun if role else None) or person.pronoun or _pronoun(person.name.casefold())
        return _Part(person.name, pronoun, _age(names), person.lines, role.voice if role else None)

    def _choose_all(self, parts: Sequence[_Part]) -> dict[str, Voice]:
        """Where there are more people than good voices, those with a word or two look away from their like
        elsewhere in the book: each new one among them would move the others otherwise."""
        crowded = len(parts) + len(self.by_name) > sum(not (c.shift or c.spare) for c in self.candidates)
        chosen: dict[str, Voice] = {}
        above: Counter[int] | None = None
        for part in parts:
            small = crowded and part.tier == len(_TIERS)
            if small and above is None:
                above = Counter(self.used)
            chosen[part.name] = self._choose(part, above if small and above is not None else self.used, small)
        return chosen

    def _choose(self, part: _Part, used: Counter[int], small: bool) -> Voice:
        met = Counter(self.by_name[other] for other in self.scenes.get(part.name, ()) if other in self.by_name)
        met[self.by_name[NARRATOR]] += 1
        heard = sum(1 << place for place in met)
        everybody = 0 if small else sum(1 << place for place in used)

        def rank(place: int) -> tuple[int, ...]:
            candidate, near = self.candidates[place], self.near[place]
            alike = near[0] & heard
            apart = () if small else (sum(bool(within & heard) for within in near),
                                      sum(bool(within & everybody) for within in near))
            return (_misfit(part.pronoun, candidate.pronoun),
                    sum(count for other, count in met.items() if alike >> other & 1) if alike else 0,
                    _wrong_age(part.age, candidate.age), used[place] + met[place],
                    bisect_left(_FARTHER, candidate.shift) if small else candidate.shift, candidate.spare, *apart,
                    _digest(part.name + "\n" + candidate.label))

        unshifted = [place for place, candidate in enumerate(self.candidates) if not candidate.shift]
        first, best = min((rank(place), place) for place in unshifted)
        if first[:2] + first[3:4] != (0, 0, 0) or first[2] != min(
                _wrong_age(part.age, self.candidates[place].age) for place in unshifted):
            best = min(range(len(self.candidates)), key=rank)  # no shifted voice is better than a perfect one
        self.by_name[part.name] = best
        self.used[best] += 1
        voice = self.candidates[best].voice
        if part.wish is not None:  # settings that were written without a name
            voice = replace(voice, rate=part.wish.rate or voice.rate, gain=part.wish.gain,
                            pitch=voice.pitch if part.wish.pitch is None else part.wish.pitch,
                            options=tuple(sorted({**dict(voice.options), **dict(part.wish.options)}.items())))
        return voice

    def _take(self, name: str, voice: Voice) -> None:
        """Note a voice that was given, not chosen."""
        sound = _sound(voice, self.known)
        place = self.places.get(sound)
        if place is None:
            place = self.places[sound] = len(self.sounds)
            self.sounds.append(sound)
            self.near.append([1 << place] * len(_FAR))
            for other in range(place):
                apart = _distance(sound, self.sounds[other])
                for step, far in enumerate(_FAR):
                    if apart <= far:
                        self.near[place][step] |= 1 << other
                        self.near[other][step] |= 1 << place
        self.by_name[name] = place
        self.used[place] += 1

    def _narrator(self, offered: Sequence[OfferedVoice], language: str) -> Voice:
        """The narrator as given; where no voice is named, the first that the engine offers."""
        asked, there = self.cast.narrator, _speaking(offered, language)
        if asked.name or not there:
            return asked
        first = there[0].voice
        return replace(first, rate=asked.rate or first.rate, gain=asked.gain,
                       pitch=first.pitch if asked.pitch is None else asked.pitch)


# ---------------------------------------------------------------- how things sound


def _by_name(offered: Iterable[OfferedVoice]) -> dict[tuple[str, str], list[OfferedVoice]]:
    known: dict[tuple[str, str], list[OfferedVoice]] = {}
    for voice in offered:
        known.setdefault((voice.voice.engine, voice.voice.name), []).append(voice)
    return known


def _sound(voice: OfferedVoice | Voice, known: Mapping[tuple[str, str], Sequence[OfferedVoice]]) -> _Sound:
    """As measured, moved to the voice's own pitch where that is not the pitch it was measured at."""
    asked = voice.voice if isinstance(voice, OfferedVoice) else voice
    pitch = 50 if asked.pitch is None else asked.pitch
    rate = asked.rate or _USUAL_RATE
    mouth = (asked.engine, asked.name)
    if isinstance(voice, OfferedVoice):
        like = voice
    else:
        like = min(known.get(mouth, ()), default=OfferedVoice(asked),
                   key=lambda o: abs((50 if o.voice.pitch is None else o.voice.pitch) - pitch))
    measured = 50 if like.voice.pitch is None else like.voice.pitch
    return _Sound(mouth, math.log2(like.pitch_hz * _higher(pitch - measured)) if like.pitch_hz else 0.0,
                  math.log2(like.bright_hz) if like.bright_hz else 0.0, math.log2(rate), (pitch, rate))


def _higher(points: int) -> float:
    """By what a frequency is multiplied when `pitch` goes up by this much."""
    return math.exp2(points / _POINTS_AN_OCTAVE)


def _distance(a: _Sound, b: _Sound) -> float:
    """0 for the same sound; 1 is just enough to tell two voices apart."""
    if a.mouth == b.mouth:
        if a.setting == b.setting:
            return 0.0
        pitch = (a.setting[0] - b.setting[0]) / _POINTS_AN_OCTAVE
        if a.pitch and b.pitch:
            pitch = a.pitch - b.pitch
        return math.hypot(pitch / _OCTAVES_PITCH, (a.rate - b.rate) / _OCTAVES_RATE) * _SAME_MOUTH
    pitch = (a.pitch - b.pitch) / _OCTAVES_PITCH if a.pitch and b.pitch else _UNMEASURED
    bright = (a.bright - b.bright) / _OCTAVES_BRIGHT if a.bright and b.bright else 0.0
    return math.hypot(pitch, bright, (a.rate - b.rate) / _OCTAVES_RATE)


@lru_cache(maxsize=8)
def _candidates(offered: tuple[OfferedVoice, ...]) -> tuple[tuple[_Candidate, ...], tuple[tuple[int, ...], ...]]:
    """Every offered voice, and the best again shifted: in pitch only where the engine is known to obey it. And
    for each, as bits, which of them are within each of _FAR."""
    offered = tuple(voice for voice in offered if "whisper" not in voice.note) or offered
    obeys_pitch = any(voice.voice.pitch is not None for voice in offered)
    found: dict[Voice, _Candidate] = {}
    for shift, (points, pace) in enumerate(_SHIFTS):
        for number, voice in enumerate(offered if not shift else offered[:_BEST]):
            own = 50 if voice.voice.pitch is None else voice.voice.pitch
            pitch, rate = own + points, round((voice.voice.rate or _USUAL_RATE) * pace)
            if (points and not obeys_pitch) or not 0 <= pitch <= 100 or not 80 <= rate <= 450:
                continue
            shifted = replace(voice.voice, pitch=pitch if points else voice.voice.pitch,
                              rate=rate if pace != 1.0 else voice.voice.rate)
            if shifted not in found:
                higher = replace(voice, voice=shifted, pitch_hz=voice.pitch_hz * _higher(points))
                label = f"{shifted.engine} {shifted.name} {shifted.pitch} {shifted.rate}"
                found[shifted] = _Candidate(shifted, voice.pronoun, voice.age, shift, number >= _BEST,
                                            _sound(higher, {}), label)
    every = tuple(found.values())
    near = [[1 << place] * len(_FAR) for place in range(len(every))]
    sounds = [one.sound for one in every]
    for place, one in enumerate(sounds):
        for other, two in enumerate(sounds[:place]):
            if one.pitch and two.pitch and abs(one.pitch - two.pitch) > _NEVER and one.mouth != two.mouth:
                continue
            apart = _distance(one, two)
            for step, far in enumerate(_FAR):
                if apart <= far:
                    near[place][step] |= 1 << other
                    near[other][step] |= 1 << place
    return every, tuple(map(tuple, near))


def _speaking(offered: Sequence[OfferedVoice], language: str) -> Sequence[OfferedVoice]:
    """Those of a language; all where it is not known, or nobody speaks it."""
    wanted = language.partition("-")[0].casefold()
    return [voice for voice in offered
            if not wanted or voice.language.partition("-")[0].casefold() in ("", wanted)] or offered


# ---------------------------------------------------------------- who people are


def _people(script: Script) -> dict[str, Person]:
    """Everybody who says a line, also where the script's list of people leaves them out."""
    said = Counter(column(script.lines, "speaker"))
    said.pop(NARRATOR, None)
    people = {person.name: person for person in script.people
              if person.name != NARRATOR and (person.lines or said[person.name])}
    for name, lines in said.items():
        if name not in people:
            people[name] = Person(name, lines=lines)
    return people


def _meetings(script: Script, alias_of: Mapping[str, str]) -> dict[str, set[str]]:
    """By name: everybody who speaks in a scene where this person speaks."""
    scenes: dict[tuple[int, int], set[str]] = {}
    said = (column(script.lines, name) for name in ("speaker", "place.chapter", "place.scene"))
    for speaker, chapter, scene in zip(*said, strict=True):
        if speaker != NARRATOR:
            scenes.setdefault((chapter, scene), set()).add(alias_of.get(speaker, speaker))
    met: dict[str, set[str]] = {}
    for names in scenes.values():
        for name in names:
            met.setdefault(name, set()).update(names)
    return {name: others - {name} for name, others in met.items()}


def _pronoun(name: str) -> Pronoun | None:
    words = set(re.findall(r"\w+", name))
    she, he = not words.isdisjoint(_SHE_WORDS.split()), not words.isdisjoint(_HE_WORDS.split())
    return None if she == he else "she" if she else "he"


def _age(names: str) -> str | None:
    words = set(re.findall(r"\w+", names))
    for known, age in ((_OLD_WORDS, "old"), (_CHILD_WORDS, "child"), (_YOUNG_WORDS, "young")):
        if not words.isdisjoint(known.split()):
            return age
    return None


def _misfit(person: Pronoun | None, voice: Pronoun | None) -> int:
    return int(person in ("he", "she") and voice in ("he", "she") and person != voice)


def _wrong_age(person: str | None, voice: str) -> int:
    """How many steps off; nobody is given a child's voice for want of a hint."""
    steps = {"child": 0, "young": 2, "adult": 3, "old": 4}  # children apart from all others
    return abs(steps[person or "adult"] - steps[voice])


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())
