"""Gaps in part: each area has a team of its own with other hours, which can be counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from homes import children, mds, region_in

WEEKDAYS, SATURDAY, SUNDAY = ("WD",), ("SA",), ("SU",)
DAILY = (*WEEKDAYS, *SATURDAY, *SUNDAY)
Hours = tuple[tuple[str, ...], str, str]
"""Types of day, from, to."""


def _hours(*lines: Hours, mode: str = "VIS", scope: str = "ALL") -> list[dict[str, str]]:
    return [{"day_type": day, "from_time": start, "to_time": end, "mode": mode, "cover_scope": scope}
            for days, start, end in lines for day in days]  # fmt: skip


BY_DAY: Hours = (DAILY, "06:00", "22:00")
ALWAYS: Hours = (DAILY, "00:00", "24:00")

NETWORK: dict[str, tuple[str, list[list[dict[str, str]]], set[str]]] = {
    "one hour of one night": (
        "CCN", [_hours((WEEKDAYS, "08:00", "22:00"), (SATURDAY, "22:00", "23:00"))],
        {"at night in part: 1 of 56 hours", "none at weekends"},
    ),
    "daily until eleven": (
        # 22 to 23 on seven nights. By day two hours are missing on Saturday and on Sunday.
        "CCN", [_hours((DAILY, "08:00", "23:00"))],
        {"at night in part: 7 of 56 hours", "at weekends in part: 28 of 32 hours"},
    ),
    "closed on Sundays": (
        # Of the nights, 0 to 6 and 22 to 24 on Sunday are missing.
        "CCN", [_hours(((*WEEKDAYS, *SATURDAY), "00:00", "24:00"))],
        {"at night in part: 48 of 56 hours", "none on Sundays"},
    ),
    "Sunday mornings": (
        "CCN", [_hours(((*WEEKDAYS, *SATURDAY), "00:00", "24:00"), (SUNDAY, "06:00", "14:00"))],
        {"at night in part: 48 of 56 hours", "on Sundays in part: 8 of 16 hours"},
    ),
    "no nights": ("HAH", [_hours(BY_DAY)], {"none at night"}),
    "whole nights of the working days": (
        # From Monday at 22 to Saturday at 6, and Monday from midnight to 6 is missing: five nights of eight hours.
        "HAH", [_hours(BY_DAY, (WEEKDAYS, "22:00", "06:00"))], {"at night in part: 40 of 56 hours"},
    ),
    "half an hour": ("SPC", [_hours(BY_DAY, (DAILY, "22:30", "06:00"))], {"at night in part: 49 of 56 hours"}),
    "two services together": ("CCN", [_hours((DAILY, "00:00", "12:00")), _hours((DAILY, "12:00", "24:00"))], set()),
    "a telephone at night": (
        "CCN", [[*_hours((WEEKDAYS, "09:00", "17:00")), *_hours(ALWAYS, mode="TEL")]],
        {"at night by telephone only", "at weekends by telephone only"},
    ),
    "a telephone until eleven": (
        "CCN", [[*_hours(BY_DAY), *_hours((DAILY, "22:00", "23:00"), mode="TEL")]],
        {"at night by telephone only: 7 of 56 hours"},
    ),
    "visits until eleven and a telephone": (
        "CCN", [[*_hours((DAILY, "06:00", "23:00")), *_hours(ALWAYS, mode="TEL")]],
        {"at night in part: 7 of 56 hours, 49 more by telephone only"},
    ),
    "a telephone and no visits": ("CCN", [_hours(ALWAYS, mode="TEL")], {"by telephone only"}),
    "a line for families": ("FAM", [_hours(ALWAYS, mode="TEL")], set()),
    "at the end of life or by telephone": (
        "EOL", [[*_hours(BY_DAY), *_hours((DAILY, "22:00", "02:00"), scope="CRI"), *_hours(ALWAYS, mode="TEL")]],
        {"at night only in a crisis or by telephone"},
    ),
    "nights at the end of life alone": (
        "CCN", [_hours((DAILY, "20:00", "08:00"), scope="EOL")], {"only at the end of life: 84 of 168 hours"},
    ),
    "advice to others": ("HAH", [_hours(ALWAYS, mode="PRO")], {"none at night", "none at weekends"}),
}  # fmt: skip
"""Area → function, the hours of its services, and what is missing."""
AREAS = {name: f"E099999{number:02}" for number, name in enumerate(NETWORK, 1)}


def _case() -> dict[str, Any]:
    services, cover = [], []
    for area, (function, teams, _) in NETWORK.items():
        for number, lines in enumerate(teams):
            service = {"service_id": f"{AREAS[area]}-{number}"}
            services.append({**service, "service_function": function, "areas_served": AREAS[area], "age_from": "0",
                             "age_to": "25"})  # fmt: skip
            cover += [{**service, **line} for line in lines]
    return {**children(), "organisation": {}, "service": services, "cover": cover}


@pytest.fixture(scope="module")
def found(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[str, str], set[str]]]:
    """(area, function) → what is missing."""
    region = region_in(founded, tmp_path_factory.mktemp("gaps"))
    said = region.send(region.file(_case(), return_type="SQ"))
    assert said.code == 0, said.out + said.err
    said = mds("services", "map", "--home", region.path, "--period", "2026-04-01", "--json")
    assert said.code == 0, said.err
    gaps = next(table for table in said.json["tables"] if table["name"] == "gaps")
    told: dict[tuple[str, str], set[str]] = {}
    for row in gaps["rows"]:
        told.setdefault((row[0], row[2]), set()).add(row[-1])
    yield told


@pytest.mark.parametrize("area", NETWORK)
def test_what_is_missing_at_night_and_at_weekends(found: dict[tuple[str, str], set[str]], area: str) -> None:
    function, _, missing = NETWORK[area]
    assert found.get((AREAS[area], function), set()) == missing
