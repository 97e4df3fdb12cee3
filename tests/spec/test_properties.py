"""What holds for every value and every file, tried out with drawn ones (Hypothesis)."""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from homes import ON_TIME, PERIODS, drawn_return, mds, write_return
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sent import example_sheets, xlsx

from mds.duck import connect
from mds.failures import UnreadableFile
from mds.intake.pages import MOST_COLUMNS
from mds.intake.source import Source
from mds.intake.text import CsvPage
from mds.validate.columns import ColumnReader, read_texts
from mds.validate.engine import FINDING_TABLE
from mds_schemas import codes
from mds_schemas.reading import BLANK_DATES, BLANK_WORDS, Fault, ReadContext, cell_text, plain
from mds_schemas.table import Column, Table
from mds_schemas.types import Coded, CodedList, Kind, Shaped
from mds_schemas.upgrade import is_note, upgrade
from mds_schemas.versions import LATEST, VERSIONS

CONTEXT = ReadContext(latest_year=2026, numeric_codes={"50": "5E1", "512": "00512"})
COLUMNS = {
    f"{version.number} {model.info.name}.{name}": (model, column)
    for version in VERSIONS.values()
    for model in version
    for name, column in model.columns().items()
}
OF_EACH_KIND: dict[Kind, tuple[type[Table], Column]] = {
    column.kind: (model, column) for model, column in COLUMNS.values()
}
"""One field for each kind that the schemas use, with all that it is set to."""
kinds = pytest.mark.parametrize("kind", OF_EACH_KIND, ids=lambda kind: re.sub(r"\W+", "-", repr(kind))[:60])
quick = partial(settings, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

DATES = ["27/03/2025", "3/27/2025", "2025-03-27", "01/02/25", "27 Mar 2025", "Mar 3, 2025", "45000", "45000.5", "20250327",
         "27/03/2025 14:30", "2025-03-27T14:30:00Z", "31/02/2025", "01/01/1900", "29/02/2023", "3.4.2025", "2025/3/4", "0.5",
         "14:30", "2.30pm", "0930", "24:00", "12:60", "27/03/2025 25:00", "2025-03-27 00:00"]  # fmt: skip
NUMBERS = ["7.5", "7,5", "1,234", "1 234.5", "-0", "+3", "1e3", "2 hrs", "90 min", "3 kg", "0.005", "999999999", ".5", "5.",
           "9990000018", "999 000 0018", "9.99E+09", "12e99", "00012", "1.0", "0,000"]  # fmt: skip
WORDS = ["Y", "no", "true", "TRUE", "A - White British", "1 - one", "04;05", "4,5", "ZX1 1AA", "zx11aa", "ZZ99 3VZ", "8HX01",
         "5E1", "50", "X-abc", "SB001", "G71.0", "E75.2D", "0123", "1;2;3", "O'Brien", "=1+1", "#N/A", "x" * 1001, "é" * 30,
         "\u00a0", "\u200b", "a\nb", "  x  ", "𝟙", "١٢", "ß", "İ", "\0", "\ufffd"]  # fmt: skip


@cache
def texts_of(kind: Kind) -> st.SearchStrategy[str]:
    """Texts as people write them for a kind: right ones, near misses and nonsense."""
    known = [*DATES, *NUMBERS, *WORDS, *BLANK_WORDS, *BLANK_DATES, *kind.also_blank]
    ways = [st.sampled_from(sorted(known)), st.text(max_size=12), st.text("0123456789 .,:/-+eE;ABXYZabc'", max_size=14)]
    if kind.clean_pattern:
        ways.append(st.from_regex(kind.clean_pattern, fullmatch=True))
    if isinstance(kind, Shaped):
        ways.append(st.from_regex(re.compile(kind.pattern, re.ASCII), fullmatch=True))
    if isinstance(kind, Coded | CodedList):
        listed = codes.load(kind.list_name)
        one = st.sampled_from(sorted({*listed.labels, *listed.labels.values(), *listed.words}))
        ways += [one, st.builds("{}{}{}".format, one, st.sampled_from([";", " - ", ",", " ", "/", "("]), one)]
    days = st.dates(date(1890, 1, 1), date(2160, 1, 1))
    ways.append(
        st.builds(lambda day, form: day.strftime(form), days, st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%y"]))
    )
    decorated = st.builds(
        "{}{}{}".format, st.sampled_from(["", " ", "'", "\u00a0"]), st.one_of(ways), st.sampled_from(["", " ", "."])
    )
    return st.one_of(*ways, decorated).filter(lambda text: text.encode("utf-8", "replace").decode() == text)  # fmt: skip


def one_column(model: type[Table], column: Column) -> type[Table]:
    """A table of just one field, so that a row of it is right or wrong for this field's sake."""
    from pydantic import create_model

    info = model.model_fields[column.name]
    made = create_model(model.__name__, __base__=Table, **{column.name: (info.rebuild_annotation(), info)})  # type: ignore[call-overload]
    made.info = model.info
    return made  # type: ignore[no-any-return]


def by_row(model: type[Table], column: Column, texts: list[str]) -> list[tuple[Any, str]]:
    """Value and kind of fault of each text, as the model says of it alone."""
    context = column.kind.survey(list(dict.fromkeys(filter(None, texts))), replace(CONTEXT, notes=set()))
    found: list[tuple[Any, str]] = []
    for text in texts:
        try:
            row = model.model_validate({column.name: text}, context=context)
            found.append((getattr(row, column.name), ""))
        except ValidationError as error:
            found.append((None, error.errors(include_input=False)[0]["type"]))
    return found


@kinds
@quick(max_examples=3)
@given(st.data())
def test_reading_a_column_gives_what_reading_its_rows_gives(kind: Kind, data: st.DataObject) -> None:
    """Of values, through the working database, and of faults."""
    whole, column = OF_EACH_KIND[kind]
    model = one_column(whole, column)
    texts = data.draw(st.lists(texts_of(kind), min_size=1, max_size=30))
    expected = by_row(model, column, texts)

    distinct = [text for text in dict.fromkeys(texts) if text]
    faults = dict(read_texts(column, distinct, replace(CONTEXT, notes=set())).outcomes)
    told = {text: fault for text, (_, fault) in zip(texts, expected, strict=True) if text and fault}
    assert {text: faults.get(text) for text in told} == told

    connection = connect(threads=1)
    try:
        connection.execute(FINDING_TABLE)
        connection.execute("CREATE TABLE raw_0 (line BIGINT, c0 VARCHAR)")
        connection.executemany("INSERT INTO raw_0 VALUES (?, ?)", [[n, text or None] for n, text in enumerate(texts)])
        ColumnReader(connection, model, CONTEXT).build(
            [(0, Source(model.info.name, "x", "raw_0", {column.name: 0}, 0))]
        )
        rows = connection.execute(f"SELECT {column.name} FROM all_{model.info.name} ORDER BY row_id").fetchall()
    finally:
        connection.close()
    values = [tuple(value) if isinstance(value, list) else value for (value,) in rows]
    assert values == [value for value, _ in expected]


@pytest.mark.parametrize("kind", [kind for kind in OF_EACH_KIND if kind.clean_pattern], ids=repr)
@quick(max_examples=60)
@given(st.data())
def test_what_looks_clean_is_read_as_it_stands(kind: Kind, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(kind.clean_pattern, re.ASCII), fullmatch=True))
    context = replace(CONTEXT, notes=set())
    assert plain(text) == text
    assert not kind.is_blank(text)
    assert kind.read(text, context) == text
    assert not context.notes


@pytest.mark.parametrize("kind", [kind for kind in OF_EACH_KIND if kind.clean_values], ids=repr)
def test_codes_are_read_as_they_stand(kind: Kind) -> None:
    for code in kind.clean_values:
        context = replace(CONTEXT, notes=set())
        assert not kind.is_blank(code)
        assert kind.read(code, context) in (code, (code,))
        assert not context.notes


@kinds
@quick(max_examples=15)
@given(st.data())
def test_a_value_that_is_written_out_is_read_as_itself(kind: Kind, data: st.DataObject) -> None:
    def read(text: str) -> Any:
        told = plain(text)
        return None if kind.is_blank(told) else kind.read(told, replace(CONTEXT, notes=set()))

    try:
        value = read(data.draw(texts_of(kind)))
    except Fault:
        return
    if value is not None:
        assert read(cell_text(value)) == value


CELLS = st.text(st.sampled_from("ab,\"\n\r;'é #\t0"), max_size=5)


@st.composite
def csv_files(draw: st.DrawFn) -> bytes:
    """CSV files in every dress: quotes, line breaks in cells, blank lines, ragged rows, either end of line."""
    width = draw(st.integers(1, 4))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    plain_cells = st.text(st.sampled_from("abé #0'"), max_size=5)
    cells = draw(st.sampled_from([plain_cells, CELLS]))
    ragged = draw(st.booleans())
    lines = [",".join(f"h{n}" for n in range(width))]
    for _ in range(draw(st.integers(0, 6))):
        row = draw(st.lists(cells, min_size=0 if ragged else width, max_size=width + ragged))
        stream = io.StringIO()
        quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        csv.writer(stream, lineterminator="", quoting=quoting).writerow(row)
        lines.append(stream.getvalue() if draw(st.integers(0, 9)) else ",".join(row))
    if draw(st.booleans()):
        lines.insert(
            draw(st.integers(1, len(lines))), draw(st.sampled_from(["", ",", " ", '""', '"', ",,,,,", '"a"b,c']))
        )
    return (end.join(lines) + draw(st.sampled_from(["", end, end + end]))).encode()


def loaded(page: CsvPage, width: int) -> list[tuple[Any, ...]] | str:
    """The numbered rows of a file, or what is said of it when it cannot be read."""
    connection = connect(threads=1)
    try:
        line, where = page.load(connection, "raw_0", 0, width)
        cells = ", ".join(f"c{position}" for position in range(width))
        return connection.execute(f"SELECT {line}, {cells} FROM raw_0 AS raw WHERE {where} ORDER BY 1").fetchall()
    except UnreadableFile as failure:
        return str(failure)
    finally:
        connection.close()


@quick(max_examples=50)
@given(csv_files())
@example(b'h0,h1\n"a\nb",c\nd,e\n')
@example(b"h0,h1\na,b,c\nd\n")
@example(b'h0\n""\na\n')
@example(b'h0,h1\r\n"a""b",c\r\n\r\n')
@example(b'h0,h1\na"b,c"\nd,e')
@example(b"h0\n\na\n")
def test_the_quick_and_the_thorough_way_of_reading_csv_agree(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "child.csv"
        path.write_bytes(content)
        quickly = CsvPage("child", partial(path.open, "rb"), path)
        thoroughly = CsvPage("child", partial(path.open, "rb"))
        try:
            width = max(map(len, quickly.preview()))
        except UnreadableFile:
            width = 1
        assert 0 < width <= MOST_COLUMNS
        assert loaded(quickly, width) == loaded(thoroughly, width)


PLANTED = "Zqxjkvb"
"""Stands in the name of a child, and must never be shown."""
ENDS = {0, 1, 3, 10, 11}


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A small return that is right, as CSV files and as a workbook."""
    folder = tmp_path_factory.mktemp("right")
    planted = {"given_name": PLANTED, "local_patient_id": f"{PLANTED}1"}
    rows = {**drawn_return({"child": planted})}
    start, end = PERIODS["Q2"]
    header = {"rp_start": start, "rp_end": end, "reference_date": end, "created_at": f"{end} 17:00"}
    sheets = example_sheets(header=header, child=planted)
    few = {"header": rows["header"], "child": rows["child"]}
    return {
        "csv": write_return(folder / "csv", few),
        "xlsx": xlsx(folder / "return.xlsx", {name: sheets[name] for name in list(sheets)[:2]}),
    }


def damaged(content: bytes, changes: list[tuple[float, int]]) -> bytes:
    changed = bytearray(content)
    for place, byte in changes:
        changed[int(place * (len(changed) - 1))] = byte
    return bytes(changed)


@contextmanager
def copy_of(path: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        (shutil.copytree if path.is_dir() else shutil.copy)(path, copy)
        yield copy


def ends_well(path: Path) -> None:
    said = mds("check", path, "--received-on", ON_TIME)
    assert said.code in ENDS, said
    assert PLANTED.lower() not in (said.out + said.err).lower()


CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8)


@quick(max_examples=4)
@given(name=st.sampled_from(["header.csv", "child.csv"]), changes=CHANGES)
def test_a_damaged_csv_file_ends_in_a_known_way(
    right: dict[str, Path], name: str, changes: list[tuple[float, int]]
) -> None:
    with copy_of(right["csv"]) as copy:
        (copy / name).write_bytes(damaged((copy / name).read_bytes(), changes))
        ends_well(copy)


@quick(max_examples=4)
@given(changes=CHANGES)
def test_a_damaged_workbook_ends_in_a_known_way(right: dict[str, Path], changes: list[tuple[float, int]]) -> None:
    with copy_of(right["xlsx"]) as copy:
        copy.write_bytes(damaged(copy.read_bytes(), changes))
        ends_well(copy)


@quick(max_examples=5)
@given(data=st.data(), changes=CHANGES)
def test_a_workbook_with_a_damaged_part_ends_in_a_known_way(
    right: dict[str, Path], data: st.DataObject, changes: list[tuple[float, int]]
) -> None:
    with copy_of(right["xlsx"]) as copy:
        with zipfile.ZipFile(copy) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        name = data.draw(st.sampled_from(sorted(members)))
        members[name] = damaged(members[name], changes)
        with zipfile.ZipFile(copy, "w") as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        ends_well(copy)


OLD = VERSIONS["1.0"]


def values_of(column: Column) -> st.SearchStrategy[Any]:
    """Values that the model of the old version takes, blank where it may be."""
    kind = column.kind
    example_value = (
        kind.read(plain(column.item.example), replace(CONTEXT, notes=set())) if column.item.example else None
    )
    ways = [st.just(example_value)]
    if isinstance(kind, Coded):
        ways.append(st.sampled_from(sorted(kind.allowed())))
    if kind.sql == "DATE":
        ways.append(st.dates(date(2024, 1, 1), date(2025, 3, 31)))
    if not column.mandatory:
        ways.append(st.none())
    return st.one_of(ways)


@st.composite
def old_returns(draw: st.DrawFn) -> dict[str, dict[str, list[Any]]]:
    """The accepted rows of a version 1.0 return, as typed columns."""
    tables: dict[str, dict[str, list[Any]]] = {}
    children = [f"SB{number:03}" for number in range(draw(st.integers(0, 4)))]
    referrals = [f"RF{number:03}" for number in range(draw(st.integers(0, 4)))]
    for name, model in OLD.tables.items():
        rows = 1 if name == "header" else len(children) if name == "child" else draw(st.integers(0, 3))
        rows = len(referrals) if name == "referral" else rows
        columns: dict[str, list[Any]] = {"row_id": list(range(rows))}
        for field, column in model.columns().items():
            columns[field] = [draw(values_of(column)) for _ in range(rows)]
        if name == "child":
            columns["local_patient_id"] = children
        elif name == "phase":  # the network's, where none was sent
            columns["phase_scheme"] = ["LUTON"] * rows
        elif name == "referral":
            columns["referral_id"] = referrals
            if children:
                columns["local_patient_id"] = [draw(st.sampled_from(children)) for _ in referrals]
        tables[name] = columns
    tables["header"]["schema_version"] = ["1.0"]
    return tables


@quick(max_examples=15)
@given(old_returns())
def test_what_version_1_took_is_taken_by_version_2_once_mapped_up(tables: dict[str, dict[str, list[Any]]]) -> None:
    mapped = upgrade(tables)
    assert all(map(is_note, mapped.notes))
    for name, model in LATEST.tables.items():
        columns = mapped.tables.get(name, {})
        known = [field for field in model.columns() if field in columns]
        assert len({len(columns[field]) for field in known} | {len(columns.get("row_id", []))}) <= 1 or not known
        for number in range(len(columns.get("row_id", []))):
            row = {field: columns[field][number] for field in known}
            read = model.model_validate(row, context=replace(CONTEXT, notes=set()))
            assert {field: getattr(read, field) for field in known} == row
    assert upgrade(mapped.tables).tables == mapped.tables
