"""motcua dossiers: the e-one-stop software's exports, what is due and overdue, apologies."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.common import Refused, carry_out, check_unit, open_existing, open_store, world_of
from bot.commands.listing import print_table
from bot.commands.outfile import write_bytes
from bot.commands.usage import Commands
from bot.settings import Settings
from catalog.files.mistakes import Unreadable, shortened
from handlers.world import Unit
from locales.system_errors import reason
from reports import periods
from reports.dossiers.apology_letter import apology_letter, apology_name
from reports.dossiers.dossier import Dossier, Flow, total
from reports.dossiers.due_list import IN_GROUP, due_list, due_text
from reports.dossiers.export import Export, read
from reports.dossiers.importing import NotTaken, Outcome, flows_of, take_in
from reports.rates import number, percent

app = Commands(help="Hồ sơ của phần mềm một cửa điện tử.")
MOST_BACK = 5
MOST_PRINTED = 10_000
COLUMNS = (
    ("Tiếp nhận", "received"),
    ("trực tuyến", "online"),
    ("trực tiếp", "direct"),
    ("bưu chính", "post"),
    ("kỳ trước", "carried_over"),
    ("Đã giải quyết", "resolved"),
    ("trước hạn", "early"),
    ("đúng hạn", "on_time"),
    ("quá hạn", "late"),
    ("Đang giải quyết", "pending"),
    ("trong hạn", "pending_in_time"),
    ("quá hạn", "pending_late"),
)


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(metavar="TỆP", help="Tệp .xlsx, .xls hoặc .csv do phần mềm một cửa điện tử xuất ra")
    ],
    unit: Annotated[str, typer.Option(help="Mã đơn vị")],
    period: Annotated[str, typer.Option(help="Kỳ của bảng tổng hợp, như của motcua report")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ đọc thử, không ghi gì")] = False,
) -> None:
    """Nhập danh sách hồ sơ (mỗi dòng một hồ sơ) hoặc bảng tổng hợp theo lĩnh vực của một kỳ.

    Nhập cả tệp, hoặc nêu từng ô sai và không nhập gì. Tên, số điện thoại, giấy tờ của người nộp không được lưu.
    Ngày không ghi giờ: hạn trả tính đến hết ngày đó.
    """

    async def work(settings: Settings) -> None:
        now = datetime.now(settings.zone)
        wanted = periods.parse(period).name if period else ""
        async with open_store(settings) as store:
            try:
                async with store.reading() as tx:
                    await check_unit(tx, unit)
                export = read(file, settings.zone, now.date())
                _print_reading(export)
                _check(export, wanted)
                async with store.reading() if dry_run else store.transaction() as tx:
                    outcome = await take_in(tx, unit, export, now, wanted, dry_run=dry_run)
            except (Unreadable, NotTaken) as error:
                raise Refused(str(error)) from error
        _print_result(export, outcome, flows_of(export, now))
        print("Chạy thử: chưa ghi gì." if dry_run else "Đã nhập." if outcome.repeated is None else "Không ghi gì thêm.")

    carry_out(work)


def _print_reading(export: Export) -> None:
    """Print how the file was read, before anything is written or refused."""
    for sentence in export.reading_notes:
        print(sentence)
    if export.ignored:
        print(f"Cột không dùng, không lưu: {', '.join(map(shortened, export.ignored))}.")


def _check(export: Export, period: str) -> None:
    """Print all mistakes; one mistake refuses the whole file."""
    for mistake in export.mistakes:
        print(mistake, file=sys.stderr)
    if export.mistakes:
        count = f"hơn {len(export.mistakes)}" if export.more else f"{len(export.mistakes)}"
        raise Refused(f"{export.file}: {count} ô sai (nêu ở trên); chưa nhập gì.")
    if export.kind == "totals" and not period:
        raise Refused(f"{export.file} là bảng tổng hợp theo lĩnh vực; thêm --period để nêu kỳ, ví dụ --period 2026-11")
    if export.kind == "list" and period:
        raise Refused(f"{export.file} là danh sách hồ sơ, không cần --period: kỳ tính theo ngày của từng hồ sơ")


def _print_result(export: Export, outcome: Outcome, flows: list[Flow]) -> None:
    """Print the result, suspicious values, and the sums to compare with those of the software."""
    what = "danh sách hồ sơ" if export.kind == "list" else "bảng tổng hợp theo lĩnh vực"
    rows = "hồ sơ" if export.kind == "list" else "lĩnh vực"
    if outcome.repeated:
        day = periods.day(outcome.repeated.at.date())
        print(f"{export.file}: tệp này đã nhập ngày {day}; không có gì thay đổi.")
    print(
        f"{export.file}: {what}, {number(export.rows)} {rows}: {number(outcome.new)} mới, "
        f"{number(outcome.changed)} thay đổi, {number(outcome.unchanged)} không đổi."
    )
    for note in export.notes:
        print(f"Chú ý: {note}")
    if outcome.moved_back:
        named = ", ".join(outcome.moved_back[:MOST_BACK])
        print(
            f"Chú ý: {number(len(outcome.moved_back))} hồ sơ lần trước có kết quả, tệp này ghi chưa có ({named}): "
            "tệp cũ hơn lần nhập trước?"
        )
    print("Để đối chiếu với phần mềm:")
    print_table(
        ["Lĩnh vực", *(title for title, _ in COLUMNS)],
        (
            [flow.field or "(không ghi)", *(number(getattr(flow, name)) for _, name in COLUMNS)]
            for flow in (*flows, total(flows, "Tổng số"))
        ),
    )
    whole = total(flows)
    if whole.rate is not None:
        print(f"Trước hạn và đúng hạn: {percent(whole.rate)}% số đã giải quyết.")


@app.command()
def due(
    unit: Annotated[str, typer.Option(help="Mã đơn vị")],
    copy: Annotated[bool, typer.Option("--copy", help="Bản ngắn để chép vào nhóm Zalo")] = False,
) -> None:
    """In các hồ sơ quá hạn, có kết quả chưa trả, đã trả chưa kết thúc, và sắp đến hạn; không có tên người nộp."""

    async def work(settings: Settings) -> None:
        now = datetime.now(settings.zone)
        async with open_existing(settings) as store:
            world = await world_of(settings, store, unit)
            async with store.reading() as tx:
                most = IN_GROUP if copy else MOST_PRINTED
                found = await due_list(tx, unit, world.unit(unit).name, now, world.due_days, most)
        print(due_text(found).plain)

    carry_out(work)


@app.command()
def apologies(
    unit: Annotated[str, typer.Option(help="Mã đơn vị")],
    out: Annotated[Path, typer.Option(help="Thư mục để ghi các dự thảo .docx")],
) -> None:
    """Soạn dự thảo văn bản xin lỗi (Mẫu 04 của Thông tư 03/2025/TT-VPCP) cho từng hồ sơ quá hạn chưa có kết quả.

    Câu chữ là bản tự soạn: đối chiếu với mẫu đang có hiệu lực, điền chỗ "……" rồi mới ký. Tệp đã có được giữ nguyên.
    """

    async def work(settings: Settings) -> None:
        now = datetime.now(settings.zone)
        async with open_store(settings) as store:
            world = await world_of(settings, store, unit)
            place = world.unit(unit)
            async with store.transaction() as tx:
                late = await tx.due_dossiers(unit, "overdue", now, now.date(), MOST_PRINTED)
                wanted = [one.dossier for one in late if one.sent_on is None]
                try:
                    written = _write_drafts(out, wanted, place)
                except OSError as error:
                    raise Refused(f"không ghi được vào {out}: {reason(error)}") from error
                await tx.note_apologies(unit, [one.code for one in wanted], now.date())
        print(
            f"{number(len(late))} hồ sơ quá hạn chưa có kết quả; {number(len(late) - len(wanted))} đã gửi thư xin lỗi."
        )
        print(f"Đã soạn {number(written)} dự thảo trong {out}; {number(len(wanted) - written)} tệp có sẵn, giữ nguyên.")
        print("Dự thảo: đối chiếu với Mẫu 04 đang có hiệu lực, điền chỗ trống.")
        print(f"Gửi xong, ghi lại: motcua dossiers apologized MÃ --unit {unit}")

    carry_out(work)


def _write_drafts(folder: Path, dossiers: list[Dossier], unit: Unit) -> int:
    """Write a draft for each dossier that has none in the folder; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = [(folder / apology_name(one), one) for one in dossiers if not (folder / apology_name(one)).exists()]
    for path, one in fresh:
        letter = apology_letter(one, unit.name, unit.phone or unit.address, sample=unit.demo)
        write_bytes(path, letter)
    return len(fresh)


@app.command()
def apologized(
    code: Annotated[str, typer.Argument(metavar="MÃ", help="Mã hồ sơ")],
    unit: Annotated[str, typer.Option(help="Mã đơn vị")],
) -> None:
    """Ghi là đã gửi văn bản xin lỗi cho một hồ sơ hôm nay."""

    async def work(settings: Settings) -> None:
        today = datetime.now(settings.zone).date()
        async with open_store(settings) as store, store.transaction() as tx:
            await check_unit(tx, unit)
            if not await tx.dossiers(unit, [code]):
                raise Refused(f"đơn vị {unit} không có hồ sơ {code!r}; xem: motcua dossiers due --unit {unit}")
            await tx.send_apology(unit, code, today)
        print(f"Đã ghi: gửi thư xin lỗi cho hồ sơ {code} ngày {periods.day(today)}.")

    carry_out(work)
