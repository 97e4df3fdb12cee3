"""Version 1.0 → 2.0: a pure function from typed columns to typed columns, with loss notes (specification 6.2).

Comparison always happens in the latest version; nothing is mapped down. Mapping what is mapped already changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mds_schemas.codes import fold, inexact, mapping, phase_map

Columns = dict[str, list[Any]]
"""Field → values, one for each row."""
Tables = Mapping[str, Columns]

_BEREAVED = "5"

DEFAULT_SERVICE = "-DEF"
"""A version 1.0 return knows no services: all its referrals go to `provider_code` with this behind."""


_APPROXIMATE = (
    "ethnic category: {n} children approximate (other White may hide Gypsy, Irish Traveller and Roma; "
    "any other may hide Arab)"
)
_APPROXIMATE_COUNTS = (
    "counts by ethnic category: {n} children approximate (other White may hide Gypsy, Irish Traveller and Roma; "
    "any other may hide Arab)"
)
_SEX = "sex: carried over from the stated gender; version 2.0 means the observed sex"
_SERVICE = "service: one service for the whole provider; overlaps can be told from version 2.0 on"
_TELEMEDICINE = "how: {n} contacts by telemedicine read as video; it once meant any telemedicine"
_PLANS = "plans: {n} advance care plans inferred from the yes/no flag; no review dates"
_PHASES = "phase: {n} phases inferred from the colour on the child row"
_NOTES = (_APPROXIMATE, _APPROXIMATE_COUNTS, _SEX, _SERVICE, _TELEMEDICINE, _PLANS, _PHASES)


def is_note(text: str) -> bool:
    """Whether a text is a loss note of this module, and so holds nothing but a count."""
    return any(re.fullmatch(re.escape(note).replace(r"\{n\}", "[0-9]{1,9}"), text) for note in _NOTES)


@dataclass
class Upgraded:
    """The tables in version 2.0, and what could not be carried over exactly."""

    tables: dict[str, Columns]
    notes: list[str] = field(default_factory=list)


def upgrade(tables: Tables) -> Upgraded:
    """Map the tables of a version 1.0 return up to 2.0. The tables given are not changed."""
    header = tables.get("header", {})
    if _first(header, "schema_version") == "2.0":
        return Upgraded({name: dict(columns) for name, columns in tables.items()})
    result = Upgraded({name: dict(columns) for name, columns in tables.items()})
    result.tables["header"] = {**header, "schema_version": ["2.0"] * _rows(header)}
    _upgrade_child(result)
    _upgrade_referral(result, _first(header, "provider_code"))
    _upgrade_contact(result)
    _plans_from_flags(result, tables.get("child", {}), _first(header, "rp_end"))
    _phases_from_colours(result, tables.get("child", {}), header)
    _upgrade_counts(result)
    return result


def _rows(columns: Columns) -> int:
    return len(next(iter(columns.values()), []))


def _first(columns: Columns, name: str) -> Any:
    return next(iter(columns.get(name, [])), None)


def _mapped(values: list[Any], codes: Mapping[str, str]) -> list[Any]:
    return [codes.get(value, value) for value in values]


def _upgrade_child(result: Upgraded) -> None:
    child = result.tables.get("child", {})
    if not _rows(child):
        return
    old = child["ethnic_category"]
    approximate = sum(value in inexact("CL06_to_CL07") for value in old)
    if approximate:
        result.notes.append(_APPROXIMATE.format(n=approximate))
    result.notes.append(_SEX)
    upgraded = {**child, "ethnic_category": _mapped(old, mapping("CL06_to_CL07"))}
    upgraded["gender_identity"] = [None] * _rows(child)
    upgraded.pop("acp_flag", None)
    upgraded.pop("phase_colour", None)
    result.tables["child"] = upgraded


def _upgrade_referral(result: Upgraded, provider_code: str | None) -> None:
    referral = result.tables.get("referral", {})
    if _rows(referral):
        service = f"{provider_code}{DEFAULT_SERVICE}"
        result.tables["referral"] = {**referral, "service_id": [service] * _rows(referral)}
        result.notes.append(_SERVICE)


def _upgrade_contact(result: Upgraded) -> None:
    contact = result.tables.get("contact", {})
    if "medium" not in contact:
        return
    upgraded = {**contact, "mechanism": _mapped(contact["medium"], mapping("medium_to_CL19"))}
    telemedicine = sum(value in inexact("medium_to_CL19") for value in contact["medium"])
    if telemedicine:
        result.notes.append(_TELEMEDICINE.format(n=telemedicine))
    upgraded.pop("medium")
    result.tables["contact"] = upgraded


def _plans_from_flags(result: Upgraded, child: Columns, rp_end: Any) -> None:
    """A yes to the old question makes one advance care plan, dated the last day of the period."""
    flags = child.get("acp_flag", [])
    planned = [number for number, flag in enumerate(flags) if flag == "Y"]
    ids = child.get("local_patient_id", [])
    result.tables["care_plan"] = {
        "row_id": planned,
        "plan_id": [ids[number] for number in planned],  # a child has one such plan, and version 1.0 no others
        "local_patient_id": [ids[number] for number in planned],
        "plan_type": ["ACP"] * len(planned),
        "created_date": [rp_end] * len(planned),
    }
    if planned:
        result.notes.append(_PLANS.format(n=len(planned)))


def _phases_from_colours(result: Upgraded, child: Columns, header: Columns) -> None:
    """A colour on the child row becomes a phase of the child's episode on the census date, where none was sent."""
    colours = child.get("phase_colour", [])
    scheme = _first(header, "phase_scheme")
    if scheme is None or not any(colours):
        return
    day = _first(header, "reference_date") or _first(header, "rp_end")
    episode_of = _episodes_on(day, result.tables.get("referral", {}))
    phase = {name: list(values) for name, values in result.tables.get("phase", {}).items()}
    phased = set(phase.get("referral_id", []))
    rows = _rows(phase)
    columns = {*phase, "row_id", "referral_id", "phase_date", "phase_scheme", "phase_submitted", "phase_code"}
    phase = {name: phase.get(name, [None] * rows) for name in columns}
    inferred = 0
    statuses = child.get("caseload_status", [None] * len(colours))
    for local, colour, status in zip(child.get("local_patient_id", []), colours, statuses, strict=True):
        episode = episode_of.get(local)
        code = phase_map().get((scheme, fold(colour))) if colour else None
        # The colour of bereavement says nothing of a child who is still on the caseload.
        bereaved = code == _BEREAVED and status == "A"
        if code is None or bereaved or episode is None or episode in phased:
            continue
        inferred += 1
        known = {
            "row_id": rows + inferred, "referral_id": episode, "phase_date": day, "phase_scheme": scheme,
            "phase_submitted": colour, "phase_code": code,
        }  # fmt: skip
        for name in columns:
            phase[name].append(known.get(name))
    result.tables["phase"] = phase
    if inferred:
        result.notes.append(_PHASES.format(n=inferred))


def _episodes_on(day: Any, referral: Columns) -> dict[str, str]:
    """Child → the referral whose episode runs on a day; of several the one that began last."""
    names = ("local_patient_id", "referral_id", "referral_outcome", "episode_start", "episode_end")
    rows = _rows(referral)
    running = [
        (start, number, local)
        for local, number, outcome, start, end in zip(
            *(referral.get(name, [None] * rows) for name in names), strict=True
        )
        if outcome == "A" and start is not None and start <= day and (end is None or end >= day)
    ]
    return {local: number for _, number, local in sorted(running)}


def _upgrade_counts(result: Upgraded) -> None:
    """The counts of children by ethnic category stand under the codes of the newer list. What the older list could not
    tell was not sent, which is not the same as none."""
    counts = result.tables.get("aggregate_caseload", {})
    if not _rows(counts):
        return
    prefix = "ethnic_"
    names = {prefix + old.lower(): prefix + new.lower() for old, new in mapping("CL06_to_CL07").items()}
    result.tables["aggregate_caseload"] = {names.get(name, name): values for name, values in counts.items()}
    unsure = [counts.get(prefix + code.lower(), []) for code in inexact("CL06_to_CL07")]
    approximate = sum(value or 0 for values in unsure for value in values)
    if approximate:
        result.notes.append(_APPROXIMATE_COUNTS.format(n=approximate))
