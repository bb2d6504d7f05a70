"""The oldest revision whose bot still works with this database: a version works beside the next one."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    floor = op.create_table("schema_floor", sa.Column("works_from", sa.String(32), nullable=False))
    op.bulk_insert(floor, [{"works_from": "0034"}])
