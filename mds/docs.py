"""Writes the generated pages: JSON Schema, data dictionary, indicators, data quality, rule catalogue. With --check it only
compares."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from mds.figures.table import QUESTIONS
from mds.network.chapters import CHAPTERS
from mds.network.checks import suites
from mds.network.quality.method import page as quality
from mds.services import indicators as service_indicators
from mds.services import map as service_map
from mds_schemas import codes
from mds_schemas.export import version_schemas
from mds_schemas.table import Column, Table
from mds_schemas.versions import LATEST, VERSIONS
from mds_validators import catalogue

ROOT = Path(__file__).parent.parent


def pages() -> dict[Path, str]:
    """Every generated file of the checkout and what should stand in it."""
    found = {
        Path("validators/catalogue.md"): catalogue.page(suites()),
        Path("docs/data_dictionary.md"): dictionary(),
        Path("docs/indicators.md"): indicators(),
        Path("docs/quality.md"): quality(),
    }
    for number, version in VERSIONS.items():
        for name, text in version_schemas(version).items():
            found[Path(f"schemas/json/{number}/{name}.json")] = text
    return found


def dictionary() -> str:
    """The data dictionary as Markdown: every table and field, and every code list."""
    return "\n".join(_dictionary()) + "\n"


def _dictionary() -> Iterator[str]:
    yield "# Data dictionary\n"
    yield f"Version {LATEST.number}, made by `make docs` from the models in `schemas/mds_schemas`; do not edit.\n"
    yield "**Leaves you as** is what becomes of a field on your own machine before anything is sent to the region."
    yield "**National** is what becomes of it on the way from the region to the nation."
    yield "D direct identifier, Q quasi-identifier, S sensitive, N none.\n"
    for model in LATEST:
        yield from _table(model)
    yield "## Code lists\n"
    for name in codes.names():
        listed = codes.load(name)
        yield f"### {name}\n"
        yield "| Code | Meaning |\n|---|---|"
        yield from (f"| `{code}` | {_cell(label)} |" for code, label in listed.labels.items())
        yield ""


def indicators() -> str:
    """Which question of the specification's list is answered by which function, as Markdown."""
    return "\n".join(_indicators()) + "\n"


def _indicators() -> Iterator[str]:
    text = (files("mds_schemas.reference") / "questions.csv").read_text(encoding="utf-8")
    questions = {int(row["number"]): row["question"] for row in csv.DictReader(text.splitlines())}
    shown = {
        "`mds services map`": (*service_map.PLAIN, service_map.nearest_bed),
        "`mds services indicators`": service_indicators.ALL,
        **{f"`mds report`, {chapter.title}": chapter.makers for chapter in CHAPTERS},
    }
    makers = [(command, make) for command, made in shown.items() for make in made]
    yield "# Indicators\n"
    yield "Made by `make docs` from the functions that work them out; do not edit. What is not here is not answered yet.\n"
    yield "| Question | | Function | Shown by |\n|---:|---|---|---|"
    answered = [(number, command, make) for command, make in makers for number in QUESTIONS[make]]
    for number, command, make in sorted(answered, key=lambda entry: (entry[0], entry[1], entry[2].__name__)):
        module = make.__module__.removeprefix("mds.")
        yield f"| {number} | {_cell(questions[number])} | `{module}.{make.__name__}`: {_cell(make.__doc__ or '')} | {command} |"


def _table(model: type[Table]) -> Iterator[str]:
    yield f"## {model.info.title} ({model.info.number} `{model.info.name}`)\n"
    yield f"{model.__doc__} Key: {', '.join(f'`{name}`' for name in model.info.key)}.\n"
    yield "| Field | Label | Meaning | Takes | Requirement | Id. | Leaves you as | National |"
    yield "|---|---|---|---|---|---|---|---|"
    for column in model.columns().values():
        yield "| " + " | ".join(_cell(text) for text in _row(column)) + " |"
    yield ""


def _row(column: Column) -> tuple[str, ...]:
    about = column.item
    requirement = f"{about.requirement}: when {about.condition}" if about.condition else about.requirement
    return (
        f"`{column.name}`", about.label, about.meaning, column.kind.describe(), requirement, about.identifying,
        about.region, about.national,
    )  # fmt: skip


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> int:
    """Write the pages, or with --check say which differ."""
    stale = [path for path, text in pages().items() if not _same(ROOT / path, text)]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path} is not up to date: make docs")
        return 1 if stale else 0
    for path in stale:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(pages()[path], encoding="utf-8")
        print(f"{path} written")
    return 0


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
