"""Forms to download: given when they are asked for, checked by what they are, a link where a file cannot go."""

import io
import zipfile
from dataclasses import replace

import pytest

from handlers.channel import Traits, pieces
from handlers.messages import Attachment, Reply
from handlers.unit_settings.forms import MOST_BYTES, file_name, stored_form, typed_form
from handlers.unit_settings.notices import Wrong
from handlers.unit_settings.settings import CurrentSettings, Form
from handlers.world import World
from tests.sample import Talk, world

BIRTH = "1.001193"
STORED = Form("1", BIRTH, "Tờ khai đăng ký khai sinh", number=7, file="to-khai.pdf")
LINKED = Form("2", BIRTH, "Tờ khai điện tử", address="https://dichvucong.gov.vn/mau")
AT = "https://motcua.example.vn"


def offering(**units: tuple[Form, ...]) -> World:
    """The sample, with forms for the registration of a birth."""
    by_unit = {code.replace("_", "-"): CurrentSettings(forms={BIRTH: forms}) for code, forms in units.items()}
    return replace(world(), settings=by_unit, address=AT)


@pytest.mark.parametrize("asked", ["mẫu đơn", "tờ khai ở đâu", "tải tờ khai"])
def test_forms_come_when_they_are_asked_for(asked: str) -> None:
    """The unit's own file and the address of the unit above; not with the card, which offers them."""
    talk = Talk(offering(sa_dec=(STORED,), dong_thap=(LINKED,)))
    card = talk.say("đăng ký khai sinh").replies[0]
    assert card.files == ()
    assert f"p:{BIRTH}:form" in [button.id for button in card.buttons]
    given = talk.say(asked).replies[0]
    expected = Attachment("document", "to-khai.pdf", "form:7", STORED.name, f"{AT}/forms/7/to-khai.pdf")
    assert given.files == (expected,)
    assert (LINKED.name, LINKED.address) in given.links
    assert Reply.from_json(given.to_json()) == given


def test_a_record_that_says_nothing_of_forms_says_that_they_come() -> None:
    """Instead of that nothing is known."""
    talk = Talk(offering(sa_dec=(replace(STORED, code="1.000894"),)))
    settings = CurrentSettings(forms={"1.000894": (STORED,)})
    talk.world = replace(talk.world, settings={"sa-dec": settings})
    entry = talk.world.catalog("sa-dec").entry("1.000894")
    assert entry is not None
    said = talk.tap("p:1.000894:form").replies[0]
    assert said.files != ()
    assert "không ghi" not in said.text.plain


def test_a_channel_without_files_links_to_each_form() -> None:
    """By its own name and address, not to the staff's page."""
    reply = Talk(offering(sa_dec=(STORED,))).say("mẫu đơn khai sinh").replies[0]
    (*_, piece) = pieces(Traits(size=2000, pushed=True, files_at=f"{AT}/staff"), reply)
    assert piece.files == ()
    assert (STORED.name, f"{AT}/forms/7/to-khai.pdf") in piece.links
    assert not any("/staff" in address for _, address in piece.links)


def packed(*names: str) -> bytes:
    """A packed folder with these parts."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as folder:
        for name in names:
            folder.writestr(name, "<a/>")
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"%PDF-1.7\n", "to-khai-dang-ky.pdf"),
        (packed("word/document.xml"), "to-khai-dang-ky.docx"),
        (packed("xl/workbook.xml"), "to-khai-dang-ky.xlsx"),
        (packed("word/document.xml", "word/vbaProject.bin"), ""),
        (packed("a.exe"), ""),
        (packed("word/document.xml")[:-30], ""),
        (b"<html><script>", ""),
        (b"MZ\x90", ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ""),
        (b"%PDF" + bytes(MOST_BYTES), ""),
    ],
)
def test_a_file_is_what_its_content_is(content: bytes, named: str) -> None:
    """Its name and ending are ours; programs, macros, pages and torn files are refused."""
    if named:
        assert file_name("Tờ khai: đăng ký/..", content) == named
    else:
        with pytest.raises(Wrong):
            file_name("Tờ khai", content)


@pytest.mark.parametrize(
    ("typed", "content", "wrong"),
    [
        ({"name": "", "address": LINKED.address}, b"", "form_name"),
        ({"name": "a", "address": LINKED.address}, b"%PDF", "both"),
        ({"name": "a"}, b"", "both"),
        ({"name": "a", "address": "http://a.vn/b"}, b"", "address"),
        ({"name": "a", "address": "https://a"}, b"", "address"),
        ({"name": "a", "address": "javascript:alert(1)"}, b"", "address"),
        ({"name": "a", "address": "https://a.vn/ b"}, b"", "address"),
    ],
)
def test_a_form_is_a_file_or_a_safe_address(typed: dict[str, str], content: bytes, wrong: str) -> None:
    """Not both, not neither."""
    with pytest.raises(Wrong) as refused:
        typed_form(BIRTH, typed, content)
    assert refused.value.key == wrong


def test_only_a_forms_source_is_a_forms() -> None:
    """Those of statements are left to others."""
    assert (stored_form("form:7"), stored_form("form:"), stored_form("statement:7:docx")) == (7, None, None)
