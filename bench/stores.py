"""A region's store of any size, for the reports: the demo's rows again and again, each time of other children."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from mds.home import load_home
from mds.store.database import open_store

PERIOD = "2026-04-01"
"""The demo's last period."""


def demo(work: Path) -> Path:
    """The demo, made once; returns the region's home."""
    home = work / "demo" / "homes" / "EE"
    if not home.is_dir():
        mds = str(Path(sys.executable).parent / "mds")
        subprocess.run([mds, "demo", str(work / "demo")], check=True, stdout=subprocess.DEVNULL)
    return home


def many(work: Path, contacts: int, children: int) -> Path:
    """A region's home with about so many contacts and children."""
    home = work / f"store-{contacts}"
    if home.is_dir():
        return home
    shutil.copytree(demo(work), home)
    known = load_home(home)
    with known.locked(), open_store(known) as connection:
        tables = [row[0] for row in connection.execute(
            "SELECT DISTINCT table_name FROM duckdb_columns() WHERE database_name = 'store' AND column_name IN"
            " ('local_patient_id', 'referral_id', 'person_key')"
        ).fetchall()]  # fmt: skip
        people, calls = (
            connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in ("person", "contact")
        )
        for table in sorted(tables):
            times = contacts // calls if table == "contact" else children // people
            connection.execute(
                f"INSERT INTO {table} SELECT * EXCLUDE (k) REPLACE ({_others(connection, table)})"
                f" FROM {table}, range(1, {times}) AS again(k)"
            )
        connection.execute("CHECKPOINT")
    return home


def _others(connection: object, table: str) -> str:
    """SQL: the keys of a row as those of another child."""
    described = connection.execute(f"DESCRIBE {table}").fetchall()  # type: ignore[attr-defined]
    keys = [f"md5({name}::VARCHAR || k)::UUID AS {name}" for name, kind, *_ in described if kind == "UUID"]
    texts = {name for name, *_ in described} & {"person_key", "person_token", "handle"}
    return ", ".join([*keys, *(f"{name} || '-' || k AS {name}" for name in sorted(texts))])
