"""The template, and what the intake makes of it once it is filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from returned import Returned, received

from mds.duck import connect
from mds.intake.headings import field_for
from mds.intake.returns import read_return
from mds.reports.choices import choices, coded
from mds.reports.template import VERSION_PROPERTY, write_template
from mds.reports.template_codes import lists_of
from mds.reports.template_fields import shortened
from mds_schemas.reading import Fault, ReadContext
from mds_schemas.table import Column, Table
from mds_schemas.types import Clock, Coded, CodedList, Day, Moment, NhsNumber, Number, Whole
from mds_schemas.versions import VERSIONS
from mds_validators.rules import all_rules

NUMBERS = list(VERSIONS)
HEADER = {
    "return_type": "ALL",
    "network_code": "EE",
    "provider_code": "8HX01",
    "provider_name": "Sunny Bank Hospice",
    "rp_start": date(2026, 4, 1),
    "rp_end": date(2026, 6, 30),
    "live_or_test": "T",
}


@pytest.fixture(params=NUMBERS)
def number(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def template(tmp_path: Path, number: str) -> Path:
    write_template(tmp_path / "template.xlsx", number, **HEADER)
    return tmp_path / "template.xlsx"


def sent(model: type[Table]) -> dict[str, Column]:
    return {name: column for name, column in model.columns().items() if column.sent}


def typed(column: Column) -> Any:
    """A field's example as a person's spreadsheet program would hold it."""
    text = column.item.example
    match column.kind:
        case _ if not text:
            return None
        case Day():
            return datetime.fromisoformat(text)
        case Moment():
            return datetime.fromisoformat(text)
        case Clock():
            return time.fromisoformat(text)
        case Whole():
            return int(text)
        case Number():
            return float(text)
        case _:
            return text


def fill(path: Path, version: str, rows: Mapping[str, list[dict[str, Any]]]) -> Returned:
    """The template with rows typed into its sheets, checked."""
    workbook = load_workbook(path)
    for model in VERSIONS[version]:
        sheet = workbook[model.info.title]
        for line, row in enumerate(rows.get(model.info.name, []), 2):
            for place, name in enumerate(sent(model), 1):
                sheet.cell(line, place).value = row.get(name)
    workbook.save(path)
    return received(path)


def field_faults(returned: Returned) -> set[tuple[str, str]]:
    """What the readers of fields and files found."""
    return {
        (finding.code, finding.field)
        for finding in returned.findings
        if all_rules()[finding.code].checked_by in ("field", "intake")
    }


def test_every_heading_is_recognised(template: Path, number: str) -> None:
    workbook = load_workbook(template)
    for model in VERSIONS[number]:
        if model.info.name == "header":
            headings = [row[0] for row in workbook["Header"].iter_rows(min_row=2, values_only=True)]
        else:
            headings = [cell.value for cell in workbook[model.info.title][1]]
        assert [field_for(model, heading) for heading in headings] == list(sent(model))
        mandatory = {name for name, column in sent(model).items() if column.mandatory}
        assert {field_for(model, heading) for heading in headings if heading.endswith("*")} == mandatory


def test_an_empty_template_is_read_without_a_finding(template: Path, number: str) -> None:
    intake = read_return(connect(threads=1), template)
    assert intake.findings == []
    assert intake.version.number == number
    assert {source.table for source in intake.sources} == set(VERSIONS[number].tables)
    assert intake.header["provider_name"] == "Sunny Bank Hospice"


def test_the_header_can_be_filled_in_beforehand(template: Path, number: str) -> None:
    returned = received(template)
    header = returned.validation.header
    assert (header["provider_code"], header["network_code"], header["live_or_test"]) == ("8HX01", "EE", "T")
    assert (header["rp_start"], header["rp_end"], header["return_type"]) == (date(2026, 4, 1), date(2026, 6, 30), "ALL")
    assert header["schema_version"] == number


@pytest.mark.parametrize("number", NUMBERS)
def test_the_example_row_of_every_table_is_read_without_a_fault(tmp_path: Path, number: str) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path, number, **HEADER)
    models = [model for model in VERSIONS[number] if model.info.name != "header"]
    rows = {model.info.name: [{name: typed(column) for name, column in sent(model).items()}] for model in models}
    returned = fill(path, number, rows)
    assert field_faults(returned) <= {("CP000190Q", "sharing_agreement_ref")}
    for model in models:
        read = model.model_validate({name: column.item.example for name, column in sent(model).items()}).model_dump()
        names = ", ".join(sent(model))
        stored = returned.connection.execute(f"SELECT {names} FROM all_{model.info.name}").fetchall()
        expected = tuple(list(read[name]) if isinstance(read[name], tuple) else read[name] for name in sent(model))
        assert stored == [expected], model.info.name


@pytest.mark.parametrize("number", NUMBERS)
def test_every_choice_of_every_drop_down_is_read_as_its_code(tmp_path: Path, number: str) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path, number, **HEADER)
    most = max(len(kind.allowed()) for kind in lists_of(VERSIONS[number]))
    rows, expected = {}, {}
    for model in VERSIONS[number]:
        if model.info.name == "header":
            continue
        drawn = [{name: typed(column) for name, column in sent(model).items()} for _ in range(most)]
        for name, column in sent(model).items():
            if kind := coded(column.kind):
                codes = list(islice(cycle(kind.allowed()), most))
                for row, code in zip(drawn, codes, strict=True):
                    row[name] = choices(kind)[code]
                several = isinstance(column.kind, CodedList)
                expected[model.info.name, name] = [([code] if several else code) for code in codes]
        rows[model.info.name] = drawn
    returned = fill(path, number, rows)
    for (table, name), codes in expected.items():
        stored = returned.connection.execute(f"SELECT {name} FROM all_{table} ORDER BY row_id").fetchall()
        assert [value for (value,) in stored] == codes, (table, name)
    assert not {field for _, field in field_faults(returned)} & {name for _, name in expected}


def validations(sheet: Any) -> dict[str, Any]:
    return {str(found.sqref).split(":")[0]: found for found in sheet.data_validations.dataValidation}


def test_drop_downs_offer_exactly_the_codes_of_their_field(template: Path, number: str) -> None:
    workbook = load_workbook(template)
    for model in VERSIONS[number]:
        found = validations(workbook[model.info.title])
        for place, column in enumerate(sent(model).values(), 1):
            cell = f"B{place + 1}" if model.info.name == "header" else f"{get_column_letter(place)}2"
            if kind := coded(column.kind):
                name = found[cell].formula1.removeprefix("=")
                title, cells = next(iter(workbook.defined_names[name].destinations))
                offered = [row[0].value for row in workbook[title][cells]]
                assert offered == [choices(kind)[code] for code in kind.allowed()], column.name
                assert not (isinstance(column.kind, CodedList) and found[cell].showErrorMessage)


def test_guidance_fits_what_a_spreadsheet_program_shows(template: Path) -> None:
    for sheet in load_workbook(template):
        for found in sheet.data_validations.dataValidation:
            assert 0 < len(found.prompt) <= 255
            assert len(found.promptTitle) <= 32 and len(found.errorTitle) <= 32 and len(found.error) <= 224
            assert found.formula1 is None or len(found.formula1) <= 255


def test_every_heading_has_a_comment_with_meaning_and_condition(template: Path, number: str) -> None:
    workbook = load_workbook(template)
    for model in VERSIONS[number]:
        if model.info.name != "header":
            for cell, column in zip(workbook[model.info.title][1], sent(model).values(), strict=True):
                assert column.item.meaning[1:] in cell.comment.text
                assert column.kind.describe() in cell.comment.text
                assert column.item.condition in cell.comment.text


def test_codes_and_numbers_are_text_and_dates_are_dates(template: Path, number: str) -> None:
    workbook = load_workbook(template)
    formats = {NhsNumber: "@", Day: "dd/mm/yyyy", Moment: "dd/mm/yyyy hh:mm", Clock: "hh:mm"}
    for model in VERSIONS[number]:
        if model.info.name == "header":
            continue
        sheet = workbook[model.info.title]
        for place, column in enumerate(sent(model).values(), 1):
            expected = formats.get(type(column.kind), "@" if coded(column.kind) else None)
            if expected:
                assert sheet.column_dimensions[get_column_letter(place)].number_format == expected
        assert sheet.freeze_panes == "B2"


def test_dates_and_numbers_outside_their_limits_are_refused(tmp_path: Path) -> None:
    write_template(tmp_path / "template.xlsx", "2.0")
    children = load_workbook(tmp_path / "template.xlsx")["Children"]
    found = validations(children)
    names = list(sent(VERSIONS["2.0"].tables["child"]))
    born = found[f"{get_column_letter(names.index('person_birth_date') + 1)}2"]
    assert (born.type, born.formula1, born.errorStyle) == ("date", "DATE(1901,1,1)", "stop")
    siblings = found[f"{get_column_letter(names.index('siblings_count') + 1)}2"]
    assert (siblings.type, siblings.formula1) == ("whole", "0")
    assert str(born.sqref).endswith("1048576")


def test_the_version_is_stamped_on_the_file(template: Path, number: str) -> None:
    workbook = load_workbook(template)
    assert workbook.custom_doc_props[VERSION_PROPERTY].value == number
    assert workbook.sheetnames[0] == "Start here" and workbook.sheetnames[-1] == "Codes explained"
    assert all(sheet.sheet_state == "visible" for sheet in workbook)


def test_a_version_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write_template(tmp_path / "template.xlsx", "9.9")
    assert list(tmp_path.iterdir()) == []


@dataclass(frozen=True)
class TakesNoDash(Coded):
    """A field whose reader would take "01 - label" for something else."""

    def read(self, text: str, context: ReadContext) -> str:
        if " - " in text:
            raise Fault("list")
        return super().read(text, context)


def test_a_list_whose_fullest_form_cannot_be_read_back_shows_its_labels() -> None:
    assert choices(Coded("CL24"))["ACP"] == "ACP - advance care plan"
    assert choices(TakesNoDash("CL24"))["ACP"] == "Advance care plan"


def test_text_is_shortened_at_a_word() -> None:
    assert shortened("one two three", 9) == "one two…"
    assert shortened("one two", 9) == "one two"
