"""Damaged copies: each ends in one sentence, and nothing is read in part without saying so."""

from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from catalog.files.limits import LAST_ROW, MOST_BYTES
from catalog.files.mistakes import Unreadable
from catalog.text import fold
from tests.catalog.books import workbook
from tests.catalog.preview.files import HEADER, document, made, printed

ROWS = [[str(n), f"1.90{n:04}", f"Đăng ký nuôi chim loại {n}", f"{n} ngày", "Không"] for n in range(1, 31)]
TEXT = "".join(f"{';'.join(row)}\n" for row in (HEADER, *ROWS))


def cut(path: Path, share: float = 0.5) -> Path:
    """Leave the first part of a file."""
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])
    return path


def written(path: Path, content: str | bytes) -> Path:
    """Write a file."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def crowded(path: Path) -> Path:
    """A page of so many strokes that to lay it out takes minutes."""
    page = Canvas(str(path), pageCompression=1)
    for number in range(20_000):
        page.rect(number % 500, number // 500, 1, 1)
    page.save()
    return path


def talkative(path: Path) -> Path:
    """A page of so many letters that to lay it out takes minutes; unpacked it is more than is unpacked at once."""
    page = Canvas(str(path), pageCompression=1)
    page.drawString(50, 700, "abcdefgh" * 200_000)
    page.save()
    return path


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "half a workbook": (lambda at: cut(workbook(at / "a.xlsx", {"PL": [HEADER, *ROWS]})), "cat ngang"),
    "half a document": (lambda at: cut(document(at / "a.docx", [HEADER, *ROWS])), "cat ngang"),
    "half a PDF": (lambda at: cut(printed(at / "a.pdf", [[HEADER, *ROWS]])), "hong"),
    "a PDF without its end": (lambda at: cut(printed(at / "a.pdf", [[HEADER, *ROWS]]), 0.95), "hong"),
    "a crowded page": (lambda at: crowded(at / "a.pdf"), "qua nhieu chu hoac net ve"),
    "a page of too much text": (lambda at: talkative(at / "a.pdf"), "qua nhieu chu hoac net ve"),
    "blank lines without end": (lambda at: written(at / "a.csv", "\n" * (LAST_ROW + 1)), "hon 1048576 dong"),
    "a number without end": (lambda at: written(at / "a.json", f'[{{"code": {"9" * 5000}}}]'), "co so qua dai"),
    "nothing, as a workbook": (lambda at: written(at / "a.xlsx", ""), "tep rong"),
    "nothing, as text": (lambda at: written(at / "a.csv", ""), "tep rong"),
    "a header alone": (lambda at: written(at / "a.csv", TEXT.splitlines()[0] + "\n"), "khong co thu tuc nao"),
    "a text named as a workbook": (lambda at: written(at / "a.xlsx", TEXT), "khong phai tep .xlsx"),
    "a byte too many": (lambda at: written(at / "a.csv", b"a" * (MOST_BYTES + 1)), "lon hon 20 mb"),
    "a row too many": (lambda at: written(at / "a.csv", "Mã TTHC;Tên\n" + "1.900001;a\n" * 100_000), "hon 100000 dong"),
}


@pytest.mark.parametrize(("make", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_ends_in_one_sentence(tmp_path: Path, make: Callable[[Path], Path], said: str) -> None:
    """It names the file."""
    with pytest.raises(Unreadable) as refusal:
        made(make(tmp_path))
    assert str(refusal.value).startswith("a.")
    assert said in fold(str(refusal.value))


LAST = TEXT.encode().rindex("loại".encode())


@pytest.mark.parametrize("end", [LAST, LAST + 4, LAST + 9, len(TEXT.encode()) - 9])
def test_a_text_that_ends_in_the_middle_of_a_row_says_so(tmp_path: Path, end: int) -> None:
    """In a letter, in a word, behind a sign: the rows above are read, the last is shown and not taken."""
    found = made(written(tmp_path / "a.csv", TEXT.encode()[:end]))
    assert any("giữa dòng 31" in one for one in found.notes.sentences)
    assert (found.counts["new"], found.counts["unclear"]) == (29, 1)


def test_a_text_that_may_end_too_early_says_so_and_a_whole_one_does_not(tmp_path: Path) -> None:
    """Without the end of its last line nobody knows; a line of JSON that breaks off is refused with the reason."""
    assert any("cắt ngang" in one for one in made(written(tmp_path / "a.csv", TEXT[:-3])).notes.sentences)
    assert not any("cắt" in one for one in made(written(tmp_path / "a.csv", TEXT)).notes.sentences)
    lines = '{"code":"1.900001","name":"Nuôi chim"}\n{"code":"1.900002","na'
    (line,) = made(written(tmp_path / "a.jsonl", lines)).of("refused")
    assert "cắt ngang" in line.reason
