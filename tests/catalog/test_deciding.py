"""The weights of the decisions, and how they are fitted."""

import tomllib

import numpy as np
import pytest

from benchmarks.fitting import WRITTEN, fit
from catalog.deciding import LEAVES, MOVES, NAMED, RIGHT, Model, deciding, outside_odds
from catalog.lexicon import lexicon


def test_every_feature_has_a_weight() -> None:
    """The data file and the named features belong together; a sure answer needs more than a likely one."""
    written = tomllib.loads(WRITTEN.read_text("utf-8"))
    for name, features in (("named", NAMED), ("right", RIGHT), ("leaves", LEAVES), ("moves", MOVES)):
        assert list(written[name]) == ["constant", *features]
    weights = deciding()
    assert 0 < weights.procedure < 1
    assert 0.5 < weights.likely < weights.sure < 1


def test_a_model_is_a_logistic_function() -> None:
    """Even odds at nought, and never out of range."""
    model = Model(0.0, [1.0, -2.0])
    assert model.probability([2.0, 1.0]) == 0.5
    assert model.probability([1e9, 0.0]) == pytest.approx(1.0)


def test_fitting_finds_the_weights_that_made_the_data() -> None:
    """Weights 2 and -1 and the constant 0.5 come back from data drawn by them."""
    chance = np.random.default_rng(7)
    features = chance.normal(size=(20_000, 2))
    odds = 0.5 + features @ np.array([2.0, -1.0])
    truth = (chance.random(20_000) < 1 / (1 + np.exp(-odds))).astype(np.float64)
    constant, weights = fit(features, truth, np.ones(20_000))
    assert [constant, *weights] == pytest.approx([0.5, 2.0, -1.0], abs=0.1)


def test_words_of_topics_speak_against_a_procedure() -> None:
    """By how often the lexicon's topics and its procedures have them."""
    odds = outside_odds(lexicon())
    assert odds["thoi tiet"] > 1
    assert odds["dang ky"] < -1
