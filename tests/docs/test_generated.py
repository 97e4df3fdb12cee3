"""Generated pages are up to date, and a released version of the data set never changes."""

import hashlib
from pathlib import Path

import pytest

from mds.docs import ROOT, pages
from mds_schemas.export import version_schemas
from mds_schemas.versions import VERSIONS

RELEASED = Path(__file__).with_name("released.txt")


@pytest.mark.parametrize("path", sorted(pages()), ids=str)
def test_page_is_up_to_date(path: Path) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == pages()[path], "run make docs"


@pytest.mark.parametrize("number", VERSIONS)
def test_released_version_is_frozen(number: str) -> None:
    """A change here is a change of a released version: make a new version instead."""
    together = "".join(version_schemas(VERSIONS[number]).values()).encode()
    released = dict(line.split() for line in RELEASED.read_text().splitlines())
    assert hashlib.sha256(together).hexdigest() == released[number]
