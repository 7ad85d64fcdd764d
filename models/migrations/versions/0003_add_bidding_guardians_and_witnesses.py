"""Add bidding guardians and witnesses."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models.base import ChinaDateTime

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "rehearsal",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("begun_at", ChinaDateTime(), nullable=False),
        sa.Column("envelope", sa.JSON(), nullable=False),
        sa.Column("released", sa.JSON(), nullable=False),
        sa.Column("opened_at", ChinaDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsal")),
    )
    with op.batch_alter_table("rehearsal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rehearsal_begun_at"), ["begun_at"], unique=False)

    op.create_table(
        "witness",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("public_key", sa.String(length=200), nullable=False),
        sa.Column("added_at", ChinaDateTime(), nullable=False),
        sa.Column("seen_at", ChinaDateTime(), nullable=True),
        sa.Column("retired_at", ChinaDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness")),
        sa.UniqueConstraint("name", name=op.f("uq_witness_name")),
    )
    op.create_table(
        "cosignature",
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("witness_id", sa.String(length=32), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("at", ChinaDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["size"], ["checkpoint.size"], name=op.f("fk_cosignature_size")),
        sa.ForeignKeyConstraint(
            ["witness_id"], ["witness.id"], name=op.f("fk_cosignature_witness_id")
        ),
        sa.PrimaryKeyConstraint("size", "witness_id", name=op.f("pk_cosignature")),
    )
    op.create_table(
        "witness_alarm",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("witness_id", sa.String(length=32), nullable=False),
        sa.Column("at", ChinaDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("settled_at", ChinaDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["witness_id"], ["witness.id"], name=op.f("fk_witness_alarm_witness_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness_alarm")),
    )
    with op.batch_alter_table("witness_alarm", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_witness_alarm_at"), ["at"], unique=False)

    op.create_table(
        "auction",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("draw_id", sa.String(length=32), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "preparing",
                "sealed",
                "planned",
                "announced",
                "frozen",
                "bidding",
                "closed",
                "opening",
                "settled",
                "tied",
                "published",
                "unsuccessful",
                "cancelled",
                name="auctionstate",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("ceiling", sa.BigInteger(), nullable=False),
        sa.Column("below_floor", sa.String(length=10), nullable=False),
        sa.Column("min_joiners", sa.Integer(), nullable=False),
        sa.Column("floor_commit", sa.String(length=64), nullable=False),
        sa.Column("floor_envelope", sa.JSON(), nullable=True),
        sa.Column("floor_sealed_by", sa.String(length=32), nullable=True),
        sa.Column("floor_sealed_at", ChinaDateTime(), nullable=True),
        sa.Column("bidding_from", ChinaDateTime(), nullable=True),
        sa.Column("bidding_until", ChinaDateTime(), nullable=True),
        sa.Column("postponed_to", ChinaDateTime(), nullable=True),
        sa.Column("frozen", sa.JSON(), nullable=True),
        sa.Column("joiners", sa.Integer(), nullable=True),
        sa.Column("joiner_root", sa.String(length=64), nullable=False),
        sa.Column("closed_at", ChinaDateTime(), nullable=True),
        sa.Column("envelopes", sa.Integer(), nullable=True),
        sa.Column("envelope_root", sa.String(length=64), nullable=False),
        sa.Column("opened_at", ChinaDateTime(), nullable=True),
        sa.Column("transcript", sa.Text(), nullable=True),
        sa.Column("transcript_hash", sa.String(length=64), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("tied", sa.JSON(), nullable=True),
        sa.Column("winner_ticket", sa.String(length=32), nullable=True),
        sa.Column("failure", sa.String(length=40), nullable=False),
        sa.Column("published_at", ChinaDateTime(), nullable=True),
        sa.Column("cancelled_at", ChinaDateTime(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_auction_draw_id")),
        sa.ForeignKeyConstraint(
            ["floor_sealed_by"], ["account.id"], name=op.f("fk_auction_floor_sealed_by")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_auction_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auction")),
        sa.UniqueConstraint("draw_id", name=op.f("uq_auction_draw_id")),
    )
    with op.batch_alter_table("auction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_auction_project_id"), ["project_id"], unique=False)

    op.create_table(
        "guardian_release",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("draw_id", sa.String(length=32), nullable=False),
        sa.Column("commit", sa.String(length=64), nullable=False),
        sa.Column("guardian", sa.String(length=40), nullable=False),
        sa.Column("share", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_guardian_release_draw_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardian_release")),
        sa.UniqueConstraint(
            "draw_id",
            "commit",
            "guardian",
            name=op.f("uq_guardian_release_draw_id_commit_guardian"),
        ),
    )
    op.create_table(
        "bid",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("auction_id", sa.String(length=32), nullable=False),
        sa.Column("ticket", sa.String(length=32), nullable=False),
        sa.Column("commit", sa.String(length=64), nullable=False),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("moment", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", ChinaDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["auction_id"], ["auction.id"], name=op.f("fk_bid_auction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("bid", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bid_auction_id_ticket"), ["auction_id", "ticket"], unique=False
        )

    op.create_table(
        "secrecy_undertaking",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("auction_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("document_id", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("position", sa.String(length=100), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("signed_at", ChinaDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_secrecy_undertaking_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["auction_id"], ["auction.id"], name=op.f("fk_secrecy_undertaking_auction_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_secrecy_undertaking_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secrecy_undertaking")),
    )
    with op.batch_alter_table("secrecy_undertaking", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_secrecy_undertaking_auction_id"), ["auction_id"], unique=False
        )

    with op.batch_alter_table("guardian", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_locked", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("holder_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("seen_at", ChinaDateTime(), nullable=True))
        batch_op.add_column(sa.Column("rehearsed_at", ChinaDateTime(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_guardian_holder_id"), "account", ["holder_id"], ["id"]
        )

    # what is there gets a value; afterwards the table gives it
    with op.batch_alter_table("guardian", schema=None) as batch_op:
        batch_op.alter_column("is_locked", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("guardian", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_guardian_holder_id"), type_="foreignkey")
        batch_op.drop_column("rehearsed_at")
        batch_op.drop_column("seen_at")
        batch_op.drop_column("holder_id")
        batch_op.drop_column("is_locked")

    with op.batch_alter_table("secrecy_undertaking", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_secrecy_undertaking_auction_id"))

    op.drop_table("secrecy_undertaking")
    with op.batch_alter_table("bid", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bid_auction_id_ticket"))

    op.drop_table("bid")
    op.drop_table("guardian_release")
    with op.batch_alter_table("auction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_auction_project_id"))

    op.drop_table("auction")
    with op.batch_alter_table("witness_alarm", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_witness_alarm_at"))

    op.drop_table("witness_alarm")
    op.drop_table("cosignature")
    op.drop_table("witness")
    with op.batch_alter_table("rehearsal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rehearsal_begun_at"))

    op.drop_table("rehearsal")
