"""What a return is checked against besides itself: register, calendar, reference snapshots, the return before.

Every table exists in the working database, empty when it is not at hand, so that a rule is plain SQL; `at_hand` says
which are filled, and a rule that needs another does not run and is reported as such.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

from mds.duck import in_one_step, literal
from mds.home import Channel
from mds_schemas.versions import LATEST

if TYPE_CHECKING:
    import duckdb

TABLES = {
    "register": """register(provider_code VARCHAR, provider_name VARCHAR, provider_type VARCHAR, sector VARCHAR,
        network_code VARCHAR, open_from DATE, open_to DATE)""",
    "calendar": "calendar(rp_start DATE, rp_end DATE)",
    "postcodes": """postcodes(postcode VARCHAR, lad_code VARCHAR, region_code VARCHAR, imd_decile VARCHAR,
        easting INTEGER, northing INTEGER, valid_from DATE, valid_to DATE)""",
    "organisations": "organisations(code VARCHAR, name VARCHAR, postcode VARCHAR, open_from DATE, open_to DATE)",
    "practices": "practices(practice_code VARCHAR, sub_icb VARCHAR, icb VARCHAR, open_from DATE, open_to DATE)",
    "questionnaire": """known_service(service_id VARCHAR, areas_served VARCHAR[], age_from INTEGER, age_to INTEGER);
        known_cover(service_id VARCHAR, day_type VARCHAR, mode VARCHAR, from_time TIME, to_time TIME);
        known_capacity(service_id VARCHAR, bed_nights_available INTEGER)""",
    "network": """network_hospice_child(local_patient_id VARCHAR);
        network_income(commissioner_code VARCHAR, amount_gbp BIGINT)""",
}
"""What may be at hand → the tables that it fills."""

ALWAYS = frozenset({"life_limiting", "diagnostic_groups", "commissioners", "icd10", "phases"})
"""What ships with the program."""

NOT_AT_HAND = {
    "register": "the network's register of providers is not on this machine (it comes with the region's home)",
    "calendar": "the network's reporting calendar is not on this machine (it comes with the region's home)",
    "channel": "this machine does not know whether the network collects live or test data",
    "postcodes": "no postcode directory is loaded (mds reference load postcodes FILE)",
    "organisations": "no organisation register is loaded (mds reference load organisations FILE)",
    "practices": "no list of GP practices is loaded (mds reference load practices FILE)",
    "previous": "no earlier return of this provider is held here",
    "same_period": "no earlier return of this provider is held here",
    "questionnaire": "no service questionnaire of this provider is held here",
    "network": "only the region can see the other providers' returns; mds services followup looks there",
}
"""Why a rule could not run, in words for the sender."""


class Earlier(Protocol):
    """What a provider sent before: its drawer, as far as validation looks into it."""

    def fill_previous(self, connection: duckdb.DuckDBPyConnection, return_type: str, rp_start: date) -> bool:
        """Fill the `previous_` tables from the last return before `rp_start`, if there is one."""

    def fill_known_services(self, connection: duckdb.DuckDBPyConnection, rp_start: date) -> bool:
        """Fill the `known_` tables from the last questionnaire, if there is one."""

    def compare(self, connection: duckdb.DuckDBPyConnection) -> bool:
        """Fill `same_period` from the accepted return of the same period, if there is one, and `same_file` with the
        files that held exactly the same."""


@dataclass
class Surroundings:
    """What is known around a return. `received_on` stands in for a clock, so that a re-run gives the same answer."""

    received_on: date
    channel: Channel | None = None
    last_day_of_v1: date = date(2025, 3, 31)
    phase_scheme: str = ""
    """The scheme that a network's colours follow where a version 1.0 return does not say it."""
    at_hand: set[str] = field(default_factory=set)
    earlier_of: Callable[[str], Earlier | None] = lambda provider: None
    """Provider code → what it sent before."""

    def needs_met(self) -> frozenset[str]:
        return frozenset(self.at_hand | ALWAYS | ({"channel"} if self.channel else set()))


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every reference table, empty but for what ships with the program."""
    declared = [declaration.strip() for declarations in TABLES.values() for declaration in declarations.split(";")]
    in_one_step(connection, (f"CREATE TABLE {declaration}" for declaration in declared))
    _load_shipped(connection)
    create_previous_tables(connection)


def create_previous_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """`previous_T` is the last accepted return before this period, `earlier_death` the deaths of all earlier ones."""
    earlier = [
        "previous_ret (rp_start DATE, rp_end DATE, reference_date DATE, contacts BIGINT)",
        "earlier_death (local_patient_id VARCHAR, death_date DATE, death_place VARCHAR, rp_end DATE)",
        "same_period (received_on DATE, identical BOOLEAN, added BIGINT, changed BIGINT, removed BIGINT)",
        "same_file (file_sha256 VARCHAR)",
    ]
    for name, model in LATEST.tables.items():
        columns = ", ".join(f"{field} {column.kind.sql}" for field, column in model.columns().items())
        earlier.append(f"previous_{name} ({columns})")
    in_one_step(connection, (f"CREATE TABLE {declaration}" for declaration in earlier))


def fill_known_services(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    """Fill the `known_` tables. `rows` is the form of where the rows of a questionnaire's table stand."""
    for declaration in TABLES["questionnaire"].split(";"):
        name = declaration.strip().split("(", 1)[0]
        described = connection.execute(f"DESCRIBE {name}").fetchall()
        columns = ", ".join(row[0] for row in described)
        connection.execute(f"INSERT INTO {name} SELECT {columns} FROM {rows.format(name.removeprefix('known_'))}")


def _csv(name: str) -> str:
    """A list that ships with the schemas, as SQL."""
    return f"read_csv({literal(str(files('mds_schemas.reference') / name))}, header = true, all_varchar = true)"


def _load_shipped(connection: duckdb.DuckDBPyConnection) -> None:
    from mds_schemas.codes import phase_map

    folder = files("mds_schemas.reference")
    for name, file, columns in (
        ("life_limiting", "life_limiting_icd10.csv", {"prefix": "VARCHAR", "diagnostic_group": "VARCHAR"}),
        (
            "diagnostic_groups",
            "diagnostic_group.csv",
            {"first": "VARCHAR", "last": "VARCHAR", "diagnostic_group": "VARCHAR"},
        ),
        (
            "commissioners",
            "commissioners.csv",
            {"code": "VARCHAR", "kind": "VARCHAR", "valid_from": "DATE", "valid_to": "DATE", "successor": "VARCHAR"},
        ),
    ):
        connection.execute(
            f"CREATE TABLE {name} AS SELECT * FROM read_csv({literal(str(folder / file))}, header = true,"
            f" columns = {columns})"
        )
    connection.execute(
        "INSERT INTO commissioners (code, kind, valid_from) SELECT icb_code, 'ICB', DATE '2022-07-01'"
        f" FROM read_csv({literal(str(folder / 'icb_2023.csv'))}, header = true)"
    )
    connection.execute(f"CREATE TABLE icd10 AS SELECT code FROM {_csv('icd10_2019.csv')}")
    connection.execute(f"CREATE TABLE bank_holidays AS SELECT day::DATE AS day FROM {_csv('bank_holidays.csv')}")
    connection.execute("CREATE TABLE phase_values (scheme VARCHAR, word VARCHAR, phase VARCHAR)")
    rows = ", ".join(
        f"({literal(scheme)}, {literal(word)}, {literal(phase)})" for (scheme, word), phase in phase_map().items()
    )
    connection.execute(f"INSERT INTO phase_values VALUES {rows}")
