"""Folders for the encrypted working files of a run: one for each process, swept when the process is gone."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from mds.keys import private_folder
from mds.writing import writing

if TYPE_CHECKING:
    from filelock import BaseFileLock

_own: dict[tuple[Path, int], tuple[Path, BaseFileLock]] = {}
"""(folder, process) → the process's own folder in it, and the lock that says that the process is alive."""


def spill_folder(folder: Path) -> Path:
    """A fresh folder of this process in `folder`. What processes left there that are gone is removed first."""
    from filelock import FileLock

    mine = (folder.resolve(), os.getpid())
    if mine not in _own:
        with writing("The home folder"):
            private_folder(folder)
            _sweep(folder)
            own = folder / f"{os.getpid()}-{secrets.token_hex(4)}"
            lock = FileLock(_lock_of(own), mode=0o600)
            lock.acquire(timeout=0)
        _own[mine] = own, lock
        atexit.register(_leave, mine)
    # A folder for each working database: two that share one would write over each other's files.
    fresh = _own[mine][0] / secrets.token_hex(4)
    private_folder(fresh)
    return fresh


def _lock_of(own: Path) -> Path:
    return own.with_name(own.name + ".lock")


def _sweep(folder: Path) -> None:
    """Remove the folders whose process no longer holds their lock."""
    from filelock import FileLock, Timeout

    for left in list(folder.iterdir()):
        own = left.with_name(left.name.removesuffix(".lock"))
        lock = FileLock(_lock_of(own))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        if own.is_dir():
            shutil.rmtree(own, ignore_errors=True)
        else:
            own.unlink(missing_ok=True)
        _lock_of(own).unlink(missing_ok=True)
        lock.release()


def _leave(mine: tuple[Path, int]) -> None:
    if mine in _own and mine[1] == os.getpid():
        own, lock = _own.pop(mine)
        shutil.rmtree(own, ignore_errors=True)
        _lock_of(own).unlink(missing_ok=True)
        lock.release()
