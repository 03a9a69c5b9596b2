"""Both languages say the same things, every text is said somewhere, and everything that is said has its text."""

import ast
import string
import tomllib
import typing
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

import locales
from catalog import editing
from catalog.entries import TEXT_KEYS
from catalog.history import ImportKind
from catalog.preview import planning
from handlers.lookup.outside import ELSEWHERE, outcomes
from handlers.lookup.procedures import IN_BRIEF
from handlers.lookup.record_parts import PARTS
from handlers.ports import Role
from handlers.staff import case_words
from handlers.staff.bulletins import BULLETINS
from handlers.staff.catalog.confirming import Outcome
from handlers.turn import MissKind
from handlers.unit_settings import notices
from handlers.unit_settings.settings import SUBJECTS
from handlers.world import CONTACT_KEYS
from reports import rates
from reports.bulletins.buttons import CHOICES
from reports.documents import excel_choices, excel_trend
from reports.dossiers.due_list import WAITS
from reports.integrity.findings import Kind, State
from reports.missed.groups import WHATS
from reports.published import open_data
from reports.published.reading import STEPS
from reports.satisfaction import answers_table
from reports.satisfaction import parts as by_parts
from reports.satisfaction.choices import Base
from reports.self_score import indicators, par_index
from surveys import petitions
from surveys.cases import BEFORE, STATES
from surveys.responses import Refusal
from surveys.slips import STRATA, Occasion
from surveys.uncounted import VERDICTS
from web.citizen.privacy_notice import SECTIONS
from web.kiosk.answers import REASONS
from web.staff import cases, menu, questions_left
from web.staff import petitions as petitions_page
from web.staff.downloads import KINDS
from web.staff.view_address import TABS
from web.staff.zalo import WORDED

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "web", "storage", "reports", "handlers", "surveys", "catalog", "locales")
VIETNAMESE = locales.texts("vi")
TABLES = {key.partition(".")[0] for key in VIETNAMESE}
PROBLEMS = ("scale", "single", "multiple", "too_many", "too_long", "required")

# Keys that the code puts together, with what may stand in the gap.
# Topics that have a sentence of their own; the others lead to a person or to small talk.
TOPICS = [topic for topic in outcomes() if topic not in ELSEWHERE]
COLUMNS = (*TEXT_KEYS, "action", "effective", "replaces", "place", "reason")
FAMILIES: dict[str, typing.Iterable[object]] = {
    "case.ask.{}": case_words.WAITS.values(),
    "case.state.{}": STATES,
    "case.step.{}": BEFORE,
    "case.take_back.{}": case_words.WAITS,
    "case.who.{}": (*typing.get_args(Role), "citizen"),
    "case.{}": ("publish", "hide"),
    "web.board.due_{}": WAITS,
    "web.board.part.{}": TABS,
    "brief.{}": IN_BRIEF,
    "catalog_desk.column.{}": COLUMNS,
    "catalog_desk.kind.{}": planning.KINDS,
    "catalog_desk.outcome.{}": typing.get_args(Outcome),
    "catalog_desk.place.{}": ("sheet", "row", "table", "page"),
    "catalog_desk.refused.{}": ("empty", "kind", "size"),
    "catalog_desk.restored.{}": ("reversed", "kept", "failed"),
    "catalog_desk.version.{}": typing.get_args(ImportKind),
    "card.date.{}": ("year", "month", "day"),
    "document.asked.{}": typing.get_args(Base),
    "document.by.{}": ("counter", *by_parts.PARTS, "stratum"),
    "document.column.{}": (*excel_choices.TITLES, *excel_trend.TITLES),
    "dossier.by.{}": ("online", "direct", "post", "carried_over"),
    "dossier.waiting.{}": ("unsettled_late", "not_handed", "not_closed"),
    "due.kind.{}": WAITS,
    "export.column.{}": answers_table.FIXED,
    "handling.told_{}": ("missing", "ignored"),
    "indicator.column.{}": indicators.COLUMNS,
    "integrity.apart_{}": ("waiting", "discarded"),
    "integrity.decided_{}": VERDICTS,
    "integrity.done_{}": VERDICTS,
    "integrity.kind.{}": typing.get_args(Kind),
    "integrity.state.{}": typing.get_args(State),
    "level.{}": rates.LEVELS,
    "limit.chat.{}": ("length", "pace", "codes", "volume"),
    "missed.kind.{}": typing.get_args(MissKind),
    "missed.column.{}": typing.get_args(MissKind),
    "none.topic.{}": TOPICS,
    "own.kind.{}": notices.KINDS,
    "own.weekday.{}": range(notices.WEEK),
    "own.wrong.{}": typing.get_args(notices.WrongKey),
    "paper.problem.{}": PROBLEMS,
    "par.area.{}": par_index.AREAS,
    "par.column.{}": par_index.COLUMNS,
    "part.{}": PARTS,
    "part.lower.{}": PARTS,
    "petition.kind.{}": petitions.KINDS,
    "petition.source.{}": petitions.SOURCES,
    "person.{}": CONTACT_KEYS,
    "person.no_{}": CONTACT_KEYS,
    "report.{}": ("day", "days", "week", "month", "quarter", "half", "year"),
    "results.{}": ("response", "response_unknown"),
    "results.column.{}": open_data.COLUMNS,
    "report.asked.{}": typing.get_args(Base),
    "report.rule_{}": rates.RULES,
    "report.stratum.{}": STRATA,
    "report.occasion.{}": [occasion or "none" for occasion in typing.get_args(Occasion)],
    "report.weekday.{}": by_parts.WEEKDAYS,
    "report.half_day.{}": ("am", "pm", "none"),
    "report.three.{}": rates.THREE,
    "statement.{}": (
        *("more_paper", "more", "fewer", "forms", "rate", "answers", "stratum", "strata", "earlier", "dossiers"),
        *("target", "name", "form", "reasons"),
    ),
    "report.stratum_of.{}": STRATA,
    "staff.role.{}": typing.get_args(Role),
    "staff.bulletin.{}": BULLETINS,
    "staff.bulletin_{}": ("on", "off"),
    "staff.get.{}": ("docx", "xlsx", "levels", "trend"),
    "staff.period.{}": CHOICES,
    "survey.problem.{}": PROBLEMS,
    "web.privacy.{}": SECTIONS,
    "web.privacy.heading.{}": SECTIONS,
    "survey.refused.{}": typing.get_args(Refusal),
    "report.source.{}": ("web", "webchat", "telegram", "zalo", "zalo_bot", "console", "kiosk", "paper"),
    "web.board.file.{}": [kind.replace(".", "_") for kind in KINDS],
    "web.board.pages.{}": [entry.name for entry in menu.ENTRIES],
    "document.fact.petitions_{}": ("received", "answered"),
    "web.questions.problem.{}": ("wrong", "already", "named"),
    "web.dossiers.kind.{}": WAITS,
    "web.dossiers.short.{}": WAITS,
    "web.kiosk.refused.{}": REASONS,
    "web.problem.{}": (*PROBLEMS, "nothing"),
    "screen.by.{}": (*typing.get_args(Role), "command"),
    "web.missed.done.{}": WHATS,
    "web.cases.said.{}": cases.DONE,
    "web.questions.done.{}": questions_left.DONE,
    "web.pakn.said.{}": petitions_page.DONE,
    "web.missed.was.{}": WHATS,
    "web.office.contact_{}": CONTACT_KEYS,
    "web.office.kind.{}": SUBJECTS,
    "web.office.step.{}": STEPS,
    "web.pairing.{}": ("no_room", "no_cookie", "revoked"),
    "web.procedure.field.{}": ("code", *editing.KEYS),
    "web.procedure.problem.{}": typing.get_args(editing.Problem),
    "web.screens.{}": ("bad_code", "no_code", "too_often"),
    "web.screens.state.{}": ("paired", "revoked"),
    "zalo.trouble.{}": (*WORDED, "code"),
    "web.zalo.problem.{}": ("late", "other", "refused", "zalo"),
}
# Functions that take a key. Only `say` of the core makes bold what stands between two pairs of stars.
SAYING = {"say", "plain", "text", "button", "buttons"}


class Use(typing.NamedTuple):
    """One place where texts are named: the keys, the values handed over (None: not known), whether bold can show."""

    place: str
    keys: tuple[str, ...]
    values: frozenset[str] | None
    bold: bool


def looks_like_a_key(value: object) -> bool:
    """Whether a text in the source can only be meant as a key."""
    if not isinstance(value, str) or value.endswith((".html", ".toml", ".")):
        return False
    table, dot, rest = value.partition(".")
    return bool(dot) and table in TABLES and rest.replace("_", "").replace(".", "").isalnum()


def gapped(value: ast.JoinedStr) -> str:
    """An f-string with {} where values go."""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in value.values)


def trees() -> Iterator[tuple[str, ast.AST]]:
    """The parsed source of the product."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


@cache
def source_uses() -> tuple[list[Use], set[str]]:
    """Every key named in the source, and the patterns of the keys that are put together."""
    uses: list[Use] = []
    families: set[str] = set()
    for file, tree in trees():
        gaps = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        families.update(text for text in map(gapped, gaps) if text.partition(".")[0] in TABLES and "." in text)
        inside = {id(part) for gap in gaps for part in gap.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in inside and looks_like_a_key(node.value):
                uses.append(Use(f"{file}:{node.lineno}", (str(node.value),), None, bold=True))
            if isinstance(node, ast.Call):
                uses.extend(_call(file, node))
    return uses, families


def _call(file: str, node: ast.Call) -> Iterator[Use]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name not in SAYING:
        return
    keys = tuple(
        str(part.value)
        for argument in node.args
        for part in (argument.elts if isinstance(argument, ast.Tuple) else (argument,))
        if isinstance(part, ast.Constant) and looks_like_a_key(part.value)
    )
    given = {keyword.arg for keyword in node.keywords}
    values = None if None in given else frozenset(str(value) for value in given)
    if keys:
        yield Use(f"{file}:{node.lineno}", keys, values, bold=name == "say")


@cache
def template_uses() -> tuple[list[Use], set[str]]:
    """The same for the templates."""
    uses: list[Use] = []
    families: set[str] = set()
    for path in sorted((ROOT / "web" / "templates").glob("*.html")):
        for call in Environment(autoescape=True).parse(path.read_text("utf-8")).find_all(nodes.Call):
            if not isinstance(call.node, nodes.Name) or call.node.name != "say":
                continue
            key = call.args[0]
            if isinstance(key, nodes.Const):
                values = frozenset(keyword.key for keyword in call.kwargs)
                uses.append(Use(f"{path.name}:{call.lineno}", (key.value,), values, bold=False))
            elif isinstance(key, nodes.Concat):
                parts = (part.value if isinstance(part, nodes.Const) else "{}" for part in key.nodes)
                families.add("".join(parts))
    return uses, families


def uses() -> list[Use]:
    """Every place where texts are named."""
    return source_uses()[0] + template_uses()[0]


def placeholders(text: str) -> set[str]:
    """The {names} in a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def members() -> set[str]:
    """The keys that the code puts together."""
    return {pattern.format(gap) for pattern, gaps in FAMILIES.items() for gap in gaps}


@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_every_language_has_the_keys_of_vietnamese(language: str) -> None:
    """No text is missing in a language and none is left over."""
    assert sorted(locales.texts(language)) == sorted(VIETNAMESE)


@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_every_language_fills_in_the_same_values(language: str) -> None:
    """A placeholder that exists in one language alone would fail in the middle of an answer."""
    other = locales.texts(language)
    assert {key: placeholders(text) for key, text in other.items()} == {
        key: placeholders(text) for key, text in VIETNAMESE.items()
    }


@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_every_placeholder_is_a_plain_name(language: str) -> None:
    """No conversion, format or attribute: whoever owns the wording cannot break the program."""
    wrong = [
        key
        for key, text in locales.texts(language).items()
        for _, name, form, conversion in string.Formatter().parse(text)
        if name is not None and (not name.isidentifier() or form or conversion)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_every_text_says_something_in_one_unicode_form(language: str) -> None:
    """No empty text, no decomposed letters, no table or list where a text should be."""
    tree = tomllib.loads(files("locales").joinpath(f"{language}.toml").read_text("utf-8"))
    leaves: list[object] = []
    open_tables: list[dict[str, object]] = [tree]
    while open_tables:
        for value in open_tables.pop().values():
            if isinstance(value, dict):
                open_tables.append(value)
            else:
                leaves.append(value)
    assert [leaf for leaf in leaves if not isinstance(leaf, str) or not leaf.strip()] == []
    assert [leaf for leaf in map(str, leaves) if not unicodedata.is_normalized("NFC", leaf)] == []


@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_bold_is_opened_and_closed_as_in_vietnamese(language: str) -> None:
    """Stars come in pairs, and the same things are bold in every language."""
    marks = {key: text.count("**") for key, text in locales.texts(language).items()}
    assert [key for key, count in marks.items() if count % 2] == []
    assert marks == {key: text.count("**") for key, text in VIETNAMESE.items()}


def test_every_key_that_is_used_exists() -> None:
    """A mistyped key is found here, not by a citizen."""
    assert [use for use in uses() for key in use.keys if key not in VIETNAMESE] == []


def test_every_key_that_is_put_together_is_listed_and_exists() -> None:
    """The list above names each pattern in the source, and each of its members has a text."""
    assert sorted(source_uses()[1] | template_uses()[1]) == sorted(FAMILIES)
    assert sorted(members() - set(VIETNAMESE)) == []


def test_the_problems_of_an_answer_are_those_that_are_worded() -> None:
    """Each reason that the answer rules give has its text in the chat and on the page."""
    tree = ast.parse((ROOT / "surveys" / "answers.py").read_text("utf-8"))
    given = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem"
        if isinstance(node.args[0], ast.Constant)
    }
    assert given == set(PROBLEMS)


def test_every_key_is_used() -> None:
    """No wording is kept up that nobody reads."""
    said = {key for use in uses() for key in use.keys} | members()
    assert sorted(set(VIETNAMESE) - said) == []


def test_every_text_gets_the_values_it_needs() -> None:
    """Where a key and its values stand in one call, none of the placeholders is forgotten."""
    lacking = [
        (use.place, key, sorted(placeholders(VIETNAMESE[key]) - use.values))
        for use in uses()
        if use.values is not None
        for key in use.keys
        if not placeholders(VIETNAMESE[key]) <= use.values
    ]
    assert lacking == []


def test_bold_stands_only_where_it_is_shown() -> None:
    """Buttons, values and pages would show the stars themselves."""
    starred = [(use.place, key) for use in uses() if not use.bold for key in use.keys if "**" in VIETNAMESE[key]]
    assert starred == []


def test_the_scan_sees_the_source() -> None:
    """The tests above look at something: hundreds of uses, in the code and in the templates."""
    assert len(source_uses()[0]) > 150
    assert len(template_uses()[0]) > 40


def test_an_unknown_language_falls_back_to_vietnamese() -> None:
    """A channel may report any language; the table itself is strict."""
    assert locales.text("km", "button.ask") == locales.text("vi", "button.ask") == "Hỏi thủ tục"
    assert locales.text("en", "button.ask") != locales.text("vi", "button.ask")
    with pytest.raises(KeyError):
        locales.texts("km")


def test_values_are_filled_in_as_they_are() -> None:
    """Braces and stars in a value stay what a person typed."""
    assert locales.text("vi", "person.phone", phone="{0} **x**") == "Điện thoại: {0} **x**"


def test_the_greeting_says_that_it_is_a_machine_and_how_to_reach_a_person() -> None:
    """The law on artificial intelligence wants the first, decency the second, in every language."""
    for language, machine, person in (("vi", "trợ lý tự động", "Gặp cán bộ"), ("en", "automatic assistant", "officer")):
        for key in ("greeting.hello", "greeting.first"):
            said = locales.texts(language)[key].lower()
            assert machine in said
            assert person.lower() in said
