"""No value of a cell, no local number and no name stands in what may be printed or e-mailed."""

from pathlib import Path

import pytest
from returned import Returned, received, write_book, write_folder

from mds.reports.document import document
from mds.reports.page import write_page
from mds.reports.summary import summary
from mds_schemas.versions import LATEST


def texts(returned: Returned, folder: Path) -> dict[str, str]:
    write_page(folder / "page.html", returned.validation, returned.findings)
    return {
        "json": "".join(document(returned.validation, returned.findings, "1")),
        "terminal": summary(returned.validation, returned.findings),
        "page": (folder / "page.html").read_text(encoding="utf-8"),
    }


def planted(suffix: str) -> tuple[dict, list[str]]:
    """A return with an unmistakable value in every field, and the values."""
    case, values = {}, []
    for table, model in LATEST.tables.items():
        row = {}
        for number, name in enumerate(model.columns()):
            row[name] = f"Zq{model.info.number}x{number:02}{suffix}"
            values.append(row[name])
        case[table] = row if table == "header" else [row, row]
    return case, values


@pytest.mark.parametrize(
    ("write", "suffix"),
    [(write_folder, ""), (write_folder, " (vw)"), (write_book, "9"), (write_book, "-" + "9" * 40)],
    ids=["csv-word", "csv-brackets", "workbook-number", "workbook-long"],
)
def test_planted_values_appear_nowhere(tmp_path: Path, write, suffix: str) -> None:
    planted_case, values = planted(suffix)
    readable = {**planted_case, "header": {}}  # with a header that can be read, other rules come into play
    for name, case in (("planted.xlsx", planted_case), ("readable.xlsx", readable)):
        returned = received(write(tmp_path / name, case))
        assert sum(1 for _ in returned.findings) > 20
        for kind, text in texts(returned, tmp_path).items():
            assert [value for value in values if value in text] == [], kind


IDENTIFYING = {
    "child": [
        {"local_patient_id": "QZKID77", "nhs_number": "9990000019", "given_name": "Quillon", "family_name": "Vraxby",
         "person_birth_date": "2031-02-03", "postcode": "ZZ99 3QZ", "school_urn": "777123"},
        {"local_patient_id": "QZKID77", "nhs_number": "4010232137", "person_birth_date": "1911-02-03"},
    ],
    "referral": [{"referral_id": "QZREF88", "local_patient_id": "QZNONE5", "referral_date": "2031-05-06"}],
    "contact": [{"contact_id": "QZCON99", "referral_id": "QZNONE6"}, {"contact_id": "QZCON99"}],
    "death": {"local_patient_id": "QZKID77", "death_date": "2031-07-08"},
}  # fmt: skip


def test_real_looking_values_that_break_rules_appear_nowhere(tmp_path: Path) -> None:
    returned = received(write_book(tmp_path / "in.xlsx", IDENTIFYING))
    values = [
        value
        for rows in IDENTIFYING.values()
        for row in (rows if isinstance(rows, list) else [rows])
        for value in row.values()
    ]
    assert len({finding.code for finding in returned.findings}) > 8
    for kind, text in texts(returned, tmp_path).items():
        assert [value for value in values if value in text] == [], kind
        assert "Sunny Bank" not in text, kind


def test_headings_that_were_not_known_appear_nowhere(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", {})
    child = folder / "child.csv"
    child.write_text(
        child.read_text()
        .replace("local_patient_id", "local_patient_id,Notes on Quillon Vraxby", 1)
        .replace("SB001,", "SB001,x,", 1)
    )
    returned = received(folder)
    assert "CP000095Q" in {finding.code for finding in returned.findings}
    for kind, text in texts(returned, tmp_path).items():
        assert "Quillon" not in text, kind
