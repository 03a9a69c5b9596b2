"""Typing in paper ballots one after the other (serial number, digits, Enter), with sums to check the pile."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from aiohttp import web as http

import locales
from handlers.paper.ballot import ASSISTED, DAY, SLIP, Ballot, Fault, Register, read_ballot, read_day
from handlers.paper.batch import Taken, Totals, keep_ballots, totals_of
from handlers.ports import Membership
from handlers.rating.unfinished_forms import free_slips
from handlers.rights import visible
from surveys.printing.numbering import asked_when, numbered, numbers_of
from surveys.questionnaire import SCALE_LEVELS, Questionnaire, words_in
from surveys.responses import Refusal
from surveys.slips import Round
from web.pages import see_other, sent_form
from web.site import SITE, Site
from web.staff.access import closed, member_of
from web.staff.menu import staff_page

LONGEST_LIST = 40
LONGEST_VERSION = 10
# What may happen to a slip while its ballot is typed in.
_OVERTAKEN: dict[Refusal, str] = {"closed": "paper.problem.closed", "revoked": "paper.problem.revoked"}
_AGAIN = ("paper.problem.used", "paper.problem.begun", *_OVERTAKEN.values())


@dataclass(frozen=True)
class Entry:
    """The content of the page: the round and the day's sums, the input, its mistakes or the result."""

    round: Round
    form: Questionnaire
    day: date
    totals: Totals
    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Sequence[Fault] = ()
    entered: str = ""
    left_out: str = ""


async def show(request: http.Request) -> http.Response:
    """GET /staff/paper?round=…&day=…: choose a round, then an empty ballot."""
    site = request.app[SITE]
    member = await member_of(request)
    if member is None:
        return closed()
    rounds = await _rounds(site, member)
    opened = [name for name, round_ in rounds.items() if not round_.closed_at]
    name = request.query.get("round", "") or (opened[0] if len(opened) == 1 else "")
    if not name:
        return _page(site, member, rounds, None)
    form = site.world().wording_of(rounds[name]) if name in rounds else None
    if form is None or rounds[name].closed_at:
        return closed()
    round_ = rounds[name]
    day = read_day(round_, request.query.get(DAY, "")[:LONGEST_LIST], site.clock().date())
    faults = [day] if isinstance(day, Fault) else []
    chosen = _latest(round_, site) if isinstance(day, Fault) else day
    async with site.store.reading() as tx:
        totals = await totals_of(tx, round_, chosen)
    entry = Entry(
        *(round_, form, chosen, totals, {}, faults if request.query.get(DAY) else []),
        entered=_number(request.query.get("entered", "")),
        left_out=_number(request.query.get("left_out", "")),
    )
    return _page(site, member, rounds, entry, status=400 if entry.faults else 200)


async def enter(request: http.Request) -> http.Response:
    """POST /staff/paper: store one ballot, or show what is wrong, with all that was typed."""
    site = request.app[SITE]
    member = await member_of(request)
    if member is None:
        return closed()
    rounds = await _rounds(site, member)
    sent = await sent_form(request)
    round_ = rounds.get(sent.get("round", ""))
    form = _wording(site, round_, sent.get("version", "")) if round_ else None
    if round_ is None or form is None:
        return closed()
    typed = {key: sent.get(f"q-{key}", "") for key in form.questions}
    typed |= {key: sent.get(key, "") for key in (SLIP, ASSISTED, DAY)}
    today = site.clock().date()
    read = await _stored(site, round_, form, typed, today)
    if isinstance(read, Ballot):
        done = {"round": round_.name, DAY: read.day.isoformat(), "entered": numbered(read.slip.serial)}
        if read.left_out:
            done["left_out"] = numbers_of(form, read.left_out)
        return see_other(f"/staff/paper?{urlencode(done)}")
    day = read_day(round_, typed[DAY], today)
    chosen = _latest(round_, site) if isinstance(day, Fault) else day
    async with site.store.reading() as tx:
        totals = await totals_of(tx, round_, chosen)
    again = any(fault.key in _AGAIN for fault in read)
    return _page(
        site, member, rounds, Entry(round_, form, chosen, totals, typed, read), 409 if again else 400, sent=True
    )


async def _stored(
    site: Site, round_: Round, form: Questionnaire, typed: Mapping[str, str], today: date
) -> Ballot | list[Fault]:
    """Read and store a ballot in one transaction; return it, or all its faults."""
    try:
        async with site.store.transaction() as tx:
            if (await tx.rounds())[round_.name].closed_at:
                return [_overtaken("closed", typed[SLIP])]
            register = Register.of(await free_slips(tx, site.world(), await tx.slips_of(round_.name)))
            read = read_ballot(form, round_, register, typed, today)
            if isinstance(read, Ballot):
                kept = await keep_ballots(tx, site.world(), round_, form, {secrets.token_hex(16): read})
                await site.conversation.alerts.stored(tx, kept)
            return read
    except Taken as error:
        return [_overtaken(error.reason, numbered(slip.serial)) for slip in error.slips]


def _overtaken(reason: Refusal, serial: str) -> Fault:
    """Return the fault that a slip was taken or revoked, or its round closed, while its ballot was being typed."""
    return Fault(SLIP, _OVERTAKEN.get(reason, "paper.problem.used"), {"serial": serial[:LONGEST_LIST]})


def _wording(site: Site, round_: Round, version: str) -> Questionnaire | None:
    """Return the wording that a ballot was typed in; the round's if the page names no known version."""
    named = int(version) if version.isdecimal() and len(version) < LONGEST_VERSION else 0
    return (site.world().form(round_.form, named) if named else None) or site.world().wording_of(round_)


async def _rounds(site: Site, member: Membership) -> dict[str, Round]:
    """Return the rounds that a member may see, closed ones too."""
    seen = visible(site.world(), member)
    async with site.store.reading() as tx:
        rounds = await tx.rounds()
    return {name: r for name, r in rounds.items() if r.unit in seen}


def _latest(round_: Round, site: Site) -> date:
    """Return today, or the last day of a round that is over."""
    return min(site.clock().date(), round_.last)


def _number(text: str) -> str:
    """Return a text from the address if it holds only numbers; else an empty text."""
    return text if len(text) <= LONGEST_LIST and text.replace(",", "").replace(" ", "").isdecimal() else ""


def _page(
    site: Site,
    member: Membership,
    rounds: Mapping[str, Round],
    entry: Entry | None,
    status: int = 200,
    *,
    sent: bool = False,
) -> http.Response:
    units = site.world().units
    listed = [
        (name, f"{name} · {units[r.unit].name if r.unit in units else r.unit}")
        for name, r in rounds.items()
        if not r.closed_at or (entry and entry.round == r)
    ]
    if entry is None:
        return staff_page(site.world(), member, "paper.html", status=status, rounds=listed, entry=None)
    problems = {fault.place: fault.said() for fault in entry.faults}
    first = next((place for place in (SLIP, *entry.form.questions, ASSISTED) if place in problems), SLIP)
    return staff_page(
        site.world(),
        member,
        "paper.html",
        status=status,
        rounds=listed,
        entry=entry,
        today=_latest(entry.round, site),
        questions=[_asked(entry.form, number, key) for number, key in enumerate(entry.form.questions, 1)],
        problems=problems,
        sent=sent,
        first=first,
        levels=SCALE_LEVELS,
        sums=[(numbers_of(entry.form, [key]), counts) for key, counts in entry.totals.rows(entry.form)],
    )


def _asked(form: Questionnaire, number: int, key: str) -> dict[str, object]:
    """Return a question as the page shows it, with options by their printed numbers."""
    question = form.questions[key]
    options = [words_in(option.label, locales.DEFAULT) for option in question.options]
    return {
        "id": key,
        "number": number,
        "kind": question.kind,
        "text": words_in(question.text, locales.DEFAULT),
        "required": question.required,
        "when": asked_when(form, key),
        "options": [] if question.kind == "scale" else list(enumerate(options, 1)),
        "limit": question.limit if question.kind == "text" else 0,
    }
