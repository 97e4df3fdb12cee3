"""Writes an OpenDocument workbook: the four files that a spreadsheet program asks for, and no styles."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from mds_schemas.reading import cell_text

_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "manifest")
)
_MANIFEST = (
    f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest {_NAMES}>'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_KIND}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def write_ods(path: Path, sheets: Iterable[tuple[str, Sequence[Sequence[object]]]]) -> None:
    tables = "".join(
        f"<table:table table:name={quoteattr(title)}>{''.join(map(_row, rows))}</table:table>" for title, rows in sheets
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES} office:version="1.2">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    parts = {"mimetype": _KIND, "content.xml": content, "META-INF/manifest.xml": _MANIFEST}
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)


def _row(row: Sequence[object]) -> str:
    return f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>"


def _cell(value: object) -> str:
    text = cell_text(value)
    if not text:
        return "<table:table-cell/>"
    match value:
        case datetime():
            kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
        case date():
            kind = f'office:value-type="date" office:date-value="{text}"'
        case time():
            kind = f'office:value-type="time" office:time-value="PT{value.hour:02d}H{value.minute:02d}M00S"'
        case int() | float():
            kind = f'office:value-type="float" office:value="{text}"'
        case _:
            kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(text)}</text:p></table:table-cell>"
