"""What a field and a table say about themselves. Everything else is driven by it and lists no field again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property
from types import UnionType
from typing import Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model
from pydantic.fields import FieldInfo

from mds_schemas.types import Kind

Requirement = Literal["mandatory", "required", "optional", "conditional", "derived"]
"""Mandatory: the row is rejected without it. Required: its absence is a warning where a rule says so. Conditional:
mandatory when `condition` holds, which a rule checks. Derived: the program works it out."""

Identifying = Literal["D", "Q", "S", "N"]
"""Direct identifier, quasi-identifier, sensitive, none."""


@dataclass(frozen=True)
class Item:
    """A field's place in the standard: what is asked of it, how identifying it is and how far it travels.

    `region` is what becomes of it on the provider's machine, before anything leaves; `national` what becomes of it on
    the way from the region to the nation. `rules` names the rule that a fault of each kind breaks (`*` for any, `blank`
    for a mandatory field without a value, and the kinds of repair that a reader notes); a fault that is not named
    breaks the table's own rule 900 or 910Q.
    """

    label: str
    meaning: str
    requirement: Requirement
    identifying: Identifying
    region: str
    national: str
    example: str = ""
    condition: str = ""
    source: str = ""
    rules: Mapping[str, str] = field(default_factory=dict)
    public: bool = False
    """Shown in the public directory, where the owner agrees."""

    @property
    def leaves_provider(self) -> bool:
        return self.region != "drop"


def item(  # noqa: PLR0913 - one keyword for each thing a field says of itself
    label: str,
    meaning: str,
    requirement: Requirement,
    *,
    identifying: Identifying = "N",
    national: str = "keep",
    region: str = "",
    example: str = "",
    condition: str = "",
    source: str = "",
    rules: Mapping[str, str] | None = None,
    public: bool = False,
) -> Any:
    """A field of a table. `region` is `keep` unless said otherwise; what is dropped nationally is dropped at once."""
    region = region or ("drop" if national == "drop" else "keep")
    about = Item(
        label,
        meaning,
        requirement,
        identifying,
        region,
        national,
        example,
        condition,
        source,
        dict(rules or {}),
        public,
    )
    default: Any = ... if requirement == "mandatory" else None
    return Field(default, title=label, description=meaning, json_schema_extra={"mds": asdict(about)})


@dataclass(frozen=True)
class TableInfo:
    """A table's number, names, key and parent, and the prefix of its own rule codes. Tables of children are numbered M,
    those of the service questionnaires Q."""

    number: str
    name: str
    title: str
    key: tuple[str, ...]
    parent: str = ""
    parent_key: str = ""
    parentless: str = ""
    """What stands in the parent's key where a row belongs to no row of the parent but to the whole organisation."""

    @property
    def about_services(self) -> bool:
        return self.number.startswith("Q")

    @property
    def rule_prefix(self) -> str:
        return "CP" + self.number.removeprefix("M")


@dataclass(frozen=True)
class Column:
    """One field of one table: its name, its item and its kind."""

    name: str
    item: Item
    kind: Kind
    annotation: Any

    @property
    def mandatory(self) -> bool:
        return self.item.requirement == "mandatory"

    @property
    def sent(self) -> bool:
        """A provider may send it. Derived fields are worked out and, where sent, compared or ignored."""
        return self.item.requirement != "derived"

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.annotation)


class Table(BaseModel):
    """Base of every table's model. Reading a row of texts through the model and reading its columns agree."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, defer_build=True)
    info: ClassVar[TableInfo]

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """Field name → column, in the order of the standard."""
        return _columns(cls)

    @classmethod
    def mandatory(cls) -> list[str]:
        return [name for name, column in cls.columns().items() if column.mandatory]


@cache
def _columns(model: type[Table]) -> dict[str, Column]:
    return {name: _column(name, info) for name, info in model.model_fields.items()}


def _column(name: str, info: FieldInfo) -> Column:
    extra = info.json_schema_extra
    assert isinstance(extra, dict), name  # noqa: S101 - a field declared without item() is a mistake in the schema
    about: Any = extra["mds"]
    kind = next(part for part in info.metadata if isinstance(part, Kind))
    return Column(name, Item(**about), kind, info.rebuild_annotation())


TableModel = TypeVar("TableModel", bound=type[Table])


def without(model: type[Table], *fields: str) -> type[Table]:
    """A table like `model` that lacks some fields: how an older version is told from a newer one."""
    kept: dict[str, Any] = {
        name: (info.rebuild_annotation(), info) for name, info in model.model_fields.items() if name not in fields
    }
    return create_model(model.__name__, __base__=Table, __module__=model.__module__, __doc__=model.__doc__, **kept)


def optional(annotation: Any) -> bool:
    """Whether None may stand in a field annotated so."""
    if hasattr(annotation, "__metadata__"):
        annotation = get_args(annotation)[0]
    return get_origin(annotation) in (Union, UnionType) and type(None) in get_args(annotation)
