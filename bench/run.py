"""Speed and memory, measured side by side in one run and printed as ratios. Not timed tests: read, do not assert.

Every figure is a fresh process, the median of three rounds that alternate with the baseline. What it compares with is
installed into an environment of its own (bench/.venv).
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import returns  # noqa: E402
import stores  # noqa: E402

WORK = HERE / "work"
MDS = [str(Path(sys.executable).parent / "mds")]
DAY = ["--received-on", "2026-07-06"]


@dataclass(frozen=True)
class Measured:
    """Wall seconds, processor seconds and peak memory in MB of one command."""

    wall: float
    cpu: float
    memory: float


def measure(command: list[str], expected: tuple[int, ...] = (0,)) -> Measured:
    """Run a command in a fresh process. Raises RuntimeError when it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=WORK)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in expected:
        raise RuntimeError(f"{' '.join(command)} ended with {code}: {said.decode()[-400:]}")
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def median(rounds: list[Measured]) -> Measured:
    return Measured(*(statistics.median(getattr(one, name) for one in rounds) for name in ("wall", "cpu", "memory")))


def alternate(
    first: list[str], second: list[str], rounds: int, before: object = None, expected: tuple[int, ...] = (0,)
) -> tuple[Measured, Measured]:
    """Medians of two commands run in turn, so that a slower moment of the machine meets both."""
    pairs = []
    for _ in range(rounds):
        if callable(before):
            before()
        pairs.append((measure(first, expected), measure(second, expected)))
    return median([pair[0] for pair in pairs]), median([pair[1] for pair in pairs])


LOAD = "import duckdb,sys,glob\nc=duckdb.connect()\nfor i,f in enumerate(sorted(glob.glob(sys.argv[1]+'/*.csv'))): c.execute(f\"CREATE TABLE t{i} AS SELECT * FROM read_csv('{f}', all_varchar=true)\")"
CALAMINE = "import python_calamine,sys\nfor r in python_calamine.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_name('Contacts').iter_rows(): pass"


def row(name: str, measured: Measured, base: Measured, target: str = "") -> None:
    print(
        f"| {name:<58} | {measured.wall:7.2f} s | {measured.memory:6.0f} MB | {measured.wall / base.wall:6.1f} x | {target:<22} |",
        flush=True,
    )


def heading(text: str) -> None:
    print(f"\n{text}\n\n| what | wall | peak | against the baseline | aim |\n|---|---:|---:|---:|---|", flush=True)


def fresh_home(name: str) -> None:
    shutil.rmtree(WORK / name, ignore_errors=True)
    shutil.copytree(WORK / "home", WORK / name)


def imports() -> None:
    """`mds --help` and `mds rules` must not import what only other commands need."""
    for arguments in (["--help"], ["rules", "CP101040"]):
        script = (
            "import sys\nfrom mds.main import app\n"
            f"try: app({arguments!r})\nexcept SystemExit: pass\n"
            "print([m for m in ('pandas','sqlalchemy','great_expectations','duckdb','openpyxl') if sys.modules.get(m)], file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        print(
            f"mds {' '.join(arguments)}: imports of {done.stderr.strip() or '[]'} (of pandas, sqlalchemy, great_expectations, duckdb, openpyxl)"
        )
    help_, nothing = alternate([*MDS, "--help"], [sys.executable, "-c", "pass"], 3)
    print(f"mds --help: {help_.wall:.2f} s, an empty Python {nothing.wall:.2f} s")


def million(contacts: int, rounds: int) -> None:
    folder = returns.make(WORK / f"contacts-{contacts}", contacts)
    submit, load = alternate(
        [*MDS, "submit", str(folder), "--home", "run", *DAY], [sys.executable, "-c", LOAD, str(folder)], rounds,
        before=lambda: fresh_home("run"),
    )  # fmt: skip
    heading(f"{contacts:,} contacts with 20,000 children as CSV, start-up included")
    row("DuckDB loads the same files as text", load, load)
    row("mds submit into the encrypted store", submit, load, "at most 8 x, aim 4 x; 2 GB")
    check, _ = alternate([*MDS, "check", str(folder), *DAY], [sys.executable, "-c", "pass"], rounds)
    row("mds check", check, load)


def workbook(rows: int, rounds: int) -> None:
    folder = returns.make(WORK / f"workbook-{rows}", rows, children=4_000)
    file = returns.as_workbook(folder, WORK / f"contacts-{rows}.xlsx")
    xlsx, parse = alternate([*MDS, "check", str(file), *DAY], [sys.executable, "-c", CALAMINE, str(file)], rounds)
    csv, _ = alternate([*MDS, "check", str(folder), *DAY], [sys.executable, "-c", "pass"], rounds)
    allowed = 1.5 * parse.wall + csv.wall
    heading(f"A workbook of {rows:,} rows")
    row("python-calamine parses the sheet", parse, parse)
    row("mds check of the same rows as CSV", csv, parse)
    row("mds check of the workbook", xlsx, parse, f"at most {allowed / parse.wall:.1f} x")


def report(contacts: int, rounds: int) -> None:
    """`mds report` on a large store, and on one of a tenth of the size."""

    def command(size: int) -> list[str]:
        home = stores.many(WORK, size, size // 50)
        return [*MDS, "report", "--home", str(home), "--period", stores.PERIOD, "-o", f"report-{size}"]

    large, small = alternate(command(contacts), command(contacts // 10), rounds, expected=(0, 1))
    heading(f"The network's report on {contacts:,} contacts and {contacts // 50:,} children")
    row("mds report, a tenth of the store", small, small)
    row("mds report", large, small, "60 s, 4 GB; at most 10 x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--store-contacts", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-others", action="store_true", help="leave out the comparison with other tools")
    given = parser.parse_args()
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    (WORK / "providers.csv").write_text(returns.PROVIDERS)
    measure([*MDS, "init", "home", "--network", "EE", "--providers", "providers.csv", "--test"])
    imports()
    million(given.contacts, given.rounds)
    workbook(given.rows, given.rounds)
    report(given.store_contacts, given.rounds)
    if not given.without_others:
        import others

        others.compare(WORK, given.rows, given.rounds)
    print(f"\nPeak of this process itself: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
