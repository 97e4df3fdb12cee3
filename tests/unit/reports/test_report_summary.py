"""What the terminal shows of a checked return."""

from returned import drawn

from mds.intake.source import Source
from mds.reports.outcome import Outcome
from mds.reports.summary import coloured, summary

SEVERAL = {
    "header": {"provider_code": ""},
    "child": {"sex": "?", "ethnic_category": ""},
    "condition": [{}, {}],
}
NOTHING_MISSING = {
    "previous": {},
    "same_period": ("2026-07-01", True, 0, 0, 0),
}


def shown(case: dict, **options) -> str:
    returned = drawn(case)
    return summary(returned.validation, returned.findings, **options)


def test_findings_go_from_file_to_record_to_warning() -> None:
    text = shown(SEVERAL)
    words = [
        line.split("  ")[0] for line in text.splitlines() if line[:9].strip() in ("SENT BACK", "REJECTED", "WARNING")
    ]
    order = ["SENT BACK", "REJECTED", "WARNING"]
    assert words[:-1] == sorted(words[:-1], key=order.index)  # the last is the verdict
    assert set(words) == set(order)


def test_each_rule_is_told_once_with_its_count_and_first_three_places() -> None:
    text = shown({"child": [{"local_patient_id": f"SB{n:03}", "sex": "?"} for n in range(1, 6)]})
    assert text.count("CP101140  ") == 1
    assert "REJECTED   CP101140   5 findings" in text
    assert "    at Children H2, H3, H4 and 2 more\n" in text


def test_a_message_that_differs_only_by_field_names_the_fields() -> None:
    text = shown({"contact": [{"contact_id": "CT1", "attendance": "zz"}, {"contact_id": "CT2", "contact_type": "zz"}]})
    entry = text[text.index("CP301070") :].split("\n\n")[0]
    assert "Type" in entry and "Attended" in entry
    assert "{" not in entry


def test_the_verdict_and_what_to_do_come_last() -> None:
    last = shown({"condition": {"act_category": ""}}).splitlines()[-3:]
    assert any(line.startswith("ACCEPTED IN PART  1 of 10 records rejected · no warnings") for line in last)
    assert any(line.startswith("Next: Put right the rows marked REJECTED") for line in last)
    assert shown({}, next_step="mds submit return.xlsx").splitlines()[-1] == "Next: mds submit return.xlsx"


def test_a_clean_return_says_so() -> None:
    text = shown({})
    assert "ACCEPTED  10 records accepted · no warnings" in text
    assert "Next: Nothing needs to be done." in text


def test_the_list_is_called_complete_only_when_nothing_stopped_it() -> None:
    complete = drawn(NOTHING_MISSING)
    complete.validation.not_run.clear()
    assert Outcome(complete.validation, complete.findings).completeness.startswith("This list is complete: every rule")
    some_rules = drawn({})
    assert Outcome(some_rules.validation, some_rules.findings).completeness.startswith(
        "This list is complete for what can be checked here; "
    )
    rejected = drawn({"child": {"sex": "?"}})
    assert "More may come up" in Outcome(rejected.validation, rejected.findings).completeness


def test_rules_that_could_not_run_are_named_by_reason() -> None:
    text = shown({})
    part = text[text.index("Rules that could not run") :]
    assert part.count("no earlier return of this provider is held here") == 1


def test_a_hundred_thousand_findings_give_a_page() -> None:
    returned = drawn({})
    returned.connection.execute(
        "INSERT INTO finding (code, tbl, row_id, field) "
        "SELECT 'CP301900', 'contact', 0, 'contact_id' FROM range(100000)"
    )
    text = summary(returned.validation, returned.findings)
    assert "100,000 findings" in text
    assert len(text.splitlines()) < 40


def test_a_sheet_name_cannot_steer_the_terminal() -> None:
    returned = drawn({"child": {"sex": "?"}})
    sources = returned.validation.intake.sources
    number = next(n for n, source in enumerate(sources) if source.table == "child")
    child = sources[number]
    sources[number] = Source(child.table, "Kids\x1b[2J\u202e", child.raw, child.columns, 1)
    text = summary(returned.validation, returned.findings)
    assert "Kids?[2J? H2" in text
    assert "\x1b" not in text


def test_colour_adds_nothing_to_the_words() -> None:
    text = shown(SEVERAL)
    styled = coloured(text)
    assert styled.plain == text
    assert {text[span.start : span.end] for span in styled.spans} == {"SENT BACK", "REJECTED", "WARNING"}


def test_answered_warnings_are_counted_apart() -> None:
    returned = drawn({"condition": [{}, {}]})
    returned.connection.execute("UPDATE finding SET answered = true")
    text = summary(returned.validation, returned.findings)
    assert "1 finding, 1 answered" in text
    assert "1 warning, 1 answered" in text
