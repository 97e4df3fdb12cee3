"""Runs commands of the program in processes of their own, that can be killed or kept short of disk: everything is
imported once, and each command runs in a fork of that.

    {"words": ["submit", …], "said": "/path", "file_size": 4096, "plain": 1}  →  pid, then the exit status

`file_size` is the limit beyond which no file may grow; `plain` gives up the right of root to write where nobody may.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
from pathlib import Path


def _import_all() -> None:
    """What a command imports on its way, so that no fork spends its time on it. No database is opened."""
    import pyarrow  # noqa: F401
    import rapidfuzz.distance  # noqa: F401

    from mds_validators.rules import all_rules

    all_rules()


def _command(asked: dict[str, object], told: int) -> None:
    from mds.main import run

    os.dup2(told, 1)
    os.dup2(told, 2)
    if "file_size" in asked:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(str(asked["file_size"])),) * 2)
    if "plain" in asked and os.geteuid() == 0:
        _give_up_capabilities()
    words = asked["words"]
    assert isinstance(words, list)
    sys.argv = ["mds", *map(str, words)]
    try:
        run()
    except SystemExit as ended:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(ended.code or 0))
    os._exit(0)


def _give_up_capabilities() -> None:
    """Of this process alone: from now on it may do what the modes of files say, and no more."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None, use_errno=True).capset(header, nothing) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def main() -> None:
    _import_all()
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        hear, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(hear)
            _command(asked, tell)
        os.close(tell)
        print(child, flush=True)
        with os.fdopen(hear) as heard:
            said = heard.read()
        _, status = os.waitpid(child, 0)
        Path(asked["said"]).write_text(said)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
