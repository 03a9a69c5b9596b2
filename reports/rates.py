"""Rates and shares from counts of the five levels, and how they are printed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal, TypeVar

Key = TypeVar("Key")

Rule = Literal["top2", "top3", "three"]
LEVELS = (1, 2, 3, 4, 5)
RULES: Mapping[str, frozenset[int]] = {
    "top2": frozenset({4, 5}),
    "top3": frozenset({3, 4, 5}),
    "three": frozenset({3, 4, 5}),
}
DEFAULT_RULE: Rule = "top2"
# The rule "three" has three levels, the best first; its rate counts the first two.
THREE: Mapping[str, tuple[int, ...]] = {"very_satisfied": (5,), "satisfied": (3, 4), "dissatisfied": (1, 2)}
SAMPLE_ERROR = Fraction(5, 100)
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Rate:
    """A satisfaction rate in percent with its 95% interval, from `answers` answers; 2 decimals."""

    answers: int
    percent: Decimal
    low: Decimal
    high: Decimal


def rate(levels: Mapping[int, int], rule: str = DEFAULT_RULE) -> Rate | None:
    """Return the share of satisfied answers by a named rule; None if there are no answers.

    `levels` maps level (1 to 5) to its number of answers. `top2` counts levels 4 and 5 as
    satisfied, `top3` levels 3 to 5 ("không có không hài lòng"), `three` "hài lòng" (3 and 4) and "rất hài lòng" (5)
    of its three levels. Missing answers are left out.
    """
    total = sum(levels.get(level, 0) for level in LEVELS)
    if total == 0:
        return None
    satisfied = sum(levels.get(level, 0) for level in RULES[rule])
    low, high = wilson(satisfied, total)
    return Rate(total, _percent(Fraction(satisfied, total)), _percent(low), _percent(high))


@dataclass(frozen=True, slots=True)
class Change:
    """By how many percentage points a rate moved (the difference of the printed rates), with its 95% interval."""

    points: Decimal
    low: Decimal
    high: Decimal


def change(now: Mapping[int, int], before: Mapping[int, int], rule: str = DEFAULT_RULE) -> Change | None:
    """Return how a rate moved from one period to another; None if one of them has no answers.

    Newcombe, R. G. (1998), Interval estimation for the difference between independent proportions: comparison of
    eleven methods. Statistics in Medicine 17, 873-890; the hybrid score interval (method 10).
    """
    n1, n2 = sum(now.values()), sum(before.values())
    if not n1 or not n2:
        return None
    x1 = sum(now.get(level, 0) for level in RULES[rule])
    x2 = sum(before.get(level, 0) for level in RULES[rule])
    (low1, high1), (low2, high2) = wilson(x1, n1), wilson(x2, n2)
    moved = x1 / n1 - x2 / n2
    down = math.hypot(x1 / n1 - low1, high2 - x2 / n2)
    up = math.hypot(high1 - x1 / n1, x2 / n2 - low2)
    points = _percent(Fraction(x1, n1)) - _percent(Fraction(x2, n2))
    return Change(points, _percent(moved - down), _percent(moved + up))


def percent_of(part: int, whole: int) -> Decimal | None:
    """Return a part of a whole in percent with 2 decimals; None if the whole is 0."""
    return _percent(Fraction(part, whole)) if whole else None


def wilson(successes: int, total: int) -> tuple[float, float]:
    """Return the 95% Wilson score interval of a proportion, as fractions between 0 and 1.

    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference.
    JASA 22, 209-212.
    """
    if not 0 <= successes <= total or total == 0:
        raise ValueError(f"{successes} of {total} is no proportion")
    share = successes / total
    spread = Z95 * Z95 / total
    centre = (share + spread / 2) / (1 + spread)
    half = Z95 / (1 + spread) * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == total else min(1.0, centre + half)
    return low, high


def shares(levels: Mapping[int, int]) -> dict[int, Decimal]:
    """Return the share of each level in percent with 2 decimals, summing to exactly 100.00 (or all 0).

    Largest remainder (Hamilton): round all down to 0.01, then give the missing hundredths to the
    greatest remainders; ties go to the greater count, then to the higher level.
    """
    best_first = _hamilton({level: levels.get(level, 0) for level in reversed(LEVELS)})
    return {level: best_first[level] for level in LEVELS}


def three_shares(levels: Mapping[int, int]) -> dict[str, Decimal]:
    """Return the shares of the three levels of the rule `three`, best first, computed as in `shares`."""
    return _hamilton({name: sum(levels.get(level, 0) for level in together) for name, together in THREE.items()})


def _hamilton(counts: Mapping[Key, int]) -> dict[Key, Decimal]:
    total = sum(counts.values())
    if total == 0:
        return {key: Decimal("0.00") for key in counts}
    exact = {key: count * 10_000 for key, count in counts.items()}
    hundredths = {key: value // total for key, value in exact.items()}
    # The sort is stable: of equal counts, the one listed first comes first.
    order = sorted(counts, key=lambda key: (-(exact[key] % total), -counts[key]))
    for key in order[: 10_000 - sum(hundredths.values())]:
        hundredths[key] += 1
    return {key: Decimal(value).scaleb(-2) for key, value in hundredths.items()}


def of_target(percent: Decimal, target: int) -> int | None:
    """Return how much of a target a rate reaches, in whole percent ("đạt 111% chỉ tiêu"); None without a target.

    Half a percent is rounded up: 100 of 90 is 111, 98.23 of 90 is 109, 80 of 60 is 133.
    """
    return int((percent * 100 / target).quantize(Decimal(1), ROUND_HALF_UP)) if target else None


def wanted_sample(population: int) -> int:
    """Return how many forms the Ministry of Home Affairs' guidance wants for a number of dossiers.

    n = N / (1 + N·e²) with e = 5%, rounded to the nearest: 318 of 1553, 168 of 289.
    """
    wanted = population / (1 + population * SAMPLE_ERROR**2)
    return int((Decimal(wanted.numerator) / Decimal(wanted.denominator)).quantize(Decimal(1), ROUND_HALF_UP))


def differs(now: Mapping[int, int], before: Mapping[int, int], rule: str = DEFAULT_RULE) -> int:
    """Compare two rates: 1 if the first is higher beyond chance, -1 if lower, 0 if that is uncertain.

    Two-sided at 5%: the two-proportion z test with pooled variance if each of the four cells is expected to have at
    least 5 answers, else Fisher's exact test, as with rates near 100%.
    """
    n1, n2 = sum(now.values()), sum(before.values())
    if not n1 or not n2:
        return 0
    x1 = sum(now.get(level, 0) for level in RULES[rule])
    x2 = sum(before.get(level, 0) for level in RULES[rule])
    pooled = (x1 + x2) / (n1 + n2)
    higher = (x1 * n2 > x2 * n1) - (x1 * n2 < x2 * n1)
    if min(n1, n2) * min(pooled, 1 - pooled) < 5:
        rare = (x1, x2) if pooled < 0.5 else (n1 - x1, n2 - x2)
        return higher if fisher(rare[0], n1, rare[1], n2) < 0.05 else 0
    z = (x1 / n1 - x2 / n2) / math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return higher if abs(z) > Z95 else 0


def fisher(few1: int, n1: int, few2: int, n2: int) -> float:
    """Return the two-sided p value of Fisher's exact test for `few1` of `n1` against `few2` of `n2`.

    Fisher, R. A. (1922), On the interpretation of chi-squared from contingency tables, and the calculation of P.
    JRSS 85, 87-94. Tables no more likely than the observed one count; hypergeometric weights as integers.
    """
    few = few1 + few2
    weights = {k: math.comb(n1, k) * math.comb(n2, few - k) for k in range(max(0, few - n2), min(few, n1) + 1)}
    seen = weights[few1]
    return sum(weight for weight in weights.values() if weight <= seen) / sum(weights.values())


def number(value: Decimal | int) -> str:
    """Write a number as Vietnam does: thousands with a dot, decimals with a comma."""
    return f"{value:,}".translate(str.maketrans(",.", ".,"))


def percent(value: Decimal) -> str:
    """Write a rate: two decimals with a comma, whole numbers bare ("98,23", "100")."""
    return number(value.to_integral_value() if value == value.to_integral_value() else value)


def signed(value: Decimal) -> str:
    """Write a change: "+3,25", "−0,5", "0"."""
    plain = percent(abs(value))
    return plain if not value else f"{'+' if value > 0 else '−'}{plain}"


def ratio(part: int, whole: int) -> str:
    """Write a part of a whole in percent: 15 of 25 is "60%", 5 of 8 "62,5%", 1551 of 1553 "99,87%"; "" of nothing."""
    found = percent_of(part, whole)
    return "" if found is None else f"{number(found.normalize() if found % 1 else found.to_integral_value())}%"


def padded(count: int) -> str:
    """Write a number as it stands in a sentence of an official text: "02 hồ sơ", "177 hồ sơ", "1.553 hồ sơ", "0"."""
    return f"{count:02d}" if 0 < count < 10 else number(count)


def _percent(value: Fraction | float) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(value)
    return (exact * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
