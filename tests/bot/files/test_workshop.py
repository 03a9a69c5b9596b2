"""Documents are made apart from the server: the same bytes, and one that never ends stops nobody."""

import asyncio
import io
import pickle
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import docx
import pytest

from bot.files import catalog_reading, workshop
from bot.files.catalog_reader import CatalogReader
from bot.files.workshop import NotMade, Workshop
from catalog.files.mistakes import Unreadable
from catalog.preview.packing import unpacked
from handlers.staff.catalog.ports import NotRead
from reports.documents import make
from reports.documents.word_report import TemplateUnusable
from tests.reports.documents.sample import DETAILS, everything

ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"


def template(folder: Path, text: str) -> Path:
    """A template of a unit's own with one paragraph."""
    document = docx.Document()
    document.add_paragraph(text)
    document.save(str(folder / "baocao.docx"))
    return folder / "baocao.docx"


async def test_a_document_is_the_same_as_one_that_is_made_here() -> None:
    """One after the other, also by callers that do not wait for each other."""
    workshop = Workshop()
    try:
        made = await asyncio.gather(*(workshop.make(kind, everything(), DETAILS) for kind in ("csv", "xlsx", "csv")))
    finally:
        await workshop.close()
    assert made == [make(kind, everything(), DETAILS) for kind in ("csv", "xlsx", "csv")]


async def test_a_wrong_template_is_told_with_its_reason(tmp_path: Path) -> None:
    """As if it had been tried here; the next document is made all the same."""
    workshop = Workshop()
    try:
        wrong = replace(DETAILS, template=template(tmp_path, "{{ khong_co }}"))
        with pytest.raises(TemplateUnusable, match="khong_co"):
            await workshop.make("docx", everything(), wrong)
        assert await workshop.make("csv", everything(), DETAILS) == make("csv", everything(), DETAILS)
    finally:
        await workshop.close()


async def test_a_template_that_never_ends_is_stopped(tmp_path: Path) -> None:
    """After its time; whoever waited behind it gets theirs from a new process."""
    workshop = Workshop()
    try:
        endless = replace(DETAILS, template=template(tmp_path, ENDLESS))
        stuck = asyncio.ensure_future(workshop.make("docx", everything(), endless, seconds=1))  # noqa: TID251 -- awaited below
        await asyncio.sleep(0)
        assert await workshop.make("csv", everything(), DETAILS) == make("csv", everything(), DETAILS)
        with pytest.raises(NotMade):
            await stuck
    finally:
        await workshop.close()


async def test_the_process_comes_again_when_it_is_wanted() -> None:
    """It goes when nobody has asked for a while."""
    workshop = Workshop(idle_seconds=0)
    try:
        for _ in range(2):
            assert await workshop.make("csv", everything(), DETAILS)
            await asyncio.sleep(0.01)
    finally:
        await workshop.close()


PAYLOADS = [
    "{{ bieu_do_muc.tpl }}",
    "{{ bieu_do_ky._drawn.__globals__ }}",
    "{{ bieu_do_muc.__class__.__mro__ }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ bang_cau_hoi.__class__ }}",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_template_cannot_leave_its_sandbox(payload: str, tmp_path: Path) -> None:
    """Somebody else's template fills in words; it reaches nothing behind them."""
    details = replace(DETAILS, template=template(tmp_path, payload))
    with pytest.raises(TemplateUnusable):
        make("docx", everything(), details)


def test_a_template_shows_the_pictures(tmp_path: Path) -> None:
    """Each where it is named."""
    details = replace(DETAILS, template=template(tmp_path, "{{ bieu_do_muc }} {{ bieu_do_ky }}"))
    made = docx.Document(io.BytesIO(make("docx", everything(), details)))
    assert len(made.inline_shapes) == 2


async def test_what_fails_in_the_process_fails_here_as_not_made() -> None:
    """Whatever its error is; the next order is carried out all the same."""
    workshop = Workshop()
    try:
        with pytest.raises(NotMade, match="KeyError"):
            await workshop.make("no such kind", everything(), DETAILS)
        assert await workshop.make("csv", everything(), DETAILS)
    finally:
        await workshop.close()


async def test_a_catalog_file_that_takes_too_much_is_told_in_a_sentence() -> None:
    """More memory than it may take, and what it is not; the next file is read all the same."""
    reader = CatalogReader()
    head = "Mã TTHC;Tên thủ tục\n"
    try:
        for name, content, said in (
            ("wide.csv", head.encode() + b"1.000001;a;" * 1_700_000, "wide.csv"),
            ("not.xlsx", b"PK\x03\x04", "not.xlsx"),
        ):
            with pytest.raises(NotRead, match=said):
                await reader.preview(name, content, {}, own=False)
        made = unpacked(await reader.preview("a.csv", f"{head}1.900001;Nuôi chim\n".encode(), {}, own=False))
        assert [line.code for line in made.lines] == ["1.900001"]
    finally:
        await reader.close()


async def test_a_large_file_tells_how_far_its_reading_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows that were read so far, however often that is told, come before the preview, which is the same."""
    monkeypatch.setattr(catalog_reading, "_REPORTED", -1.0)
    lines = "".join(f'{{"code":"1.{at:06}","name":"Thủ tục {at}"}}\n' for at in range(600)).encode()
    order, answers = pickle.dumps(("preview", "a.jsonl", lines, {}, False)), io.BytesIO()
    report = partial(workshop.write_answer, answers)
    orders = io.BytesIO(len(order).to_bytes(8, "big") + order)
    workshop.serve(partial(catalog_reading.work, report=report), (Unreadable,), orders, answers)
    parts = [pickle.loads(answer) for answer in parted(answers.getvalue())]  # noqa: S301 -- written above
    assert parts[:-1] == [256, 512]
    assert unpacked(parts[-1][0].decode()).counts["new"] == 600


def parted(answers: bytes) -> Iterator[bytes]:
    """The answers of a workshop one by one."""
    while answers:
        end = 8 + int.from_bytes(answers[:8], "big")
        yield answers[8:end]
        answers = answers[end:]
