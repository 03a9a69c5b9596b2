"""motcua catalog: import, template, search, check, export, misses."""

import hashlib
import json
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.common import Refused, carry_out, check_unit, is_confirmed, open_existing, open_store, print_notes
from bot.commands.listing import Json, print_json, print_list
from bot.commands.outfile import check_ending, write_bytes, written
from bot.commands.usage import Commands
from bot.files.catalog_workbook import catalog_workbook
from bot.live_catalogs import load_catalog
from bot.settings import Settings
from catalog.catalogs import lineage
from catalog.entries import to_json
from catalog.files.mistakes import Unreadable, shortened
from catalog.history import ImportRecord
from catalog.index import Index, Reason, SearchResult
from catalog.preview.applying import Changes, changes
from catalog.preview.planning import WORDS, Preview, as_object, preview
from handlers.staff.catalog.confirming import store as keep
from handlers.staff.catalog.current_catalog import CurrentCatalog, current_catalog
from handlers.staff.catalog.rights import leave_above
from handlers.turn import MissKind
from handlers.wording import plain
from locales import DEFAULT
from locales.system_errors import reason as why

app = Commands(help="Danh mục thủ tục.")
File = Annotated[
    Path, typer.Argument(metavar="TỆP", help="Tệp .xlsx, .xls, .ods, .csv, .tsv, .docx, .pdf, .json, .jsonl hoặc .toml")
]
UnitOption = Annotated[str, typer.Option("--unit", help="Mã đơn vị; bỏ trống là danh mục chung")]
Accept = Annotated[
    bool, typer.Option("--accept", help="Nhận các đề xuất đã nêu: mã bỏ đuôi, chữ theo phông cũ đổi sang Unicode")
]


MOST_NOTES = 50


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that citizens found no answer to, its kind, and how often it was asked."""

    kind: MissKind
    question: str
    count: int


@app.command("import")
def import_(
    file: File,
    unit: UnitOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem sẽ thay đổi gì")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Nhập phần đọc được, bỏ các bản ghi lỗi, không hỏi")] = False,
    accept: Accept = False,
    as_json: Json = False,
) -> None:
    """Nhập danh mục từ tệp: thêm, sửa, thay thế, bãi bỏ như tệp nêu. Thủ tục bãi bỏ được giữ lại, không trả lời nữa."""
    if as_json and not dry_run:
        raise typer.BadParameter("--json đi cùng --dry-run")

    async def work(settings: Settings) -> None:
        async with open_store(settings) as store:
            async with store.reading() as tx:
                if unit:
                    await check_unit(tx, unit)
                units = await tx.units()
                scopes = lineage(unit, {code: known.parent for code, known in units.items()})
                known = await current_catalog(tx, scopes)
            made = _previewed(file, known, accept=accept, quiet=as_json)
            if known.above:
                leave_above(made, known.above, units[scopes[-2]].name)
            if as_json:
                print_json(as_object(made))
                return
            now = datetime.now(settings.zone)
            found = changes(made, known.stored, now.date())
            _print_result(file, made, found, dry_run=dry_run)
            if dry_run:
                print("Chạy thử: chưa ghi gì.")
                return
            doubtful = len(made.of("unclear")) + len(made.of("refused"))
            taken = len(made.lines) - doubtful - len(found.waiting)
            question = f"Bỏ {doubtful} bản ghi lỗi và nhập {taken} thủ tục còn lại?"
            if doubtful and not yes and not is_confirmed(question):
                raise Refused(
                    f"{doubtful} bản ghi lỗi (nêu ở trên), chưa nhập gì. Sửa tệp, hoặc thêm --yes để nhập phần còn lại."
                )
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            record = ImportRecord(unit, file.name, digest, 0, 0, 0, 0)
            async with store.transaction() as tx:
                done = await keep(tx, record, made, found, now)
            if done.outcome == "nothing":
                print("Không có gì thay đổi.")
                return
        print("Đã nhập.")

    carry_out(work)


@app.command()
def check(file: File, accept: Accept = False) -> None:
    """Đọc thử một tệp danh mục và nêu từng bản ghi lỗi; không ghi gì."""

    async def work(settings: Settings) -> None:
        made = _previewed(file, CurrentCatalog({}, own=True), accept=accept)
        doubtful = _name_doubtful(file, made)
        good = len(made.lines) - doubtful
        if doubtful:
            raise Refused(f"{file.name}: {doubtful} bản ghi lỗi, {good} bản ghi đọc được.")
        print(f"{file.name}: đọc được cả {good} thủ tục.")

    carry_out(work)


@app.command()
def search(
    text: Annotated[str, typer.Argument(metavar="CÂU_HỎI", help="Câu hỏi bằng lời thường")] = "",
    limit: Annotated[int, typer.Option(min=1, max=50, help="Số thủ tục nhiều nhất")] = 5,
    file: Annotated[Path | None, typer.Option(help="Tệp câu hỏi, mỗi dòng một câu")] = None,
    unit: UnitOption = "",
    explain: Annotated[bool, typer.Option("--explain", help="Nêu vì sao mỗi thủ tục được điểm như vậy")] = False,
    as_json: Json = False,
) -> None:
    """Tìm thủ tục như trợ lý tìm."""
    if bool(text) == (file is not None):
        raise typer.BadParameter("cần một câu hỏi, hoặc --file TỆP")
    if explain and as_json:
        raise typer.BadParameter("--explain in chữ, không đi cùng --json")

    async def work(settings: Settings) -> None:
        index = await _index(settings, unit)
        for query in [text] if file is None else _lines(file):
            result = index.search(query, limit)
            print(_as_json(result) if as_json else _as_text(result), flush=True)
            if explain:
                print("\n".join(map(_explained, index.explain(query, limit))), flush=True)

    carry_out(work)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .jsonl hoặc .xlsx sẽ ghi")],
    unit: UnitOption = "",
) -> None:
    """Ghi danh mục ra tệp .jsonl (đủ mọi nội dung) hoặc .xlsx (thủ tục đang áp dụng, để sửa); tệp này nhập lại được."""

    async def work(settings: Settings) -> None:
        check_ending(file, ".jsonl", ".xlsx")
        async with open_existing(settings) as store, store.reading() as tx:
            if unit:
                await check_unit(tx, unit)
            stored = await tx.stored(unit)
        if file.suffix.lower() == ".xlsx":
            holding = CurrentCatalog(stored).in_force(datetime.now(settings.zone).date())
            write_bytes(file, catalog_workbook(holding))
            print(f"Đã ghi {len(holding)} thủ tục vào {file}.")
            return
        with written(file) as path, path.open("w", encoding="utf-8") as out:
            for code in sorted(stored):
                out.write(to_json(stored[code]) + "\n")
        print(f"Đã ghi {len(stored)} thủ tục vào {file}.")

    carry_out(work)


@app.command()
def template(file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .xlsx sẽ ghi")]) -> None:
    """Ghi tệp mẫu để điền danh mục: mỗi dòng một thủ tục, trang «Hướng dẫn» giải thích từng cột."""
    check_ending(file, ".xlsx")
    write_bytes(file, catalog_workbook(()))
    print(f"Đã ghi tệp mẫu vào {file}. Điền xong, xóa dòng mẫu rồi nhập: motcua catalog import {file}")


@app.command()
def misses(
    limit: Annotated[int, typer.Option(min=1, help="Số câu nhiều nhất")] = 50,
    kind: Annotated[
        MissKind | None,
        typer.Option(
            help="missed không tìm thấy, not_this không phải việc này, not_taken không chọn việc nào, "
            "name_only thủ tục mới chỉ có tên"
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Những điều người dân hỏi mà chưa có lời đáp, nhiều lần nhất trước."""

    async def work(settings: Settings) -> None:
        async with open_existing(settings) as store, store.reading() as tx:
            found = [Miss(*one) for one in await tx.misses(limit, kind)]

        def row(one: Miss) -> tuple[object, ...]:
            return one.count, one.question, plain(DEFAULT, f"missed.kind.{one.kind}")

        print_list(found, ("Số lần", "Câu hỏi", "Loại"), row, as_json=as_json)

    carry_out(work)


def _previewed(file: Path, known: CurrentCatalog, *, accept: bool, quiet: bool = False) -> Preview:
    """Read a file and print how it was read and what was left out, before anything is written."""
    from rich.console import Console
    from rich.progress import Progress

    try:
        with Progress(console=Console(stderr=True), transient=False, disable=quiet) as bar:
            task = bar.add_task(f"Đọc {file.name}", total=None)
            made = preview(file, known.whole, accept=accept, own=known.own)
            bar.update(task, total=len(made.lines), completed=len(made.lines))
    except Unreadable as error:
        raise Refused(str(error)) from error
    if not quiet:
        print_notes(made.notes)
    return made


def _print_result(file: Path, made: Preview, found: Changes, *, dry_run: bool) -> None:
    doubtful = _name_doubtful(file, made)
    if dry_run:
        print_list(
            [line for line in made.lines if line.kind not in ("unclear", "refused")],
            ("Việc", "Mã", "Cấp", "Tên", "Từ ngày", "Nơi", "Ghi chú"),
            lambda line: (
                *(WORDS[line.kind], line.code, line.texts.get("level", ""), line.name, line.effective, line.place),
                "; ".join([*(f"thay {old}" for old in line.replaces), *line.notes]),
            ),
            as_json=False,
        )
    else:
        taken = [line for line in made.lines if line.kind not in ("unclear", "refused")]
        notes = [f"{line.place} {line.code}: {note}." for line in taken for note in line.notes]
        print("\n".join(notes[:MOST_NOTES]), end="\n" if notes else "")
        if len(notes) > MOST_NOTES:
            print(f"… và {len(notes) - MOST_NOTES} ghi chú nữa; xem đủ bằng --dry-run.")
    if found.waiting:
        days = sorted({line.effective for line in found.waiting})
        print(f"{len(found.waiting)} thủ tục chưa đến ngày có hiệu lực ({', '.join(days)}); đến ngày sẽ tự thay đổi.")
    plan = found.plan
    ended = f" (bãi bỏ hoặc bị thay thế: {len(found.ended)})" if found.ended else ""
    print(
        f"{file.name}: {len(plan.added)} thủ tục mới, {len(plan.changed)} thay đổi{ended}, "
        f"{plan.unchanged} giữ nguyên, {doubtful} bản ghi lỗi."
    )


def _name_doubtful(file: Path, made: Preview) -> int:
    """Print the rows that a person has to look at and the refused ones; returns how many there are."""
    doubtful = [line for line in made.lines if line.kind in ("unclear", "refused")]
    for line in doubtful:
        sheet = f", trang «{shortened(line.sheet)}»" if line.sheet else ""
        code = f" {shortened(line.code)}" if line.code else ""
        how = "; nếu đúng, thêm --accept để nhận" if line.proposed else ""
        reasons = "; ".join([line.reason, *line.notes])
        print(f"{file.name}{sheet}, dòng {line.row}{code}: {WORDS[line.kind]}, {reasons}{how}", file=sys.stderr)
    return len(doubtful)


async def _index(settings: Settings, unit: str) -> Index:
    async with open_existing(settings) as store, store.reading() as tx:
        if unit:
            await check_unit(tx, unit)
        parents = {code: known.parent for code, known in (await tx.units()).items()}
        catalog = await load_catalog(tx, lineage(unit, parents))
    if not len(catalog):
        raise Refused("danh mục còn trống; nhập bằng: motcua catalog import TỆP")
    return catalog.index


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8-sig").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"không đọc được {file}: {why(error)}") from error


def _as_json(result: SearchResult) -> str:
    hits = [{"code": hit.code, "name": hit.name, "score": hit.score} for hit in result.hits]
    values = {
        "query": result.query,
        "decision": result.decision,
        "aspect": result.aspect,
        "hits": hits,
        "ms": result.ms,
        "sure": result.sure,
        "aspects": result.aspects,
    }
    return json.dumps(values, ensure_ascii=False)


def _as_text(result: SearchResult) -> str:
    decisions = {
        "answer": "Một thủ tục rõ" if result.sure else "Một thủ tục có lẽ đúng",
        "choose": "Cần chọn",
        "none": "Không có trong danh mục",
    }
    lines = [f"{decisions[result.decision]}" + (f" · hỏi về: {result.aspect}" if result.aspect else "")]
    lines += [f"{hit.score:7.3f}  {hit.code}  {hit.name}" for hit in result.hits]
    return "\n".join(lines)


def _explained(reason: Reason) -> str:
    shared = ", ".join(f"{term} {weight:.1f}" for term, weight in reason.shared)
    return (
        f"\n{reason.hit.score:.3f}  {reason.hit.code}  {reason.hit.name}\n"
        f"  giống nhất: “{reason.said}” ({reason.likeness:.3f}); bao phủ câu hỏi {reason.covered:.3f}; "
        f"ưu tiên {reason.bonus:.2f}\n"
        f"  chung: {shared}\n"
        f"  chỉ câu hỏi có: {reason.asked_only:.1f}; chỉ tên có: {reason.named_only:.1f}"
    )
