"""The files that a command is asked to write: whether they can be, before anything is read or stored."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mds.failures import StoreFailure, UsageFailure


@dataclass(frozen=True)
class Outputs:
    """The files to write, each where it was asked for."""

    report: Path | None = None
    workbook: Path | None = None
    pack: Path | None = None

    def require_possible(self, files: Sequence[Path], answers: Path | None = None) -> None:
        """Raises UsageFailure and StoreFailure when one of them cannot be written, or would replace what is read."""
        asked = {"--report": self.report, "--workbook": self.workbook, "--pack": self.pack}
        named = {option: path for option, path in asked.items() if path is not None}
        if named and len(files) > 1:
            raise UsageFailure("Reports and packages are made for one return at a time. Name one file.")
        if self.workbook is not None and self.workbook.suffix.lower() != ".xlsx":
            raise UsageFailure("The marked workbook is an .xlsx file. Give --workbook a name that ends so.")
        for option, path in named.items():
            _require_place(option, path)
            for file in files:
                _require_other(option, path, file, "return")
            if answers is not None:
                _require_other(option, path, answers, "answers file")
        if len({path.resolve() for path in named.values()}) < len(named):
            raise UsageFailure(f"{' and '.join(named)} name one file. Give each a name of its own.")


def _require_place(option: str, path: Path) -> None:
    if path.is_dir():
        raise UsageFailure(f"{option} names a folder. Give the name of the file to write.")
    if not path.parent.is_dir():
        raise UsageFailure(f"{option}: the folder for the file does not exist. Make it, or name another.")
    if not os.access(path.parent, os.W_OK):
        raise StoreFailure(f"{option}: this user may not write in that folder. Name another.")


def _require_other(option: str, path: Path, read: Path, what: str) -> None:
    """An output never replaces what is read, nor a part of it where that is a folder."""
    target, source = path.resolve(), read.resolve()
    part = path.exists() and source in target.parents
    same = path.exists() and read.exists() and path.samefile(read)  # also under another name
    if target == source or part or same:
        raise UsageFailure(f"{option} would replace the {what} itself. Give it another name.")
