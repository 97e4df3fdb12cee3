"""Writes `examples/`: small returns of every kind out of the demo, and beside each bad one the findings to expect.

Run as `python -m mds.demo.examples examples` when the standard or the demo has changed. What is expected of a return is
declared here fault by fault, with its reason, and never copied from what the program found.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from mds.demo.expected import Example, Fault, held_back, of_child, position
from mds.demo.habits import Habits
from mds.demo.messy import Layout
from mds.demo.network import Story, tell
from mds.demo.periods import PERIODS, Period
from mds.demo.providers import EASTERN_NURSES, LANTERN, LARKWELL_NURSES, MERES_TEAM, NIL_RETURN, STILLWATER, Provider
from mds.demo.reference import write_reference
from mds.demo.returns import Return
from mds.demo.rows import Row
from mds_schemas.versions import VERSIONS, Version

_LAST = PERIODS[-1]
_MESSY = (
    Layout(titles=("Lantern Field Children\N{RIGHT SINGLE QUOTATION MARK}s Hospice", "DRAFT - do not circulate", ""),
           aliases=True, shuffled=True, extra="Bed / room", totals=True, sheet_of_children="Caseload June 26"),
    Habits(dates=("cell", "serial", "slashes", "dots", "named"), sexes=("letter", "word"),
           yes=("Yes", True, "\N{CHECK MARK}"), no=("No", False), codes=("both", "code", "label"),
           nhs=("spaced", "number", "hard_spaced"), postcodes=("lower", "run_together"),
           icd10=("dot", "lower", "plain"), blanks=("N/K", "TBC", "-"), typographic=True),
)  # fmt: skip
_SEMICOLON = (
    Layout("zip", delimiter=";", encoding="cp1252", aliases=True),
    Habits(dates=("slashes", "named"), sexes=("letter",), yes=("Yes",), no=("No",), codes=("code", "label"),
           nhs=("spaced",), postcodes=("lower", "letter_o"), blanks=("n/k",), typographic=True, units=True),
)  # fmt: skip


def write_examples(folder: Path) -> None:
    story = tell()
    write_reference(folder)
    for example in (
        Example("clean", _some(story, LANTERN, _LAST, 30)),
        Example("clean-csv", _some(story, EASTERN_NURSES, _LAST, 20)),
        Example("version-1.0", _some(story, STILLWATER, PERIODS[0], 15)),
        Example("nil", replace(story.writer.write(*NIL_RETURN), provider=replace(NIL_RETURN[0], form="workbook"))),
        _messy(story),
        _semicolon(story),
        _missing_column(story),
        _wrong_version(story),
        _too_many_rejected(story),
        _record_errors(story),
    ):
        example.write(folder)


def _some(story: Story, provider: Provider, period: Period, count: int, version: Version | None = None) -> Return:
    """A part of a return: children of whom nothing odd is told, with three contacts each at most.

    Among them are one who died, where there is one who did not die at home, and the rows of each are kept.
    """
    odd = {planted.identity for planted in story.planted} | {child.identity for child in story.children if child.twin}
    odd |= {child.identity for child in story.children if child.family.ethnic in ("Z", "99") or child.pregnancy}
    known = {link.local_id for link in story.links if link.provider is provider and link.child.identity not in odd}
    whole = story.writer.write(provider, period, version)
    places = {row["local_patient_id"]: str(row["death_place"]) for row in whole.tables["death"]}
    died = [child for child, place in places.items() if child in known and not place.startswith("2")]
    ids = [row["local_patient_id"] for row in whole.tables["child"] if row["local_patient_id"] in known]
    return _part(whole, {*died[:1], *[one for one in ids if one not in places][: count - len(died[:1])]})


def _part(whole: Return, chosen: set[object]) -> Return:
    referrals = {row["referral_id"] for row in whole.tables["referral"] if row["local_patient_id"] in chosen}
    kept = chosen | referrals
    tables = {
        table: [row for row in rows if row.get("local_patient_id", row.get("referral_id")) in kept]
        for table, rows in whole.tables.items()
    }
    counts: dict[object, int] = {}
    contacts = []
    for row in tables["contact"]:
        counts[row["referral_id"]] = counts.get(row["referral_id"], 0) + 1
        if counts[row["referral_id"]] <= 3:
            contacts.append(row)
    tables["contact"] = contacts
    return _counted(replace(whole, header=dict(whole.header), tables=tables))


def _counted(sent: Return) -> Return:
    """The return with the control totals that its sender would state: copies of a row are one row."""
    for table, stated in (("child", "declared_child_count"), ("contact", "declared_contact_count")):
        sent.header[stated] = len({tuple(row.values()) for row in sent.tables[table]})
    return sent


def _messy(story: Story) -> Example:
    sent = _some(story, LANTERN, _LAST, 12)
    children, contacts = sent.tables["child"], sent.tables["contact"]
    faults = [
        Fault("CP000095Q", table, None, "extra", "the hospice's own column means nothing to the standard")
        for table, rows in sent.tables.items() if rows
    ]  # fmt: skip
    faults += of_child(sent, 4, "nhs_number", "CP101040", "the last digit was mistyped")
    number = str(children[4]["nhs_number"])
    children[4]["nhs_number"] = number[:9] + str((int(number[9]) + 1) % 10)
    children[6]["nhs_number_status"] = 1
    faults.append(Fault("CP101062Q", "child", 6, "nhs_number_status", "01 lost its zero"))
    short = position(sent, "contact", lambda row: str(row["contact_type"]).startswith("0"))
    contacts[short]["contact_type"] = int(str(contacts[short]["contact_type"]))
    faults.append(Fault("CP301075Q", "contact", short, "contact_type", "the code lost its zero"))
    visit = position(sent, "contact", lambda row: row["subject"] == "C" and row["contact_type"] == "01")
    death = sent.tables["death"][0]
    episode = sent.tables["referral"][position(sent, "referral", lambda row: row["episode_end_reason"] == "01")]
    assert isinstance(death["death_date"], date), "the chosen child died"  # noqa: S101
    late: Row = {"referral_id": episode["referral_id"], "contact_date": death["death_date"] + timedelta(days=3)}
    contacts.append(contacts[visit] | late | {"contact_id": "LFC0001", "contact_time": None, "out_of_hours": None})
    faults.append(Fault("CP301050", "contact", len(contacts) - 1, "contact_date", "the care had ended with the death"))
    faults.append(Fault("CP301060", "contact", len(contacts) - 1, "contact_date", "the child had died"))
    contacts.append(contacts[visit] | {"contact_id": "LFC0002", "referral_id": "LF-LOST"})
    faults.append(Fault("CP301010", "contact", len(contacts) - 1, "referral_id", "no such referral was sent"))
    children.append(dict(children[2]))
    faults.append(Fault("CP101025Q", "child", len(children) - 1, "local_patient_id", "the row was pasted twice"))
    return Example("messy", _counted(sent), faults, _MESSY)


def _semicolon(story: Story) -> Example:
    sent = _some(story, LARKWELL_NURSES, _LAST, 10)
    children, contacts = sent.tables["child"], sent.tables["contact"]
    faults = []
    for row, old in ((1, "J"), (3, "A")):
        children[row]["ethnic_category"] = old
        faults.append(Fault("CP101152Q", "child", row, "ethnic_category", "a code of the list of version 1.0"))
    children[5]["nhs_number_status"] = 1
    faults.append(Fault("CP101062Q", "child", 5, "nhs_number_status", "01 lost its zero"))
    seen = position(sent, "contact", lambda row: row["attendance"] == "5")
    contacts[seen]["duration_min"] = "about an hour"
    faults.append(Fault("CP301910Q", "contact", seen, "duration_min", "words where a number belongs"))
    contacts[seen]["contact_type"] = "teddy bears' picnic"
    faults.append(Fault("CP301070", "contact", seen, "contact_type", "on no list"))
    contacts.append(dict(contacts[seen + 1]))
    faults.append(Fault("CP301025Q", "contact", len(contacts) - 1, "contact_id", "the row was pasted twice"))
    return Example("messy-semicolon", _counted(sent), faults, _SEMICOLON)


def _missing_column(story: Story) -> Example:
    sent = _some(story, MERES_TEAM, _LAST, 10)
    faults = [Fault("CP000090", "child", None, "", "the sheet Children lacks the column Sex")]
    return Example("bad-missing-column", sent, faults, left_out=("child", "sex"))


def _wrong_version(story: Story) -> Example:
    sent = _some(story, STILLWATER, PERIODS[1], 10, VERSIONS["1.0"])
    faults = [Fault("CP000035", "header", None, "schema_version", "version 1.0 ended on 31 March 2025")]
    return Example("bad-wrong-version", sent, faults)


def _too_many_rejected(story: Story) -> Example:
    sent = _some(story, STILLWATER, _LAST, 10)
    faults = [Fault("CP000140", "header", None, "", "three of ten children are rejected, more than a fifth")]
    for row, name, text, code, why in (
        (1, "nhs_number", "999 123 456", "CP101030", "nine digits"),
        (4, "postcode", "Saltmere", "CP101160", "a town where a postcode belongs"),
        (7, "nhs_number", "9999999999", "CP101045", "a number that fills the cell and means nothing"),
    ):
        sent.tables["child"][row][name] = text
        faults += of_child(sent, row, name, code, why)
    return Example("bad-too-many-rejected", sent, faults)


def _record_errors(story: Story) -> Example:
    sent = _some(story, LANTERN, _LAST, 24)
    tables = sent.tables
    faults: list[Fault] = []

    def spoil(code: str, table: str, row: int, name: str, why: str, changes: Row) -> None:
        tables[table][row] |= changes
        faults.append(Fault(code, table, row, name, why))

    def of_good(table: str, row: Row) -> bool:
        """Rows of children from the tenth on, so that no row has two faults."""
        owners = [child["local_patient_id"] for child in tables["child"][9:]]
        referrals = {one["referral_id"] for one in tables["referral"][12:] if one["local_patient_id"] in owners}
        return row.get("local_patient_id") in owners or row.get("referral_id") in referrals

    tables["child"][2]["person_birth_date"] = "31/02/2019"
    faults.extend(of_child(sent, 2, "person_birth_date", "CP101110", "February has no 31st"))
    tables["child"][5]["sex"] = "7"
    faults.extend(of_child(sent, 5, "sex", "CP101140", "on no list"))
    row = position(sent, "condition", lambda row: row["condition_seq"] == 2 and of_good("condition", row))
    spoil("CP102020", "condition", row, "icd10_code", "letter and digits in the wrong order", {"icd10_code": "7G10"})
    referral = tables["referral"][10]
    assert isinstance(referral["referral_date"], date), "every referral has its day"  # noqa: S101
    spoil("CP201070", "referral", 10, "episode_start", "care began two days before the referral",
          {"episode_start": referral["referral_date"] - timedelta(days=2)})  # fmt: skip
    faults.extend(held_back(sent, "referral", referral["referral_id"]))
    twice = [row["referral_id"] for row in tables["phase"] if of_good("phase", row)]
    row = position(sent, "phase", lambda row: of_good("phase", row) and twice.count(row["referral_id"]) > 1)
    spoil("CP202025", "phase", row, "phase_submitted", "no word of the scheme", {"phase_submitted": "purple"})
    row = position(sent, "contact", lambda row: of_good("contact", row) and row["out_of_hours"] == "N")
    spoil("CP301030", "contact", row, "contact_date", "a day of the next period", {"contact_date": date(2026, 7, 1)})
    row = position(sent, "contact", lambda row: of_good("contact", row) and row["attendance"] == "5", after=row)
    spoil("CP301085", "contact", row, "duration_min", "minutes of a visit that did not take place", {"attendance": "3"})
    row = position(sent, "short_break", lambda row: of_good("short_break", row) and row["break_type"] != "HB")
    start = tables["short_break"][row]["start_date"]
    assert isinstance(start, date), "every stay has its first day"  # noqa: S101
    earlier = start - timedelta(days=1)
    spoil("CP302020", "short_break", row, "end_date", "it ends before it starts", {"end_date": earlier})
    row = position(sent, "care_plan", lambda row: of_good("care_plan", row) and row["preferred_death_place"] == "21")
    spoil("CP401040", "care_plan", row, "death_place_discussed", "a place is preferred but was not talked about",
          {"death_place_discussed": "N"})  # fmt: skip
    return Example("bad-record-errors", sent, faults)


if __name__ == "__main__":
    write_examples(Path(sys.argv[1]))
