"""Everybody gets a voice that fits and is not taken for another, and keeps it when the text is edited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiobook.cast import ALIKE, cast_script, how_alike
from audiobook.model import Cast, Line, OfferedVoice, Person, Place, Pronoun, Role, Script, Source, Voice

SOURCE = Source("a.md", 0, 0, 1)


def offer(name: str, pronoun: Pronoun | None, hz: float, bright: float, rate: int = 165, pitch: int | None = 50,
          language: str = "en", **more: str) -> OfferedVoice:
    return OfferedVoice(Voice("pyttsx3", name, rate, pitch), language, pronoun, pitch_hz=hz, bright_hz=bright,
                        **more)  # type: ignore[arg-type]


# As far apart as the voices of a real engine are.
OFFERED = (
    offer("rp", "he", 97, 701), offer("f2", "she", 190, 758), offer("m3", "he", 120, 824, 180, 62, age="young"),
    offer("grandpa", "he", 99, 745, 135, 35, age="old"), offer("david", "he", 65, 265, 150, 40),
    offer("m1", "he", 74, 670, 150, 25), offer("michel", "he", 103, 466), offer("benjamin", "he", 73, 375, age="old"),
    offer("m7", "he", 147, 568, 190, 80), offer("f4", "she", 138, 830, 155, 25),
    offer("f5", "she", 345, 958, 190, 95, age="young"), offer("grandma", "she", 218, 673, 140, 60, age="old"),
    offer("Alicia", "she", 242, 1371), offer("m3", "they", 184, 878, 195, 99, age="child"),
    offer("steph", "she", 162, 300), offer("shelby", "she", 204, 1127, 175, 60))
NARRATED = Cast(OFFERED[0].voice)


def script(*scenes: Iterable[str], people: Iterable[Person] = (), pronouns: dict[str, Pronoun] | None = None,
           ) -> Script:
    lines = tuple(Line("x", "dialogue", who, Place(1, number, at), SOURCE)
                  for number, scene in enumerate(scenes, 1) for at, who in enumerate(scene, 1))
    said = Counter(line.speaker for line in lines if line.speaker)
    known = {person.name: person for person in people}
    everybody = tuple(known.get(name) or Person(name, pronoun=(pronouns or {}).get(name), lines=count)
                      for name, count in said.items())
    return Script("T", ("One",), everybody, lines)


def voices(of: Script, cast: Cast = NARRATED, offered: tuple[OfferedVoice, ...] = OFFERED) -> dict[str, Voice]:
    done = cast_script(cast, of, offered, "pyttsx3")
    assert all(role.voice is not None for role in done.roles)
    return {role.name: role.voice for role in done.roles if role.voice is not None}


def pronoun_of(voice: Voice) -> set[Pronoun | None]:
    return {o.pronoun for o in OFFERED if o.voice.name == voice.name}


_names = st.sampled_from([f"{first} {last}" for first in ("Ann", "Bo", "Cy", "Dee", "Ed") for last in "RSTUVW"])
_scenes = st.lists(st.lists(_names, min_size=1, max_size=12), min_size=1, max_size=6)
_pronouns = st.dictionaries(_names, st.sampled_from(["he", "she", "they", "it"]))


@settings(deadline=None, max_examples=40)
@given(_scenes, _pronouns)
def test_everybody_gets_a_voice_that_fits_the_same_way_every_time(scenes: list[list[str]],
                                                                   pronouns: dict[str, Pronoun]) -> None:
    text = script(*scenes, pronouns=pronouns)
    found = voices(text)
    assert set(found) == {name for scene in scenes for name in scene}
    for name, voice in found.items():
        if pronouns.get(name) in ("he", "she"):
            assert pronoun_of(voice) & {pronouns[name], "they", None}
        assert 80 <= (voice.rate or 165) <= 450
        assert 0 <= (voice.pitch or 50) <= 100
    assert voices(replace(text, people=text.people[::-1])) == found
    assert voices(text, offered=OFFERED[::-1]) == found


@settings(deadline=None, max_examples=40)
@given(_scenes, _pronouns)
def test_nobody_sounds_like_anybody_in_the_scene_while_a_voice_is_free(scenes: list[list[str]],
                                                                        pronouns: dict[str, Pronoun]) -> None:
    found = voices(script(*scenes, pronouns=pronouns))
    for scene in scenes:
        here = {name: found[name] for name in scene}
        for a, b in combinations(here, 2):
            if how_alike(here[a], here[b], OFFERED) < ALIKE:
                continue
            met = {other for group in scenes for other in group if {a, b} & set(group)}
            taken = [found[other] for other in met] + [NARRATED.narrator]
            for name in (a, b):  # for at least one of the two nothing was free
                fitting = [o for o in OFFERED if pronouns.get(name) not in ("he", "she")
                           or o.pronoun in (pronouns[name], "they", None)]
                if not [o for o in fitting if all(how_alike(o.voice, v, OFFERED) < ALIKE for v in taken)]:
                    break
            else:
                pytest.fail(f"{a} and {b} sound alike though voices are free")


@settings(deadline=None, max_examples=40)
@given(_scenes, _pronouns, st.integers(1, 6))
def test_a_new_minor_person_moves_nobody_who_says_more(scenes: list[list[str]], pronouns: dict[str, Pronoun],
                                                       where: int) -> None:
    scenes = [[name for name in scene for _ in range(8)] for scene in scenes]
    before = voices(script(*scenes, pronouns=pronouns))
    more = [[*scene, "A newcomer"] if number == where else scene for number, scene in enumerate(scenes, 1)]
    after = voices(script(*more, pronouns=pronouns))
    assert {name: after[name] for name in before} == before


@settings(deadline=None, max_examples=40)
@given(_scenes, _pronouns, st.data())
def test_a_few_lines_more_move_nobody_unless_a_step_is_crossed(scenes: list[list[str]],
                                                                pronouns: dict[str, Pronoun],
                                                                data: st.DataObject) -> None:
    # Steps are at 8, 40 and 200 lines: with everybody between 48 and 192, a line more crosses none.
    everybody = {name for scene in scenes for name in scene}
    scenes = [list(dict.fromkeys(scene)) * 8 for scene in scenes] + [[name] * 40 for name in sorted(everybody)]
    before = voices(script(*scenes, pronouns=pronouns))
    more = [[*scene, data.draw(st.sampled_from(scene))] for scene in scenes]
    assert voices(script(*more, pronouns=pronouns)) == before


@settings(deadline=None, max_examples=40)
@given(_scenes, _pronouns, _names)
def test_whoever_has_a_voice_in_voices_yaml_keeps_it(scenes: list[list[str]], pronouns: dict[str, Pronoun],
                                                     name: str) -> None:
    mine = Voice("openai", "someone", gain=2.0)
    cast = replace(NARRATED, roles=(Role(name, voice=mine, pronoun="she"),))
    done = cast_script(cast, script(*scenes, pronouns=pronouns), OFFERED, "pyttsx3")
    assert done.voice(name) == mine
    assert done.narrator == NARRATED.narrator
    assert done.roles[0] == cast.roles[0]
    assert all(not role.given for role in done.roles[1:])


def test_a_voice_that_is_given_is_nobody_elses() -> None:
    cast = replace(NARRATED, roles=tuple(Role(f"Given {o.voice.name}", voice=o.voice) for o in OFFERED[1:9]))
    found = voices(script([*(role.name for role in cast.roles), "Tom", "Ann"], pronouns={"Tom": "he"}), cast)
    for name in ("Tom", "Ann"):
        assert all(how_alike(found[name], o.voice, OFFERED) < ALIKE for o in OFFERED[:9])


def test_nobody_talks_with_the_narrators_voice() -> None:
    found = voices(script(*([f"Man {number}"] for number in range(40)),
                          pronouns={f"Man {number}": "he" for number in range(40)}))
    assert NARRATED.narrator not in found.values()


@pytest.mark.parametrize(("name", "wanted"), [
    ("The old woman", {"grandma"}), ("Grandfather", {"grandpa", "benjamin"}), ("The little girl", {"m3", "f5"}),
    ("A boy", {"m3"}), ("Mrs. Oram", {"f2", "f4", "Alicia", "steph", "shelby"}), ("Mr. Oram", {"david", "m1", "michel",
                                                                                               "m7"}),
    ("Lady Ivy", {"f2", "f4", "Alicia", "steph", "shelby"}), ("Captain Rudge", {o.voice.name for o in OFFERED})])
def test_a_name_says_who_fits(name: str, wanted: set[str]) -> None:
    assert voices(script([name]))[name].name in wanted


def test_a_child_is_not_given_a_mans_voice_of_the_same_name() -> None:
    assert voices(script(["The boy"]))["The boy"].pitch == 99


def test_a_pronoun_in_voices_yaml_overrules_the_text() -> None:
    cast = replace(NARRATED, roles=(Role("Robin", pronoun="she"),))
    found = voices(script(["Robin"], people=[Person("Robin", pronoun="he", lines=1)]), cast)
    assert pronoun_of(found["Robin"]) == {"she"}


def test_settings_without_a_voice_are_kept_and_the_voice_is_found() -> None:
    cast = replace(NARRATED, roles=(Role("Tom", pronoun="he", voice=Voice("pyttsx3", "", 222, gain=3.0)),))
    voice = voices(script(["Tom"]), cast)["Tom"]
    assert voice.name
    assert (voice.rate, voice.gain) == (222, 3.0)


def test_a_narrator_whom_nobody_named_is_the_first_that_speaks_the_language() -> None:
    offered = (*OFFERED, offer("de", None, 100, 700, language="de"))
    for language, name in (("", "rp"), ("en-GB", "rp"), ("de", "de")):
        done = cast_script(Cast(Voice("pyttsx3", "", gain=-2.0)), script(["Tom"]), offered, "pyttsx3", language)
        assert (done.narrator.name, done.narrator.gain) == (name, -2.0)


def test_people_speak_the_books_language() -> None:
    offered = tuple(offer(f"de{n}", None, 80 + 30 * n, 700, language="de") for n in range(5)) + OFFERED
    found = cast_script(NARRATED, script("ABCDEFGH"), offered, "pyttsx3", "de-AT")
    assert {role.voice.name[:2] for role in found.roles if role.voice} == {"de"}
    assert {role.voice.name for role in cast_script(NARRATED, script("ABCDEFGH"), offered, "pyttsx3").roles
            if role.voice}.isdisjoint({"de0", "de1", "de2", "de3", "de4"})


def test_an_alias_speaks_with_the_same_voice() -> None:
    cast = replace(NARRATED, roles=(Role("Tom", ("Tommy",)),))
    found = voices(script(["Tom", "Tommy", "Ann"]), cast)
    assert found["Tommy"] == found["Tom"] != found["Ann"]


def test_four_hundred_people_in_one_room_are_cast() -> None:
    names = [f"Person {number}" for number in range(400)]
    found = voices(script(names))
    assert len(found) == 400
    shared = Counter(found.values())
    assert len(shared) > 80  # sixteen voices, each at several pitches and paces
    assert max(shared.values()) <= 25


def test_an_engine_that_knows_no_pitch_is_not_asked_for_one() -> None:
    offered = tuple(OfferedVoice(Voice("kokoro", name), "en") for name in ("a", "b"))
    found = voices(script([f"P{n}" for n in range(9)]), Cast(Voice("kokoro", "a")), offered)
    assert all(voice.pitch is None for voice in found.values())
    assert len(set(found.values())) > 3


def test_without_any_offered_voice_people_are_left_without() -> None:
    done = cast_script(Cast(Voice("x", "n")), script(["Tom"]), (), "x")
    assert [(role.name, role.voice) for role in done.roles] == [("Tom", None)]


def test_alike_is_one_for_the_same_sound_and_small_for_far_ones() -> None:
    first, second = OFFERED[0], OFFERED[12]
    assert how_alike(first, first.voice, OFFERED) == 1.0
    assert how_alike(first, second, OFFERED) == how_alike(second, first, OFFERED) < 0.1
    assert how_alike(first, replace(first.voice, pitch=52), OFFERED) > ALIKE
    assert how_alike(Voice("x", "a"), Voice("x", "b"), ()) < ALIKE < how_alike(Voice("x", "a"), Voice("x", "a"), ())


def test_no_two_offered_voices_are_alike() -> None:
    for a, b in combinations(OFFERED, 2):
        assert how_alike(a, b, OFFERED) < ALIKE, (a, b)


def test_the_first_sixteen_voices_are_cast_before_the_spares_and_whispers_never() -> None:
    spares = tuple(offer(f"spare{n}", None, 60 + 9 * n, 400 + 90 * n) for n in range(20))
    whisper = offer("hush", None, 0, 2000, note="whispers")
    found = voices(script([f"P{n}" for n in range(5)] * 9, [f"Q{n}" for n in range(30)]), offered=(
        *OFFERED, *spares, whisper))
    leads = {voice.name for name, voice in found.items() if name.startswith("P")}
    assert leads.isdisjoint(o.voice.name for o in spares)
    assert {voice.name for voice in found.values()} & {o.voice.name for o in spares}
    assert "hush" not in {voice.name for voice in found.values()}
