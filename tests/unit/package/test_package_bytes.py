"""The package as bytes: whoever alters one of them is found out, and nobody but the addressee can open it."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from homes import HOSPICE, Packed

from mds.exchange import own_private_keys, signer_of
from mds.failures import UnreadableFile
from mds.package import MAGIC, Contents, read_manifest, seal, unseal
from mds.sealing import SIGNATURE_BYTES


def _open(packed: Packed, data: bytes) -> Contents:
    home = packed.region.home
    return unseal(data, signer_of(home, HOSPICE), *own_private_keys(home))


def _structure(data: bytes) -> Iterator[int]:
    """The positions of the magic, of each part's size and first and last bytes, and of the signature."""
    yield from range(len(MAGIC))
    position = len(MAGIC)
    for _ in range(3):
        (size,) = struct.unpack(">Q", data[position : position + 8])
        yield from range(position, position + 8)
        yield from (position + 8, position + 9, position + 8 + size // 2, position + 7 + size)
        position += 8 + size
    yield from range(position, len(data))
    assert position + SIGNATURE_BYTES == len(data)


def test_a_package_opens_as_it_was_sealed(packed: Packed) -> None:
    contents = _open(packed, packed.package.read_bytes())

    assert contents.manifest["provider_code"] == HOSPICE
    assert contents.tables["child"].num_rows == contents.envelope.num_rows == 2


def test_any_altered_byte_is_found(packed: Packed) -> None:
    data = packed.package.read_bytes()
    chance = random.Random(7)
    positions = sorted({*_structure(data), *(chance.randrange(len(data)) for _ in range(400))})
    assert len(positions) > 450

    for position in positions:
        altered = bytearray(data)
        altered[position] ^= 1 << chance.randrange(8)
        with pytest.raises(UnreadableFile):
            _open(packed, bytes(altered))


def test_any_cut_or_addition_is_found(packed: Packed) -> None:
    data = packed.package.read_bytes()
    for other in (
        b"",
        data[:1],
        data[:-1],
        data[1:],
        data + b"\0",
        data * 2,
        data[: len(data) // 2],
        MAGIC,
        MAGIC * 20,
    ):
        with pytest.raises(UnreadableFile):
            _open(packed, other)


@pytest.mark.parametrize("manifest", [b"", b"[]", b"{", b"7", b"\xff", b"[" * 100_000, b'{"format_version": 2}'])
def test_a_manifest_that_is_none_is_refused_before_anything_is_believed(manifest: bytes) -> None:
    parts = (manifest, b"", b"")
    body = MAGIC + b"".join(struct.pack(">Q", len(part)) + part for part in parts)

    with pytest.raises(UnreadableFile):
        read_manifest(body + bytes(SIGNATURE_BYTES))


def test_parts_of_two_packages_do_not_fit_together(packed: Packed) -> None:
    """The manifest is bound to both sealed parts, so none can be exchanged even by the one who signs."""
    contents = _open(packed, packed.package.read_bytes())
    payload_key, linkage_key = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    signer = Ed25519PrivateKey.generate()
    first, second = (
        seal(Contents({**contents.manifest, "warnings": warnings}, contents.tables, contents.envelope),
             payload_key.public_key(), linkage_key.public_key(), signer)
        for warnings in (1, 2)
    )  # fmt: skip
    for number in range(3):
        mixed = _parts(first)
        mixed[number] = _parts(second)[number]
        body = MAGIC + b"".join(struct.pack(">Q", len(part)) + part for part in mixed)
        with pytest.raises(UnreadableFile):
            unseal(body + signer.sign(body), signer.public_key(), payload_key, linkage_key)


def test_whoever_links_cannot_read_the_payload_nor_the_other_way_round(packed: Packed) -> None:
    home = packed.region.home
    payload_key, linkage_key = own_private_keys(home)
    for keys in ((linkage_key, linkage_key), (payload_key, payload_key), (linkage_key, payload_key)):
        with pytest.raises(UnreadableFile):
            unseal(packed.package.read_bytes(), signer_of(home, HOSPICE), *keys)


def test_the_manifest_in_the_open_holds_no_row(packed: Packed) -> None:
    manifest = read_manifest(packed.package.read_bytes())

    assert set(manifest) == {
        "format_version", "package_id", "tool_version", "rule_set", "network", "channel", "test_data", "schema_version",
        "provider_code", "return_type", "rp_start", "rp_end", "reference_date", "received_on", "verdict", "file_sha256",
        "same_as", "tables", "warnings", "answered", "not_run", "loss_notes", "keys",
    }  # fmt: skip


def _parts(data: bytes) -> list[bytes]:
    parts, position = [], len(MAGIC)
    for _ in range(3):
        (size,) = struct.unpack(">Q", data[position : position + 8])
        parts.append(data[position + 8 : position + 8 + size])
        position += 8 + size
    return parts
