"""Which account regions have which domains, so that a check finds them without reading everything that is known."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    domain = op.create_table(
        "domain",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("region", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(255), primary_key=True),
    )
    op.create_index("domain_by_name", "domain", ["name"])
    place = sa.table("place", sa.column("account"), sa.column("region"), sa.column("known", sa.JSON))
    rows = [
        {"account": account, "region": region, "name": name}
        for account, region, known in op.get_bind().execute(sa.select(place)).all()
        for name in {identity["name"] for identity in known.get("identities") or ()}
    ]
    if rows:
        op.bulk_insert(domain, rows)
