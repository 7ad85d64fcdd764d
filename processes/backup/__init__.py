"""Backups: rows and documents in one file, the keys sealed in another, and the way back."""

from processes.backup.keys import export_keys, import_keys, make_recovery_keys
from processes.backup.keys_needed import MissingKey, missing_keys
from processes.backup.restoring import Restored, restore_backup
from processes.backup.writing import Backup, write_backup

__all__ = [
    "Backup",
    "MissingKey",
    "Restored",
    "export_keys",
    "import_keys",
    "make_recovery_keys",
    "missing_keys",
    "restore_backup",
    "write_backup",
]
