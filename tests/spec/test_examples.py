"""Every example return is found with what was planted in it, and with nothing else."""

import json
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from demo_checks import check
from python_calamine import CalamineWorkbook

from mds.demo.examples import write_examples

EXAMPLES = Path(__file__).parents[2] / "examples"
RECEIVED_ON = date(2026, 7, 14)
VERDICTS = {
    "clean.xlsx": "accepted",
    "clean-csv.zip": "accepted",
    "version-1.0.xlsx": "accepted",
    "nil.xlsx": "accepted",
    "messy.xlsx": "accepted_in_part",
    "messy-semicolon.zip": "accepted_in_part",
    "bad-missing-column.xlsx": "sent_back",
    "bad-wrong-version.xlsx": "sent_back",
    "bad-too-many-rejected.xlsx": "sent_back",
    "bad-record-errors.xlsx": "accepted_in_part",
}


def expected(name: str) -> list[tuple[str, ...]]:
    file = EXAMPLES / f"{Path(name).stem}.expected.json"
    return [tuple(one) for one in json.loads(file.read_text(encoding="utf-8"))] if file.exists() else []


def content(file: Path) -> object:
    """What a file holds, whatever the program that packed it."""
    if file.suffix == ".xlsx":
        workbook = CalamineWorkbook.from_path(str(file))
        return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    return file.read_bytes()


@pytest.mark.parametrize("name", VERDICTS)
def test_example_is_found_with_what_was_planted(name: str) -> None:
    checked = check(EXAMPLES / name, EXAMPLES, RECEIVED_ON)
    assert Counter(checked.found) == Counter(expected(name))
    assert checked.validation.verdict == VERDICTS[name]


@pytest.mark.parametrize("name", [name for name in VERDICTS if name.startswith(("bad", "messy"))])
def test_readme_names_every_rule_that_is_broken(name: str) -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert [rule for rule, *_ in expected(name) if rule not in readme] == []


def test_examples_are_small() -> None:
    files = [file for file in EXAMPLES.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 1_000_000
    assert {file.name for file in files if file.suffix in (".xlsx", ".zip")} == set(VERDICTS)


def test_examples_are_what_the_demo_writes(tmp_path: Path) -> None:
    write_examples(tmp_path)
    written = {file.relative_to(tmp_path) for file in tmp_path.rglob("*") if file.is_file()}
    shipped = {file.relative_to(EXAMPLES) for file in EXAMPLES.rglob("*") if file.is_file()}
    assert written == shipped - {Path("README.md")}
    assert [name for name in sorted(written) if content(tmp_path / name) != content(EXAMPLES / name)] == []
