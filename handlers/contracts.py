"""Contract signing (合同签订): handed in by the owner, confirmed or sent back by the winner."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.contract_signing import SigningResult, award_of, signing_of, tell, winner_of
from handlers.form_days import day_of
from handlers.registry import operator
from models import contracts
from models.contract import Contract, ContractState
from models.contract_errors import NoRoundError, ReasonsTooShortError
from models.document import Document
from models.errors import InvalidError
from models.project import Project


class ContractFileMissingError(InvalidError):
    """No signed contract came with the form."""

    message = "没有收到签好的合同文件，请上传后再提交。"


@dataclass(frozen=True, kw_only=True)
class BeginParams:
    """Nothing to fill in: the case's project and its award are meant."""


@operator("contract.begin", title="准备合同签订")
def begin(params: BeginParams, context: OperatorContext) -> SigningResult:  # noqa: ARG001
    """Return what the contract is measured by: award, number, deadline (附件4第8点)."""
    return signing_of(context, None)


@dataclass(frozen=True, kw_only=True)
class SubmitParams:
    """The contract as the owner filled it in."""

    number: str = field(metadata={"label": "合同编号"})
    project_number: str = field(metadata={"label": "合同上的项目编号"})
    contract_price: int = field(metadata={"label": "合同价（分）"})
    price_reason: str | None = field(default=None, metadata={"label": "低于中选价的说明"})
    signed_on: str = field(metadata={"label": "签订日期"})
    late_reason: str | None = field(default=None, metadata={"label": "逾期签订的说明"})
    starts_on: str = field(metadata={"label": "约定开工日期"})
    duration_days: int = field(metadata={"label": "合同工期（日历天）"})
    document: list[Any] = field(metadata={"label": "签好的合同"})


@operator("contract.submit", title="登记合同并请施工企业确认")
def submit(params: SubmitParams, context: OperatorContext) -> int:
    """Keep the round, ask the winner to confirm it, and return the round's number."""
    done = contracts.of_step(context.session, context.case.task_id)
    if done is not None:
        return done.round
    project = project_of(context)
    winner, award, terms = winner_of(context, project), award_of(context, project), _terms(params)
    document = _document(context, params.document)
    contracts.check_project(context.session, project, terms, document)
    contracts.check_terms(terms, award, context.clock().date())
    row = _round(context, project, award, terms)
    row.document_id, row.sha256 = document.id, document.sha256
    context.session.add(row)
    context.session.flush()
    after = {"contract": row.id, "round": row.round, "price": row.contract_price}
    context.log("contract:submitted", project.id, role="owner", after=after)
    text = (
        f"“{project.title}”（{project.number}）的合同已提交，请登录平台核对并确认，或写明原因退回。"
    )
    tell(context, "contract_submitted", text, winner)
    return row.round


def _terms(params: SubmitParams) -> contracts.Terms:
    return contracts.Terms(
        number=params.number.strip(),
        project_number=params.project_number.strip(),
        contract_price=params.contract_price,
        price_reason=(params.price_reason or "").strip(),
        signed_on=day_of(params.signed_on, "signed_on"),
        late_reason=(params.late_reason or "").strip(),
        starts_on=day_of(params.starts_on, "starts_on"),
        duration_days=params.duration_days,
    )


def _document(context: OperatorContext, given: list[Any]) -> Document:
    ids = [str(one["id"]) for one in given if isinstance(one, dict) and "id" in one]
    found = context.session.get(Document, ids[0]) if ids else None
    if found is None:
        raise ContractFileMissingError(fields={"signed_contract": ContractFileMissingError.message})
    return found


def _round(
    context: OperatorContext, project: Project, award: contracts.Award, terms: contracts.Terms
) -> Contract:
    return Contract(
        project_id=project.id,
        instance_id=context.case.instance_id,
        county_code=project.county_code,
        owner_id=project.owner_id,
        contractor_id=project.winner_id,
        round=contracts.next_round(context.session, project.id),
        state=ContractState.SUBMITTED,
        number=terms.number,
        award_price=award.price,
        contract_price=terms.contract_price,
        price_reason=terms.price_reason if terms.contract_price < award.price else "",
        signed_on=terms.signed_on,
        sign_by=award.sign_by,
        late_reason=terms.late_reason if terms.signed_on > award.sign_by.date() else "",
        starts_on=terms.starts_on,
        duration_days=terms.duration_days,
        submitted_by=context.actor.account_id,
        submitted_at=context.clock(),
        step=context.case.task_id,
    )


@dataclass(frozen=True, kw_only=True)
class ReasonParams:
    """Why the contractor does not confirm."""

    reasons: str = field(metadata={"label": "退回原因"})


@operator("contract.send_back", title="退回合同并告知业主")
def send_back(params: ReasonParams, context: OperatorContext) -> SigningResult:
    """Keep the round with its reasons; the owner corrects it in a round of its own."""
    reasons = params.reasons.strip()
    if len(reasons) < contracts.SHORTEST:
        raise ReasonsTooShortError(shortest=contracts.SHORTEST)
    row = _decide(context, ContractState.SENT_BACK)
    row.reasons = reasons
    context.session.flush()
    project = project_of(context)
    after = {
        "contract": row.id,
        "round": row.round,
        "reasons": sha256(reasons.encode()).hexdigest(),
    }
    context.log("contract:sent_back", project.id, role="contractor", after=after)
    text = (
        f"“{project.title}”（{project.number}）的合同被施工企业退回，"
        "原因请登录平台查看，改正后重新提交。"
    )
    tell(context, "contract_sent_back", text, project.owner)
    return signing_of(context, reasons)


@dataclass(frozen=True, kw_only=True)
class ConfirmParams:
    """Nothing to fill in: the round that waits for the winner is meant."""


@operator("contract.confirm", title="登记双方确认的合同")
def confirm(params: ConfirmParams, context: OperatorContext) -> str:  # noqa: ARG001
    """Put the contract in force and return its id."""
    row = _decide(context, ContractState.CONFIRMED)
    context.session.flush()
    after = {"contract": row.id, "round": row.round, "price": row.contract_price}
    context.log("contract:confirmed", row.project_id, role="contractor", after=after)
    return row.id


def _decide(context: OperatorContext, state: ContractState) -> Contract:
    row = contracts.waiting(context.session, project_of(context))
    if row is None:
        raise NoRoundError
    row.state = state
    row.decided_by, row.decided_at = context.actor.account_id, context.clock()
    return row
