"""Slips on the web: typing a code, one form a slip, going on elsewhere, withdrawing, one vote a day."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

import locales
from bot.app import App
from surveys.slips import Round, fresh, shown
from tests.web.conftest import Visitor, everything, rows, token_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

USED, REVOKED, CLOSED, UNKNOWN = (
    locales.text("vi", f"survey.refused.{reason}") for reason in ("used", "revoked", "closed", "unknown")
)
VOTED = locales.text("vi", "web.already_voted")
NAME = "quy-4-web"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def codes(app: App) -> AsyncIterator[list[str]]:
    """Slips of a round of the sample unit; each test takes one off."""
    today = app.clock().date()
    made = [fresh() for _ in range(40)]
    async with app.store.transaction() as tx:
        await tx.open_round(Round(NAME, "sa-dec", "nhanh", 40, today, today + timedelta(days=30)), app.clock())
        await tx.add_slips(NAME, made)
    yield made


def forms(app: App) -> list[tuple[object, ...]]:
    """The forms of the round: counter, source, whether finished, whether assisted."""
    return rows(app, "SELECT counter, source, complete, assisted FROM response WHERE round = ?", NAME)


def state(app: App, code: str) -> tuple[object, ...]:
    """What is kept of a slip."""
    return rows(app, "SELECT state, response, week FROM slip WHERE code = ?", code)[0]


async def test_a_typed_code_leads_to_the_form_and_works_once(app: App, visitor: Visitor, codes: list[str]) -> None:
    """From the typed code to the thanks; afterwards the slip tells that it was used, and nothing ties it to answers."""
    code, before = codes.pop(), len(forms(app))
    page = await visitor.get("/s")
    first = await visitor.get(f"/s?ma={shown(code).lower()}")
    assert (page.status, first.status, first.url.path) == (200, 200, f"/s/{code}")
    assert "Phiếu số" in first.said
    second = await visitor.send(first, press="4")
    assert state(app, code)[0] == "issued"
    thanks = await visitor.send(second, press="Gửi phiếu")
    assert thanks.status == 200
    assert "Đã ghi nhận phiếu" in thanks.said
    assert forms(app)[before:] == [("", "web", 1, 0)]
    week = f"{app.clock():%G-W%V}"
    assert state(app, code) == ("used", None, week)
    again = await visitor.get(f"/s/{code}")
    assert again.status == 410
    assert USED in again.said
    identifier = thanks.url.path.rpartition("/")[2].partition(".")[0]
    assert not [row for row in everything(app) if code in row and identifier in row]


@pytest.mark.parametrize(
    ("typed", "status"), [("23456789AB", 400), ("abc", 400), ("<script>", 400), ("x" * 500, 400), ("", 200)]
)
async def test_a_wrong_code_is_asked_again(visitor: Visitor, typed: str, status: int) -> None:
    """With what was typed, cut short and escaped."""
    answer = await visitor.get("/s?ma=" + typed.replace("<", "%3C").replace(">", "%3E"))
    assert answer.status == status
    assert (UNKNOWN in answer.said) == (status == 400)
    assert "<script>" not in answer.body


async def test_unknown_revoked_and_closed_slips_say_so(app: App, visitor: Visitor, codes: list[str]) -> None:
    """Kindly, with the way to type another code; nothing is stored by a form that is sent all the same."""
    revoked, late = codes.pop(), codes.pop()
    opened = await visitor.get(f"/s/{revoked}")
    async with app.store.transaction() as tx:
        await tx.revoke_slips([revoked])
    before = len(forms(app))
    sent = await visitor.send(opened, press="5")
    assert sent.status == 410
    assert REVOKED in sent.said
    unknown = await visitor.get(f"/s/{fresh()}")
    assert unknown.status == 404
    assert UNKNOWN in unknown.said
    opened = await visitor.get(f"/s/{late}")
    async with app.store.transaction() as tx:
        today = app.clock().date()
        await tx.open_round(Round("cũ", "sa-dec", "nhanh", 1, today, today - timedelta(days=1)), app.clock())
        (old,) = await tx.add_slips("cũ", [fresh()])
    closed = await visitor.get(f"/s/{old.code}")
    assert closed.status == 410
    assert CLOSED in closed.said
    assert len(forms(app)) == before


async def test_a_hundred_at_once_on_one_slip_are_one_form(app: App, visitor: Visitor, codes: list[str]) -> None:
    """Each with a page of its own, sent off at the same moment; one is thanked, the others are told."""
    code, before = codes.pop(), len(forms(app))
    opened = [await visitor.anew().get(f"/s/{code}") for _ in range(100)]
    fields = [{"token": token_of(page), "page": "0", "overall": str(n % 5 + 1)} for n, page in enumerate(opened)]
    visitor.anew()
    answers = await asyncio.gather(
        *(visitor.post(f"/s/{code}", {**one, "send": "1"}, allow_redirects=False) for one in fields)
    )
    assert sorted(answer.status for answer in answers).count(303) == 1
    assert {answer.status for answer in answers} <= {303, 409, 410}
    assert forms(app)[before:] == [("", "web", 1, 0)]
    assert state(app, code)[0] == "used"


async def test_a_slip_goes_on_where_it_was_left(app: App, visitor: Visitor, another: Visitor, codes: list[str]) -> None:
    """The first question on one phone, the rest on another; one form."""
    code, before = codes.pop(), len(forms(app))
    await visitor.send(await visitor.get(f"/s/{code}"), press="5")
    later = await another.get(f"/s/{code}")
    assert "Nhìn chung" not in later.said
    assert "Đã ghi nhận phiếu" in (await another.send(later, press="Gửi phiếu")).said
    assert forms(app)[before:] == [("", "web", 1, 0)]


async def test_a_form_of_another_slip_is_not_taken(app: App, visitor: Visitor, codes: list[str]) -> None:
    """A token is good for one slip."""
    one, other = codes.pop(), codes.pop()
    page = await visitor.get(f"/s/{one}")
    sent = await visitor.post(f"/s/{other}", {"token": token_of(page), "page": "0", "overall": "5"})
    assert (sent.status, state(app, other)[0]) == (400, "issued")


async def test_the_second_form_of_a_day_is_not_offered(app: App, visitor: Visitor, another: Visitor) -> None:
    """Who comes back is told, with the way to take the form back; others are not affected."""
    await visitor.send(await visitor.send(await visitor.get("/k/quay1"), press="4"), press="Gửi phiếu")
    again = await visitor.get("/k/quay1")
    assert again.status == 200
    assert VOTED in again.said
    assert [form["action"].rpartition("/")[2] for form in again.page.all("form")] == ["withdraw"]
    assert "Nhìn chung" in (await another.get("/k/quay1")).said
    assert "Nhìn chung" in (await visitor.get("/k/quay2")).said
    taken_back = await visitor.send(again)
    assert locales.text("vi", "survey.withdrawn") in taken_back.said
    assert rows(app, "SELECT kind, carried_out_on FROM data_request") == [("withdraw", f"{app.clock():%Y-%m-%d}")]
    assert "Nhìn chung" in (await visitor.get("/k/quay1")).said


async def test_an_unfinished_form_of_today_is_gone_on_with(visitor: Visitor) -> None:
    """Scanning again in the middle shows the next question."""
    await visitor.send(await visitor.get("/k/quay2"), press="3")
    again = await visitor.get("/k/quay2")
    assert again.page.one("input", name="page")["value"] == "1"
    assert "Nhìn chung" not in again.said


@pytest.mark.parametrize("cookie", ["", "x", "a.b", "0" * 32 + "." + "0" * 32, "\udc80"])
async def test_a_forged_voter_is_nobody(app: App, visitor: Visitor, cookie: str) -> None:
    """A name that we did not give counts for nothing; the form is taken, without a vote."""
    page = await visitor.anew().get("/k/quay1")
    before = rows(app, "SELECT count(*) FROM vote")
    visitor.anew()
    sent = await visitor.post(
        "/k/quay1",
        {"token": token_of(page), "page": "0", "overall": "4"},
        headers={"Cookie": f"motcua_voter={cookie.encode('utf-8', 'surrogateescape').decode('latin-1')}"},
    )
    assert (sent.status, rows(app, "SELECT count(*) FROM vote")) == (200, before)


async def test_helpers_forms_are_a_stratum_of_their_own(app: App, visitor: Visitor) -> None:
    """Marked by the page's address through all its pages; a helper may fill in many."""
    before = rows(app, "SELECT count(*) FROM response WHERE assisted")[0][0]
    for _ in range(3):
        first = await visitor.get("/k/quay1?giup")
        assert "có người giúp" in first.said
        await visitor.send(await visitor.send(first, press="4"), press="Gửi phiếu")
    assert rows(app, "SELECT count(*) FROM response WHERE assisted")[0][0] == before + 3


async def test_who_saw_a_slip_unfinished_cannot_take_it_back(
    app: App, visitor: Visitor, another: Visitor, codes: list[str]
) -> None:
    """The officer who printed the slips looks at one half way; only whoever sends the form off may withdraw it."""
    code, before = codes.pop(), len(forms(app))
    first = await visitor.send(await visitor.get(f"/s/{code}"), press="1")
    seen = token_of(await another.get(f"/s/{code}"))
    thanks = await visitor.send(first, {"comment": "Chờ lâu"}, press="Gửi phiếu")
    spied = await another.post(f"/s/{code}/{seen}/withdraw", {})
    assert (spied.status, len(forms(app))) == (410, before + 1)
    looked = await another.get(f"/s/{code}/{seen}")
    assert looked.page.all("form") == []
    assert "Chờ lâu" not in looked.body
    assert locales.text("vi", "survey.withdrawn") in (await visitor.send(thanks)).said
    assert len(forms(app)) == before


async def test_two_who_finish_one_slip_at_once_are_not_both_thanked(
    app: App, visitor: Visitor, another: Visitor, codes: list[str]
) -> None:
    """Both went on with the same begun form and say different things; the same page sent twice is thanked twice."""
    code = codes.pop()
    await visitor.send(await visitor.get(f"/s/{code}"), press="5")
    pages = [await one.get(f"/s/{code}") for one in (visitor, another)]
    said = [{"token": token_of(page), "page": "1", "comment": word} for page, word in zip(pages, "ab", strict=True)]
    answers = await asyncio.gather(
        *(
            one.post(f"/s/{code}", fields, allow_redirects=False)
            for one, fields in ((visitor, said[0]), (visitor, said[0]), (another, said[1]))
        )
    )
    stored = rows(app, "SELECT text FROM answer WHERE text IN ('a', 'b') ORDER BY text")
    thanked = {
        fields["comment"]
        for fields, answer in zip((said[0], said[0], said[1]), answers, strict=True)
        if answer.status == 303
    }
    assert thanked == {text for (text,) in stored[-1:]}
