"""What a check of the merged store is: a declaration that `run` asks, the catalogue prints and a test tries out.

Its query reads the store's tables and the relations of a period, and returns rows of (provider_code, field, rows): where
something was found, in which field or area, and how often. It never returns a row about one child. The provider is NULL for
the network as a whole, and two codes joined by " and " for what two providers say differently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]
"""An error stops the national extract; a warning does not."""


@dataclass(frozen=True)
class Check:
    """One check: its code, what it looks at, what is wrong where it fails and what to do, and the query that finds it."""

    code: str
    severity: Severity
    title: str
    message: str
    query: str


Suites = Mapping[str, Sequence[Check]]
"""Name of a suite → its checks, in the order in which they run."""


class Found(NamedTuple):
    """What a failed check found at one provider, in one field."""

    provider_code: str | None
    field: str | None
    rows: int | None


@dataclass(frozen=True)
class Outcome:
    """A check that was run, and what it found. It has passed when that is nothing."""

    check: Check
    found: tuple[Found, ...]

    @property
    def passed(self) -> bool:
        return not self.found
