"""Writes the public directory: a static site that works from a folder, with its list as CSV and Open Referral UK."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mds.failures import UsageFailure
from mds.figures.csv_text import csv_text
from mds.reports.html import environment, inline_script
from mds.services.directory import Entry, in_words, public_columns
from mds.services.open_referral import as_document
from mds.services.week import DAYS
from mds.writing import write_whole, writing

if TYPE_CHECKING:
    from datetime import date

MARK = ".mds-directory"
"""Stands in a folder that this program filled, so that it may be written anew."""


def write_site(folder: Path, found: list[Entry], as_of: date, *, network: str, test_data: bool) -> list[Path]:
    """Write every page and file of the directory into `folder`; what an earlier edition left there goes.

    Raises UsageFailure for a folder that holds something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise UsageFailure("There is something else in that folder. Name a new one, or the one of an earlier edition.")
    contents = dict(_contents(found, as_of, network, test_data))
    with writing("The directory"):
        (folder / "services").mkdir(parents=True, exist_ok=True)
        (folder / MARK).touch()
        for left in (folder / "services").glob("*.html"):
            if f"services/{left.name}" not in contents:
                left.unlink()
        for name, text in contents.items():
            write_whole(folder / name, text.encode("utf-8"))
    return [folder / name for name in contents]


def _contents(found: list[Entry], as_of: date, network: str, test_data: bool) -> Iterator[tuple[str, str]]:
    """Name → text of every file."""
    made = environment()
    common = {"network": network, "test_data": test_data}
    script, policy = inline_script("directory.js")
    areas = {code: name for entry in found for code, name in entry.areas.items()}
    yield "index.html", made.get_template("directory.html").render(
        entries=found, as_of=as_of, organisations=len({entry.provider_code for entry in found}), days=DAYS,
        needs={entry.service["service_function"]: entry.need for entry in found},
        areas=dict(sorted(areas.items(), key=lambda area: area[1])), cover=_cover_in_words,
        script=script, script_hash=policy, **common,
    )  # fmt: skip
    page = made.get_template("directory_entry.html")
    for entry in found:
        yield f"services/{entry.slug}.html", page.render(
            entry=entry, days=DAYS,
            words=lambda field, entry=entry: in_words("service", field, entry.service[field]),
            about=lambda field, entry=entry: in_words("organisation", field, entry.organisation[field]),
            cover=_cover_in_words, **common,
        )  # fmt: skip
    yield "services.csv", _csv(found)
    document = as_document(found) | ({"test_data": True} if test_data else {})
    yield "services.json", json.dumps(document, indent=1, default=str, ensure_ascii=False) + "\n"


_FOR_WHOM = {"ALL": "for everyone it serves", "EOL": "only at the end of life", "CRI": "only in a crisis at home"}
"""The scopes of cover as a family would say them."""


def _cover_in_words(field: str, code: str) -> str:
    return _FOR_WHOM[code] if field == "cover_scope" else in_words("cover", field, code)


def _csv(found: list[Entry]) -> str:
    """One row a service: the codes as they were sent, by ; where there are several."""
    columns = [("organisation", name) for name in public_columns("organisation")]
    columns += [("service", name) for name in public_columns("service")]
    headings = ["provider_code", *(name for _, name in columns), "cover", "stale"]
    return csv_text(
        headings,
        [
            [entry.provider_code, *(getattr(entry, table)[name] for table, name in columns),
             "; ".join(f"{line.day_type} {line.mode} {line.cover_scope} {line.times}" for line in entry.lines),
             "Y" if entry.is_stale else "N"]
            for entry in found
        ],
    )  # fmt: skip
