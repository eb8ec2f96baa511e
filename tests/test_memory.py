"""Work done in a process of its own: promises of `memory.apart`."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from audiobook.memory import apart

linux = pytest.mark.skipif(sys.platform != "linux", reason="only there is a process copied")


def alone(code: str) -> subprocess.CompletedProcess[str]:
    """Runs `code` in a process that has one thread."""
    code = f"import os, signal, sys, time\nfrom audiobook.memory import apart\n{code}"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@linux
def test_it_is_done_in_another_process_which_is_gone_afterwards() -> None:
    done = alone("pid = int(apart(lambda: str(os.getpid()).encode()))\n"
                 "print(pid != os.getpid(), os.path.exists(f'/proc/{pid}'), len(apart(lambda: bytes(3_000_000))))")
    assert done.stdout == "True False 3000000\n"


@linux
def test_what_was_to_be_printed_is_printed_once() -> None:
    assert alone("sys.stdout.write('once'); apart(lambda: b'')").stdout == "once"


@linux
def test_it_is_done_here_where_there_are_threads() -> None:
    done = alone("import threading\nend = threading.Event()\nthreading.Thread(target=end.wait).start()\n"
                 "print(int(apart(lambda: str(os.getpid()).encode())) == os.getpid())\nend.set()")
    assert done.stdout == "True\n"


def test_what_goes_wrong_goes_wrong_here() -> None:
    def work() -> bytes:
        raise LookupError("no such thing")

    with pytest.raises(LookupError, match="no such thing"):
        apart(work)
    done = alone("def work():\n raise SystemError('a fault')\napart(work)")
    assert done.returncode == 1
    assert done.stderr.count("SystemError: a fault") == 1
    assert "in work" in done.stderr


@linux
def test_a_process_that_is_killed_costs_only_time() -> None:
    done = alone("me = os.getpid()\ndef work():\n os.getpid() == me or os.kill(os.getpid(), signal.SIGKILL)\n"
                 " return b'all the same'\nprint(apart(work))")
    assert done.stdout == "b'all the same'\n"


@linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_when_one_ends_so_does_the_other(tmp_path: Path, how: signal.Signals) -> None:
    told = tmp_path / "pid"
    code = f"""
import os, sys, time
from audiobook.memory import apart
me = os.getpid()
def work():
    assert os.getpid() != me
    with open({str(told)!r} + ".new", "w") as file:
        file.write(str(os.getpid()))
    os.rename({str(told)!r} + ".new", {str(told)!r})
    time.sleep(600)
apart(work)
"""
    run = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    while not told.exists():
        assert run.poll() is None
        time.sleep(0.01)
    run.send_signal(how)
    assert run.wait(60) != 0
    gone = Path("/proc", told.read_text())
    for _ in range(6000):
        if not gone.exists() or ") Z " in (gone / "stat").read_text():
            break
        time.sleep(0.01)
    else:
        pytest.fail("the copy goes on")


@linux
def test_files_that_were_open_are_not_held_by_it(tmp_path: Path) -> None:
    """Above all the lock on the shelf: it would outlast a run that is killed."""
    done = alone(f"file = open({str(tmp_path / 'lock')!r}, 'w')\n"
                 "def work():\n fds = '/proc/self/fd/'\n"
                 " return str([os.path.realpath(fds + n) for n in os.listdir(fds)]).encode()\n"
                 "said = apart(work)\nprint(b'lock' in said, b'lock' in work())")
    assert done.stdout == "False True\n"


@linux
def test_meanwhile_something_else_is_done_here_and_only_then() -> None:
    code = ("told = []\ndef here():\n told.append(os.getpid())\n"
            "def work():\n return b'x' * 1_000_000 + str(os.getpid()).encode()\n"
            "said = apart(work, here)\nprint(told == [os.getpid()], said[1_000_000:] != str(told[0]).encode())\n"
            "import threading\nend = threading.Event()\nthreading.Thread(target=end.wait).start()\n"
            "apart(work, here)\nprint(len(told))\nend.set()")
    assert alone(code).stdout == "True True\n1\n"


@linux
def test_what_goes_wrong_meanwhile_leaves_no_copy() -> None:
    done = alone("import subprocess\ndef here():\n raise LookupError('no such thing')\n"
                 "try:\n apart(lambda: time.sleep(600), here)\nexcept LookupError as error:\n print(error)\n"
                 "print(open(f'/proc/self/task/{os.getpid()}/children').read())")
    assert done.stdout == "no such thing\n\n"


@linux
def test_threads_take_their_memory_from_two_heaps() -> None:
    code = """
import ctypes, threading
from audiobook.memory import share_heaps
libc = ctypes.CDLL(None)
together = threading.Barrier(4)
def take():
    libc.malloc(3000)
    together.wait()
share_heaps() if SHARE else None
for thread in [threading.Thread(target=take) for _ in range(4)]:
    thread.start()
libc.malloc_stats()
"""
    if not hasattr(ctypes.CDLL(None), "malloc_stats"):
        pytest.skip("glibc alone has heaps of threads")
    heaps = {share: alone(code.replace("SHARE", str(share))).stderr.count("Arena ") for share in (False, True)}
    assert heaps[True] == 2 < heaps[False]


@linux
def test_two_things_are_done_side_by_side(tmp_path: Path) -> None:
    """Each waits for the other to have begun."""
    done = alone(f"""
from pathlib import Path
from audiobook.memory import beside
folder = Path({str(tmp_path)!r})
def met(mine, other):
    (folder / mine).touch()
    until = time.monotonic() + 20
    while not (folder / other).exists() and time.monotonic() < until:
        time.sleep(0.01)
    return (folder / other).exists()
with beside(lambda: b"both" if met("there", "here") else b"one") as answer:
    print(met("here", "there"), answer().decode())
""")
    assert done.stdout == "True both\n", done.stderr


@linux
def test_what_nobody_asks_for_is_ended() -> None:
    done = alone("""
from audiobook.memory import beside
begun = set(os.listdir("/proc"))
try:
    with beside(lambda: time.sleep(1000) or b""):
        raise LookupError
except LookupError:
    print([name for name in os.listdir("/proc") if name.isdecimal() and name not in begun
           and open(f"/proc/{name}/stat").read().split()[3] == str(os.getpid())])
""")
    assert done.stdout == "[]\n", done.stderr
