"""Version 1.0 to 2.0, row by row of the table of changes (specification 6.2)."""

from __future__ import annotations

import sys
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from mapped import checked_twice, old

from mds_schemas.codes import load
from mds_schemas.upgrade import Upgraded, is_note, upgrade
from mds_schemas.versions import VERSIONS


def _tables(**changes: Any) -> dict[str, dict[str, list[Any]]]:
    """A return of one child as typed columns."""
    tables: dict[str, dict[str, list[Any]]] = {
        "header": {
            "schema_version": ["1.0"], "provider_code": ["8HX01"], "rp_end": [date(2025, 3, 31)],
            "reference_date": [date(2025, 3, 30)], "phase_scheme": ["LUTON"],
        },
        "child": {"row_id": [0], "local_patient_id": ["SB001"], "sex": ["1"], "ethnic_category": ["A"], "acp_flag": ["N"],
                  "phase_colour": [None]},
        "referral": {"row_id": [0], "referral_id": ["RF001"], "local_patient_id": ["SB001"], "referral_outcome": ["A"],
                     "episode_start": [date(2024, 2, 12)], "episode_end": [None]},
        "contact": {"row_id": [0], "contact_id": ["CT1"], "medium": ["01"]},
    }  # fmt: skip
    for name, columns in changes.items():
        tables[name] = {**tables.get(name, {}), **columns}
    return tables


ETHNIC = {
    "A": "WBRI", "B": "WIRI", "C": "WOTH", "D": "MWBC", "E": "MWBA", "F": "MWAS", "G": "MOTH", "H": "AIND", "J": "APAK",
    "K": "ABAN", "L": "AOTH", "M": "BCAR", "N": "BAFR", "P": "BOTH", "R": "ACHI", "S": "OOTH", "Z": "Z", "99": "99",
}  # fmt: skip


@pytest.mark.parametrize(("older", "newer"), ETHNIC.items())
def test_every_ethnic_category_has_its_successor(older: str, newer: str) -> None:
    result = upgrade(_tables(child={"ethnic_category": [older]}))

    assert result.tables["child"]["ethnic_category"] == [newer]
    assert newer in load("CL07")
    assert any(note.startswith("ethnic category: 1 ") for note in result.notes) == (older in ("C", "S"))


def test_the_mapping_of_ethnic_categories_is_complete() -> None:
    assert set(ETHNIC) == set(load("CL06").labels)


@pytest.mark.parametrize(
    ("medium", "mechanism"),
    {"01": "01", "02": "02", "03": "11", "04": "04", "05": "05", "06": "09", "98": "98"}.items(),
)
def test_the_medium_of_a_contact_becomes_its_mechanism(medium: str, mechanism: str) -> None:
    result = upgrade(_tables(contact={"medium": [medium]}))

    assert result.tables["contact"]["mechanism"] == [mechanism]
    assert "medium" not in result.tables["contact"]
    assert any(note.startswith("how: 1 contacts") for note in result.notes) == (medium == "03")


def test_sex_is_carried_over_with_a_note() -> None:
    result = upgrade(_tables())

    assert result.tables["child"]["sex"] == ["1"]
    assert result.tables["child"]["gender_identity"] == [None]
    assert any(note.startswith("sex: carried over from the stated gender") for note in result.notes)


def test_every_referral_goes_to_the_one_service_of_the_provider() -> None:
    assert upgrade(_tables()).tables["referral"]["service_id"] == ["8HX01-DEF"]


@pytest.mark.parametrize(("flag", "plans"), [("Y", 1), ("N", 0), ("X", 0), (None, 0)])
def test_a_yes_makes_one_plan_dated_the_last_day_of_the_period(flag: str | None, plans: int) -> None:
    plan = upgrade(_tables(child={"acp_flag": [flag]})).tables["care_plan"]

    assert plan["plan_type"] == ["ACP"] * plans
    assert plan["created_date"] == [date(2025, 3, 31)] * plans
    assert plan["local_patient_id"] == ["SB001"] * plans


def test_plans_of_children_with_long_numbers_stay_apart() -> None:
    ids = ["HOSPITAL-CHILD-00001", "HOSPITAL-CHILD-00002"]
    child = {"row_id": [0, 1], "local_patient_id": ids, "sex": ["1", "2"], "ethnic_category": ["A", "A"],
             "acp_flag": ["Y", "Y"], "phase_colour": [None, None]}  # fmt: skip

    plan = upgrade(_tables(child=child)).tables["care_plan"]

    assert len(set(plan["plan_id"])) == 2
    assert max(map(len, plan["plan_id"])) <= 20


LUTON = {"blue": "1", "green": "2", "yellow": "3", "red": "4", "navy": "5"}


@pytest.mark.parametrize(("colour", "code"), LUTON.items())
def test_a_colour_becomes_a_phase_of_the_running_episode(colour: str, code: str) -> None:
    result = upgrade(_tables(child={"phase_colour": [colour]}))

    phase = result.tables["phase"]
    assert (phase["referral_id"], phase["phase_code"], phase["phase_submitted"]) == (["RF001"], [code], [colour])
    assert phase["phase_date"] == [date(2025, 3, 30)]
    assert "phase: 1 phases inferred from the colour on the child row" in result.notes


def test_a_phase_that_was_sent_goes_before_a_colour() -> None:
    sent = {"row_id": [0], "referral_id": ["RF001"], "phase_date": [date(2025, 2, 1)], "phase_scheme": ["PCOC"],
            "phase_submitted": ["2"], "phase_code": ["2"]}  # fmt: skip

    assert upgrade(_tables(child={"phase_colour": ["red"]}, phase=sent)).tables["phase"]["phase_code"] == ["2"]


@pytest.mark.parametrize(
    "episode",
    [
        {"episode_end": [date(2025, 3, 29)]},
        {"episode_start": [date(2025, 3, 31)]},
        {"referral_outcome": ["R"], "episode_start": [None]},
    ],
)
def test_a_colour_without_a_running_episode_makes_no_phase(episode: dict[str, list[Any]]) -> None:
    result = upgrade(_tables(child={"phase_colour": ["red"]}, referral=episode))

    assert not result.tables["phase"]["referral_id"]


def test_of_two_running_episodes_the_one_that_began_last_has_the_phase() -> None:
    referral = {"row_id": [0, 1], "referral_id": ["RF9", "RF1"], "local_patient_id": ["SB001"] * 2,
                "referral_outcome": ["A", "A"], "episode_start": [date(2025, 2, 1), date(2024, 2, 1)],
                "episode_end": [None, None]}  # fmt: skip

    result = upgrade(_tables(child={"phase_colour": ["red"]}, referral=referral))

    assert result.tables["phase"]["referral_id"] == ["RF9"]


def test_mapping_changes_nothing_that_it_was_given() -> None:
    tables = _tables(child={"acp_flag": ["Y"], "phase_colour": ["red"]})
    before = deepcopy(tables)

    upgrade(tables)

    assert tables == before


def test_mapping_twice_equals_mapping_once() -> None:
    """6.4 (e)."""
    once = upgrade(_tables(child={"acp_flag": ["Y"], "phase_colour": ["red"]}))

    assert upgrade(once.tables).tables == once.tables


def test_every_note_is_one_that_may_leave_the_provider() -> None:
    child = {"acp_flag": ["Y"], "phase_colour": ["red"], "ethnic_category": ["S"]}
    result: Upgraded = upgrade(_tables(child=child, contact={"medium": ["03"]}))

    assert len(result.notes) == 6
    assert all(map(is_note, result.notes))
    assert not is_note("plans: Robin Example advance care plans inferred from the yes/no flag; no review dates")
    assert not is_note("plans: 9990000018 advance care plans inferred from the yes/no flag; no review dates")


DIED = {
    "child": {"acp_flag": "Y", "caseload_status": "D", "phase_colour": "red"},
    "referral": {"episode_end": "2025-02-20", "episode_end_reason": "01"},
    "phase": [],
    "death": {"death_date": "2025-02-20", "plan_at_death": "Y"},
    "contact": {"contact_date": "2025-02-10"},
    "short_break": [],
}
CASES: dict[str, Any] = {
    "the example": {},
    "every ethnic category": {
        "child": [{"local_patient_id": f"C{number}", "nhs_number": "", "nhs_number_status": "07", "ethnic_category": code}
                  for number, code in enumerate(ETHNIC)],
        "condition": [{"local_patient_id": f"C{number}"} for number in range(len(ETHNIC))],
        "referral": [{"local_patient_id": f"C{number}", "referral_id": f"R{number}"} for number in range(len(ETHNIC))],
        "phase": [], "contact": [], "short_break": [],
    },
    "every medium": {"contact": [{"contact_id": f"CT{number}", "medium": medium, "contact_date": "2025-02-10"}
                                 for number, medium in enumerate(("01", "02", "03", "04", "05", "06", "98"))]},
    "colours on the child": {"child": {"phase_colour": "green"}, "phase": []},
    "a colour after the episode": {
        "child": {"phase_colour": "green", "caseload_status": "D"}, "phase": [],
        "referral": {"episode_end": "2025-02-20", "episode_end_reason": "04"}, "short_break": [],
    },
    "a plan": {"child": {"acp_flag": "Y"}},
    "a death": DIED,
    "sex not known": {"child": {"sex": "X"}},
    "nothing at all": {name: [] for name in ("child", "condition", "referral", "phase", "contact", "short_break")}
    | {"header": {"nil_return": "Y"}},
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_was_right_in_version_1_is_right_in_version_2(name: str) -> None:
    """6.4 (a)."""
    first, second, _ = checked_twice(CASES[name])

    severe = {found for found in second.found if not found[0].endswith("Q")}
    assert first.validation.verdict == "accepted", first.found
    assert not severe


def _groups(checked: Any, of: dict[str, str]) -> dict[Any, int]:
    rows = checked.connection.execute(
        """
        SELECT region_code, date_diff('year', person_birth_date, ret.reference_date) AS age, act_category, ethnic_category,
            count(DISTINCT c.local_patient_id)
        FROM child AS c JOIN condition USING (local_patient_id), ret WHERE is_primary = 'Y' GROUP BY ALL
        """
    ).fetchall()
    counts: dict[Any, int] = {}
    for area, age, act, ethnic, number in rows:
        key = (area, age, act, of[ethnic])
        counts[key] = counts.get(key, 0) + number
    return counts


FIVE = {"W": "White", "M": "Mixed", "A": "Asian", "B": "Black", "O": "Other", "Z": "not stated", "9": "not stated"}


def test_counts_are_equal_before_and_after() -> None:
    """6.4 (b): by region, age, ACT category and five ethnic groups, always rolled up from the mapped code."""
    first, second, _ = checked_twice(CASES["every ethnic category"])

    assert _groups(first, {code: FIVE[new[0]] for code, new in ETHNIC.items()}) == _groups(
        second, {new: FIVE[new[0]] for new in ETHNIC.values()}
    )
    assert sum(_groups(second, {new: FIVE[new[0]] for new in ETHNIC.values()}).values()) == len(ETHNIC)


def test_a_version_2_return_for_an_old_period_is_accepted() -> None:
    """6.4 (c)."""
    from drawn import check

    case = {**old({}), **{name: [] for name in ("register_membership", "admission", "care_plan", "equipment_request")}}

    assert check(case, "2.0").validation.verdict == "accepted"


def test_a_version_1_return_for_a_new_period_is_sent_back() -> None:
    """6.4 (d)."""
    from drawn import check

    found = check({}, "1.0")

    assert (found.validation.verdict, "CP000035" in found.codes) == ("sent_back", True)
    assert set(VERSIONS["1.0"].tables) < set(VERSIONS["2.0"].tables)


def test_counts_by_ethnic_category_stand_under_the_newer_codes() -> None:
    counts = {"row_id": [0, 1], "total_children": [9, 4], "ethnic_a": [4, 1], "ethnic_c": [2, None], "ethnic_s": [3, 1],
              "ethnic_z": [0, 2]}  # fmt: skip

    result = upgrade(_tables(aggregate_caseload=counts))

    assert result.tables["aggregate_caseload"] == {
        "row_id": [0, 1], "total_children": [9, 4], "ethnic_wbri": [4, 1], "ethnic_woth": [2, None],
        "ethnic_ooth": [3, 1], "ethnic_z": [0, 2],
    }  # fmt: skip
    assert any(note.startswith("counts by ethnic category: 6 children approximate") for note in result.notes)
    assert all(is_note(note) for note in result.notes)


def test_a_colour_that_the_scheme_does_not_have_makes_no_phase() -> None:
    result = upgrade(_tables(child={"phase_colour": ["purple"]}))

    assert not result.tables["phase"]["referral_id"]
    assert not any(note.startswith("phase:") for note in result.notes)


def test_the_colour_of_bereavement_makes_no_phase_of_a_child_on_the_caseload() -> None:
    result = upgrade(_tables(child={"phase_colour": ["navy"], "caseload_status": ["A"]}))

    assert not result.tables["phase"]["referral_id"]
