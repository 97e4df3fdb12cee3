"""What of the tables of the services may be passed on: counts of children are hidden when small, and rounded."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from homes import Region, child, children, mds

from mds.figures.sharing import NOTE
from mds.figures.table import HIDDEN
from mds.home import load_home
from mds.services import indicators
from mds.services.contradictions import contradictions
from mds.services.followup import hospice_deaths
from mds.services.in_force import prepare
from mds.store.database import open_store

ABOUT_CHILDREN = {"child", "condition", "referral", "contact", "care_plan", "short_break", "death", "aggregate_caseload",
                  "user_experience", "staff_experience"}  # fmt: skip
"""Tables of rows, counts or answers of children, families and members of staff."""


@pytest.fixture
def sent(region: Region) -> Region:
    """Nine children on the caseload, three with a key worker; their services, with nine answers of 60 families."""
    nine = [child(n, key_worker="Y" if n < 4 else "N") for n in range(1, 10)]
    answers = {"item": "INF", "invited": "60", "responses": "58", "n1": "31", "n2": "20", "n3": "7", "n8": "0"}
    said = region.send(
        region.file(
            {**children(*nine), "organisation": {}, "service": {}, "user_experience": answers}, return_type="ALL"
        )
    )
    assert said.code in (0, 1), said.out + said.err
    return region


def _tables(region: Region, *options: str) -> dict[str, dict[str, Any]]:
    said = mds("services", "indicators", "--home", region.path, "--period", "2026-04-01", "--json", *options)
    assert said.code == 0, said.err
    return {table["name"]: table for table in said.json["tables"]}


def _row(table: dict[str, Any]) -> dict[str, Any]:
    return dict(zip(table["columns"], table["rows"][0], strict=True))


def test_small_counts_are_hidden_unless_the_exact_ones_are_asked_for(sent: Region) -> None:
    shared, exact = _row(_tables(sent)["key_workers"]), _row(_tables(sent, "--exact")["key_workers"])
    assert (exact["with_key_worker"], exact["children"], exact["share"]) == (3, 9, 33.3)
    assert (shared["with_key_worker"], shared["children"], shared["share"]) == (HIDDEN, 10, HIDDEN)


def test_shares_are_worked_out_of_the_rounded_counts(sent: Region) -> None:
    """51 of 58 agree: 50 of 60 are told."""
    shared = _row(_tables(sent)["core_offer"])
    assert (shared["agree"], shared["of"], shared["share"], shared["answered"]) == (50, 60, 83.3, 60)


def test_what_is_told_of_services_and_staff_stays_exact(sent: Region) -> None:
    assert _tables(sent)["levels"] == _tables(sent, "--exact")["levels"]


def test_every_table_about_children_says_which_columns_count_them(sent: Region) -> None:
    """A new indicator without it would tell small numbers to others."""
    home = load_home(sent.path)
    with open_store(home, read_only=True) as connection:
        prepare(connection, home, date(2026, 4, 1))
        made = [make(connection) for make in indicators.ALL]
        made += [contradictions(connection, exact=False), hospice_deaths(connection, home)]
    about_children = {table.name: table.shape.counts for table in made if ABOUT_CHILDREN & {*table.sources}}
    assert len(about_children) > 10
    assert [name for name, counts in about_children.items() if not counts] == []


def test_who_may_see_the_tables_stands_with_them(sent: Region) -> None:
    page, workbook = sent.desk / "page.html", sent.desk / "ask.xlsx"
    said = mds(
        "services", "followup", "--home", sent.path, "--period", "2026-04-01", "--html", page, "--workbook", workbook
    )
    assert NOTE in said.out
    assert NOTE in page.read_text(encoding="utf-8")
    exact = mds("services", "followup", "--home", sent.path, "--period", "2026-04-01", "--exact", "--html", page)
    assert "not to be passed on" in exact.out
    assert "not to be passed on" in page.read_text(encoding="utf-8")
