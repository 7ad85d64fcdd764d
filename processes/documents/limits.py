"""How large and how many documents may be."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.definition import BASE, RuleValue

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
    rules = session.scalars(
        select(RuleValue)
        .where(
            RuleValue.key == RULE,
            RuleValue.county_code.in_((county, BASE)),
            RuleValue.from_on <= business_now().date(),
        )
        .order_by(RuleValue.from_on)
    )
    in_force = {rule.county_code: rule.value for rule in rules}
    value = in_force.get(county, in_force.get(BASE))
    return min(value, MAX_MEGABYTES) if isinstance(value, int) else DEFAULT_MEGABYTES
