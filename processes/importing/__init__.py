"""Diagrams of other tools: read without trust, repaired in the open, with a list of what to do."""

from processes.importing.repair import ImportedFlow, imported, key_of
from processes.importing.report import Change

__all__ = ["Change", "ImportedFlow", "imported", "key_of"]
