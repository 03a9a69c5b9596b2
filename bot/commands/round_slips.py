"""motcua round sheets, motcua round ballots: one-time slips on paper."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.commands.common import Refused, carry_out, find_round, form_of, open_store, world_of
from bot.commands.outfile import check_ending, written
from bot.settings import Settings
from handlers.world import World
from storage.database.whole_files import flush
from storage.store import SqlStore
from surveys.printing import ballot_form, slip_sheets
from surveys.printing.heading import Heading, reach, remarks
from surveys.printing.numbering import numbered
from surveys.slips import Round, Slip, fresh, length_for

MOST_SLIPS = 10_000
_RANGE = re.compile(r"(\d{1,6})(?:\s*-\s*(\d{1,6}))?", re.ASCII)


# A slip without an occasion goes out with a result.
Occasion = Literal["refused", "returned", "late"]
Name = Annotated[str, typer.Argument(metavar="TÊN", help="Tên đợt khảo sát")]
Out = Annotated[Path, typer.Option(help="Tệp .pdf sẽ ghi")]
Count = Annotated[int | None, typer.Option(help="Phát hành thêm chừng này phiếu mới, đánh số tiếp theo")]
OccasionOption = Annotated[
    Occasion | None,
    typer.Option(help="Phiếu mới phát kèm hồ sơ bị từ chối, được trả lại hoặc trễ hạn; dùng cùng --count"),
]
Reprint = Annotated[str, typer.Option(help="In lại phiếu đã có, ví dụ 12,15-20; không phát hành phiếu mới")]
Draw = Callable[[Heading, World, Round, Sequence[Slip], Path], None]


def sheets(name: Name, out: Out, count: Count = None, occasion: OccasionOption = None, reprint: Reprint = "") -> None:
    """In phiếu mã QR, 8 phiếu một tờ A4.

    Lần đầu phát hành đủ chỉ tiêu của đợt. Các lần sau không tự in thêm: --count N phát hành thêm N phiếu,
    --reprint in lại phiếu đã có.
    """

    def draw(heading: Heading, world: World, round_: Round, slips: Sequence[Slip], path: Path) -> None:
        slip_sheets.write_pdf(heading, slips, path)

    _print(name, out, count, occasion, reprint, draw, again=False)


def ballots(name: Name, out: Out, count: Count = None, occasion: OccasionOption = None, reprint: Reprint = "") -> None:
    """In phiếu giấy khổ A5 (hai trang A5 trên một tờ A4), có câu hỏi để đánh dấu, cùng số và mã với phiếu QR.

    Đợt chưa có phiếu nào: phát hành đủ chỉ tiêu. Đã có: in mọi phiếu còn dùng được; --count N chỉ in N phiếu
    phát hành thêm, --reprint chỉ in các số nêu ra.
    """

    def draw(heading: Heading, world: World, round_: Round, slips: Sequence[Slip], path: Path) -> None:
        ballot_form.write_pdf(heading, form_of(world, round_), slips, path)

    _print(name, out, count, occasion, reprint, draw, again=True)


def _print(
    name: str,
    out: Path,
    count: int | None,
    occasion: Occasion | None,
    reprint: str,
    draw: Draw,
    *,
    again: bool,
) -> None:
    """Print new or existing slips; with `again` and no other options, all that can still be used."""
    if reprint and (count is not None or occasion):
        raise typer.BadParameter("--reprint in lại phiếu đã có, không đi cùng --count hay --occasion")
    if occasion and count is None:
        raise typer.BadParameter("--occasion cần --count: số phiếu phát kèm các hồ sơ đó")

    async def work(settings: Settings) -> None:
        check_ending(out, ".pdf")
        wanted = serials(reprint) if reprint else []
        async with open_store(settings) as store:
            async with store.reading() as tx:
                round_ = await find_round(tx, name)
                unit = (await tx.units())[round_.unit]
                stored = await tx.slips_of(round_.name)
            if round_.closed_at:
                raise Refused(f"đợt {round_.name!r} đã đóng, không in phiếu được nữa")
            if wanted:
                slips = _usable(chosen(round_, stored, wanted))
            elif again and stored and count is None:
                slips = [slip for slip in stored if slip.state == "issued"]
                if not slips:
                    raise Refused("mọi phiếu đã in đều có câu trả lời hoặc đã thu hồi; thêm --count N để in thêm")
            else:
                slips = _new(round_, stored, count, occasion)
            unfit = remarks(settings.address, sample=unit.demo)
            heading = Heading(settings.address, unit.name, round_.name, unfit)
            with written(out) as temporary:
                world = await world_of(settings, store, round_.unit)
                draw(heading, world, round_, slips, temporary)
                # Slips are issued in the database only after the file is safely written.
                flush(temporary)
                added = not stored or slips[0].serial > stored[-1].serial
                if added:
                    await _issue(store, round_, slips)
        _print_result(settings, out, round_, slips, added=added)

    carry_out(work)


def _new(round_: Round, stored: Sequence[Slip], count: int | None, occasion: Occasion | None) -> list[Slip]:
    """Make the slips of a first printing, or as many more as were asked for."""
    if count is None and stored:
        raise Refused(
            f"đợt {round_.name!r} đã phát hành {len(stored)} phiếu (chỉ tiêu {round_.target}), không in thêm. "
            "Thêm --count N để phát hành thêm N phiếu, hoặc --reprint 12,15-20 để in lại phiếu đã có."
        )
    number = round_.target if count is None else count
    if not 1 <= number <= MOST_SLIPS - len(stored):
        raise Refused(f"--count {number}: cần ít nhất 1; một đợt có nhiều nhất {MOST_SLIPS} phiếu, đã có {len(stored)}")
    last = stored[-1].serial if stored else 0
    length = length_for(len(stored) + number)
    return [
        Slip(fresh(length=length), round_.name, last + place, occasion=occasion or "") for place in range(1, number + 1)
    ]


async def _issue(store: SqlStore, round_: Round, slips: Sequence[Slip]) -> None:
    """Store the drawn slips under the numbers printed on them."""
    async with store.transaction() as tx:
        stored = await tx.add_slips(round_.name, [slip.code for slip in slips], slips[0].occasion)
        if [slip.serial for slip in stored] != [slip.serial for slip in slips]:
            raise Refused("có người khác vừa in phiếu của đợt này; chưa phát hành gì, xin chạy lại lệnh")


def chosen(round_: Round, stored: Sequence[Slip], wanted: Sequence[int]) -> list[Slip]:
    """Return slips by their numbers; refuse numbers that the round does not have."""
    by_serial = {slip.serial: slip for slip in stored}
    unknown = [numbered(serial) for serial in wanted if serial not in by_serial]
    if unknown:
        raise Refused(f"đợt {round_.name!r} không có phiếu {_few(unknown)}; đã phát hành {len(stored)} phiếu")
    return [by_serial[serial] for serial in wanted]


def _usable(slips: Sequence[Slip]) -> list[Slip]:
    gone = [numbered(slip.serial) for slip in slips if slip.state != "issued"]
    if gone:
        raise Refused(f"phiếu {_few(gone)} đã có câu trả lời hoặc đã thu hồi, không in lại được")
    return list(slips)


def _few(numbers: Sequence[str], most: int = 20) -> str:
    return ", ".join(numbers[:most]) + (" …" if len(numbers) > most else "")


def serials(text: str) -> list[int]:
    """Read "12,15-20" as numbers in order, each once; refuse anything else."""
    found: set[int] = set()
    for piece in text.split(","):
        match = _RANGE.fullmatch(piece.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not 1 <= first <= last:
            raise Refused(f"{text!r} không phải các số phiếu; ghi như 12,15-20")
        found.update(range(first, min(last, MOST_SLIPS + 1) + 1))
    return sorted(found)


def _print_result(settings: Settings, out: Path, round_: Round, slips: Sequence[Slip], *, added: bool) -> None:
    span = f"{numbered(slips[0].serial)} đến {numbered(slips[-1].serial)}"
    print(f"Đã ghi {out}: {len(slips)} phiếu {'mới' if added else 'đã có'} của đợt {round_.name}, số {span}.")
    if round_.last < datetime.now(settings.zone).date():
        print("Lưu ý: kỳ của đợt đã hết; phiếu này chỉ nhập được từ giấy, với ngày nằm trong kỳ.")
    if limit := reach(settings.address):
        print(f"Lưu ý: {limit}.")
