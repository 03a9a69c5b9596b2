"""Models that a library makes ready on loading wait for their first use, and no others do."""

import sys
from types import ModuleType

import pytest
from pydantic import BaseModel

from bot.channels.waiting_models import made_when_used

PACKAGE = "sample_library"


def loaded(monkeypatch: pytest.MonkeyPatch, name: str) -> type[BaseModel]:
    """A model of a module whose field is of a kind that the module does not know by itself."""
    module = ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)
    source = "from pydantic import BaseModel\nclass Sample(BaseModel, defer_build=True):\n    kind: 'Kind'\n"
    exec(source, vars(module))  # noqa: S102 -- a library of our own
    model: type[BaseModel] = module.Sample
    return model


def test_a_model_waits_for_its_first_use_and_knows_then_what_it_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it had been made ready by the library."""
    model = loaded(monkeypatch, f"{PACKAGE}.types")
    with made_when_used(PACKAGE):
        model.model_rebuild(_types_namespace={"Kind": int})
    assert not model.__pydantic_complete__
    assert model.model_validate({"kind": "7"}).model_dump() == {"kind": 7}
    assert model.__pydantic_complete__


def test_models_of_others_and_later_ones_are_made_ready_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that is not named is left alone, and all are once the named one is loaded."""
    other, later = loaded(monkeypatch, "other_library"), loaded(monkeypatch, f"{PACKAGE}.later")
    before = BaseModel.__dict__["model_rebuild"]
    with made_when_used(PACKAGE):
        other.model_rebuild(_types_namespace={"Kind": int})
    later.model_rebuild(_types_namespace={"Kind": int})
    assert other.__pydantic_complete__
    assert later.__pydantic_complete__
    assert BaseModel.__dict__["model_rebuild"] is before
