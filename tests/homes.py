"""A region and its providers as they are in life: folders, files and the command line. Nothing is stood in for."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from drawn import Rows, rows_of

from mds.home import Home, load_home
from mds.main import run
from mds.store.database import open_store
from mds_schemas.versions import VERSIONS

REGISTER = """provider_code,provider_name,provider_type,sector,network_code,open_from,open_to
8HX01,Sunny Bank Hospice,CH,VOL,EE,2010-04-01,
RX101,Fen Community Team,CN,NHS,EE,2010-04-01,
RX102,Marsh Hospital,AC,NHS,EE,2010-04-01,
RX103,Northern Team,CN,NHS,NE,2010-04-01,
"""
HOSPICE, TEAM, HOSPITAL = "8HX01", "RX101", "RX102"

PERIODS = {
    "Q0": ("2025-01-01", "2025-03-31"),  # the last quarter of version 1.0
    "a year before": ("2025-04-01", "2025-06-30"),
    "Q1": ("2026-01-01", "2026-03-31"),
    "Q2": ("2026-04-01", "2026-06-30"),
    "Q3": ("2026-07-01", "2026-09-30"),
}
ON_TIME = "2026-10-05"
"""A day by which all these periods are over."""

NUMBERS = (
    "9990000018",
    "9990000026",
    "9990000034",
    "9990000042",
    "9990000050",
    "9990000069",
    "9990000077",
    "9990000085",
    "9990000093",
    "9990000107",
    "9990000115",
    "9990000123",
    "9990000131",
    "9990000158",
)
"""Test numbers with a right check digit (specification 7.6)."""


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def mds(*words: object) -> Said:
    """Run one command of the program, through its own front door."""
    out, err, argv = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["mds", *map(str, words)]
    code = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            run()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    finally:
        sys.argv = argv
    return Said(code, out.getvalue(), err.getvalue())


def child(number: int, **changes: str) -> dict[str, str]:
    """The row of a child, of which `number` makes the local and the NHS number."""
    own = {
        "local_patient_id": f"SB{number:03}", "nhs_number": NUMBERS[number - 1],
        "person_birth_date": f"2018-05-{10 + number}",
    }  # fmt: skip
    return {**own, **changes}


def children(*rows: Mapping[str, str]) -> dict[str, Any]:
    """A case of several children, each with a condition, a referral and a contact."""
    ids = [row["local_patient_id"] for row in rows]
    return {
        "child": [dict(row) for row in rows],
        "condition": [{"local_patient_id": local} for local in ids],
        "referral": [{"local_patient_id": local, "referral_id": f"RF-{local}"} for local in ids],
        "contact": [
            {"contact_id": f"CT-{local}", "referral_id": f"RF-{local}", "contact_date": "", "contact_time": ""}
            for local in ids
        ],
        **{name: [] for name in ("register_membership", "phase", "short_break", "admission", "care_plan",
                                 "equipment_request")},
    }  # fmt: skip


def drawn_return(case: Mapping[str, Any] | None = None, *, provider: str = HOSPICE, period: str = "Q2",
                 version: str = "2.0", **header: str) -> dict[str, Rows]:  # fmt: skip
    """The rows of a return for a provider and period."""
    start, end = PERIODS[period]
    case = dict(case or {})
    case["header"] = {
        "provider_code": provider, "submitter_code": provider, "rp_start": start, "rp_end": end, "reference_date": end,
        "created_at": f"{end} 17:00", **case.get("header", {}), **header,
    }  # fmt: skip
    rows = rows_of(case, VERSIONS[version])
    for contact in rows["contact"]:
        if not contact["contact_date"]:
            contact["contact_date"] = f"{start[:8]}15"
    return rows


def write_return(folder: Path, rows: Mapping[str, Rows]) -> Path:
    """A return as a folder of CSV files."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for table, drawn in rows.items():
        if drawn:
            with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as stream:
                writer = csv.DictWriter(stream, fieldnames=list(dict.fromkeys(name for row in drawn for name in row)))
                writer.writeheader()
                writer.writerows(drawn)
    return folder


@dataclass
class Region:
    """A region's home, and the desk of the providers that send to it."""

    path: Path
    desk: Path
    written: int = field(default=0)

    @property
    def home(self) -> Home:
        return load_home(self.path)

    def file(self, case: Mapping[str, Any] | None = None, **about: Any) -> Path:
        """A return on the desk, drawn from the example with a change."""
        self.written += 1
        return write_return(self.desk / f"return{self.written}", drawn_return(case, **about))

    def send(self, file: Path, *words: object, received_on: str = ON_TIME) -> Said:
        return mds("submit", file, "--home", self.path, "--received-on", received_on, *words)

    def receipt(self, said: Said) -> dict[str, Any]:
        """The receipt that a submission as JSON names."""
        document: dict[str, Any] = json.loads(self.receipt_path(said.json["receipt_id"]).read_text(encoding="utf-8"))
        return document

    def receipt_path(self, receipt_id: str) -> Path:
        return self.path / "receipts" / f"{receipt_id}.json"

    def answers(self, *lines: str) -> Path:
        path = self.desk / "answers.csv"
        path.write_text("\n".join(["rule,row key,reason", *lines]) + "\n", encoding="utf-8")
        return path

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the decrypted store."""
        with self.home.locked(), open_store(self.home, read_only=True) as connection:
            return connection.execute(query).fetchall()

    def count(self, table: str) -> int:
        return int(self.ask(f"SELECT count(*) FROM {table}")[0][0])

    def cells(self) -> Iterator[tuple[str, str, str]]:
        """Every cell of the decrypted store that holds anything: table, column, text."""
        with self.home.locked(), open_store(self.home, read_only=True) as connection:
            yield from cells_of(connection)

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """What the store holds, without what is random or of the one run: handles and ids."""
        left_out = {"handle", "receipt_id", "replaced", "document", "package_id"}
        with self.home.locked(), open_store(self.home, read_only=True) as connection:
            found = {}
            for (table,) in connection.execute(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = 'store' ORDER BY 1"
            ).fetchall():
                columns = [row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
                kept = [column for column in columns if column not in left_out]
                if kept:
                    found[table] = connection.execute(f"SELECT {', '.join(kept)} FROM {table} ORDER BY ALL").fetchall()
            return found

    def bytes_of_store(self) -> bytes:
        return b"".join(path.read_bytes() for path in sorted((self.path / "store").iterdir()))


def cells_of(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str, str]]:
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'store'").fetchall()
    for (table,) in tables:
        for name, *_ in connection.execute(f"DESCRIBE {table}").fetchall():
            values = connection.execute(f'SELECT DISTINCT "{name}"::VARCHAR FROM {table} WHERE "{name}" IS NOT NULL')
            yield from ((table, name, text) for (text,) in values.fetchall())


@dataclass(frozen=True)
class Packed:
    """A region, a provider's home, and a package from one to the other that was not received yet."""

    region: Region
    hospice: Path
    package: Path


def new_provider(region: Region, provider: str) -> Path:
    """Make a provider's home out of a network pack, as the two offices would."""
    pack, passphrase = region.desk / f"{provider}.mdsk", region.desk / f"{provider}.txt"
    issued = mds("keys", "issue", "--provider", provider, "--out", pack, "--home", region.path)
    assert issued.code == 0, issued.err
    passphrase.write_text(issued.out, encoding="utf-8")
    home = region.path.parent / f"home-{provider}"
    said = mds("init", home, "--pack", pack, "--passphrase-file", passphrase)
    assert said.code == 0, said.err
    return home


class Runner:
    """Runs commands in processes of their own, each a fork of one that has everything imported (`runner.py`)."""

    def __init__(self, folder: Path) -> None:
        self._said = folder / "said.txt"
        self._parent = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "runner.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline().strip()

    def run(self, *words: object, kill_after: float | None = None, **limits: int) -> tuple[int, str]:
        """Exit status (negative for a signal) and what was said. `kill_after` is in seconds, for limits see runner.py."""
        assert self._parent.stdin is not None
        asked = {"words": [*map(str, words)], "said": str(self._said), **limits}
        self._parent.stdin.write(json.dumps(asked) + "\n")
        self._parent.stdin.flush()
        command = int(self._line())
        killer = threading.Timer(kill_after or 0, _kill, [command])
        if kill_after is not None:
            killer.start()
        code = int(self._line())
        killer.cancel()
        return code, self._said.read_text()

    def close(self) -> None:
        assert self._parent.stdin is not None
        self._parent.stdin.close()
        self._parent.wait()


def _kill(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def example_case() -> dict[str, Any]:
    """Two children, with a row in every table that can have one, and a death."""
    case: dict[str, Any] = {name: {} for name in ("register_membership", "phase", "short_break", "admission", "care_plan",
                                                  "equipment_request")}  # fmt: skip
    case["child"] = [{}, child(2, caseload_status="D")]
    case["condition"] = [{}, {"local_patient_id": "SB002"}]
    ended = {"episode_end": "2026-05-29", "episode_end_reason": "01"}
    case["referral"] = [{}, {"local_patient_id": "SB002", "referral_id": "RF002", **ended}]
    case["death"] = {"local_patient_id": "SB002", "death_date": "2026-05-29"}
    case["bereavement"] = {"local_patient_id": "SB002"}
    case["perinatal"] = {"local_patient_id": "SB002"}
    return case


def warnings_of(said: Said, code: str) -> list[dict[str, Any]]:
    return [found for found in said.json["findings"] if found["code"] == code]


def codes_of(said: Said) -> set[str]:
    return {found["code"] for found in said.json["findings"]}


def new_region(folder: Path, network: str = "EE", *, live: bool = False) -> Path:
    """Make a region's home with the command."""
    register = folder / f"register-{network}.csv"
    register.write_text(REGISTER.replace(",EE,", f",{network},"), encoding="utf-8")
    home = folder / f"region-{network}{'-live' if live else ''}"
    said = mds("init", home, "--network", network, "--providers", register, *([] if live else ["--test"]))
    assert said.code == 0, said.err
    return home


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty test region, made once."""
    return new_region(tmp_path_factory.mktemp("founded"))


@pytest.fixture(scope="session")
def packed(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Packed:
    """A region, the home of a provider of it, and a package that this provider made."""
    folder = tmp_path_factory.mktemp("packed")
    region = region_in(founded, folder)
    hospice = new_provider(region, HOSPICE)
    package = folder / "return.mdsp"
    said = mds("submit", region.file(example_case()), "--home", hospice, "--received-on", ON_TIME, "--pack", package)
    assert said.code == 0, said.err
    return Packed(region, hospice, package)


@pytest.fixture
def region(founded: Path, tmp_path: Path) -> Region:
    """A test region of its own for one test."""
    return region_in(founded, tmp_path)


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """Commands in processes of their own, that can be killed."""
    made = Runner(tmp_path_factory.mktemp("runner"))
    yield made
    made.close()


def region_in(founded: Path, folder: Path) -> Region:
    shutil.copytree(founded, folder / "region")
    (folder / "desk").mkdir(exist_ok=True)
    return Region(folder / "region", folder / "desk")
