"""Add what follows a selection."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models.base import ChinaDateTime

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "bulletin_version",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("bulletin_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("roles", sa.String(length=200), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("written_by", sa.String(length=32), nullable=False),
        sa.Column("written_at", ChinaDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_version")),
        sa.UniqueConstraint(
            "bulletin_id", "number", name=op.f("uq_bulletin_version_bulletin_id_number")
        ),
    )
    with op.batch_alter_table("bulletin_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bulletin_version_bulletin_id"), ["bulletin_id"], unique=False
        )

    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("beat_at", ChinaDateTime(), nullable=False),
        sa.Column("business_at", ChinaDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "in_app_message",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("link", sa.String(length=200), nullable=False),
        sa.Column("sent_at", ChinaDateTime(), nullable=False),
        sa.Column("read_at", ChinaDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_in_app_message")),
    )
    with op.batch_alter_table("in_app_message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_in_app_message_account", ["account_id", "sent_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_in_app_message_unread",
            ["account_id"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )

    op.create_table(
        "outage",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("county_code", sa.String(length=40), nullable=True),
        sa.Column(
            "found_by",
            sa.Enum("platform", "staff", name="outagesource", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("began_at", ChinaDateTime(), nullable=False),
        sa.Column("recovered_at", ChinaDateTime(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("draws", sa.JSON(), nullable=False),
        sa.Column("reported_by", sa.String(length=32), nullable=True),
        sa.Column("recorded_at", ChinaDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )
    with op.batch_alter_table("outage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outage_began_at"), ["began_at"], unique=False)

    op.create_table(
        "bulletin",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("county_code", sa.String(length=40), nullable=False),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "withdrawn",
                name="bulletinstate",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("newest_id", sa.String(length=32), nullable=False),
        sa.Column("shown_id", sa.String(length=32), nullable=True),
        sa.Column("changed_at", ChinaDateTime(), nullable=False),
        sa.Column("published_at", ChinaDateTime(), nullable=True),
        sa.Column("published_by", sa.String(length=32), nullable=True),
        sa.Column("withdrawn_at", ChinaDateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code"], ["county.code"], name=op.f("fk_bulletin_county_code")
        ),
        sa.ForeignKeyConstraint(
            ["newest_id"], ["bulletin_version.id"], name=op.f("fk_bulletin_newest_id")
        ),
        sa.ForeignKeyConstraint(
            ["shown_id"], ["bulletin_version.id"], name=op.f("fk_bulletin_shown_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
    )
    with op.batch_alter_table("bulletin", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bulletin_county_code_state"), ["county_code", "state"], unique=False
        )

    op.create_table(
        "password_link",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("expires_at", ChinaDateTime(), nullable=False),
        sa.Column("used_at", ChinaDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_password_link_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_link_token_hash")),
    )
    with op.batch_alter_table("password_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_password_link_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "performance_review",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("county_code", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("contractor_id", sa.String(length=32), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        sa.Column("due_at", ChinaDateTime(), nullable=False),
        sa.Column("opened_at", ChinaDateTime(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("maximum", sa.Integer(), nullable=True),
        sa.Column(
            "grade",
            sa.Enum(
                "excellent",
                "good",
                "passed",
                "failed",
                name="reviewgrade",
                native_enum=False,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.Column("reviewed_by", sa.String(length=32), nullable=True),
        sa.Column("reviewed_at", ChinaDateTime(), nullable=True),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["contractor_id"], ["party.id"], name=op.f("fk_performance_review_contractor_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_code"], ["county.code"], name=op.f("fk_performance_review_county_code")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["party.id"], name=op.f("fk_performance_review_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_performance_review_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_review")),
        sa.UniqueConstraint("project_id", name=op.f("uq_performance_review_project_id")),
    )
    with op.batch_alter_table("performance_review", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_performance_review_contractor_id_reviewed_at"),
            ["contractor_id", "reviewed_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_performance_review_county_code_due_at"),
            ["county_code", "due_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_performance_review_owed",
            ["owner_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("reviewed_at IS NULL"),
            postgresql_where=sa.text("reviewed_at IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_performance_review_owner_id_due_at"),
            ["owner_id", "due_at"],
            unique=False,
        )

    op.create_table(
        "project_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("about_instance_id", sa.String(length=32), nullable=False),
        sa.Column("flow", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "approved",
                "refused",
                "applied",
                "late",
                "withdrawn",
                name="requeststate",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("requested_by", sa.String(length=32), nullable=False),
        sa.Column("requested_at", ChinaDateTime(), nullable=False),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", ChinaDateTime(), nullable=True),
        sa.Column("closed_at", ChinaDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_request_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_request")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_project_request_instance_id")),
    )
    with op.batch_alter_table("project_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_request_about_instance_id_requested_at"),
            ["about_instance_id", "requested_at"],
            unique=False,
        )
        batch_op.create_index(
            "uq_project_request_unsettled",
            ["project_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('open','approved')"),
            postgresql_where=sa.text("state IN ('open','approved')"),
        )

    op.create_table(
        "contract",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("county_code", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("contractor_id", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "submitted",
                "sent_back",
                "confirmed",
                name="contractstate",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("award_price", sa.BigInteger(), nullable=False),
        sa.Column("contract_price", sa.BigInteger(), nullable=False),
        sa.Column("price_reason", sa.String(length=500), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("sign_by", ChinaDateTime(), nullable=False),
        sa.Column("late_reason", sa.String(length=500), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("duration_days", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("submitted_by", sa.String(length=32), nullable=False),
        sa.Column("submitted_at", ChinaDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", ChinaDateTime(), nullable=True),
        sa.Column("reasons", sa.String(length=1000), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["contractor_id"], ["party.id"], name=op.f("fk_contract_contractor_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_code"], ["county.code"], name=op.f("fk_contract_county_code")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_contract_document_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["party.id"], name=op.f("fk_contract_owner_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_contract_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("project_id", "round", name=op.f("uq_contract_project_id_round")),
    )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contract_contractor_id"), ["contractor_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_contract_sha256"), ["sha256"], unique=False)

    op.create_table(
        "declined_award",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("draw_id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("party_id", sa.String(length=32), nullable=False),
        sa.Column("county_code", sa.String(length=40), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("is_excluded", sa.Boolean(), nullable=False),
        sa.Column("declined_at", ChinaDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code"], ["county.code"], name=op.f("fk_declined_award_county_code")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_declined_award_draw_id")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["party.id"], name=op.f("fk_declined_award_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_declined_award_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declined_award")),
        sa.UniqueConstraint("draw_id", name=op.f("uq_declined_award_draw_id")),
    )
    with op.batch_alter_table("declined_award", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_declined_award_party_id_county_code"),
            ["party_id", "county_code"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_declined_award_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "filed_result",
        sa.Column("draw_id", sa.String(length=32), nullable=False),
        sa.Column("county_code", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("proof_hash", sa.String(length=64), nullable=False),
        sa.Column("filed_at", ChinaDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code"], ["county.code"], name=op.f("fk_filed_result_county_code")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_filed_result_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_filed_result")),
    )
    with op.batch_alter_table("filed_result", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_filed_result_county_code_filed_at"),
            ["county_code", "filed_at"],
            unique=False,
        )

    op.create_table(
        "postponement",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("draw_id", sa.String(length=32), nullable=False),
        sa.Column("outage_id", sa.String(length=32), nullable=True),
        sa.Column("former_at", ChinaDateTime(), nullable=False),
        sa.Column("new_at", ChinaDateTime(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=False),
        sa.Column("decided_at", ChinaDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_postponement_draw_id")),
        sa.ForeignKeyConstraint(
            ["outage_id"], ["outage.id"], name=op.f("fk_postponement_outage_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postponement")),
    )
    with op.batch_alter_table("postponement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_postponement_draw_id_decided_at"),
            ["draw_id", "decided_at"],
            unique=False,
        )

    op.create_table(
        "completion",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("contract_id", sa.String(length=32), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("start_registered_by", sa.String(length=32), nullable=False),
        sa.Column("start_registered_at", ChinaDateTime(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("audited_settlement", sa.BigInteger(), nullable=True),
        sa.Column("settlement_reason", sa.String(length=500), nullable=False),
        sa.Column("acceptance_registered_by", sa.String(length=32), nullable=True),
        sa.Column("acceptance_registered_at", ChinaDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_completion_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_completion_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion")),
        sa.UniqueConstraint("project_id", name=op.f("uq_completion_project_id")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("manages_party", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table("definition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phases", sa.JSON(), nullable=False, server_default="[]"))

    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replaced_at", ChinaDateTime(), nullable=True))

    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.add_column(sa.Column("postponed_to", ChinaDateTime(), nullable=True))
        batch_op.add_column(sa.Column("cancelled_at", ChinaDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("cancel_reason", sa.Text(), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("keeps_interest", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("voided_at", ChinaDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("void_reason", sa.String(length=100), nullable=False, server_default="")
        )

    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("withdrawn_reason", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.alter_column(
            "award_price", existing_type=sa.INTEGER(), type_=sa.BigInteger(), existing_nullable=True
        )

    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decided_by", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("lifted_by", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("instance_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("document_id", sa.String(length=32), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_suspension_document_id"), "document", ["document_id"], ["id"]
        )

    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.drop_index("ix_work_item_party")
        batch_op.create_index(
            "ix_work_item_party",
            ["party_id", "ordered_at", "id"],
            sqlite_where=sa.text("state IN ('ready','claimed') AND party_id IS NOT NULL"),
            postgresql_where=sa.text("state IN ('ready','claimed') AND party_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_work_item_account")
        batch_op.create_index(
            "ix_work_item_account",
            ["account_id", "ordered_at", "id"],
            sqlite_where=sa.text("state IN ('ready','claimed') AND account_id IS NOT NULL"),
            postgresql_where=sa.text("state IN ('ready','claimed') AND account_id IS NOT NULL"),
        )
        batch_op.add_column(sa.Column("remind_at", ChinaDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("escalate_role", sa.String(length=40), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("owed_at", ChinaDateTime(), nullable=True))
        batch_op.add_column(sa.Column("reminded_at", ChinaDateTime(), nullable=True))
        batch_op.add_column(sa.Column("escalated_at", ChinaDateTime(), nullable=True))
        batch_op.add_column(sa.Column("escalated_to", sa.Integer(), nullable=True))
        batch_op.drop_index(
            batch_op.f("ix_work_item_role"), sqlite_where=sa.text("state IN ('ready','claimed')")
        )
        batch_op.create_index(
            "ix_work_item_role",
            ["role", "county_code", "ordered_at", "id"],
            unique=False,
            sqlite_where=sa.text(
                "state IN ('ready','claimed') AND party_id IS NULL AND account_id IS NULL"
            ),
            postgresql_where=sa.text(
                "state IN ('ready','claimed') AND party_id IS NULL AND account_id IS NULL"
            ),
        )
        batch_op.create_index(
            "ix_work_item_done_late_county",
            ["county_code", "done_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'done' AND done_at > due_at"),
            postgresql_where=sa.text("state = 'done' AND done_at > due_at"),
        )
        batch_op.create_index(
            "ix_work_item_done_late_party",
            ["party_id", "done_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'done' AND done_at > due_at"),
            postgresql_where=sa.text("state = 'done' AND done_at > due_at"),
        )
        batch_op.create_index(
            "ix_work_item_late",
            ["county_code", "ordered_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('ready','claimed') AND due_at IS NOT NULL"),
            postgresql_where=sa.text("state IN ('ready','claimed') AND due_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_work_item_owed",
            ["owed_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('ready','claimed') AND owed_at IS NOT NULL"),
            postgresql_where=sa.text("state IN ('ready','claimed') AND owed_at IS NOT NULL"),
        )

    # what is there gets a value; afterwards the tables give it
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.alter_column("manages_party", server_default=None)
    with op.batch_alter_table("definition", schema=None) as batch_op:
        batch_op.alter_column("phases", server_default=None)
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.alter_column("cancel_reason", server_default=None)
        batch_op.alter_column("keeps_interest", server_default=None)
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.alter_column("void_reason", server_default=None)
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.alter_column("withdrawn_reason", server_default=None)
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.alter_column("escalate_role", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.drop_index("ix_work_item_party")
        batch_op.create_index(
            "ix_work_item_party",
            ["party_id", "ordered_at", "id"],
            sqlite_where=sa.text("state IN ('ready','claimed')"),
            postgresql_where=sa.text("state IN ('ready','claimed')"),
        )
        batch_op.drop_index("ix_work_item_account")
        batch_op.create_index(
            "ix_work_item_account",
            ["account_id", "ordered_at", "id"],
            sqlite_where=sa.text("state IN ('ready','claimed')"),
            postgresql_where=sa.text("state IN ('ready','claimed')"),
        )
        batch_op.drop_index(
            "ix_work_item_owed",
            sqlite_where=sa.text("state IN ('ready','claimed') AND owed_at IS NOT NULL"),
            postgresql_where=sa.text("state IN ('ready','claimed') AND owed_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_work_item_late",
            sqlite_where=sa.text("state IN ('ready','claimed') AND due_at IS NOT NULL"),
            postgresql_where=sa.text("state IN ('ready','claimed') AND due_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_work_item_done_late_party",
            sqlite_where=sa.text("state = 'done' AND done_at > due_at"),
            postgresql_where=sa.text("state = 'done' AND done_at > due_at"),
        )
        batch_op.drop_index(
            "ix_work_item_done_late_county",
            sqlite_where=sa.text("state = 'done' AND done_at > due_at"),
            postgresql_where=sa.text("state = 'done' AND done_at > due_at"),
        )
        batch_op.drop_index(
            "ix_work_item_role",
            sqlite_where=sa.text(
                "state IN ('ready','claimed') AND party_id IS NULL AND account_id IS NULL"
            ),
            postgresql_where=sa.text(
                "state IN ('ready','claimed') AND party_id IS NULL AND account_id IS NULL"
            ),
        )
        batch_op.create_index(
            batch_op.f("ix_work_item_role"),
            ["role", "county_code", "party_id", "account_id", "ordered_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('ready','claimed')"),
        )
        batch_op.drop_column("escalated_to")
        batch_op.drop_column("escalated_at")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("owed_at")
        batch_op.drop_column("escalate_role")
        batch_op.drop_column("remind_at")

    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_suspension_document_id"), type_="foreignkey")
        batch_op.drop_column("document_id")
        batch_op.drop_column("instance_id")
        batch_op.drop_column("lifted_by")
        batch_op.drop_column("decided_by")

    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.alter_column(
            "award_price", existing_type=sa.BigInteger(), type_=sa.INTEGER(), existing_nullable=True
        )
        batch_op.drop_column("withdrawn_reason")

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_column("void_reason")
        batch_op.drop_column("voided_at")

    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.drop_column("keeps_interest")
        batch_op.drop_column("cancel_reason")
        batch_op.drop_column("cancelled_at")
        batch_op.drop_column("postponed_to")

    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_column("replaced_at")

    with op.batch_alter_table("definition", schema=None) as batch_op:
        batch_op.drop_column("phases")

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("manages_party")

    op.drop_table("completion")
    with op.batch_alter_table("postponement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_postponement_draw_id_decided_at"))

    op.drop_table("postponement")
    with op.batch_alter_table("filed_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_filed_result_county_code_filed_at"))

    op.drop_table("filed_result")
    with op.batch_alter_table("declined_award", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_declined_award_project_id"))
        batch_op.drop_index(batch_op.f("ix_declined_award_party_id_county_code"))

    op.drop_table("declined_award")
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_sha256"))
        batch_op.drop_index(batch_op.f("ix_contract_contractor_id"))

    op.drop_table("contract")
    with op.batch_alter_table("project_request", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_project_request_unsettled",
            sqlite_where=sa.text("state IN ('open','approved')"),
            postgresql_where=sa.text("state IN ('open','approved')"),
        )
        batch_op.drop_index(batch_op.f("ix_project_request_about_instance_id_requested_at"))

    op.drop_table("project_request")
    with op.batch_alter_table("performance_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_performance_review_owner_id_due_at"))
        batch_op.drop_index(
            "ix_performance_review_owed",
            sqlite_where=sa.text("reviewed_at IS NULL"),
            postgresql_where=sa.text("reviewed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_performance_review_county_code_due_at"))
        batch_op.drop_index(batch_op.f("ix_performance_review_contractor_id_reviewed_at"))

    op.drop_table("performance_review")
    with op.batch_alter_table("password_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_password_link_account_id"))

    op.drop_table("password_link")
    with op.batch_alter_table("bulletin", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bulletin_county_code_state"))

    op.drop_table("bulletin")
    with op.batch_alter_table("outage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outage_began_at"))

    op.drop_table("outage")
    with op.batch_alter_table("in_app_message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_in_app_message_unread",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )
        batch_op.drop_index("ix_in_app_message_account")

    op.drop_table("in_app_message")
    op.drop_table("heartbeat")
    with op.batch_alter_table("bulletin_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bulletin_version_bulletin_id"))

    op.drop_table("bulletin_version")
