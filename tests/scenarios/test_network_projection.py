"""The projection, against the figures published for England and on a small network of which one area has a projection."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from homes import HOSPICE, TEAM, region_in
from networks import PEOPLE, Kid, case_of, load, pictured, rows, send

from mds.figures.sharing import for_sharing
from mds.figures.table import HIDDEN, FigureTable
from mds.network import projection
from mds.network.projection import ASSUMPTIONS, expected, rate_in
from mds.network.rates import BY_ETHNIC_GROUP, FULL, OLD, RESTRICTED

MID_2020 = {
    row["area_name"]: int(row["age_0_19"])
    for row in csv.DictReader(
        (files("mds_schemas.reference") / "population_mid2020.csv").read_text(encoding="utf-8").splitlines()
    )
}


@pytest.mark.parametrize(
    ("area", "old", "restricted", "full", "low", "high"),
    [("England", 42_657, 81_448, 88_514, 89_313, 112_268), ("North East", 1_905, 3_638, 3_953, 3_989, 5_014),
     ("East of England", 4_742, 9_055, 9_841, 9_930, 12_482), ("London", 7_127, 13_609, 14_790, 14_923, 18_759),
     ("Luton", 201, 384, 418, 421, 530)],
)  # fmt: skip
def test_expected_children_are_those_of_section_7_1(
    area: str, old: int, restricted: int, full: int, low: int, high: int
) -> None:
    people = MID_2020[area]
    assert [round(people * rate / 10_000) for rate in (OLD, RESTRICTED)] == [old, restricted]
    assert [expected(people, 2030, variant) for variant in ("same_rate", "low", "high")] == [full, low, high]


def test_rates_of_2030_are_the_lowest_and_the_highest_published() -> None:
    assert [round(rate_in(2030, variant), 2) for variant in ("same_rate", "low", "high")] == [66.4, 67.0, 84.22]
    assert {rate_in(2017, variant) for variant in projection.YEARLY_CHANGE} == {FULL}


def test_the_past_trend_is_that_from_2001_to_2017() -> None:
    assert round(rate_in(2001, "past_trend"), 1) == 26.7
    assert projection.YEARLY_CHANGE["past_trend"] > projection.YEARLY_CHANGE["high"], "the high variant is no extreme"


def test_children_in_england_2017_are_near_those_published() -> None:
    """86,625, of a population between that of 2015 (13,005,700) and that of 2020."""
    assert expected(13_005_700, 2017, "same_rate") < 86_625 < expected(MID_2020["England"], 2017, "same_rate")


def test_eleven_per_cent_more_by_2030_lies_between_the_variants() -> None:
    people = 14_002_600  # England aged 0 to 19 in 2025, as projected in 2017
    assert expected(people, 2030, "low") < 86_625 * 1.11 < expected(people, 2030, "high")


def test_rates_by_ethnic_group_belong_to_those_of_2009() -> None:
    assert min(BY_ETHNIC_GROUP.values()) < OLD < max(BY_ETHNIC_GROUP.values()) < FULL


@pytest.fixture(scope="module")
def told(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, FigureTable]]:
    region = region_in(founded, tmp_path_factory.mktemp("projection"))
    load(region, "populations", PEOPLE)
    load(region, "projections", "area_code,year,age_0_19,age_0_25,under_1,age_1_5,age_6_10,age_11_15,age_16_19\n"
         "E09999901,2030,99,99,9,9,9,9,9\nE09999901,2031,12000,15600,600,3000,3000,3000,2400\n")  # fmt: skip
    north, south = ({"postcode": "", "lad_code": code} for code in ("E09999901", "E09999902"))
    young_adult = {"person_birth_date": "2003-03-03"}
    send(region, HOSPICE, case_of(Kid(1, north), Kid(2, south), Kid(3, {**north, **young_adult})))
    send(
        region,
        TEAM,
        case_of(Kid(1, north, {}, {"lead_service": "N"}), Kid(4, {"postcode": "", "lad_code": "E09999909"})),
    )
    yield pictured(region, projection)


def _rows(table: FigureTable, aged: str | None, *columns: str) -> list[tuple[Any, ...]]:
    found = rows(table, ("area_name", "year", *columns, *([] if aged is None else ["aged"])))
    return found if aged is None else [row[:-1] for row in found if row[-1] == aged]


def test_expected_children_by_area(told: dict[str, FigureTable]) -> None:
    """In 2031 the rates are 66.4, 67.046, 85.591 and 101.138 of 10,000, in 2036 66.4, 67.277, 92.445 and 113.544."""
    columns = ("people", "population", "same_rate", "low", "high", "past_trend")
    assert _rows(told["expected_by_area"], None, *columns) == [
        ("North", "2031", 12000, "projected", 80, 80, 103, 121), ("North", "2036", 10000, "as now", 66, 67, 92, 114),
        ("South", "2031", 5000, "as now", 33, 34, 43, 51), ("South", "2036", 5000, "as now", 33, 34, 46, 57),
        ("all areas", "2031", 17000, "partly projected", 113, 114, 146, 172),
        ("all areas", "2036", 15000, "as now", 100, 101, 139, 170),
    ]  # fmt: skip


def test_expected_children_by_age_add_up_to_those_of_the_area(told: dict[str, FigureTable]) -> None:
    table = told["expected_by_age"]
    assert _rows(table, "under 1", "people", "population", "same_rate", "high") == [
        ("North", "2031", 600, "projected", 4, 5), ("North", "2036", 500, "as now", 3, 5),
        ("South", "2031", 250, "as now", 2, 2), ("South", "2036", 250, "as now", 2, 2),
        ("all areas", "2031", 850, "partly projected", 6, 7), ("all areas", "2036", 750, "as now", 5, 7),
    ]  # fmt: skip
    bands = [row for row in rows(table, ("area", "year", "people")) if row[:2] == ("all areas", "2031")]
    assert sum(people for *_, people in bands) == 17000


def test_known_children_go_with_the_people_of_their_age(told: dict[str, FigureTable]) -> None:
    """From 2026 to 2031 the low rate grows by 0.35 %, the high one by 8.7 % and that of the past trend by 14 %."""
    columns = ("known", "people_now", "people", "providers", "same_rate", "low", "high", "past_trend")
    table = told["known_ahead"]
    assert _rows(table, "6-10", *columns)[:2] == [
        ("North", "2031", 1, 2500, 3000, 2, 1.2, 1.2, 1.3, 1.4),
        ("North", "2036", 1, 2500, 2500, 2, 1, 1, 1.2, 1.3),
    ]
    assert _rows(table, "20-25", *columns)[0] == ("North", "2031", 1, 3000, 3600, 1, 1.2, 1.2, 1.3, 1.4)
    # The fourth lives elsewhere: of those under 20 there are two.
    assert _rows(table, "0-19", *columns)[4] == ("all areas", "2031", 2, 15000, 17000, 2, 2.3, 2.3, 2.5, 2.6)
    assert {row[2] for row in _rows(table, "under 1", "known")} == {0}


def test_others_see_nothing_that_rests_on_few(told: dict[str, FigureTable]) -> None:
    shared = for_sharing(told["known_ahead"])
    assert _rows(shared, "6-10", "known", "same_rate", "high")[0] == ("North", "2031", HIDDEN, HIDDEN, HIDDEN)


def test_what_is_assumed_is_said(told: dict[str, FigureTable]) -> None:
    note = told["expected_by_area"].note
    assert note.startswith(ASSUMPTIONS)
    assert "not unmet need" in note
