"""The reports that people were shown, for the buttons under them."""

import sqlalchemy as sa
from alembic import op

from store.tables import Instant

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "shown_report",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("query", sa.Text),
        sa.Column("checked", sa.JSON, nullable=False),
        sa.Column("pending", sa.Boolean, nullable=False),
        sa.Column("shown_at", Instant, nullable=False),
    )
    op.create_index("shown_report_by_domain", "shown_report", ["team", "domain", "shown_at"])
    op.create_index("shown_report_by_age", "shown_report", ["shown_at"])


def downgrade() -> None:
    op.drop_table("shown_report")
