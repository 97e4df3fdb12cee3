"""A region that has worked with an older version of the program goes on with this one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from homes import HOSPITAL, ON_TIME, Region, child, children, mds

import mds_migrations
from mds.duck import connect
from mds.encrypted import attach
from mds.home import Home
from mds.keys import STORE
from mds.store.database import open_store, sqlalchemy_engine

COUNTED: dict[str, Any] = {**children(), "organisation": {}, "service": {}, "cover": [{}], "aggregate_caseload": {}}


def _as_of(revision: str, region: Region) -> None:
    """Put a store of an older revision in the place of the region's, with the same rows."""
    home = region.home
    with open_store(home, read_only=True) as connection:
        names = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        rows = {name: connection.execute(f"FROM {name}").to_arrow_table() for name in names}
        if revision == "0001":
            current = "SELECT * EXCLUDE (counts_for), counts_for <> '' AS is_current FROM receipt"
            rows["receipt"] = connection.execute(current).to_arrow_table()
        counts = "SELECT COLUMNS(c -> c NOT LIKE 'ethnic_%'), 7 AS ethnic_white FROM aggregate_caseload"
        rows["aggregate_caseload"] = connection.execute(counts).to_arrow_table()
    home.store_path.unlink()
    _make(revision, home)
    with connect() as connection:
        attach(connection, home.store_path, home.keys.load(STORE), alias="store")
        tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE table_name <> 'alembic_version'")
        for (name,) in tables.fetchall():
            connection.register("held", rows[name])
            connection.execute(f"INSERT INTO store.{name} BY NAME FROM held")


def _make(revision: str, home: Home) -> None:
    engine = sqlalchemy_engine(home.store_path, home.keys.load(STORE))
    config = Config()
    config.set_main_option("script_location", str(Path(mds_migrations.__file__).parent))
    config.attributes["engine"] = engine
    command.upgrade(config, revision)
    engine.dispose()


@pytest.fixture
def older(region: Region) -> Region:
    """A region of revision 0001: a return that was replaced, one that counts, one that was sent back, a nil return."""
    region.send(region.file(children(child(1)), period="Q1"))
    region.send(region.file(children(child(1))))
    region.send(region.file(children(child(1), child(2))))
    region.send(region.file(provider=HOSPITAL, reference_date="2026-07-01"))
    _as_of("0001", region)
    return region


def test_an_older_store_is_not_worked_with_until_it_is_brought_up_to_date(older: Region) -> None:
    said = mds("status", "--home", older.path)

    assert said.code != 0
    assert said.err == "mds: The store is of an older version. Bring it up to date with mds doctor --upgrade.\n"


def test_an_older_store_brought_up_to_date_holds_what_it_held(older: Region) -> None:
    upgraded = mds("doctor", "--home", older.path, "--upgrade")

    assert upgraded.code == 0, upgraded.out
    assert older.ask("SELECT counts_for, return_type, verdict FROM receipt ORDER BY sequence") == [
        ("MDS", "MDS", "accepted"), ("", "MDS", "accepted"), ("MDS", "MDS", "accepted"), ("", "MDS", "sent_back"),
    ]  # fmt: skip
    assert (older.count("child"), older.count("person"), older.count("service")) == (3, 2, 0)
    for path in (older.path / "receipts").glob("*.json"):
        assert mds("status", "--home", older.path, "--verify", path).code == 0


def test_an_older_store_brought_up_to_date_takes_returns_as_before(older: Region) -> None:
    mds("doctor", "--home", older.path, "--upgrade")
    receipts = older.count("receipt")

    again = older.send(older.file(children(child(1), child(2))), "--json")
    changed = older.send(older.file(children(child(2), child(3))), "--json")

    assert older.receipt(again)["tables"]["child"]["accepted"] == 2
    assert older.count("receipt") == receipts + 1
    assert older.receipt(changed)["replaces"]["receipt_id"] == again.json["receipt_id"]
    standing = mds("status", "--home", older.path, "--received-on", ON_TIME, "--json").json
    assert standing["children"] == 3


def test_counts_by_ethnic_group_are_let_go_of_and_all_other_counts_stay(region: Region) -> None:
    region.send(region.file(COUNTED, return_type="SQ"))
    counted = "SELECT total_children, act_1, sex_male FROM aggregate_caseload"
    before = region.ask(counted)
    _as_of("0002", region)

    upgraded = mds("doctor", "--home", region.path, "--upgrade")

    assert upgraded.code == 0, upgraded.out
    assert region.ask(counted) == before != []
    assert region.ask("SELECT ethnic_wbri, ethnic_99 FROM aggregate_caseload") == [(None, None)]
    assert region.send(region.file(COUNTED, return_type="SQ")).code == 0
