"""The header of a return: as a table, as keys and values, from options, in two places, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sent import HEADER, ROBIN, Read, Rows, checked, children, read, xlsx

from mds_schemas.versions import LATEST

COLUMNS = LATEST.tables["header"].columns()
LABELS = {name: COLUMNS[name].item.label for name in HEADER}


def sent(folder: Path, header: Rows, name: str = "Header", **more: Rows) -> Path:
    return xlsx(folder / "sent.xlsx", {name: header, "Children": children(ROBIN), **more})


def header_of(found: Read) -> dict[str, Any]:
    row = found.connection.execute(f"SELECT {', '.join(HEADER)} FROM all_header").fetchone()
    return {name: str(value) for name, value in zip(HEADER, row or (), strict=False)}


@pytest.mark.parametrize("name", ["Header", "M000", "Sheet1", "Return"])
@pytest.mark.parametrize(
    "rows",
    [
        [list(HEADER), list(HEADER.values())],
        [["Sunny Bank"], [], list(LABELS.values()), [], list(HEADER.values()), [], ["Draft figures may change"]],
        [[label, HEADER[key]] for key, label in LABELS.items()],
        [[f"{label}:", None, HEADER[key]] for key, label in LABELS.items()],
        [
            ["Field", "Your entry", "", "What to enter"],
            *([f"{label} *", HEADER[key], None, "text"] for key, label in LABELS.items()),
        ],
        [[number, label, HEADER[key]] for number, (key, label) in enumerate(LABELS.items(), 1)],
        [[], *([None, None, key, HEADER[key]] for key in HEADER)],
        [["Version", "v2"], ["Return type", "child data"], ["ODS code", "8hx01"], ["Network", "East of England"],
         ["From", "1/4/26"], ["To", "30 June 2026"], ["Live/test", "test"]],
    ],
    ids=["table", "table among titles", "keys", "third column", "template", "numbered", "names", "aliases"],
)  # fmt: skip
def test_layouts(tmp_path: Path, rows: Rows, name: str) -> None:
    found = read(sent(tmp_path, rows, name), {})
    assert header_of(found) == HEADER
    assert found.values("local_patient_id") == ["SB001"]
    assert not found.codes & {"CP000080", "CP000030", "CP000900"}


def test_date_cells(tmp_path: Path) -> None:
    from datetime import date

    rows = [[label, HEADER[key]] for key, label in LABELS.items()]
    rows[4][1], rows[5][1] = date(2026, 4, 1), date(2026, 6, 30)  # type: ignore[call-overload]
    assert header_of(read(sent(tmp_path, rows), {})) == HEADER


def test_options_fill_what_the_file_lacks(tmp_path: Path) -> None:
    rows = [["Provider code", "8HX01"], ["Period start", "2026-04-01"], ["Period end", None]]
    found = read(sent(tmp_path, rows), {**HEADER, "provider_code": "RX101"})
    assert header_of(found) == HEADER


def test_one_field_on_a_sheet_with_the_headers_name_beside_options(tmp_path: Path) -> None:
    rest = {name: text for name, text in HEADER.items() if name != "rp_end"}
    found = read(sent(tmp_path, [[LABELS["rp_end"], "2026-06-30"]]), rest)
    assert header_of(found) == HEADER


def test_an_option_that_contradicts_the_file_is_told_and_not_used(tmp_path: Path) -> None:
    found = read(sent(tmp_path, [list(HEADER), list(HEADER.values())]), {**HEADER, "provider_code": "RX101"})
    assert header_of(found) == HEADER
    assert [note for note in found.intake.notes if "than the command" in note] == [
        f'The file gives another "{LABELS["provider_code"]}" than the command. '
        "The one in the file is used: correct whichever is wrong."
    ]


def test_an_option_that_says_the_same_in_another_way_is_no_contradiction(tmp_path: Path) -> None:
    found = read(sent(tmp_path, [list(HEADER), list(HEADER.values())]), {"rp_start": "01/04/2026"})
    assert found.intake.notes == []


def test_options_alone(tmp_path: Path) -> None:
    assert header_of(read(xlsx(tmp_path / "sent.xlsx", {"Children": children(ROBIN)}), HEADER)) == HEADER


def test_header_in_a_csv_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "header.csv").write_text("\n".join([",".join(HEADER), ",".join(HEADER.values())]))
    (tmp_path / "child.csv").write_text("\n".join(",".join(row) for row in children(ROBIN)))
    assert header_of(read(tmp_path, {})) == HEADER


def wholly(header: Mapping[str, str]) -> Rows:
    return [[LABELS[key], text] for key, text in header.items()]


def test_two_headers_that_agree(tmp_path: Path) -> None:
    other = {**HEADER, "rp_start": "1 April 2026", "schema_version": "2", "network_code": "East of England"}
    found = read(sent(tmp_path, wholly(HEADER), Return=[list(other), list(other.values())]), {})
    assert "CP000080" not in found.codes
    assert header_of(found) == HEADER


def test_two_headers_that_disagree(tmp_path: Path) -> None:
    found = read(
        sent(tmp_path, wholly(HEADER), Return=[list(HEADER), list({**HEADER, "rp_end": "2026-06-29"}.values())]), {}
    )
    assert [(sheet, cell) for code, sheet, cell in found.found if code == "CP000080"] == [("Return", "F2")]
    assert "Period end" in found.messages("CP000080")[0]


def test_two_rows_that_disagree(tmp_path: Path) -> None:
    rows = [list(HEADER), list(HEADER.values()), list({**HEADER, "provider_code": "RX101"}.values())]
    found = read(sent(tmp_path, rows), {})
    assert [(sheet, cell) for code, sheet, cell in found.found if code == "CP000080"] == [("Header", "C3")]


def test_second_header_fills_what_the_first_leaves_blank(tmp_path: Path) -> None:
    first = [[LABELS[key], None if key == "provider_code" else text] for key, text in HEADER.items()]
    found = read(sent(tmp_path, first, Return=wholly(HEADER)), {})
    assert header_of(found) == HEADER
    assert found.intake.header_places["provider_code"] == ("Return", 3, 1)


def test_blank_header_value_is_pointed_at(tmp_path: Path) -> None:
    rows = [
        [LABELS[key], None if key == "provider_code" else text, None, "What to enter"] for key, text in HEADER.items()
    ]
    found = read(sent(tmp_path, rows), {})
    assert ("CP000900", "Header", "B3") in found.found


def test_header_wholly_missing(tmp_path: Path) -> None:
    validation, found = checked(xlsx(tmp_path / "sent.xlsx", {"Children": children(ROBIN)}))
    assert validation.verdict == "sent_back"
    assert found.codes >= {"CP000030", "CP000900"}
    assert "CP000020" not in found.codes


def test_header_alone(tmp_path: Path) -> None:
    validation, found = checked(xlsx(tmp_path / "sent.xlsx", {"Header": wholly(HEADER)}))
    assert validation.verdict == "sent_back"
    assert found.codes >= {"CP000130"}


def test_nil_return(tmp_path: Path) -> None:
    rows = [*wholly(HEADER), ["Nil return", "Y"], ["Sharing agreement", "ISA-1"]]
    validation, found = checked(xlsx(tmp_path / "sent.xlsx", {"Header": rows}))
    assert validation.verdict == "accepted", found.found


def test_version_1_chooses_the_older_tables(tmp_path: Path) -> None:
    path = sent(tmp_path, wholly({**HEADER, "schema_version": "1"}))
    assert read(path, {}).intake.version.number == "1.0"
