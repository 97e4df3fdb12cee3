"""The matrix of the map: what stands in a cell below the number of providers."""

from __future__ import annotations

import pytest

from mds.figures.table import FigureTable
from mds.services.page import Matrix

AREA = "E09999901"


def _matrix(*gaps: tuple[str, str, str]) -> Matrix:
    """Of gaps as function, ages and what is missing."""
    offered = FigureTable("offered", "", "", ["area", "function", "provider_code", "age_from", "age_to"], [])
    columns = ["area", "function", "ages", "gap"]
    return Matrix(offered, FigureTable("gaps", "", "", columns, [(AREA, *gap) for gap in gaps]))


@pytest.mark.parametrize(
    ("function", "ages"),
    [("TRN", ("14-15", "16-19", "20-25")), ("YAS", ("16-19", "20-25")), ("NEO", ("under 1",))],
)
def test_nobody_at_any_age_that_is_asked_for_is_told_once(function: str, ages: tuple[str, ...]) -> None:
    cell = _matrix(*((function, age, "none") for age in ages)).cell(AREA, function)
    assert (cell.look, cell.lacks) == ("none", [])


def test_ages_stand_with_what_is_missing_for_some_of_them_only() -> None:
    matrix = _matrix(
        ("TRN", "20-25", "none"), *(("YAS", age, "at night in part: 7 of 56 hours") for age in ("16-19", "20-25"))
    )
    (young,), (old,) = matrix.cell(AREA, "TRN").lacks, matrix.cell(AREA, "YAS").lacks
    assert (young.told, old.told) == ("none (age 20-25)", "at night in part: 7 of 56 hours")
