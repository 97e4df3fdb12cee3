"""A region that makes extracts and a national home that trusts it, as the two offices would set them up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from homes import Region, Said, mds

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

    @property
    def folder(self) -> Path:
        return self.path.parent / "extracts"

    @property
    def file(self) -> Path:
        return self.folder / f"EE-{PERIOD}-counts.mdsx"


def nation_of(region: Region, folder: Path) -> Nation:
    home = folder / "national"
    for words in (
        ("init", home, "--national", "--test"),
        ("keys", "card", "--home", home, "-o", folder / "national.json"),
        ("keys", "trust", folder / "national.json", "--home", region.path),
        ("keys", "card", "--home", region.path, "-o", folder / "EE.json"),
        ("keys", "trust", folder / "EE.json", "--home", home),
    ):
        said = mds(*words)
        assert said.code == 0, said.err
    return Nation(home, region)
