"""Files that are sealed and signed: the package of a return, the extract of a region.

    magic | manifest | part, sealed | … | signature

The manifest stands in the open and holds no rows. Each part is sealed to one key (HPKE: X25519, HKDF-SHA-256, AES-256-GCM)
and bound to the manifest. The signature (Ed25519) covers every byte before it.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mds.failures import UnreadableFile

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

SIGNATURE_BYTES = 64


@dataclass(frozen=True)
class Form:
    """One kind of sealed file: how it begins, the names of its parts, and what is said of one that is not as it should be."""

    magic: bytes
    name: str
    parts: tuple[str, ...]
    strange: str
    altered: str
    not_ours: str
    version: int
    other_version: str


def seal(
    form: Form, manifest: dict[str, Any], parts: Sequence[tuple[bytes, X25519PublicKey]], signing_key: Ed25519PrivateKey
) -> bytes:
    """The bytes of a file: its parts, in the order of the form, each with the key to which it is sealed."""
    opened = json.dumps({"format_version": form.version, **manifest}, sort_keys=True).encode()
    sealed = [
        _suite().encrypt(plain, key, _binding(form, name, opened))
        for name, (plain, key) in zip(form.parts, parts, strict=True)
    ]
    body = form.magic + b"".join(struct.pack(">Q", len(part)) + part for part in (opened, *sealed))
    return body + signing_key.sign(body)


def read_manifest(form: Form, data: bytes) -> dict[str, Any]:
    """The manifest, before anything is verified: it says whose key must have signed. Raises UnreadableFile."""
    manifest = json.loads(_split(form, data)[0])
    if manifest.get("format_version") != form.version:
        raise UnreadableFile(form.other_version)
    return dict(manifest)


def unseal(
    form: Form, data: bytes, signer: Ed25519PublicKey, keys: Sequence[X25519PrivateKey]
) -> tuple[dict[str, Any], list[bytes]]:
    """Verify and open a file: its manifest and its parts. Raises UnreadableFile when a byte is not as it was sealed."""
    from cryptography.exceptions import InvalidSignature, InvalidTag

    manifest = read_manifest(form, data)
    opened, *sealed = _split(form, data)
    try:
        signer.verify(data[-SIGNATURE_BYTES:], data[:-SIGNATURE_BYTES])
        parts = [
            bytes(_suite().decrypt(part, key, _binding(form, name, opened)))
            for name, part, key in zip(form.parts, sealed, keys, strict=True)
        ]
    except InvalidSignature:
        raise UnreadableFile(form.altered) from None
    except (InvalidTag, ValueError):
        raise UnreadableFile(form.not_ours) from None
    return manifest, parts


def together(contents: dict[str, bytes]) -> bytes:
    """Several named contents as one part: a list of their names and sizes, then one behind the other."""
    index = json.dumps([[name, len(content)] for name, content in contents.items()]).encode()
    return struct.pack(">Q", len(index)) + index + b"".join(contents.values())


def apart(part: bytes) -> dict[str, bytes]:
    """What `together` put into a part. Raises ValueError where it did not."""
    try:
        return _apart(part)
    except (KeyError, TypeError, RecursionError, struct.error):
        raise ValueError from None


def _apart(part: bytes) -> dict[str, bytes]:
    (size,) = struct.unpack(">Q", part[:8])
    index, position = json.loads(part[8 : 8 + size]), 8 + size
    contents = {}
    for name, length in index:
        contents[name] = part[position : position + length]
        position += length
    if position != len(part):
        raise ValueError
    return contents


def _suite() -> Any:
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def _binding(form: Form, part: str, manifest: bytes) -> bytes:
    return b"|".join((b"mds", form.name.encode(), part.encode(), hashlib.sha256(manifest).digest()))


def _split(form: Form, data: bytes) -> list[bytes]:
    """The manifest and the parts between magic and signature. Raises UnreadableFile."""
    if not data.startswith(form.magic):
        raise UnreadableFile(form.strange)
    parts: list[bytes] = []
    position, end = len(form.magic), len(data) - SIGNATURE_BYTES
    for _ in range(1 + len(form.parts)):
        if position + 8 > end:
            raise UnreadableFile(form.altered)
        (size,) = struct.unpack(">Q", data[position : position + 8])
        position += 8
        if size > end - position:
            raise UnreadableFile(form.altered)
        parts.append(data[position : position + size])
        position += size
    if position != end:
        raise UnreadableFile(form.altered)
    try:
        is_manifest = isinstance(json.loads(parts[0]), dict)
    except (ValueError, RecursionError):
        is_manifest = False
    if not is_manifest:
        raise UnreadableFile(form.altered)
    return parts
