"""The statistics of the figures, each a plain function of counts."""

from __future__ import annotations

from math import sqrt

from mds.figures.table import Derived

Z95 = 1.959964
"""The normal quantile of 95 % limits."""

TO_LIMITS = 3.145
"""Median moving range → distance of the limits of an individuals chart from the median."""


def share(numerator: str, denominator: str) -> Derived:
    """Per cent, to one decimal."""
    return rate(numerator, denominator, 100)


def rate(numerator: str, denominator: str, per: int, digits: int = 1) -> Derived:
    """Numerator for so many of the denominator."""
    return Derived(lambda top, bottom: ratio(top, bottom, per, digits), (numerator, denominator), denominator)


def each(pounds: str, of: str) -> Derived:
    """Pounds for one of them, in whole pounds."""
    return Derived(lambda top, bottom: round(top / bottom) if bottom else None, (pounds, of), of)


def ratio(top: float, bottom: float, per: float = 1, digits: int = 3) -> float | None:
    """Top over bottom; nothing where the bottom is nought."""
    return round(per * float(top) / float(bottom), digits) if bottom else None


def byar_low(count: float) -> float:
    """The lower of Byar's 95 % limits of a count of independent events."""
    return count * (1 - 1 / (9 * count) - Z95 / (3 * sqrt(count))) ** 3 if count else 0.0


def byar_high(count: float) -> float:
    """The upper one."""
    more = count + 1
    return float(more * (1 - 1 / (9 * more) + Z95 / (3 * sqrt(more))) ** 3)


def byar(numerator: str, denominator: str, per: int = 1, digits: int = 3) -> dict[str, Derived]:
    """The two limits of a ratio whose denominator is exact, as columns `low` and `high`."""
    of = (numerator, denominator)
    return {
        "low": Derived(lambda count, bottom: ratio(byar_low(count), bottom, per, digits), of),
        "high": Derived(lambda count, bottom: ratio(byar_high(count), bottom, per, digits), of),
    }
