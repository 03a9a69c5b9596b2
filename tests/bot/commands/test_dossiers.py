"""`motcua dossiers` as operators run it, and /hanhoso as staff ask it."""

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import locales
from handlers.ports import Role
from storage.store import SqlStore
from tests.bot.installation import Installation, Warm
from tests.bot.office import LIFE, Office
from tests.clock import today
from tests.reports.dossier_exports import ANNEX, BIRTHS, LAND, PERSON, TITLES, WHOLE, book, row
from tests.reports.dossier_samples import take
from tests.reports.due_samples import OVERDUE
from tests.sample import NOW
from tests.storage import conftest as databases

CAME, DUE, EARLY, LATE = "04/03/2024", "15/03/2024", "14/03/2024", "18/03/2024"


LIST = [
    TITLES,
    row(1, "H20-1", CAME, DUE),
    row(2, "H20-2", CAME, DUE, EARLY, EARLY, EARLY, way="Trực tuyến"),
    row(3, "H20-3", CAME, DUE, LATE, LATE, LATE, field="Đất đai"),
]


@pytest.fixture
def office(sample_database: Path, tmp_path: Path, warm: Warm) -> Installation:
    """An installation with the sample and a list of three dossiers in a file."""
    shutil.copy(sample_database, tmp_path / "motcua.db")
    book(tmp_path, LIST)
    return Installation(tmp_path, warm)


UNUSED = "Cột không dùng, không lưu: STT, Họ tên người nộp, Số CCCD, Số điện thoại."


def test_a_list_comes_in_and_stands_in_the_report(office: Installation) -> None:
    """What was new, what was not kept, the sums to compare; then the same figures in words and as JSON."""
    said = office.did("dossiers", "import", "ds.xlsx", "--unit", "sa-dec").splitlines()
    assert said[:2] == [
        UNUSED,
        "ds.xlsx: danh sách hồ sơ, 3 hồ sơ: 3 mới, 0 thay đổi, 0 không đổi.",
    ]
    assert said[-3:] == [
        "Tổng số\t3\t1\t2\t0\t0\t2\t1\t0\t1\t1\t0\t1",
        "Trước hạn và đúng hạn: 50% số đã giải quyết.",
        "Đã nhập.",
    ]
    found = json.loads(office.did("report", "--unit", "sa-dec", "--period", "2024", "--format", "json"))["dossiers"]
    assert (found["received"], found["resolved"], found["late"], found["unsettled_late"]) == (3, 2, 1, 1)
    assert "đạt 50%, 01 hồ sơ trễ hạn" in office.did("report", "--unit", "dong-thap", "--period", "2024")
    assert [secret for secret in PERSON if any(secret in line for line in office.content())] == []


def test_the_same_file_again_changes_nothing(office: Installation) -> None:
    """Nor does a trial run."""
    said = office.did("dossiers", "import", "ds.xlsx", "--unit", "sa-dec", "--dry-run")
    assert said.endswith("Chạy thử: chưa ghi gì.\n")
    assert office.asked(lambda tx: tx.dossiers("sa-dec", ["H20-1"])) == {}
    office.did("dossiers", "import", "ds.xlsx", "--unit", "sa-dec")
    before = office.content()
    said = office.did("dossiers", "import", "ds.xlsx", "--unit", "sa-dec")
    assert said.startswith(f"{UNUSED}\nds.xlsx: tệp này đã nhập ngày ")
    assert office.content() == before


def test_one_mistake_keeps_the_whole_file_out(office: Installation) -> None:
    """Every mistake stands on standard error, the refusal last."""
    book(office.folder, [*LIST, row(4, "H20-4", "31/02/2026", "hôm qua")])
    before = office.content()
    done = office.motcua("dossiers", "import", "ds.xlsx", "--unit", "sa-dec")
    assert (done.code, done.out, office.content()) == (1, f"{UNUSED}\n", before)
    assert [line.partition(":")[0] for line in done.err.splitlines()[:2]] == [
        "ds.xlsx, dòng 5, cột «Ngày tiếp nhận»",
        "ds.xlsx, dòng 5, cột «Hạn trả»",
    ]
    assert done.reason == "ds.xlsx: 2 ô sai (nêu ở trên); chưa nhập gì."


def test_totals_are_a_periods(office: Installation) -> None:
    """They stand in the report of that period; without a period, or one with a list, the file is refused."""
    book(office.folder, [*ANNEX, BIRTHS, LAND, WHOLE], "pl.xlsx")
    refused = office.motcua("dossiers", "import", "pl.xlsx", "--unit", "sa-dec").reason
    assert "thêm --period" in refused
    assert "không cần --period" in office.motcua(
        "dossiers", "import", "ds.xlsx", "--unit", "sa-dec", "--period", "2024-03"
    ).reason  # fmt: skip
    office.did("dossiers", "import", "pl.xlsx", "--unit", "sa-dec", "--period", "2026-q3:CCHC")
    assert "giải quyết đúng hạn và trước hạn 1.551 hồ sơ, đạt 99,87%, 02 hồ sơ trễ hạn" in office.did(
        "report", "--unit", "sa-dec", "--period", "2026-Q3:cchc"
    )
    assert "1.551" not in office.did("report", "--unit", "sa-dec", "--period", "2026-Q3")


REFUSED = {
    "no such unit": (("dossiers", "import", "ds.xlsx", "--unit", "khong-co"), "chưa có đơn vị 'khong-co'"),
    "no such file": (("dossiers", "import", "khong-co.xlsx", "--unit", "sa-dec"), "khong-co.xlsx: không mở được tệp"),
    "no such period": (("dossiers", "import", "ds.xlsx", "--unit", "sa-dec", "--period", "thu"), "Kỳ 'thu' không đúng"),
    "another unit's": (("dossiers", "import", "ds.xlsx", "--unit", "dong-thap"), "3 hồ sơ đã thuộc đơn vị khác"),
    "due of no unit": (("dossiers", "due", "--unit", "khong-co"), "chưa có đơn vị 'khong-co'"),
    "no such dossier": (("dossiers", "apologized", "H9", "--unit", "sa-dec"), "đơn vị sa-dec không có hồ sơ 'H9'"),
    "no folder": (("dossiers", "apologies", "--unit", "sa-dec", "--out", "ds.xlsx"), "không ghi được vào ds.xlsx"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_is_one_sentence_and_nothing_is_done(case: str, office: Installation) -> None:
    """Exit code 1, the reason on standard error."""
    office.did("dossiers", "import", "ds.xlsx", "--unit", "sa-dec")
    before = office.content()
    arguments, said = REFUSED[case]
    done = office.motcua(*arguments)
    assert done.code == 1
    assert done.out in ("", f"{UNUSED}\n")
    assert said in done.reason
    assert office.content() == before


@pytest.mark.calendar
def test_overdue_dossiers_are_listed_and_apologized_for(office: Installation) -> None:
    """Drafts into a folder, none written over, the one that was sent left out and told in the list."""
    office.did("dossiers", "import", "ds.xlsx", "--unit", "sa-dec")
    listed = office.did("dossiers", "due", "--unit", "sa-dec", "--copy")
    assert "• H20-1 · Đăng ký khai sinh (Hộ tịch) · hẹn trả " in listed
    assert [secret for secret in PERSON if secret in listed] == []
    said = office.did("dossiers", "apologies", "--unit", "sa-dec", "--out", "thu")
    assert said.startswith("1 hồ sơ quá hạn chưa có kết quả; 0 đã gửi thư xin lỗi.\nĐã soạn 1 dự thảo trong thu;")
    (draft,) = (office.folder / "thu").iterdir()
    draft.write_text("điền rồi")
    assert "Đã soạn 0 dự thảo" in office.did("dossiers", "apologies", "--unit", "sa-dec", "--out", "thu")
    assert (draft.name, draft.read_text()) == ("du-thao-xin-loi_H20-1.docx", "điền rồi")
    assert "đã soạn thư xin lỗi, chưa gửi" in office.did("dossiers", "due", "--unit", "sa-dec")
    office.did("dossiers", "apologized", "H20-1", "--unit", "sa-dec")
    assert f"đã gửi thư xin lỗi ngày {today():%d/%m/%Y}" in office.did("dossiers", "due", "--unit", "sa-dec")
    assert "; 1 đã gửi thư xin lỗi." in office.did("dossiers", "apologies", "--unit", "sa-dec", "--out", "moi")
    assert list((office.folder / "moi").iterdir()) == []


# In chat


@pytest.fixture
async def chat(servers: databases.Servers) -> AsyncIterator[Office]:
    """The assistant, with an officer of Sa Đéc and a head of the province, and an overdue dossier."""
    async with servers.sqlite_with_tables() as url:
        store = SqlStore.open(url)
        chat = Office(store)
        async with store.transaction() as tx:
            for unit in chat.world.units.values():
                await tx.add_unit(unit, NOW)
            people: tuple[tuple[str, str, Role], ...] = (("lan", "sa-dec", "staff"), ("giám đốc", "dong-thap", "admin"))
            for user, unit_code, role in people:
                await tx.create_token("invitation", unit_code, role, user, NOW + LIFE)
                await tx.redeem(user, "chat", user, NOW)
        await take(store, OVERDUE)
        yield chat
        await store.close()


async def test_staff_ask_for_what_is_due(chat: Office) -> None:
    """Their own unit's by the bare command, as by a button; an admin's units below by their codes."""
    listed = (await chat.says("/hanhoso")).text.plain
    assert "• H20-1 · Đăng ký khai sinh (Hộ tịch)" in listed
    assert (await chat.says("dossiers", kind="button")).text.plain == listed
    assert (await chat.says("/hanhoso sa-dec", "giám đốc")).text.plain.endswith(listed.partition("\n")[2])
    below = (await chat.says("/hanhoso", "giám đốc")).text.plain
    assert below.startswith("• Phường Sa Đéc: 1 quá hạn, 0 có kết quả chưa trả")
    assert "/hanhoso sa-dec" in below


@pytest.mark.parametrize("unit", ["dong-thap", "cao-lanh", "khong-co"])
async def test_another_units_dossiers_are_not_shown(unit: str, chat: Office) -> None:
    """Whether it exists or not."""
    said = (await chat.says(f"/hanhoso {unit}")).text.plain
    assert said.endswith(locales.text("vi", "staff.other_unit", unit=unit))


async def test_citizens_are_not_shown_dossiers(chat: Office) -> None:
    """The command is for staff."""
    said = (await chat.says("/hanhoso", "người dân")).text.plain
    assert said.endswith(locales.text("vi", "staff.only_staff"))
    assert "H20-1" not in said
