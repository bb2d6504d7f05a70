"""Drafts in the shape of the letter, the finished text kept with them, and whose turn a person said it is."""

import sqlalchemy as sa
from alembic import op

from store.earlier_drafts import converted
from store.tables import Instant

revision = "0030"
down_revision = "0020"


def upgrade() -> None:
    for name in ("earlier", "report", "written"):
        op.add_column("draft", sa.Column(name, sa.JSON))
    op.add_column("place", sa.Column("said_turn", sa.String(8)))
    op.add_column("place", sa.Column("said_turn_at", Instant))
    connection = op.get_bind()
    table = sa.Table(
        "draft",
        sa.MetaData(),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16)),
        sa.Column("answers", sa.JSON),
        sa.Column("earlier", sa.JSON),
        sa.Column("step", sa.String(32)),
        sa.Column("finished", sa.Boolean),
    )
    rows = connection.execute(sa.select(table.c.id, table.c.kind, table.c.answers)).all()
    for row in rows:
        if row.kind not in ("request", "appeal") or not isinstance(row.answers, dict):
            continue
        answers, earlier = converted(row.kind, row.answers)
        values = {"answers": answers, "earlier": earlier, "step": "", "finished": False}
        connection.execute(sa.update(table).where(table.c.id == row.id).values(**values))
