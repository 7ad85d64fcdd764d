"""Add what cases without a project are called, which flows they are of, and their letters."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAMED = sa.text("subject <> ''")


def upgrade() -> None:
    with op.batch_alter_table("definition", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_matter", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table("instance", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("subject", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.create_index(
            "ix_instance_subject",
            ["county_code", "created_at", "subject", "status", "started_by", "definition_id"],
            unique=False,
            sqlite_where=NAMED,
            postgresql_where=NAMED,
        )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.alter_column("project_id", existing_type=sa.String(length=32), nullable=True)


def downgrade() -> None:
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.alter_column("project_id", existing_type=sa.String(length=32), nullable=False)
    with op.batch_alter_table("instance", schema=None) as batch_op:
        batch_op.drop_index("ix_instance_subject", sqlite_where=NAMED, postgresql_where=NAMED)
        batch_op.drop_column("subject")
    with op.batch_alter_table("definition", schema=None) as batch_op:
        batch_op.drop_column("is_matter")
