"""A survey in chat: notice and consent, one question at a time, thanks; every answer is stored at once."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import locales
from catalog.text import fold
from handlers.counters import find_counter, no_counter
from handlers.heard import Heard
from handlers.messages import Button, Reply, Text
from handlers.rating import contact
from handlers.rating.unfinished_forms import is_lost, wording_on
from handlers.session import Running, Session
from handlers.talk import home_buttons, privately
from handlers.talk import stop as silent
from handlers.turn import DropResponse, GiveUp, KeepResponse, Turn, Withdraw, reply
from handlers.wording import button, buttons, plain, say
from handlers.world import World
from surveys.answers import Answer, Problem, accept, applies, kept, next_question
from surveys.questionnaire import Question, Questionnaire, words_in
from surveys.responses import Origin, Response, half_of
from surveys.signs import is_hasty

_LISTED = re.compile(r"[,;/]| và ")


def choose_counter(world: World, session: Session) -> Turn:
    """Ask which counter to rate, or say that the unit has none."""
    counters = world.counters_of(world.unit(session.unit).code)
    if not counters:
        return reply(session, say(session.language, "survey.no_counter"), home_buttons(session.language))
    offered = tuple(Button(f"counter:{counter.code}", counter.name) for counter in counters)
    return reply(session, say(session.language, "survey.counter"), offered)


def begin(heard: Heard, code: str, *, assisted: bool = False) -> Turn:
    """Open the survey of a counter with its notice; nothing is asked before the person agrees.

    A survey that was started today is continued.
    """
    world, session, incoming, today = heard.world, heard.session, heard.incoming, heard.now.date().isoformat()
    counter = find_counter(world, code)
    code = counter.code if counter else code
    current = session.survey if session.survey and session.survey.agreed and _form(world, session) else None
    if current and (current.counter, current.slip, current.day, current.assisted) == (code, "", today, assisted):
        return again(world, session, say(session.language, "survey.resumed"))
    form = world.form(counter.form) if counter else None
    if incoming.shared and not incoming.sender:
        return reply(session, say(session.language, "survey.anonymous"))
    if incoming.shared and form and any(q.kind == "text" and q.required for q in form.questions.values()):
        return privately(world, session)
    if counter is None or form is None:
        return reply(session, Text.of(no_counter(world, code, session.language)), home_buttons(session.language))
    running = Running(
        response=incoming.nonce,
        source=incoming.channel,
        unit=counter.unit,
        counter=counter.code,
        form=form.code,
        version=form.version,
        assisted=assisted,
        day=today,
        shared=incoming.shared,
        passed=_in_words_only(form) if incoming.shared else (),
    )
    turn = _notice(world, form, replace(session, unit=counter.unit, survey=running, topic="", greeted=True))
    return _instead(turn, session.survey.response) if session.survey and not _form(world, session) else turn


def begin_on_slip(heard: Heard, code: str = "") -> Turn:
    """Open the survey of a slip; one that was started before, here or in another channel, goes on where it was left."""
    world, session, incoming, today = heard.world, heard.session, heard.incoming, heard.now.date()
    opened = incoming.opened
    if opened is None:
        return reply(session, say(session.language, "survey.refused.unknown"), home_buttons(session.language))
    if refusal := opened.refusal(today):
        return reply(session, say(session.language, f"survey.refused.{refusal}"), home_buttons(session.language))
    if opened.unfinished and is_lost(world, opened.unfinished):
        anew = begin_on_slip(replace(heard, incoming=replace(incoming, opened=replace(opened, unfinished=None))))
        return _instead(anew, opened.unfinished.id)
    form = wording_on(world, opened)
    if form is None:
        return reply(session, say(session.language, "survey.no_form"), home_buttons(session.language))
    if session.survey and session.survey.agreed and session.survey.slip == opened.slip.code:
        return again(world, session, say(session.language, "survey.resumed"))
    running = Running(
        response=opened.unfinished.id if opened.unfinished else incoming.nonce,
        source=incoming.channel,
        unit=opened.round.unit,
        counter=opened.round.counter,
        form=form.code,
        version=form.version,
        answers=opened.unfinished.answers if opened.unfinished else {},
        slip=opened.slip.code,
        begun_before=opened.unfinished is not None,
        round=opened.round.name,
        occasion=opened.slip.occasion,
        day=today.isoformat(),
    )
    return _notice(world, form, replace(session, unit=running.unit, survey=running, topic="", greeted=True))


def _in_words_only(form: Questionnaire) -> tuple[str, ...]:
    """Return the open questions, which are not asked in groups: the answer may name somebody."""
    return tuple(question.id for question in form.questions.values() if question.kind == "text")


def withdraw(world: World, session: Session, response: str = "") -> Turn:
    """Take back a form: the running one, or one that was sent this week."""
    if session.survey:
        return stop(world, session)
    return Turn(session, effects=(Withdraw(response),))


def _notice(world: World, form: Questionnaire, session: Session) -> Turn:
    running = _running(session)
    counter = world.counter(running.counter)
    place = counter.name if counter else running.counter
    key = "survey.notice" if place else "survey.slip_notice"
    text = Text.lines(
        (
            say(session.language, key, counter=place, unit=world.unit(running.unit).name),
            words_in(form.notice, session.language),
        ),
        between="\n\n",
    )
    offered = buttons(
        session.language,
        (f"s:{running.key}:agree", "survey.agree"),
        (f"s:{running.key}:decline", "survey.decline"),
        ("kept", "privacy.button"),
    )
    return reply(session, text, offered)


def tapped(heard: Heard, key: str, given: str) -> Turn:
    """Handle a survey button: `given` is agree, decline, send, skip:QUESTION, done:QUESTION or QUESTION:VALUE."""
    session, now = heard.session, heard.now
    running, form = session.survey, _form(heard.world, session)
    if running is None or running.key != key:
        return _of_another(heard)
    if form is None:
        return _closed(session)
    match given.split(":"):
        case ["decline"]:
            return _leave(session, "survey.declined")
        case ["agree"]:
            agreed = replace(running, agreed=True, asked_at=running.asked_at or now.timestamp())
            return _go_on(form, replace(session, survey=agreed), now)
        case _ if not running.agreed:
            return _notice(heard.world, form, session)
        case ["send"]:
            optional = tuple(question.id for question in form.questions.values() if not question.required)
            return _go_on(form, replace(session, survey=replace(running, passed=optional)), now)
        case ["skip", question] if question in form.questions and not form.questions[question].required:
            passed = (*running.passed, question)
            return _go_on(form, replace(session, survey=replace(running, passed=passed)), now)
        case ["done", question] if question in form.questions:
            return _answered(form, session, form.questions[question], running.chosen, now)
        case [question, value] if question in form.questions and applies(form.questions[question], running.answers):
            return _picked(form, session, form.questions[question], value, now)
    return _ask_again(form, session)


def typed(heard: Heard) -> Turn:
    """Take a typed text as the answer to the open question; None of the offered buttons was meant."""
    session, text, now = heard.session, heard.text, heard.now
    running, form = session.survey, _form(heard.world, session)
    if running is None or form is None:
        return _closed(session)
    if not running.agreed:
        return _notice(heard.world, form, session)
    question = next_question(form, running.answers, running.passed)
    skipping = fold(text) in {fold(plain(language, "survey.skip")) for language in locales.installed()}
    if question and question.kind == "multiple" and not skipping:
        return _in_words(form, session, question, text, now)
    if question is None or question.kind != "text" or skipping:
        return _ask_again(form, session)
    return _answered(form, session, question, (text,), now)


def _in_words(form: Questionnaire, session: Session, question: Question, text: str, now: datetime) -> Turn:
    """Take words typed instead of options: as the options they name, or else as the comment that is asked for later."""
    running = _running(session)
    named = {fold(words_in(option.label, session.language)): option.value for option in question.options}
    said = [fold(part) for part in _LISTED.split(text) if part.strip()]
    if said and all(part in named for part in said):
        return _answered(form, session, question, [named[part] for part in dict.fromkeys(said)], now)
    free = [other for other in form.questions.values() if other.kind == "text" and other.id not in running.answers]
    if question.required or not free or running.shared:
        return _ask_again(form, session)
    passed = replace(session, survey=replace(running, passed=(*running.passed, question.id), chosen=()))
    turn = _answered(form, passed, free[0], (text,), now)
    return turn.saying_first(say(session.language, "survey.comment_kept"))


def stop(world: World, session: Session) -> Turn:
    """End a running survey and drop its answers; without one, only stop talking (`talk.stop`)."""
    return _leave(session, "survey.stopped") if session.survey else silent(world, session)


def wants_text(world: World, session: Session) -> bool:
    """Tell whether the open question of the running survey is one to be answered in words."""
    running, form = session.survey, _form(world, session)
    question = next_question(form, running.answers, running.passed) if running and form else None
    return question is not None and question.kind == "text"


def again(world: World, session: Session, said: Text) -> Turn:
    """Say something in the middle of a survey, and repeat the open question (or the notice)."""
    running, form = session.survey, _form(world, session)
    if running is None or form is None:
        return _closed(session)
    question = next_question(form, running.answers, running.passed)
    asking = running.agreed and question is not None
    turn = _asking(form, session, question) if asking and question else _notice(world, form, session)
    asked = turn.replies[0]
    return reply(turn.session, Text.lines((said, asked.text), between="\n\n"), asked.buttons)


def aside(world: World, session: Session, said: Text, offered: tuple[Button, ...]) -> Turn:
    """Say something unrelated to a survey; a running one goes on, else the buttons are shown."""
    return again(world, session, said) if session.survey else reply(session, said, offered)


def _instead(turn: Turn, lost: str) -> Turn:
    """Start a survey again in place of one whose wording is lost, and say so."""
    restarted = turn.saying_first(say(turn.session.language, "survey.lost"))
    return replace(restarted, effects=(*turn.effects, GiveUp(lost)))


def _closed(session: Session) -> Turn:
    """Say that the survey of a message is over, or that its wording is lost and it can be started again."""
    running = session.survey
    if running is None:
        return _over(session)
    session = replace(session, survey=None)
    anew = buttons(session.language, (f"counter:{running.counter}", "survey.anew")) if not running.slip else ()
    return reply(
        session,
        say(session.language, "survey.lost_slip" if running.slip else "survey.lost"),
        (*anew, *home_buttons(session.language)),
        (GiveUp(running.response),),
    )


def _of_another(heard: Heard) -> Turn:
    """Answer a tap on a survey that is over, or that somebody else in the group opened."""
    language, shared = heard.session.language, heard.incoming.shared
    offered = buttons(language, ("rate", "button.rate")) if shared else home_buttons(language)
    said = say(language, "survey.of_another" if shared else "survey.closed")
    return aside(heard.world, heard.session, said, offered)


def _over(session: Session) -> Turn:
    said = say(session.language, "survey.closed")
    return reply(replace(session, survey=None), said, home_buttons(session.language))


def _leave(session: Session, key: str) -> Turn:
    effects = (DropResponse(session.survey.to_drop),) if session.survey and session.survey.to_drop else ()
    session = replace(session, survey=None)
    return reply(session, say(session.language, key), home_buttons(session.language), effects)


def _running(session: Session) -> Running:
    if session.survey is None:
        raise ValueError("no survey is running in this session")
    return session.survey


def _form(world: World, session: Session) -> Questionnaire | None:
    running = session.survey
    return world.form(running.form, running.version) if running else None


def _picked(form: Questionnaire, session: Session, question: Question, value: str, now: datetime) -> Turn:
    """Take a tap on an option. In a multiple choice the tap switches the option, and "done" sends the chosen ones."""
    running = _running(session)
    if question.kind != "multiple":
        return _answered(form, session, question, (value,), now)
    known = [option.value for option in question.options]
    if value not in known:
        return _ask_again(form, session)
    chosen = tuple(v for v in known if (v in running.chosen) != (v == value))
    session = replace(session, survey=replace(running, chosen=chosen))
    labels = [words_in(o.label, session.language) for o in question.options if o.value in chosen]
    key = "survey.chosen" if chosen else "survey.unchosen"
    return reply(session, say(session.language, key, labels=", ".join(labels)), _choices(session, question))


def _answered(form: Questionnaire, session: Session, question: Question, given: Sequence[str], now: datetime) -> Turn:
    running = _running(session)
    answer = accept(question, given)
    if isinstance(answer, Problem):
        problem = say(session.language, f"survey.problem.{answer.key}", limit=answer.limit)
        return reply(session, problem, _choices(session, question))
    again = question.id in running.answers
    if answer is None:
        updated = replace(running, passed=(*running.passed, question.id), chosen=())
        return _go_on(form, replace(session, survey=updated), now)
    answers: dict[str, Answer] = kept(form, {**running.answers, question.id: answer})
    session = replace(session, survey=replace(running, answers=answers, chosen=()))
    return _go_on(form, session, now, changed=True, corrected=again)


def _go_on(
    form: Questionnaire, session: Session, now: datetime, *, changed: bool = False, corrected: bool = False
) -> Turn:
    """Store the changes, and ask the next question or say thanks."""
    running = _running(session)
    question = next_question(form, running.answers, running.passed)
    effects: tuple[KeepResponse, ...] = ()
    response = _response(form, session, now, complete=question is None)
    if running.answers and (changed or question is None):
        effects = (KeepResponse(response, running.slip),)
    if question is None and not running.answers:
        return _leave(session, "survey.nothing")
    if question is None:
        session = replace(session, survey=None)
        thanks = Text.of(words_in(form.thanks, session.language))
        thanked = reply(session, thanks, buttons(session.language, ("ask", "button.ask")), effects)
        return thanked if running.shared else contact.asked(form, response, thanked)
    turn = _asking(form, session, question)
    if corrected:
        first = turn.replies[0]
        text = Text.lines((say(session.language, "survey.changed"), first.text), between="\n\n")
        turn = replace(turn, replies=(Reply(text, first.buttons),))
    return replace(turn, effects=effects)


def _ask_again(form: Questionnaire, session: Session) -> Turn:
    running = _running(session)
    question = next_question(form, running.answers, running.passed)
    if question is None:
        return _over(session)
    kind = "required" if question.kind == "text" else question.kind
    return reply(session, say(session.language, f"survey.problem.{kind}"), _choices(session, question))


def _asking(form: Questionnaire, session: Session, question: Question) -> Turn:
    page = next(page for page in form.pages if question in page.questions)
    title = words_in(page.title, session.language)
    asked = [other.id for other in page.questions if applies(other, _running(session).answers)]
    first_of_page = question.id == asked[0]
    heading = say(session.language, "survey.section", title=title) if title and first_of_page else ""
    fewer = question.kind == "multiple" and question.limit < len(question.options)
    most = say(session.language, "survey.at_most", limit=question.limit) if fewer else ""
    text = Text.lines((heading, words_in(question.text, session.language), most), between="\n\n")
    return reply(session, text, _choices(session, question))


def _choices(session: Session, question: Question) -> tuple[Button, ...]:
    key = _running(session).key
    offered = [
        Button(
            f"s:{key}:{question.id}:{option.value}",
            f"{option.value} {words_in(option.label, session.language)}"
            if question.kind == "scale"
            else words_in(option.label, session.language),
            option.face,
        )
        for option in question.options
    ]
    if question.kind == "multiple":
        offered.append(button(session.language, f"s:{key}:done:{question.id}", "survey.done"))
    if not question.required:
        offered.append(button(session.language, f"s:{key}:skip:{question.id}", "survey.skip"))
    if not question.required and question.kind == "scale":
        offered.append(button(session.language, f"s:{key}:send", "survey.send_now"))
    return tuple(offered)


def _response(form: Questionnaire, session: Session, now: datetime, *, complete: bool) -> Response:
    running = _running(session)
    return Response.to(
        form,
        Origin(running.unit, running.counter, running.round, running.occasion),
        running.response,
        running.source,
        now.date(),
        answers=running.answers,
        complete=complete,
        assisted=running.assisted,
        hasty=is_hasty(datetime.fromtimestamp(running.asked_at, UTC), now),
        half=half_of(now),
    )
