"""The survey behind a counter's code, by HTTP as a browser without JavaScript sends it."""

import asyncio
from collections.abc import Mapping, Sequence

import aiohttp
import pytest
from yarl import URL

import locales
from bot.app import App
from bot.secret_key import secret_key
from handlers.world import Counter, Unit
from surveys.responses import half_of
from tests.web.conftest import Answer, Node, Visitor, everything, filled_in, rows, stored, token_of
from web.app import MAX_BODY
from web.signing import Signer

pytestmark = pytest.mark.asyncio(loop_scope="session")

FACES = (
    ("1", "Rất không hài lòng"),
    ("2", "Không hài lòng"),
    ("3", "Bình thường"),
    ("4", "Hài lòng"),
    ("5", "Rất hài lòng"),
)
EXPIRED = locales.text("vi", "web.expired")
NINE_PAGES = (("q_1", "q_2", "q_3"), ("q_4", "q_5"), ("q_6", "q_7", "q_8", "q_9"))
AFTER_LOW = ["reasons", "comment"]
AFTER_HIGH = ["attitude", "guidance", "waiting", "comment"]


def asked(answer: Answer) -> list[str]:
    """The questions that a page asks, in its order."""
    controls = [node for node in answer.form.walk() if node.tag in ("input", "textarea", "button")]
    names = [node["name"] for node in controls if node["name"] not in ("token", "page", "send", "back", "tap", "")]
    return list(dict.fromkeys(names))


def ticked(page: Node) -> list[tuple[str, str]]:
    """What is ticked, chosen or typed on a page."""
    boxes = [(node["name"], node["value"]) for node in page.all("input") if "checked" in node.attributes]
    chosen = [("", node["value"]) for node in page.all("option") if "selected" in node.attributes]
    return [*boxes, *chosen, *((node["name"], node.text) for node in page.all("textarea") if node.text)]


def problem_of(answer: Answer, question: str) -> str:
    """The problem that stands in the group of a question; empty where there is none."""
    groups = [group for group in answer.page.all("fieldset") if any(node["name"] == question for node in group.walk())]
    problems = [problem for group in groups for problem in group.all("p", class_="problem")]
    for group in groups:
        assert group["aria-describedby"] == (problems[0]["id"] if problems else "")
    return problems[0].text if problems else ""


def responses(app: App) -> int:
    """How many responses there are."""
    ((count,),) = rows(app, "SELECT count(*) FROM response")
    return int(count)


async def at_page(visitor: Visitor, number: int) -> Answer:
    """The nine-item form, opened and answered with 4 up to a page."""
    answer = await visitor.anew().get("/k/quay9")
    if number:
        answer = await visitor.send(answer, {"field": "Đăng ký khai sinh"})
    for questions in NINE_PAGES[: max(0, number - 1)]:
        answer = await visitor.send(answer, dict.fromkeys(questions, "4"))
    return answer


# Opening.


@pytest.mark.parametrize(
    ("path", "notice", "consent", "question"),
    [
        ("/k/quay1", "Phiếu không hỏi tên", "Chạm một mức là đồng ý.", "Nhìn chung, Ông/Bà"),
        (
            "/k/quay1?lang=en",
            "We do not ask for your name",
            "Touching a level means that you agree",
            "Overall, how was",
        ),
        ("/k/quay9", "Phiếu không hỏi tên", "Bấm «Tiếp tục» là đồng ý", "Lĩnh vực/thủ tục hành chính"),
        (
            "/k/quay9?lang=en",
            "We do not ask for your name",
            "Pressing “Next” means that you agree",
            "Field or procedure",
        ),
    ],
)
async def test_the_notice_stands_before_the_first_question(
    path: str, notice: str, consent: str, question: str, visitor: Visitor
) -> None:
    """Who opens the code reads what is done with the answers, and what counts as agreeing, before being asked."""
    answer = await visitor.get(path)
    places = [answer.said.index(words) for words in (notice, consent, question)]
    assert (answer.status, places) == (200, sorted(places))


async def test_opening_the_code_stores_nothing(app: App, visitor: Visitor) -> None:
    """Looking at the form, also with HEAD, is not answering it."""
    before = responses(app)
    for counter in ("quay1", "quay2", "quay9"):
        assert (await visitor.get(f"/k/{counter}")).status == 200
        assert (await visitor.ask("HEAD", f"/k/{counter}")).status == 200
    assert responses(app) == before


async def test_two_people_get_two_tokens(visitor: Visitor) -> None:
    """Each opening of the code is a response of its own."""
    assert token_of(await visitor.get("/k/quay1")) != token_of(await visitor.get("/k/quay1"))


@pytest.mark.parametrize("level", ["1", "2", "3", "4", "5"])
async def test_nothing_is_ticked_beforehand_on_the_short_form(level: str, visitor: Visitor) -> None:
    """Neither the faces nor the optional page suggest an answer."""
    first = await visitor.get("/k/quay1")
    second = await visitor.send(first, {"overall": level})
    assert (ticked(first.page), ticked(second.page)) == ([], [])


async def test_nothing_is_ticked_beforehand_on_the_nine_items(visitor: Visitor) -> None:
    """No page of the long form suggests an answer."""
    pages = [await at_page(visitor, number) for number in range(5)]
    assert [ticked(answer.page) for answer in pages] == [[]] * 5


async def test_every_face_has_a_digit_and_a_word(visitor: Visitor) -> None:
    """A level is told by picture, digit and word together, never by colour alone."""
    buttons = (await visitor.get("/k/quay1")).form.all("button", class_="level")
    assert [(button["value"], button.text) for button in buttons] == [(n, f"{n} {word}") for n, word in FACES]
    assert [len(button.all("svg")) for button in buttons] == [1] * 5
    assert len({str(button.one("svg").all("path")[0]["d"]) for button in buttons}) == 5


@pytest.mark.parametrize(
    ("bots", "links"), [({}, []), ({"telegram": "motcua_test_bot"}, ["k_quay1"])], ids=["off", "on"]
)
async def test_telegram_is_offered_where_it_is_on(
    bots: dict[str, str], links: list[str], app: App, visitor: Visitor
) -> None:
    """The same counter can be rated in Telegram, if there is a bot."""
    app.bots.update(bots)
    try:
        found = (await visitor.get("/k/quay1")).page.all("a", href="https://t.me/motcua_test_bot?start=k_quay1")
    finally:
        app.bots.clear()
    assert [link["href"].rpartition("=")[2] for link in found] == links


# The short form.


@pytest.mark.parametrize("level", ["1", "2", "3", "4", "5"])
async def test_a_face_is_stored_at_once(level: str, app: App, visitor: Visitor) -> None:
    """One tap is enough: who closes the page now has been counted."""
    first = await visitor.get("/k/quay1")
    second = await visitor.send(first, press=level)
    assert (second.status, second.url.path) == (200, f"/k/quay1/{token_of(first)}")
    assert stored(app, token_of(first)) == {"overall": int(level), "complete": False}


async def test_a_stored_response_tells_its_place_and_wording_and_nobody(app: App, visitor: Visitor) -> None:
    """Counter, unit, form, the exact wording, the day and half of it stand there; the cookie's name stands nowhere."""
    first = await visitor.get("/k/quay2")
    second = await visitor.send(first, press="4")
    identifier = token_of(first).partition("-")[0]
    form = app.live().forms["nhanh"]
    kept = "SELECT unit, counter, form, version, digest, source, assisted, day, half FROM response WHERE id=?"
    found = rows(app, kept, identifier)
    today, half = app.clock().date().isoformat(), half_of(app.clock())
    assert found == [("sa-dec", "quay2", "nhanh", form.version, form.digest, "web", 0, today, half)]
    assert (list(first.cookies), list(second.cookies)) == (["motcua_voter"], [])
    assert not any(first.cookies["motcua_voter"].value.partition(".")[0] in str(row) for row in everything(app))


@pytest.mark.parametrize(
    ("level", "questions"),
    [("1", AFTER_LOW), ("2", AFTER_LOW), ("3", AFTER_HIGH), ("4", AFTER_HIGH), ("5", AFTER_HIGH)],
)
async def test_only_the_dissatisfied_are_asked_for_reasons(level: str, questions: list[str], visitor: Visitor) -> None:
    """Levels 1 and 2 lead to reasons, the others to single points."""
    assert asked(await visitor.send(await visitor.get("/k/quay1"), press=level)) == questions


@pytest.mark.parametrize(
    ("level", "more", "expected"),
    [
        (
            "2",
            {"reasons": ["other", "wait"], "comment": "Chờ từ sáng đến trưa."},
            {"reasons": "wait,other", "comment": "Chờ từ sáng đến trưa."},
        ),
        (
            "5",
            {"attitude": "5", "guidance": "4", "waiting": "3", "comment": "  Cảm ơn các cô chú.\r\nRất chu đáo! 👍  "},
            {"attitude": 5, "guidance": 4, "waiting": 3, "comment": "Cảm ơn các cô chú.\nRất chu đáo! 👍"},
        ),
        ("4", {"waiting": "1"}, {"waiting": 1}),
        ("3", {}, {}),
    ],
    ids=["reasons", "all points", "one point", "nothing more"],
)
async def test_the_optional_page_is_kept_as_given(
    level: str, more: Mapping[str, str | Sequence[str]], expected: dict[str, object], app: App, visitor: Visitor
) -> None:
    """What was added is stored with the level, and the person is thanked."""
    first = await visitor.get("/k/quay1")
    thanks = await visitor.send(await visitor.send(first, press=level), more)
    prefix = f"/k/quay1/{token_of(first).partition('-')[0]}."
    assert thanks.status == 200
    assert thanks.url.path.startswith(prefix)
    assert "Đã ghi nhận phiếu của Ông/Bà. Xin cảm ơn!" in thanks.said
    assert stored(app, token_of(first)) == {"overall": int(level), **expected, "complete": True}


async def test_the_optional_page_may_be_skipped(app: App, visitor: Visitor) -> None:
    """The second page, sent as it is, finishes the form with the level alone: two taps."""
    first = await visitor.get("/k/quay1")
    second = await visitor.send(first, press="4")
    assert "Đã lưu: 4 Hài lòng." in second.said
    thanks = await visitor.send(second)
    assert "Đã ghi nhận phiếu của Ông/Bà. Xin cảm ơn!" in thanks.said
    assert stored(app, token_of(first)) == {"overall": 4, "complete": True}


async def test_without_a_script_each_tap_is_stored_and_can_be_taken_back(app: App, visitor: Visitor) -> None:
    """Who walks away after a tap has answered it; a second tap takes one back, and what was typed stays."""
    first = await visitor.get("/k/quay1?chu=lon")
    page = await visitor.send(first, press="1")
    for tap, ticked in (("Chờ lâu", ["wait"]), ("Điều khác", ["wait", "other"]), ("Chờ lâu", ["other"])):
        page = await visitor.send(page, {"comment": "Lâu quá"}, press=tap)
        assert (page.page.one("fieldset", id="q-reasons")["id"], page.url.query["chu"]) == ("q-reasons", "lon")
        assert stored(app, token_of(first)) == {
            "overall": 1, "reasons": ",".join(ticked), "comment": "Lâu quá", "complete": False,
        }  # fmt: skip
        pressed = [one["value"] for one in page.form.all("button") if one.attributes.get("aria-pressed") == "true"]
        assert pressed == [f"reasons:{one}" for one in ticked]
    await visitor.send(page)
    assert stored(app, token_of(first))["complete"] is True


@pytest.mark.parametrize("reasons", ["wait", "khong-co"])
async def test_answers_to_questions_that_were_not_asked_are_left_out(reasons: str, app: App, visitor: Visitor) -> None:
    """Reasons from somebody who is satisfied, right or wrong, and fields of other forms are not stored."""
    first = await visitor.get("/k/quay1")
    await visitor.send(first, press="5")
    extra = {"token": token_of(first), "page": "1", "reasons": reasons, "q_1": "1", "attitude": "5", "overall": "1"}
    assert (await visitor.post("/k/quay1", extra)).status == 200
    assert stored(app, token_of(first)) == {"overall": 5, "attitude": 5, "complete": True}


@pytest.mark.parametrize(
    "number", ["0987654321", "0987 654 321", "+84 98 765 43 21", "087199004321", "0871 9900 4321", "087.199.004.321"]
)
async def test_numbers_that_identify_a_person_do_not_reach_the_database(
    number: str, app: App, visitor: Visitor
) -> None:
    """Telephone and ID-card numbers in a comment are dots on the disk."""
    first = await visitor.get("/k/quay1")
    await visitor.send(await visitor.send(first, press="2"), {"comment": f"Gọi lại cho tôi số {number} nhé"})
    assert stored(app, token_of(first)) == {
        "overall": 2, "comment": "Gọi lại cho tôi số ••• nhé", "complete": True,
    }  # fmt: skip
    assert [path.name for path in app.settings.data_dir.iterdir() if number.encode() in path.read_bytes()] == []


# Replays.


async def test_the_later_level_wins_until_the_form_is_finished(app: App, visitor: Visitor) -> None:
    """The first page sent again corrects the same response; once finished, nothing changes any more."""
    first = await visitor.get("/k/quay1")
    before = responses(app)
    seen = []
    for level in ("5", "1", "1", "3"):
        second = await visitor.send(first, press=level)
        seen.append(stored(app, token_of(first)))
    assert seen == [{"overall": level, "complete": False} for level in (5, 1, 1, 3)]
    await visitor.send(second, {"attitude": "4"})
    finished = {"overall": 3, "attitude": 4, "complete": True}
    assert stored(app, token_of(first)) == finished
    for again, press in ((first, "1"), (second, "Gửi phiếu"), (first, "5")):
        await visitor.send(again, press=press)
    assert (stored(app, token_of(first)), responses(app) - before) == (finished, 1)


async def test_a_finished_form_opens_no_page_again(visitor: Visitor) -> None:
    """Its address shows the thanks, whichever page is asked for."""
    first = await visitor.get("/k/quay1")
    await visitor.send(await visitor.send(first, press="4"), press="Gửi phiếu")
    for query in ("", "?page=0", "?page=1", "?page=abc"):
        answer = await visitor.get(f"/k/quay1/{token_of(first)}{query}")
        assert (answer.status, answer.page.all("form")) == (200, [])
        assert "Xin cảm ơn!" in answer.said


async def test_an_unfinished_page_shows_what_was_given(visitor: Visitor) -> None:
    """Who comes back to a page before the end finds the answers there."""
    await visitor.send(third := await at_page(visitor, 1), {"q_1": "5", "q_2": "4", "q_3": "1"})
    again = await visitor.get(f"/k/quay9/{token_of(third)}?page=1")
    assert ticked(again.page) == [("q_1", "5"), ("q_2", "4"), ("q_3", "1")]


async def test_fifty_posts_at_once_store_one_response(app: App, visitor: Visitor) -> None:
    """An impatient finger, or a hostile one, is counted once, and every post is answered."""
    first = await visitor.get("/k/quay1")
    before = responses(app)
    answers = await asyncio.gather(*(visitor.send(first, press="4") for _ in range(50)))
    assert [answer.status for answer in answers] == [200] * 50
    assert (stored(app, token_of(first)), responses(app) - before) == ({"overall": 4, "complete": False}, 1)


async def test_fifty_people_at_once_store_fifty_responses(app: App, visitor: Visitor) -> None:
    """Commits are shared, responses are not: each person's level is their own."""
    opened = await asyncio.gather(*(visitor.get("/k/quay2") for _ in range(50)))
    levels = [str(1 + number % 5) for number in range(50)]
    visitor.anew()
    await asyncio.gather(*(visitor.send(first, press=level) for first, level in zip(opened, levels, strict=True)))
    assert [stored(app, token_of(first)) for first in opened] == [
        {"overall": int(level), "complete": False} for level in levels
    ]


async def test_pages_of_one_form_at_once_are_all_kept(app: App, visitor: Visitor) -> None:
    """Three pages corrected in the same moment, in several browsers' worth of traffic: no correction is lost."""
    opened = [await at_page(visitor, 4) for _ in range(3)]
    corrected = [
        {"token": token_of(answer), "page": str(number), **dict.fromkeys(questions, str(number))}
        for answer in opened
        for number, questions in enumerate(NINE_PAGES, 1)
    ]
    await asyncio.gather(*(visitor.post("/k/quay9", fields) for fields in corrected))
    expected = {name: number for number, questions in enumerate(NINE_PAGES, 1) for name in questions}
    assert [stored(app, token_of(answer)) for answer in opened] == [
        {"field": "Đăng ký khai sinh", **expected, "complete": False}
    ] * 3


# The nine items.


async def test_the_nine_items_are_stored_page_by_page(app: App, visitor: Visitor) -> None:
    """From the procedure's name to the thanks, each page is on disk before the next one is shown."""
    answer = await visitor.get("/k/quay9")
    token = token_of(answer)
    expected: dict[str, object] = {"field": "Chứng thực bản sao", "complete": False}
    answer = await visitor.send(answer, {"field": "Chứng thực bản sao"})
    assert stored(app, token) == expected
    for level, questions in enumerate(NINE_PAGES, 3):
        assert asked(answer) == list(questions)
        answer = await visitor.send(answer, dict.fromkeys(questions, str(level)))
        expected |= dict.fromkeys(questions, level)
        assert stored(app, token) == expected
    assert asked(answer) == ["gender", "age", "education"]
    answer = await visitor.send(answer, {"gender": "female", "age": "over_60"})
    assert "Trân trọng cảm ơn ông/bà!" in answer.said
    assert stored(app, token) == {**expected, "gender": "female", "age": "over_60", "complete": True}


@pytest.mark.parametrize("question", [name for page in NINE_PAGES for name in page])
async def test_each_of_the_nine_items_is_needed(question: str, app: App, visitor: Visitor) -> None:
    """A page with one item left open comes back with a problem beside that item and the other ticks kept."""
    number, questions = next((n, page) for n, page in enumerate(NINE_PAGES, 1) if question in page)
    answer = await at_page(visitor, number)
    given = {name: str(2 + place) for place, name in enumerate(questions) if name != question}
    refused = await visitor.send(answer, given)
    assert refused.status == 400
    assert {name: problem_of(refused, name) for name in questions} == {
        **dict.fromkeys(questions, ""), question: "Câu này cần câu trả lời.",
    }  # fmt: skip
    assert ticked(refused.page) == sorted(given.items())
    assert question not in stored(app, token_of(answer))
    accepted = await visitor.send(refused, {question: "1"})
    assert accepted.status == 200
    kept = stored(app, token_of(answer))
    assert {name: kept[name] for name in questions} == {**{name: int(n) for name, n in given.items()}, question: 1}


@pytest.mark.parametrize("blank", ["", "   ", "\r\n \t"], ids=["empty", "spaces", "lines"])
async def test_the_procedure_must_be_named(blank: str, app: App, visitor: Visitor) -> None:
    """The long form's first question cannot be left blank."""
    first = await visitor.get("/k/quay9")
    refused = await visitor.send(first, {"field": blank})
    assert (refused.status, problem_of(refused, "field")) == (400, "Câu này cần câu trả lời.")
    assert stored(app, token_of(first)) == {}


async def test_a_text_that_is_too_long_is_given_back_to_be_shortened(app: App, visitor: Visitor) -> None:
    """The limit is told beside the question, and nothing that was typed is lost."""
    first = await visitor.get("/k/quay9")
    text = "Đăng ký khai sinh kết hợp đăng ký nhận cha, mẹ, con. " * 10
    refused = await visitor.send(first, {"field": text})
    assert (refused.status, problem_of(refused, "field")) == (400, "Xin viết ngắn hơn, tối đa 500 chữ cái.")
    assert stored(app, token_of(first)) == {}
    assert ticked(refused.page) == [("field", text.strip())]


async def test_the_optional_page_comes_back_whole_with_its_problem(visitor: Visitor) -> None:
    """A wrong value on the second page leaves its questions, the other ticks and the comment in place."""
    second = await visitor.send(await visitor.get("/k/quay1"), press="5")
    sent = {"token": token_of(second), "page": "1", "attitude": "7", "waiting": "4", "comment": "Cô Lan rất tận tình."}
    refused = await visitor.post("/k/quay1", sent)
    assert refused.status == 400
    assert asked(refused) == AFTER_HIGH
    assert problem_of(refused, "attitude") == "Xin chọn một mức."
    assert ticked(refused.page) == [("waiting", "4"), ("comment", "Cô Lan rất tận tình.")]


@pytest.mark.parametrize(
    ("counter", "sent"),
    [
        ("quay1", [{"page": "1"}]),
        ("quay1", [{"page": "1", "comment": "Không chọn mức nào"}]),
        ("quay1", [{"page": "99"}]),
        ("quay1", [{"page": "0", "send": "1"}]),
        ("quay1", [{"page": "0", "send": "1", "overall": "9"}]),
        ("quay9", [{"page": "4"}]),
        ("quay9", [{"page": "4", "gender": "male"}]),
        ("quay9", [{"page": "3", "q_6": "5", "q_7": "5", "q_8": "5", "q_9": "5"}, {"page": "4"}]),
        ("quay9", [{"page": "0", "field": "Chứng thực"}, {"page": "4"}]),
    ],
)
async def test_no_form_is_finished_without_its_needed_answers(
    counter: str, sent: list[dict[str, str]], app: App, visitor: Visitor
) -> None:
    """Sending a later page alone, or «gửi luôn» too early, makes no finished response and gets no thanks."""
    token = token_of(await visitor.get(f"/k/{counter}"))
    for fields in sent:
        answer = await visitor.post(f"/k/{counter}", {"token": token, **fields})
    assert stored(app, token).get("complete", False) is False
    assert answer.page.all("p", class_="tick") == []


# What is not accepted.


@pytest.mark.parametrize(
    ("counter", "page", "question", "values", "problem"),
    [
        ("quay1", 0, "overall", [], "Câu này cần câu trả lời."),
        ("quay1", 0, "overall", ["0"], "Xin chọn một mức."),
        ("quay1", 0, "overall", ["6"], "Xin chọn một mức."),
        ("quay1", 0, "overall", ["-1"], "Xin chọn một mức."),
        ("quay1", 0, "overall", ["4.0"], "Xin chọn một mức."),
        ("quay1", 0, "overall", ["04"], "Xin chọn một mức."),
        ("quay1", 0, "overall", ["٤"], "Xin chọn một mức."),
        ("quay1", 0, "overall", ["Hài lòng"], "Xin chọn một mức."),
        ("quay1", 0, "overall", ["5", "1"], "Xin chọn một mức."),
        ("quay1", 0, "overall", ["5", "5"], "Xin chọn một mức."),
        ("quay1", 0, "overall", ['{"$gt": 0}'], "Xin chọn một mức."),
        ("quay9", 0, "field", ["Đ" * 501], "Xin viết ngắn hơn, tối đa 500 chữ cái."),
        ("quay9", 1, "q_1", ["null"], "Xin chọn một mức."),
        ("quay9", 4, "gender", ["other"], "Xin chọn một ý."),
        ("quay9", 4, "gender", ["male", "female"], "Xin chọn một ý."),
        ("quay9", 4, "age", ["35"], "Xin chọn một ý."),
    ],
)
async def test_unknown_options_and_wrong_values_are_refused(
    counter: str, page: int, question: str, values: list[str], problem: str, app: App, visitor: Visitor
) -> None:
    """The page says beside the question what to do, and stores nothing of it."""
    opened = await (at_page(visitor, page) if counter == "quay9" else visitor.get(f"/k/{counter}"))
    before = stored(app, token_of(opened))
    fields = [("token", token_of(opened)), ("page", str(page)), *((question, value) for value in values)]
    refused = await visitor.post(f"/k/{counter}", fields)
    assert (refused.status, problem_of(refused, question)) == (400, problem)
    assert stored(app, token_of(opened)) == before


@pytest.mark.parametrize("values", [["hacked"], ["wait", "hacked"], ["wait,other"], ["1"]])
async def test_unknown_reasons_are_refused(values: list[str], app: App, visitor: Visitor) -> None:
    """Only the reasons of the form are reasons; the level that was given before stays."""
    second = await visitor.send(await visitor.get("/k/quay1"), press="2")
    fields = [("token", token_of(second)), ("page", "1"), *(("reasons", value) for value in values)]
    refused = await visitor.post("/k/quay1", fields)
    assert refused.status == 400
    assert stored(app, token_of(second)) == {"overall": 2, "complete": False}
    assert problem_of(refused, "reasons") == "Xin chọn trong các ý đã nêu."


@pytest.mark.parametrize(
    ("counter", "page", "field"),
    [("quay1", "0", "overall"), ("quay1", "1", "comment"), ("quay9", "0", "field"), ("quay1", "0", "token")],
)
async def test_a_file_is_no_answer(counter: str, page: str, field: str, app: App, visitor: Visitor) -> None:
    """A file sent in place of a text is refused, and none of it is stored."""
    opened = await visitor.get(f"/k/{counter}")
    if page == "1":
        opened = await visitor.send(opened, press="4")
    before = stored(app, token_of(opened))
    form = aiohttp.FormData()
    for name, value in (("token", token_of(opened)), ("page", page)):
        if name != field:
            form.add_field(name, value)
    form.add_field(field, b"5", filename="anh.jpg", content_type="image/jpeg")
    assert (await visitor.post(f"/k/{counter}", form)).status == 400
    assert stored(app, token_of(opened)) == before


@pytest.mark.parametrize("page", ["", "abc", "-1", "²", "0x1", "1e3", "9" * 5000])
async def test_a_page_number_that_is_none_means_the_first_page(page: str, app: App, visitor: Visitor) -> None:
    """A mangled page number loses nobody's answer."""
    token = token_of(await visitor.get("/k/quay1"))
    answer = await visitor.post("/k/quay1", {"token": token, "page": page, "overall": "4"})
    assert (answer.status, stored(app, token)) == (200, {"overall": 4, "complete": False})


def _forged(app: App) -> dict[str, str]:
    """Tokens that this counter and this form did not give."""
    signer = Signer(secret_key(app.settings))
    good = signer.fresh_at("survey:/k/quay1:nhanh:1", app.clock())[1]
    text, _, mark = good.partition(".")
    return {
        "none": "",
        "made up": f"{'0' * 32}.{'0' * 32}",
        "changed": f"{text}.{mark[:-1]}{'0' if mark[-1] != '0' else '1'}",
        "changed id": f"{'0' * 32}.{mark}",
        "without signature": text,
        "another counter's": signer.fresh_at("survey:/k/quay2:nhanh:1", app.clock())[1],
        "another form's": signer.fresh_at("survey:/k/quay9:phuong9:1", app.clock())[1],
        "an unknown version's": signer.fresh_at("survey:/k/quay1:nhanh:7", app.clock())[1],
        "a chat's cookie": signer.fresh("motcua_chat")[1],
        "another installation's": Signer(b"k" * 32).fresh_at("survey:/k/quay1:nhanh:1", app.clock())[1],
        "not ASCII": "phường.Sa Đéc",
        "long": "0" * 100_000,
    }


@pytest.mark.parametrize(
    "case",
    [
        "none", "made up", "changed", "changed id", "without signature", "another counter's", "another form's",
        "an unknown version's", "a chat's cookie", "another installation's", "not ASCII", "long",
    ],
)  # fmt: skip
async def test_a_token_that_is_not_of_this_counter_and_form_is_refused(case: str, app: App, visitor: Visitor) -> None:
    """Nothing is stored, and the page says why and how to go on; its address leads back to the start."""
    before = responses(app)
    token = _forged(app)[case]
    refused = await visitor.post("/k/quay1", {"token": token, "page": "0", "overall": "5"})
    assert refused.status == 400
    assert EXPIRED in refused.said
    assert [(link["href"], link.text) for link in refused.page.one("main").all("a")] == [("/k/quay1", "Mở lại phiếu")]
    assert responses(app) == before
    if token.isascii() and 0 < len(token) < 1000:
        opened = await visitor.get(f"/k/quay1/{token}?page=1")
        assert (opened.status, opened.url.path) == (200, "/k/quay1")


async def test_a_real_token_is_refused_at_another_counter(app: App, visitor: Visitor) -> None:
    """A vote for one counter cannot be moved to the next one."""
    first = await visitor.get("/k/quay1")
    fields = filled_in(first.form, {"overall": "1"})
    assert (await visitor.post("/k/quay2", fields)).status == 400
    assert (await visitor.post("/k/quay9", fields)).status == 400
    assert stored(app, token_of(first)) == {}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/k/quay77"),
        ("POST", "/k/quay77"),
        ("GET", "/k/quay77/0.0"),
        ("GET", "/k/%3Cscript%3E"),
        ("GET", "/k/QUAY77"),
        ("GET", "/k/quay1%20"),
        ("GET", "/k/%FF%FE"),
    ],
)
async def test_an_unknown_counter_is_told_kindly(method: str, path: str, visitor: Visitor) -> None:
    """404, with a sentence that helps and a way to the chat."""
    answer = await (visitor.get(path) if method == "GET" else visitor.post(path, {"overall": "5"}))
    assert answer.status == 404
    assert "Mã quầy này không có hoặc đã thôi dùng. Ông/Bà xem lại mã in tại quầy giúp tôi." in answer.said
    assert [link["href"] for link in answer.page.one("main").all("a")] == ["/"]


async def test_a_merged_units_counter_says_where_to_go(app: App, visitor: Visitor) -> None:
    """The code printed on the old poster leads to the name of the unit that stands now; its screen too."""
    async with app.store.transaction() as tx:
        await tx.add_unit(Unit("cu", "Xã Cũ"), app.clock())
        await tx.add_counter(Counter("quay-cu", "Quầy 1", "cu"))
        await tx.merge_units(["cu"], "sa-dec", app.clock().date())
    await app.live.load_places()
    for path in ("/k/quay-cu", "/kiosk/quay-cu"):
        answer = await visitor.get(path)
        assert answer.status == 404
        assert "Quầy 1 của Xã Cũ nay thuộc Phường Sa Đéc." in answer.said


async def test_an_unknown_counter_is_told_in_english_too(visitor: Visitor) -> None:
    """The language of the address holds for errors."""
    answer = await visitor.get("/k/quay77?lang=en")
    assert (answer.status, answer.page.one("html")["lang"]) == (404, "en")
    assert "Sorry" in answer.said


@pytest.mark.parametrize("encoding", ["application/x-www-form-urlencoded", "multipart/form-data"])
async def test_a_body_over_the_limit_is_refused(encoding: str, app: App, visitor: Visitor) -> None:
    """413 with a sentence in the person's language, and nothing stored."""
    first = await visitor.get("/k/quay1")
    values = {"token": token_of(first), "page": "0", "overall": "5", "comment": "a" * MAX_BODY}
    form = aiohttp.FormData(values, default_to_multipart=encoding == "multipart/form-data")
    refused = await visitor.post("/k/quay1", form)
    assert (refused.status, stored(app, token_of(first))) == (413, {})
    assert "Nội dung gửi lên quá lớn." in refused.said


async def test_a_body_under_the_limit_is_read(app: App, visitor: Visitor) -> None:
    """The limit is where it says."""
    first = await visitor.get("/k/quay1")
    values = {"token": token_of(first), "page": "0", "overall": "5"}
    room = MAX_BODY - len("&".join(f"{name}={value}" for name, value in values.items())) - len("&pad=")
    answer = await visitor.post("/k/quay1", {**values, "pad": "a" * room})
    assert (answer.status, stored(app, token_of(first))) == (200, {"overall": 5, "complete": False})


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "OWN"},
        {"Sec-Fetch-Site": "same-site", "Origin": "OWN"},
        {"Sec-Fetch-Site": ""},
        {"Origin": "https://lua-dao.example"},
        {"Origin": "http://127.0.0.1.lua-dao.example"},
        {"Origin": "OWN.lua-dao.example"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Origin": ""},
    ],
    ids=str,
)
async def test_a_form_on_another_site_is_refused(headers: dict[str, str], app: App, visitor: Visitor) -> None:
    """What a browser marks as coming from elsewhere is not stored, however good its token is."""
    first = await visitor.get("/k/quay1")
    filled = {name: value.replace("OWN", app.settings.address) for name, value in headers.items()}
    refused = await visitor.ask("POST", "/k/quay1", data=filled_in(first.form, {"overall": "1"}), headers=filled)
    assert (refused.status, stored(app, token_of(first))) == (403, {})
    hidden = headers == {"Origin": "null"}
    assert locales.text("vi", "web.origin_hidden" if hidden else "web.forbidden") in refused.said


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "OWN"},
        {},
    ],
    ids=str,
)
async def test_our_own_forms_are_accepted(headers: dict[str, str], app: App, visitor: Visitor) -> None:
    """New browsers, old ones, and those that say nothing are let in."""
    first = await visitor.get("/k/quay1")
    filled = {name: value.replace("OWN", app.settings.address) for name, value in headers.items()}
    answer = await visitor.ask("POST", "/k/quay1", data=filled_in(first.form, {"overall": "4"}), headers=filled)
    assert (answer.status, stored(app, token_of(first))) == (200, {"overall": 4, "complete": False})


# English.


async def test_the_english_form_is_english_to_the_end(app: App, visitor: Visitor) -> None:
    """Faces, the optional page and the thanks keep the language that was chosen."""
    first = await visitor.get("/k/quay1?lang=en")
    assert [button.text for button in first.form.all("button", class_="level")][4] == "5 Very satisfied"
    second = await visitor.send(first, press="Very dissatisfied")
    assert "What went wrong?" in second.said
    assert second.form.one("textarea")["aria-label"].startswith("Would you like to add anything?")
    thanks = await visitor.send(second, {"reasons": "papers"}, press="Send")
    assert "Your answers are recorded. Thank you!" in thanks.said
    assert [answer.page.one("html")["lang"] for answer in (first, second, thanks)] == ["en"] * 3
    assert stored(app, token_of(first)) == {"overall": 1, "reasons": "papers", "complete": True}


async def test_a_problem_is_told_in_english(visitor: Visitor) -> None:
    """The sentence beside the question follows the language of the page."""
    refused = await visitor.send(await visitor.get("/k/quay9?lang=en"), {"field": ""})
    assert (refused.status, problem_of(refused, "field")) == (400, "This question needs an answer.")


@pytest.mark.parametrize("language", ["en", "vi"])
async def test_an_expired_form_opens_again_in_its_language(language: str, visitor: Visitor) -> None:
    """The way on from a refused token does not fall back to Vietnamese."""
    refused = await visitor.post(f"/k/quay1?lang={language}", {"token": "0.0", "page": "0", "overall": "5"})
    (link,) = refused.page.one("main").all("a")
    assert (await visitor.get(link["href"])).page.one("html")["lang"] == language


async def test_the_language_can_be_changed_half_way(app: App, visitor: Visitor) -> None:
    """The link keeps the page, and the answers go to the same response."""
    second = await visitor.send(await visitor.get("/k/quay1"), press="2")
    link = second.page.one("a", hreflang="en")
    english = await visitor.get(str(second.url.join(URL(link["href"]))))
    assert "What went wrong?" in english.said
    await visitor.send(english, {"reasons": "wait"})
    assert stored(app, token_of(second)) == {"overall": 2, "reasons": "wait", "complete": True}


async def test_the_language_can_be_changed_beside_a_problem(visitor: Visitor) -> None:
    """Who reads the problem in the wrong language does not start a second response by changing it."""
    refused = await visitor.send(await at_page(visitor, 1), {"q_1": "5"})
    link = refused.page.one("a", hreflang="en")
    english = await visitor.get(str(refused.url.join(URL(link["href"]))))
    assert (english.page.one("html")["lang"], asked(english)) == ("en", ["q_1", "q_2", "q_3"])
    assert token_of(english) == token_of(refused)


# What people typed, shown.

MARKUP = """</textarea></title><script>alert(1)</script><img src=x onerror="alert('2')">&lt;b&gt;{{ 7*7 }}"""


async def test_markup_in_an_answer_is_shown_as_typed(visitor: Visitor) -> None:
    """An answer that is shown again is text, whatever it looks like."""
    first = await visitor.get("/k/quay9")
    await visitor.send(first, {"field": MARKUP})
    again = await visitor.get(f"/k/quay9/{token_of(first)}?page=0")
    assert again.form.one("textarea").text == " ".join(MARKUP.split())
    assert ([script.text for script in again.page.all("script")], again.page.all("img")) == ([""], [])


async def test_markup_in_a_refused_value_is_not_shown(visitor: Visitor) -> None:
    """An unknown option is not repeated on the page."""
    opened = await at_page(visitor, 4)
    refused = await visitor.post("/k/quay9", {"token": token_of(opened), "page": "4", "gender": MARKUP})
    assert refused.status == 400
    assert "alert(" not in refused.body


async def test_markup_in_names_is_shown_as_written(app: App, visitor: Visitor) -> None:
    """The names of units and counters are text on every page of the survey."""
    unit, counter = f"Xã Tân Hòa {MARKUP}", f"Quầy 3 {MARKUP}"
    async with app.store.transaction() as tx:
        await tx.add_unit(Unit(code="tan-hoa", name=unit), app.clock())
        await tx.add_counter(Counter(code="quay3", name=counter, unit="tan-hoa"))
    await app.live.refresh()
    first = await visitor.get("/k/quay3")
    second = await visitor.send(first, press="4")
    thanks = await visitor.send(second, press="Gửi phiếu")
    for answer in (first, second, thanks):
        assert answer.page.one("h1").text == " ".join(counter.split())
        assert " ".join(unit.split()) in answer.page.one("header").text
        assert counter in answer.page.one("title").text
        assert ([script.text for script in answer.page.all("script") if script.text], answer.page.all("img")) == (
            [],
            [],
        )


@pytest.mark.parametrize("path", ["/k/QUAY1", "/k/Quay1/", "/k/quay1/", "/k/QUAY1?lang=en&giup", "/kiosk/QUAY1"])
async def test_a_counter_is_found_as_people_type_it(path: str, visitor: Visitor) -> None:
    """In letters of the other case and with a slash at the end; the address becomes the right one, the rest stays."""
    answer = await visitor.get(path)
    assert (answer.status, answer.url.path) == (200, path.partition("?")[0].lower().rstrip("/"))
    assert answer.url.query_string.replace("giup=", "giup") == path.partition("?")[2]


async def test_a_browser_without_cookies_and_script_is_thanked(app: App) -> None:
    """What it answers is stored, and it can take it back."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        bare = Visitor(client, app.settings.address)
        second = await bare.send(await bare.get("/k/quay1"), press="3")
        thanks = await bare.send(second, press="Gửi phiếu")
        assert thanks.status == 200
        assert "Đã ghi nhận phiếu" in thanks.said
        assert stored(app, token_of(second))["complete"] is True
        assert (await bare.send(thanks)).status == 200
        assert stored(app, token_of(second)) == {}


async def test_a_form_whose_sender_is_hidden_is_told_why(visitor: Visitor, app: App) -> None:
    """An old browser that says `Origin: null` gets a sentence; another site gets none, and neither is stored."""
    fields = filled_in((await visitor.get("/k/quay1")).form, {}, press="2")
    for origin, explained in (("null", True), ("https://other.example", False)):
        answer = await visitor.ask("POST", "/k/quay1", data=fields, headers={"Origin": origin})
        assert answer.status == 403
        assert (locales.text("vi", "web.origin_hidden") in answer.said) == explained
    assert stored(app, dict(fields)["token"]) == {}
