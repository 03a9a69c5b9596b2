"""The screen at a counter by HTTP: the page, its code, taps sent as JSON or by a plain form."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from bot.app import App
from bot.secret_key import secret_key
from handlers.world import Counter, World
from reports.satisfaction.counts import Counts, PlaceCount
from reports.statements.gathering_inputs import names
from surveys.questionnaire import parse
from surveys.screens import MOST_IN_TEN_MINUTES
from tests.web.conftest import Visitor, pages_of, rows, token_of
from tests.web.kiosk.taps import JSON_SENT, count, device_token, kept, send, stored_and_refused, tapped
from web.citizen.screen_codes import code_at
from web.kiosk.answers import MOST
from web.screens import COOKIE
from web.signing import Signer

pytestmark = pytest.mark.asyncio(loop_scope="session")

STALE = "Mã này đã hết hạn. Xin Ông/Bà quét lại mã đang hiện trên màn hình tại quầy."
THANKS = "Đã ghi nhận phiếu của Ông/Bà. Xin cảm ơn!"


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(app: App, visitor: Visitor) -> Visitor:
    """A tablet that staff paired with every counter of these tests."""
    await visitor.pair(app, "quay1", "quay2", "quay9")
    return visitor


# The page.


@pytest.mark.parametrize(
    ("path", "notice", "consent", "question"),
    [
        ("/kiosk/quay1", "Phiếu không hỏi tên", "Chạm một mức là đồng ý.", "Nhìn chung, Ông/Bà"),
        ("/kiosk/quay1?lang=en", "We do not ask for your name", "Touching a level means", "Overall, how was"),
        ("/kiosk/quay9", "Phiếu không hỏi tên", "Chạm một mức", "Công chức có thái độ giao tiếp lịch sự."),
    ],
)
async def test_the_notice_stands_above_the_faces(
    path: str, notice: str, consent: str, question: str, app: App, visitor: Visitor
) -> None:
    """What is done with a tap is read before there is something to tap; looking stores nothing."""
    before = count(app)
    answer = await visitor.get(path)
    places = [answer.said.index(words) for words in (notice, consent, question)]
    assert (answer.status, places, count(app)) == (200, sorted(places), before)
    assert set(answer.cookies) == {COOKIE}


async def test_every_face_has_a_digit_and_a_word(visitor: Visitor) -> None:
    """A level is told by picture, digit and word together."""
    buttons = (await visitor.get("/kiosk/quay1")).form.all("button", class_="level")
    assert [button.text for button in buttons] == [
        "1 Rất không hài lòng",
        "2 Không hài lòng",
        "3 Bình thường",
        "4 Hài lòng",
        "5 Rất hài lòng",
    ]
    assert [len(button.all("svg")) for button in buttons] == [1] * 5


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/kiosk/khong-co"),
        ("GET", "/kiosk/khong-co/code"),
        ("GET", "/kiosk/khong-co/thanks"),
        ("POST", "/kiosk/khong-co"),
        ("POST", "/kiosk/khong-co/answers"),
    ],
)
async def test_an_unknown_counter_has_no_screen(method: str, path: str, visitor: Visitor) -> None:
    """The usual page says so."""
    answer = await visitor.ask(method, path, headers=JSON_SENT)
    assert answer.status == 404
    assert "Mã quầy này không có hoặc đã thôi dùng." in answer.said


async def test_a_form_without_a_question_for_one_tap_says_so(app: App, visitor: Visitor) -> None:
    """A unit's own form may ask nothing that has to be answered."""
    form = parse(
        'code = "rieng"\nversion = 1\ntitle.vi = "Phiếu"\nnotice.vi = "Tự nguyện."\nthanks.vi = "Cảm ơn."\n'
        'scale.vi = ["1", "2", "3", "4", "5"]\n[[page]]\n[[page.question]]\nid = "a"\nkind = "scale"\n'
        'counted = true\ntext.vi = "Hỏi"\n',
        "rieng.toml",
    )

    def world() -> World:
        live = app.live()
        counter = Counter("rieng", "Quầy riêng", "sa-dec", "rieng")
        return replace(live, forms={**live.forms, "rieng": form}, counters={**live.counters, "rieng": counter})

    async with pages_of(app, world=world) as address:
        answer = await visitor.get(f"{address}/kiosk/rieng")
    assert answer.status == 404
    assert "không có câu nào trả lời được bằng một lần chạm" in answer.said


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/kiosk/quay1", 200),
        ("GET", "/kiosk/quay1/code", 200),
        ("GET", "/kiosk/quay1/thanks", 200),
        ("GET", "/kiosk/sw.js", 200),
        ("POST", "/kiosk/quay1", 403),
        ("POST", "/kiosk/quay1/answers", 400),
        ("GET", "/kiosk/quay1/answers", 405),
        ("GET", "/kiosk", 404),
    ],
)
async def test_the_security_headers_are_everywhere(method: str, path: str, status: int, visitor: Visitor) -> None:
    """Workers come from here alone, and no intermediary keeps a page or a code."""
    answer = await visitor.ask(method, path, headers=JSON_SENT if method == "POST" and "answers" in path else {})
    assert answer.status == status
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


async def test_the_worker_may_look_after_the_screens_alone(visitor: Visitor) -> None:
    """It is a script, and its scope is /kiosk/."""
    answer = await visitor.get("/kiosk/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Service-Worker-Allowed"] == "/kiosk/"


# The code.


@pytest_asyncio.fixture(loop_scope="session")
async def clocked(app: App) -> AsyncIterator[tuple[str, Callable[[datetime], None]]]:
    """The pages with a clock that is set by hand."""
    shown = [app.clock()]
    async with pages_of(app, clock=lambda: shown[0]) as address:
        yield address, lambda moment: shown.__setitem__(0, moment)


MINUTE = datetime.fromisoformat("2026-11-20T08:00:00+07:00")


async def shown_code(visitor: Visitor, address: str, counter: str = "quay1") -> dict[str, Any]:
    """What the page's script is told."""
    answer = await visitor.get(f"{address}/kiosk/{counter}/code")
    read: dict[str, Any] = json.loads(answer.body)
    return read


@pytest.mark.parametrize(
    ("later", "status"),
    [({}, 200), ({"minutes": 9, "seconds": 59}, 200), ({"minutes": 10}, 410), ({"days": 3}, 410)],
)
async def test_a_photographed_code_stops_working_after_ten_minutes(
    later: dict[str, int], status: int, clocked: tuple[str, Callable[[datetime], None]], visitor: Visitor
) -> None:
    """Until then it opens the survey as the printed one does."""
    address, set_clock = clocked
    set_clock(MINUTE)
    survey = urlsplit((await shown_code(visitor, address))["address"])
    set_clock(MINUTE + timedelta(**later))
    answer = await visitor.get(f"{address}{survey.path}?{survey.query}")
    assert answer.status == status
    assert (STALE in answer.said) is (status == 410)
    assert len(answer.page.all("form")) == (1 if status == 200 else 0)


async def test_a_stale_code_leads_nowhere_around_itself(
    clocked: tuple[str, Callable[[datetime], None]], visitor: Visitor
) -> None:
    """The page asks to scan again, in the language that was asked for, and has no link to the survey."""
    address, _ = clocked
    answer = await visitor.get(f"{address}/k/quay1?m=0123456789ab&lang=en")
    assert (answer.status, [link["href"] for link in answer.page.one("main").all("a")]) == (410, ["/"])
    assert "This code has expired" in answer.said


@pytest.mark.parametrize("forged", ["", "0", "0" * 12, "quay2", "%FF", "%00", "a" * 5000])
async def test_a_forged_code_is_refused(
    forged: str, app: App, clocked: tuple[str, Callable[[datetime], None]], visitor: Visitor
) -> None:
    """A guess, another counter's code, or bytes that are no text."""
    address, set_clock = clocked
    set_clock(MINUTE)
    sent = code_at(Signer(secret_key(app.settings)), "quay2", MINUTE) if forged == "quay2" else forged
    assert (await visitor.get(f"{address}/k/quay1?m={sent}")).status == 410


async def test_the_printed_code_needs_no_minute(visitor: Visitor) -> None:
    """A poster on the wall goes on working."""
    assert (await visitor.get("/k/quay1")).status == 200


async def test_a_survey_opened_in_time_can_be_finished_later(
    app: App, clocked: tuple[str, Callable[[datetime], None]], visitor: Visitor
) -> None:
    """Whoever reads slowly is not turned away on the second page."""
    address, set_clock = clocked
    set_clock(MINUTE)
    survey = urlsplit((await shown_code(visitor, address))["address"])
    first = await visitor.get(f"{address}{survey.path}?{survey.query}")
    set_clock(MINUTE + timedelta(minutes=30))
    second = await visitor.send(first, press="4")
    assert second.status == 200
    assert rows(app, "SELECT source FROM response WHERE id = ?", token_of(first).partition("-")[0]) == [("web",)]


async def test_the_script_is_told_when_to_come_again(
    clocked: tuple[str, Callable[[datetime], None]], visitor: Visitor
) -> None:
    """The rest of the minute, the right time, an image, and the address at which citizens reach the page."""
    address, set_clock = clocked
    set_clock(MINUTE + timedelta(seconds=45))
    read = await shown_code(visitor, address)
    assert (read["next"], read["now"]) == (15, (MINUTE + timedelta(seconds=45)).isoformat())
    assert re.fullmatch(r"http://127\.0\.0\.1/k/quay1\?m=[0-9a-f]{12}", read["address"])
    kind, _, image = read["image"].partition(",")
    assert kind == "data:image/svg+xml;base64"
    assert b"<svg" in base64.b64decode(image)


async def test_the_stamp_stays_until_the_page_changes(app: App, visitor: Visitor) -> None:
    """A tablet that is on for weeks loads a changed page, and does not load the same one again and again."""
    stamps = {(await visitor.get("/kiosk/quay1")).page.one("main")["data-stamp"] for _ in range(2)}
    stamps.add((await shown_code(visitor, ""))["stamp"])
    assert len(stamps) == 1

    def renamed() -> World:
        live = app.live()
        return replace(live, counters={**live.counters, "quay1": replace(live.counters["quay1"], name="Quầy một")})

    async with pages_of(app, world=renamed) as address:
        assert (await shown_code(visitor, address))["stamp"] not in stamps


# Taps.


@pytest.mark.parametrize(("counter", "form", "question"), [("quay1", "nhanh", "overall"), ("quay9", "phuong9", "q_1")])
@pytest.mark.parametrize("level", [1, 5])
async def test_a_tap_is_stored_with_its_place_and_day(
    level: int, counter: str, form: str, question: str, app: App, visitor: Visitor
) -> None:
    """One whole response, from the screen, on the form's own question."""
    tap = tapped(app, level)
    assert stored_and_refused(await send(visitor, tap, counter=counter)) == ([tap["id"]], {})
    unit, today = app.live().counters[counter].unit, app.clock().date().isoformat()
    assert kept(app, tap["id"]) == [(unit, counter, form, "kiosk", today, 1, question, level)]


async def test_a_tap_sent_again_and_again_is_stored_once(app: App, visitor: Visitor) -> None:
    """Every time it is acknowledged, so that the tablet lets go of it; the first level stays."""
    token, before = await device_token(visitor), count(app)
    tap = tapped(app, 2)
    first = await send(visitor, tap, tap, token=token)
    crowd = await asyncio.gather(*(send(visitor, tap, token=token) for _ in range(20)))
    changed = await send(visitor, {**tap, "level": 5}, token=token)
    assert [stored_and_refused(answer) for answer in (first, *crowd, changed)] == [([tap["id"]], {})] * 22
    assert (count(app), [row[-1] for row in kept(app, tap["id"])]) == (before + 1, [2])


async def test_a_new_tap_sent_by_many_at_once_is_stored_once(app: App, visitor: Visitor) -> None:
    """Two tabs of one tablet, or a proxy that repeats."""
    token, before, tap = await device_token(visitor), count(app), tapped(app)
    crowd = await asyncio.gather(*(send(visitor, tap, token=token) for _ in range(50)))
    assert {answer.status for answer in crowd} == {200}
    assert (count(app), len(kept(app, tap["id"]))) == (before + 1, 1)


async def test_taps_that_waited_are_counted_on_their_own_days(app: App, visitor: Visitor) -> None:
    """The network was away for days: each answer belongs to the day on which it was given."""
    now = app.clock()
    taps = [tapped(app, at=(now - timedelta(days=days)).isoformat()) for days in (0, 1, 6)]
    stored, refused = stored_and_refused(await send(visitor, *taps))
    assert (sorted(stored), refused) == (sorted(tap["id"] for tap in taps), {})
    days = [row[4] for tap in taps for row in kept(app, tap["id"])]
    assert days == [(now - timedelta(days=number)).date().isoformat() for number in (0, 1, 6)]


async def test_a_bad_tap_does_not_hold_up_the_good_ones(app: App, visitor: Visitor) -> None:
    """Each is told by its id: stored, or refused with a reason and a sentence; nothing in between."""
    before = count(app)
    good = tapped(app)
    bad = {
        "future": tapped(app, at=(app.clock() + timedelta(minutes=2)).isoformat()),
        "old": tapped(app, at=(app.clock() - timedelta(days=7, minutes=1)).isoformat()),
        "time": tapped(app, at="hôm qua"),
        "level": tapped(app, level=6),
        "id": tapped(app, id="<script>"),
    }
    answer = await send(visitor, bad["old"], good, *bad.values())
    assert answer.status == 200
    assert stored_and_refused(answer) == ([good["id"]], {tap["id"]: reason for reason, tap in bad.items()})
    assert all(not one["text"].isascii() for one in json.loads(answer.body)["refused"])
    assert count(app) == before + 1


async def test_taps_are_counted_like_other_forms(app: App, visitor: Visitor) -> None:
    """By the ten minutes in which they came in, whatever time is written on them, and by device."""
    today = app.clock().date().isoformat()
    before = rows(app, "SELECT coalesce(sum(count), 0) FROM tempo WHERE day = ?", today)[0][0]
    now = app.clock()
    await send(visitor, *(tapped(app, at=(now - timedelta(days=2, hours=n)).isoformat()) for n in range(20)))
    assert rows(app, "SELECT sum(count) FROM tempo WHERE day = ?", today) == [(before + 20,)]
    assert rows(app, "SELECT max(count) >= 20 FROM device WHERE day = ?", today) == [(1,)]
    last = "SELECT max(id) FROM screen WHERE counter = 'quay1'"
    late = f"SELECT sum(count), sum(late) FROM screen_tempo WHERE screen = ({last})"  # noqa: S608 -- our own words
    assert rows(app, late) == [(20, 20)]


async def test_a_script_with_a_screens_secret_is_bounded(app: App, visitor: Visitor) -> None:
    """More than the page can take in ten minutes is refused by name, whichever ten minutes are written on it."""
    before, token = count(app), await device_token(visitor)
    at = (app.clock() - timedelta(days=3)).isoformat()
    answers = [
        stored_and_refused(await send(visitor, *(tapped(app, at=at) for _ in range(MOST)), token=token))
        for _ in range(3)
    ]
    assert sum(len(stored) for stored, _ in answers) == count(app) - before == MOST_IN_TEN_MINUTES
    assert {reason for _, refused in answers for reason in refused.values()} == {"crowded"}


async def test_an_id_of_another_response_cannot_be_taken_over(app: App, visitor: Visitor) -> None:
    """Who knows the token of somebody's survey in progress does not finish or change it through the screen."""
    first = await visitor.get("/k/quay1")
    await visitor.send(first, press="1")
    identifier = token_of(first).partition("-")[0]
    elsewhere = tapped(app)
    await send(visitor, elsewhere, counter="quay2")
    stored, refused = stored_and_refused(await send(visitor, tapped(app, 5, id=identifier), {**elsewhere, "level": 5}))
    assert (stored, refused) == ([], {identifier: "id", elsewhere["id"]: "id"})
    assert [row[3:] for row in kept(app, identifier)] == [("web", app.clock().date().isoformat(), 0, "overall", 1)]
    assert [(row[1], row[-1]) for row in kept(app, elsewhere["id"])] == [("quay2", 4)]


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: "",
        lambda token: token[:-1] + ("0" if token[-1] != "0" else "1"),
        lambda token: token.replace("overall", "waiting"),
        lambda token: token.rpartition(".")[0] + ".",
        lambda token: None,
        lambda token: ["a"],
        lambda token: "\udcff",
    ],
    ids=["none", "mark", "question", "unsigned", "null", "list", "half a pair"],
)
async def test_a_forged_token_stores_nothing(forge: Callable[[str], Any], app: App, visitor: Visitor) -> None:
    """Only a page that this installation made for this counter may send taps."""
    before = count(app)
    body = {"token": forge(await device_token(visitor)), "answers": [tapped(app)]}
    answer = await visitor.ask("POST", "/kiosk/quay1/answers", data=json.dumps(body).encode(), headers=JSON_SENT)
    assert (answer.status, json.loads(answer.body)["error"], count(app)) == (403, "token", before)


async def test_the_token_of_another_counter_stores_nothing(app: App, visitor: Visitor) -> None:
    """A tablet votes for the counter it stands at; neither does a token of the survey or a login do."""
    before = count(app)
    for token in (await device_token(visitor, "quay2"), token_of(await visitor.get("/k/quay1"))):
        answer = await send(visitor, tapped(app), token=token)
        assert (answer.status, json.loads(answer.body)["error"]) == (403, "token")
    assert count(app) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
async def test_another_site_cannot_send_taps(headers: dict[str, str], app: App, visitor: Visitor) -> None:
    """Not even with a token, and not by a request that browsers send without asking first."""
    before = count(app)
    assert (await send(visitor, tapped(app), headers=headers)).status == 403
    assert count(app) == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"{",
        b"[]",
        b"null",
        b"1" * 5000,
        b'{"token": "x"}',
        b'{"answers": {}}',
        b'{"answers": [1]}',
        b'{"answers": [null]}',
        b"[" * 100_000,
        json.dumps({"answers": [{}] * (MOST + 1)}).encode(),
    ],
    ids=["empty", "no text", "cut off", "list", "null", "number", "no answers", "object", "numbers", "nulls", "deep",
         "many"],
)  # fmt: skip
async def test_what_is_no_list_of_taps_is_refused(body: bytes, app: App, visitor: Visitor) -> None:
    """A clear reason, no trace, nothing stored."""
    before = count(app)
    answer = await visitor.ask("POST", "/kiosk/quay1/answers", data=body, headers=JSON_SENT)
    assert (answer.status, json.loads(answer.body)["error"], count(app)) == (400, "format", before)


async def test_taps_on_the_screen_have_a_name_in_the_figures(app: App) -> None:
    """The breakdown by source does not show a code."""
    counted = Counts([PlaceCount("sa-dec", "quay1", "kiosk", "", "nhanh", "open", 1, (0, 0, 0, 0, 1))])
    named = names(app.live(), "sa-dec", "vi", [counted], app.clock().date())
    assert named["source"] == {"kiosk": "Màn hình tại quầy"}


# Without a script.


async def test_a_plain_form_does_where_no_script_runs(app: App, visitor: Visitor) -> None:
    """One tap, thanks that tell nothing of the level, and back to the start by itself."""
    first = await visitor.get("/kiosk/quay1")
    identifier = first.page.one("input", name="id")["value"]
    thanks = await visitor.send(first, press="2")
    assert (thanks.status, thanks.url.path, thanks.url.query_string) == (200, "/kiosk/quay1/thanks", "")
    assert THANKS in thanks.said
    assert "hài lòng" not in thanks.said.lower()
    (refresh,) = thanks.page.all("meta", **{"http-equiv": "refresh"})
    assert re.fullmatch(r"\d+; url=/kiosk/quay1", refresh["content"])
    assert [row[-1] for row in kept(app, identifier)] == [2]


async def test_a_plain_form_sent_twice_is_one_answer(app: App, visitor: Visitor) -> None:
    """A double tap, or Back and another face: the first one stays."""
    first = await visitor.get("/kiosk/quay1")
    before = count(app)
    for level in ("3", "5"):
        assert THANKS in (await visitor.send(first, press=level)).said
    assert count(app) == before + 1


async def test_two_visits_to_the_plain_form_are_two_answers(app: App, visitor: Visitor) -> None:
    """The next person's tap is a new one."""
    before = count(app)
    for level in ("3", "5"):
        await visitor.send(await visitor.get("/kiosk/quay1"), press=level)
    assert count(app) == before + 2


async def test_a_plain_form_keeps_its_language(visitor: Visitor) -> None:
    """English in, English thanks; the start is Vietnamese again."""
    thanks = await visitor.send(await visitor.get("/kiosk/quay1?lang=en"), press="4")
    assert "Your answers are recorded. Thank you!" in thanks.said
    assert thanks.page.all("meta", **{"http-equiv": "refresh"})[0]["content"].endswith("url=/kiosk/quay1")


@pytest.mark.parametrize("fields", [{"level": "6"}, {"level": "12345"}, {"level": ""}, {"id": "x"}, {"id": ""}])
async def test_a_plain_form_without_sense_leads_back_to_the_start(
    fields: dict[str, str], app: App, visitor: Visitor
) -> None:
    """Nobody gets such a form from us; nothing is stored."""
    first = await visitor.get("/kiosk/quay1")
    before = count(app)
    sent = {**dict(first.form.fields()), "level": "4", **fields}
    answer = await visitor.post("/kiosk/quay1", sent)
    assert (answer.status, answer.url.path, count(app)) == (200, "/kiosk/quay1", before)


async def test_a_plain_form_of_another_counter_or_site_is_refused(app: App, visitor: Visitor) -> None:
    """The same two guards as for the script."""
    fields = {**dict((await visitor.get("/kiosk/quay2")).form.fields()), "level": "4"}
    before = count(app)
    assert (await visitor.post("/kiosk/quay1", fields)).status == 403
    assert (await visitor.post("/kiosk/quay2", fields, headers={"Sec-Fetch-Site": "cross-site"})).status == 403
    assert count(app) == before


async def test_taps_are_not_lost_when_the_database_is(app: App, visitor: Visitor) -> None:
    """A failure is no acknowledgement: the tablet keeps the tap and sends it again."""

    class Failing:
        def __getattr__(self, name: str) -> Any:
            raise ConnectionError(name)

    token, tap = await device_token(visitor), tapped(app)
    async with pages_of(app, store=Failing()) as address:
        lost = await send(Visitor(visitor.client, address), tap, token=token)
    assert lost.status == 500
    assert kept(app, tap["id"]) == []
    assert stored_and_refused(await send(visitor, tap, token=token)) == ([tap["id"]], {})
