"""Rules about the file and the header (CP000…). Many are found by the intake, before there are rows."""

from __future__ import annotations

from mds_schemas.versions import VERSIONS, Part, part_of
from mds_validators.rules.rule import Case, Rule, Stage

_IN_PERIOD = "coalesce(open_to >= rp_start, true) AND coalesce(open_from <= rp_end, true)"
"""A line of the register holds on some day of the period (the names of the period are those of `ret`)."""


def _counted(table: str) -> str:
    """Rows of a table, accepted and rejected, where copies of a row count once."""
    return f"(SELECT count(*) FROM sent_{table}) - (SELECT count(*) FROM out_{table} WHERE held)"


def _rows_of(part: Part) -> str:
    """Rows sent in the tables of a part of the return, those that every version has."""
    names = [name for name, model in VERSIONS["1.0"].tables.items() if name != "header" and part_of(model) == part]
    return " + ".join(f"(SELECT count(*) FROM sent_{name})" for name in names)


def _five_children(*changes: dict[str, str]) -> Case:
    """Five children, each with a condition and a referral, of whom the first have `changes`."""
    numbers = [f"SB00{number}" for number in range(1, 6)]
    changed = [*changes, *({} for _ in numbers[len(changes) :])]
    return {
        "child": [
            {"local_patient_id": number, "nhs_number": "", "nhs_number_status": "07", **change}
            for number, change in zip(numbers, changed, strict=True)
        ],
        "condition": [{"local_patient_id": number} for number in numbers],
        "referral": [{"local_patient_id": number, "referral_id": f"RF{number[2:]}"} for number in numbers],
    }


RULES = (
    Rule(
        "CP000010",
        "file",
        Stage.FIELD,
        "header",
        "This file could not be opened. Take off any password and save it as .xlsx or .csv, then send it again.",
        "A file that is empty, locked or of another kind holds nothing that can be checked.",
        checked_by="intake",
    ),
    Rule(
        "CP000020",
        "file",
        Stage.FIELD,
        "header",
        "No table that we know was found here. Keep the column headings of the template, in one row above the data.",
        "Tables are known by their headings; without them no column can be told from another.",
        checked_by="intake",
    ),
    Rule(
        "CP000030",
        "file",
        Stage.REF,
        "header",
        "The data set version is missing or not one that we take. Enter 1.0 or 2.0.",
        "The version decides which fields, lists and rules hold.",
        at=("schema_version",),
        checked_by="field",
        bad={"header": {"schema_version": "3.0"}},
        good={"header": {"schema_version": "v2"}},
    ),
    Rule(
        "CP000035",
        "file",
        Stage.XFIELD,
        "header",
        "Version 1.0 has ended for this period. Send the return in version 2.0.",
        "Everyone moves to a new version on one day, so that a period can be compared between providers.",
        at=("schema_version", "rp_start"),
        where="schema_version = '1.0' AND rp_start > last_day_of_v1",
        versions=("1.0",),
        source="cut-over as S:CSDS-GUIDE",
        bad={"header": {"schema_version": "1.0", "rp_start": "2025-04-01", "rp_end": "2025-06-30"}},
        good={"header": {"schema_version": "1.0", "rp_start": "2025-03-31", "rp_end": "2025-06-30"}},
    ),
    Rule(
        "CP000040",
        "file",
        Stage.REF,
        "header",
        "The provider code is not on the register for this period. Check its letters and leading zeros.",
        "A return under a wrong code would be counted for another organisation or for none.",
        at=("provider_code",),
        where=f"provider_code NOT IN (SELECT provider_code FROM register WHERE {_IN_PERIOD})",
        needs=("register",),
        bad={"header": {"provider_code": "RX102"}},
        good={"header": {"provider_code": "RX102", "rp_start": "2020-03-31"}},
    ),
    Rule(
        "CP000045",
        "file",
        Stage.REF,
        "header",
        "The register does not list this provider in this network. Check the network, or ask its lead to add you.",
        "The network holds the agreement under which the data flow.",
        at=("network_code", "provider_code"),
        # A provider that is on no register at all is told so by CP000040 alone.
        where=f"""
            provider_code IN (SELECT provider_code FROM register WHERE {_IN_PERIOD}) AND network_code IS NOT NULL
            AND (provider_code, network_code) NOT IN
                (SELECT (provider_code, network_code) FROM register WHERE {_IN_PERIOD})
        """,
        needs=("register",),
        bad={"header": {"provider_code": "RX103"}},
        good={"header": {"provider_code": "RX103", "network_code": "NE"}},
    ),
    Rule(
        "CP000050",
        "file",
        Stage.XFIELD,
        "header",
        "The period ends before it starts. Check both dates.",
        "Every rule about time rests on the period.",
        at=("rp_end", "rp_start"),
        where="rp_end < rp_start",
        bad={"header": {"rp_end": "2026-03-31"}},
        good={"header": {"rp_end": "2026-04-01"}},
    ),
    Rule(
        "CP000060",
        "file",
        Stage.REF,
        "header",
        "This is not one of the reporting periods of the network. Check the first and the last day.",
        "Counts of different providers add up only when they are about the same days.",
        at=("rp_start", "rp_end"),
        # A period that ends before it starts is told so by CP000050 alone.
        where="rp_start <= rp_end AND (rp_start, rp_end) NOT IN (SELECT (rp_start, rp_end) FROM calendar)",
        needs=("calendar",),
        source="as S:CIN-VAL 100",
        bad={"header": {"rp_start": "2026-04-02"}},
        good={"header": {"rp_start": "2026-01-01", "rp_end": "2026-03-31"}},
    ),
    Rule(
        "CP000065",
        "file",
        Stage.XFIELD,
        "header",
        "The census date is outside the period. Enter a day of the period, or leave it blank for the last day.",
        "The caseload is counted on the census date, from what the return says about the period.",
        at=("reference_date",),
        where="rp_start <= rp_end AND reference_date NOT BETWEEN rp_start AND rp_end",
        bad={"header": {"reference_date": "2026-07-01"}},
        good={"header": {"reference_date": "2026-04-01"}},
    ),
    Rule(
        "CP000070",
        "file",
        Stage.XFIELD,
        "header",
        "This period has not finished yet. Send the return after its last day.",
        "A return made too early lacks the events of the last days.",
        at=("rp_end",),
        where="rp_end > received_on",
        bad={"received_on": "2026-06-29"},
        good={"received_on": "2026-06-30"},
    ),
    Rule(
        "CP000080",
        "file",
        Stage.XREC,
        "header",
        "Two header sheets disagree about this: {label}. Keep one header sheet, or make them agree.",
        "There is one header to a return, and nobody but the sender knows which is right.",
        checked_by="intake",
    ),
    Rule(
        "CP000090",
        "file",
        Stage.FIELD,
        "header",
        'The column "{label}" is missing from this sheet. Add it, with the heading of the template.',
        "Without a mandatory column every row of the table would be rejected.",
        checked_by="intake",
    ),
    Rule(
        "CP000092",
        "file",
        Stage.FIELD,
        "header",
        'This sheet looks like the table "{title}", but its headings are not known, so nothing on it was read. Give it the '
        "headings of the template; if it is something else, leave it out.",
        "A table that is passed over without a word would be missing from what the region holds.",
        checked_by="intake",
    ),
    Rule(
        "CP000095Q",
        "warning",
        Stage.FIELD,
        "header",
        "This column was not used. If it should have been, {advice}.",
        "A heading that is spelled differently would lose a whole column without a word.",
        checked_by="intake",
    ),
    Rule(
        "CP000100",
        "file",
        Stage.XREC,
        "header",
        'Two columns look like "{label}", and they differ. Keep only one of them.',
        "Nobody but the sender knows which of the two columns is right.",
        checked_by="intake",
    ),
    Rule(
        "CP000110Q",
        "warning",
        Stage.PREV,
        "header",
        "You sent exactly this return before, on {date}. None of its rows changed.",
        "A return that is sent twice must not count twice.",
        # The date is the day of receipt and not from the return.
        query="SELECT NULL AS row_id, strftime(received_on, '%-d %B %Y') AS date FROM same_period WHERE identical",
        needs=("same_period",),
        bad={"same_period": ("2026-07-05", True, 0, 0, 0)},
        good={"same_period": ("2026-07-05", False, 1, 0, 0)},
    ),
    Rule(
        "CP000115Q",
        "warning",
        Stage.PREV,
        "header",
        "Once accepted, this replaces your return of {date} for the same period (rows: {added} added, {changed} changed, "
        "{removed} removed). Check that you meant it.",
        "A correction replaces the whole return, so a part that is sent alone would remove the rest.",
        query="""
            SELECT NULL AS row_id, strftime(received_on, '%-d %B %Y') AS date, added, changed, removed
            FROM same_period WHERE NOT identical
        """,
        needs=("same_period",),
        bad={"same_period": ("2026-07-05", False, 1, 0, 0)},
        good={"same_period": ("2026-07-05", True, 0, 0, 0)},
    ),
    Rule(
        "CP000120",
        "file",
        Stage.XTAB,
        "header",
        "This is marked as a nil return, but children, referrals or contacts were sent (rows: {n}). "
        "Take off the mark or the rows.",
        "A nil return says that there was nobody to report.",
        at=("nil_return",),
        query="""
            SELECT NULL AS row_id, n
            FROM ret, (SELECT (SELECT count(*) FROM sent_child) + (SELECT count(*) FROM sent_referral)
                + (SELECT count(*) FROM sent_contact) AS n)
            WHERE ret.nil_return = 'Y' AND n > 0
        """,
        bad={"header": {"nil_return": "Y"}},
        good={"header": {"nil_return": "Y"}, "child": [], "referral": [], "contact": []},
    ),
    Rule(
        "CP000125",
        "file",
        Stage.XTAB,
        "header",
        "The return type covers only a part of what was sent: {n} rows are of the other part. Enter ALL for a return about "
        "children and services, or take those sheets off.",
        "What is sent by mistake should not be stored, and what is meant should not be lost.",
        at=("return_type",),
        query=f"""
            SELECT NULL AS row_id, n FROM (
                SELECT CASE ret.return_type WHEN 'SQ' THEN {_rows_of("MDS")} WHEN 'MDS' THEN {_rows_of("SQ")} ELSE 0 END AS n
                FROM ret
            ) WHERE n > 0
        """,
        bad={"header": {"return_type": "SQ"}},
        good={"header": {"return_type": "ALL"}, "organisation": {}},
    ),
    Rule(
        "CP000130",
        "file",
        Stage.XTAB,
        "header",
        "No children were found. If that is right, mark the return as a nil return; if not, add the table of children.",
        "A return without children is either a mistake or a nil return, and only its sender can tell.",
        at=("nil_return",),
        # A blank mark is no mark. Where a table was there but not read, that is what its sender must put right.
        where="""
            nil_return IS DISTINCT FROM 'Y' AND return_type IN ('MDS', 'ALL') AND NOT EXISTS (SELECT 1 FROM sent_child)
            AND NOT EXISTS (SELECT 1 FROM finding WHERE code IN ('CP000020', 'CP000092'))
        """,
        bad={"header": {"nil_return": ""}, "child": []},
        good={"header": {"return_type": "SQ"}, "child": []},
    ),
    Rule(
        "CP000135",
        "file",
        Stage.XTAB,
        "header",
        "No row about your organisation was found. Add it: a questionnaire replaces the one before it as a whole.",
        "A questionnaire without it would take the provider's name off the map.",
        at=("return_type",),
        where="return_type IN ('SQ', 'ALL') AND NOT EXISTS (SELECT 1 FROM sent_organisation)",
        bad={"header": {"return_type": "SQ"}, "child": [], "service": {}, "cover": {}},
        good={"header": {"return_type": "SQ"}, "child": [], "organisation": {}, "service": {}, "cover": {}},
    ),
    Rule(
        "CP000136",
        "file",
        Stage.XTAB,
        "header",
        "No service was found. Add the table of services: a questionnaire replaces the one before it as a whole.",
        "A questionnaire without services would take the provider off the map. A service that has ended is told by its last day.",
        at=("return_type",),
        # What a commissioner spends is told by an organisation that has no services of its own.
        where="""
            return_type IN ('SQ', 'ALL') AND NOT EXISTS (SELECT 1 FROM sent_service)
                AND NOT EXISTS (SELECT 1 FROM sent_commissioner)
        """,
        versions=("2.0",),
        bad={"header": {"return_type": "SQ"}, "child": [], "organisation": {}},
        good={"header": {"return_type": "SQ"}, "child": [], "organisation": {}, "commissioner": {}},
    ),
    Rule(
        "CP000140",
        "file",
        Stage.XTAB,
        "header",
        "More than one in five children could not be accepted ({n}, {pct}%), so the whole return is held. "
        "Fix the errors listed and send it again.",
        "A return that lacks so many of its children would mislead every count made from it.",
        query="""
            SELECT NULL AS row_id, rejected AS n, round(100.0 * rejected / sent)::INTEGER AS pct
            FROM (SELECT (SELECT count(*) FROM out_child WHERE NOT held AND row_id NOT IN
                    (SELECT row_id FROM finding WHERE code = 'CP101200')) AS rejected, -- an opt-out is no fault
                (SELECT count(*) FROM sent_child) AS sent)
            WHERE sent >= 5 AND 100 * rejected > 20 * sent
        """,
        bad=_five_children({"sex": "Q"}, {"sex": "Q"}),
        good=_five_children({"sex": "Q"}),
    ),
    Rule(
        "CP000150Q",
        "warning",
        Stage.XFIELD,
        "header",
        "The file was made before the period ended. Check that it holds the events of the last days.",
        "What happened after the file was made is missing from it.",
        at=("created_at",),
        where="ret.created_at::DATE < ret.rp_end",
        bad={"header": {"created_at": "2026-06-29 23:59"}},
        good={"header": {"created_at": "2026-06-30 09:00"}},
    ),
    Rule(
        "CP000160",
        "file",
        Stage.FIELD,
        "header",
        "This return is marked as a test, but live returns are collected here. Mark it L, or do not send it.",
        "Test returns must never reach the counts.",
        at=("live_or_test",),
        where="live_or_test = 'T' AND channel = 'live'",
        needs=("channel",),
        bad={"channel": "live"},
        good={"channel": "live", "header": {"live_or_test": "L"}},
    ),
    Rule(
        "CP000170Q",
        "warning",
        Stage.XTAB,
        "header",
        "The number of children stated differs from the number in the file ({n}). Check that none is missing.",
        "A total that the sender counted shows whether the file is whole.",
        at=("declared_child_count",),
        query=f"""
            SELECT NULL AS row_id, n FROM ret, (SELECT {_counted("child")} AS n)
            WHERE ret.declared_child_count <> n
        """,
        source="Luton: text says about 69, categories add to 68 [S:S3]",
        bad={"header": {"declared_child_count": "2"}},
        good={"header": {"declared_child_count": "1"}, "child": [{}, {}]},
    ),
    Rule(
        "CP000180Q",
        "warning",
        Stage.XTAB,
        "header",
        "The number of contacts stated differs from the number in the file ({n}). Check that none is missing.",
        "A total that the sender counted shows whether the file is whole.",
        at=("declared_contact_count",),
        query=f"""
            SELECT NULL AS row_id, n FROM ret, (SELECT {_counted("contact")} AS n)
            WHERE ret.declared_contact_count <> n
        """,
        bad={"header": {"declared_contact_count": "0"}},
        good={"header": {"declared_contact_count": "2"}, "contact": [{}, {"contact_id": "CT0002", "attendance": "!"}]},
    ),
    Rule(
        "CP000190Q",
        "warning",
        Stage.FIELD,
        "header",
        "The sharing agreement is missing. Enter the reference of the agreement that covers this return.",
        "Data may flow only under an agreement, and the reference shows which one.",
        at=("sharing_agreement_ref",),
        # A reference that is too long was sent, and CP000910Q says what is wrong with it.
        where="""
            ret.sharing_agreement_ref IS NULL
            AND NOT EXISTS (SELECT 1 FROM finding WHERE tbl = 'header' AND field = 'sharing_agreement_ref')
        """,
        source="need S:S3 9.3",
        bad={"header": {"sharing_agreement_ref": "TBC"}},
        good={"header": {"sharing_agreement_ref": "ISA " * 11}},
    ),
    Rule(
        "CP000200Q",
        "warning",
        Stage.FIELD,
        "header",
        "Some characters could not be read and were replaced ({n}). Save the file as UTF-8 if you can.",
        "A replaced character may have been part of a number or a code.",
        checked_by="intake",
    ),
    Rule(
        "CP000210Q",
        "warning",
        Stage.FIELD,
        "header",
        "A spreadsheet error such as #N/A stands here and was read as blank{cells}. Correct the formula.",
        "A formula that failed hides the value that should be there.",
        checked_by="intake",
    ),
    Rule(
        "CP000220Q",
        "warning",
        Stage.FIELD,
        "header",
        "Rows or sheets are hidden here ({n}). Hidden rows were read and hidden sheets were not: check what you sent.",
        "What the sender cannot see is easily sent, or left out, by mistake.",
        checked_by="intake",
    ),
)
