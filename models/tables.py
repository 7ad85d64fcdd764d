"""Imports every table, so that the metadata is whole wherever this module is imported."""

from models import calendar, deficiency, document, enquiry, letter, notice, project
from models.flow import definition, instance, job, work_item
from models.identity import account, county, party
from models.ledger import tables as ledger
from models.roster import enrolment, entry
from models.selection import presence
from models.selection import tables as selection

__all__ = [
    "account",
    "calendar",
    "county",
    "deficiency",
    "definition",
    "document",
    "enquiry",
    "enrolment",
    "entry",
    "instance",
    "job",
    "ledger",
    "letter",
    "notice",
    "party",
    "presence",
    "project",
    "selection",
    "work_item",
]
