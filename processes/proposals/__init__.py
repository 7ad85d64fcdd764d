"""Proposals (改动单): files of a county's pack, changed, checked, approved, in force together."""

from processes.proposals.applying import apply_files
from processes.proposals.checking import check, check_files, stored_pack
from processes.proposals.errors import (
    FileTooLargeError,
    FileUnknownError,
    PathRefusedError,
    ProposalClosedError,
    ProposalNotFoundError,
    StaleFileError,
)
from processes.proposals.reading import (
    Saved,
    Shown,
    files_in,
    find,
    history,
    name_of,
    overlay,
    read_file,
    rows_of,
    saved_body,
)
from processes.proposals.saving import (
    accept_present,
    create,
    newest_draft,
    open_for,
    restore,
    save_file,
)

__all__ = [
    "FileTooLargeError",
    "FileUnknownError",
    "PathRefusedError",
    "ProposalClosedError",
    "ProposalNotFoundError",
    "Saved",
    "Shown",
    "StaleFileError",
    "accept_present",
    "apply_files",
    "check",
    "check_files",
    "create",
    "files_in",
    "find",
    "history",
    "name_of",
    "newest_draft",
    "open_for",
    "overlay",
    "read_file",
    "restore",
    "rows_of",
    "save_file",
    "saved_body",
    "stored_pack",
]
