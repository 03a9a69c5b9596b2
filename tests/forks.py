"""Programs that tests start, forked from this process as it was before the first test: to load them takes seconds.

A process is forked for them once all tests are collected, when no loop, thread or database is there. It makes ready
what every program asks for when the first one is ordered, and forks each with an environment, a folder and streams of
its own. They find the product as it is installed: databases wait for the disk and have threads, the garbage collector
is told. What libraries and catalogs are made of stays kept, as in the tests.
"""

import contextlib
import faulthandler
import gc
import importlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import IO, Any, NoReturn

import pytest

from tests import sqlite_at_hand
from tests.clock import follow

ROOT = Path(__file__).parents[1]
# Where a test writes, for what a program complains of.
STDERR = 2
LIMIT = 1 << 20
LOADED = ("bot.channels.telegram", "bot.cli", "qrcode")
COMMAND = "bot.cli:main"


class Program:
    """A program that was forked; `stdin`, `stdout` and `stderr` are there where a pipe was asked for."""

    def __init__(self, status: socket.socket, pipes: list[IO[bytes] | None]) -> None:
        self._status = status
        self.stdin, self.stdout, self.stderr = pipes
        self.pid = int(self._line())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, the negative number of a signal, or nothing as long as it runs."""
        if self.returncode is None and select.select([self._status], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self, seconds: float = 120) -> int:
        """Wait for its end; returns the exit code. TimeoutError, and it is killed, where it takes more seconds."""
        if self.returncode is None:
            self._status.settimeout(seconds)
            try:
                self.returncode = int(self._line())
            except TimeoutError:
                self.send_signal(signal.SIGKILL)
                raise
            self._status.close()
        return self.returncode

    def communicate(self, typed: bytes = b"") -> tuple[bytes, bytes]:
        """Type into it and read all it prints until its end."""
        if self.stdin:
            self.stdin.write(typed)
            self.stdin.close()
        printed = {1: b"", 2: b""}

        def read(number: int, pipe: IO[bytes]) -> None:
            printed[number] = pipe.read()
            pipe.close()

        pipes = [(1, self.stdout), (2, self.stderr)]
        readers = [threading.Thread(target=read, args=pair) for pair in pipes if pair[1]]
        for reader in readers:
            reader.start()
        self.wait()
        for reader in readers:
            reader.join()
        return printed[1], printed[2]

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def _line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            piece = self._status.recv(1)
            assert piece, "the program could not be forked"
            line += piece
        return line


class Forks:
    """Starts programs; `durable` is how databases of the product wait for the disk."""

    def __init__(self, durable: str) -> None:
        self._orders, orders = socket.socketpair()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self._pid = os.fork()
        if not self._pid:
            _serve(orders.detach(), durable)
        orders.close()

    def start(
        self,
        work: str,
        *arguments: str,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        stdin: int = subprocess.DEVNULL,
        stdout: int = subprocess.DEVNULL,
        stderr: int = subprocess.DEVNULL,
    ) -> Program:
        """Have a function `module:name` called with arguments as those of a program; streams as `subprocess` has them.

        What the function returns is the exit code.
        """
        status, reporting = socket.socketpair()
        pipes: list[IO[bytes] | None] = []
        given = [reporting.detach()]
        for number, stream in enumerate((stdin, stdout, stderr)):
            theirs, ours = _opened(number, stream)
            given.append(theirs)
            pipes.append(ours)
        order = [work, arguments, str(cwd), dict(os.environ if env is None else env)]
        try:
            line = json.dumps(order).encode() + b"\n"
            sent = socket.send_fds(self._orders, [line], given)
            self._orders.sendall(line[sent:])
        finally:
            for number in given:
                os.close(number)
        return Program(status, pipes)

    def close(self) -> None:
        """Take no more orders, whoever else has the socket open."""
        self._orders.shutdown(socket.SHUT_RDWR)
        self._orders.close()
        os.waitpid(self._pid, 0)


def _opened(number: int, stream: int) -> tuple[int, IO[bytes] | None]:
    """Return what a program gets as a stream, and our end of it where it is a pipe."""
    if stream == subprocess.PIPE:
        reading, writing = os.pipe()
        return (writing, os.fdopen(reading, "rb")) if number else (reading, os.fdopen(writing, "wb"))
    return (os.open(os.devnull, os.O_RDWR) if stream == subprocess.DEVNULL else os.dup(stream)), None


def _serve(orders: int, durable: str) -> NoReturn:
    """Carry out orders until there are no more."""
    try:
        _leave_pytest(orders)
        ready = False
        with socket.socket(fileno=orders) as source:
            while True:
                line, files, *_ = socket.recv_fds(source, LIMIT, 4)
                if not line:
                    break
                while not line.endswith(b"\n"):
                    line += source.recv(LIMIT)
                if not ready:
                    _make_ready(durable)
                    ready = True
                if not os.fork():
                    source.close()
                    _look_after(json.loads(line), files)
                for number in files:
                    os.close(number)
                _bury()
        _bury()
    finally:
        os._exit(0)


def _bury() -> None:
    """Take leave of the children that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _leave_pytest(kept: int) -> None:
    """Give up what the process of tests has open, and how it hears of signals, warnings and errors."""
    faulthandler.disable()
    for number in (signal.SIGTERM, signal.SIGALRM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    for number in (1, 2):
        os.dup2(0, number)
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))
    _open_streams()
    sys.excepthook, sys.unraisablehook = sys.__excepthook__, sys.__unraisablehook__
    threading.excepthook = threading.__excepthook__
    # As Python has it from the start.
    warnings.resetwarnings()
    for kind in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
        warnings.simplefilter("ignore", kind)
    logging.getLogger().handlers.clear()
    # Whose name a command would tell in how it is used.
    sys.modules["__main__"] = ModuleType("__main__")
    assert threading.active_count() == 1, threading.enumerate()


def _open_streams() -> None:
    # They stay open as long as the process is there.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 -- as said
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 -- as said
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1, errors="backslashreplace")  # noqa: SIM115 -- as said


def _make_ready(durable: str) -> None:
    """Load the product as `motcua` does, and undo what tests do otherwise."""
    for name in LOADED:
        importlib.import_module(name)
    from bot import app, collector, demo
    from catalog import circumstances, topics
    from catalog.index import Index
    from storage.database import engine

    sqlite_at_hand.undo(pytest.MonkeyPatch())
    engine.SYNCHRONOUS = durable
    app.settle = collector.settle
    Index.build(demo.sample_entries())
    topics.shipped()
    circumstances.circumstances()
    # What a server looks through at its start is its own, not the thousands of tests that are here too.
    gc.collect()
    gc.freeze()
    gc.unfreeze = lambda: None


def _look_after(order: list[Any], files: list[int]) -> NoReturn:
    """Fork the program, tell its number, and its exit code when it ends."""
    try:
        with socket.socket(fileno=files[0]) as teller:
            child = os.fork()
            if not child:
                teller.close()
                _become(order, files[1:])
            for number in files[1:]:
                os.close(number)
            with contextlib.suppress(BrokenPipeError):
                teller.sendall(b"%d\n" % child)
                _, status = os.waitpid(child, 0)
                teller.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    finally:
        os._exit(0)


def _become(order: list[Any], files: list[int]) -> NoReturn:
    """Be the program."""
    code = 1
    try:
        work, arguments, folder, environment = order
        for number, given in enumerate(files):
            os.dup2(given, number)
            os.close(given)
        _open_streams()
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        follow()
        module, _, name = work.partition(":")
        sys.argv = ["motcua", *arguments]
        code = _run(module, name)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _run(module: str, name: str) -> int:
    try:
        return getattr(importlib.import_module(module), name)() or 0
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
