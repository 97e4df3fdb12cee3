"""The checks of the merged store: each finds what was planted and keeps quiet on what is nearly that."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from homes import HOSPICE, HOSPITAL, TEAM, Packed, Region, child, children, example_case, mds, region_in

from mds.figures.sharing import for_sharing
from mds.figures.table import HIDDEN
from mds.network import checks
from mds.network.prepare import prepare
from mds.store.database import open_store
from mds_validators.expectations.check import Outcome

Q1, Q2 = date(2026, 1, 1), date(2026, 4, 1)
BOTH = f"{HOSPICE} and {TEAM}"


def outcomes(region: Region, *codes: str) -> list[Outcome]:
    """The outcomes of some checks, or of all, for the second quarter."""
    with pytest.MonkeyPatch.context() as patched:
        if codes:
            known = checks.all_checks()
            patched.setattr(checks, "suites", lambda: {"some": [known[code] for code in codes]})
        with region.home.locked(), open_store(region.home, read_only=True) as connection:
            prepare(connection, region.home, Q2)
            return checks.run_checks(connection, region.home, lambda suite: None)


def found(region: Region, code: str) -> list[tuple[Any, ...]]:
    (outcome,) = outcomes(region, code)
    return [tuple(one) for one in outcome.found]


def edit(region: Region, *statements: str) -> None:
    """Change the store as no return can."""
    with region.home.locked(), open_store(region.home) as connection:
        for statement in statements:
            connection.execute(statement)


# --- several providers, one child -----------------------------------------------------------------------------------


def _plan(number: int, place: str, **changes: str) -> dict[str, str]:
    return {
        "plan_id": f"PL{number}{place}",
        "local_patient_id": f"SB{number:03}",
        "preferred_death_place": place,
        **changes,
    }


def _died(case: dict[str, Any], number: int) -> None:
    local = f"SB{number:03}"
    case["child"][number - 1]["caseload_status"] = "X"
    case["referral"][number - 1] |= {"episode_end": "2026-05-29", "episode_end_reason": "01"}
    case.setdefault("death", []).append({"local_patient_id": local})


def hospice() -> dict[str, Any]:
    case = children(*(child(number) for number in range(1, 9)))
    case["child"][3]["sex"] = "X"
    case["child"][4]["ethnic_category"] = "AIND"
    case["care_plan"] = [_plan(1, "21"), _plan(2, "21"), _plan(3, "21")]
    case["short_break"] = [
        {
            "short_break_id": f"ST{number}",
            "referral_id": f"RF-SB00{number}",
            "start_date": "2026-05-10",
            "end_date": "2026-05-12",
        }
        for number in (2, 3)
    ]
    _died(case, 7)
    _died(case, 8)
    return case


def team() -> dict[str, Any]:
    """Each fault is of one child, and beside it stands one of another child that is nearly the same."""
    untraced = {"nhs_number": "", "nhs_number_status": "07"}
    rows = [child(number) for number in range(1, 9)]
    rows += [
        child(1, local_patient_id="NN1", **untraced),
        child(1, local_patient_id="NN2", lad_code="E09999902", **untraced),
    ]
    rows[0]["person_birth_date"] = "2018-06-11"
    rows[1]["person_birth_date"] = "2018-05-22"
    rows[2]["sex"] = "2"
    rows[5] |= {"ethnic_category": "Z", "key_worker_org": TEAM}
    rows[6]["caseload_status"] = "D"
    case = children(*rows)
    case["condition"][3]["act_category"] = "4"
    case["condition"][4]["act_category"] = "9"
    case["referral"][6] |= {"episode_end": "2026-05-20", "episode_end_reason": "05"}
    case["care_plan"] = [
        _plan(1, "31"), _plan(2, "98"), _plan(3, "31", superseded_date="2026-05-01"), _plan(3, "21", agreed_date="2026-05-01"),
    ]  # fmt: skip
    return case


def hospital() -> dict[str, Any]:
    case = children(*(child(number, key_worker="N", lad_code="") for number in (2, 3, 6)))
    case["condition"][2]["act_category"] = "4"  # on the day before the census of the others
    case["admission"] = [
        {"admission_id": f"AD{number}", "local_patient_id": f"SB00{number}", "admitted_at": f"2026-05-{day} 10:00",
         "ready_date": "", "discharged_at": "2026-05-14 10:00"}
        for number, day in ((2, 11), (3, 12))
    ]  # fmt: skip
    return case


@pytest.fixture(scope="module")
def shared(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    """What all the checks find in a network of three providers that share children."""
    region = region_in(founded, tmp_path_factory.mktemp("shared"))
    for provider, case, day in ((HOSPICE, hospice(), "30"), (TEAM, team(), "30"), (HOSPITAL, hospital(), "29")):
        said = region.send(region.file(case, provider=provider, reference_date=f"2026-06-{day}"))
        assert said.code == 0, said.out
    return outcomes(region)


def test_what_providers_say_differently_is_found_and_nothing_else(shared: list[Outcome]) -> None:
    assert {one.check.code: [tuple(found) for found in one.found] for one in shared if not one.passed} == {
        "CP900010Q": [(BOTH, "birth_month", 1), (BOTH, "sex", 1), (f"{TEAM} and {HOSPITAL}", "sex", 1)],
        "CP900020Q": [(BOTH, "ethnic_category", 1)],
        "CP900030Q": [(BOTH, "episode_end", 1)],
        "CP900040Q": [(BOTH, "key_worker", 1)],
        "CP900050Q": [(BOTH, "preferred_death_place", 1)],
        "CP900060Q": [(BOTH, "nhs_number_status", 1)],
        "CP900080Q": [(BOTH, "act_category", 1)],
        "CP900090Q": [(f"{HOSPICE} and {HOSPITAL}", "nights", 1)],
        "GX101050Q": [(None, "region_code", 21)],  # no postcode directory is loaded here
    }


def test_the_table_names_rules_providers_and_counts(shared: list[Outcome]) -> None:
    table = checks.check_table(shared)

    assert table.columns == ["code", "severity", "title", "field", "what_to_do", "providers", "found"]
    assert table.note.startswith(f"{len(checks.all_checks())} checks were run: 0 found errors, 9 gave warnings.")
    assert table.column("code") == sorted(table.column("code"))
    row = table.rows[0]
    assert (row[0], row[1], row[3], row[5], row[6]) == ("CP900010Q", "warning", "birth_month", BOTH, 1)
    assert table.rows[-1][5:] == ("the network", 21)
    assert for_sharing(table).column("found") == [HIDDEN] * 9 + [20]


def test_a_provider_without_a_return_is_named(region: Region) -> None:
    region.send(region.file())

    assert found(region, "CP900100Q") == [(TEAM, None, 1), (HOSPITAL, None, 1)]


# --- what no return can bring into the store ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sent(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Region:
    """A region with one return that has rows in every table about children."""
    region = region_in(founded, tmp_path_factory.mktemp("sent"))
    said = region.send(region.file(example_case()))
    assert said.code == 0, said.out
    return region


@pytest.fixture
def spoiled(sent: Region, tmp_path: Path) -> Region:
    """The same, to be spoiled by one test."""
    shutil.copytree(sent.path, tmp_path / "region")
    return Region(tmp_path / "region", sent.desk)


def test_an_unspoiled_store_holds_what_the_schema_allows(sent: Region) -> None:
    of_one_return = [one for one in outcomes(sent) if one.check.severity == "error"]
    assert len(of_one_return) > 100
    assert [one.check.code for one in of_one_return if not one.passed] == []


TOO_MUCH = {
    "a code": ("GX101020", "UPDATE child SET sex = '7'", "sex", 2),
    "one code of several": ("GX101020", "UPDATE child SET disability_codes = '04;55'", "disability_codes", 2),
    "out of range": ("GX301010", "UPDATE contact SET duration_min = 10000", "duration_min", 1),
    "not in steps": ("GX202010", "UPDATE phase SET function_score = 55", "function_score", 1),
    "another form": ("GX102010", "UPDATE condition SET icd10_code = '71G'", "icd10_code", 2),
    "a day of birth": ("GX101010", "UPDATE child SET birth_month = birth_month + 3", "birth_month", 2),
    "blank": ("GX201030", "UPDATE referral SET referral_date = NULL", "referral_date", 2),
    "twice": ("GX301040", "INSERT INTO contact FROM contact", "contact_id", 1),
    "a key of several fields": ("GX102040", "INSERT INTO condition FROM condition", "local_patient_id, condition_seq", 2),
}  # fmt: skip


@pytest.mark.parametrize("planted", TOO_MUCH)
def test_what_the_schema_does_not_allow_is_found(spoiled: Region, planted: str) -> None:
    code, statement, field, rows = TOO_MUCH[planted]
    edit(spoiled, statement)

    assert found(spoiled, code) == [(HOSPICE, field, rows)]


NEARLY = {
    "another code": ("GX101020", "UPDATE child SET sex = '9'"),
    "the most": ("GX301010", "UPDATE contact SET duration_min = 9999"),
    "the month": ("GX101010", "UPDATE child SET birth_month = birth_month + INTERVAL 1 MONTH"),
    "blank where it may be": ("GX101030", "UPDATE child SET gp_practice_code = NULL"),
    "blank in a version without the field": ("GX201030", "UPDATE referral SET service_id = NULL, schema_version = '1.0'"),
    "twice, in a return that does not count": (
        "GX301040", "INSERT INTO contact SELECT * REPLACE ('R0' AS receipt_id) FROM contact"
    ),
}  # fmt: skip


@pytest.mark.parametrize("planted", NEARLY)
def test_what_it_allows_is_not(spoiled: Region, planted: str) -> None:
    code, statement = NEARLY[planted]
    edit(spoiled, statement, statement)

    assert found(spoiled, code) == []


def test_a_column_too_many_is_found_and_what_must_stay_with_the_provider(spoiled: Region) -> None:
    edit(
        spoiled,
        "ALTER TABLE child ADD COLUMN nhs_number VARCHAR",
        "ALTER TABLE contact ALTER contact_time TYPE VARCHAR",
    )

    assert found(spoiled, "GX000010") == [(None, "child.nhs_number", None), (None, "contact.contact_time", None)]
    assert found(spoiled, "CP950040") == [(None, "child.nhs_number", None)]


IDENTIFYING = ("ward LU1 1AA", "lu11aa", "9990000018", "no 999 000 0018.", "999-000-0026 999-000-0018", 
               "999 000 0019 999 000 0018", "14/05/2018", "2018-05-14", "born 4.5.2018", "14 May 2018", "14/5/18")  # fmt: skip
NOT_IDENTIFYING = (
    "S1",
    "LU1",
    "LU1 1AAX",
    "9990000019",
    "19990000018",
    "99900000180",
    "14/05",
    "2018",
    "May 2018",
    "1.5",
    "05-2018",
)


@pytest.mark.parametrize("text", IDENTIFYING)
def test_a_text_that_looks_identifying_is_found(spoiled: Region, text: str) -> None:
    edit(
        spoiled,
        f"UPDATE referral SET service_id = '{text}' WHERE referral_id = (SELECT min(referral_id) FROM referral)",
    )

    assert found(spoiled, "CP950040") == [(HOSPICE, "referral.service_id", 1)]


@pytest.mark.parametrize("text", NOT_IDENTIFYING)
def test_another_text_is_not(spoiled: Region, text: str) -> None:
    edit(spoiled, f"UPDATE referral SET service_id = '{text}'")

    assert found(spoiled, "CP950040") == []


def test_it_is_found_where_a_code_should_stand_too_and_never_told(spoiled: Region) -> None:
    edit(
        spoiled,
        "UPDATE child SET main_language = 'LU1 1AA'",
    )

    assert found(spoiled, "CP950040") == [(HOSPICE, "child.main_language", 2)]
    assert "LU1" not in str(checks.check_table(outcomes(spoiled, "CP950040", "GX101010")).as_json())


MIXED = {
    "a token": ("UPDATE child SET person_token = 'stage2-old:' || split_part(person_token, ':', 2)", "person_token", 2),
    "a person": ("UPDATE link SET person_key = 'stage2-old:' || split_part(person_key, ':', 2)", "person_key", 2),
    "a receipt": ("UPDATE receipt SET document = replace(document, '\"stage1\": \"', '\"stage1\": \"old')", "stage1_key", 1),
    "two children": ("UPDATE child SET person_token = (SELECT min(person_token) FROM child)", "local_patient_id", 2),
}  # fmt: skip


@pytest.mark.parametrize("planted", MIXED)
def test_pseudonyms_of_mixed_keys_are_found(spoiled: Region, planted: str) -> None:
    statement, field, rows = MIXED[planted]
    edit(spoiled, statement)
    found_now = found(spoiled, "CP900070")

    assert (HOSPICE, field, rows) in found_now
    assert {field for _, field, _ in found_now} <= {field, "local_patient_id"}


# --- against limits, and against former periods ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def quarters(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Region:
    """One child and one contact in each of two quarters."""
    region = region_in(founded, tmp_path_factory.mktemp("quarters"))
    for period in ("Q1", "Q2"):
        said = region.send(region.file(children(child(1)), period=period))
        assert said.code == 0, said.out
    return region


@pytest.fixture
def grown(quarters: Region, tmp_path: Path) -> Region:
    """The same, to be grown by one test."""
    shutil.copytree(quarters.path, tmp_path / "region")
    (tmp_path / "desk").mkdir()
    return Region(tmp_path / "region", tmp_path / "desk")


def grow(region: Region, period: date, *, child: int = 1, contact: int = 1) -> None:
    """Let the return for a period have so many children, and so many contacts of its first child."""
    edit(
        region,
        "INSERT INTO child SELECT c.* REPLACE (md5(i || 'child')::UUID AS local_patient_id, md5(i || 'handle') AS handle,"
        " split_part(person_token, ':', 1) || ':' || md5(i || 'person') AS person_token)"
        f" FROM child AS c, range(1, {child}) AS more(i) WHERE rp_start = '{period}'",
        "INSERT INTO link SELECT provider_code, local_patient_id, person_token, 'traced' FROM child"
        " ANTI JOIN link USING (provider_code, local_patient_id) GROUP BY ALL",
        "INSERT INTO contact SELECT c.* REPLACE (md5(i || 'contact')::UUID AS contact_id)"
        f" FROM contact AS c, range(1, {contact}) AS more(i) WHERE rp_start = '{period}'",
    )


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [(40, 51, [(None, None, 11)]), (40, 50, []), (20, 29, []), (40, 29, [(None, None, 11)]), (40, 30, [])],
)
def test_total_of_the_network_and_of_each_provider(
    grown: Region, before: int, now: int, expected: list[tuple[Any, ...]]
) -> None:
    grow(grown, Q1, child=before)
    grow(grown, Q2, child=now)

    assert found(grown, "CP950010Q") == expected
    assert found(grown, "GX101070Q") == [(HOSPICE, field, rows) for _, field, rows in expected]


def test_children_are_compared_with_all_of_the_four_periods_before(grown: Region) -> None:
    grown.send(grown.file(children(child(1)), period="a year before"))
    grow(grown, date(2025, 4, 1), child=45)
    grow(grown, Q1, child=30)
    grow(grown, Q2, child=51)

    assert found(grown, "GX101070Q") == []
    assert found(grown, "CP950010Q") == [(None, None, 21)]


@pytest.mark.parametrize(
    ("children_now", "contacts_now", "expected"),
    [(1, 51, 11), (1, 50, 0), (2, 100, 0), (2, 60, 0), (2, 59, 21), (1, 29, 11)],
)
def test_contacts_are_compared_for_each_child(
    grown: Region, children_now: int, contacts_now: int, expected: int
) -> None:
    grow(grown, Q1, contact=40)
    grow(grown, Q2, child=children_now, contact=contacts_now)

    both = [(None, None, expected), (HOSPICE, None, expected)]
    assert found(grown, "GX301070Q") == (both if expected else [])


@pytest.mark.parametrize(("missed", "expected"), [(16, 16), (15, 0)])
def test_shares_of_codes(grown: Region, missed: int, expected: int) -> None:
    grow(grown, Q1, contact=100)
    grow(grown, Q2, contact=100)
    some = f"SELECT contact_id FROM contact WHERE rp_start = '{Q2}' LIMIT {missed}"
    edit(grown, f"UPDATE contact SET attendance = '3' WHERE rp_start = '{Q2}' AND contact_id IN ({some})")

    both = [(None, "attendance", expected), (HOSPICE, "attendance", expected)]
    assert found(grown, "GX301060Q") == (both if expected else [])


@pytest.mark.parametrize(
    ("field", "value", "children_now", "blanks", "expected"),
    [("ethnic_category", "'99'", 10, 2, 2), ("ethnic_category", "'Z'", 10, 1, 0), ("lad_code", "NULL", 19, 1, 1),
     ("lad_code", "NULL", 20, 1, 0)],
)  # fmt: skip
def test_blanks_in_what_networks_compare(
    grown: Region, field: str, value: str, children_now: int, blanks: int, expected: int
) -> None:
    grow(grown, Q2, child=children_now)
    some = f"SELECT local_patient_id FROM child WHERE rp_start = '{Q2}' LIMIT {blanks}"
    edit(grown, f"UPDATE child SET {field} = {value} WHERE local_patient_id IN ({some})")

    assert found(grown, "CP950030Q") == ([(None, field, expected)] if expected else [])


@pytest.mark.parametrize(
    ("people", "known", "expected"), [(10_000, 3, [(None, "E09999901", 3)]), (10_000, 4, []), (7_000, 1, []),
                                      (8_000, 54, [(None, "E09999901", 54)]), (8_000, 53, [])],
)  # fmt: skip
def test_known_against_expected(grown: Region, people: int, known: int, expected: list[tuple[Any, ...]]) -> None:
    populations = grown.desk / "populations.csv"
    ages = "age_0_17,age_0_19,age_0_25,under_1,age_1_5,age_6_10,age_11_15,age_16_19"
    populations.write_text(
        f"area_code,area_name,{ages}\nE09999901,Somewhere,1,{people},1,1,1,1,1,1\n", encoding="utf-8"
    )
    grown.home.reference.load("populations", populations, Q2)
    grow(grown, Q2, child=known)

    assert found(grown, "CP950020Q") == expected


@pytest.mark.parametrize(("blanks", "expected"), [(3, [(HOSPICE, "gp_practice_code", 3)]), (2, [])])
def test_completeness_of_a_provider(grown: Region, blanks: int, expected: list[tuple[Any, ...]]) -> None:
    grow(grown, Q2, child=12)
    some = f"SELECT local_patient_id FROM child WHERE rp_start = '{Q2}' LIMIT {blanks}"
    edit(grown, f"UPDATE child SET region_code = 'E12000006', gp_practice_code = CASE WHEN local_patient_id NOT IN ({some})"
                " THEN gp_practice_code END")  # fmt: skip

    assert found(grown, "GX101050Q") == expected


def test_what_no_provider_fills_in_is_asked_of_the_network(grown: Region) -> None:
    grown.send(grown.file(children(child(2)), provider=TEAM))
    grow(grown, Q2, child=12)
    edit(grown, "UPDATE child SET region_code = 'E12000006', ehc_plan = NULL")

    ((provider, field, rows),) = found(grown, "GX101050Q")
    assert (provider, field) == (None, "ehc_plan")
    assert rows > 12


@pytest.mark.parametrize(("dates", "expected"), [(0, [(HOSPICE, "first_known_date", 12)]), (1, [])])
def test_a_date_is_asked_about_when_there_is_none_at_all(
    grown: Region, dates: int, expected: list[tuple[Any, ...]]
) -> None:
    grow(grown, Q2, child=12)
    some = f"SELECT local_patient_id FROM child WHERE rp_start = '{Q2}' LIMIT {dates}"
    edit(grown, "UPDATE child SET region_code = 'E12000006', first_known_date = CASE WHEN local_patient_id IN"
                f" ({some}) THEN first_known_date END")  # fmt: skip

    assert found(grown, "GX101050Q") == expected


# --- the checks themselves ------------------------------------------------------------------------------------------


def test_every_check_is_explained(packed: Packed) -> None:
    for code, check in checks.all_checks().items():
        assert check.message.endswith(".")
        assert (check.severity == "warning") == code.endswith("Q")
    said = mds("rules", "GX301040")
    assert said.code == 0
    assert "same key" in said.out
    assert mds("rules", "CP900070", "--json").json["rules"][0]["severity"] == "error"


@pytest.fixture
def prepared(sent: Region) -> Iterator[Any]:
    with sent.home.locked(), open_store(sent.home, read_only=True) as connection:
        prepare(connection, sent.home, Q2)
        checks.run_checks(connection, sent.home, lambda suite: None)
        yield connection


def test_every_query_returns_what_a_check_returns(prepared: Any) -> None:
    for check in checks.all_checks().values():
        described = prepared.execute(f"DESCRIBE {check.query}").fetchall()
        assert [row[0] for row in described] == ["provider_code", "field", "rows"], check.code
