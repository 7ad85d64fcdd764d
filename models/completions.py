"""Start, completion and acceptance of a project's works: found, and checked for what they say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.completion import Completion
from models.contract import Contract
from models.contract_errors import AcceptanceInvalidError, StartInvalidError
from models.money import format_fen

SHORTEST = 5


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """An acceptance as the owner filled it in; documents by whether they are there."""

    completed_on: date
    accepted_on: date
    audited_settlement: int
    settlement_reason: str
    has_supervision_report: bool
    has_audit_report: bool


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which reports the county asks for besides the acceptance report."""

    supervision_report: bool
    audit_report: bool


def of_project(session: Session, project_id: str) -> Completion | None:
    """Return the project's works as far as they are registered."""
    return session.scalar(select(Completion).where(Completion.project_id == project_id))


def check_start(contract: Contract, started_on: date, today: date) -> None:
    """Raise unless the works began after the contract was signed, and not in the future."""
    if started_on > today:
        text = f"开工日期不能晚于今天（{today}），请在实际开工后登记。"
        raise StartInvalidError({"started_on": text})
    if started_on < contract.signed_on:
        text = f"开工日期早于合同签订日期{contract.signed_on}，请核对实际开工日期。"
        raise StartInvalidError({"started_on": text})


def check_acceptance(
    given: Acceptance, row: Completion, contract: Contract, wanted: Wanted, today: date
) -> None:
    """Raise with everything that does not fit, each at its field."""
    found = {
        **dict(_dates(given, row, contract, today)),
        **dict(_papers(given, wanted)),
    }
    price = contract.contract_price
    if given.audited_settlement > price and len(given.settlement_reason) < SHORTEST:
        found["settlement_reason"] = (
            f"结算金额{format_fen(given.audited_settlement)}高于合同价{format_fen(price)}，"
            f"请说明变更、签证等依据，至少{SHORTEST}个字。"
        )
    if found:
        raise AcceptanceInvalidError(found)


def _dates(
    given: Acceptance, row: Completion, contract: Contract, today: date
) -> Iterator[tuple[str, str]]:
    if given.completed_on < row.started_on:
        yield "completed_on", f"竣工日期早于开工日期{row.started_on}，请核对后填写。"
    if given.accepted_on < contract.signed_on:
        text = f"验收日期早于合同签订日期{contract.signed_on}，请核对后填写。"
        yield "accepted_on", text
    elif given.accepted_on < given.completed_on:
        yield "accepted_on", f"验收日期早于竣工日期{given.completed_on}，请核对后填写。"
    if given.accepted_on > today:
        yield "accepted_on", f"验收日期不能晚于今天（{today}），请在实际验收后登记。"


def _papers(given: Acceptance, wanted: Wanted) -> Iterator[tuple[str, str]]:
    if wanted.supervision_report and not given.has_supervision_report:
        yield "supervision_report", "本区县要求上传监理报告，请上传后再提交。"
    if wanted.audit_report and not given.has_audit_report:
        yield "audit_report", "本区县要求上传审计（结算）报告，请上传后再提交。"
