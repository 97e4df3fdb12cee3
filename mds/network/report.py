"""The reports themselves: of a network on a period, and back to one of its providers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from mds.figures.sharing import NOTE as SHARED
from mds.figures.table import FigureTable
from mds.network import benchmark
from mds.network.chapters import CHAPTERS, Asked, Chapter, made
from mds.network.page import Part, Words
from mds.network.prepare import prepare

if TYPE_CHECKING:
    pass

Tell = Callable[[str], None]
"""Says how far the work is."""
_EXACT = "Exact figures, small ones too: this report is for the analyst's own machine and is not to be passed on."


def network_parts(asked: Asked, rp_start: date, tell: Tell, *, exact: bool) -> list[Part]:
    """All chapters on a period."""
    prepare(asked.connection, asked.home, rp_start)
    parts = []
    for number, chapter in enumerate(CHAPTERS, 1):
        tell(f"{number} of {len(CHAPTERS)}: {chapter.title}")
        parts.append(made(chapter, asked, exact=exact))
    return parts


def network_words(*, exact: bool) -> Words:
    return Words(
        "The network's report",
        "Which returns came, how good they are, and what they say of the children of the network.",
        (), _EXACT if exact else SHARED, "For the network only: not for publication.",
    )  # fmt: skip


def provider_parts(asked: Asked, rp_start: date, provider: str, tell: Tell) -> list[Part]:
    """A provider's own figures beside the network's, chapter by chapter."""
    compared = [chapter for chapter in CHAPTERS if chapter.compared]
    tell(f"1 of 2: the network, {len(compared)} chapters")
    networks = _tables(asked, rp_start, "", compared)
    tell("2 of 2: the provider")
    owns = _tables(asked, rp_start, provider, compared)
    return [
        Part(chapter.name, chapter.title, chapter.intro, found)
        for chapter, own, network in zip(compared, owns, networks, strict=True)
        if (found := [table for pair in zip(own, network, strict=True) if (table := benchmark.beside(*pair))])
    ]


def _tables(asked: Asked, rp_start: date, provider: str, chapters: list[Chapter]) -> list[list[FigureTable]]:
    prepare(asked.connection, asked.home, rp_start, provider)
    return [chapter.make(asked) for chapter in chapters]


def provider_words(provider: str) -> Words:
    return Words(
        f"Your figures beside the network's: {provider}",
        "What your returns say of the children in your care, and how that compares.",
        (), benchmark.NOTE, f"For {provider} only: it holds your exact figures.",
    )  # fmt: skip
