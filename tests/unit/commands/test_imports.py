"""Commands that only talk answer at once: what is heavy is imported where it is used. And layers hold."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("pandas", "sqlalchemy", "great_expectations", "alembic", "duckdb", "openpyxl", "pyarrow")
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("arguments", [["--help"], ["rules", "CP101040"], ["check", "--help"]], ids=" ".join)
def test_talking_commands_import_nothing_heavy(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom mds.main import app\n"
        f"try: app({arguments!r})\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if sys.modules.get(name)])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_layers_of_imports_hold() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([str(lint), "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
