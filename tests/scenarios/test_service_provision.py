"""How services are set up, on three providers whose numbers can be worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from homes import HOSPICE, HOSPITAL, TEAM, child, children, mds, region_in

from mds_schemas import codes

YEAR = {"financial_year": "2025/26"}


def _service(number: str, function: str, **changes: str) -> dict[str, str]:
    return {"service_id": number, "service_function": function, **changes}


def _staff(group: str, people: str, filled: str, **more: str) -> dict[str, str]:
    return {"staff_group": group, "headcount": people, "wte_funded": filled, "wte_in_post": filled, "wte_vacant": "0",
            "wte_vacant_3m": "0", **more}  # fmt: skip


def _cover(service: str, mode: str, scope: str, first: str, last: str, *days: str) -> list[dict[str, str]]:
    return [{"service_id": service, "day_type": day, "mode": mode, "cover_scope": scope, "from_time": first, "to_time": last}
            for day in days]  # fmt: skip


def _break(number: str, child: str, kind: str, last: str, **length: str) -> dict[str, str]:
    return {"short_break_id": number, "referral_id": f"RF-{child}", "break_type": kind, "start_date": "2026-05-10",
            "end_date": last, "nights": "", "hours": "", "offered_units": "", **length}  # fmt: skip


CARE = children(child(1, key_worker="Y"), child(2, key_worker="N"), child(3, key_worker="Y"), child(4, key_worker="X"))
CARE["condition"][0]["act_category"] = "1"
CARE["short_break"] = [
    _break("B1", "SB001", "HB", "2026-05-12", nights="2"), _break("B2", "SB002", "HB", "2026-05-14", nights="4"),
    _break("B3", "SB001", "SI", "2026-05-10", hours="3"),
    _break("B4", "SB002", "HB", "2026-06-10", start_date="2026-06-10", nights="0", offered_units="3", cancelled_by="P"),
    _break("B5", "SB001", "HB", "2026-06-02", start_date="2026-06-01", nights="1", offered_units="4", cancelled_by="F"),
    _break("B6", "SB002", "SI", "2026-06-05", start_date="2026-06-05", hours="2", offered_units="3"),
    _break("B7", "SB003", "HB", "2026-06-07", start_date="2026-06-05", nights="2", offered_units="2"),
    _break("B8", "SB003", "HB", "2026-06-12", start_date="2026-06-12", offered_units="2", cancelled_by="B"),
    _break("B9", "SB003", "SI", "2026-06-13", start_date="2026-06-13", nights="0", hours="5", offered_units="5"),
]  # fmt: skip
CARE["care_plan"] = [
    {"plan_id": "P1", "local_patient_id": "SB001", "joint_assessment": "Y"},
    {"plan_id": "P2", "local_patient_id": "SB002", "joint_assessment": "N"},
    {"plan_id": "P3", "local_patient_id": "SB003", "joint_assessment": ""},
]
CARE["referral"].append(
    {"local_patient_id": "SB001", "referral_id": "RF-NO", "service_id": "S1", "referral_outcome": "R", "rejection_reason": "03",
     "episode_start": "", "episode_end": "", "lead_service": "N", "assessed_hours_week": "", "delivered_hours_week": ""}
)  # fmt: skip
CARE["contact"].append(
    {"contact_id": "CT-2", "referral_id": "RF-SB001", "contact_date": "2026-05-20", "contact_time": ""}
)
CARE["contact"] += [
    {"contact_id": f"CT-F{number}", "referral_id": f"RF-{child}", "contact_date": "2026-05-21", "contact_time": "",
     "contact_type": kind, "subject": subject, "attendance": attendance, "duration_min": ""}
    for number, (child, kind, subject, attendance) in enumerate([
        ("SB001", "09", "C", "5"), ("SB001", "09", "P", "5"), ("SB001", "10", "S", "6"), ("SB002", "09", "P", "5"),
        ("SB002", "09", "", "5"),
        ("SB003", "09", "P", "2"), ("SB003", "09", "R", "5"), ("SB003", "16", "P", "5"),
    ])
]  # fmt: skip
"""The third family cancelled, a professional was advised about it, and it had support of another kind."""

HOSPICE_CASE: dict[str, Any] = {
    **CARE,
    "organisation": {"sector": "VOL", "network_codes": "EE;LN", "directory_consent": "Y", "accountable_lead": "Y",
                     "network_meetings_attended": "2"},
    "service": [
        _service("S1", "HIP", service_level="S", age_from="0", age_to="18", areas_served="E09999901;E09999902",
                 transport="P", information_formats="PRT;EAS", confirmed_on="2026-06-15", eligibility_published="Y",
                 self_referral="Y", diagnosis_excluded="none but those over 18"),
        _service("S2", "SIB", service_level="C", age_from="4", age_to="25", areas_served="E09999901", transport="",
                 participation="BRD;DES", information_formats="PRT",
                 confirmed_on="2025-11-01", eligibility_published="N", self_referral="Y"),
        _service("S3", "BER", service_level="C", closed_on="2026-03-31", confirmed_on="2026-03-01"),
    ],
    "capacity": [
        {"service_id": "S1", "beds_registered": "8", "beds_staffed": "6", "bed_nights_available": "500",
         "bed_nights_used": "400", "bed_nights_closed_staffing": "100"},
        {"service_id": "S2", "beds_registered": "", "bed_nights_available": "100", "bed_nights_used": "",
         "bed_nights_closed_staffing": ""},
    ],
    "cover": [*_cover("S1", "BED", "ALL", "00:00", "24:00", "WD", "SA", "SU"),
              *_cover("S2", "VIS", "EOL", "08:00", "18:00", "WD")],
    "workforce": [_staff("NHO", "3", "1.5", training_posts="2"), _staff("PHY", "1", "0.5")],
    "training": [
        {"service_id": "S1", "audience": "OWN", "eligible": "20", "trained_current": "15", "framework": "the core framework"},
        {"service_id": "S1", "audience": "NEO", "eligible": "", "trained_current": "8", "sessions": "2", "mode": "F"},
        {"service_id": "S1", "audience": "COM", "eligible": "", "trained_current": "5", "sessions": "1", "mode": "O"},
    ],
    "funding": [
        {"funder": "CHG", "funder_code": "", "contract_form": "G", "amount_gbp": "100000", "lead_commissioner": "",
         "associates": "", **YEAR},
        {"funder": "ICB", "contract_form": "B", "amount_gbp": "60000", "lead_commissioner": "Y", "associates": "QM7;QUE",
         **YEAR},
        {"funder": "LA", "funder_code": "E09999901", "contract_form": "P", "amount_gbp": "40000", "lead_commissioner": "N",
         "associates": "", **YEAR},
        {"funder": "CHA", "funder_code": "", "contract_form": "", "amount_gbp": "200000", "lead_commissioner": "",
         "associates": "", **YEAR},
    ],
    "expenditure_activity": {
        "spend_pay_gbp": "300000", "spend_nonpay_gbp": "60000", "spend_overhead_gbp": "40000", "spend_total_gbp": "400000",
        "income_total_gbp": "400000", "children_supported": "50", "contacts": "1000", "bed_nights": "", **YEAR,
    },
    "user_experience": [
        {"item": "TRA", "invited": "20", "responses": "12", "n1": "4", "n2": "4", "n3": "2", "n8": "2"},
        {"item": "INF", "invited": "20", "responses": "12", "n1": "9", "n2": "0", "n3": "0", "n8": "3"},
        {"item": "ASM", "invited": "20", "responses": "10", "n1": "5", "n2": "2", "n3": "3", "n8": "0"},
    ],
}  # fmt: skip
TEAM_CASE: dict[str, Any] = {
    **children(),
    "organisation": {"provider_code": TEAM, "sector": "NHS", "provider_type": "CN", "network_codes": "EE",
                     "directory_consent": "N", "accountable_lead": "N", "network_meetings_attended": "1"},
    "service": _service("S1", "CCN", provider_code=TEAM, service_level="C", age_from="0", age_to="25", transport="P",
                        areas_served="E09999902", information_formats="", eligibility_published="Y", self_referral="",
                        participation=""),
    "workforce": [_staff("NCN", "6", "4"), _staff("PHY", "2", "0", wte_funded="1", wte_vacant="1", wte_vacant_3m="0")],
    "training": {"audience": "HOS", "eligible": "", "trained_current": "3", "sessions": "1", "mode": "F", "framework": ""},
    "commissioner": [
        {"commissioner_code": "QHG", "in_strategy": "Y", "need_estimate": "900", "accessed_hospice": "200",
         "functions_commissioned": "CCN;HAH", "joint_with": "E09999901;QM7"},
        {"commissioner_code": "QM7", "in_strategy": "N", "need_estimate": "400", "accessed_hospice": "50",
         "functions_commissioned": "CCN", "joint_with": ""},
        {"commissioner_code": "X24", "in_strategy": "", "need_estimate": "", "accessed_hospice": "",
         "functions_commissioned": "HIP", "joint_with": ""},
    ],
    "aggregate_caseload": {},
    "cover": _cover("S1", "VIS", "ALL", "08:00", "18:00", "WD"),
}  # fmt: skip
UNIT_CASE: dict[str, Any] = {
    **children(),
    "organisation": {"provider_code": HOSPITAL, "sector": "IND", "provider_type": "NN", "network_codes": "EE",
                     "accountable_lead": "", "network_meetings_attended": ""},
    "service": _service("S1", "NEO", provider_code=HOSPITAL, closed_on="2026-03-31"),
    "workforce": [_staff("NNN", "20", "18", service_id="ORG")],
    "training": [
        {"service_id": "ORG", "subject": "NEO", "audience": "OWN", "eligible": "16", "trained_current": "10", "mode": "F",
         "framework": ""},
        {"service_id": "ORG", "subject": "NEO", "audience": "OWN", "eligible": "20", "trained_current": "15", "mode": "F",
         "framework": "", "level": "1"},
        {"service_id": "ORG", "audience": "FAM", "eligible": "", "trained_current": "4", "sessions": "1", "mode": "",
         "framework": ""},
    ],
}  # fmt: skip
"""An independent neonatal unit whose service has just closed; what it tells is told of the whole organisation."""

CLOSED: dict[str, dict[str, str]] = {
    "cover": _cover("S3", "VIS", "ALL", "00:00", "24:00", "WD")[0],
    "capacity": {"service_id": "S3", "beds_registered": "20", "beds_staffed": "20", "bed_nights_available": "900",
                 "bed_nights_used": "900", "bed_nights_closed_staffing": "90"},
    "workforce": _staff("PSY", "9", "9", service_id="S3"),
    "training": {"service_id": "S3", "audience": "SCH", "eligible": "", "trained_current": "70", "sessions": "7"},
    "funding": {"service_id": "S3", "funder": "CHC", "contract_form": "B", "amount_gbp": "900000", "lead_commissioner": "",
                "associates": "", **YEAR},
    "expenditure_activity": {
        "service_id": "S3", "spend_pay_gbp": "900000", "spend_nonpay_gbp": "0", "spend_overhead_gbp": "0",
        "spend_total_gbp": "900000", "income_total_gbp": "900000", "children_supported": "90", "contacts": "900",
        "bed_nights": "900", **YEAR,
    },
    "user_experience": {"service_id": "S3", "item": "TRA", "invited": "90", "responses": "90", "n1": "90", "n2": "0", "n3": "0",
                        "n8": "0"},
    "staff_experience": {"service_id": "S3", "item": "A", "responses": "90", "n1": "90", "n2": "0", "n3": "0", "n8": "0"},
    "aggregate_caseload": {"service_id": "S3"},
}  # fmt: skip
"""What the hospice tells of the service that closed before the period: none of it counts."""
for _table, _row in CLOSED.items():
    _told = HOSPICE_CASE.get(_table, [])
    HOSPICE_CASE[_table] = [*(_told if isinstance(_told, list) else [_told]), _row]


@pytest.fixture(scope="module")
def told(founded: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    region = region_in(founded, tmp_path_factory.mktemp("provision"))
    before = {**children(), "organisation": {}, "service": _service("S1", "HIP", areas_served="E09999901;E09999903"),
              "capacity": {"service_id": "S1", "beds_registered": "6", "bed_nights_available": "500"},
              "cover": _cover("S1", "VIS", "ALL", "08:00", "18:00", "WD", "SA"),
              "workforce": [_staff("NHO", "3", "2")], "aggregate_caseload": {}}  # fmt: skip
    said = region.send(region.file(before, period="a year before", return_type="SQ"))
    assert said.code == 0, said.out + said.err
    for provider, case, kind in ((HOSPICE, HOSPICE_CASE, "ALL"), (TEAM, TEAM_CASE, "SQ"), (HOSPITAL, UNIT_CASE, "SQ")):
        said = region.send(region.file(case, provider=provider, return_type=kind), "--json")
        assert said.code == 0, said.out + said.err
    said = mds("services", "indicators", "--home", region.path, "--period", "2026-04-01", "--exact", "--json")
    assert said.code == 0, said.err
    yield {table["name"]: table for table in said.json["tables"]}


EXPECTED: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]] = {
    "directory": (("shown", "services", "share", "confirmed", "providers"), [(2, 3, 66.7, 1, 2)]),
    "levels": (("level", "services", "of_services", "share", "providers"), [("C", 2, 3, 66.7, 2), ("S", 1, 3, 33.3, 1)]),
    "provider_types": (
        ("provider_type", "owned", "level", "services", "of_services", "share", "providers"),
        [("CH", "voluntary", "C", 1, 3, 33.3, 1), ("CH", "voluntary", "S", 1, 3, 33.3, 1),
         ("CN", "statutory", "C", 1, 3, 33.3, 1)],
    ),
    # Of the fourth child nobody knows.
    "key_workers": (("with_key_worker", "children", "share", "not_known", "providers"), [(2, 3, 66.7, 1, 1)]),
    "footprints": (
        ("provider_code", "services", "areas", "networks", "providers"), [(HOSPICE, 2, 2, 2, 1), (TEAM, 1, 1, 1, 1)],
    ),
    # The team did not tell whether families may refer.
    "criteria": (
        ("what", "services", "of_services", "share", "providers"),
        [("criteria published", 2, 3, 66.7, 2), ("conditions excluded", 1, 3, 33.3, 2), ("not from birth", 1, 3, 33.3, 2),
         ("ends before the 18th birthday", 0, 3, 0, 2), ("ends before the 25th birthday", 1, 3, 33.3, 2),
         ("families may refer", 2, 2, 100, 1)],
    ),
    "refusals": (("reason", "referrals", "of_refusals", "share", "providers"), [("03", 1, 1, 100, 1)]),
    # Of twelve who answered, it does not apply to two; eight of the ten agree.
    "transport": (
        ("help", "services", "of_services", "share", "agree", "of_answers", "families_content", "providers"),
        [("provided", 2, 2, 100, 8, 10, 80, 2), ("not stated", 1, 2, None, 8, 10, 80, 1)],
    ),
    # The team did not tell. Of the twelve who answered it applies to nine, who are too few.
    "information": (
        ("format", "services", "of_services", "share", "agree", "of_answers", "families_clear", "providers"),
        [("EAS", 1, 2, 50, None, None, None, 1), ("PRT", 2, 2, 100, None, None, None, 1)],
    ),
    "participation": (
        ("users_take_part_in", "services", "of_services", "share", "providers"),
        [("BRD", 1, 2, 50, 1), ("DES", 2, 2, 100, 1), ("INF", 1, 2, 50, 1)],
    ),
    "joint_assessment": (
        ("with_joint_assessment", "children", "share", "agree", "of_answers", "families_agree", "providers"),
        [(1, 2, 50, 7, 10, 70, 1)],
    ),
    "cover_at_the_end": (
        ("function", "kind_of_cover", "for_all", "only_at_end_of_life", "of_services", "all_hours_for_all",
         "all_hours_only_at_end_of_life", "providers"),
        [("CCN", "VIS", 1, 0, 1, 0, 0, 1), ("HIP", "BED", 1, 0, 1, 1, 0, 1), ("SIB", "VIS", 0, 1, 1, 0, 0, 1)],
    ),
    # Of the nights of three children two, four, one and two; three, two and five hours, and no night of the third child then.
    "kinds_of_short_break": (
        ("kind_of_break", "breaks", "children", "nights", "children_with_nights", "nights_a_child", "hours",
         "children_with_hours", "hours_a_child", "providers"),
        [("HB", 4, 3, 9, 3, 3, None, 0, None, 1), ("SI", 3, 3, 0, 0, None, 10, 3, 3.3, 1)],
    ),
    # Offered were 3, 4, 2 and 2 nights, of which 0, 1, 2 and 0 came to be, and 3 and 5 hours, of which 2 and 5 did.
    "lost_short_breaks": (
        ("unit", "cancelled_by", "breaks", "offered", "delivered", "lost", "of_offered", "share", "providers"),
        [("nights", "B", 1, 2, 0, 2, 11, 18.2, 1), ("nights", "F", 1, 4, 1, 3, 11, 27.3, 1),
         ("nights", "P", 1, 3, 0, 3, 11, 27.3, 1), ("hours", "not stated", 1, 3, 2, 1, 8, 12.5, 1),
         ("bed nights", "closed for lack of staff", None, 600, None, 100, 600, 16.7, 1)],
    ),
    # Five contacts with two of the four families.
    "psychological_support": (
        ("received_by", "families", "of_families", "share", "contacts", "providers"),
        [("C", 1, 4, 25, 1, 1), ("P", 2, 4, 50, 2, 1), ("S", 1, 4, 25, 1, 1), ("F", 0, 4, 0, 0, 0),
         ("not stated", 1, 4, 25, 1, 1), ("all together", 2, 4, 50, 5, 1)],
    ),
    "short_breaks": (
        ("area", "setting", "services", "providers"),
        [("E09999901", "HM", 1, 1), ("E09999901", "HO", 1, 1), ("E09999902", "HM", 1, 1), ("E09999902", "HO", 1, 1)],
    ),
    # A year ago there was the hospice alone, in the north and an area that it has left, with six beds and ten hours of cover on
    # six days. Now its beds are open in all 168 hours, and the team visits for fifty.
    "change": (
        ("area", "functions_then", "functions_now", "services_then", "services_now", "hours_then", "hours_now", "beds_then",
         "beds_now", "providers"),
        [("E09999901", 1, 2, 1, 2, 60, 168, 6, 8, 1), ("E09999902", None, 2, None, 2, None, 218, None, 8, 2),
         ("E09999903", 1, 0, 1, 0, 60, None, 6, None, 0)],
    ),
    # The siblings' service does not tell how many of its nights were used or closed.
    "beds": (
        ("used", "available", "used_share", "closed", "of_nights", "closed_share", "providers"),
        [(400, 500, 80, 100, 600, 16.7, 1)],
    ),
    "upper_ages": (
        ("function", "lowest_limit", "highest_limit", "beyond_18", "beyond_25", "of_services"),
        [("CCN", 25, 25, 1, 1, 1), ("HIP", 18, 18, 1, 0, 1), ("SIB", 25, 25, 1, 1, 1)],
    ),
    "training_of_others": (
        ("provider_type", "audience", "mode", "trained", "sessions", "providers"),
        [("CH", "COM", "O", 5, 1, 1), ("CH", "NEO", "F", 8, 2, 1), ("CN", "HOS", "F", 3, 1, 1), ("NN", "FAM", "", 4, 1, 1)],
    ),
    "reciprocal_training": (
        ("given_by", "given_to", "trained", "sessions", "providers"),
        [("hospices", "community teams", 5, 1, 1), ("community teams", "hospices", 3, 1, 1)],
    ),
    # Of the twenty nurses of the unit fifteen hold the training of level 1, and ten, perhaps of the same, that of level 3.
    "neonatal_training": (
        ("network", "trained_by", "subject", "training_level", "mode", "trained", "trained_of_staff", "staff_of_units", "share",
         "providers"),
        [("EE", "neonatal unit", "NEO", "1", "F", 15, 15, 20, 75, 1), ("EE", "neonatal unit", "NEO", "3", "F", 10, 10, 20, 50, 1),
         ("EE", "others", "ACP", "3", "F", 8, None, None, None, 1), ("LN", "others", "ACP", "3", "F", 8, None, None, None, 1)],
    ),
    "frameworks": (("with_framework", "of_providers", "training_posts", "providers"), [(1, 3, 2, 3)]),
    # The team sent no child rows, nor did the hospice a year ago.
    "children_per_nurse": (
        ("period_from", "provider_code", "children", "children_from", "nurses", "children_a_nurse", "providers"),
        [("2025-04-01", HOSPICE, 12, "questionnaire", 2, 6, 1), ("2026-04-01", HOSPICE, 4, "child rows", 1.5, 2.7, 1),
         ("2026-04-01", TEAM, 12, "questionnaire", 4, 3, 1)],
    ),
    "skill_mix": (
        ("staff", "present", "of_providers", "providers"),
        [("PHY", 2, 3, 3), ("NCN", 1, 3, 3), ("NHO", 1, 3, 3), ("NNN", 1, 3, 3),
         *((staff, 0, 3, 3) for staff in sorted({*codes.load("CL31")} - {"PHY", "NCN", "NHO", "NNN"}))],
    ),
    # One of the four children has category 1, the others 3.
    "costs": (
        ("provider_code", "act_1_percent", "act_2_percent", "act_3_percent", "act_4_percent", "of_children", "case_mix_from"),
        [(HOSPICE, 25, 0, 75, 0, 4, "child rows")],
    ),
    "payers": (
        ("payer", "pounds", "children", "a_child", "providers"),
        [("charity", 200_000, 50, 4_000, 1), ("NHS", 160_000, 50, 3_200, 1), ("local authority", 40_000, 50, 800, 1)],
    ),
    "unit_costs": (
        ("provider_code", "financial_year", "shared_pounds", "pounds_for_contacts", "contacts", "a_contact", "pounds_for_nights",
         "nights", "a_night", "providers"),
        [(HOSPICE, "2025/26", 0, 400_000, 1_000, 400, 0, 0, None, 1)],
    ),
    # Of four children no average is told.
    "modelled_costs": (("provider_code",), []),
    "commissioning_levels": (
        ("function", "financial_year", "national_pounds", "local_pounds", "providers"),
        [("HIP", "2025/26", 100_000, 100_000, 1)],
    ),
    "commissioned_functions": (
        ("function", "national", "local", "of_commissioners", "providers"),
        [("CCN", 0, 2, 3, 1), ("HAH", 0, 1, 3, 1), ("HIP", 1, 0, 3, 1)],
    ),
    "joint_contracts": (
        ("with_lead", "of_told", "with_associates", "of_contracts", "associates_each", "providers"), [(1, 2, 1, 2, 2, 1)],
    ),
    "partners": (
        ("with_partners", "of_commissioners", "share", "partners_each", "newest", "providers"),
        [(1, 3, 33.3, 2, "2026-06-30", 1)],
    ),
    # The third commissioner did not tell.
    "commissioners": (
        ("in_a_plan", "of_commissioners", "share", "children_in_need", "used_hospice_care", "newest", "providers"),
        [(1, 2, 50, 1300, 250, "2026-06-30", 1)],
    ),
    "leads": (("with_lead", "of_organisations", "share", "meetings_attended", "providers"), [(1, 2, 50, 3, 3)]),
    "area_leads": (
        ("area", "with_lead", "of_organisations", "share", "members_of_a_network", "meetings_attended", "providers"),
        [("E09999901", 1, 1, 100, 1, 2, 1), ("E09999902", 1, 2, 50, 2, 3, 2)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_indicator(told: dict[str, dict[str, Any]], name: str) -> None:
    columns, expected = EXPECTED[name]
    places = [told[name]["columns"].index(column) for column in columns]
    found = [tuple(row[place] for place in places) for row in told[name]["rows"]]
    assert found == expected


RATIOS: dict[str, dict[str, tuple[str, str, int]]] = {
    "directory": {"share": ("shown", "services", 100)},
    "provider_types": {"share": ("services", "of_services", 100)},
    "levels": {"share": ("services", "of_services", 100)},
    "key_workers": {"share": ("with_key_worker", "children", 100)},
    "criteria": {"share": ("services", "of_services", 100)},
    "refusals": {"share": ("referrals", "of_refusals", 100)},
    "beds": {"used_share": ("used", "available", 100), "closed_share": ("closed", "of_nights", 100)},
    "kinds_of_short_break": {"nights_a_child": ("nights", "children_with_nights", 1),
                             "hours_a_child": ("hours", "children_with_hours", 1)},
    "transport": {"families_content": ("agree", "of_answers", 100)},
    "information": {"share": ("services", "of_services", 100), "families_clear": ("agree", "of_answers", 100)},
    "participation": {"share": ("services", "of_services", 100)},
    "lost_short_breaks": {"share": ("lost", "of_offered", 100)},
    "psychological_support": {"share": ("families", "of_families", 100)},
    "joint_assessment": {"share": ("with_joint_assessment", "children", 100), "families_agree": ("agree", "of_answers", 100)},
    "experience": {"share": ("agree", "of", 100), "response_rate": ("answered", "invited", 100)},
    "core_offer": {"share": ("agree", "of", 100), "response_rate": ("answered", "invited", 100)},
    "workforce": {"vacancy_rate": ("vacant", "funded", 100), "vacant_over_3_months": ("long_vacant", "of_funded", 100)},
    "nurses": {"for_50000": ("wte_in_post", "people_0_17", 50_000)},
    "children_per_nurse": {"children_a_nurse": ("children", "nurses", 1)},
    "training": {"in_date": ("trained_of_eligible", "eligible", 100)},
    "competence": {"in_date": ("trained_of_eligible", "eligible", 100)},
    "neonatal_training": {"share": ("trained_of_staff", "staff_of_units", 100)},
    "income": {"share": ("pounds", "of_pounds", 100)},
    "statutory_income": {"statutory_share": ("statutory_pounds", "of_pounds", 100)},
    "contract_forms": {"share": ("pounds", "of_pounds", 100)},
    "service_costs": {"a_child": ("pounds", "children", 1)},
    "costs": {"a_child": ("pounds", "children", 1), "a_contact": ("pounds_for_contacts", "contacts", 1),
              "a_bed_night": ("pounds_for_bed_nights", "bed_nights", 1),
              **{f"act_{category}_percent": (f"act_{category}", "of_children", 100) for category in range(1, 5)}},
    "payers": {"a_child": ("pounds", "children", 1)},
    "unit_costs": {"a_contact": ("pounds_for_contacts", "contacts", 1), "a_night": ("pounds_for_nights", "nights", 1)},
    "commissioners": {"share": ("in_a_plan", "of_commissioners", 100)},
    "leads": {"share": ("with_lead", "of_organisations", 100)},
    "area_leads": {"share": ("with_lead", "of_organisations", 100)},
}  # fmt: skip
"""Table → its shares and averages: numerator, denominator, for how many of it."""


@pytest.mark.parametrize("name", RATIOS)
def test_a_share_can_be_worked_out_of_its_row(told: dict[str, dict[str, Any]], name: str) -> None:
    rows = [dict(zip(told[name]["columns"], row, strict=True)) for row in told[name]["rows"]]
    for ratio, (top, bottom, per) in RATIOS[name].items():
        again = [per * row[top] / row[bottom] if row[top] is not None and row[bottom] else None for row in rows]
        close = [value and pytest.approx(value, abs=0.51 if value > 100 else 0.051) for value in again]
        assert [row[ratio] for row in rows] == close


def test_nothing_is_told_of_a_service_that_is_closed(told: dict[str, dict[str, Any]]) -> None:
    assert not any(900_000 in row or "S3" in row for table in told.values() for row in table["rows"])
    assert [row for row in told["experience"]["rows"] if row[0] == "staff"] == []
    assert {(row[1], row[3]) for row in told["income"]["rows"]} == {
        ("CHA", 200_000), ("CHG", 100_000), ("ICB", 60_000), ("LA", 40_000),
    }  # fmt: skip


def test_every_indicator_names_its_questions_and_its_tables(told: dict[str, dict[str, Any]]) -> None:
    assert all(table["questions"] and "providers" in table["columns"] for table in told.values())
    assert all(table["sources"] for table in told.values())
    assert told["payers"]["sources"] == ["funding", "expenditure_activity"]
    assert told["key_workers"]["sources"] == ["child"]
