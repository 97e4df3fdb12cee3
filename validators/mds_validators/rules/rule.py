"""What a rule is: a declaration that the engine runs, the catalogue prints and a test tries out.

A rule is written as the condition under which it *fires*. Most are a condition on one row, in SQL, over the typed
tables of the return:

    where="episode_start < referral_date"

Unqualified names are fields of the rule's own table. Names of other tables stand for the one row that belongs to it:
`referral` and `child` for the parents, `death` for the child's death, `ret` for the header (with `received_on`).
Rules about several rows give a `query` that returns `row_id` (null for a finding about the whole table) and the facts
of its message; the fact `keys` lists the keys of rows that are not in the file, for the marked workbook alone. In a
query each table holds the rows that are still accepted at that stage, and `sent_` before its name
all rows that were sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal

Severity = Literal["file", "record", "warning"]
Case = Mapping[str, Any]
"""A change to the example return: table → fields of its row, or a list of such rows, `[]` for none. `previous` holds
the same for the return before, and `questionnaire` rows of the service questionnaire; `received_on` and `channel` may
be set."""


class Stage(IntEnum):
    """When a rule runs. A record that is rejected at one stage skips the later ones (specification 4.1)."""

    FILE = 0
    FIELD = 1
    XFIELD = 2
    XREC = 3
    XTAB = 4
    PREV = 5
    REF = 6


Checker = Literal["sql", "field", "intake", "cascade"]


@dataclass(frozen=True)
class Rule:
    """One rule. `message` says in one line what is wrong and what to do, and may hold facts, never a value.

    `checked_by` says who finds it: `sql` the engine, from `where` or `query`; `field` the reader of the field;
    `intake` the reader of the file; `cascade` the step that holds back the rows of a rejected parent.
    `needs` names what must be at hand: `previous`, `register`, `calendar`, `channel`, `postcodes`, `practices`,
    `commissioners`, `icd10`, `questionnaire`, `network`.
    `keeps_first`: the row found is a copy; it is left out and the first one kept.
    """

    code: str
    severity: Severity
    stage: Stage
    table: str
    message: str
    why: str
    at: tuple[str, ...] = ()
    where: str = ""
    query: str = ""
    checked_by: Checker = "sql"
    needs: tuple[str, ...] = ()
    versions: tuple[str, ...] = ("1.0", "2.0")
    keeps_first: bool = False
    source: str = "P"
    bad: Case = field(default_factory=dict)
    good: Case = field(default_factory=dict)

    @property
    def names_field(self) -> bool:
        """Whether its query says, in a column `field`, which field of the row it is about; else it is the first of `at`."""
        return " AS field" in self.query

    @property
    def sql(self) -> str:
        return self.where or self.query
