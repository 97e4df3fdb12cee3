"""Counts of children by each ethnic category in the place of six groups.

A group cannot be told apart again, so what was counted by groups is let go of; the returns themselves stay, and a
provider that sends its questionnaire again gives the finer counts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_GROUPS = ("white", "mixed", "asian", "black", "other", "not_known")
_CATEGORIES = (
    "wbri", "wiri", "wgit", "wrom", "woth", "mwbc", "mwba", "mwas", "moth", "aind", "apak", "aban", "achi", "aoth", "bcar",
    "bafr", "both", "oara", "ooth", "z", "99",
)  # fmt: skip


def upgrade() -> None:
    for group in _GROUPS:
        op.drop_column("aggregate_caseload", f"ethnic_{group}")
    for category in _CATEGORIES:
        op.add_column("aggregate_caseload", sa.Column(f"ethnic_{category}", sa.Integer(), nullable=True))
