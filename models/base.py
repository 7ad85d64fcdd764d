"""Declarative base and the column types every table shares."""

import enum
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import BigInteger, Date, DateTime, Enum, MetaData, String, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column

from models.clock import CHINA, to_china
from models.ids import new_id

Fen = int
"""Money in integer fen (分); a type of its own in signatures, never a float."""


class ChinaDateTime(TypeDecorator[datetime]):
    """An aware moment: stored in UTC, read back in China time, on SQLite and PostgreSQL alike."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments; SQLite keeps UTC without an offset so that text order is time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment needs its offset")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment in China time."""
        if value is None:
            return None
        return to_china(value.replace(tzinfo=UTC) if value.tzinfo is None else value)


id_pk = Annotated[str, mapped_column(String(32), primary_key=True, default=new_id)]
fen = Annotated[int, mapped_column(BigInteger)]
text40 = Annotated[str, mapped_column(String(40))]
text100 = Annotated[str, mapped_column(String(100))]
text200 = Annotated[str, mapped_column(String(200))]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: ChinaDateTime(),
        date: Date(),
        enum.Enum: Enum(
            enum.Enum,
            values_callable=lambda kind: [member.value for member in kind],
            native_enum=False,
            length=30,
            create_constraint=False,
        ),
    }


def labels_of(model: type[Base]) -> dict[str, str]:
    """Return column name → Chinese label, so that pages, admin and exports say the same word."""
    return {
        column.key: column.info["label"] for column in model.__table__.c if "label" in column.info
    }


__all__ = ["CHINA", "Base", "ChinaDateTime", "Fen", "fen", "id_pk", "labels_of"]
