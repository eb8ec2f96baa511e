"""Words go in, the system's voice comes out: pyttsx3, made dependable.

pyttsx3's own loop loses tails and settings, so where espeak-ng can be had (the espeakng-loader wheel brings
it to every system) its binding is used synchronously: every clip sets voice, rate, pitch and range, and
every return code is looked at. One such engine a process: the library is not made for threads. Elsewhere the
system's driver (SAPI5, NSSpeechSynthesizer) writes a file in a child process with a time limit.

The same text and voice give the same bytes, in any order and in any process: espeak's noise is seeded, and
four counters that it carries over from clip to clip are set back to zero. They have no door in its
interface, so they are found by name in the library's symbol table; a build without one only loses this
(clips then differ by some milliseconds from one recording to the next).
"""

from __future__ import annotations

import ctypes
import difflib
import functools
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from audiobook.engines._espeak_voices import CHOSEN, MORE
from audiobook.errors import EngineError
from audiobook.model import Audio, OfferedVoice, Voice, Word

_COUNTERS = ("Flutter_ix", "cycle_count", "time_count", "wave_flag")  # ints, static, zero at the start
_UNSAID = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|\[(?=\[)|(?<=\[)\[|\](?=\])|(?<=\])\]")
_LIMIT = 60  # seconds for the system's own driver


class Pyttsx3:
    """Options: `driver` (espeak, or sapi5, nsss: the system's own), `words` (note when each word is said)."""

    patience = 30.0

    def __init__(self, driver: str = "", words: bool = True) -> None:
        if driver in ("", "espeak"):
            driver = "" if _espeak() else _system_driver(driver)
        self._driver = driver
        self._words = bool(words)
        if self._driver:
            self.patience = _LIMIT + 30.0

    @property
    def version(self) -> str:
        if self._driver:
            import platform
            from importlib.metadata import version
            return f"pyttsx3 {version('pyttsx3')} {self._driver} {platform.platform()}"
        return f"pyttsx3 espeak-ng {_there().version} 1" + (" words" if self._words else "")

    def voices(self) -> tuple[OfferedVoice, ...]:
        if self._driver:
            return tuple(OfferedVoice(Voice("pyttsx3", str(v["id"])), str(v["language"]), note=str(v["name"]))
                         for v in _system_voices(self._driver))
        names = _there().names
        english = tuple(
            OfferedVoice(Voice("pyttsx3", name, rate, pitch, options=(("range", spread),)),
                         _bcp47(name.partition("+")[0]), pronoun, age, hz, bright, note)
            for name, rate, pitch, spread, hz, bright, pronoun, age, note in CHOSEN + MORE)
        others = tuple(OfferedVoice(Voice("pyttsx3", name, 165), _bcp47(name), note=_there().titles[name])
                       for name in sorted(names) if not name.startswith("en") and _there().has_words(name))
        return english + others

    def check(self, voice: Voice) -> None:
        """Raises EngineError where there is no such voice, with the names nearest to it."""
        if self._driver:
            _system_voice(self._driver, voice.name)
        else:
            _there().check(voice.name)

    def speak(self, text: str, voice: Voice) -> Audio:
        text = _UNSAID.sub(" ", text)
        if self._driver:
            return _system_speak(self._driver, text, voice)
        return _there().speak(text, voice, self._words)


def _bcp47(name: str) -> str:
    special = {"en-029": "en-029", "es-419": "es-419", "cmn": "zh", "en-us-nyc": "en-US"}
    language, _, region = name.partition("-")
    if name in special:
        return special[name]
    if region.startswith("gb"):
        return "en-GB"
    return f"{language}-{region.upper()}" if len(region) == 2 and region.isalpha() else language


# ---------------------------------------------------------------- espeak-ng, synchronously


class _Espeak:
    """The library, loaded and started once a process."""

    def __init__(self, binding: Any, path: str, data: str) -> None:
        self._binding = binding
        self._buffer: list[bytes] = []
        self._words: list[tuple[int, int, int]] = []
        self.rate = binding.Initialize(binding.AUDIO_OUTPUT_SYNCHRONOUS, 1000, _reachable(data), 0)
        if self.rate <= 0:
            raise EngineError("espeak-ng does not start",
                              hint="install it again: pip install --force-reinstall espeakng-loader")
        binding.SetSynthCallback(self._heard)
        self.version = (binding.Info() or b"unknown").decode("ascii", "replace").split(" ")[0]
        self._rewind = _rewinder(binding.dll, path)
        listed = [(v.identifier.decode(), v.name.decode("utf-8", "replace").strip(),
                   v.languages[1:].decode("ascii", "replace") if v.languages else "")
                  for v in binding.ListVoices(None)]
        self.names: dict[str, str] = {}  # what may be typed, in small letters -> identifier
        self.titles: dict[str, str] = {}
        for identifier, title, _ in listed:
            name = identifier.rpartition("/")[2].lower()
            self.names[name], self.titles[name] = identifier, title
        self._aliases = {alias.lower(): identifier for identifier, title, language in listed
                         for alias in (language, title, identifier)} | self.names
        self._variants = {name.lower(): name for name in _listing(data, "voices", "!v")}
        self._dictionaries = {name.removesuffix("_dict") for name in _listing(data) if name.endswith("_dict")}
        self._known: dict[str, bytes] = {}

    def has_words(self, name: str) -> bool:
        """Whether the dictionary of a language came along: without it, it is listed but mute."""
        return not self._dictionaries or self._dictionary_of(name) in self._dictionaries

    def _dictionary_of(self, name: str) -> str:
        return {"nb": "no", "ltg": "lv", "hyw": "hy"}.get(name, name.partition("-")[0])

    def speak(self, text: str, voice: Voice, words: bool) -> Audio:
        binding, options = self._binding, dict(voice.options)
        identifier = self._known.get(voice.name) or self._resolve(voice.name)
        if binding.SetVoiceByName(identifier) != binding.EE_OK:
            raise EngineError(f"espeak-ng refuses the voice {voice.name!r}")
        for parameter, value, low, high in (
                (binding.RATE, voice.rate if voice.rate is not None else 175, 80, 450),
                (binding.PITCH, voice.pitch if voice.pitch is not None else 50, 0, 100),
                (binding.RANGE, options.get("range", 50), 0, 100),
                (binding.VOLUME, options.get("volume", 100), 0, 200)):
            if binding.SetParameter(parameter, max(low, min(high, int(value))), 0) != binding.EE_OK:
                raise EngineError(f"espeak-ng refuses a setting of {voice.name!r}: {value}")
        self._buffer.clear()
        self._words.clear()
        self._rewind()
        data = text.encode()
        if binding.cSynth(data, len(data) + 1, 0, binding.POS_CHARACTER, 0, binding.CHARS_UTF8, None, None):
            raise EngineError(f"espeak-ng could not say {text[:40]!r}")
        pcm = b"".join(self._buffer)
        return Audio(pcm, self.rate, self._timed(text, len(pcm) // 2) if words else ())

    def _heard(self, wav: Any, count: int, events: Any) -> int:
        if count > 0:
            self._buffer.append(ctypes.string_at(wav, 2 * count))
        index = 0
        while events and events[index].type != self._binding.EVENT_LIST_TERMINATED:
            event = events[index]
            if event.type == self._binding.EVENT_WORD:
                self._words.append((event.text_position - 1, event.length, event.sample))
            index += 1
        return 0

    def _timed(self, text: str, frames: int) -> tuple[Word, ...]:
        starts: list[tuple[int, int, int]] = []
        for start, length, at in self._words:
            # A number is several words to espeak, and one in the text.
            if length > 0 and start >= 0 and (not starts or start >= starts[-1][1]):
                starts.append((start, min(len(text), start + length), max(0, min(frames, at))))
        ends = [*(at for _, _, at in starts[1:]), frames][:len(starts)]
        return tuple(Word(start, end, at, until) for (start, end, at), until in zip(starts, ends, strict=True)
                     if start < end and at < until)

    def check(self, name: str) -> None:
        """Raises EngineError where the library has no such voice."""
        if name not in self._known:
            self._resolve(name)

    def _resolve(self, name: str) -> bytes:
        base, plus, variant = name.partition("+")
        identifier = self._aliases.get(base.strip().lower())
        if identifier is None:
            raise EngineError(f"espeak-ng has no voice {base!r}", hint=_nearest(base, self.names))
        if plus:
            # Where the library is the system's own its variants are not known: what it gives is looked at below.
            known = self._variants.get(variant.strip().lower(), "" if self._variants else variant)
            if not known:
                raise EngineError(f"espeak-ng has no variant {variant!r} (in {name!r})",
                                  hint=_nearest(variant, self._variants.values()))
            identifier += "+" + known
        if self._binding.SetVoiceByName(identifier.encode()) != self._binding.EE_OK:
            raise EngineError(f"espeak-ng refuses the voice {name!r}")
        current = self._binding.GetCurrentVoice()
        if not current or current.contents.identifier.decode() != identifier:
            raise EngineError(f"espeak-ng gives another voice than {name!r}")
        self._known[name] = identifier.encode()
        return self._known[name]


@functools.cache
def _espeak() -> _Espeak | None:
    path = data = ""
    try:
        import espeakng_loader
        path, data = espeakng_loader.get_library_path(), espeakng_loader.get_data_path()
        library = ctypes.CDLL(path)
    except (ImportError, OSError):
        library = None
    # Loaded again by name, some systems would find a second copy, and two in one process clash.
    if library is not None:
        ctypes.cdll.LoadLibrary = lambda name: library  # type: ignore[method-assign]
    try:
        from pyttsx3.drivers import _espeak as binding
    except (ImportError, RuntimeError, OSError, AttributeError):
        return None
    finally:
        if library is not None:
            del ctypes.cdll.LoadLibrary
    return _Espeak(binding, path, data)


def _there() -> _Espeak:
    espeak = _espeak()
    assert espeak is not None
    return espeak


def _reachable(data: str) -> bytes | None:
    """The data's folder under a name that espeak takes: it keeps 160 bytes for it."""
    if not data:
        return None
    path = os.fsencode(data)
    if len(path) > 120 and os.path.isdir("/proc/self/fd"):
        # It stays open: espeak comes back for each language.
        path = b"/proc/self/fd/%d" % os.open(data, os.O_RDONLY)
    return path


def _listing(*parts: str) -> list[str]:
    folder = Path(*parts)
    if not parts[0] or not folder.is_dir():
        return []
    return [entry.name for entry in folder.iterdir() if entry.is_file()]


def _rewinder(library: Any, path: str) -> Callable[[], None]:
    """What brings espeak's noise back to its start."""
    calls: list[Callable[[], Any]] = []
    try:
        seed = library.espeak_ng_SetRandSeed
        seed.argtypes, seed.restype = [ctypes.c_long], None
        calls.append(lambda: seed(1))
    except AttributeError:
        pass
    if os.name == "posix":
        try:
            srand = ctypes.CDLL(None).srand  # klatt voices ask the C library for noise
            calls.append(lambda: srand(1))
        except (OSError, AttributeError):
            pass
    if sys.platform == "linux" and path:
        try:
            counters = [ctypes.c_int32.from_address(address) for address in _addresses(path)]
        except (OSError, struct.error, ValueError, IndexError):
            counters = []

        def zero() -> None:
            for counter in counters:
                counter.value = 0
        calls.append(zero)

    def rewind() -> None:
        for call in calls:
            call()
    return rewind


def _addresses(path: str) -> list[int]:
    """Where `_COUNTERS` of the loaded library are in memory; none where it is not just what is expected."""
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        real = os.path.realpath(path)
        base = next((int(line.partition("-")[0], 16) for line in maps if line.rstrip().endswith(real)), None)
    data = Path(path).read_bytes()
    if base is None or data[:6] != b"\x7fELF\x02\x01":  # 64 bit, little-endian
        return []
    table, size, count = struct.unpack_from("<Q", data, 40)[0], *struct.unpack_from("<HH", data, 58)
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, table + size * i) for i in range(count)]
    found = []
    for section in sections:
        if section[1] != 2:  # SHT_SYMTAB
            continue
        names = sections[section[6]][4]
        for at in range(section[4], section[4] + section[5], 24):
            name, info, _, _, value, length = struct.unpack_from("<IBBHQQ", data, at)
            text = data[names + name:data.index(b"\0", names + name)].decode("ascii", "replace")
            is_int = info & 15 == 1 and length == 4  # a variable of four bytes
            if is_int and text.partition(".")[0] in _COUNTERS:
                found.append(base + value)
    return found if len(found) == len(_COUNTERS) else []


def _nearest(name: str, known: Any) -> str:
    close = difflib.get_close_matches(name.lower(), {str(k).lower(): k for k in known}, 5, 0.4)
    return f"did you mean {', '.join(close)}?" if close else "see what there is: audiobook voices"


# ---------------------------------------------------------------- the system's own driver


def _system_driver(wanted: str) -> str:
    driver = {"win32": "sapi5", "darwin": "nsss"}.get(sys.platform)
    if driver is None or wanted == "espeak":
        raise EngineError("espeak-ng cannot be loaded",
                          hint="pip install --force-reinstall espeakng-loader pyttsx3, or install espeak-ng")
    return driver


@functools.cache
def _system_voices(driver: str) -> tuple[dict[str, str], ...]:
    return tuple(json.loads(_child({"driver": driver})))


def _system_voice(driver: str, name: str) -> str:
    known = _system_voices(driver)
    match = next((v["id"] for v in known if name.lower() in (v["id"].lower(), v["name"].lower())), None)
    if match is None:
        raise EngineError(f"{driver} has no voice {name!r}", hint=_nearest(name, [v["name"] for v in known]))
    return match


def _system_speak(driver: str, text: str, voice: Voice) -> Audio:
    from audiobook.sounds import decoded

    match = _system_voice(driver, voice.name)
    with tempfile.TemporaryDirectory(prefix="audiobook-") as folder:
        path = Path(folder, "clip.wav")
        _child({"driver": driver, "text": text, "voice": match, "rate": voice.rate, "file": str(path)})
        try:
            return decoded(path.read_bytes())
        except (OSError, ValueError) as error:
            raise EngineError(f"{driver} wrote no sound for {text[:40]!r}: {error}") from None


def _child(order: dict[str, Any]) -> str:
    code = "from audiobook.engines.pyttsx3 import _in_child; _in_child()"
    try:
        done = subprocess.run([sys.executable, "-P", "-c", code], input=json.dumps(order), capture_output=True,
                              text=True, encoding="utf-8", timeout=_LIMIT, check=False,
                              env={**os.environ, "PYTHONUTF8": "1",
                                   "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)})
    except subprocess.TimeoutExpired:
        raise EngineError(f"{order['driver']} did not answer within {_LIMIT} s") from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise EngineError(f"the driver {order['driver']} failed: {last}",
                          hint="leave driver out of engine-options, or write sapi5 on Windows, nsss on macOS")
    return done.stdout.rpartition("\x1e")[2]


def _in_child() -> None:
    import time

    import pyttsx3

    order = json.load(sys.stdin)
    engine = pyttsx3.init(order["driver"])
    if "text" not in order:
        voices = [{"id": str(v.id), "name": str(v.name or v.id),
                   "language": str((v.languages or [""])[0]).replace("_", "-")}
                  for v in engine.getProperty("voices")]
        sys.stdout.write("\x1e" + json.dumps(voices))  # whatever the driver printed stands before the mark
        return
    engine.setProperty("voice", order["voice"])
    if order["rate"]:
        engine.setProperty("rate", order["rate"])
    engine.save_to_file(order["text"], order["file"])
    engine.runAndWait()
    size, until = -1, time.monotonic() + _LIMIT - 5
    while time.monotonic() < until:  # nsss returns before it has written
        now = os.path.getsize(order["file"]) if os.path.exists(order["file"]) else -1
        if now > 0 and now == size:
            return
        size = now
        time.sleep(0.1)
    raise SystemExit("no file was written")
