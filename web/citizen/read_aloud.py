"""What the read-aloud button of a question speaks, or the recordings that it plays instead."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web as http

from surveys.questionnaire import MAIN_LANGUAGE, Question, Questionnaire, words_in
from web.recordings import NOTICE, TYPES, Recordings
from web.site import SITE

CACHE = "public, max-age=3600"


@dataclass(frozen=True, slots=True)
class Spoken:
    """One question aloud: the language of its words, the words, and recordings to be played one after another."""

    language: str
    words: str
    recordings: str


def aloud(
    form: Questionnaire,
    question: Question,
    language: str,
    recordings: Recordings,
    before: Sequence[str] = (),
    *,
    noticed: bool = False,
) -> Spoken:
    """Return a question with its options as it is read aloud; `before` is spoken first.

    `noticed`: the notice is part of `before`, and its recording is played before the question's.
    """
    options = [f"{option.value} {words_in(option.label, language)}" for option in question.options]
    if question.kind != "scale":
        options = [words_in(option.label, language) for option in question.options]
    sentences = [*before, words_in(question.text, language), *options]
    recorded = recordings.address(form.code, form.version, language, question.id)
    notice = recordings.address(form.code, form.version, language, NOTICE) if noticed and recorded else ""
    return Spoken(
        language=language if question.text.get(language) else MAIN_LANGUAGE,
        words="\n".join(sentence for sentence in sentences if sentence),
        recordings=" ".join(address for address in (notice, recorded) if address),
    )


async def play(request: http.Request) -> http.StreamResponse:
    """GET /audio/{form}/{language}/{name}: one of the listed recordings."""
    form, language, name = (request.match_info[part] for part in ("form", "language", "name"))
    path = request.app[SITE].recordings.files.get(f"{form}/{language}/{name.rpartition('.')[0]}")
    if path is None or path.name != name or not path.is_file():
        raise http.HTTPNotFound
    return http.FileResponse(path, headers={"Cache-Control": CACHE, "Content-Type": TYPES[path.suffix]})
