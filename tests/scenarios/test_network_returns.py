"""The validation report on a network whose returns can be counted by hand (tests/network.py)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from homes import HOSPICE, HOSPITAL, TEAM, Region, child, children
from network import LATE, Q1, Q2, reported

from mds.figures.sharing import for_sharing
from mds.figures.table import HIDDEN, FigureTable
from mds.network import findings, returns

TODAY = date(2026, 9, 1)


@pytest.fixture(scope="module")
def told(two_quarters: Region) -> dict[str, FigureTable]:
    """The tables of the second quarter."""
    with reported(two_quarters, Q2) as connection:
        made = [make(connection) for make in (*returns.ALL, *findings.ALL, findings.places)]
        made.append(returns.missing(connection, TODAY))
    return {table.name: table for table in made}


def lines(table: FigureTable, *left_out: str) -> list[tuple[Any, ...]]:
    """The rows of a table without some columns."""
    places = [place for place, column in enumerate(table.columns) if column not in left_out]
    return [tuple(row[place] for place in places) for row in table.rows]


def test_returns(told: dict[str, FigureTable]) -> None:
    """The hospice's second return counts, with the answered one of its two warnings; the hospital's was sent back."""
    assert told["returns"].columns == [
        "provider_code", "about", "verdict", "received_on", "days_after_end", "rows", "accepted", "rejected", "held",
        "warnings", "answered", "revision", "receipt",
    ]  # fmt: skip
    assert lines(told["returns"], "receipt") == [
        (HOSPICE, "children", "accepted", date(2026, 7, 20), 20, 8, 8, 0, 0, 2, 1, 2),
        (TEAM, "children", "accepted in part", date(2026, 8, 29), 60, 13, 8, 4, 1, 9, 0, 1),
        (HOSPITAL, "children", "sent back", date(2026, 7, 14), 14, 0, 0, 0, 0, None, None, 1),
    ]


def test_all_that_was_sent(told: dict[str, FigureTable]) -> None:
    """Of the first return of the hospice half was rejected: a child and what belongs to it. The second has a third warning,
    that it replaces the first, which stays with the provider."""
    assert lines(told["sendings"], "receipt") == [
        (HOSPICE, "children", date(2026, 7, 10), "accepted in part", 8, 4, 4, 0, 1, 0, ""),
        (HOSPICE, "children", date(2026, 7, 20), "accepted", 8, 8, 0, 0, 3, 1, "children"),
        (TEAM, "children", date(2026, 8, 29), "accepted in part", 13, 8, 4, 1, 9, 0, "children"),
        (HOSPITAL, "children", date(2026, 7, 14), "sent back", 0, 0, 0, 0, 0, 0, ""),
    ]


def test_rows_by_table(told: dict[str, FigureTable]) -> None:
    assert told["rows_by_table"].rows == [
        *((HOSPICE, name, 2, 2, 0, 0, 100.0) for name in ("child", "condition", "contact", "referral")),
        (TEAM, "child", 3, 2, 1, 0, 66.7), (TEAM, "condition", 3, 2, 1, 0, 66.7), (TEAM, "contact", 4, 2, 1, 1, 50.0),
        (TEAM, "referral", 3, 2, 1, 0, 66.7),
    ]  # fmt: skip


def test_findings_by_rule(told: dict[str, FigureTable]) -> None:
    """A mistyped number and what it takes with it first, then the warnings."""
    assert lines(told["findings_by_rule"], "message") == [
        ("CP101040", "record", TEAM, 1, 0, 1, 0.0),
        ("CP102010", "record", TEAM, 1, 0, 1, 0.0),
        ("CP201010", "record", TEAM, 1, 0, 1, 0.0),
        ("CP301010", "record", TEAM, 1, 0, 1, 0.0),
        ("CP101155Q", "warning", TEAM, 1, 0, 1, 0.0),
        ("CP101210Q", "warning", TEAM, 1, 0, 1, 0.0),
        ("CP101230Q", "warning", TEAM, 2, 0, 1, 0.0),
        ("CP201160Q", "warning", TEAM, 1, 0, 1, 0.0),
        (LATE, "warning", HOSPICE, 2, 1, 2, 50.0),
        (LATE, "warning", TEAM, 2, 0, 2, 0.0),
        ("CP301025Q", "warning", TEAM, 1, 0, 1, 0.0),
        ("CP301910Q", "warning", TEAM, 1, 0, 1, 0.0),
    ]
    messages = told["findings_by_rule"].column("message")
    assert messages[5].startswith("No key worker is recorded")
    assert "… days" in messages[8]  # not how many


def test_places(told: dict[str, FigureTable]) -> None:
    assert told["places"].columns == ["provider_code", "rule", "sheet", "row", "cell", "field", "answered"]
    assert [row for row in told["places"].rows if row[1] in (LATE, "CP101040", "CP101155Q")] == [
        (HOSPICE, LATE, "Referrals", 2, "A2", "referral_id", True),
        (HOSPICE, LATE, "Referrals", 3, "A3", "referral_id", False),
        (TEAM, "CP101040", "Children", 4, "B4", "nhs_number", False),
        (TEAM, "CP101155Q", None, None, None, "ethnic_category", False),
        (TEAM, LATE, "Referrals", 2, "A2", "referral_id", False),
        (TEAM, LATE, "Referrals", 3, "A3", "referral_id", False),
    ]
    assert len(told["places"].rows) == sum(told["findings_by_rule"].column("findings"))


def test_what_became_of_the_findings_of_the_return_before(told: dict[str, FigureTable]) -> None:
    """Two phases were overdue at both providers. Of the hospice's one is answered now. What differs from the return before could
    not be asked of the first return."""
    since = told["findings_since"]
    assert since.columns[-5:] == ["was", "now", "new", "fixed", "still_open"]
    assert set(since.column("period_before")) == {Q1}
    assert lines(since, "about", "period_before") == [
        (HOSPICE, LATE, "warning", "referral_id", 2, 1, 0, 1, 1),
        (TEAM, "CP101040", "record", "nhs_number", 0, 1, 1, 0, 0),
        (TEAM, "CP101155Q", "warning", "ethnic_category", 0, 1, 1, 0, 0),
        (TEAM, "CP101210Q", "warning", "key_worker", 0, 1, 1, 0, 0),
        (TEAM, "CP101230Q", "warning", "ethnic_category", None, 1, None, None, None),
        (TEAM, "CP101230Q", "warning", "sex", None, 1, None, None, None),
        (TEAM, "CP102010", "record", "local_patient_id", 0, 1, 1, 0, 0),
        (TEAM, "CP201010", "record", "local_patient_id", 0, 1, 1, 0, 0),
        (TEAM, "CP201160Q", "warning", "referral_source", 0, 1, 1, 0, 0),
        (TEAM, LATE, "warning", "referral_id", 2, 2, 0, 0, 2),
        (TEAM, "CP301010", "record", "referral_id", 0, 1, 1, 0, 0),
        (TEAM, "CP301025Q", "warning", "contact_id", 0, 1, 1, 0, 0),
        (TEAM, "CP301910Q", "warning", "duration_min", 0, 1, 1, 0, 0),
    ]


def test_what_is_missing(told: dict[str, FigureTable]) -> None:
    assert told["missing"].columns == [
        "provider_code", "provider_name", "provider_type", "standing", "days_after_end", "last_period_sent", "last_received_on",
    ]  # fmt: skip
    assert told["missing"].rows == [(HOSPITAL, "Marsh Hospital", "AC", "sent back", 63, None, None)]


def test_others_do_not_see_how_few_rows_a_provider_sent(told: dict[str, FigureTable]) -> None:
    assert for_sharing(told["rows_by_table"]).rows[0] == (HOSPICE, "child", HIDDEN, HIDDEN, 0, 0, HIDDEN)
    assert for_sharing(told["findings_by_rule"]).column("findings")[0] == HIDDEN


def test_a_provider_that_sent_before_is_missing_with_its_last_return_and_no_days_while_the_period_lasts(
    region: Region,
) -> None:
    region.send(region.file(children(child(1)), period="Q1"), received_on="2026-04-10")
    with reported(region, Q2) as connection:
        late, early = (returns.missing(connection, day).rows[0] for day in (date(2026, 7, 1), date(2026, 6, 30)))
    assert late == (HOSPICE, "Sunny Bank Hospice", "CH", "not sent", 1, Q1, date(2026, 4, 10))
    assert early[4] is None


def test_the_two_parts_of_a_return_are_told_of_by_themselves(region: Region) -> None:
    """A return with questionnaires too, of which the part about children is then sent anew."""
    both = {**children(child(1), child(2)), "organisation": {}, "service": {}}
    assert region.send(region.file(both, return_type="ALL"), received_on="2026-07-02").code == 0
    assert region.send(region.file(children(child(1))), received_on="2026-07-05").code == 0
    with reported(region, Q2) as connection:
        found, sent = returns.returns(connection), returns.sendings(connection)
        tables = {row[1] for row in returns.rows_by_table(connection).rows}
    of = [found.columns.index(name) for name in ("about", "days_after_end", "rows", "revision")]
    assert [tuple(row[place] for place in of) for row in found.rows] == [("children", 5, 4, 2), ("services", 2, 2, 1)]
    assert [(row[1], row[10]) for row in sent.rows] == [("children and services", "services"), ("children", "children")]
    assert tables == {"child", "condition", "contact", "referral", "organisation", "service"}


def test_what_version_1_did_not_ask_is_not_new(region: Region) -> None:
    """Version 1.0 has no rule about how and where a contact took place. Both have one about phases, and the colour of the child
    row of version 1.0 has become one."""
    case = children(child(1))
    assert region.send(region.file(case, version="1.0", period="Q0"), received_on="2025-04-10").code == 0
    case["contact"][0] |= {"mechanism": "11", "location": "PI"}
    assert region.send(region.file(case, period="a year before"), received_on="2025-07-10").code == 0
    with reported(region, date(2025, 4, 1)) as connection:
        since = {row[2]: row[-5:] for row in findings.findings_since(connection).rows}
    assert since["CP301090Q"] == (None, 1, None, None, None)
    assert since[LATE] == (1, 0, 0, 1, 0)
