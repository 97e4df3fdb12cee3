"""Writes a report so that no half-written one stands under its name and the sender's file is never replaced."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from mds.failures import UsageFailure


@contextmanager
def replacing(path: Path, original: Path | None = None) -> Iterator[Path]:
    """A file beside `path` to write to, which takes its place at the end. Raises UsageFailure for `original` itself."""
    if original is not None and path.exists() and original.exists() and path.samefile(original):
        raise UsageFailure("The report would replace the return itself. Give the report another name.")
    if not path.parent.is_dir():
        raise UsageFailure("The folder for the report does not exist. Make it, or name another.")
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=path.suffix, delete=False) as stream:
        beside = Path(stream.name)
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
