"""How each kind of field reads what people and spreadsheets write (specification 5.2 and 5.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from mds.validate.columns import read_texts
from mds_schemas import codes
from mds_schemas.reading import Fault, ReadContext, cell_text, plain
from mds_schemas.types import (
    ORG_CODE,
    Clock,
    Coded,
    CodedList,
    Day,
    EthnicV1,
    FinancialYear,
    Icd10,
    Kind,
    LocalId,
    Moment,
    NhsNumber,
    Number,
    Postcode,
    Severity,
    Shaped,
    Text,
    Whole,
)
from mds_schemas.versions import LATEST

CONTEXT = ReadContext(latest_year=2026, numeric_codes={"50": "5E1", "500": "5E2", "89999": "89999", "512": "00512"})


def reading(kind: Kind, text: Any, context: ReadContext = CONTEXT) -> tuple[Any, set[str]]:
    """The value, or the kind of fault in brackets, and the repairs that were noted."""
    context = replace(context, notes=set())
    told = plain(cell_text(text))
    try:
        return (None if kind.is_blank(told) else kind.read(told, context)), context.notes
    except Fault as fault:
        return f"<{fault.kind}>", set()


def value(kind: Kind, text: Any) -> Any:
    return reading(kind, text)[0]


@pytest.mark.parametrize(
    "text",
    ["9990000018", 9990000018, 9990000018.0, "9990000018.0", "999 000 0018", "999-000-0018", "\u00a0999\u00a0000 0018 ",
     "'9990000018", "’9990000018", "NHS: 999 000 0018", "NHS No. 9990000018", "nhs number 9990000018", "9.990000018E+09",
     "９９９ ０００ ００１８", "999\u200b0000018"],
)  # fmt: skip
def test_nhs_number_l11(text: Any) -> None:
    assert value(NhsNumber(), text) == "9990000018"


@pytest.mark.parametrize(
    ("text", "read"),
    [("9.99E+09", "<shortened>"), ("9.99e9", "<shortened>"), ("9.99E+10", "<shortened>"), (9.99e9, "<check_digit>"),
     ("999000001", "<digits>"), ("99900000188", "<digits>"), ("9990000019", "<check_digit>"), ("1111111111", "<filler>"),
     ("9876543210", "<filler>"), ("SB001", "<digits>"), ("٩٩٩٠٠٠٠٠١٨", "<digits>"), ("0", None), ("99", None),
     ("N/K", None), ("n/a", None), ("?", None)],
)  # fmt: skip
def test_nhs_number_that_is_none(text: Any, read: str | None) -> None:
    assert value(NhsNumber(), text) == read


@pytest.mark.parametrize(
    ("kind", "text", "read", "notes"),
    [
        (Coded("CL18"), "1", "01", {"padded"}),
        (Coded("CL18"), 1.0, "01", {"padded"}),
        (Coded("CL18"), "1.0", "01", {"padded"}),
        (Coded("CL18"), "01", "01", set()),
        (Coded("CL08"), "1", "1", set()),
        (CodedList("CL27"), "4;5", ("04", "05"), {"padded"}),
        (Severity(), 123.0, "0123", {"padded"}),
        (Shaped(r"[A-Z0-9]{3}", ""), "06P", "06P", set()),
        (Shaped(r"[A-Z][0-9]{5}", ""), "Y99001", "Y99001", set()),
        (Shaped(r"[0-9]{6}", ""), "12345", "<shape>", set()),
        (FinancialYear(), "2025/26", "2025/26", set()),
        (FinancialYear(), "2025-26", "2025/26", set()),
        (FinancialYear(), "2025 - 2026", "2025/26", set()),
        (FinancialYear(), "2025", "<shape>", set()),
        (Clock(), 930.0, time(9, 30), set()),
    ],
)
def test_lost_zeros_l12(kind: Kind, text: Any, read: Any, notes: set[str]) -> None:
    assert reading(kind, text) == (read, notes)


@pytest.mark.parametrize(
    ("text", "read", "notes"),
    [
        ("5E1", "5E1", set()),
        ("5e1", "5E1", set()),
        ("5.00E+01", "5E1", {"from_number"}),
        (50.0, "5E1", {"from_number"}),
        (500, "5E2", {"from_number"}),
        (512, "00512", {"from_number"}),
        ("89999", "89999", set()),
        ("8hx01", "8HX01", set()),
        ("X-abc", "X-ABC", set()),
        ("7000", "<shape>", set()),
        ("1E99", "<shape>", set()),
        ("9E999999999", "<shape>", set()),
        ("1_0", "<shape>", set()),
    ],
)
def test_register_codes_taken_for_numbers_l13(text: Any, read: str, notes: set[str]) -> None:
    assert reading(ORG_CODE, text) == (read, notes)


@pytest.mark.parametrize(
    ("text", "read"),
    [("1", "1"), (1.0, "1"), ("1.0", "1"), ("4.0", "4"), ("Cat 3", "3"), ("Cat. 3", "3"), ("cat3", "3"), ("Group 3", "3"),
     ("GROUP III", "3"), ("III", "3"), ("iv", "4"), ("1 - curative may fail", "1"), ("1: curative", "1"),
     ("1) curative", "<list>"), ("III - progressive", "3"), ("Category 2 (intensive)", "2"), ("ACT 4", "4"),
     ("ACT/RCPCH category 2", "2"), ("TfSL category 1", "1"), ("progressive, treatment only palliative", "3"),
     ("5", "<list>"), ("3 or 4", "<list>"), ("1-4", "<list>"), ("V", "<list>")],
)  # fmt: skip
def test_act_category_l15(text: Any, read: str) -> None:
    assert value(Coded("CL08"), text) == read


@pytest.mark.parametrize(
    ("kind", "text", "read"),
    [
        (EthnicV1(), "A - White British", "A"),
        (EthnicV1(), "A-White British", "A"),
        (EthnicV1(), "A White British", "A"),
        (EthnicV1(), "White - British", "A"),
        (EthnicV1(), "WHITE BRITISH", "A"),
        (EthnicV1(), "Asian - Indian", "H"),
        (EthnicV1(), "Mixed: White & Asian", "F"),
        (EthnicV1(), "A1", "A"),
        (EthnicV1(), "99", "99"),
        (EthnicV1(), "N/K", "99"),
        (EthnicV1(), "N European", "<list>"),
        (EthnicV1(), "A - Indian", "<list>"),
        (EthnicV1(), "White", "<list>"),
        (Coded("CL07", older="CL06"), "A - White British", "WBRI"),
        (Coded("CL07", older="CL06"), "J", "APAK"),
        (Coded("CL07", older="CL06"), "WBRI - White British", "WBRI"),
        (Coded("CL07", older="CL06"), "xx - White British", "WBRI"),
        (Coded("CL07", older="CL06"), "Asian or Asian British - Indian", "AIND"),
        (Coded("CL18"), "01 - nursing care", "01"),
        (Coded("CL18"), "medical review", "02"),
        (Coded("CL18"), "01 - 05", "<list>"),
        (Coded("CL18"), "play; music & art", "<list>"),
        (Coded("CL18"), "Play, music, art", "08"),
        (Coded("CL20"), "own home", "HM"),
        (Coded("CL20"), "A&E", "ED"),
        (Coded("CL36"), "NW-CM - Cheshire and Merseyside", "NW-CM"),
        (Coded("CL36"), "NW - North West", "NW"),
        (Coded("CL36"), "NW - Cheshire and Merseyside", "<list>"),
        (Coded("CL03"), "1 - Female", "<list>"),
        (Coded("schema_version"), "2.0 - second version", "2.0"),
        (Coded("schema_version"), 2.0, "2.0"),
        (Coded("CL34"), "N - not known", "<list>"),
    ],
)
def test_codes_and_descriptions_mixed_l16(kind: Kind, text: Any, read: str) -> None:
    assert value(kind, text) == read


@pytest.mark.parametrize(
    "text", ["Y", "yes", "YES", True, "TRUE", 1, 1.0, "1", "1.0", "x", "X", "✓", "✔️", "☑", "√", "ü", "þ"]
)
def test_yes_l18(text: Any) -> None:
    assert value(Coded("yes_no"), text) == "Y"


@pytest.mark.parametrize("text", ["N", "no", False, "FALSE", 0, "0", "✗", "✘", "û"])
def test_no_l18(text: Any) -> None:
    assert value(Coded("yes_no"), text) == "N"


def test_blank_is_blank_and_unknown_is_not_yes_l18() -> None:
    assert [value(Coded("yes_no"), text) for text in ("", "-", "N/K", None)] == [None] * 4
    assert value(Coded("CL34"), "x") == "X"
    assert value(Coded("CL34"), "unknown") == "X"
    assert value(Coded("CL34"), "u") == value(Coded("yes_no"), "U") == "<list>"


BLANKS = ["N/K", "n/a", "-", "–", "?", "TBC", ".", "not known", "#N/A", " ", "\u00a0", "\u200b"]


@pytest.mark.parametrize("text", BLANKS)
@pytest.mark.parametrize(
    "kind",
    [NhsNumber(), Postcode(), Icd10(), Day(), Moment(), Whole(0, 9), Number(9), Text(9), LocalId(), Coded("CL18")],
)
def test_blank_words_l19(kind: Kind, text: str) -> None:
    assert value(kind, text) is None


@pytest.mark.parametrize(
    ("kind", "text", "read"),
    [
        (Postcode(), "0", None),
        (Postcode(), "99", None),
        (Icd10(), "99", None),
        (ORG_CODE, "0", None),
        (Coded("CL18"), "99", None),
        (Coded("CL18"), 0.0, None),
        (EthnicV1(), "99", "99"),
        (Coded("CL12"), "99", "99"),
        (Coded("CL21"), "0", "0"),
        (Whole(0, 100), "99", 99),
        (Whole(0, 100), "0", 0),
        (Day(), "0", None),
        (Day(), "01/01/1900", None),
        (Day(), "00/01/1900", None),
        (Day(), "1900-01-01 00:00:00", None),
        (Moment(), date(1900, 1, 1), None),
    ],
)
def test_fillers_by_kind_l19(kind: Kind, text: Any, read: Any) -> None:
    assert value(kind, text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (date(2023, 3, 16), date(2023, 3, 16)),
        (datetime(2023, 3, 16, 9, 30), date(2023, 3, 16)),
        (45001.0, date(2023, 3, 16)),
        ("45001", date(2023, 3, 16)),
        ("42590", date(2016, 8, 8)),
        (45001.75, date(2023, 3, 16)),
        ("12-Jan-23", date(2023, 1, 12)),
        ("1/2/19", date(2019, 2, 1)),
        ("03/07/2016", date(2016, 7, 3)),
        ("3.7.16", date(2016, 7, 3)),
        ("2024-04-01", date(2024, 4, 1)),
        ("2024/4/1", date(2024, 4, 1)),
        ("20240401", date(2024, 4, 1)),
        ("01-Apr-24 00:00", date(2024, 4, 1)),
        ("1st April 2024", date(2024, 4, 1)),
        ("3 Sept 2020", date(2020, 9, 3)),
        ("April 1, 2024", date(2024, 4, 1)),
        ("2024-04-01T23:00:00Z", date(2024, 4, 1)),
        ("01/04/2024 11:30:15 pm", date(2024, 4, 1)),
        ("29/02/2024", date(2024, 2, 29)),
        ("01–04–2024", date(2024, 4, 1)),
        ("31/12/26", date(2026, 12, 31)),
        ("1/1/27", date(1927, 1, 1)),
        ("30/02/2024", "<date>"),
        ("29/02/2023", "<date>"),
        ("2019", "<date>"),
        ("12 Marble 2020", "<date>"),
        ("Jan-24", "<date>"),
        ("01-May", "<date>"),
        ("1/2/20194", "<date>"),
        ("tomorrow", "<date>"),
    ],
)
def test_dates_l20(text: Any, read: Any) -> None:
    assert value(Day(), text) == read


def test_dates_of_a_1904_workbook_l20() -> None:
    assert reading(Day(), "43539", replace(CONTEXT, epoch_1904=True)) == (date(2023, 3, 16), set())


def test_two_digit_years_of_plans_may_lie_ahead_l20() -> None:
    assert value(Day(ahead=10), "1/1/27") == date(2027, 1, 1)
    assert value(Day(ahead=10), "1/1/37") == date(1937, 1, 1)


def column_of(*texts: str) -> tuple[list[Any], set[str]]:
    """What a column of texts is read as, day or month first, and the kinds of what is noted."""
    column = LATEST.tables["child"].columns()["person_birth_date"]
    read = read_texts(column, texts, CONTEXT)
    return [read.values.get(text, text) for text in texts], {kind for _, kind in read.outcomes}


def test_day_first_unless_the_column_says_otherwise_l20() -> None:
    assert column_of("01/02/2019", "03/04/2020") == ([date(2019, 2, 1), date(2020, 4, 3)], set())


def test_month_first_by_values_over_12_l21() -> None:
    assert column_of("01/02/2019", "03/25/2020") == ([date(2019, 1, 2), date(2020, 3, 25)], set())


def test_mixed_column_is_day_first_and_warned_l20() -> None:
    values, kinds = column_of("01/02/2019", "25/03/2020", "03/25/2020")
    assert values == [date(2019, 2, 1), date(2020, 3, 25), None]
    assert kinds == {"ambiguous", "date"}


def test_one_stray_value_does_not_turn_a_column_l21() -> None:
    american = [f"{month}/{day}/2020" for month in range(1, 12) for day in (13, 20, 25)]
    assert column_of(*american, "01/02/2019")[0][-1] == date(2019, 1, 2)
    assert column_of(*american, "25/01/2019", "01/02/2019")[1] == {"date"}
    british = [f"{day}/{month}/2020" for month in range(1, 12) for day in (13, 20, 25)]
    assert column_of(*british, "01/25/2019", "01/02/2019")[0][-1] == date(2019, 2, 1)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("10:30", time(10, 30)), ("9.05", time(9, 5)), ("1030", time(10, 30)), ("10:30:59", time(10, 30)),
        ("2:30 pm", time(14, 30)), ("12:15 am", time(0, 15)), (time(10, 30), time(10, 30)), (0.4375, time(10, 30)),
        (timedelta(hours=10, minutes=30), time(10, 30)), (datetime(2023, 3, 16, 10, 30), time(10, 30)),
        ("24:00", "<time>"), ("25:00", "<time>"), ("9.5", "<time>"), ("late", "<time>"),
    ],
)  # fmt: skip
def test_times(text: Any, read: Any) -> None:
    assert value(Clock(), text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("27/03/2025 14:30", datetime(2025, 3, 27, 14, 30)), ("27/03/2025", datetime(2025, 3, 27)),
        (45001.4375, datetime(2023, 3, 16, 10, 30)), (45001.99999, datetime(2023, 3, 17)),
        (datetime(2023, 3, 16, 10, 30), datetime(2023, 3, 16, 10, 30)),
        ("2025-03-27T14:30:00+01:00", datetime(2025, 3, 27, 14, 30)),
        ("27/03/2025 25:30", "<time>"),
    ],
)  # fmt: skip
def test_moments(text: Any, read: Any) -> None:
    assert value(Moment(), text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [("“SB001”", '"SB001"'), ("SB\u00a0001", "SB 001"), ("SB–001", "SB-001"), (" SB001 ", "SB001"), ("SB\u200b001", "SB001"),
     ("\u200eSB001\u202c", "SB001"), ("SB  001", "SB 001"), ("SB\n001", "SB 001"), ("SB\x00001", "SB001")],
)  # fmt: skip
def test_plain_characters_l25(text: str, read: str) -> None:
    assert value(LocalId(), text) == read


def test_plain_characters_in_codes_and_postcodes_l25() -> None:
    assert value(Postcode(), "ZX1\u00a01AA") == "ZX1 1AA"
    assert value(Coded("CL36"), "NW\u2011CM") == "NW-CM"
    assert value(Coded("CL34"), "don’t know") == "X"


@pytest.mark.parametrize(
    ("kind", "text", "read"),
    [
        (Number(168, "hours"), "1,5", Decimal("1.50")),
        (Number(168, "hours"), "37.5 hrs", Decimal("37.50")),
        (Number(168, "hours"), "7.5h", Decimal("7.50")),
        (Number(168, "hours"), "90 min", Decimal("1.50")),
        (Number(168, "hours"), "1.6 wte", "<unit>"),
        (Number(168, "hours"), "2 days", "<unit>"),
        (Number(168, "hours"), "0,125", Decimal("0.12")),
        (Number(168, "hours"), "1 5", "<number>"),
        (Number(168, "hours"), "-1", "<range>"),
        (Number(168, "hours"), 0.1 + 0.2, Decimal("0.30")),
        (Number(50, "WTE"), "1,5 WTE", Decimal("1.50")),
        (Number(50, "WTE"), "1.6 wte", Decimal("1.60")),
        (Number(50, "WTE"), "37.5 hrs", Decimal("1.00")),
        (Number(50, "WTE"), "37.5", Decimal("37.50")),
        (Number(9_999, "nights or hours"), "3 nights", Decimal("3.00")),
        (Number(9_999, "nights or hours"), "30 hours", Decimal("30.00")),
        (Whole(0, 9999, "of minutes"), "2 hrs", 120),
        (Whole(0, 9999, "of minutes"), "45 min.", 45),
        (Whole(0, 9999, "of minutes"), "45m", 45),
        (Whole(0, 9999, "of minutes"), "1,000", 1000),
        (Whole(0, 9999, "of minutes"), "1 000", 1000),
        (Whole(0, 9999, "of minutes"), "2 weeks", "<unit>"),
        (Whole(0, 9999, "of minutes"), "1.5", "<whole>"),
        (Whole(0, 99, "of weeks"), "38 wks", 38),
        (Whole(200, 6500, "of grams"), "3.2 kg", 3200),
        (Whole(0, 30), "2 hours", "<unit>"),
        (Whole(0, 30), "two", "<number>"),
        (Whole(0, 30), "9" * 400, "<range>"),
    ],
)
def test_numbers_with_units_l27(kind: Kind, text: Any, read: Any) -> None:
    assert value(kind, text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [("lu1 1aa", "LU1 1AA"), ("LU11AA", "LU1 1AA"), ("LU1  1AA", "LU1 1AA"), ("LU1 1AA (mum)", "LU1 1AA"),
     ("lu40dz", "LU4 0DZ"), ("LUI IAA", "LU1 1AA"), ("0X1 2JD", "OX1 2JD"), ("OX1 2JD", "OX1 2JD"), ("SW1A OAA", "SW1A 0AA"),
     ("SO1O 1AA", "SO10 1AA"), ("GIR 0AA", "GIR 0AA"), ("LU1 1A", "<shape>"), ("LU1 1AO", "<shape>"),
     ("LU1 1AA LU2 2BB", "<shape>"), ("5W1A 0AA", "<shape>"), ("Luton", "<shape>"), ("LU1 1ß", "<shape>")],
)  # fmt: skip
def test_postcodes_l34(text: str, read: str) -> None:
    assert value(Postcode(), text) == read


def test_pseudo_postcode_is_noted() -> None:
    assert reading(Postcode(), "zz993cz") == ("ZZ99 3CZ", {"pseudo"})


@pytest.mark.parametrize(
    ("text", "read"),
    [("G71.0", "G710"), ("g710", "G710"), ("G71", "G71"), ("G71X", "G71X"), ("G71.0†", "G710"), ("G01*", "G01"),
     ("G71.0D", "G710"), ("G71.0A", "G710"), ("C71.90", "C7190"), ("M08.0A", "M080"), ("G71.-", "G71"), ("G71 .0", "G710"),
     ("G710J961", "<shape>"), ("muscular dystrophy", "<shape>"), ("7.10", "<shape>")],
)  # fmt: skip
def test_icd10_l35(text: str, read: str) -> None:
    assert value(Icd10(), text) == read


@pytest.mark.parametrize(
    ("text", "parts"),
    [("G71.0/J96.1", ["G71.0", "J96.1"]), ("E10.2† N08.3*", ["E10.2†", "N08.3*"]), ("G71.0;\nJ96.1", ["G71.0", "J96.1"]),
     ("G71.0 muscular dystrophy", ["G71.0 muscular dystrophy"]), ("G71.0", ["G71.0"]), ("G71 .0", ["G71 .0"])],
)  # fmt: skip
def test_several_diagnoses_l35(text: str, parts: list[str]) -> None:
    assert Icd10.several(text) == parts


@pytest.mark.parametrize(
    ("text", "read"),
    [("04;05", ("04", "05")), ("04, 05", ("04", "05")), ("04/05", ("04", "05")), ("04\n05", ("04", "05")),
     ("04 - learning; 05", ("04", "05")), ("04 - learning, 05", ("04", "05")), ("04 learning 05", ("04", "05")),
     ("hearing, sight", ("02", "09")), ("personal care and continence", ("07",)), ("04;;05;", ("04", "05")),
     ("04;04", ("04", "04")), (";", None), ("04;77", "<list>"), ("4.5", "<list>"), ("0405", "<list>")],
)  # fmt: skip
def test_several_codes(text: str, read: Any) -> None:
    assert value(CodedList("CL27", most=10), text) == read


def test_labels_with_marks_between_them() -> None:
    kind = CodedList("CL13", most=3)
    assert value(kind, "step-down / discharge") == ("04",)
    assert value(kind, "complex / continuing care + advance care planning") == ("11", "07")
    assert value(kind, "01;02;03;04") == "<many>"


@pytest.mark.parametrize("name", codes.names())
def test_every_code_and_label_comes_back(name: str) -> None:
    """A code, its label and both together are read as the code; a label that two codes share is not."""
    listed = codes.load(name)
    kind = Coded(name)
    for code, label in listed.labels.items():
        assert value(kind, code) == code
        assert value(kind, code.lower()) == code
        if listed.words.get(codes.fold(label)) == code:
            assert value(kind, label) == code
            assert value(kind, f"{code} - {label}") == code
            assert value(kind, f"{code}: {label.upper()}") == code
    shared = {label for label in listed.labels.values() if codes.fold(label) not in listed.words}
    assert shared == set()


@pytest.mark.parametrize("name", codes.names())
def test_every_other_spelling_is_read(name: str) -> None:
    listed = codes.load(name)
    for word, code in listed.words.items():
        assert value(Coded(name), word) == (word.upper() if word.upper() in listed else code)


def test_a_very_long_text_is_not_looked_into() -> None:
    column = LATEST.tables["child"].columns()["postcode"]
    for text in ("(" * 2_000_000, "1 " * 1_000_000, "T" * 2_000_000):
        assert read_texts(column, [text], CONTEXT).outcomes == [(text, "long")]
