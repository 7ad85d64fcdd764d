"""Add where cases wait, what upgrades merged, and groups of moves."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models.base import ChinaDateTime

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "case_wait",
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("flow", sa.String(length=100), nullable=False),
        sa.Column("county_code", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=100), nullable=False),
        sa.Column("element", sa.String(length=100), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "timer",
                "message",
                "first",
                "call",
                "deadline",
                "failed",
                name="waitkind",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("since", ChinaDateTime(), nullable=False),
        sa.Column("due_at", ChinaDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_case_wait_instance_id")
        ),
        sa.PrimaryKeyConstraint("instance_id", "task_id", name=op.f("pk_case_wait")),
    )
    with op.batch_alter_table("case_wait", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_wait_flow_county_code_part_element_kind_due_at_since"),
            ["flow", "county_code", "part", "element", "kind", "due_at", "since"],
            unique=False,
        )

    with op.batch_alter_table("case_move", schema=None) as batch_op:
        batch_op.add_column(sa.Column("group_id", sa.String(length=32), nullable=True))
        batch_op.create_index(batch_op.f("ix_case_move_group_id"), ["group_id"], unique=False)

    with op.batch_alter_table("proposal_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_sha256", sa.String(length=64), nullable=True))

    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("part", sa.String(length=100), server_default="", nullable=False)
        )
        batch_op.drop_index(
            batch_op.f("ix_work_item_done_flow"), sqlite_where=sa.text("state = 'done'")
        )
        batch_op.create_index(
            "ix_work_item_done_flow",
            [
                "flow",
                "county_code",
                "done_at",
                "part",
                "step",
                "opened_at",
                "due_at",
                "instance_id",
                "state",
            ],
            unique=False,
            sqlite_where=sa.text("state = 'done'"),
            postgresql_where=sa.text("state = 'done'"),
        )
        batch_op.drop_index(
            batch_op.f("ix_work_item_flow"), sqlite_where=sa.text("state IN ('ready','claimed')")
        )
        batch_op.create_index(
            "ix_work_item_flow",
            ["flow", "county_code", "part", "step", "due_at", "opened_at", "state"],
            unique=False,
            sqlite_where=sa.text("state IN ('ready','claimed')"),
            postgresql_where=sa.text("state IN ('ready','claimed')"),
        )


def downgrade() -> None:
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_work_item_flow",
            sqlite_where=sa.text("state IN ('ready','claimed')"),
            postgresql_where=sa.text("state IN ('ready','claimed')"),
        )
        batch_op.create_index(
            batch_op.f("ix_work_item_flow"),
            ["flow", "county_code", "step", "due_at", "opened_at", "state"],
            unique=False,
            sqlite_where=sa.text("state IN ('ready','claimed')"),
            postgresql_where=sa.text("state IN ('ready','claimed')"),
        )
        batch_op.drop_index(
            "ix_work_item_done_flow",
            sqlite_where=sa.text("state = 'done'"),
            postgresql_where=sa.text("state = 'done'"),
        )
        batch_op.create_index(
            batch_op.f("ix_work_item_done_flow"),
            [
                "flow",
                "county_code",
                "done_at",
                "step",
                "opened_at",
                "due_at",
                "instance_id",
                "state",
            ],
            unique=False,
            sqlite_where=sa.text("state = 'done'"),
            postgresql_where=sa.text("state = 'done'"),
        )
        batch_op.drop_column("part")

    with op.batch_alter_table("proposal_file", schema=None) as batch_op:
        batch_op.drop_column("merged_sha256")

    with op.batch_alter_table("case_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_move_group_id"))
        batch_op.drop_column("group_id")

    with op.batch_alter_table("case_wait", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_case_wait_flow_county_code_part_element_kind_due_at_since")
        )

    op.drop_table("case_wait")
