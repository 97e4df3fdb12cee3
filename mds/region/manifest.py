"""What the region makes of a manifest before it believes it. Everything here fails closed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from mds.failures import NotPermitted
from mds.keys import NORMALISATION, STAGE1
from mds_schemas.codes import load
from mds_schemas.types import ORG_CODE
from mds_schemas.upgrade import is_note
from mds_schemas.versions import LATEST, VERSIONS, part_of, parts
from mds_validators.rules import all_rules

if TYPE_CHECKING:
    from mds.home import Home
    from mds.package import Contents

_COUNTS = {"rows", "accepted", "rejected", "held"}


def _shaped(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _number(value: Any) -> bool:
    return type(value) is int and value >= 0


def _tables(value: Any) -> bool:
    return isinstance(value, dict) and all(
        name in LATEST.tables
        and isinstance(count, dict)
        and set(count) == _COUNTS
        and all(map(_number, count.values()))
        and count["rows"] == count["accepted"] + count["rejected"] + count["held"]
        for name, count in value.items()
    )


def _rules(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(code, str) and code in all_rules() for code in value)


def _notes(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(note, str) and is_note(note) for note in value)


def _digests(value: Any) -> bool:
    return isinstance(value, list) and all(map(_shaped("[0-9a-f]{64}"), value))


def _keys(value: Any) -> bool:
    named = _shaped(r"[A-Za-z0-9-]{1,40}")
    return (
        isinstance(value, dict) and set(value) == {"stage1", "provider", "norm"} and named(value["stage1"])
        and named(value["provider"]) and _number(value["norm"])
    )  # fmt: skip


_FACTS: dict[str, Callable[[Any], bool]] = {
    "package_id": _shaped("[0-9a-f]{32}"),
    "tool_version": _shaped(r"[0-9A-Za-z.+-]{1,30}"),
    "rule_set": _shaped(r"[0-9A-Za-z.+-]{1,64}"),
    "network": lambda value: isinstance(value, str) and value in load("CL36"),
    "channel": lambda value: value in ("live", "test"),
    "test_data": lambda value: isinstance(value, bool),
    "schema_version": lambda value: isinstance(value, str) and value in VERSIONS,
    "provider_code": _shaped(ORG_CODE.pattern),
    "return_type": lambda value: isinstance(value, str) and value in load("return_type"),
    "rp_start": _day,
    "rp_end": _day,
    "reference_date": _day,
    "received_on": _day,
    "verdict": lambda value: value in ("accepted", "accepted_in_part"),
    "file_sha256": _shaped("[0-9a-f]{64}"),
    "same_as": _digests,
    "tables": _tables,
    "warnings": _number,
    "answered": _number,
    "not_run": _rules,
    "loss_notes": _notes,
    "keys": _keys,
}
"""Every fact of a manifest, and what it may be."""


def check_manifest(home: Home, manifest: dict[str, Any]) -> None:
    """Raises NotPermitted for a manifest that is not for this region or not as this program makes it."""
    check_addressee(home, manifest)
    wrong = [name for name, holds in _FACTS.items() if name not in manifest or not holds(manifest[name])]
    if wrong or set(manifest) - set(_FACTS) - {"format_version"}:
        raise NotPermitted("The package is not as this program makes it. Update the program on both sides.")
    if manifest["test_data"] != (manifest["channel"] == "test"):
        raise NotPermitted("The package does not say clearly whether it holds test data. Nothing was stored.")
    _check_period(home, manifest)


def check_addressee(home: Home, manifest: dict[str, Any]) -> None:
    """Raises NotPermitted when a manifest names another network, kind of data, or keys than this region's."""
    if manifest.get("network") != home.network:
        raise NotPermitted("The package was made for another network.")
    if manifest.get("channel") != home.channel:
        raise NotPermitted(
            f"The package does not hold {home.channel} data, which this region takes. Nothing was stored."
        )
    keys = manifest.get("keys")
    ours = {"stage1": home.keys.load(STAGE1).key_id, "norm": NORMALISATION}
    if not isinstance(keys, dict) or any(keys.get(name) != value for name, value in ours.items()):
        raise NotPermitted(
            "The package was made with other keys. Issue the provider a new network pack: mds keys issue"
        )


def _check_period(home: Home, manifest: dict[str, Any]) -> None:
    start, end, census = (date.fromisoformat(manifest[name]) for name in ("rp_start", "rp_end", "reference_date"))
    listed = [row for row in home.providers if row["provider_code"] == manifest["provider_code"]]
    if not any(_open(row, start, end) and row["network_code"] == home.network for row in listed):
        raise NotPermitted("The package comes from a provider that is not in the region's register for this period.")
    if (start, end) not in set(home.periods(end)) or not start <= census <= end:
        raise NotPermitted("The package is for a period that is not one of this network's.")
    if manifest["schema_version"] != LATEST.number and start > home.last_day_of_v1:
        raise NotPermitted("The package holds version 1.0, which has ended for this period.")


def _open(row: dict[str, str], start: date, end: date) -> bool:
    opened, closed = row["open_from"], row["open_to"]
    return (not opened or opened <= end.isoformat()) and (not closed or closed >= start.isoformat())


def check_counts(contents: Contents) -> None:
    """Raises NotPermitted when the rows of a payload are not those that its manifest counts as accepted."""
    manifest = contents.manifest
    mapped_up = manifest["schema_version"] != LATEST.number  # which may have added rows
    for name, model in LATEST.tables.items():
        counted = manifest["tables"].get(name, {"accepted": 0})["accepted"]
        rows = contents.tables[name].num_rows if name in contents.tables else 0
        if rows != counted and not (mapped_up and rows > counted):
            raise NotPermitted("The package does not hold the rows that it counts. Nothing was stored.")
        if rows and part_of(model) not in parts(manifest["return_type"]):
            raise NotPermitted("The return holds rows of a part that its type does not name. Mark it ALL.")
