"""Puts together the return of one provider for one period out of the stories of its children."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from mds.demo.activity import contact_rows, number_contacts, phase_rows
from mds.demo.care import Episode, Link
from mds.demo.child_rows import child_row, condition_rows, not_yet_ended, over_by
from mds.demo.ending import (
    Offer,
    bereavement_rows,
    death_row,
    in_bereavement,
    new_family_row,
    offers,
    perinatal_row,
)
from mds.demo.periods import Period, dice, pick
from mds.demo.plans import equipment_rows, plan_rows, transition_row
from mds.demo.providers import NETWORK_CODE, Provider
from mds.demo.rows import Row, fit
from mds.demo.stays import HospitalStay, admission_rows, break_rows, number_breaks
from mds_schemas.versions import VERSIONS, Version

_REGISTERS = {
    "CN": ("CIN", "SEN", "GPP", "DCR"),
    "CH": ("SEN", "GPP", "CCR", "CIN"),
    "AC": ("ACU", "GPP", "CDR", "ACU"),
}
_ANSWERS = {"Y": 42, "N": 53, "X": 5}


@dataclass
class Return:
    """One return before it is written: its header and the rows of its tables."""

    provider: Provider
    period: Period
    version: Version
    header: Row
    tables: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def nil(self) -> bool:
        return not self.tables.get("child")


class Writer:
    """Writes the returns of a network. What does not depend on the period is worked out once."""

    def __init__(self, links: Iterable[Link], seed: int, late_movers: frozenset[int]) -> None:
        self.links = sorted(links, key=lambda link: link.local_id)
        self.seed = seed
        self.late_movers = late_movers
        """Identities of the young people for whom the move to adult services is late."""
        self.offers = {link.local_id: offers(link, seed) for link in self.links}
        self.stays: dict[str, list[HospitalStay]] = {}
        self.away: dict[int, list[HospitalStay]] = {}

    def add_stays(self, stays: dict[str, list[HospitalStay]]) -> None:
        """Hospital stays by local number."""
        self.stays = stays
        for link in self.links:
            self.away.setdefault(link.child.identity, []).extend(stays.get(link.local_id, []))

    def write(self, provider: Provider, period: Period, version: Version | None = None) -> Return:
        """The return of a provider, in the version that it uses in the period or in another one."""
        version = version or VERSIONS[provider.version(period)]
        rows: dict[str, list[Row]] = {name: [] for name in version.tables if name != "header"}
        for link in self.links:
            if link.provider is provider and self._reports(link, period, version):
                for table, found in self._rows(link, period, version).items():
                    rows[table].extend(found)
        rows["contact"] = number_contacts(provider.prefix, period, rows["contact"])
        rows["short_break"] = number_breaks(provider.prefix, period, rows["short_break"])
        if provider.code == "ZXH02" and period.start.month == 10:
            rows["bereavement"].append(new_family_row(provider.prefix, period))
        tables = {table: [fit(version, table, row) for row in found] for table, found in rows.items()}
        return Return(provider, period, version, _header(provider, period, version, tables), tables)

    def _reports(self, link: Link, period: Period, version: Version) -> bool:
        born = link.child.born
        if born and link.child.age_on(period.start) >= version.upper_age:
            return False
        return bool(link.episodes_in(period)) or in_bereavement(link, self.offers[link.local_id], period)

    def _rows(self, link: Link, period: Period, version: Version) -> dict[str, list[Row]]:
        episodes = link.episodes_in(period)
        given: list[Offer] = self.offers[link.local_id] if over_by(link, period) else []
        found: dict[str, list[Row]] = {
            "child": [child_row(link, period, version)],
            "condition": condition_rows(link, period),
            "bereavement": bereavement_rows(link, given, period),
        }
        if episodes:
            found |= self._care(link, episodes, period)
        return {table: rows for table, rows in found.items() if table in version.tables}

    def _care(self, link: Link, episodes: list[Episode], period: Period) -> dict[str, list[Row]]:
        transition = transition_row(link, period, link.child.identity in self.late_movers)
        perinatal = perinatal_row(link, period)
        return {
            "register_membership": _register_rows(link, period),
            "referral": [_referral_row(link, episode, period) for episode in episodes],
            "phase": [row for episode in episodes for row in phase_rows(link, episode, period)],
            "contact": [row for episode in episodes for row in contact_rows(link, episode, period, self.seed)],
            "short_break": break_rows(link, period, self.seed, self.away[link.child.identity]),
            "admission": admission_rows(link, self.stays.get(link.local_id, []), period),
            "care_plan": plan_rows(link, period),
            "transition": [transition] if transition else [],
            "equipment_request": equipment_rows(link, period),
            "death": [death_row(link, period, self.seed)] if link.knows_of_death(period) else [],
            "perinatal": [perinatal] if perinatal else [],
        }


def _register_rows(link: Link, period: Period) -> list[Row]:
    """Each quarter a provider looks its children up in one outside register."""
    turns = _REGISTERS.get(link.provider.kind)
    if turns is None or not any(episode.is_open(period.end) for episode in link.episodes):
        return []
    chance = dice("registers", link.local_id, period.name)
    return [
        {
            "local_patient_id": link.local_id,
            "register_type": turns[period.start.month // 3],
            "as_of_date": period.end - timedelta(days=20),
            "found": pick(chance, _ANSWERS),
            "match_method": "D" if link.numberless else "N",
        }
    ]


def _referral_row(link: Link, episode: Episode, period: Period) -> Row:
    started = episode.start if episode.start and episode.start <= period.end else None
    decided = started is not None or (episode.start is None and episode.decided <= period.end)
    ended = episode.end if episode.end and episode.end <= period.end else None
    if not_yet_ended(link, episode, period):
        ended = None
    return {
        "referral_id": episode.number,
        "local_patient_id": link.local_id,
        "service_id": episode.service,
        "referral_date": episode.received,
        "referral_source": episode.source,
        "referral_reasons": ";".join(episode.reasons),
        "urgency": episode.urgency,
        "referral_outcome": episode.outcome if decided else "W",
        "outcome_date": episode.decided if decided else None,
        "rejection_reason": episode.rejection or None if decided else None,
        "episode_start": started,
        "episode_end": ended,
        "episode_end_reason": episode.end_reason if ended else None,
        "lead_service": "Y" if link.lead and episode is link.episodes[0] else "N",
        "commissioner_code": episode.commissioner or None,
        "funder": episode.funder,
        "assessed_hours_week": episode.assessed if started else None,
        "delivered_hours_week": episode.delivered if started else None,
        "cc_application_date": _by(episode.applied, period.end),
        "cc_package_date": _by(episode.package, period.end),
    }


def _by(day: date | None, last: date) -> date | None:
    return day if day and day <= last else None


def _header(provider: Provider, period: Period, version: Version, tables: dict[str, list[Row]]) -> Row:
    chance = dice("header", provider.code, period.name)
    made = datetime.combine(period.end + timedelta(days=chance.randint(2, 9)), time(chance.randint(9, 16), 30))
    return fit(
        version,
        "header",
        {
            "schema_version": version.number,
            "return_type": "MDS",
            "provider_code": provider.code,
            "provider_name": provider.name,
            "submitter_code": provider.code,
            "network_code": NETWORK_CODE,
            "rp_start": period.start,
            "rp_end": period.end,
            "reference_date": period.end,
            "created_at": made,
            "primary_system": provider.system,
            "nil_return": "N" if tables["child"] else "Y",
            "declared_child_count": len(tables["child"]),
            "declared_contact_count": len(tables["contact"]),
            "sharing_agreement_ref": f"ISA-2025-{provider.prefix}",
            "live_or_test": "T",
        },
    )
