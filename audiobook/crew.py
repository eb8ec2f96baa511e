"""The engines of a project, and the booths (processes of their own) that they speak in."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from audiobook import booth, plugins
from audiobook.engines import Engine
from audiobook.errors import AudiobookError, EngineError
from audiobook.store import Store

_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",  # there is a booth for each core already
                # glibc: keep freed memory, or every clip's buffers are fetched from the system anew
                "MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "67108864"}


class Engines:
    """The engines of a project, each made when it is first asked for.

    `options` are the `engine-options` by engine name; `classes` names further engines as `module:Class`.
    """

    def __init__(self, options: Mapping[str, Mapping[str, Any]] | None = None,
                 classes: Mapping[str, str] | None = None) -> None:
        self._options = {name: dict(given) for name, given in (options or {}).items()}
        self._classes = dict(classes or {})
        self._made: dict[str, Engine] = {}
        self._idle: deque[subprocess.Popen[bytes]] | None = None

    def __call__(self, name: str) -> Engine:
        """The engine. Raises AudiobookError where there is none of that name, or it takes no such options."""
        if name not in self._made:
            spec, options = self.recipe(name)
            try:
                self._made[name] = booth.engine_of(spec, options)
            except AudiobookError:
                raise
            except TypeError as error:  # an option that it does not have
                option = str(error).rpartition("unexpected keyword argument ")[2]
                why = f"it has no option {option}" if option != str(error) else str(error)
                raise EngineError(f"the engine {name} cannot be made: {why}",
                                  hint="see engine-options in voices.yaml, and docs/engines.md") from error
        return self._made[name]

    def recipe(self, name: str) -> tuple[str, dict[str, Any]]:
        """What another process needs to make the same engine: its class's address, and options."""
        spec = self._classes.get(name)
        if spec is None:
            made = plugins.load("engines", name)
            spec = f"{made.__module__}:{made.__qualname__}"
        return spec, self._options.get(name, {})

    # ------------------------------------------------------------ booths that wait for work

    @contextlib.contextmanager
    def standing_by(self) -> Iterator[None]:
        """Within this, a booth whose recording is done waits for the next one."""
        self._idle = deque()
        try:
            yield
        finally:
            self.dismiss()
            self._idle = None

    def dismiss(self) -> None:
        """End the booths that wait: each holds some 20 MB."""
        if self._idle:
            end(self._idle)
            self._idle.clear()

    def call_in(self, name: str, store: Store, count: int = 1) -> None:
        """Start booths that are to wait for a recording with this engine, within `standing_by`; one a core at most."""
        if self._idle is not None and not getattr(self(name), "parallel", 0):
            self._idle.extend(booth_for(self, (name,), store, early=True) for _ in range(min(count, cores())))

    def idle_booth(self) -> subprocess.Popen[bytes] | None:
        """One that waits, if any does."""
        while self._idle:
            with contextlib.suppress(IndexError):  # another thread was quicker
                process = self._idle.popleft()
                if process.poll() is None:
                    return process
        return None

    def let_wait(self, process: subprocess.Popen[bytes]) -> None:
        """Give back a booth that has answered all it was asked; outside `standing_by` it ends."""
        if self._idle is None:
            end((process,))
        else:
            self._idle.append(process)


def booth_for(engines: Engines, names: Iterable[str], store: Store, early: bool = False) -> subprocess.Popen[bytes]:
    """A booth that can speak with these engines; `early`: it loads what they need at once."""
    process = engines.idle_booth() if not early else None
    if process is None:
        # This process's own path, and never the current folder: a manuscript may lie beside a json.py.
        code = ("import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
                "from audiobook.booth import work; work()")
        path = json.dumps([os.path.abspath(p) for p in sys.path if p])
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            env=_ENVIRONMENT | dict(os.environ))
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        first = {"store": os.path.abspath(store.folder), "engines": {name: engines.recipe(name) for name in names},
                 "early": early}
        process.stdin.write(json.dumps(first).encode() + b"\n")
        process.stdin.flush()
    return process


def end(booths: Iterable[subprocess.Popen[bytes]]) -> None:
    """End booths that are at nothing: they end when their orders do."""
    leaving = tuple(booths)
    for process in leaving:
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
    for process in leaving:
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()


def cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1
