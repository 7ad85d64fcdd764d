"""Documents: what is taken in, whose case they belong to, who may have them."""

from processes.documents.access import (
    DocumentNotFoundError,
    may_read,
    readable,
    visible_documents,
)
from processes.documents.kinds import KINDS, MEDIA_TYPES
from processes.documents.store import (
    Upload,
    attach,
    attachable,
    clear_orphans,
    document_ids,
    documents_of,
    keep_material,
    materials_of,
    take_in,
)

__all__ = [
    "KINDS",
    "MEDIA_TYPES",
    "DocumentNotFoundError",
    "Upload",
    "attach",
    "attachable",
    "clear_orphans",
    "document_ids",
    "documents_of",
    "keep_material",
    "materials_of",
    "may_read",
    "readable",
    "take_in",
    "visible_documents",
]
