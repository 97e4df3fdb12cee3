"""What leaves a region for the nation: exact counts of the registered tables, worked out by hand; and what does not leave.

The hospice and the team know the first child. The hospice knows the second and third too, the team the fourth. All live in the
East of England but the third, who lives in the North West; the hospital sent nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from homes import HOSPICE, NUMBERS, TEAM, Region, mds, region_in
from national import DAY, PERIOD, Nation, nation_of
from networks import Kid, case_of, send

from mds.failures import NotPermitted
from mds.national.catalogue import TABLES, leaving
from mds.national.collect import Opened
from mds.national.extract import FORM
from mds.national.scan import scan
from mds.sealing import read_manifest
from mds.store.database import open_store

EAST, NORTH_WEST = "E12000006", "E12000002"


@pytest.fixture(scope="module")
def nation(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nation]:
    region = region_in(founded, tmp_path_factory.mktemp("extract"))
    send(region, HOSPICE, case_of(Kid(1), Kid(2, {"sex": "2"}), Kid(3, {"ethnic_category": "Z"})))
    send(region, TEAM, case_of(Kid(1), Kid(4, {"person_birth_date": "2013-05-04"})))
    with region.home.locked(), open_store(region.home) as connection:
        for table in ("child", "person"):
            connection.execute(
                f"UPDATE {table} SET region_code = CASE ethnic_category WHEN 'Z' THEN '{NORTH_WEST}' ELSE '{EAST}' END"
            )
    yield nation_of(region, region.desk)


@pytest.fixture(scope="module")
def told(nation: Nation) -> Opened:
    said = nation.extract("--despite", "the test moved a child by hand")
    assert said.code == 0, said.err
    return nation.opened()


def _cells(told: Opened, name: str) -> set[tuple[Any, ...]]:
    return {tuple(row.values()) for row in told.tables[name].to_pylist()}


def test_a_child_is_counted_once_in_the_region_where_it_lives(told: Opened) -> None:
    assert _cells(told, "count_sex") == {(EAST, "1", 2), (EAST, "2", 1), (NORTH_WEST, "1", 1)}
    assert _cells(told, "count_age") == {(EAST, "6-10", 2), (EAST, "11-15", 1), (NORTH_WEST, "6-10", 1)}


def test_what_is_not_told_is_counted_as_not_known(told: Opened) -> None:
    assert (NORTH_WEST, "not known", 1) in _cells(told, "count_ethnic_group")


def test_each_providers_own_knowledge_goes_with_the_counts(told: Opened) -> None:
    assert _cells(told, "known_to_sex") == {
        (HOSPICE, EAST, "1", 1), (HOSPICE, EAST, "2", 1), (HOSPICE, NORTH_WEST, "1", 1), (TEAM, EAST, "1", 2)
    }  # fmt: skip


def test_every_table_of_the_catalogue_has_its_dimensions_and_a_count(told: Opened) -> None:
    for table in TABLES:
        if table.release == "year":
            continue
        assert told.tables[f"count_{table.name}"].column_names == [*table.dimensions, "children"]
        assert told.tables[f"known_to_{table.name}"].column_names == ["provider_code", *table.dimensions, "children"]


def test_deaths_of_a_year_leave_only_with_the_period_that_ends_it(told: Opened) -> None:
    """From the years to the end of two quarters a quarter could be told."""
    assert "count_death_place" not in told.tables
    assert [table.name for table in leaving(date(2026, 3, 31))][-1] == "death_place"
    assert "death_place" not in [table.name for table in leaving(date(2026, 6, 30))]


def test_nothing_of_the_counts_stands_in_the_open(nation: Nation, told: Opened) -> None:
    """Small counts could be tried out against the digest of a table."""
    outside = read_manifest(FORM, nation.file.read_bytes())
    assert outside == {"format_version": 1, "profile": "counts", "network": "EE", "rp_start": PERIOD, "test_data": True}


def test_who_has_not_sent_travels_with_the_figures(told: Opened) -> None:
    assert {one.provider_code: one.returned for one in told.manifest.returns} == {
        "8HX01": True, "RX101": True, "RX102": False
    }  # fmt: skip


def test_no_token_of_a_child_is_in_it(told: Opened, nation: Nation) -> None:
    stored = nation.region.ask(
        "SELECT person_key FROM person UNION SELECT local_patient_id::VARCHAR FROM child UNION SELECT handle FROM child"
    )
    tokens = {str(value) for (value,) in stored}
    texts = {str(value) for table in told.tables.values() for column in table.columns for value in column.to_pylist()}
    assert tokens and not tokens & texts
    assert not {*NUMBERS} & texts


def test_the_same_store_gives_the_same_content_on_any_day(nation: Nation, told: Opened) -> None:
    assert nation.extract("--despite", "the test moved a child by hand", day="2026-11-30").code == 0
    again = nation.opened("2026-11-30").manifest
    assert again.made_on == "2026-11-30"
    assert again.content_digest == told.manifest.content_digest
    assert again.tables == told.manifest.tables


# --- what does not leave ---------------------------------------------------------------------------------------------


@pytest.fixture
def sound(two_quarters: Region, tmp_path: Path) -> Nation:
    return nation_of(region_in(two_quarters.path, tmp_path), tmp_path)


def test_a_store_that_fails_its_checks_gives_no_extract_unless_told_to_with_a_reason(sound: Nation) -> None:
    with sound.region.home.locked(), open_store(sound.region.home) as connection:
        connection.execute("UPDATE child SET sex = '7' WHERE provider_code = ?", [TEAM])

    said = sound.extract()
    assert (said.code, "GX101020" in said.err, "--despite" in said.err) == (14, True, True), said.err
    assert not sound.folder.exists()
    assert sound.extract("--despite", "because").code == 14

    reason = "the team corrects it next week"
    said = sound.extract("--despite", reason, "--json")
    assert said.code == 0, said.err
    assert said.json["checkpoint"]["errors"] == ["GX101020"]
    assert said.json["checkpoint"]["despite"] == reason
    assert sound.opened().manifest.checkpoint.despite == reason
    (record,) = (sound.region.path / "extracts").iterdir()
    assert reason in record.read_text(encoding="utf-8")


def test_a_sound_store_needs_no_reason_and_records_none(sound: Nation) -> None:
    said = sound.extract("--despite", "there is nothing wrong here", "--json")
    assert (said.code, said.json["checkpoint"]["errors"], said.json["checkpoint"]["despite"]) == (0, [], "")


def test_without_a_trusted_recipient_nothing_is_sealed(two_quarters: Region, tmp_path: Path) -> None:
    region = region_in(two_quarters.path, tmp_path)
    said = mds("extract", "--home", region.path, "--period", PERIOD, "--received-on", DAY, "-o", tmp_path / "out")
    assert (said.code, "mds keys trust" in said.err) == (14, True), said.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "text", [NUMBERS[0], "999 000 0018", "of ZZ99 3VZ", "born 4/5/2018", "2018-05-04", "born 4 May 2018"]
)
def test_a_text_that_looks_identifying_stops_the_extract(text: str) -> None:
    table = pa.table({"provider_code": [TEAM, HOSPICE], "service_name": ["Hospice at home", text]})
    with pytest.raises(NotPermitted, match=r"CP950040.*service_service\.service_name of 8HX01") as raised:
        scan({"service_service": table})
    assert text not in str(raised.value)
    with pytest.raises(NotPermitted, match="the reason given"):
        scan({}, f"see {text}")


@pytest.mark.parametrize("column", ["nhs_number", "given_name", "condition_text", "contact_id"])
def test_a_field_that_stays_with_the_provider_stops_the_extract(column: str) -> None:
    with pytest.raises(NotPermitted, match=f"count_age.{column}"):
        scan({"count_age": pa.table({column: ["x"]})})


def test_what_services_are_called_does_not() -> None:
    names = ["Ward 10/11", "24/7 line", "Open 2010-2026", None]
    websites = ["https://x.example/2025/04/01/opening", None, None, None]
    assert scan({"service_service": pa.table({"service_name": names, "website": websites})}) is None


@pytest.mark.parametrize(
    ("words", "told", "code"),
    [
        (("--period", "2026-05-01"), "No period of this network begins on that day", 2),
        (("--period", "2025-04-01"), "No return about children was received", 2),
        (("--period", PERIOD, "--received-on", "2026-06-30"), "lasts until 30 June 2026", 2),
    ],
)
def test_what_cannot_be_extracted_is_said(
    sound: Nation, tmp_path: Path, words: tuple[str, ...], told: str, code: int
) -> None:
    said = mds("extract", "--home", sound.region.path, "--received-on", DAY, "-o", tmp_path / "out", *words)
    assert (said.code, told in said.err) == (code, True), said.err


def test_only_a_region_makes_extracts_and_only_the_nation_collects(sound: Nation, tmp_path: Path) -> None:
    said = mds("extract", "--home", sound.path, "--period", PERIOD, "-o", tmp_path / "out")
    assert (said.code, "no region's home" in said.err) == (2, True)
    said = mds("national", "collect", sound.file, "--home", sound.region.path)
    assert (said.code, "not the national home" in said.err) == (2, True)
