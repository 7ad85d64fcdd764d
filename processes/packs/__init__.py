"""County packs: folders of diagrams, forms, decisions, notices and dated rules; no program text."""

from processes.packs.check import check_pack
from processes.packs.export import export_pack
from processes.packs.load import load_pack
from processes.packs.roles import role_title, roles

__all__ = ["check_pack", "export_pack", "load_pack", "role_title", "roles"]
