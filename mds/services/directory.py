"""The public directory: the services whose owner agrees to be shown, and of them what the standard marks as public.

Nothing else is read. Which fields are public stands in the schema (`Item.public`): no capacity, money or staff, no
person's name.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mds.services.followup import STALE_AFTER
from mds.services.in_force import open_in
from mds.services.week import Line, Week, weeks
from mds_schemas import codes
from mds_schemas.contact_details import LEFT_OUT, is_mobile, leads_to_a_person
from mds_schemas.table import Column
from mds_schemas.types import Coded, CodedList, Text
from mds_schemas.versions import LATEST

if TYPE_CHECKING:
    import duckdb

_OF_A_URL = ":/?#[]@!$&'()*+,;=%~"
_NATIONAL_CODE = re.compile(r"\s*\([A-Z][0-9]{2}\)$")


@dataclass(frozen=True)
class Entry:
    """One service of the directory."""

    provider_code: str
    service_id: str
    organisation: dict[str, Any]
    """Field → value, of the public fields; lists of codes as tuples."""
    service: dict[str, Any]
    areas: dict[str, str]
    """Area code → its name, or the code again where no name is loaded."""
    lines: tuple[Line, ...]
    as_of: date

    @property
    def name(self) -> str:
        """As its owner calls it; what it is for where that name leads to a person."""
        own = str(self.service["service_name"])
        return own if own != LEFT_OUT else self.need[:1].upper() + self.need[1:]

    @property
    def slug(self) -> str:
        """The name of its page: the same in every edition of the directory, and no other service's."""
        own = f"{self.provider_code}-{self.service_id}"
        plain = re.sub(r"[^a-z0-9]+", "-", own.lower()).strip("-")
        # Numbers that differ in case or in marks alone would share a page.
        return plain if plain.upper() == own else f"{plain}-{hashlib.sha256(own.encode()).hexdigest()[:8]}"

    @property
    def need(self) -> str:
        """What the service is for, in words."""
        return in_words("service", "service_function", self.service["service_function"])

    @property
    def weeks(self) -> list[Week]:
        """Its ordinary week, for each scope of cover that it has then."""
        return weeks(self.lines)

    @property
    def confirmed_on(self) -> date | None:
        found: date | None = self.service["confirmed_on"]
        return found

    @property
    def is_stale(self) -> bool:
        """Nobody has confirmed the entry for half a year."""
        return self.confirmed_on is None or (self.as_of - self.confirmed_on).days > STALE_AFTER

    @property
    def website(self) -> str:
        """The web address with its scheme, or nothing."""
        site = quote(str(self.organisation["website"] or ""), safe=_OF_A_URL)
        return site if not site or site.startswith(("http://", "https://")) else f"https://{site}"


def entries(connection: duckdb.DuckDBPyConnection) -> list[Entry]:
    """Every entry of the directory in the period that `in_force.prepare` made, by need and name."""
    organisations = {row["provider_code"]: row for row in _rows(connection, "organisation", "directory_consent = 'Y'")}
    open_then = open_in("p.rp_end", "p.rp_end")
    names = dict(connection.execute("SELECT area_code, area_name FROM temp.population").fetchall())
    as_of = connection.execute("SELECT rp_end FROM period").fetchall()[0][0]
    lines = _grouped(_rows(connection, "cover"))
    found = []
    for row in _rows(connection, "service", open_then):
        key = (row["provider_code"], row["service_id"])
        if row["provider_code"] in organisations:
            areas = {area: names.get(area) or area for area in row["areas_served"] or ()}
            own = _public("organisation", organisations[row["provider_code"]])
            if is_mobile(own["public_phone"] or ""):
                own["public_phone"] = None
            found.append(Entry(*key, own, _public("service", row), areas, lines.get(key, ()), as_of))
    return sorted(found, key=lambda entry: (entry.need, entry.name.lower(), entry.slug))


def in_words(table: str, field: str, value: Any) -> str:
    """A value of a field as the directory shows it: codes by their labels."""
    kind = LATEST.tables[table].columns()[field].kind
    if value is None:
        return "not stated"
    if isinstance(kind, Coded):
        return _label(kind.list_name, value)
    if isinstance(kind, CodedList):
        return "; ".join(_label(kind.list_name, code) for code in value)
    return str(value)


def public_columns(table: str) -> dict[str, Column]:
    """The fields of a table that the directory shows."""
    return {name: column for name, column in LATEST.tables[table].columns().items() if column.item.public}


def _label(code_list: str, code: str) -> str:
    return _NATIONAL_CODE.sub("", codes.load(code_list).labels.get(code, code))


def _public(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """The public fields of a row. A text that leads to a person instead of an organisation is left out whole, because what
    stands beside a number is often a name."""
    public = {}
    for name, column in public_columns(table).items():
        value = row[name]
        is_text = isinstance(column.kind, Text)
        public[name] = LEFT_OUT if is_text and value and leads_to_a_person(value) else value
    return public


def _rows(connection: duckdb.DuckDBPyConnection, table: str, condition: str = "true") -> list[dict[str, Any]]:
    """The public fields of the rows in force, with whose they are; lists as tuples."""
    columns = public_columns(table)
    keys = ["t.provider_code", *(["t.service_id"] if table != "organisation" else [])]
    chosen = [f"string_split(t.{name}, ';') AS {name}" if column.kind.sql == "VARCHAR[]" else f"t.{name}"
              for name, column in columns.items()]  # fmt: skip
    cursor = connection.execute(
        f"SELECT {', '.join([*keys, *chosen])} FROM {table} AS t JOIN questionnaire USING (receipt_id)"
        f" CROSS JOIN period AS p WHERE {condition} ORDER BY ALL"
    )
    names = [column[0] for column in cursor.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()} for row in rows]


def _grouped(rows: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[Line, ...]]:
    """Lines of cover by service, in the order of the week."""
    order = {code: place for place, code in enumerate(codes.load("day_type"))}
    found: dict[tuple[str, str], list[Line]] = {}
    for row in rows:
        line = Line(*(row[name] for name in ("day_type", "mode", "cover_scope", "from_time", "to_time")))
        found.setdefault((row["provider_code"], row["service_id"]), []).append(line)
    return {
        key: tuple(sorted(lines, key=lambda line: (order[line.day_type], line.from_time, line.mode, line.cover_scope)))
        for key, lines in found.items()
    }
