"""A return about services, alone or with the children: what replaces what, and what each knows of the other."""

from __future__ import annotations

from typing import Any

import pytest
from homes import Region, child, children, codes_of, mds

SERVICES: dict[str, Any] = {
    "organisation": {},
    "service": [{}, {"service_id": "S2", "service_function": "SBK", "service_name": "Short stays"}],
    "cover": [{}, {"day_type": "SA"}],
    "capacity": {"service_id": "S2"},
    "workforce": [{}, {"service_id": "ORG", "staff_group": "ADM"}],
    "training": {},
    "funding": {},
    "expenditure_activity": {},
    "aggregate_caseload": {},
    "user_experience": {},
    "staff_experience": {},
    "standards": {},
    "commissioner": {},
}
NO_CHILDREN = children()


def _counting(region: Region) -> list[tuple[Any, ...]]:
    return region.ask("SELECT return_type, counts_for FROM receipt ORDER BY sequence")


def _services(region: Region) -> list[str]:
    return [row[0] for row in region.ask("SELECT service_id FROM service ORDER BY 1")]


def test_every_table_of_the_questionnaire_arrives_in_the_store(region: Region) -> None:
    said = region.send(region.file({**NO_CHILDREN, **SERVICES}, return_type="SQ"), "--json")

    assert said.code == 0, said.out + said.err
    assert {name: region.count(name) for name in SERVICES} == {
        name: len(rows) if isinstance(rows, list) else 1 for name, rows in SERVICES.items()
    }
    assert region.ask("SELECT provider_code, legal_name, network_codes FROM organisation") == [
        ("8HX01", "Sunny Bank Hospice", "EE")
    ]
    assert region.ask("SELECT to_time::VARCHAR, staffed_by FROM cover WHERE day_type = 'SA'") == [
        ("18:00:00", "NCN;NHO")
    ]


def test_children_and_services_sent_apart_do_not_replace_each_other(region: Region) -> None:
    region.send(region.file(children(child(1))))
    region.send(region.file({**NO_CHILDREN, **SERVICES}, return_type="SQ"))

    assert _counting(region) == [("MDS", "MDS"), ("SQ", "SQ")]
    assert (region.count("child"), region.count("service")) == (1, 2)


def test_a_return_of_both_replaces_both(region: Region) -> None:
    region.send(region.file(children(child(1))))
    region.send(region.file({**NO_CHILDREN, **SERVICES}, return_type="SQ"))
    both = {**children(child(1), child(2)), **SERVICES, "service": {}, "capacity": [], "aggregate_caseload": []}

    said = region.send(region.file(both, return_type="ALL"), "--json")

    assert said.code == 0, said.out
    assert _counting(region) == [("MDS", ""), ("SQ", ""), ("ALL", "MDS;SQ")]
    assert (region.count("child"), _services(region)) == (2, ["S1"])
    change = region.receipt(said)["replaces"]
    assert (change["added"], change["removed"]) == (4, 3)


def test_a_part_that_is_sent_anew_replaces_that_part_alone(region: Region) -> None:
    both = {**children(child(1)), **SERVICES, "aggregate_caseload": []}
    first = region.send(region.file(both, return_type="ALL"), "--json")

    region.send(region.file(children(child(1), child(2))))

    assert _counting(region) == [("ALL", "SQ"), ("MDS", "MDS")]
    assert (region.count("child"), _services(region)) == (2, ["S1", "S2"])
    verified = mds("status", "--home", region.path, "--verify", region.receipt_path(first.json["receipt_id"]))
    assert "a part of the return was sent anew" in verified.out

    region.send(region.file({**NO_CHILDREN, **SERVICES, "service": {"service_id": "S9"}, "cover": [], "capacity": [],
                             "workforce": [], "training": [], "funding": [], "expenditure_activity": [],
                             "aggregate_caseload": [], "user_experience": [], "staff_experience": []},
                            return_type="SQ"))  # fmt: skip
    assert _counting(region) == [("ALL", ""), ("MDS", "MDS"), ("SQ", "SQ")]
    assert (region.count("child"), _services(region)) == (2, ["S9"])


def test_the_same_return_of_both_twice_changes_nothing(region: Region) -> None:
    file = region.file({**children(child(1)), **SERVICES, "aggregate_caseload": []}, return_type="ALL")
    region.send(file)

    assert "Nothing was changed" in region.send(file).err
    assert len(_counting(region)) == 1


def test_rows_about_children_are_checked_against_the_last_questionnaire(region: Region) -> None:
    """A referral to a service of which the questionnaire knows nothing."""
    case = {
        **children(child(1)),
        "referral": {"local_patient_id": "SB001", "referral_id": "RF-SB001", "service_id": "S7"},
    }
    assert "CP201130Q" not in codes_of(region.send(region.file(case), "--json")), "nothing is known of services"

    region.send(region.file({**NO_CHILDREN, **SERVICES}, period="Q1", return_type="SQ"))
    said = region.send(region.file(case), "--json")

    assert "CP201130Q" in codes_of(said)


def test_a_service_that_is_missing_from_the_next_questionnaire_is_asked_for(region: Region) -> None:
    region.send(region.file({**NO_CHILDREN, **SERVICES}, period="Q1", return_type="SQ"))
    next_time = {**NO_CHILDREN, "organisation": {}, "service": {}}

    said = region.send(region.file(next_time, return_type="SQ"), "--json")

    assert "CPQ10250Q" in codes_of(said)


def test_sheets_of_the_other_part_send_the_return_back(region: Region) -> None:
    said = region.send(region.file({**children(child(1)), "service": {}}, return_type="MDS"), "--json")

    assert (said.code, "CP000125" in codes_of(said)) == (3, True)
    assert region.count("child") == 0


def test_what_belongs_to_a_rejected_service_is_held_back_with_it(region: Region) -> None:
    case = {**NO_CHILDREN, **SERVICES, "service": [{"age_from": "20", "age_to": "18"}, {"service_id": "S2"}]}

    said = region.send(region.file(case, return_type="SQ"), "--json")

    assert said.code == 1
    rejected = {name for name, counts in said.json["tables"].items() if counts["rejected"]}
    assert rejected == {"service", "cover", "workforce", "training", "funding", "expenditure_activity",
                        "aggregate_caseload", "user_experience", "staff_experience"}  # fmt: skip
    assert region.ask("SELECT service_id FROM workforce") == [("ORG",)], "what all services share stays"


@pytest.mark.parametrize(("left_out", "code"), [("organisation", "CP000135"), ("service", "CP000136")])
def test_a_questionnaire_with_nothing_in_it_replaces_none(region: Region, left_out: str, code: str) -> None:
    full = {**NO_CHILDREN, "organisation": {}, "service": {}, "cover": {}}
    region.send(region.file(full, return_type="SQ"))

    said = region.send(region.file({**full, left_out: []}, return_type="SQ"), "--json")

    assert said.code == 3
    assert code in codes_of(said)
    assert _services(region) == ["S1"]


def test_a_file_of_services_that_names_no_type_is_a_questionnaire(region: Region) -> None:
    for case, kind in (
        ({**NO_CHILDREN, "organisation": {}, "service": {}, "cover": {}}, "SQ"),
        ({**children(child(1)), "organisation": {}, "service": {}, "cover": {}}, "ALL"),
        (children(child(1)), "MDS"),
    ):
        folder = region.file(case)
        (folder / "header.csv").unlink()

        said = region.send(
            folder,
            "--provider",
            "8HX01",
            "--from",
            "2026-04-01",
            "--to",
            "2026-06-30",
            "--json",
        )

        assert said.out, said.err
        assert (said.json["verdict"], said.json["return_type"]) == ("accepted", kind), said.out


def test_status_tells_which_questionnaire_holds(region: Region) -> None:
    region.send(region.file({**NO_CHILDREN, **SERVICES}, period="Q1", return_type="SQ"))
    region.send(region.file(children(child(1))))

    said = mds("status", "--home", region.path, "--received-on", "2026-07-05")
    as_json = mds("status", "--home", region.path, "--received-on", "2026-07-05", "--json").json

    rows = {(period["rp_start"], row["provider_code"]): row["questionnaire"]
            for period in as_json["periods"] for row in period["providers"]}  # fmt: skip
    assert rows["2026-04-01", "8HX01"]["rp_start"] == "2026-01-01"
    assert rows["2026-04-01", "RX101"] is None
    assert "services of 2026-01-01" in said.out
    assert "services MISSING" in said.out
