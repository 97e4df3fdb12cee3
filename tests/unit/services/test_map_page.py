"""The page of the service map."""

from __future__ import annotations

from mds.figures.table import FigureTable
from mds.services.page import summary


def _table(name: str, columns: list[str], *rows: tuple[str, ...]) -> FigureTable:
    return FigureTable(name, "", "", columns, list(rows))


def test_one_is_not_said_as_many() -> None:
    services = ["provider_code", "service_id"]
    tables = [_table("offered", services, ("8HX01", "S1"), ("RX101", "S1")), _table("access", ["area"], ("E09999901",)),
              _table("gaps", ["area"]), _table("overlaps", ["area"], ("E09999901",))]  # fmt: skip
    assert summary({table.name: table for table in tables}) == (
        "2 services of 2 providers in 1 area, with no gaps and 1 overlap, each of one area, function and age band."
    )
