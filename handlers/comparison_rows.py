"""The rows of a comparison's forms: candidates as they are listed, verdicts and offers as given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.context import OperatorContext
from models.document import Document
from models.selection.comparison_tables import Candidate, Comparison
from models.selection.comparisons import Findings, Offer, Verdict

DECISIONS = {"pass": True, "fail": False}
WORDS = {True: "pass", False: "fail"}


@dataclass(frozen=True, kw_only=True)
class CompareParams:
    """The comparison as it was held, one row for each offer."""

    method: str = field(metadata={"label": "比选办法"})
    participants: str = field(metadata={"label": "参加比选人员"})
    offers: list[Any] = field(metadata={"label": "逐家报价和名次"})
    reason: str | None = field(default=None, metadata={"label": "推荐理由"})
    record: list[Any] | None = field(default=None, metadata={"label": "比选记录"})


def rows_for(comparison: Comparison, *, passed_only: bool) -> list[dict[str, Any]]:
    """Return a row for each candidate, by place, with what was filled in before."""
    listed = [one for one in comparison.candidates if one.passed or not passed_only]
    return [_row(one) for one in sorted(listed, key=lambda one: one.place)]


def _row(one: Candidate) -> dict[str, Any]:
    return {
        "candidate": one.id,
        "place": one.place,
        "name": one.party.name,
        "credit_code": one.party.credit_code,
        "contact": one.contact,
        "remark": one.remark,
        "passed": one.passed,
        "decision": None if one.passed is None else WORDS[one.passed],
        "reason": one.review_reason,
        "review_reason": one.review_reason,
        "price": one.price,
        "rank": one.rank,
        "rank_reason": one.rank_reason,
    }


def verdicts_of(comparison: Comparison, rows: Sequence[Any]) -> list[Verdict]:
    """Return what a review says of each candidate."""
    return [
        Verdict(
            candidate=_candidate(comparison, row),
            passed=DECISIONS.get(_text(row, "decision")),
            reason=_text(row, "reason"),
        )
        for row in map(_mapping, rows)
    ]


def findings_of(context: OperatorContext, comparison: Comparison, given: CompareParams) -> Findings:
    """Return the comparison as the form tells it."""
    return Findings(
        method=given.method,
        participants=given.participants,
        reason=given.reason or "",
        record_id=_document(context, given.record or []),
        offers=[
            Offer(
                candidate=_candidate(comparison, row),
                price=_number(row, "price"),
                rank=_number(row, "rank"),
                reason=_text(row, "rank_reason"),
            )
            for row in map(_mapping, given.offers)
        ],
    )


def _candidate(comparison: Comparison, row: Mapping[str, Any]) -> str:
    """Return the candidate a row is about: a form keeps what it shows, which is no id."""
    codes = {one.party.credit_code: one.id for one in comparison.candidates}
    return _text(row, "candidate") or codes.get(_text(row, "credit_code"), "")


def _mapping(row: object) -> Mapping[str, Any]:
    return row if isinstance(row, Mapping) else {}


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name) or "")


def _number(row: Mapping[str, Any], name: str) -> int | None:
    value = row.get(name)
    try:
        return None if value in (None, "") else int(value)
    except (TypeError, ValueError):
        return None


def _document(context: OperatorContext, given: Sequence[Any]) -> str | None:
    ids = [str(one["id"]) for one in given if isinstance(one, Mapping) and "id" in one]
    found = context.session.get(Document, ids[0]) if ids else None
    return None if found is None else found.id
