"""The field checks of one table beside other validators, on the same rows with the same checks.

Each tool runs in a fresh process that prints its own seconds (imports and the making of its schema left out) and the number of faults it found. The
rows hold the same faults for all: every hundredth contact has a code that is on no list, a date that is none, or no id.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
ENVIRONMENTS = HERE / ".venv"

CODED = (
    "contact_type", "subject", "mechanism", "location", "attendance", "staff_group", "out_of_hours", "parent_present",
)  # fmt: skip


def lists() -> dict[str, list[str]]:
    """The codes that each coded column of a contact takes, for the other tools."""
    from mds_schemas.versions import LATEST

    columns = LATEST.tables["contact"].columns()
    return {name: list(columns[name].kind.json_schema()["enum"]) for name in CODED}


def faulty(folder: Path, out: Path) -> Path:
    """The contacts of a return with a fault in every hundredth row."""
    import duckdb

    out.mkdir(parents=True, exist_ok=True)
    duckdb.execute(
        f"""COPY (SELECT * EXCLUDE (i) REPLACE (
            CASE WHEN i % 300 = 0 THEN 'ZZ' ELSE contact_type END AS contact_type,
            CASE WHEN i % 300 = 100 THEN '2026-13-45' ELSE contact_date END AS contact_date,
            CASE WHEN i % 300 = 200 THEN '' ELSE contact_id END AS contact_id)
            FROM (SELECT *, row_number() OVER () AS i FROM read_csv('{folder / "contact.csv"}', all_varchar = true)))
        TO '{out / "contact.csv"}' (HEADER)"""
    )
    return out / "contact.csv"


OURS = """
import pyarrow.dataset, pyarrow.compute, rapidfuzz.distance
from datetime import date
from mds.duck import connect
from mds.intake.source import Intake
from mds.intake.returns import read_return
from mds.validate.columns import ColumnReader
from mds.validate.engine import FINDING_TABLE
from mds_schemas.reading import ReadContext
from mds_schemas.versions import LATEST
connection = connect()
adapters = [column.adapter for column in LATEST.tables["contact"].columns().values()]
start = clock()
intake = read_return(connection, Path(FILE), {})
connection.execute(FINDING_TABLE)
loaded = clock()
model = intake.version.tables["contact"]
ColumnReader(connection, model, ReadContext()).check([(n, s) for n, s in enumerate(intake.sources) if s.table == "contact"])
found = connection.execute("SELECT count(*) FROM finding").fetchone()[0]
"""

OURS_TYPED = OURS.replace(".check(", ".build(")

DUCKDB = """
import duckdb
start = clock()
duckdb.execute("CREATE TABLE t AS SELECT * FROM read_csv('" + FILE + "', all_varchar = true)")
loaded = clock()
found = 0
"""

PYDANTIC = """
import csv, datetime
from typing import Literal, Optional, Annotated
from pydantic import BaseModel, Field, ValidationError, create_model
fields = {name: (Literal[tuple(codes)], ...) for name, codes in LISTS.items()}
Row = create_model("Row", contact_id=(Annotated[str, Field(min_length=1, max_length=20)], ...), referral_id=(Annotated[str, Field(min_length=1, max_length=20)], ...),
    contact_date=(datetime.date, ...), contact_time=(datetime.time, ...), duration_min=(Annotated[int, Field(ge=0, le=9999)], ...), staff_count=(Annotated[int, Field(ge=0, le=9)], ...), **fields)
start = clock()
found = 0
with open(FILE, newline="") as stream:
    for row in csv.DictReader(stream):
        try:
            Row.model_validate(row)
        except ValidationError as error:
            found += error.error_count()
"""

PANDERA = """
import polars as pl, pandera.polars as pa
columns = {name: pa.Column(str, pa.Check.isin(codes)) for name, codes in LISTS.items()}
columns |= {name: pa.Column(str, pa.Check.str_length(1, 20)) for name in ("contact_id", "referral_id")}
columns["contact_date"] = pa.Column(str, pa.Check(lambda d: d.lazyframe.select(pl.col(d.key).str.to_date(strict=False).is_not_null())))
columns["contact_time"] = pa.Column(str, pa.Check.str_matches(r"^([01][0-9]|2[0-3]):[0-5][0-9]$"))
columns["duration_min"] = pa.Column(str, pa.Check(lambda d: d.lazyframe.select(pl.col(d.key).cast(pl.Int64, strict=False).is_between(0, 9999))))
columns["staff_count"] = pa.Column(str, pa.Check(lambda d: d.lazyframe.select(pl.col(d.key).cast(pl.Int64, strict=False).is_between(0, 9))))
schema = pa.DataFrameSchema(columns)
start = clock()
frame = pl.read_csv(FILE, infer_schema=False)
loaded = clock()
found = 0
try:
    schema.validate(frame, lazy=True)
except pa.errors.SchemaErrors as error:
    found = error.failure_cases.height
"""

FRICTIONLESS = """
from frictionless import Schema, Resource, Checklist, system
fields = [{"name": n, "type": "string", "constraints": {"enum": c, "required": True}} for n, c in LISTS.items()]
fields += [{"name": n, "type": "string", "constraints": {"required": True, "maxLength": 20}} for n in ("contact_id", "referral_id")]
fields += [{"name": "contact_date", "type": "date", "constraints": {"required": True}}, {"name": "contact_time", "type": "time", "format": "%H:%M", "constraints": {"required": True}},
    {"name": "duration_min", "type": "integer", "constraints": {"minimum": 0, "maximum": 9999}}, {"name": "staff_count", "type": "integer", "constraints": {"minimum": 0, "maximum": 9}}]
order = open(FILE).readline().strip().split(",")
fields.sort(key=lambda f: order.index(f["name"]))
start = clock()
with system.use_context(trusted=True):
    report = Resource(path=FILE, schema=Schema.from_descriptor({"fields": fields})).validate(limit_errors=10**9)
found = report.stats["errors"]
"""

DVE = """
import logging, tempfile, duckdb
from dve.core_engine.backends.implementations.duckdb.contract import DuckDBDataContract
from dve.core_engine.backends.implementations.duckdb.readers.csv import DuckDBCSVReader
from dve.core_engine.backends.metadata.contract import DataContractMetadata
from dve.core_engine.backends.utilities import stringify_model
from dve.core_engine.validation import RowValidator
logging.disable(logging.CRITICAL)
text = lambda **limits: {"callable": "constr", "constraints": limits}
number = lambda most: {"callable": "conint", "constraints": {"ge": 0, "le": most}}
fields = {name: text(regex="^(?:" + "|".join(codes) + ")$") for name, codes in LISTS.items()}
fields |= {name: text(min_length=1, max_length=20) for name in ("contact_id", "referral_id")}
fields |= {"contact_date": {"callable": "conformatteddate", "constraints": {"date_format": "%Y-%m-%d"}},
    "contact_time": text(regex="^([01][0-9]|2[0-3]):[0-5][0-9]$"), "duration_min": number(9999), "staff_count": number(9)}
fields = {name: fields[name] for name in open(FILE).readline().strip().split(",")}
validator = RowValidator({"datasets": {"contact": {"fields": fields, "mandatory_fields": list(fields)}}}, "contact")
config = {"contact": {".csv": {"reader": "DuckDBCSVReader", "parameters": {}}}}
about = DataContractMetadata(reader_metadata=config, validators={"contact": validator}, reporting_fields={"contact": []})
start = clock()
connection = duckdb.connect()
contract = DuckDBDataContract(connection)
with tempfile.TemporaryDirectory() as place:
    rows = DuckDBCSVReader(connection=connection).read_to_relation(FILE, "contact", stringify_model(validator.model))
    parquet = contract.write_parquet(rows, place + "/contact.parquet")
    rows = {"contact": connection.read_parquet(parquet)}
    loaded = clock()
    _, errors, _ = contract.apply_data_contract(place, rows, {"contact": parquet}, about)
    found = sum(1 for _ in open(errors)) if Path(errors).exists() else 0
"""

TOOLS = {
    "DuckDB loads the file as text": (DUCKDB, ()),
    "mds: load, read every field by its pydantic type": (OURS, ()),
    "mds: the same, and the typed table for the rules": (OURS_TYPED, ()),
    "pandera (polars)": (PANDERA, ("pandera[polars]==0.35.0",)),
    "pydantic, row by row": (PYDANTIC, ("pydantic==2.14.3",)),
    "frictionless": (FRICTIONLESS, ("frictionless==5.21.0",)),
    "data-validation-engine (NHS England)": (DVE, ("data-validation-engine==0.9.0",)),
}
"""Name → its script, and what it needs in an environment of its own."""


def run(script: str, file: Path, python: str) -> tuple[float, float, int]:
    """Seconds in all, seconds of the checks after loading, and faults of one tool in a fresh process. A tool that reads
    and checks row by row has no moment between the two."""
    whole = (
        f"import time\nfrom pathlib import Path\nclock = time.perf_counter\nFILE = {str(file)!r}\nLISTS = {lists()!r}\n"
        f"loaded = None\n{script}\nprint(clock() - start, clock() - (loaded or start), found)"
    )
    done = subprocess.run([python, "-W", "ignore", "-c", whole], capture_output=True, text=True, check=True)
    seconds, checks, found = done.stdout.split()[-3:]
    return float(seconds), float(checks), int(found)


def python_with(needed: tuple[str, ...]) -> str:
    """The Python of an environment that holds what a tool needs; ours where it needs nothing."""
    if not needed:
        return sys.executable
    folder = ENVIRONMENTS / needed[0].split("=")[0].split("[")[0]
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *needed], check=True, capture_output=True)
    return str(python)


def compare(work: Path, rows: int, rounds: int) -> None:
    """Print the table of all tools."""
    file = faulty(work / f"workbook-{rows}", work / "faulty")
    taken: dict[str, list[tuple[float, float, int]]] = {name: [] for name in TOOLS}
    for _ in range(rounds):
        for name, (script, needed) in TOOLS.items():
            taken[name].append(run(script, file, python_with(needed)))
    whole = {name: statistics.median(one[0] for one in runs) for name, runs in taken.items()}
    base = whole["DuckDB loads the file as text"]
    print(f"\nField checks of {rows:,} contacts, imports left out\n")
    print("| tool | load and checks | against DuckDB's load | checks alone | faults found |\n|---|---:|---:|---:|---:|")
    for name, runs in taken.items():
        alone = statistics.median(one[1] for one in runs)
        print(
            f"| {name:<50} | {whole[name]:6.2f} s | {whole[name] / base:6.1f} x | {alone:6.2f} s | {runs[-1][2]:>7,} |"
        )
