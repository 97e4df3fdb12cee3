"""What an extract says of itself. It travels sealed with the tables: their digests would let anyone try out small counts."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from mds.failures import NotPermitted
from mds_schemas import codes

PROFILE = "counts"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def _is_day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _is_network(text: str) -> str:
    if text not in codes.load("CL36"):
        raise ValueError("no network of the standard")
    return text


Day = Annotated[str, StringConstraints(pattern=f"^{_DAY}$"), AfterValidator(_is_day)]
Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Short = Annotated[str, StringConstraints(max_length=400)]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Checkpoint(_Said):
    """What the checks of the merged store found, and why the extract left in spite of errors."""

    checks: int
    errors: list[Short]
    warnings: list[Short]
    despite: Annotated[str, StringConstraints(max_length=2000)]


class Returned(_Said):
    """A provider that was to send."""

    provider_code: Short
    provider_name: Short
    provider_type: Short
    returned: bool


class TableSaid(_Said):
    """One table: how many rows, and the digest of its file."""

    rows: int
    sha256: Digest


class Manifest(_Said):
    """Whose extract of which period, how it was made, and what it holds."""

    format_version: Literal[1] = 1
    profile: Literal["counts"]
    network: Annotated[str, AfterValidator(_is_network)]
    rp_start: Day
    rp_end: Day
    test_data: bool
    catalogue: int
    schema_version: Short
    tool_version: Short
    rule_set: Short
    store_revision: Short
    store_sequence: int
    """How many returns the region's store had taken in."""
    store_digest: Digest
    checkpoint: Checkpoint
    returns: list[Returned]
    tables: dict[Short, TableSaid]
    made_on: Day

    @property
    def content_digest(self) -> str:
        """The digest of what the extract says, whenever it was made."""
        said = self.model_dump(exclude={"format_version", "made_on", "store_sequence"})
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    @property
    def outside(self) -> dict[str, Any]:
        """What of it stands in the open on the sealed file."""
        return {name: getattr(self, name) for name in ("profile", "network", "rp_start", "test_data")}


def read(text: bytes, outside: dict[str, Any], today: date) -> Manifest:
    """The manifest of an extract that arrives. Raises NotPermitted where it does not say what a manifest says, says something
    else than stands in the open, or was made in the future."""
    try:
        found = Manifest.model_validate_json(text)
    except (ValidationError, ValueError, RecursionError):
        raise NotPermitted(
            "The extract does not say of itself what this program expects. Let the region update the program and make it again, "
            "or update this one."
        ) from None
    if {name: outside.get(name) for name in found.outside} != found.outside:
        raise NotPermitted("What stands on the extract is not what it holds. Ask the region to make it again.")
    if date.fromisoformat(found.made_on) > today + timedelta(days=1):
        raise NotPermitted(
            f"The extract says that it was made on {found.made_on}, which is still to come. Let the region look at the clock of "
            "its machine and make it again."
        )
    return found
