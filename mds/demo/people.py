"""The children of the demo and their families. All names are invented, all NHS numbers from the test range."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from mds.demo.periods import age_on, dice, pick
from mds.demo.places import Area, Postcode, ethnic_weights

if TYPE_CHECKING:
    from mds.demo.illness import Illness
    from mds.demo.story import Course, Pregnancy

GIVEN_NAMES = {
    "1": ("Alder", "Bram", "Caspian", "Dorian", "Ellis", "Fenn", "Gale", "Hollis", "Idris", "Jory", "Kit", "Lowen",
          "Merrick", "Nico", "Orin", "Perran", "Quill", "Rafi", "Soren", "Tamsin-Ray", "Ulric", "Varun", "Wilf",
          "Yusuf", "Zeki", "Arun", "Bilal", "Cormac", "Dewi", "Emeka"),
    "2": ("Aster", "Briony", "Calla", "Delphie", "Elowen", "Fern", "Gwenna", "Hesper", "Isla-May", "Juna", "Kerensa",
          "Linnet", "Marlie", "Noor", "Ottilie", "Posy", "Quinta", "Rhoswen", "Saffi", "Tegan", "Una", "Vesper",
          "Wren", "Xanthe", "Yasmeen", "Zofia", "Amara", "Bisi", "Chandni", "Danuta"),
}  # fmt: skip
FAMILY_NAMES = (
    "Ambermarsh", "Birchlow", "Coppergate", "Dunnockby", "Eldersea", "Farthingley", "Gorsemoor", "Hawksmere",
    "Inglefold", "Jarrowdale", "Kestrelby", "Lindenshaw", "Marramwick", "Nettlefield", "Orchardine", "Pippinworth",
    "Quaysend", "Rushbeck", "Sedgecombe", "Thistleton-Low", "Umberfield", "Vetchley", "Whinbury", "Yarrowgate",
    "Zelkovan", "Alderwaith", "Bramblecote", "Cloudesford", "Damsonby", "Eiderholm", "Fieldfarer", "Gannetson",
    "Heronsgate", "Islemoor", "Juniperhay", "Knapweed", "Larkspurton", "Mallowby", "Nightjarman", "Ouselwick",
)  # fmt: skip
_LANGUAGES = {"APAK": "urd", "ABAN": "ben", "AIND": "guj", "WOTH": "pol", "WROM": "ron", "OARA": "ara", "BAFR": "som"}


@dataclass(frozen=True)
class Home:
    """Where a family lives."""

    area: Area
    place: Postcode
    practice: str


@dataclass(frozen=True)
class Family:
    """What brothers and sisters share."""

    number: int
    name: str
    home: Home
    ethnic: str
    language: str
    interpreter: str
    children_at_home: int


@dataclass
class Child:
    """One child as it is in truth. What a provider knows of it stands in its links (`mds.demo.care`)."""

    identity: int
    family: Family
    given_name: str
    sex: str
    nhs_number: str
    born: date | None
    course: Course
    illness: Illness
    pregnancy: Pregnancy | None = None
    affected_siblings: int = 0
    disabilities: tuple[str, ...] = ()
    technology: tuple[str, ...] = ()
    looked_after: str = "N"
    ehc_plan: str = "N"
    continuing_care: str = "N"
    passport: str = "N"
    school: str = ""
    key_worker: str = "Y"
    preferred_place: str = "21"
    """Where the family would want the child to die; 98 where they could not decide."""
    opt_out: str = "N"
    twin: int = 0
    """1 or 2 for the first and the second of twins."""
    postcode: str = field(init=False)
    """As the providers record it."""

    def __post_init__(self) -> None:
        self.postcode = self.family.home.place.postcode

    def born_by(self, day: date) -> date | None:
        """The date of birth once it is past."""
        return self.born if self.born and self.born <= day else None

    def age_on(self, day: date) -> int:
        return age_on(self.born, day) if self.born and self.born <= day else -1


def nhs_numbers(seed: int) -> Iterator[str]:
    """Different valid numbers of the range 999, which is kept for tests."""
    chance = dice(seed, "nhs numbers")
    for serial in chance.sample(range(100_000, 999_999), 4_000):
        start = f"999{serial}"
        digit = _check_digit(start)
        if digit < 10:
            yield f"{start}{digit}"


def _check_digit(start: str) -> int:
    """The last digit of a number, 10 where its first nine digits can have none."""
    from nhs_number import calculate_checksum  # type: ignore[attr-defined]

    return int(calculate_checksum(start) or 0)


def with_a_slip(number: str) -> str:
    """Another valid number, as a slip of the pen makes it that the check digit does not notice."""
    swaps = (number[:at] + number[at + 2] + number[at + 1] + number[at] + number[at + 3 :] for at in range(3, 7))
    digits = (f"{number[:5]}{a}{number[6]}{b}{number[8:]}" for a in range(10) for b in range(10))
    for other in (*swaps, *digits):
        if other != number and str(_check_digit(other[:9])) == other[9]:
            return other
    raise AssertionError("two digits can always be changed so that the check digit stays")


def make_family(number: int, area: Area, seed: int) -> Family:
    chance = dice(seed, "family", number)
    ethnic = pick(chance, ethnic_weights(area))
    language = _LANGUAGES.get(ethnic, "eng") if chance.random() < 0.45 else "eng"
    home = Home(area, chance.choice(area.postcodes), chance.choice(area.practices))
    interpreter = "Y" if language != "eng" and chance.random() < 0.6 else "N"
    name = FAMILY_NAMES[number % len(FAMILY_NAMES)]
    if number >= len(FAMILY_NAMES):
        name = f"{name}-{FAMILY_NAMES[chance.randrange(len(FAMILY_NAMES))][:4]}{'aeiou'[number % 5]}"
    stated = pick(chance, {ethnic: 980, "Z": 12, "99": 8})
    siblings = pick(chance, {0: 30.0, 1: 36.0, 2: 21.0, 3: 9.0, 4: 4.0})
    return Family(number, name, home, stated, language, interpreter, siblings)


def describe(child: Child, today: date, chance: random.Random) -> None:
    """Give a child its needs, by its category and its age on a day."""
    age, act = child.age_on(today), child.illness.act
    if act in ("3", "4"):
        child.disabilities = tuple(sorted(chance.sample(("02", "03", "04", "05", "07", "08", "09", "10"), 3)))
    else:
        child.disabilities = (chance.choice(("05", "08", "NN", "NN")),)
    heavy = act in ("3", "4") and chance.random() < 0.6
    child.technology = tuple(sorted(chance.sample(("ENT", "OXY", "SUC", "VENT", "TRAC"), 2))) if heavy else ("NON",)
    child.looked_after = pick(chance, {"N": 93, "Y": 5, "X": 2})
    child.ehc_plan = "Y" if age >= 4 and chance.random() < 0.75 else "N"
    child.continuing_care = "Y" if heavy and chance.random() < 0.5 else "N"
    child.passport = pick(chance, {"N": 60, "Y": 35, "X": 5})
    child.school = f"9990{chance.randint(10, 60)}" if 4 <= age <= 18 else ""
    child.key_worker = pick(chance, {"Y": 92, "D": 8})
    child.preferred_place = pick(chance, {"21": 45, "31": 25, "11": 12, "98": 18})
    child.opt_out = pick(chance, {"N": 96, "X": 4})
