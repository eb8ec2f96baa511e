"""Takes go in, clips come out: what the shelf does not hold is recorded, on all cores.

Speaking happens in processes of its own (`booth`), because system voices are one a process, and because an
engine may crash, hang or run wild: then its process is replaced, the take is tried once more, and the rest of
the book goes on. Sound goes from there straight to the shelf; only the clips' measures come back here.
Processes are started afresh and not forked, so threads here do no harm there, and may be kept from one recording to
the next (`Engines.standing_by`). Each is given a few takes ahead, never more: when one dies, the take it was at is
known.
Engines that say how many takes they can be asked for at once (`parallel`: those on a network) are asked from
threads here, and keep their own time limits.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import queue
import subprocess
import threading
import time
from array import array
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from audiobook import booth
from audiobook.columns import Clips, column
from audiobook.crew import Engines, booth_for, cores
from audiobook.errors import EngineError, ShelfError
from audiobook.events import Failed, Planned, Recorded, Watch, nobody
from audiobook.model import Clip, Line, Take, Voice
from audiobook.store import Store

FORMAT = 2
"""The number of what is done to a take after it is spoken (trimmed, measured): a new one re-records every book."""

_TRIES = 2
_AHEAD = 4  # takes that a booth is given before it has answered
_MOST = 8  # booths: more only wait for the disk and for what encodes
_FILL = 4000  # characters that make it worth starting one more booth
_HOPELESS = 5  # takes of a voice that fail before any works: the rest of them are not tried
_PATIENCE, _SLOWEST, _START = 60.0, 20.0, 60.0  # seconds, characters a second, seconds to start a process

def key(take: Take, version: str) -> str:
    """The name of a take's recording: the same for everything that sounds the same, and nothing else.

    Gain is applied in the mix and is not part of it.
    """
    return _key(_stem(take.voice, version), take.text, take.retake)


def _stem(voice: Voice, version: str) -> str:
    """What begins the description of all takes of a voice, a list in JSON."""
    said = [FORMAT, version, voice.engine, voice.name, voice.rate, voice.pitch,
            sorted([name, type(value).__name__, value] for name, value in voice.options)]
    return json.dumps(said, ensure_ascii=True, separators=(",", ":")).removesuffix("]")


def _key(stem: str, text: str, retake: int) -> str:
    return hashlib.sha256(f"{stem},{json.dumps(text)},{json.dumps(retake)}]".encode()).hexdigest()


def keys(takes: Iterable[Take | None], engines: Engines) -> tuple[str | None, ...]:
    """The keys of `takes`, aligned with them. A voice that its engine cannot find has one all the same: that
    it is missing is said when it is to speak."""
    return tuple(_keyed(takes, engines))


def _keyed(takes: Iterable[Take | None], engines: Engines) -> Iterator[str | None]:
    versions: dict[tuple[str, str], str] = {}
    stems: dict[Voice, str] = {}
    takes = takes if isinstance(takes, Sequence) else tuple(takes)
    for voice, text, retake in zip(*(column(takes, name) for name in ("voice", "text", "retake")), strict=True):
        if voice is None:
            yield None
            continue
        stem = stems.get(voice)
        if stem is None:
            told = versions.get((voice.engine, voice.name))
            if told is None:
                engine = engines(voice.engine)
                told = engine.version
                if (fingerprint := getattr(engine, "fingerprint", None)) is not None:
                    with contextlib.suppress(EngineError):
                        told += " " + fingerprint(voice)
                versions[voice.engine, voice.name] = told
            stem = stems[voice] = _stem(voice, told)
        yield _key(stem, text, retake)


def record(takes: Sequence[Take | None], store: Store, engines: Engines, watch: Watch = nobody, *,
           lines: Sequence[Line] | None = None, workers: int | None = None,
           timeout: float | None = None) -> Clips:
    """The clips of `takes`, aligned with them; None where there is nothing to say or it could not be
    recorded.

    What is not on the shelf is recorded, once however often it is wanted. Says Planned, a Recorded for each
    new clip, and a Failed for each take that failed twice, with its line where `lines` (aligned, and perhaps
    shorter) has one.
    `timeout` in seconds a take, instead of the engine's own patience. Raises ShelfError where the shelf
    cannot be written; an interrupt ends at once and keeps what is recorded.
    """
    clips = Clips.of(_keyed(takes, engines))
    held = different = 0
    for number, clip in store.held(clips.keys):
        clips.put(number, clip)
        held += 1
    session = _Session(clips, takes, store, engines, workers, timeout)
    for different, index in enumerate(clips.firsts(), 1):
        if not clips.has(different - 1):
            session.add(different - 1, index)
    watch(Planned(different, held, session.characters))
    reasons: dict[int, str] = {}
    if different > held:
        with contextlib.closing(session.run()) as run:  # whatever `watch` raises, the booths end with it
            for job, said in run:
                if isinstance(said, Clip):
                    clips.put(job.number, said)
                    watch(Recorded(len(job.take.text), said.frames / said.rate))
                else:
                    reasons[job.number] = said
        if different - held > 400:
            store.remember(clips.different())
    for index, number in enumerate(clips.places() if reasons else ()):
        if number in reasons:
            watch(Failed(lines[index] if lines is not None and index < len(lines) else None, reasons[number]))
    return clips


@dataclass(slots=True)
class _Job:
    """A take to record; `number` is the place of its key among all that are wanted."""

    number: int
    key: str
    take: Take
    tries: int = 0


class _Todo:
    """Takes that nobody is at. Two numbers each: a job is made of them when its turn comes."""

    def __init__(self) -> None:
        self.numbers = array("i")  # each one's place among the keys wanted, and among the takes
        self.begun = 0
        self.again: deque[_Job] = deque()  # those that were somebody's already

    def __len__(self) -> int:
        return len(self.numbers) // 2 - self.begun + len(self.again)


@dataclass(slots=True)
class _Booth:
    """One process, as seen from here."""

    process: subprocess.Popen[bytes] | None = None
    given: deque[_Job] = field(default_factory=deque)
    deadline: float | None = None
    late: bool = False


_Said = tuple["_Job | None", "Clip | str | Exception | None"]


class _Session:
    """One recording: what is still to do, and who does it."""

    def __init__(self, clips: Clips, takes: Sequence[Take | None], store: Store, engines: Engines,
                 workers: int | None, timeout: float | None) -> None:
        self._clips, self._takes, self._store, self._engines, self._timeout = clips, takes, store, engines, timeout
        self._cores = workers or min(_MOST, cores())
        self._parallel: dict[str, int] = {}  # how many takes an engine can be asked for at once; 0: it has booths
        self._todo = {"": _Todo()}  # for those in booths; by name for the others
        self._in_booths = 0
        self._said: queue.SimpleQueue[_Said] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._over = False
        self._booths: list[_Booth] = []
        self._worked: set[tuple[str, str]] = set()
        self._failed: dict[tuple[str, str], int] = {}
        self.characters = 0

    def add(self, number: int, index: int) -> None:
        """One more take to record, `index` of all, whose key has this place in `clips`."""
        take = self._take(index)
        name = take.voice.engine
        if name not in self._parallel:
            self._parallel[name] = int(getattr(self._engines(name), "parallel", 0))
        there = name if self._parallel[name] else ""
        self._todo.setdefault(there, _Todo()).numbers.extend((number, index))
        self.characters += len(take.text)
        if not there:
            self._in_booths += len(take.text)

    def _take(self, index: int) -> Take:
        take = self._takes[index]
        assert take is not None
        return take

    def run(self) -> Generator[tuple[_Job, Clip | str], None, None]:
        """Each job with its clip, or with why there is none."""
        threads = []
        for name, most in self._parallel.items():
            for _ in range(min(most, len(self._todo[name])) if most else 0):
                threads.append(threading.Thread(target=self._guarded, args=(self._ask, name), daemon=True))
        for _ in range(min(self._cores, len(self._todo[""]), 1 + self._in_booths // _FILL)):
            one = _Booth()
            self._booths.append(one)
            threads.append(threading.Thread(target=self._guarded, args=(self._direct, one), daemon=True))
        try:
            for thread in threads:
                thread.start()
            working = len(threads)
            while working:
                try:
                    job, said = self._said.get(timeout=0.2)
                except queue.Empty:
                    self._end_the_late()
                    continue
                if isinstance(said, Exception):
                    raise said
                if job is None or said is None:
                    working -= 1
                    continue
                yield job, said
                self._end_the_late()
        finally:
            self._over = True
            for one in self._booths:
                if one.process is not None:
                    with contextlib.suppress(OSError):
                        one.process.kill()

    def _guarded(self, work: Any, what: Any) -> None:
        try:
            work(what)
            self._said.put((None, None))
        except Exception as error:  # noqa: BLE001 - raised again in the caller's thread
            self._said.put((None, error))

    # ------------------------------------------------------------ engines on a network: threads here

    def _ask(self, name: str) -> None:
        engine = self._engines(name)
        while not self._over and (job := self._next(name)) is not None:
            self._heard(job, json.loads(booth.answer(engine, self._order(job), self._store)), name)

    # ------------------------------------------------------------ everything else: processes

    def _direct(self, one: _Booth) -> None:
        """Keep one booth busy until there is nothing left to do."""
        while not self._over:
            while len(one.given) < _AHEAD and (job := self._next("")) is not None:
                one.given.append(job)
                if one.process is None:
                    one.process = booth_for(self._engines, self._apart(), self._store)
                    one.deadline = time.monotonic() + _START
                elif one.deadline is None:
                    one.deadline = self._until(job)
                self._send(one, job)
            if not one.given:
                break
            assert one.process is not None
            assert one.process.stdout is not None
            answer = one.process.stdout.readline()
            if self._over:
                return
            if answer == b"ready\n":
                one.deadline = self._until(one.given[0])
            elif answer.endswith(b"\n"):
                job = one.given.popleft()
                one.deadline = self._until(one.given[0]) if one.given else None
                self._heard(job, json.loads(answer), "")
            else:
                self._replace(one)
        if one.process is not None and not self._over:
            done, one.process, one.deadline = one.process, None, None
            self._engines.let_wait(done)

    def _send(self, one: _Booth, job: _Job) -> None:
        assert one.process is not None
        assert one.process.stdin is not None
        with contextlib.suppress(OSError):  # it has died: the missing answer will say so
            one.process.stdin.write(json.dumps(self._order(job)).encode() + b"\n")
            one.process.stdin.flush()

    def _replace(self, one: _Booth) -> None:
        """The process died, or was ended because it hung: what it was at is to blame, the rest goes back."""
        assert one.process is not None
        try:
            code = one.process.wait(2)
        except subprocess.TimeoutExpired:  # alive, but its answers are closed
            one.process.kill()
            code = one.process.wait()
        late, one.late, one.process, one.deadline = one.late, False, None, None
        culprit = one.given.popleft()
        with self._lock:
            self._todo[""].again.extendleft(reversed(one.given))
        one.given.clear()
        self._again(culprit, "the engine did not answer in time" if late else
                    f"the engine crashed ({f'signal {-code}' if code < 0 else f'exit {code}'})", "")

    def _order(self, job: _Job) -> list[Any]:
        voice = job.take.voice
        return [job.number, job.key, job.take.text, voice.engine, voice.name, voice.rate, voice.pitch,
                [list(option) for option in voice.options]]

    def _apart(self) -> Iterator[str]:
        """The engines that speak in booths."""
        return (name for name, most in self._parallel.items() if not most)

    def _until(self, job: _Job) -> float:
        engine = self._engines(job.take.voice.engine)
        patience = float(getattr(engine, "patience", _PATIENCE)) + len(job.take.text) / _SLOWEST
        return time.monotonic() + (patience if self._timeout is None else self._timeout)

    def _end_the_late(self) -> None:
        now = time.monotonic()
        for one in self._booths:
            if one.deadline is not None and now > one.deadline and one.process is not None:
                one.late, one.deadline = True, None
                one.process.kill()

    # ------------------------------------------------------------ what became of a take

    def _next(self, name: str) -> _Job | None:
        while True:
            with self._lock:
                todo = self._todo[name]
                if todo.again:
                    job = todo.again.popleft()
                elif len(todo):
                    number, index = todo.numbers[2 * todo.begun:2 * todo.begun + 2]
                    todo.begun += 1
                    job = _Job(number, self._clips.keys.at(number), self._take(index))
                else:
                    return None
                voice = (job.take.voice.engine, job.take.voice.name)
                hopeless = voice not in self._worked and self._failed.get(voice, 0) >= _HOPELESS
            if not hopeless:
                return job
            self._said.put((job, f"not tried: {_HOPELESS} others of the voice {voice[1]} failed"))

    def _heard(self, job: _Job, answer: list[Any], name: str) -> None:
        if isinstance(answer[1], str):
            _, kind, message, hint = answer
            if kind == "shelf":
                self._said.put((None, ShelfError(message, hint=hint)))
            else:
                self._again(job, f"{message} ({hint})" if hint else message, name)
            return
        _, frames, rate, level, peak = answer
        self._worked.add((job.take.voice.engine, job.take.voice.name))
        self._said.put((job, Clip(job.key, frames, rate, level, peak)))

    def _again(self, job: _Job, reason: str, name: str) -> None:
        job.tries += 1
        if job.tries < _TRIES:
            with self._lock:
                self._todo[name].again.appendleft(job)
            return
        voice = (job.take.voice.engine, job.take.voice.name)
        with self._lock:
            self._failed[voice] = self._failed.get(voice, 0) + 1
        self._said.put((job, reason))
