"""Keyed tokens: the local numbers under the provider's secret, the NHS number under the stage 1 key (privacy b3).

The match-key of an NHS number is its HMAC-SHA-256, one by one. The token of a local number is its AES-CMAC (NIST
SP 800-38B): a local number fits in one block, so a whole column takes one pass of the cipher, and a million contacts a
twentieth of the time that their HMACs would. Both are under a key that HKDF derives for one use. Only what is keyed
leaves the provider.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.keys import NORMALISATION, Key, keyed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

TOKEN_BYTES = 16
"""Of a token, and of a block of the cipher."""


def padded_sql(value: str) -> str:
    """SQL of what `local_tokens` takes, for the SQL of a local number: its bytes, padded to whole blocks as CMAC pads."""
    return rf"encode({value}) || '\x80'::BLOB || repeat('\x00'::BLOB, 15 - strlen({value}) % 16)"


def local_tokens(padded: pa.ChunkedArray, master: Key, *use: str) -> pa.ChunkedArray:
    """The tokens of a column of padded numbers, row by row, under the provider's key for one network, provider and field.
    Blank stays blank."""
    import pyarrow as pa

    key = master.derive("local", *use)
    tokens = []
    for chunk in padded.chunks:
        numbers = chunk.drop_null()
        whole = b"".join(_of_one_block(numbers, key) if _fit(numbers) else _of_any_length(numbers, key))
        stored = pa.Array.from_buffers(pa.binary(TOKEN_BYTES), len(numbers), [None, pa.py_buffer(whole)])
        tokens.append(_with_blanks(stored, chunk.is_null()) if chunk.null_count else stored)
    return pa.chunked_array([pa.ExtensionArray.from_storage(pa.uuid(), stored) for stored in tokens], pa.uuid())


def _with_blanks(tokens: pa.Array, blank: pa.Array) -> pa.Array:
    """The tokens of the rows that are not blank, put where those rows are."""
    import pyarrow as pa
    import pyarrow.compute as pc

    places = pc.subtract(pc.cumulative_sum(pc.invert(blank).cast(pa.int64())), 1)
    return tokens.take(pc.if_else(blank, None, places))


def _fit(numbers: pa.Array) -> bool:
    """Whether every padded number is one block."""
    import pyarrow.compute as pc

    return not len(numbers) or pc.max(pc.binary_length(numbers)).as_py() == TOKEN_BYTES


def _of_one_block(numbers: pa.Array, key: bytes) -> Iterator[bytes]:
    """All blocks at once: a last block that was padded is mixed with the second subkey, then encrypted."""
    import pyarrow as pa
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import ECB

    # CMAC of one block is that block encrypted by itself.
    encrypt = Cipher(AES(key), ECB()).encryptor().update  # noqa: S305
    subkey = _doubled(_doubled(encrypt(bytes(TOKEN_BYTES))))
    plain = numbers.cast(pa.binary(TOKEN_BYTES)).buffers()[1].to_pybytes()[: TOKEN_BYTES * len(numbers)]
    mixed = int.from_bytes(plain, "big") ^ int.from_bytes(subkey * len(numbers), "big")
    yield encrypt(mixed.to_bytes(len(plain), "big"))


def _doubled(block: bytes) -> bytes:
    """A block times x in the field of 2 to the 128th, as CMAC derives its subkeys."""
    shifted = int.from_bytes(block, "big") << 1
    return (shifted % (1 << 128) ^ (0x87 if shifted >> 128 else 0)).to_bytes(TOKEN_BYTES, "big")


def _of_any_length(numbers: pa.Array, key: bytes) -> Iterator[bytes]:
    """One by one, where a number is longer than a block."""
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.cmac import CMAC

    for padded in numbers.to_pylist():
        state = CMAC(AES(key))
        state.update(padded.rstrip(b"\x00")[:-1])
        yield state.finalize()


def match_keys(numbers: list[str], stage1: Key, network: str) -> list[str]:
    """The stage 1 match-key of each canonical NHS number: what the linkage part of a package carries."""
    return [key.hex() for key in keyed(numbers, stage1.derive("stage1", network, f"nhs_number.{NORMALISATION}"))]
