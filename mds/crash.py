"""What is told of an unexpected error: where in the program it happened, and no value that was at hand."""

from __future__ import annotations

import traceback


def note(error: BaseException) -> str:
    """One line for the person at the screen and for the report of the fault. Messages and locals may hold data."""
    places = [
        f"{frame.filename.rsplit('/mds', 1)[-1]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-3:]
    ]
    return (
        f"something unexpected went wrong ({type(error).__name__} at {' < '.join(reversed(places))}). "
        "Nothing was stored. Report this line; it holds no data."
    )
