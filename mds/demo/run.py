"""Runs the demo: generates the network, founds its region and sends every return, the untidy ones first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from mds.demo.network import Network, SentReturn, generate
from mds.demo.places import TILES
from mds.failures import UsageFailure
from mds.home import Home, settings_text
from mds.reference import CHECKED_WITH
from mds.store.database import open_store
from mds.store.founding import found
from mds.store.standing import standing, table_text
from mds.submission import Asked, Submitted, submitted
from mds.writing import write_whole

NETWORK = "EE"
_DAYS_AFTER = 6
"""Returns arrive so many days after their period has ended, a corrected one a week later."""


def run_demo(folder: Path, seed: int, say: Callable[[str], None]) -> str:
    """Fill `folder` and return what to show: the last receipt, the region's status and the paths.

    Raises UsageFailure when there is something in the folder already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageFailure("There is something in that folder already. Name a new one: mds demo DIR")
    folder.mkdir(parents=True, exist_ok=True)
    say("Inventing children, providers and their returns …")
    network, home, last = play(folder, seed, say)
    today = max(map(_first_day, network.returns)) + timedelta(days=3 * _DAYS_AFTER)
    with home.locked(), open_store(home, read_only=True) as connection:
        status = table_text(standing(connection, home, today), home)
    receipt = last.receipt.text() if last and last.receipt else ""
    return f"The last receipt:\n\n{receipt}\n{status}\n\n{_paths(folder, home, last)}"


def play(
    folder: Path, seed: int, say: Callable[[str], None], messy: bool = True
) -> tuple[Network, Home, Submitted | None]:
    """Write the network into `folder`, found its region there and send everything; without the untidy twins on request."""
    network = generate(folder, seed, messy)
    home = _region(folder, network)
    return network, home, _send_all(network, home, say)


def _region(folder: Path, network: Network) -> Home:
    first = min(sent.period.start for sent in network.returns)
    home = found(
        folder / "homes" / NETWORK, NETWORK, folder / "providers.csv", channel="test",
        last_day_of_v1=date(2025, 3, 31), phase_scheme="LUTON", today=first,
    )  # fmt: skip
    home = replace(home, tiles=TILES)
    write_whole(home.path / "mds.toml", settings_text(home).encode())
    for kind in (*CHECKED_WITH, "populations"):
        home.reference.load(kind, folder / "reference" / f"{kind}.csv", first)
    return home


def _send_all(network: Network, home: Home, say: Callable[[str], None]) -> Submitted | None:
    """Send every return in the order of time; where there is an untidy twin, that one first and the clean one after."""
    untidy = {(sent.provider_code, sent.period): sent for sent in network.messy}
    outcome: Submitted | None = None
    for sent in sorted(network.returns, key=lambda sent: (_first_day(sent), sent.provider_code)):
        first_day = _first_day(sent)
        twin = untidy.get((sent.provider_code, sent.period))
        if twin is not None:
            _send(twin, home, first_day, say)
            first_day += timedelta(days=7)
        outcome = _send(sent, home, first_day, say)
    for sent in network.questionnaires:
        _send(sent, home, sent.period.end + timedelta(days=2 * _DAYS_AFTER), say)
    return outcome


def _first_day(sent: SentReturn) -> date:
    return sent.period.end + timedelta(days=sent.late or _DAYS_AFTER)


def _send(sent: SentReturn, home: Home, day: date, say: Callable[[str], None]) -> Submitted:
    with submitted(Asked(sent.path, day), home) as (result, outcome):
        rows = sum(count.accepted for count in result.validation.tables.values())
        verdict = result.validation.verdict.replace("_", " ")
        say(f"{sent.period.start} {sent.provider_code:<7} {sent.path.name:<24} {verdict:<17} {rows:>6,} rows")
        return outcome


def _paths(folder: Path, home: Home, last: Submitted | None) -> str:
    lines = [f"Returns         {folder / 'returns'}", f"Untidy returns  {folder / 'returns-messy'}",
             f"Region's home   {home.path}", f"Store           {home.store_path}"]  # fmt: skip
    if last and last.receipt:
        lines.append(f"Receipt         {home.receipts / (last.receipt.receipt_id + '.json')}")
    return "\n".join(lines)
