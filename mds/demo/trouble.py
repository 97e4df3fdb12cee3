"""What befalls whole returns of the demo on purpose: a trend over the periods, faults of an export, a return that is late.

`mds report` is to find each of these, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

from mds.demo.periods import PERIODS, Period, dice
from mds.demo.providers import EASTERN_NURSES, KITE, LARKWELL_GENERAL, LARKWELL_NURSES, Provider
from mds.demo.returns import Return
from mds.demo.rows import Row

MORE_BY_VIDEO = (LARKWELL_NURSES, EASTERN_NURSES, LARKWELL_GENERAL)
"""They hold more of their contacts by video in each period than in the one before."""

NO_MINUTES = (EASTERN_NURSES, PERIODS[-2:])
"""Since its system was replaced, it does not export how long contacts took."""

CUT_SHORT = (LARKWELL_GENERAL, PERIODS[-1])
"""Its export ended before the period did: the contacts of the last weeks are missing."""

LATE: dict[tuple[Provider, Period], int] = {(KITE, PERIODS[-1]): 41}
"""Returns that came so many days after the end of their period."""

STANDS_OUT = {
    ("Reach over time", "contacts at a distance", "rises"),
    ("Timeliness", KITE.code, "is higher than before"),
}
"""What the run charts of the last period are to show: chart, line and what it does."""

FAULTS = {
    ("GX301050Q", "duration_min"): EASTERN_NURSES.code,
    ("GX301070Q", ""): LARKWELL_GENERAL.code,
    ("GX401050Q", "preferred_care_place"): "the network",
    ("GX401050Q", "preference_by"): "the network",
}
"""What the checks of the merged store are to find in whole returns of the last period: check and field → where. Most plans of
the network are no advance care plans, and say nothing of places."""

DIFFERENCES = {
    "CP900010Q": ("birth month differs",),
    "CP900020Q": ("ethnic group differs",),
    "CP900040Q": ("two key workers",),
    "CP900050Q": ("preferred place differs",),
    "CP900060Q": ("number missing at one provider", "number missing, trace not required"),
    "CP900080Q": ("category differs",),
    "CP900090Q": ("in two hospices on one night",),
}
"""Check → what was planted in the stories of children that it is to find, each once. Two children without a number who are
known to one provider alone happen to be like another child."""

_MORE_EACH_PERIOD = 0.15
_LAST_EXPORTED = date(2026, 5, 10)
_VIDEO = {"mechanism": "11", "medium": "03", "location": "VI"}


def as_sent(written: Return) -> Return:
    """The return with what befell it on its way out of its provider's system."""
    contacts: list[Row] = written.tables.get("contact", [])
    for change in _changes(written.provider, written.period):
        contacts = change(contacts)
    if contacts is written.tables.get("contact", []):
        return written
    header = dict(written.header)
    if "declared_contact_count" in header:
        header["declared_contact_count"] = len(contacts)  # the system counts what it exports
    return replace(written, header=header, tables={**written.tables, "contact": contacts})


def _changes(provider: Provider, period: Period) -> list[Callable[[list[Row]], list[Row]]]:
    changes: list[Callable[[list[Row]], list[Row]]] = []
    if provider in MORE_BY_VIDEO and period is not PERIODS[0]:
        often = _MORE_EACH_PERIOD * PERIODS.index(period)
        changes.append(lambda rows: [_by_video(row, often) for row in rows])
    if provider is NO_MINUTES[0] and period in NO_MINUTES[1]:
        changes.append(lambda rows: [row | {"duration_min": None} for row in rows])
    if (provider, period) == CUT_SHORT:
        changes.append(lambda rows: [row for row in rows if str(row["contact_date"]) <= _LAST_EXPORTED.isoformat()])
    return changes


def _by_video(row: Row, often: float) -> Row:
    """A visit by day that need not be one, held by video instead now and then."""
    clock = row["contact_time"]
    by_day = isinstance(clock, time) and 9 <= clock.hour < 17 and row["out_of_hours"] == "N"
    may_be = (
        by_day and row["contact_type"] in ("01", "02", "05", "12") and row.get("mechanism", row.get("medium")) == "01"
    )
    if not may_be or dice("video", row["contact_id"]).random() >= often:
        return row
    return row | {name: value for name, value in _VIDEO.items() if name in row}
