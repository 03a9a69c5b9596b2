"""`motcua screen` as operators run it: an office without a phone pairs, lists, renames and revokes its tablets."""

import re
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.commands.run import announce, unsaid
from handlers.world import Counter
from surveys.screens import digest_of
from tests.bot.installation import Installation, Warm
from tests.clock import ZONE
from tests.running import running, settings_for
from web.pairing_codes import code_at
from web.signing import Signer

KEY = "khoa-cua-cac-man-hinh-trong-bai-thu-nay"
TABLET = digest_of("tablet", "quay1")


@pytest.fixture
def office(sample_database: Path, tmp_path: Path, warm: Warm) -> Installation:
    """An installation with the sample and one tablet that asks to be paired."""
    shutil.copy(sample_database, tmp_path / "motcua.db")
    made = Installation(tmp_path, warm)
    made.asked(lambda tx: tx.ask_pairing(TABLET, "quay1", datetime.now(ZONE)))
    return made


def code() -> str:
    """What the tablet shows now."""
    return code_at(Signer(KEY.encode()), TABLET, datetime.now(ZONE))


def did(office: Installation, *arguments: str) -> str:
    """Run a command of the office that is done."""
    return office.did("screen", *arguments, SECRET_KEY=KEY)


def test_a_tablet_is_paired_listed_renamed_and_revoked(office: Installation) -> None:
    """By the code on its screen, typed with or without a space; each step is seen in the list."""
    assert did(office, "list").split("\t")[:4] == ["1", "quay1", "", "chờ ghép"]
    now = code()
    assert did(office, "pair", f"{now[:4]} {now[4:]}", "--name", "Cửa vào") == (
        "Đã ghép màn hình số 1 với quầy quay1 (Quầy 1, Bộ phận Một cửa).\n"
    )
    row = did(office, "list", "--unit", "sa-dec").rstrip("\n").split("\t")
    assert (row[:4], row[5]) == (["1", "quay1", "Cửa vào", "đang dùng"], "dòng lệnh")
    assert all(re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d", moment) for moment in (row[4], row[6]))
    assert did(office, "list", "--unit", "dong-thap") == ""
    assert did(office, "rename", "1", "Cửa sau") == "Màn hình số 1: Cửa sau.\n"
    assert did(office, "revoke", "1") == "Đã cho màn hình số 1 thôi dùng.\n"
    assert did(office, "list").split("\t")[2:4] == ["Cửa sau", "đã thôi dùng"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("pair", "1234"), "tám chữ số"),
        (("pair", "abcdefgh"), "tám chữ số"),
        (("pair", "wrong"), "tám chữ số"),
        (("pair", "{other}"), "không có màn hình nào đang hiện mã này"),
        (("pair", "{code}", "--name", "a" * 61), "60"),
        (("rename", "9", "x"), "motcua screen list"),
        (("rename", "1", "a\tb"), "ký tự điều khiển"),
        (("revoke", "9"), "motcua screen list"),
        (("list", "--unit", "khong-co"), "khong-co"),
    ],
)
def test_what_cannot_be_done_is_refused(arguments: tuple[str, ...], expected: str, office: Installation) -> None:
    """With a sentence that says what to do, and nothing is changed."""
    other = f"{(int(code()) + 1) % 10**8:08d}"
    filled = [argument.format(code=code(), other=other) for argument in arguments]
    done = office.motcua("screen", *filled, SECRET_KEY=KEY)
    assert (done.code, done.out) == (1, "")
    assert expected in done.err
    assert did(office, "list").split("\t")[2:4] == ["", "chờ ghép"]


async def test_the_start_tells_what_to_pair_and_who_can_open_the_code(tmp_path: Path, capsys: Any) -> None:
    """The screen's address, that the code is for this machine alone, and where a tablet lies idle after an upgrade."""
    async with running(settings_for(tmp_path)) as app:
        announce(app, "", [Counter("quay1", "Quầy 1", "sa-dec"), Counter("quay2", "Quầy 2", "sa-dec")])
        first = capsys.readouterr().out
        announce(app, "")
        second = capsys.readouterr().out
    assert f"{app.settings.address}/kiosk/quay1" in first
    assert "Mã trên chỉ mở được trên máy này" in first
    assert "2 quầy có màn hình chưa ghép: Quầy 1, Quầy 2." in first
    assert "chưa ghép" not in second


async def test_the_start_tells_what_citizens_will_miss(tmp_path: Path, capsys: Any) -> None:
    """The telephone and address that the unit has not entered, with the command that enters them."""
    async with running(settings_for(tmp_path)) as app:
        announce(app, "")
        printed = capsys.readouterr().out
        whole = {code: replace(unit, phone="1", address="2", hours="3") for code, unit in app.live().units.items()}
        complete = unsaid(replace(app.live(), units=whole))
    assert "chưa ghi điện thoại, địa chỉ cho người dân: motcua unit set sa-dec --phone … --address …" in printed
    assert complete == []


async def test_a_public_address_needs_no_warning(tmp_path: Path, capsys: Any) -> None:
    """Where phones can open the code nothing is said."""
    async with running(settings_for(tmp_path, public_url="https://motcua.example")) as app:
        announce(app, "")
    assert "chỉ mở được" not in capsys.readouterr().out
