"""Code lists: one CSV a list (`code,label,also`), beside this module.

`also` holds the other ways in which people write a code, separated by `|`. Lists with a number are those of the data
set specification, section 2.2; lists without one are the small ones that belong to a single field.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

_PUNCTUATION = re.compile(r"[^a-z0-9]+")
_REMARK = re.compile(r"\s*\([^()]*\)")


def fold(text: str) -> str:
    """`text` without case, accents and punctuation, so that "White - British" meets "white british".

    A single character stays what it is: a tick is no word, and its letter in an old symbol font (ü) is not a u.
    """
    if len(text) == 1:
        return text.lower()
    lowered = unicodedata.normalize("NFKD", text).lower().replace("&", " and ")
    return _PUNCTUATION.sub(" ", lowered).strip()


@dataclass(frozen=True)
class CodeList:
    """The codes of one list, in their order, and the words that stand for them."""

    name: str
    labels: dict[str, str]
    words: dict[str, str]
    """Folded label or other spelling → code. A word that could mean two codes is left out."""

    def __contains__(self, code: object) -> bool:
        return code in self.labels

    def __iter__(self) -> Iterator[str]:
        return iter(self.labels)

    @cached_property
    def width(self) -> int:
        """Digits of every code that is a number when all have as many (so that a lost zero can be put back), else 0."""
        widths = {len(code) for code in self.labels if code.isdigit()}
        return widths.pop() if len(widths) == 1 else 0


def _rows(file_name: str) -> list[dict[str, str]]:
    text = (files(__package__) / file_name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _file_names() -> dict[str, str]:
    names = (entry.name for entry in files(__package__).iterdir() if entry.name.endswith(".csv"))
    numbered = re.compile(r"(CL\d+(?:_v\d)?)(?:_.*)?\.csv")
    return {(m.group(1) if (m := numbered.fullmatch(name)) else name.removesuffix(".csv")): name for name in names}


@cache
def load(name: str) -> CodeList:
    """The code list called `name`, such as `CL08` or `yes_no`. Raises KeyError when there is none."""
    labels: dict[str, str] = {}
    words: dict[str, set[str]] = {}
    for row in _rows(_file_names()[name]):
        code = row["code"]
        labels[code] = row["label"]
        for word in (row["label"], _REMARK.sub("", row["label"]), *filter(None, row["also"].split("|"))):
            words.setdefault(fold(word), set()).add(code)
    return CodeList(name, labels, {word: codes.copy().pop() for word, codes in words.items() if len(codes) == 1})


def names() -> list[str]:
    """Every code list that ships with the program."""
    return sorted(name for name in _file_names() if not name.startswith("map_") and name != "phase_map")


@cache
def mapping(name: str) -> dict[str, str]:
    """Old code → new code, from the file `map_NAME.csv`."""
    return {row["old"]: row["new"] for row in _rows(f"map_{name}.csv")}


@cache
def inexact(name: str) -> frozenset[str]:
    """The old codes of a mapping whose new code is only the nearest one (specification 6.2)."""
    return frozenset(row["old"] for row in _rows(f"map_{name}.csv") if row["exact"] == "N")


@cache
def phase_map() -> dict[tuple[str, str], str]:
    """(scheme, folded value) → phase of illness. The same colour means different things in different schemes."""
    return {(row["scheme"], fold(row["value"])): row["phase"] for row in _rows("phase_map.csv")}
