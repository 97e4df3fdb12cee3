"""What a reader can conclude: the least and the greatest count that each cell can have, by linear programming.

A count of children is a whole number, and the intervals of a linear programme are at least as wide as those of whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mds.national.disclosure.printed import HIDDEN, NO_LIMIT, Interval, Printed, meant
from mds.national.disclosure.reader import Reader
from mds.national.disclosure.system import Equation, System

if TYPE_CHECKING:
    import highspy

_TOLERANCE = 1e-6


class Programme:
    """Variables with bounds, and equations between them, that can be solved again and again for other objectives."""

    def __init__(self, bounds: Sequence[Interval], equations: Sequence[Equation]) -> None:
        import highspy
        import numpy as np

        self._status = highspy.HighsModelStatus
        self._inner: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
        self._inner.setOptionValue("output_flag", False)
        self._inner.setOptionValue("threads", 1)
        self._count = len(bounds)
        lower, upper = (np.array(one, dtype=float) for one in zip(*bounds, strict=True))
        upper[np.isinf(upper)] = highspy.kHighsInf
        self._inner.addVars(self._count, lower, upper)
        for equation in equations:
            places = np.array([equation.whole, *equation.parts], dtype=np.int32)
            factors = np.array([-1.0] + [1.0] * len(equation.parts))
            self._inner.addRow(0.0, 0.0, len(places), places, factors)

    def limit(self, place: int, bounds: Interval) -> None:
        """Other bounds of one variable."""
        import highspy

        low, high = bounds
        self._inner.changeColBounds(place, low, highspy.kHighsInf if high == NO_LIMIT else high)

    def least(self, costs: dict[int, float]) -> float | None:
        """The least sum of the variables with these costs: minus infinity where there is none, nothing where no values fit."""
        for place, cost in costs.items():
            self._inner.changeColCost(place, cost)
        self._inner.run()
        status = self._inner.getModelStatus()
        found: float | None = None
        if status == self._status.kOptimal:
            found = float(self._inner.getInfo().objective_function_value)
        elif status in (self._status.kUnbounded, self._status.kUnboundedOrInfeasible):
            found = -NO_LIMIT
        for place in costs:
            self._inner.changeColCost(place, 0.0)
        return found

    def values(self) -> Any:
        """The variables of the last solution."""
        return self._inner.getSolution().col_value


def intervals(
    system: System, told: Sequence[Printed], reader: Reader, asked: Sequence[int], exact: bool = False
) -> dict[int, Interval]:
    """The interval of each cell that is asked for, as a reader can work it out from what is printed.

    `exact`: as if what is printed were no rounded count but the count itself. Raises ValueError where what is printed does not
    fit together.
    """
    programme = Programme(_known(system, told, reader, exact), system.equations)
    return {place: _interval(programme, place) for place in asked}


def _known(system: System, told: Sequence[Printed], reader: Reader, exact: bool) -> list[Interval]:
    """The bounds of each cell: by what is printed, and by what the reader knows."""
    bounds = []
    for place, one in enumerate(told):
        is_known = place in reader.knows or (exact and one is not HIDDEN)
        low, high = (float(system.truth[place]),) * 2 if is_known else meant(one)
        bounds.append((max(low, float(reader.at_least.get(place, 0))), high))
    return bounds


def _interval(programme: Programme, place: int) -> Interval:
    low, high = programme.least({place: 1.0}), programme.least({place: -1.0})
    if low is None or high is None:
        raise ValueError("what is printed does not fit together")
    return (max(0.0, low), -high)


def too_narrow(interval: Interval, width: int) -> bool:
    """Whether an interval tells too much: it is too narrow, or lies wholly within 1 and 2."""
    low, high = interval
    return high - low < width - _TOLERANCE or (low > 1 - _TOLERANCE and high < 2 + _TOLERANCE)
