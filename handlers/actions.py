"""The action of each button, link and command, in one table by id.

The keys are templates of ids. A word in capitals stands for a value in the id, which the action gets under that name;
what people type follows a space.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import locales
from handlers import privacy, talk
from handlers.heard import SLIP_PAYLOAD, Heard
from handlers.lookup import browsing, in_context, outside, procedures
from handlers.phrases import LANGUAGE
from handlers.rating import contact, survey
from handlers.session import Session
from handlers.staff import bulletins, case_words, petitions, questions_left, requests
from handlers.staff.catalog.sent import OnFile
from handlers.turn import (
    About,
    ChoosePeriod,
    ChooseUnit,
    DropNotice,
    Effect,
    GiveDocument,
    GiveLogin,
    GiveNotice,
    OnCase,
    OnMiss,
    SayMended,
    SetBulletin,
    ShowBulletins,
    ShowCases,
    ShowDossiers,
    ShowFigures,
    ShowMisses,
    Turn,
)
from handlers.wording import say
from handlers.world import World

Action = Callable[..., Turn | None]
_NUMBERS = ("CASE", "PAGE", "NUMBER")
_SHAPES = {
    "CASE": "[0-9]{1,9}",
    "PAGE": "[0-9]{1,4}",
    "NUMBER": "[0-9]{1,8}",
    "PERIOD": ".+",
    "TOKEN": "[0-9a-f]{12}",
    "GIVEN": ".*",
    "DEED": "show|missing|ignored",
    "WHAT": "show|note|handled|progress|passed_on|office|reopen|publish|hide",
    "KEPT": "stop|keep|stay|wait",
    "SAID": "yes|no",
    "BULLETIN": "|".join(bulletins.BULLETINS),
}


def _says(handler: Callable[..., Turn | None]) -> Action:
    return lambda heard, **named: handler(heard.world, heard.session, **named)


def _deed(group: str, deed: Literal["show", "missing", "ignored"]) -> OnMiss:
    return OnMiss(group, deed)


def _mended(token: str, said: str) -> SayMended:
    return SayMended(token, said == "yes")


def _does(effect: Callable[..., Effect]) -> Action:
    return lambda heard, **named: Turn(heard.session, effects=(effect(**named),))


def _consent(world: World, session: Session, key: str, answer: str) -> Turn:
    turn = contact.answered(session, key, answer)
    return survey.again(world, session, turn.replies[0].text) if session.survey else turn


def _language(world: World, session: Session, code: str) -> Turn | None:
    if code not in locales.installed():
        return None
    said = say(code, "greeting.language")
    if session.survey:
        return survey.again(world, replace(session, language=code), said)
    chosen, is_open = replace(session, language=code, spoken_before=""), session.topic in world.catalog(session.unit)
    turn = procedures.answer(world, chosen, session.topic) if is_open else talk.hello(world, chosen)
    return turn.saying_first(said)


# These leave a running survey where it is, or end it themselves.
IN_A_SURVEY: Mapping[str, Action] = {
    "hello k_CODE": survey.begin,
    "hello h_CODE": partial(survey.begin, assisted=True),
    f"hello {SLIP_PAYLOAD}CODE": survey.begin_on_slip,
    "hello i_CODE": _says(requests.join),
    "s:KEY:GIVEN": survey.tapped,
    "contact:KEY:ANSWER": _says(_consent),
    f"{LANGUAGE}CODE": _says(_language),
    "stop": _says(survey.stop),
    "withdraw": _says(survey.withdraw),
    "kept": _says(privacy.kept),
    "stored": _says(privacy.stored),
    "erase": _says(privacy.ask_erasure),
    privacy.CONFIRM: _says(privacy.erase),
    privacy.KEEP: _says(privacy.refrain),
    "join": _says(requests.join),
    "join CODE": _says(requests.join),
    "report": _does(requests.figures),
    "report WORDS": _does(requests.figures),
    "dossiers UNIT": _does(ShowDossiers),
}
# These leave the survey; what was answered is kept.
ELSEWHERE: Mapping[str, Action] = {
    "hello": _says(talk.hello),
    "ask": _says(talk.ask),
    "help": _says(talk.help_),
    "person": _says(talk.person),
    "other": _says(in_context.other),
    "right": _says(in_context.right),
    "status": _says(partial(outside.outside, topic="dossier")),
    "p:CODE": _says(procedures.answer),
    "p:CODE:WANTED": _says(procedures.part),
    "p:CODE:WANTED:PAGE": _says(procedures.part),
    "fields": _says(browsing.listing),
    "fields:PAGE": _says(browsing.listing),
    "field:KEY:PAGE": _says(browsing.one),
    "rate": _says(survey.choose_counter),
    "counter:CODE": survey.begin,
    "withdraw:RESPONSE": _says(survey.withdraw),
    "login": _does(GiveLogin),
    "cases": _does(ShowCases),
    "case:CASE:WHAT": _does(OnCase),
    "case:CASE:done:NUMBER": _does(partial(OnCase, what="handled")),
    "case:CASE:to:NUMBER": _does(partial(OnCase, what="handed_over")),
    "case:CASE:KEPT": _says(case_words.unchanged),
    "cases WORDS": _does(requests.on_case),
    "mended:TOKEN:SAID": _does(_mended),
    "petition": _says(petitions.ask),
    "petition:stop": _says(petitions.not_left),
    "petitions": _does(petitions.asked_by_staff),
    "petitions WORDS": _does(petitions.asked_by_staff),
    "question": _says(questions_left.ask),
    "question:send": _says(questions_left.sent_as_asked),
    "question:stop": _says(questions_left.not_left),
    "answer:NUMBER": _does(questions_left.AnswerQuestion),
    "answer:NUMBER:stop": _says(questions_left.not_answered),
    "known": _does(questions_left.NameQuestion),
    "left:NUMBER:show": _does(questions_left.NameQuestion),
    "left:NUMBER:name:CODE": _does(questions_left.NameQuestion),
    "left:NUMBER:name:CODE:SEAL": _does(questions_left.NameQuestion),
    "misses": _does(ShowMisses),
    "miss:GROUP:DEED": _does(_deed),
    "miss:GROUP:name:CODE": _does(partial(OnMiss, what="name")),
    "miss:GROUP:name:CODE:SEAL": _does(partial(OnMiss, what="name")),
    "miss:GROUP:outside:PAGE": _does(partial(OnMiss, what="outside")),
    "miss:GROUP:office:PAGE": _does(partial(OnMiss, what="office")),
    "dossiers": _does(ShowDossiers),
    "notices": _does(GiveNotice),
    "notices WORDS": _does(GiveNotice),
    "unnotice:KEY:NUMBER": _does(DropNotice),
    "figures:UNIT:PERIOD": _does(ShowFigures),
    "periods:UNIT": _does(ChoosePeriod),
    "units:PAGE:PERIOD": _does(ChooseUnit),
    "get:KIND:UNIT:PERIOD": _does(GiveDocument),
    "catalog:TOKEN:yes": _does(partial(OnFile, what="yes")),
    "catalog:TOKEN:no": _does(partial(OnFile, what="no")),
    "bulletins": _does(ShowBulletins),
    "hear:BULLETIN": _does(partial(SetBulletin, on=True)),
    "mute:BULLETIN": _does(partial(SetBulletin, on=False)),
    "leave": _says(bulletins.ask_leaving),
    bulletins.LEAVE: _says(bulletins.leave),
    bulletins.STAY: _says(bulletins.stay),
}
ACTIONS = {**IN_A_SURVEY, **ELSEWHERE}


def act(heard: Heard, identifier: str) -> Turn | None:
    """Return the turn of an id; None if the id is unknown. A turn without a kind gets that of the action."""
    template, carried = _found(identifier)
    turn = ACTIONS[template](heard, **carried) if template else None
    return turn and (turn if turn.about.outcome else replace(turn, about=About(_HEAD.split(template, 1)[0])))


def goes_on(identifier: str) -> bool:
    """Tell whether an action leaves a running survey where it is (or ends it itself)."""
    return _found(identifier)[0] in IN_A_SURVEY


def _found(identifier: str) -> tuple[str, dict[str, Any]]:
    """Return the template of an id, with or without the words after a space, and its values; empty if none fits."""
    for name in (identifier, identifier.partition(" ")[0]):
        for template, pattern in _PATTERNS.get(_HEAD.split(name, 1)[0], {}).items():
            if match := pattern.fullmatch(name):
                return template, {k.lower(): int(v) if k in _NUMBERS else v for k, v in match.groupdict().items()}
    return "", {}


def _pattern(template: str) -> re.Pattern[str]:
    rest = "(?s:.*)" if " " in template else "[^: ]*"
    return re.compile(re.sub("[A-Z]+", lambda word: f"(?P<{word[0]}>{_SHAPES.get(word[0], rest)})", template))


_HEAD = re.compile("[: ]")
_PATTERNS: dict[str, dict[str, re.Pattern[str]]] = {}
for _template in ACTIONS:
    _PATTERNS.setdefault(_HEAD.split(_template, 1)[0], {})[_template] = _pattern(_template)
