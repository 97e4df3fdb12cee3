"""Tables are found and read whatever the layout of the sheet (specification 5.2, L01 to L10, L33)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from sent import CHILD, HEADER, ROBIN, Rows, checked, child_with, children, example_sheets, read, xlsx

from mds.intake.headings import field_for, headings_of, named_table, recognise
from mds_schemas.versions import LATEST, VERSIONS

OTHERS = ("SB002", "07", "2", "WBRI", "A")
COLUMNS = LATEST.tables["child"].columns()
LABELS = [COLUMNS[name].item.label for name in CHILD]


def write(folder: Path, rows: Rows, sheet: str = "Sheet1") -> Path:
    return xlsx(folder / "sent.xlsx", {sheet: rows})


def ids(folder: Path, rows: Rows, sheet: str = "Sheet1") -> list[Any]:
    return read(write(folder, rows, sheet)).values("local_patient_id")


@pytest.mark.parametrize("above", [0, 1, 7, 29])
def test_heading_below_titles_l01(tmp_path: Path, above: int) -> None:
    titles = [["Sunny Bank Children's Hospice", "Status: draft", "NHS"] for _ in range(above)]
    assert ids(tmp_path, [*titles, *children(ROBIN, OTHERS)]) == ["SB001", "SB002"]


def test_heading_further_down_is_not_looked_for_l01(tmp_path: Path) -> None:
    found = read(write(tmp_path, [*([["title"]] * 30), *children(ROBIN)]))
    assert found.codes >= {"CP000020"}


@pytest.mark.parametrize(
    "headings",
    [
        CHILD,
        LABELS,
        [label.upper() + " *" for label in LABELS],
        ["4.1a Local number", "4.1b NHS number status*", "4.1c Sex", "4.1d Ethnic category", "4.1e Status at census date"],
        ["1. Local number (mandatory)", "2. NHS number status [code]", "3. Sex", "4. Ethnic\ncategory",
         "5. Status at census date"],
        ["Local\u00a0number", "NHS number – status", "“Sex”", "Ethnic  category", "status at census date:"],
        ["LocalPatientID", "NHSNumberStatus", "SEX", "EthnicCategory", "CaseloadStatus"],
        ["Hosp No", "NHS status", "Gender", "Ethnicity", "Status"],
        ["Local nummber", "NHS numer status", "Sex", "Ethnic catgory", "Status at cencus date"],
        ["MRN", "nhs_number_status", "person_stated_gender_code", "Patient ethnicity code", "Caseload status"],
    ],
)  # fmt: skip
def test_headings_l03(tmp_path: Path, headings: list[str]) -> None:
    found = read(write(tmp_path, children(ROBIN, headings=headings)))
    assert found.values("local_patient_id") == ["SB001"]
    assert not found.codes & {"CP000020", "CP000090", "CP000095Q"}


@pytest.mark.parametrize(
    "heading", ["1-5", "1 – 5", "01-May", "1-May-26", "2026-05-01", "age 1 5", "Aged 1 to 5"]
)  # fmt: skip
def test_a_band_of_ages_that_a_spreadsheet_took_for_a_date_l14(heading: str) -> None:
    assert field_for(LATEST.tables["aggregate_caseload"], heading) == "age_1_5"


@pytest.mark.parametrize("heading", ["06-Oct", "2026-10-06", "6-10"])
def test_the_next_band_is_another_l14(heading: str) -> None:
    assert field_for(LATEST.tables["aggregate_caseload"], heading) == "age_6_10"


def test_headings_in_any_order(tmp_path: Path) -> None:
    found = read(write(tmp_path, [list(reversed(CHILD)), list(reversed(ROBIN))]))
    assert found.values("ethnic_category") == ["APAK"]


@pytest.mark.parametrize(
    ("table", "heading", "field"),
    [
        ("child", "NHS No", "nhs_number"), ("child", "NHS No.", "nhs_number"), ("child", "NHSNumber", "nhs_number"),
        ("child", "NHS #", "nhs_number"), ("child", "NHS No*", "nhs_number"), ("child", "Unit number", "local_patient_id"),
        ("child", "PAS number", "local_patient_id"), ("child", "DOB", "person_birth_date"),
        ("child", "D.O.B.", "person_birth_date"), ("child", "Date of birth (dd/mm/yyyy)", "person_birth_date"),
        ("child", "Post Code", "postcode"), ("child", "PC", "postcode"), ("child", "KW", "key_worker"),
        ("child", "Lead nurse", "key_worker"), ("child", "CCN", "key_worker"),
        ("child", "general_medical_practice_code_patient_registration", "gp_practice_code"),
        ("condition", "ACT", "act_category"), ("condition", "ACT cat", "act_category"),
        ("condition", "Group (1-4)", "act_category"), ("condition", "TfSL category", "act_category"),
        ("referral", "Ref'd", "referral_date"), ("referral", "Date rec'd", "referral_date"),
        ("referral", "referral_request_received_date", "referral_date"), ("referral", "Ref by", "referral_source"),
        ("referral", "Accepted?", "referral_outcome"), ("referral", "D/C", "episode_end"),
        ("referral", "date_dischargedfrom_caseload", "episode_end"), ("referral", "service_type_requested_code", "service_id"),
        ("phase", "RAG", "phase_submitted"), ("phase", "GSF", "phase_submitted"), ("phase", "Colour", "phase_submitted"),
        ("contact", "consultation_medium_used", "mechanism"), ("contact", "care_contact_date", "contact_date"),
        ("short_break", "SB nights", "nights"), ("short_break", "Respite nights", "nights"),
        ("care_plan", "PPC", "preferred_care_place"), ("care_plan", "PPoC", "preferred_care_place"),
        ("care_plan", "PPD", "preferred_death_place"), ("care_plan", "PPoD", "preferred_death_place"),
        ("death", "DOD", "death_date"), ("death", "RIP date", "death_date"), ("death", "POD", "death_place"),
        ("death", "Place died", "death_place"),
    ],
)  # fmt: skip
def test_starter_aliases_5_3(table: str, heading: str, field: str) -> None:
    assert field_for(LATEST.tables[table], heading) == field


@pytest.mark.parametrize("heading", ["ACP?", "ACP Y/N", "ReSPECT", "EoL plan"])
def test_starter_aliases_of_version_1(heading: str) -> None:
    assert field_for(VERSIONS["1.0"].tables["child"], heading) == "acp_flag"


@pytest.mark.parametrize("version", VERSIONS.values(), ids=str)
def test_every_name_and_label_means_its_field(version: Any) -> None:
    for model in version:
        for name in model.columns():
            assert field_for(model, name) == name
        labels = [column.item.label for column in model.columns().values()]
        assert len(set(labels)) == len(labels), model
        assert {field_for(model, label) for label in labels} == set(model.columns()), model
        assert set(headings_of(model).values()) == set(model.columns())


def test_two_slips_of_the_pen_need_one_winner_l03() -> None:
    child = LATEST.tables["child"]
    assert field_for(child, "Ethnic categroy") == "ethnic_category"
    assert field_for(child, "Sexx") is None
    assert field_for(LATEST.tables["care_plan"], "preferred deare place") is None


def test_empty_rows_and_columns_l05(tmp_path: Path) -> None:
    rows = [[], [None, None, *CHILD[:2], None, None, *CHILD[2:]], [], [None, None, *ROBIN[:2], None, None, *ROBIN[2:]]]
    found = read(write(tmp_path, rows))
    assert found.values("caseload_status") == ["A"]
    assert "CP000095Q" not in found.codes


@pytest.mark.parametrize("nothing", [" ", "\u00a0", "-", "n/k", "\u200b", "#REF!"])
def test_rows_that_hold_nothing_are_no_records(tmp_path: Path, nothing: str) -> None:
    found = read(write(tmp_path, children(ROBIN, [nothing] * 5, [None, nothing], OTHERS)))
    assert found.values("local_patient_id") == ["SB001", "SB002"]
    assert found.lines() == [2, 5]


def test_content_beside_the_table_makes_no_record(tmp_path: Path) -> None:
    rows = [[*CHILD, None, "Our notes"], [*ROBIN, None, "x"], [None, None, None, None, None, None, "call back"]]
    found = read(write(tmp_path, rows))
    assert found.values("local_patient_id") == ["SB001"]
    assert [cell for code, _, cell in found.found if code == "CP000095Q"] == ["G1"]


def test_a_row_without_its_key_is_still_a_record(tmp_path: Path) -> None:
    found = read(write(tmp_path, children([None, *ROBIN[1:]], ["SB002"])))
    assert [(code, cell) for code, _, cell in found.found if code in ("CP101010", "CP101140")] == [
        ("CP101010", "A2"),
        ("CP101140", "C3"),
    ]


def test_one_sheet_a_month_and_a_readme_l06(tmp_path: Path) -> None:
    sheets = {
        "README": [["How to fill this in"], ["Local number", "your own number for the child"]],
        "Apr": children(ROBIN),
        "May": children(OTHERS),
        "Sheet1": children(("SB003", *ROBIN[1:])),
    }
    found = read(xlsx(tmp_path / "sent.xlsx", sheets))
    assert found.values("local_patient_id") == ["SB001", "SB002", "SB003"]
    assert [source.sheet for source in found.intake.sources] == ["Apr", "May", "Sheet1", ""]
    assert found.codes <= {"CP000900", "CP000910Q"}
    assert found.intake.notes == []


def test_hidden_sheets_are_not_read_and_told_l06(tmp_path: Path) -> None:
    found = read(xlsx(tmp_path / "sent.xlsx", {"Apr": children(ROBIN), "Old": children(OTHERS)}, hidden=["Old"]))
    assert found.values("local_patient_id") == ["SB001"]
    assert [(sheet, cell) for code, sheet, cell in found.found if code == "CP000220Q"] == [("Old", "")]
    assert found.messages("CP000220Q") == [
        "Rows or sheets are hidden here (1). Hidden rows were read and hidden sheets were not: check what you sent."
    ]


@pytest.mark.parametrize(
    "below",
    [
        ["Total 3"], ["TOTAL", None, 3], ["Sub-total", 1, 1], [None, "Totals", "3", "4"], ["Grand total:", 3], ["END"],
        ["NB figures may change"], ["Signed: J Smith", "3/4/26"], ["Prepared by", "A Nurse"], ["Note: figures are estimates"],
        [None, "figures are estimates only"], ["End of report"], ["Source: caseload system"], list(CHILD), ["-----"], ["* * *"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_totals_and_remarks_are_no_records_l08(tmp_path: Path, below: list[Any], kind: str) -> None:
    rows = children(ROBIN, OTHERS, [], below)
    if kind == "xlsx":
        path = write(tmp_path, rows)
    else:
        path = tmp_path / "child.csv"
        with path.open("w", newline="") as stream:
            csv.writer(stream).writerows(rows)
    found = read(path)
    assert found.values("local_patient_id") == ["SB001", "SB002"]
    marked = not str(below[0]).startswith(("-", "*"))
    assert found.intake.notes == marked * [
        f"{'Sheet1' if kind == 'xlsx' else 'child'}: 1 rows hold totals or remarks and were not read as records (row 5)."
    ]


@pytest.mark.parametrize(
    "row",
    [
        ["TOTAL1", *ROBIN[1:]],
        ["END1", *ROBIN[1:]],
        ["SB 001 B", *ROBIN[1:]],
        ["SB002"],
        ["KEY1", "07"],
        [None, "07", "1"],
    ],
)
def test_records_that_look_like_remarks_l08(tmp_path: Path, row: list[Any]) -> None:
    found = read(write(tmp_path, children(ROBIN, row)))
    assert len(found.values("local_patient_id")) == 2
    assert found.intake.notes == []


def test_a_diagnosis_that_begins_with_total_is_no_total(tmp_path: Path) -> None:
    headings = ["local_patient_id", "condition_seq", "is_primary", "act_category", "condition_text"]
    rows = [headings, [None, "1", "Y", "3", "Total anomalous pulmonary venous return"]]
    assert "CP102910Q" not in read(write(tmp_path, rows, "Conditions")).codes
    assert read(write(tmp_path, rows, "Conditions")).values("condition_text", "condition") == [rows[1][4]]


def test_rows_pasted_twice_l33(tmp_path: Path) -> None:
    contact = {"contact_id": "CT0001"}
    again = {"contact_id": "CT0002"}
    sheets = example_sheets(child=[{}, {}], contact=[contact, again])
    validation, found = checked(xlsx(tmp_path / "sent.xlsx", sheets))
    assert {("CP101025Q", "Children", "3"), ("CP301025Q", "Contacts", "3")} <= {
        (code, sheet, "".join(filter(str.isdigit, cell))) for code, sheet, cell in found.found
    }
    assert validation.tables["child"].held == 1


def test_rows_of_other_sheets_are_named_with_their_sheet(tmp_path: Path) -> None:
    sheets = example_sheets(child=[{}, {}, {}])
    headings, row, *_ = sheets.pop("Children")
    other = [cell if heading != "Forename" else "Rowan" for heading, cell in zip(headings, row, strict=True)]
    months = {"Apr": [headings, row], "May": [headings, row, other], "Jun": [headings, *[row] * 7]}
    _, found = checked(xlsx(tmp_path / "sent.xlsx", {**sheets, **months}))
    copies = {cell for code, sheet, cell in found.found if code == "CP101025Q" and sheet == "May"}
    assert copies == {"A2"}
    assert "This row is a copy of row 2 of Apr; one was kept. Take the copy out." in found.messages("CP101025Q")
    assert found.messages("CP101020")[0].startswith(
        "This row and rows 2 and 3 of May, rows 2, 3 and 4 of Jun and 4 more have the same local number"
    )


def test_missing_mandatory_column(tmp_path: Path) -> None:
    found = read(write(tmp_path, [row[:4] for row in children(ROBIN)]))
    assert [(code, sheet, cell) for code, sheet, cell in found.found if code == "CP000090"] == [
        ("CP000090", "Sheet1", "1")
    ]
    assert '"Status at census date"' in found.messages("CP000090")[0]


def test_unknown_column_with_a_hint(tmp_path: Path) -> None:
    rows = [[*CHILD, "Post kode no", "Favourite colour"], [*ROBIN, "LU1 1AA", "green"]]
    found = read(write(tmp_path, rows))
    assert [cell for code, _, cell in found.found if code == "CP000095Q"] == ["F1", "G1"]
    first, second = found.messages("CP000095Q")
    assert 'did you mean "Postcode' in first or "did you mean" not in first
    assert "did you mean" not in second


def test_doubled_column_with_equal_content(tmp_path: Path) -> None:
    rows = [[*CHILD, "Sex"], [*ROBIN, "1"], [*OTHERS, "2 "]]
    assert "CP000100" not in read(write(tmp_path, rows)).codes


def test_doubled_column_that_differs(tmp_path: Path) -> None:
    rows = [[*CHILD, "Gender"], [*ROBIN, "1"], [*OTHERS, None]]
    found = read(write(tmp_path, rows))
    assert [(sheet, cell) for code, sheet, cell in found.found if code == "CP000100"] == [("Sheet1", "F1")]


@pytest.mark.parametrize(
    "name", ["Children", "children", "Child", "M101", "MDS Children", "M101 child", "M101_Children", "CHILDREN "]
)
def test_sheets_named_after_a_table(tmp_path: Path, name: str) -> None:
    model = named_table(LATEST, name)
    assert model is not None and model.info.name == "child"
    found = read(xlsx(tmp_path / "sent.xlsx", {name: [["Local number", "DOB"], ["SB001", "1/2/19"]]}))
    assert len(found.messages("CP000090")) == 4
    assert found.values("local_patient_id") == ["SB001"]


@pytest.mark.parametrize("name", ["Sheet1", "Contact", "Kids", "Notes on children"])
def test_sheets_known_by_their_headings(tmp_path: Path, name: str) -> None:
    assert ids(tmp_path, children(ROBIN), name) == ["SB001"]


def test_sheet_whose_name_and_content_disagree(tmp_path: Path) -> None:
    """The headings win, since the rows stand below them."""
    sheets = example_sheets()
    found = read(
        xlsx(
            tmp_path / "sent.xlsx",
            {"Header": sheets["Header"], "Children": sheets["Contacts"], "Contacts": sheets["Children"]},
        ),
        {},
    )
    assert {source.sheet: source.table for source in found.intake.sources} == {
        "Children": "contact", "Contacts": "child", "Header": "header",
    }  # fmt: skip


def test_two_tables_below_each_other_on_one_sheet(tmp_path: Path) -> None:
    """The first is read; rows of the second are told as rows of the first, so that nothing is lost in silence."""
    sheets = example_sheets()
    found = read(write(tmp_path, [*sheets["Children"], [], *sheets["Conditions"]]))
    assert [source.table for source in found.intake.sources] == ["child", "header"]
    assert {cell for code, _, cell in found.found if code.startswith("CP101")} >= {"C5"}


def test_sheet_that_is_nearly_a_table_is_named(tmp_path: Path) -> None:
    found = read(
        write(tmp_path, [["Hosp No", "NHS No", "D.O.B.", "Ethnicity"], ["SB001", None, "1/2/19", "J"]], "Kids")
    )
    assert "CP000020" in found.codes
    assert found.intake.notes == [
        'Kids: this looks like the table Children, but was not read. It lacks the columns "NHS number status", "Sex", '
        '"Status at census date".'
    ]


def test_a_full_export_with_many_columns_of_its_own(tmp_path: Path) -> None:
    own = [f"Local field {number}" for number in range(60)]
    found = read(write(tmp_path, [[*own, *CHILD], [*([None] * 60), *ROBIN]], "export"))
    assert found.values("local_patient_id") == ["SB001"]


@pytest.mark.parametrize("version", VERSIONS.values(), ids=str)
@pytest.mark.parametrize("by", ["name", "label"])
def test_every_table_is_known_by_its_headings(version: Any, by: str) -> None:
    for model in version:
        headings = [name if by == "name" else column.item.label for name, column in model.columns().items()]
        match = recognise(version, "Sheet1", [headings])
        assert match is not None and match.model is model
        assert not match.unknown and not match.again


def test_blank_heading_over_data_is_not_used(tmp_path: Path) -> None:
    rows = [[*CHILD, None], [*ROBIN, "what is this"]]
    assert [cell for code, _, cell in read(write(tmp_path, rows)).found if code == "CP000095Q"] == ["F1"]


def test_values_at_the_far_right(tmp_path: Path) -> None:
    found = read(write(tmp_path, child_with("postcode", "LU1 1AA")))
    assert found.values("postcode") == ["LU1 1AA"]


def test_a_cover_page_is_no_table_of_cover(tmp_path: Path) -> None:
    """Hours of cover are a table of the service questionnaires; a page called "Cover" rarely holds them."""
    cover = [
        ["Return of Sunny Bank Children's Hospice"],
        [],
        ["Service", "Hospice at home"],
        ["From", "1 April 2026"],
        ["Days"],
    ]
    found = read(xlsx(tmp_path / "sent.xlsx", {"Cover": cover, "Children": children(ROBIN)}))
    assert [source.table for source in found.intake.sources] == ["child", "header"]


@pytest.mark.parametrize("headings", [None, ["Col 0", "Col 1", "Col 2", "Col 3", "Col 4"]])
def test_a_sheet_with_the_name_of_a_table_is_not_passed_over_in_silence(
    tmp_path: Path, headings: list[str] | None
) -> None:
    """Its headings were deleted, or renamed."""
    sheets = example_sheets(LATEST)
    name = next(name for name in sheets if named_table(LATEST, name) is LATEST.tables["contact"])
    sheets[name] = [*([headings] if headings else []), *sheets[name][1:]]

    found = read(xlsx(tmp_path / "sent.xlsx", sheets))

    assert "CP000092" in found.codes


def test_every_rule_that_the_program_names_exists() -> None:
    """A finding under a code that is no rule would have no words."""
    import re

    import mds
    from mds.network.checks import all_checks
    from mds_validators.rules import all_rules

    sources = Path(mds.__file__).parent.rglob("*.py")
    named = {code for path in sources for code in re.findall(r'"(CPQ?\d{5,6}Q?)"', path.read_text(encoding="utf-8"))}
    assert len(named) > 20
    assert named <= all_rules().keys() | all_checks().keys()


@pytest.mark.parametrize("others", [True, False])
@pytest.mark.parametrize("unread", ["Children", "Kids"])
def test_no_nil_return_is_advised_where_a_table_was_not_read(tmp_path: Path, others: bool, unread: str) -> None:
    sheets = example_sheets()
    del sheets["Children"]
    near = ["Hosp No", "NHS No", "D.O.B.", "Ethnicity"]
    headings = near if unread == "Kids" else [f"Col {number}" for number in range(4)]
    rows = [headings, ["SB001", None, "1/2/19", "J"]]
    _, found = checked(xlsx(tmp_path / "sent.xlsx", {**(sheets if others else {}), unread: rows}), HEADER)
    assert "CP000130" not in found.codes
    assert (("CP000092", unread, "1") in found.found) == (others or unread == "Children")
    assert others or unread == "Children" or "CP000020" in found.codes


def test_a_return_without_header_and_options_is_told_how_to_give_them(tmp_path: Path) -> None:
    path = write(tmp_path, children(ROBIN))
    assert [note for note in read(path, {}).intake.notes if "No header was found" in note and "--provider" in note]
    assert read(path).intake.notes == []
    sheets = example_sheets()
    assert read(xlsx(tmp_path / "with.xlsx", sheets), {}).intake.notes == []


def test_two_tables_beside_each_other_on_one_sheet(tmp_path: Path) -> None:
    sheets = example_sheets()
    phases = sheets.pop("Phases")
    beside = [[*left, None, *right] for left, right in zip(sheets["Children"], phases, strict=True)]
    found = read(xlsx(tmp_path / "sent.xlsx", {**sheets, "Children": beside}))
    assert "CP000095Q" in found.codes
    assert all(
        message.endswith("put the table Phases, to which it seems to belong, on a sheet of its own.")
        for message in found.messages("CP000095Q")
    )
