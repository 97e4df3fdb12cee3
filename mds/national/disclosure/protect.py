"""Which cells are hidden: the small ones, and by linear programming as many others as keep every reader from working them out.

For a cell that a reader could narrow down, a flow through the equations is looked for that would raise it by the width it
needs, while every other count stays possible; the cells through which it goes are hidden too, those that hold the fewest
children first (Kelly, Golden and Assad). Hiding more never narrows an interval, so the readers are served one after the other.
What stays is taken for exact here: the rounding that comes after only widens what a reader has to guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import log2

from mds.failures import NotPermitted
from mds.national.disclosure.bounds import Programme, intervals, too_narrow
from mds.national.disclosure.printed import NO_LIMIT, Printed, is_protected, printed
from mds.national.disclosure.reader import Reader
from mds.national.disclosure.system import Equation, System

_FLOWS = 1e-7
_MARGIN = 20
"""How much dearer a margin is than an inner cell of the same count: every table rests on it."""


def protect(
    system: System, readers: Iterable[Reader], frozen: Iterable[int] = (), tell: Callable[[str], None] = lambda _: None
) -> set[int]:
    """The places of the cells to hide, so that none of the readers comes too close to a small one.

    `frozen` were hidden in an earlier release and stay hidden. Raises NotPermitted where that cannot be done: the tables have
    to be made coarser.
    """
    hidden = {*frozen, *(place for place, count in enumerate(system.truth) if is_protected(count))}
    for reader in readers:
        before = len(hidden)
        _serve(system, reader, hidden)
        tell(f"{reader.name}: {len(hidden) - before} more cells hidden")
    return hidden


def shown(system: System, hidden: set[int]) -> list[Printed]:
    """What is printed of each cell."""
    return [printed(count, place in hidden) for place, count in enumerate(system.truth)]


def _serve(system: System, reader: Reader, hidden: set[int]) -> None:
    """Hide more until the reader cannot narrow any protected cell."""
    left = reader.to_protect(system)
    flow: _Flow | None = None
    while left:
        found = intervals(system, shown(system, hidden), reader, left, exact=True)
        left = [place for place, interval in found.items() if too_narrow(interval, reader.width)]
        flow = flow or _Flow(system, reader)
        for place in left:
            hidden |= flow.through(place, hidden)


class _Flow:
    """The programme that looks for flows: for each cell how much it rises (its first variable) and falls (its second)."""

    def __init__(self, system: System, reader: Reader) -> None:
        self._system, self._reader = system, reader
        self._count = len(system.truth)
        rises = [(0.0, 0.0 if place in reader.knows else NO_LIMIT) for place in range(self._count)]
        falls = [(0.0, 0.0 if place in reader.knows else float(count - reader.at_least.get(place, 0)))
                 for place, count in enumerate(system.truth)]  # fmt: skip
        self._falls = falls
        self._programme = Programme([*rises, *falls, *[(-NO_LIMIT, NO_LIMIT)] * self._count], self._equations())

    def _equations(self) -> Sequence[Equation]:
        """The change of a cell is its rise less its fall; changes add up as counts do."""
        n = self._count
        changes = [Equation(place, (n + place, 2 * n + place)) for place in range(n)]
        sums = [
            Equation(2 * n + one.whole, tuple(2 * n + part for part in one.parts)) for one in self._system.equations
        ]
        return [*changes, *sums]

    def through(self, place: int, hidden: set[int]) -> set[int]:
        """The cells through which the cheapest flow goes that raises a cell by the reader's width."""
        n, width = self._count, float(self._reader.width)
        costs = {}
        for other, cell in enumerate(self._system.cells):
            margin = _MARGIN if "" in cell[1:] else 1
            cost = 0.001 if other in hidden else margin * (1 + log2(1 + self._system.truth[other]))
            costs[other] = costs[n + other] = cost
        self._programme.limit(place, (width, width))
        self._programme.limit(n + place, (0.0, 0.0))
        least = self._programme.least(costs)
        if least is None or least == -NO_LIMIT:
            raise NotPermitted(
                f"A small count cannot be kept from the {self._reader.name.split()[0]}: the tables have to be made coarser "
                "before anything is published."
            )
        values = self._programme.values()
        self._programme.limit(place, (0.0, 0.0 if place in self._reader.knows else NO_LIMIT))
        self._programme.limit(n + place, self._falls[place])
        return {other for other in range(n) if values[other] > _FLOWS or values[n + other] > _FLOWS}
