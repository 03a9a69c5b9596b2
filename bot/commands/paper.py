"""motcua paper: paper ballots that were typed into a spreadsheet."""

import secrets
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.common import Refused, carry_out, find_round, form_of, open_store, print_notes
from bot.commands.listing import print_table
from bot.commands.usage import Commands
from bot.live_world import LiveWorld
from bot.settings import Settings
from catalog.files.mistakes import Unreadable
from catalog.files.notes import Notes
from handlers.paper.ballot import Register
from handlers.paper.ballot_sheet import Batch, read_rows, read_table
from handlers.paper.batch import Taken, add_up, keep_ballots
from handlers.rating.unfinished_forms import free_slips
from handlers.world import World
from storage.store import SqlStore
from surveys.cases import case_of
from surveys.printing.numbering import numbered, numbers_of
from surveys.questionnaire import SCALE_LEVELS, Questionnaire
from surveys.slips import Round

OVERTAKEN = {"closed": "hết nhận vì đợt đã đóng", "revoked": "được thu hồi"}
app = Commands(help="Phiếu giấy.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .xlsx, .xls hoặc .csv, mỗi dòng một phiếu")],
    round_name: Annotated[str, typer.Option("--round", help="Tên đợt khảo sát")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ đọc thử, không ghi gì")] = False,
) -> None:
    """Nhập phiếu giấy đã gõ vào bảng tính: nhập cả tệp, hoặc nêu từng ô sai và không nhập gì.

    Cột: «Số phiếu» hoặc «Mã phiếu»; mỗi câu hỏi một cột (tên cột là số thứ tự, mã hoặc nguyên văn câu hỏi);
    nếu cần thêm «Có người giúp» (ghi x) và «Ngày» (ngày người dân điền phiếu).
    """

    async def work(settings: Settings) -> None:
        today = datetime.now(settings.zone).date()
        async with open_store(settings) as store:
            try:
                notes = Notes()
                rows = read_rows(file, notes)
                print_notes(notes)
                world = await _world(settings, store)
                async with store.reading() if dry_run else store.transaction() as tx:
                    round_ = await find_round(tx, round_name)
                    if round_.closed_at:
                        raise Refused(f"đợt {round_.name!r} đã đóng, không nhập phiếu được nữa")
                    form = form_of(world, round_)
                    slips = await free_slips(tx, world, await tx.slips_of(round_.name), drop=not dry_run)
                    register = Register.of(slips)
                    batch = read_table(file.name, rows, form, round_, register, today)
                    _refuse_mistakes(file, batch)
                    if not dry_run:
                        await tx.keep_forms([form])
                        ballots = {secrets.token_hex(16): ballot for ballot in batch.ballots}
                        kept = await keep_ballots(tx, world, round_, form, ballots)
                        # Imported paper sends no alerts; its cases are in the list of open ones.
                        await tx.keep_cases([case for one in kept if (case := case_of(form, one, today))])
            except Unreadable as error:
                raise Refused(str(error)) from error
            except Taken as error:
                taken = ", ".join(numbered(slip.serial) for slip in error.slips)
                happened = OVERTAKEN.get(error.reason, "được trả lời nơi khác")
                raise Refused(f"phiếu {taken} vừa {happened}; chưa nhập gì, xin chạy lại") from error
        _print_result(batch, form, round_)
        print("Chạy thử: chưa ghi gì." if dry_run else "Đã nhập.")

    carry_out(work)


async def _world(settings: Settings, store: SqlStore) -> World:
    """Return the forms and catalogs that define the fields of ballots."""
    live = LiveWorld.of(settings, store)
    await live.refresh()
    return live()


def _refuse_mistakes(file: Path, batch: Batch) -> None:
    """Print all mistakes; one mistake refuses the whole file."""
    for mistake in batch.mistakes:
        print(mistake, file=sys.stderr)
    if batch.mistakes:
        rows = len({mistake.row for mistake in batch.mistakes})
        raise Refused(f"{file.name}: {rows} phiếu lỗi (nêu ở trên), {len(batch.ballots)} phiếu đọc được; chưa nhập gì.")


def _print_result(batch: Batch, form: Questionnaire, round_: Round) -> None:
    """Print what is not counted, and the sums to compare with the pile of paper."""
    for note in batch.notes:
        print(note)
    totals = add_up(batch.ballots)
    helped = sum(ballot.assisted for ballot in batch.ballots)
    print(f"Đợt {round_.name}: {totals.ballots} phiếu, {helped} phiếu có người giúp. Để đối chiếu với xấp phiếu:")
    rows = ([numbers_of(form, [question]), *counts] for question, counts in totals.rows(form))
    print_table(["Câu", *(f"mức {level}" for level in SCALE_LEVELS)], rows)
