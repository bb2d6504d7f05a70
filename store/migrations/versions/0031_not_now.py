"""When a person last silenced a reminder that AWS waits for an answer."""

import sqlalchemy as sa
from alembic import op

from store.tables import Instant

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("place", sa.Column("said_not_now_at", Instant))
