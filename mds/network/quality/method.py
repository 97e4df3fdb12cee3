"""The method of the data-quality figures as a page, `docs/quality.md`, from the declarations that work them out."""

from __future__ import annotations

from collections.abc import Iterator

from mds.network.quality.completeness import DEFAULTS, STORED
from mds.network.quality.dimensions import DIMENSIONS
from mds.network.quality.judged import judged_fields, not_judged
from mds.network.quality.marks import FORMULA


def page() -> str:
    """The page as Markdown."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# Data quality\n"
    yield "Made by `make docs` from the functions that work the figures out; do not edit.\n"
    yield "The figures are about the returns about children that count: the last accepted one of each provider and period. Rows"
    yield "are told apart by table and by their number in the sender's file.\n"
    yield "## Dimensions\n"
    yield "| Dimension | Unit | Formula |\n|---|---|---|"
    yield from (f"| {one.name} | {one.unit} | {one.formula} |" for one in DIMENSIONS)
    yield "\n## Default codes\n"
    yield f"{DEFAULTS}\n"
    yield "## Marks\n"
    yield f"{FORMULA}\n"
    yield "## Fields\n"
    yield f"{STORED} Optional and derived fields count in marks and default codes, not in the completeness of a return.\n"
    yield "| Table | Field | Requirement | Judged by | Default codes |\n|---|---|---|---|---|"
    for field in judged_fields():
        codes = ", ".join(f"`{code}`" for code in field.defaults)
        yield f"| {field.table} | `{field.field}` | {field.requirement} | `{field.column}` | {codes} |"
    left = ", ".join(f"`{table}.{field}`" for table, field in not_judged())
    yield f"\nNot judged, because they do not leave the provider: {left}."
