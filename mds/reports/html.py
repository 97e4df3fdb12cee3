"""How every page of the program is made: from the templates beside this module, escaped, and complete or not at all."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

from mds.reports.wording import counted, day, listed, number, printable

if TYPE_CHECKING:
    from jinja2 import Environment


def inline_script(name: str) -> tuple[object, str]:
    """A script of the program's own for a page, and what the page's policy must say to let it and no other run."""
    from markupsafe import Markup

    text = files("mds.reports").joinpath("templates", name).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), f"sha256-{digest}"  # noqa: S704 - the program's own


def environment() -> Environment:
    """The templates, with the words that all pages share as filters."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("mds.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(number=number, printable=printable, counted=counted, day=day, listed=listed)
    return made
