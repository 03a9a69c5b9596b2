"""motcua round: survey rounds, with a target, a period, and counted slips."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from bot import unit_files
from bot.commands import round_slips
from bot.commands.common import (
    Refused,
    carry_out,
    check_unit,
    find_round,
    is_printable,
    open_existing,
    open_store,
    plain_name,
    standing_unit,
)
from bot.commands.listing import Json, print_list
from bot.commands.usage import Commands
from bot.settings import Settings
from handlers.world import Counter
from reports import periods, rates
from storage.store import SqlTx
from surveys.printing.numbering import numbered
from surveys.questionnaire import Questionnaire
from surveys.slips import Counts, Round

app = Commands(help="Đợt khảo sát.")
app.command("sheets")(round_slips.sheets)
app.command("ballots")(round_slips.ballots)
Name = Annotated[str, typer.Argument(metavar="TÊN", help="Tên đợt khảo sát")]
MOST_LETTERS = 60
DEFAULT_FORM = "nhanh"
COLUMNS = (
    *("Tên", "Đơn vị", "Mẫu", "Chỉ tiêu", "Từ ngày", "Đến ngày", "Đã in", "Đã trả lời", "Đang trả lời", "Thu hồi"),
    *("Tỷ lệ %", "Tình trạng"),
)


@app.command("open")
def open_(
    name: Name,
    unit: Annotated[str, typer.Option(help="Mã đơn vị")],
    target: Annotated[int, typer.Option(help="Số phiếu sẽ phát, ví dụ 200")],
    form: Annotated[str, typer.Option(help="Mẫu phiếu; bỏ trống là mẫu của quầy")] = "",
    counter: Annotated[str, typer.Option(help="Mã quầy, nếu đợt này chỉ của một quầy")] = "",
    period: Annotated[str, typer.Option(help="Kỳ: 2026-Q4, 2026-11, …; bỏ trống là quý này")] = "",
) -> None:
    """Mở một đợt khảo sát. Sau đó in phiếu: motcua round sheets, motcua round ballots."""

    async def work(settings: Settings) -> None:
        now = datetime.now(settings.zone)
        stretch = periods.parse(period) if period else periods.quarter_of(now.date())
        plain = _checked_name(name)
        if not 1 <= target <= round_slips.MOST_SLIPS:
            raise Refused(f"--target {target}: cần một số từ 1 đến {round_slips.MOST_SLIPS}")
        async with open_store(settings) as store, store.transaction() as tx:
            await standing_unit(tx, unit)
            forms = unit_files.load(settings.data_dir)
            chosen = await _form_of(tx, forms, unit, counter, form)
            if await tx.keep_forms([forms[chosen]]):
                raise Refused(f"nội dung phiếu {chosen} đã đổi mà số phiên bản còn cũ; tăng `version` trong tệp phiếu")
            opened = Round(
                plain, unit, chosen, target, stretch.first, stretch.last, counter, version=forms[chosen].version
            )
            if not await tx.open_round(opened, now):
                raise Refused(f"đã có đợt {plain!r}; đặt tên khác, hoặc xem: motcua round list")
        label = periods.label(stretch, "vi")
        print(f"Đã mở đợt {plain}: đơn vị {unit}, mẫu {chosen}, {target} phiếu. {label}.")
        if stretch.last < now.date():
            print("Lưu ý: kỳ này đã hết; phiếu chỉ nhập được từ giấy, với ngày nằm trong kỳ.")
        print(f'In phiếu: motcua round sheets "{plain}" --out phieu.pdf')

    carry_out(work)


@app.command("list")
def list_(unit: Annotated[str, typer.Option(help="Mã đơn vị; bỏ trống là tất cả")] = "", as_json: Json = False) -> None:
    """Các đợt khảo sát và số phiếu. Tỷ lệ: số phiếu đã trả lời trên số phiếu đã in, không kể phiếu thu hồi."""

    async def work(settings: Settings) -> None:
        async with open_existing(settings) as store, store.reading() as tx:
            if unit:
                await check_unit(tx, unit)
            listed = [round_ for round_ in (await tx.rounds()).values() if unit in ("", round_.unit)]
            counts = await tx.round_counts([round_.name for round_ in listed])
        found = [(round_, counts.get(round_.name, Counts())) for round_ in listed]
        print_list(
            found, COLUMNS, lambda one: _row(*one), as_json=as_json, record=lambda one: asdict(one[0]) | asdict(one[1])
        )

    carry_out(work)


@app.command()
def close(name: Name) -> None:
    """Đóng một đợt: không nhận thêm câu trả lời nào nữa, kể cả phiếu giấy."""

    async def work(settings: Settings) -> None:
        async with open_store(settings) as store, store.transaction() as tx:
            round_ = await find_round(tx, name)
            if not await tx.close_round(round_.name, datetime.now(settings.zone)):
                raise Refused(f"đợt {round_.name!r} đã đóng từ trước")
            counts = (await tx.round_counts([round_.name])).get(round_.name, Counts())
        print(f"Đã đóng đợt {round_.name}: {counts.used} phiếu đã trả lời trên {counts.issued} phiếu đã in.")

    carry_out(work)


@app.command()
def revoke(
    name: Name,
    numbers: Annotated[str, typer.Argument(metavar="SỐ", help="Số phiếu, ví dụ 12,15-20")],
) -> None:
    """Thu hồi phiếu mất, hỏng hoặc không phát: mã không dùng được nữa, không tính vào số phiếu đã in."""

    async def work(settings: Settings) -> None:
        wanted = round_slips.serials(numbers)
        async with open_store(settings) as store, store.transaction() as tx:
            round_ = await find_round(tx, name)
            slips = round_slips.chosen(round_, await tx.slips_of(round_.name), wanted)
            used = [numbered(slip.serial) for slip in slips if slip.state == "used"]
            if used:
                raise Refused(f"phiếu {', '.join(used)} đã có câu trả lời, không thu hồi được; chưa thu hồi phiếu nào")
            revoked = await tx.revoke_slips([slip.code for slip in slips])
        before = len(slips) - len(revoked)
        print(f"Đã thu hồi {len(revoked)} phiếu." + (f" {before} phiếu đã thu hồi từ trước." if before else ""))

    carry_out(work)


def _checked_name(name: str) -> str:
    plain = plain_name(name)
    if not plain:
        raise Refused('tên đợt để trống; ví dụ: "Quý 4/2026"')
    if len(plain) > MOST_LETTERS or not is_printable(plain):
        raise Refused(f"tên đợt {plain[:MOST_LETTERS]!r} không dùng được: nhiều nhất {MOST_LETTERS} ký tự in được")
    return plain


async def _form_of(tx: SqlTx, forms: Mapping[str, Questionnaire], unit: str, counter: str, wanted: str) -> str:
    """Return the requested form, or that of the counter, or the one that all counters of the unit share."""
    counters: dict[str, Counter] = await tx.counters()
    if counter and (counter not in counters or counters[counter].unit != unit):
        raise Refused(f"đơn vị {unit} không có quầy {counter!r}; xem: motcua counter list")
    usual = {c.form for c in counters.values() if (c.code == counter if counter else c.unit == unit)}
    form = wanted or (usual.pop() if len(usual) == 1 else DEFAULT_FORM)
    if form not in forms:
        raise Refused(f"không có mẫu phiếu {form!r}; có: {', '.join(forms)}")
    return form


def _row(round_: Round, counts: Counts) -> tuple[str, ...]:
    numbers = (round_.target, counts.issued, counts.used, counts.begun, counts.revoked)
    target, *counted = map(str, numbers)
    days = (periods.day(round_.first), periods.day(round_.last))
    state = "đã đóng" if round_.closed_at else "đang mở"
    return (round_.name, round_.unit, round_.form, target, *days, *counted, _rate(counts), state)


def _rate(counts: Counts) -> str:
    """Return the response rate as printed; a dash if no slip was issued."""
    found = rates.percent_of(counts.used, counts.issued)
    return "-" if found is None else rates.percent(found)
