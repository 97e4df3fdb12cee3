"""The package: the file that crosses the line between provider and region. The only thing both sides share.

The manifest says in the open whose return it is and how it was made; it holds counts, digests and key ids, no rows. The
payload and the envelope are sealed to two keys of the region, so that whoever links children never sees clinical rows. The
signature is the provider's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mds import sealing
from mds.failures import UnreadableFile

if TYPE_CHECKING:
    import pyarrow as pa
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

MAGIC = b"MDSP1\n"
FORMAT_VERSION = 1
_FORM = sealing.Form(
    MAGIC, "package", ("payload", "envelope"),
    "This is not a package of this program, or it is damaged. Packages end in .mdsp.",
    "The package has been damaged or altered on the way. Ask the provider to send it again.",
    "The package has been damaged or altered on the way. Ask the provider to send it again.",
    FORMAT_VERSION, "The package was made by another version of this program. Update it on both sides.",
)  # fmt: skip


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
    parts = [(_pack(contents.tables), payload_key), (_pack({"envelope": contents.envelope}), linkage_key)]
    return sealing.seal(_FORM, contents.manifest, parts, signing_key)


def read_manifest(data: bytes) -> dict[str, Any]:
    """The manifest, before anything is verified: it says whose key must have signed. Raises UnreadableFile."""
    return sealing.read_manifest(_FORM, data)


def unseal(
    data: bytes, signer: Ed25519PublicKey, payload_key: X25519PrivateKey, linkage_key: X25519PrivateKey
) -> Contents:
    """Verify and open a package. Raises UnreadableFile when a byte of it is not as it was sealed."""
    manifest, (payload, envelope) = sealing.unseal(_FORM, data, signer, (payload_key, linkage_key))
    try:
        return Contents(manifest, _unpack(payload), _unpack(envelope)["envelope"])
    except (ValueError, KeyError):
        raise UnreadableFile("The package is not as this program makes it. Update the program on both sides.") from None


def _pack(tables: dict[str, pa.Table]) -> bytes:
    """Tables as Arrow streams."""
    import pyarrow as pa

    options = pa.ipc.IpcWriteOptions(compression="zstd")
    streams: dict[str, bytes] = {}
    for name, table in tables.items():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
            writer.write_table(table)
        streams[name] = sink.getvalue().to_pybytes()
    return sealing.together(streams)


def _unpack(data: bytes) -> dict[str, pa.Table]:
    import pyarrow as pa

    return {name: pa.ipc.open_stream(stream).read_all() for name, stream in sealing.apart(data).items()}
