"""Printed slips and forms: their codes are read by another program, names of any length fit, nothing is missing."""

import random
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, get_args

import pytest

from surveys.printing import ballot_form, slip_sheets
from surveys.printing.ballot_form import BOTTOM, HEADER, TOP, Block, blocks_of, header_of, paged
from surveys.printing.heading import Heading
from surveys.printing.letters import LEAST, fitted, line_height, width_of, wrapped
from surveys.printing.numbering import OCCASIONS, asked_when
from surveys.questionnaire import Questionnaire, parse, shipped
from surveys.slips import Occasion, Slip, fresh

UNIT = "Ủy ban nhân dân phường Sa Đéc"
LONG_UNIT = "Trung tâm Phục vụ hành chính công đặc khu Phú Quốc, trực thuộc Ủy ban nhân dân tỉnh An Giang"
ADDRESS = "https://motcua.example.vn"
LONG_ADDRESS = "https://bo-phan-mot-cua.phuong-sa-dec.dong-thap.example.vn"
ROUND = "Quý 4/2026, phát tại quầy và kèm hồ sơ $trả lại$ hoặc từ chối"
needs_tools = pytest.mark.skipif(
    shutil.which("zbarimg") is None or shutil.which("gs") is None, reason="zbarimg or gs is missing"
)


def slips(count: int) -> list[Slip]:
    """Slips with every occasion among them."""
    choose = random.Random(2026).choice
    occasions = get_args(Occasion)
    return [Slip(fresh(choose), "quy-4", n, occasion=occasions[n % len(occasions)]) for n in range(1, count + 1)]


def page_boxes(path: Path) -> list[tuple[int, int]]:
    """The size of each page in whole millimetres."""
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", path.read_bytes())
    return [(round(float(w) / 72 * 25.4), round(float(h) / 72 * 25.4)) for w, h in boxes]


def codes_by_page(path: Path) -> list[list[str]]:
    """The addresses that zbarimg reads on each page of a PDF, painted by ghostscript at half of what printers do."""
    pattern = path.with_suffix(".%d.png")
    command = [str(shutil.which("gs")), "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pnggray", "-r150"]
    subprocess.run([*command, f"-sOutputFile={pattern}", str(path)], check=True, timeout=120)  # noqa: S603 -- our own
    found = []
    for number in range(1, len(page_boxes(path)) + 1):
        read = [str(shutil.which("zbarimg")), "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]
        picture = str(pattern).replace("%d", str(number))
        done = subprocess.run([*read, picture], capture_output=True, text=True, check=True)  # noqa: S603 -- our own
        found.append(sorted(done.stdout.split()))
    return found


@needs_tools
@pytest.mark.parametrize(("address", "unit"), [(ADDRESS, UNIT), (LONG_ADDRESS, LONG_UNIT)])
def test_all_codes_of_a_sheet_are_read_by_another_program(tmp_path: Path, address: str, unit: str) -> None:
    """Each slip opens its own address; the ninth begins a second sheet."""
    made, path = slips(11), tmp_path / "phieu.pdf"
    slip_sheets.write_pdf(Heading(address, unit, ROUND), made, path)
    wanted = [f"{address}/s/{slip.code}" for slip in made]
    assert codes_by_page(path) == [sorted(wanted[:8]), sorted(wanted[8:])]
    assert page_boxes(path) == [(210, 297)] * 2


def test_the_same_slips_are_written_as_the_same_file(tmp_path: Path) -> None:
    """No date of making hides in it."""
    made = slips(3)
    for name in ("a.pdf", "b.pdf"):
        slip_sheets.write_pdf(Heading(ADDRESS, UNIT, ROUND), made, tmp_path / name)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


@pytest.mark.parametrize("text", [UNIT, LONG_UNIT, LONG_UNIT * 3, LONG_ADDRESS, "Đ" * 200, "a\u00a0b c"])
@pytest.mark.parametrize("most", [1, 2, 4])
def test_a_name_of_any_length_is_fitted_into_its_room(text: str, most: int) -> None:
    """Lines are no wider and together no higher than the room, and where it is large enough no letter is lost."""
    lines, size = fitted(text, 93, most, 10.5, "bold")
    assert size >= LEAST
    assert len(lines) * line_height(size) <= most * line_height(10.5) + 0.01
    assert [line for line in lines if width_of(line, size, "bold") > 93] == []
    said, whole = "".join(lines).replace(" ", ""), text.replace(" ", "")
    assert said == whole or (said.endswith("…") and whole.startswith(said[:-1]) and len(said) > 45 * most)


def test_words_are_kept_whole_where_they_fit() -> None:
    """A line ends between words; a no-break space holds two together."""
    assert wrapped("a 1\u00a0Rất b", width_of("1\u00a0Rất", 10), 10) == ["a", "1\u00a0Rất", "b"]


def form_of(questions: int) -> Questionnaire:
    """A form with so many questions of every kind."""
    kinds = [
        "kind = 'scale'\ncounted = true\nrequired = true\n",
        "kind = 'multiple'\nlimit = 2\nwhen = { question = 'q0', most = 2 }\n"
        "option = [{ value = 'a', label = 'Chờ lâu' }, { value = 'b', label = 'Khác' }, { value = 'c', label = 'X' }]"
        "\n",
        "kind = 'single'\noption = [{ value = 'a', label = 'Nam' }, { value = 'b', label = 'Nữ' }]\n",
        "kind = 'text'\nlimit = 300\n",
    ]
    asked = "".join(
        f"{'[[page]]' if n == 1 else ''}\n[[page.question]]\nid = 'q{n}'\ntext = 'Câu hỏi thứ {n}'\n{kinds[n % 4]}"
        for n in range(questions)
    )
    words = "vi = ['Rất không hài lòng', 'Không hài lòng', 'Bình thường', 'Hài lòng', 'Rất hài lòng']"
    return parse(
        f"code = 'x'\nversion = 1\ntitle = 'Khảo sát'\nnotice = 'Tự nguyện.'\nthanks = 'Xong.'\n[scale]\n{words}\n"
        f"[[page]]\ntitle = 'Phần một'\n{asked}",
        "x.toml",
    )


class Written:
    """Paper that keeps what is written on it."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def write(self, x: float, y: float, text: str, size: float, **look: Any) -> None:
        """Keep a line."""
        self.texts.append(text)

    def write_lines(self, x: float, top: float, lines: list[str], size: float, **look: Any) -> None:
        """Keep lines."""
        self.texts += lines

    def __getattr__(self, name: str) -> Any:
        return lambda *given, **more: None


@pytest.mark.parametrize("form", [*shipped().values(), form_of(9)], ids=lambda form: form.code)
def test_the_form_is_printed_in_full(form: Questionnaire) -> None:
    """Notice, titles, every question with its number, every option, and when a question is to be passed over."""
    page = Written()
    for block in blocks_of(form):
        block.draw(page, 0, 0)
    said = " ".join(" ".join(page.texts).replace("\u00a0", " ").split())
    wanted = [form.notice["vi"], *(page.title["vi"] for page in form.pages if page.title)]
    for number, question in enumerate(form.questions.values(), 1):
        wanted.append(f"{number}. {question.text['vi']}")
        wanted += [option.label["vi"] for option in question.options]
        wanted += [f"nếu {asked_when(form, question.id)}"] if question.when else []
    assert [words for words in wanted if " ".join(words.split()) not in said] == []


def test_blocks_fill_pages_without_running_over() -> None:
    """Blocks keep their order; only the first page gives room to the header."""
    heights = [40.0, 60, 30, 80, 10, 120, 70, 5]
    blocks = [Block(height, lambda *_: None) for height in heights]
    pages = paged(blocks, HEADER)
    assert [block for page in pages for block in page] == blocks
    assert [sum(block.height for block in page) for page in pages] == [130.0, 90.0, 190.0, 5.0]
    assert all(TOP + sum(block.height for block in page) <= BOTTOM for page in pages)


@needs_tools
@pytest.mark.parametrize(("questions", "sheets_of"), [(3, [[0, 1], [2]]), (14, [[0], [1], [2]]), (40, None)])
def test_forms_stand_two_on_a_sheet_or_begin_on_one(
    tmp_path: Path, questions: int, sheets_of: list[list[int]] | None
) -> None:
    """Forms of one page are cut apart; a longer one never shares its sheet with another's."""
    form, made, path = form_of(questions), slips(3), tmp_path / "phieu.pdf"
    ballot_form.write_pdf(Heading(ADDRESS, LONG_UNIT, ROUND), form, made, path)
    read = codes_by_page(path) if sheets_of else []
    if sheets_of:
        assert read == [sorted(f"{ADDRESS}/s/{made[n].code}" for n in sheet) for sheet in sheets_of]
    else:
        header = header_of(Heading(ADDRESS, LONG_UNIT, ROUND), form)
        each = -(-len(paged(blocks_of(form), header.height)) // 2)
        assert each > 1
        assert len(page_boxes(path)) == 3 * each
    assert set(page_boxes(path)) == {(297, 210)}


def test_every_occasion_has_its_words() -> None:
    """A slip that goes with a refused dossier says so."""
    assert set(OCCASIONS) == set(get_args(Occasion)) - {""}
