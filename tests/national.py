"""A region that makes extracts and a national home that trusts it, as the two offices would set them up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from homes import Region, Said, mds

from mds.cards import trusted_card
from mds.home import load_home
from mds.national.collect import Opened, opened

PERIOD, DAY = "2026-04-01", "2026-10-06"


@dataclass(frozen=True)
class Nation:
    """The national home, and a region whose card it trusts and that trusts its card."""

    path: Path
    region: Region

    def extract(self, *words: object, day: str = DAY) -> Said:
        return mds(
            "extract", "--home", self.region.path, "--period", PERIOD, "--received-on", day, "-o", self.folder, *words
        )

    def collect(self, *files: Path, day: str = DAY) -> Said:
        return mds("national", "collect", *files, "--home", self.path, "--received-on", day)

    def opened(self, day: str = DAY) -> Opened:
        """The extract that lies in the folder, as the nation reads it."""
        home = load_home(self.path)
        return opened(home, self.file.read_bytes(), trusted_card(home, "EE").verifying_key, date.fromisoformat(day))

    @property
    def folder(self) -> Path:
        return self.path.parent / "extracts"

    @property
    def file(self) -> Path:
        return self.folder / f"EE-{PERIOD}-counts.mdsx"


def exchange(card: Path, owner: Path, other: Path) -> Said:
    """One home's card is made and trusted by the other, with the fingerprint that was told."""
    made = mds("keys", "card", "--home", owner, "-o", card)
    assert made.code == 0, made.err
    said = mds("keys", "trust", card, "--fingerprint", made.out.strip(), "--home", other)
    assert said.code == 0, said.err
    return said


def nation_of(region: Region, folder: Path) -> Nation:
    home = folder / "national"
    made = mds("init", home, "--national", "--test")
    assert made.code == 0, made.err
    exchange(folder / "national.json", home, region.path)
    exchange(folder / "EE.json", region.path, home)
    return Nation(home, region)
