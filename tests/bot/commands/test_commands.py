"""The `motcua` command as operators run it: what each command does, and how each says no."""

import asyncio
import json
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import docx
import openpyxl
import pytest

from bot.demo import sample_entries
from handlers.messages import Incoming, Reply, Text
from handlers.ports import Membership, Recorded
from handlers.session import Session
from handlers.world import Unit
from surveys.responses import Filing, Response
from tests.bot.installation import ADDRESS, MOTCUA, ROOT, SECONDS, Installation, surroundings
from tests.bot_api import TOKEN
from tests.clock import now, today
from tests.forks import COMMAND, Forks
from tests.running import free_port
from tests.sample import NOW

SECRET = "bimat-4711"
BIRTH, DEATH = "1.001193", "1.000656"


def procedure(code: str, name: str, **more: str) -> str:
    """A line of a catalog file."""
    return json.dumps({"code": code, "name": name, **more}, ensure_ascii=False)


THREE = [
    procedure("1.000001", "Đăng ký nuôi chim yến", field="Chăn nuôi", fee="Không thu"),
    procedure("1.000002", "Cấp phép dựng rạp cưới", time="01 ngày"),
    procedure("1.000003", "Xác nhận hộ nuôi trâu", documents="1. Tờ khai"),
]
SPOILT = [THREE[0], '{"code": "1.00', procedure("1.0002", "Mã cụt"), THREE[2], procedure("1.000004", "")]


def written(folder: Path, lines: Sequence[str], name: str = "danh-muc.jsonl") -> str:
    """A catalog file in a folder; returns its name."""
    (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return name


# Refusals

REFUSED: dict[str, tuple[tuple[str, ...], dict[str, str], tuple[str, ...]]] = {
    "import: no such file": (("catalog", "import", "khong-co.xlsx"), {}, ("khong-co.xlsx",)),
    "import: a kind that is not read": (("catalog", "import", "danh-muc.docx"), {}, ("danh-muc.docx", ".xlsx")),
    "import: no workbook": (("catalog", "import", "hong.xlsx"), {}, ("hong.xlsx",)),
    "import: no procedures": (("catalog", "import", "trong.jsonl"), {}, ("trong.jsonl",)),
    "import: no such unit": (
        ("catalog", "import", "ba.jsonl", "--unit", "khong-co"),
        {},
        ("khong-co", "motcua unit list"),
    ),
    "export: no such unit": (("catalog", "export", "ra.jsonl", "--unit", "khong-co"), {}, ("khong-co",)),
    "export: a kind that cannot be imported again": (("catalog", "export", "ra.csv"), {}, (".jsonl",)),
    "export: a folder that is not there": (("catalog", "export", "khong/co/ra.jsonl"), {}, ("khong/co/ra.jsonl",)),
    "search: no such file": (("catalog", "search", "--file", "khong-co.txt", "--json"), {}, ("khong-co.txt",)),
    "search: no such unit": (("catalog", "search", "khai sinh", "--unit", "khong-co"), {}, ("khong-co",)),
    "search: nothing imported": (
        ("catalog", "search", "khai sinh", "--json"),
        {"DATABASE_URL": "sqlite:///moi.db"},
        ("motcua catalog import",),
    ),
    "unit: a code twice": (("unit", "add", "sa-dec", "Phường khác"), {}, ("sa-dec", "motcua unit list")),
    "unit: signs in the code": (("unit", "add", "sa đéc", "Phường Sa Đéc"), {}, ("sa đéc",)),
    "unit: a code too long for a button": (("unit", "add", "x" * 31, "Xã Dài"), {}, ("x" * 31,)),
    "unit: a code with a colon": (("unit", "add", "a:b", "Xã Hai Chấm"), {}, ("a:b",)),
    "unit: no code": (("unit", "add", "", "Xã Không Mã"), {}, ("30",)),
    "unit: no name": (("unit", "add", "xa-moi", "  "), {}, ("tên",)),
    "unit: no such parent": (("unit", "add", "xa-moi", "Xã Mới", "--parent", "khong-co"), {}, ("khong-co",)),
    "counter: a code twice": (("counter", "add", "quay1", "Quầy", "--unit", "sa-dec"), {}, ("quay1", "counter list")),
    "counter: a slash in the code": (("counter", "add", "a/b", "Quầy", "--unit", "sa-dec"), {}, ("a/b",)),
    "counter: no such unit": (("counter", "add", "quay5", "Quầy 5", "--unit", "khong-co"), {}, ("khong-co",)),
    "counter: no such form": (
        ("counter", "add", "quay5", "Quầy 5", "--unit", "sa-dec", "--form", "khong-co"),
        {},
        ("khong-co", "nhanh", "phuong9"),
    ),
    "invite: no such unit": (("staff", "invite", "--unit", "khong-co", "--role", "staff"), {}, ("khong-co",)),
    "login: no such unit": (("staff", "login", "--unit", "khong-co"), {}, ("khong-co",)),
    "qr: no such counter": (("qr", "khong-co", "--out", "ma.png"), {}, ("khong-co", "motcua counter list")),
    "qr: another ending": (("qr", "quay1", "--out", "ma.jpg"), {}, ("ma.jpg", ".pdf", ".png", ".svg")),
    "qr: no ending": (("qr", "quay1", "--out", "ma"), {}, (".pdf", ".png", ".svg")),
    "qr: a folder that is not there": (("qr", "quay1", "--out", "khong/co/ma.png"), {}, ("khong/co/ma.png",)),
    "qr: a poster for a folder that is not there": (
        ("qr", "quay1", "--out", "khong/co/ma.pdf"),
        {},
        ("khong/co/ma.pdf",),
    ),
    "report: no such unit": (("report", "--unit", "khong-co", "--period", "2026-W47"), {}, ("khong-co",)),
    "integrity: no such unit": (("integrity", "--unit", "khong-co", "--period", "2026-W47"), {}, ("khong-co",)),
    "integrity: a counter that is not there": (
        ("integrity", "count", "--unit", "sa-dec", "--counter", "quay99", "--day", "2026-11-20"),
        {},
        ("quay99",),
    ),
    "integrity: a week is no day": (
        ("integrity", "discard", "--unit", "sa-dec", "--counter", "quay1", "--day", "2026-W47"),
        {},
        ("2026-W47",),
    ),
    "integrity: a bad period": (("integrity", "--unit", "sa-dec", "--period", "2026-W60"), {}, ("2026-W60",)),
    "report: a bad period": (("report", "--unit", "sa-dec", "--period", "2026-W60"), {}, ("2026-W60", "2026-Q3")),
    "report: words for a period": (("report", "--unit", "sa-dec", "--period", "tuần này"), {}, ("tuần này",)),
    "report: a bad period as JSON": (
        ("report", "--unit", "sa-dec", "--period", "2026-13", "--format", "json"),
        {},
        ("2026-13",),
    ),
    "report: a folder that is not there": (
        ("report", "--unit", "sa-dec", "--period", "2026", "--out", "khong/co/ra.txt"),
        {},
        ("khong/co/ra.txt",),
    ),
    "report: a folder that is not there, for a period that is over": (
        ("report", "--unit", "sa-dec", "--period", "2025", "--out", "khong/co/ra.txt"),
        {},
        ("khong/co/ra.txt",),
    ),
    "chat: no such unit": (("chat", "--unit", "khong-co"), {}, ("khong-co",)),
    "chat: no unit at all": (("chat",), {"DATABASE_URL": "sqlite:///moi.db"}, ("motcua unit add", "motcua run --demo")),
    "run: no unit at all": (("run",), {"DATABASE_URL": "sqlite:///moi.db"}, ("motcua unit add", "motcua run --demo")),
    "run: webhook without its secret": (
        ("run",),
        {"TELEGRAM_MODE": "webhook", "TELEGRAM_TOKEN": TOKEN},
        ("TELEGRAM_MODE=webhook", "TELEGRAM_WEBHOOK_SECRET"),
    ),
    "run: a short key": (("run",), {"SECRET_KEY": SECRET}, ("SECRET_KEY", "32")),
    "run: a port that is none": (("run",), {"LISTEN_PORT": "70000"}, ("LISTEN_PORT",)),
    "run: an address of another machine": (("run",), {"LISTEN_HOST": "192.0.2.1"}, ("192.0.2.1", "LISTEN_HOST")),
    "run: a folder that cannot be written": (("run",), {"DATA_DIR": "motcua.db/var"}, ("DATA_DIR", "secret.key")),
    "settings: a zone that is none": (("unit", "list"), {"TIMEZONE": "Asia/Saigonn"}, ("TIMEZONE", "Asia/Ho_Chi_Minh")),
    "check: tables of another version": (
        ("db", "check"),
        {"DATABASE_URL": "sqlite:///rong.db"},
        ("motcua db upgrade",),
    ),
    "check: a damaged file": (("db", "check"), {"DATABASE_URL": "sqlite:///hong.db"}, ("hỏng",)),
    "database: no PostgreSQL there": (
        ("unit", "list"),
        {"DATABASE_URL": f"postgresql://motcua:{SECRET}@127.0.0.1:1/motcua"},
        ("127.0.0.1:1/motcua", "PostgreSQL", "DATABASE_URL"),
    ),
    "database: no PostgreSQL there to run on": (
        ("run", "--demo"),
        {"DATABASE_URL": f"postgresql://motcua:{SECRET}@127.0.0.1:1/motcua"},
        ("127.0.0.1:1/motcua", "PostgreSQL", "DATABASE_URL"),
    ),
    "database: an option that PostgreSQL's other clients know": (
        ("unit", "list"),
        {"DATABASE_URL": f"postgresql://motcua:{SECRET}@127.0.0.1:1/motcua?sslmode=require"},
        ("DATABASE_URL",),
    ),
    "database: another product's": (
        ("unit", "list"),
        {"DATABASE_URL": f"mysql://motcua:{SECRET}@127.0.0.1/motcua"},
        ("mysql", "sqlite", "postgresql"),
    ),
    "privacy: received tomorrow": (
        ("privacy", "add", "--kind", "erase", "--received", "2199-01-01"),
        {},
        ("2199-01-01", "chưa đến"),
    ),
    "privacy: received before the law": (
        ("privacy", "add", "--kind", "erase", "--received", "2025-12-31"),
        {},
        ("2025-12-31", "2026-01-01"),
    ),
    "privacy: answering what is not there": (("privacy", "answer", "4711"), {}, ("4711", "motcua privacy list")),
    "privacy: carrying out what is not there": (("privacy", "done", "4711"), {}, ("4711", "motcua privacy list")),
    "database: a path that is a folder": (("unit", "list"), {"DATABASE_URL": "sqlite:///."}, ("sqlite",)),
    "database: a path below a file": (
        ("unit", "list"),
        {"DATABASE_URL": "sqlite:///ba.jsonl/m.db"},
        ("ba.jsonl/m.db",),
    ),
    "database: a file that is none": (("unit", "list"), {"DATABASE_URL": "sqlite:///la.db"}, ("la.db",)),
}


@pytest.fixture
def stocked(sample: Installation) -> Installation:
    """An installation with the sample and the files that the refusals are about."""
    folder = sample.folder
    content = bytearray(sample.file.read_bytes())
    content[-8192:-4096] = b"\xff" * 4096
    (folder / "hong.db").write_bytes(content)
    (folder / "la.db").write_text("Đây là một tệp chữ, không phải cơ sở dữ liệu.\n" * 200, encoding="utf-8")
    sqlite3.connect(folder / "rong.db").close()
    (folder / "danh-muc.docx").write_bytes(b"PK")
    (folder / "hong.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    (folder / "trong.jsonl").write_bytes(b"")
    written(folder, THREE, "ba.jsonl")
    return sample


REPORTS = [case for case in REFUSED if case.startswith("report: a folder")]


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=pytest.mark.calendar if case in REPORTS else ()) for case in REFUSED]
)
def test_a_refusal_is_one_sentence_and_exit_code_1(stocked: Installation, case: str) -> None:
    """The reason names what is wrong and what helps; nothing on standard output, no trace, no secret, nothing done."""
    arguments, settings, expected = REFUSED[case]
    before = stocked.content()
    done = stocked.motcua(*arguments, **{"LISTEN_PORT": str(free_port()), **settings})
    assert (done.code, done.out) == (1, "")
    assert [words for words in expected if words not in done.reason] == []
    assert [secret for secret in (SECRET, TOKEN) if secret in done.err] == []
    assert stocked.content() == before


def test_a_check_leaves_no_database_behind(empty: Installation) -> None:
    """`db check` changes nothing: where there is no database there is none afterwards."""
    done = empty.motcua("db", "check")
    assert done.code == 1
    assert "motcua db upgrade" in done.reason
    assert list(empty.folder.iterdir()) == []


MISUSED: dict[str, tuple[str, ...]] = {
    "no such command": ("nosuch",),
    "no such subcommand": ("catalog", "nosuch"),
    "a missing argument": ("catalog", "import"),
    "a missing option": ("counter", "add", "quay5", "Quầy 5"),
    "no such option": ("unit", "list", "--nosuch"),
    "two questions": ("catalog", "search", "khai sinh", "--file", "cau.txt"),
    "no question": ("catalog", "search", "--json"),
    "a limit of nothing": ("catalog", "search", "khai sinh", "--limit", "0"),
    "no such role": ("staff", "invite", "--unit", "sa-dec", "--role", "boss"),
    "no such format": ("report", "--unit", "sa-dec", "--period", "2026", "--format", "odt"),
    "a Word file on the screen": ("report", "--unit", "sa-dec", "--period", "2026", "--format", "docx"),
    "a workbook on the screen": ("report", "--unit", "sa-dec", "--period", "2026", "--format", "xlsx"),
    "no such rule": ("report", "--unit", "sa-dec", "--period", "2026", "--rule", "top9"),
    "a code without a file": ("qr", "quay1"),
    "no such channel": ("privacy", "erase", "--channel", "telegramm", "--user", "77"),
    "nobody to erase": ("privacy", "erase", "--channel", "telegram"),
    "no such kind of request": ("privacy", "add", "--kind", "sell", "--received", "2026-11-20"),
    "no such day": ("privacy", "add", "--kind", "erase", "--received", "20/11/2026"),
    "a request that is no number": ("privacy", "done", "một"),
    "a request with a number too great": ("privacy", "done", "99999999999999999999"),
}


@pytest.mark.parametrize("case", MISUSED)
def test_wrong_usage_is_exit_code_2(empty: Installation, case: str) -> None:
    """How it is used stands on standard error; nothing is touched."""
    done = empty.motcua(*MISUSED[case])
    assert (done.code, done.out, list(empty.folder.iterdir())) == (2, "", [])
    assert "Cách dùng: motcua" in done.err


async def test_the_installed_script_is_this_command(sample: Installation) -> None:
    """Started as operators start it, through pipes: done, and refused."""
    unreachable = f"postgresql://motcua:{SECRET}@127.0.0.1:1/motcua"
    good, refused = await asyncio.gather(
        sample.script("db", "check"), sample.script("db", "check", DATABASE_URL=unreachable)
    )
    assert (good.code, good.out, good.err) == (0, "Tốt. Đơn vị: 2, quầy: 3, tin chờ gửi: 0.\n", "")
    assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1)
    assert SECRET not in refused.err
    assert "127.0.0.1:1/motcua" in refused.reason


# Catalog


def test_a_catalog_imported_twice_changes_nothing_the_second_time(empty: Installation) -> None:
    """The first import says what is new, the second that nothing is; it leaves no trace in the history either."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["STT", "Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Lệ phí"])
    book.active.append([1, "1.000001", "Đăng ký nuôi chim yến", "Chăn nuôi", "Không thu"])
    book.active.append([2, "1.000002", "Cấp phép dựng rạp cưới", "Văn hóa", None])
    book.save(empty.folder / "Phụ lục.xlsx")
    first = empty.did("catalog", "import", "Phụ lục.xlsx")
    content = empty.content()
    second = empty.did("catalog", "import", "Phụ lục.xlsx")
    assert first.splitlines() == [
        "Trang «Sheet»: dòng tiêu đề 1.",
        "Phụ lục.xlsx: 2 thủ tục mới, 0 thay đổi, 0 giữ nguyên, 0 bản ghi lỗi.",
        "Đã nhập.",
    ]
    assert second.splitlines() == [
        "Trang «Sheet»: dòng tiêu đề 1.",
        "Phụ lục.xlsx: 0 thủ tục mới, 0 thay đổi, 2 giữ nguyên, 0 bản ghi lỗi.",
        "Không có gì thay đổi.",
    ]
    assert empty.content() == content


@pytest.mark.calendar
def test_an_import_tells_new_changed_and_kept(sample: Installation) -> None:
    """One of each; the history has a line for it, and what the file does not state stays known."""
    known = {entry.code: entry for entry in sample_entries()}
    name = written(
        sample.folder,
        [THREE[0], procedure(BIRTH, known[BIRTH].name, fee="Lệ phí mới"), procedure(DEATH, known[DEATH].name)],
    )
    out = sample.did("catalog", "import", name)
    assert out.splitlines()[0] == "danh-muc.jsonl: 1 thủ tục mới, 1 thay đổi, 1 giữ nguyên, 0 bản ghi lỗi."
    stored = sample.asked(lambda tx: tx.stored(""))
    assert (stored[BIRTH].fee, stored[BIRTH].documents) == ("Lệ phí mới", known[BIRTH].documents)
    history = (sample.did("catalog", "history")).splitlines()
    assert len(history) == 2
    assert history[1].endswith("danh-muc.jsonl\t\tchung\t1\t1\t1\t0")
    assert f"{today():%d/%m/%Y}" in history[1]


def test_an_import_into_a_unit_leaves_the_common_catalog_alone(sample: Installation) -> None:
    """The unit's own record is stored beside the common one."""
    before = sample.asked(lambda tx: tx.stored(""))
    sample.did("catalog", "import", written(sample.folder, THREE), "--unit", "sa-dec")
    assert sample.asked(lambda tx: tx.stored("")) == before
    assert sorted(sample.asked(lambda tx: tx.stored("sa-dec"))) == ["1.000001", "1.000002", "1.000003"]


def test_what_a_unit_states_over_others_is_exported_and_imported(sample: Installation) -> None:
    """Codes without names are those published above, whose text stays; an import of the export changes nothing."""
    (sample.folder / "cam-ket.csv").write_text(f"Mã TTHC;Thời hạn cam kết\n{BIRTH};2 giờ\n", "utf-8")
    sample.did("catalog", "import", "cam-ket.csv", "--unit", "sa-dec")
    stored = sample.asked(lambda tx: tx.stored("sa-dec"))
    assert {code: (one.name, one.committed) for code, one in stored.items()} == {BIRTH: ("", "2 giờ")}
    sample.did("catalog", "export", "xa.jsonl", "--unit", "sa-dec")
    assert "Không có gì thay đổi." in sample.did("catalog", "import", "xa.jsonl", "--unit", "sa-dec")
    refused = sample.motcua(
        "catalog", "import", written(sample.folder, [procedure(BIRTH, "Tên khác", fee="9 đồng")]), "--unit", "sa-dec"
    )
    assert "đơn vị chỉ thêm được phần của mình" in refused.err
    assert sample.asked(lambda tx: tx.stored("sa-dec")) == stored


def test_a_dry_run_tells_and_writes_nothing(sample: Installation) -> None:
    """A line a procedure, the account of the import, mistakes included; the database as it was, --yes or not."""
    before = sample.content()
    done = sample.motcua("catalog", "import", written(sample.folder, SPOILT), "--dry-run", "--yes")
    assert done.code == 0
    assert done.out.splitlines() == [
        "mới\t1.000001\t\tĐăng ký nuôi chim yến\t\t!1\t",
        "mới\t1.000003\t\tXác nhận hộ nuôi trâu\t\t!4\t",
        "danh-muc.jsonl: 2 thủ tục mới, 0 thay đổi, 0 giữ nguyên, 3 bản ghi lỗi.",
        "Chạy thử: chưa ghi gì.",
    ]
    assert "danh-muc.jsonl, dòng 2" in done.err
    assert sample.content() == before


def test_a_dry_run_gives_the_preview_as_one_object(sample: Installation) -> None:
    """Counts, rows with their action and place, sentences, refusals; a file that cannot be read ends in a sentence."""
    before = sample.content()
    found = json.loads(sample.did("catalog", "import", written(sample.folder, SPOILT), "--dry-run", "--json"))
    assert found["counts"] == {
        **dict.fromkeys(("amended", "replaced", "abolished", "skipped_rows"), 0),
        "new": 2,
        "unclear": 2,
        "refused": 1,
    }
    assert [(row["action"], row["code"], row["where"]) for row in found["rows"]] == [
        ("new", "1.000001", "!1"),
        ("unclear", "1.0002", "!3"),
        ("new", "1.000003", "!4"),
        ("unclear", "1.000004", "!5"),
    ]
    assert sample.content() == before
    assert sample.motcua("catalog", "import", "danh-muc.jsonl", "--json").code == 2


def test_what_a_file_abolishes_is_answered_no_more_until_an_earlier_state_is_imported(sample: Installation) -> None:
    """It stays stored, marked; an export from before brings it back."""
    sample.did("catalog", "export", "truoc.jsonl")
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["DANH MỤC TTHC BỊ BÃI BỎ"], ["STT", "Mã TTHC", "Tên TTHC"], [1, BIRTH, "Đăng ký khai sinh"]):
        book.active.append(row)
    book.save(sample.folder / "bai-bo.xlsx")
    before = sample.asked(lambda tx: tx.stored(""))
    out = sample.did("catalog", "import", "bai-bo.xlsx")
    assert "0 thủ tục mới, 1 thay đổi (bãi bỏ hoặc bị thay thế: 1)" in out
    assert sample.asked(lambda tx: tx.stored(""))[BIRTH].ended
    sample.did("catalog", "import", "truoc.jsonl")
    assert sample.asked(lambda tx: tx.stored(""))[BIRTH] == before[BIRTH]


def test_a_file_with_mistakes_is_imported_whole_or_not_at_all(sample: Installation) -> None:
    """Without anybody to ask it is refused, each mistake named by its row, and nothing half done."""
    before = sample.content()
    done = sample.motcua("catalog", "import", written(sample.folder, SPOILT))
    assert done.code == 1
    assert "3 bản ghi lỗi" in done.reason
    assert "--yes" in done.reason
    named = [line for line in done.err.splitlines() if line.startswith("danh-muc.jsonl, dòng ")]
    assert [line.split(",")[1].split(":")[0].split()[1] for line in named] == ["2", "3", "5"]
    assert sample.content() == before


def test_yes_takes_what_can_be_read(sample: Installation) -> None:
    """The good records are stored, the bad ones counted in the history."""
    sample.did("catalog", "import", written(sample.folder, SPOILT), "--yes")
    stored = sample.asked(lambda tx: tx.stored(""))
    assert [code for code in ("1.000001", "1.000003", "1.000004") if code in stored] == ["1.000001", "1.000003"]
    assert json.loads(sample.did("catalog", "history", "--json"))[-1]["refused"] == 3
    assert "\tchung\t2\t0\t0\t3\n" in sample.did("catalog", "history")


def test_a_file_is_checked_without_a_database(empty: Installation) -> None:
    """A good file is counted; a bad one is refused with every mistake; no database is made."""
    good, bad = written(empty.folder, THREE, "tot.jsonl"), written(empty.folder, SPOILT, "xau.jsonl")
    passed, failed = (empty.motcua("catalog", "check", good), empty.motcua("catalog", "check", bad))
    assert (passed.code, passed.out) == (0, "tot.jsonl: đọc được cả 3 thủ tục.\n")
    assert (failed.code, failed.out) == (1, "")
    assert failed.reason == "xau.jsonl: 3 bản ghi lỗi, 2 bản ghi đọc được."
    assert failed.err.count("xau.jsonl, dòng ") == 3
    assert not empty.file.exists()


def test_how_a_file_was_read_is_told_before_anything_is_written(empty: Installation) -> None:
    """Columns that were not understood, sheets that were left out; proposals are taken with --accept alone."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Mã TTHC", "Tên thủ tục hành chính", "Kệ hồ sơ"])
    book.active.append(["1.000001.H13-1", "Đăng ký nuôi chim yến", "K1"])
    book.create_sheet("Hướng dẫn").append(["Điền thế nào"])
    book.save(empty.folder / "ds.xlsx")
    notes = [
        "Trang «Sheet»: dòng tiêu đề 1.",
        "Trang «Sheet»: Cột không hiểu, không nhập: «Kệ hồ sơ».",
        "Không đọc trang «Hướng dẫn»: không có hàng tiêu đề.",
    ]
    refused = empty.motcua("catalog", "import", "ds.xlsx")
    assert (refused.code, refused.out.splitlines()[:3]) == (1, notes)
    assert "có phải là 1.000001?; nếu đúng, thêm --accept để nhận" in refused.err
    assert empty.motcua("catalog", "check", "ds.xlsx").out.splitlines() == notes
    assert empty.did("catalog", "import", "ds.xlsx", "--accept").splitlines() == [
        *notes,
        "Sheet!2 1.000001: mã nhận theo đề xuất: mã 1.000001.H13-1 viết khác dạng 1.234567; có phải là 1.000001?.",
        "ds.xlsx: 1 thủ tục mới, 0 thay đổi, 0 giữ nguyên, 0 bản ghi lỗi.",
        "Đã nhập.",
    ]


def test_an_export_imported_elsewhere_is_the_same_catalog(sample: Installation, tmp_path: Path) -> None:
    """Out, into a fresh database, out again: byte for byte the same file."""
    other = Installation(tmp_path / "khác", sample.warm)
    other.folder.mkdir()
    out = sample.did("catalog", "export", "ra.jsonl")
    count = len(sample_entries())
    assert out == f"Đã ghi {count} thủ tục vào ra.jsonl.\n"
    said = other.did("catalog", "import", str(sample.folder / "ra.jsonl"))
    assert said.startswith(f"ra.jsonl: {count} thủ tục mới, 0 thay đổi")
    other.did("catalog", "export", "ra.jsonl")
    assert (other.folder / "ra.jsonl").read_bytes() == (sample.folder / "ra.jsonl").read_bytes()
    assert other.asked(lambda tx: tx.stored("")) == sample.asked(lambda tx: tx.stored(""))


HIT = {"code": str, "name": str, "score": float}
DECISIONS = ("answer", "choose", "none")
ASPECTS = (None, "documents", "time", "fee", "steps", "where", "result", "legal", "conditions", "form")


def check_result(result: dict[str, Any], query: str) -> None:
    """What other people's scripts rely on in a search result."""
    assert list(result) == ["query", "decision", "aspect", "hits", "ms", "sure", "aspects"]
    assert result["query"] == query
    assert result["decision"] in DECISIONS
    assert result["aspect"] in ASPECTS
    assert bool(result["hits"]) is (result["decision"] != "none")
    assert [{key: type(value) for key, value in hit.items()} for hit in result["hits"]] == [HIT] * len(result["hits"])
    assert result["ms"] >= 0


def test_a_search_as_json_is_one_object_and_nothing_else(sample: Installation) -> None:
    """With the keys of the contract; the limit holds."""
    done = sample.motcua("catalog", "search", "đăng ký khai sinh", "--json", "--limit", "2")
    assert (done.code, done.err, done.out.count("\n")) == (0, "", 1)
    result = json.loads(done.out)
    check_result(result, "đăng ký khai sinh")
    assert result["hits"][0]["code"] == BIRTH
    assert len(result["hits"]) <= 2


def test_a_search_for_people_names_code_and_procedure(sample: Installation) -> None:
    """Decision first, then a line for each hit."""
    out = sample.did("catalog", "search", "đăng ký khai sinh")
    assert f"{BIRTH}  Đăng ký khai sinh" in out


def test_queries_in_a_file_give_a_line_each(sample: Installation) -> None:
    """One query a line in, one JSON object a line out: also empty lines, odd separators, a mark at the beginning."""
    queries = ["đăng ký khai sinh", "", "mat can cuoc", "đăng ký\u2028kết hôn", "tối nay MU đá mấy giờ", "xin\x0bchào"]
    (sample.folder / "cau.txt").write_bytes(("\ufeff" + "\n".join(queries) + "\n").encode())
    done = sample.motcua("catalog", "search", "--file", "cau.txt", "--json")
    assert (done.code, done.err) == (0, "")
    results = [json.loads(line) for line in done.out.removesuffix("\n").split("\n")]
    assert [result["query"] for result in results] == queries
    for query, result in zip(queries, results, strict=True):
        check_result(result, query)


def test_a_file_to_fill_in_is_written_and_its_sample_row_refused(sample: Installation) -> None:
    """What comes out is read again; the row that shows how is named."""
    assert "tệp mẫu" in sample.did("catalog", "template", "mẫu.xlsx")
    checked = sample.motcua("catalog", "check", "mẫu.xlsx")
    assert checked.code == 1
    assert "dòng 2 MẪU: từ chối, dòng mẫu của tệp mẫu" in checked.err


def test_misses_are_listed_most_frequent_first(sample: Installation) -> None:
    """How often, what was asked and why it was not found; as many as wanted."""
    every, first = (sample.did("catalog", "misses"), sample.did("catalog", "misses", "--limit", "1"))
    assert [line.split("\t") for line in every.splitlines()] == [
        ["2", "nuôi chim yến", "Không tìm thấy thủ tục"],
        ["1", "xin số đẹp", "Người hỏi nói không phải việc này"],
    ]
    assert first.splitlines() == every.splitlines()[:1]


def test_misses_are_listed_by_kind(sample: Installation) -> None:
    """Those of the kind that is asked for alone."""
    found = json.loads(sample.did("catalog", "misses", "--kind", "not_this", "--json"))
    assert found == [{"kind": "not_this", "question": "xin số đẹp", "count": 1}]


# Places and staff


def test_units_and_counters_are_added_and_listed(empty: Installation) -> None:
    """From nothing: a province, a commune below it with all it says of itself, a counter with its form and address."""
    said = [
        empty.did("unit", "add", "dong-thap", "Tỉnh Đồng Tháp"),
        empty.did(
            "unit", "add", "30601", " Xã Tân Khánh Trung ", "--parent", "dong-thap",
            "--phone", "0277 3 123 456", "--address", "Ấp Khánh Hòa", "--hours", "7:30–17:00",
        ),
        empty.did("counter", "add", "quay_1", "Quầy 1", "--unit", "30601", "--form", "phuong9"),
    ]  # fmt: skip
    units, counters = (empty.did("unit", "list"), empty.did("counter", "list"))
    assert units.splitlines() == ["dong-thap\tTỉnh Đồng Tháp\t", "30601\tXã Tân Khánh Trung\tdong-thap"]
    assert counters.splitlines() == ["quay_1\tQuầy 1\t30601\tphuong9"]
    assert "dong-thap" in said[0]
    assert "30601" in said[1]
    assert f"{ADDRESS}/k/quay_1" in said[2]
    kept = (empty.asked(lambda tx: tx.units()))["30601"]
    assert kept == Unit(
        "30601", "Xã Tân Khánh Trung", "dong-thap", "0277 3 123 456", "Ấp Khánh Hòa", "7:30–17:00", demo=False
    )


@pytest.mark.calendar
def test_an_invitation_lets_one_person_in(sample: Installation) -> None:
    """The printed code works once, for the unit and role it was made for; every way to use it is told."""
    out = sample.did("staff", "invite", "--unit", "sa-dec", "--role", "staff", TELEGRAM_TOKEN=TOKEN)
    (code,) = set(re.findall(r"[A-Z2-9]{5}-[A-Z2-9]{5}", out))
    ways = (f"/thamgia {code}", f"{ADDRESS}/?moi={code}", f"?start=i_{code}", "7 ngày", "sa-dec")
    assert [way for way in ways if way not in out] == []
    assert TOKEN not in out
    first = sample.asked(lambda tx: tx.redeem(code.lower(), "telegram", "77", now()))
    second = sample.asked(lambda tx: tx.redeem(code, "telegram", "88", now()))
    assert (first, second) == (Membership("telegram", "77", "sa-dec", "staff"), None)


@pytest.mark.calendar
def test_a_login_link_is_printed_alone(sample: Installation) -> None:
    """One line to be copied; its secret is good once, for the unit, as staff unless told otherwise."""
    admin, staff = (
        sample.did("staff", "login", "--unit", "dong-thap", "--role", "admin"),
        sample.did("staff", "login", "--unit", "sa-dec"),
    )
    found = []
    for out in (admin, staff):
        match = re.fullmatch(rf"{re.escape(ADDRESS)}/staff/login/([\w-]{{32}})\n", out)
        assert match is not None
        secret = match.group(1)
        found += [sample.asked(lambda tx, secret=secret: tx.use_token("login", secret, now())) for _ in range(2)]
    assert found == [("dong-thap", "admin"), None, ("sa-dec", "staff"), None]


def test_staff_are_listed_removed_and_logged_out(sample: Installation) -> None:
    """Who is in, by unit; who is removed is gone; a unit's sessions end; what is not there is refused."""
    code = re.findall(r"[A-Z2-9]{5}-[A-Z2-9]{5}", sample.did("staff", "invite", "--unit", "sa-dec", "--role", "admin"))[
        0
    ]
    assert sample.did("staff", "list") == ""
    sample.asked(lambda tx: tx.redeem(code, "telegram", "77", now()))
    line = "sa-dec\tadmin\ttelegram\t77\n"
    assert [sample.did("staff", "list", *unit) for unit in ((), ("--unit", "sa-dec"), ("--unit", "dong-thap"))] == [
        line, line, ""
    ]  # fmt: skip
    link = sample.did("staff", "login", "--unit", "sa-dec").rstrip().rpartition("/")[2]
    assert (
        sample.did("staff", "logout", "--unit", "sa-dec")
        == "Đã đóng 1 phiên và đường dẫn đăng nhập của đơn vị sa-dec.\n"
    )
    assert sample.asked(lambda tx: tx.use_token("login", link, now())) is None
    who = ("--channel", "telegram", "--user", "77")
    assert sample.did("staff", "remove", *who) == "Đã cho ra khỏi đơn vị sa-dec (vai trò admin).\n"
    for refused in (("remove", *who), ("logout", "--unit", "khong-co"), ("list", "--unit", "khong-co")):
        done = sample.motcua("staff", *refused)
        assert (done.code, done.out) == (1, "")
        assert "motcua " in done.err


# Codes and reports


@pytest.mark.parametrize(
    ("name", "beginning"), [("ma.png", b"\x89PNG\r\n\x1a\n"), ("ma.svg", b"<?xml"), ("Áp phích.PDF", b"%PDF-1.")]
)
def test_a_code_is_written_as_its_ending_says(sample: Installation, name: str, beginning: bytes) -> None:
    """A file of that kind, and what address it leads to."""
    out = sample.did("qr", "quay1", "--out", name)
    content = (sample.folder / name).read_bytes()
    assert content[: len(beginning)] == beginning
    assert len(content) > 500
    assert out == f"Đã ghi {name}: {ADDRESS}/k/quay1\n"


def test_a_code_for_this_machine_alone_says_so(sample: Installation) -> None:
    """Without PUBLIC_URL a printed poster would lead nowhere."""
    out = sample.did("qr", "quay1", "--out", "ma.svg", PUBLIC_URL="", LISTEN_PORT="8123")
    assert "http://127.0.0.1:8123/k/quay1" in out
    assert "PUBLIC_URL" in out


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no reader of PDF: pdftotext is missing")
def test_a_poster_of_the_sample_says_on_paper_what_it_is(sample: Installation) -> None:
    """It hangs on the wall long after the note in the terminal is gone."""
    sample.did("qr", "quay1", "--out", "a.pdf", PUBLIC_URL="", LISTEN_PORT="8123")
    sample.did("qr", "quay1", "--out", "b.pdf")
    commands = [["pdftotext", str(sample.folder / name), "-"] for name in ("a.pdf", "b.pdf")]
    read = [subprocess.run(one, capture_output=True, text=True, check=True).stdout for one in commands]  # noqa: S603 -- Debian's tool
    assert ["MẪU THỬ - không dùng để đánh giá thật" in text for text in read] == [True, True]
    assert ["Mã chỉ mở được trên máy này; đặt PUBLIC_URL" in text for text in read] == [True, False]


def test_integrity_in_words_and_in_json(sample: Installation) -> None:
    """Six ratings are too few to tell, and each sign says so in a sentence of its own."""
    text = sample.did("integrity", "--unit", "sa-dec", "--period", "2026-W47")
    heading, apart, response, *_ = text.split("\n\n")
    assert heading == "Tuần 47 (16/11/2026 đến 22/11/2026) · Phường Sa Đéc"
    assert apart == "Phiếu chưa tính: Bình thường\n  Không có phiếu nào phải giữ riêng."
    assert response.startswith("Tỷ lệ trả lời: Chưa đủ số liệu\n  ")
    assert "Tốc độ trả lời: Chưa đủ số liệu\n  Chưa đủ phiếu để nói (cần ít nhất 30).\n" in text
    values = json.loads(sample.did("integrity", "--unit", "sa-dec", "--period", "2026-w47", "--json"))
    assert (values["unit"], values["period"], values["forms"]) == ("sa-dec", "2026-W47", 6)
    assert [finding["state"] for finding in values["findings"]] == ["fine"] + ["unknown"] * 10


def test_forms_kept_apart_are_counted_or_discarded_by_command(sample: Installation) -> None:
    """By counter and day, once; the report follows, and who did it is told."""

    async def flood(tx: Any) -> None:
        blank = Response("", "sa-dec", "quay2", "nhanh", 1, "0" * 64, "web", date(2026, 10, 5), complete=True)
        at = datetime(2026, 10, 5, 9, 0, tzinfo=NOW.tzinfo)
        made = [replace(blank, id=f"{n:032x}", answers={"overall": 1}) for n in range(9000, 9050)]
        await tx.file([Filing(one, device=one.id, at=at) for one in made])

    where = ("--unit", "sa-dec", "--counter", "quay2", "--day", "2026-10-05")
    sample.asked(flood)
    assert "50 phiếu chưa tính" in sample.did("integrity", "--unit", "sa-dec", "--period", "2026-10")
    assert sample.did("integrity", "count", *where) == "Đã tính 50 phiếu vào số liệu.\n"
    assert sample.did("integrity", "discard", *where) == "Không có phiếu nào chờ quyết định ở đó.\n"
    values = json.loads(sample.did("integrity", "--unit", "sa-dec", "--period", "2026-10", "--json"))
    assert (values["forms"], values["apart"]) == (50, [])
    (decided,) = values["decisions"]
    assert decided["verdict"] == "count"
    assert decided["forms"] == 50
    assert decided["who"].startswith("motcua (")


def test_a_report_in_words_and_in_numbers(sample: Installation) -> None:
    """Six ratings of one day: four of level 4 or 5, by hand; above the commune the province has the same."""
    text, as_json, top3, province = (
        sample.did("report", "--unit", "sa-dec", "--period", "2026-W47"),
        sample.motcua("report", "--unit", "sa-dec", "--period", "2026-w47", "--format", "json"),
        sample.did("report", "--unit", "sa-dec", "--period", "2026-11-20", "--format", "json", "--rule", "top3"),
        sample.did("report", "--unit", "dong-thap", "--period", "2026-Q4:cchc", "--format", "json"),
    )
    assert text.startswith(
        "Tuần 47 (16/11/2026 đến 22/11/2026) · Phường Sa Đéc\n6 phiếu qua mã QR đặt tại quầy.\n"
        "Hài lòng (mức 4 và 5): 66,67%"
    )
    assert (as_json.code, as_json.err) == (0, "")
    values = json.loads(as_json.out)
    assert list(values) == [
        "unit", "period", "from", "to", "rule", "forms", "answers", "levels", "shares", "rate", "rate_low", "rate_high",
        "by_question", "by_counter", "by_field", "by_source", "previous", "dossiers", "stratum", "by_stratum",
        "by_section", "by_unit", "by_week", "target", "of_target", "sample", "by_choice", "change",
        "by_occasion", "by_weekday", "by_half",
    ]  # fmt: skip
    assert {key: values[key] for key in ("unit", "period", "from", "to", "rule", "forms", "answers", "previous")} == {
        "unit": "sa-dec",
        "period": "2026-W47",
        "from": "2026-11-16",
        "to": "2026-11-22",
        "rule": "top2",
        "forms": 6,
        "answers": 6,
        "previous": None,
    }
    assert values["levels"] == {"1": 1, "2": 0, "3": 1, "4": 2, "5": 2}
    assert values["shares"] == {"1": "16,67", "2": "0,00", "3": "16,67", "4": "33,33", "5": "33,33"}
    assert (values["rate"], values["rate_low"], values["rate_high"]) == (66.67, 30.0, 90.32)
    assert values["by_source"]["web"]["answers"] == 6
    assert json.loads(top3)["rate"] == 83.33
    assert [json.loads(province)[key] for key in ("unit", "period", "from", "to", "forms")] == [
        "dong-thap", "2026-Q4:cchc", "2026-09-15", "2026-12-14", 6,
    ]  # fmt: skip


def test_a_report_goes_into_a_file(sample: Installation) -> None:
    """What would have been printed, and nothing on the screen."""
    printed, out = (
        sample.did("report", "--unit", "sa-dec", "--period", "2026-11"),
        sample.did("report", "--unit", "sa-dec", "--period", "2026-11", "--out", "thang.txt"),
    )
    assert out == ""
    assert (sample.folder / "thang.txt").read_text("utf-8") == printed


@pytest.mark.parametrize(
    ("form", "beginning"),
    [("xlsx", b"PK\x03\x04"), ("docx", b"PK\x03\x04"), ("levels.png", b"\x89PNG"), ("trend.png", b"\x89PNG")],
)
def test_a_report_is_written_as_a_document(sample: Installation, form: str, beginning: bytes) -> None:
    """A file of that kind, and nothing on the screen."""
    ordered = ("report", "--unit", "sa-dec", "--period", "2026-11", "--format", form, "--out", "ra")
    assert sample.did(*ordered) == ""
    assert (sample.folder / "ra").read_bytes().startswith(beginning)


def test_a_table_goes_to_the_screen_or_into_a_file_as_the_same_bytes(sample: Installation) -> None:
    """Six ratings, four of level 4 or 5; what is printed can be sent into a file."""
    ordered = ("report", "--unit", "sa-dec", "--period", "2026-W47", "--format", "csv")
    printed = sample.did(*ordered)
    sample.did(*ordered, "--out", "bang.csv")
    table = (sample.folder / "bang.csv").read_bytes()
    assert table.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in table
    assert printed.splitlines() == table.decode().splitlines()
    assert ";6;1;0;1;2;2;66,67;30,00;90,32" in printed


def test_a_word_file_has_the_units_place_complaints_and_catalog(sample: Installation) -> None:
    """What the figures do not hold comes from the settings, the cases and the catalog."""
    ordered = ("report", "--unit", "sa-dec", "--period", "2026-11", "--format", "docx", "--out", "ra.docx")
    sample.did(*ordered, REPORT_PLACE="Sa Đéc")
    document = docx.Document(str(sample.folder / "ra.docx"))
    said = "\n".join([*(p.text for p in document.paragraphs), *(c.text for c in document.tables[0].rows[0].cells)])
    assert "Sa Đéc, ngày" in said
    assert "PHƯỜNG SA ĐÉC" in said
    assert f"Tổng số {len(sample_entries())} thủ tục hành chính trong danh mục" in said
    assert "không có ý kiến phản ánh" in said


def test_a_units_own_template_is_used_and_a_broken_one_named(sample: Installation) -> None:
    """DATA_DIR/templates/baocao.docx; what is wrong with it is said, and no file is written."""
    ordered = ("report", "--unit", "sa-dec", "--period", "2026-11", "--format", "docx", "--out", "ra.docx")
    for line, out in (("Riêng: {{ so_phieu }} phiếu", "Riêng: 6 phiếu"), ("{{ so_phieuu }}", "")):
        (sample.folder / "templates").mkdir(exist_ok=True)
        (sample.folder / "ra.docx").unlink(missing_ok=True)
        template = docx.Document()
        template.add_paragraph(line)
        template.save(str(sample.folder / "templates" / "baocao.docx"))
        done = sample.motcua(*ordered)
        if out:
            assert docx.Document(str(sample.folder / "ra.docx")).paragraphs[0].text == out
        else:
            assert done.code == 1
            assert "baocao.docx: 'so_phieuu' is undefined" in done.reason
            assert not (sample.folder / "ra.docx").exists()


# Privacy


@pytest.mark.calendar
def test_an_erasure_tells_what_was_erased(sample: Installation) -> None:
    """Counts by kind the first time, nothing stored the second, done both times; answers cannot be found."""

    async def join(tx: Any) -> None:
        await tx.create_token("invitation", "sa-dec", "staff", "ABCDE", now() + timedelta(days=1))
        await tx.redeem("ABCDE", "telegram", "77", NOW)
        turn = Recorded(Incoming("telegram", "77", "1"), Session(), 0, (Reply(Text.of("Dạ.")), Reply(Text.of("Hết."))))
        await tx.record([turn], NOW)

    sample.asked(join)
    erased = sample.did("privacy", "erase", "--channel", "telegram", "--user", "77")
    counts = dict(line.strip().split(": ") for line in erased.splitlines() if ": " in line)
    assert list(counts.values()) == ["2", "0", "1", "1", "0", "0", "0"]
    again = sample.did("privacy", "erase", "--channel", "telegram", "--user", "77")
    assert again.startswith("Không lưu gì của cuộc trò chuyện 77 trên telegram.")
    assert [text.splitlines()[-1] for text in (erased, again)] == [
        "Phiếu của các tuần trước, câu hỏi chưa có lời đáp và phản ánh, kiến nghị không ghi ai gửi, nên không tìm "
        "được để xóa."
    ] * 2
    assert [line for line in sample.content() if "'77'" in line] == []


@pytest.mark.calendar
def test_a_request_is_entered_answered_and_carried_out(sample: Installation) -> None:
    """Its dates are the law's; the list shows what is open, as text and as JSON; numbers in the note are masked."""
    entry = ("privacy", "add", "--kind", "restrict", "--received", "2026-02-13")
    first = sample.did(*entry, "--note", "gọi từ 0912345678")
    assert "số 1 (hạn chế): trả lời chậm nhất 24/02/2026, thực hiện chậm nhất 28/02/2026." in first
    assert "thực hiện chậm nhất 05/3/2026" in sample.did(*entry, "--third-parties")
    assert "QUÁ HẠN" in sample.did("privacy", "list").splitlines()[0]
    sample.did("privacy", "answer", "1")
    sample.did("privacy", "done", "2")
    assert sample.motcua("privacy", "answer", "2").code == 1
    (left,) = json.loads(sample.did("privacy", "list", "--open", "--json"))
    assert left == {
        "kind": "restrict",
        "received_on": "2026-02-13",
        "answer_by": "2026-02-24",
        "carry_out_by": "2026-02-28",
        "answered_on": today().isoformat(),
        "carried_out_on": None,
        "note": "gọi từ •••",
        "id": 1,
    }
    sample.did("privacy", "done", "1")
    assert sample.did("privacy", "list", "--open") == ""
    assert sample.did("privacy", "list").count(f"đã thực hiện {today()}") == 2


# Database


def test_a_database_is_made_and_checked(empty: Installation) -> None:
    """In a folder that does not exist yet; a second upgrade finds nothing to do."""
    place = {"DATABASE_URL": "sqlite:///mới/một cửa.db"}
    first = empty.did("db", "upgrade", **place)
    second = empty.did("db", "upgrade", **place)
    checked = empty.did("db", "check", **place)
    assert (first, second) == ("Cơ sở dữ liệu đã đúng phiên bản.\n",) * 2
    assert checked == "Tốt. Đơn vị: 0, quầy: 0, tin chờ gửi: 0.\n"
    assert (empty.folder / "mới" / "một cửa.db").exists()


def test_a_check_counts_what_is_there(sample: Installation) -> None:
    """Units, counters and waiting replies; the database is as it was."""
    before = sample.content()
    assert sample.did("db", "check") == "Tốt. Đơn vị: 2, quầy: 3, tin chờ gửi: 0.\n"
    assert sample.content() == before


# Conversation and server


def test_a_chat_answers_piped_lines(sample: Installation) -> None:
    """Greeting, then an answer to each line that is not empty, options by number; it ends with the input."""
    done = sample.motcua("chat", lines=["/help", "", "  4 ", "lĩnh vực", "/baocao"])
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Xin chào Ông/Bà. Đây là trợ lý tự động của Phường Sa Đéc")
    expected = (
        "Tôi giúp được gì\n",
        "Gặp cán bộ · Phường Sa Đéc\n",
        "Thủ tục theo lĩnh vực",
        "Lệnh này dành cho cán bộ",
    )
    found = [done.out.find(words) for words in expected]
    assert min(found) > 0
    assert found == sorted(found)
    assert "\n  [1] Hỏi thủ tục\n  [2] Xem theo lĩnh vực\n" in done.out


def test_a_chat_for_scripts_answers_each_line_with_one_object(sample: Installation) -> None:
    """What is shown and offered by code; a button is pressed by its id, and `:reset` forgets what was open."""
    done = sample.motcua(
        "chat", "--json", lines=["đăng ký khai sinh", "mất phí không", f"p:{BIRTH}:steps", ":reset", "mất phí không"]
    )
    assert (done.code, done.err) == (0, "")
    card, fee, steps, lost = (json.loads(line) for line in done.out.splitlines())
    assert (card["shown"], card["offered"], card["outcome"]) == ({"code": BIRTH, "aspect": None}, [], "procedure")
    assert fee["shown"] == {"code": BIRTH, "aspect": "fee"}
    assert steps["shown"] == {"code": BIRTH, "aspect": "steps"}
    assert (lost["shown"], lost["outcome"]) == (None, "clarify")
    [reply] = card["replies"]
    assert {"id": "other", "label": "Không phải việc này"} in reply["buttons"]


def test_a_chat_speaks_for_the_unit_that_was_named(sample: Installation) -> None:
    """By option, or else by the setting; the option wins."""
    named, set_, both = (
        sample.did("chat", "--unit", "dong-thap"),
        sample.did("chat", HOME_UNIT="dong-thap"),
        sample.did("chat", "--unit", "sa-dec", HOME_UNIT="dong-thap"),
    )
    assert ["Tỉnh Đồng Tháp" in out for out in (named, set_, both)] == [True, True, False]


def test_a_survey_typed_into_the_terminal_is_stored(sample: Installation) -> None:
    """Numbers all the way; the answers are in the database under their source."""
    sample.did("chat", lines=["/start k_quay1", "1", "5", "gửi luôn"])
    tallies, _ = sample.asked(lambda tx: tx.tallies(["sa-dec"], date(2000, 1, 1), date(2100, 1, 1)))
    assert [(t.counter, t.level, t.count) for t in tallies if t.source == "console"] == [("quay1", 5, 1)]


def test_a_port_in_use_is_named(sample: Installation) -> None:
    """Whoever starts it twice reads which port, and what to set."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = sample.motcua("run", LISTEN_PORT=port)
    assert (done.code, done.out) == (1, "")
    assert [words for words in (port, "127.0.0.1", "LISTEN_PORT") if words not in done.reason] == []


async def test_the_demo_runs_from_nothing_and_prints_where(empty: Installation) -> None:
    """Sample loaded, pages open at the printed addresses, a code to scan, the login good once, ended by a signal.

    What it prints goes to a log here: the login link is in a file that nobody else can read.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        MOTCUA, "run", "--demo",
        cwd=empty.folder, env=empty.environment({"LISTEN_PORT": str(port), "PUBLIC_URL": ""}),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(SECONDS):
            printed = (await process.stdout.readuntil("Dừng: Ctrl+C".encode())).decode()
        (named,) = re.findall(r"trong tệp (\S+)", printed)
        login, mode = await asyncio.to_thread(_kept_link, Path(named))
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
            pages = [(await client.get(f"{address}{path}")).status for path in ("/", "/k/quay1", "/readyz", "/healthz")]
            logins = [(await client.post(login)).status for _ in range(2)]
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(SECONDS):
            _, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert (pages, logins, process.returncode) == ([200] * 4, [200, 403], 0)
    assert "Traceback" not in err.decode()
    places = (f"{address}/k/quay1", f"{address}/kiosk/quay1")
    assert [words for words in ("Phường Sa Đéc", *places, "█") if words not in printed] == []
    assert "Mã trên chỉ mở được trên máy này" in printed
    assert mode == 0o600
    assert "/staff/login/" not in printed
    assert login.rpartition("/")[2] not in err.decode()
    assert len(await empty.asking(lambda tx: tx.stored(""))) == len(sample_entries())


def _kept_link(path: Path) -> tuple[str, int]:
    """The link in a file, and who may read it."""
    return path.read_text("utf-8").strip(), path.stat().st_mode & 0o777


MOMENTS: dict[str, Callable[[int, Path], bool]] = {
    "as soon as it can be told": lambda pid, _folder: _hears(pid, signal.SIGTERM),
    "when the database is begun": lambda _pid, folder: any(folder.glob("**/*.db")),
    "when the key is made": lambda _pid, folder: any(folder.glob("**/secret.key")),
}


def _hears(pid: int, number: int) -> bool:
    """Whether a process catches a signal, as the kernel tells."""
    status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    (caught,) = re.findall(r"SigCgt:\s*([0-9a-f]+)", status)
    return bool(int(caught, 16) >> (number - 1) & 1)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel does not tell who hears which signal")
@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_start_that_is_told_to_stop_ends_in_order(moment: str, empty: Installation, forks: Forks) -> None:
    """Exit code 0 and no trace; the sample is there whole or not at all, and the next start is as any other.

    As soon as it can be told, the installed script still loads what it needs; later it makes no difference.
    """
    env = empty.environment({"LISTEN_PORT": str(free_port()), "PUBLIC_URL": ""})
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = (
        subprocess.Popen([MOTCUA, "run", "--demo"], cwd=empty.folder, env=env, **streams)  # noqa: ASYNC220, S603 -- ours
        if moment == "as soon as it can be told"
        else forks.start(COMMAND, "run", "--demo", cwd=empty.folder, env=env, **streams)
    )
    try:
        async with asyncio.timeout(SECONDS):
            while not MOMENTS[moment](process.pid, empty.folder):  # noqa: ASYNC110 -- what another process does
                await asyncio.sleep(0.002)
            process.send_signal(signal.SIGTERM)
            _, err = await asyncio.to_thread(process.communicate)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
    assert process.returncode == 0
    assert "Traceback" not in err.decode()
    await asyncio.to_thread(empty.did, "db", "upgrade")
    found = await empty.asking(lambda tx: tx.stored(""))
    assert len(found) in (0, len(sample_entries()))


async def test_the_log_of_a_failed_turn_holds_nothing_that_was_typed(tmp_path: Path, forks: Forks) -> None:
    """The trace says where it failed, not the values: no words of the person, and not a screenful for each frame.

    As text and as JSON.
    """
    process = forks.start(
        "tests.bot.commands.failing:main", str(tmp_path), cwd=ROOT, env=surroundings(), stderr=subprocess.PIPE
    )
    _, err = await asyncio.to_thread(process.communicate)
    assert process.returncode == 0
    text, lines, rest = err.decode().split("====\n")
    assert rest == ""
    assert [json.loads(line)["event"] for line in lines.splitlines()][-1:] == ["turn_failed"]
    for logged in (text, lines):
        assert "turn_failed" in logged
        assert "danh mục hỏng" in logged
        assert "079123456789" not in logged
        assert len(logged) < 20_000
