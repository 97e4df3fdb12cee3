"""What is printed of a count, and what is known of the count from it."""

from __future__ import annotations

from mds.figures.sharing import BASE, MOST_HIDDEN, rounded

HIDDEN = None
"""Of a cell that is starred, whether it is small itself or protects another."""

Printed = int | None
Interval = tuple[float, float]
NO_LIMIT = float("inf")


def is_protected(count: int) -> bool:
    """Whether nobody may come close to a count."""
    return 1 <= count <= MOST_HIDDEN


def printed(count: int, hidden: bool) -> Printed:
    """Rounded, national figures too; a nought that is not hidden is one."""
    return HIDDEN if hidden else int(rounded(count))


def meant(told: Printed) -> Interval:
    """The counts that may stand behind what is printed, by the rules of printing, which are no secret. What is not rounded is
    the count itself."""
    if told is HIDDEN:
        return (0.0, NO_LIMIT)
    if told % BASE or told <= MOST_HIDDEN:
        return (float(told), float(told))
    half = (BASE - 1) // 2
    return (float(max(MOST_HIDDEN + 1, told - half)), float(told + half))
