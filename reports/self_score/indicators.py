"""The indicators that grade how procedures are settled: their list, the grade bands, and the sums of a sheet."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

SCHEME_FILE = "xep-loai.toml"
COLUMNS = ("number", "name", "most", "own", "appraised", "note")
_KEYS = frozenset(("source", "since", "points", "indicators", "band"))


class SchemeError(ValueError):
    """A file of indicators and bands that cannot be used; the message names the file and the reason."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The indicators, the most points that each can have, and the grade bands: lowest total and name.

    `source` names the text that lists the indicators. Bands go from the highest to the lowest, which begins at 0.
    """

    source: str
    since: date
    points: int
    indicators: tuple[str, ...]
    bands: tuple[tuple[int, str], ...]

    @property
    def most(self) -> int:
        """The highest possible total."""
        return self.points * len(self.indicators)

    def grade(self, total: int) -> str:
        """Return the grade of a total; the lowest total of a band belongs to the band."""
        return next(name for least, name in self.bands if total >= least)


@dataclass(frozen=True, slots=True)
class Line:
    """What a unit filled in for one indicator; None for an empty cell."""

    own: int | None = None
    appraised: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """The total of a column with its grade; `grade` is empty while the indicators `lacking` are not filled in."""

    total: int
    lacking: tuple[int, ...]
    grade: str


def add_up(scheme: Scheme, filled: Sequence[int | None]) -> Sum:
    """Return the sum of the points of all indicators, with its grade."""
    lacking = tuple(number for number, points in enumerate(filled, 1) if points is None)
    total = sum(points for points in filled if points is not None)
    return Sum(total, lacking, "" if lacking else scheme.grade(total))


def load(data_dir: Path) -> Scheme:
    """Return the unit's own scheme if it has one, else the shipped one; SchemeError if that cannot be used."""
    path = data_dir / SCHEME_FILE
    if not path.exists():
        return parse(files(__package__).joinpath("indicators_2018.toml").read_text("utf-8"), "indicators_2018.toml")
    try:
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SchemeError(f"{path}: không đọc được ({error}); lưu lại tệp dạng UTF-8") from error
    return parse(source, str(path))


def parse(source: str, name: str) -> Scheme:
    """Read a scheme from TOML text; `name` is used in errors."""
    try:
        tree = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SchemeError(f"{name}: không phải TOML đúng cách: {error}") from error
    try:
        return _scheme(tree)
    except KeyError as error:
        raise SchemeError(f"{name}: thiếu {error.args[0]!r}") from error
    except (TypeError, ValueError) as error:
        raise SchemeError(f"{name}: {error}") from error


def _scheme(tree: Mapping[str, Any]) -> Scheme:
    if others := sorted(tree.keys() - _KEYS):
        raise ValueError(f"không có mục {others[0]!r}; có: {', '.join(sorted(_KEYS))}")
    if not isinstance(tree["since"], date):
        raise TypeError("since phải là một ngày, ví dụ 2019-01-06")
    scheme = Scheme(
        source=_text(tree["source"], "source"),
        since=tree["since"],
        points=_count(tree["points"], "points", 1),
        indicators=tuple(_text(name, "indicators") for name in tree["indicators"]),
        bands=tuple((_count(band["least"], "least", 0), _text(band["name"], "name")) for band in tree["band"]),
    )
    least = [band[0] for band in scheme.bands]
    if not scheme.indicators or not least:
        raise ValueError("cần ít nhất một chỉ số và một khung [[band]]")
    if least[-1] != 0 or any(after >= before for before, after in pairwise(least)):
        raise ValueError("các khung phải xếp từ cao xuống thấp, khung cuối có least = 0")
    if least[0] > scheme.most:
        raise ValueError(f"khung {scheme.bands[0][1]!r} từ {least[0]} điểm, nhưng tổng cao nhất là {scheme.most}")
    return scheme


def _text(value: object, key: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{key} phải là chữ, không phải {value!r}")
    return " ".join(value.split())


def _count(value: object, key: str, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise TypeError(f"{key} phải là số nguyên từ {least} trở lên, không phải {value!r}")
    return value
