"""Imports every table, so that the metadata is whole wherever this module is imported."""

from models import (
    bulletin,
    calendar,
    completion,
    contract,
    deficiency,
    document,
    enquiry,
    letter,
    message,
    notice,
    outage,
    performance_review,
    project,
    project_request,
)
from models.flow import definition, instance, job, work_item
from models.identity import account, county, party, password_link
from models.ledger import tables as ledger
from models.roster import declined, enrolment, entry
from models.selection import filed_results, postponements, presence
from models.selection import tables as selection

__all__ = [
    "account",
    "bulletin",
    "calendar",
    "completion",
    "contract",
    "county",
    "declined",
    "deficiency",
    "definition",
    "document",
    "enquiry",
    "enrolment",
    "entry",
    "filed_results",
    "instance",
    "job",
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
    "work_item",
]
