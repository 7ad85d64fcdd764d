"""The database's history: one Alembic revision for each change of a published schema."""
