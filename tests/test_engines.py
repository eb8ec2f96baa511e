"""Every engine says what it is given, in the voice it is given, or says in one line why not."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import subprocess
import sys
import threading
import types
import wave
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiobook import plugins, sounds
from audiobook.engines.command import Command
from audiobook.engines.file import File
from audiobook.engines.kokoro import Kokoro
from audiobook.engines.openai import OpenAI
from audiobook.engines.piper import Piper
from audiobook.engines.pyttsx3 import Pyttsx3
from audiobook.engines.tone import Tone
from audiobook.errors import AudiobookError, EngineError
from audiobook.model import Audio, Voice

TEXT = "It is a truth universally acknowledged."


def wav(path: Path, seconds: float = 0.5, rate: int = 22050, channels: int = 1) -> bytes:
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", ""))
        turns = np.arange(round(seconds * rate)) / rate * 2 * np.pi * 440
        file.writeframes(np.repeat(np.round(9000 * np.sin(turns)), channels).astype("<i2").tobytes())
    return path.read_bytes()


# ---------------------------------------------------------------- the default


@pytest.fixture(scope="module")
def system() -> Pyttsx3:
    return Pyttsx3()


def test_hundreds_of_clips_keep_their_lengths_and_settings_in_any_order(system):
    """`benchmarks/clips.py` does the same with 5,000, across processes."""
    rng = random.Random(4)
    voices = [offered.voice for offered in system.voices()[:40]]
    todo = [(f"Line {n}, {'and so on, ' * rng.randrange(6)}it says.",
             Voice("pyttsx3", voices[n % 40].name, rng.randrange(120, 260), rng.randrange(100),
                   options=voices[n % 40].options)) for n in range(100)]
    first = {n: system.speak(*order) for n, order in enumerate(todo)}
    order = list(range(100))
    rng.shuffle(order)
    for n in order:
        assert system.speak(*todo[n]) == first[n]


def test_rate_pitch_and_range_change_the_sound(system):
    plain = system.speak(TEXT, Voice("pyttsx3", "en-us"))
    slow = system.speak(TEXT, Voice("pyttsx3", "en-us", rate=100))
    fast = system.speak(TEXT, Voice("pyttsx3", "en-us", rate=300))
    assert slow.frames > 1.3 * plain.frames > 1.3 * 1.2 * fast.frames
    others = [Voice("pyttsx3", "en-us", pitch=90), Voice("pyttsx3", "en-us", options=(("range", 0),)),
              Voice("pyttsx3", "en-us+f2"), Voice("pyttsx3", "en-gb")]
    assert len({system.speak(TEXT, voice).pcm for voice in others} | {plain.pcm}) == 5


def test_every_offered_voice_speaks_and_nobody_else_has_its_settings(system):
    offered = system.voices()
    assert len({one.voice for one in offered}) == len(offered) > 120
    assert {one.language for one in offered} >= {"en-GB", "en-US", "de", "fr", "es", "zh"}
    sounds_ = [system.speak("Seven letters, all of them.", one.voice) for one in offered]
    assert all(sound.frames > 4000 for sound in sounds_)


def test_no_offered_english_voice_is_clipped(system):
    for one in system.voices():
        if one.language.startswith("en") and one.pitch_hz:
            samples = np.frombuffer(system.speak(TEXT + " Is that so? No!", one.voice).pcm, "<i2").astype(int)
            assert (np.abs(samples) >= 32767).sum() <= 1, one.voice.name


@pytest.mark.parametrize("name", ["en-us+alicai", "xen-us", "", "en-us+", "+f2", "../../etc/passwd", "en-us+../x"])
def test_an_unknown_voice_is_an_error_with_the_nearest_names(system, name):
    with pytest.raises(EngineError, match="no v") as told:
        system.speak(TEXT, Voice("pyttsx3", name))
    assert told.value.hint


def test_names_are_taken_as_people_type_them(system):
    assert (system.speak(TEXT, Voice("pyttsx3", "en-US+alicia"))
            == system.speak(TEXT, Voice("pyttsx3", "en-us+Alicia")))
    assert system.speak(TEXT, Voice("pyttsx3", "German")) == system.speak(TEXT, Voice("pyttsx3", "de"))


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_text_breaks_the_library_or_the_next_clip(text):
    system = Pyttsx3()
    before = system.speak("One.", Voice("pyttsx3", "en-us"))
    system.speak(text, Voice("pyttsx3", "en-us+f2"))
    assert system.speak("One.", Voice("pyttsx3", "en-us")) == before


def test_phoneme_brackets_are_not_obeyed(system):
    voice = Voice("pyttsx3", "en-us")
    assert system.speak("A [[h@l'oU]] b", voice) == system.speak("A   h@l'oU   b", voice)


def test_a_line_of_twenty_thousand_characters_is_said_whole(system):
    short = system.speak("and so it went on, " * 10, Voice("pyttsx3", "en-us", 450)).frames
    assert system.speak("and so it went on, " * 1050, Voice("pyttsx3", "en-us", 450)).frames > 95 * short


def test_words_are_where_they_are_said_where_asked_for():
    audio = Pyttsx3(words=True).speak("One two, three.", Voice("pyttsx3", "en-us"))
    assert ["One two, three."[w.start:w.end].strip(",.") for w in audio.words] == ["One", "two", "three"]
    assert all(a.until <= b.at for a, b in zip(audio.words, audio.words[1:], strict=False))
    assert audio.words[-1].until <= audio.frames
    assert Pyttsx3(words=False).version != Pyttsx3().version


def test_a_long_path_to_the_voices_does_not_matter(tmp_path):
    """The library keeps 160 bytes for the path."""
    import espeakng_loader

    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 8)
    deep.mkdir(parents=True)
    (deep / "espeakng_loader").symlink_to(Path(espeakng_loader.__file__).parent)
    code = "from audiobook.engines.pyttsx3 import *; print(Pyttsx3().speak('Hello.', Voice('pyttsx3', 'de')).frames)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(deep)})
    assert int(done.stdout) > 4000, done.stderr


def test_the_version_names_the_library(system):
    assert re.search(r"espeak-ng \d+\.\d+", system.version)


# ---------------------------------------------------------------- tone and file


def test_a_tone_is_as_long_as_its_text_and_always_the_same():
    tone = Tone()
    one, two = tone.speak("x" * 50, Voice("tone", "hum")), tone.speak("x" * 100, Voice("tone", "hum"))
    assert two.frames == pytest.approx(2 * one.frames, abs=2)
    assert tone.speak("x" * 50, Voice("tone", "hum")) == one
    assert len({tone.speak("Hello", Voice("tone", name)).pcm for name in ("hum", "bass", "Ann", "Bob")}) == 4


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "ogg", "m4a", "aiff"])
def test_a_sound_file_of_any_format_is_played_as_one_channel(tmp_path, suffix):
    import av

    pcm = np.round(9000 * np.sin(np.arange(48000) / 48000 * 2 * np.pi * 440)).astype("<i2")
    path = tmp_path / f"door.{suffix}"
    codec = {"wav": "pcm_s16le", "flac": "flac", "mp3": "libmp3lame", "ogg": "libopus", "m4a": "aac",
             "aiff": "pcm_s16be"}[suffix]
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=48000)
        stream.layout = "stereo"
        frame = av.AudioFrame.from_ndarray(np.repeat(pcm, 2).reshape(1, -1), format="s16", layout="stereo")
        frame.rate = 48000
        for packet in (*stream.encode(frame), *stream.encode(None)):
            out.mux(packet)
    path = path.rename(tmp_path / "named.txt")  # the bytes decide, not the name
    audio = File().speak("", Voice("file", str(path)))
    assert audio.rate == 48000
    assert audio.frames == pytest.approx(48000, abs=4000)
    assert np.abs(np.frombuffer(audio.pcm, "<i2")).max() == pytest.approx(9000, rel=0.2)
    assert File(rate=16000).speak("", Voice("file", str(path))).frames == pytest.approx(16000, abs=1400)


def test_what_is_no_sound_is_refused_and_no_playlist_is_followed(tmp_path):
    target = tmp_path / "secret.wav"
    wav(target)
    for name, data in {"list.m3u8": b"#EXTM3U\n#EXTINF:1,\nsecret.wav\n",
                       "list.wav": b"ffconcat version 1.0\nfile secret.wav\n",
                       "empty.wav": b"", "text.wav": b"no sound", "cut.wav": b"RIFF\0\0\0\0WAVEfmt ",
                       "song.mp3": b"\xff\xfb" + bytes(50)}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(EngineError):
            File().speak("", Voice("file", str(tmp_path / name)))
    for path in (tmp_path, tmp_path / "absent.wav", "/dev/zero" if os.path.exists("/dev/zero") else tmp_path):
        with pytest.raises(EngineError):
            File().speak("", Voice("file", str(path)))


def test_a_wav_that_lies_about_its_length_is_read_as_far_as_it_goes(tmp_path):
    data = bytearray(wav(tmp_path / "a.wav"))
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"  # as servers write that stream it
    assert sounds.decoded(bytes(data)).frames == 11025


@given(st.binary(max_size=200), st.sampled_from([b"", b"RIFF1234WAVE", b"fLaC", b"OggS", b"ID3", b"FORM", b"....ftyp"]))
@settings(max_examples=80, deadline=None)
def test_no_bytes_break_the_reader_of_sounds(data, head):
    with contextlib.suppress(ValueError):
        assert isinstance(sounds.decoded(head + data), Audio)


# ---------------------------------------------------------------- a server


@pytest.fixture
def server():
    """A stub of an OpenAI-compatible server. `plan` holds the answers to come; `seen` what was asked."""
    class Stub(BaseHTTPRequestHandler):
        def do_GET(self):
            self.reply(*(stub.voices or (404, b"{}", {})))

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            stub.seen.append((self.path, json.loads(body), dict(self.headers)))
            self.reply(*(stub.plan.pop(0) if stub.plan else (200, bytes(48000), {})))

        def reply(self, code, data, headers):
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    stub = types.SimpleNamespace(url=f"http://127.0.0.1:{http.server_port}/v1", plan=[], seen=[], voices=None)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield stub
    http.shutdown()
    http.server_close()


def test_a_server_is_asked_as_openai_has_it(server, monkeypatch):
    monkeypatch.setenv("MY_KEY", "secret")
    engine = OpenAI(server.url + "/", model="tts-1", key="MY_KEY")
    audio = engine.speak("Hello.", Voice("openai", "alloy", rate=350, options=(("instructions", "softly"),)))
    assert (audio.frames, audio.rate) == (24000, 24000)
    path, body, headers = server.seen[0]
    assert path == "/v1/audio/speech"
    assert body == {"model": "tts-1", "input": "Hello.", "voice": "alloy", "response_format": "pcm", "speed": 2.0,
                    "instructions": "softly"}
    assert headers["Authorization"] == "Bearer secret"
    assert "secret" not in engine.version + repr(vars(engine))


def test_a_busy_server_is_asked_again(server, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    server.plan = [(429, b"slow down", {"Retry-After": "1"}), (503, b"", {})]
    assert OpenAI(server.url).speak("Hello.", Voice("openai", "alloy")).frames == 24000
    assert len(server.seen) == 3


@pytest.mark.parametrize("answer", [(400, b'{"error": "no such voice"}', {}), (401, b"who are you", {}),
                                    (200, b'{"error": "quota"}', {}), (302, b"", {"Location": "http://127.0.0.1:9/"})])
def test_a_refusal_is_told_in_the_servers_words_and_not_repeated(server, answer):
    server.plan = [answer] * 5
    with pytest.raises(EngineError):
        OpenAI(server.url).speak("Hello.", Voice("openai", "alloy"))
    assert len(server.seen) == 1


def test_a_server_that_is_not_there_is_said_so(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with pytest.raises(EngineError, match="no answer") as told:
        OpenAI("http://127.0.0.1:9/v1", timeout=1).speak("Hello.", Voice("openai", "alloy"))
    assert told.value.hint
    assert OpenAI("http://127.0.0.1:9/v1").voices()  # and there are still names to choose from
    for url in ("file:///etc/passwd", "localhost:80", ""):
        with pytest.raises(EngineError, match="not the address"):
            OpenAI(url)


def test_a_wav_from_a_server_is_taken_for_what_it_is(server, tmp_path):
    data = wav(tmp_path / "a.wav", rate=16000)
    server.plan = [(200, data, {}), (200, data, {})]
    for form in ("wav", "pcm"):
        assert OpenAI(server.url, format=form).speak("Hello.", Voice("openai", "alloy")).rate == 16000


def test_the_voices_a_server_lists_are_offered(server):
    server.voices = (200, b'{"voices": ["bf_emma", {"id": "am_adam"}, "robin"]}', {})
    assert [(one.voice.name, one.language, one.pronoun) for one in OpenAI(server.url).voices()] == [
        ("bf_emma", "en-GB", "she"), ("am_adam", "en-US", "he"), ("robin", "", None)]


# ---------------------------------------------------------------- a program


def program(tmp_path: Path, body: str) -> str:
    path = tmp_path / "speaker.py"
    path.write_text(body)
    return str(path)


def test_a_program_is_given_text_and_gives_a_wav(tmp_path):
    sample = tmp_path / "sample.wav"
    wav(sample)
    spoken = tmp_path / "said"
    script = program(tmp_path, f"import sys, shutil; open({str(spoken)!r}, 'wb').write(sys.stdin.buffer.read() + repr("
                               f"sys.argv[2:]).encode()); shutil.copy({str(sample)!r}, sys.argv[1])")
    engine = Command([sys.executable, script, "{out}", "-v", "{voice}", "{rate}"])
    audio = engine.speak("Ann's $(touch x); «é»", Voice("command", "a; b", rate=120))
    assert audio.frames == 11025
    assert spoken.read_text("utf-8") == "Ann's $(touch x); «é»['-v', 'a; b', '120']"
    through = program(tmp_path, f"import sys; assert open(sys.argv[1], encoding='utf-8').read() == 'Hi.'; "
                                f"sys.stdout.buffer.write(open({str(sample)!r}, 'rb').read())")
    assert Command([sys.executable, through, "{text-file}"]).speak("Hi.", Voice("command", "a")).frames == 11025


@pytest.mark.parametrize(("body", "reason"), [
    ("import sys; sys.exit('no such voice')", "no such voice"), ("print('hello')", "wrote no sound"),
    ("pass", "wrote no sound"), ("import time; time.sleep(60)", "did not end within")])
def test_a_program_that_fails_says_why(tmp_path, body, reason):
    engine = Command([sys.executable, program(tmp_path, body)], timeout=1.5)
    with pytest.raises(EngineError, match=reason):
        engine.speak("Hi.", Voice("command", "a"))


def test_a_command_must_be_words_and_its_program_must_be_there():
    for command in ((), "espeak-ng -w x", [["a"]]):
        with pytest.raises(EngineError, match="list of words"):
            Command(command)  # type: ignore[arg-type]
    with pytest.raises(EngineError, match="no program"):
        Command(["no-such-program-here"]).speak("Hi.", Voice("command", "a"))
    with pytest.raises(EngineError, match="cannot be called"):
        Command([sys.executable]).speak("Hi.", Voice("command", "--version"))


# ---------------------------------------------------------------- neural voices


def test_a_missing_library_names_the_extra_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for engine, extra in ((Piper, "piper"), (Kokoro, "kokoro")):
        with pytest.raises(EngineError, match="not installed") as told:
            engine()
        assert told.value.hint == f'pip install "audiobook[{extra}]"'


def test_kokoro_is_asked_as_its_library_has_it(tmp_path, monkeypatch):
    asked = []

    class Model:
        def __init__(self, model, styles):
            asked.append((Path(model).name, Path(styles).name))

        def get_voices(self):
            return ["bf_emma", "am_adam"]

        def create(self, text, voice, speed, lang):
            asked.append((text, voice, speed, lang))
            return np.array([0.0, 0.5, -1.5], np.float32), 24000

    monkeypatch.setitem(sys.modules, "kokoro_onnx", types.SimpleNamespace(Kokoro=Model, __spec__="there"))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: "there")
    for name in ("m.onnx", "v.bin"):
        (tmp_path / name).write_bytes(name.encode())
    engine = Kokoro(str(tmp_path / "m.onnx"), str(tmp_path / "v.bin"))
    audio = engine.speak("Hello.", Voice("kokoro", "bf_emma", rate=210))
    assert np.frombuffer(audio.pcm, "<i2").tolist() == [0, 16384, -32767]
    assert asked == [("m.onnx", "v.bin"), ("Hello.", "bf_emma", 1.2, "en-gb")]
    with pytest.raises(EngineError, match="no voice"):
        engine.speak("Hello.", Voice("kokoro", "nobody"))
    first = engine.fingerprint(Voice("kokoro", "bf_emma"))
    (tmp_path / "v.bin").write_bytes(b"other")
    assert Kokoro(str(tmp_path / "m.onnx"), str(tmp_path / "v.bin")).fingerprint(Voice("kokoro", "x")) != first
    with pytest.raises(EngineError, match="is not there"):
        Kokoro("/nowhere/m.onnx").speak("Hello.", Voice("kokoro", "bf_emma"))


def test_piper_speaks_a_model_of_our_own(tmp_path):
    pytest.importorskip("piper", reason='piper is an extra: pip install "audiobook[piper]"')
    (tmp_path / "tiny.onnx").write_bytes(tiny_onnx())
    (tmp_path / "tiny.onnx.json").write_text(json.dumps({
        "num_symbols": 256, "num_speakers": 1, "audio": {"sample_rate": 16000}, "phoneme_type": "text",
        "espeak": {"voice": "en-us"}, "language": {"code": "en_GB"},
        "phoneme_id_map": {**{chr(c): [c] for c in range(32, 127)}, "_": [0], "^": [1], "$": [2]},
        "inference": {"noise_scale": 0.6, "length_scale": 1, "noise_w": 0.8}}))
    engine = Piper(str(tmp_path))
    assert [(one.voice.name, one.language) for one in engine.voices()] == [("tiny", "en-GB")]
    audio = engine.speak("Hello there.", Voice("piper", "tiny"))
    assert audio.rate == 16000
    assert audio.frames > 10
    assert len(engine.fingerprint(Voice("piper", "tiny"))) == 64
    for name in ("nobody", "../tiny", ""):
        with pytest.raises(EngineError, match="no voice"):
            engine.speak("Hello.", Voice("piper", name))


def tiny_onnx() -> bytes:
    """A model that gives back its input's numbers as samples, written by hand: ONNX is protobuf."""
    def number(n: int) -> bytes:
        out = bytearray()
        while n > 127:
            out.append(n & 127 | 128)
            n >>= 7
        return bytes([*out, n])

    def integer(tag: int, n: int) -> bytes:
        return number(tag << 3) + number(n)

    def block(tag: int, data: bytes | str) -> bytes:
        data = data.encode() if isinstance(data, str) else data
        return number(tag << 3 | 2) + number(len(data)) + data

    def value(name: str, kind: int, *dims: str) -> bytes:
        shape = b"".join(block(1, block(2, dim)) for dim in dims)
        return block(1, name) + block(2, block(1, integer(1, kind) + block(2, shape)))

    to_float = block(1, "to") + integer(3, 1) + integer(20, 2)
    cast = block(1, "input") + block(2, "output") + block(4, "Cast") + block(5, to_float)
    graph = (block(1, cast) + block(2, "tiny") + block(11, value("input", 7, "batch", "length"))
             + block(11, value("input_lengths", 7, "batch")) + block(11, value("scales", 1, "three"))
             + block(12, value("output", 1, "batch", "length")))
    return integer(1, 8) + block(7, graph) + block(8, integer(2, 15))


# ---------------------------------------------------------------- all of them


def test_every_built_in_engine_is_found_by_its_name_and_documented():
    text = Path("docs/engines.md").read_text("utf-8")
    for name in ("pyttsx3", "tone", "file", "openai", "piper", "kokoro", "command"):
        made = plugins.load("engines", name)
        assert callable(made.speak)
        assert f"## `{name}`" in text
    with pytest.raises(AudiobookError, match="no engine called"):
        plugins.load("engines", "nobody")


def test_the_engine_that_the_documentation_shows_records_a_book(tmp_path, monkeypatch):
    from audiobook.crew import Engines
    from audiobook.model import Take
    from audiobook.store import Store
    from audiobook.studio import record

    text = Path("docs/write-an-engine.md").read_text("utf-8")
    (tmp_path / "whistle.py").write_text(re.search(r"```python\n(.*?)```", text, re.S)[1])
    monkeypatch.syspath_prepend(tmp_path)
    engines = Engines({"whistle": {"length": 0.05}}, {"whistle": "whistle:Whistle"})
    voices = engines("whistle").voices()
    clips = record([Take("Hello there.", one.voice) for one in voices], Store(tmp_path / "shelf"), engines)
    assert [round(clip.frames / clip.rate, 1) for clip in clips if clip] == [0.6, 0.6]
