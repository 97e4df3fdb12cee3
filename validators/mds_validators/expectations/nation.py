"""Whether the network's figures may go to the nation (specification 4.13, NATION), as far as the store can tell.

CP950050, on counts of 1 to 7 in what is published, is asked of the extract and stands with it.
"""

from __future__ import annotations

from collections.abc import Iterable

from mds_schemas.types import Postcode
from mds_validators.expectations.check import Check
from mds_validators.expectations.limits import FEW, MOVED, RATE
from mds_validators.expectations.stored import StoredColumn, StoredTable, accepted, strange, text

_POSTCODE = rf"(?:^|[^A-Z0-9])(?:{Postcode.pattern().replace(' ', ' ?')})(?:[^A-Z0-9]|$)"
_MONTHS = "(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*"
_DATE = (
    r"(?:^|[^0-9])(?:(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:19|20)[0-9]{2}"
    rf"|[0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{2}}|[0-9]{{1,2}}(?:ST|ND|RD|TH)?[ -]{_MONTHS}[ -](?:19|20)[0-9]{{2}})(?:[^0-9]|$)"
)
_NUMBER = r"(?:^|[^0-9])([0-9]{3}[ -]{0,2}[0-9]{3}[ -]{0,2}[0-9]{4})(?:[^0-9]|$)"
"""Ten digits as an NHS number is written, in a text in which every mark between digits stands twice: patterns have no
look-around here, so that two numbers side by side would share the mark between them."""


def checks(tables: Iterable[StoredTable]) -> tuple[Check, ...]:
    """The checks, the last one of all texts of the tables."""
    return (*_ON_FIGURES, _identifying(tuple(tables)))


def _identifying(tables: tuple[StoredTable, ...]) -> Check:
    kept_back = ", ".join(f"({text(table.name)}, {text(name)})" for table in tables for name in table.kept_back)
    said = " UNION ALL ".join(
        _distinct(table, column) for table in tables for column in table.columns if column.type == "VARCHAR"
    )
    return Check(
        "CP950040", "error", "Identifying data in the store",
        "A field that must not leave a provider is stored, or a text looks like a postcode, an NHS number or a date of birth. "
        "Nothing may go to the nation. Let these providers send the return again without it.",
        f"""
        {identifying(said)}
        UNION ALL
        SELECT NULL, table_name || '.' || column_name, NULL FROM duckdb_columns()
        WHERE database_name = current_database() AND (table_name, column_name) IN (VALUES {kept_back})
        """,
    )  # fmt: skip


def identifying(said: str) -> str:
    """SQL: of texts (provider_code, field, said, rows), where they look like a postcode, an NHS number or a date of birth."""
    return rf"""
        WITH said AS ({said}), marked AS (
            SELECT provider_code, field, rows, upper(said) AS said, list_transform(
                regexp_extract_all(regexp_replace(said, '([^0-9])', '\1\1', 'g'), {text(_NUMBER)}, 1),
                lambda number: regexp_replace(number, '[^0-9]', '', 'g')) AS numbers
            FROM said
        )
        SELECT provider_code, field, sum(rows)::BIGINT AS rows FROM marked
        WHERE regexp_matches(said, {text(_POSTCODE)}) OR regexp_matches(said, {text(_DATE)})
            OR len(list_filter(numbers, lambda number: {_check_digit_agrees("number")})) > 0
        GROUP BY ALL
    """


def _distinct(table: StoredTable, column: StoredColumn) -> str:
    """SQL: the different texts of a column that are no codes and not of the form that it takes."""
    told = strange(column) if column.allowed else f"{column.name} IS NOT NULL"
    return f"""
        SELECT provider_code, '{table.name}.{column.name}' AS field, {column.name} AS said, count(*) AS rows
        FROM {accepted(table)} WHERE {told} GROUP BY ALL
    """


def _check_digit_agrees(digits: str) -> str:
    """SQL: whether the last of ten digits checks the others (modulus 11)."""
    total = " + ".join(f"{11 - place} * substr({digits}, {place}, 1)::INTEGER" for place in range(1, 10))
    return f"(11 - ({total}) % 11) % 11 = substr({digits}, 10, 1)::INTEGER"


_TOTAL = f"""
    WITH total AS (
        SELECT back, count(DISTINCT person_key) AS children
        FROM recent SEMI JOIN counted USING (rp_start) LEFT JOIN member USING (rp_start) WHERE back < 2 GROUP BY back
    )
    SELECT NULL::VARCHAR AS provider_code, NULL::VARCHAR AS field, abs(n.children - l.children) AS rows
    FROM total AS n JOIN total AS l ON n.back = 0 AND l.back = 1
    WHERE abs(n.children - l.children) >= {FEW} AND abs(n.children - l.children) > {MOVED} * l.children
"""

_EXPECTED = f"""
    SELECT NULL::VARCHAR AS provider_code, area AS field, children AS rows
    FROM population JOIN (
        SELECT area, count(person_key) AS children
        FROM population LEFT JOIN caseload ON lad_code = area AND age BETWEEN 0 AND 19 GROUP BY area
    ) USING (area)
    WHERE people * {RATE} / 10000 >= 50 AND children / (people * {RATE} / 10000) NOT BETWEEN 0.05 AND 1
"""

_KNOWN = """
    SELECT NULL::VARCHAR AS provider_code, field, blanks AS rows
    FROM (UNPIVOT (
        SELECT count(*) FILTER (coalesce(ethnic_category IN ('Z', '99'), true)) AS ethnic_category,
            count(*) FILTER (lad_code IS NULL) AS lad_code, count(*) AS children
        FROM caseload
    ) ON ethnic_category, lad_code INTO NAME field VALUE blanks)
    WHERE blanks > CASE field WHEN 'lad_code' THEN 0.05 ELSE 0.10 END * children
"""

_ON_FIGURES = (
    Check(
        "CP950010Q", "warning", "Total of the network",
        "The number of children on the network's caseloads changed by more than 25% and at least 10 since the period "
        "before. See which returns are missing, and ask the providers whose own number changed most.",
        _TOTAL,
    ),
    Check(
        "CP950020Q", "warning", "Known against expected",
        "In this area fewer than 5% or more than 100% of the children expected are known. "
        "Check the areas of the children and the population that is loaded.",
        _EXPECTED,
    ),
    Check(
        "CP950030Q", "warning", "Blanks in what is compared between networks",
        "The ethnic category is known of less than 90% of the children on a caseload, or the local authority of less "
        "than 95. Ask the providers with most blanks.",
        _KNOWN,
    ),
)  # fmt: skip
