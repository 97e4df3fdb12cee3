"""A home: the folder that holds a region, a provider's side of one, or the national collation.

mds.toml        network, channel, calendar (the only file to edit)
providers.csv   the network's register of providers
keys/           one file a key, owner only
reference/      snapshots of the postcode directory, organisations, GP practices, populations
drawers/CODE/   each provider's own last accepted returns, encrypted (the provider side)
store/          the region's encrypted store (a region's home only)
receipts/       one file a receipt
extracts/       the extracts of the regions, as they came: sealed (the national home only)
spill/          encrypted working files, swept at every start
"""

from __future__ import annotations

import csv
import re
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from mds.failures import ConfigurationFailure
from mds.keys import KeyFolder
from mds.spill import spill_folder
from mds.writing import writing

if TYPE_CHECKING:
    from mds.reference import Reference

Role = Literal["region", "provider", "national"]
Channel = Literal["live", "test"]
REGISTER_COLUMNS = ("provider_code", "provider_name", "provider_type", "sector", "network_code", "open_from", "open_to")
FINANCIAL_QUARTERS = "financial quarters"
_QUARTERS_FROM = 2015
"""The first calendar year of which the quarters are in the calendar."""


@dataclass(frozen=True)
class Home:
    """A home, as its `mds.toml` describes it."""

    path: Path
    role: Role
    network: str
    channel: Channel
    last_day_of_v1: date
    phase_scheme: str
    calendar: tuple[tuple[date, date], ...] | None
    """The reporting periods where they are listed; None for financial quarters."""
    provider: str = ""
    """The provider whose home this is (a provider's home only)."""
    tiles: tuple[tuple[str, int, int], ...] = ()
    """Area, column and row on the tile map, from the top left corner, both from 1."""

    @property
    def keys(self) -> KeyFolder:
        return KeyFolder(self.path / "keys")

    @property
    def is_test(self) -> bool:
        return self.channel == "test"

    @property
    def store_path(self) -> Path:
        return self.path / "store" / "region.duckdb"

    @property
    def receipts(self) -> Path:
        return self.path / "receipts"

    def receipt_path(self, receipt_id: str) -> Path:
        return self.receipts / f"{receipt_id}.json"

    @property
    def lock_path(self) -> Path:
        return self.path / "lock"

    @cached_property
    def reference(self) -> Reference:
        from mds.reference import Reference

        return Reference(self.path / "reference")

    @cached_property
    def providers(self) -> list[dict[str, str]]:
        if self.role == "national":
            raise ConfigurationFailure(
                "This is the national home, which has no providers. Name a region's: --home REGION"
            )
        return read_register(self.path / "providers.csv")

    def providers_open(self, start: date, end: date) -> list[dict[str, str]]:
        """The providers of the network that are open on some day of a period."""
        return [
            known for known in self.providers if known["network_code"] == self.network and _is_open(known, start, end)
        ]

    def drawer_folder(self, provider: str) -> Path:
        return self.path / "drawers" / provider

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one run at a time changes a home; another one waits, and says so."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.lock_path, mode=0o600)
        with writing("The home folder"):
            try:
                lock.acquire(timeout=1)
            except Timeout:
                print("Waiting for another run to finish …", file=sys.stderr)
                lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def periods(self, until: date) -> Iterator[tuple[date, date]]:
        """The reporting periods that begin by `until`, oldest first."""
        if self.calendar is not None:
            yield from (period for period in self.calendar if period[0] <= until)
            return
        for year in range(_QUARTERS_FROM, until.year + 1):
            for month in (1, 4, 7, 10):
                start = date(year, month, 1)
                if start <= until:
                    yield start, _quarter_end(start)

    def spill_folder(self) -> Path:
        """A fresh private folder for encrypted working files; what crashed runs left behind is removed."""
        return spill_folder(self.path / "spill")


def _is_open(provider: dict[str, str], start: date, end: date) -> bool:
    opened, closed = provider["open_from"], provider["open_to"]
    return (not opened or opened <= end.isoformat()) and (not closed or closed >= start.isoformat())


def _quarter_end(start: date) -> date:
    following = date(start.year + start.month // 10, (start.month + 2) % 12 + 1, 1)
    return following - timedelta(days=1)


def load_home(path: Path) -> Home:
    """The home at `path`. Raises ConfigurationFailure when there is none or its settings do not make sense."""
    file = path / "mds.toml"
    if not file.is_file():
        raise ConfigurationFailure(
            "There is no mds.toml in the home folder. Name the region's home with --home or MDS_HOME, or make one: mds init"
        )
    try:
        settings = tomllib.loads(file.read_text(encoding="utf-8"))
        return home_from_settings(path, settings)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise ConfigurationFailure(
            f"mds.toml cannot be used: {_what_is_wrong(error)}. Correct it, or restore it from the backup."
        ) from None


def _what_is_wrong(error: Exception) -> str:
    """Where the settings fail, without what stands there."""
    if isinstance(error, KeyError):
        return f"the setting {error.args[0]} is missing"
    line = re.search(r"at line (\d+)", str(error))
    return f"line {line[1]} is not as TOML wants it" if line else "a setting has a value of another kind than it should"


def home_from_settings(path: Path, settings: dict[str, Any]) -> Home:
    periods = settings.get("calendar", {}).get("periods", FINANCIAL_QUARTERS)
    calendar = None if periods == FINANCIAL_QUARTERS else tuple((_day(start), _day(end)) for start, end in periods)
    channel = settings["channel"]
    role = settings["role"]
    if channel not in ("live", "test") or role not in get_args(Role):
        raise ValueError
    return Home(
        path=path,
        role=role,
        network=settings["network"] if role != "national" else "",
        channel=channel,
        last_day_of_v1=_day(settings["last_day_of_v1"]) if role != "national" else date.min,
        phase_scheme=settings.get("phase_scheme", ""),
        calendar=calendar,
        provider=settings.get("provider", ""),
        tiles=tuple(_tile(area, place) for area, place in settings.get("map", {}).items()),
    )


def _tile(area: str, place: list[int]) -> tuple[str, int, int]:
    column, row = place
    if not (type(column) is int and type(row) is int and 1 <= column <= 40 and 1 <= row <= 40):
        raise ValueError
    return area, column, row


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def settings_text(home: Home) -> str:
    """The `mds.toml` of a home."""
    if home.role == "national":
        return f'# The national home\'s settings.\nrole = "national"\nchannel = "{home.channel}"   # test or live\n'
    lines = [
        f"# The {home.role}'s settings. Times of the data set versions and the calendar are the network's decision.",
        f'role = "{home.role}"',
        f'network = "{home.network}"',
        f'channel = "{home.channel}"   # a test home takes test returns only, a live home refuses them',
        f"last_day_of_v1 = {home.last_day_of_v1.isoformat()}",
        f'phase_scheme = "{home.phase_scheme}"   # what the colours of version 1.0 returns mean',
    ]
    if home.provider:
        lines.append(f'provider = "{home.provider}"')
    lines += ["", "[calendar]"]
    if home.calendar is None:
        lines.append(f'periods = "{FINANCIAL_QUARTERS}"   # or a list: [["2026-04-01", "2026-06-30"], …]')
    else:
        listed = ", ".join(f'["{start}", "{end}"]' for start, end in home.calendar)
        lines.append(f"periods = [{listed}]")
    lines += [
        "",
        "# The areas of the network, each with its place on the tile map: column and row from the top left corner.",
        "[map]",
    ]
    lines += [f"{area} = [{column}, {row}]" for area, column, row in home.tiles] or ["# E09999901 = [1, 2]"]
    return "\n".join(lines) + "\n"


def read_register(path: Path) -> list[dict[str, str]]:
    """The rows of a register of providers. Raises ConfigurationFailure when a column is missing or a code repeats."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise ConfigurationFailure("The register of providers cannot be read. Save it as CSV UTF-8.") from None
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in REGISTER_COLUMNS if name not in (reader.fieldnames or [])]
    if missing:
        raise ConfigurationFailure(f"The register of providers lacks the column {missing[0]}.")
    rows = [{name: (row[name] or "").strip() for name in REGISTER_COLUMNS} for row in reader]
    codes = [row["provider_code"] for row in rows]
    if len(codes) != len(set(codes)) or not all(codes):
        raise ConfigurationFailure("In the register of providers a code is missing or stands twice.")
    for row in rows:
        for name in ("open_from", "open_to"):
            _check_date(row[name], name)
    return rows


def _check_date(text: str, column: str) -> None:
    try:
        if text:
            date.fromisoformat(text)
    except ValueError:
        raise ConfigurationFailure(
            f"In the register of providers a date in {column} is not of the form 2026-04-01."
        ) from None
