"""Makes a region: its home, its keys, its empty encrypted store."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from mds.duck import connect
from mds.encrypted import attach, told
from mds.failures import ConfigurationFailure
from mds.home import Channel, Home, load_home, read_register, settings_text
from mds.keys import REGION_PURPOSES, STORE, private_folder
from mds.writing import write_whole, writing
from mds_schemas.codes import load


def found(
    folder: Path,
    network: str,
    register: Path,
    *,
    channel: Channel,
    last_day_of_v1: date,
    phase_scheme: str,
    today: date,
) -> Home:
    """Make a region's home in `folder`. Raises ConfigurationFailure and leaves what is there alone."""
    if (folder / "mds.toml").exists():
        raise ConfigurationFailure(
            "There is a home in that folder already. Choose another, or remove that one yourself."
        )
    if network not in load("CL36"):
        raise ConfigurationFailure(f"There is no such network. Use one of: {', '.join(load('CL36'))}.")
    if phase_scheme and phase_scheme not in load("CL11"):
        raise ConfigurationFailure(f"There is no such phase scheme. Use one of: {', '.join(load('CL11'))}.")
    read_register(register)
    home = Home(folder, "region", network, channel, last_day_of_v1, phase_scheme, None)
    private_folder(folder)
    for name in ("keys", "store", "drawers", "receipts"):
        private_folder(folder / name)
    for purpose in REGION_PURPOSES:
        home.keys.load_or_make(purpose, today)
    if not home.store_path.exists():
        _make_store(home)
    # The settings come last: a folder without them is no home, so a run that was cut short can be begun again.
    with writing("The home folder"):
        write_whole(folder / "providers.csv", register.read_bytes())
        write_whole(folder / "mds.toml", settings_text(home).encode())
    return load_home(folder)


def _make_store(home: Home) -> None:
    """Make the store under another name first, so that a run that is cut short leaves none that is half made."""
    from mds.store.database import ALIAS, settings_of
    from mds.store.migrate import upgrade

    key = home.keys.load(STORE)
    arriving = home.store_path.with_name("arriving.duckdb")
    for left in arriving.parent.glob("arriving.duckdb*"):
        left.unlink()
    upgrade(arriving, key)
    connection = connect()
    try:
        with told(arriving.name):
            attach(connection, arriving, key, alias=ALIAS)
            connection.executemany(f"INSERT INTO {ALIAS}.setting VALUES (?, ?)", list(settings_of(home).items()))
            connection.execute(f"DETACH {ALIAS}")
    finally:
        connection.close()
    with writing(home.store_path.name):
        arriving.replace(home.store_path)
