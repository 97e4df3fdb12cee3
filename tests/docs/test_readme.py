"""The README is followed as a new user would: its commands run, and it is silent about nothing that exists."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mds import failures
from mds.main import INTERRUPTED, UNEXPECTED, app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MDS = str(Path(sys.executable).parent / "mds")


def block_after(heading: str) -> list[str]:
    """The commands of the first console block below a heading, without their comments."""
    text = README.split(f"## {heading}", 1)[1]
    block = re.search(r"```console\n(.*?)```", text, re.DOTALL)
    assert block is not None
    return [line.removeprefix("$ ").split("   #")[0].strip() for line in block[1].splitlines() if line.startswith("$ ")]


def test_five_minutes_to_a_first_receipt(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    verdicts = {}
    for command in block_after("Five minutes to a first receipt"):
        program, *arguments = command.split()
        if program == "mds":
            done = subprocess.run([MDS, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
            assert "unexpected" not in done.stderr
            verdicts[arguments[0]] = done.returncode
    assert verdicts == {"init": 0, "check": 1, "submit": 0, "status": 0}
    assert len(list((tmp_path / "region" / "receipts").glob("*.json"))) == 1


def commands() -> list[str]:
    names = [command.name for command in app.registered_commands if command.name]
    return [*names, *(group.name for group in app.registered_groups if isinstance(group.name, str))]


@pytest.mark.parametrize("name", [name for name in commands() if name not in ("demo",)])
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"mds {name}" in README


def test_every_exit_code_is_in_the_readme() -> None:
    codes = {
        kind.exit_code for kind in vars(failures).values() if isinstance(kind, type) and issubclass(kind, Exception)
    }
    told = re.search(r"Exit codes, for scripts: (.*?)\n\n", README, re.DOTALL)
    assert told is not None
    named = {int(number) for number in re.findall(r"\b(\d{1,3}) (?=[a-z])", told[1])}
    assert named == codes | {0, 1, 3, UNEXPECTED, INTERRUPTED}


def test_every_link_leads_somewhere() -> None:
    targets = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert [target for target in targets if not (ROOT / target).exists()] == []
