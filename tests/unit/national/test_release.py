"""Several regions' extracts become one release: who counts where, what is printed, and that the gate stops what tells too
much."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from mds.failures import NotPermitted, UsageFailure
from mds.home import Home
from mds.national.catalogue import leaving
from mds.national.collect import Opened
from mds.national.comparison import ELSEWHERE, comparison
from mds.national.disclosure.system import ALL
from mds.national.founding import found_national
from mds.national.manifest import Manifest
from mds.national.release import Release, attacked, read_back, release

START, END = date(2026, 4, 1), date(2026, 6, 30)
EAST, NORTH_WEST, SOUTH_EAST = "E12000006", "E12000002", "E12000008"
Drawn = Mapping[tuple[str, str], int]
"""(region, age band) → children."""


def _manifest(network: str) -> Manifest:
    returned = {"provider_code": f"{network}1", "provider_name": "One", "provider_type": "CH", "returned": True}
    return Manifest.model_validate({
        "profile": "counts", "network": network, "rp_start": "2026-04-01", "rp_end": "2026-06-30", "test_data": True,
        "catalogue": 1, "schema_version": "2.0", "tool_version": "0", "rule_set": "0", "store_revision": "0003",
        "store_sequence": 1, "store_digest": "0" * 64, "returns": [returned], "tables": {}, "made_on": "2026-07-10",
        "checkpoint": {"checks": 1, "errors": [], "warnings": [], "despite": ""},
    })  # fmt: skip


def _extract(network: str, ages: Drawn) -> Opened:
    """An extract in which every child has the given age band and one value of all else; one provider knows them all."""
    tables = {}
    for table in leaving(END):
        ((dimension, _),) = table.by
        drawn: dict[tuple[str, str], int] = {}
        for (region, band), children in ages.items():
            key = (region, band if table.name == "age" else "only")
            drawn[key] = drawn.get(key, 0) + children
        rows = [{"region": region, dimension: value, "children": n} for (region, value), n in drawn.items()]
        tables[f"count_{table.name}"] = pa.Table.from_pylist(rows)
        tables[f"known_to_{table.name}"] = pa.Table.from_pylist(
            [{"provider_code": f"{network}1", **row} for row in rows]
        )
    return Opened(_manifest(network), tables)


THREE = [
    _extract("EE", {(EAST, "1-5"): 40, (EAST, "6-10"): 3, (EAST, "11-15"): 30, (NORTH_WEST, "1-5"): 9}),
    _extract(
        "NW", {(NORTH_WEST, "1-5"): 50, (NORTH_WEST, "6-10"): 20, (NORTH_WEST, "11-15"): 25, ("not known", "1-5"): 2}
    ),
    _extract("NW-CM", {(NORTH_WEST, "1-5"): 10, (NORTH_WEST, "6-10"): 12, (NORTH_WEST, "11-15"): 8, (EAST, "6-10"): 1}),
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return found_national(tmp_path / "national", "test", date(2026, 7, 1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "release"


def _released(home: Home, folder: Path, extracts: list[Opened]) -> Release:
    return release(home, extracts, START, END, folder, lambda _: None)


def _lines(folder: Path, name: str) -> dict[tuple[str, str], str]:
    with (folder / "csv" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return {(row["region_code"], row["value"]): row["children"] for row in csv.DictReader(stream)}


def test_a_regions_children_are_those_of_its_own_networks_and_others_stand_apart() -> None:
    system = comparison(THREE, END).system
    found = {cell: system.truth[place] for cell, place in system.places.items()}
    assert found["in need", EAST, "age", "1-5"] == 40
    assert found["in need", NORTH_WEST, "age", "1-5"] == 50 + 10 + 2  # with two of whom it is not known
    assert found["in need", ALL, ALL, ALL] == 73 + 97 + 30
    assert found[ELSEWHERE, NORTH_WEST, ALL, ALL] == 9
    assert found[ELSEWHERE, EAST, ALL, ALL] == 1


def test_every_reader_knows_its_own() -> None:
    compared = comparison(THREE, END)
    readers = {reader.name: reader for reader in compared.readers}
    place = compared.system.places
    assert [*readers] == [
        "outsider", "network EE", "network NW", "network NW-CM", "provider EE1", "provider NW1", "provider NW-CM1"
    ]  # fmt: skip
    # The East has one network, which therefore knows all of it; two share the North West.
    assert place["in need", EAST, "age", "6-10"] in readers["network EE"].knows
    assert place["in need", NORTH_WEST, "age", "6-10"] not in readers["network NW"].knows
    assert readers["network NW"].at_least[place["in need", NORTH_WEST, "age", "6-10"]] == 20
    assert readers["provider NW-CM1"].at_least[place["in need", NORTH_WEST, ALL, ALL]] == 30


def test_no_small_count_is_printed_and_all_others_are_rounded(home: Home, folder: Path) -> None:
    made = _released(home, folder, THREE)
    ages = _lines(folder, "age")
    assert ages[EAST, "6-10"] == "*"
    assert {count for path in (folder / "csv").iterdir() for count in _lines(folder, path.stem).values()} - {"*"} <= {
        str(n) for n in range(0, 300, 5) if n not in (5,)
    }
    assert made.hidden > 1
    assert "TEST DATA" in (folder / "about.txt").read_text(encoding="utf-8")


def test_the_certificate_tells_what_was_tried_and_of_which_files(home: Home, folder: Path) -> None:
    made = _released(home, folder, THREE)
    certificate = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
    assert certificate == made.certificate
    assert set(certificate["files"]) == {f"csv/{path.name}" for path in (folder / "csv").iterdir()}
    assert all(
        one["least_width"] is None or one["least_width"] >= one["width_needed"] for one in certificate["readers"]
    )
    assert next(one["reader"] for one in certificate["readers"]) == "outsider"
    assert sum(one["small_counts"] for one in certificate["readers"]) > 0


def test_the_same_extracts_give_the_same_release(home: Home, folder: Path, tmp_path: Path) -> None:
    _released(home, folder, THREE)
    _released(home, tmp_path / "again", THREE)
    names = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert all((folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in names)


def test_what_was_hidden_once_stays_hidden_in_a_later_release_of_the_period(home: Home, folder: Path) -> None:
    """The three become thirteen: the star tells no more that they were few."""
    _released(home, folder, THREE)
    corrected = _extract("EE", {(EAST, "1-5"): 40, (EAST, "6-10"): 13, (EAST, "11-15"): 30, (NORTH_WEST, "1-5"): 9})
    before = {key for key, count in _lines(folder, "age").items() if count == "*"}
    _released(home, folder, [corrected, *THREE[1:]])
    assert before <= {key for key, count in _lines(folder, "age").items() if count == "*"}
    assert not [path for path in folder.parent.iterdir() if path.name.startswith(".arriving")]


def test_a_folder_with_anything_else_in_it_is_left_alone(home: Home, folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(UsageFailure, match="something else in that folder"):
        _released(home, folder, THREE)
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_without_extracts_there_is_nothing_to_compare(home: Home, folder: Path) -> None:
    with pytest.raises(UsageFailure, match="No extract was collected"):
        _released(home, folder, [])


# --- the gate --------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(home: Home, folder: Path) -> Iterator[Path]:
    _released(home, folder, THREE)
    yield folder


def _change(folder: Path, name: str, changes: Mapping[tuple[str, str], str | None]) -> None:
    """Print other counts in a file; nothing for a line that is left out."""
    path = folder / "csv" / f"{name}.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [lines[0]]
    for line in lines[1:]:
        region, where, by, value, count = line.split(",")
        found = changes.get((region, value), count)
        if found is not None:
            kept.append(",".join((region, where, by, value, found)))
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")


def _attack(folder: Path) -> list[dict[str, Any]]:
    compared = comparison(THREE, END)
    return attacked(compared, read_back(folder, compared))


def test_the_gate_lets_the_release_pass(written: Path) -> None:
    outsider, *_ = _attack(written)
    assert outsider["small_counts"] > 0
    assert outsider["least_width"] is None or outsider["least_width"] >= outsider["width_needed"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({(EAST, "6-10"): "3"}, "could come too close to"),
        # Whole counts for rounded ones: 73 in the East, of whom 40 and 30 are of the other ages.
        ({(EAST, "1-5"): "41", (EAST, "11-15"): "29", (EAST, "all"): "73"}, "could come too close to"),
        ({(EAST, "all"): None}, "do not tell every cell"),
        ({(EAST, "all"): "500"}, "contradict each other|does not fit together"),
    ],
)
def test_the_gate_stops_what_tells_too_much(
    written: Path, changes: Mapping[tuple[str, str], str | None], told: str
) -> None:
    for name in ("age", "sex", "ethnic_group", "act_category", "diagnostic_group", "phase", "plan"):
        margins = {key: count for key, count in changes.items() if key[1] == "all"}
        _change(written, name, changes if name == "age" else margins)
    with pytest.raises(NotPermitted, match=told):
        _attack(written)


def test_two_files_that_tell_one_margin_differently_are_stopped(written: Path) -> None:
    _change(written, "sex", {(EAST, "all"): "80"})
    with pytest.raises(NotPermitted, match="contradict each other"):
        _attack(written)
