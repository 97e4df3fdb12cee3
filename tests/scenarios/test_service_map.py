"""The service map of a small network in which overlaps and gaps were planted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from homes import HOSPICE, TEAM, Region, children, mds, region_in

NORTH, SOUTH = "E09999901", "E09999902"
ALWAYS = [{"day_type": day, "from_time": "00:00", "to_time": "24:00"} for day in ("WD", "SA", "SU")]
CLOCK = {"CCN", "HIP", "HAH", "SPC", "EOL", "ADV", "FAM"}


def _lines(service: str, lines: list[dict[str, str]], **also: str) -> list[dict[str, str]]:
    return [{"service_id": service, **line, **also} for line in lines]


HOSPICE_CASE: dict[str, Any] = {
    "organisation": {"legal_name": "Sunny Bank Hospice", "sector": "VOL"},
    "service": [
        {"service_id": "HOME", "service_function": "HAH", "areas_served": NORTH, "age_from": "0", "age_to": "18"},
        {
            "service_id": "BEDS",
            "service_function": "HIP",
            "areas_served": f"{NORTH};{SOUTH}",
            "age_from": "0",
            "age_to": "25",
        },
        {"service_id": "OLD", "service_function": "SIB", "areas_served": SOUTH, "closed_on": "2026-03-31"},
    ],
    "cover": [
        *_lines("HOME", ALWAYS, mode="VIS", cover_scope="ALL", known_to_family="Y"),
        *_lines("BEDS", ALWAYS, mode="BED", cover_scope="ALL"),
        *_lines("BEDS", ALWAYS, mode="PRO", cover_scope="ALL"),
    ],
    "capacity": {"service_id": "BEDS", "beds_registered": "8"},
}
TEAM_CASE: dict[str, Any] = {
    "organisation": {"provider_code": TEAM, "legal_name": "Fen Community Team", "sector": "NHS", "provider_type": "CN"},
    "service": [
        {"service_id": "NURSES", "provider_code": TEAM, "service_function": "CCN", "areas_served": f"{NORTH};{SOUTH}",
         "age_from": "0", "age_to": "25"},
        {"service_id": "NIGHTS", "provider_code": TEAM, "service_function": "HAH", "areas_served": f"{NORTH};{SOUTH}",
         "age_from": "11", "age_to": "25"},
    ],
    "cover": [
        {"service_id": "NURSES", "day_type": "WD", "from_time": "08:30", "to_time": "18:00", "mode": "VIS"},
        *_lines("NIGHTS", [{"day_type": day, "from_time": "20:00", "to_time": "08:00"} for day in ("WD", "SA", "SU")],
                mode="VIS", cover_scope="EOL"),
        *_lines("NIGHTS", [{"day_type": "SA", "from_time": "10:00", "to_time": "12:00"}], mode="VIS", cover_scope="ALL"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def map_(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    region = region_in(founded, tmp_path_factory.mktemp("map"))
    for provider, case in ((HOSPICE, HOSPICE_CASE), (TEAM, TEAM_CASE)):
        said = region.send(region.file({**children(), **case}, provider=provider, return_type="SQ"))
        assert said.code == 0, said.out + said.err
    said = mds(
        "services", "map", "--home", region.path, "--period", "2026-07-01", "--json", "--csv", region.desk / "map"
    )
    assert said.code == 0, said.err
    assert {path.name for path in (region.desk / "map").iterdir()} == {
        "offered.csv", "overlaps.csv", "gaps.csv", "access.csv", "round_the_clock.csv", "nearest_bed.csv",
    }  # fmt: skip
    document = said.json
    assert document["test_data"] is True
    yield {table["name"]: table for table in document["tables"]}


def _rows(table: dict[str, Any], *columns: str) -> list[tuple[Any, ...]]:
    places = [table["columns"].index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in table["rows"]]


def test_what_is_offered_where_by_whom(map_: dict[str, dict[str, Any]]) -> None:
    """The questionnaire of one quarter holds until the next; a service that has closed is not offered."""
    assert _rows(map_["offered"], "area", "function", "provider_code", "sector", "age_from", "age_to", "hours_a_week") == [
        (NORTH, "CCN", TEAM, "statutory", 0, 25, 47.5),
        (NORTH, "HAH", HOSPICE, "voluntary", 0, 18, 168),
        (NORTH, "HAH", TEAM, "statutory", 11, 25, 2),
        (NORTH, "HIP", HOSPICE, "voluntary", 0, 25, 168),
        (SOUTH, "CCN", TEAM, "statutory", 0, 25, 47.5),
        (SOUTH, "HAH", TEAM, "statutory", 11, 25, 2),
        (SOUTH, "HIP", HOSPICE, "voluntary", 0, 25, 168),
    ]  # fmt: skip


def test_days_with_the_same_hours_stand_together(map_: dict[str, dict[str, Any]]) -> None:
    told = {row for row in _rows(map_["offered"], "service_id", "days_and_hours", "area") if row[-1] == NORTH}
    assert told == {
        ("HOME", "daily 00:00-24:00", NORTH), ("BEDS", "daily 00:00-24:00", NORTH), ("NURSES", "WD 08:30-18:00", NORTH),
        ("NIGHTS", "daily 20:00-08:00 EOL, SA 10:00-12:00", NORTH),
    }  # fmt: skip


def test_overlaps_are_those_that_were_planted(map_: dict[str, dict[str, Any]]) -> None:
    assert _rows(map_["overlaps"], "area", "function", "ages", "providers", "who") == [
        (NORTH, "HAH", ages, 2, f"{HOSPICE}, {TEAM}") for ages in ("11-15", "16-18")
    ]


def test_gaps_are_those_that_were_planted(map_: dict[str, dict[str, Any]]) -> None:
    found = set(_rows(map_["gaps"], "area", "function", "ages", "gap"))
    bands = ("under 1", "1-5", "6-10", "11-15", "16-19", "20-25")
    offered = {(NORTH, "CCN"), (NORTH, "HAH"), (NORTH, "HIP"), (SOUTH, "CCN"), (SOUTH, "HAH"), (SOUTH, "HIP")}
    about_offered = {gap for gap in found if gap[:2] in offered}

    assert about_offered == {
        *((area, "CCN", band, gap) for area in (NORTH, SOUTH) for band in bands
          for gap in ("none at night", "none at weekends")),
        *((SOUTH, "HAH", band, "none") for band in ("under 1", "1-5", "6-10")),
        # On Saturday 10 to 12; on both days at the end of life from 6 to 8 and from 20 to 22.
        *((area, "HAH", ages, gap)
          for area, with_gaps in ((SOUTH, ("11-15", "16-19", "20-25")), (NORTH, ("19", "20-25"))) for ages in with_gaps
          for gap in ("at night only at the end of life", "on Sundays only at the end of life: 4 of 16 hours",
                      "on Saturdays in part: 2 of 16 hours, 4 more only at the end of life")),
    }  # fmt: skip
    nowhere = found - about_offered
    assert {gap for *_, gap in nowhere} == {"none"}
    for_all = 24 - 3 - 3
    assert len(nowhere) == 2 * (len(bands) * for_all + 1 + 3 + 2), (
        "perinatal, transition and young adults for some ages"
    )


def test_hours_in_which_somebody_can_be_reached(map_: dict[str, dict[str, Any]]) -> None:
    columns = ("area", "known_visits", "visits_at_end_of_life", "family_telephone", "professional_advice")
    assert _rows(map_["access"], *columns) == [
        (NORTH, 168, 168, 0, 168),
        # Weekdays 9 to 18 (the half hour before does not count), Saturday 10 to 12; at the end of life every night too.
        (SOUTH, 47, 45 + 2 + 7 * 12 , 0, 168),
    ]  # fmt: skip


def test_a_network_without_questionnaires_says_so(region: Region) -> None:
    said = mds("services", "map", "--home", region.path, "--period", "2026-04-01")

    assert (said.code, said.err) == (
        2, "mds: No service questionnaire was received for this period or before. See mds status.\n",
    )  # fmt: skip


def _map_of(region: Region, cases: dict[str, dict[str, Any]], period: str = "2026-04-01") -> dict[str, dict[str, Any]]:
    for provider, case in cases.items():
        said = region.send(region.file({**children(), "organisation": {"provider_code": provider}, **case}, provider=provider,
                                       return_type="SQ"))  # fmt: skip
        assert said.code == 0, said.out + said.err
    said = mds("services", "map", "--home", region.path, "--period", period, "--json")
    assert said.code == 0, said.err
    return {table["name"]: table for table in said.json["tables"]}


def _service(function: str, number: str = "S1", **also: str) -> dict[str, str]:
    return {
        "service_id": number,
        "service_function": function,
        "areas_served": NORTH,
        "age_from": "0",
        "age_to": "25",
    } | also


def _gaps(found: dict[str, dict[str, Any]], function: str) -> list[tuple[Any, ...]]:
    return [row[1:] for row in _rows(found["gaps"], "function", "ages", "gap") if row[0] == function]


BANDS = ("under 1", "1-5", "6-10", "11-15", "16-19", "20-25")


@pytest.mark.parametrize(
    ("function", "scopes", "gap"),
    [
        ("EOL", {"EOL"}, None),  # end of life care is there for the end of life
        ("EOL", {"CRI"}, "only in a crisis"),
        ("CCN", {"EOL"}, "only at the end of life"),
        ("CCN", {"EOL", "CRI"}, "only at the end of life or in a crisis"),
        ("CCN", {"ALL", "EOL"}, None),
    ],
)
def test_cover_that_is_not_for_everyone_is_told_as_such(
    region: Region, function: str, scopes: set[str], gap: str | None
) -> None:
    cover = [line for scope in sorted(scopes) for line in _lines("S1", ALWAYS, mode="VIS", cover_scope=scope)]

    found = _map_of(region, {HOSPICE: {"service": _service(function), "cover": cover}})

    assert _gaps(found, function) == ([] if gap is None else [(band, gap) for band in BANDS])


def test_nobody_is_there_for_the_ages_between_two_services(region: Region) -> None:
    always = _lines("S1", ALWAYS, mode="VIS", cover_scope="ALL")
    young = {"service": _service("CCN", age_to="16"), "cover": always}
    old = {"service": _service("CCN", age_from="18", provider_code=TEAM), "cover": always}

    found = _map_of(region, {HOSPICE: young, TEAM: old})

    assert _gaps(found, "CCN") == [("17", "none")]
    assert found["overlaps"]["rows"] == []


def test_half_hours_of_one_day_and_the_next_make_whole_ones(region: Region) -> None:
    halves = [{"day_type": day, "from_time": start, "to_time": end} for day in ("WD", "SA", "SU")
              for start, end in (("00:00", "12:30"), ("12:30", "24:00"))]  # fmt: skip
    lines = _lines("S1", halves, mode="TEL", cover_scope="ALL", known_to_family="N")

    found = _map_of(region, {HOSPICE: {"service": _service("FAM"), "cover": lines}})

    assert _rows(found["offered"], "hours_a_week") == [(168,)]
    assert _rows(found["access"], "area", "family_telephone") == [(NORTH, 168)]
    assert "12:30-24:00" in _rows(found["offered"], "days_and_hours")[0][0]


def test_visits_that_are_no_nursing_and_advice_to_others_leave_the_night_uncovered(region: Region) -> None:
    services = [_service("CCN"), _service("PSY", "S2"), _service("EQU", "S3"), _service("SYM", "S4")]
    cover = [
        {
            "service_id": "S1",
            "day_type": "WD",
            "from_time": "09:00",
            "to_time": "17:00",
            "mode": "VIS",
            "known_to_family": "Y",
        },
        *_lines("S1", ALWAYS, mode="PRO", cover_scope="ALL"),
        *_lines("S2", ALWAYS, mode="VIS", cover_scope="ALL", known_to_family="Y"),
        *_lines("S3", ALWAYS, mode="PRO", cover_scope="ALL"),
        *_lines("S4", ALWAYS[1:2], mode="PRO", cover_scope="ALL"),
    ]

    found = _map_of(region, {HOSPICE: {"service": services, "cover": cover}})

    assert _rows(found["access"], "known_visits", "professional_advice") == [(40, 24)], (
        "of those who advise, the symptom clinic alone gives tertiary advice, on Saturdays"
    )
    assert set(_gaps(found, "CCN")) == {(band, gap) for band in BANDS for gap in ("none at night", "none at weekends")}


def test_a_provider_that_has_closed_is_on_the_map_no_longer(region: Region) -> None:
    case = {"service": _service("CCN"), "cover": _lines("S1", ALWAYS)}
    _map_of(
        region, {HOSPICE: case, TEAM: {"service": _service("CCN", provider_code=TEAM), "cover": _lines("S1", ALWAYS)}}
    )
    register = region.path / "providers.csv"
    rows = register.read_text().splitlines()
    place = rows[0].split(",").index("open_to")
    closed = [",".join("2026-06-30" if n == place and TEAM in row else cell for n, cell in enumerate(row.split(",")))
              for row in rows]  # fmt: skip
    register.write_text("\n".join(closed) + "\n")

    found = _map_of(region, {}, period="2026-07-01")

    assert {row[0] for row in _rows(found["offered"], "provider_code")} == {HOSPICE}


POSTCODES = """postcode,lad_code,region_code,imd_decile,easting,northing,valid_from,valid_to
ZX1 1AA,E09999901,E12000006,3,500000,200000,2000-01-01,
ZX1 1AC,E09999901,E12000006,3,502000,200000,2000-01-01,
ZX1 1AB,E09999902,E12000006,8,531000,200000,2000-01-01,
"""
ORGANISATIONS = f"""code,name,postcode,open_from,open_to
{HOSPICE},Sunny Bank Hospice,ZX1 1AB,2010-04-01,
{TEAM},Fen Community Team,ZX1 1AA,2010-04-01,
"""


def test_the_nearest_bed_is_one_of_a_service_that_is_open(region: Region) -> None:
    """The ward at home has closed; from the middle of the area it is 30 km to the hospice."""
    for kind, text in (("postcodes", POSTCODES), ("organisations", ORGANISATIONS)):
        file = region.desk / f"{kind}.csv"
        file.write_text(text)
        assert mds("reference", "load", kind, file, "--home", region.path).code == 0
    beds = {"capacity": {"service_id": "S1", "beds_registered": "8"}, "cover": _lines("S1", ALWAYS, mode="BED")}
    closed = _service("HIP", provider_code=TEAM, closed_on="2026-03-31")
    services = {"service": [closed, _service("CCN", "S2", provider_code=TEAM)]}

    found = _map_of(region, {HOSPICE: {"service": _service("HIP"), **beds}, TEAM: {**services, **beds}})

    assert _rows(found["nearest_bed"], "area", "kilometres", "provider_code") == [(NORTH, 30, HOSPICE)]


def test_the_areas_of_the_network_are_those_of_its_configuration(region: Region) -> None:
    settings = region.path / "mds.toml"
    settings.write_text(settings.read_text().replace("[map]", f"[map]\n{NORTH} = [1, 1]"))
    service = _service("CCN", areas_served=f"{NORTH};{SOUTH}")

    found = _map_of(region, {HOSPICE: {"service": service, "cover": _lines("S1", ALWAYS)}})

    assert {row[0] for row in _rows(found["gaps"], "area")} == {NORTH}
    assert {row[0] for row in _rows(found["access"], "area")} == {NORTH}
