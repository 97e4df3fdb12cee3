"""The JSON Schema of a version: what others build against, and what is frozen once a version is released."""

from __future__ import annotations

import json
from typing import Any

from mds_schemas.table import Table
from mds_schemas.versions import Version

_OURS = ("label", "requirement", "identifying", "region", "national", "condition")
"""What of a field's metadata is part of the contract. Examples, sources and rule codes may be bettered later."""


def table_schema(model: type[Table]) -> dict[str, Any]:
    """The JSON Schema of one row of a table."""
    schema = model.model_json_schema()
    properties = {}
    for name, field in schema["properties"].items():
        about = field.pop("mds")
        field.pop("default", None)
        properties[name] = {**field, "mds": {key: about[key] for key in _OURS if about[key]}}
    info = model.info
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": info.title,
        "description": (model.__doc__ or "").strip(),
        "type": "object",
        "mds": {"table": info.number, "name": info.name, "key": list(info.key), "parent": info.parent},
        "properties": properties,
        "required": schema.get("required", []),
    }


def version_schemas(version: Version) -> dict[str, str]:
    """Table name → its JSON Schema as text, the same bytes every time."""
    return {model.info.name: json.dumps(table_schema(model), indent=2, ensure_ascii=False) + "\n" for model in version}
