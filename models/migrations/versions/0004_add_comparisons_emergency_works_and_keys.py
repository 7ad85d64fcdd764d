"""Add comparisons, emergency works, reports, rosters and keys."""

from collections.abc import Sequence
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from models.base import ChinaDateTime

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ROSTERS = {
    "建筑工程施工总承包": "building",
    "市政公用工程施工总承包": "municipal",
    "水利水电工程施工总承包": "water",
    "公路工程施工总承包": "road",
    "建筑机电安装工程专业承包": "electrical",
    "建筑装修装饰工程专业承包": "decoration",
    "防水防腐保温工程专业承包": "waterproof",
}
DEFAULTED = {
    "enrolment_round": ("trade", "reviewer"),
    "roster_entry": ("kind",),
    "work_item": ("wants_key",),
}

NOTICE_INDEXES = (
    ("published_at",),
    ("county_code", "published_at"),
    ("kind", "title"),
)
OTHER_INDEXES = (
    ("letter", ("issued_at",)),
    ("letter", ("county_code", "issued_at")),
    ("work_item", ("party_id", "project_id")),
    ("draw", ("state", "not_before")),
)
PROJECT_INDEXES = (("created_at",), ("county_code", "created_at"), ("ceiling_price",))
PROJECT_SEARCH = (
    *("works_type", "phase", "method", "county_code", "announced_at", "traded_at"),
    *("ended_at", "owner_id", "winner_id", "number", "title", "id"),
)


def upgrade() -> None:
    op.create_table(
        "certificate_authority",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("county_code", sa.String(length=40), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("added_at", ChinaDateTime(), nullable=False),
        sa.Column("retired_at", ChinaDateTime(), nullable=True),
        sa.Column("crl", sa.LargeBinary(), nullable=True),
        sa.Column("crl_issued_at", ChinaDateTime(), nullable=True),
        sa.Column("crl_expires_at", ChinaDateTime(), nullable=True),
        sa.Column("crl_loaded_at", ChinaDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_authority")),
        sa.UniqueConstraint(
            "fingerprint",
            "county_code",
            name=op.f("uq_certificate_authority_fingerprint_county_code"),
        ),
    )
    op.create_table(
        "expiry_reminder",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("party_id", sa.String(length=32), nullable=False),
        sa.Column("county_code", sa.String(length=40), nullable=False),
        sa.Column("certificate", sa.String(length=60), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("told_at", ChinaDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code"], ["county.code"], name=op.f("fk_expiry_reminder_county_code")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["party.id"], name=op.f("fk_expiry_reminder_party_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expiry_reminder")),
        sa.UniqueConstraint(
            "party_id",
            "county_code",
            "certificate",
            "valid_until",
            "days_before",
            name="uq_expiry_reminder_once",
        ),
    )
    op.create_table(
        "ca_token",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("security_key", "certificate", name="keykind", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("handle", sa.String(length=700), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("serial", sa.String(length=100), nullable=False),
        sa.Column("valid_until", ChinaDateTime(), nullable=True),
        sa.Column("added_at", ChinaDateTime(), nullable=False),
        sa.Column("used_at", ChinaDateTime(), nullable=True),
        sa.Column("removed_at", ChinaDateTime(), nullable=True),
        sa.Column("removed_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_ca_token_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ca_token")),
    )
    with op.batch_alter_table("ca_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ca_token_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ca_token_valid_until"), ["valid_until"], unique=False)
        batch_op.create_index(
            "uq_ca_token_bound",
            ["handle"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )

    op.create_table(
        "key_challenge",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("about", sa.String(length=100), nullable=False),
        sa.Column("tie", sa.String(length=64), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", ChinaDateTime(), nullable=False),
        sa.Column("used_at", ChinaDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_key_challenge_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_challenge")),
    )
    with op.batch_alter_table("key_challenge", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_key_challenge_expires_at"), ["expires_at"], unique=False
        )

    op.create_table(
        "roster_place",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("roster", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["roster_entry.id"], name=op.f("fk_roster_place_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_place")),
        sa.UniqueConstraint("entry_id", "roster", name=op.f("uq_roster_place_entry_id_roster")),
    )
    with op.batch_alter_table("roster_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_place_roster"), ["roster"], unique=False)

    op.create_table(
        "comparison",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("draw_id", sa.String(length=32), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "preparing",
                "planned",
                "registering",
                "closed",
                "opened",
                "reviewed",
                "compared",
                "published",
                "unsuccessful",
                "cancelled",
                name="comparisonstate",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("min_registered", sa.Integer(), nullable=False),
        sa.Column("frozen", sa.JSON(), nullable=True),
        sa.Column("registered", sa.Integer(), nullable=True),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("closed_at", ChinaDateTime(), nullable=True),
        sa.Column("opened_at", ChinaDateTime(), nullable=True),
        sa.Column("reviewed_at", ChinaDateTime(), nullable=True),
        sa.Column("compared_at", ChinaDateTime(), nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("participants", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=True),
        sa.Column("winner_id", sa.String(length=32), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.String(length=40), nullable=False),
        sa.Column("published_at", ChinaDateTime(), nullable=True),
        sa.Column("cancelled_at", ChinaDateTime(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_comparison_draw_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_comparison_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["document.id"], name=op.f("fk_comparison_record_id")
        ),
        sa.ForeignKeyConstraint(["winner_id"], ["party.id"], name=op.f("fk_comparison_winner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison")),
        sa.UniqueConstraint("draw_id", name=op.f("uq_comparison_draw_id")),
    )
    with op.batch_alter_table("comparison", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comparison_project_id"), ["project_id"], unique=False)

    op.create_table(
        "emergency_works",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("county_code", sa.String(length=40), nullable=False),
        sa.Column("occurred_at", ChinaDateTime(), nullable=False),
        sa.Column("entrusted_at", ChinaDateTime(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("choice_reason", sa.Text(), nullable=False),
        sa.Column("decided_how", sa.String(length=200), nullable=False),
        sa.Column("decision_document_id", sa.String(length=32), nullable=True),
        sa.Column("report_due_at", ChinaDateTime(), nullable=False),
        sa.Column("reported_at", ChinaDateTime(), nullable=False),
        sa.Column("reported_by", sa.String(length=32), nullable=False),
        sa.Column("late_reason", sa.String(length=200), nullable=False),
        sa.Column("conclusion", sa.String(length=40), nullable=False),
        sa.Column("opinion", sa.String(length=500), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", ChinaDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["county_code"], ["county.code"], name=op.f("fk_emergency_works_county_code")
        ),
        sa.ForeignKeyConstraint(
            ["decision_document_id"],
            ["document.id"],
            name=op.f("fk_emergency_works_decision_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_emergency_works_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_works")),
        sa.UniqueConstraint("project_id", name=op.f("uq_emergency_works_project_id")),
    )
    with op.batch_alter_table("emergency_works", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_emergency_works_county_code_reported_at"),
            ["county_code", "reported_at"],
            unique=False,
        )

    op.create_table(
        "works_report",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("supervision", "audit", name="reportkind", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("party_id", sa.String(length=32), nullable=False),
        sa.Column("asked_at", ChinaDateTime(), nullable=False),
        sa.Column("invited_at", ChinaDateTime(), nullable=True),
        sa.Column("invitations", sa.Integer(), nullable=False),
        sa.Column("submitted_at", ChinaDateTime(), nullable=True),
        sa.Column("submitted_by", sa.String(length=32), nullable=True),
        sa.Column("document_id", sa.String(length=32), nullable=True),
        sa.Column("conclusion", sa.String(length=1000), nullable=False),
        sa.Column("audited_settlement", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_works_report_document_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_works_report_party_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_works_report_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works_report")),
        sa.UniqueConstraint("project_id", "kind", name=op.f("uq_works_report_project_id_kind")),
    )
    with op.batch_alter_table("works_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_works_report_party_id_submitted_at"),
            ["party_id", "submitted_at"],
            unique=False,
        )

    op.create_table(
        "candidate",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("comparison_id", sa.String(length=32), nullable=False),
        sa.Column("party_id", sa.String(length=32), nullable=False),
        sa.Column("ticket", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("review_reason", sa.String(length=500), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("rank_reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["comparison_id"], ["comparison.id"], name=op.f("fk_candidate_comparison_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_candidate_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint(
            "comparison_id", "party_id", name=op.f("uq_candidate_comparison_id_party_id")
        ),
    )
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidate_party_id"), ["party_id"], unique=False)

    with op.batch_alter_table("bulletin", schema=None) as batch_op:
        batch_op.add_column(sa.Column("party_id", sa.String(length=32), nullable=True))
        batch_op.create_index(batch_op.f("ix_bulletin_party_id"), ["party_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_bulletin_party_id"), "party", ["party_id"], ["id"]
        )

    with op.batch_alter_table("completion", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_completion_acceptance_registered_at"),
            ["acceptance_registered_at"],
            unique=False,
        )

    with op.batch_alter_table("performance_review", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_performance_review_accepted_on"), ["accepted_on"], unique=False
        )

    with op.batch_alter_table("notice", schema=None) as batch_op:
        for columns in NOTICE_INDEXES:
            name = batch_op.f(f"ix_notice_{'_'.join(columns)}")
            batch_op.create_index(name, list(columns), unique=False)
        batch_op.create_index(
            "ix_notice_follows_id",
            ["follows_id"],
            unique=False,
            sqlite_where=sa.text("follows_id IS NOT NULL"),
            postgresql_where=sa.text("follows_id IS NOT NULL"),
        )

    for table, columns in OTHER_INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))

    with op.batch_alter_table("enrolment_round", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("trade", sa.String(length=40), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("reviewer", sa.String(length=40), nullable=False, server_default="regulator")
        )

    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "management",
                sa.Enum(
                    "self_managed", "entrusted", name="management", native_enum=False, length=30
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("agency_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("announced_at", ChinaDateTime(), nullable=True))
        batch_op.add_column(sa.Column("traded_at", ChinaDateTime(), nullable=True))
        batch_op.add_column(sa.Column("ended_at", ChinaDateTime(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_project_agency_id_created_at"), ["agency_id", "created_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_project_announced_at"), ["announced_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_project_county_code_traded_at"),
            ["county_code", "traded_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_project_ended_at"), ["ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_traded_at"), ["traded_at"], unique=False)
        for columns in PROJECT_INDEXES:
            name = batch_op.f(f"ix_project_{'_'.join(columns)}")
            batch_op.create_index(name, list(columns), unique=False)
        batch_op.create_index("ix_project_search", list(PROJECT_SEARCH), unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_project_agency_id"), "party", ["agency_id"], ["id"]
        )

    with op.batch_alter_table("roster_entry", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kind", sa.String(length=40), nullable=False, server_default="contractor")
        )
        batch_op.create_index(
            batch_op.f("ix_roster_entry_county_code_kind_status"),
            ["county_code", "kind", "status"],
            unique=False,
        )

    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("wants_key", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    _drop_defaults()
    _fill_moments()
    _fill_rosters()


def _drop_defaults() -> None:
    for table, columns in DEFAULTED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)


def _fill_moments() -> None:
    """Write when stored projects were first announced, traded and ended, from what was kept."""
    for column, kind in (("announced_at", "tender_notice"), ("traded_at", "award_notice")):
        op.execute(
            f"UPDATE project SET {column} = (SELECT min(published_at) FROM notice"  # noqa: S608
            f" WHERE notice.project_id = project.id AND kind = '{kind}')"
        )
    op.execute(
        "UPDATE project SET ended_at = (SELECT ended_at FROM instance"
        " WHERE instance.id = project.instance_id)"
    )


def _fill_rosters() -> None:
    """Put who stands on a roster on the rosters that follow from its qualifications."""
    held = sa.text("SELECT DISTINCT entry_id, category FROM qualification")
    places = {
        (entry, ROSTERS[category])
        for entry, category in op.get_bind().execute(held)
        if category in ROSTERS
    }
    table = sa.table("roster_place", *map(sa.column, ("id", "entry_id", "roster")))
    rows = [{"id": uuid4().hex, "entry_id": e, "roster": r} for e, r in sorted(places)]
    op.bulk_insert(table, rows)


def downgrade() -> None:
    for table, columns in reversed(OTHER_INDEXES):
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table_name=table)

    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.drop_column("wants_key")

    with op.batch_alter_table("roster_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_entry_county_code_kind_status"))
        batch_op.drop_column("kind")

    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_project_agency_id"), type_="foreignkey")
        batch_op.drop_index("ix_project_search")
        for columns in PROJECT_INDEXES:
            batch_op.drop_index(batch_op.f(f"ix_project_{'_'.join(columns)}"))
        batch_op.drop_index(batch_op.f("ix_project_traded_at"))
        batch_op.drop_index(batch_op.f("ix_project_ended_at"))
        batch_op.drop_index(batch_op.f("ix_project_county_code_traded_at"))
        batch_op.drop_index(batch_op.f("ix_project_announced_at"))
        batch_op.drop_index(batch_op.f("ix_project_agency_id_created_at"))
        batch_op.drop_column("ended_at")
        batch_op.drop_column("traded_at")
        batch_op.drop_column("announced_at")
        batch_op.drop_column("agency_id")
        batch_op.drop_column("management")

    with op.batch_alter_table("enrolment_round", schema=None) as batch_op:
        batch_op.drop_column("reviewer")
        batch_op.drop_column("trade")

    with op.batch_alter_table("performance_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_performance_review_accepted_on"))

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_follows_id")
        for columns in NOTICE_INDEXES:
            batch_op.drop_index(batch_op.f(f"ix_notice_{'_'.join(columns)}"))

    with op.batch_alter_table("completion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_completion_acceptance_registered_at"))

    with op.batch_alter_table("bulletin", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_bulletin_party_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_bulletin_party_id"))
        batch_op.drop_column("party_id")

    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_candidate_party_id"))

    op.drop_table("candidate")
    with op.batch_alter_table("works_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_works_report_party_id_submitted_at"))

    op.drop_table("works_report")
    with op.batch_alter_table("emergency_works", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_emergency_works_county_code_reported_at"))

    op.drop_table("emergency_works")
    with op.batch_alter_table("comparison", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comparison_project_id"))

    op.drop_table("comparison")
    with op.batch_alter_table("roster_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_place_roster"))

    op.drop_table("roster_place")
    with op.batch_alter_table("key_challenge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_key_challenge_expires_at"))

    op.drop_table("key_challenge")
    with op.batch_alter_table("ca_token", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_ca_token_bound",
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_ca_token_valid_until"))
        batch_op.drop_index(batch_op.f("ix_ca_token_account_id"))

    op.drop_table("ca_token")
    op.drop_table("expiry_reminder")
    op.drop_table("certificate_authority")
