"""The service questionnaires of the demo network: who offers what, where and when, with gaps, overlaps, stale entries and
contradictions on purpose (`PLANTED_…`). Everything else is covered, by one provider, at all hours that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import product

from mds.demo.mixes import SOURCES
from mds.demo.periods import PERIODS, Period
from mds.demo.places import AREAS
from mds.demo.providers import (
    EASTERN_NURSES,
    KITE,
    LANTERN,
    LARKWELL_GENERAL,
    LARKWELL_NURSES,
    MERES_TEAM,
    NEONATAL_UNIT,
    NETWORK_CODE,
    PROVIDERS,
    STILLWATER,
    Provider,
)
from mds.demo.returns import Return, Writer
from mds.demo.rows import Row, Value, fit
from mds_schemas import codes
from mds_schemas.versions import LATEST

LAST = PERIODS[-1]
EARLIER = PERIODS[3]
SENT = {provider: EARLIER if provider is KITE else LAST for provider in PROVIDERS if provider is not NEONATAL_UNIT}
"""Who sent a questionnaire, and for which period: the neonatal unit never did, Kite did half a year before."""
CONFIRMED = date(2026, 6, 15)
GATHERS_FOR_BOARDS = MERES_TEAM
"""Who sends on what the integrated care boards answered: a board sends no children, and stands in no register of providers."""
NOT_SHOWN = (LARKWELL_GENERAL,)
"""Who does not want to stand in the public directory."""

_LARKWELL, _FENMARCH, _OXLEY, _SALTMERE, _THORNBECK = (area.code for area in AREAS)
_ALL = tuple(area.code for area in AREAS)
_WEST, _EAST = (_LARKWELL, _FENMARCH, _OXLEY), (_SALTMERE, _THORNBECK)

PLANTED_OVERLAP = (_OXLEY, "HIP", STILLWATER.code, LANTERN.code)
"""Both hospices take children of the middle area."""
_MORNINGS_AND_EVENINGS = "at weekends in part: 24 of 32 hours, 8 more only at the end of life"
PLANTED_GAPS = {
    (_THORNBECK, "SIB", "none"): "nobody supports brothers and sisters in the east",
    (_SALTMERE, "SBK", "none"): "short breaks by the sea end at 18",
    (_OXLEY, "CCN", "none at night"): "the eastern nurses go home at eight",
    (_SALTMERE, "CCN", "none at night"): "the eastern nurses go home at eight",
    (_THORNBECK, "CCN", "none at night"): "the eastern nurses go home at eight",
    (_OXLEY, "CCN", "none at weekends"): "the eastern nurses say that they close at weekends",
    (_SALTMERE, "CCN", "none at weekends"): "the eastern nurses say that they close at weekends",
    (_THORNBECK, "CCN", "none at weekends"): "the eastern nurses say that they close at weekends",
    (_SALTMERE, "HAH", "at night only at the end of life"): "the eastern hospice visits at night at the end of life",
    (_THORNBECK, "HAH", "at night only at the end of life"): "the eastern hospice visits at night at the end of life",
    (_SALTMERE, "HAH", _MORNINGS_AND_EVENINGS): "the eastern hospice visits everyone from eight to eight",
    (_THORNBECK, "HAH", _MORNINGS_AND_EVENINGS): "the eastern hospice visits everyone from eight to eight",
}
"""(area, function, gap) → the story behind it."""
PLANTED_STALE = {"LG-TPT": "never confirmed", "KH-FAM": "not since", "KH-SIB": "not since", "KH-BER": "not since",
                 "KH-INF": "not since"}  # fmt: skip
PLANTED_CONTRADICTIONS = {
    ("EC-CCN", "contacts outside the hours told"): "they visit at night and at weekends",
    (
        "SW-BED",
        "contacts face to face in hours with other cover only",
    ): "it says in-patient only, and its nurses visit too",
    ("LC-CCN", "another number of children than rows were sent"): "it counts every child twice",
    ("LC-CCN", "referrals by those who may not refer"): "it forgot the family doctors",
    ("KH-FAM", "children of ACT categories that the service does not take"): "it says none of category 4",
    (None, "more bed nights than were told"): "Stillwater counted its nights before the quarter was over",
}
"""(service, what) → the story behind it."""
_COUNTS_TWICE, _FORGETS_DOCTORS, _NOT_CATEGORY_4 = "LC-CCN", "LC-CCN", "KH-FAM"
_NIGHTS_TOLD_EARLY = {"SW-BED": 60}

Hours = tuple[str, str, time, time]
"""Day type, scope, from, to."""


def _every_day(scope: str, start: int, end: int) -> tuple[Hours, ...]:
    return tuple((day, scope, time(start), time(end)) for day in ("WD", "SA", "SU"))


_ALWAYS = _every_day("ALL", 0, 0)
_OFFICE: tuple[Hours, ...] = (("WD", "ALL", time(9), time(17)),)
_EASTERN: tuple[Hours, ...] = (("WD", "ALL", time(8), time(20)),)
_NIGHTS_AT_THE_END = (*_every_day("ALL", 8, 20), *_every_day("EOL", 20, 8))


@dataclass(frozen=True)
class Offer:
    """One service of the demo."""

    provider: Provider
    number: str
    name: str
    function: str
    areas: tuple[str, ...]
    modes: str = "VIS"
    """Kinds of cover, by ;"""
    hours: tuple[Hours, ...] = _OFFICE
    ages: tuple[int, int] = (0, 25)
    level: str = "C"
    beds: int = 0


OFFERS = (
    Offer(LANTERN, "LF-IPU", "Lantern Field House", "HIP", _WEST, "BED;VIS", _ALWAYS, level="S", beds=8),
    Offer(LANTERN, "LF-HAH", "Lantern Field at Home", "HAH", _WEST, "VIS", _ALWAYS, level="S"),
    Offer(LANTERN, "LF-DAY", "Lantern Field by Day", "HDC", _WEST),
    Offer(LANTERN, "LF-SBK", "Lantern Field Short Breaks", "SBK", _WEST),
    Offer(LANTERN, "LF-FAM", "Lantern Line", "FAM", _ALL, "TEL", _ALWAYS, level="S"),
    Offer(STILLWATER, "SW-BED", "Stillwater House", "HIP", (_OXLEY, *_EAST), "BED", _ALWAYS, level="S", beds=6),
    Offer(STILLWATER, "SW-COMM", "Stillwater at Home", "HAH", _EAST, "VIS", _NIGHTS_AT_THE_END, level="S"),
    Offer(STILLWATER, "SW-DAY", "Stillwater by Day", "HDC", _EAST),
    Offer(STILLWATER, "SW-SBK", "Stillwater Short Breaks", "SBK", (_SALTMERE,), ages=(0, 18)),
    Offer(STILLWATER, "SW-SBT", "Stillwater Breaks at Thornbeck", "SBK", (_THORNBECK,)),
    Offer(LARKWELL_NURSES, "LC-CCN", "Larkwell Children's Nurses", "CCN", (_LARKWELL, _FENMARCH), "VIS", _ALWAYS),
    Offer(EASTERN_NURSES, "EC-CCN", "Eastern Children's Nurses", "CCN", (_OXLEY, *_EAST), "VIS", _EASTERN),
    Offer(LARKWELL_GENERAL, "LG-PAED", "Symptom Clinic", "SYM", _ALL, hours=_ALWAYS),
    Offer(LARKWELL_GENERAL, "LG-STU", "Step-up Beds", "STU", _ALL, "BED", level="S"),
    Offer(LARKWELL_GENERAL, "LG-STD", "Step-down Beds", "STD", _ALL, "BED", level="S"),
    Offer(LARKWELL_GENERAL, "LG-THE", "Children's Therapies", "THE", _ALL, level="U"),
    Offer(LARKWELL_GENERAL, "LG-EQU", "Equipment and Wheelchairs", "EQU", _ALL, level="U"),
    Offer(LARKWELL_GENERAL, "LG-TPT", "Patient Transport", "TPT", _ALL, level="U"),
    Offer(LARKWELL_GENERAL, "LG-TRN", "Moving On", "TRN", _ALL, ages=(14, 25)),
    Offer(LARKWELL_GENERAL, "LG-YAS", "Young Adult Clinic", "YAS", _ALL, ages=(16, 25)),
    Offer(MERES_TEAM, "EM-PPC", "East Meres Specialist Team", "SPC", _ALL, "VIS", _ALWAYS, level="S"),
    Offer(MERES_TEAM, "EM-PERI", "East Meres Perinatal Team", "NEO", _ALL, hours=_ALWAYS, ages=(0, 1), level="S"),
    Offer(MERES_TEAM, "EM-EOL", "East Meres End of Life at Home", "EOL", _ALL, "VIS", _ALWAYS, level="S"),
    Offer(MERES_TEAM, "EM-ADV", "East Meres Advice Line", "ADV", _ALL, "PRO", _ALWAYS, level="S"),
    Offer(MERES_TEAM, "EM-KEY", "East Meres Key Workers", "KEY", _ALL),
    Offer(MERES_TEAM, "EM-EDU", "East Meres Learning", "EDU", _ALL),
    Offer(KITE, "KH-FAM", "Kite Family Counselling", "PSY", _ALL, hours=_ALWAYS),
    Offer(KITE, "KH-SIB", "Kite Brothers and Sisters", "SIB", (*_WEST, _SALTMERE)),
    Offer(KITE, "KH-BER", "Kite Bereavement Support", "BER", _ALL),
    Offer(KITE, "KH-INF", "Kite Information Desk", "INF", _ALL, level="U"),
)

_HOSPICES = tuple(next(offer for offer in OFFERS if offer.provider is hospice) for hospice in (LANTERN, STILLWATER))
"""The first service of each hospice, of which its income is told."""
_ALWAYS_OPEN = ("05", "09")
"""Who may refer to everybody: maternity units before a birth, and hospices."""
_NEED = 63
"""Children in 10,000 with a life-limiting condition, as the boards estimate."""

_STAFF: Mapping[str, tuple[tuple[str, str, str, int], ...]] = {
    "CH": (("NHO", "6", "22.0", 3), ("HCA", "3", "14.0", 1), ("PHY", "6", "1.6", 0), ("PLA", "4", "2.0", 0)),
    "CN": (("NCN", "6", "12.0", 2), ("HCA", "3", "4.0", 0)),
    "AC": (("MCO", "MED", "6.0", 1), ("OCC", "6", "2.0", 0), ("SLT", "6", "1.0", 0), ("DIE", "6", "1.0", 0)),
    "SP": (("MCP", "MED", "2.0", 0), ("NCS", "7", "5.0", 1), ("KEY", "5", "3.0", 0)),
    "VS": (("PSY", "7", "2.0", 0), ("SOC", "6", "3.0", 0), ("BER", "5", "1.0", 0)),
}
"""By type of provider: staff group, band, funded and vacant whole-time equivalents."""
_TAUGHT = {"CH": ("COM", "NEO"), "CN": ("HOS",)}
"""By type of provider: whom it teaches beside schools."""


def questionnaires(writer: Writer) -> list[Return]:
    """Every questionnaire that was sent."""
    return [questionnaire(writer, provider, period) for provider, period in SENT.items()]


def questionnaire(writer: Writer, provider: Provider, period: Period) -> Return:
    """The questionnaire of one provider for one period."""
    offers = [offer for offer in OFFERS if offer.provider is provider]
    rows: dict[str, list[Row]] = {
        "organisation": [_organisation(provider)],
        "service": [_service(offer, period) for offer in offers],
        "cover": [row for offer in offers for row in _cover(offer)],
        "capacity": [_capacity(offer, period) for offer in offers if offer.beds],
        "workforce": list(_workforce(offers[0])),
        "training": list(_training(offers[0])),
        "funding": list(_funding(offers[0])),
        "expenditure_activity": [_expenditure(offers[0])],
        "aggregate_caseload": list(_counts(writer, provider, period)),
        "user_experience": list(_experience(offers[0], period)),
        "staff_experience": list(_staff_experience(offers[0])),
        "standards": [
            _standard(provider, framework, number) for framework in ("CORE", "TRAN") for number in range(1, 7)
        ],
        "commissioner": list(_boards()) if provider is GATHERS_FOR_BOARDS else [],
    }
    tables = {table: [fit(LATEST, table, row) for row in found] for table, found in rows.items()}
    return Return(provider, period, LATEST, _header(provider, period), tables)


def _header(provider: Provider, period: Period) -> Row:
    return fit(LATEST, "header", {
        "schema_version": LATEST.number, "return_type": "SQ", "provider_code": provider.code,
        "provider_name": provider.name, "submitter_code": provider.code, "network_code": NETWORK_CODE,
        "rp_start": period.start, "rp_end": period.end, "reference_date": period.end,
        "created_at": datetime.combine(period.end + timedelta(days=12), time(11, 30)),
        "primary_system": "Service questionnaire", "nil_return": "N",
        "sharing_agreement_ref": f"ISA-2025-{provider.prefix}", "live_or_test": "T",
    })  # fmt: skip


def _organisation(provider: Provider) -> Row:
    voluntary = provider.sector == "VOL"
    return {
        "provider_code": provider.code, "legal_name": provider.name, "provider_type": provider.kind,
        "sector": provider.sector, "charity_number": f"99{provider.home[1]:02}{provider.home[0]}77" if voluntary else None,
        "network_codes": NETWORK_CODE, "accountable_lead": "Y", "network_meetings_attended": 3,
        "directory_consent": "N" if provider in NOT_SHOWN else "Y",
        "website": f"www.{provider.prefix.lower()}.example", "public_phone": f"01632 9600{provider.home[1]:02}",
    }  # fmt: skip


def _service(offer: Offer, period: Period) -> Row:
    confirmed = CONFIRMED if period is LAST else period.end - timedelta(days=20)
    routes = {*SOURCES[offer.provider.kind], *_ALWAYS_OPEN} - ({"01"} if offer.number == _FORGETS_DOCTORS else set())
    return {
        "service_id": offer.number, "provider_code": offer.provider.code, "service_name": offer.name,
        "service_function": offer.function, "service_level": offer.level, "settings": "HO" if offer.beds else "HM",
        "areas_served": ";".join(offer.areas), "age_from": offer.ages[0], "age_to": offer.ages[1],
        "act_categories": "1;2;3" if offer.number == _NOT_CATEGORY_4 else "1;2;3;4", "eligibility_published": "Y",
        "referral_routes": ";".join(sorted(routes)), "self_referral": "Y" if "14" in routes else "N",
        "self_service_ooh": "Y" if offer.beds else "N",
        "opened_on": offer.provider.opened, "confirmed_on": None if offer.number == "LG-TPT" else confirmed,
        "participation": "INF", "information_formats": "PRT;WEB", "transport": "F",
    }  # fmt: skip


def _cover(offer: Offer) -> Iterator[Row]:
    for mode, (day, scope, start, end) in product(offer.modes.split(";"), offer.hours):
        yield {
            "service_id": offer.number, "day_type": day, "mode": mode, "cover_scope": scope, "from_time": start,
            "to_time": end, "staffed_by": "NHO" if offer.provider.kind == "CH" else "NCN", "known_to_family": "Y",
            "commissioned": "Y", "days_not_covered": 0,
        }  # fmt: skip


def _capacity(offer: Offer, period: Period) -> Row:
    nights = offer.beds * ((period.end - period.start).days + 1)
    return {
        "service_id": offer.number, "beds_registered": offer.beds, "beds_staffed": Decimal(offer.beds - 1),
        "bed_nights_available": nights - 60, "bed_nights_used": _NIGHTS_TOLD_EARLY.get(offer.number, nights - 160),
        "bed_nights_closed_staffing": 40,
        "waiting_now": 2, "longest_wait_days": 24,
    }  # fmt: skip


def _workforce(offer: Offer) -> Iterator[Row]:
    for group, band, funded, vacant in _STAFF[offer.provider.kind]:
        in_post = Decimal(funded) - vacant
        yield {
            "service_id": offer.number, "staff_group": group, "band": band, "headcount": int(in_post) + 3,
            "wte_funded": Decimal(funded), "wte_in_post": in_post, "wte_vacant": Decimal(vacant),
            "wte_vacant_3m": Decimal(min(vacant, 1)), "leavers_12m": 1, "joiners_12m": 1,
        }  # fmt: skip


def _training(offer: Offer) -> Iterator[Row]:
    for subject, trained in (("PAL", 18), ("COM", 15), ("CUL", 9), ("SAF", 20)):
        yield {"service_id": offer.number, "subject": subject, "level": "2", "audience": "OWN", "eligible": 20,
               "trained_current": trained, "sessions": 3, "mode": "M"}  # fmt: skip
    for audience in ("SCH", *_TAUGHT.get(offer.provider.kind, ())):
        yield {"service_id": offer.number, "subject": "PAL", "level": "1", "audience": audience, "trained_current": 6,
               "sessions": 1, "mode": "F"}  # fmt: skip


def _funding(offer: Offer) -> Iterator[Row]:
    parts: tuple[tuple[str, str, str, int], ...] = (("ICB", "QHG", "B", 420_000), ("LA", _LARKWELL, "P", 80_000))
    if offer.provider.sector == "VOL":
        parts = (*parts, ("CHG", "", "G", 300_000), ("CHA", "", "", 1_200_000))
    for funder, code, form, amount in parts:
        yield {"service_id": offer.number, "financial_year": "2025/26", "funder": funder, "funder_code": code or None,
               "contract_form": form or None, "amount_gbp": amount, "lead_commissioner": "Y" if code else None}  # fmt: skip


def _expenditure(offer: Offer) -> Row:
    income = 2_000_000 if offer.provider.sector == "VOL" else 500_000
    pay, overhead = income * 3 // 4, income // 10
    return {
        "service_id": offer.number, "financial_year": "2025/26", "spend_pay_gbp": pay,
        "spend_nonpay_gbp": income - pay - overhead, "spend_overhead_gbp": overhead, "spend_total_gbp": income,
        "income_total_gbp": income, "children_supported": 60, "contacts": 2_400,
        "bed_nights": 1_500 if offer.beds else None,
    }  # fmt: skip


_ETHNIC_SHARES = {"ethnic_wbri": 66, "ethnic_woth": 4, "ethnic_mwbc": 5, "ethnic_apak": 8, "ethnic_aind": 7,
                  "ethnic_bafr": 6, "ethnic_ooth": 2, "ethnic_99": 2}  # fmt: skip

_BREAKDOWNS: Mapping[str, Mapping[str, int]] = {
    "ages": {"age_under_1": 5, "age_1_5": 25, "age_6_10": 27, "age_11_15": 25, "age_16_19": 18, "age_20_25": 0,
             "age_not_recorded": 0},
    "sexes": {"sex_female": 45, "sex_male": 55, "sex_other": 0, "sex_not_recorded": 0},
    "categories": {"act_1": 30, "act_2": 15, "act_3": 25, "act_4": 30, "act_not_decided": 0},
    "phases": {"phase_stable": 76, "phase_unstable": 10, "phase_deteriorating": 12, "phase_terminal": 2,
               "phase_not_assessed": 0},
    "groups": {name: _ETHNIC_SHARES.get(name, 0) for name in LATEST.tables["aggregate_caseload"].columns()
               if name.startswith("ethnic_")},
}  # fmt: skip


def _counts(writer: Writer, provider: Provider, period: Period) -> Iterator[Row]:
    """Counts of children beside the rows, from the two nursing teams and the specialist team."""
    if provider not in (LARKWELL_NURSES, EASTERN_NURSES, MERES_TEAM):
        return
    service = next(offer.number for offer in OFFERS if offer.provider is provider)
    children = {row["local_patient_id"] for row in writer.write(provider, period).tables["referral"]
                if row["service_id"] == service and _cared_for(row, period)}  # fmt: skip
    total = len(children) * 2 if service == _COUNTS_TWICE else len(children)
    row: Row = {"service_id": service, "new_children": total // 5, "continuing_children": total - total // 5,
                "rereferred_children": 0, "total_children": total, "deaths": 1, "bereaved_families": 1}  # fmt: skip
    for weights in _BREAKDOWNS.values():
        row |= _spread(total, weights)
    yield row


def _cared_for(row: Row, period: Period) -> bool:
    start, end = row["episode_start"], row["episode_end"]
    return isinstance(start, date) and start <= period.end and (not isinstance(end, date) or end >= period.start)


def _spread(total: int, weights: Mapping[str, int]) -> dict[str, Value]:
    """A total in whole parts that are as good as in proportion; the largest takes what is left."""
    parts = {name: total * weight // sum(weights.values()) for name, weight in weights.items()}
    parts[max(weights, key=lambda name: weights[name])] += total - sum(parts.values())
    return dict(parts)


def _experience(offer: Offer, period: Period) -> Iterator[Row]:
    for item, agree in (("INF", 9), ("SUP", 11), ("OVR", 12)):
        yield {
            "service_id": offer.number, "item": item, "respondent": "PA", "invited": 40, "responses": 16, "n1": agree,
            "n2": 16 - agree - 2, "n3": 1, "n4": 1, "n5": 0, "n8": 0, "method": "W",
            "collected_from": period.start, "collected_to": period.end,
        }  # fmt: skip


def _staff_experience(offer: Offer) -> Iterator[Row]:
    """Most agree that care is joined up; of time for meetings many say that it is not protected."""
    for place, item in enumerate(codes.load("staff_item")):
        agree, content = 4 + place % 3, 0 if item == "C" else 3
        yield {
            "service_id": offer.number, "item": item, "responses": 14, "n1": content, "n2": agree, "n3": 2,
            "n4": 14 - agree - content - 4, "n5": 1, "n8": 1, "method": "W",
        }  # fmt: skip


def _boards() -> Iterator[Row]:
    """The boards of the areas. The first one pays for the others too, and one has no published plan yet."""
    boards = list(dict.fromkeys(area.icb for area in AREAS))
    for board in boards:
        own = [area for area in AREAS if area.icb == board]
        places = {area.code for area in own}
        need = sum(area.population_0_19 for area in own) * _NEED // 10_000
        yield {
            "commissioner_code": board, "need_estimate": need, "accessed_hospice": need // 8,
            "hospice_spend_gbp": sum(_paid(offer, board) for offer in _HOSPICES),
            "in_strategy": "N" if board == boards[-1] else "Y",
            "functions_commissioned": ";".join(sorted({offer.function for offer in OFFERS if places & {*offer.areas}})),
            "joint_with": ";".join(other for other in boards if other != board),
        }  # fmt: skip


def _paid(offer: Offer, board: str) -> int:
    """What a board pays, as the one who receives it says."""
    return sum(int(str(row["amount_gbp"])) for row in _funding(offer) if row["funder_code"] == board)


def _standard(provider: Provider, framework: str, number: int) -> Row:
    return {"provider_code": provider.code, "framework": framework, "standard_no": number,
            "self_rating": "1" if number % 3 else "3", "assessed_on": date(2026, 3, 16)}  # fmt: skip
