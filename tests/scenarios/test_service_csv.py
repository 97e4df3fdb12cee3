"""Tables of the services as CSV are opened in a spreadsheet program: what providers wrote runs nothing there."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from homes import Region, children, mds

NAMES = ("=HYPERLINK(1)", "@SUM(A1)", "+2", "-2")


@pytest.mark.parametrize(("command", "table", "column"), [
    ("map", "offered", "service_name"), ("indicators", "footprints", "provider_name"), ("followup", "stale", "service_name"),
])  # fmt: skip
def test_no_cell_is_a_formula(region: Region, tmp_path: Path, command: str, table: str, column: str) -> None:
    services = [{"service_id": f"S{number}", "service_name": name, "confirmed_on": ""}
                for number, name in enumerate(NAMES)]  # fmt: skip
    sent = region.send(
        region.file({**children(), "organisation": {"legal_name": NAMES[0]}, "service": services}, return_type="SQ")
    )
    assert sent.code in (0, 1), sent.out + sent.err

    said = mds("services", command, "--home", region.path, "--period", "2026-04-01", "--csv", tmp_path)

    assert said.code == 0, said.err
    with (tmp_path / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        found = {row[column] for row in csv.DictReader(stream)}
    assert found == {f"'{name}" for name in (NAMES if column == "service_name" else NAMES[:1])}
