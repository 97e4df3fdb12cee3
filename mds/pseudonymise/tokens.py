"""Keyed tokens: the local numbers under the provider's secret, the NHS number under the stage 1 key (privacy b3).

The match-key of an NHS number is its HMAC-SHA-256, one by one. The token of a local number is AES-256 of the first 128
bits of its SHA-256: the hashes are made by DuckDB in columns, and a column is encrypted in one piece, so that no key
stands in SQL and a million contacts take a third of the time that their HMACs would. Both are under a key that HKDF
derives for one use. Only what is keyed leaves the provider.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.keys import NORMALISATION, Key, keyed

if TYPE_CHECKING:
    import pyarrow as pa

TOKEN_BYTES = 16


def digest_sql(value: str) -> str:
    """SQL of what `local_tokens` encrypts, for the SQL of a local number."""
    return f"substr(sha256({value}), 1, {2 * TOKEN_BYTES})::UUID"


def local_tokens(digests: pa.ChunkedArray, master: Key, *use: str) -> pa.ChunkedArray:
    """The tokens of a column of digests, row by row, under the provider's key for one network, provider and field.
    Blank stays blank."""
    import pyarrow as pa
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import ECB

    # Block by block is right here: each block is the whole digest of one number, and equal numbers get equal tokens.
    cipher = Cipher(AES(master.derive("local", *use)), ECB())  # noqa: S305
    chunks = []
    for chunk in digests.chunks:
        present, plain = chunk.storage.buffers()
        buffers = [present, pa.py_buffer(cipher.encryptor().update(plain.to_pybytes()))]
        storage = pa.Array.from_buffers(
            pa.binary(TOKEN_BYTES), len(chunk), buffers, chunk.null_count, chunk.storage.offset
        )
        chunks.append(pa.ExtensionArray.from_storage(pa.uuid(), storage))
    return pa.chunked_array(chunks, pa.uuid())


def match_keys(numbers: list[str], stage1: Key, network: str) -> list[str]:
    """The stage 1 match-key of each canonical NHS number: what the linkage part of a package carries."""
    return [key.hex() for key in keyed(numbers, stage1.derive("stage1", network, f"nhs_number.{NORMALISATION}"))]
