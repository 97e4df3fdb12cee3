"""Makes the drawn returns and the homes importable from every test folder, and gives every test a region of its own."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from homes import founded, packed, region, runner  # noqa: F401 - fixtures
from network import two_quarters  # noqa: F401
from pages import browser  # noqa: F401
