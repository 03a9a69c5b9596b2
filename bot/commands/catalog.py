"""motcua catalog: import, search, check, export, history, misses."""

import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from bot.commands.common import Refused, carry_out, check_unit, is_confirmed, open_existing, open_store, print_told
from bot.commands.listing import Json, print_list
from bot.commands.outfile import check_ending, written
from bot.commands.usage import Commands
from bot.live_world import load_catalog
from bot.settings import Settings
from catalog.entries import Entry, to_json
from catalog.files.mistakes import Mistake, Unreadable
from catalog.files.told import Told
from catalog.import_plan import Plan, plan
from catalog.index import Index, Reason, SearchResult
from catalog.source import read
from handlers.turn import MissKind
from handlers.wording import plain
from locales import DEFAULT
from locales.system_errors import reason as why
from storage.catalog import ImportRecord

app = Commands(help="Danh mục thủ tục.")
File = Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .xlsx, .xls, .csv, .tsv, .json, .jsonl hoặc .toml")]
UnitOption = Annotated[str, typer.Option("--unit", help="Mã đơn vị; bỏ trống là danh mục chung")]
Accept = Annotated[
    bool, typer.Option("--accept", help="Nhận các đề xuất đã nêu: mã bỏ đuôi, chữ theo phông cũ đổi sang Unicode")
]


@dataclass(frozen=True, slots=True)
class Miss:
    """What citizens did not find, of what kind, and how often it was asked."""

    kind: MissKind
    question: str
    count: int


class Kind(StrEnum):
    """Why something was not found."""

    missed = "missed"
    not_this = "not_this"
    name_only = "name_only"


@app.command("import")
def import_(
    file: File,
    unit: UnitOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem sẽ thay đổi gì")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Nhập phần đọc được, bỏ các bản ghi lỗi, không hỏi")] = False,
    accept: Accept = False,
) -> None:
    """Nhập danh mục từ tệp. Thủ tục mới được thêm, thủ tục đã có được cập nhật, không xóa thủ tục nào."""

    async def work(settings: Settings) -> None:
        entries, mistakes = _read(file, accept=accept)
        async with open_store(settings) as store:
            async with store.reading() as tx:
                if unit:
                    await check_unit(tx, unit)
                stored = await tx.stored(unit)
            changes = plan(stored, entries)
            _tell(file, changes, mistakes)
            if dry_run:
                print("Chạy thử: chưa ghi gì.")
                return
            question = f"Bỏ {len(mistakes)} bản ghi lỗi và nhập {len(entries)} thủ tục còn lại?"
            if mistakes and not yes and not is_confirmed(question):
                raise Refused(
                    f"{len(mistakes)} bản ghi lỗi (nêu ở trên), chưa nhập gì. "
                    "Sửa tệp, hoặc thêm --yes để nhập phần còn lại."
                )
            if not changes.to_store:
                print("Không có gì thay đổi.")
                return
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            record = ImportRecord(
                unit, file.name, digest, len(changes.added), len(changes.changed), changes.unchanged, len(mistakes)
            )
            async with store.transaction() as tx:
                await tx.import_entries(record, changes.to_store, datetime.now(settings.zone))
        print("Đã nhập.")

    carry_out(work)


@app.command()
def check(file: File, accept: Accept = False) -> None:
    """Đọc thử một tệp danh mục và nêu từng bản ghi lỗi; không ghi gì."""

    async def work(settings: Settings) -> None:
        entries, mistakes = _read(file, accept=accept)
        for mistake in mistakes:
            print(mistake, file=sys.stderr)
        if mistakes:
            raise Refused(f"{file.name}: {len(mistakes)} bản ghi lỗi, {len(entries)} bản ghi đọc được.")
        print(f"{file.name}: đọc được cả {len(entries)} thủ tục.")

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
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .jsonl sẽ ghi")],
    unit: UnitOption = "",
) -> None:
    """Ghi danh mục ra tệp .jsonl; tệp này nhập lại được."""

    async def work(settings: Settings) -> None:
        check_ending(file, ".jsonl")
        async with open_existing(settings) as store, store.reading() as tx:
            if unit:
                await check_unit(tx, unit)
            stored = await tx.stored(unit)
        with written(file) as path, path.open("w", encoding="utf-8") as out:
            for code in sorted(stored):
                out.write(to_json(stored[code]) + "\n")
        print(f"Đã ghi {len(stored)} thủ tục vào {file}.")

    carry_out(work)


@app.command()
def history(as_json: Json = False) -> None:
    """Các lần nhập danh mục."""

    async def work(settings: Settings) -> None:
        async with open_existing(settings) as store, store.reading() as tx:
            found = await tx.imports()

        def row(one: Any) -> tuple[object, ...]:
            at = one.at.astimezone(settings.zone).strftime("%d/%m/%Y %H:%M")
            return one.id, at, one.file, one.unit or "chung", one.added, one.changed, one.unchanged, one.refused

        columns = ("Số", "Lúc", "Tệp", "Đơn vị", "Mới", "Đổi", "Giữ nguyên", "Lỗi")
        print_list(found, columns, row, as_json=as_json, record=lambda one: one._asdict())

    carry_out(work)


@app.command()
def misses(
    limit: Annotated[int, typer.Option(min=1, help="Số câu nhiều nhất")] = 50,
    kind: Annotated[
        Kind | None,
        typer.Option(help="missed không tìm thấy, not_this không phải việc này, name_only thủ tục mới chỉ có tên"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Những điều người dân hỏi mà chưa có lời đáp, nhiều lần nhất trước."""

    async def work(settings: Settings) -> None:
        async with open_existing(settings) as store, store.reading() as tx:
            found = [Miss(*one) for one in await tx.misses(limit, kind.value if kind else None)]

        def row(one: Miss) -> tuple[object, ...]:
            return one.count, one.question, plain(DEFAULT, f"missed.kind.{one.kind}")

        print_list(found, ("Số lần", "Câu hỏi", "Loại"), row, as_json=as_json)

    carry_out(work)


def _read(file: Path, *, accept: bool) -> tuple[list[Entry], list[Mistake]]:
    """Read a file and say how it was read; what was left out is named before anything is written."""
    told = Told()
    entries: list[Entry] = []
    mistakes: list[Mistake] = []
    try:
        with Progress(console=Console(stderr=True), transient=False) as bar:
            task = bar.add_task(f"Đọc {file.name}", total=None)
            for found in read(file, told, accept=accept):
                if isinstance(found, Entry):
                    entries.append(found)
                else:
                    mistakes.append(found)
                bar.advance(task)
            bar.update(task, total=len(entries) + len(mistakes))
    except Unreadable as error:
        raise Refused(str(error)) from error
    print_told(told)
    return entries, mistakes


def _tell(file: Path, changes: Plan, mistakes: Iterable[Mistake]) -> None:
    count = 0
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
        count += 1
    print(
        f"{file.name}: {len(changes.added)} thủ tục mới, {len(changes.changed)} thay đổi, "
        f"{changes.unchanged} giữ nguyên, {count} bản ghi lỗi."
    )


async def _index(settings: Settings, unit: str) -> Index:
    async with open_existing(settings) as store, store.reading() as tx:
        if unit:
            await check_unit(tx, unit)
        parents = {code: known.parent for code, known in (await tx.units()).items()}
        catalog = await load_catalog(tx, unit, parents)
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
