"""Indicators of the services, by topic, from the questionnaires in force.

Every row carries its numerator, its denominator and the number of providers that it rests on. A share whose denominator is
nothing is blank. Each function names the questions of the specification's list that it answers; a new indicator is one more
function in the module of its topic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.services.indicators import (
    change,
    child_costs,
    commissioning,
    families,
    money,
    provision,
    short_breaks,
    staff,
    support,
    training,
)

if TYPE_CHECKING:
    from mds.figures.table import Making

ALL: tuple[Making, ...] = (
    *staff.ALL,
    *training.ALL,
    *money.ALL,
    *child_costs.ALL,
    *commissioning.ALL,
    *families.ALL,
    *support.ALL,
    *provision.ALL,
    *short_breaks.ALL,
    *change.ALL,
)
