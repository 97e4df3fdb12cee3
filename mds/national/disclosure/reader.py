"""Who reads a release, and with what knowledge of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mds.national.disclosure.printed import is_protected
from mds.national.disclosure.system import System

OUTSIDERS_WIDTH, INSIDERS_WIDTH = 5, 3
"""How wide the interval of a protected cell has to be."""


@dataclass(frozen=True)
class Reader:
    """A reader: what it knows exactly, what it knows to be at least so many, by the cells' places."""

    name: str
    width: int
    knows: frozenset[int] = frozenset()
    at_least: Mapping[int, int] = field(default_factory=dict)

    def to_protect(self, system: System) -> list[int]:
        """The protected cells that this reader does not know anyway."""
        return [place for place, count in enumerate(system.truth) if is_protected(count) and place not in self.knows]


def outsider() -> Reader:
    """Anyone, with nothing but what is printed."""
    return Reader("outsider", OUTSIDERS_WIDTH)


def region(system: System, code: str) -> Reader:
    """A region, which knows its own children."""
    own = {place for place, cell in enumerate(system.cells) if cell[1] == code}
    return Reader(f"region {code}", INSIDERS_WIDTH, knows=with_what_follows(system, own))


def with_what_follows(system: System, known: set[int]) -> frozenset[int]:
    """What is known, and what an equation makes of it without anything being printed: where only one region has children,
    its own are all."""
    left = list(system.equations)
    while found := [one for one in left if len({one.whole, *one.parts} - known) <= 1]:
        for one in found:
            known |= {one.whole, *one.parts}
            left.remove(one)
    return frozenset(known)


def provider(name: str, own: Mapping[int, int]) -> Reader:
    """A provider, which knows that at least its own children are there, by the places of cells and margins."""
    return Reader(f"provider {name}", INSIDERS_WIDTH, at_least=own)
