"""What all kinds of value have in common: how a value is checked, and how its faults are told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from mds_schemas.reading import BLANK_WORDS, Fault, ReadContext, cell_text, plain

MOST_CHARACTERS = 1000
"""No field takes a longer text, so a longer one is not looked into."""


class Kind:
    """Base of all kinds. A subclass reads a plain, non-blank text into a value or raises `Fault`."""

    sql: ClassVar[str] = "VARCHAR"
    clean_pattern: ClassVar[str] = ""
    """Texts that fully match are already what `read` would return, so a column of them needs no reading."""
    as_many_as_rows: ClassVar[bool] = False
    """Values differ from row to row, so that a list of the distinct ones may be as long as the table."""
    also_blank: ClassVar[frozenset[str]] = frozenset()
    """What stands for nothing in this kind, beside the words that do so everywhere."""

    @property
    def clean_values(self) -> tuple[str, ...]:
        """The same for single texts: each of these is already what `read` would return."""
        return ()

    def read(self, text: str, context: ReadContext) -> Any:
        raise NotImplementedError

    def survey(self, texts: Iterable[str], context: ReadContext) -> ReadContext:
        """What all the texts of a column together say about how each must be read."""
        return context

    def describe(self) -> str:
        """What the field takes, in words for the person who fills it in."""
        raise NotImplementedError

    def json_schema(self) -> dict[str, Any]:
        raise NotImplementedError

    def is_blank(self, text: str) -> bool:
        return not text or text.lower() in BLANK_WORDS or text in self.also_blank

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        may_be_blank = type(None) in get_args(source)

        def validate(value: object, info: core_schema.ValidationInfo) -> Any:
            context = info.context if isinstance(info.context, ReadContext) else ReadContext()
            text = plain(cell_text(value))
            try:
                if len(text) > MOST_CHARACTERS:
                    raise Fault("long")
                result = None if self.is_blank(text) else self.read(text, context)
            except Fault as fault:
                raise PydanticCustomError(fault.kind, "{what}", {"what": self.describe()}) from None
            if result is None and not may_be_blank:
                raise PydanticCustomError("blank", "must not be blank")
            return result

        return core_schema.with_info_plain_validator_function(validate)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return self.json_schema()
