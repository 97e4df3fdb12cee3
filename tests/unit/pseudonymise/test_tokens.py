"""Local numbers become the AES-CMAC of themselves, whatever their length, and blanks stay blank."""

from __future__ import annotations

import pyarrow as pa
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from hypothesis import given, settings
from hypothesis import strategies as st

from mds.duck import connect
from mds.keys import Key
from mds.pseudonymise.tokens import local_tokens, padded_sql

MASTER = Key("P1", "provider-8HX01", "2026-07-06", bytes(range(32)))
USE = ("EE", "8HX01", "local_patient_id")
NUMBERS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20)


def tokens_of(numbers: list[str | None], rows_of_a_chunk: int = 2) -> list[bytes | None]:
    with connect(threads=1) as connection:
        connection.register("sent", pa.table({"number": pa.array(numbers, pa.string())}))
        padded = connection.sql(f"SELECT {padded_sql('number')} AS number FROM sent").to_arrow_table(rows_of_a_chunk)[0]
    return [token and token.bytes for token in local_tokens(padded, MASTER, *USE).to_pylist()]


def cmac(number: str | None) -> bytes | None:
    if number is None:
        return None
    state = CMAC(AES(MASTER.derive("local", *USE)))
    state.update(number.encode())
    return state.finalize()


@settings(deadline=None)
@given(st.lists(st.none() | NUMBERS, max_size=6))
def test_a_column_of_tokens_is_the_cmac_of_each_number(numbers: list[str | None]) -> None:
    assert tokens_of(numbers) == [cmac(number) for number in numbers]


def test_numbers_of_every_length_up_to_the_longest() -> None:
    numbers: list[str | None] = ["A" * length for length in range(1, 21)]
    assert tokens_of(numbers) == [cmac(number) for number in numbers]
    assert len(set(tokens_of(numbers))) == 20
    assert tokens_of([number for number in numbers[:15] for _ in range(3)], 4)[::3] == tokens_of(numbers[:15])


def test_blanks_stay_where_they_are() -> None:
    tokens = tokens_of([None, "SB001", None, "SB002", "SB001", None], 6)
    assert [token is None for token in tokens] == [True, False, True, False, False, True]
    assert tokens[1] == tokens[4] != tokens[3]


def test_another_field_provider_or_network_has_other_tokens() -> None:
    with connect(threads=1) as connection:
        padded = connection.sql(f"SELECT {padded_sql(chr(39) + 'SB001' + chr(39))} AS number").to_arrow_table(9)[0]
    uses = [USE, ("EE", "8HX01", "referral_id"), ("EE", "RX101", USE[2]), ("NE", "8HX01", USE[2])]
    assert len({local_tokens(padded, MASTER, *use).to_pylist()[0] for use in uses}) == len(uses)
