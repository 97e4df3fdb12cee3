"""Makes the national home: its settings, its key, its folder of extracts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from mds.failures import ConfigurationFailure
from mds.home import Channel, Home, load_home, settings_text
from mds.keys import NATIONAL, private_folder
from mds.writing import write_whole, writing


def found_national(folder: Path, channel: Channel, today: date) -> Home:
    """Make the national home in `folder`. Raises ConfigurationFailure where there is a home already."""
    if (folder / "mds.toml").exists():
        raise ConfigurationFailure(
            "There is a home in that folder already. Choose another, or remove that one yourself."
        )
    home = Home(folder, "national", "", channel, date.min, "", None)
    private_folder(folder)
    for name in ("keys", "extracts"):
        private_folder(folder / name)
    home.keys.load_or_make(NATIONAL, today)
    # The settings come last: a folder without them is no home, so a run that was cut short can be begun again.
    with writing("The home folder"):
        write_whole(folder / "mds.toml", settings_text(home).encode())
    return load_home(folder)
