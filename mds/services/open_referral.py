"""The directory as Open Referral UK: the UK profile of the Human Services Data Specification, version 3.0.

One document with every service in full, as the standard's list of services gives them page by page. Identifiers are
made of the codes, so that a service keeps its own from edition to edition. What the profile asks for and the directory
does not hold, such as an e-mail address, is left out; `url` is there where the organisation has a web address.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from mds.services.directory import Entry, in_words
from mds.services.week import Line

_SPACE = uuid5(NAMESPACE_URL, "urn:childrens-palliative-mds:directory")
_DAYS = {"WD": "MO,TU,WE,TH,FR", "SA": "SA", "SU": "SU"}
"""Bank holidays have no place in a weekly rule; they are told in words."""
_TAXONOMIES = ("service_function", "service_level", "act_categories", "settings", "information_formats")
"""Fields of a service that classify it, each the name of a taxonomy of its own."""


def as_document(found: list[Entry]) -> dict[str, Any]:
    """All entries, as one page of the standard's list."""
    return {
        "total_items": len(found), "total_pages": 1, "page_number": 1, "size": len(found), "first_page": True,
        "last_page": True, "empty": not found, "contents": [_service(entry) for entry in found],
    }  # fmt: skip


def _id(*parts: str) -> str:
    return str(uuid5(_SPACE, "|".join(parts)))


def _service(entry: Entry) -> dict[str, Any]:
    identifier = _id("service", entry.provider_code, entry.service_id)
    document = {
        "id": identifier,
        "name": entry.name,
        "description": _description(entry),
        "url": entry.website,
        "status": "active",
        "minimum_age": entry.service["age_from"],
        "maximum_age": entry.service["age_to"],
        "assured_date": entry.confirmed_on and entry.confirmed_on.isoformat(),
        "alert": "May be out of date: nobody has confirmed this entry for half a year." if entry.is_stale else "",
        "phones": _phones(entry),
        "schedules": [_schedule(identifier, number, line) for number, line in enumerate(entry.lines)],
        "service_areas": [
            {"id": _id("area", identifier, code), "name": name, "extent": code, "extent_type": "ONS code"}
            for code, name in entry.areas.items()
        ],
        "organization": _organisation(entry),
        "attributes": list(_attributes(entry, identifier)),
    }
    return {name: value for name, value in document.items() if value not in (None, "", [])}


def _description(entry: Entry) -> str:
    own = entry.service
    need = entry.need[:1].upper() + entry.need[1:]
    said = [
        f"{need} for children and young people from {own['age_from']} to {own['age_to']} years.",
        "Families may refer themselves." if own["self_referral"] == "Y" else "A professional has to refer.",
    ]
    if own["diagnosis_excluded"]:
        said.append(f"Not for: {own['diagnosis_excluded']}.")
    return " ".join(said)


def _phones(entry: Entry) -> list[dict[str, str]]:
    number = entry.organisation["public_phone"]
    return [{"id": _id("phone", entry.provider_code), "number": number}] if number else []


def _schedule(service: str, number: int, line: Line) -> dict[str, str]:
    told = f"{in_words('cover', 'mode', line.mode)}, {in_words('cover', 'cover_scope', line.cover_scope)}"
    days = in_words("cover", "day_type", line.day_type)
    schedule = {"id": _id("schedule", service, str(number)), "description": f"{told}: {days}, {line.hours}"}
    if line.day_type in _DAYS:
        schedule |= {"freq": "WEEKLY", "byday": _DAYS[line.day_type]}
    return schedule | {"opens_at": f"{line.from_time:%H:%M:%S}", "closes_at": f"{_closes(line):%H:%M:%S}"}


def _closes(line: Line) -> time:
    """The standard has no 24:00, and hours that close when they open, or at 00:00, read as none: the last minute instead."""
    if line.to_time not in (time(0), line.from_time):
        return line.to_time
    last = (60 * line.to_time.hour + line.to_time.minute - 1) % 1440
    return time(last // 60, last % 60)


def _organisation(entry: Entry) -> dict[str, Any]:
    own = entry.organisation
    document = {
        "id": _id("organisation", entry.provider_code),
        "name": own["legal_name"],
        "description": f"{in_words('organisation', 'provider_type', own['provider_type'])}, "
        f"{in_words('organisation', 'sector', own['sector'])}",
        "website": entry.website,
        "organization_identifiers": [
            {"id": _id(scheme, str(value)), "identifier_type": scheme, "identifier": value}
            for scheme, value in (
                ("GB-CHC", own["charity_number"]), ("CQC", own["cqc_provider_id"]), ("ODS", entry.provider_code)
            )
            if value
        ],
    }  # fmt: skip
    return {name: value for name, value in document.items() if value}


def _attributes(entry: Entry, identifier: str) -> Iterator[dict[str, Any]]:
    for taxonomy in _TAXONOMIES:
        value = entry.service[taxonomy]
        for code in value if isinstance(value, tuple) else [value] if value else []:
            words = in_words("service", taxonomy, (code,) if isinstance(value, tuple) else code)
            yield {
                "id": _id("attribute", identifier, taxonomy, code),
                "link_entity": "service",
                "link_type": taxonomy,
                "taxonomy_term": {"id": _id("term", taxonomy, code), "code": code, "name": words, "taxonomy": taxonomy},
            }
