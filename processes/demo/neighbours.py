"""A second owner, whose evaluation is overdue, so that the first one is free to begin anew."""

from models.session import unit_of_work
from processes.demo.cast import COUNTY, Organisation
from processes.demo.people import build_organisation

PEOPLE = ("dz.owner2", "dz.selector2", "dz.monitor2")
TOWN = Organisation(
    "双溪乡人民政府",
    "owner",
    COUNTY,
    5,
    (
        (PEOPLE[0], "邓岚", ("applicant", "owner")),
        (PEOPLE[1], "贺青川", ("selection_officer",)),
        (PEOPLE[2], "文若谷", ("monitor",)),
    ),
)
FIRST_PERSON = 900


def build_neighbour() -> None:
    """Add the second owner with its people."""
    with unit_of_work() as session:
        build_organisation(session, TOWN, iter(range(FIRST_PERSON, FIRST_PERSON + 10)))
