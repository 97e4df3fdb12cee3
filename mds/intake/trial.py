"""Reads a workbook in a process of its own first, where nothing tells beforehand how much memory it takes.

A workbook of another kind than .xlsx, or one that no spreadsheet program made, can lie about its sizes in ways that only
its reader finds out, and a reader that cannot get its memory ends the whole program. In a process of its own it ends that
one.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LEAST_MEMORY, MOST_MEMORY = 512 << 20, 2 << 30
MEMORY_PER_BYTE = 50
"""A byte of a packed workbook becomes twenty, and these a cell that takes as many again."""
MOST_SECONDS = 120

_READ = """
import sys
try:
    import resource
except ImportError:  # there is no limit on this kind of machine
    sys.exit()
for limit, most in ((resource.RLIMIT_AS, int(sys.argv[2])), (resource.RLIMIT_CPU, int(sys.argv[3]))):
    resource.setrlimit(limit, (most, most))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from python_calamine import CalamineWorkbook
try:
    with open(sys.argv[1], "rb") as stream:
        workbook = CalamineWorkbook.from_filelike(stream)
        for index in range(len(workbook.sheet_names)):
            workbook.get_sheet_by_index(index)
except MemoryError:
    sys.exit(1)
except BaseException:
    sys.exit()  # what is wrong is told by who reads it next
"""


def can_be_read(path: Path) -> bool:
    """Whether a reader comes to an end with the workbook, for better or worse, within its memory and time."""
    memory = min(LEAST_MEMORY + MEMORY_PER_BYTE * path.stat().st_size, MOST_MEMORY)
    limits = map(str, (memory, MOST_SECONDS))
    command = [sys.executable, "-c", _READ, str(path), *limits]
    done = subprocess.run(  # noqa: S603 - this very Python, and a path that is an argument and no command
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return done.returncode == 0
