"""The last look before anything leaves a region (rule CP950040): no text of an extract may look like a postcode, an NHS number
or a date of birth, and no column may have the name of a field that stays with the provider."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mds.failures import NotPermitted
from mds.region.receive import looks_identifying
from mds_schemas.versions import LATEST

if TYPE_CHECKING:
    import pyarrow as pa

_DATE = re.compile(
    r"(?<![0-9])(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2}))(?![0-9])"
)
_ORGANISATIONS_OWN = frozenset({"charity_number", "cqc_provider_id", "public_phone"})
"""Columns of organisations, whose numbers may have the length of an NHS number and are no child's."""


def must_not_leave() -> frozenset[str]:
    """The fields about children that are dropped on the way to the nation, or keyed, which counts have no use for."""
    return frozenset(
        name for model in LATEST.tables.values() for name, column in model.columns().items()
        if model.info.number.startswith("M") and column.item.national.startswith(("drop", "key"))
    )  # fmt: skip


def scan(tables: Mapping[str, pa.Table]) -> None:
    """Raises NotPermitted, which names the columns, where a table holds what must not leave."""
    found = [f"{name}.{column}" for name, table in tables.items() for column in _strange(table)]
    if found:
        raise NotPermitted(
            f"CP950040: the extract would hold identifying data ({', '.join(found)}). Nothing was written. Run mds report, and "
            "let the providers that it names send those returns again without it."
        )


def _strange(table: pa.Table) -> Iterable[str]:
    import pyarrow as pa

    forbidden = must_not_leave()
    for column in table.schema:
        if column.name in forbidden:
            yield column.name
        elif pa.types.is_string(column.type) and column.name not in _ORGANISATIONS_OWN:
            texts = (text for text in table.column(column.name).unique().to_pylist() if text)
            if any(looks_identifying(text) or _DATE.search(text) for text in texts):
                yield column.name
