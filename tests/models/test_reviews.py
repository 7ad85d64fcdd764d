"""Grades and the words of the lock."""

from datetime import datetime

import pytest

from models.clock import CHINA
from models.contract_errors import ContractTermsError
from models.contracts import Award, Terms, check_terms
from models.performance_review import ReviewGrade
from models.reviews import Overdue, ReviewOverdueError, grade_of

LIMITS = (90, 75, 60)
DUE = datetime(2026, 11, 27, 17, 30, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("total", "maximum", "grade"),
    [
        (90, 100, ReviewGrade.EXCELLENT),
        (45, 50, ReviewGrade.EXCELLENT),
        (89, 100, ReviewGrade.GOOD),
        (75, 100, ReviewGrade.GOOD),
        (60, 100, ReviewGrade.PASSED),
        (59, 100, ReviewGrade.FAILED),
        (0, 100, ReviewGrade.FAILED),
    ],
)
def test_the_grade_is_a_share_of_the_points(total, maximum, grade) -> None:
    assert grade_of(total, maximum, LIMITS) is grade


@pytest.mark.parametrize("count", [1, 3, 5])
def test_the_lock_names_projects_since_when_and_what_to_do(count) -> None:
    overdue = [
        Overdue(f"r{n}", f"p{n}", f"i{n}", f"DZX-2026-{n:04d}", f"工程{n}", DUE)
        for n in range(count)
    ]
    error = ReviewOverdueError(overdue)
    assert "工程0" in error.text
    assert "自2026-11-27 17:30起超期" in error.text
    assert "“评价”页面" in error.text
    assert ("等5个项目" in error.text) is (count == 5)
    assert len(error.details["projects"]) == count
    assert error.code == "review_overdue"


def terms(**changes) -> Terms:
    given = {
        "number": "HT-1",
        "project_number": "DZX-2026-0001",
        "contract_price": 100,
        "price_reason": "",
        "signed_on": DUE.date(),
        "late_reason": "",
        "starts_on": DUE.date(),
        "duration_days": 1,
    }
    return Terms(**{**given, **changes})


def test_everything_wrong_with_a_contract_is_said_at_once() -> None:
    award = Award(price=100, published_on=DUE.date(), sign_by=DUE)
    check_terms(terms(), award, DUE.date())
    wrong = terms(contract_price=101, starts_on=DUE.date().replace(day=1))
    with pytest.raises(ContractTermsError) as refused:
        check_terms(wrong, award, DUE.date())
    assert set(refused.value.fields) == {"contract_price", "starts_on"}
    assert all(text in refused.value.text for text in refused.value.fields.values())
