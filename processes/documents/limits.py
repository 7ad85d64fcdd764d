"""How large and how many documents may be."""

from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.definition import BASE
from models.flow.rules import load_rules

MEGABYTE = 1024 * 1024
MAX_MEGABYTES = 50
"""No county's rule may allow more: a document is held in memory while it is checked."""
DEFAULT_MEGABYTES = 20
MAX_LOOSE = 100
"""Uploads of one person that no form has carried yet; a long form has about 20."""
LOOSE_HOURS = 24 * 14
"""A draft may lie over the longest holiday with its uploads."""
RULE = "document.maximum_megabytes"


def allowed_megabytes(session: Session, county: str) -> int:
    """Return the largest document the county's rule allows, in megabytes."""
    rule = load_rules(session, county or BASE, business_now().date()).rules.get(RULE)
    return min(int(rule.value), MAX_MEGABYTES) if rule else DEFAULT_MEGABYTES
