"""Documents of the sample say that they are samples, on every page and in every kind; others do not."""

import io
import zipfile
from dataclasses import replace

import docx
import openpyxl
import pytest
from PIL import Image, ImageChops

from reports.documents import MAKERS, make
from reports.dossiers.apology_letter import apology_letter
from reports.dossiers.dossier import Dossier
from reports.office.sample_mark import MARK, marked
from tests.reports.documents.sample import DETAILS, NOW, everything

SAMPLE = replace(DETAILS, sample=True)


def heads(file: bytes) -> list[list[str]]:
    """The first line of each header that a Word file shows, by section."""
    document = docx.Document(io.BytesIO(file))
    return [
        [
            header.paragraphs[0].text
            for header in (section.header, section.first_page_header)
            if header is section.header or section.different_first_page_header_footer
        ]
        for section in document.sections
    ]


def test_every_page_of_the_word_report_is_marked() -> None:
    """The first page, those after it, and the annex; without the mark the file has none."""
    found = [head for section in heads(make("docx", everything(), SAMPLE)) for head in section]
    assert found == [MARK] * 3
    assert MARK not in [head for section in heads(make("docx", everything(), DETAILS)) for head in section]


@pytest.mark.parametrize("odd_and_even", [True, False])
def test_a_templates_own_headers_stay(odd_and_even: bool) -> None:
    """The mark stands above them; a section that repeats the header before it is marked once, with even pages too."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "UBND"
    document.add_section()
    document.settings.odd_and_even_pages_header_footer = odd_and_even
    out = io.BytesIO()
    document.save(out)
    made = docx.Document(io.BytesIO(marked(out.getvalue())))
    assert [one.text for one in made.sections[0].header.paragraphs] == [MARK, "UBND"]
    assert made.sections[1].header.is_linked_to_previous
    assert (MARK in [one.text for one in made.sections[0].even_page_header.paragraphs]) is odd_and_even


def test_every_sheet_of_the_annex_is_marked() -> None:
    """Between heading and table on the screen, at the head of each printed page; cells of figures stay as they are."""
    book, plain = (
        openpyxl.load_workbook(io.BytesIO(make("xlsx", everything(), details))) for details in (SAMPLE, DETAILS)
    )
    assert len(book.worksheets) > 3
    for sheet, other in zip(book.worksheets, plain.worksheets, strict=True):
        assert sheet["A3"].value == MARK
        assert sheet.oddHeader.center.text == MARK
        assert [row for number, row in enumerate(sheet.values) if number != 2] == [
            row for number, row in enumerate(other.values) if number != 2
        ]
        assert other["A3"].value is None


def test_the_table_begins_with_the_mark() -> None:
    """One row more than without."""
    table, plain = (make("csv", everything(), details).decode("utf-8-sig") for details in (SAMPLE, DETAILS))
    assert table == f"{MARK}\r\n{plain}"


@pytest.mark.parametrize("kind", ["levels.png", "trend.png"])
def test_charts_have_a_line_more(kind: str) -> None:
    """In the colour of the house, above the title; the chart itself is the same further down."""
    chart, plain = (Image.open(io.BytesIO(make(kind, everything(), one))).convert("RGB") for one in (SAMPLE, DETAILS))
    more = chart.height - plain.height
    assert more > 20
    line = chart.crop((0, 0, chart.width, more + 40))
    assert any(r > 100 and g < 60 and b < 60 for _, (r, g, b) in line.getcolors(1 << 20))
    below = chart.crop((0, chart.height - 60, chart.width, chart.height))
    assert ImageChops.difference(below, plain.crop((0, plain.height - 60, plain.width, plain.height))).getbbox() is None


@pytest.mark.parametrize("kind", list(MAKERS))
def test_a_marked_document_is_the_same_each_time(kind: str) -> None:
    """The mark brings no moment of making."""
    assert make(kind, everything(), SAMPLE) == make(kind, everything(), SAMPLE)


def test_the_apology_of_the_sample_is_marked() -> None:
    """The draft that a clerk prints says so too, and a real unit's does not."""
    dossier = Dossier("H20-1", NOW, NOW.date())
    letter, plain = (apology_letter(dossier, "Phường Sa Đéc", "", sample=sample) for sample in (True, False))
    assert heads(letter) == [[MARK]]
    assert not any(name.startswith("word/header") for name in zipfile.ZipFile(io.BytesIO(plain)).namelist())
    assert letter == apology_letter(dossier, "Phường Sa Đéc", "", sample=True)
