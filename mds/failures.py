"""Failures of a run, each with its exit code. Findings about data are never raised: see `mds.validate.findings`.

A failure's message is one line: what is wrong and what to do. It holds no cell value, local number or name.
"""

from __future__ import annotations

from typing import ClassVar


class Failure(Exception):
    """Base of all failures. Shown as one line, without a traceback."""

    exit_code: ClassVar[int] = 70


class UsageFailure(Failure):
    exit_code = 2


class UnreadableFile(Failure):
    exit_code = 10


class UnknownReturn(Failure):
    exit_code = 11


class ConfigurationFailure(Failure):
    exit_code = 12


class StoreFailure(Failure):
    exit_code = 13


class NotPermitted(Failure):
    exit_code = 14
