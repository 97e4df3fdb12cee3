"""The reports themselves: of a network on a period, and back to one of its providers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from mds.figures.sharing import NOTE as SHARED
from mds.figures.sharing import for_sharing, in_words, roughened
from mds.figures.table import FigureTable
from mds.network import benchmark, findings, quality, returns
from mds.network.chapters import CHAPTERS, Asked, made, standing_out
from mds.network.checks import run_checks
from mds.network.page import Part, Words
from mds.network.prepare import prepare
from mds.network.quality.marks import FORMULA, standing
from mds.network.receipts import prepare_receipts
from mds.reports.wording import counted, number

Tell = Callable[[str], None]
"""Says how far the work is."""
_EXACT = "Exact figures, small ones too: this report is for the analyst's own machine and is not to be passed on."


@dataclass(frozen=True)
class Report:
    """A report that is made: its parts, the words around them, and whether a check of error severity failed."""

    parts: list[Part]
    words: Words
    failed: bool = False


def network_report(asked: Asked, rp_start: date, tell: Tell) -> Report:
    """All chapters on a period."""
    steps = 1 + len(CHAPTERS)
    _prepare(asked, rp_start)
    found = standing(asked.connection)
    tell(f"1 of {steps}: the checks of the merged data")
    checked = replace(asked, outcomes=tuple(run_checks(asked.connection, asked.home, lambda suite: tell(f"  {suite}"))))
    parts = []
    for step, chapter in enumerate(CHAPTERS, 2):
        tell(f"{step} of {steps}: {chapter.title}")
        parts.append(made(chapter, checked, found))
    errors = sum(one.check.severity == "error" and not one.passed for one in checked.outcomes)
    return Report([standing_out(parts), *parts], _network_words(checked, errors), errors > 0)


def _prepare(asked: Asked, rp_start: date, provider: str = "") -> None:
    prepare(asked.connection, asked.home, rp_start, provider)
    prepare_receipts(asked.connection)
    quality.prepare_quality(asked.connection, asked.home)


def _summary(asked: Asked, errors: int) -> list[str]:
    """The report in three lines."""
    due, sent, children = asked.connection.execute(
        """
        SELECT (SELECT count(*) FROM commissioned), (SELECT count(*) FROM commissioned WHERE provider_code IN (
            SELECT provider_code FROM counted JOIN period USING (rp_start))), (SELECT count(*) FROM caseload)
        """
    ).fetchall()[0]
    told = number(children) if asked.exact else in_words(children)
    warnings = sum(not one.passed for one in asked.outcomes) - errors
    lines = [
        f"{sent} of {counted(due, 'provider')} sent a return about children that counts.",
        f"{told} children were on a caseload at the census date, each counted once.",
        f"{counted(errors, 'check')} of the merged data failed with an error and {counted(warnings, 'check')} with a warning, of "
        f"{len(asked.outcomes)}.",
    ]
    return [line[:1].upper() + line[1:] for line in lines]


def _network_words(asked: Asked, errors: int) -> Words:
    exact = asked.exact
    return Words(
        "The network's report",
        "Which returns came, how good they are, and what they say of the children of the network.",
        _summary(asked, errors), f"{_EXACT if exact else SHARED} Quality: {FORMULA}",
        "For the network only: not for publication.",
    )  # fmt: skip


def provider_report(asked: Asked, rp_start: date, provider: str, tell: Tell) -> Report:
    """What a provider gets back: what became of its returns, and its own figures beside the network's."""
    compared = [chapter for chapter in CHAPTERS if chapter.about_children and chapter.compared]
    tell("1 of 2: the network")
    _prepare(asked, rp_start)
    own_returns = _own(asked, provider)
    networks = [chapter.tables(asked) for chapter in compared]
    tell("2 of 2: the provider")
    _prepare(asked, rp_start, provider)
    owns = [chapter.tables(asked) for chapter in compared]
    parts = [
        Part(chapter.name, chapter.title, chapter.intro, tables)
        for chapter, own, network in zip(compared, owns, networks, strict=True)
        if (tables := _beside(own, network))
    ]
    return Report([*own_returns, *parts], _provider_words(provider))


def _beside(own: list[FigureTable], network: list[FigureTable]) -> list[FigureTable]:
    pairs = zip(own, network, strict=True)
    return [table for pair in pairs if (table := benchmark.beside(*pair))]


def _own(asked: Asked, provider: str) -> list[Part]:
    """The chapters that are the provider's own: its lines of the tables of all providers, which hide nothing from it."""
    own: tuple[tuple[str, str, str, tuple[Callable[..., FigureTable], ...]], ...] = (
        ("came", "Your returns", "What came for the period and how it was received.", returns.ALL),
        ("findings", "Findings in your returns", "What the rules found, where, and what became of it.",
         (*findings.ALL, findings.places)),
        ("quality", "The quality of your data", "By dimension and field, beside the network's median.", quality.ALL),
    )  # fmt: skip
    return [
        Part(name, title, intro, [_lines_of(make(asked.connection), provider) for make in makers])
        for name, title, intro, makers in own
    ]


def _lines_of(table: FigureTable, provider: str) -> FigureTable:
    """The provider's lines, which hide nothing from it but what tells of another one; a table of the network as others see it."""
    if "provider_code" not in table.columns:
        return for_sharing(table)
    places = table.column("provider_code")
    own = replace(table, rows=[row for row, code in zip(table.rows, places, strict=True) if code == provider])
    return roughened(own)


def _provider_words(provider: str) -> Words:
    return Words(
        f"Your figures beside the network's: {provider}",
        "What became of your returns, what they say of the children in your care, and how that compares.",
        (), benchmark.NOTE, f"For {provider} only: it holds your exact figures.",
    )  # fmt: skip
