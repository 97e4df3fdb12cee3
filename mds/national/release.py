"""A release: the protected tables as files, attacked as they lie there, with a certificate of what was tried.

The files are written beside their place and read back; every reader's intervals are worked out from what stands in them. Only
where all are wide enough do they take their place. What was hidden for a period once stays hidden in its later releases.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mds.failures import ConfigurationFailure, NotPermitted, UsageFailure
from mds.figures.csv_text import csv_text
from mds.figures.table import HIDDEN
from mds.keys import private_folder
from mds.national.comparison import Comparison, comparison, region_names
from mds.national.disclosure.bounds import intervals, too_narrow
from mds.national.disclosure.printed import NO_LIMIT, Printed
from mds.national.disclosure.protect import protect, shown
from mds.national.disclosure.reader import Reader
from mds.national.disclosure.system import ALL, Cell, Counts, System
from mds.reports.wording import counted, day
from mds.writing import write_whole, writing

if TYPE_CHECKING:
    from datetime import date

    from mds.home import Home
    from mds.national.collect import Opened

Tell = Callable[[str], None]
EVERYWHERE, EVERYBODY = "England", "all"
_COLUMNS = ("region_code", "region", "counted_by", "value", "children")
_FILES = {"csv", "about.txt", "certificate.json"}
_FORMAT_VERSION = 1


@dataclass(frozen=True)
class Release:
    """A release that was written: its certificate, and how many cells it shows and hides."""

    certificate: dict[str, Any]
    shown: int
    hidden: int


def release(home: Home, extracts: Sequence[Opened], rp_start: date, rp_end: date, folder: Path, tell: Tell) -> Release:
    """Protect, write, attack and certify the tables of a period.

    Raises UsageFailure where no extract was collected for it, and NotPermitted, with nothing written, where a reader could come
    too close to a small count.
    """
    if not extracts:
        raise UsageFailure("No extract was collected for this period. See mds national status.")
    _is_free(folder)
    tell("1 of 3: the tables and who reads them")
    compared = comparison(extracts, rp_end)
    tell(
        f"2 of 3: {counted(len(compared.system.cells), 'cell')}, protected from {counted(len(compared.readers), 'reader')}"
    )
    frozen = _frozen(home, rp_start, compared.system)
    told = shown(compared.system, protect(compared.system, compared.readers, frozen))
    with writing(f"The release's folder {folder}"):
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".arriving-", dir=folder.parent))
    try:
        with writing("The release"):
            _write(beside, compared, told, extracts, rp_start)
            tell("3 of 3: the attack on what was written")
            certificate = _certified(beside, compared, extracts, rp_start)
            _freeze(home, rp_start, compared.system, told)
            _take_place(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    hidden = sum(one is None for one in told)
    return Release(certificate, len(told) - hidden, hidden)


def _about(extracts: Sequence[Opened], rp_start: date) -> str:
    """What lies in the folder, in words."""
    test = "TEST DATA. Nothing here is real.\n\n" if any(one.manifest.test_data for one in extracts) else ""
    sent = "\n".join(
        f"  {said['network']}: {said['returned']} of {counted(said['providers'], 'provider')} sent"
        for said in map(_of, extracts)
    )
    return (
        f"{test}Children in need of palliative care by region of residence, at the end of the period from {day(rp_start)}.\n\n"
        f"{HIDDEN} hides a count of 1 to 7, or protects one. All other counts are rounded to 5, those of England too, so that "
        "they need not add up. A region's children are those whom its own networks know; elsewhere.csv counts those whom other "
        "networks know, who may be the same. Children of whom the region is not known, or is none of England's, count where "
        "they are known."
        f"\n\nWho sent:\n{sent}\n\nWhat was tried on these files stands in certificate.json.\n"
    )


def _write(
    folder: Path, compared: Comparison, told: Sequence[Printed], extracts: Sequence[Opened], rp_start: date
) -> None:
    (folder / "csv").mkdir()
    for name, table in compared.tables.items():
        rows = [_row(cell, told[compared.system.places[cell]]) for cell in _cells(compared.system, table)]
        (folder / "csv" / f"{name}.csv").write_text(csv_text([*_COLUMNS], rows), encoding="utf-8", newline="")
    (folder / "about.txt").write_text(_about(extracts, rp_start), encoding="utf-8")


def _cells(system: System, table: Counts) -> list[Cell]:
    """The cells that a table prints, with its margins: regions from north to south as in the standard, all of them last."""
    order = [*region_names()]
    mine = [cell for cell in system.cells if cell[0] == table.population and cell[2] in (table.dimension, ALL)]
    return sorted(mine, key=lambda cell: (order.index(cell[1]) if cell[1] else len(order), not cell[3], cell[3]))


def _row(cell: Cell, told: Printed) -> tuple[Any, ...]:
    _, region, dimension, value = cell
    name = region_names().get(region, region) if region else EVERYWHERE
    return (region, name, dimension or EVERYBODY, value or EVERYBODY, HIDDEN if told is None else told)


def read_back(folder: Path, compared: Comparison) -> list[Printed]:
    """What stands in the files, for each cell of the system. Raises NotPermitted where a file does not tell it, or two differ."""
    found: dict[int, Printed] = {}
    for name, table in compared.tables.items():
        with (folder / "csv" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                whom = (ALL, ALL) if row["value"] == EVERYBODY else (row["counted_by"], row["value"])
                place = compared.system.places.get((table.population, row["region_code"], *whom))
                told = None if row["children"] == HIDDEN else int(row["children"])
                if place is None or found.setdefault(place, told) != told:
                    raise NotPermitted("The files of the release contradict each other. Nothing was released.")
    if len(found) != len(compared.system.cells):
        raise NotPermitted("The files of the release do not tell every cell. Nothing was released.")
    return [found[place] for place in range(len(compared.system.cells))]


def attacked(compared: Comparison, told: Sequence[Printed]) -> list[dict[str, Any]]:
    """What each reader can conclude from what is printed: how narrow it gets. Raises NotPermitted where it is too narrow."""
    return [_attacked(compared.system, told, reader) for reader in compared.readers]


def _attacked(system: System, told: Sequence[Printed], reader: Reader) -> dict[str, Any]:
    asked = reader.to_protect(system)
    try:
        found = intervals(system, told, reader, asked)
    except ValueError:
        raise NotPermitted("What would be printed does not fit together. Nothing was released.") from None
    narrow = [place for place, interval in found.items() if too_narrow(interval, reader.width)]
    if narrow:
        raise NotPermitted(
            f"The release was stopped: from what it prints, {reader.name} could come too close to "
            f"{counted(len(narrow), 'small count')}. Nothing was written."
        )
    widths = [high - low for low, high in found.values() if high != NO_LIMIT]
    return {
        "reader": reader.name, "small_counts": len(asked), "width_needed": reader.width,
        "least_width": round(min(widths), 3) if widths else None,
    }  # fmt: skip


def _certified(folder: Path, compared: Comparison, extracts: Sequence[Opened], rp_start: date) -> dict[str, Any]:
    profiles = attacked(compared, read_back(folder, compared))
    system = compared.system
    certificate = {
        "format_version": _FORMAT_VERSION,
        "rp_start": rp_start.isoformat(),
        "test_data": any(one.manifest.test_data for one in extracts),
        "solver": f"highspy {version('highspy')}",
        "cells": len(system.cells),
        "equations_sha256": _digest(
            json.dumps([system.cells, [(one.whole, one.parts) for one in system.equations]]).encode()
        ),
        "readers": profiles,
        "extracts": [_of(one) for one in extracts],
        "files": {
            path.relative_to(folder).as_posix(): _digest(path.read_bytes()) for path in sorted(folder.rglob("*.csv"))
        },
    }
    (folder / "certificate.json").write_text(json.dumps(certificate, indent=1) + "\n", encoding="utf-8")
    return certificate


def _of(one: Opened) -> dict[str, Any]:
    """Whose extract, of when, and how many of its providers sent."""
    sent = sum(provider.returned for provider in one.manifest.returns)
    return {"network": one.manifest.network, "made_on": one.manifest.made_on, "providers": len(one.manifest.returns),
            "returned": sent, "errors": one.manifest.checkpoint.errors}  # fmt: skip


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _is_free(folder: Path) -> None:
    """Raises UsageFailure for a folder that holds anything but a release."""
    if folder.exists() and (not folder.is_dir() or {path.name for path in folder.iterdir()} - _FILES):
        raise UsageFailure("There is something else in that folder. Name a new one for the release: -o release")


def _take_place(beside: Path, folder: Path) -> None:
    """The release in its place; of one that was there before nothing is left."""
    if folder.exists():
        shutil.rmtree(folder)
    beside.chmod(0o755)
    beside.rename(folder)


def _pattern(home: Home, rp_start: date) -> Path:
    return home.path / "releases" / f"{rp_start.isoformat()}.json"


def _frozen(home: Home, rp_start: date, system: System) -> list[int]:
    """The cells that were hidden in an earlier release of the period."""
    path = _pattern(home, rp_start)
    if not path.is_file():
        return []
    try:
        before = [tuple(cell) for cell in json.loads(path.read_text(encoding="utf-8"))["hidden"]]
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigurationFailure(
            f"{path.name} in the folder of releases is damaged. Restore it from the backup."
        ) from None
    return [system.places[cell] for cell in before if cell in system.places]


def _freeze(home: Home, rp_start: date, system: System, told: Sequence[Printed]) -> None:
    """Remember what is hidden, besides what was before."""
    path = _pattern(home, rp_start)
    private_folder(path.parent)
    before = json.loads(path.read_text(encoding="utf-8"))["hidden"] if path.is_file() else []
    hidden = sorted({*map(tuple, before), *(cell for cell, one in zip(system.cells, told, strict=True) if one is None)})
    write_whole(path, (json.dumps({"format_version": _FORMAT_VERSION, "hidden": hidden}) + "\n").encode(), private=True)
