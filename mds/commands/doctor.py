"""`mds doctor`: does this installation, and this home, work as it should?"""

from __future__ import annotations

from typing import Annotated

import typer

from mds.commands import options


def doctor(
    home: options.HomeOption = None,
    upgrade: Annotated[
        bool, typer.Option("--upgrade", help="Bring the store up to this program's version first.")
    ] = False,
) -> None:
    """Check the installation and a home: versions, encryption, settings, file modes, migrations. Holds no data.

    mds doctor

    mds doctor --home region
    """
    from mds.store.doctor import examine
    from mds.submission import home_at

    failed = 0
    for line in examine(home_at(home), upgrade=upgrade):
        typer.echo(f"{'ok     ' if line.well else 'FAILED '} {line.what}")
        failed += not line.well
    raise typer.Exit(13 if failed else 0)
