"""A small network over two quarters, drawn so that the report on its returns can be worked out by hand.

Quarter 1: the hospice sends two children after 10 days, the team two children after 45 days; the hospital sends nothing.
Quarter 2: the hospice sends two children after 10 days, of whom one has a mistyped NHS number, and again after 20 days, put right
and with a warning answered. The team sends three children after 60 days: one has a mistyped NHS number, one contact is there
twice, one duration cannot be read, and some values are blank or not known. The hospital's return is sent back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import duckdb
import pytest
from homes import HOSPITAL, TEAM, Region, child, children, region_in

from mds.network.prepare import prepare
from mds.network.quality import prepare_quality
from mds.network.receipts import prepare_receipts
from mds.store.database import open_store

MISTYPED = "9990000019"
"""The check digit does not fit."""
LATE = "CP202070Q"
"""The phase of the episode has not been reviewed for long: each referral of the example return has this warning."""


Q1, Q2 = date(2026, 1, 1), date(2026, 4, 1)


@pytest.fixture(scope="session")
def two_quarters(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> Region:
    """The region to which all this was sent."""
    region = region_in(founded, tmp_path_factory.mktemp("network"))
    right = children(child(1), child(2))
    faulty = children(child(1), child(2, nhs_number=MISTYPED))
    answers = region.answers(f"{LATE},RF-SB001,Stable for years")
    plan: list[tuple[dict[str, Any], dict[str, str], str, tuple[object, ...]]] = [
        (right, {"period": "Q1"}, "2026-04-10", ()),
        (children(child(3), child(4)), {"period": "Q1", "provider": TEAM}, "2026-05-15", ()),
        (faulty, {}, "2026-07-10", ()),
        (right, {}, "2026-07-20", ("--answers", answers)),
        (_of_the_team(), {"provider": TEAM}, "2026-08-29", ()),
        ({**children(), "header": {"nil_return": "N"}}, {"provider": HOSPITAL}, "2026-07-14", ()),
    ]
    said = [region.send(region.file(case, **about), *words, received_on=day) for case, about, day, words in plan]
    assert [one.code for one in said] == [0, 0, 1, 0, 1, 3]
    return region


def _of_the_team() -> dict[str, Any]:
    case = children(
        child(3, sex="X", ethnic_category="99", gp_practice_code=""),
        child(4, key_worker="X"),
        child(5, nhs_number=MISTYPED),
    )
    case["referral"][0] |= {"urgency": ""}
    case["referral"][1] |= {"referral_source": "99", "funder": ""}
    first, second, third = case["contact"]
    case["contact"] = [first, {**second, "duration_min": "long"}, third, dict(first)]
    return case


@contextmanager
def reported(region: Region, rp_start: date) -> Iterator[duckdb.DuckDBPyConnection]:
    """The region's store with the relations of a report on the period that begins on `rp_start`."""
    home = region.home
    with home.locked(), open_store(home, read_only=True) as connection:
        prepare(connection, home, rp_start)
        prepare_receipts(connection)
        prepare_quality(connection, home)
        yield connection
