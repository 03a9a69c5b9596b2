"""Going back, leaving out, other languages, forms of the unit's own and recordings, by HTTP without JavaScript."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from yarl import URL

import locales
from bot.app import App
from handlers.world import Counter
from tests.clock import Moment
from tests.running import running, settings_for
from tests.web.conftest import Answer, Visitor, stored, token_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

KHMER = """
[language]
name = "ខ្មែរ"
[web]
next = "បន្ត"
[forms.nhanh]
scale = ["១", "២", "៣", "៤", "៥"]
[forms.nhanh.question.overall]
text = "តើលោកអ្នកយល់យ៉ាងណា?"
"""
RIENG = """
code = "rieng"
version = 1
title = "Phiếu riêng"
notice = "Thông báo."
thanks = "Xin cảm ơn!"
[scale]
vi = ["1", "2", "3", "4", "5"]
[[page]]
[[page.question]]
id = "how"
kind = "single"
text = "Ông/Bà nộp bằng cách nào?"
option = [{ value = "online", label = "Trực tuyến" }, { value = "desk", label = "Tại quầy" }]
[[page.question]]
id = "wishes"
kind = "multiple"
limit = 2
text = "Ông/Bà mong điều gì?"
option = [{ value = "a", label = "A" }, { value = "b", label = "B" }, { value = "c", label = "C" }]
[[page]]
[[page.question]]
id = "portal"
kind = "scale"
counted = true
when = { question = "how", is = ["online"] }
text = "Cổng dịch vụ công?"
[[page]]
[[page.question]]
id = "comment"
kind = "text"
limit = 100
text = "Ý kiến"
"""
SOUND = b"OggS" + bytes(2000)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def app(run_moment: Moment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[App]:
    """An installation with a language, a form and recordings of its own."""
    folder = tmp_path_factory.mktemp("forms")
    sounds = folder / "audio" / "nhanh-1" / "vi"
    for place in (folder / "locales", folder / "forms", sounds):
        place.mkdir(parents=True)
    (folder / "locales" / "km.toml").write_text(KHMER, "utf-8")
    (folder / "forms" / "rieng.toml").write_text(RIENG, "utf-8")
    for name in ("overall.ogg", "form-notice.mp3"):
        (sounds / name).write_bytes(SOUND)
    async with running(settings_for(folder)) as started:
        async with started.store.transaction() as tx:
            await tx.add_counter(Counter("quay22", "Quầy 22", "sa-dec", "tieuchi22"))
            await tx.add_counter(Counter("quayr", "Quầy riêng", "sa-dec", "rieng"))
        await started.live.refresh()
        yield started
    locales.install({})


def places(answer: Answer) -> str:
    """Where the page says one is."""
    (line,) = [node.text for node in answer.page.all("p") if node.text.startswith(("trang ", "page "))]
    return line


# Back, and leaving out.


async def test_going_back_keeps_what_was_just_filled_in(app: App, visitor: Visitor) -> None:
    """«Quay lại» stores the page it is pressed on, and shows the page before with its answers."""
    first = await visitor.get("/k/quay22")
    second = await visitor.send(first, {"c_1": "4", "c_3": "2"})
    back = await visitor.send(second, {"c_5": "1"}, press="Quay lại")
    assert (places(second), places(back)) == ("trang 2/5", "trang 1/5")
    ticked = [(n["name"], n["value"]) for n in back.page.all("input") if "checked" in n.attributes]
    assert ticked == [("c_1", "4"), ("c_3", "2")]
    assert stored(app, token_of(first)) == {"c_1": 4, "c_3": 2, "c_5": 1, "complete": False}


async def test_going_back_asks_for_nothing(app: App, visitor: Visitor) -> None:
    """A required item that is still open keeps nobody on the page; a text that is too long does."""
    second = await visitor.send(await visitor.get("/k/quay9"), {"field": "Đất đai"})
    assert places(await visitor.send(second, {"q_1": "5"}, press="Quay lại")) == "trang 1/5"
    assert stored(app, token_of(second)) == {"field": "Đất đai", "q_1": 5, "complete": False}
    optional = await visitor.send(await visitor.get("/k/quay1"), press="4")
    refused = await visitor.send(optional, {"comment": "a" * 1001}, press="Quay lại")
    assert (refused.status, refused.form.one("textarea").text) == (400, "a" * 1001)


async def test_the_first_page_has_no_way_back(visitor: Visitor) -> None:
    """There is nothing before it."""
    for counter in ("quay1", "quay9", "quay22", "quayr"):
        assert (await visitor.get(f"/k/{counter}")).page.all("button", name="back") == []


async def test_back_on_the_faces_the_chosen_one_is_marked(visitor: Visitor) -> None:
    """Said in words, not by colour alone."""
    second = await visitor.send(await visitor.get("/k/quay1"), press="4")
    back = await visitor.send(second, press="Quay lại")
    marked = [button["value"] for button in back.form.all("button", class_="level") if "(đã chọn)" in button.text]
    assert marked == ["4"]


async def test_what_is_emptied_on_the_way_back_is_gone(app: App, visitor: Visitor) -> None:
    """A comment that was deleted and an item that was left out are not kept behind somebody's back."""
    second = await visitor.send(await visitor.get("/k/quay1"), press="4")
    first = await visitor.send(second, {"comment": "Tôi là Lan", "attitude": "2", "waiting": "5"}, press="Quay lại")
    again = await visitor.send(first, press="4")
    assert again.form.one("textarea").text == "Tôi là Lan"
    filled = {"comment": "", "attitude": "", "waiting": "5"}
    await visitor.send(again, filled, press="Gửi phiếu")
    assert stored(app, token_of(second)) == {"overall": 4, "waiting": 5, "complete": True}


async def test_an_answered_item_can_be_left_out_again(visitor: Visitor) -> None:
    """Radio buttons cannot be unticked: where an optional item is answered, leaving it out is offered."""
    second = await visitor.send(await visitor.get("/k/quay22"), {"c_1": "4"})
    assert second.page.all("label", class_="undo") == []
    back = await visitor.send(second, press="Quay lại")
    (undo,) = back.page.all("label", class_="undo")
    assert (undo.text, undo.one("input")["name"], undo.one("input")["value"]) == ("Bỏ qua câu này", "c_1", "")


async def test_every_item_of_the_22_may_be_skipped_but_not_all(app: App, visitor: Visitor) -> None:
    """One answer is a form; none is not stored as one, and is told so."""
    answer = await visitor.get("/k/quay22")
    first = answer
    for number in range(4):
        assert places(answer) == f"trang {number + 1}/5"
        answer = await visitor.send(answer, press="Tiếp tục")
    refused = await visitor.send(answer, press="Gửi phiếu")
    assert refused.status == 400
    assert "Phiếu chưa có câu trả lời nào." in refused.said
    assert stored(app, token_of(first))["complete"] is False
    thanks = await visitor.send(refused, {"c_22": "3"}, press="Gửi phiếu")
    assert "Xin cảm ơn!" in thanks.said
    assert stored(app, token_of(first)) == {"c_22": 3, "complete": True}


# A form of the unit's own.


@pytest.mark.parametrize(("how", "pages"), [("online", "trang 2/3"), ("desk", "trang 3/3")])
async def test_a_page_is_shown_to_whom_it_concerns(how: str, pages: str, visitor: Visitor) -> None:
    """A condition on a chosen option leads on or past a page, and back the same way."""
    second = await visitor.send(await visitor.get("/k/quayr"), {"how": how})
    assert places(second) == pages
    assert places(await visitor.send(second, press="Quay lại")) == "trang 1/3"


async def test_a_choice_with_a_maximum_says_it_and_keeps_it(app: App, visitor: Visitor) -> None:
    """«chọn tối đa 2 ý» beside the question; three are refused with what was ticked still there."""
    first = await visitor.get("/k/quayr")
    assert "(chọn tối đa 2 ý)" in first.said
    refused = await visitor.send(first, {"wishes": ["a", "b", "c"]}, press="Tiếp tục")
    assert (refused.status, stored(app, token_of(first))) == (400, {})
    assert "Xin chọn nhiều nhất 2 ý." in refused.said
    assert refused.page.one("title").text.startswith("Cần xem lại: ")
    assert [n["value"] for n in refused.page.all("input", name="wishes") if "checked" in n.attributes] == [*"abc"]


# A language of the unit's own.


async def test_every_installed_language_is_offered_and_kept(app: App, visitor: Visitor) -> None:
    """The switch names each other language in itself; the added one says what it can and the rest in Vietnamese."""
    first = await visitor.get("/k/quay1")
    offered = [(link["hreflang"], link.text) for link in first.page.all("a") if link["hreflang"]]
    assert offered == [("en", "English"), ("km", "ខ្មែរ")]
    khmer = await visitor.get(str(first.url.join(URL(first.page.one("a", hreflang="km")["href"]))))
    assert (khmer.page.one("html")["lang"], khmer.page.one("legend").text) == ("km", "តើលោកអ្នកយល់យ៉ាងណា?")
    assert [link["hreflang"] for link in khmer.page.all("a") if link["hreflang"]] == ["vi", "en"]
    assert next(button.text for button in khmer.form.all("button", class_="level")) == "1 ១"
    second = await visitor.send(khmer, press="៥")
    assert second.page.one("html")["lang"] == "km"
    assert "Thái độ của cán bộ?" in second.said


async def test_the_chat_offers_and_speaks_it_too(visitor: Visitor) -> None:
    """A button for each other language; its name typed, or its code as a command, means the same."""
    said = await visitor.turn("/help")
    assert "English" in said["html"]
    assert "ខ្មែរ" in said["html"]
    for asked in ("ខ្មែរ", "/km"):
        await visitor.turn("tiếng Việt")
        said = await visitor.turn(asked)
        assert "Tiếng Việt" in said["html"]
        assert (await visitor.get("/")).page.one("html")["lang"] == "km"


# Recordings.


async def test_a_recording_stands_beside_its_question(app: App, visitor: Visitor) -> None:
    """The notice's first, then the question's; only in the language and for the questions that were recorded."""
    first = await visitor.get("/k/quay1")
    (listen,) = first.page.all("button", class_="speak")
    assert listen["data-audio"] == "/audio/nhanh-1/vi/form-notice.mp3 /audio/nhanh-1/vi/overall.ogg"
    assert (listen["type"], listen["aria-pressed"]) == ("button", "false")
    assert "hidden" in listen.attributes
    spoken = listen["data-say"].split("\n")
    assert spoken[0].startswith("Phiếu không hỏi tên")
    assert spoken[-5:] == [
        "1 Rất không hài lòng", "2 Không hài lòng", "3 Bình thường", "4 Hài lòng", "5 Rất hài lòng",
    ]  # fmt: skip
    second = await visitor.send(first, press="4")
    assert [button["data-audio"] for button in second.page.all("button", class_="speak")] == [""] * 4
    for language, spoken_in in (("en", "en"), ("km", "km")):
        (other,) = (await visitor.anew().get(f"/k/quay1?lang={language}")).page.all("button", class_="speak")
        assert (other["data-audio"], other["data-lang"]) == ("", spoken_in)


@pytest.mark.parametrize(("name", "kind"), [("overall.ogg", "audio/ogg"), ("form-notice.mp3", "audio/mpeg")])
async def test_a_recording_is_served(name: str, kind: str, app: App, visitor: Visitor) -> None:
    """Whole and in parts, as players ask for it."""
    async with visitor.client.get(f"{visitor.address}/audio/nhanh-1/vi/{name}") as whole:
        assert (whole.status, whole.content_type, await whole.read()) == (200, kind, SOUND)
    async with visitor.client.get(f"{visitor.address}/audio/nhanh-1/vi/{name}", headers={"Range": "bytes=0-3"}) as part:
        assert (part.status, await part.read()) == (206, b"OggS")


@pytest.mark.parametrize(
    "path",
    [
        "/audio/nhanh-1/vi/overall.mp3",
        "/audio/nhanh-1/vi/overall",
        "/audio/nhanh-1/en/overall.ogg",
        "/audio/nhanh-2/vi/overall.ogg",
        "/audio/nhanh-1/vi/../../../motcua.db",
        "/audio/nhanh-1/vi/%2e%2e%2f%2e%2e%2f%2e%2e%2fsecret.key",
        "/audio/../../secret.key",
        "/audio/nhanh-1/vi/",
    ],
)
async def test_nothing_but_recordings_is_served(path: str, app: App, visitor: Visitor) -> None:
    """Other names, and ways out of the folder, are not found."""
    assert (await visitor.get(path)).status == 404
