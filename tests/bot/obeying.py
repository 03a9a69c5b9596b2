"""A process that runs commands of tests, one after the other: `tests.bot.obeying:main SAMPLE EXERCISE`.

What libraries make when it is first asked for takes half of a command's time. So a few commands are run on a copy of
the sample, and every module of tests has a process forked from there for each of the settings it gives: to fork, and
to write into memory that is shared until then, takes three times as long as most commands do. It runs each command in
its folder, with an environment and streams of its own.
"""

import contextlib
import functools
import gc
import importlib
import io
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import traceback
from datetime import date
from typing import Any
from unittest import mock

import structlog
import typer.main

import bot.cli
from reports.working_days import working_days_after
from storage.database import engine, upgrade
from tests import sqlite_at_hand
from tests.clock import follow

SECONDS = 60
# What commands import when they need it.
SELDOM = (
    "aiosqlite alembic.command asyncpg docxtpl matplotlib.backends.backend_agg numpy.ma openpyxl defusedxml.ElementTree"
    " dateutil.parser holidays mpl_toolkits reportlab.pdfgen.canvas typer._adapters bot.channels.zalo.tokens"
    " qrcode.image.svg rich.progress web.staff.zalo"
)


def main() -> int:
    """Make ready, and fork a process for orders until there is one that says no more."""
    _make_ready(sys.argv[1], json.loads(sys.argv[2]))
    orders, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    for line in orders:
        order, code = json.loads(line), 0
        if order and not (child := os.fork()):
            for name, number in (("stdout", 1), ("stderr", 2)):
                setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115 -- to the end
            while order:
                print(_run(order), file=answers, flush=True)
                order = json.loads(orders.readline() or "null")
            os._exit(0)
        if order:
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(code, file=answers, flush=True)
    return 0


def _make_ready(sample: str, exercise: list[list[str]]) -> None:
    for name in SELDOM.split():
        importlib.import_module(name)
    sqlite_at_hand.keep()
    engine.SYNCHRONOUS = "OFF"
    working_days_after(date(2026, 11, 20), 1)
    upgrade.known_revisions()
    typer.main.get_command = functools.cache(typer.main.get_command)
    typer.main.get_command(bot.cli.app)
    before, beginning, said = dict(os.environ), os.getcwd(), io.StringIO()
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
        mock.patch("bot.logs.configure"),
    ):
        os.chdir(folder)
        shutil.copy(sample, "motcua.db")
        os.environ.update(DATABASE_URL="sqlite:///motcua.db", DATA_DIR=folder, PUBLIC_URL="http://127.0.0.1")
        for arguments in exercise:
            sys.argv = ["motcua", *arguments]
            try:
                bot.cli.main()
            except SystemExit as end:
                if end.code:
                    raise AssertionError(said.getvalue()) from end
        os.chdir(beginning)
    os.environ.clear()
    os.environ.update(before)
    assert threading.active_count() == 1, threading.enumerate()
    gc.collect()
    gc.freeze()
    # A logger is asked for anew by each command: it may log otherwise than the one before it.
    configure = structlog.configure
    structlog.configure = lambda **given: configure(**{**given, "cache_logger_on_first_use": False})


def _run(order: dict[str, Any]) -> int:
    signal.alarm(SECONDS)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    follow()
    for number, name in enumerate(order["streams"]):
        opened = os.open(name, os.O_RDWR | os.O_CREAT)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 -- to the end of the command
    sys.argv = ["motcua", *order["arguments"]]
    try:
        bot.cli.main()
    except SystemExit as end:
        return end.code or 0  # type: ignore[return-value]
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        signal.alarm(0)
    return 0
