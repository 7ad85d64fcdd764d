"""What differs between two versions of a file of a pack, in meaning and in Chinese words."""

from processes.compare.change import Change, Kind
from processes.compare.decision import decision_changes
from processes.compare.diagram import diagram_changes
from processes.compare.files import changes
from processes.compare.form import form_changes
from processes.compare.toml import rules_changes, text_changes

__all__ = [
    "Change",
    "Kind",
    "changes",
    "decision_changes",
    "diagram_changes",
    "form_changes",
    "rules_changes",
    "text_changes",
]
