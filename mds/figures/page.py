"""Tables of figures as one HTML file that opens without a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mds.figures.table import FigureTable
from mds.figures.words import heading, is_figure, shown
from mds.reports.files import replacing
from mds.reports.html import environment
from mds_schemas import codes

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home


def write_tables(
    path: Path,
    title: str,
    intro: str,
    sharing: str,
    tables: list[FigureTable],
    connection: duckdb.DuckDBPyConnection,
    home: Home,
) -> None:
    """Write a page of tables under a title, a sentence on what they are for and one on who may see them."""
    write_page(path, "tables.html", home, connection, title=title, intro=intro, sharing=sharing, tables=tables)


def write_page(path: Path, template: str, home: Home, connection: duckdb.DuckDBPyConnection, **values: Any) -> None:
    """Write a page of the network about the period that the connection's relations are of."""
    page = environment().get_template(template).render(
        period=period_in_words(connection), network=codes.load("CL36").labels[home.network], test_data=home.is_test,
        heading=heading, shown=shown, is_figure=is_figure, **values,
    )  # fmt: skip
    with replacing(path) as beside:
        beside.write_text(page, encoding="utf-8", newline="\n")


def period_in_words(connection: duckdb.DuckDBPyConnection) -> str:
    """The period of the relations that were prepared: "1 April 2026 to 30 June 2026"."""
    from mds.reports.wording import period

    return period(*connection.execute("FROM period").fetchall()[0])
