"""Saves a workbook so that the comments on all its sheets stand in blocks of numbers of their own.

openpyxl numbers the comment boxes of every sheet from 1026 within block 1. The file format asks for blocks of 1,024
that no other sheet uses (ISO/IEC 29500-1, VML shape identifiers); spreadsheet programs may offer to repair a file with
many comments otherwise.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

_BLOCK = 1024
_DRAWING = re.compile(r"/?xl/drawings/commentsDrawing\d+\.vml")
_SHAPE = re.compile(rb'id="_x0000_s\d+"')
_BLOCKS = re.compile(rb'(<[\w:]*idmap [^>]*data=")1(")')


class _Archive(ZipFile):
    """A zip that numbers comment boxes as they are written into it."""

    _next_block = 1

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **options: Any) -> None:
        if isinstance(zinfo_or_arcname, str) and _DRAWING.fullmatch(zinfo_or_arcname):
            data = self._renumbered(data if isinstance(data, bytes) else data.encode())
        super().writestr(zinfo_or_arcname, data, *args, **options)

    def _renumbered(self, drawing: bytes) -> bytes:
        first = self._next_block
        number = first * _BLOCK

        def shape(match: re.Match[bytes]) -> bytes:
            nonlocal number
            number += 1
            return b'id="_x0000_s%d"' % number

        renumbered = _SHAPE.sub(shape, drawing)
        self._next_block = number // _BLOCK + 1
        blocks = ",".join(str(block) for block in range(first, self._next_block))
        return _BLOCKS.sub(rb"\g<1>" + blocks.encode() + rb"\g<2>", renumbered)


def save(workbook: Any, path: Path) -> None:
    """Write the workbook to `path`."""
    from openpyxl.writer.excel import ExcelWriter

    workbook.properties.modified = datetime.now(UTC).replace(tzinfo=None)
    with _Archive(path, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        ExcelWriter(workbook, archive).save()
