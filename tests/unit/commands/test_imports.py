"""Commands that only talk answer at once: what is heavy is imported where it is used. Layers hold, and a wheel brings all
that its modules import."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest

HEAVY = ("pandas", "sqlalchemy", "great_expectations", "alembic", "duckdb", "openpyxl", "pyarrow")
ROOT = Path(__file__).parents[3]


HELPING = ("pydantic", *HEAVY)
"""What the list of the commands needs as little."""


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--help"], HELPING),
        (["check", "--help"], HEAVY),
        (["rules", "CP101040"], HEAVY),
        (["rules", "GX301040"], HEAVY),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_talking_commands_import_nothing_heavy(arguments: list[str], heavy: tuple[str, ...]) -> None:
    script = (
        "import sys\nfrom mds.main import app\n"
        f"try: app({arguments!r})\nexcept SystemExit: pass\n"
        f"print([name for name in {heavy!r} if sys.modules.get(name)])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_layers_of_imports_hold() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([str(lint), "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_everything_imported_is_a_dependency_of_the_wheel() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    shipped = _names(settings["project"]["dependencies"])
    shipped |= {
        name for one in shipped for name in _names(line for line in requires(one) or () if "extra ==" not in line)
    }
    at_hand = sys.stdlib_module_names | {Path(package).name for package in packages}
    owners = packages_distributions()
    found = {
        f"{file.relative_to(ROOT)}: {module}"
        for package in packages
        for file in (ROOT / package).rglob("*.py")
        for module in _imported(file) - at_hand
        if not {_plain(owner) for owner in owners.get(module, [])} & shipped
    }
    assert found == set()


def _imported(file: Path) -> set[str]:
    """The packages that a module imports, at its head or in a function."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def _names(requirements: Iterable[str]) -> set[str]:
    return {_plain(found[0]) for line in requirements if (found := re.match(r"[\w.-]+", line))}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
