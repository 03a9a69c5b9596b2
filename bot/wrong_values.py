"""Errors in settings and options, in Vietnamese; pydantic, which reads the values, reports them in English."""

from collections.abc import Mapping
from typing import Any

# https://docs.pydantic.dev/latest/errors/validation_errors/
_SENTENCES = {
    "int_parsing": "cần một số nguyên",
    "int_parsing_size": "số quá lớn",
    "int_from_float": "cần một số nguyên",
    "bool_parsing": "cần true hoặc false",
    "greater_than_equal": "ít nhất là {ge}",
    "less_than_equal": "nhiều nhất là {le}",
    "literal_error": "chỉ nhận {expected}",
    "value_error": "{error}",
}


def sentence(mistake: Mapping[str, Any]) -> str:
    """Return the sentence for one of `ValidationError.errors()`."""
    known = _SENTENCES.get(mistake["type"], "giá trị không dùng được")
    return known.format(**mistake.get("ctx", {})).replace(" or ", " hoặc ")
