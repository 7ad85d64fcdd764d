"""Imports every table, so that the metadata is whole wherever this module is imported."""

from models import (
    bulletin,
    calendar,
    completion,
    contract,
    deficiency,
    document,
    emergency,
    enquiry,
    letter,
    message,
    notice,
    outage,
    performance_review,
    project,
    project_request,
    works_report,
)
from models.flow import definition, instance, job, work_item
from models.identity import account, county, key_tables, party, password_link
from models.ledger import tables as ledger
from models.ledger import witness_tables
from models.roster import declined, enrolment, entry
from models.selection import (
    auction_tables,
    comparison_tables,
    filed_results,
    guardian_tables,
    postponements,
    presence,
)
from models.selection import tables as selection

__all__ = [
    "account",
    "auction_tables",
    "bulletin",
    "calendar",
    "comparison_tables",
    "completion",
    "contract",
    "county",
    "declined",
    "deficiency",
    "definition",
    "document",
    "emergency",
    "enquiry",
    "enrolment",
    "entry",
    "filed_results",
    "guardian_tables",
    "instance",
    "job",
    "key_tables",
    "ledger",
    "letter",
    "message",
    "notice",
    "outage",
    "party",
    "password_link",
    "performance_review",
    "postponements",
    "presence",
    "project",
    "project_request",
    "selection",
    "witness_tables",
    "work_item",
    "works_report",
]
