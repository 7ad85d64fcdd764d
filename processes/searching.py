"""What the words of a search mean for work items: projects, owners, enterprises, enquiries."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select, union_all
from sqlalchemy.orm import Session

from models.enquiry import Enquiry
from models.flow.instance import NAMED, Instance
from models.flow.work_item import WorkItem
from models.identity.party import Party
from models.project import Project
from models.roster.enrolment import EnrolmentRound
from processes.few import few_of
from processes.project_query import worded

MOST_FOUND = 500


def items_about(session: Session, words: str) -> ColumnElement[bool] | None:
    """Return the condition for items of the newest cases that the words name; None without words.

    Found are projects by title, number and owner; enrolments by the organisation's name;
    enquiries by number and subject; other cases by the name that their flow gives. Nobody's
    interest in a project is ever searched.
    """
    words = words.strip()
    if not words:
        return None
    projects = _projects(session, words)
    cases = list(session.scalars(_cases(words)))
    return or_(WorkItem.project_id.in_(projects), WorkItem.instance_id.in_(cases))


def parties_named(words: str) -> Any:  # noqa: ANN401 - a Select keeps its own type
    """Return the query for the ids of organisations whose name holds the words."""
    return select(Party.id).where(Party.name.contains(words, autoescape=True)).limit(MOST_FOUND)


def _projects(session: Session, words: str) -> list[str]:
    found = few_of(session, Project.id, [worded(words)])
    if found is not None and len(found) <= MOST_FOUND:
        return found
    newest = select(Project.id).where(worded(words)).order_by(Project.created_at.desc())
    return list(session.scalars(newest.limit(MOST_FOUND)))


def _cases(words: str) -> Any:  # noqa: ANN401
    enrolled = select(EnrolmentRound.instance_id).where(
        EnrolmentRound.party_id.in_(parties_named(words))
    )
    asked = select(Enquiry.instance_id).where(
        or_(
            Enquiry.subject.contains(words, autoescape=True),
            Enquiry.number.contains(words, autoescape=True),
        )
    )
    named = select(Instance.id).where(NAMED, Instance.subject.contains(words, autoescape=True))
    every = union_all(enrolled, asked, named).subquery()
    return select(every.c.instance_id).limit(MOST_FOUND)
