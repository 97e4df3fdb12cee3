"""What the children live with: a mix of diagnoses and categories like the published one (specification 7.2)."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files

from mds.demo.periods import pick

Acts = dict[str, float]


@dataclass(frozen=True)
class Diagnosis:
    """One diagnosis of the mix. Its weight is its share of its group, and `acts` how its children are categorised."""

    code: str
    weight: float
    acts: Acts
    threatening: bool = False


_CURABLE: Acts = {"1": 1}
_LONG: Acts = {"2": 1}
_PROGRESSIVE: Acts = {"3": 1}
_STATIC: Acts = {"4": 1}
_EITHER: Acts = {"3": 0.4, "4": 0.6}
_ORGAN: Acts = {"2": 0.35, "3": 0.3, "4": 0.35}

GROUPS: dict[str, tuple[float, tuple[Diagnosis, ...]]] = {
    "CON": (30.7, (
        Diagnosis("Q91.3", 4, _PROGRESSIVE), Diagnosis("Q91.7", 2, _PROGRESSIVE), Diagnosis("Q79.3", 2, _STATIC),
        Diagnosis("Q04.3", 5, _STATIC), Diagnosis("Q04.2", 2, _STATIC), Diagnosis("Q87.1", 2, _EITHER),
        Diagnosis("Q87.8", 5, _EITHER), Diagnosis("Q20.3", 1, _ORGAN), Diagnosis("Q21.3", 2, _ORGAN),
        Diagnosis("Q23.4", 3, _ORGAN), Diagnosis("Q93.5", 4, _EITHER), Diagnosis("Q92.7", 2, _EITHER),
        Diagnosis("Q33.6", 1, _STATIC), Diagnosis("Q81.2", 1, _PROGRESSIVE), Diagnosis("Q60.6", 1, _PROGRESSIVE),
    )),
    "ONC": (13.7, (
        Diagnosis("C71.6", 5, _CURABLE, True), Diagnosis("C91.0", 4, _CURABLE, True),
        Diagnosis("C74.9", 3, _CURABLE, True), Diagnosis("C40.2", 2, _CURABLE, True),
        Diagnosis("C22.2", 1, _CURABLE, True), Diagnosis("C92.0", 2, _CURABLE, True),
    )),
    "NEU": (12.0, (
        Diagnosis("G80.0", 6, _STATIC), Diagnosis("G80.8", 2, _STATIC), Diagnosis("G71.0", 5, _LONG),
        Diagnosis("G71.2", 2, _EITHER), Diagnosis("G12.0", 2, _PROGRESSIVE), Diagnosis("G12.1", 2, _PROGRESSIVE),
        Diagnosis("G40.4", 3, _EITHER), Diagnosis("G31.8", 3, _PROGRESSIVE), Diagnosis("G93.4", 2, _STATIC),
    )),
    "HAE": (9.8, (
        Diagnosis("D81.1", 2, _ORGAN), Diagnosis("D56.1", 4, _LONG), Diagnosis("D61.9", 2, _ORGAN),
        Diagnosis("D76.1", 1, _PROGRESSIVE), Diagnosis("D82.1", 3, _EITHER),
    )),
    "RES": (8.8, (
        Diagnosis("E84.0", 4, _LONG), Diagnosis("J96.1", 4, _EITHER), Diagnosis("J98.4", 3, _STATIC),
        Diagnosis("J84.1", 1, _PROGRESSIVE),
    )),
    "PER": (7.7, (
        Diagnosis("P91.6", 5, _STATIC), Diagnosis("P52.4", 2, _STATIC), Diagnosis("P29.0", 1, _ORGAN),
        Diagnosis("P28.5", 1, _EITHER), Diagnosis("P35.1", 1, _STATIC),
    )),
    "GEN": (6.2, (Diagnosis("N18.5", 3, _ORGAN), Diagnosis("N25.8", 2, _ORGAN), Diagnosis("N19", 1, _ORGAN))),
    "MET": (3.8, (
        Diagnosis("E75.2", 3, _PROGRESSIVE), Diagnosis("E75.4", 2, _PROGRESSIVE), Diagnosis("E76.1", 3, _PROGRESSIVE),
        Diagnosis("E71.3", 1, _EITHER), Diagnosis("E74.0", 1, _PROGRESSIVE), Diagnosis("E77.0", 1, _PROGRESSIVE),
    )),
    "CIR": (3.8, (Diagnosis("I42.0", 3, _ORGAN), Diagnosis("I27.0", 2, _ORGAN), Diagnosis("I42.1", 1, _ORGAN))),
    "GAS": (2.4, (Diagnosis("K74.6", 2, _ORGAN), Diagnosis("K72.1", 1, _ORGAN), Diagnosis("K55.9", 1, _ORGAN))),
    "OTH": (1.1, (Diagnosis("A81.1", 1, _PROGRESSIVE), Diagnosis("T86.2", 1, {"3": 1}), Diagnosis("M32.1", 1, _ORGAN))),
}  # fmt: skip
"""Diagnostic group → its share of all children, and the diagnoses of it that occur here."""

FURTHER = ("G40.9", "K21.9", "J45.9", "H54.0", "R63.3", "M41.9", "F79", "J98.9")
"""Second and third conditions, which need not be life-limiting themselves."""


@dataclass
class Condition:
    """One condition of a child as its providers record it."""

    code: str
    recognised: date
    words: str = ""
    certainty: str = "C"


@dataclass
class Illness:
    """A child's main condition with its category, which may change once, and what else there is."""

    main: Condition
    act: str
    act_since: date
    threatening: bool
    further: list[Condition] = field(default_factory=list)
    act_later: tuple[date, str] | None = None
    remission: date | None = None

    def act_on(self, day: date) -> tuple[str, date]:
        """The category on a day, and since when it holds."""
        if self.act_later and self.act_later[0] <= day:
            return self.act_later[1], self.act_later[0]
        return self.act, self.act_since


@cache
def _ranges() -> list[tuple[str, str, str]]:
    text = (files("mds_schemas.reference") / "diagnostic_group.csv").read_text(encoding="utf-8")
    return [(row["first"], row["last"], row["diagnostic_group"]) for row in csv.DictReader(text.splitlines())]


def group_of(code: str) -> str:
    """The diagnostic group of an ICD-10 code."""
    start = code[:3]
    return next((group for first, last, group in _ranges() if first <= start <= last), "OTH")


def choose(chance: random.Random, baby: bool) -> tuple[Diagnosis, str]:
    """A diagnosis and its category. What begins around birth is the main condition of babies only."""
    weights = {name: share for name, (share, _) in GROUPS.items() if name != "PER"}
    if baby:
        weights = {"PER": 56, "CON": 27, "NEU": 6, "MET": 4, "CIR": 3, "GEN": 2}
    diagnoses = GROUPS[pick(chance, weights)][1]
    diagnosis = chance.choices(diagnoses, [one.weight for one in diagnoses])[0]
    return diagnosis, pick(chance, diagnosis.acts)
