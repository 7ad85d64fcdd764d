"""What a text of any kind may name of the case itself: its name, and what its forms were told."""

from handlers.context import OperatorContext
from models.identity.county import County
from models.notice_text import OF_FIELDS


def case_words(context: OperatorContext) -> dict[str, object]:
    """Return the county, the case's name, and ``case_…`` → words for each field of its forms."""
    county = context.session.get_one(County, context.case.county)
    told = {f"{OF_FIELDS}{name}": words for name, words in context.case.words().items()}
    return {"county": county.name, "subject": context.case.subject, **told}
