"""A child with unmistakable values in every field that tells who it is, and the search for what is left of them."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

STEM = "zqxjkvb"
"""Stands in every text and number of the child's, so that any of them is found by it."""
NHS_NUMBER = "9990000204"
BORN = "2017-03-09"
POSTCODE = "ZX7 7QW"
SCHOOL = "999077"

_WRITTEN = {
    STEM: (STEM,),
    NHS_NUMBER: (NHS_NUMBER, "999 000 0204", "999-000-0204"),
    BORN: (BORN, "09/03/2017", "9/3/2017", "20170309", "9 March 2017", "09-03-2017"),
    POSTCODE: (POSTCODE, "ZX77QW"),
}
"""The ways in which each is written."""


def case() -> dict[str, Any]:
    """A return of the canary and of two children who are nobody in particular."""
    own, referral = STEM.upper() + "01", STEM + "-RF1"
    canary = {
        "local_patient_id": own, "nhs_number": NHS_NUMBER, "given_name": STEM.title(), "family_name": f"O'{STEM.title()}",
        "person_birth_date": BORN, "postcode": POSTCODE, "school_urn": SCHOOL, "sex": "2", "ethnic_category": "AIND",
        "national_opt_out": "N",
    }  # fmt: skip
    others = [
        {"local_patient_id": f"OTHER{number}", "nhs_number": nhs, "person_birth_date": born}
        for number, (nhs, born) in enumerate((("9990000018", "2016-08-14"), ("9990000026", "2019-11-23")))
    ]
    return {
        "header": {"provider_name": f"{STEM} House", "primary_system": f"{STEM}soft 4", "sharing_agreement_ref": f"{STEM}-ISA"},
        "child": [canary, *others],
        "condition": [{"local_patient_id": own, "condition_text": f"{STEM} of the wing", "icd10_code": "Q91.0"},
                      *({"local_patient_id": other["local_patient_id"]} for other in others)],
        "register_membership": {"local_patient_id": own, "register_row_ref": f"{STEM}-row"},
        "referral": [{"local_patient_id": own, "referral_id": referral},
                     *({"local_patient_id": other["local_patient_id"], "referral_id": f"RF{other['local_patient_id']}"}
                       for other in others)],
        "phase": {"referral_id": referral, "phase_submitted": f"{STEM} blue"},
        "contact": [{"contact_id": f"{STEM}-CT1", "referral_id": referral, "duration_min": "1500"}],
        "short_break": {"short_break_id": f"{STEM}-SB1", "referral_id": referral},
        "admission": {"admission_id": f"{STEM}-AD1", "local_patient_id": own},
        "care_plan": {"plan_id": f"{STEM}-PL1", "local_patient_id": own},
        "equipment_request": {"request_id": f"{STEM}-EQ1", "local_patient_id": own},
        "bereavement": {"bereavement_id": f"{STEM}-BV1", "local_patient_id": ""},
    }  # fmt: skip


def values() -> set[str]:
    """Every value of the canary that tells who it is, as it stands in the return."""
    told = set()
    for rows in case().values():
        for row in rows if isinstance(rows, list) else [rows]:
            told.update(text for text in row.values() if STEM in text.lower())
    return told | {text for written in _WRITTEN.values() for text in written}


def traces() -> dict[bytes, str]:
    """Lower-case bytes → what they are a trace of. Base64 has three shapes, by where in the text the value stands."""
    found: dict[bytes, str] = {}
    for written in _WRITTEN.values():
        for text in written:
            for shape, name in ((text, text), (text[::-1], f"{text} reversed")):
                for made, how in _encodings(shape):
                    found[made.lower()] = f"{name}, {how}"
    for text in values():
        for shape in {text, text.upper(), text.lower(), re.sub("[ -]", "", text)}:
            for algorithm in ("md5", "sha1", "sha256"):
                digest = hashlib.new(algorithm, shape.encode(), usedforsecurity=False).digest()
                for made in (digest, digest.hex().encode(), base64.b64encode(digest).rstrip(b"=")):
                    found[made.lower()] = f"{algorithm} of {text}"
    return found


def _encodings(text: str) -> Iterator[tuple[bytes, str]]:
    for shape in (text, text.upper(), text.lower()):
        plain = shape.encode()
        yield plain, "plain"
        yield shape.encode("utf-16-le")[:-1], "UTF-16"
        yield plain.hex().encode(), "hex"
        for before in range(3):
            whole = base64.b64encode(b"\0" * before + plain)
            yield whole[-(-before * 4 // 3) + (before > 0) :].rstrip(b"=")[:-1], "base64"


_TRACES = traces()


def found_in(data: bytes) -> set[str]:
    """What of the canary stands in some bytes."""
    lower = data.lower()
    return {name for trace, name in _TRACES.items() if trace in lower}


def found_in_files(folders: Iterable[Path]) -> dict[str, set[str]]:
    """File → what of the canary stands in it or in its name."""
    files = [path for folder in folders for path in ([folder] if folder.is_file() else sorted(folder.rglob("*")))]
    found = {
        str(path): found_in(path.name.encode() + b"\n" + (path.read_bytes() if path.is_file() else b""))
        for path in files
    }
    return {name: told for name, told in found.items() if told}
