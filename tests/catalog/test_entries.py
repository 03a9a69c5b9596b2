"""An entry says of a procedure what was published, survives JSON unchanged, and knows its title, label and level."""

import json

import pytest
from hypothesis import given

from catalog.ages import without_ages
from catalog.entries import Entry, Way, from_json, from_mapping, is_code, to_json
from tests.catalog.entry_samples import ENTRIES


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Thủ tục đăng ký khai sinh", "Đăng ký khai sinh"),
        ("THỦ TỤC Đăng ký khai sinh", "Đăng ký khai sinh"),
        ("Thủ tục: cấp bản sao trích lục", "Cấp bản sao trích lục"),
        ("  thủ  tục   đăng ký tạm trú", "Đăng ký tạm trú"),
        ("đăng ký kết hôn", "Đăng ký kết hôn"),
        ("Đăng ký kết hôn", "Đăng ký kết hôn"),
        ("Niêm yết thủ tục hành chính", "Niêm yết thủ tục hành chính"),
        ("Thủ tục", "Thủ tục"),
    ],
)
def test_title_is_the_name_without_the_leading_word_for_procedure(name: str, title: str) -> None:
    """The boilerplate in front goes, the rest keeps its letters and gets a capital."""
    assert Entry("1.001193", name).title == title


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("THỦ TỤC CẤP LẠI THẺ (THỰC HIỆN TẠI CẤP TỈNH).", "Cấp lại thẻ (cấp tỉnh)"),
        ("Cấp giấy phép khai thác gỗ thuộc thẩm quyền của Bộ Công Thương", "Cấp giấy phép khai thác gỗ"),
        ("Cấp thẻ thuộc thẩm quyền của Bộ Y tế", "Cấp thẻ thuộc thẩm quyền của Bộ Y tế"),
        ("Cấp giấy xuất xứ (C/O) cho hàng (trừ hàng do thương nhân tự chứng nhận)", "Cấp giấy xuất xứ (C/O) cho hàng"),
        ("Phê duyệt phương án theo quy định tại Nghị định 42/2026/NĐ-CP", "Phê duyệt phương án"),
    ],
)
def test_a_name_is_shortened_by_what_does_not_say_what_is_done(name: str, short: str) -> None:
    """Levels stay in brackets, long asides, authorities and rules go unless hardly anything would stay."""
    assert Entry("1.001193", name).label == short


def test_label_is_the_short_name_where_there_is_one() -> None:
    """Buttons show the short name, or the shortened title where the catalog gives none."""
    assert Entry("1.001193", "Thủ tục đăng ký khai sinh", short="Khai sinh").label == "Khai sinh"
    assert Entry("1.001193", "Thủ tục đăng ký khai sinh").label == "Đăng ký khai sinh"


@pytest.mark.parametrize(
    ("level", "communal"),
    [
        ("Cấp xã", True),
        ("Cấp Xã", True),
        ("Cấp bộ, Cấp tỉnh, Cấp xã", True),
        ("Cấp Tỉnh,Cấp Xã", True),
        ("Cấp xã, Cấp huyện (cũ)", True),
        ("Cấp tỉnh, Cấp xã, Cơ quan khác", True),
        ("Cấp tỉnh", False),
        ("Cấp bộ", False),
        ("Cơ quan khác", False),
        ("", False),
    ],
)
def test_communal_reads_the_published_level(level: str, communal: bool) -> None:
    """A commune takes part where the level names it, in any of the published spellings."""
    assert Entry("1.001193", "Đăng ký khai sinh", level=level).communal is communal


@pytest.mark.parametrize(
    ("values", "details"),
    [
        ({}, False),
        ({"field": "Hộ tịch", "agency": "Ủy ban nhân dân cấp xã", "level": "Cấp xã"}, False),
        ({"documents": "Tờ khai"}, True),
        ({"steps": "1. Nộp hồ sơ"}, True),
        ({"time": "05 ngày làm việc"}, True),
        ({"fee": "Không"}, True),
    ],
)
def test_details_are_papers_steps_time_or_fee(values: dict[str, str], details: bool) -> None:
    """A record of name, field and agency alone has nothing to tell a citizen."""
    assert Entry("1.001193", "Đăng ký khai sinh", **values).has_details is details


@given(ENTRIES)
def test_an_outline_is_named_sorted_and_judged_like_its_entry(entry: Entry) -> None:
    """What an index and a list of choices need is the same with and without the long texts."""
    outline = entry.outline()
    for name in ("code", "name", "title", "short", "sayings", "label", "field", "level", "communal", "has_details"):
        assert getattr(outline, name) == getattr(entry, name)


def test_what_thousands_of_outlines_have_is_kept_once() -> None:
    """A field and a level, a name that is its own title, and a name that states no ages."""
    one, other = (
        from_json(to_json(Entry(code, "Cấp căn cước", field="Căn cước", level="Cấp xã"))).outline()
        for code in ("1.000001", "1.000002")
    )
    assert one.field is other.field
    assert one.level is other.level
    assert one.title is one.name
    folded = "cap can cuoc"
    assert without_ages(folded) is folded


def test_an_outline_leaves_the_long_texts_out() -> None:
    """An outline of a long record is short."""
    entry = Entry(
        "1.001193", "Đăng ký khai sinh", documents="Tờ khai. " * 9000, steps="Bước. " * 9000, result="x" * 9000
    )
    assert len(to_json(entry.outline())) < 200


@pytest.mark.parametrize("text", ["1.001193", "2.000815", "3.000350", "0.000000"])
def test_codes_have_one_digit_a_dot_and_six_digits(text: str) -> None:
    """The form d.dddddd is a national code."""
    assert is_code(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.00119",
        "1.0011930",
        "12.001193",
        "1,001193",
        "1001193",
        " 1.001193",
        "1.001193 ",
        "1.001193\n",
        "1.001193.H44",
        "a.001193",
        "1.013.978",
        "１.００１１９３",
        "١.٠٠١١٩٣",
    ],
)
def test_other_texts_are_no_codes(text: str) -> None:
    """Lost zeros, suffixes, blanks and digits of other scripts are refused; button ids must stay ASCII."""
    assert is_code(text) is False


@given(ENTRIES)
def test_an_entry_survives_json_unchanged(entry: Entry) -> None:
    """Every text, way and mark of doubt comes back from the stored line."""
    line = to_json(entry)
    assert from_json(line) == entry
    assert from_json(line.encode()) == entry
    assert "\n" not in line


def test_json_is_stable_and_leaves_empty_texts_out() -> None:
    """The stored line is readable, ordered, and short for a short record."""
    entry = Entry(
        "1.001193",
        "Đăng ký khai sinh",
        field="Hộ tịch",
        ways=(Way("Trực tiếp", fee="Không"),),
        unchecked=("fee",),
    )
    assert to_json(entry) == (
        '{"code":"1.001193","name":"Đăng ký khai sinh","field":"Hộ tịch",'
        '"ways":[{"channel":"Trực tiếp","time":"","fee":"Không","note":""}],"unchecked":["fee"]}'
    )


def test_unknown_keys_of_a_mapping_are_ignored() -> None:
    """A record written by a later version is read as far as it is known."""
    values = {"code": "1.001193", "name": "Đăng ký khai sinh", "mood": "vui", "fee": None}
    assert from_mapping(values) == Entry("1.001193", "Đăng ký khai sinh")
    assert from_json(json.dumps(values)) == Entry("1.001193", "Đăng ký khai sinh")


def test_what_people_call_it_is_parted_by_semicolons_and_lines() -> None:
    """The short name first; blanks between separators count for nothing."""
    entry = Entry("1.001193", "Đăng ký khai sinh", short="Khai sinh", also="giấy thế vì khai sinh; ; làm giấy đẻ\n")
    assert entry.sayings == ["Khai sinh", "giấy thế vì khai sinh", "làm giấy đẻ"]
