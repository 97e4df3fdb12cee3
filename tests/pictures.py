"""Figures of a drawn network, to compare with what was worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from homes import Region

from mds.figures.table import FigureTable, Making
from mds.network.prepare import prepare
from mds.store.database import open_store

Expected = dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]
"""Table → some of its columns, and what stands in them."""


def figures(region: Region, makers: Iterable[Making], rp_start: str = "2026-04-01") -> dict[str, FigureTable]:
    """The tables of a period by their names."""
    with region.home.locked(), open_store(region.home, read_only=True) as connection:
        prepare(connection, region.home, date.fromisoformat(rp_start))
        made = [make(connection) for make in makers]
    assert all(table.questions and table.sources and "providers" in table.columns for table in made)
    return {table.name: table for table in made}


def standing(table: FigureTable, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """What stands in some columns of a table."""
    return list(zip(*(table.column(column) for column in columns), strict=True))


def send(region: Region, *returns: tuple[str, str, dict[str, Any]]) -> None:
    """Send returns, each of a provider for a period."""
    for provider, period, case in returns:
        said = region.send(region.file(case, provider=provider, period=period), "--json")
        assert said.code == 0, said.out + said.err


def ended(local: str, day: str) -> dict[str, str]:
    """A referral that ended with the child's death."""
    return {"local_patient_id": local, "referral_id": f"RF-{local}", "episode_end": day, "episode_end_reason": "01"}
