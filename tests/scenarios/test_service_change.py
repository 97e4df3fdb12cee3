"""What changed in a year, where a provider has left the register and a service reaches beyond the network."""

from __future__ import annotations

from typing import Any

from homes import HOSPICE, TEAM, Region, children, mds

NORTH, ELSEWHERE = "E09999901", "E09999902"


def _send(region: Region, provider: str, period: str, **service: str) -> None:
    case: dict[str, Any] = {
        **children(),
        "organisation": {"provider_code": provider},
        "service": [
            {"service_id": "S1", "provider_code": provider, "areas_served": f"{NORTH};{ELSEWHERE}", **service},
            {"service_id": "S2", "provider_code": provider, "service_function": "SIB", "areas_served": NORTH,
             "closed_on": "2025-03-31"},
        ],
        "workforce": [
            {"service_id": service_id, "staff_group": "NHO", "headcount": "9", "wte_funded": "4", "wte_in_post": "4",
             "wte_vacant": "0", "wte_vacant_3m": "0"} for service_id in ("S1", "S2")
        ],
        "aggregate_caseload": [{"service_id": "S1"}, {"service_id": "S2"}],
    }  # fmt: skip
    said = region.send(region.file(case, provider=provider, period=period, return_type="SQ"))
    assert said.code == 0, said.out + said.err


def _change(region: Region, name: str, *columns: str) -> list[tuple[Any, ...]]:
    said = mds("services", "indicators", "--home", region.path, "--period", "2026-04-01", "--exact", "--json")
    assert said.code == 0, said.err
    table = next(table for table in said.json["tables"] if table["name"] == name)
    places = [table["columns"].index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in table["rows"]]


def test_those_that_left_count_while_they_were_there(region: Region) -> None:
    """The team left in March. Of the closed services nothing counts, neither now nor then."""
    for provider, function in ((HOSPICE, "HIP"), (TEAM, "CCN")):
        _send(region, provider, "a year before", service_function=function)
    _send(region, HOSPICE, "Q2", service_function="HIP")
    register = region.path / "providers.csv"
    rows = [row.split(",") for row in register.read_text().splitlines()]
    place = rows[0].index("open_to")
    for row in rows:
        row[place] = "2026-03-31" if TEAM in row else row[place]
    register.write_text("\n".join(map(",".join, rows)) + "\n")
    settings = region.path / "mds.toml"
    settings.write_text(settings.read_text().replace("[map]", f"[map]\n{NORTH} = [1, 1]"))

    columns = ("area", "functions_then", "functions_now", "services_then", "services_now", "providers")
    assert _change(region, "change", *columns) == [(NORTH, 2, 1, 2, 1, 1)]
    assert _change(region, "children_per_nurse", "period_from", "provider_code", "children", "nurses") == [
        ("2025-04-01", HOSPICE, 12, 4), ("2026-04-01", HOSPICE, 12, 4), ("2025-04-01", TEAM, 12, 4),
    ]  # fmt: skip
