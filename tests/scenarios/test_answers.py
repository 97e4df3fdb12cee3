"""A provider answers a warning: it is told why a true oddity is true, and does not ask again until the value changes."""

from __future__ import annotations

from typing import Any

from homes import Region, Said, child, children
from openpyxl import load_workbook

OPEN_FOR_YEARS = "CP202070Q"
"""The phase of the episode has not been reviewed for long."""
MISSING_NOW = "CP101240Q"
"""Children of the return before are missing from this one."""


def _answered(region: Region) -> list[tuple[Any, ...]]:
    return region.ask(f"SELECT answered FROM finding WHERE code = '{OPEN_FOR_YEARS}' ORDER BY row")


def _two(**changes: str) -> dict[str, Any]:
    case = children(child(1), child(2))
    case["referral"][0].update(changes)
    return case


def _send(region: Region, case: dict[str, Any], *words: object, period: str = "Q2") -> Said:
    return region.send(region.file(case, period=period), "--json", *words)


def test_an_answer_is_told_to_the_region_without_its_reason(region: Region) -> None:
    answers = region.answers(f"{OPEN_FOR_YEARS},RF-SB001,Stable for years and seen yearly")

    said = _send(region, _two(), "--answers", answers)

    assert _answered(region) == [(True,), (False,)]
    receipt = region.receipt(said)
    assert receipt["answered"] == 1
    assert "Stable" not in str(list(region.cells())) + str(receipt)


def test_an_answer_given_with_the_very_first_return_is_remembered(region: Region) -> None:
    _send(region, _two(), "--answers", region.answers(f"{OPEN_FOR_YEARS},RF-SB001,Stable"), period="Q1")

    _send(region, _two())

    rows = region.ask(
        f"SELECT r.rp_start::VARCHAR, f.answered FROM finding f JOIN receipt r USING (receipt_id)"
        f" WHERE code = '{OPEN_FOR_YEARS}' ORDER BY 1, 2"
    )
    assert rows == [("2026-01-01", False), ("2026-01-01", True), ("2026-04-01", False), ("2026-04-01", True)]


def test_the_same_return_with_an_answer_brings_the_answer_to_the_region(region: Region) -> None:
    file = region.file(_two())
    region.send(file)

    said = region.send(file, "--json", "--answers", region.answers(f"{OPEN_FOR_YEARS},RF-SB002,Stable"))

    assert _answered(region) == [(False,), (True,)]
    replaces = region.receipt(said)["replaces"]
    assert (replaces["added"], replaces["changed"], replaces["removed"]) == (0, 0, 0)
    assert "The rows that the region holds stay the same" in said.err


def test_an_answer_is_forgotten_when_the_value_changes(region: Region) -> None:
    def long_visit(minutes: str) -> dict[str, Any]:
        case = children(child(1))
        case["contact"][0]["duration_min"] = minutes
        return case

    _send(region, long_visit("1500"), "--answers", region.answers("CP301080Q,CT-SB001,Sat with the child for a day"))
    answered = "SELECT answered FROM finding WHERE code = 'CP301080Q'"
    assert region.ask(answered) == [(True,)]

    _send(region, {**long_visit("1500"), "header": {"primary_system": "Caseload 5"}})
    assert region.ask(answered) == [(True,)], "it is remembered while the value stays"

    _send(region, long_visit("1600"))
    assert region.ask(answered) == [(False,)]


def test_an_answer_about_the_header_needs_no_row_key_and_holds_for_its_number_only(region: Region) -> None:
    def declared(number: str) -> dict[str, Any]:
        return {**_two(), "header": {"declared_child_count": number}}

    _send(region, declared("3"), "--answers", region.answers("CP000170Q,,One came after the count"))
    answered = "SELECT answered FROM finding WHERE code = 'CP000170Q'"
    assert region.ask(answered) == [(True,)]

    _send(region, declared("4"))
    assert region.ask(answered) == [(False,)]


def test_of_two_answers_for_one_row_the_last_holds_and_both_fit(region: Region) -> None:
    lines = (f"{OPEN_FOR_YEARS},RF-SB001,First thought", f"{OPEN_FOR_YEARS},RF-SB001,Second thought")

    said = _send(region, _two(), "--answers", region.answers(*lines))

    assert "fits no warning" not in said.err
    assert region.receipt(said)["answered"] == 1


def test_an_answer_that_fits_nothing_is_named_by_its_line(region: Region) -> None:
    answers = region.answers(f"{OPEN_FOR_YEARS},RF-SB001,Stable", f"{OPEN_FOR_YEARS},RF-SB777,Stable")

    said = _send(region, _two(), "--answers", answers)

    assert said.code == 0
    assert "Line 3 of the answers file fits no warning of this return." in said.err
    assert "Line 2 " not in said.err
    assert "RF-SB777" not in said.err


def test_what_is_wrong_with_an_answers_file_is_said_and_nothing_is_stored(region: Region) -> None:
    wrong = {
        "CP101140,SB001,Right": "does not name a warning",
        f"{OPEN_FOR_YEARS},RF-SB001,": "gives no reason",
        "CP999999Q,SB001,Right": "does not name a warning",
    }
    for line, told in wrong.items():
        said = _send(region, _two(), "--answers", region.answers(line))
        assert (said.code, told in said.err) == (2, True), said.err
    headless = region.desk / "headless.csv"
    headless.write_text("rule,reason\n", encoding="utf-8")
    said = _send(region, _two(), "--answers", headless)
    assert said.code == 2
    assert 'lacks the column "row key"' in said.err
    assert region.count("receipt") == 0


def test_a_reason_may_run_over_several_lines(region: Region) -> None:
    answers = region.answers(f'{OPEN_FOR_YEARS},RF-SB001,"Stable,', 'seen yearly"', f"{OPEN_FOR_YEARS},RF-SB002,Stable")

    said = _send(region, _two(), "--answers", answers)

    assert region.receipt(said)["answered"] == 2


def test_children_missing_from_a_return_are_named_in_the_marked_workbook_alone(region: Region) -> None:
    region.send(region.file(children(child(1), child(2), child(3)), period="Q1"))
    later = region.file(children(child(1)))
    book, page = region.desk / "marked.xlsx", region.desk / "page.html"

    said = region.send(later, "--workbook", book, "--report", page, "--json")

    lines = load_workbook(book).worksheets[0].iter_rows(values_only=True)
    (keys,) = [line[7] for line in lines if line[0] == MISSING_NOW]
    assert keys == "SB002, SB003"
    assert "SB002" not in said.out + said.err + page.read_text()

    answered = region.send(later, "--json", "--answers", region.answers(f'{MISSING_NOW},"{keys}",Both moved away'))
    assert [found.get("answered") for found in answered.json["findings"] if found["code"] == MISSING_NOW] == [True]
