"""The region's store as SQLAlchemy tables: what the migrations are compared with.

The data tables are read off the schema, so that a new field needs only its migration. No table has an index or a
primary key: a return is replaced by deleting and inserting within one transaction, which DuckDB's indexes do not allow.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, MetaData, Numeric, String, Table, Time, Uuid
from sqlalchemy.types import TypeEngine

from mds.payload import payload_columns, payload_tables
from mds.region.attributes import PERSON_ATTRIBUTES

metadata = MetaData()

_TYPES: dict[str, TypeEngine[Any]] = {
    "VARCHAR": String(),
    "DATE": Date(),
    "TIMESTAMP": DateTime(),
    "TIME": Time(),
    "INTEGER": Integer(),
    "DECIMAL(9,2)": Numeric(9, 2),
    "UUID": Uuid(),
}


def _origin() -> list[Column[Any]]:
    return [
        Column("receipt_id", String(), nullable=False),
        Column("provider_code", String(), nullable=False),
        Column("rp_start", Date(), nullable=False),
        Column("rp_end", Date(), nullable=False),
        Column("schema_version", String(), nullable=False),
    ]


CHILD_EXTRA = ("handle", "person_token")
"""Of each child row: the random handle under which its provider can find it, and the stage 2 key of its NHS number."""

for _model in payload_tables():
    _columns = [Column(column.name, _TYPES[column.type]) for column in payload_columns(_model)]
    if _model.info.name == "child":
        _columns = [*(Column(name, String()) for name in CHILD_EXTRA), *_columns]
    Table(_model.info.name, metadata, *_origin(), *_columns)

receipt = Table(
    "receipt",
    metadata,
    Column("receipt_id", String(), nullable=False),
    Column("received_on", Date(), nullable=False),
    Column("sequence", Integer(), nullable=False),
    Column("provider_code", String(), nullable=False),
    Column("return_type", String(), nullable=False),
    Column("rp_start", Date(), nullable=False),
    Column("rp_end", Date(), nullable=False),
    Column("reference_date", Date(), nullable=False),
    Column("schema_version", String(), nullable=False),
    Column("verdict", String(), nullable=False),
    Column("counts_for", String(), nullable=False),
    Column("replaced", String()),
    Column("file_sha256", String(), nullable=False),
    Column("content_digest", String(), nullable=False),
    Column("document", String(), nullable=False),  # the receipt as it was given to the provider, JSON
    comment="One row for every return that was ever received; `counts_for` names the parts for which it counts, by ;",
)

package = Table(
    "package",
    metadata,
    Column("package_id", String(), nullable=False),
    Column("receipt_id", String(), nullable=False),
    Column("received_on", Date(), nullable=False),
    comment="Every package that was taken in, so that none is taken in twice.",
)

finding = Table(
    "finding",
    metadata,
    Column("receipt_id", String(), nullable=False),
    Column("code", String(), nullable=False),
    Column("severity", String(), nullable=False),
    Column("tbl", String(), nullable=False),
    Column("sheet", String()),
    Column("row", Integer()),
    Column("cell", String()),
    Column("field", String()),
    Column("answered", Boolean(), nullable=False),
    comment="The findings of each accepted return, with their places and without values.",
)

link = Table(
    "link",
    metadata,
    Column("provider_code", String(), nullable=False),
    Column("local_patient_id", Uuid(), nullable=False),
    Column("person_key", String(), nullable=False),
    Column("identity_class", String(), nullable=False),
    comment="Which person each provider's child is: traced (by NHS number) or single (known to one provider).",
)

person = Table(
    "person",
    metadata,
    Column("person_key", String(), nullable=False),
    Column("identity_class", String(), nullable=False),
    Column("providers", Integer(), nullable=False),
    *(Column(name, _TYPES[sql]) for name, sql in PERSON_ATTRIBUTES.items()),
    comment="One row for each child of the region, with the values that count.",
)

person_attribute = Table(
    "person_attribute",
    metadata,
    Column("person_key", String(), nullable=False),
    Column("attribute", String(), nullable=False),
    Column("value", String()),
    Column("provider_code", String(), nullable=False),
    Column("reference_date", Date(), nullable=False),
    comment="What providers say of a shared child where it is not the value that counts. Kept for audit.",
)

setting = Table(
    "setting",
    metadata,
    Column("name", String(), nullable=False),
    Column("value", String(), nullable=False),
    comment="What the store is: network, channel, key ids, normalisation version.",
)

ADMINISTRATIVE = ("receipt", "package", "finding", "link", "person", "person_attribute", "setting")

__all__ = ["ADMINISTRATIVE", "CHILD_EXTRA", "metadata"]
