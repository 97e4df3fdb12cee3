"""A child with unmistakable values in every field that tells who it is leaves no trace outside its provider's own files
(privacy design, section d)."""

from __future__ import annotations

import csv
import os
import re
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

import canaries
import pytest
from homes import HOSPICE, ON_TIME, Region, Said, drawn_return, mds, new_provider
from national import PERIOD, nation_of

from mds.home import load_home
from mds.national.collect import collected, kept
from mds.submission import Asked, submitted
from mds_schemas.types import Postcode, check_digit_agrees


def _said_nothing(*said: Said) -> None:
    for one in said:
        assert not canaries.found_in((one.out + one.err).encode())


def _expect_clean(region: Region, *others: Path) -> None:
    """No byte of any file but the sender's own, and no cell of the decrypted store."""
    homes = [path for path in region.path.parent.iterdir() if path != region.desk and path.is_dir()]
    assert not canaries.found_in_files([*homes, *others])
    for table, column, text in region.cells():
        found = canaries.found_in(text.encode()) | ({canaries.SCHOOL} if text == canaries.SCHOOL else set())
        assert not found, f"{table}.{column}: {found}"


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    """A search that finds nothing proves nothing until it has found something."""
    import base64
    import hashlib

    for value in (canaries.STEM, canaries.NHS_NUMBER, canaries.BORN, canaries.POSTCODE):
        digest = hashlib.sha256(value.encode())
        shapes = [value.encode(), value[::-1].encode(), value.swapcase().encode(), value.encode("utf-16-be"),
                  value.encode().hex().encode(), base64.b64encode(b"x" + value.encode() + b"yz")]  # fmt: skip
        for shape in shapes:
            (tmp_path / "file.bin").write_bytes(os.urandom(1000) + shape + os.urandom(1000))
            assert canaries.found_in_files([tmp_path]), shape
        if value != canaries.STEM:
            assert canaries.found_in(b"..." + digest.digest() + b"...")
            assert canaries.found_in(digest.hexdigest().upper().encode())


def test_nothing_is_left_of_a_child_after_everything_was_done_with_its_return(region: Region) -> None:
    hospice = new_provider(region, HOSPICE)
    file = region.file(canaries.case())
    answers = region.answers(f"CP301080Q,{canaries.STEM}-CT1,{canaries.STEM} was there all day")
    page, package = region.path.parent / "page", region.path.parent / "package"
    page.mkdir()
    package.mkdir()
    about = ("--home", region.path, "--received-on", ON_TIME)

    checked = [mds("check", file, *about, *words) for words in ((), ("--json",), ("--report", page / "checked.html"))]
    sent = region.send(file, "--json", "--answers", answers, "--report", page / "sent.html")
    again = region.send(region.file(canaries.case() | {"contact": []}))
    packed = mds("submit", file, "--home", hospice, "--received-on", ON_TIME, "--pack", package / "return.mdsp")
    received = mds("receive", package / "return.mdsp", *about)
    (receipt,) = {path for path in (region.path / "receipts").iterdir() if sent.json["receipt_id"] in path.name}
    status = [mds("status", *about, *words) for words in ((), ("--json",), ("--verify", receipt, "--file", file))]
    doctor = mds("doctor", "--home", region.path)

    # The row of the phase is rejected, and is to leave no more trace than the others.
    assert {said.code for said in (*checked, sent, again, packed, received)} == {1}, sent.out
    assert [said.code for said in status] == [0] * 3, received.err
    assert region.receipt(sent)["answered"] >= 1
    assert region.count("child") == 3
    _said_nothing(*checked, sent, again, packed, received, *status, doctor)
    _expect_clean(region, *region.desk.glob("*.mdsk"))


def test_nothing_of_a_child_is_in_what_the_network_and_the_nation_make_of_its_return(region: Region) -> None:
    """Reports, the services' tables and directory, the extract sealed and opened, and all that the nation keeps."""
    services = {"organisation": {}, "service": {}, "cover": {}, "workforce": {}, "user_experience": {}}
    sent = region.send(region.file(canaries.case() | services, return_type="ALL"))
    assert sent.code == 1, sent.out
    nation = nation_of(region, region.path.parent)
    made, of = region.path.parent / "made", ("--home", region.path, "--period", PERIOD)
    made.mkdir()
    said = [
        mds("report", *of, "--received-on", ON_TIME, "--exact", "-o", made / "report"),
        mds("report", *of, "--received-on", ON_TIME, "--provider", HOSPICE, "-o", made / "provider"),
        mds("services", "map", *of, "--html", made / "map.html", "--csv", made / "map"),
        mds("services", "indicators", *of, "--exact", "--html", made / "indicators.html", "--csv", made / "indicators"),
        mds(
            "services",
            "followup",
            *of,
            "--exact",
            "--html",
            made / "followup.html",
            "--workbook",
            made / "followup.xlsx",
        ),
        mds("services", "directory", *of, "-o", made / "directory"),
        nation.extract("--json"),
        nation.collect(nation.file),
    ]
    assert [one.code for one in said] == [0] * 8, [one.err for one in said]
    _said_nothing(*said)
    _expect_clean(region, nation.folder, nation.path)
    (one,) = collected(load_home(nation.path))
    for name, table in kept(load_home(nation.path), one).tables.items():
        assert not canaries.found_in(str(table.to_pydict()).encode()), name


def test_a_childs_name_on_a_sheet_or_over_a_column_stays_with_the_sender(region: Region) -> None:
    """Its own report tells the sender of its sheets by their names; the region hears of them by those of the template."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    rows = drawn_return(canaries.case())
    for table, drawn in rows.items():
        if not drawn:
            continue
        title = {"child": f"Children ({canaries.STEM})", "contact": f"Contacts [{canaries.STEM}]"}.get(table, table)
        sheet = book.create_sheet(title.replace("[", "(").replace("]", ")"))
        names = list(dict.fromkeys(name for row in drawn for name in row))
        sheet.append([*names, f"{canaries.STEM} notes"])
        for row in drawn:
            sheet.append([row.get(name, "") for name in names])
    workbook = region.desk / "return.xlsx"
    book.save(workbook)
    package = region.path.parent / "package"
    package.mkdir()

    packed = region.send(workbook, "--pack", package / "return.mdsp")
    received = mds("receive", package / "return.mdsp", "--home", region.path)

    assert (packed.code, received.code) == (1, 1), packed.err
    assert region.ask("SELECT count(*) FROM finding WHERE code = 'CP000095Q'")[0][0] > 0
    assert {row[0] for row in region.ask("SELECT DISTINCT sheet FROM finding")} <= {
        "", "Header", "Children", "Conditions", "Registers", "Referrals", "Phases", "Contacts", "Short breaks",
        "Admissions", "Care plans", "Equipment", "Bereavement",
    }  # fmt: skip
    _said_nothing(received)
    _expect_clean(region)


def test_who_opted_out_is_told_to_nobody_but_the_provider(region: Region) -> None:
    case = canaries.case()
    case["child"][0]["national_opt_out"] = "Y"

    said = region.send(region.file(case), "--json")

    assert said.code == 1
    assert "CP101200" in {found["code"] for found in said.json["findings"]}, "the sender is told"
    assert (
        region.ask("SELECT code, tbl, row FROM finding WHERE row = 2 AND tbl IN ('child', 'referral', 'contact')") == []
    )
    assert region.ask("SELECT DISTINCT code FROM finding WHERE severity = 'record'") == []
    assert region.receipt(said)["tables"]["child"]["rejected"] == 1, "how many were withheld is told"
    assert region.count("child") == 2


# --- spill ------------------------------------------------------------------------------------------------------------

MANY = 40_000


def _big_return(region: Region) -> Path:
    """A return that does not fit into the memory it is given."""
    folder = region.file(canaries.case())
    with (folder / "contact.csv").open(encoding="utf-8") as stream:
        heading, row = csv.reader(stream)
    with (folder / "contact.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(heading)
        for number in range(MANY):
            minute = number % 1440
            own = {"contact_id": f"{canaries.STEM}-{number}", "contact_date": f"2026-05-{1 + number // 1440 % 30:02}",
                   "contact_time": f"{minute // 60:02}:{minute % 60:02}"}  # fmt: skip
            writer.writerow([own.get(name, cell) for name, cell in zip(heading, row, strict=True)])
    return folder


def test_what_does_not_fit_into_memory_is_unreadable_on_the_disk(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _big_return(region)
    monkeypatch.setenv("MDS_MEMORY_LIMIT", "64MB")
    asked = Asked(file, date.fromisoformat(ON_TIME))

    with submitted(asked, region.home) as (result, outcome):
        spilled = [path for path in (region.path / "spill").rglob("*") if path.is_file() and path.stat().st_size]
        assert sum(path.stat().st_size for path in spilled) > 1 << 20, "the working database spills at this moment"
        assert not canaries.found_in_files(spilled)
        assert result.validation.verdict == "accepted_in_part"
        assert outcome.receipt is not None

    assert region.count("contact") == MANY
    _expect_clean(region)


# --- the store as a whole -----------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,64}|[A-Za-z0-9+/]{40,}={0,2}"
)
_TEN_DIGITS = re.compile(r"(?<![0-9])[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9])")
_ID = re.compile(r"R[0-9]{8}-[0-9a-f]{10}|(?:stage[12]|receipts|provider-[A-Z0-9-]+)-[0-9a-f]{8}")


def test_no_cell_of_the_store_looks_like_an_identifier(region: Region) -> None:
    """Without the random and keyed ones, in which anything may occur by chance: tokens, handles, digests, ids, signatures."""
    case = canaries.case()
    region.send(region.file(case, period="Q1"))
    region.send(region.file(case))
    born = {row["person_birth_date"] for row in drawn_return(case)["child"]}
    postcode = re.compile(rf"\b(?:{Postcode.pattern()})\b")
    looked_at = 0
    for table, column, text in region.cells():
        told = _ID.sub("", _TOKEN.sub("", text))
        looked_at += 1
        where = f"{table}.{column}"
        assert not any(check_digit_agrees(re.sub("[ -]", "", run)) for run in _TEN_DIGITS.findall(told)), where
        assert not postcode.search(told.upper()), where
        assert not any(day in told for day in born), where
    assert looked_at > 200


# --- errors -------------------------------------------------------------------------------------------------------------

STAGES = [
    "read_return", "ColumnReader.build", "derive", "Engine.run", "mark_answered", "keep_accepted", "local_tokens",
    "match_keys", "findings_table", "manifest_of", "verify", "register", "person_tokens", "content_digest", "_store_rows",
    "link_provider", "issue", "file_receipts", "Drawer.keeping", "print_result", "write_page",
]  # fmt: skip
"""A function of every stage of a submission."""


class _Breaking:
    """Makes one function of the program fail at its first line, with an error that holds the canary."""

    def __init__(self, name: str, error: BaseException) -> None:
        self.name, self.error, self.broken = name, error, 0

    def __call__(self, frame: FrameType, event: str, argument: object) -> Any:
        code = frame.f_code
        if event == "call" and code.co_qualname == self.name and f"{os.sep}mds{os.sep}" in code.co_filename:
            self.broken += 1
            raise self.error
        return None

    def __enter__(self) -> _Breaking:
        sys.settrace(self)
        threading.settrace(self)  # the region's side of a submission runs beside the provider's
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]


def _errors() -> Iterator[BaseException]:
    import duckdb

    message = f"Could not convert string '{canaries.STEM} {canaries.NHS_NUMBER}' of {canaries.POSTCODE}"
    while True:
        yield duckdb.ConversionException(message)
        yield RuntimeError(message)
        yield KeyError(message)


def test_an_error_at_any_stage_tells_nothing_of_the_child_in_hand(region: Region) -> None:
    file = region.file(canaries.case())
    answers = region.answers(f"CP301080Q,{canaries.STEM}-CT1,{canaries.STEM}")
    page = region.path.parent / "page"
    page.mkdir()
    errors = _errors()
    for stage in STAGES:
        before = region.bytes_of_store()
        with _Breaking(stage, next(errors)) as breaking:
            said = region.send(file, "--answers", answers, "--report", page / "page.html")
        assert breaking.broken == 1, f"{stage} is not on the way of a return"
        assert said.code == 70, (stage, said.err)
        last = said.err.splitlines()[-1]
        assert last.startswith("mds: something unexpected went wrong"), last
        assert "Traceback" not in said.err
        _said_nothing(said)
        if stage in STAGES[: STAGES.index("file_receipts")]:
            assert region.bytes_of_store() == before, f"{stage} comes before anything is stored"
    assert region.send(file).code == 1
    _expect_clean(region)
