"""Receipts: what a provider holds in its hand, made so that anyone with the region's public key can check it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mds.keys import Key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FORMAT_VERSION = 1
_FROM_MANIFEST = (
    "tool_version", "rule_set", "schema_version", "network", "provider_code", "return_type", "rp_start", "rp_end",
    "reference_date", "received_on", "checked_on", "verdict", "test_data", "file_sha256", "tables", "warnings",
    "answered", "not_run", "loss_notes",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What a return changed against the one that it replaced, in rows."""

    added: int
    changed: int
    removed: int


@dataclass(frozen=True)
class Receipt:
    """A receipt as a JSON document."""

    document: dict[str, Any]

    @property
    def receipt_id(self) -> str:
        return str(self.document["receipt_id"])

    @property
    def content_digest(self) -> str:
        return str(self.document["content_digest"])

    def text(self) -> str:
        """The document as it is filed, byte for byte the same whenever it is written."""
        return json.dumps(self.document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def signing_key(key: Key) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(key.derive("signature"))


def issue(
    manifest: dict[str, Any], sequence: int, digest: str, key: Key, former: Receipt | None, change: Change, stage2: str
) -> Receipt:
    """Make and sign the receipt of a return."""
    document = {name: manifest[name] for name in _FROM_MANIFEST}
    document["format_version"] = FORMAT_VERSION
    document["sequence"] = sequence
    document["content_digest"] = digest
    document["keys"] = {**manifest["keys"], "stage2": stage2, "signature": key.key_id}
    document["counts"] = counts_line(manifest)
    document["replaces"] = former and {
        "receipt_id": former.receipt_id,
        "received_on": former.document["received_on"],
        "added": change.added,
        "changed": change.changed,
        "removed": change.removed,
    }
    document["receipt_id"] = receipt_id_of(document)
    document["signature"] = base64.b64encode(signing_key(key).sign(_signed(document))).decode()
    return Receipt(document)


def counts_line(manifest: dict[str, Any]) -> str:
    """The one line that says whether the return counts."""
    if manifest["test_data"]:
        return "TEST DATA: this return does not count towards any figure."
    match manifest["verdict"]:
        case "accepted":
            return "This return counts."
        case "accepted_in_part":
            return "This return counts, without the rows that were rejected."
        case _:
            return "This return does not count: it was sent back whole."


def receipt_id_of(document: dict[str, Any]) -> str:
    """The id that follows from what a receipt is about."""
    named = [str(document[name]) for name in ("network", "provider_code", "return_type", "rp_start", "rp_end",
                                              "sequence", "file_sha256", "content_digest")]  # fmt: skip
    short = hashlib.sha256("|".join(named).encode()).hexdigest()[:10]
    return f"R{document['received_on'].replace('-', '')}-{short}"


def _signed(document: dict[str, Any]) -> bytes:
    rest = {name: value for name, value in document.items() if name != "signature"}
    return json.dumps(rest, sort_keys=True, ensure_ascii=False).encode()


def signature_holds(document: dict[str, Any], key: Ed25519PublicKey) -> bool:
    """Whether the region signed exactly this document."""
    from cryptography.exceptions import InvalidSignature

    try:
        signature = base64.b64decode(str(document.get("signature", "")), validate=True)
        key.verify(signature, _signed(document))
    except (InvalidSignature, ValueError):
        return False
    return True


def receipt_row(receipt: Receipt, counts_for: Sequence[str]) -> tuple[str, list[Any]]:
    """The statement and parameters that put a receipt into the store, and the parts for which its return counts."""
    document = receipt.document
    values = {
        "receipt_id": receipt.receipt_id,
        "received_on": document["received_on"],
        "sequence": document["sequence"],
        "provider_code": document["provider_code"],
        "return_type": document["return_type"],
        "rp_start": document["rp_start"],
        "rp_end": document["rp_end"],
        "reference_date": document["reference_date"],
        "schema_version": document["schema_version"],
        "verdict": document["verdict"],
        "counts_for": ";".join(counts_for),
        "replaced": document["replaces"] and document["replaces"]["receipt_id"],
        "file_sha256": document["file_sha256"],
        "content_digest": document["content_digest"],
        "document": json.dumps(document, sort_keys=True, ensure_ascii=False),
    }
    marks = ", ".join("?" * len(values))
    return f"INSERT INTO receipt ({', '.join(values)}) VALUES ({marks})", list(values.values())
