"""Codes can be read by another program, and the poster is one sheet of paper with the code on it."""

import io
import itertools
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from reportlab.pdfgen.canvas import Canvas

from surveys.printing import poster, qr
from surveys.printing.canvas import WHITE, Paper
from tests.surveys.code_reader import decoded, needs_decoder

ADDRESS = "https://motcua.example.vn/k/quay1"
LONG = "https://bo-phan-mot-cua.phuong-sa-dec.dong-thap.example.vn/k/quay-tiep-nhan-ho-so-so-12?lang=vi"
LOCAL = "http://127.0.0.1:8080/k/quay1"
ADDRESSES = [ADDRESS, LONG, LOCAL]
A4_POINTS = (210 / 25.4 * 72, 297 / 25.4 * 72)
HALVES = {" ": (False, False), "\u00a0": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}

needs_renderer = pytest.mark.skipif(shutil.which("gs") is None, reason="no PDF renderer: gs is missing")


def painted(matrix: list[list[bool]], path: Path) -> Path:
    """Paint modules as a picture, 8 pixels each."""
    picture = Image.new("1", (len(matrix[0]), len(matrix)), 1)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            picture.putpixel((x, y), 0 if dark else 1)
    picture.resize((picture.width * 8, picture.height * 8)).save(path)
    return path


def drawn(text: str, *, lit_is_dark: bool) -> list[list[bool]]:
    """Read modules back from a terminal drawing: two rows of modules in each line."""
    rows: list[list[bool]] = []
    for line in re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines():
        halves = [HALVES[character] for character in line]
        rows.append([upper is lit_is_dark for upper, _ in halves])
        rows.append([lower is lit_is_dark for _, lower in halves])
    return rows


def squares(path: Path) -> set[tuple[int, int]]:
    """The (column, row) of each dark module in an SVG whose path draws unit squares."""
    root = ET.parse(path).getroot()  # noqa: S314 -- our own file
    outline = "".join(element.get("d", "") for element in root.iter() if element.tag.endswith("path"))
    corners = re.findall(r"M(\d+),(\d+)H(\d+)V(\d+)H(\d+)z", outline)
    assert len(corners) == outline.count("M")
    assert all((int(c) - int(a), int(d) - int(b), int(e)) == (1, 1, int(a)) for a, b, c, d, e in corners)
    return {(int(a), int(b)) for a, b, *_ in corners}


@needs_decoder
@pytest.mark.parametrize("address", ADDRESSES)
def test_the_png_is_read_as_the_address_by_another_program(tmp_path: Path, address: str) -> None:
    """A telephone that scans the picture opens exactly this address."""
    path = tmp_path / "ma.png"
    qr.write_png(address, path)
    assert decoded(path) == address


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_png_shows_the_matrix_with_its_quiet_zone(tmp_path: Path, address: str) -> None:
    """Every module is 20 pixels square and has the colour of the matrix; four white modules stand around."""
    path = tmp_path / "ma.png"
    qr.write_png(address, path)
    matrix = qr.code(address).get_matrix()
    with Image.open(path) as picture:
        grey = picture.convert("L")
    size = qr.PIXELS_PER_MODULE
    assert grey.size == (len(matrix) * size, len(matrix) * size)
    shown = [
        [grey.getpixel((x * size + 10, y * size + 10)) == 0 for x in range(len(matrix))] for y in range(len(matrix))
    ]
    assert shown == matrix


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_svg_draws_the_same_modules_as_the_png(tmp_path: Path, address: str) -> None:
    """One square for each dark module and nothing else, inside a drawing with the quiet zone."""
    path = tmp_path / "ma.svg"
    qr.write_svg(address, path)
    matrix = qr.code(address).get_matrix()
    dark = {(x, y) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    assert squares(path) == dark
    assert ET.parse(path).getroot().get("viewBox") == f"0 0 {len(matrix)} {len(matrix)}"  # noqa: S314 -- our own file


def test_the_svg_for_a_screen_draws_the_modules_of_the_smaller_code(tmp_path: Path) -> None:
    """A screen is not torn or stained: fewer modules, which a phone reads from further away."""
    path = tmp_path / "screen.svg"
    path.write_bytes(qr.svg(ADDRESS))
    matrix = qr.code(ADDRESS, robust=False).get_matrix()
    assert squares(path) == {(x, y) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    assert len(matrix) <= len(qr.code(ADDRESS).get_matrix())


@needs_decoder
def test_the_svg_is_read_as_the_address_by_another_program(tmp_path: Path) -> None:
    """The squares of the drawing, painted, are a code."""
    path = tmp_path / "ma.svg"
    qr.write_svg(ADDRESS, path)
    dark = squares(path)
    size = len(qr.code(ADDRESS).get_matrix())
    matrix = [[(x, y) in dark for x in range(size)] for y in range(size)]
    assert decoded(painted(matrix, tmp_path / "ma.png")) == ADDRESS


@pytest.mark.parametrize("write", [qr.write_svg, lambda address, path: path.write_bytes(qr.svg(address))])
def test_an_svg_brings_its_white_ground(tmp_path: Path, write: Callable[[str, Path], None]) -> None:
    """Below the squares a white ground as large as the whole drawing: it is a code on a dark page too."""
    path = tmp_path / "ma.svg"
    write(ADDRESS, path)
    root = ET.parse(path).getroot()  # noqa: S314 -- our own file
    ground, *others = [element for element in root.iter() if element.tag.endswith(("rect", "path"))]
    assert [element.tag.rpartition("}")[2] for element in (ground, *others)] == ["rect", "path"]
    assert ground.get("fill") == "white"
    sides = [ground.get("width"), ground.get("height")]
    assert sides in (["100%", "100%"], root.get("viewBox", "").split()[2:])


def test_a_code_on_paper_brings_its_white_ground() -> None:
    """Under the dark squares a white one is drawn that is as large as the code with its quiet zone."""
    drawn: list[tuple[str, tuple[float, ...]]] = []

    class Noted(Paper):
        def fill(self, left: float, top: float, width: float, height: float, color: str) -> None:
            drawn.append((color, (left, top, width, height)))

    Noted(Canvas(io.BytesIO()), 297).code(ADDRESS, 20, 30, 40)
    assert drawn == [(WHITE, (20, 30, 40, 40))]


@pytest.mark.parametrize("robust", [True, False])
def test_a_code_keeps_four_white_modules_around(robust: bool) -> None:
    """Scanners need the quiet zone of the standard."""
    matrix = qr.code(ADDRESS, robust=robust).get_matrix()
    edge = [matrix[y][x] for y, x in itertools.product(range(len(matrix)), repeat=2) if min(y, x) < 4]
    other = [row[-4:] for row in matrix] + matrix[-4:]
    assert not any(edge)
    assert not any(itertools.chain.from_iterable(other))
    assert matrix[4][4:11] == [True] * 7


@pytest.mark.parametrize("robust", [True, False])
def test_a_codes_size_is_known_before_it_is_made(robust: bool) -> None:
    """From the shortest address to one of 400 letters."""
    for length in range(1, 400, 21):
        address = ADDRESS + "x" * length
        assert qr.modules(address, robust=robust) + 8 == len(qr.code(address, robust=robust).get_matrix())


def test_a_printed_code_is_more_robust_than_one_on_a_screen() -> None:
    """Paper gets dirty: level Q on paper, level M in the terminal."""
    assert qr.code(ADDRESS).error_correction == ERROR_CORRECT_Q
    assert qr.code(ADDRESS, robust=False).error_correction == ERROR_CORRECT_M


@needs_decoder
def test_a_printed_code_is_read_with_a_coffee_stain(tmp_path: Path) -> None:
    """A corner of the code painted over does not matter."""
    path = tmp_path / "ma.png"
    qr.write_png(LONG, path)
    with Image.open(path) as picture:
        stained = picture.convert("L")
    side, edge = stained.width // 4, stained.width - 100
    stained.paste(255, (edge - side, edge - side, edge, edge))
    stained.save(path)
    assert decoded(path) == LONG


@pytest.mark.parametrize("colours", [True, False])
@pytest.mark.parametrize("address", ADDRESSES)
def test_the_terminal_drawing_shows_the_matrix_in_half_blocks(address: str, colours: bool) -> None:
    """Both halves of a character are used, and read back they are the modules, dark ones dark."""
    text = qr.terminal(address, colours=colours)
    assert {"▀", "▄"} <= set(text)
    rows = drawn(text, lit_is_dark=colours)
    matrix = qr.code(address, robust=False).get_matrix()
    assert rows[: len(matrix)] == matrix
    assert len(rows) - len(matrix) in (0, 1)


@needs_decoder
@pytest.mark.parametrize("colours", [True, False])
def test_the_terminal_drawing_is_read_by_another_program(tmp_path: Path, colours: bool) -> None:
    """A telephone held to the terminal opens the address, on light and on dark grounds."""
    rows = drawn(qr.terminal(LOCAL, colours=colours), lit_is_dark=colours)
    assert decoded(painted(rows, tmp_path / "ma.png")) == LOCAL


def test_a_coloured_terminal_drawing_sets_and_resets_its_colours_on_every_line() -> None:
    """Black on white whatever the terminal looks like, and nothing of it after the code."""
    lines = qr.terminal(ADDRESS, colours=True).splitlines()
    assert {line.startswith(qr.BLACK_ON_WHITE) and line.endswith(qr.RESET) for line in lines} == {True}
    assert "\x1b" not in qr.terminal(ADDRESS, colours=False)


def write_poster(folder: Path, unit: str = "Ủy ban nhân dân phường Sa Đéc") -> Path:
    """Write a poster of a counter."""
    path = folder / "ap-phich.pdf"
    poster.write_pdf(ADDRESS, unit, "Quầy 1: Hộ tịch, chứng thực", path)
    return path


def test_the_poster_is_one_page_of_a4(tmp_path: Path) -> None:
    """The office's printer prints one sheet without scaling; the size is that of A4 to a tenth of a millimetre."""
    content = write_poster(tmp_path).read_bytes()
    boxes = re.findall(rb"/MediaBox\s*\[\s*([\d.\s]+?)\s*\]", content)
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1
    assert len(boxes) == 1
    left, bottom, right, top = (float(value) for value in boxes[0].split())
    assert (left, bottom) == (0, 0)
    assert (right, top) == pytest.approx(A4_POINTS, abs=0.1 / 25.4 * 72)


def test_the_same_poster_is_written_as_the_same_file(tmp_path: Path) -> None:
    """No date of making hides in it."""
    first = write_poster(tmp_path).read_bytes()
    assert write_poster(tmp_path).read_bytes() == first


def test_a_long_unit_name_still_makes_one_page(tmp_path: Path) -> None:
    """A name of three lines with all the marks of Vietnamese has its letters, without a warning."""
    name = "Trung tâm Phục vụ hành chính công đặc khu Phú Quốc, trực thuộc Ủy ban nhân dân tỉnh An Giang"
    content = write_poster(tmp_path, name).read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1


@needs_decoder
@needs_renderer
def test_the_code_on_the_poster_is_read_as_the_address(tmp_path: Path) -> None:
    """The printed sheet works, not only the file it was made from."""
    picture = tmp_path / "ap-phich.png"
    command = [str(shutil.which("gs")), "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pnggray", "-r72"]
    command += [f"-sOutputFile={picture}", str(write_poster(tmp_path))]
    subprocess.run(command, check=True, timeout=60)  # noqa: S603 -- our own arguments
    assert decoded(picture) == ADDRESS
