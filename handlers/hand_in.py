"""Handing in (进场): the stamped application of this round, with its papers, to the centre."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.registry import operator
from models.document import Document
from models.errors import ConflictError, InvalidError
from models.letter import Letter, shown_code

STAMPED = "stamped_application"
PAPERS = (STAMPED, "budget_sheet", "bill_of_quantities")
"""Kinds of papers of an intake; what a later round replaces stays on record as replaced."""


class ApplicationMissingError(ConflictError):
    """The application form of this round has not been made, or a newer one took its place."""

    message = "本轮的进场交易申请表还没有生成，不能提交。请刷新本页，生成后打印盖章再上传。"


class StampedFormError(InvalidError):
    """The uploaded file is not the stamped form of this round."""

    message = "上传的申请表不是本轮的，没有提交。请按提示重新上传。"


BEFORE_THIS_ROUND = (
    "这份文件在本轮申请表（核验码 {code}）生成之前就已上传。请打印本轮的申请表，盖章后重新上传。"
)
SAME_AS_BEFORE = (
    "这份文件与前一轮上传的完全相同。需求改正后须打印本轮的申请表（核验码 {code}），"
    "盖章后重新上传。"
)
NOT_STAMPED = "这是平台生成的原件，还没有盖章。请打印、盖章后扫描上传。"


@dataclass(frozen=True, kw_only=True)
class HandInParams:
    """The application of this round and what was uploaded with it."""

    letter: str = field(metadata={"label": "本轮申请表"})
    stamped_application: list[Any] = field(metadata={"label": "盖章的申请表"})
    budget_sheet: list[Any] | None = field(default=None, metadata={"label": "预算表或财评批复"})
    bill_of_quantities: list[Any] | None = field(default=None, metadata={"label": "工程量清单"})


@operator("intake.hand_in", title="核对盖章申请表并提交")
def hand_in(params: HandInParams, context: OperatorContext) -> int:
    """Check that the stamped form is this round's, and return how many papers go to the centre."""
    project = project_of(context)
    letter = context.session.get(Letter, params.letter)
    if letter is None or letter.project_id != project.id or letter.document_id is None:
        raise ApplicationMissingError
    given = {kind: _ids(getattr(params, kind)) for kind in PAPERS}
    for document_id in given[STAMPED]:
        _check_stamped(context, letter, context.session.get_one(Document, document_id))
    kept = [one for ids in given.values() for one in ids]
    _replace_others(context, project.id, kept)
    context.log("intake:handed_in", project.id, after={"code": letter.code, "papers": len(kept)})
    return len(kept)


def _check_stamped(context: OperatorContext, letter: Letter, uploaded: Document) -> None:
    original = context.session.get_one(Document, letter.document_id)
    if uploaded.sha256 == original.sha256:
        raise StampedFormError(fields={STAMPED: NOT_STAMPED})
    if uploaded.created_at < letter.issued_at:
        words = BEFORE_THIS_ROUND.format(code=shown_code(letter.code))
        raise StampedFormError(fields={STAMPED: words})
    former = select(Document.id).where(
        Document.project_id == letter.project_id,
        Document.kind == STAMPED,
        Document.id != uploaded.id,
        Document.sha256 == uploaded.sha256,
    )
    if context.session.scalar(former.limit(1)) is not None:
        words = SAME_AS_BEFORE.format(code=shown_code(letter.code))
        raise StampedFormError(fields={STAMPED: words})


def _replace_others(context: OperatorContext, project_id: str, kept: Sequence[str]) -> None:
    earlier = update(Document).where(
        Document.project_id == project_id,
        Document.kind.in_(PAPERS),
        Document.id.not_in(kept),
        Document.replaced_at.is_(None),
    )
    context.session.execute(earlier.values(replaced_at=context.clock()))


def _ids(given: list[Any] | None) -> list[str]:
    return [str(one["id"]) for one in given or []]
