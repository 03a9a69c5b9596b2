"""Which rule takes a message: the first of RULES that answers, read from top to bottom.

A rule looks at the message and returns a turn, or None to pass it to the rules below. A new rule is a function, here or
in the module of its subject, and a line in RULES; buttons and commands go into handlers/actions.py.
"""

import re
from collections.abc import Callable

from handlers import talk
from handlers.actions import act, goes_on
from handlers.gate import limit_reply
from handlers.heard import Heard
from handlers.lookup import asking, outside
from handlers.messages import Button
from handlers.phrases import AT_THE_NOTICE
from handlers.rating import contact, survey
from handlers.rating.counter_words import named_counter
from handlers.staff import case_words, petitions, questions_left
from handlers.staff.catalog import sent
from handlers.turn import Turn, reply
from handlers.wording import say
from surveys import slips

LONGEST_QUESTION = 1500
_NUMBER = re.compile(r"[0-9]{1,3}")
_CONSENT = {"agree": "yes", "decline": "no"}


def beyond_a_limit(heard: Heard) -> Turn | None:
    """Answer a message beyond a limit by naming the limit, and nothing else."""
    limit = heard.incoming.limit
    return Turn(heard.session, (limit_reply(heard.world, heard.session, limit),)) if limit else None


def answer_refused(heard: Heard) -> Turn | None:
    """Say why an answer was not taken, and end the survey."""
    refusal = heard.incoming.refusal
    return _say_text(heard.out_of_survey(), f"survey.refused.{refusal}") if refusal else None


def unreadable(heard: Heard) -> Turn | None:
    """Say of a photo, a voice message and so on that only text can be read."""
    busy = heard.session.survey or case_words.awaited(heard.session)
    if heard.incoming.kind != "unreadable" and not (heard.incoming.file and busy):
        return None
    waits = None if heard.session.survey else case_words.awaited(heard.session)
    return case_words.written(heard.session, waits, "") if waits else _say_text(heard, "none.unreadable")


def sent_file(heard: Heard) -> Turn | None:
    """Take in a sent file: an admin's goes to the catalog."""
    return sent.sent(heard.session, heard.incoming.file) if heard.incoming.file else None


def many_abolished(heard: Heard) -> Turn | None:
    """Take the number of procedures that a file abolishes, which an admin types to confirm it."""
    return sent.typed(heard.session, heard.text)


def corrected_too_late(heard: Heard) -> Turn | None:
    """Ignore a text that was changed afterwards: it does not answer the next question."""
    waits = heard.session.survey or case_words.awaited(heard.session)
    return Turn(heard.session) if heard.incoming.kind == "edited" and waits else None


def chosen(heard: Heard) -> Turn | None:
    """Do the action of a button, a link, a command, or words for an offered button."""
    return act(heard if goes_on(heard.chosen) else heard.out_of_survey(), heard.chosen)


def unknown_command(heard: Heard) -> Turn | None:
    """Say that a command does not exist."""
    return _say_text(heard, "none.command") if heard.text.startswith("/") and heard.incoming.kind != "button" else None


def stale_button(heard: Heard) -> Turn | None:
    """Say that a button means nothing any more."""
    return _say_text(heard.out_of_survey(), "none.stale") if heard.chosen or heard.incoming.kind == "button" else None


def words_on_case(heard: Heard) -> Turn | None:
    """Take the officer's words on a case: to its citizen, on what was done, or who has it in hand."""
    waits = case_words.awaited(heard.session)
    taken = waits if heard.meant != "stop" else None
    return case_words.written(heard.session, taken, heard.text) if taken else None


def petition(heard: Heard) -> Turn | None:
    """Take a citizen's words for the register of petitions."""
    waits = petitions.is_awaited(heard.session) and not heard.session.survey and heard.meant != "stop"
    return petitions.written(heard.session, heard.text) if waits else None


def question_left(heard: Heard) -> Turn | None:
    """Take a citizen's question for a person, or an officer's answer to one, also as a reply to its notice."""
    free = not heard.session.survey and heard.meant != "stop"
    return questions_left.written(heard.session, heard.text, heard.incoming.quoted) if free else None


def consent_to_contact(heard: Heard) -> Turn | None:
    """Take the citizen's typed yes or no to the question whether staff may write back."""
    session, answer = heard.session, AT_THE_NOTICE.get(heard.phrase)
    asked = session.contact and contact.is_open(session)
    return contact.answered(session, session.contact[0][:8], _CONSENT[answer]) if asked and answer else None


def slip(heard: Heard) -> Turn | None:
    """Open the survey of a typed slip code; if words are asked for, a code that no slip has may be the answer."""
    meant = slips.looks_like(heard.text) and not survey.wants_text(heard.world, heard.session)
    return survey.begin_on_slip(heard) if heard.incoming.opened or meant else None


def counter(heard: Heard) -> Turn | None:
    """Begin a counter's survey on the words that its page tells people to write, unless words are asked for."""
    code = "" if survey.wants_text(heard.world, heard.session) else named_counter(heard.world, heard.text)
    return survey.begin(heard, code) if code and heard.incoming.kind == "text" else None


def yes_or_no_to_survey(heard: Heard) -> Turn | None:
    """Take a typed answer to the notice of a survey."""
    running, answer = heard.session.survey, AT_THE_NOTICE.get(heard.phrase)
    return survey.tapped(heard, running.key, answer) if running and not running.agreed and answer else None


def survey_answer(heard: Heard) -> Turn | None:
    """Take any other text while a survey runs, except a question about a procedure that comes instead of agreeing."""
    world, session, running = heard.world, heard.session, heard.session.survey
    if running is None or goes_on(heard.meant):
        return None
    in_words, topic = survey.wants_text(world, session), ""
    if not (running.agreed and in_words):
        found = world.catalog(session.unit).index.search(heard.text)
        if not running.agreed and found.decision != "none":
            return None
        topic = found.topic
    if heard.meant == "person":
        return survey.again(world, session, talk.person(world, session).replies[0].text)
    if topic in outside.urgent() and not in_words:
        return survey.again(world, session, outside.outside(world, session, topic).replies[0].text)
    return survey.typed(heard)


def phrase(heard: Heard) -> Turn | None:
    """Do the action of a short phrase, or of the name of a language."""
    return act(heard, heard.meant)


def empty(heard: Heard) -> Turn | None:
    """Answer a message without content."""
    return None if heard.text else _say_text(heard, "greeting.empty")


def no_such_number(heard: Heard) -> Turn | None:
    """Show the choices again after a number that is not among them."""
    if not _NUMBER.fullmatch(heard.text):
        return None
    language, offered = heard.session.language, tuple(Button(*pair) for pair in heard.session.offered)
    said = say(language, "none.number", number=heard.text)
    return reply(heard.session, said, offered or talk.home_buttons(language))


def too_long(heard: Heard) -> Turn | None:
    """Say that a message is too long to be a question."""
    is_long = len(heard.text) > LONGEST_QUESTION
    return reply(heard.session, say(heard.session.language, "greeting.too_long")) if is_long else None


def question(heard: Heard) -> Turn:
    """Ask the catalog about everything else."""
    return asking.ask(heard.world, heard.out_of_survey().session, heard.text)


RULES: tuple[Callable[[Heard], Turn | None], ...] = (
    beyond_a_limit,
    answer_refused,
    unreadable,
    sent_file,
    corrected_too_late,
    # Something that was offered, or named by its command.
    chosen,
    unknown_command,
    stale_button,
    # Words that somebody waits for.
    many_abolished,
    words_on_case,
    petition,
    question_left,
    consent_to_contact,
    slip,
    counter,
    yes_or_no_to_survey,
    survey_answer,
    # All other words.
    phrase,
    empty,
    no_such_number,
    too_long,
    question,
)


def _say_text(heard: Heard, key: str) -> Turn:
    """Say a text; then repeat the question of a running survey, or else offer what can be done from the start."""
    language = heard.session.language
    return survey.aside(heard.world, heard.session, say(language, key), talk.home_buttons(language))
