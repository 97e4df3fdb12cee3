"""Checks run through Great Expectations on a connection that stays its owner's, and every error comes out."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from mds.duck import connect, let_pandas_in
from mds.encrypted import lock_down
from mds_validators.expectations.check import Check, Found, Outcome


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    opened = connect()
    opened.execute("CREATE TEMP TABLE period AS SELECT DATE '2026-04-01' AS rp_start")
    opened.execute("CREATE TEMP TABLE one AS SELECT 'RX101' AS provider_code, range AS number FROM range(1000)")
    lock_down(opened)
    yield opened
    opened.close()


def ask(connection: duckdb.DuckDBPyConnection, *queries: str) -> list[Outcome]:
    let_pandas_in()
    from mds_validators.expectations.run import run

    checks = [Check(f"GX{number}", "error", "", "", query) for number, query in enumerate(queries)]
    return run(connection, {"some": checks[:1], "others": checks[1:]}, lambda suite: None)


FOUND = "SELECT provider_code, 'number' AS field, count(*) AS rows FROM one WHERE number < 7 GROUP BY ALL"
NOTHING = FOUND.replace("< 7", "< 0")


def test_what_a_query_finds_is_returned_in_order(connection: duckdb.DuckDBPyConnection) -> None:
    network = "SELECT NULL::VARCHAR AS provider_code, NULL::VARCHAR AS field, NULL::BIGINT AS rows"
    first, second, third = ask(connection, FOUND, NOTHING, f"{FOUND} UNION ALL {network}")

    assert first.found == (Found("RX101", "number", 7),)
    assert second.passed
    assert third.found == (Found(None, None, None), Found("RX101", "number", 7))


def test_all_rows_arrive_however_many(connection: duckdb.DuckDBPyConnection) -> None:
    (outcome,) = ask(connection, "SELECT provider_code, number::VARCHAR AS field, 1 AS rows FROM one")

    assert len(outcome.found) == 1000


def test_braces_colons_and_percents_are_the_query_s_own(connection: duckdb.DuckDBPyConnection) -> None:
    (outcome,) = ask(
        connection,
        "SELECT provider_code, 'a:b %s {batch}' AS field, {'n': count(*)}.n AS rows FROM one"
        " WHERE regexp_full_match(number::VARCHAR, '(?:[0-9]{2}|x:y)') GROUP BY ALL",
    )
    assert outcome.found == (Found("RX101", "a:b %s {batch}", 90),)


@pytest.mark.parametrize(
    ("query", "error"),
    [("SELECT nothing FROM one", duckdb.BinderException), ("SELECT * FROM nowhere", duckdb.CatalogException),
     ("SELECT provider_code, 'f' AS field, provider_code::INTEGER AS rows FROM one", duckdb.ConversionException)],
)  # fmt: skip
def test_an_error_of_a_query_is_no_finding_and_tells_no_value(
    connection: duckdb.DuckDBPyConnection, query: str, error: type[duckdb.Error], capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(error):
        ask(connection, FOUND, query)
    said = capfd.readouterr()
    assert "RX101" not in said.out + said.err


def test_any_other_trouble_is_none_either(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(connection, NOTHING)
    from mds_validators.expectations.run import CheckNotRun, NothingFound

    def broken(*arguments: Any, **named: Any) -> None:
        raise ValueError

    monkeypatch.setattr(NothingFound, "_validate", broken)
    with pytest.raises(CheckNotRun, match="GX0"):
        ask(connection, FOUND)


def test_a_result_of_another_form_is_an_error_too(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(TypeError):
        ask(connection, "SELECT 1 AS one")


def test_the_connection_stays_open_with_what_was_made_in_it(connection: duckdb.DuckDBPyConnection) -> None:
    ask(connection, FOUND)

    assert connection.execute("SELECT count(*) FROM one").fetchall() == [(1000,)]
    connection.execute("BEGIN TRANSACTION")
    connection.execute("COMMIT")


def test_it_reaches_no_network_writes_no_file_and_says_nothing(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def refused(*arguments: Any, **named: Any) -> None:
        raise AssertionError("a connection was tried")

    ask(connection, NOTHING)
    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    for name in ("HOME", "TMPDIR", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    capfd.readouterr()
    ask(connection, FOUND)

    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")
