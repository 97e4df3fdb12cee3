"""The answers file is read in as many dresses as a return."""

from __future__ import annotations

from pathlib import Path

import pytest

from mds.failures import UsageFailure
from mds.provider.answers import Answer, read_answers


@pytest.mark.parametrize("heading", ["rule", "Rule", "Code"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize(("delimiter", "first"), [(",", ""), (";", ""), (";", "sep=;\n"), ("\t", "")])
def test_answers_in_every_dress(tmp_path: Path, heading: str, codec: str, delimiter: str, first: str) -> None:
    path = tmp_path / "answers.csv"
    rows = [
        (heading, "Row_key", "Reason"),
        ("cp301080q", "CT1", "Zoë’s night"),
        ("", "", ""),
        ("CP101170Q", "SB1", "moved"),
    ]
    path.write_text(first + "\n".join(map(delimiter.join, rows)) + "\n", encoding=codec)
    assert read_answers(path) == [
        Answer(2, "CP301080Q", "CT1", "Zoë’s night"), Answer(4, "CP101170Q", "SB1", "moved"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", 'lacks the column "rule"'),
        ("rule,row key\nCP301080Q,CT1\n", 'lacks the column "reason"'),
        ("rule,row key,reason\nCP301080Q,CT1\n", "Line 2 of the answers file gives no reason"),
        ('rule,row key,reason\nCP301080Q,CT1,"never closed\n', "Look at its quotes"),
    ],
)
def test_answers_that_cannot_be_read(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(text)
    with pytest.raises(UsageFailure, match=said):
        read_answers(path)
