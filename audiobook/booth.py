"""A take goes in, a clip goes onto the shelf: the process that speaks, trims and measures.

`python -c "from audiobook.booth import work; work()"` is one booth. It reads orders on standard input and
answers each with a line on standard output; the sound goes straight to the shelf. It ends when its input
does, so nothing outlives the process that started it, and it does not listen to Ctrl-C: whoever started it
does.
"""

from __future__ import annotations

import json
import math
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from audiobook.errors import EngineError, ShelfError
from audiobook.model import Audio, Clip, Take, Voice, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from audiobook.engines import Engine
    from audiobook.store import Store

PACE = (1.5, 120.0)  # characters a second
SILENCE = -60.0  # dBFS: a take whose loudest sample is below this says nothing
_WINDOW = 0.005  # seconds
_BEFORE, _AFTER = 0.008, 0.030
_BELOW, _FLOOR = 50.0, -66.0  # what is kept: windows within 50 dB of the loudest, and above -66 dBFS


def recorded(engine: Engine, take: Take, key: str, store: Store) -> Clip:
    """Record `take` and put it on the shelf. Raises EngineError where what comes back cannot be meant."""
    audio = engine.speak(take.text, take.voice)
    check(audio, take.text, getattr(engine, "pace", PACE))
    audio = trimmed(audio)
    level, peak = measured(audio)
    clip = Clip(key, audio.frames, audio.rate, level, peak, audio.words)
    store.keep(clip, audio.pcm)
    return clip


def check(audio: Audio, text: str, pace: tuple[float, float] | None) -> None:
    """Raise EngineError where `audio` cannot be somebody saying `text`: silence, far too long, far too short."""
    if not isinstance(audio, Audio) or not audio.pcm:
        raise EngineError("the engine returned nothing")
    if len(audio.pcm) % 2 or not 4000 <= audio.rate <= 384000:
        raise EngineError("the engine returned something that is not sound")
    said = sum(map(str.isalnum, text))
    if pace is None or not said:
        return
    seconds = audio.frames / audio.rate
    if seconds > 5 + len(text) / pace[0]:
        raise EngineError(f"the engine returned {seconds:.0f} s of sound for {len(text)} characters")
    if seconds < said / pace[1] - 0.05:
        raise EngineError(f"the engine returned only {seconds:.2f} s of sound for {len(text)} characters")
    if _peak(_samples(audio)) < SILENCE:
        raise EngineError("the engine returned silence")


def trimmed(audio: Audio) -> Audio:
    """`audio` without the silence at its ends; some milliseconds stay, and so does a soft last consonant."""
    samples = _samples(audio)
    window = max(1, round(_WINDOW * audio.rate))
    if len(samples) < 2 * window:
        return audio
    loudest = max(-int(samples.min()), int(samples.max()))
    least = max(loudest * 10 ** (-_BELOW / 20), 32768 * 10 ** (_FLOOR / 20))
    first = _first_heard(samples, window, least)
    if first is None:
        keep = min(len(samples), round(0.05 * audio.rate))
        return Audio(audio.pcm[:2 * keep], audio.rate, _shifted(audio.words, 0, keep))
    last = _first_heard(samples[::-1], window, least) or 0
    start = max(0, first - round(_BEFORE * audio.rate))
    end = len(samples) - max(0, last - round(_AFTER * audio.rate))
    if (start, end) == (0, len(samples)):
        return audio
    return Audio(audio.pcm[2 * start:2 * end], audio.rate, _shifted(audio.words, start, end))


def measured(audio: Audio) -> tuple[float, float]:
    """Loudness in LUFS (K-weighted as in ITU-R BS.1770, the whole clip, ungated) and sample peak in dBFS."""
    import numpy as np

    samples = _samples(audio)
    size, some = 512, 64 * 512  # in pieces that stay in the cache: three times as fast as all at once
    weights = _weights(size, audio.rate)
    energy = 0.0
    for at in range(0, len(samples), some):
        piece = samples[at:at + some].astype(np.float32)
        if len(piece) % size:
            piece = np.concatenate([piece, np.zeros(-len(piece) % size, np.float32)])
        # "ortho" is what makes numpy use single precision all through: six times as fast, and 1e-6 dB away.
        spectrum = np.fft.rfft(piece.reshape(-1, size), axis=1, norm="ortho")
        parts = spectrum.view(spectrum.real.dtype)  # real, imaginary, real, imaginary
        energy += float(np.einsum("ij,ij->j", parts, parts) @ weights)
    energy /= max(1, len(samples)) * 32768.0 ** 2
    return (max(-99.0, -0.691 + 10 * math.log10(energy)) if energy > 0 else -99.0), _peak(samples)


def _first_heard(samples: NDArray[np.int16], window: int, least: float) -> int | None:
    """Where the first window begins whose RMS about its own mean is over `least`: an offset is silence too."""
    import numpy as np

    some = 20 * window
    for at in range(0, len(samples), some):
        piece = samples[at:at + some]
        count = max(1, len(piece) // window)
        blocks = piece[:count * window].reshape(count, -1).astype(np.float32)
        heard = np.flatnonzero(blocks.var(axis=1) > least * least)
        if len(heard):
            return at + int(heard[0]) * window
    return None


def _samples(audio: Audio) -> NDArray[np.int16]:
    import numpy as np

    return np.frombuffer(audio.pcm, "<i2")


def _peak(samples: NDArray[np.int16]) -> float:
    loudest = max(-int(samples.min()), int(samples.max())) if len(samples) else 0
    return 20 * math.log10(loudest / 32768) if loudest else -99.0


@cache
def _weights(size: int, rate: int) -> NDArray[np.float32]:
    """The K-weighting's power at each bin of a real FFT, doubled but at the ends (Parseval); each one twice."""
    import numpy as np

    turn = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    gain = np.ones(size // 2 + 1)
    for (b, a) in _k_filters(rate):
        gain *= np.abs((b[0] + b[1] * turn + b[2] * turn ** 2) / (a[0] + a[1] * turn + a[2] * turn ** 2)) ** 2
    gain[1:-1] *= 2
    return np.repeat(gain, 2).astype(np.float32)


def _k_filters(rate: int) -> list[tuple[tuple[float, float, float], tuple[float, float, float]]]:
    """BS.1770's shelf and high-pass for any rate, from their analogue forms (as libebur128 does it)."""
    f0, gain, q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
    k, vh = math.tan(math.pi * f0 / rate), 10 ** (gain / 20)
    vb = vh ** 0.4996667741545416
    a0 = 1 + k / q + k * k
    shelf = (((vh + vb * k / q + k * k) / a0, 2 * (k * k - vh) / a0, (vh - vb * k / q + k * k) / a0),
             (1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0))
    f0, q = 38.13547087602444, 0.5003270373238773
    k = math.tan(math.pi * f0 / rate)
    a0 = 1 + k / q + k * k
    return [shelf, ((1.0, -2.0, 1.0), (1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0))]


def _shifted(words: tuple[Word, ...], start: int, end: int) -> tuple[Word, ...]:
    return tuple(Word(w.start, w.end, max(0, w.at - start), min(end, w.until) - start)
                 for w in words if w.at < end and w.until > start)


# ---------------------------------------------------------------- the process


def engine_of(spec: str, options: dict[str, Any]) -> Engine:
    """The engine that `module:Class` names."""
    module, _, name = spec.partition(":")
    made: Any = import_module(module)
    for part in name.split("."):
        made = getattr(made, part)
    engine: Engine = made(**options)
    return engine


def work() -> None:
    """Answer orders until there are none."""
    import os
    import queue
    import signal
    import threading
    from pathlib import Path

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    orders = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)  # an engine may read or print as it likes
    os.dup2(nothing, 1)
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def listen() -> None:
        for line in orders:
            waiting.put(line)
        os._exit(0)  # whoever gave orders is gone, even if an engine never comes back

    waiting.put(orders.readline())
    threading.Thread(target=listen, daemon=True).start()

    from audiobook.store import Store

    engines: dict[str, Engine] = {}
    while True:
        order = json.loads(waiting.get())
        if isinstance(order, dict):  # what the orders that follow need
            store, recipes = Store(Path(order["store"])), order["engines"]
            if order["early"]:
                _ready(recipes, engines)
            answers.write(b"ready\n")
            continue
        name = order[3]
        try:
            if name not in engines:
                engines[name] = engine_of(*recipes[name])
        except Exception as error:  # noqa: BLE001 - whatever a stranger's engine raises is told to its owner
            answers.write(_line(order[0], error))
            continue
        answers.write(answer(engines[name], order, store))


def _ready(recipes: dict[str, Any], engines: dict[str, Engine]) -> None:
    """Load, while there is nothing to do, what every recording needs."""
    from contextlib import suppress

    import numpy as np

    np.fft.rfft(np.zeros(2, np.float32))
    for name, recipe in recipes.items():
        with suppress(Exception):  # it is told when the engine is to speak
            engines[name] = engine_of(*recipe)


def answer(engine: Engine, order: list[Any], store: Store) -> bytes:
    """Carry out one order (number, key, text, and the voice's parts) and say how it went."""
    number, key, text, name, voice, rate, pitch, options = order
    take = Take(text, Voice(name, voice, rate, pitch, 0.0, tuple((k, v) for k, v in options)))
    try:
        clip = recorded(engine, take, key, store)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - see above
        return _line(number, error)
    return json.dumps([number, clip.frames, clip.rate, clip.level, clip.peak]).encode() + b"\n"


def _line(number: int, error: BaseException) -> bytes:
    kind = "shelf" if isinstance(error, ShelfError) else "engine"
    if isinstance(error, (EngineError, ShelfError)):
        message, hint = error.message, error.hint
    else:
        message, hint = f"{type(error).__name__}: {error}", ""
    return json.dumps([number, kind, message, hint]).encode() + b"\n"
