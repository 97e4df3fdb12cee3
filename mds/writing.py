"""Files that are written whole or not at all, and what is said when the machine does not let them be written."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mds.failures import StoreFailure

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def why(error: OSError) -> str:
    """What the machine refused, in words. Names no path: it may be a person's."""
    if error.errno in _FULL:
        return "the disk is full"
    if error.errno in _FORBIDDEN:
        return "this user may not write there"
    if error.errno == errno.EISDIR:
        return "there is a folder of that name"
    return "the folder is missing or cannot be used"


@contextmanager
def writing(what: str) -> Iterator[None]:
    """Turns a refusal of the machine into a StoreFailure: `what` could not be written, and why."""
    try:
        yield
    except OSError as error:
        raise StoreFailure(f"{what} could not be written: {why(error)}.") from None


@contextmanager
def filled_or_gone(folder: Path) -> Iterator[None]:
    """Takes a folder that is made in the body away again when the body fails; one that was there before stays."""
    there = folder.exists()
    try:
        yield
    except BaseException:
        if not there:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def write_whole(path: Path, content: bytes, *, private: bool = False, replace: bool = True) -> None:
    """Write a file so that whoever looks sees all of it or none of it, also after a power cut.

    `private` files belong to their owner alone. Raises OSError, and FileExistsError where there is one already that
    is not to be replaced.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    arriving = path.with_name(f"{path.name}.{secrets.token_hex(4)}.arriving")
    try:
        descriptor = os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if replace:
            arriving.replace(path)
        else:
            _put_first(arriving, path)
    finally:
        arriving.unlink(missing_ok=True)


def _put_first(arriving: Path, path: Path) -> None:
    """Give a file its name unless there is one of that name. Raises FileExistsError."""
    try:
        os.link(arriving, path)
    except FileExistsError:
        raise
    except OSError:  # a disk without links
        if path.exists():
            raise FileExistsError(path.name) from None
        arriving.replace(path)
