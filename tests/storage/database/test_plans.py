"""No statement of a page, a turn, a delivery or a bulletin reads a growing table from its first row to its last."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from catalog.entries import Entry
from catalog.pending_files import Pending, Waiting
from handlers.messages import Incoming, Reply, Text
from handlers.pace import Pace
from handlers.ports import Chat, Farewell, Recorded
from handlers.session import Session
from handlers.turn import NoteMiss
from handlers.unit_settings.settings import Author
from handlers.world import Counter, Unit
from reports.clock_jumps import Pulse
from reports.data_requests import Request
from reports.dossiers.dossier import Dossier, DossierImport, Flow
from reports.missed.groups import Handling
from reports.periods import parse
from reports.satisfaction.counts import Counts
from reports.statements.inputs import Inputs
from reports.statements.scope import Scope
from reports.statements.statement import Kept
from storage.catalog import ImportRecord
from storage.counts.coverage import Span
from storage.counts.rollups import Rolling
from storage.database import upgrade
from storage.people.grants import Grant
from storage.store import SqlStore, SqlTx
from surveys.cases import Case, Step
from surveys.petitions import Petition
from surveys.questionnaire import Condition, shipped
from surveys.questions_left import LeftQuestion
from surveys.responses import Filing, Response
from surveys.signs import Arrival
from surveys.slips import Round
from surveys.uncounted import Decision
from tests.storage.conftest import Servers
from tests.storage.database import plans

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
PETITION = Petition(0, "u1", "complaint", "paper", "x", DAY, DAY, "staff u1")
QUESTION = LeftQuestion(7, "u1", "x", "x", NOW, NOW)
WEEK = (["u1", "u2"], date(2026, 11, 16), DAY)
COUNTED = {"nhanh": frozenset({"overall"})}
CONDITIONS = {"nhanh": {"reasons": Condition("overall", 1, 2)}}
CHAT = ("web", "person7")
ASKED = Incoming("web", "person7", "m1", "Khai sinh ở đâu?")
SAID = Reply(Text.of("Ở quầy 1."))
CASE = Case(0, "u1", "c1", DAY, 1, "Chờ lâu", "r7", DAY)
FORM = Response("r9999999", "u1", "c1", "nhanh", 1, "0" * 64, "web", DAY, complete=True, answers={"overall": 1})
KNOWN = Response("r7", "u7", "c7", "nhanh", 1, "0" * 64, "web", DAY, complete=True, answers={"overall": 1})
TAPPED = Response("r9999998", "u1", "c1", "nhanh", 1, "0" * 64, "kiosk", DAY, complete=True, answers={"overall": 1})
ROUND = Round("đợt mới", "u1", "nhanh", 10, DAY, DAY)
# So many at once that a counter's budget is asked for, and that they are a flood.
FLOOD = [Arrival(f"r-lũ{n}", "u1", "c1", f"máy{n}", NOW) for n in range(200)]
HANDLED = Handling("u1", DAY, "missing", "nuôi voi", "nuoi voi", frozenset({"nuoi voi"}), 3)
UNDER_WAY = Pending("u1", "t", "reading", "f", "0", "page", "", "u1", NOW, NOW, "")
SCOPE = Scope("u1", parse("2026-W46"))
INPUTS = Inputs(SCOPE, "Đơn vị", 0, Counts(), Counts(), {}, {}, {})
Call = Callable[[Any], Awaitable[Any]]


async def all_of(rows: AsyncIterator[Any]) -> list[Any]:
    """What an iterator yields."""
    return [row async for row in rows]


# Every method of the store, each way in which it asks.
TX: dict[str, list[Call]] = {
    "add_counter": [lambda tx: tx.add_counter(Counter("c-mới", "Quầy", "u1"))],
    "add_dossier_import": [lambda tx: tx.add_dossier_import(DossierImport("u1", "f", "0", "list", NOW, 1))],
    "add_request": [lambda tx: tx.add_request(Request("access", DAY, DAY, DAY))],
    "add_slips": [lambda tx: tx.add_slips("d1", ["mã"])],
    "add_unit": [lambda tx: tx.add_unit(Unit("u-mới", "Đơn vị"), NOW)],
    "agree_to_contact": [lambda tx: tx.agree_to_contact("r7", *CHAT, date(2020, 1, 1))],
    "answer_request": [lambda tx: tx.answer_request(1, DAY)],
    "any_waits": [lambda tx: tx.any_waits()],
    "apart": [lambda tx: tx.apart(*WEEK)],
    "chats_with_set_aside": [lambda tx: tx.chats_with_set_aside("zalo")],
    "ask_pairing": [lambda tx: tx.ask_pairing("mới", "c1", NOW)],
    "asked": [lambda tx: tx.asked(*WEEK)],
    "beat": [lambda tx: tx.beat(NOW)],
    "begin_session": [lambda tx: tx.begin_session("l", "b", NOW, timedelta(1), timedelta(2))],
    "budget": [lambda tx: tx.budget("c1", DAY)],
    "case": [lambda tx: tx.case(7)],
    "cases": [
        lambda tx: tx.cases(["u1", "u2"], ["open", "passed_on"], 20),
        lambda tx: tx.cases(["u1"], ["handled"], 20, latest=True),
    ],
    "answer_petition": [lambda tx: tx.answer_petition(7, "x", DAY, "staff u1")],
    "enter_petition": [lambda tx: tx.enter_petition(PETITION)],
    "forget_petition_words": [lambda tx: tx.forget_petition_words(DAY)],
    "petition": [lambda tx: tx.petition(7)],
    "petitions": [lambda tx: tx.petitions(["u1"], "open", 20), lambda tx: tx.petitions(["u1"], "answered", 20)],
    "petitions_between": [lambda tx: tx.petitions_between(*WEEK)],
    "open_petitions": [lambda tx: tx.open_petitions(["u1"], DAY)],
    "questions_left": [
        lambda tx: tx.questions_left(["u1"], 20, answered=False),
        lambda tx: tx.questions_left(["u1"], 20, answered=True),
    ],
    "questions_between": [lambda tx: tx.questions_between(["u1"], NOW, NOW)],
    "open_questions": [lambda tx: tx.open_questions(["u1"], NOW)],
    "any_question_late": [lambda tx: tx.any_question_late(NOW)],
    "answer_question": [lambda tx: tx.answer_question(QUESTION, "x", NOW)],
    "forget_questions": [lambda tx: tx.forget_questions(NOW, NOW)],
    "leave_question": [lambda tx: tx.leave_question(QUESTION)],
    "left_question": [lambda tx: tx.left_question(7)],
    "take_late_questions": [lambda tx: tx.take_late_questions(NOW)],
    "ask_if_mended": [lambda tx: tx.ask_if_mended(7, "a" * 12)],
    "case_steps": [lambda tx: tx.case_steps([7, 8])],
    "note_reminded": [lambda tx: tx.note_reminded(7, DAY)],
    "publish_case": [lambda tx: tx.publish_case(7, published=True)],
    "published_notes": [lambda tx: tx.published_notes("u1", WEEK[1], WEEK[2])],
    "take_question": [lambda tx: tx.take_question("a" * 12, DAY)],
    "cases_between": [lambda tx: tx.cases_between(*WEEK)],
    "stamps": [lambda tx: tx.stamps(["", "u1"])],
    "states": [lambda tx: tx.states()],
    "texts": [lambda tx: tx.texts(["", "u1"], ["1.000001"])],
    "change_counter": [lambda tx: tx.change_counter("c1", {"name": "Quầy"})],
    "change_unit": [lambda tx: tx.change_unit("u1", {"name": "Đơn vị"})],
    "channel_notes": [lambda tx: tx.channel_notes("zalo")],
    "claim": [lambda tx: tx.claim(["web", "telegram"], NOW)],
    "clear_channel_note": [lambda tx: tx.clear_channel_note("zalo", "444", "trouble:consent")],
    "close_round": [lambda tx: tx.close_round("d1", NOW)],
    "comments": [lambda tx: tx.comments(*WEEK, (COUNTED, COUNTED), 10, 10)],
    "count_cases": [lambda tx: tx.count_cases(["u1"], ["open"])],
    "count_dossiers": [lambda tx: tx.count_dossiers(*WEEK)],
    "count_due": [lambda tx: tx.count_due("u1", NOW, DAY)],
    "count_tap": [lambda tx: tx.count_tap(Filing(TAPPED, at=NOW, screen=7, tapped=NOW))],
    "counters": [lambda tx: tx.counters()],
    "counts": [
        lambda tx: tx.counts(*WEEK, COUNTED, CONDITIONS),
        lambda tx: tx.counts(["u1"], date(2026, 1, 1), date(2026, 12, 31), COUNTED, CONDITIONS),
    ],
    "counts_by_day": [
        lambda tx: tx.counts_by_day(*WEEK, COUNTED, "day"),
        lambda tx: tx.counts_by_day(*WEEK, COUNTED, "week"),
    ],
    "create_token": [lambda tx: tx.create_token("login", "u1", "admin", "s", NOW)],
    "date_back": [lambda tx: tx.date_back(NOW)],
    "decide_apart": [
        lambda tx: tx.decide_apart(Decision("u1", "c1", DAY, "count", "motcua", NOW)),
        lambda tx: tx.decide_apart(Decision("u1", "c1", DAY, "discard", "motcua", NOW)),
    ],
    "decisions": [lambda tx: tx.decisions(*WEEK)],
    "dossier_lists": [lambda tx: tx.dossier_lists(["u1"])],
    "dossier_totals": [lambda tx: tx.dossier_totals(["u1"], "2026-Q4")],
    "dossiers": [lambda tx: tx.dossiers("u1", ["code1"])],
    "dossiers_elsewhere": [lambda tx: tx.dossiers_elsewhere("u1", ["code7"])],
    "drop_cases": [lambda tx: tx.drop_cases(["r7"])],
    "drop_responses": [lambda tx: tx.drop_responses(["r7"])],
    "drop_unfinished": [lambda tx: tx.drop_unfinished(["r7"])],
    "due_dossiers": [lambda tx: tx.due_dossiers("u1", "overdue", NOW, DAY, 20)],
    "due_paces": [lambda tx: tx.due_paces(NOW)],
    "end_lease": [lambda tx: tx.end_lease("444", 1)],
    "end_sessions": [lambda tx: tx.end_sessions("u1")],
    "end_silence": [lambda tx: tx.end_silence(*CHAT)],
    "ends_before": [lambda tx: tx.ends_before("b", NOW)],
    "enqueue": [lambda tx: tx.enqueue(Chat(*CHAT), [SAID], NOW, pushed=True)],
    "entered": [lambda tx: tx.entered("d1", "paper", DAY)],
    "erase": [lambda tx: tx.erase(*CHAT, DAY), lambda tx: tx.erase(*CHAT, DAY, Farewell(["m1"], 100, 1, NOW))],
    "file": [
        lambda tx: tx.file([Filing(FORM, voter="web:ai", device="máy", at=NOW)]),
        lambda tx: tx.file([Filing(FORM, slip="s7")]),
    ],
    "filled_forms": [lambda tx: all_of(tx.filled_forms(*WEEK))],
    "find_token": [lambda tx: tx.find_token("login", "s", NOW)],
    "finish_request": [lambda tx: tx.finish_request(1, DAY)],
    "form_file": [lambda tx: tx.form_file(1)],
    "finished": [lambda tx: tx.finished(*WEEK, ["nhanh"])],
    "forget_before": [lambda tx: tx.forget_before(NOW - timedelta(900), NOW - timedelta(900), ["zalo"])],
    "forget_contacts": [lambda tx: tx.forget_contacts(date(2020, 1, 1))],
    "forget_counts": [lambda tx: tx.forget_counts(date(2020, 1, 1))],
    "forget_handled_words": [lambda tx: tx.forget_handled_words(date(2020, 1, 1))],
    "forget_misses": [lambda tx: tx.forget_misses(date(2020, 1, 1))],
    "forget_pace": [lambda tx: tx.forget_pace([Chat(*CHAT)])],
    "forget_recent": [lambda tx: tx.forget_recent(NOW)],
    "forget_requests": [lambda tx: tx.forget_requests(date(2020, 1, 1))],
    "forget_token": [lambda tx: tx.forget_token("login", "s")],
    "forget_votes": [lambda tx: tx.forget_votes("2020-W01")],
    "generation": [lambda tx: tx.generation()],
    "grant": [lambda tx: tx.grant("444")],
    "held": [lambda tx: tx.held(*CHAT, DAY)],
    "hold": [lambda tx: tx.hold([1, 2], NOW)],
    "import_entries": [
        lambda tx: tx.import_entries(ImportRecord("", "f", "0", 1, 0, 0, 0), [Entry("1", "Khai sinh")], NOW)
    ],
    "imports": [lambda tx: tx.imports()],
    "versions": [lambda tx: tx.versions("u1", 20), lambda tx: tx.versions("u1", 20, 7)],
    "version": [lambda tx: tx.version(7)],
    "confirmed": [lambda tx: tx.confirmed("u1", "t")],
    "changes": [lambda tx: tx.changes("u1", 7), lambda tx: tx.changes("u1", 7, 7)],
    "generation_of": [lambda tx: tx.generation_of("u1")],
    "pending": [lambda tx: tx.pending("u1", NOW)],
    "unread": [lambda tx: tx.unread()],
    "keep_pending": [lambda tx: tx.keep_pending(UNDER_WAY)],
    "show_pending": [lambda tx: tx.show_pending("u1", "t", 1, "")],
    "fail_pending": [lambda tx: tx.fail_pending("u1", "t", "hỏng")],
    "fetched": [lambda tx: tx.fetched("u1", "t", "0", "")],
    "take_pending": [lambda tx: tx.take_pending("u1", "t")],
    "forget_pending": [lambda tx: tx.forget_pending(NOW)],
    "keep_waiting": [lambda tx: tx.keep_waiting([Waiting(1, "u1", "1", DAY, "{}")])],
    "waiting": [lambda tx: tx.waiting(DAY)],
    "waiting_in": [lambda tx: tx.waiting_in("u1")],
    "drop_waiting": [lambda tx: tx.drop_waiting("u1", until=DAY, versions=(7, 9))],
    "keep_cases": [lambda tx: tx.keep_cases([CASE])],
    "keep_dossier_totals": [lambda tx: tx.keep_dossier_totals("u1", "2026-Q4", [Flow()], 1)],
    "keep_dossiers": [lambda tx: tx.keep_dossiers("u1", [Dossier("mới", NOW, DAY)], 1)],
    "keep_form": [lambda tx: tx.keep_form("u1", "a.pdf", b"a", NOW)],
    "keep_facts": [lambda tx: tx.keep_facts(1, "{}")],
    "keep_former_name": [lambda tx: tx.keep_former_name("u1", DAY, "Tên cũ")],
    "keep_forms": [lambda tx: tx.keep_forms(shipped().values())],
    "keep_grant": [lambda tx: tx.keep_grant(Grant("444", "a", "b", NOW, NOW))],
    "keep_pace": [lambda tx: tx.keep_pace(Pace(*CHAT, NOW, NOW, 1, 1, (7,)))],
    "keep_pulse": [lambda tx: tx.keep_pulse(Pulse(NOW))],
    "keep_responses": [lambda tx: tx.keep_responses([KNOWN])],
    "keep_session": [lambda tx: tx.keep_session("b", NOW)],
    "keep_silence": [lambda tx: tx.keep_silence(*CHAT, NOW)],
    "keep_statement": [lambda tx: tx.keep_statement(Kept(1, INPUTS, INPUTS.digest, NOW))],
    "kept_by_id": [lambda tx: tx.kept_by_id([0])],
    "kept_notes": [lambda tx: tx.kept_notes("u1", [SCOPE.variant])],
    "last_dossier_import": [lambda tx: tx.last_dossier_import("u1", "list")],
    "last_statement": [lambda tx: tx.last_statement(SCOPE)],
    "last_turn": [lambda tx: tx.last_turn(*CHAT)],
    "lease_grant": [lambda tx: tx.lease_grant("444", 1, NOW, NOW)],
    "leave": [lambda tx: tx.leave(*CHAT)],
    "let_go": [lambda tx: tx.let_go([1, 2])],
    "let_wait": [lambda tx: tx.let_wait(1, "-230")],
    "members": [lambda tx: tx.members("u1", "alerts")],
    "membership": [lambda tx: tx.membership(*CHAT)],
    "merge_units": [lambda tx: tx.merge_units(["u1"], "u2", DAY)],
    "missed": [lambda tx: tx.missed(*WEEK, 20)],
    "handle_misses": [lambda tx: tx.handle_misses(HANDLED)],
    "handlings": [lambda tx: tx.handlings(["u1", "u2"])],
    "matters_of_others": [lambda tx: tx.matters_of_others()],
    "missed_daily": [lambda tx: tx.missed_daily(*WEEK[:2])],
    "misses": [lambda tx: tx.misses(20), lambda tx: tx.misses(20, "not_this")],
    "move_case": [
        lambda tx: tx.move_case(7, Step("handled", NOW, "staff u1", note="x")),
        lambda tx: tx.move_case(7, Step("noted", NOW, "staff u1", note="x")),
    ],
    "move_chat": [lambda tx: tx.move_chat("telegram", "-100", "-200")],
    "mute": [lambda tx: tx.mute(*CHAT, ["weekly"])],
    "note_apologies": [lambda tx: tx.note_apologies("u1", ["code1"], DAY)],
    "note_arrivals": [
        lambda tx: tx.note_arrivals([Arrival("r-mới", "u1", "c1", "máy", NOW)]),
        lambda tx: tx.note_arrivals(FLOOD),
    ],
    "note_channel": [lambda tx: tx.note_channel("zalo", "444", "heard", "app-body", NOW)],
    "note_event": [lambda tx: tx.note_event("zalo", "e1", NOW)],
    "note_misses": [lambda tx: tx.note_misses([NoteMiss("u1", "nuôi yến")], DAY)],
    "note_seen": [lambda tx: tx.note_seen(*CHAT, NOW)],
    "open_by_day": [lambda tx: tx.open_by_day(*WEEK)],
    "open_round": [lambda tx: tx.open_round(ROUND, NOW)],
    "opened": [lambda tx: tx.opened(["s7"])],
    "pace": [lambda tx: tx.pace(Chat(*CHAT))],
    "pair_screen": [lambda tx: tx.pair_screen("digest7", "c1", "Máy 1", "admin", NOW)],
    "payloads": [lambda tx: all_of(tx.payloads(["", "u1"]))],
    "part_counts": [lambda tx: tx.part_counts(*WEEK, COUNTED, CONDITIONS)],
    "pulse": [lambda tx: tx.pulse()],
    "record": [lambda tx: tx.record([Recorded(ASKED, Session(), 0, (SAID,), said="a")], NOW)],
    "redeem": [lambda tx: tx.redeem("mã", *CHAT, NOW)],
    "refused": [lambda tx: tx.refused(1, "chặn")],
    "release": [lambda tx: tx.release()],
    "remove_member": [lambda tx: tx.remove_member(*CHAT)],
    "rename_screen": [lambda tx: tx.rename_screen(7, "Máy 1")],
    "requests": [lambda tx: tx.requests(), lambda tx: tx.requests(open_only=True)],
    "responses": [lambda tx: tx.responses(["r7"])],
    "resume": [lambda tx: tx.resume(*CHAT)],
    "note_offered": [lambda tx: tx.note_offered(*CHAT)],
    "revoke_screen": [lambda tx: tx.revoke_screen(7)],
    "revoke_slips": [lambda tx: tx.revoke_slips(["s7"])],
    "round_counts": [lambda tx: tx.round_counts(["d1", "d2"])],
    "rounds": [lambda tx: tx.rounds()],
    "runs": [lambda tx: tx.runs(NOW)],
    "screen": [lambda tx: tx.screen("digest7")],
    "put_setting": [lambda tx: tx.put_setting("u1", "contact", 0, {}, Author("admin u1"), NOW)],
    "setting_changes": [lambda tx: tx.setting_changes("u1", 9)],
    "stated": [lambda tx: tx.stated("u1", ["1"])],
    "put_stated": [lambda tx: tx.put_stated("u1", "a", [Entry("1", "")], NOW, Author("admin u1"))],
    "settings": [lambda tx: tx.settings(), lambda tx: tx.settings("u1")],
    "screens": [lambda tx: tx.screens(["c1", "c2"])],
    "see_screen": [lambda tx: tx.see_screen(7, NOW)],
    "send_apology": [lambda tx: tx.send_apology("u1", "code1", DAY)],
    "sent": [lambda tx: tx.sent([1, 2])],
    "signs": [lambda tx: tx.signs(*WEEK)],
    "silences": [lambda tx: tx.silences("zalo")],
    "slices": [lambda tx: tx.slices("c1", *WEEK[1:])],
    "slips": [lambda tx: tx.slips(["s7"])],
    "slips_of": [lambda tx: tx.slips_of("d1")],
    "start_run": [lambda tx: tx.start_run("u1", "2026-W46", "weekly", NOW)],
    "statement": [lambda tx: tx.statement(0)],
    "stated_along": [lambda tx: tx.stated_along(["u1", ""], "1.000001")],
    "stored": [lambda tx: tx.stored("u1")],
    "take_contact": [lambda tx: tx.take_contact(7, DAY)],
    "take_slips": [lambda tx: tx.take_slips({"s7": "r-mới"})],
    "take_untaken": [lambda tx: tx.take_untaken(NOW - timedelta(1), NOW)],
    "tallies": [lambda tx: tx.tallies(*WEEK)],
    "tapped_counters": [lambda tx: tx.tapped_counters(["u1", "u2"], date(2026, 11, 16))],
    "token_owner": [lambda tx: tx.token_owner("login", "s")],
    "unit_since": [lambda tx: tx.unit_since()],
    "units": [lambda tx: tx.units()],
    "use_slips": [lambda tx: tx.use_slips(["s7"], "2026-W47")],
    "use_token": [lambda tx: tx.use_token("login", "s", NOW)],
    "vote_of": [lambda tx: tx.vote_of("web:ai", "c1", DAY)],
    "votes_of": [lambda tx: tx.votes_of("web:ai", DAY)],
    "week_key": [lambda tx: tx.week_key("2026-W47")],
    "without_answers": [lambda tx: tx.without_answers()],
    "wordings": [lambda tx: tx.wordings()],
}  # fmt: skip
ROLLING: dict[str, list[Call]] = {
    "roll_days": [lambda tx: Rolling.within(tx).roll_days(["u1"], Span(DAY, DAY))],
    "roll_stretch": [lambda tx: Rolling.within(tx).roll_stretch(["u1"], Span(date(2026, 7, 1), date(2026, 9, 30)))],
    "unrolled": [lambda tx: Rolling.within(tx).unrolled(DAY)],
    "unrolled_stretches": [lambda tx: Rolling.within(tx).unrolled_stretches(DAY)],
}
STORE: dict[str, list[Call]] = {
    "history": [lambda store: store.history(*CHAT), lambda store: store.history(*CHAT, after=5)],
    "line": [lambda store: store.line(*CHAT, 7)],
    "opened": [lambda store: store.opened(["s7"])],
    "recall": [lambda store: store.recall([ASKED])],
    "replies_to": [lambda store: store.replies_to(ASKED)],
    "waiting": [lambda store: store.waiting()],
}
NO_QUERY = {"close", "reading", "transaction", "health", "damage", "moment", "hold_catalogs"}
# Who may read a growing table as a whole, and why.
NIGHTLY = "once a night, outside of every turn and page"
COMMAND = "a command that somebody types, and waits for"
WHOLE: dict[str, dict[str, str]] = {
    "chats_with_set_aside": {"outbox": "once at the start, from an index of what is set aside alone"},
    "end_sessions": {"token": f"{COMMAND}; links and sessions end, so that there are as many as staff"},
    "date_back": {
        "outbox": f"{NIGHTLY}; chats that a clock dated ahead",
        "session": f"{NIGHTLY}; chats that a clock dated ahead",
    },
    # Ids that are made from a chat's lie apart only in an order that no other query wants.
    "erase": {
        "inbox": "a person asks to be forgotten, which is rare; marks of messages stay for some weeks",
        "session": "a person asks to be forgotten, which is rare; theirs in groups end with their id",
    },
    "forget_before": {"outbox": NIGHTLY, "session": NIGHTLY},
    "forget_contacts": {"service_case": NIGHTLY},
    "forget_counts": {"device": NIGHTLY, "screen_tempo": NIGHTLY, "tempo": NIGHTLY},
    "forget_misses": {"search_miss": NIGHTLY},
    "misses": {"search_miss": f"{COMMAND}: of all units and days"},
    "move_chat": {"session": "once in a group's life; those of people in it begin with its id"},
    "take_untaken": {"session": NIGHTLY},
    "unrolled": {"rolled_day": NIGHTLY, "response": f"{NIGHTLY}: the first day of each unit"},
    "unrolled_stretches": {"rolled_day": NIGHTLY},
    "without_answers": {
        "response": f"{COMMAND}: it looks at every form",
        "answer": f"{COMMAND}: it looks at every form",
    },
}


@pytest.fixture(params=[Servers.sqlite, Servers.postgresql], ids=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, servers: Servers) -> AsyncIterator[SqlStore]:
    """A database that has been used for long: what PostgreSQL notes of its tables is not for other tests."""
    async with request.param(servers, upgrade.HEAD) as url:
        store = SqlStore.open(url)
        try:
            await plans.fill(store.engine)
            yield store
        finally:
            await store.close()


async def whole(store: SqlStore, call: Call, *, outside: bool) -> set[str]:
    """Make a call in a transaction that is undone, or `outside` of one; the tables that it would read as a whole."""
    with plans.recorded(store.engine) as statements:
        if outside:
            await call(store)
        else:
            async with store.engine.connect() as connection:
                await call(SqlTx(connection))
                await connection.rollback()
    assert statements
    found: set[str] = set()
    async with store.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # Of a table that fits into a few pages it would rather read all.
            await connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, values in statements:
            found |= await plans.read_whole(connection, statement, values)
    return found


def names(owner: type) -> set[str]:
    """The public methods of a class."""
    return {name for name, _ in inspect.getmembers(owner, inspect.isfunction) if not name.startswith("_")}


@pytest.mark.parametrize(
    ("owner", "calls"), [(SqlTx, TX), (SqlStore, STORE), (Rolling, ROLLING)], ids=["tx", "store", "rolling"]
)
def test_every_method_of_the_store_is_looked_at(owner: type, calls: dict[str, list[Call]]) -> None:
    """One that is new has to be added above, in each way in which it asks."""
    assert names(owner) - NO_QUERY == calls.keys()


async def test_growing_tables_are_read_by_their_indexes(store: SqlStore) -> None:
    """Whatever is asked, but for what is named above with its reason; nothing is named there without need."""
    found: dict[str, set[str]] = {}
    for calls in (TX, ROLLING, STORE):
        for name, ways in calls.items():
            for way in ways:
                if tables := await whole(store, way, outside=calls is STORE):
                    found.setdefault(name, set()).update(tables)
    unexpected = {name: sorted(tables - WHOLE.get(name, {}).keys()) for name, tables in found.items()}
    if listing := "\n".join(f"{name}: {', '.join(tables)}" for name, tables in sorted(unexpected.items()) if tables):
        pytest.fail(f"read as a whole:\n{listing}")
    if store.single_process:
        assert found.keys() == WHOLE.keys()
