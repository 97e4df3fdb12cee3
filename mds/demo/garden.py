"""Where odd things are planted: the children with their links, and a record of what was planted on whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mds.demo.care import Link
from mds.demo.people import Child
from mds.demo.periods import OPENS
from mds.demo.stays import HospitalStay

Stays = dict[str, list[HospitalStay]]


@dataclass(frozen=True)
class Planted:
    """One thing planted: its kind, whose story it is in, and which providers tell it."""

    kind: str
    identity: int
    providers: tuple[str, ...]


@dataclass
class Garden:
    """The children with their links, from which the plants choose."""

    links: list[Link]
    stays: Stays
    planted: list[Planted]

    def __post_init__(self) -> None:
        self.used: set[int] = set()
        self.by_child: dict[int, list[Link]] = {}
        for link in self.links:
            self.by_child.setdefault(link.child.identity, []).append(link)

    def links_that(self, fits: Callable[[Link], bool]) -> Iterator[Link]:
        """Links of children that are not used yet, one a child."""
        for identity, links in sorted(self.by_child.items()):
            found = next((link for link in links if identity not in self.used and fits(link)), None)
            if found:
                self.used.add(identity)
                yield found

    def plant(self, kind: str, count: int, fits: Callable[[Link], bool], change: Callable[[Link], object]) -> None:
        """Change the first `count` links that fit."""
        for link in first_of(self.links_that(fits), count):
            change(link)
            self.note(kind, link)

    def plant_child(
        self, kind: str, count: int, fits: Callable[[Link], bool], change: Callable[[Child], object]
    ) -> None:
        """Change the first `count` children that fit, at all their providers."""
        for link in first_of(self.links_that(fits), count):
            change(link.child)
            self.note(kind, *self.by_child[link.child.identity])

    def note(self, kind: str, *links: Link) -> None:
        self.used.add(links[0].child.identity)
        providers = tuple(link.provider.code for link in links)
        self.planted.append(Planted(kind, links[0].child.identity, providers))


def first_of(links: Iterator[Link], count: int) -> list[Link]:
    return [link for _, link in zip(range(count), links, strict=False)]


def settled(link: Link) -> bool:
    """An ordinary child, on the caseload throughout."""
    child, start = link.child, link.episodes[0].start
    return (
        child.course.fate == "active" and child.pregnancy is None and start is not None and start < OPENS
        and link.episodes[0].end is None
    )  # fmt: skip


def has_plan(link: Link, kind: str) -> bool:
    return any(plan.kind == kind and plan.ended is None and plan.created < OPENS for plan in link.plans)


def providers_of(garden: Garden, link: Link) -> tuple[str, ...]:
    """Every provider that knows the child of a link."""
    return tuple(other.provider.code for other in garden.by_child[link.child.identity])
