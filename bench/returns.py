"""Makes the returns of the bench: one clean provider's quarter as CSV files, as large as asked."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb

PROVIDER = "8HX01"
PROVIDERS = f"""provider_code,provider_name,provider_type,sector,network_code,open_from,open_to
{PROVIDER},Sunny Bank Hospice,CH,VOL,EE,2010-04-01,
"""


def nhs_numbers() -> Iterator[str]:
    """Valid numbers of the 9 range, none of them anyone's."""
    from mds_schemas.types import check_digit_agrees

    for stem in range(990_000_001, 1_000_000_000):
        for digit in range(10):
            if check_digit_agrees(f"{stem}{digit}"):
                yield f"{stem}{digit}"


def make(folder: Path, contacts: int = 1_000_000, children: int = 20_000) -> Path:
    """Write header, child, condition, referral, phase and contact files into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = nhs_numbers()
    (folder / "numbers.txt").write_text("\n".join(next(numbers) for _ in range(children)))
    connection = duckdb.connect()
    connection.execute(
        f"CREATE TABLE n AS SELECT column0 AS nhs, row_number() OVER () - 1 AS i FROM read_csv('{folder}/numbers.txt', header=false, all_varchar=true)"
    )
    (folder / "numbers.txt").unlink()
    for name, query in _queries(contacts, children).items():
        connection.execute(f"COPY ({query}) TO '{folder / f'{name}.csv'}' (HEADER)")
    return folder


def _queries(contacts: int, children: int) -> dict[str, str]:
    pick = "[{}][1 + (hash(i * {}) % {})::INTEGER]"

    def one_of(salt: int, *codes: str) -> str:
        return pick.format(", ".join(f"'{code}'" for code in codes), salt, len(codes))

    return {
        "header": f"""SELECT '2.0' AS schema_version, 'MDS' AS return_type, '{PROVIDER}' AS provider_code,
            'EE' AS network_code, DATE '2026-04-01' AS rp_start, DATE '2026-06-30' AS rp_end, 'T' AS live_or_test,
            'ISA-1' AS sharing_agreement_ref""",
        "child": f"""SELECT 'SB' || lpad(i::VARCHAR, 6, '0') AS local_patient_id, nhs AS nhs_number,
            '01' AS nhs_number_status, DATE '2013-01-02' + ((i * 7919) % 4300)::INTEGER AS person_birth_date,
            {one_of(3, "1", "2")} AS sex, {one_of(5, "WBRI", "APAK", "AIND", "BAFR", "WOTH")} AS ethnic_category,
            'ZX1 ' || (i % 9 + 1) || 'AA' AS postcode, 'Y' AS key_worker, 'A' AS caseload_status,
            'N' AS interpreter_needed FROM n""",
        "condition": f"""SELECT 'SB' || lpad(i::VARCHAR, 6, '0') AS local_patient_id, 1 AS condition_seq, 'Y' AS is_primary,
            {one_of(7, "2", "3", "4")} AS act_category, {one_of(11, "G71.2", "E72.0", "Q91.0", "G12.0")} AS icd10_code,
            'C' AS certainty, 'LL' AS ll_or_lt, 'N' AS remission FROM n""",
        "referral": """SELECT 'RF' || lpad(i::VARCHAR, 6, '0') AS referral_id,
            'SB' || lpad(i::VARCHAR, 6, '0') AS local_patient_id, 'S1' AS service_id, DATE '2025-05-06' AS referral_date,
            '02' AS referral_source, '01' AS referral_reasons, 'R' AS urgency, 'A' AS referral_outcome,
            DATE '2025-05-08' AS outcome_date, DATE '2025-05-12' AS episode_start, 'Y' AS lead_service,
            'QHG' AS commissioner_code, 'ICB' AS funder FROM n""",
        "phase": """SELECT 'RF' || lpad(i::VARCHAR, 6, '0') AS referral_id, DATE '2026-06-10' AS phase_date,
            'LUTON' AS phase_scheme, 'blue' AS phase_submitted, 'Y' AS mdt_review FROM n""",
        "contact": f"""SELECT 'CT' || lpad(i::VARCHAR, 8, '0') AS contact_id,
            'RF' || lpad((hash(i) % {children})::VARCHAR, 6, '0') AS referral_id,
            DATE '2026-04-07' + (hash(i * 3) % 4)::INTEGER + 7 * (hash(i * 4) % 11)::INTEGER AS contact_date,
            printf('%02d:%02d', 8 + (hash(i * 7) % 10)::INTEGER, (hash(i * 11) % 60)::INTEGER) AS contact_time,
            {one_of(13, "01", "02", "05", "07", "08")} AS contact_type, {one_of(17, "C", "P")} AS subject,
            {one_of(19, "01", "02")} AS mechanism, {one_of(23, "HM", "HO", "SC")} AS location, '5' AS attendance,
            5 + hash(i * 31) % 85 AS duration_min, {one_of(37, "NCN", "NHO", "NCS")} AS staff_group,
            1 + hash(i * 41) % 3 AS staff_count, 'N' AS out_of_hours, 'Y' AS parent_present
            FROM range({contacts}) AS r(i)""",
    }


def rows(folder: Path) -> dict[str, int]:
    """Rows of each file, without its heading."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="") as stream:
            found[path.stem] = sum(1 for _ in csv.reader(stream)) - 1
    return found


def as_workbook(folder: Path, out: Path) -> Path:
    """The same rows as one workbook, a sheet a file. Numbers and dates are true cells, as a spreadsheet makes them."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    titles = {
        "header": "Header",
        "child": "Children",
        "condition": "Conditions",
        "referral": "Referrals",
        "phase": "Phases",
        "contact": "Contacts",
    }
    for path in sorted(folder.glob("*.csv")):
        sheet = book.create_sheet(titles[path.stem])
        with path.open(newline="") as stream:
            for row in csv.reader(stream):
                sheet.append(
                    [
                        int(cell) if cell.isdigit() and len(cell) < 3 and not cell.startswith("0") else cell
                        for cell in row
                    ]
                )
    book.save(out)
    return out
