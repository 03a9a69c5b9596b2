"""A catalog that was built in another process is the one that would have been built here."""

from dataclasses import replace

from bot.demo import sample_entries
from catalog.catalogs import Catalog, pack
from catalog.entries import Entry, to_json
from catalog.handing_over import built, taken_over
from tests.questions import questions

BIRTH = "1.001193"
ASKED = [*[one.text for one in questions("xa")][::12], "khai sinh", "thẻ căn cước", "đăng ký kết hôn ở huyện"]


def test_it_answers_as_if_it_had_been_built_here() -> None:
    """Questions, what is beside a procedure, texts, ended ones, and the same laid over by a commune's own."""
    ended = Entry("9.000001", "Cấp phép nuôi chim yến", ended="2026-01-01", ended_by="QĐ 1", successor=BIRTH)
    gone = Entry("9.000002", "Cấp phép thả diều", ended="2026-01-01")
    entries = [*sample_entries(), ended, gone]
    nameless = Entry("9.000004", "", committed="2 ngày")
    packed = [pack(to_json(entry)) for entry in (entries[0], nameless, *entries[1:])]
    here, taken = Catalog.build(entries), taken_over(packed, built(packed))
    assert nameless.code not in taken
    assert (len(taken), list(taken.codes()), taken.fields) == (len(here), list(here.codes()), here.fields)
    assert [taken.entry(entry.code) for entry in entries] == entries
    assert taken.version(BIRTH) == here.version(BIRTH)
    assert not {ended.code, gone.code} & {code for code in taken.codes() if code in taken}
    added = [replace(entries[0], name="Đăng ký lại khai sinh ở chợ nổi"), Entry("9.000003", "Hỗ trợ hộ nuôi zebra")]
    for mine, other in ((taken.index, here.index), (taken.index.over(added), here.index.over(added))):
        for text in (*ASKED, "tha dieu", "nuoi zebraa"):
            assert replace(mine.search(text), ms=0) == replace(other.search(text), ms=0)
            assert mine.evidence(text) == other.evidence(text)
        assert mine.siblings(BIRTH) == other.siblings(BIRTH)
