"""The collation: extracts of the regions are verified and kept as they came, sealed; the newest of a region and period counts.

    extracts/EE/2026-04-01/3f2a….mdsx       one file an extract
    extracts/collected.json                 which there are, in the order in which they came, and which count

An extract is in force from the moment at which the list names it; until then what counted before it counts. Neither the list
nor a name of a file holds a digest of what an extract says, but a keyed one: small counts could be tried out against it.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mds import sealing
from mds.cards import opening_key, trusted_card
from mds.failures import ConfigurationFailure, NotPermitted, UnreadableFile, UsageFailure
from mds.keys import NATIONAL, private_folder
from mds.national import catalogue
from mds.national.extract import FORM, MANIFEST
from mds.national.manifest import Manifest, read
from mds.national.parquet import digest_of, from_bytes
from mds.writing import write_whole, writing
from mds_schemas import codes
from mds_schemas.versions import LATEST

if TYPE_CHECKING:
    import pyarrow as pa
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from mds.home import Home

_LIST = "collected.json"
_FORMAT_VERSION = 1
_NOT_WHOLE = "The extract does not hold what its manifest says. Ask the region to make it again."


@dataclass(frozen=True)
class Collected:
    """One extract that came: whose, of which period and profile, when, and whether it counts."""

    network: str
    rp_start: str
    profile: str
    identity: str
    """Keyed digest of what it says."""
    made_on: str
    store_sequence: int
    collected_on: str
    signed_by: str
    """The public key that it was verified with when it came; a region may have another by now."""
    counts: bool = True

    @property
    def concerns(self) -> tuple[str, str, str]:
        """What it is of. Another extract of the same takes its place."""
        return (self.network, self.rp_start, self.profile)


@dataclass(frozen=True)
class Opened:
    """An extract that was verified: its manifest and its tables."""

    manifest: Manifest
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
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise ConfigurationFailure(
            f"{_LIST} in the folder of extracts is damaged. Restore it from the backup."
        ) from None


def collect(home: Home, data: bytes, today: date) -> tuple[Collected, Collected | None]:
    """Verify an extract and let it count from now on; returns it, and the one whose place it takes.

    The same extract again changes nothing: it is returned as its own former one. Raises UnreadableFile for a file that is
    damaged, NotPermitted for one that does not fit, StoreFailure where it cannot be kept.
    """
    require_national(home)
    signer = _trusted_signer(home, data)
    manifest = opened(home, data, signer, today).manifest
    _fits(home, manifest)
    known = collected(home)
    arrived = Collected(
        manifest.network, manifest.rp_start, manifest.profile, _identity(home, manifest), manifest.made_on,
        manifest.store_sequence, today.isoformat(), base64.b64encode(signer.public_bytes_raw()).decode(),
    )  # fmt: skip
    former = next((one for one in known if one.counts and one.concerns == arrived.concerns), None)
    if former and former.identity == arrived.identity:
        if not _path(home, former).is_file():
            _write(_path(home, former), data)
        return former, former
    if former and (arrived.made_on, arrived.store_sequence) < (former.made_on, former.store_sequence):
        raise NotPermitted(
            f"The extract was made on {arrived.made_on}, before the one that counts ({former.made_on}). It was not taken in: ask "
            "the region for a new one."
        )
    _write(_path(home, arrived), data)
    kept_so_far = [replace(one, counts=False) if one.concerns == arrived.concerns else one for one in known]
    document = {"format_version": _FORMAT_VERSION, "extracts": [vars(one) for one in (*kept_so_far, arrived)]}
    _write(_folder(home) / _LIST, (json.dumps(document, indent=1) + "\n").encode())
    return arrived, former


def kept(home: Home, one: Collected) -> Opened:
    """An extract that was collected, verified anew with the key that signed it then."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        data = _path(home, one).read_bytes()
    except OSError:
        raise ConfigurationFailure(
            f"The extract of {one.network} for {one.rp_start} is missing from the folder of extracts. Collect it again, or "
            "restore it from the backup."
        ) from None
    signer = Ed25519PublicKey.from_public_bytes(base64.b64decode(one.signed_by))
    return opened(home, data, signer, date.fromisoformat(one.collected_on))


def opened(home: Home, data: bytes, signer: Ed25519PublicKey, today: date) -> Opened:
    """Verify signature and digests of an extract that came on a day, and open it."""
    outside, (part,) = sealing.unseal(FORM, data, signer, [opening_key(home.keys.load(NATIONAL))])
    try:
        contents = sealing.apart(part)
        manifest = read(contents.pop(MANIFEST), outside, today)
    except (ValueError, KeyError):
        raise UnreadableFile(_NOT_WHOLE) from None
    if {name: digest_of(content) for name, content in contents.items()} != {
        name: told.sha256 for name, told in manifest.tables.items()
    }:
        raise UnreadableFile(_NOT_WHOLE)
    try:
        tables = {name: from_bytes(content) for name, content in contents.items()}
    except ValueError:
        raise UnreadableFile(_NOT_WHOLE) from None
    if any(tables[name].num_rows != told.rows for name, told in manifest.tables.items()):
        raise UnreadableFile(_NOT_WHOLE)
    return Opened(manifest, tables)


def _trusted_signer(home: Home, data: bytes) -> Ed25519PublicKey:
    """The key of the card that is trusted of the network whose name stands on the extract."""
    network = sealing.read_manifest(FORM, data).get("network")
    if not isinstance(network, str) or network not in codes.load("CL36"):
        raise NotPermitted("The extract is of no network of the standard (list CL36).")
    return trusted_card(home, network).verifying_key


def _fits(home: Home, manifest: Manifest) -> None:
    """Raises NotPermitted for an extract that cannot be compared with the others."""
    if manifest.test_data is not home.is_test:
        mine, theirs = ("a test home", "no test data") if home.is_test else ("a live home", "test data")
        raise NotPermitted(f"This is {mine}, and the extract holds {theirs}. It was not taken in.")
    leaving = catalogue.leaving(date.fromisoformat(manifest.rp_end))
    wanted = {f"{kind}_{table.name}" for table in leaving for kind in ("count", "known_to")}
    if (
        manifest.catalogue != catalogue.VERSION
        or manifest.schema_version != LATEST.number
        or not wanted <= manifest.tables.keys()
    ):
        raise NotPermitted(
            "The extract is of another version of the catalogue or of the data set. Let the region update the program and make "
            "it again, or update this one."
        )


def told(extracts: Iterable[Collected]) -> str:
    """Which extracts count, a line each."""
    lines = [
        f"{one.rp_start}  {one.network:<6} {one.profile:<8} made {one.made_on}, collected {one.collected_on}"
        for one in sorted(extracts, key=lambda one: (one.rp_start, one.network))
        if one.counts
    ]
    return "\n".join(lines) or "No extract was collected so far."


def _identity(home: Home, manifest: Manifest) -> str:
    key = home.keys.load(NATIONAL).derive("identity")
    return hmac.new(key, manifest.content_digest.encode(), "sha256").hexdigest()


def _write(path: Path, content: bytes) -> None:
    private_folder(path.parent)
    with writing("The extract"):
        write_whole(path, content, private=True)


def _folder(home: Home) -> Path:
    return home.path / "extracts"


def _path(home: Home, one: Collected) -> Path:
    return _folder(home) / one.network / one.rp_start / f"{one.profile}-{one.identity[:32]}.mdsx"
