"""The package: the file that crosses the line between provider and region. The only thing both sides share.

    MDSP1 | manifest | payload, sealed | envelope, sealed | signature

The manifest says in the open whose return it is and how it was made; it holds counts, digests and key ids, no rows. The
payload and the envelope are sealed (HPKE: X25519, HKDF-SHA-256, AES-256-GCM) to two keys of the region, so that whoever
links children never sees clinical rows; the manifest is bound to both. The signature (Ed25519, the provider's) covers
every byte before it.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mds.failures import UnreadableFile

if TYPE_CHECKING:
    import pyarrow as pa
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

MAGIC = b"MDSP1\n"
FORMAT_VERSION = 1
SIGNATURE_BYTES = 64
_ALTERED = "The package has been damaged or altered on the way. Ask the provider to send it again."


@dataclass
class Contents:
    """What a package carries: the manifest, the payload tables with the safe findings, and the envelope."""

    manifest: dict[str, Any]
    tables: dict[str, pa.Table]
    envelope: pa.Table


def seal(
    contents: Contents, payload_key: X25519PublicKey, linkage_key: X25519PublicKey, signing_key: Ed25519PrivateKey
) -> bytes:
    """The bytes of a package."""
    manifest = json.dumps({"format_version": FORMAT_VERSION, **contents.manifest}, sort_keys=True).encode()
    parts = [manifest]
    for name, plain, key in (
        ("payload", _pack(contents.tables), payload_key),
        ("envelope", _pack({"envelope": contents.envelope}), linkage_key),
    ):
        parts.append(_suite().encrypt(plain, key, _binding(name, manifest)))
    body = MAGIC + b"".join(struct.pack(">Q", len(part)) + part for part in parts)
    return body + signing_key.sign(body)


def read_manifest(data: bytes) -> dict[str, Any]:
    """The manifest, before anything is verified: it says whose key must have signed. Raises UnreadableFile."""
    manifest = json.loads(_split(data)[0])
    if manifest.get("format_version") != FORMAT_VERSION:
        raise UnreadableFile("The package was made by another version of this program. Update it on both sides.")
    return dict(manifest)


def unseal(
    data: bytes, signer: Ed25519PublicKey, payload_key: X25519PrivateKey, linkage_key: X25519PrivateKey
) -> Contents:
    """Verify and open a package. Raises UnreadableFile when a byte of it is not as it was sealed."""
    from cryptography.exceptions import InvalidSignature, InvalidTag

    manifest = read_manifest(data)
    parts = _split(data)
    try:
        signer.verify(data[-SIGNATURE_BYTES:], data[:-SIGNATURE_BYTES])
        payload = _suite().decrypt(parts[1], payload_key, _binding("payload", parts[0]))
        envelope = _suite().decrypt(parts[2], linkage_key, _binding("envelope", parts[0]))
    except (InvalidSignature, InvalidTag, ValueError):
        raise UnreadableFile(_ALTERED) from None
    try:
        return Contents(manifest, _unpack(payload), _unpack(envelope)["envelope"])
    except (ValueError, KeyError, TypeError, struct.error):
        raise UnreadableFile("The package is not as this program makes it. Update the program on both sides.") from None


def _suite() -> Any:
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def _binding(part: str, manifest: bytes) -> bytes:
    return b"mds|package|" + part.encode() + b"|" + hashlib.sha256(manifest).digest()


def _split(data: bytes) -> list[bytes]:
    """The three parts between magic and signature. Raises UnreadableFile."""
    if not data.startswith(MAGIC):
        raise UnreadableFile("This is not a package of this program, or it is damaged. Packages end in .mdsp.")
    parts: list[bytes] = []
    position, end = len(MAGIC), len(data) - SIGNATURE_BYTES
    for _ in range(3):
        if position + 8 > end:
            raise UnreadableFile(_ALTERED)
        (size,) = struct.unpack(">Q", data[position : position + 8])
        position += 8
        if size > end - position:
            raise UnreadableFile(_ALTERED)
        parts.append(data[position : position + size])
        position += size
    if position != end:
        raise UnreadableFile(_ALTERED)
    try:
        is_manifest = isinstance(json.loads(parts[0]), dict)
    except (ValueError, RecursionError):
        is_manifest = False
    if not is_manifest:
        raise UnreadableFile(_ALTERED)
    return parts


def _pack(tables: dict[str, pa.Table]) -> bytes:
    """Tables as Arrow streams, one behind the other, after a list of their names and sizes."""
    import pyarrow as pa

    options = pa.ipc.IpcWriteOptions(compression="zstd")
    streams: list[bytes] = []
    for table in tables.values():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
            writer.write_table(table)
        streams.append(sink.getvalue().to_pybytes())
    index = json.dumps([[name, len(stream)] for name, stream in zip(tables, streams, strict=True)]).encode()
    return struct.pack(">Q", len(index)) + index + b"".join(streams)


def _unpack(data: bytes) -> dict[str, pa.Table]:
    import pyarrow as pa

    (size,) = struct.unpack(">Q", data[:8])
    index, position = json.loads(data[8 : 8 + size]), 8 + size
    tables = {}
    for name, length in index:
        tables[name] = pa.ipc.open_stream(data[position : position + length]).read_all()
        position += length
    return tables
