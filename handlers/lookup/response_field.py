"""Which field (lĩnh vực) a form is about, as far as its answers say."""

from dataclasses import replace

from catalog.catalogs import Catalog
from catalog.text import fold
from handlers.world import World
from surveys.questionnaire import MAIN_LANGUAGE, Question, words_in
from surveys.responses import Response

# "Lĩnh vực/thủ tục hành chính đã giải quyết" of the ward's form; a unit's own form may ask it too.
QUESTION = "field"


def with_field(world: World, response: Response) -> Response:
    """Return a response with the field that its answers name, or with none."""
    form = world.form(response.form, response.version)
    question = form.questions.get(QUESTION) if form else None
    if question is None:
        return response
    answer = response.answers.get(QUESTION)
    return replace(response, field=_named(world, response.unit, question, answer) if isinstance(answer, str) else "")


def _named(world: World, unit: str, question: Question, answer: str) -> str:
    """Return the label of the chosen option; or the field that a text names, directly or by one clear procedure."""
    if question.kind == "single":
        return next((words_in(o.label, MAIN_LANGUAGE) for o in question.options if o.value == answer), "")
    return _field_in(world.catalog(unit), answer) if question.kind == "text" else ""


def _field_in(catalog: Catalog, text: str) -> str:
    said = fold(text)
    if field := next((field for field in catalog.fields if fold(field) == said), ""):
        return field
    found = catalog.index.search(text)
    return catalog.outline(found.hits[0].code).field if found.sure else ""
