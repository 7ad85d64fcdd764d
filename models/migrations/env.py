"""Runs migrations on the connection that ``models/schema.py`` hands over."""

from alembic import context
from alembic.autogenerate.api import AutogenContext

import models.tables  # noqa: F401 - the metadata must be whole
from models.base import Base, ChinaDateTime

connection = context.config.attributes["connection"]


def render_item(kind: str, item: object, autogen_context: AutogenContext) -> str | bool:
    """Write our own column types so that a revision needs only ``models.base``."""
    if kind == "type" and isinstance(item, ChinaDateTime):
        autogen_context.imports.add("from models.base import ChinaDateTime")
        return "ChinaDateTime()"
    return False


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
