"""Paper ballots typed into a spreadsheet: what its columns mean, and its rows; whatever is left out is reported."""

import re
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from catalog.files.cells import FAILED_CELL, cell_text
from catalog.files.mistakes import Mistake, Unreadable, shortened
from catalog.files.notes import Notes
from catalog.files.opening import TABLES, readable
from catalog.files.other_rows import is_total
from catalog.files.records import Record, Wanted, records
from catalog.text import fold
from handlers.paper.ballot import ASSISTED, DAY, SLIP, Ballot, Fault, Register, read_ballot
from surveys.printing.numbering import asked_when, numbered, numbers_of
from surveys.questionnaire import Questionnaire
from surveys.slips import Round, read

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 2_000
CODE = "code"
_WORD = re.compile(r"\w+")
_COLUMNS = {
    "so phieu": SLIP,
    "so serial": SLIP,
    "ma phieu": CODE,
    "co nguoi giup": ASSISTED,
    "ngay": DAY,
    "ngay tra loi": DAY,
}
_COUNTING = frozenset(("stt", "tt", "so tt", "so thu tu"))


@dataclass(frozen=True, slots=True)
class Batch:
    """The content of a file: ballots, mistakes, and answers to questions that did not apply, which are not counted."""

    ballots: tuple[Ballot, ...]
    mistakes: tuple[Mistake, ...]
    notes: tuple[Mistake, ...]


def read_rows(path: Path, notes: Notes) -> list[Record]:
    """Return the rows of a file by their titles, and note what was left out; Unreadable if the file cannot be used."""
    lacking = "không thấy hàng tiêu đề có cột «Số phiếu» hoặc «Mã phiếu»"
    wanted = Wanted(partial(_titles, path.name), lacking, deepest=1, numbered=False)
    totals: list[int] = []
    with readable(path, TABLES, MOST_BYTES), closing(records(path, wanted, notes)) as found:
        rows: list[Record] = []
        for record in found:
            if is_total(record.raw):
                totals.append(record.row)
                continue
            rows.append(record)
            if len(rows) > MOST_ROWS:
                raise Unreadable(f"{path.name}: hơn {MOST_ROWS} dòng; chia thành nhiều tệp rồi nhập từng tệp.")
    notes.rows("", "Bỏ qua dòng tổng", totals)
    if not rows:
        raise Unreadable(f"{path.name}: không có phiếu nào dưới hàng tiêu đề.")
    return rows


def _titles(file: str, row: Iterable[Any]) -> dict[int, str]:
    titles = {i: cell_text(cell) for i, cell in enumerate(row) if cell_text(cell)}
    known = {_COLUMNS.get(_plain(title)) for title in titles.values()}
    if not {SLIP, CODE} & known:
        return {}
    twice = [title for i, title in titles.items() if title in [t for j, t in titles.items() if j < i]]
    if twice:
        raise Unreadable(f"{file}: cột «{twice[0]}» có hai lần; giữ lại một.")
    return titles


def columns(form: Questionnaire, file: str, titles: Iterable[str]) -> dict[str, str]:
    """Return what each column is: SLIP, CODE, ASSISTED, DAY or a question's id; Unreadable names any other."""
    meanings = {**_question_titles(form), **_COLUMNS}
    found: dict[str, str] = {}
    for title in titles:
        meaning = meanings.get(_plain(title))
        if meaning is None and _plain(title) not in _COUNTING:
            raise Unreadable(
                f"{file}: không biết cột «{shortened(title)}» là gì. Tên cột là «Số phiếu», «Mã phiếu», "
                f"«Có người giúp», «Ngày», hoặc một câu hỏi của mẫu {form.code}: số thứ tự (1 đến "
                f"{len(form.questions)}), mã hoặc nguyên văn."
            )
        if meaning in found.values():
            first = next(known for known, what in found.items() if what == meaning)
            raise Unreadable(f"{file}: cột «{title}» và cột «{first}» là một; giữ lại một.")
        if meaning:
            found[title] = meaning
    for number, question in enumerate(form.questions.values(), 1):
        if question.required and not question.when and question.id not in found.values():
            raise Unreadable(f"{file}: thiếu cột của câu {number} («{question.id}»), câu này cần trả lời.")
    return found


def _question_titles(form: Questionnaire) -> dict[str, str]:
    """Return the questions' ids by the titles their columns may have: id, number, text, or number and text."""
    titles = {_plain(identifier): identifier for identifier in form.questions}
    for number, identifier in enumerate(form.questions, 1):
        for title in (f"{number}", f"cau {number}"):
            titles.setdefault(title, identifier)
    seen: dict[str, list[str]] = {}
    for number, question in enumerate(form.questions.values(), 1):
        for text in {_plain(text) for text in question.text.values()}:
            titles.setdefault(f"{number} {text}", question.id)
            titles.setdefault(f"cau {number} {text}", question.id)
            seen.setdefault(text, []).append(question.id)
    for text, identifiers in seen.items():
        if len(identifiers) == 1:
            titles.setdefault(text, identifiers[0])
    return titles


def _plain(title: str) -> str:
    """A title folded, without signs: "Câu 1." is "cau 1"."""
    return " ".join(_WORD.findall(fold(title)))


def read_table(
    file: str, rows: Iterable[Record], form: Questionnaire, round_: Round, register: Register, today: date
) -> Batch:
    """Read each row as a ballot of a round; Unreadable if the columns cannot be understood."""
    listed = list(rows)
    meant = columns(form, file, dict.fromkeys(title for record in listed for title in record.cells))
    titles = {meaning: title for title, meaning in meant.items()}
    ballots: list[Ballot] = []
    mistakes: list[Mistake] = []
    notes: list[Mistake] = []
    first_rows: dict[str, int] = {}
    for record in listed:
        if uncomputed := record.uncomputed(file):
            mistakes += uncomputed
            continue
        row = record.row
        typed = {meaning: cell_text(record.cells.get(title)) for title, meaning in meant.items()}
        ballot = _refused(typed, register) or read_ballot(form, round_, register, _one_slip(typed), today)
        if isinstance(ballot, list):
            slip_title = titles.get(SLIP) or titles[CODE]
            mistakes += [Mistake(file, row, titles.get(f.place, slip_title), f.said(), record.sheet) for f in ballot]
            continue
        first = first_rows.setdefault(ballot.slip.code, row)
        if first != row:
            twice = f"phiếu {numbered(ballot.slip.serial)} đã có ở dòng {first}"
            mistakes.append(Mistake(file, row, titles.get(SLIP) or titles[CODE], twice, record.sheet))
            continue
        ballots.append(ballot)
        notes += [Mistake(file, row, titles[q], _not_counted(form, q), record.sheet) for q in ballot.left_out]
    return Batch(tuple(ballots), tuple(mistakes), tuple(notes))


def _not_counted(form: Questionnaire, question: str) -> str:
    return f"không tính câu {numbers_of(form, [question])}: chỉ hỏi khi {asked_when(form, question)}"


def _one_slip(typed: Mapping[str, str]) -> dict[str, str]:
    return {**typed, SLIP: typed.get(SLIP) or typed.get(CODE, "")}


def _refused(typed: Mapping[str, str], register: Register) -> list[Fault]:
    """Return the mistakes of a row before it is read: failed formulas, a number and a code of different slips."""
    failed = [
        Fault(place, "paper.problem.failed_cell", {"typed": text})
        for place, text in typed.items()
        if text.startswith("#") and FAILED_CELL.fullmatch(text)
    ]
    serial, code = typed.get(SLIP, ""), typed.get(CODE, "")
    if serial and code and not failed:
        named = register.named(serial)
        if named is None or named.code != read(code):
            return [Fault(CODE, "paper.problem.two_slips")]
    return failed
