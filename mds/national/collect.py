"""The collation: extracts of the regions are verified and kept as they came, sealed; the newest of a region and period counts.

    extracts/EE/2026-04-01/3f2a….mdsx       one file an extract, named by the digest of what it says
    extracts/collected.json                 which there are, in the order in which they came, and which count

An extract is in force from the moment at which the list names it; until then what counted before it counts.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mds import sealing
from mds.cards import opening_key, trusted_card
from mds.failures import ConfigurationFailure, NotPermitted, UnreadableFile, UsageFailure
from mds.keys import NATIONAL, private_folder
from mds.national import catalogue
from mds.national.extract import FORM, content_digest
from mds.national.parquet import digest_of, from_bytes
from mds.writing import write_whole, writing
from mds_schemas import codes
from mds_schemas.versions import LATEST

if TYPE_CHECKING:
    import pyarrow as pa

    from mds.home import Home

_LIST = "collected.json"
_FORMAT_VERSION = 1


@dataclass(frozen=True)
class Collected:
    """One extract that came: whose, of which period and profile, what it says, when, and whether it counts."""

    network: str
    rp_start: str
    profile: str
    content_digest: str
    made_on: str
    store_sequence: int
    """How many returns the region's store had taken in."""
    collected_on: str
    counts: bool = True

    @property
    def concerns(self) -> tuple[str, str, str]:
        """What it is of. Another extract of the same takes its place."""
        return (self.network, self.rp_start, self.profile)


@dataclass(frozen=True)
class Opened:
    """An extract that was verified: its manifest and its tables."""

    manifest: dict[str, Any]
    tables: dict[str, pa.Table]


def require_national(home: Home) -> None:
    """Raises UsageFailure for any other home."""
    if home.role != "national":
        raise UsageFailure("This is not the national home. Make one: mds init national --national")


def collected(home: Home) -> list[Collected]:
    """Every extract that ever came, oldest first. Raises ConfigurationFailure where the list is damaged."""
    path = _folder(home) / _LIST
    if not path.is_file():
        return []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return [Collected(**one) for one in found["extracts"]]
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigurationFailure(
            f"{_LIST} in the folder of extracts is damaged. Restore it from the backup."
        ) from None


def collect(home: Home, data: bytes, today: date) -> tuple[Collected, Collected | None]:
    """Verify an extract and let it count from now on; returns it, and the one whose place it takes.

    The same extract again changes nothing: it is returned as its own former one. Raises UnreadableFile for a file that is
    damaged, NotPermitted for one that does not fit, StoreFailure where it cannot be kept.
    """
    require_national(home)
    manifest = opened(home, data).manifest
    known = collected(home)
    arrived = Collected(
        manifest["network"], manifest["rp_start"], manifest["profile"], manifest["content_digest"], manifest["made_on"],
        manifest["store_sequence"], today.isoformat(),
    )  # fmt: skip
    former = next((one for one in known if one.counts and one.concerns == arrived.concerns), None)
    if former and former.content_digest == arrived.content_digest:
        return former, former
    if former and (arrived.made_on, arrived.store_sequence) < (former.made_on, former.store_sequence):
        raise NotPermitted(
            f"The extract was made on {arrived.made_on}, before the one that counts ({former.made_on}). It was not taken in: ask "
            "the region for a new one."
        )
    path = _path(home, arrived)
    private_folder(path.parent)
    kept = [replace(one, counts=False) if one.concerns == arrived.concerns else one for one in known]
    document = {"format_version": _FORMAT_VERSION, "extracts": [vars(one) for one in (*kept, arrived)]}
    with writing("The extract"):
        write_whole(path, data, private=True)
        write_whole(_folder(home) / _LIST, (json.dumps(document, indent=1) + "\n").encode(), private=True)
    return arrived, former


def kept(home: Home, one: Collected) -> Opened:
    """An extract that was collected, verified anew."""
    try:
        data = _path(home, one).read_bytes()
    except OSError:
        raise ConfigurationFailure(
            f"The extract of {one.network} for {one.rp_start} is missing from the folder of extracts. Restore it from the backup."
        ) from None
    return opened(home, data)


def opened(home: Home, data: bytes) -> Opened:
    """Verify signature, digests and version of an extract, and open it."""
    network = sealing.read_manifest(FORM, data).get("network")
    if not isinstance(network, str) or network not in codes.load("CL36"):
        raise NotPermitted("The extract is of no network of the standard (list CL36).")
    signer = trusted_card(home, network).verifying_key
    manifest, (part,) = sealing.unseal(FORM, data, signer, [opening_key(home.keys.load(NATIONAL))])
    _fits(home, manifest)
    try:
        contents = sealing.apart(part)
        as_told = {name: digest_of(content) for name, content in contents.items()}
        tables = {name: from_bytes(content) for name, content in contents.items()}
        whole = as_told == {name: told["sha256"] for name, told in manifest["tables"].items()} and all(
            tables[name].num_rows == told["rows"] for name, told in manifest["tables"].items()
        )
    except (ValueError, KeyError, TypeError, AttributeError, struct.error):
        whole = False
    if not whole or manifest.get("content_digest") != content_digest(manifest):
        raise UnreadableFile("The extract does not hold what its manifest says. Ask the region to make it again.")
    return Opened(manifest, tables)


def _fits(home: Home, manifest: dict[str, Any]) -> None:
    """Raises NotPermitted for an extract that cannot be compared with the others."""
    if manifest.get("test_data") is not home.is_test:
        mine, theirs = ("a test home", "no test data") if home.is_test else ("a live home", "test data")
        raise NotPermitted(f"This is {mine}, and the extract holds {theirs}. It was not taken in.")
    if manifest.get("catalogue") != catalogue.VERSION or manifest.get("schema_version") != LATEST.number:
        raise NotPermitted(
            "The extract is of another version of the catalogue or of the data set. Let the region update the program and make "
            "it again, or update this one."
        )
    try:
        date.fromisoformat(manifest["rp_start"])
    except (KeyError, TypeError, ValueError):
        raise NotPermitted("The extract does not say of which period it is. Ask the region to make it again.") from None


def told(extracts: Iterable[Collected]) -> str:
    """Which extracts count, a line each."""
    lines = [
        f"{one.rp_start}  {one.network:<6} {one.profile:<8} made {one.made_on}, collected {one.collected_on}"
        for one in sorted(extracts, key=lambda one: (one.rp_start, one.network))
        if one.counts
    ]
    return "\n".join(lines) or "No extract was collected so far."


def _folder(home: Home) -> Path:
    return home.path / "extracts"


def _path(home: Home, one: Collected) -> Path:
    return _folder(home) / one.network / one.rp_start / f"{one.profile}-{one.content_digest[:32]}.mdsx"
