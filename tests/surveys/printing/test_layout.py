"""What is printed stands inside the edges and apart from everything else, whatever names and addresses are like."""

import io
import random
import shutil
import subprocess
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, get_args

import pytest
from reportlab.pdfgen.canvas import Canvas

from surveys.printing import ballot_form, poster, results_poster, slip_sheets
from surveys.printing.canvas import A4_MM, Paper
from surveys.printing.heading import Heading, remarks
from surveys.printing.letters import (
    ASCENT,
    DESCENT,
    FACES,
    LEAST,
    POINT_MM,
    UNKNOWN,
    Weight,
    fitted,
    fonts_folder,
    line_height,
    printable,
    width_of,
)
from surveys.printing.results_poster import Bar, Results
from surveys.questionnaire import shipped
from surveys.slips import ALPHABET, Occasion, Slip, fresh

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
SIGNS = "$^_\\{}%&#@<>*~`|[]\"'"
# As near as two things may come: letters' boxes are those of the tallest letter that a typeface has.
TOLERANCE = 0.35
CODE = "a code"
needs_reader = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no reader of PDF: pdftotext is missing")


@dataclass(frozen=True)
class Box:
    """What stands on a page, in millimetres from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float
    what: str

    def meets(self, other: "Box") -> bool:
        """Whether both have ground in common."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > TOLERANCE and down > TOLERANCE


class Measured(Paper):
    """Paper that notes the box of each line and code."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__(Canvas(io.BytesIO(), (width / POINT_MM, height / POINT_MM)), height)
        self.size = (width, height)
        self.boxes: list[Box] = []
        self.sizes: list[float] = []

    def write(self, x: float, y: float, text: str, size: float, **look: Any) -> None:
        """Note a line."""
        weight: Weight = look.get("weight", "normal")
        width = width_of(text, size, weight)
        left = x - width * {"left": 0, "center": 0.5, "right": 1}[look.get("across", "left")]
        stands = y + 0.365 * size * POINT_MM
        top, bottom = stands - ASCENT * size * POINT_MM, stands + DESCENT * size * POINT_MM
        self.boxes.append(Box(left, top, left + width, bottom, text))
        self.sizes.append(size)
        super().write(x, y, text, size, **look)

    def code(self, address: str, left: float, top: float, side: float, **look: Any) -> None:
        """Note a code with its quiet zone. The first is drawn, the others are as large and take as long."""
        if not any(box.what == CODE for box in self.boxes):
            super().code(address, left, top, side, **look)
        self.boxes.append(Box(left, top, left + side, top + side, CODE))

    def faults(self, edge: float = 1.0) -> list[str]:
        """Name what is outside of the edges and what stands on each other."""
        width, height = self.size
        out = [
            box.what
            for box in self.boxes
            if box.left < edge or box.top < edge or box.right > width - edge or box.bottom > height - edge
        ]
        return out + [f"{one.what} / {two.what}" for one, two in combinations(self.boxes, 2) if one.meets(two)]


def name(choose: random.Random, letters: int) -> str:
    """A name of so many letters with any sign; its words are up to 12 letters long, or it is one."""
    alphabet = VIETNAMESE + VIETNAMESE.upper() + SIGNS + "0123456789"
    longest = choose.choice((4, 12, letters))
    made = ""
    while len(made) < letters:
        made += "".join(choose.choices(alphabet, k=choose.randint(1, longest))) + " "
    return made[:letters].strip() or "x"


def drawn_names() -> list[tuple[str, str, str, str]]:
    """Units, counters, rounds and addresses; long, longest, and as wide as letters are."""
    choose = random.Random(15)
    found = [
        ("UBND phường Sa Đéc", "Quầy 1", "Quý 4", "https://motcua.example.vn"),
        ("W" * 80, "M" * 80, "W" * 80, f"https://{'w' * 60}.{'m' * 60}.example.vn/mot-cua"),
        ("Ẵ" * 80, "Ộ" * 80, "Ự" * 80, "http://127.0.0.1:8080"),
    ]
    for _ in range(40):
        host = "".join(choose.choices("abcdefghijklmnopqrstuvwxyz0123456789-", k=choose.randint(8, 128)))
        names = [name(choose, choose.randint(1, 80)) for _ in range(3)]
        found.append((names[0], names[1], names[2], f"https://{host}.example.vn"))
    return found


NAMES = drawn_names()
# What is written by hand is printed for a sample and for an office, what is drawn by lot for one of both.
CASES = [
    pytest.param(*names, sample, id=f"{number}-{'sample' if sample else 'office'}")
    for number, names in enumerate(NAMES)
    for sample in (True, False)
    if number < 3 or sample == (number % 2 == 0)
]


@pytest.mark.parametrize(("unit", "counter", "round_name", "address", "sample"), CASES)
def test_nothing_overlaps_or_runs_over_the_edge(
    unit: str, counter: str, round_name: str, address: str, sample: bool
) -> None:
    """Names of 80 letters and addresses of 150, on posters, slips and the longest form, none too small."""
    said = remarks(address, sample=sample)
    heading = Heading(address, unit, round_name, said)
    choose = random.Random(2026).choice
    occasions = get_args(Occasion)
    slips = [Slip(fresh(choose), round_name, 995 + n, occasion=occasions[n % len(occasions)]) for n in range(8)]
    sheet = Measured(*A4_MM)
    poster.draw(sheet, f"{address}/k/quay1", unit, counter, said)
    slip_page = Measured(*A4_MM)
    slip_sheets.draw_page(slip_page, heading, slips)
    results_page = Measured(*A4_MM)
    reasons = [Bar("Phải bổ sung giấy tờ nhiều lần", "1.234 phiếu (100%)", 100)] * 5
    facts = ["Tỷ lệ trả lời: 14,76% (1.310 phiếu trên 8.876 hồ sơ tiếp nhận trong kỳ)."] * 5
    results_poster.draw(
        results_page, Results(unit, "Quý 4/2026", "81,99%", facts, "Lý do:", reasons, f"{address}/ket-qua", said)
    )
    form = Measured(ballot_form.HALF_MM, ballot_form.SHEET_MM[1])
    questionnaire = shipped()["tieuchi22"]
    header = ballot_form.header_of(heading, questionnaire)
    blocks = ballot_form.paged(ballot_form.blocks_of(questionnaire), header.height)[0]
    ballot_form.joined([header, *blocks]).draw(form, ballot_form.MARGIN, ballot_form.TOP)
    ballot_form.draw_slip(form, ballot_form.MARGIN, heading, slips[2])
    ballot_form.draw_foot(form, ballot_form.MARGIN, heading, slips[2], "Trang 1/3")
    for page in (sheet, slip_page, results_page, form):
        assert page.faults() == []
        assert min(page.sizes) >= 5
    written = "".join(box.what for page in (sheet, slip_page, results_page, form) for box in page.boxes)
    assert "…" not in written
    for remark in said:
        assert written.replace(" ", "").count(remark.replace(" ", "")) == 11


def test_slips_stay_inside_their_cut_lines() -> None:
    """No line or code of a slip crosses where it is cut."""
    unit, _, round_name, address = NAMES[1]
    page = Measured(*A4_MM)
    slips = [Slip(fresh(random.Random(1).choice), round_name, n, occasion="returned") for n in range(8)]
    slip_sheets.draw_page(page, Heading(address, unit, round_name, remarks("http://10.0.0.5", sample=True)), slips)
    for box in page.boxes:
        assert int(box.left // slip_sheets.WIDTH) == int(box.right // slip_sheets.WIDTH), box
        assert int(box.top // slip_sheets.HEIGHT) == int(box.bottom // slip_sheets.HEIGHT), box


@needs_reader
def test_what_is_printed_can_be_copied_out_again(tmp_path: Path) -> None:
    """Another program reads every letter of Vietnamese and every sign; nothing is taken for markup or a formula."""
    path = tmp_path / "a.pdf"
    lines = [VIETNAMESE, VIETNAMESE.upper(), SIGNS, "$x^2$ \\frac{1}{2} <b>đậm</b> &amp;"]
    poster.write_pdf("https://motcua.example.vn/k/q", lines[0], lines[3], path)
    assert read(path).replace("\n", "").count(lines[3]) == 1
    for line in lines:
        poster.write_pdf("https://motcua.example.vn/k/q", "x", line, path)
        said = "".join(read(path).split())
        assert "".join(line.split()) in said


@needs_reader
def test_every_ballot_has_its_questions(tmp_path: Path) -> None:
    """What all slips share is in the file once and read on each of its pages."""
    form, path = shipped()["nhanh"], tmp_path / "a.pdf"
    choose = random.Random(2026).choice
    slips = [Slip(fresh(choose), "quy-4", n) for n in range(1, 41)]
    sizes = []
    for some in (slips[:2], slips):
        ballot_form.write_pdf(Heading("https://motcua.example.vn", "Phường Sa Đéc", "Quý 4"), form, some, path)
        sizes.append(path.stat().st_size)
    said = " ".join(read(path).split())
    assert said.count("Xin trân trọng cảm ơn Ông/Bà!") == len(slips)
    assert all(f"Số {slip.serial:03d}" in said for slip in slips)
    assert (sizes[1] - sizes[0]) / 38 < 4000


def read(path: Path) -> str:
    """The text that pdftotext finds."""
    command = [str(shutil.which("pdftotext")), "-layout", str(path), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 -- our own


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Một cửa 😀", f"Một cửa {UNKNOWN}"),
        ("窓口", UNKNOWN * 2),
        ("שלום", UNKNOWN * 4),
        ("a\u202eb\u200bc\u00ad\x07d", "abcd"),
        ("To\u0302\u0323", "Tộ"),
        ("a\tb\nc\u2003d", "a b c d"),
        ("1\ufe0f\u20e3", f"1{UNKNOWN}"),
        ("1\u00a0Rất", "1\u00a0Rất"),
    ],
)
def test_signs_without_a_shape_are_seen_as_such(text: str, shown: str) -> None:
    """Unknown signs become a visible one, unseen ones go, marks are joined with their letters."""
    assert printable(text) == shown


def test_each_typeface_is_there_and_has_vietnamese() -> None:
    """The fonts that charts bring along have every letter, that of codes its own, and each the sign for others."""
    letters = VIETNAMESE + VIETNAMESE.upper() + SIGNS
    for weight, file in FACES.items():
        wanted = ALPHABET if weight == "code" else letters
        assert (fonts_folder() / f"{file}.ttf").is_file()
        assert printable(wanted, weight) == wanted
        assert printable(UNKNOWN, weight) == UNKNOWN
    assert (fonts_folder() / "LICENSE_DEJAVU").is_file()


def test_a_text_that_is_far_too_long_says_that_it_was_cut() -> None:
    """Letters stop at the least size; what there is no room for is not lost without a sign."""
    lines, size = fitted("Đặc khu Phú Quốc " * 40, 90, 2, 10)
    assert size == LEAST
    assert lines[-1].endswith("…")
    assert len(lines) * line_height(size) <= 2 * line_height(10)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://127.0.0.1:8080", "trên máy này"),
        ("http://localhost:8080/mot-cua", "trên máy này"),
        ("http://[::1]:8080", "trên máy này"),
        ("http://0.0.0.0", "trên máy này"),
        ("http://192.168.1.20:8080", "trong mạng nội bộ này"),
        ("http://10.1.2.3", "trong mạng nội bộ này"),
        ("http://[fe80::1%25eth0]:80", "trong mạng nội bộ này"),
        ("http://may-chu:8080", "trong mạng nội bộ này"),
        ("https://motcua.local", "trong mạng nội bộ này"),
        ("https://motcua.example.vn", ""),
        ("http://8.8.8.8", ""),
    ],
)
def test_paper_says_who_alone_can_open_its_code(address: str, said: str) -> None:
    """A code of this machine or its network is of no use on a counter's wall; a public one says nothing."""
    found = remarks(address, sample=False)
    assert [said in remark and "PUBLIC_URL" in remark for remark in found] == ([True] if said else [])
    assert remarks(address, sample=True) == ("MẪU THỬ - không dùng để đánh giá thật", *found)
