"""Answers in the language of the question, if it clearly differs from the chat's."""

from dataclasses import replace

import locales
from catalog.english import is_english, is_vietnamese, names_matter
from catalog.text import fold
from handlers.messages import Incoming
from handlers.phrases import PHRASES, language_asked
from handlers.session import Session

ENGLISH = "en"
# Vietnamese messages may hold fewer English words: "thank you". Two words may name a matter; one is a loan word.
LEAST_WORDS, NAMING_WORDS = 3, 2


def in_its_language(session: Session, incoming: Incoming) -> Session:
    """Return the session in English for a question in English, and in its former language for the next Vietnamese one.

    A language that was chosen by its button or name stays, whatever is typed; a running survey keeps its own.
    """
    text = incoming.text
    phrase = fold(text)
    named = text.startswith("/") or phrase in PHRASES or language_asked(phrase) != ""
    if incoming.kind not in ("text", "edited") or session.survey or named:
        return session
    if session.spoken_before:
        back = replace(session, language=session.spoken_before, spoken_before="")
        return back if is_vietnamese(text) else session
    heard = session.language == locales.DEFAULT and ENGLISH in locales.installed()
    said = len(text.split())
    if heard and is_english(text) and (said >= LEAST_WORDS or (said == NAMING_WORDS and names_matter(text))):
        return replace(session, language=ENGLISH, spoken_before=session.language)
    return session
