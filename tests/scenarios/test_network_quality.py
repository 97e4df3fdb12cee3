"""The data quality of a network whose rows and cells can be counted by hand (tests/network.py).

Of a child 13 mandatory and required fields are judged, of a condition 7, of a referral 9 and of a contact 9: of two children
with one of each 76 cells. No postcode directory is loaded, so that the store has no region.
"""

from __future__ import annotations

from datetime import date

import pytest
from homes import HOSPICE, HOSPITAL, TEAM, Region, child, children
from network import LATE, Q1, Q2, reported

from mds.figures.table import FigureTable, Shape
from mds.network import quality
from mds.network.picture import caseload
from mds.network.quality.dimensions import DIMENSIONS
from mds.network.quality.judged import children_tables, default_codes, field_of, judged_fields, not_judged
from mds.network.quality.marks import Standing, marked, standing
from mds.network.quality.method import page
from mds.network.receipts import is_duplicate, is_unread
from mds.region.attributes import UNSTATED
from mds_schemas.versions import LATEST
from mds_validators.rules import all_rules


@pytest.fixture(scope="module")
def told(two_quarters: Region) -> dict[str, FigureTable]:
    """The tables of the second quarter."""
    with reported(two_quarters, Q2) as connection:
        return {table.name: table for table in (make(connection) for make in quality.ALL)}


def test_scorecard(told: dict[str, FigureTable]) -> None:
    """Below, each dimension is worked out for each provider."""
    assert told["scorecard"].columns == [
        "dimension", "unit", "network", "median", "lowest", "highest", "before", "rests_on", "providers",
        "formula",
    ]  # fmt: skip
    assert [row[:-1] for row in told["scorecard"].rows] == [
        ("coverage", "%", 66.7, 100.0, 0.0, 100.0, 66.7, None, 3),
        ("completeness", "%", 92.1, 92.1, 86.8, 97.4, 97.4, 152, 2),
        ("validity", "%", 75.0, 79.2, 58.3, 100.0, 100.0, 20, 2),
        ("consistency", "%", 75.0, 75.0, 62.5, 87.5, 75.0, 16, 2),
        ("timeliness", "days", 35.0, 35.0, 10.0, 60.0, 27.5, None, 2),
        ("uniqueness", "%", 95.2, 96.2, 92.3, 100.0, 100.0, 21, 2),
    ]


def test_coverage(told: dict[str, FigureTable]) -> None:
    assert told["quality_coverage"].columns[2:4] == ["with_return", "commissioned"]
    assert told["quality_coverage"].rows == [
        (provider, period, came, 1, 100.0, 3, 100.0 * came)
        for provider, came in ((HOSPICE, 1), (TEAM, 1), (HOSPITAL, 0))
        for period in (Q1, Q2)
    ]


def test_completeness(told: dict[str, FigureTable]) -> None:
    """Everywhere the two postcodes are missing. The team's children lack a sex, an ethnic category, a practice and a key worker,
    its referrals an urgency, a source and a funder, its contacts a duration."""
    assert told["quality_completeness"].rows == [
        (HOSPICE, Q1, 74, 76, 97.4, 2, 97.4), (HOSPICE, Q2, 74, 76, 92.1, 2, 97.4),
        (TEAM, Q1, 74, 76, 97.4, 2, 97.4), (TEAM, Q2, 66, 76, 92.1, 2, 86.8),
        (HOSPITAL, Q1, None, None, 97.4, 2, None), (HOSPITAL, Q2, None, None, 92.1, 2, None),
    ]  # fmt: skip
    assert told["completeness_map"].rows == [
        (HOSPICE, "child", 24, 26, 84.6, 2, 92.3), (TEAM, "child", 20, 26, 84.6, 2, 76.9),
        (HOSPICE, "condition", 14, 14, 100.0, 2, 100.0), (TEAM, "condition", 14, 14, 100.0, 2, 100.0),
        (HOSPICE, "referral", 18, 18, 91.7, 2, 100.0), (TEAM, "referral", 15, 18, 91.7, 2, 83.3),
        (HOSPICE, "contact", 18, 18, 97.2, 2, 100.0), (TEAM, "contact", 17, 18, 97.2, 2, 94.4),
    ]  # fmt: skip


def test_completeness_by_field(told: dict[str, FigureTable]) -> None:
    """A code that says nothing fills a cell and states nothing; a blank does neither."""
    assert told["completeness_by_field"].columns == [
        "provider_code", "table_name", "field", "requirement", "filled", "stated", "rows", "network_median", "providers", "share"
    ]  # fmt: skip
    assert len(told["completeness_by_field"].rows) == 2 * (13 + 7 + 9 + 9)
    assert [row for row in told["completeness_by_field"].rows if row[5] < row[6]] == [
        (HOSPICE, "child", "postcode", "required", 0, 0, 2, 0.0, 2, 0.0),
        (TEAM, "child", "ethnic_category", "mandatory", 2, 1, 2, 75.0, 2, 50.0),
        (TEAM, "child", "gp_practice_code", "required", 1, 1, 2, 75.0, 2, 50.0),
        (TEAM, "child", "key_worker", "required", 2, 1, 2, 75.0, 2, 50.0),
        (TEAM, "child", "postcode", "required", 0, 0, 2, 0.0, 2, 0.0),
        (TEAM, "child", "sex", "mandatory", 2, 1, 2, 75.0, 2, 50.0),
        (TEAM, "contact", "duration_min", "required", 1, 1, 2, 75.0, 2, 50.0),
        (TEAM, "referral", "funder", "required", 1, 1, 2, 75.0, 2, 50.0),
        (TEAM, "referral", "referral_source", "mandatory", 2, 1, 2, 75.0, 2, 50.0),
        (TEAM, "referral", "urgency", "required", 1, 1, 2, 75.0, 2, 50.0),
    ]


def test_validity(told: dict[str, FigureTable]) -> None:
    """Of the team's 13 rows one is a copy and four were rejected; a contact was kept without its duration."""
    assert told["quality_validity"].rows == [
        (HOSPICE, Q1, 8, 8, 100.0, 2, 100.0), (HOSPICE, Q2, 8, 8, 79.2, 2, 100.0),
        (TEAM, Q1, 8, 8, 100.0, 2, 100.0), (TEAM, Q2, 7, 12, 79.2, 2, 58.3),
        (HOSPITAL, Q1, None, None, 100.0, 2, None), (HOSPITAL, Q2, None, None, 79.2, 2, None),
    ]  # fmt: skip


def test_consistency(told: dict[str, FigureTable]) -> None:
    """Two phases are overdue everywhere, of which the hospice has answered one; the team has no key worker for a child. What
    differs from the return before, and what is about a whole table, does not count."""
    assert told["quality_consistency"].rows == [
        (HOSPICE, Q1, 6, 8, 75.0, 2, 75.0), (HOSPICE, Q2, 7, 8, 75.0, 2, 87.5),
        (TEAM, Q1, 6, 8, 75.0, 2, 75.0), (TEAM, Q2, 5, 8, 75.0, 2, 62.5),
        (HOSPITAL, Q1, None, None, 75.0, 2, None), (HOSPITAL, Q2, None, None, 75.0, 2, None),
    ]  # fmt: skip


def test_timeliness(told: dict[str, FigureTable]) -> None:
    """The hospice's first return was in time; that it was put right ten days later does not matter."""
    assert told["quality_timeliness"].columns[2] == "days_after_end"
    assert told["quality_timeliness"].rows == [
        (HOSPICE, Q1, 10, 1, 27.5, 2), (HOSPICE, Q2, 10, 1, 35.0, 2), (TEAM, Q1, 45, 1, 27.5, 2), (TEAM, Q2, 60, 1, 35.0, 2),
        (HOSPITAL, Q1, None, None, 27.5, 2), (HOSPITAL, Q2, None, None, 35.0, 2),
    ]  # fmt: skip


def test_uniqueness(told: dict[str, FigureTable]) -> None:
    """One contact of the team's 13 rows is a copy."""
    assert told["quality_uniqueness"].rows == [
        (HOSPICE, Q1, 8, 8, 100.0, 2, 100.0), (HOSPICE, Q2, 8, 8, 96.2, 2, 100.0),
        (TEAM, Q1, 8, 8, 100.0, 2, 100.0), (TEAM, Q2, 12, 13, 96.2, 2, 92.3),
        (HOSPITAL, Q1, None, None, 100.0, 2, None), (HOSPITAL, Q2, None, None, 96.2, 2, None),
    ]  # fmt: skip


def test_default_codes(told: dict[str, FigureTable]) -> None:
    assert told["default_codes"].columns == [
        "provider_code", "table_name", "field", "codes", "default_codes", "of_filled", "network_median", "providers", "share"
    ]  # fmt: skip
    assert [row for row in told["default_codes"].rows if row[4]] == [
        (TEAM, "child", "ethnic_category", "Z;99", 1, 2, 25.0, 2, 50.0),
        (TEAM, "child", "key_worker", "X", 1, 2, 25.0, 2, 50.0),
        (TEAM, "child", "sex", "X", 1, 2, 25.0, 2, 50.0),
        (TEAM, "referral", "referral_source", "99", 1, 2, 25.0, 2, 50.0),
    ]
    assert (TEAM, "referral", "funder", "NK", 0, 1, 0.0, 2, 0.0) in told["default_codes"].rows  # a blank is no code


def test_marks(two_quarters: Region) -> None:
    """Two of three providers have sent, and of their four children three have a sex. Every child has an age."""
    with reported(two_quarters, Q2) as connection:
        found = standing(connection)
        by_sex, by_age = marked(caseload.by_sex(connection), found), marked(caseload.by_age(connection), found)
    assert by_sex.columns[-1] == "quality"
    assert set(by_sex.column("quality")) == {"poor, 50%"}
    assert set(by_age.column("quality")) == {"poor, 65%"}


@pytest.mark.parametrize(
    ("coverage", "complete", "mark"),
    [(1.0, 1.0, "good, 100%"), (1.0, 0.9, "good, 90%"), (1.0, 0.899, "fair, 85%"), (0.9, 0.9, "fair, 80%"),
     (1.0, 0.79, "poor, 75%"), (0.0, 1.0, "poor, 0%")],
)  # fmt: skip
def test_a_mark_is_rounded_down(coverage: float, complete: float, mark: str) -> None:
    table = FigureTable("t", "T", "", ["children"], [(3,)], shape=Shape(fields=("child.sex", "contact.subject")))
    found = Standing(coverage, {"child.sex": 1.0, "contact.subject": complete})
    assert marked(table, found).rows == [(3, mark)]


def test_a_nil_return_counts_and_has_no_rows_to_judge(region: Region) -> None:
    region.send(region.file({**children(), "header": {"nil_return": "Y"}}), received_on="2026-07-05")
    with reported(region, Q2) as connection:
        card = next(make(connection) for make in quality.ALL)
        mark = standing(connection).mark("child.sex")
    assert [row[:3] for row in card.rows] == [("coverage", "%", 33.3), ("timeliness", "days", 5.0)]
    assert mark == "poor, 30%"


def test_plans_that_were_made_of_a_flag_of_version_1_are_not_judged(region: Region) -> None:
    case = children(child(1, acp_flag="Y"))
    assert region.send(region.file(case, version="1.0", period="Q0"), received_on="2025-04-10").code == 0
    with reported(region, date(2025, 1, 1)) as connection:
        judged = {tbl for (tbl,) in connection.execute("SELECT DISTINCT tbl FROM completeness").fetchall()}
        assert connection.execute("SELECT count(*) FROM care_plan").fetchall() == [(1,)]
    assert "child" in judged
    assert "care_plan" not in judged


def test_default_codes_are_those_whose_label_says_so() -> None:
    """Not a code that only looks like one: X is a child that died, and 99 in a place of death is not taken."""
    columns = {name: model.columns() for name, model in LATEST.tables.items()}
    assert default_codes(columns["child"]["caseload_status"]) == ()
    assert default_codes(columns["death"]["death_place"]) == ()
    assert default_codes(columns["condition"]["act_category"]) == ("9",)
    judged = {(field.table, field.field): field.defaults for field in judged_fields()}
    assert {code for (table, _), codes in judged.items() if table == "child" for code in codes} == set(UNSTATED)


def test_what_is_judged_and_what_is_not() -> None:
    judged = {f"{field.table}.{field.field}" for field in judged_fields()}
    assert {one.split(".")[0] for one in judged} == {model.info.name for model in children_tables()}
    assert not judged & {
        "child.local_patient_id",
        "child.given_name",
        "child.person_birth_date",
        "child.gender_identity",
    }
    assert not_judged() == [("child", "national_opt_out"), ("phase", "phase_submitted")]
    assert field_of("child.age_months") == "child.person_birth_date"
    assert field_of("child.region_code") == "child.postcode"


def test_the_dimensions_name_the_rules_that_they_rest_on() -> None:
    rules = all_rules()
    duplicates = {code for code, rule in rules.items() if is_duplicate(rule) and rule.table == "child"}
    assert duplicates == {"CP101020", "CP101025Q", "CP101080"}
    assert is_unread(rules["CP301910Q"])
    assert not is_unread(rules["CP301900"])  # rejects the row
    assert not is_duplicate(rules[LATE])


def test_the_method_says_what_the_tables_say(told: dict[str, FigureTable]) -> None:
    for dimension in DIMENSIONS:
        assert dimension.formula in page()
        assert dimension.formula in told["scorecard"].column("formula")
        assert dimension.formula in told[f"quality_{dimension.name}"].note
