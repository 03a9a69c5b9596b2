"""A procedure on the screen: its time, fee and place in few words, then what was asked for, then its papers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import locales
from catalog import follow_ups
from catalog.catalogs import Catalog
from catalog.entries import Entry
from handlers.lookup import changed_texts, in_brief, in_force
from handlers.lookup.outside import done_elsewhere
from handlers.lookup.record_parts import FORM_PART, PARTS, SUMMARY, doubtful, each_once, value_of
from handlers.messages import Button, Reply, Text, small
from handlers.question_language import ENGLISH
from handlers.session import Session
from handlers.split import shorten, split
from handlers.talk import or_call
from handlers.turn import About, NoteMiss, Turn, offering, reply
from handlers.unit_settings.forms import with_forms
from handlers.wording import button, plain, say, ways_on
from handlers.world import World

PAGE = 1200
OFFICIAL_NAME = 100
MOST_PAPERS, MOST_ASKED_PAPERS = 6, 14
MOST_PART_BUTTONS = 5
# Words that stand in more sentences of a record than MOST_MENTIONS say nothing about the point asked for.
MOST_QUOTED, MOST_MENTIONS = 2, 8
REST = "rest"
# Parts that may help if a record does not answer; steps and results are long, and seldom help.
NEAREST = ("documents", "time", "fee", "where", FORM_PART, "conditions")
# A comparison shows at least so many procedures.
LEAST_COMPARED = 2
# Phrases of Vietnamese strips that have a text in every language (locales: brief.…), the longest first.
IN_BRIEF = (
    "same_day",
    "province_police",
    "commune_police",
    "commune_wards",
    "commune",
    "see",
    "one_working_day",
    "working_days",
    "by_post",
    "in_person",
    "online",
    "free",
    "hours",
    "one_day",
    "days",
    "months",
    "currency",
)


def answer(
    world: World,
    session: Session,
    code: str,
    aspects: Sequence[str] = (),
    *,
    alternatives: Sequence[str] = (),
    confirm: bool = False,
) -> Turn:
    """Show a procedure: the parts that were asked for, or its card.

    `alternatives` are procedures that may be meant instead: they are offered under it. `confirm` asks whether this
    is the right one.
    """
    entry = world.catalog(session.unit).entry(code)
    if entry is None:
        return reply(session, say(session.language, "card.retired"), tuple(ways_on(session.language)), (), "not_found")
    if entry.ended:
        return in_force.ended(session, entry, world.catalog(session.unit))
    if office := world.elsewhere(session.unit, code, entry.field):
        return done_elsewhere(world, session, office, _name(world, session, entry))
    wanted = tuple(name for name in aspects if name in PARTS)
    if wanted:
        entry = changed_texts.as_opened(world, session, entry)
    blocks = [_strip(world, session, entry, wanted)]
    gaps: tuple[NoteMiss, ...] = ()
    if not entry.has_details:
        blocks.append(_name_only(world, session, entry))
        gaps = (NoteMiss(session.unit or world.home, f"{entry.code} {entry.name}", "name_only"),)
    elif wanted:
        blocks += [_part_asked(world, session, entry, name) for name in wanted]
    else:
        blocks.append(_papers(world, session, entry, MOST_PAPERS))
    about = About("procedure", code, wanted[0] if wanted else "")
    unanswered = not entry.has_details or any(_is_missing(world, session, entry, name) for name in wanted)
    turn = _procedure_turn(
        *(world, session, entry, blocks),
        shown=wanted or ("",),
        about=about,
        alternatives=alternatives,
        confirm=confirm,
        unanswered=unanswered,
        person=unanswered,
    )
    return replace(turn, effects=gaps)


def part(world: World, session: Session, code: str, wanted: str, page: int = 1) -> Turn:
    """Show one part of a procedure in full, a page at a time when it is long; `rest` offers all parts.

    Several parts, with commas between them, are shown in one answer.
    """
    entry = world.catalog(session.unit).entry(code)
    closed = entry is None or entry.ended or world.elsewhere(session.unit, code, entry.field)
    if entry is None or closed or wanted not in (*PARTS, REST):
        return answer(world, session, code, wanted.split(","))
    entry = changed_texts.as_opened(world, session, entry)
    if wanted == REST:
        text = say(session.language, "card.which_part", name=_name(world, session, entry))
        return _procedure_turn(world, session, entry, [text], shown=(), about=About("procedure", code), all_parts=True)
    value = value_of(session.language, entry, wanted)
    pages = split(Text.of(value), PAGE) if value else (_part_asked(world, session, entry, wanted),)
    page = min(max(page, 1), len(pages))
    heading, in_vietnamese = _heading(world, session, entry, wanted), _in_vietnamese(session.language, value)
    text = Text.lines([heading, pages[page - 1], in_vietnamese])
    about = About("procedure", code, wanted)
    more = _more(session, code, wanted, page, len(pages))
    return _procedure_turn(world, session, entry, [text], shown=(wanted,), about=about, more=more)


def in_short(world: World, session: Session, code: str) -> Turn:
    """Show a procedure again in few words, and ask which part is wanted; its card if the record has only a name."""
    entry = _answered_here(world, session, code)
    if entry is None or not entry.has_details:
        return answer(world, session, code)
    entry = changed_texts.as_opened(world, session, entry)
    blocks = [_strip(world, session, entry, ()), say(session.language, "card.ask_part", phone=or_call(world, session))]
    about = About("procedure", code)
    return _procedure_turn(world, session, entry, blocks, shown=(), about=about, person=True, all_parts=True)


def mentioned(
    world: World,
    session: Session,
    code: str,
    parts: Sequence[str],
    sought: Iterable[Sequence[str]],
    *,
    spelled: bool = True,
    case: bool = False,
    alternatives: Sequence[str] = (),
) -> Turn:
    """Quote what a record says on a point that is none of its parts, or say that it says nothing on it.

    `sought` are sets of words to find in one sentence, the surest set first; words are compared with their marks if
    `spelled`, else without. `parts` are searched first, then all others; the first of `parts` is shown if nothing is
    found. The heading names the part that is quoted. `case`: the citizen mentioned a circumstance and did not ask
    about it. `alternatives` as in `answer`.
    """
    entry = _answered_here(world, session, code)
    if entry is None:
        return answer(world, session, code)
    entry = changed_texts.as_opened(world, session, entry)
    wanted = dict.fromkeys(name for name in (*parts, *PARTS) if name != "legal")
    values = {name: value_of(session.language, entry, name) for name in wanted}
    opens, quoted = _quoted(values, sought, spelled=spelled)
    if opens:
        said = [say(session.language, "card.quoted", text=one) for one in quoted]
        in_vietnamese = _in_vietnamese(session.language, "".join(quoted))
        blocks = [Text.lines([_heading(world, session, entry, opens), *said, in_vietnamese])]
    elif case:
        blocks = [Text.lines([_strip(world, session, entry, ()), say(session.language, "card.untold_case")])]
    else:
        opens = parts[0] if parts else ""
        sentence = say(session.language, "card.untold", phone=or_call(world, session))
        blocks = [Text.lines([_heading(world, session, entry, opens), sentence])]
        if opens == "documents" and value_of(session.language, entry, opens):
            blocks.append(_papers(world, session, entry, MOST_PAPERS))
        elif opens in NEAREST and value_of(session.language, entry, opens):
            blocks.append(_part_asked(world, session, entry, opens))
    about = About("procedure", code, parts[0] if parts else opens)
    return _procedure_turn(
        world,
        session,
        entry,
        blocks,
        shown=(opens,),
        about=about,
        unanswered=not quoted,
        person=True,
        alternatives=alternatives,
    )


def _quoted(values: Mapping[str, str], sought: Iterable[Sequence[str]], *, spelled: bool) -> tuple[str, list[str]]:
    """Return the first part with sentences that hold a set of words sought, and those sentences; empty if none has."""
    for together in sought:
        held = {name: follow_ups.sentences(value, together, spelled=spelled) for name, value in values.items()}
        by_part = {name: found for name, found in held.items() if found}
        if by_part and sum(map(len, by_part.values())) <= MOST_MENTIONS:
            name = next(iter(by_part))
            return name, [in_brief.as_quoted(sentence) for sentence in by_part[name][:MOST_QUOTED]]
    return "", []


def _strip(world: World, session: Session, entry: Entry, wanted: Sequence[str]) -> Text:
    """Return the heading, then time, fee and place in few words, those asked for first."""
    heading = _heading(world, session, entry, *wanted)
    if not entry.has_details:
        return heading
    names = sorted(SUMMARY, key=lambda name: name not in wanted)
    return Text.lines([heading, _in_few_words(session.language, entry, tuple(names))])


@lru_cache(maxsize=in_brief.REMEMBERED)
def _in_few_words(language: str, entry: Entry, names: Sequence[str]) -> Text:
    """Return time, fee and place in few words, in a given order."""
    items = [
        say(language, "card.line", label=_strip_label(language, name), value=_brief(language, entry, name))
        for name in names
    ]
    return Text.lines(items, between=" · ")


def _brief(language: str, entry: Entry, name: str) -> str:
    brief = {"time": in_brief.time_in_brief, "fee": in_brief.fee_in_brief, "where": in_brief.place_in_brief}[name](
        entry
    )
    if not brief and name == "time" and (value := value_of(language, entry, name)) and len(value) < in_brief.FEW_WORDS:
        return value
    if not brief:
        return plain(language, "brief.see" if value_of(language, entry, name) else "brief.untold")
    spoken = _spoken(language, brief)
    if name != "time" or not entry.committed:
        return spoken
    published = _spoken(language, in_brief.time_in_brief(replace(entry, committed="")))
    if not published:
        return plain(language, "brief.committed", time=spoken)
    return plain(language, "brief.both_times", published=published, committed=spoken)


def _answered_here(world: World, session: Session, code: str) -> Entry | None:
    """Return the record of a procedure; None if it is gone or ended, or another office does it."""
    entry = world.catalog(session.unit).entry(code)
    return None if entry is None or entry.ended or world.elsewhere(session.unit, code, entry.field) else entry


def comparison(world: World, session: Session, codes: Iterable[str], part: str) -> Text:
    """Return the time, fee or place of each of some procedures, a line each in few words; empty if fewer than two
    records say it, and for other parts.
    """
    if part not in SUMMARY:
        return Text()
    uninformative = [plain(session.language, f"brief.{key}") for key in ("see", "untold")]
    lines: list[Text] = []
    for entry in filter(None, (_answered_here(world, session, code) for code in codes)):
        value = _brief(session.language, entry, part)
        if value not in uninformative:
            lines.append(say(session.language, "choose.each", name=_name(world, session, entry), told=value))
    return Text.lines(lines) if len(lines) >= LEAST_COMPARED else Text()


def _spoken(language: str, brief: str) -> str:
    """Return the Vietnamese text of a strip in a language; unchanged if not all of its words have a translation."""
    translated = brief
    for key in IN_BRIEF if language != locales.DEFAULT else ():
        for said in plain(locales.DEFAULT, f"brief.{key}").split("|"):
            translated = re.sub(rf"(?<!\d){re.escape(said)}", plain(language, f"brief.{key}"), translated)
    return brief if follow_ups.marked(translated) else translated


def _part_asked(world: World, session: Session, entry: Entry, name: str) -> Text:
    """Return a part that was asked for: empty if the strip says it all, else its first page as the record has it."""
    if _is_missing(world, session, entry, name):
        return _missing(world, session, name)
    value = value_of(session.language, entry, name)
    if not value:
        return say(session.language, "card.forms")
    if name == "documents":
        return _papers(world, session, entry, MOST_ASKED_PAPERS)
    if name in SUMMARY and _says_all(session.language, entry, name, value):
        return Text()
    label = say(session.language, "card.label", label=_label(session.language, name))
    return Text.lines([label, split(Text.of(value), PAGE)[0], _in_vietnamese(session.language, value)])


def _is_missing(world: World, session: Session, entry: Entry, name: str) -> bool:
    """Return whether the record says nothing on a part, and there is no file for it either."""
    on_file = name == FORM_PART and world.forms_to_download(session.unit, entry.code)
    return not (value_of(session.language, entry, name) or on_file)


def _says_all(language: str, entry: Entry, name: str, value: str) -> bool:
    """Whether the strip repeats all of a value."""
    return value.strip(" .").casefold() == _brief(language, entry, name).strip(" .").casefold()


def _papers(world: World, session: Session, entry: Entry, most: int) -> Text:
    """Return the papers, one line each, in about `most` lines with their headings; those left out are counted."""
    value = value_of(session.language, entry, "documents")
    return _listed(session.language, value, most) if value else _missing(world, session, "documents")


@lru_cache(maxsize=in_brief.REMEMBERED)
def _listed(language: str, value: str, most: int) -> Text:
    groups = in_brief.papers(value)
    lines: list[str | Text] = [] if groups else [split(Text.of(value), PAGE)[0]]
    count = sum(len(group.lines) for group in groups)
    # To say that one is left out takes as much room as to name it.
    room, shown = most if count > most + 1 else count + len(groups), 0
    for group in groups:
        room -= bool(lines) and bool(group.heading)
        if room <= 0:
            break
        if group.heading:
            ending = "" if group.heading.endswith("…") else ":"
            lines.append(say(language, "card.group", heading=f"{group.heading}{ending}"))
        fitting = group.lines[:room]
        lines += [f"• {line}" for line in fitting]
        room, shown = room - len(fitting), shown + len(fitting)
    if shown < count:
        full = plain(language, "card.full")
        lines.append(say(language, "card.more_papers", count=count - shown, button=full))
    heading = say(language, "card.label", label=_label(language, "documents"))
    return Text.lines([heading, *lines, _in_vietnamese(language, value)])


def _procedure_turn(
    world: World,
    session: Session,
    entry: Entry,
    blocks: Sequence[Text],
    *,
    shown: Sequence[str],
    about: About,
    more: Button | None = None,
    alternatives: Sequence[str] = (),
    confirm: bool = False,
    unanswered: bool = False,
    person: bool = False,
    all_parts: bool = False,
) -> Turn:
    language, catalog = session.language, world.catalog(session.unit)
    others = [code for code in alternatives if code in catalog and code != entry.code]
    answers = [Button(f"p:{code}", name_of(catalog, code, language)) for code in others]
    question = say(language, "card.instead") if others else Text()
    if confirm and not others:
        question = say(language, "card.confirm")
        answers.append(button(language, "right", "button.right"))
    answers.append(button(language, "other", "button.not_this"))
    ways = [more] if more else []
    ways += changed_texts.way_to_new(world, session, entry)
    ways += _part_buttons(world, session, entry, shown, all_parts=all_parts)
    if unanswered:
        ways.append(button(language, "question", "left.leave"))
    if person:
        ways.append(button(language, "person", "button.person"))
    # The text ends with the question, if there is one: what answers it comes next.
    offered = (*answers, *ways) if question else (*ways, *answers)
    links = ((plain(language, "card.official"), entry.url),) if entry.url else ()
    origin = _origin(language, entry, _name(world, session, entry))
    whole = Text.lines([*blocks, origin, question], between="\n\n")
    known = replace(offering(session.opening(entry.code), offered), began=changed_texts.version(world, session, entry))
    turn = Turn(known, (Reply(whole, offered, links),), about=replace(about, offered=tuple(others)))
    return with_forms(world, turn, tuple(shown))


def _part_buttons(
    world: World, session: Session, entry: Entry, shown: Sequence[str], *, all_parts: bool
) -> list[Button]:
    """Return buttons to the parts that say more than is shown; beyond a handful, one last button leads to the rest."""
    names = list(_with_more_to_say(session.language, entry, tuple(shown)))
    if FORM_PART not in shown and world.forms_to_download(session.unit, entry.code):
        names = [FORM_PART, *(name for name in names if name != FORM_PART)]
    first = names if all_parts or len(names) <= MOST_PART_BUTTONS else names[: MOST_PART_BUTTONS - 1]
    offered = [
        button(session.language, f"p:{entry.code}:{name}", "card.full" if name == "documents" else f"part.{name}")
        for name in first
    ]
    if len(first) < len(names):
        offered.append(button(session.language, f"p:{entry.code}:{REST}", "card.rest"))
    return offered


@lru_cache(maxsize=in_brief.REMEMBERED)
def _with_more_to_say(language: str, entry: Entry, shown: Sequence[str]) -> Sequence[str]:
    return [name for name in PARTS if _worth_a_button(language, entry, name, shown)]


def _worth_a_button(language: str, entry: Entry, name: str, shown: Sequence[str]) -> bool:
    """Whether a part says more than what stands in the message already."""
    value = value_of(language, entry, name)
    if not value or (name in shown and len(value) <= PAGE and name != "documents"):
        return False
    if name in SUMMARY:
        return not _says_all(language, entry, name, value)
    if name == "documents" and ("" in shown or name in shown):
        most = MOST_PAPERS if "" in shown else MOST_ASKED_PAPERS
        return in_brief.is_cut(value, most + 1)
    return True


def name_of(catalog: Catalog, code: str, language: str) -> str:
    """Return what a procedure is called in headings and on buttons; in English if that is known."""
    known = catalog.index.known.get(code)
    return known.english if known and known.english and language == ENGLISH else catalog.label(code)


def _name(world: World, session: Session, entry: Entry) -> str:
    return name_of(world.catalog(session.unit), entry.code, session.language)


def _heading(world: World, session: Session, entry: Entry, *parts: str) -> Text:
    name = _name(world, session, entry)
    named = [plain(session.language, f"part.lower.{part}") for part in parts if part]
    heading = say(session.language, "card.heading", name=name)
    if named:
        heading = say(session.language, "card.part_heading", name=name, part=", ".join(named))
    return Text.lines([heading, in_force.announced(session, entry), changed_texts.change_notice(world, session, entry)])


def _label(language: str, name: str) -> str:
    return plain(language, f"part.{name}")


def _strip_label(language: str, name: str) -> str:
    return plain(language, "brief.where") if name == "where" else _label(language, name)


def _more(session: Session, code: str, wanted: str, page: int, pages: int) -> Button | None:
    if page >= pages:
        return None
    return button(session.language, f"p:{code}:{wanted}:{page + 1}", "button.more", page=page + 1, pages=pages)


def _missing(world: World, session: Session, name: str) -> Text:
    lowered = plain(session.language, f"part.lower.{name}")
    return say(session.language, "card.missing", part=lowered, phone=or_call(world, session))


def _in_vietnamese(language: str, value: str) -> Text:
    """Mark text of the record that stands in Vietnamese in an answer in another language."""
    return say(language, "card.in_vietnamese") if value and language != locales.DEFAULT else Text()


def _name_only(world: World, session: Session, entry: Entry) -> Text:
    known = (("card.field", entry.field), ("card.agency", each_once(entry.agency)))
    facts = [
        say(session.language, "card.line", label=plain(session.language, key), value=value)
        for key, value in known
        if value
    ]
    return Text.lines([say(session.language, "card.name_only", phone=or_call(world, session)), *facts])


@lru_cache(maxsize=in_brief.REMEMBERED)
def _origin(language: str, entry: Entry, called: str) -> Text:
    """Return the official name, code and date of the record, and which of its parts are unchecked."""
    name = "" if entry.title == called else shorten(entry.title, OFFICIAL_NAME)
    key = "card.source" if entry.updated else "card.source_undated"
    lines = [Text.of(name), say(language, key, code=entry.code, date=_date(language, entry.updated))]
    if parts := doubtful(language, entry):
        lines.append(say(language, "card.unchecked", parts=", ".join(parts)))
    return small(Text.lines(lines))


def _date(language: str, updated: str) -> str:
    """A year, a month or a day (2026, 2026-07, 2026-07-01) as it is said."""
    year, *rest = updated.split("-")
    kind = ("year", "month", "day")[len(rest)]
    return plain(language, f"card.date.{kind}", date="/".join([*reversed(rest), year]))
